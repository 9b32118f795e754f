"""Ranking losses in TensorFlow: the Lovász extensions of the Jaccard loss."""

import os

import tensorflow as tf

from segloss_lab._contract import BinaryMode, Classes, RankingOver, Reduction, checked
from segloss_lab._ranking import lovasz
from segloss_lab.tensorflow._device import python_can_run
from segloss_lab.tensorflow._pixels import (
    Pixels,
    Weights,
    finite,
    probs,
    read,
    reduce_units,
    unit_weights,
    weigh,
)


@checked
def lovasz_hinge(
    logits: tf.Tensor,
    target: tf.Tensor,
    *,
    mode: BinaryMode = "binary",
    over: RankingOver = "image",
    classes: Classes = "all",
    class_weights: Weights | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> tf.Tensor:
    """See `reference.lovasz_hinge`."""
    x = read(
        logits, target, mode, True, ignore_index, validate, hard=True, per_image=over == "image"
    )
    weight = unit_weights(x, over, classes, class_weights)
    if _can_be_ranked_by_numpy(x):
        loss = _by_numpy(finite(x.inputs), weight, x, over, hinge=True)
    else:
        errors = 1 - finite(x.inputs) * (2 * x.truth - 1)
        loss = _total(tf.nn.relu(errors) * _jumps(errors, x, over), x, over)
    return reduce_units(loss, weight, x, reduction)


@checked
def lovasz_softmax(
    logits: tf.Tensor,
    target: tf.Tensor,
    *,
    from_logits: bool = True,
    over: RankingOver = "image",
    classes: Classes = "present",
    class_weights: Weights | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> tf.Tensor:
    """See `reference.lovasz_softmax`."""
    x = read(
        logits,
        target,
        "multiclass",
        from_logits,
        ignore_index,
        validate,
        hard=True,
        per_image=over == "image",
    )
    weight = unit_weights(x, over, classes, class_weights)
    p = probs(x)
    if _can_be_ranked_by_numpy(x):
        loss = _by_numpy(p, weight, x, over, hinge=False)
    else:
        errors = tf.where(x.truth == 1, 1 - p, p)
        loss = _total(errors * _jumps(errors, x, over), x, over)
    return reduce_units(loss, weight, x, reduction)


def _can_be_ranked_by_numpy(x: Pixels) -> bool:
    """Whether each pixel counts for 1 or 0, and Python and the pixels are on one machine."""
    return not x.weighted and python_can_run()


def _by_numpy(scores, weight, x: Pixels, over: str, hinge: bool) -> tf.Tensor:
    """Return the loss of each unit, of the shape of `weight`, by a sort ten times as fast."""
    if x.labels:
        truth = x.target == tf.range(x.channels, dtype=x.target.dtype)
    else:
        truth = tf.cast(x.target, tf.bool)
    shown = [] if x.share is None else [tf.broadcast_to(x.share > 0, tf.shape(truth))]
    masks = [_rows(mask, over) for mask in (truth, *shown)]
    kept = tf.reshape(weight > 0, [-1])
    threads = tf.config.threading.get_intra_op_parallelism_threads() or os.cpu_count() or 1

    def rank(scores, kept, truth, valid=None):
        return lovasz(scores, truth, valid, kept, hinge=hinge, threads=threads)

    @tf.custom_gradient
    def losses(scores):
        arrays = [scores, kept, *masks]
        loss, slope = tf.numpy_function(rank, arrays, [scores.dtype] * 2, stateful=False)
        loss.set_shape(scores.shape[:1])
        slope.set_shape(scores.shape)
        return loss, lambda upstream: upstream[:, None] * slope

    return tf.reshape(losses(_rows(scores, over)), tf.shape(weight))


def _rows(array: tf.Tensor, over: str) -> tf.Tensor:
    """(U, S), a row for each unit."""
    array = _by_unit(array, over)
    sizes = tf.shape(array)
    return tf.reshape(array, [tf.reduce_prod(sizes[:-1]), sizes[-1]])


def _total(values: tf.Tensor, x: Pixels, over: str) -> tf.Tensor:
    """Sum over the valid pixels of each unit."""
    values = values if x.share is None else weigh(values, x.share)
    return tf.reduce_sum(_by_unit(values, over), axis=-1)


def _jumps(errors: tf.Tensor, x: Pixels, over: str) -> tf.Tensor:
    """Return the jump of the Jaccard loss at each pixel, (N, S, C), per unit of its share.

    The form of the reference is that for shares of 0 and 1; here a pixel may count for more or less
    (Keras' sample weights), and its share is what it adds to the counts.
    """
    shape = tf.shape(errors)
    share = tf.ones([], errors.dtype) if x.share is None else x.share
    share = _by_unit(tf.broadcast_to(share, shape), over)
    truth = _by_unit(x.truth, over)
    # top_k, by which TensorFlow sorts downwards, keeps the order of equal numbers.
    order = tf.argsort(_by_unit(errors, over), direction="DESCENDING", stable=True)
    # Counted in float64: float32 stops counting at 2^24.
    share, truth = tf.cast(share, tf.float64), tf.cast(truth, tf.float64)
    v = tf.gather(share, order, batch_dims=order.shape.rank - 1)
    t = v * tf.gather(truth, order, batch_dims=order.shape.rank - 1)
    objects = tf.reduce_sum(t, axis=-1, keepdims=True)  # G
    before = tf.cumsum(t, axis=-1, exclusive=True)  # a
    background = tf.cumsum(v - t, axis=-1, exclusive=True)  # b
    union = objects + background
    on_object = tf.math.divide_no_nan(tf.ones_like(union), union)
    elsewhere = tf.math.divide_no_nan(objects - before, union * (union + v))
    jump = tf.where(t > 0, on_object, elsewhere)
    # On an empty mask the first false alarm takes the Jaccard loss from 0 to 1.
    first = (v > 0) & (background == 0)
    jump = tf.where(objects > 0, jump, tf.math.divide_no_nan(tf.cast(first, v.dtype), v))
    rank = tf.argsort(order)  # the inverse permutation
    jumps = tf.cast(tf.gather(jump, rank, batch_dims=rank.shape.rank - 1), errors.dtype)
    return tf.stop_gradient(_by_pixel(jumps, over, shape) + 0 * errors)  # NaN stays NaN


def _by_unit(array: tf.Tensor, over: str) -> tf.Tensor:
    """(N, C, S), or (C, N S) over the batch."""
    if over == "image":
        return tf.transpose(array, [0, 2, 1])
    return tf.reshape(tf.transpose(array, [2, 0, 1]), [array.shape[2], -1])


def _by_pixel(array: tf.Tensor, over: str, shape: tf.Tensor) -> tf.Tensor:
    """Back from `_by_unit`."""
    if over == "image":
        return tf.transpose(array, [0, 2, 1])
    return tf.transpose(tf.reshape(array, [shape[2], shape[0], shape[1]]), [1, 2, 0])
