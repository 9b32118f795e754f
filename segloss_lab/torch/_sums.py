"""Sums over the pixels of a unit, with gradients in closed form, and what units count."""

from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor

from segloss_lab import _contract
from segloss_lab._contract import Classes
from segloss_lab.torch._pixels import (
    Pixels,
    constant,
    is_transformed,
    is_watched,
    label_index,
    per_channel,
    reduce,
    truth,
)


class Form(Protocol):
    """Sums over pixels, all that a loss depends on: for autograd, and perhaps in closed form."""

    def plain(self, x: Pixels) -> Tensor:
        """The sums, for autograd."""

    def is_closed(self, x: Pixels) -> bool:
        """Whether there is a closed form."""

    def closed(self, x: Pixels) -> tuple[Tensor, Tensor | None]:
        """The sums without autograd, and a map to keep for `slope`."""

    def slope(self, x: Pixels, kept: Tensor | None, weights: Tensor) -> Tensor:
        """The derivative of the sums, times `weights` of their shape, by the logits, (N, C, S)."""


def sums(x: Pixels, form: Form) -> Tensor:
    """Return the sums of a form."""
    # The compiler fuses the plain form, and vmap needs it; only autograd reaches a soft target.
    plain = is_watched(x.logits, x.target) or x.target.requires_grad or not form.is_closed(x)
    return form.plain(x) if plain else _Closed.apply(x.logits, x, form)


class _Closed(torch.autograd.Function):
    """Sums whose gradient is written out; at most one map is kept for it."""

    @staticmethod
    def forward(ctx, logits: Tensor, x: Pixels, form: Form) -> Tensor:
        x, sums, kept = _optimistic(x, form)
        ctx.save_for_backward(logits, x.target, x.valid, kept)
        ctx.x, ctx.form = replace(x, logits=None, target=None, valid=None), form
        return sums

    @staticmethod
    def backward(ctx, weights: Tensor) -> tuple[Tensor, None, None]:
        logits, target, valid, kept = ctx.saved_tensors
        x = replace(ctx.x, logits=logits, target=target, valid=valid)
        again = torch.is_grad_enabled()  # a second derivative will be asked for
        if again or is_watched(weights):  # or many gradients at a time
            with torch.enable_grad():
                plain = ctx.form.plain(x)
            slope = torch.autograd.grad(plain, logits, weights, create_graph=again)[0]
        else:
            slope = ctx.form.slope(x, kept, weights).to(logits.dtype)
        return slope, None, None


def _optimistic(x: Pixels, form: Form) -> tuple[Pixels, Tensor, Tensor | None]:
    """The closed form, and of what: logits are not tamed where that changes nothing.

    Infinite logits are rare, and to look for them takes longer than to look at the sums, unless
    that is on a GPU.
    """
    if x.on_cpu:
        wild = replace(x, tamed=False)
        sums, kept = form.closed(wild)
        if sums.isfinite().all():
            return wild, sums, kept
    return x, *form.closed(x)


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
        return combine(truth(x).detach().sum(2), over)  # forward derivatives end there alone


def gathers(x: Pixels) -> bool:
    """Whether to gather by label: autograd, the compiler, vmap and GPUs take one-hot maps."""
    watched = torch.is_grad_enabled() or is_transformed(x.logits, x.target)
    return x.labels and x.on_cpu and not watched


def add_by_label(values: Tensor, x: Pixels) -> Tensor:
    """Add (N, 1, S) up by the label of each pixel: (N, C)."""
    # In float64: one by one, float32 would lose digits in a large object.
    sums = values.new_zeros(values.shape[0], x.channels, dtype=torch.float64)
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
        return kept & constant([c in classes for c in range(x.channels)], x, torch.bool)
    return kept & (volume(x, over) > 0) if classes == "present" else kept


def unit_weights(x: Pixels, over: str, classes: Classes, class_weights) -> Tensor:
    """The weight of each unit in the mean, of the shape of its loss; 0 for one not kept."""
    w = per_channel(class_weights, "class_weights", x)
    return kept_units(x, over, classes) * (w.flatten() if isinstance(w, Tensor) else w)


def reduce_units(loss: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """Reduce the losses of units; a weight of 0 silences even NaN."""
    return reduce(torch.where(weight > 0, weight * loss, 0), weight, reduction)
