"""Region losses in PyTorch: Dice, Jaccard, Tversky and generalized Dice."""

import torch
from torch import Tensor

from segloss_lab._contract import Classes, Intersection, Mode, Over, Reduction, checked
from segloss_lab.reference.region import SMALLEST
from segloss_lab.torch._pixels import (
    Weights,
    kept_units,
    probs,
    read,
    reduce_units,
    total,
    unit_weights,
)


@checked
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
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    weight = unit_weights(x, over, classes, class_weights)
    p, t = probs(x), x.truth
    overlap = _intersect(p, t, intersection)
    size = p.square() + t.square() if squared else p + t
    numerator = 2 * total(overlap, x, over) + smooth
    denominator = total(size, x, over) + smooth + eps
    return reduce_units(_one_minus_ratio(numerator, denominator, log), weight, reduction)


@checked
def jaccard(
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
    """See `reference.jaccard`."""
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    weight = unit_weights(x, over, classes, class_weights)
    p, t = probs(x), x.truth
    overlap = _intersect(p, t, intersection)
    size = p.square() + t.square() if squared else p + t
    numerator = total(overlap, x, over) + smooth
    denominator = total(size - overlap, x, over) + smooth + eps
    return reduce_units(_one_minus_ratio(numerator, denominator, log), weight, reduction)


@checked
def tversky(
    logits: Tensor,
    target: Tensor,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    alpha: float = 0.5,
    beta: float = 0.5,
    gamma: float = 1.0,
    smooth: float = 1.0,
    eps: float = 0.0,
    intersection: Intersection = "product",
    over: Over = "image",
    classes: Classes = "all",
    class_weights: Weights | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Tensor:
    """See `reference.tversky`."""
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    weight = unit_weights(x, over, classes, class_weights)
    p, t = probs(x), x.truth
    overlap = _intersect(p, t, intersection)
    index = total(overlap, x, over) + smooth
    errors = alpha * total(p - overlap, x, over) + beta * total(t - overlap, x, over) + eps
    return reduce_units(_power_of_share(errors, index, gamma), weight, reduction)


@checked
def generalized_dice(
    logits: Tensor,
    target: Tensor,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    smooth: float = 0.0,
    eps: float = 0.0,
    over: Over = "image",
    classes: Classes = "all",
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Tensor:
    """See `reference.generalized_dice`."""
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    kept = kept_units(x, over, classes)
    p, t = probs(x), x.truth
    w = _inverse_squares(total(t, x, over), kept)
    numerator = (2 * w * total(p * t, x, over)).sum(-1, keepdim=True) + smooth
    denominator = (w * total(p + t, x, over)).sum(-1, keepdim=True) + smooth + eps
    loss = _one_minus_ratio(numerator, denominator, log=False)
    return reduce_units(loss, kept.any(-1, keepdim=True), reduction)


def _intersect(p: Tensor, t: Tensor, intersection: str) -> Tensor:
    """Return the overlap of each pixel; torch.minimum's slope at a tie is 1/2."""
    return p * t if intersection == "product" else torch.minimum(p, t)


def _one_minus_ratio(numerator: Tensor, denominator: Tensor, log: bool) -> Tensor:
    """1 - n/d, or -ln(n/d); 0/0 is a perfect score."""
    if log:
        return denominator.log() - numerator.log()
    perfect = denominator == 0
    d = torch.where(perfect, 1, denominator)
    # Not (d - n)/d, whose derivative by d would be the difference of two nearly equal numbers.
    return torch.where(perfect, 0, 1 - numerator / d)


def _power_of_share(errors: Tensor, index: Tensor, gamma: float) -> Tensor:
    """(m/(m + n))^g with m = `errors`, n = `index`; 0/0 is 0, and the slope at 0, unless g = 1."""
    whole = errors + index
    share = torch.where(whole == 0, 0, errors / torch.where(whole == 0, 1, whole))
    if gamma == 1:
        return share
    return torch.where(share == 0, 0, torch.where(share == 0, 1, share) ** gamma)


def _inverse_squares(volume: Tensor, kept: Tensor) -> Tensor:
    """1/volume^2 of the classes kept, an empty one as the smallest of the others; others 0."""
    weighed = kept & (volume > 0)
    w = torch.where(weighed, 1 / volume.clamp(min=SMALLEST).square(), 0)
    largest = w.amax(-1, keepdim=True)
    return torch.where(kept & ~weighed, torch.where(largest > 0, largest, 1), w)
