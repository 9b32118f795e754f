"""Pixel losses in TensorFlow: cross-entropy and focal."""

import numpy as np
import tensorflow as tf

from segloss_lab._contract import CLIP, Mode, Normalize, Reduction, checked
from segloss_lab.tensorflow._pixels import (
    Pixels,
    Weights,
    finite,
    per_channel,
    read,
    reduce_pixels,
    row_sums,
    shares,
)


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
    w = weight = per_channel(class_weights, "class_weights", x)
    if x.labels and from_logits and not label_smoothing:
        w = weight = None if w is None else tf.gather(w, x.label)
        loss = _focal_of_label(x, gamma=0)
    elif mode == "multiclass":
        soft = x.truth * (1 - label_smoothing) + label_smoothing / x.channels
        loss = -_sum_classes(_times(w, soft) * _log_softmax(x))
        w, weight = None, None if w is None else _sum_classes(w * x.truth)
    else:
        soft = x.truth * (1 - label_smoothing) + label_smoothing / 2 if label_smoothing else x.truth
        loss = _binary_cross_entropy(soft, per_channel(pos_weight, "pos_weight", x), x)
    loss = _times(w, loss)
    return reduce_pixels(loss, shares(weight, loss, x), x, reduction)


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
    a = per_channel(alpha, "alpha", x)
    if x.labels and from_logits:
        loss = _times(None if a is None else tf.gather(a, x.label), _focal_of_label(x, gamma))
    elif mode == "multiclass":
        log_p = _log_softmax(x)
        hit = _times(a, x.truth) * _focus(_log_of_rest(log_p), gamma)
        loss = -_sum_classes(hit * log_p)
    elif from_logits:
        y = x.truth
        if x.soft:
            loss = _focal_of_soft(
                _times(a, y), _times(None if a is None else 1 - a, 1 - y), x, gamma
            )
        else:
            weight = None if a is None else a * y + (1 - a) * (1 - y)
            loss = _times(weight, _focal_of_hard(x, gamma))
    else:
        y = x.truth
        log_p, log_not_p = _log_sigmoids(x)
        hit = _times(a, y) * _focus(log_not_p, gamma) * log_p
        miss = _times(None if a is None else 1 - a, 1 - y) * _focus(log_p, gamma) * log_not_p
        loss = -(hit + miss)
    if normalize == "positives":
        norm = tf.maximum(tf.reduce_sum(row_sums(x.truth, x)), 1)
    else:
        norm = shares(None, loss, x)
    return reduce_pixels(loss, norm, x, reduction)


def _binary_cross_entropy(y: tf.Tensor, pos: tf.Tensor | None, x: Pixels) -> tf.Tensor:
    """-pos y ln p - (1 - y) ln(1 - p)."""
    b = _times(pos, y)
    if not x.from_logits:
        log_p, log_not_p = _log_sigmoids(x)
        return -(b * log_p + (1 - y) * log_not_p)

    @tf.custom_gradient
    def loss(z, b, c=None):
        # c ln(1 + e^z) - b z, the logarithm in two parts, whose own slopes jump at 0.
        larger, rest = tf.nn.relu(z), tf.math.log1p(tf.exp(-abs(z)))

        def slopes(d):
            by_z = d * (_times(c, tf.sigmoid(z)) - b)
            by_b, by_c = (-d * z, d * (larger + rest)) if soft else (None, None)
            return (by_z, by_b, by_c)[: len(arrays)]

        return _times(c, rest) + (_times(c, larger) - b * z), slopes

    soft = x.soft or pos is not None
    arrays = (finite(x.inputs), b) if pos is None else (finite(x.inputs), b, 1 - y + b)
    return loss(*arrays)


def _focal_of_hard(x: Pixels, gamma: float) -> tf.Tensor:
    """-(1 - p_t)^g ln p_t, with p_t = p where the truth is 1, and 1 - p elsewhere."""
    sign = 1 - 2 * x.truth

    @tf.custom_gradient
    def loss(z):
        wrong = z * sign  # the logit of 1 - p_t
        log_p, miss = -tf.math.softplus(wrong), tf.sigmoid(wrong)
        focus = tf.exp(gamma * (wrong + log_p))

        def slope(d):
            return d * sign * (focus * (miss - gamma * (log_p * (1 - miss))))

        return -focus * log_p, slope

    return loss(finite(x.inputs))


def _focal_of_soft(hit: tf.Tensor, miss: tf.Tensor, x: Pixels, gamma: float) -> tf.Tensor:
    """-hit (1 - p)^g ln p - miss p^g ln(1 - p)."""

    @tf.custom_gradient
    def loss(z, hit, miss):
        p, q = tf.sigmoid(z), tf.sigmoid(-z)
        below = tf.where(z < 0, z, -z)  # -|z|, with a slope at 0: that of abs there is 0
        tail = tf.math.log1p(tf.exp(below))
        log_p, log_q = (z + below) / 2 - tail, (below - z) / 2 - tail
        focus_p, focus_q = p**gamma, q**gamma

        def slopes(d):
            rising = miss * focus_p * (p - gamma * (q * log_q))
            falling = hit * focus_q * (q - gamma * (p * log_p))
            return d * (rising - falling), -d * focus_q * log_p, -d * focus_p * log_q

        return -(hit * focus_q * log_p + miss * focus_p * log_q), slopes

    return loss(finite(x.inputs), hit, miss)


def _focal_of_label(x: Pixels, gamma: float) -> tf.Tensor:
    """-(1 - p_y)^g ln p_y, (N, S, 1), from the softmax, which TensorFlow has optimized."""
    label = x.label[:, :, 0]

    @tf.custom_gradient
    def loss(z):
        p = tf.nn.softmax(z)
        ahead = tf.reduce_max(z, axis=2) - tf.gather(z, label, batch_dims=2)
        minus_log_p = ahead - tf.math.log(tf.reduce_max(p, axis=2))
        p_of_label = tf.exp(-minus_log_p)
        log_of_rest = _log_of_rest(-minus_log_p)
        focus = _focus(log_of_rest, gamma)

        def slope(d):
            by_log_p = focus * (1 + gamma * minus_log_p * p_of_label * tf.exp(-log_of_rest))
            hot = tf.one_hot(label, x.channels, dtype=z.dtype)
            return (p - hot) * (d * by_log_p[:, :, None])

        return (focus * minus_log_p)[:, :, None], slope

    return loss(finite(x.inputs))


def _log_sigmoids(x: Pixels) -> tuple[tf.Tensor, tf.Tensor]:
    """Return ln p and ln(1 - p)."""
    if x.from_logits:
        z = finite(x.inputs)
        return tf.math.log_sigmoid(z), tf.math.log_sigmoid(-z)
    p, q = (tf.clip_by_value(a, CLIP, 1 - CLIP) for a in (x.inputs, 1 - x.inputs))
    # Each where it has its digits.
    return tf.math.log(p), tf.where(p < 0.5, tf.math.log1p(-p), tf.math.log(q))


def _log_softmax(x: Pixels) -> tf.Tensor:
    """Return ln p_c."""
    if x.from_logits:
        return tf.nn.log_softmax(finite(x.inputs))
    return tf.math.log(tf.clip_by_value(x.inputs, CLIP, 1 - CLIP))


def _log_of_rest(log_p: tf.Tensor) -> tf.Tensor:
    """Return ln(1 - p) from ln p; at p = 1 it stops at the smallest number's, where slopes end."""
    tiny = np.finfo(log_p.dtype.as_numpy_dtype).tiny
    return tf.math.log(tf.maximum(-tf.math.expm1(log_p), tiny))


def _focus(log_q: tf.Tensor, gamma: float) -> tf.Tensor:
    """Return q^gamma, by way of ln q: q^(gamma - 1), in its slope, may be infinite at q = 0."""
    return tf.exp(gamma * log_q)


def _times(weight: tf.Tensor | None, values: tf.Tensor) -> tf.Tensor:
    """Weight times values; None is 1."""
    return values if weight is None else weight * values


def _sum_classes(values: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(values, axis=2, keepdims=True)
