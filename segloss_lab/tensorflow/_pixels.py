"""What all losses share in TensorFlow: reading tensors, and reducing over units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from segloss_lab import _contract
from segloss_lab._contract import Classes

Weights = Sequence[float] | tf.Tensor


class Weighted(NamedTuple):
    """A target with Keras' sample weights, which ride with it to `read`."""

    target: tf.Tensor
    sample_weight: tf.Tensor


@dataclass(frozen=True)
class Pixels:
    """What all losses start from: (N, S, C), in at least float32, ignored pixels set to 0."""

    inputs: tf.Tensor  # logits, or probabilities unless from_logits
    truth: tf.Tensor
    share: tf.Tensor  # of each pixel in every sum, 0 where ignored: (N, S, C), or (N, S, 1)
    image_weight: tf.Tensor | None  # (N, 1)
    mode: str
    from_logits: bool
    channels: int
    pixel_shape: tf.Tensor  # of a pixel loss with reduction="none"


def read(
    logits, target, mode, from_logits, ignore_index, validate, *, hard=False, per_image=False
) -> Pixels:
    """Check the tensors and bring them into one form.

    `hard` allows no truth but 0 and 1; `per_image` keeps sample weights (N,) as weights of images.
    """
    target, sample_weight = target if isinstance(target, Weighted) else (target, None)
    logits, target = tf.convert_to_tensor(logits), tf.convert_to_tensor(target)
    for name, tensor in (("logits", logits), ("target", target)):
        if tensor.shape.rank is None:
            raise ValueError(f"{name}: got an unknown number of axes, expected a known one")
    labels = _contract.check_arrays(
        (tuple(logits.shape), _kind(logits)),
        (tuple(target.shape), _kind(target)),
        mode,
        channel_axis=-1,
    )
    channels = logits.shape[-1]
    if channels is None:
        raise ValueError(f"logits: got shape {logits.shape}, expected a known number of channels")
    pixel_shape = tf.shape(logits)[:-1] if mode == "multiclass" else tf.shape(logits)
    flat = [tf.shape(logits)[0], tf.reduce_prod(tf.shape(logits)[1:-1]), channels]
    valid = ~_matches(target, ignore_index)
    checks = _checks(logits, target, valid, labels, mode, from_logits, hard) if validate else []
    with tf.control_dependencies(checks):
        z = tf.reshape(logits, flat)
    z = tf.cast(z, tf.float32) if z.dtype in (tf.float16, tf.bfloat16) else z
    if labels:
        valid = tf.reshape(valid, [*flat[:2], 1])
        index = tf.where(valid, tf.cast(tf.reshape(target, [*flat[:2], 1]), tf.int64), -1)
        truth = tf.cast(index == tf.range(channels, dtype=tf.int64), z.dtype)
    else:
        truth, valid = tf.cast(tf.reshape(target, flat), z.dtype), tf.reshape(valid, flat)
        if mode == "multiclass":  # a pixel is ignored where all its channels are
            valid = tf.reduce_any(valid, axis=2, keepdims=True)
    zero = tf.zeros([], z.dtype)
    z = tf.where(valid, z, zero)  # before any function, so that the gradient there is exactly 0
    if from_logits:  # infinite ones count as very large: clipping would give NaN a gradient of 0
        z = tf.where(tf.math.is_inf(z), tf.sign(z) * (z.dtype.max / 4), z)
    share, image_weight = tf.cast(valid, z.dtype), None
    if sample_weight is not None:
        weight = tf.cast(sample_weight, z.dtype)
        share, image_weight = _weigh_pixels(share, weight, logits, per_image)
    return Pixels(
        z,
        tf.where(valid, truth, zero),
        share,
        image_weight,
        mode,
        from_logits,
        channels,
        pixel_shape,
    )


def _weigh_pixels(share, weight, logits, per_image: bool):
    """Multiply sample weights into the pixels' shares, or keep them as weights of images."""
    spatial = logits.shape[:-1]
    expected = spatial[:1] if weight.shape.rank == 1 else spatial
    if not weight.shape.is_compatible_with(expected):
        raise ValueError(
            f"sample_weight: got shape {weight.shape}, expected {spatial[:1]} or {spatial}"
        )
    if weight.shape.rank == 1 and spatial.rank > 1:
        if per_image:
            return share, weight[:, None]
        return share * weight[:, None, None], None
    return share * tf.reshape(weight, [*tf.unstack(tf.shape(share))[:2], 1]), None


def _kind(tensor: tf.Tensor) -> str:
    if tensor.dtype.is_bool:
        return "bool"
    if tensor.dtype.is_floating:
        return "float"
    return "integer" if tensor.dtype.is_integer else tensor.dtype.name


def _matches(target: tf.Tensor, index: int | None) -> tf.Tensor:
    """Where the target equals an index; nowhere if its dtype cannot hold the index."""
    if index is None or not _holds(target.dtype, index):
        return tf.zeros_like(target, dtype=tf.bool)
    return tf.equal(target, tf.constant(index, target.dtype))


def _holds(dtype: tf.DType, index: int) -> bool:
    if dtype.is_bool:
        return index in (0, 1)
    if dtype.is_floating:
        with np.errstate(over="ignore"):
            return float(np.asarray(index, dtype=dtype.as_numpy_dtype)) == index
    return dtype.min <= index <= dtype.max


def _checks(logits, target, valid, labels, mode, from_logits, hard) -> list:
    """Check values: eagerly in the reference's words, in a graph by assertions (returned)."""
    fine = _conditions(logits, target, valid, labels, mode, from_logits, hard)
    if not tf.executing_eagerly():
        shape = tf.shape(logits)[:-1] if labels else tf.shape(logits)
        same = tf.debugging.assert_equal(tf.shape(target), shape, "target: shape is not logits'")
        return [same, *(tf.debugging.Assert(ok, [message]) for message, ok in fine.items())]
    if not tf.reduce_all(list(fine.values())):
        arrays = logits.numpy(), target.numpy(), valid.numpy()
        _contract.check_values(*arrays, labels, mode, from_logits, hard, channel_axis=-1)
    return []


def _conditions(logits, target, valid, labels, mode, from_logits, hard) -> dict:
    """What must hold of the values at valid pixels: message -> scalar bool tensor."""
    if not labels and mode == "multiclass":
        valid = tf.reduce_any(valid, axis=-1, keepdims=True)
    high = logits.shape[-1] - 1 if labels else 1
    numbers = target if target.dtype.is_floating else tf.cast(target, tf.int64)
    inside = (numbers >= 0) & (numbers <= high)
    fine = {f"target: expected values in 0 to {high}": tf.reduce_all(inside | ~valid)}
    if hard and not labels:
        fine["target: expected 0 or 1"] = tf.reduce_all((numbers == 0) | (numbers == 1) | ~valid)
    if not labels and mode == "multiclass":
        sums = tf.reduce_sum(tf.cast(target, tf.float64), axis=-1, keepdims=True)
        near = abs(sums - 1) <= _contract.SUM_TOLERANCE
        fine["target: expected class probabilities that sum to 1"] = tf.reduce_all(near | ~valid)
    if not from_logits:
        outside = (logits < 0) | (logits > 1)
        shown = valid[..., None] if labels else valid
        fine["logits: expected probabilities in [0, 1]"] = ~tf.reduce_any(outside & shown)
    return fine


def probs(x: Pixels) -> tf.Tensor:
    """Probabilities, (N, S, C)."""
    if not x.from_logits:
        return x.inputs
    return tf.nn.softmax(x.inputs, axis=2) if x.mode == "multiclass" else tf.sigmoid(x.inputs)


def total(values: tf.Tensor, x: Pixels, over: str) -> tf.Tensor:
    """Sum over the valid pixels of each unit: (N, C), or (C,) over the batch."""
    # Along the last axis, where TensorFlow adds in pairs: along any other, a float32 sum over a
    # megapixel is wrong in its fourth digit.
    sums = tf.reduce_sum(tf.transpose(weigh(values, x.share), [0, 2, 1]), axis=2)
    return sums if over == "image" else tf.reduce_sum(sums, axis=0)


def per_channel(weights, option: str, x: Pixels) -> tf.Tensor | float:
    """Weights so that they broadcast against (N, S, C); None is 1."""
    if weights is None:
        return 1.0
    if not tf.is_tensor(weights):  # straight to the dtype: by way of float32, digits are lost
        weights = np.asarray(weights, dtype=np.float64)
    weights = tf.cast(weights, x.inputs.dtype)
    _contract.check_channels(x.channels, **{option: weights})
    return weights


def kept_units(x: Pixels, over: str, classes: Classes) -> tf.Tensor:
    """Which units have a valid pixel and are among `classes`, of the shape of `total`."""
    if over == "global" and tf.distribute.get_strategy().num_replicas_in_sync > 1:
        raise NotImplementedError('over: "global" over several replicas is not available yet')
    _contract.check_channels(x.channels, classes=classes)
    shown = tf.broadcast_to(x.share > 0, tf.shape(x.truth))
    kept = tf.reduce_any(shown, axis=1 if over == "image" else [0, 1])
    if not isinstance(classes, str):
        return kept & tf.constant(np.isin(np.arange(x.channels), classes))
    return kept & (total(x.truth, x, over) > 0) if classes == "present" else kept


def unit_weights(x: Pixels, over: str, classes: Classes, class_weights) -> tf.Tensor:
    """The weight of each unit in the mean, of the shape of `total`; 0 for one not kept."""
    kept = tf.cast(kept_units(x, over, classes), x.truth.dtype)
    return kept * per_channel(class_weights, "class_weights", x)


def weigh(values: tf.Tensor, weight: tf.Tensor) -> tf.Tensor:
    """Weight times values, where a weight of 0 silences even NaN."""
    return tf.where(weight > 0, weight * values, tf.zeros([], values.dtype))


def reduce_pixels(loss, weight, x: Pixels, reduction: str) -> tf.Tensor:
    """Reduce a pixel loss, whose own weights are already in it; the mean is over `weight`."""
    return _reduce(weigh(loss, x.share), weight, reduction, x.pixel_shape)


def reduce_units(loss, weight, x: Pixels, reduction: str) -> tf.Tensor:
    """Reduce a region or ranking loss by the weights of its units, and of images."""
    if x.image_weight is not None:
        weight = weight * x.image_weight
    return _reduce(weigh(loss, weight), weight, reduction, tf.shape(loss))


def _reduce(weighted: tf.Tensor, weight: tf.Tensor, reduction: str, shape: tf.Tensor) -> tf.Tensor:
    if reduction == "none":
        return tf.reshape(weighted, shape)
    total = tf.reduce_sum(weighted)
    if reduction == "sum":
        return total
    return tf.math.divide_no_nan(total, tf.reduce_sum(weight))  # no unit kept: 0
