"""The losses in PyTorch: the names, order and parameters of `segloss_lab.reference`.

`logits` are (N, C, *spatial). Half precision is computed and summed in float32 and the loss
returned in float32; the gradient has the dtype of `logits`. The values in `target` are checked in
eager code, not under `torch.compile`, where they cannot be looked at: run one eager batch first. On
a GPU the check reads one flag, which waits for the queue; `validate=False` skips it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from segloss_lab import _contract, reference
from segloss_lab.reference import CLIP, Classes, Intersection, Mode, Over, Reduction

__all__ = [*reference.__all__, "Loss"]

Weights = Sequence[float] | Tensor


@_contract.checked
def cross_entropy(
    logits: Tensor,
    target: Tensor,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    label_smoothing: float = 0.0,
    pos_weight: float | Weights | None = None,
    class_weights: Weights | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Tensor:
    """See `reference.cross_entropy`."""
    x = _read(logits, target, mode, from_logits, ignore_index, validate)
    w = _per_channel(class_weights, "class_weights", x)
    pos = _per_channel(pos_weight, "pos_weight", x)
    levels = x.channels if mode == "multiclass" else 2
    soft = x.truth * (1 - label_smoothing) + label_smoothing / levels
    log_p, log_not_p = _log_probs(x)
    if mode == "multiclass":
        loss = -(w * soft * log_p).sum(1, keepdim=True)
        weight = x.valid if class_weights is None else x.valid * (w * x.truth).sum(1, keepdim=True)
    else:
        loss = -w * (pos * soft * log_p + (1 - soft) * log_not_p)
        weight = x.valid * w
    shape = x.label_shape if mode == "multiclass" else x.shape
    return _reduce(torch.where(x.valid, loss, 0), weight.to(loss.dtype), reduction, shape)


@_contract.checked
def dice(
    logits: Tensor,
    target: Tensor,
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
) -> Tensor:
    """See `reference.dice`."""
    x = _read(logits, target, mode, from_logits, ignore_index, validate)
    weight = _unit_weights(x, over, classes, class_weights)
    p, t = _probs(x), x.truth
    overlap = p * t if intersection == "product" else torch.minimum(p, t)
    size = p.square() + t.square() if squared else p + t
    numerator = 2 * _sum(overlap, x, over) + smooth
    denominator = _sum(size, x, over) + smooth + eps
    loss = _one_minus_ratio(numerator, denominator, log)
    return _reduce(_weigh(loss, weight), weight, reduction, loss.shape)


class Loss(nn.Module):
    """Any loss of this module as an `nn.Module`: `Loss("dice", smooth=1.0)(logits, target)`.

    Args:
        loss: the name of a loss in `reference.__all__`.
        **options: its keyword parameters, checked here, before any training starts. Weights become
            buffers that move with `.to(device)` and are not in the `state_dict`.

    Raises:
        TypeError, ValueError: for an unknown loss or option, or a value that it cannot have.
    """

    def __init__(self, loss: str, **options):
        super().__init__()
        if loss not in reference.__all__:
            raise ValueError(f"loss: got {loss!r}, expected one of {', '.join(reference.__all__)}")
        self.loss = loss
        self._function = globals()[loss]
        _contract.check_options(loss, _contract.option_defaults(self._function), options)
        self._options = {}
        for option, value in options.items():
            if option in ("class_weights", "pos_weight") and value is not None:
                value = torch.as_tensor(value, dtype=torch.get_default_dtype())
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


@dataclass(frozen=True)
class _Pixels:
    """What all losses start from: (N, C, S), in at least float32, ignored pixels set to 0."""

    inputs: Tensor  # logits, or probabilities unless from_logits
    truth: Tensor
    valid: Tensor  # bool, (N, C, S), or (N, 1, S) in "multiclass"
    mode: str
    from_logits: bool
    shape: tuple  # of logits as they came

    @property
    def channels(self) -> int:
        return self.shape[1]

    @property
    def label_shape(self) -> tuple:
        return self.shape[:1] + self.shape[2:]


def _read(logits, target, mode, from_logits, ignore_index, validate) -> _Pixels:
    for name, value in (("logits", logits), ("target", target)):
        if not isinstance(value, Tensor):
            raise TypeError(f"{name}: got {type(value).__name__}, expected torch.Tensor")
    if logits.device != target.device:
        raise ValueError(f"target: is on {target.device}, expected {logits.device}, as logits")
    shape = tuple(logits.shape)
    labels = _contract.check_arrays(
        (shape, _kind(logits)), (tuple(target.shape), _kind(target)), mode
    )
    valid = ~_matches(target, ignore_index)
    if target.dtype in _RARE_INTEGERS:
        target = target.long()
    if validate and not torch.compiler.is_compiling():
        _check_values(logits, target, valid, labels, mode, from_logits)
    z = logits.flatten(2) if logits.ndim > 2 else logits.unsqueeze(2)
    z = z.float() if z.dtype in (torch.float16, torch.bfloat16) else z
    if labels:
        valid = valid.reshape(shape[0], 1, -1)
        index = torch.where(valid, target.reshape(valid.shape).long(), 0)
        truth = torch.zeros_like(z).scatter_(1, index, 1.0)
    else:
        truth, valid = target.reshape(z.shape).to(z.dtype), valid.reshape(z.shape)
        if mode == "multiclass":  # a pixel is ignored where all its channels are
            valid = valid.any(1, keepdim=True)
    z = torch.where(valid, z, 0)  # before any function, so that the gradient there is exactly 0
    return _Pixels(z, torch.where(valid, truth, 0), valid, mode, from_logits, shape)


_RARE_INTEGERS = (torch.uint16, torch.uint32, torch.uint64)  # torch cannot compare these


def _kind(tensor: Tensor) -> str:
    if tensor.dtype == torch.bool:
        return "bool"
    if tensor.is_floating_point():
        return "float"
    return str(tensor.dtype) if tensor.is_complex() else "integer"


def _matches(target: Tensor, index: int | None) -> Tensor:
    """Where the target equals an index; nowhere if its dtype cannot hold the index."""
    if index is None or not _holds(target.dtype, index):
        return torch.zeros_like(target, dtype=torch.bool)
    return (target.long() if target.dtype in _RARE_INTEGERS else target) == index


def _holds(dtype: torch.dtype, index: int) -> bool:
    if dtype == torch.bool:
        return index in (0, 1)
    if dtype.is_floating_point:
        return torch.tensor(float(index), dtype=dtype).item() == index
    limits = torch.iinfo(dtype)
    return limits.min <= index <= limits.max


def _check_values(logits, target, valid, labels: bool, mode: str, from_logits: bool) -> None:
    """Read one flag; only if it is down, say what is wrong, in the reference's words."""
    if labels:
        fine = ((target >= 0) & (target < logits.shape[1])) | ~valid
    else:
        keep = valid.any(1, keepdim=True) if mode == "multiclass" else valid
        fine = ((target >= 0) & (target <= 1)) | ~keep
    flag = fine.all()
    if mode == "multiclass" and not labels:
        sums = target.double().sum(1, keepdim=True)
        flag &= ((sums - 1).abs().le(_contract.SUM_TOLERANCE) | ~keep).all()
    if not from_logits:
        shown = valid.unsqueeze(1) if labels else valid
        flag &= ~(((logits < 0) | (logits > 1)) & shown).any()
    if not flag:
        arrays = _numpy(logits), _numpy(target), _numpy(valid)
        _contract.check_values(*arrays, labels, mode, from_logits)


def _numpy(tensor: Tensor) -> np.ndarray:
    tensor = tensor.detach().cpu()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()


def _finite(z: Tensor) -> Tensor:
    """Infinite logits count as very large ones, so that differences stay finite."""
    large = torch.finfo(z.dtype).max / 4
    return torch.where(z.isinf(), z.sign() * large, z)  # a clamp would give NaN a gradient of 0


def _probs(x: _Pixels) -> Tensor:
    if not x.from_logits:
        return x.inputs
    z = _finite(x.inputs)
    return z.softmax(1) if x.mode == "multiclass" else z.sigmoid()


def _log_probs(x: _Pixels) -> tuple[Tensor, Tensor | None]:
    """Return ln p and ln(1 - p); the latter has no use with a softmax."""
    if not x.from_logits:
        p = x.inputs.clamp(CLIP, 1 - CLIP)
        return p.log(), torch.log1p(-p)
    z = _finite(x.inputs)
    if x.mode == "multiclass":
        return z.log_softmax(1), None
    return F.logsigmoid(z), F.logsigmoid(-z)


def _one_minus_ratio(numerator: Tensor, denominator: Tensor, log: bool) -> Tensor:
    """1 - n/d, or -ln(n/d); 0/0 is a perfect score."""
    if log:
        return denominator.log() - numerator.log()
    perfect = denominator == 0
    d = torch.where(perfect, 1, denominator)
    # Not (d - n)/d, whose derivative by d would be the difference of two nearly equal numbers.
    return torch.where(perfect, 0, 1 - numerator / d)


def _sum(values: Tensor, x: _Pixels, over: str) -> Tensor:
    """Sum over the valid pixels of each unit: (N, C), or (C,) over the batch."""
    values = torch.where(x.valid, values, 0)
    return values.sum(2) if over == "image" else values.sum((0, 2))


def _per_channel(weights, option: str, x: _Pixels) -> Tensor | float:
    """Weights so that they broadcast against (N, C, S); None is 1."""
    if weights is None:
        return 1.0
    weights = torch.as_tensor(weights, dtype=x.inputs.dtype, device=x.inputs.device)
    _contract.check_channels(x.channels, **{option: weights})
    return weights.reshape(-1, 1) if weights.ndim else weights


def _unit_weights(x: _Pixels, over: str, classes: Classes, class_weights) -> Tensor:
    """The weight of each unit in the mean, of the shape of `_sum`; 0 for one that is not kept."""
    if over == "global" and _processes() > 1:
        raise NotImplementedError('over: "global" over several processes is not available yet')
    _contract.check_channels(x.channels, classes=classes)
    axes = 2 if over == "image" else (0, 2)
    kept = x.valid.expand(x.truth.shape).any(2)
    kept = kept if over == "image" else kept.any(0)
    if isinstance(classes, str):
        if classes == "present":
            kept = kept & (x.truth.sum(axes) > 0)
    else:
        listed = torch.zeros(x.channels, dtype=torch.bool, device=kept.device)
        listed[list(classes)] = True
        kept = kept & listed
    w = _per_channel(class_weights, "class_weights", x)
    return kept * (w.flatten() if isinstance(w, Tensor) else w)


def _processes() -> int:
    distributed = torch.distributed
    return distributed.get_world_size() if distributed.is_initialized() else 1


def _weigh(loss: Tensor, weight: Tensor) -> Tensor:
    """Weight times loss, where a weight of 0 silences even NaN."""
    return torch.where(weight > 0, weight * loss, 0)


def _reduce(weighted: Tensor, weight: Tensor, reduction: str, shape: tuple) -> Tensor:
    if reduction == "none":
        return weighted.reshape(shape)
    total = weighted.sum()
    if reduction == "sum":
        return total
    norm = weight.sum()
    return total / torch.where(norm > 0, norm, 1)  # no unit kept: 0/1
