"""What Keras tells a loss: sample weights beside the target, and notes on a model's output."""

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf


class FromKeras(NamedTuple):
    """A target with what `Loss` has beside it, which rides with it to `read`."""

    target: Any
    sample_weight: Any  # or None
    warn: Callable[[str], None]


def mask_of(logits: tf.Tensor) -> tf.Tensor | None:
    """The mask that Keras' layers hand on: True where a pixel counts, (N, *spatial, 1).

    It may have fewer axes than the pixels, as that of time steps has: then all pixels of one share
    its value.
    """
    mask = getattr(logits, "_keras_mask", None)
    if mask is None:
        return None
    axes, pixels = mask.shape.rank, logits.shape[:-1]
    if axes > pixels.rank or not mask.shape.is_compatible_with(pixels[:axes]):
        raise ValueError(
            f"logits: got a Keras mask of shape {mask.shape}, expected {pixels} or its first axes"
        )
    sizes = tf.shape(logits)[:-1]
    mask = tf.reshape(mask, tf.concat([sizes[:axes], [1] * (pixels.rank - axes + 1)], 0))
    return tf.broadcast_to(tf.cast(mask, tf.bool), tf.concat([sizes, [1]], 0))


def is_activated(logits: tf.Tensor) -> bool:
    """Whether these "logits" are known to come from a sigmoid or softmax, as Keras' losses ask."""
    if hasattr(logits, "_keras_logits"):
        return True
    return tf.is_symbolic_tensor(logits) and logits.op.type in ("Sigmoid", "Softmax")
