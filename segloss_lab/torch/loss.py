"""The losses as a module for a training script."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from segloss_lab import _contract, reference
from segloss_lab.torch._pixels import NO_TORCHSCRIPT
from segloss_lab.torch.compound import LOSSES, compound


class Loss(nn.Module):
    """Any loss of this module as an `nn.Module`: `Loss("dice", smooth=1.0)(logits, target)`.

    The sigmoid or the softmax is in the loss. A model that ends in one of its own needs
    `from_logits=False`; without, it trains another loss, and nothing here can tell.

    Args:
        loss: the name of a loss in `reference.__all__`.
        **options: its keyword parameters, checked here, before any training starts. Weights are
            kept as numbers, also those of a tensor: no buffers, nothing in the `state_dict`. They
            follow the logits to their device. To train weights, call the function.

    Raises:
        TypeError, ValueError: for an unknown loss or option, or a value that it cannot have.
        RuntimeError: under `torch.jit.script`, `torch.jit.trace` and the ONNX export by them.
    """

    def __init__(self, loss: str, **options):
        super().__init__()
        if loss not in reference.__all__:
            names = ", ".join(reference.__all__)
            raise ValueError(f"loss: got {loss!r}, expected one of {names}")
        self.loss = loss
        self._options = {option: _numbers(value, option) for option, value in options.items()}
        self._function = {**LOSSES, "compound": compound}[loss]
        _contract.check_options(loss, _contract.option_defaults(self._function), self._options)

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Return the loss of `logits` (N, C, *spatial) against `target`."""
        return self._function(logits, target, **self._options)

    def extra_repr(self) -> str:
        """Return the loss's name and the options it was given."""
        return ", ".join([repr(self.loss), *(f"{k}={v!r}" for k, v in self._options.items())])

    def __prepare_scriptable__(self):
        """Say what to do instead; `torch.jit.script` asks here first."""
        raise RuntimeError(NO_TORCHSCRIPT)


def _numbers(value: Any, option: str) -> Any:
    """An option as Python numbers, lists and dicts; a tensor must have numbers that stay."""
    if isinstance(value, Mapping):
        return {name: _numbers(own, name) for name, own in value.items()}
    if isinstance(value, list | tuple):
        return [_numbers(one, option) for one in value]
    if not isinstance(value, Tensor):
        return _contract.plain(value)
    if value.is_meta:
        raise ValueError(f"{option}: got a tensor on the meta device, expected numbers")
    if value.requires_grad:
        raise ValueError(
            f"{option}: got a tensor that requires a gradient, expected numbers; to train it, call "
            "the function of segloss_lab.torch with it"
        )
    return value.tolist()
