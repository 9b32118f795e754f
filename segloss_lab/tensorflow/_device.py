"""What a loss must know of where it will run."""

import tensorflow as tf
from tensorflow.python.framework import ops
from tensorflow.python.ops import control_flow_util


def under_xla() -> bool:
    """Whether a graph is being traced for XLA, which runs no Python and drops assertions.

    TensorFlow's strategies ask the same question in the same way. A `tf.function` that was traced
    outside XLA and is then called inside is not traced again: compile the outer one first.
    """
    return not tf.executing_eagerly() and control_flow_util.GraphOrParentsInXlaContext(
        ops.get_default_graph()
    )


def has_gpu() -> bool:
    """Whether tensors may be on a GPU."""
    return bool(tf.config.list_logical_devices("GPU"))


def python_can_run() -> bool:
    """Whether `tf.numpy_function` can be used, and need not fetch its arrays from a GPU."""
    return not under_xla() and not has_gpu()


def over_replicas(sums: list[tf.Tensor]) -> list[tf.Tensor]:
    """Add up over the replicas of the running step; the gradient is added up likewise."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return sums
    return context.all_reduce(tf.distribute.ReduceOp.SUM, sums)
