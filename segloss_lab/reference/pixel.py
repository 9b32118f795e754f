"""Pixel losses: cross-entropy and focal."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from segloss_lab._contract import CLIP, Mode, Normalize, Reduction, checked
from segloss_lab.reference._pixels import Pixels, Result, per_channel, read, reduce_pixels, sigmoid


@checked
def cross_entropy(
    logits: ArrayLike,
    target: ArrayLike,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    label_smoothing: float = 0.0,
    pos_weight: float | Sequence[float] | None = None,
    class_weights: Sequence[float] | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Result:
    """Cross-entropy: the negative log-likelihood of the truth, pixel by pixel.

    With a sigmoid, a pixel of truth y and probability p costs

        w (-q y' ln p - (1 - y') ln(1 - p)),    y' = y (1 - a) + a/2

    and with a softmax over C classes

        -sum_c w_c y'_c ln p_c,             y'_c = y_c (1 - a) + a/C

    where a is `label_smoothing`, q `pos_weight` and w `class_weights`. A unit is a valid pixel (per
    channel outside "multiclass"), and its weight in the mean is w_c, or sum_c w_c y_c with a
    softmax, y before smoothing: on labels this is torch's weighted mean (torch divides class
    probabilities by the number of pixels instead). `pos_weight` is not in the denominator.

    Args:
        logits: (N, C, *spatial), real; probabilities with `from_logits=False`, which are clipped to
            [1e-7, 1 - 1e-7] (gradient 0 outside) and not renormalised.
        target: the truth, 0 and 1 or in [0, 1], of the shape of `logits`; in "multiclass" labels
            (N, *spatial) or (N, 1, *spatial), or class probabilities of the shape of `logits`.
        mode: "binary", "multilabel" or "multiclass".
        from_logits: whether `logits` are logits.
        label_smoothing: a, in [0, 1].
        pos_weight: q >= 0, a number or one per channel; not in "multiclass".
        class_weights: w >= 0, one per channel.
        ignore_index: target value of the pixels that do not count; among class probabilities, where
            it must be no class, those whose channels all are it, or all 0.
        reduction: "mean", "sum" or "none": then the shape is that of logits, without C in
            "multiclass".
        validate: whether to check the values in `target`, and probabilities.

    Returns:
        (value, gradient). The value is in nats, in [0, inf). An empty mask is a mask like any
        other: with a sigmoid and a = 0, each of its pixels costs -ln(1 - p).

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.90 and 4.108, and their
    gradients, p - y, in eq. 4.91 and 4.109; label smoothing: Szegedy et al. (2016), section 7.
    """
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    w = per_channel(class_weights, "class_weights", x)
    pos = per_channel(pos_weight, "pos_weight", x)
    levels = x.channels if mode == "multiclass" else 2
    soft = x.truth * (1 - label_smoothing) + label_smoothing / levels
    cost, cost_not = _costs(x)
    if mode == "multiclass":
        loss = np.sum(w * soft * cost, axis=1, keepdims=True)
        gradient = _by_inputs(-w * soft, x)
        weight = x.valid if class_weights is None else x.valid * _sum_classes(w * x.truth)
    else:
        loss = w * (pos * soft * cost + (1 - soft) * cost_not)
        gradient = w * _by_inputs(-pos * soft, x, 1 - soft)
        weight = x.valid * w
    return reduce_pixels(loss, gradient, weight, x, reduction)


@checked
def focal(
    logits: ArrayLike,
    target: ArrayLike,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    gamma: float = 2.0,
    alpha: float | Sequence[float] | None = None,
    normalize: Normalize = "pixels",
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Result:
    """Focal loss: cross-entropy in which a pixel that is nearly right counts little.

    With a sigmoid, a pixel of truth y and probability p costs

        -a y (1 - p)^g ln p - (1 - a) (1 - y) p^g ln(1 - p)

    and with a softmax over C classes

        -sum_c a_c y_c (1 - p_c)^g ln p_c

    where g is `gamma` and a `alpha`; without `alpha` all weights are 1. A unit is a valid pixel
    (per channel outside "multiclass"); `alpha` is in no denominator, so `gamma=0` without it is
    `cross_entropy`, and cross_entropy(pos_weight=w) = (1 + w) focal(gamma=0, alpha=w/(1 + w)).

    Args:
        logits: (N, C, *spatial), real; probabilities with `from_logits=False`, which are clipped to
            [1e-7, 1 - 1e-7] (gradient 0 outside) and not renormalised.
        target: the truth, 0 and 1 or in [0, 1], of the shape of `logits`; in "multiclass" labels
            (N, *spatial) or (N, 1, *spatial), or class probabilities of the shape of `logits`.
        mode: "binary", "multilabel" or "multiclass".
        from_logits: whether `logits` are logits.
        gamma: g >= 0.
        alpha: weight of the positive class in [0, 1], a number or one per channel; in "multiclass"
            C weights >= 0.
        normalize: "pixels", or "positives": the mean divides by max(1, sum of y over the valid
            pixels) instead of their number; not in "multiclass".
        ignore_index: target value of the pixels that do not count; among class probabilities, where
            it must be no class, those whose channels all are it, or all 0.
        reduction: "mean", "sum" or "none": then the shape is that of logits, without C in
            "multiclass".
        validate: whether to check the values in `target`, and probabilities.

    Returns:
        (value, gradient). The value is in nats, in [0, inf). With a sigmoid, each pixel of an empty
        mask costs -(1 - a) p^g ln(1 - p).

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value.

    Source: Lin et al., Focal loss for dense object detection (2017), eq. 4 and 5; "positives" is
    their normalisation, section 4.1.
    """
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    y = x.truth
    cost, cost_not = _costs(x)
    loss, pull = _focus(cost, gamma)
    if mode == "multiclass":
        a = per_channel(alpha, "alpha", x)
        loss = np.sum(a * y * loss, axis=1, keepdims=True)
        gradient = _by_inputs(a * y * pull, x)
    else:
        a = per_channel(alpha, "alpha", x)
        b = 1 if alpha is None else 1 - a
        loss_not, pull_not = _focus(cost_not, gamma)
        loss = a * y * loss + b * (1 - y) * loss_not
        gradient = _by_inputs(a * y * pull, x, -b * (1 - y) * pull_not)
    positives = normalize == "positives"
    norm = max(1.0, np.sum(np.where(x.valid, y, 0.0))) if positives else x.valid
    return reduce_pixels(loss, gradient, norm, x, reduction)


def _costs(x: Pixels) -> tuple[np.ndarray, np.ndarray | None]:
    """Return -ln p and -ln(1 - p); the latter has no use with a softmax."""
    z = x.inputs
    if not x.from_logits:
        p = np.clip(z, CLIP, 1 - CLIP)
        return -np.log(p), -np.log1p(-p)
    if x.mode == "multiclass":
        shifted = z - z.max(axis=1, keepdims=True)
        return np.log(_sum_classes(np.exp(shifted))) - shifted, None
    softplus = np.log1p(np.exp(-np.abs(z)))
    return softplus + np.maximum(-z, 0), softplus + np.maximum(z, 0)


def _focus(cost: np.ndarray, gamma: float) -> tuple[np.ndarray, np.ndarray]:
    """Return q^g cost and p times its derivative by p, where cost = -ln p and q = 1 - p."""
    p, q = np.exp(-cost), -np.expm1(-cost)
    # g q^(g-1) p cost, with cost/q brought to its limit 1 at q = 0, where q^(g-1) may be infinite.
    ratio = np.divide(cost, q, out=np.ones_like(cost), where=q != 0)
    return q**gamma * cost, -(q**gamma) * (1 + gamma * p * ratio)


def _by_inputs(pull: np.ndarray, x: Pixels, pull_not: np.ndarray | float = 0.0) -> np.ndarray:
    """From slopes times probabilities to the slope by the inputs.

    `pull` is p dL/dp of the terms in ln p, `pull_not` likewise (1 - p) dL/dp of those in ln(1 - p).
    """
    z = x.inputs
    if not x.from_logits:
        p = np.clip(z, CLIP, 1 - CLIP)
        inside = 1.0 - ((z < CLIP) | (z > 1 - CLIP))  # 0 where clipped
        return inside * (pull / p + pull_not / (1 - p))
    if x.mode == "multiclass":  # every logit moves every probability
        return pull - x.probs * _sum_classes(pull)
    return pull * sigmoid(-z) + pull_not * x.probs


def _sum_classes(values: np.ndarray) -> np.ndarray:
    return np.sum(values, axis=1, keepdims=True)
