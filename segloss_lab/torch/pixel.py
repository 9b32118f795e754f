"""Pixel losses in PyTorch: cross-entropy and focal."""

import torch
import torch.nn.functional as F
from torch import Tensor

from segloss_lab._contract import CLIP, Mode, Normalize, Reduction, checked
from segloss_lab.torch._pixels import Pixels, Weights, per_channel, read, reduce_pixels


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
    levels = x.channels if mode == "multiclass" else 2
    soft = x.truth * (1 - label_smoothing) + label_smoothing / levels
    if mode == "multiclass":
        loss = -(w * soft * _log_softmax(x)).sum(1, keepdim=True)
        weight = x.valid if class_weights is None else x.valid * (w * x.truth).sum(1, keepdim=True)
    else:
        log_p, log_not_p = _log_sigmoids(x)
        loss = -w * (pos * soft * log_p + (1 - soft) * log_not_p)
        weight = x.valid * w
    return reduce_pixels(loss, weight, x, reduction)


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
    y = x.truth
    a = per_channel(alpha, "alpha", x)
    if mode == "multiclass":
        log_p = _log_softmax(x)
        loss = -(a * y * _focus(_log_of_rest(log_p), gamma) * log_p).sum(1, keepdim=True)
    else:
        b = 1 if alpha is None else 1 - a
        log_p, log_not_p = _log_sigmoids(x)
        hit = a * y * _focus(log_not_p, gamma) * log_p
        loss = -(hit + b * (1 - y) * _focus(log_p, gamma) * log_not_p)
    norm = y.sum().clamp(min=1) if normalize == "positives" else x.valid
    return reduce_pixels(loss, norm, x, reduction)


def _log_sigmoids(x: Pixels) -> tuple[Tensor, Tensor]:
    """Return ln p and ln(1 - p)."""
    if x.from_logits:
        return F.logsigmoid(x.inputs), F.logsigmoid(-x.inputs)
    p, q = x.inputs.clamp(CLIP, 1 - CLIP), (1 - x.inputs).clamp(CLIP, 1 - CLIP)
    return p.log(), torch.where(p < 0.5, torch.log1p(-p), q.log())  # each where it has its digits


def _log_softmax(x: Pixels) -> Tensor:
    """Return ln p_c."""
    return x.inputs.log_softmax(1) if x.from_logits else x.inputs.clamp(CLIP, 1 - CLIP).log()


def _log_of_rest(log_p: Tensor) -> Tensor:
    """Return ln(1 - p) from ln p; at p = 1 it stops at the smallest number's, where slopes end."""
    return (-torch.expm1(log_p)).clamp(min=torch.finfo(log_p.dtype).tiny).log()


def _focus(log_q: Tensor, gamma: float) -> Tensor:
    """Return q^gamma, by way of ln q: q^(gamma - 1), in its slope, may be infinite at q = 0."""
    return torch.exp(gamma * log_q)
