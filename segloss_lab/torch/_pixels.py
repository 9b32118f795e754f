"""What all losses share in PyTorch: reading tensors, and reducing over units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from segloss_lab import _contract
from segloss_lab._contract import Classes

Weights = Sequence[float] | Tensor


@dataclass(frozen=True)
class Pixels:
    """What all losses start from: (N, C, S), in at least float32, ignored pixels set to 0."""

    inputs: Tensor  # logits, or probabilities unless from_logits
    truth: Tensor
    valid: Tensor  # bool, (N, C, S), or (N, 1, S) in "multiclass"
    mode: str
    from_logits: bool
    shape: tuple  # of logits as they came

    @property
    def channels(self) -> int:
        """C."""
        return self.shape[1]

    @property
    def pixel_shape(self) -> tuple:
        """The shape of a pixel loss with reduction="none"."""
        return self.shape[:1] + self.shape[2:] if self.mode == "multiclass" else self.shape


def read(logits, target, mode, from_logits, ignore_index, validate, hard=False) -> Pixels:
    """Check the tensors and bring them into one form; `hard` allows no truth but 0 and 1."""
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
        _check_values(logits, target, valid, labels, mode, from_logits, hard)
    z = logits.flatten(2) if logits.ndim > 2 else logits.unsqueeze(2)
    z = z.float() if z.dtype in (torch.float16, torch.bfloat16) else z
    if labels:
        valid = valid.reshape(shape[0], 1, z.shape[2])
        channels = torch.arange(shape[1], device=z.device)[:, None]
        truth = (target.reshape(valid.shape) == channels).to(z.dtype)
    else:
        truth, valid = target.reshape(z.shape).to(z.dtype), valid.reshape(z.shape)
        if mode == "multiclass":  # a pixel is ignored where all its channels are
            valid = valid.any(1, keepdim=True)
    z = torch.where(valid, z, 0)  # before any function, so that the gradient there is exactly 0
    if from_logits:  # infinite ones count as very large: a clamp would give NaN a gradient of 0
        large = torch.finfo(z.dtype).max / 4
        z = torch.where(z.isinf(), z.sign() * large, z)
    return Pixels(z, torch.where(valid, truth, 0), valid, mode, from_logits, shape)


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


def _check_values(logits, target, valid, labels, mode, from_logits, hard) -> None:
    """Read one flag; only if it is down, say what is wrong, in the reference's words."""
    if labels:
        # As int64: uint8 < 256 compares with 256 wrapped to 0.
        fine = ((target >= 0) & (target.long() < logits.shape[1])) | ~valid
    else:
        keep = valid.any(1, keepdim=True) if mode == "multiclass" else valid
        inside = (target == 0) | (target == 1) if hard else (target >= 0) & (target <= 1)
        fine = inside | ~keep
    flag = fine.all()
    if mode == "multiclass" and not labels:
        sums = target.double().sum(1, keepdim=True)
        flag &= ((sums - 1).abs().le(_contract.SUM_TOLERANCE) | ~keep).all()
    if not from_logits:
        shown = valid.unsqueeze(1) if labels else keep
        flag &= ~(((logits < 0) | (logits > 1)) & shown).any()
    if not flag:
        arrays = _numpy(logits), _numpy(target), _numpy(valid)
        _contract.check_values(*arrays, labels, mode, from_logits, hard)


def _numpy(tensor: Tensor) -> np.ndarray:
    tensor = tensor.detach().cpu()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()


def probs(x: Pixels) -> Tensor:
    """Probabilities, (N, C, S)."""
    if not x.from_logits:
        return x.inputs
    return x.inputs.softmax(1) if x.mode == "multiclass" else x.inputs.sigmoid()


def total(values: Tensor, x: Pixels, over: str) -> Tensor:
    """Sum over the valid pixels of each unit: (N, C), or (C,) over the batch."""
    values = torch.where(x.valid, values, 0)
    return values.sum(2) if over == "image" else values.sum((0, 2))


def per_channel(weights, option: str, x: Pixels) -> Tensor | float:
    """Weights so that they broadcast against (N, C, S); None is 1."""
    if weights is None:
        return 1.0
    weights = torch.as_tensor(weights, dtype=x.inputs.dtype, device=x.inputs.device)
    _contract.check_channels(x.channels, **{option: weights})
    return weights.reshape(-1, 1) if weights.ndim else weights


def kept_units(x: Pixels, over: str, classes: Classes) -> Tensor:
    """Which units have a valid pixel and are among `classes`, of the shape of `total`."""
    if over == "global" and _processes() > 1:
        raise NotImplementedError('over: "global" over several processes is not available yet')
    _contract.check_channels(x.channels, classes=classes)
    kept = x.valid.expand(x.truth.shape).any(2)
    kept = kept if over == "image" else kept.any(0)
    if not isinstance(classes, str):
        listed = torch.zeros(x.channels, dtype=torch.bool, device=kept.device)
        listed[list(classes)] = True
        return kept & listed
    return kept & (total(x.truth, x, over) > 0) if classes == "present" else kept


def unit_weights(x: Pixels, over: str, classes: Classes, class_weights) -> Tensor:
    """The weight of each unit in the mean, of the shape of `total`; 0 for one not kept."""
    w = per_channel(class_weights, "class_weights", x)
    return kept_units(x, over, classes) * (w.flatten() if isinstance(w, Tensor) else w)


def _processes() -> int:
    distributed = torch.distributed
    return distributed.get_world_size() if distributed.is_initialized() else 1


def reduce_pixels(loss: Tensor, weight: Tensor, x: Pixels, reduction: str) -> Tensor:
    """Reduce a pixel loss, whose own weights are already in it; the mean is over `weight`."""
    return _reduce(torch.where(x.valid, loss, 0), weight, reduction, x.pixel_shape)


def reduce_units(loss: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """Reduce a region or ranking loss; a weight of 0 silences even NaN."""
    return _reduce(torch.where(weight > 0, weight * loss, 0), weight, reduction, loss.shape)


def _reduce(weighted: Tensor, weight: Tensor, reduction: str, shape: tuple) -> Tensor:
    if reduction == "none":
        return weighted.reshape(shape)
    total = weighted.sum()
    if reduction == "sum":
        return total
    norm = weight.sum().to(total.dtype)
    return torch.where(norm == 0, 0, total / torch.where(norm == 0, 1, norm))  # 0: no unit kept
