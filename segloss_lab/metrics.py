"""Scores of hard predictions: Dice and intersection over union, in NumPy, without a gradient.

They count as the losses do: the same units, classes and ignored pixels, without smoothing. An empty
mask scores 1 if it is predicted empty, and otherwise 0.
"""

from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from segloss_lab import _contract
from segloss_lab._contract import Classes, Mode, Over, Reduction
from segloss_lab.reference._pixels import Pixels, kept_units, read, total

__all__ = ["dice_score", "iou_score"]


def dice_score(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    mode: Mode = "binary",
    channels: int | None = None,
    over: Over = "image",
    classes: Classes = "all",
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Any:
    """Dice score, 2 TP / (2 TP + FP + FN).

    Args:
        prediction: bool or integers of the shape of `target`: 0 and 1, or labels in "multiclass".
        target: the truth: (N, C, *spatial) of 0 and 1, or labels (N, *spatial) in "multiclass".
        mode: "binary" (C = 1), "multilabel" or "multiclass".
        channels: the number of classes C, in "multiclass" only.
        over: the pixels counted together: "image" or "batch" ("global" is "batch" here).
        classes: "all", "present" (classes with truth in that unit) or a list of channels.
        ignore_index: target value of the pixels that do not count.
        reduction: "mean" or "sum" over the (image, class) pairs that are kept, or "none": (N, C),
            or (C,) over the batch, with NaN where a pair is not kept.

    Returns:
        The score, in [0, 1]; NaN if no pair is kept.

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value; "multiclass" without
            `channels`.

    Source: Dice (1945).
    """
    hits, sizes, kept = _count(
        prediction, target, mode, channels, over, classes, ignore_index, reduction
    )
    return _reduce(2 * hits, sizes, kept, over, reduction)


def iou_score(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    mode: Mode = "binary",
    channels: int | None = None,
    over: Over = "image",
    classes: Classes = "all",
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Any:
    """Intersection over union (Jaccard index), TP / (TP + FP + FN).

    Arguments, result and errors are those of `dice_score`.

    Source: Jaccard (1912).
    """
    hits, sizes, kept = _count(
        prediction, target, mode, channels, over, classes, ignore_index, reduction
    )
    return _reduce(hits, sizes - hits, kept, over, reduction)


def _count(prediction, target, mode, channels, over, classes, ignore_index, reduction) -> tuple:
    """Count TP and |prediction| + |truth| for each unit, and say which units are kept."""
    options = {"mode": mode, "over": over, "classes": classes, "ignore_index": ignore_index}
    options["reduction"] = reduction
    _contract.check_options("score", options, options)
    prediction, target = np.asarray(prediction), np.asarray(target)
    _check_prediction(prediction, target, mode, channels)
    probs = _one_hot(prediction, channels) if mode == "multiclass" else prediction * 1.0
    x = read(np.clip(probs, 0, 1), target, mode, False, ignore_index, validate=True, hard=True)
    _check_values(prediction, x, mode, channels)
    hits, sizes = total(x.probs * x.truth, x, over), total(x.probs + x.truth, x, over)
    return hits, sizes, kept_units(x, over, classes)


def _reduce(numerator, denominator, kept, over: str, reduction: str) -> Any:
    empty = denominator == 0
    scores = np.where(empty, 1.0, numerator / np.where(empty, 1.0, denominator))
    if reduction == "none":
        scores = np.where(kept, scores, np.nan)
        return scores[..., 0] if over == "image" else scores[0, :, 0]
    if not kept.any():
        return float("nan")
    return float(scores[kept].mean() if reduction == "mean" else scores[kept].sum())


def _check_prediction(prediction, target, mode: str, channels: int | None) -> None:
    if prediction.dtype.kind not in "biu":
        raise TypeError(
            f"prediction: got dtype {prediction.dtype}, expected bool or integers: threshold it, "
            "or take the argmax"
        )
    if prediction.shape != target.shape:
        raise ValueError(
            f"prediction: got shape {prediction.shape}, expected that of target, {target.shape} "
            "(nothing is broadcast)"
        )
    whole = isinstance(channels, Integral) and not isinstance(channels, bool) and channels > 1
    if mode == "multiclass" and not whole:
        raise TypeError(
            f'channels: got {channels!r}, expected the number of classes in mode="multiclass"'
        )
    if mode != "multiclass" and channels is not None:
        raise TypeError(f'channels: got {channels!r}, expected None but in mode="multiclass"')


def _check_values(prediction, x: Pixels, mode: str, channels: int | None) -> None:
    """Check the prediction's values, where the target is not ignored."""
    high = channels - 1 if mode == "multiclass" else 1
    said = prediction.reshape(x.valid.shape)[x.valid]
    wrong = said[(said < 0) | (said > high)]
    if wrong.size:
        raise ValueError(f"prediction: found {wrong[0]}, expected 0 to {high}")


def _one_hot(labels: np.ndarray, channels: int) -> np.ndarray:
    """Labels (N, *spatial) as probabilities 0.0 and 1.0, (N, C, *spatial)."""
    classes = np.arange(channels).reshape(-1, *[1] * (labels.ndim - 1))
    return 1.0 * (labels[:, None] == classes)
