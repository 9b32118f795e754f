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
from segloss_lab.reference._pixels import _matches

__all__ = ["dice_score", "iou_score"]

_BLOCK = 2**15  # pixels that are counted at a time

# The commonest mistake has its remedy in the message.
_HINTS = {
    "prediction": "; a 0/255 mask: divide by 255",
    "target": "; a 0/255 mask: divide by 255 (or ignore_index=255 if 255 marks void pixels)",
}


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
            There either array may carry an axis of 1 for the channels, (N, 1, *spatial).
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
    return _reduce(2 * hits, sizes, kept, reduction)


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
    return _reduce(hits, sizes - hits, kept, reduction)


def _count(prediction, target, mode, channels, over, classes, ignore_index, reduction) -> tuple:
    """Count TP and |prediction| + |truth| for each unit, and say which units are kept."""
    options = {"mode": mode, "over": over, "classes": classes, "ignore_index": ignore_index}
    options["reduction"] = reduction
    _contract.check_options("score", options, options)
    prediction, target = _read(prediction, target, mode, channels)
    _contract.check_channels(channels or target.shape[1], classes=classes)
    counts = _tally(prediction, target, channels or 2, ignore_index)
    if over != "image":
        counts = counts.sum(axis=1)
    valid = counts[2].sum(axis=-1)  # a valid pixel is one of some class
    hits, said, true = counts[..., 0, :] if mode == "multiclass" else counts[..., 1]
    if isinstance(classes, str):
        kept = true > 0 if classes == "present" else valid > 0
    else:
        kept = (valid > 0) & np.isin(np.arange(true.shape[-1]), classes)
    return hits, said + true, np.broadcast_to(kept, true.shape)


def _reduce(numerator, denominator, kept, reduction: str) -> Any:
    empty = denominator == 0
    scores = np.where(empty, 1.0, numerator / np.where(empty, 1.0, denominator))
    if reduction == "none":
        return np.where(kept, scores, np.nan)
    if not kept.any():
        return float("nan")
    return float(scores[kept].mean() if reduction == "mean" else scores[kept].sum())


def _tally(prediction, target, classes: int, ignore_index: int | None) -> np.ndarray:
    """Count the valid pixels of each class that are hit, predicted and true: (3, N, C, classes).

    Block by block, so that nothing of the size of the arrays is made, however they lie in memory.
    """
    units = target.shape[:2]
    bins = int(np.prod(units)) * classes
    counts = np.zeros((3, bins), dtype=np.int64)
    first = np.arange(0, bins, classes).reshape(*units, *[1] * (target.ndim - 2))
    blocks = np.nditer(
        [prediction, target, first],  # the last is stretched over the pixels of its unit
        ["buffered", "external_loop", "zerosize_ok"],
        order="C",
        buffersize=_BLOCK,
    )
    for said, true, start in blocks:
        valid = ~_matches(true, ignore_index)
        said, true, start = said[valid], true[valid], start[valid]
        _check_values("target", true, classes)
        _check_values("prediction", said, classes)
        said, true = start + said.astype(np.int64), start + true.astype(np.int64)
        for count, pixels in zip(counts, (true[said == true], said, true), strict=True):
            count += np.bincount(pixels, minlength=bins)
    return counts.reshape(3, *units, classes)


def _check_values(name: str, values: np.ndarray, classes: int) -> None:
    if classes == 2:
        wrong = values[(values != 0) & (values != 1)]  # NaN among them
    else:
        wrong = values[(values < 0) | (values >= classes)]
    if wrong.size:
        hint = _HINTS[name] if values.max() == 255 else ""
        raise ValueError(f"{name}: found {wrong[0]}, expected 0 to {classes - 1}{hint}")


def _read(prediction, target, mode: str, channels: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Check shapes and dtypes, and give both arrays a channel axis, in "multiclass" of 1."""
    whole = isinstance(channels, Integral) and not isinstance(channels, bool) and channels > 1
    if mode == "multiclass" and not whole:
        raise TypeError(
            f'channels: got {channels!r}, expected the number of classes in mode="multiclass"'
        )
    if mode != "multiclass" and channels is not None:
        raise TypeError(f'channels: got {channels!r}, expected None but in mode="multiclass"')
    prediction = _contract.as_array("prediction", prediction)
    target = _contract.as_array("target", target)
    if prediction.dtype.kind not in "biu":
        raise TypeError(
            f"prediction: got dtype {prediction.dtype}, expected bool or integers: threshold it, "
            "or take the argmax"
        )
    if target.dtype.kind not in ("biu" if mode == "multiclass" else "biuf"):
        raise TypeError(f"target: got dtype {target.dtype}, expected bool or integers")
    came = prediction.shape, target.shape
    if mode == "multiclass" and prediction.ndim and target.ndim:
        both = (prediction, target), (target, prediction)
        prediction, target = (a[:, None] if a.ndim <= b.ndim else a for a, b in both)
    if prediction.shape != target.shape:
        raise ValueError(
            f"prediction: got shape {came[0]}, expected that of target, {came[1]} "
            "(nothing is broadcast)"
        )
    _check_shape(prediction.shape, came[0], mode)
    if mode == "multiclass" and len(came[0]) > 3:
        _check_labels(prediction, target, channels)
    return prediction, target


def _check_shape(shape: tuple, came: tuple, mode: str) -> None:
    if len(shape) < 2 or shape[1] == 0:
        layout = "(N, *spatial)" if mode == "multiclass" else "(N, C, *spatial)"
        raise ValueError(f"prediction: got shape {came}, expected {layout}")
    if mode == "binary" and shape[1] != 1:
        raise ValueError(
            f'prediction: got {shape[1]} channels in shape {shape}, expected 1 for mode="binary" '
            '(mode="multilabel" takes several)'
        )


def _check_labels(prediction, target, channels: int) -> None:
    """Refuse one-hot classes, which would be counted as the labels 0 and 1."""
    for axis in (2, -1):
        if target.size and target.shape[axis] == channels:
            if all((labels.sum(axis=axis) == 1).all() for labels in (prediction, target)):
                raise ValueError(
                    f"prediction: got one-hot classes, expected labels: take the argmax over "
                    f"the axis of {channels}, of target too"
                )
