"""The checks of tensors: eagerly in the reference's words, in a graph by assertions."""

from typing import Any

import tensorflow as tf

from segloss_lab import _contract

_TO_DENSE = {tf.RaggedTensor: "{}.to_tensor()", tf.SparseTensor: "tf.sparse.to_dense({})"}


def as_tensor(name: str, value: Any) -> tf.Tensor:
    """An argument as one dense tensor."""
    if type(value) in _TO_DENSE:
        dense = _TO_DENSE[type(value)].format(name)
        raise TypeError(f"{name}: got {type(value).__name__}, expected a dense tensor: {dense}")
    return _contract.as_array(name, value, tf.convert_to_tensor)


def check_values(logits, target, valid, labels, mode, from_logits, hard) -> list:
    """Check the values at the pixels that are valid (None: all); a graph's assertions come back.

    Labels have an axis of 1 for the channels here.
    """
    fine = _conditions(logits, target, valid, labels, mode, from_logits, hard)
    if not tf.executing_eagerly():
        axes = -1 if labels else None
        came, expected = tf.shape(target)[:axes], tf.shape(logits)[:axes]
        same = tf.debugging.assert_equal(came, expected, "target: shape is not logits'")
        return [same, *(tf.debugging.Assert(ok, [message]) for message, ok in fine.items())]
    if not tf.reduce_all(list(fine.values())):
        valid = tf.ones(target.shape[:-1] + [1], tf.bool) if valid is None else valid
        arrays = logits.numpy(), target.numpy(), valid.numpy()
        _contract.check_values(
            *arrays,
            labels,
            mode,
            from_logits,
            hard,
            channel_axis=-1,
            tolerance=_contract.sum_tolerance(target.dtype),
        )
    return []


def check_sample_weight(weight: tf.Tensor, logits: tf.Tensor) -> list:
    """Refuse sample weights below 0, infinite ones and NaN, and in a graph other shapes."""
    fine = tf.reduce_all((weight >= 0) & tf.math.is_finite(weight))
    expected = "expected finite numbers of at least 0"
    if not tf.executing_eagerly():
        rank, axes = tf.rank(weight), len(logits.shape)
        known = tf.debugging.Assert(
            (rank == 1) | (rank == axes - 1) | (rank == axes), ["sample_weight: got axes", rank]
        )
        with tf.control_dependencies([known]):
            shape = tf.concat([tf.shape(logits)[:-1], [1]], 0)[:rank]
        same = tf.debugging.assert_equal(
            tf.shape(weight), shape, "sample_weight: shape is not logits'"
        )
        return [same, tf.debugging.Assert(fine, [f"sample_weight: {expected}"])]
    if not fine:
        wrong = weight[~((weight >= 0) & tf.math.is_finite(weight))]
        raise ValueError(f"sample_weight: found {float(wrong[0])}, {expected}")
    return []


def _conditions(logits, target, valid, labels, mode, from_logits, hard) -> dict:
    """What must hold of the values at valid pixels: message -> scalar bool tensor."""
    high = logits.shape[-1] - 1 if labels else 1
    shown = _at_valid(target, valid, 0)
    fine = {f"target: expected values in 0 to {high}": _within(shown, high)}
    if hard and not labels and target.dtype.is_floating:
        fine["target: expected 0 or 1"] = tf.reduce_all((shown == 0) | (shown == 1))
    if mode == "multiclass" and not labels:
        sums = tf.reduce_sum(tf.cast(target, tf.float64), axis=-1, keepdims=True)
        near = abs(_at_valid(sums, valid, 1) - 1) <= _contract.sum_tolerance(target.dtype)
        fine["target: expected class probabilities that sum to 1"] = tf.reduce_all(near)
    if not from_logits:
        outside = (logits < 0) | (logits > 1)  # NaN passes, and stays NaN
        if valid is not None:
            outside &= valid
        fine["logits: expected probabilities in [0, 1]"] = ~tf.reduce_any(outside)
    return fine


def _at_valid(values: tf.Tensor, valid: tf.Tensor | None, other: int) -> tf.Tensor:
    return values if valid is None else tf.where(valid, values, tf.cast(other, values.dtype))


def _within(values: tf.Tensor, high: int) -> tf.Tensor:
    """Whether all values are in [0, high], by reductions alone, which make no map."""
    if values.dtype.is_bool:
        return tf.constant(True)
    if values.dtype in (tf.uint16, tf.uint32, tf.uint64):  # which TensorFlow cannot compare
        values = tf.cast(values, tf.int64)
    fine = tf.reduce_max(values) <= tf.cast(min(high, values.dtype.max), values.dtype)
    if not values.dtype.is_unsigned:
        fine &= tf.reduce_min(values) >= 0
    if values.dtype.is_floating:  # no device promises that a maximum finds NaN
        fine &= ~tf.math.is_nan(tf.reduce_sum(values))
    return fine | (tf.size(values) == 0)
