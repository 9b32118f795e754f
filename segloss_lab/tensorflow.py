"""The losses in TensorFlow: the names, order and parameters of `segloss_lab.reference`.

`logits` are (N, *spatial, C). Half precision is computed and summed in float32 and the loss
returned in float32; the gradient has the dtype of `logits`. The values in `target` are checked
eagerly (one flag read) and in a `tf.function` (there as `tf.errors.InvalidArgumentError`), not
under XLA, which drops assertions: run one eager batch first. `validate=False` skips the check.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from segloss_lab import _contract, reference
from segloss_lab.reference import CLIP, Classes, Intersection, Mode, Over, Reduction

__all__ = [*reference.__all__, "Loss"]

Weights = Sequence[float] | tf.Tensor


@_contract.checked
def cross_entropy(
    logits: tf.Tensor,
    target: tf.Tensor,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    label_smoothing: float = 0.0,
    pos_weight: float | Weights | None = None,
    class_weights: Weights | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> tf.Tensor:
    """See `reference.cross_entropy`."""
    x = _read(logits, target, mode, from_logits, ignore_index, validate)
    w = _per_channel(class_weights, "class_weights", x)
    pos = _per_channel(pos_weight, "pos_weight", x)
    levels = x.channels if mode == "multiclass" else 2
    soft = x.truth * (1 - label_smoothing) + label_smoothing / levels
    log_p, log_not_p = _log_probs(x)
    if mode == "multiclass":
        loss = -tf.reduce_sum(w * soft * log_p, axis=2, keepdims=True)
        weight = 1.0 if class_weights is None else tf.reduce_sum(w * x.truth, axis=2, keepdims=True)
    else:
        loss = -w * (pos * soft * log_p + (1 - soft) * log_not_p)
        weight = w
    return _reduce(_weigh(loss, x.share), x.share * weight, reduction, x.pixel_shape)


@_contract.checked
def dice(
    logits: tf.Tensor,
    target: tf.Tensor,
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
    class_weights: Weights | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> tf.Tensor:
    """See `reference.dice`."""
    x = _read(logits, target, mode, from_logits, ignore_index, validate, per_image=over == "image")
    weight = _unit_weights(x, over, classes, class_weights)
    p, t = _probs(x), x.truth
    overlap = p * t if intersection == "product" else _minimum(p, t)
    size = p**2 + t**2 if squared else p + t
    numerator = 2 * _sum(overlap, x, over) + smooth
    denominator = _sum(size, x, over) + smooth + eps
    loss = _one_minus_ratio(numerator, denominator, log)
    return _reduce(_weigh(loss, weight), weight, reduction, tf.shape(loss))


@keras.saving.register_keras_serializable(package="segloss_lab")
class Loss(keras.losses.Loss):
    """Any loss of this module for `model.compile(loss=Loss("dice", smooth=1.0))`.

    Labels keep their dtype, and the mean is scaled by 1 / replicas, as Keras does for its own
    losses. `sample_weight` of shape (N,) weighs images (with `over="batch"`, all their pixels); of
    shape (N, *spatial) it multiplies every pixel's share in every sum, so that 0 and 1 equal
    masking. Either way the mean divides by the sum of the weights. Keras' "sum_over_batch_size" is
    "mean" here.

    Args:
        loss: the name of a loss in `reference.__all__`.
        reduction: "mean" (or "sum_over_batch_size"), "sum" or "none".
        name: a name for Keras' logs; the loss's own if None.
        **options: the loss's keyword parameters, checked here, before any training starts.

    Raises:
        TypeError, ValueError: for an unknown loss or option, or a value that it cannot have.
    """

    def __init__(self, loss, *, reduction="mean", name=None, **options):
        if loss not in reference.__all__:
            raise ValueError(f"loss: got {loss!r}, expected one of {', '.join(reference.__all__)}")
        reduction = _KERAS_REDUCTIONS.get(reduction, reduction)
        self._function = globals()[loss]
        defaults = _contract.option_defaults(self._function)
        _contract.check_options(loss, defaults, {**options, "reduction": reduction})
        super().__init__(name=name or loss, reduction=reduction)
        self._loss = loss
        self._options = {option: _plain(value) for option, value in options.items()}

    def __call__(self, y_true, y_pred, sample_weight=None):
        """Return the loss of `y_pred` (N, *spatial, C) against `y_true`."""
        target = tf.convert_to_tensor(y_true)
        if sample_weight is not None:
            target = _Weighted(target, tf.convert_to_tensor(sample_weight))
        value = self.call(target, tf.convert_to_tensor(y_pred))
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        return value / replicas if self.reduction == "mean" else value

    def call(self, y_true, y_pred):
        """Return the loss before it is scaled over replicas."""
        return self._function(y_pred, y_true, reduction=self.reduction, **self._options)

    def get_config(self):
        """Return what `from_config` needs to make this loss again."""
        config = {"loss": self._loss, "name": self.name, "reduction": self.reduction}
        return {**config, **self._options}

    def __repr__(self) -> str:
        options = {**self._options, "reduction": self.reduction}
        return f"Loss({self._loss!r}, {', '.join(f'{k}={v!r}' for k, v in options.items())})"


_KERAS_REDUCTIONS = {"sum_over_batch_size": "mean", None: "none"}


def _plain(value: Any) -> Any:
    """NumPy values as Python ones, so that a saved model's JSON can hold them."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


class _Weighted(NamedTuple):
    """A target with Keras' sample weights, which ride with it to `_read`."""

    target: tf.Tensor
    sample_weight: tf.Tensor


@dataclass(frozen=True)
class _Pixels:
    """What all losses start from: (N, S, C), in at least float32, ignored pixels set to 0."""

    inputs: tf.Tensor  # logits, or probabilities unless from_logits
    truth: tf.Tensor
    share: tf.Tensor  # of each pixel in every sum, 0 where ignored: (N, S, C), or (N, S, 1)
    image_weight: tf.Tensor | None  # (N, 1)
    mode: str
    from_logits: bool
    channels: int
    pixel_shape: tf.Tensor  # of a pixel loss with reduction="none"


def _read(logits, target, mode, from_logits, ignore_index, validate, per_image=False) -> _Pixels:
    target, sample_weight = target if isinstance(target, _Weighted) else (target, None)
    logits, target = tf.convert_to_tensor(logits), tf.convert_to_tensor(target)
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
    checks = _checks(logits, target, valid, labels, mode, from_logits) if validate else []
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
    share, image_weight = tf.cast(valid, z.dtype), None
    if sample_weight is not None:
        weight = tf.cast(sample_weight, z.dtype)
        share, image_weight = _weigh_pixels(share, weight, logits, per_image)
    return _Pixels(
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
    if weight.shape.rank == 1 and spatial.rank > 1:
        if per_image:
            return share, weight[:, None]
        return share * weight[:, None, None], None
    if not weight.shape.is_compatible_with(spatial):
        raise ValueError(
            f"sample_weight: got shape {weight.shape}, expected {spatial[:1]} or {spatial}"
        )
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
    return tf.equal(target, tf.cast(index, target.dtype))


def _holds(dtype: tf.DType, index: int) -> bool:
    if dtype.is_bool:
        return index in (0, 1)
    if dtype.is_floating:
        return float(np.asarray(index, dtype=dtype.as_numpy_dtype)) == index
    return dtype.min <= index <= dtype.max


def _checks(logits, target, valid, labels: bool, mode: str, from_logits: bool) -> list:
    """Check values: eagerly in the reference's words, in a graph by assertions (returned)."""
    fine = _conditions(logits, target, valid, labels, mode, from_logits)
    if not tf.executing_eagerly():
        shape = tf.shape(logits)[:-1] if labels else tf.shape(logits)
        same = tf.debugging.assert_equal(tf.shape(target), shape, "target: shape is not logits'")
        return [same, *(tf.debugging.Assert(ok, [message]) for message, ok in fine.items())]
    if not tf.reduce_all(list(fine.values())):
        arrays = logits.numpy(), target.numpy(), valid.numpy()
        _contract.check_values(*arrays, labels, mode, from_logits, channel_axis=-1)
    return []


def _conditions(logits, target, valid, labels: bool, mode: str, from_logits: bool) -> dict:
    """What must hold of the values at valid pixels: message -> scalar bool tensor."""
    if not labels and mode == "multiclass":
        valid = tf.reduce_any(valid, axis=-1, keepdims=True)
    high = logits.shape[-1] - 1 if labels else 1
    numbers = target if target.dtype.is_floating else tf.cast(target, tf.int64)
    inside = (numbers >= 0) & (numbers <= high)
    fine = {f"target: expected values in 0 to {high}": tf.reduce_all(inside | ~valid)}
    if not labels and mode == "multiclass":
        sums = tf.reduce_sum(tf.cast(target, tf.float64), axis=-1, keepdims=True)
        near = abs(sums - 1) <= _contract.SUM_TOLERANCE
        fine["target: expected class probabilities that sum to 1"] = tf.reduce_all(near | ~valid)
    if not from_logits:
        outside = (logits < 0) | (logits > 1)
        shown = valid[..., None] if labels else valid
        fine["logits: expected probabilities in [0, 1]"] = ~tf.reduce_any(outside & shown)
    return fine


def _finite(z: tf.Tensor) -> tf.Tensor:
    """Infinite logits count as very large ones, so that differences stay finite."""
    large = z.dtype.max / 4
    return tf.where(tf.math.is_inf(z), tf.sign(z) * large, z)  # clipping gives NaN a gradient of 0


def _probs(x: _Pixels) -> tf.Tensor:
    if not x.from_logits:
        return x.inputs
    z = _finite(x.inputs)
    return tf.nn.softmax(z, axis=2) if x.mode == "multiclass" else tf.sigmoid(z)


def _log_probs(x: _Pixels) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Return ln p and ln(1 - p); the latter has no use with a softmax."""
    if not x.from_logits:
        p = tf.clip_by_value(x.inputs, CLIP, 1 - CLIP)
        return tf.math.log(p), tf.math.log1p(-p)
    z = _finite(x.inputs)
    if x.mode == "multiclass":
        return tf.nn.log_softmax(z, axis=2), None
    return tf.math.log_sigmoid(z), tf.math.log_sigmoid(-z)


def _minimum(p: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    """Return min(p, t), whose slope at a tie is 1/2 (tf.minimum's is 1)."""
    return tf.where(p == t, (p + t) / 2, tf.minimum(p, t))


def _one_minus_ratio(numerator: tf.Tensor, denominator: tf.Tensor, log: bool) -> tf.Tensor:
    """1 - n/d, or -ln(n/d); 0/0 is a perfect score."""
    if log:
        return tf.math.log(denominator) - tf.math.log(numerator)
    perfect = denominator == 0
    d = tf.where(perfect, tf.ones([], denominator.dtype), denominator)
    # Not (d - n)/d, whose derivative by d would be the difference of two nearly equal numbers.
    return tf.where(perfect, tf.zeros([], d.dtype), 1 - numerator / d)


def _sum(values: tf.Tensor, x: _Pixels, over: str) -> tf.Tensor:
    """Sum over the valid pixels of each unit: (N, C), or (C,) over the batch."""
    # Along the last axis, where TensorFlow adds in pairs: along any other, a float32 sum over a
    # megapixel is wrong in its fourth digit.
    sums = tf.reduce_sum(tf.transpose(_weigh(values, x.share), [0, 2, 1]), axis=2)
    return sums if over == "image" else tf.reduce_sum(sums, axis=0)


def _per_channel(weights, option: str, x: _Pixels) -> tf.Tensor | float:
    """Weights so that they broadcast against (N, S, C); None is 1."""
    if weights is None:
        return 1.0
    if not tf.is_tensor(weights):  # straight to the dtype: by way of float32, digits are lost
        weights = np.asarray(weights, dtype=np.float64)
    weights = tf.cast(weights, x.inputs.dtype)
    _contract.check_channels(x.channels, **{option: weights})
    return weights


def _unit_weights(x: _Pixels, over: str, classes: Classes, class_weights) -> tf.Tensor:
    """The weight of each unit in the mean, of the shape of `_sum`; 0 for one that is not kept."""
    if over == "global" and tf.distribute.get_strategy().num_replicas_in_sync > 1:
        raise NotImplementedError('over: "global" over several replicas is not available yet')
    _contract.check_channels(x.channels, classes=classes)
    shown = tf.broadcast_to(x.share > 0, tf.shape(x.truth))
    kept = tf.reduce_any(shown, axis=1 if over == "image" else [0, 1])
    if isinstance(classes, str):
        if classes == "present":
            kept = kept & (_sum(x.truth, x, over) > 0)
    else:
        kept = kept & tf.constant(np.isin(np.arange(x.channels), classes))
    weight = tf.cast(kept, x.truth.dtype) * _per_channel(class_weights, "class_weights", x)
    return weight if x.image_weight is None else weight * x.image_weight


def _weigh(values: tf.Tensor, weight: tf.Tensor) -> tf.Tensor:
    """Weight times values, where a weight of 0 silences even NaN."""
    return tf.where(weight > 0, weight * values, tf.zeros([], values.dtype))


def _reduce(weighted: tf.Tensor, weight: tf.Tensor, reduction: str, shape: tf.Tensor) -> tf.Tensor:
    if reduction == "none":
        return tf.reshape(weighted, shape)
    total = tf.reduce_sum(weighted)
    if reduction == "sum":
        return total
    return tf.math.divide_no_nan(total, tf.reduce_sum(weight))  # no unit kept: 0
