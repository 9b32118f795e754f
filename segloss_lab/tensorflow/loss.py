"""The losses as a Keras loss for a training script."""

import warnings
from typing import Any

import keras
import tensorflow as tf
from keras.src.backend.common.symbolic_scope import in_symbolic_scope

from segloss_lab import _contract, reference
from segloss_lab.tensorflow._keras import FromKeras
from segloss_lab.tensorflow.compound import LOSSES, compound


@keras.saving.register_keras_serializable(package="segloss_lab")
class Loss(keras.losses.Loss):
    """Any loss of this module for `model.compile(loss=Loss("dice", smooth=1.0))`.

    Labels keep their dtype, and the mean is scaled by 1 / replicas, as Keras does for its own
    losses (with `over="global"` the sum too: every replica computes the whole of it).
    `sample_weight` of shape (N,) weighs images (with `over="batch"`, all their pixels); of shape
    (N, *spatial) or (N, *spatial, 1) it multiplies every pixel's share in every sum, so that 0 and
    1 equal masking. Either way the mean divides by the sum of the weights, and a weight below 0 is
    an error. Pixels that a Keras mask leaves out, as behind `keras.layers.Masking`, are ignored.
    Keras' "sum_over_batch_size" is "mean" here.

    A loss that takes logits warns, once, of a model that ends in a sigmoid or softmax, where Keras
    knows it. A saved model is loaded after this module has been imported: only then does
    `keras.models.load_model` know the class.

    Args:
        loss: the name of a loss in `reference.__all__`.
        reduction: "mean" (or "sum_over_batch_size"), "sum" or "none".
        name: a name for Keras' logs; the loss's own if None.
        **options: the loss's keyword parameters, checked here, before any training starts.

    Raises:
        TypeError, ValueError: for an unknown loss or option, or a value that it cannot have.
        RuntimeError: if Keras runs on another backend than TensorFlow.
    """

    def __init__(
        self,
        loss: str,
        *,
        reduction: str | None = "mean",
        name: str | None = None,
        **options: Any,
    ) -> None:
        if keras.backend.backend() != "tensorflow":
            raise RuntimeError(
                f"Loss: Keras runs on {keras.backend.backend()}, expected TensorFlow (the "
                "environment variable KERAS_BACKEND, before Keras is imported); on the torch "
                "backend wrap segloss_lab.torch.Loss in a function of y_true and y_pred"
            )
        if loss not in reference.__all__:
            raise ValueError(f"loss: got {loss!r}, expected one of {', '.join(reference.__all__)}")
        reduction = _KERAS_REDUCTIONS.get(reduction, reduction)
        self._function = {**LOSSES, "compound": compound}[loss]
        defaults = _contract.option_defaults(self._function)
        self._options = _contract.plain(options)
        if "reduction" in defaults or reduction != "mean":  # compound leaves it to its terms
            self._options["reduction"] = reduction
        _contract.check_options(loss, defaults, self._options)
        super().__init__(name=name or loss, reduction=reduction)
        self._loss = loss
        self._warned = False

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> tf.Tensor:
        """Return the loss of `y_pred` (N, *spatial, C) against `y_true`."""
        if in_symbolic_scope():  # Keras' dry run, for which a strategy averages the labels
            return tf.zeros([])
        value = self.call(FromKeras(y_true, sample_weight, self._warn_once), y_pred)
        # Keras adds up over the replicas, each of which has computed a global loss as a whole.
        whole = self._options.get("over") == "global"
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        return value / replicas if whole or self.reduction == "mean" else value

    def _warn_once(self, message: str) -> None:
        if not self._warned:
            self._warned = True
            warnings.warn(message, stacklevel=2)

    def call(self, y_true: Any, y_pred: Any) -> tf.Tensor:
        """Return the loss before it is scaled over replicas."""
        return self._function(y_pred, y_true, **self._options)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs to make this loss again."""
        return {"loss": self._loss, "name": self.name, **self._options}

    def __repr__(self) -> str:
        return f"Loss({self._loss!r}, {', '.join(f'{k}={v!r}' for k, v in self._options.items())})"


_KERAS_REDUCTIONS = {"sum_over_batch_size": "mean", None: "none"}
