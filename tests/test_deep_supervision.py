"""`Loss` inside the wrappers of MONAI and nnU-Net for outputs at several sizes."""

import numpy as np
import pytest
import torch
from monai.losses import DeepSupervisionLoss
from nnunetv2.training.loss.deep_supervision import DeepSupervisionWrapper
from table import field_of, labels_of, one_hot, options_of
from torch_cases import CASES

import segloss_lab.torch
from segloss_lab import reference

SHAPES = {"images": (8, 12), "volumes": (4, 8, 4)}
EVERY = pytest.mark.parametrize("name, mode", CASES)
EVERY_SHAPE = pytest.mark.parametrize("spatial", SHAPES.values(), ids=SHAPES)


def lesson(mode, spatial):
    """Logits at full and at half size, and labels (N, 1, *spatial)."""
    channels = 3 if mode == "multiclass" else 1
    half = [size // 2 for size in spatial]
    fine, coarse = (field_of(seed, 2, channels, *s) for seed, s in ((40, spatial), (41, half)))
    return fine, coarse, labels_of(42, max(channels, 2), 2, 1, *spatial)


def thinned(labels):
    """Every other pixel, as "nearest-exact" takes them."""
    return labels[(..., *[slice(1, None, 2)] * (labels.ndim - 2))]


def check(wrapped, target, name, mode, weights, fine, coarse, small):
    """A wrapper gives the weighted sum of the reference's values, and each output its gradient."""
    outputs = [torch.tensor(z, dtype=torch.float32, requires_grad=True) for z in (fine, coarse)]
    value = wrapped(outputs, target)
    value.backward()
    loss, own = getattr(reference, name), options_of(name, mode)
    expected = 0.0
    for weight, output, labels in zip(weights, outputs, small, strict=True):
        one, gradient = loss(output.detach().double().numpy(), labels, **own)
        expected += weight * one
        size = np.abs(weight * gradient).max()
        np.testing.assert_allclose(output.grad, weight * gradient, rtol=0, atol=1e-5 * size)
    np.testing.assert_allclose(value.item(), expected, rtol=1e-5)


@EVERY
@EVERY_SHAPE
@pytest.mark.parametrize("form", ["labels", "one-hot"])
def test_monais_wrapper_takes_ours(name, mode, spatial, form):
    """With labels as uint8: PyTorch resizes no int64."""
    fine, coarse, labels = lesson(mode, spatial)
    given = torch.tensor(labels)
    if form == "one-hot" and mode == "multiclass":
        given = torch.tensor(one_hot(labels[:, 0], 3))
    wrapped = DeepSupervisionLoss(segloss_lab.torch.Loss(name, **options_of(name, mode)))
    small = labels, thinned(labels)
    check(wrapped, given.to(torch.uint8), name, mode, (1, 0.5), fine, coarse, small)
    with pytest.raises(RuntimeError, match="not implemented for 'Long'"):
        wrapped([torch.tensor(fine), torch.tensor(coarse)], given.long())


@EVERY
@EVERY_SHAPE
def test_nnunets_wrapper_takes_ours(name, mode, spatial):
    """With its labels, int16 of shape (N, 1, *spatial), one for each size."""
    fine, coarse, labels = lesson(mode, spatial)
    small = labels, thinned(labels)
    wrapped = DeepSupervisionWrapper(
        segloss_lab.torch.Loss(name, **options_of(name, mode)), (2 / 3, 1 / 3)
    )
    given = [torch.tensor(np.ascontiguousarray(one), dtype=torch.int16) for one in small]
    check(wrapped, given, name, mode, (2 / 3, 1 / 3), fine, coarse, small)
