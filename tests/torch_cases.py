"""What the tests of PyTorch share: every loss in its modes, and value and gradient."""

import numpy as np
import pytest
import torch
from table import T1, T3, Z1, Z3, options_of, takes, void

import segloss_lab.torch
from segloss_lab import reference

CASES = [
    pytest.param(name, mode, id=f"{name} {mode}")
    for name in reference.__all__
    for mode in ("binary", "multiclass")
    if takes(name, mode)
]


def case(name, mode, **options):
    """A loss as a function of two tensors, logits, and a target with ignored pixels."""
    logits, target = (Z1, T1) if mode == "binary" else (Z3, T3)
    options = {"ignore_index": 255, **options_of(name, mode), **options}
    return segloss_lab.torch.Loss(name, **options), torch.tensor(logits), torch.tensor(void(target))


def value_and_gradient(loss, logits, target):
    logits = logits.detach().clone().requires_grad_()
    value = loss(logits, target)
    return value.detach(), torch.autograd.grad(value, logits)[0]


def same(came, expected, tolerance=1e-12):
    np.testing.assert_allclose(
        came.detach().numpy(), expected.detach().numpy(), rtol=tolerance, atol=tolerance
    )
