"""Ranking losses in PyTorch: the Lovász extensions of the Jaccard loss."""

import torch
from torch import Tensor

from segloss_lab._contract import BinaryMode, Classes, RankingOver, Reduction, checked
from segloss_lab.torch._pixels import (
    Pixels,
    Weights,
    probs,
    read,
    reduce_units,
    total,
    unit_weights,
)


@checked
def lovasz_hinge(
    logits: Tensor,
    target: Tensor,
    *,
    mode: BinaryMode = "binary",
    over: RankingOver = "image",
    classes: Classes = "all",
    class_weights: Weights | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Tensor:
    """See `reference.lovasz_hinge`."""
    x = read(logits, target, mode, True, ignore_index, validate, hard=True)
    weight = unit_weights(x, over, classes, class_weights)
    errors = 1 - x.inputs * (2 * x.truth - 1)
    loss = total(errors.relu() * _jumps(errors, x, over), x, over)
    return reduce_units(loss, weight, reduction)


@checked
def lovasz_softmax(
    logits: Tensor,
    target: Tensor,
    *,
    from_logits: bool = True,
    over: RankingOver = "image",
    classes: Classes = "present",
    class_weights: Weights | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Tensor:
    """See `reference.lovasz_softmax`."""
    x = read(logits, target, "multiclass", from_logits, ignore_index, validate, hard=True)
    weight = unit_weights(x, over, classes, class_weights)
    p = probs(x)
    errors = torch.where(x.truth == 1, 1 - p, p)
    loss = total(errors * _jumps(errors, x, over), x, over)
    return reduce_units(loss, weight, reduction)


@torch.no_grad()
def _jumps(errors: Tensor, x: Pixels, over: str) -> Tensor:
    """The jump of the Jaccard loss at each pixel, (N, C, S), if errors join in descending order."""
    shape = errors.shape
    valid = _by_unit(x.valid.expand(shape), over)
    ranked = torch.where(valid, _by_unit(errors, over), -torch.inf)
    order = ranked.sort(dim=-1, descending=True, stable=True).indices
    t, v = (_by_unit(x.truth, over) == 1).gather(-1, order), valid.gather(-1, order)
    # Counted in integers: float32 stops counting at 2^24.
    objects = t.sum(-1, keepdim=True)  # G
    before = t.cumsum(-1) - t.long()  # a
    background = (v & ~t).cumsum(-1) - (v & ~t).long()  # b
    union = (objects + background).clamp(min=1).to(errors.dtype)
    jump = torch.where(t, 1 / union, (objects - before).to(errors.dtype) / (union * (union + 1)))
    # On an empty mask the first false alarm takes the Jaccard loss from 0 to 1.
    first = torch.arange(t.shape[-1], device=t.device) == 0
    jump = torch.where(objects > 0, jump, first.to(jump.dtype)) * v
    jumps = _by_pixel(torch.empty_like(jump).scatter_(-1, order, jump), over, shape)
    return jumps + 0 * errors  # NaN stays NaN


def _by_unit(array: Tensor, over: str) -> Tensor:
    """(N, C, S), or (C, N S) over the batch."""
    return array if over == "image" else array.transpose(0, 1).flatten(1)


def _by_pixel(array: Tensor, over: str, shape: tuple) -> Tensor:
    """Back from `_by_unit`."""
    n, c, s = shape
    return array if over == "image" else array.reshape(c, n, s).transpose(0, 1)
