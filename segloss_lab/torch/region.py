"""Region losses in PyTorch: Dice, Jaccard, Tversky and generalized Dice."""

from dataclasses import dataclass

import torch
from torch import Tensor

from segloss_lab._contract import Classes, Intersection, Mode, Over, Reduction, checked
from segloss_lab.reference.region import SMALLEST
from segloss_lab.torch._pixels import Pixels, Weights, label_index, mask, probs, read, truth
from segloss_lab.torch._sums import (
    add_by_label,
    combine,
    gathers,
    kept_units,
    reduce_units,
    sums,
    unit_weights,
    volume,
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
    overlap, false_positives, false_negatives = _counts(x, over, intersection, squared)
    numerator = 2 * overlap + smooth
    denominator = numerator + false_positives + false_negatives + eps
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
    overlap, false_positives, false_negatives = _counts(x, over, intersection, squared)
    numerator = overlap + smooth
    denominator = numerator + false_positives + false_negatives + eps
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
    overlap, false_positives, false_negatives = _counts(x, over, intersection)
    errors = alpha * false_positives + beta * false_negatives + eps
    return reduce_units(_power_of_share(errors, overlap + smooth, gamma), weight, reduction)


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
    overlap, false_positives, false_negatives = _counts(x, over)
    w = _inverse_squares(volume(x, over), kept)
    numerator = (2 * w * overlap).sum(-1, keepdim=True) + smooth
    errors = (w * (false_positives + false_negatives)).sum(-1, keepdim=True)
    denominator = numerator + errors + eps
    loss = _one_minus_ratio(numerator, denominator, log=False)
    return reduce_units(loss, kept.any(-1, keepdim=True), reduction)


def _counts(x: Pixels, over: str, intersection: str = "product", squared: bool = False) -> Tensor:
    """Soft counts of each unit: of the overlap, of false positives and of false negatives."""
    return combine(sums(x, _Counts(intersection, squared)), over)


@dataclass(frozen=True)
class _Counts:
    """A pixel's overlap o, and what is left of p and of t (or of their squares) without it."""

    intersection: str
    squared: bool

    def plain(self, x: Pixels) -> Tensor:
        return self._sums(x, probs(x))

    def is_closed(self, x: Pixels) -> bool:
        return True

    def closed(self, x: Pixels) -> tuple[Tensor, Tensor]:
        p = probs(x)
        if not self._is_linear:
            return self._sums(x, p), p
        if gathers(x):
            hit = p.gather(1, label_index(x))
            overlap, missed = add_by_label(hit, x), add_by_label(mask(1 - hit, x), x)
        else:
            t = truth(x)
            overlap = (p * t).sum(2)
            missed = _rest(t.sum(2), overlap)
        return torch.stack([overlap, _rest(p.sum(2), overlap), missed]), p

    def _sums(self, x: Pixels, p: Tensor) -> Tensor:
        t = truth(x)
        overlap = p * t if self.intersection == "product" else torch.minimum(p, t)
        sizes = (p.square(), t.square()) if self.squared else (p, t)
        return torch.stack([o.sum(2) for o in (overlap, *(size - overlap for size in sizes))])

    def slope(self, x: Pixels, kept: Tensor, weights: Tensor) -> Tensor:
        p, weights = kept, weights.unsqueeze(-1)
        of_overlap, of_size = weights[0] - weights[1] - weights[2], weights[1]
        if self._is_linear and x.from_logits and gathers(x):
            return _slope_by_label(x, p, of_overlap, of_size)
        t = truth(x)
        if self.intersection == "min":  # 1/2 at a tie, as torch.minimum has it
            t = (torch.sign(t - p) + 1) / 2
        slope = of_overlap * t
        slope += 2 * p * of_size if self.squared else of_size
        if not x.from_logits:
            return mask(slope, x)
        if x.mode == "multiclass":
            return torch._softmax_backward_data(slope, p, 1, p.dtype)
        return torch.ops.aten.sigmoid_backward.grad_input(slope, p, grad_input=slope)

    @property
    def _is_linear(self) -> bool:
        return self.intersection == "product" and not self.squared


def _rest(size: Tensor, overlap: Tensor) -> Tensor:
    """What is left of a size, to as many digits as the size has; never below 0."""
    return (size - overlap).clamp(min=0)


def _slope_by_label(x: Pixels, p: Tensor, of_overlap: Tensor, of_size: Tensor) -> Tensor:
    """p_c (a_c - sum_k p_k a_k), where a is `of_size`, and at the label `of_overlap` more."""
    y = label_index(x)
    pull = p.gather(1, y).mul_(of_overlap[..., 0].gather(1, y[:, 0])[:, None])
    slope = p * of_size
    slope.addcmul_(p, slope.sum(1, keepdim=True).add_(pull), value=-1)
    return slope.scatter_add_(1, y, pull)


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
