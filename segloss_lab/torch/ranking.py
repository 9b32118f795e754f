"""Ranking losses in PyTorch: the Lovász extensions of the Jaccard loss."""

from dataclasses import replace

import torch
from torch import Tensor

from segloss_lab import _ranking
from segloss_lab._contract import BinaryMode, Classes, RankingOver, Reduction, checked
from segloss_lab.torch._pixels import (
    Pixels,
    Weights,
    inputs,
    is_watched,
    probs,
    read,
    truth,
)
from segloss_lab.torch._sums import reduce_units, unit_weights


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
    return reduce_units(_lovasz(x, over, weight > 0, hinge=True), weight, reduction)


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
    return reduce_units(_lovasz(x, over, weight > 0, hinge=False), weight, reduction)


def _lovasz(x: Pixels, over: str, kept: Tensor, *, hinge: bool) -> Tensor:
    """Return the loss of each unit that is kept, (N, C), or (C,) over the batch."""
    closed = x.on_cpu and not is_watched(x.logits, x.target)
    if closed:
        # NumPy's sort ends infinite errors itself; before a softmax a look is cheaper than a copy.
        x = replace(x, tamed=not (hinge or x.logits.detach().sum().isfinite()))
    scores = inputs(x) if hinge else probs(x)
    valid = None if x.valid is None else _by_unit(x.valid.expand(scores.shape), over)
    units = _by_unit(scores, over), _by_unit(truth(x) == 1, over), valid, kept.flatten()
    losses = _Ranked.apply(*units, hinge) if closed else _ranked(*units, hinge, x.on_cpu)
    return losses.reshape(kept.shape)


def _by_unit(array: Tensor, over: str) -> Tensor:
    """(U, S): a row for each image and channel, or for each channel over the batch."""
    return array.flatten(0, 1) if over == "image" else array.transpose(0, 1).flatten(1)


def _ranked(scores, truth, valid, kept, hinge, by_numpy) -> Tensor:
    """Errors times their jumps, which are constant but where two errors cross: (U,)."""
    errors = torch.where(truth, 1 - scores, 1 + scores if hinge else scores)
    if by_numpy:
        jumps = _rank(scores.detach(), truth, valid, kept, hinge)[1].abs()
    else:
        jumps = _jumps(errors.detach(), truth, valid)
    return ((errors.relu() if hinge else errors) * jumps).sum(1)


class _Ranked(torch.autograd.Function):
    """The same in closed form, which keeps the gradient: one map."""

    @staticmethod
    def forward(ctx, *units):
        losses, slopes = _rank(*units)
        ctx.save_for_backward(slopes)
        return losses

    @staticmethod
    def backward(ctx, of_losses):
        return of_losses[:, None] * ctx.saved_tensors[0], None, None, None, None


@torch.library.custom_op("segloss_lab::rank", mutates_args=())
def _rank(
    scores: Tensor, truth: Tensor, valid: Tensor | None, kept: Tensor, hinge: bool
) -> tuple[Tensor, Tensor]:
    """See `_ranking.lovasz`; an operator, so that torch.compile and vmap need not look inside."""
    losses, slopes = _ranking.lovasz(
        scores.detach().numpy(),
        truth.numpy(),
        None if valid is None else valid.numpy(),
        kept.numpy(),
        hinge=hinge,
        threads=torch.get_num_threads(),
    )
    return torch.from_numpy(losses), torch.from_numpy(slopes)


@_rank.register_fake
def _(scores, truth, valid, kept, hinge):
    return scores.new_empty(scores.shape[:1]), torch.empty_like(scores)


@_rank.register_vmap
def _(info, in_dims, scores, truth, valid, kept, hinge):
    """The units of all copies are ranked as more units."""

    def more_units(array, dim):
        if array is None:
            return None
        copies = array.movedim(dim, 0) if dim is not None else array[None]
        return copies.expand(info.batch_size, *copies.shape[1:]).flatten(0, 1)

    rows = map(more_units, (scores, truth, valid, kept), in_dims)
    return tuple(a.unflatten(0, (info.batch_size, -1)) for a in _rank(*rows, hinge)), (0, 0)


def _jumps(errors: Tensor, truth: Tensor, valid: Tensor | None) -> Tensor:
    """The jump of the Jaccard loss at each pixel, if errors join in descending order."""
    valid = torch.ones_like(truth) if valid is None else valid
    order = torch.where(valid, errors, -torch.inf).sort(descending=True, stable=True).indices
    v = valid.gather(1, order)
    t = truth.gather(1, order) & v
    # Counted in integers: float32 stops counting at 2^24.
    objects = t.sum(1, keepdim=True)  # G
    before = t.cumsum(1) - t.long()  # a
    background = (v & ~t).cumsum(1) - (v & ~t).long()  # b
    union = (objects + background).clamp(min=1).to(errors.dtype)
    jump = torch.where(t, 1 / union, (objects - before).to(errors.dtype) / (union * (union + 1)))
    # On an empty mask the first false alarm takes the Jaccard loss from 0 to 1.
    first = torch.arange(t.shape[1], device=t.device) == 0
    jump = torch.where(objects > 0, jump, first.to(jump.dtype)) * v
    return torch.empty_like(jump).scatter_(1, order, jump) + 0 * errors  # NaN stays NaN
