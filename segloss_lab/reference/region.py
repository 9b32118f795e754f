"""Region losses: Dice, Jaccard, Tversky and generalized Dice."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from segloss_lab._contract import Classes, Intersection, Mode, Over, Reduction, checked
from segloss_lab.reference._pixels import (
    Result,
    kept_units,
    read,
    reduce_units,
    total,
    unit_weights,
)


@checked
def dice(
    logits: ArrayLike,
    target: ArrayLike,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    smooth: float = 1.0,
    eps: float = 0.0,
    squared: bool = False,
    intersection: Intersection = "product",
    log: bool = False,
    over: Over = "image",
    classes: Classes = "all",
    class_weights: Sequence[float] | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Result:
    """Dice loss: 1 minus the soft Dice index.

    For one unit with truth t and probabilities p, summed over its valid pixels,

        L = 1 - (2 I + s) / (U + s + e),    I = sum p t,    U = sum p + sum t

    where s is `smooth` (Laplace smoothing, in numerator and denominator) and e is `eps` (in the
    denominator alone). `squared=True` takes U = sum p^2 + sum t^2, `intersection="min"` takes
    I = sum min(p, t), whose slope at a tie is 1/2, and `log=True` returns -ln of the index.

    Args:
        logits: (N, C, *spatial), real; probabilities with `from_logits=False`.
        target: the truth, 0 and 1 or in [0, 1], of the shape of `logits`; in "multiclass" labels
            (N, *spatial) or (N, 1, *spatial), or class probabilities of the shape of `logits`.
        mode: "binary", "multilabel" or "multiclass".
        from_logits: whether `logits` are logits.
        smooth: s >= 0, in pixels.
        eps: e >= 0, in pixels.
        squared: whether the denominator takes squares.
        intersection: "product", or "min", the L1 form for soft labels, with which the loss of a map
            with itself is 0 (if e = 0); not with `squared`.
        log: whether to return -ln(index), in [0, inf); needs `smooth` > 0.
        over: the pixels summed before the ratio is formed: "image"; "batch"; or "global", the batch
            of all processes (here the same as "batch").
        classes: "all", "present" (classes with truth in that unit) or a list of channels.
        class_weights: w >= 0, one per channel; the mean is sum w l / sum w.
        ignore_index: target value of the pixels that do not count; among class probabilities, where
            it must be no class, those whose channels all are it, or all 0.
        reduction: "mean", "sum" or "none": then (N, C), or (C,) unless `over` is "image", and 0 for
            a unit that is not kept.
        validate: whether to check the values in `target`, and probabilities.

    Returns:
        (value, gradient). The value is in [0, 1] (in [0, inf) with `log`). An empty mask with
        predicted volume V = sum p (sum p^2 with `squared`) costs (V + e)/(V + s + e), or with `log`
        ln((V + s + e)/s): 0 for V = 0 if e = 0 (also for 0/0, with s = e = 0, where the gradient
        is 0), and 1 whatever V if s = 0 and V + e > 0. A unit without a valid pixel is not kept.

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value.

    Source: Milletari et al., V-Net (2016), section 3, with squares; Sudre et al. (2017), section
    2.1, without; `log`: Wong et al. (2018), with exponent 1; "min": Wang et al., Dice semimetric
    losses (2023), where I = (|p| + |t| - |p - t|)/2, which is the same number.
    """
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    weight = unit_weights(x, over, classes, class_weights)
    p, t = x.probs, x.truth
    overlap, d_overlap = _intersect(p, t, intersection)
    size, d_size = (p**2 + t**2, 2 * p) if squared else (p + t, 1.0)
    numerator = 2 * total(overlap, x, over) + smooth
    denominator = total(size, x, over) + smooth + eps
    loss, d_numerator, d_denominator = _one_minus_ratio(numerator, denominator, log)
    gradient = 2 * d_numerator * d_overlap + d_denominator * d_size
    return reduce_units(loss, gradient, weight, x, over, reduction)


@checked
def jaccard(
    logits: ArrayLike,
    target: ArrayLike,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    smooth: float = 1.0,
    eps: float = 0.0,
    squared: bool = False,
    intersection: Intersection = "product",
    log: bool = False,
    over: Over = "image",
    classes: Classes = "all",
    class_weights: Sequence[float] | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Result:
    """Jaccard loss: 1 minus the soft Jaccard index, intersection over union.

    For one unit with truth t and probabilities p, summed over its valid pixels,

        L = 1 - (I + s) / (U - I + s + e),    I = sum p t,    U = sum p + sum t

    where s is `smooth` (in numerator and denominator) and e is `eps` (in the denominator alone).
    `squared=True` takes U = sum p^2 + sum t^2, `intersection="min"` takes I = sum min(p, t), whose
    slope at a tie is 1/2, and `log=True` returns -ln of the index. Per unit and without `eps`, the
    index J of jaccard(smooth=s) and the index D of dice(smooth=2s) obey J = D/(2 - D).

    Args:
        logits: (N, C, *spatial), real; probabilities with `from_logits=False`.
        target: the truth, 0 and 1 or in [0, 1], of the shape of `logits`; in "multiclass" labels
            (N, *spatial) or (N, 1, *spatial), or class probabilities of the shape of `logits`.
        mode: "binary", "multilabel" or "multiclass".
        from_logits: whether `logits` are logits.
        smooth: s >= 0, in pixels.
        eps: e >= 0, in pixels.
        squared: whether the denominator takes squares.
        intersection: "product", or "min", the L1 form for soft labels, with which the loss of a map
            with itself is 0 (if e = 0); not with `squared`.
        log: whether to return -ln(index), in [0, inf); needs `smooth` > 0.
        over: the pixels summed before the ratio is formed: "image"; "batch"; or "global", the batch
            of all processes (here the same as "batch").
        classes: "all", "present" (classes with truth in that unit) or a list of channels.
        class_weights: w >= 0, one per channel; the mean is sum w l / sum w.
        ignore_index: target value of the pixels that do not count; among class probabilities, where
            it must be no class, those whose channels all are it, or all 0.
        reduction: "mean", "sum" or "none": then (N, C), or (C,) unless `over` is "image", and 0 for
            a unit that is not kept.
        validate: whether to check the values in `target`, and probabilities.

    Returns:
        (value, gradient). The value is in [0, 1] (in [0, inf) with `log`). An empty mask with
        predicted volume V = sum p (sum p^2 with `squared`) costs (V + e)/(V + s + e), or with `log`
        ln((V + s + e)/s): 0 for V = 0 if e = 0 (also for 0/0, with s = e = 0, where the gradient
        is 0), and 1 whatever V if s = 0 and V + e > 0. A unit without a valid pixel is not kept.

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value.

    Source: Jaccard (1912); as a loss: Rahman and Wang, Optimizing intersection-over-union in deep
    neural networks (2016); "min": Wang et al., Jaccard metric losses (2023).
    """
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    weight = unit_weights(x, over, classes, class_weights)
    p, t = x.probs, x.truth
    overlap, d_overlap = _intersect(p, t, intersection)
    size, d_size = (p**2 + t**2, 2 * p) if squared else (p + t, 1.0)
    numerator = total(overlap, x, over) + smooth
    denominator = total(size - overlap, x, over) + smooth + eps
    loss, d_numerator, d_denominator = _one_minus_ratio(numerator, denominator, log)
    gradient = d_numerator * d_overlap + d_denominator * (d_size - d_overlap)
    return reduce_units(loss, gradient, weight, x, over, reduction)


@checked
def tversky(
    logits: ArrayLike,
    target: ArrayLike,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    alpha: float = 0.5,
    beta: float = 0.5,
    gamma: float = 1.0,
    smooth: float = 1.0,
    eps: float = 0.0,
    intersection: Intersection = "product",
    over: Over = "image",
    classes: Classes = "all",
    class_weights: Sequence[float] | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Result:
    """Tversky loss: an overlap that weighs false positives and false negatives separately.

    For one unit with truth t and probabilities p, summed over its valid pixels,

        L = ((a FP + b FN + e) / (I + a FP + b FN + s + e))^g
        I = sum p t,    FP = sum p - I,    FN = sum t - I

    where a is `alpha`, b `beta`, g `gamma`, s `smooth` and e `eps`: for g = 1 this is 1 minus the
    Tversky index (I + s)/(I + a FP + b FN + s + e). With a = b = 1/2 it is dice(smooth=2s, eps=2e),
    with a = b = 1 jaccard(smooth=s, eps=e).

    Args:
        logits: (N, C, *spatial), real; probabilities with `from_logits=False`.
        target: the truth, 0 and 1 or in [0, 1], of the shape of `logits`; in "multiclass" labels
            (N, *spatial) or (N, 1, *spatial), or class probabilities of the shape of `logits`.
        mode: "binary", "multilabel" or "multiclass".
        from_logits: whether `logits` are logits.
        alpha: a >= 0, the weight of false positives, as in Salehi et al. (2017); libraries differ.
        beta: b >= 0, the weight of false negatives: above a, recall is favoured over precision.
        gamma: g > 0, the exponent of the loss: above 1, hard units dominate, below 1 easy ones.
            Abraham and Khan write 1/g: their 4/3 is 0.75 here.
        smooth: s >= 0, in pixels.
        eps: e >= 0, in pixels.
        intersection: "product", or "min": I = sum min(p, t), for soft labels.
        over: the pixels summed before the ratio is formed: "image"; "batch"; or "global", the batch
            of all processes (here the same as "batch").
        classes: "all", "present" (classes with truth in that unit) or a list of channels.
        class_weights: w >= 0, one per channel; the mean is sum w l / sum w.
        ignore_index: target value of the pixels that do not count; among class probabilities, where
            it must be no class, those whose channels all are it, or all 0.
        reduction: "mean", "sum" or "none": then (N, C), or (C,) unless `over` is "image", and 0 for
            a unit that is not kept.
        validate: whether to check the values in `target`, and probabilities.

    Returns:
        (value, gradient). The value is in [0, 1]. An empty mask with predicted volume V costs
        ((a V + e)/(a V + s + e))^g, and 0/0 is 0. At a perfect index the gradient is 0 unless g = 1
        (for g < 1 the slope is infinite there).

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value.

    Source: Salehi et al., Tversky loss function (2017), section 2; the exponent: Abraham and Khan,
    A novel focal Tversky loss function (2019), section 2.
    """
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    weight = unit_weights(x, over, classes, class_weights)
    p, t = x.probs, x.truth
    overlap, d_overlap = _intersect(p, t, intersection)
    index = total(overlap, x, over) + smooth
    errors = alpha * total(p - overlap, x, over) + beta * total(t - overlap, x, over) + eps
    d_errors = alpha * (1 - d_overlap) - beta * d_overlap
    loss, d_index, d_error = _power_of_share(errors, index, gamma)
    gradient = d_index * d_overlap + d_error * d_errors
    return reduce_units(loss, gradient, weight, x, over, reduction)


@checked
def generalized_dice(
    logits: ArrayLike,
    target: ArrayLike,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    smooth: float = 0.0,
    eps: float = 0.0,
    over: Over = "image",
    classes: Classes = "all",
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Result:
    """Generalized Dice loss: one Dice ratio for all classes, each weighted by 1/volume^2.

    For one image (or the batch), with sums over the valid pixels and over the classes c,

        L = 1 - (2 sum_c w_c I_c + s) / (sum_c w_c U_c + s + e),    w_c = 1 / (sum t_c)^2

    with I_c = sum p_c t_c and U_c = sum p_c + sum t_c. No gradient flows through w. A class without
    truth in the unit takes the largest weight of the others; if all are, all weigh 1.

    Args:
        logits: (N, C, *spatial), real; probabilities with `from_logits=False`.
        target: the truth, 0 and 1 or in [0, 1], of the shape of `logits`; in "multiclass" labels
            (N, *spatial) or (N, 1, *spatial), or class probabilities of the shape of `logits`.
        mode: "binary", "multilabel" or "multiclass".
        from_logits: whether `logits` are logits.
        smooth: s >= 0, added to the weighted sums (so not in pixels).
        eps: e >= 0, likewise.
        over: "image"; "batch"; or "global", the batch of all processes (here the same as "batch").
        classes: the classes in the sums: "all", "present" (with truth in that unit) or channels.
        ignore_index: target value of the pixels that do not count; among class probabilities, where
            it must be no class, those whose channels all are it, or all 0.
        reduction: "mean", "sum" or "none": then (N, 1), or (1,) unless `over` is "image", since the
            unit is the image or the batch; 0 for one that is not kept.
        validate: whether to check the values in `target`, and probabilities.

    Returns:
        (value, gradient). The value is in [0, 1]; 0/0 is 0. If all masks are empty and a volume V
        is predicted, (V + e)/(V + s + e).

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value.

    Source: Sudre et al., Generalised Dice overlap (2017), section 2.1; the weight of an absent
    class is not defined there.
    """
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    kept = kept_units(x, over, classes)
    p, t = x.probs, x.truth
    w = _inverse_squares(total(t, x, over), kept)
    numerator = np.sum(2 * w * total(p * t, x, over), axis=1, keepdims=True) + smooth
    denominator = np.sum(w * total(p + t, x, over), axis=1, keepdims=True) + smooth + eps
    loss, d_numerator, d_denominator = _one_minus_ratio(numerator, denominator, log=False)
    gradient = w * (d_numerator * 2 * t + d_denominator)
    weight = 1.0 * kept.any(axis=1, keepdims=True)
    return reduce_units(loss, gradient, weight, x, over, reduction)


def _intersect(p: np.ndarray, t: np.ndarray, intersection: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the overlap of each pixel and its derivative by p."""
    if intersection == "product":
        return p * t, t
    return np.minimum(p, t), (p < t) + 0.5 * (p == t)


def _one_minus_ratio(numerator, denominator, log: bool) -> tuple[np.ndarray, ...]:
    """1 - n/d, or -ln(n/d), with its derivatives by n and d; 0/0 is a perfect score."""
    if log:
        return np.log(denominator) - np.log(numerator), -1 / numerator, 1 / denominator
    perfect = denominator == 0
    d = np.where(perfect, 1.0, denominator)
    value = np.where(perfect, 0.0, (d - numerator) / d)
    return value, np.where(perfect, 0.0, -1 / d), np.where(perfect, 0.0, numerator / d**2)


def _power_of_share(errors, index, gamma: float) -> tuple[np.ndarray, ...]:
    """(m/(m + n))^g, with its derivatives by n = `index` and m = `errors`; 0/0 is 0."""
    whole = np.where(errors + index == 0, 1.0, errors + index)
    share = errors / whole
    slope = 1.0
    if gamma != 1:  # infinite at 0 for g < 1: defined as 0 there
        slope = np.where(share == 0, 0.0, gamma * np.where(share == 0, 1.0, share) ** (gamma - 1))
    return share**gamma, -slope * share / whole, slope * (index / whole) / whole


SMALLEST = 1e-12  # pixels: soft labels may sum to less, whose inverse square overflows float32


def _inverse_squares(volume: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """1/volume^2 of the classes kept, an empty one as the smallest of the others; others 0."""
    weighed = kept & (volume > 0)
    w = np.where(weighed, 1 / np.maximum(volume, SMALLEST) ** 2, 0.0)
    largest = w.max(axis=1, keepdims=True)
    return np.where(kept & ~weighed, np.where(largest > 0, largest, 1.0), w)
