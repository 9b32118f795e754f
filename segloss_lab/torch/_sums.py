"""Sums over the pixels of a unit, with gradients in closed form, and what units count."""

from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor

from segloss_lab import _contract
from segloss_lab._contract import Classes
from segloss_lab.torch._pixels import (
    Pixels,
    is_transformed,
    label_index,
    optimistic,
    per_channel,
    probs,
    reduce,
    truth,
)


class Measure(Protocol):
    """K functions of p and t, whose sums over pixels are all that a loss depends on."""

    def sums(self, x: Pixels, p: Tensor) -> Tensor:
        """The functions' sums over the pixels of each image, (K, N, C), for autograd."""

    def closed(self, x: Pixels, p: Tensor) -> Tensor:
        """The same without autograd."""

    def slope(self, x: Pixels, p: Tensor, weights: Tensor) -> Tensor:
        """The derivative of the sums, times `weights` (K, N, C, 1), by the logits, (N, C, S)."""


def sums(x: Pixels, measure: Measure) -> Tensor:
    """Return the sums of a measure, (K, N, C)."""
    if not has_closed_form(x):
        return measure.sums(x, probs(x))
    return _Sums.apply(x.logits, x, measure)


def has_closed_form(x: Pixels) -> bool:
    """The compiler fuses the plain form, and vmap needs it; only autograd reaches a soft target."""
    return not (is_transformed(x.logits, x.target) or x.target.requires_grad)


class _Sums(torch.autograd.Function):
    """Sums and their slope in closed form, which keeps the probabilities: one map."""

    @staticmethod
    def forward(ctx, logits: Tensor, x: Pixels, measure: Measure) -> Tensor:
        sums, x, p = optimistic(x, lambda x: _closed_sums(x, measure))
        ctx.save_for_backward(logits, x.target, x.valid, p)
        ctx.x, ctx.measure = without_tensors(x), measure
        return sums

    @staticmethod
    def backward(ctx, weights: Tensor) -> tuple[Tensor, None, None]:
        *tensors, p = ctx.saved_tensors
        x = with_tensors(ctx.x, *tensors)
        if torch.is_grad_enabled():  # a second derivative will be asked for
            return differentiable(ctx.measure.sums(x, probs(x)), x.logits, weights), None, None
        return ctx.measure.slope(x, p, weights.unsqueeze(-1)).to(x.logits.dtype), None, None


def _closed_sums(x: Pixels, measure: Measure) -> tuple[Tensor, Pixels, Tensor]:
    p = probs(x)
    return measure.closed(x, p), x, p


def without_tensors(x: Pixels) -> Pixels:
    """What autograd does not save itself."""
    return replace(x, logits=None, target=None, valid=None)


def with_tensors(x: Pixels, logits: Tensor, target: Tensor, valid: Tensor | None) -> Pixels:
    """Back from `without_tensors`."""
    return replace(x, logits=logits, target=target, valid=valid)


def differentiable(values: Tensor, logits: Tensor, weights: Tensor) -> Tensor:
    """The gradient of values with a graph of its own, for a second derivative."""
    return torch.autograd.grad(values, logits, weights, create_graph=True)[0]


def combine(sums: Tensor, over: str) -> Tensor:
    """Add the sums (..., N, C) of images up into those of units: (..., N, C), or (..., C)."""
    if over == "image":
        return sums
    sums = sums.sum(-2)
    return _AllReduce.apply(sums) if over == "global" and _processes() > 1 else sums


class _AllReduce(torch.autograd.Function):
    """Sums over all processes, whose gradients DistributedDataParallel will average."""

    @staticmethod
    def forward(ctx, sums: Tensor) -> Tensor:
        sums = sums.clone()
        torch.distributed.all_reduce(sums)
        return sums

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        return gradient * _processes()


def _processes() -> int:
    distributed = torch.distributed
    ready = distributed.is_available() and distributed.is_initialized()
    return distributed.get_world_size() if ready else 1


def volume(x: Pixels, over: str) -> Tensor:
    """The sum of the truth of each unit, a constant."""
    with torch.no_grad():
        if gathers(x):
            shown = torch.ones_like(x.target) if x.valid is None else x.valid
            return combine(add_by_label(shown, x), over)
        return combine(truth(x).sum(2), over)


def gathers(x: Pixels) -> bool:
    """Whether to gather by label: autograd, the compiler, vmap and GPUs take one-hot maps."""
    watched = torch.is_grad_enabled() or is_transformed(x.logits, x.target)
    return x.labels and x.logits.device.type == "cpu" and not watched


def add_by_label(values: Tensor, x: Pixels) -> Tensor:
    """Add (N, 1, S) up by the label of each pixel: (N, C)."""
    # In float64: one by one, float32 would lose digits in a large object.
    sums = torch.zeros(values.shape[0], x.channels, dtype=torch.float64)
    return sums.scatter_add_(1, label_index(x)[:, 0], values[:, 0].double()).to(x.dtype)


def valid_pixels(x: Pixels) -> Tensor:
    """How many pixels of each image and channel count, (N, C)."""
    n, c, s = x.logits.shape
    if x.valid is None:
        return torch.full((n, c), s, dtype=x.dtype, device=x.logits.device)
    return x.valid.sum(2).to(x.dtype).expand(n, c)


def kept_units(x: Pixels, over: str, classes: Classes) -> Tensor:
    """Which units have a valid pixel and are among `classes`: bool, (N, C), or (C,)."""
    _contract.check_channels(x.channels, classes=classes)
    kept = combine(valid_pixels(x), over) > 0
    if not isinstance(classes, str):
        listed = torch.zeros(x.channels, dtype=torch.bool, device=kept.device)
        listed[list(classes)] = True
        return kept & listed
    return kept & (volume(x, over) > 0) if classes == "present" else kept


def unit_weights(x: Pixels, over: str, classes: Classes, class_weights) -> Tensor:
    """The weight of each unit in the mean, of the shape of its loss; 0 for one not kept."""
    w = per_channel(class_weights, "class_weights", x)
    return kept_units(x, over, classes) * (w.flatten() if isinstance(w, Tensor) else w)


def reduce_units(loss: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """Reduce the losses of units; a weight of 0 silences even NaN."""
    return reduce(torch.where(weight > 0, weight * loss, 0), weight, reduction)
