"""What all losses share in PyTorch: reading tensors, and reducing losses."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensor
from torch.autograd.forward_ad import unpack_dual
from torch.masked import MaskedTensor

from segloss_lab import _contract

Weights = Sequence[float] | Tensor


@dataclass(frozen=True)
class Pixels:
    """What all losses start from: checked, (N, C, S), and converted no sooner than it is used."""

    logits: Tensor  # or probabilities unless from_logits
    target: Tensor  # truth, or labels (N, 1, S)
    valid: Tensor | None  # bool, (N, C, S), or (N, 1, S) in "multiclass"; None if all pixels are
    labels: bool
    mode: str
    from_logits: bool
    shape: tuple  # of logits as they came
    tamed: bool = True  # infinite logits count as very large ones

    @property
    def channels(self) -> int:
        """C."""
        return self.shape[1]

    @property
    def dtype(self) -> torch.dtype:
        """What is computed in."""
        return at_least_float32(self.logits.dtype)

    @property
    def on_cpu(self) -> bool:
        """Where a look at a value does not wait for a queue, and NumPy sorts."""
        return self.logits.device.type == "cpu"

    @property
    def pixel_shape(self) -> tuple:
        """The shape of a pixel loss with reduction="none"."""
        return self.shape[:1] + self.shape[2:] if self.mode == "multiclass" else self.shape

    def map(self, function: Callable[[Tensor], Tensor]) -> "Pixels":
        """The same with `function` of each tensor."""
        valid = None if self.valid is None else function(self.valid)
        return replace(
            self, logits=function(self.logits), target=function(self.target), valid=valid
        )


def read(logits, target, mode, from_logits, ignore_index, validate, hard=False) -> Pixels:
    """Check the tensors and bring them into one form; `hard` allows no truth but 0 and 1."""
    for name, value in (("logits", logits), ("target", target)):
        if not isinstance(value, Tensor):
            raise TypeError(f"{name}: got {type(value).__name__}, expected torch.Tensor")
        if value.layout != torch.strided or value.is_nested or isinstance(value, MaskedTensor):
            raise TypeError(f"{name}: got a sparse, nested or masked tensor, expected a dense one")
    if torch.jit.is_tracing():
        raise RuntimeError(NO_TORCHSCRIPT)
    if logits.device != target.device:
        raise ValueError(f"target: is on {target.device}, expected {logits.device}, as logits")
    shape = tuple(logits.shape)
    labels = _contract.check_arrays(
        (shape, _kind(logits)),
        (tuple(target.shape), _kind(target)),
        mode,
        ignore_index,
        cast="target.long()",
    )
    if target.dtype in _RARE_INTEGERS:
        target = target.long()
    if labels and target.ndim < logits.ndim:
        target = target.unsqueeze(1)
    valid = _valid(target, ignore_index)
    if mode == "multiclass" and not labels and ignore_index is not None:
        # A pixel is void where all its channels are, or all 0.
        some = (target != 0).any(1, keepdim=True)
        valid = some if valid is None else valid.any(1, keepdim=True) & some
    x = Pixels(logits, target, valid, labels, mode, from_logits, shape)
    x = x.map(lambda a: a.flatten(2) if a.ndim > 2 else a.unsqueeze(2))
    if validate and not (logits.is_meta or is_transformed(logits, target)):
        _check_values(x, hard)
    return x


NO_TORCHSCRIPT = (
    "the losses run under torch.compile and torch.export, not under torch.jit.script, "
    "torch.jit.trace or torch.onnx.export(dynamo=False): give those the model without its loss"
)

_RARE_INTEGERS = (torch.uint16, torch.uint32, torch.uint64)  # torch cannot compare these


def _kind(tensor: Tensor) -> str:
    if tensor.dtype == torch.bool:
        return "bool"
    if tensor.is_floating_point():
        return "float"
    return str(tensor.dtype) if tensor.is_complex() else "integer"


def _valid(target: Tensor, ignored: int | None) -> Tensor | None:
    """Where the target is not `ignored`; None if that is everywhere: its dtype cannot hold it."""
    return target != ignored if ignored is not None and _holds(target.dtype, ignored) else None


def _holds(dtype: torch.dtype, index: int) -> bool:
    if dtype == torch.bool:
        return index in (0, 1)
    if dtype.is_floating_point:
        limits = torch.finfo(dtype)
        step = limits.eps * 2.0 ** (int(index).bit_length() - 1)  # from it to the next number
        return abs(index) <= limits.max and index % max(1, step) == 0
    limits = torch.iinfo(dtype)
    return limits.min <= index <= limits.max


def is_transformed(*tensors: Tensor) -> bool:
    """Whether a compiler, vmap, torch.func or FakeTensorMode looks on, where values are hidden."""
    return torch.compiler.is_compiling() or any(map(_is_wrapped, tensors))


def _is_wrapped(tensor: Tensor) -> bool:
    functorch = torch._C._functorch
    return (
        functorch.is_functorch_wrapped_tensor(tensor)
        or functorch.is_legacy_batchedtensor(tensor)  # of is_grads_batched=True
        or isinstance(tensor, FakeTensor)
    )


def is_watched(*tensors: Tensor) -> bool:
    """Whether closed forms cannot follow: values are hidden, or a forward derivative goes along."""
    return is_transformed(*tensors) or any(
        unpack_dual(tensor).tangent is not None for tensor in tensors
    )


def _check_values(x: Pixels, hard: bool) -> None:
    """Read one flag; only if it is down, look for what is wrong, in the reference's words."""
    flag = _inside(x.target, x.valid, x.channels - 1 if x.labels else 1)
    if hard and x.target.is_floating_point():
        flag = flag & _inside(x.target.frac(), x.valid, 0)
    if x.mode == "multiclass" and not x.labels:
        sums = x.target.to(at_least_float32(x.target.dtype)).sum(1, keepdim=True)
        fine = (sums - 1).abs() <= _contract.sum_tolerance(x.target.dtype)
        flag = flag & (fine if x.valid is None else fine | ~x.valid).all()
    if not x.from_logits:
        flag = flag & _inside(x.logits, x.valid, 1)
    if not flag:
        valid = torch.ones_like(x.target[:, :1], dtype=torch.bool) if x.valid is None else x.valid
        arrays = _numpy(x.logits), _numpy(x.target), _numpy(valid)
        tolerance = _contract.sum_tolerance(x.target.dtype)
        _contract.check_values(*arrays, x.labels, x.mode, x.from_logits, hard, tolerance=tolerance)


def _inside(values: Tensor, keep: Tensor | None, high: int) -> Tensor:
    """Whether the values to keep are in 0 to `high`: a flag, down if there is NaN."""
    if keep is not None:
        values = torch.where(keep, values, 0)
    if not values.numel():
        return torch.ones((), dtype=torch.bool, device=values.device)
    if values.dtype == torch.bool:
        values = values.view(torch.uint8)
    low, top = values.aminmax()
    # Wider first: as uint8, 256 classes would be 0.
    return (low >= 0) & ((top if top.is_floating_point() else top.long()) <= high)


def at_least_float32(dtype: torch.dtype) -> torch.dtype:
    """What numbers of this dtype are added up in."""
    return torch.float64 if dtype == torch.float64 else torch.float32


def _numpy(tensor: Tensor) -> np.ndarray:
    tensor = tensor.detach().cpu()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()


def inputs(x: Pixels) -> Tensor:
    """Logits, or probabilities, in at least float32; ignored ones are 0, whatever they hold."""
    # Before any function, so that the gradient there is exactly 0.
    z = mask(x.logits.to(x.dtype), x)
    if not x.from_logits or not x.tamed:
        return z
    large = torch.finfo(z.dtype).max / 4  # by comparison: a clamp would end NaN's gradient
    return torch.where(z == torch.inf, large, torch.where(z == -torch.inf, -large, z))


def truth(x: Pixels) -> Tensor:
    """0 to 1, (N, C, S); that of ignored pixels is 0."""
    if x.labels:
        channels = torch.arange(x.channels, device=x.target.device)[:, None]
        t = (x.target == channels).to(x.dtype)
    else:
        t = x.target.to(x.dtype)
    return mask(t, x)


def label_index(x: Pixels) -> Tensor:
    """Channels to gather by, (N, 1, S); those of ignored pixels are 0."""
    return mask(x.target.long(), x)


def mask(values: Tensor, x: Pixels) -> Tensor:
    """Values of pixels, 0 where ignored."""
    return values if x.valid is None else torch.where(x.valid, values, 0)


def probs(x: Pixels) -> Tensor:
    """Probabilities, (N, C, S); those of ignored pixels are 0."""
    if x.from_logits and x.mode != "multiclass":
        return mask(inputs(replace(x, tamed=False)).sigmoid(), x)
    return mask(inputs(x).softmax(1) if x.from_logits else inputs(x), x)


def per_channel(weights, option: str, x: Pixels) -> Tensor | float:
    """Weights so that they broadcast against (N, C, S); None is 1."""
    if weights is None:
        return 1.0
    _contract.check_channels(x.channels, **{option: weights})
    weights = constant(weights, x)
    return weights.reshape(-1, 1) if weights.ndim else weights


def constant(numbers, x: Pixels, dtype: torch.dtype | None = None) -> Tensor:
    """A tensor as it is, or numbers as one where `x` is; a GPU waits for them only once."""
    dtype, device = dtype or x.dtype, x.logits.device
    if isinstance(numbers, Tensor):
        return numbers.to(device, dtype)
    if is_transformed(x.logits, x.target):  # what is made there is not to be kept
        return torch.as_tensor(numbers, dtype=dtype, device=device)
    numbers = numbers.tolist() if isinstance(numbers, np.ndarray | np.generic) else numbers
    return _made_once(tuple(numbers) if isinstance(numbers, Sequence) else numbers, dtype, device)


@functools.lru_cache
def _made_once(numbers, dtype: torch.dtype, device: torch.device) -> Tensor:
    with torch.inference_mode(False):  # autograd may need it later
        return torch.tensor(numbers, dtype=dtype, device=device)


def reduce(weighted: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """Reduce losses that are weighted already; the mean divides by the sum of their weights."""
    if reduction == "none":
        return weighted
    total = weighted.sum()
    if reduction == "sum":
        return total
    norm = weight.sum().to(total.dtype)
    return torch.where(norm == 0, 0, total / torch.where(norm == 0, 1, norm))  # 0: no unit kept
