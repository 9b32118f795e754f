"""The losses in TensorFlow: the names, order and parameters of `segloss_lab.reference`.

`logits` are (N, *spatial, C). Half precision is computed and summed in float32 and the loss
returned in float32; the gradient has the dtype of `logits`. The values in `target` are checked
eagerly (one flag read) and in a `tf.function` (there as `tf.errors.InvalidArgumentError`), not
under XLA, which drops assertions: run one eager batch first. `validate=False` skips the check.

A mask that Keras' layers left on `logits` is honoured, by the functions too: pixels that it leaves
out are ignored. It goes where the tensor goes, but not through the arguments of a `tf.function`.

Gradients are written out, of first order, and made of operations with gradients of their own. They
reach `logits`, weights given as tensors, and a `target` of floats. The Lovász losses rank by NumPy
where that can run, and elsewhere (under XLA, with a GPU, with sample weights of pixels) by
TensorFlow's sort, which takes longer. A `tf.function` around a loss that is to be called under XLA
must not have been called outside before, since TensorFlow does not trace it again.
"""

from segloss_lab._extras import needed_by

with needed_by("segloss_lab.tensorflow", "tensorflow"):
    from segloss_lab.tensorflow.compound import compound
    from segloss_lab.tensorflow.loss import Loss
    from segloss_lab.tensorflow.pixel import cross_entropy, focal
    from segloss_lab.tensorflow.ranking import lovasz_hinge, lovasz_softmax
    from segloss_lab.tensorflow.region import dice, generalized_dice, jaccard, tversky

__all__ = [
    "cross_entropy",
    "focal",
    "dice",
    "jaccard",
    "tversky",
    "generalized_dice",
    "lovasz_hinge",
    "lovasz_softmax",
    "compound",
    "Loss",
]
