"""Pixel losses in TensorFlow: cross-entropy and focal."""

import numpy as np
import tensorflow as tf

from segloss_lab._contract import CLIP, Mode, Normalize, Reduction, checked
from segloss_lab.tensorflow._pixels import Pixels, Weights, per_channel, read, reduce_pixels, weigh


@checked
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
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    w = per_channel(class_weights, "class_weights", x)
    pos = per_channel(pos_weight, "pos_weight", x)
    levels = x.channels if mode == "multiclass" else 2
    soft = x.truth * (1 - label_smoothing) + label_smoothing / levels
    if mode == "multiclass":
        loss = -_sum_classes(w * soft * _log_softmax(x))
        weight = 1.0 if class_weights is None else _sum_classes(w * x.truth)
    else:
        log_p, log_not_p = _log_sigmoids(x)
        loss = -w * (pos * soft * log_p + (1 - soft) * log_not_p)
        weight = w
    return reduce_pixels(loss, x.share * weight, x, reduction)


@checked
def focal(
    logits: tf.Tensor,
    target: tf.Tensor,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    gamma: float = 2.0,
    alpha: float | Weights | None = None,
    normalize: Normalize = "pixels",
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> tf.Tensor:
    """See `reference.focal`."""
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    y = x.truth
    a = per_channel(alpha, "alpha", x)
    if mode == "multiclass":
        log_p = _log_softmax(x)
        loss = -_sum_classes(a * y * _focus(_log_of_rest(log_p), gamma) * log_p)
    else:
        b = 1 if alpha is None else 1 - a
        log_p, log_not_p = _log_sigmoids(x)
        hit = a * y * _focus(log_not_p, gamma) * log_p
        loss = -(hit + b * (1 - y) * _focus(log_p, gamma) * log_not_p)
    norm = x.share
    if normalize == "positives":
        norm = tf.maximum(tf.reduce_sum(weigh(y, x.share)), 1.0)
    return reduce_pixels(loss, norm, x, reduction)


def _log_sigmoids(x: Pixels) -> tuple[tf.Tensor, tf.Tensor]:
    """Return ln p and ln(1 - p)."""
    if x.from_logits:
        return tf.math.log_sigmoid(x.inputs), tf.math.log_sigmoid(-x.inputs)
    p, q = (tf.clip_by_value(a, CLIP, 1 - CLIP) for a in (x.inputs, 1 - x.inputs))
    # Each where it has its digits.
    return tf.math.log(p), tf.where(p < 0.5, tf.math.log1p(-p), tf.math.log(q))


def _log_softmax(x: Pixels) -> tf.Tensor:
    """Return ln p_c."""
    if x.from_logits:
        return tf.nn.log_softmax(x.inputs, axis=2)
    return tf.math.log(tf.clip_by_value(x.inputs, CLIP, 1 - CLIP))


def _log_of_rest(log_p: tf.Tensor) -> tf.Tensor:
    """Return ln(1 - p) from ln p; at p = 1 it stops at the smallest number's, where slopes end."""
    tiny = np.finfo(log_p.dtype.as_numpy_dtype).tiny
    return tf.math.log(tf.maximum(-tf.math.expm1(log_p), tiny))


def _focus(log_q: tf.Tensor, gamma: float) -> tf.Tensor:
    """Return q^gamma, by way of ln q: q^(gamma - 1), in its slope, may be infinite at q = 0."""
    return tf.exp(gamma * log_q)


def _sum_classes(values: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(values, axis=2, keepdims=True)
