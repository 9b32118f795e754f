"""What all losses of the reference share: reading arrays, and reducing over units."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from segloss_lab import _contract
from segloss_lab._contract import Classes

Result = tuple[Any, np.ndarray]


@dataclass(frozen=True)
class Pixels:
    """What all losses start from: float64 arrays (N, C, S), ignored pixels set to harmless 0."""

    inputs: np.ndarray  # logits, or probabilities unless from_logits
    truth: np.ndarray
    valid: np.ndarray  # bool, (N, C, S), or (N, 1, S) in "multiclass"
    mode: str
    from_logits: bool
    shape: tuple  # of logits as they came

    @property
    def channels(self) -> int:
        """C."""
        return self.shape[1]

    @property
    def pixel_shape(self) -> tuple:
        """The shape of a pixel loss with reduction="none"."""
        return self.shape[:1] + self.shape[2:] if self.mode == "multiclass" else self.shape

    @cached_property
    def probs(self) -> np.ndarray:
        """Probabilities, (N, C, S)."""
        if not self.from_logits:
            return self.inputs
        return softmax(self.inputs) if self.mode == "multiclass" else sigmoid(self.inputs)


def read(logits, target, mode, from_logits, ignore_index, validate, hard=False) -> Pixels:
    """Check the arrays and bring them into one form; `hard` allows no truth but 0 and 1."""
    logits, target = _contract.as_array("logits", logits), _contract.as_array("target", target)
    shape = logits.shape
    labels = _contract.check_arrays(
        (shape, _kind(logits)), (target.shape, _kind(target)), mode, ignore_index
    )
    flat = (*shape[:2], int(np.prod(shape[2:])))
    tolerance = _contract.sum_tolerance(target.dtype)
    target = target.reshape(flat[0], 1 if labels else flat[1], flat[2])
    logits = logits.astype(np.float64).reshape(flat)
    valid = ~_matches(target, ignore_index)
    if mode == "multiclass" and not labels:  # a pixel is void where all its channels are, or all 0
        valid = valid.any(axis=1, keepdims=True)
        if ignore_index is not None:
            valid &= (target != 0).any(axis=1, keepdims=True)
    if validate:
        _contract.check_values(
            logits, target, valid, labels, mode, from_logits, hard, tolerance=tolerance
        )
    truth = target == np.arange(flat[1])[:, None] if labels else target
    truth = np.where(valid, truth, 0).astype(np.float64)
    inputs = np.where(valid, logits, 0.0)
    if from_logits:
        inputs = np.clip(inputs, -_LARGE, _LARGE)
    return Pixels(inputs, truth, valid, mode, from_logits, shape)


_LARGE = np.finfo(np.float64).max / 4  # infinite logits count as this: differences stay finite


def _kind(array: np.ndarray) -> str:
    kinds = {"b": "bool", "i": "integer", "u": "integer", "f": "float"}
    name = str(array.dtype)  # bfloat16, an extension of NumPy, is of no kind
    return "float" if name == "bfloat16" else kinds.get(array.dtype.kind, name)


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


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return the logistic function; that of -z is 1 minus it, to the last digit."""
    e = np.exp(-np.abs(z))  # never overflows
    return np.where(z >= 0, 1.0, e) / (1 + e)


def softmax(z: np.ndarray) -> np.ndarray:
    """Return exponentials over their sum over the channels."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def per_channel(weights, option: str, x: Pixels) -> np.ndarray:
    """Weights so that they broadcast against (N, C, S); None is 1."""
    _contract.check_channels(x.channels, **{option: weights})
    array = np.asarray(1.0 if weights is None else weights, dtype=np.float64)
    return array.reshape(-1, 1) if array.ndim else array


AXES = {"image": 2, "batch": (0, 2), "global": (0, 2)}


def total(values: np.ndarray, x: Pixels, over: str) -> np.ndarray:
    """Sum over the valid pixels of each unit: (N, C, 1), or (1, C, 1) over the batch."""
    return np.sum(np.where(x.valid, values, 0.0), axis=AXES[over], keepdims=True)


def kept_units(x: Pixels, over: str, classes: Classes) -> np.ndarray:
    """Which units have a valid pixel and are among `classes`, of the shape of `total`."""
    _contract.check_channels(x.channels, classes=classes)
    kept = np.any(np.broadcast_to(x.valid, x.truth.shape), axis=AXES[over], keepdims=True)
    if not isinstance(classes, str):
        return kept & np.isin(np.arange(x.channels), classes)[:, None]
    return kept & (total(x.truth, x, over) > 0) if classes == "present" else kept


def unit_weights(x: Pixels, over: str, classes: Classes, class_weights) -> np.ndarray:
    """The weight of each unit in the mean, of the shape of `total`; 0 for one not kept."""
    return kept_units(x, over, classes) * per_channel(class_weights, "class_weights", x)


def reduce_pixels(loss, gradient, weight, x: Pixels, reduction: str) -> Result:
    """Reduce a pixel loss; its class weights are already in `loss` and `gradient`."""
    value, share = _reduce(loss, x.valid, reduction, norm=np.sum(weight))
    gradient = np.where(x.valid, share * gradient, 0.0)
    if reduction == "none":
        value = value.reshape(x.pixel_shape)
    return value, gradient.reshape(x.shape)


def reduce_units(
    loss, gradient, weight, x: Pixels, over: str, reduction: str, by_probs: bool = True
) -> Result:
    """Reduce a region or ranking loss; `gradient` is each unit's, by its own probabilities."""
    value, share = _reduce(loss, weight, reduction)
    gradient = np.where(x.valid & (share != 0), share * gradient, 0.0)
    if by_probs and x.from_logits:
        gradient = _by_logits(gradient, x)
    if reduction == "none":
        value = value[..., 0] if over == "image" else value[0, :, 0]
    return value, gradient.reshape(x.shape)


def _reduce(loss, weight, reduction: str, norm=None) -> tuple[Any, np.ndarray]:
    """Return the reduced value, and each unit's share in it: the derivative by its loss."""
    weighted = np.where(weight > 0, weight * loss, 0.0)
    if reduction == "none":
        return weighted, weight
    if reduction == "sum":
        return float(weighted.sum()), weight
    norm = weight.sum() if norm is None else norm
    if norm == 0:
        return 0.0, np.zeros_like(weight, dtype=np.float64)
    return float(weighted.sum() / norm), weight / norm


def _by_logits(d_probs: np.ndarray, x: Pixels) -> np.ndarray:
    """From the derivative by probabilities to that by logits."""
    p = x.probs
    if x.mode == "multiclass":  # every logit moves every probability
        own = p * d_probs
        return own - p * np.sum(own, axis=1, keepdims=True)
    return d_probs * p * sigmoid(-x.inputs)  # 1 - p, to its last digit
