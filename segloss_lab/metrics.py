"""Scores of hard predictions: Dice and intersection over union, in NumPy, without a gradient.

They count as the losses do: the same units, classes and ignored pixels, without smoothing. An empty
mask scores 1 if it is predicted empty, and otherwise 0.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from segloss_lab import _contract
from segloss_lab._contract import Classes, Mode, Over, Reduction
from segloss_lab.reference._pixels import kept_units, read, total

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
        channels: the number of classes C, in "multiclass".
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
    hits, sizes, kept = _count(prediction, target, mode, channels, over, classes, ignore_index)
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

    Source: Jaccard (1901).
    """
    hits, sizes, kept = _count(prediction, target, mode, channels, over, classes, ignore_index)
    return _reduce(hits, sizes - hits, kept, over, reduction)


def _count(prediction, target, mode, channels, over, classes, ignore_index) -> tuple:
    """Count TP and |prediction| + |truth| for each unit, and say which units are kept."""
    defaults = {"mode": "binary", "over": "image", "classes": "all", "ignore_index": None}
    options = {"mode": mode, "over": over, "classes": classes, "ignore_index": ignore_index}
    _contract.check_options("score", defaults, options)
    probs = _as_probs(np.asarray(prediction), mode, channels)
    x = read(probs, target, mode, False, ignore_index, validate=True, hard=True)
    hits, sizes = total(x.probs * x.truth, x, over), total(x.probs + x.truth, x, over)
    return hits, sizes, kept_units(x, over, classes)


def _reduce(numerator, denominator, kept, over: str, reduction: str) -> Any:
    _contract.check_options("score", {"reduction": "mean"}, {"reduction": reduction})
    empty = denominator == 0
    scores = np.where(empty, 1.0, numerator / np.where(empty, 1.0, denominator))
    if reduction == "none":
        scores = np.where(kept, scores, np.nan)
        return scores[..., 0] if over == "image" else scores[0, :, 0]
    if not kept.any():
        return float("nan")
    return float(scores[kept].mean() if reduction == "mean" else scores[kept].sum())


def _as_probs(prediction: np.ndarray, mode: str, channels: int | None) -> np.ndarray:
    """A hard prediction as probabilities 0.0 and 1.0, (N, C, *spatial)."""
    if prediction.dtype.kind not in "biu":
        raise TypeError(
            f"prediction: got dtype {prediction.dtype}, expected bool or integers: threshold it, "
            "or take the argmax"
        )
    if mode != "multiclass":
        return prediction.astype(np.float64)
    if channels is None:
        raise TypeError('channels: got None, expected the number of classes in mode="multiclass"')
    if prediction.size and not (0 <= prediction.min() and prediction.max() < channels):
        raise ValueError(
            f"prediction: found labels {prediction.min()} to {prediction.max()}, expected 0 to "
            f"{channels - 1}"
        )
    one_hot = prediction[:, None] == np.arange(channels).reshape(-1, *[1] * (prediction.ndim - 1))
    return one_hot.astype(np.float64)
