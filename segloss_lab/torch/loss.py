"""The losses as a module for a training script."""

from numbers import Real

import torch
from torch import Tensor, nn

from segloss_lab import _contract, reference
from segloss_lab.torch.compound import LOSSES, compound

_WEIGHTS = ("alpha", "class_weights", "pos_weight")


class Loss(nn.Module):
    """Any loss of this module as an `nn.Module`: `Loss("dice", smooth=1.0)(logits, target)`.

    Args:
        loss: the name of a loss in `reference.__all__`.
        **options: its keyword parameters, checked here, before any training starts. Lists of
            weights become buffers of the default dtype, which move with `.to(device)` and are not
            in the `state_dict`.

    Raises:
        TypeError, ValueError: for an unknown loss or option, or a value that it cannot have.
    """

    def __init__(self, loss: str, **options):
        super().__init__()
        if loss not in reference.__all__:
            names = ", ".join(reference.__all__)
            raise ValueError(f"loss: got {loss!r}, expected one of {names}")
        self.loss = loss
        options = _contract.plain(options)
        self._function = {**LOSSES, "compound": compound}[loss]
        _contract.check_options(loss, _contract.option_defaults(self._function), options)
        self._options = {}
        for option, value in options.items():
            if option in _WEIGHTS and not isinstance(value, Real | None):
                value = torch.tensor(value, dtype=torch.get_default_dtype())
                self.register_buffer(option, value, persistent=False)
            else:
                self._options[option] = value

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Return the loss of `logits` (N, C, *spatial) against `target`."""
        return self._function(logits, target, **self._options, **dict(self.named_buffers()))

    def extra_repr(self) -> str:
        """Return the loss's name and the options it was given."""
        buffers = {name: buffer.tolist() for name, buffer in self.named_buffers()}
        options = {**self._options, **buffers}
        return ", ".join([repr(self.loss), *(f"{k}={v!r}" for k, v in options.items())])
