"""What all losses share in TensorFlow: reading tensors, and reducing over units."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import tensorflow as tf

from segloss_lab import _contract
from segloss_lab._contract import Classes
from segloss_lab.tensorflow._checks import as_tensor, check_sample_weight, check_values
from segloss_lab.tensorflow._device import has_gpu, over_replicas, under_xla
from segloss_lab.tensorflow._keras import FromKeras, is_activated, mask_of

Weights = Sequence[float] | tf.Tensor
_SHORT = 4096  # pixels
_ACTIVATED = (
    "logits: these come from a sigmoid or softmax, which the loss would apply once more; "
    "let the model end without it, or set from_logits=False"
)


@dataclass(frozen=True)
class Pixels:
    """What all losses start from: (N, S, C), in at least float32, ignored pixels set to 0."""

    inputs: tf.Tensor  # logits, or probabilities unless from_logits
    target: tf.Tensor  # labels (N, S, 1), -1 where ignored, or truth (N, S, C)
    labels: bool
    soft: bool  # whether the truth came in floats
    share: tf.Tensor | None  # of a pixel in every sum, 0 where ignored: (N, S or 1, C or 1)
    weighted: bool  # whether a share may be other than 0 and 1
    image_weight: tf.Tensor | None  # (N, 1)
    mode: str
    from_logits: bool
    shape: list  # of logits as they came
    rows: list | None  # S as the number of rows of pixels and their length, if they are short

    @property
    def channels(self) -> int:
        """C."""
        return self.inputs.shape[2]

    @property
    def truth(self) -> tf.Tensor:
        """The truth of each channel, (N, S, C)."""
        if self.labels:
            return tf.one_hot(self.target[:, :, 0], self.channels, dtype=self.inputs.dtype)
        return self.target

    @property
    def label(self) -> tf.Tensor:
        """The label, (N, S, 1), 0 where ignored."""
        return tf.maximum(self.target, 0)

    @property
    def pixel_shape(self) -> list:
        """The shape of a pixel loss with reduction="none"."""
        return self.shape[:-1] if self.mode == "multiclass" else self.shape


def read(
    logits, target, mode, from_logits, ignore_index, validate, *, hard=False, per_image=False
) -> Pixels:
    """Check the tensors and bring them into one form.

    `hard` allows no truth but 0 and 1; `per_image` keeps sample weights (N,) as weights of images.
    """
    if not isinstance(target, FromKeras):
        target = FromKeras(target, None, partial(warnings.warn, stacklevel=4))
    target, weight, warn = target
    logits, target = as_tensor("logits", logits), as_tensor("target", target)
    labels = _check_shapes(logits, target, mode, ignore_index)
    if labels and target.shape.rank < logits.shape.rank:
        target = target[..., None]
    dtype = tf.float32 if logits.dtype in (tf.float16, tf.bfloat16) else logits.dtype
    if from_logits and is_activated(logits):
        warn(_ACTIVATED)
    weight = None if weight is None else _read_weight(weight, logits, dtype)
    valid = _valid(target, ignore_index, mode == "multiclass" and not labels)
    mask = mask_of(logits)
    if mask is not None:
        valid = mask if valid is None else valid & mask
    checks = []
    if validate and not under_xla():  # which drops assertions
        checks += check_values(logits, target, valid, labels, mode, from_logits, hard)
        checks += [] if weight is None else check_sample_weight(weight, logits)
    shape = _sizes(logits)
    flat = [shape[0], math.prod(shape[1:-1])]
    with tf.control_dependencies(checks):
        z = tf.cast(tf.reshape(logits, [*flat, logits.shape[-1]]), dtype)
        weight = None if weight is None else tf.identity(weight)
    layout = [*flat, 1 if labels else logits.shape[-1]]
    truth = tf.cast(tf.reshape(target, layout), tf.int64 if labels else dtype)
    share, image_weight = None, None
    if valid is not None:
        valid = tf.reshape(valid, [*flat, valid.shape[-1]])
        truth = tf.where(valid, truth, tf.constant(-1 if labels else 0, truth.dtype))
        share = tf.cast(valid, dtype)
    if weight is not None:
        image_weight, weight = _of_images_and_pixels(weight, shape, per_image)
    if weight is not None:
        share = weight if share is None else share * weight
    if share is not None:  # before any function, so that the gradient there is exactly 0
        z = tf.where(share > 0, z, tf.zeros([], dtype))
    short = logits.shape.rank > 3 and (logits.shape[-2] or 0) <= _SHORT
    return Pixels(
        inputs=z,
        target=truth,
        labels=labels,
        soft=target.dtype.is_floating,
        share=share,
        weighted=weight is not None,
        image_weight=image_weight,
        mode=mode,
        from_logits=from_logits,
        shape=shape,
        rows=[math.prod(shape[1:-2]), shape[-2]] if short else None,
    )


def _check_shapes(logits: tf.Tensor, target: tf.Tensor, mode: str, ignored: int | None) -> bool:
    """Check what is known of shapes and dtypes; True if the target is labels."""
    for name, tensor in (("logits", logits), ("target", target)):
        if tensor.shape.rank is None:
            raise ValueError(f"{name}: got an unknown number of axes, expected a known one")
    labels = _contract.check_arrays(
        (tuple(logits.shape), _kind(logits)),
        (tuple(target.shape), _kind(target)),
        mode,
        ignored,
        channel_axis=-1,
        cast="tf.cast(target, tf.int64)",
    )
    if logits.shape[-1] is None:
        raise ValueError(f"logits: got shape {logits.shape}, expected a known number of channels")
    return labels


def _sizes(tensor: tf.Tensor) -> list:
    """The shape, in numbers as far as it is known: in eager code each tensor takes its time."""
    known = tensor.shape.as_list()
    if None not in known:
        return known
    return [size or tf.shape(tensor)[axis] for axis, size in enumerate(known)]


def _kind(tensor: tf.Tensor) -> str:
    if tensor.dtype.is_bool:
        return "bool"
    if tensor.dtype.is_floating:
        return "float"
    return "integer" if tensor.dtype.is_integer else tensor.dtype.name


def _valid(target: tf.Tensor, index: int | None, exclusive: bool) -> tf.Tensor | None:
    """Where the target is not the index; None, for all, if its dtype cannot hold the index.

    Of `exclusive` channels, a pixel is void where all are the index, or all are 0.
    """
    if index is None:
        return None
    ignored = [index] if _holds(target.dtype, index) else []
    if not exclusive:
        return _differs(target, index) if ignored else None
    some = [tf.reduce_any(_differs(target, i), axis=-1, keepdims=True) for i in [0, *ignored]]
    return tf.reduce_all(some, axis=0)


def _differs(target: tf.Tensor, index: int) -> tf.Tensor:
    return tf.not_equal(target, tf.cast(index, target.dtype))


def _holds(dtype: tf.DType, index: int) -> bool:
    if dtype.is_bool:
        return index in (0, 1)
    if dtype.is_floating:
        with np.errstate(over="ignore"):
            return float(np.asarray(index, dtype=dtype.as_numpy_dtype)) == index
    return dtype.min <= index <= dtype.max


def _read_weight(weight: tf.Tensor, logits: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
    """Keras' sample weights: (N,), or one for each pixel; in `fit`, perhaps of unknown rank."""
    weight = tf.cast(as_tensor("sample_weight", weight), dtype)
    spatial = logits.shape[:-1]
    expected = [spatial[:1], spatial, spatial + [1]]
    if not any(weight.shape.is_compatible_with(shape) for shape in expected):
        raise ValueError(
            f"sample_weight: got shape {weight.shape}, expected {spatial[:1]}, {spatial} "
            f"or {spatial + [1]}"
        )
    return weight


def _of_images_and_pixels(weight: tf.Tensor, shape: list, per_image: bool) -> tuple:
    """Return the weights of images, (N, 1), and the shares of pixels, (N, S or 1, 1), or None."""
    each = tf.reshape(weight, [shape[0], tf.size(weight) // tf.maximum(shape[0], 1), 1])
    if not per_image or len(shape) == 2 or (weight.shape.rank or 1) > 1:
        return None, each
    if weight.shape.rank == 1:
        return each[:, 0], None
    of_images = tf.rank(weight) == 1
    one = tf.ones([], weight.dtype)
    return tf.where(of_images, each[:, 0], one), tf.where(of_images, one, each)


@tf.custom_gradient
def finite(logits: tf.Tensor) -> tf.Tensor:
    """Infinite logits as very large ones; the slope stays 1, also that of NaN."""
    large = logits.dtype.max / 4
    clipped = tf.raw_ops.ClipByValue(t=logits, clip_value_min=-large, clip_value_max=large)
    return clipped, lambda upstream: upstream


def probs(x: Pixels) -> tf.Tensor:
    """Probabilities, (N, S, C)."""
    if not x.from_logits:
        return x.inputs
    return tf.nn.softmax(finite(x.inputs)) if x.mode == "multiclass" else tf.sigmoid(x.inputs)


def row_sums(values: tf.Tensor, x: Pixels) -> tf.Tensor:
    """Sum (N, S, C) over each row of pixels: (N, R, C), in float64, to be added up in that.

    TensorFlow adds float32 in pairs along a last axis only, and XLA nowhere: over a megapixel, a
    sum is wrong by up to 1%; over a row it is as good as its numbers.
    """
    values = values if x.share is None else values * x.share
    if x.rows is None:
        return tf.cast(values, tf.float64)
    if values.shape[2] == 1 and under_xla() and not has_gpu():  # twice as fast there
        rows = tf.reshape(values, [x.shape[0], *x.rows])
        sums = tf.linalg.matvec(rows, tf.ones([x.rows[1]], rows.dtype))[:, :, None]
    else:
        rows = tf.reshape(values, [x.shape[0], *x.rows, values.shape[2]])
        sums = tf.reduce_sum(rows, axis=2)
    return tf.cast(sums, tf.float64)


def in_units(sums: list[tf.Tensor], x: Pixels, over: str) -> list[tf.Tensor]:
    """Sums of images, (N, C), as sums of units: (N, C), or (C,) over the batch."""
    if over != "image":
        sums = [tf.reduce_sum(s, axis=0) for s in sums]
    sums = [tf.cast(s, x.inputs.dtype) for s in sums]
    return over_replicas(sums) if over == "global" else sums


def per_channel(weights, option: str, x: Pixels) -> tf.Tensor | None:
    """Weights so that they broadcast against (N, S, C)."""
    if weights is None:
        return None
    if not tf.is_tensor(weights):  # straight to the dtype: by way of float32, digits are lost
        weights = np.asarray(weights, dtype=np.float64)
    weights = tf.cast(weights, x.inputs.dtype)
    _contract.check_channels(x.channels, **{option: weights})
    return weights


def kept_units(x: Pixels, over: str, classes: Classes, volume=None) -> tf.Tensor:
    """Which units have a valid pixel and are among `classes`; `volume`: of the truth, if known."""
    _contract.check_channels(x.channels, classes=classes)
    images = tf.ones([x.shape[0], x.channels], tf.bool)
    share = tf.ones([1, math.prod(x.shape[1:-1]), 1]) if x.share is None else x.share
    kept = images & tf.reduce_any(share > 0, axis=1)
    if over != "image":
        kept = tf.reduce_any(kept, axis=0)
    if over == "global":
        kept = over_replicas([tf.cast(kept, tf.float32)])[0] > 0
    if not isinstance(classes, str):
        return kept & tf.constant(np.isin(np.arange(x.channels), classes))
    if classes == "present":
        if volume is None:
            volume = in_units([tf.reduce_sum(row_sums(x.truth, x), axis=1)], x, over)[0]
        kept &= volume > 0
    return kept


def unit_weights(x: Pixels, over: str, classes: Classes, class_weights, volume=None) -> tf.Tensor:
    """The weight of each unit in the mean; 0 for one not kept."""
    kept = tf.cast(kept_units(x, over, classes, volume), x.inputs.dtype)
    weights = per_channel(class_weights, "class_weights", x)
    return kept if weights is None else kept * weights


def weigh(values: tf.Tensor, weight: tf.Tensor) -> tf.Tensor:
    """Weight times values, where a weight of 0 silences even NaN."""
    return tf.where(weight > 0, weight * values, tf.zeros([], values.dtype))


def shares(weight, loss: tf.Tensor, x: Pixels) -> tf.Tensor:
    """Sum the shares of the values of a pixel loss, each times its weight (None: 1)."""
    if weight is None and x.share is None:
        return tf.size(loss, tf.int64)
    ones = tf.ones_like(loss)
    return tf.reduce_sum(row_sums(ones if weight is None else ones * weight, x))


def reduce_pixels(loss, norm, x: Pixels, reduction: str) -> tf.Tensor:
    """Reduce a pixel loss, whose own weights are already in it; the mean divides by `norm`."""
    if reduction == "none":
        return tf.reshape(loss if x.share is None else loss * x.share, x.pixel_shape)
    total = tf.reduce_sum(row_sums(loss, x))
    if reduction == "mean":
        total = tf.math.divide_no_nan(total, tf.cast(norm, total.dtype))
    return tf.cast(total, loss.dtype)


def reduce_units(loss, weight, x: Pixels, reduction: str) -> tf.Tensor:
    """Reduce a region or ranking loss by the weights of its units, and of images."""
    if x.image_weight is not None:
        weight = weight * x.image_weight
    loss = weigh(loss, weight)
    if reduction == "none":
        return loss
    total = tf.reduce_sum(loss)
    return total if reduction == "sum" else tf.math.divide_no_nan(total, tf.reduce_sum(weight))
