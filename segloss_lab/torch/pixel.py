"""Pixel losses in PyTorch: cross-entropy and focal."""

from dataclasses import dataclass

import torch
from torch import Tensor

from segloss_lab._contract import CLIP, Mode, Normalize, Reduction, checked
from segloss_lab.torch._pixels import (
    Pixels,
    Weights,
    inputs,
    is_watched,
    label_index,
    mask,
    per_channel,
    read,
    reduce,
    truth,
)
from segloss_lab.torch._sums import sums, valid_pixels, volume


@checked
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
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    w = per_channel(class_weights, "class_weights", x)
    pos = per_channel(pos_weight, "pos_weight", x)
    if mode == "multiclass":
        loss = _SoftmaxEntropy(w, label_smoothing)
        weight = _pixels(x) if class_weights is None else w.flatten() * volume(x, "image")
    else:
        loss = _SigmoidEntropy(w, pos, label_smoothing)
        weight = valid_pixels(x) * (w if class_weights is None else w.flatten())
    return _reduce(x, loss, weight, reduction)


@checked
def focal(
    logits: Tensor,
    target: Tensor,
    *,
    mode: Mode = "binary",
    from_logits: bool = True,
    gamma: float = 2.0,
    alpha: float | Weights | None = None,
    normalize: Normalize = "pixels",
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    validate: bool = True,
) -> Tensor:
    """See `reference.focal`."""
    x = read(logits, target, mode, from_logits, ignore_index, validate)
    a = per_channel(alpha, "alpha", x)
    loss = _SoftmaxFocal(a, gamma)
    if mode != "multiclass":
        loss = _SigmoidFocal(a, 1.0 if alpha is None else 1 - a, gamma)
    norm = _pixels(x)
    if normalize == "positives":
        norm = volume(x, "image").sum().clamp(min=1)
    return _reduce(x, loss, norm, reduction)


def _reduce(x: Pixels, loss: "_PixelLoss", weight: Tensor, reduction: str) -> Tensor:
    """Reduce a pixel loss; only with reduction="none" is its map ever made as a whole."""
    if reduction == "none":
        return loss.values(x).reshape(x.pixel_shape)
    return reduce(sums(x, loss), weight, reduction)


def _pixels(x: Pixels) -> Tensor:
    """How many terms there are in the mean of each image."""
    return valid_pixels(x)[:, :1] if x.mode == "multiclass" else valid_pixels(x)


class _PixelLoss:
    """A loss of each pixel as a `Form`: one sum. Its own weights are in its values."""

    def values(self, x: Pixels) -> Tensor:
        """Its map, (N, C or 1, S), for autograd; 0 where ignored."""
        raise NotImplementedError

    def plain(self, x: Pixels) -> Tensor:
        return self.values(x).sum()

    def is_closed(self, x: Pixels) -> bool:
        """Of logits; and of weights that want no gradient."""
        weights = [w for w in vars(self).values() if isinstance(w, Tensor)]
        return x.from_logits and not (is_watched(*weights) or any(w.requires_grad for w in weights))


@dataclass(frozen=True)
class _SigmoidEntropy(_PixelLoss):
    """-w (pos y ln p + (1 - y) ln(1 - p)), y smoothed."""

    weight: Tensor | float
    pos_weight: Tensor | float
    smoothing: float

    def values(self, x: Pixels) -> Tensor:
        y = self._soft_truth(x)
        log_p, log_q = _log_sigmoids(x)
        return mask(-self.weight * (self.pos_weight * y * log_p + (1 - y) * log_q), x)

    def closed(self, x: Pixels) -> tuple[Tensor, None]:
        return torch.stack([self._total(_part(x, n, s)) for n, s in _blocks(x)]).sum(), None

    def _total(self, x: Pixels) -> Tensor:
        z, y = inputs(x), self._soft_truth(x)
        tail = _tail(z)
        values = z.relu().addcmul_(y, z, value=-1).add_(tail)  # in this order: the tail may be tiny
        if isinstance(self.pos_weight, Tensor):
            values += (self.pos_weight - 1) * y * ((-z).relu_() + tail)
        return mask(values if isinstance(self.weight, float) else values * self.weight, x).sum()

    def slope(self, x: Pixels, kept: None, weights: Tensor) -> Tensor:
        y, slope = self._soft_truth(x), inputs(x).sigmoid()
        if isinstance(self.pos_weight, Tensor):
            slope += (self.pos_weight - 1) * y * (slope - 1)
        return mask(slope.sub_(y).mul_(self.weight * weights), x)

    def _soft_truth(self, x: Pixels) -> Tensor:
        y = truth(x)
        return y * (1 - self.smoothing) + self.smoothing / 2 if self.smoothing else y


@dataclass(frozen=True)
class _SigmoidFocal(_PixelLoss):
    """a y (1 - p)^g (-ln p) + b (1 - y) p^g (-ln(1 - p)); it keeps its slopes."""

    alpha: Tensor | float
    beta: Tensor | float
    gamma: float

    def values(self, x: Pixels) -> Tensor:
        y = truth(x)
        log_p, log_q = _log_sigmoids(x)
        hit = self.alpha * y * _focus(log_q, self.gamma) * log_p
        return mask(-(hit + self.beta * (1 - y) * _focus(log_p, self.gamma) * log_q), x)

    def closed(self, x: Pixels) -> tuple[Tensor, Tensor]:
        totals, slopes = [], torch.empty_like(x.logits, dtype=x.dtype)
        for n, s in _blocks(x):
            some = _part(x, n, s)
            values, slope = self._values_and_slopes(some)
            totals.append(mask(values, some).sum())
            slopes[n, :, s] = mask(slope, some)
        return torch.stack(totals).sum(), slopes

    def slope(self, x: Pixels, kept: Tensor, weights: Tensor) -> Tensor:
        return kept * weights

    def _values_and_slopes(self, x: Pixels) -> tuple[Tensor, Tensor]:
        z, y = inputs(x), truth(x)
        if x.on_cpu and torch.equal(y, y.round()):  # a look that a GPU would wait for
            sign = 1 - 2 * y
            values, slopes = self._wrong(z * sign)
            slopes *= sign
            if isinstance(self.alpha, Tensor):
                weight = self.beta + (self.alpha - self.beta) * y
                values, slopes = values * weight, slopes * weight
            return values, slopes
        y, rest = self.alpha * y, self.beta * (1 - y)
        (hit, slope_of_hit), (false, slope_of_false) = self._wrong(-z), self._wrong(z)
        return y * hit + rest * false, rest * slope_of_false - y * slope_of_hit

    def _wrong(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """P^g (-ln(1 - P)) and its derivative by u, the logit of P, the share put on the wrong."""
        wrong, cost = u.sigmoid(), u.relu().add_(_tail(u))
        focus = wrong.pow(self.gamma)
        slopes = (1 - wrong).mul_(cost).mul_(self.gamma).add_(wrong).mul_(focus)
        return cost.mul_(focus), slopes


class _SoftmaxLoss(_PixelLoss):
    """A loss of one softmax, a weighted function of each class's ln p."""

    def values(self, x: Pixels) -> Tensor:
        log_p = _log_softmax(x)
        if x.labels and not self.smoothing:
            y = label_index(x)
            return mask(self.of_class(log_p.gather(1, y), _at(self.weight, y)), x)
        soft = truth(x) * (1 - self.smoothing) + self.smoothing / x.channels
        return mask((soft * self.of_class(log_p, self.weight)).sum(1, keepdim=True), x)

    def is_closed(self, x: Pixels) -> bool:
        return super().is_closed(x) and x.labels and not self.smoothing

    def closed(self, x: Pixels) -> tuple[Tensor, Tensor]:
        log_p, y = _log_softmax(x), label_index(x)
        return mask(self.of_class(log_p.gather(1, y), _at(self.weight, y)), x).sum(), log_p

    def slope(self, x: Pixels, kept: Tensor, weights: Tensor) -> Tensor:
        """Through ln p_y, whose slope is 1 - p_y by its own logit and -p_c by any other."""
        y = label_index(x)
        slope = weights * mask(self.slope_of_class(kept.gather(1, y), _at(self.weight, y)), x)
        return kept.exp().mul_(-slope).scatter_add_(1, y, slope)


@dataclass(frozen=True)
class _SoftmaxEntropy(_SoftmaxLoss):
    """-sum_c w_c y_c ln p_c, y smoothed."""

    weight: Tensor | float
    smoothing: float

    def of_class(self, log_p: Tensor, weight: Tensor | float) -> Tensor:
        return -weight * log_p

    def slope_of_class(self, log_p: Tensor, weight: Tensor | float) -> Tensor:
        return -weight * torch.ones_like(log_p)


@dataclass(frozen=True)
class _SoftmaxFocal(_SoftmaxLoss):
    """sum_c a_c y_c (1 - p_c)^g (-ln p_c)."""

    weight: Tensor | float
    gamma: float
    smoothing: float = 0.0

    def of_class(self, log_p: Tensor, weight: Tensor | float) -> Tensor:
        return -weight * _focus(_log_of_rest(log_p), self.gamma) * log_p

    def slope_of_class(self, log_p: Tensor, weight: Tensor | float) -> Tensor:
        log_q = _log_of_rest(log_p)
        inner = 1 - self.gamma * log_p * torch.exp(log_p - log_q)
        return -weight * _focus(log_q, self.gamma) * inner


def _at(weight: Tensor | float, y: Tensor) -> Tensor | float:
    """The weight of each pixel's class."""
    return weight[:, 0][y] if isinstance(weight, Tensor) else weight


def _log_sigmoids(x: Pixels) -> tuple[Tensor, Tensor]:
    """Return ln p and ln(1 - p)."""
    if x.from_logits:
        z = inputs(x)
        below = torch.where(z < 0, z, -z)  # -|z|, with a slope at 0: that of abs there is 0
        tail = below.exp().log1p()
        return torch.where(z < 0, z, 0) - tail, torch.where(z < 0, 0, -z) - tail
    p = inputs(x).clamp(CLIP, 1 - CLIP)
    q = (1 - inputs(x)).clamp(CLIP, 1 - CLIP)
    return p.log(), torch.where(p < 0.5, torch.log1p(-p), q.log())  # each where it has its digits


def _blocks(x: Pixels) -> list[tuple[slice, slice]]:
    """Slices of images and of their pixels that stay in cache; on a GPU one for all."""
    n, c, s = x.logits.shape
    pixels = max(1, 2**18 // c if x.on_cpu else n * s)
    images = max(1, pixels // max(1, s))
    return [
        (slice(i, i + images), slice(j, j + pixels))
        for i in range(0, max(1, n), images)
        for j in range(0, max(1, s), pixels)
    ]


def _part(x: Pixels, images: slice, pixels: slice) -> Pixels:
    """A block of the tensors."""
    return x.map(lambda a: a[images, :, pixels])


def _tail(z: Tensor) -> Tensor:
    """ln(1 + e^-|z|), by which ln p and ln(1 - p) differ from 0 and -|z|."""
    return z.abs().neg_().exp_().log1p_()


def _log_softmax(x: Pixels) -> Tensor:
    """Return ln p_c."""
    if x.from_logits:
        return inputs(x).log_softmax(1)
    return inputs(x).clamp(CLIP, 1 - CLIP).log()


def _log_of_rest(log_p: Tensor) -> Tensor:
    """Return ln(1 - p) from ln p; at p = 1 it stops at the smallest number's, where slopes end."""
    return (-torch.expm1(log_p)).clamp(min=torch.finfo(log_p.dtype).tiny).log()


def _focus(log_q: Tensor, gamma: float) -> Tensor:
    """Return q^gamma, by way of ln q: q^(gamma - 1), in its slope, may be infinite at q = 0."""
    return torch.exp(gamma * log_q)
