"""The losses in NumPy float64: each returns its value and its gradient, side by side.

These functions define what the package computes; `segloss_lab.torch`, `segloss_lab.tensorflow` and
the explorers' JavaScript are tested against them. Arrays are `logits` (N, C, *spatial), with any
number of spatial axes, and `target`, the truth. Three modes say how they are read:

- "binary": C = 1, a sigmoid; `target` has the shape of `logits`.
- "multilabel": C channels, a sigmoid each; `target` has the shape of `logits`.
- "multiclass": a softmax over C > 1; `target` holds integer labels (N, *spatial), or class
  probabilities of the shape of `logits` that sum to 1 within 1e-3.

Parameters that mean the same in every loss:

- `from_logits`: False takes probabilities instead of logits (outside [0, 1] is an error).
- `ignore_index`: pixels whose target equals it count nowhere, as if they were cropped away, and
  get a gradient of exactly 0. A value that the target's dtype cannot hold matches nothing.
- `reduction`: "mean" is one flat (weighted) mean over the units that are kept, "sum" their
  (weighted) sum, "none" the (weighted) units themselves. A unit is a valid pixel in a pixel loss
  (per channel outside "multiclass"), and an (image, class) pair in a region loss, or a class with
  `over="batch"`. If no unit is kept, the value and the gradient are 0.
- `validate`: False skips the checks of the values in `target` (and of probabilities).

Every function returns (value, gradient): a float, or an array with `reduction="none"`, and an array
of the shape of `logits`, the derivative of the value (of its sum, with "none") by the numbers that
were passed as `logits`. Errors (TypeError, ValueError) name the argument, what came and what was
expected, and are raised before any arithmetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from segloss_lab import _contract

__all__ = ["cross_entropy", "dice"]

Mode = Literal["binary", "multilabel", "multiclass"]
Reduction = Literal["mean", "sum", "none"]
Over = Literal["image", "batch", "global"]
Intersection = Literal["product", "min"]
Classes = Literal["all", "present"] | Sequence[int]
Result = tuple[Any, np.ndarray]

CLIP = 1e-7  # pixel losses read probabilities as if within [CLIP, 1 - CLIP]


@_contract.checked
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

        -q y' ln p - (1 - y') ln(1 - p),    y' = y (1 - a) + a/2

    and with a softmax over C classes

        -sum_c w_c y'_c ln p_c,             y'_c = y_c (1 - a) + a/C

    where a is `label_smoothing`, q `pos_weight` and w `class_weights`. A unit is a valid pixel (per
    channel outside "multiclass"), and its weight in the mean is w_c, or sum_c w_c y_c with a
    softmax, y before smoothing: on labels this is torch's weighted mean (torch divides class
    probabilities by the number of pixels instead). `pos_weight` is not in the denominator.

    Args:
        logits: (N, C, *spatial), real; probabilities with `from_logits=False`, which are clipped to
            [1e-7, 1 - 1e-7] (gradient 0 outside) and not renormalised.
        target: see the module's docstring.
        mode: "binary", "multilabel" or "multiclass".
        from_logits: whether `logits` are logits.
        label_smoothing: a, in [0, 1].
        pos_weight: q >= 0, a number or one per channel; not in "multiclass".
        class_weights: w >= 0, one per channel.
        ignore_index: target value of the pixels that do not count.
        reduction: "mean", "sum" or "none": then the shape is that of logits, without C in
            "multiclass".
        validate: whether to check the values in `target`.

    Returns:
        (value, gradient). The value is in nats, in [0, inf). An empty mask is a mask like any
        other: each of its pixels costs -ln(1 - p).

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.90 and 4.108, and their
    gradients, p - y, in eq. 4.91 and 4.109; label smoothing: Szegedy et al. (2016), section 7.
    """
    x = _read(logits, target, mode, from_logits, ignore_index, validate)
    w = _per_channel(class_weights, "class_weights", x)
    pos = _per_channel(pos_weight, "pos_weight", x)
    levels = x.channels if mode == "multiclass" else 2
    soft = x.truth * (1 - label_smoothing) + label_smoothing / levels
    cost, cost_not, slope, slope_not = _costs(x)
    if mode == "multiclass":
        loss = np.sum(w * soft * cost, axis=1, keepdims=True)
        gradient = w * soft * slope
        if from_logits:  # every logit moves every probability
            gradient += np.sum(w * soft, axis=1, keepdims=True) * x.probs
        weight = (
            x.valid if class_weights is None else x.valid * np.sum(w * x.truth, 1, keepdims=True)
        )
    else:
        loss = w * (pos * soft * cost + (1 - soft) * cost_not)
        gradient = w * (pos * soft * slope + (1 - soft) * slope_not)
        weight = x.valid * w
    shape = x.target_shape if mode == "multiclass" else x.shape
    return _reduce_pixels(loss, gradient, weight, x, shape, reduction)


@_contract.checked
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
        target: see the module's docstring.
        mode: "binary", "multilabel" or "multiclass".
        from_logits: whether `logits` are logits.
        smooth: s >= 0, in pixels.
        eps: e >= 0, in pixels.
        squared: whether the denominator takes squares.
        intersection: "product", or "min", the L1 form for soft labels, with which the loss of a map
            with itself is 0; not with `squared`.
        log: whether to return -ln(index), in [0, inf); needs `smooth` > 0.
        over: the pixels summed before the ratio is formed: "image"; "batch"; or "global", the batch
            of all processes (here the same as "batch").
        classes: "all", "present" (classes with truth in that unit) or a list of channels.
        class_weights: w >= 0, one per channel; the mean is sum w l / sum w.
        ignore_index: target value of the pixels that do not count.
        reduction: "mean", "sum" or "none": then (N, C), or (C,) unless `over` is "image", and 0 for
            a unit that is not kept.
        validate: whether to check the values in `target`.

    Returns:
        (value, gradient). The value is in [0, 1] (in [0, inf) with `log`). An empty mask with
        predicted volume V costs (V + e)/(V + s + e): 0 for a correct empty prediction if e = 0
        (also for 0/0, with s = e = 0, where the gradient is 0), and 1 whatever V if s = 0 and
        V + e > 0. A unit without a valid pixel is not kept.

    Raises:
        TypeError, ValueError: for a wrong option, shape, dtype or value.

    Source: Milletari et al., V-Net (2016), section 3, with squares; Sudre et al. (2017), section
    2.1, without; `log`: Wong et al. (2018), with exponent 1; "min": Wang et al., Dice semimetric
    losses (2023), where I = (|p| + |t| - |p - t|)/2, which is the same number.
    """
    x = _read(logits, target, mode, from_logits, ignore_index, validate)
    weight = _unit_weights(x, over, classes, class_weights)
    p, t = x.probs, x.truth
    overlap, d_overlap = _intersect(p, t, intersection)
    size, d_size = (p**2 + t**2, 2 * p) if squared else (p + t, 1.0)
    numerator = 2 * _sum(overlap, x.valid, over) + smooth
    denominator = _sum(size, x.valid, over) + smooth + eps
    loss, d_numerator, d_denominator = _one_minus_ratio(numerator, denominator, log)
    gradient = 2 * d_numerator * d_overlap + d_denominator * d_size
    return _reduce_units(loss, gradient, weight, x, over, reduction)


@dataclass(frozen=True)
class _Pixels:
    """What all losses start from: float64 arrays (N, C, S), ignored pixels set to harmless 0."""

    inputs: np.ndarray  # logits, or probabilities unless from_logits
    probs: np.ndarray
    truth: np.ndarray
    valid: np.ndarray  # bool, (N, C, S), or (N, 1, S) in "multiclass"
    mode: str
    from_logits: bool
    shape: tuple  # of logits as they came
    target_shape: tuple  # of labels: shape without C

    @property
    def channels(self) -> int:
        return self.shape[1]


def _read(logits, target, mode, from_logits, ignore_index, validate) -> _Pixels:
    logits, target = np.asarray(logits), np.asarray(target)
    labels = _contract.check_arrays(
        (logits.shape, _kind(logits)), (target.shape, _kind(target)), mode
    )
    n, c = logits.shape[:2]
    flat = (n, c, int(np.prod(logits.shape[2:])))
    valid = ~_matches(target, ignore_index)
    if validate:
        _contract.check_values(logits, target, valid, labels, mode, from_logits)
    z = logits.astype(np.float64).reshape(flat)
    if labels:
        valid = valid.reshape(n, 1, -1)
        truth = target.reshape(valid.shape) == np.arange(c)[:, None]
    else:
        truth, valid = target.reshape(flat), valid.reshape(flat)
        if mode == "multiclass":  # a pixel is ignored where all its channels are
            valid = valid.any(axis=1, keepdims=True)
    truth = np.where(valid, truth, 0).astype(np.float64)
    z = np.where(valid, z, 0.0)
    if from_logits:
        z = np.clip(z, -_LARGE, _LARGE)
        probs = _softmax(z) if mode == "multiclass" else _sigmoid(z)
    else:
        probs = z
    shapes = logits.shape, logits.shape[:1] + logits.shape[2:]
    return _Pixels(z, probs, truth, valid, mode, from_logits, *shapes)


_LARGE = np.finfo(np.float64).max / 4  # infinite logits count as this: differences stay finite


def _kind(array: np.ndarray) -> str:
    kinds = {"b": "bool", "i": "integer", "u": "integer", "f": "float"}
    return kinds.get(array.dtype.kind, str(array.dtype))


def _matches(target: np.ndarray, index: int | None) -> np.ndarray:
    """Where the target equals an index; nowhere if its dtype cannot hold the index."""
    if index is None:
        return np.zeros(target.shape, dtype=bool)
    if target.dtype.kind in "iu":
        limits = np.iinfo(target.dtype)
        if not limits.min <= index <= limits.max:
            return np.zeros(target.shape, dtype=bool)
        return target == target.dtype.type(index)
    return target.astype(np.float64) == index


def _sigmoid(z: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(z))  # never overflows
    return np.where(z >= 0, 1.0, e) / (1 + e)


def _softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _costs(x: _Pixels) -> tuple[np.ndarray, ...]:
    """Return -ln p and -ln(1 - p), and their derivatives by the inputs.

    With a softmax the derivative of -ln p_c by its own logit is given without the term p_c that the
    logits of all classes share; -ln(1 - p) has no use there.
    """
    z = x.inputs
    if not x.from_logits:
        p = np.clip(z, CLIP, 1 - CLIP)
        inside = 1.0 - ((z < CLIP) | (z > 1 - CLIP))  # 0 where clipped
        return -np.log(p), -np.log1p(-p), -inside / p, inside / (1 - p)
    if x.mode == "multiclass":
        shifted = z - z.max(axis=1, keepdims=True)
        cost = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True)) - shifted
        return cost, np.zeros_like(z), -np.ones_like(z), np.zeros_like(z)
    softplus = np.log1p(np.exp(-np.abs(z)))
    return softplus + np.maximum(-z, 0), softplus + np.maximum(z, 0), x.probs - 1, x.probs


def _intersect(p: np.ndarray, t: np.ndarray, intersection: str) -> tuple[np.ndarray, np.ndarray]:
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


_AXES = {"image": 2, "batch": (0, 2), "global": (0, 2)}


def _sum(values: np.ndarray, valid: np.ndarray, over: str) -> np.ndarray:
    """Sum over the valid pixels of each unit: (N, C, 1), or (1, C, 1) over the batch."""
    return np.sum(np.where(valid, values, 0.0), axis=_AXES[over], keepdims=True)


def _per_channel(weights, option: str, x: _Pixels) -> np.ndarray:
    """Weights so that they broadcast against (N, C, S); None is 1."""
    _contract.check_channels(x.channels, **{option: weights})
    array = np.asarray(1.0 if weights is None else weights, dtype=np.float64)
    return array.reshape(-1, 1) if array.ndim else array


def _unit_weights(x: _Pixels, over: str, classes: Classes, class_weights) -> np.ndarray:
    """The weight of each unit in the mean, of the shape of `_sum`; 0 for one that is not kept."""
    _contract.check_channels(x.channels, classes=classes)
    kept = np.any(np.broadcast_to(x.valid, x.truth.shape), axis=_AXES[over], keepdims=True)
    if isinstance(classes, str):
        if classes == "present":
            kept = kept & (_sum(x.truth, x.valid, over) > 0)
    else:
        kept = kept & np.isin(np.arange(x.channels), classes)[:, None]
    return kept * _per_channel(class_weights, "class_weights", x)


def _reduce_units(loss, d_probs, weight, x: _Pixels, over: str, reduction: str) -> Result:
    """Reduce region losses; the gradient arrives per unit, by its own probabilities."""
    value, share = _reduce(loss, weight, reduction)
    gradient = np.where(x.valid & (share != 0), share * d_probs, 0.0)
    if x.from_logits:
        gradient = _chain(gradient, x)
    if reduction == "none":
        value = value[..., 0] if over == "image" else value[0, :, 0]
    return value, gradient.reshape(x.shape)


def _reduce_pixels(loss, gradient, weight, x: _Pixels, shape: tuple, reduction: str) -> Result:
    """Reduce pixel losses, whose own class weights are already in `loss` and `gradient`."""
    value, share = _reduce(loss, x.valid, reduction, total=np.sum(weight))
    gradient = np.where(x.valid, share * gradient, 0.0)
    if reduction == "none":
        value = value.reshape(shape)
    return value, gradient.reshape(x.shape)


def _reduce(loss, weight, reduction: str, total=None) -> tuple[Any, np.ndarray]:
    """Return the reduced value, and each unit's share in it: the derivative by its loss."""
    weighted = np.where(weight > 0, weight * loss, 0.0)
    if reduction == "none":
        return weighted, weight
    if reduction == "sum":
        return float(weighted.sum()), weight
    total = weight.sum() if total is None else total
    if total == 0:
        return 0.0, np.zeros_like(weight, dtype=np.float64)
    return float(weighted.sum() / total), weight / total


def _chain(d_probs: np.ndarray, x: _Pixels) -> np.ndarray:
    """From the derivative by probabilities to that by logits."""
    p = x.probs
    if x.mode == "multiclass":
        own = np.where(x.valid, p * d_probs, 0.0)
        return own - p * np.sum(own, axis=1, keepdims=True)
    return np.where(x.valid, d_probs * p * _sigmoid(-x.inputs), 0.0)  # 1 - p, to its last digit
