"""Region losses in TensorFlow: Dice, Jaccard, Tversky and generalized Dice."""

import tensorflow as tf

from segloss_lab._contract import Classes, Intersection, Mode, Over, Reduction, checked
from segloss_lab.reference.region import SMALLEST
from segloss_lab.tensorflow._pixels import (
    Pixels,
    Weights,
    in_units,
    kept_units,
    probs,
    read,
    reduce_units,
    row_sums,
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
    overlap, fp, fn = _counts(x, over, intersection, squared)
    weight = unit_weights(x, over, classes, class_weights, volume=overlap + fn)
    numerator = 2 * overlap + smooth
    denominator = 2 * overlap + fp + fn + smooth + eps
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
    overlap, fp, fn = _counts(x, over, intersection, squared)
    weight = unit_weights(x, over, classes, class_weights, volume=overlap + fn)
    numerator = overlap + smooth
    denominator = overlap + fp + fn + smooth + eps
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
    overlap, fp, fn = _counts(x, over, intersection)
    weight = unit_weights(x, over, classes, class_weights, volume=overlap + fn)
    errors = alpha * fp + beta * fn + eps
    return reduce_units(_power_of_share(errors, overlap + smooth, gamma), weight, x, reduction)


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
    overlap, fp, fn = _counts(x, over)
    volume = tf.stop_gradient(overlap + fn)
    kept = kept_units(x, over, classes, volume)
    w = _inverse_squares(volume, kept)
    numerator = 2 * _sum_classes(w * overlap) + smooth
    denominator = _sum_classes(w * (2 * overlap + fp + fn)) + smooth + eps
    loss = _one_minus_ratio(numerator, denominator, log=False)
    weight = tf.cast(tf.reduce_any(kept, axis=-1, keepdims=True), w.dtype)
    return reduce_units(loss, weight, x, reduction)


def _counts(x: Pixels, over: str, intersection: str = "product", squared: bool = False):
    """Return overlap, false positives and false negatives of each unit.

    The last two are the sizes of prediction and truth without the overlap. The gradient is written
    out, so that no more than the two maps p and t is kept for it.
    """

    @tf.custom_gradient
    def of_images(p, t):
        overlap = row_sums(_intersect(p, t, intersection), x)
        size_p, size_t = (row_sums(m * m if squared else m, x) for m in (p, t))

        def gradient(*upstream):
            d_overlap, d_fp, d_fn = (tf.cast(d, p.dtype)[:, None] for d in upstream)
            d_overlap -= d_fp + d_fn
            by_t = slope(t, p, d_fn, d_overlap) if x.soft else None
            return slope(p, t, d_fp, d_overlap), by_t

        # Subtracted row by row, where a small difference is not lost in a large volume's rounding.
        sums = overlap, size_p - overlap, size_t - overlap
        return tuple(tf.reduce_sum(s, axis=1) for s in sums), gradient

    def slope(a, b, d_size, d_overlap):
        """The slope by a, of its size and of its overlap with b."""
        if squared:
            d_size *= 2 * a
        if intersection == "min":  # 1/2 at a tie
            b = tf.cast(a < b, a.dtype) + tf.cast(a == b, a.dtype) / 2
        by_a = d_size + d_overlap * b
        return by_a if x.share is None else by_a * x.share

    return in_units(of_images(probs(x), x.truth), x, over)


def _intersect(p: tf.Tensor, t: tf.Tensor, intersection: str) -> tf.Tensor:
    """Return the overlap of each pixel."""
    return p * t if intersection == "product" else tf.minimum(p, t)


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
