"""Region losses in TensorFlow: Dice, Jaccard, Tversky and generalized Dice."""

import tensorflow as tf

from segloss_lab._contract import Classes, Intersection, Mode, Over, Reduction, checked
from segloss_lab.reference.region import SMALLEST
from segloss_lab.tensorflow._pixels import (
    Weights,
    kept_units,
    probs,
    read,
    reduce_units,
    total,
    unit_weights,
)


@checked
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
    x = read(logits, target, mode, from_logits, ignore_index, validate, per_image=over == "image")
    weight = unit_weights(x, over, classes, class_weights)
    p, t = probs(x), x.truth
    overlap = _intersect(p, t, intersection)
    size = p**2 + t**2 if squared else p + t
    numerator = 2 * total(overlap, x, over) + smooth
    denominator = total(size, x, over) + smooth + eps
    return reduce_units(_one_minus_ratio(numerator, denominator, log), weight, x, reduction)


@checked
def jaccard(
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
    """See `reference.jaccard`."""
    x = read(logits, target, mode, from_logits, ignore_index, validate, per_image=over == "image")
    weight = unit_weights(x, over, classes, class_weights)
    p, t = probs(x), x.truth
    overlap = _intersect(p, t, intersection)
    size = p**2 + t**2 if squared else p + t
    numerator = total(overlap, x, over) + smooth
    denominator = total(size - overlap, x, over) + smooth + eps
    return reduce_units(_one_minus_ratio(numerator, denominator, log), weight, x, reduction)


@checked
def tversky(
    logits: tf.Tensor,
    target: tf.Tensor,
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
    class_weights: Weights | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> tf.Tensor:
    """See `reference.tversky`."""
    x = read(logits, target, mode, from_logits, ignore_index, validate, per_image=over == "image")
    weight = unit_weights(x, over, classes, class_weights)
    p, t = probs(x), x.truth
    overlap = _intersect(p, t, intersection)
    index = total(overlap, x, over) + smooth
    errors = alpha * total(p - overlap, x, over) + beta * total(t - overlap, x, over) + eps
    return reduce_units(_power_of_share(errors, index, gamma), weight, x, reduction)


@checked
def generalized_dice(
    logits: tf.Tensor,
    target: tf.Tensor,
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
) -> tf.Tensor:
    """See `reference.generalized_dice`."""
    x = read(logits, target, mode, from_logits, ignore_index, validate, per_image=over == "image")
    kept = kept_units(x, over, classes)
    p, t = probs(x), x.truth
    w = _inverse_squares(total(t, x, over), kept)
    numerator = 2 * _sum_classes(w * total(p * t, x, over)) + smooth
    denominator = _sum_classes(w * total(p + t, x, over)) + smooth + eps
    loss = _one_minus_ratio(numerator, denominator, log=False)
    weight = tf.cast(tf.reduce_any(kept, axis=-1, keepdims=True), w.dtype)
    return reduce_units(loss, weight, x, reduction)


def _intersect(p: tf.Tensor, t: tf.Tensor, intersection: str) -> tf.Tensor:
    """Return the overlap of each pixel; min's slope at a tie is 1/2 (tf.minimum's is 1)."""
    if intersection == "product":
        return p * t
    return tf.where(p == t, (p + t) / 2, tf.minimum(p, t))


def _one_minus_ratio(numerator: tf.Tensor, denominator: tf.Tensor, log: bool) -> tf.Tensor:
    """1 - n/d, or -ln(n/d); 0/0 is a perfect score."""
    if log:
        return tf.math.log(denominator) - tf.math.log(numerator)
    perfect = denominator == 0
    d = tf.where(perfect, tf.ones([], denominator.dtype), denominator)
    # Not (d - n)/d, whose derivative by d would be the difference of two nearly equal numbers.
    return tf.where(perfect, tf.zeros([], d.dtype), 1 - numerator / d)


def _power_of_share(errors: tf.Tensor, index: tf.Tensor, gamma: float) -> tf.Tensor:
    """(m/(m + n))^g with m = `errors`, n = `index`; 0/0 is 0, and the slope at 0, unless g = 1."""
    share = tf.math.divide_no_nan(errors, errors + index)
    if gamma == 1:
        return share
    one, zero = tf.ones_like(share), tf.zeros_like(share)
    return tf.where(share == 0, zero, tf.where(share == 0, one, share) ** gamma)


def _inverse_squares(volume: tf.Tensor, kept: tf.Tensor) -> tf.Tensor:
    """1/volume^2 of the classes kept, an empty one as the smallest of the others; others 0."""
    weighed = kept & (volume > 0)
    w = tf.where(weighed, 1 / tf.maximum(volume, SMALLEST) ** 2, tf.zeros_like(volume))
    largest = tf.reduce_max(w, axis=-1, keepdims=True)
    return tf.where(kept & ~weighed, tf.where(largest > 0, largest, tf.ones_like(largest)), w)


def _sum_classes(values: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(values, axis=-1, keepdims=True)
