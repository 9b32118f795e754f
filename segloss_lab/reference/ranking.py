"""Ranking losses: the Lovász extensions of the Jaccard loss."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from segloss_lab._contract import BinaryMode, Classes, RankingOver, Reduction, checked
from segloss_lab.reference._pixels import Pixels, Result, read, reduce_units, total, unit_weights


@checked
def lovasz_hinge(
    logits: ArrayLike,
    target: ArrayLike,
    *,
    mode: BinaryMode = "binary",
    over: RankingOver = "image",
    classes: Classes = "all",
    class_weights: Sequence[float] | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Result:
    """Lovász hinge: the Lovász extension of the Jaccard loss, at the hinge errors.

    For one unit with logits F and signs y = +-1 (object, background), with the errors
    m = 1 - F y in descending order (ties in the order of the pixels, images one after another),

        L = sum_i max(m_i, 0) g_i

    where g_i is the jump of the Jaccard loss as pixel i joins the mispredicted ones. With G object
    pixels in the unit, and a of them and b background pixels before i, it is 1/(G + b) for an
    object pixel and (G - a)/((G + b)(G + b + 1)) for a background pixel. In this form no two nearly
    equal numbers are subtracted, which in float32 takes the gradient of many pixels away.

    Args:
        logits: (N, C, *spatial), real.
        target: of the shape of `logits`, hard: 0 or 1.
        mode: "binary" or "multilabel".
        over: the pixels ranked together: "image" or "batch".
        classes: "all", "present" (classes with truth in that unit) or a list of channels.
        class_weights: w >= 0, one per channel; the mean is sum w l / sum w.
        ignore_index: target value of the pixels that do not count.
        reduction: "mean", "sum" or "none": then (N, C), or (C,) unless `over` is "image", and 0 for
            a unit that is not kept.
        validate: whether to check the values in `target`, and probabilities.

    Returns:
        (value, gradient). The value is in [0, inf); at logits of +-1 it is twice the Jaccard loss
        of their signs. An empty mask costs its largest error max(m, 0). The gradient is -y g where
        m > 0, otherwise 0 (at the margin m = 0 too).

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value.

    Source: Berman et al., The Lovász-softmax loss (2018), section 2 and algorithm 1; the hinge: Yu
    and Blaschko (2015).
    """
    x = read(logits, target, mode, True, ignore_index, validate, hard=True)
    weight = unit_weights(x, over, classes, class_weights)
    sign = 2 * x.truth - 1
    errors = 1 - x.inputs * sign
    jumps = _jumps(errors, x, over)
    loss = total(np.maximum(errors, 0) * jumps, x, over)
    gradient = -sign * jumps * (errors > 0)
    return reduce_units(loss, gradient, weight, x, over, reduction, by_probs=False)


@checked
def lovasz_softmax(
    logits: ArrayLike,
    target: ArrayLike,
    *,
    from_logits: bool = True,
    over: RankingOver = "image",
    classes: Classes = "present",
    class_weights: Sequence[float] | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Result:
    """Lovász-softmax: the Lovász extension of each class's Jaccard loss at its probabilities.

    For one unit, a class c of an image (or of the batch), with the errors m = 1 - p on the pixels
    of c and m = p elsewhere, in descending order (ties in the order of the pixels, images one after
    another),

        L = sum_i m_i g_i

    with the jumps g of `lovasz_hinge`.

    Args:
        logits: (N, C, *spatial), real, C > 1; probabilities with `from_logits=False`.
        target: integer labels (N, *spatial) or (N, 1, *spatial), or their one-hot form in the
            shape of `logits`.
        from_logits: whether `logits` are logits.
        over: the pixels ranked together: "image" or "batch".
        classes: "present" (classes with truth in that unit), "all" or a list of channels.
        class_weights: w >= 0, one per channel; the mean is sum w l / sum w.
        ignore_index: target value of the pixels that do not count; in the one-hot form, where
            it must be no class, those whose channels all are it, or all 0.
        reduction: "mean", "sum" or "none": then (N, C), or (C,) unless `over` is "image", and 0 for
            a unit that is not kept.
        validate: whether to check the values in `target`, and probabilities.

    Returns:
        (value, gradient). The value is in [0, 1]; on hard predictions it is the Jaccard loss. A
        class without truth costs its largest probability, if it is kept.

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value.

    Source: Berman et al., The Lovász-softmax loss (2018), section 2 and algorithm 1.
    """
    x = read(logits, target, "multiclass", from_logits, ignore_index, validate, hard=True)
    weight = unit_weights(x, over, classes, class_weights)
    p, t = x.probs, x.truth
    errors = np.where(t == 1, 1 - p, p)
    jumps = _jumps(errors, x, over)
    loss = total(errors * jumps, x, over)
    gradient = np.where(t == 1, -jumps, jumps)
    return reduce_units(loss, gradient, weight, x, over, reduction)


def _jumps(errors: np.ndarray, x: Pixels, over: str) -> np.ndarray:
    """The jump of the Jaccard loss at each pixel, (N, C, S), if errors join in descending order."""
    shape = errors.shape
    valid = _by_unit(np.broadcast_to(x.valid, shape), over)
    truth = _by_unit(x.truth, over)
    ranked = np.where(valid, _by_unit(errors, over), -np.inf)
    ranked = np.where(np.isnan(ranked), np.inf, ranked)  # NaN first, as the frameworks sort
    order = np.argsort(-ranked, axis=-1, kind="stable")
    t, v = (np.take_along_axis(a, order, axis=-1) for a in (truth, 1.0 * valid))
    objects = t.sum(axis=-1, keepdims=True)  # G
    before = np.cumsum(t, axis=-1) - t  # a
    background = np.cumsum(v - t, axis=-1) - (v - t)  # b
    union = np.maximum(objects + background, 1)
    jump = np.where(t == 1, 1 / union, (objects - before) / (union * (union + 1)))
    # On an empty mask the first false alarm takes the Jaccard loss from 0 to 1.
    jump = np.where(objects > 0, jump, np.arange(t.shape[-1]) == 0) * v
    jumps = np.empty_like(jump)
    np.put_along_axis(jumps, order, jump, axis=-1)
    return _by_pixel(jumps, over, shape) + 0 * errors  # NaN stays NaN


def _by_unit(array: np.ndarray, over: str) -> np.ndarray:
    """(N, C, S), or (C, N S) over the batch."""
    return array if over == "image" else np.moveaxis(array, 1, 0).reshape(array.shape[1], -1)


def _by_pixel(array: np.ndarray, over: str, shape: tuple) -> np.ndarray:
    """Back from `_by_unit`."""
    n, c, s = shape
    return array if over == "image" else np.moveaxis(array.reshape(c, n, s), 0, 1)
