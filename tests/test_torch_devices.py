"""Other devices: their branches taken on the CPU, no float64, no waiting; and a GPU itself."""

import contextlib
import warnings

import numpy as np
import pytest
import torch
from table import IDENTITIES, ROWS
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch_cases import CASES, case, same, value_and_gradient

import segloss_lab.torch
from segloss_lab import reference
from segloss_lab.torch._pixels import Pixels

SIDES = [side for identity in IDENTITIES for side in (identity.left, identity.right)]
ROWS = [
    pytest.param(row, id=f"{row.loss} {number} {row.name}".strip())
    for number, row in enumerate([*ROWS, *SIDES])
]
WEIGHED = [  # numbers that become tensors where the logits are
    ("cross_entropy", "binary", {"pos_weight": 3.0}),
    ("cross_entropy", "multiclass", {"class_weights": [1.0, 2.0, 0.5]}),
    ("focal", "binary", {"alpha": 0.25}),
    ("focal", "multiclass", {"alpha": [0.1, 0.2, 0.7]}),
    ("dice", "multiclass", {"class_weights": [1.0, 2.0, 0.5], "classes": [1, 2]}),
    ("lovasz_softmax", "multiclass", {"class_weights": [1.0, 2.0, 0.5], "classes": [1, 2]}),
    ("compound", "multiclass", {"terms": [(1.0, "focal", {"alpha": [0.1, 0.2, 0.7]})]}),
]
EVERY = [*(pytest.param(*c.values, {}, id=c.id) for c in CASES), *WEIGHED]


@pytest.fixture
def off_cpu(monkeypatch):
    """Take the branches of a GPU with tensors on the CPU."""
    monkeypatch.setattr(Pixels, "on_cpu", False)


def tensors(row, dtype=torch.float64, device="cpu"):
    """Logits and target of a row; a soft target is not below float32."""
    logits = torch.tensor(np.asarray(row.logits)).to(device, dtype)
    target = torch.tensor(np.asarray(row.target)).to(device)
    soft = torch.promote_types(dtype, torch.float32)
    return logits, target.to(soft) if target.is_floating_point() else target


def evaluate(row, logits, target):
    """The value of a row, and the gradient of its sum."""
    logits = logits.requires_grad_()
    value = getattr(segloss_lab.torch, row.loss)(logits, target, **row.options)
    return value.detach(), torch.autograd.grad(value.sum(), logits)[0]


@pytest.mark.parametrize("row", ROWS)
def test_the_branches_of_a_gpu_equal_the_reference(row, off_cpu):
    came = evaluate(row, *tensors(row))
    expected = getattr(reference, row.loss)(np.float64(row.logits), row.target, **row.options)
    for one, other in zip(came, expected, strict=True):
        size = np.max(np.abs(other), initial=0, where=np.isfinite(other))
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-11 * max(size, 1e-30))


class Refuse(TorchDispatchMode):
    """Every tensor that an operator takes or makes must pass a test."""

    def __init__(self, refused, why):
        super().__init__()
        self.refused, self.why = refused, why

    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        made = operator(*args, **(kwargs or {}))
        for tensor in tree_leaves((args, kwargs, made)):
            assert not (isinstance(tensor, torch.Tensor) and self.refused(tensor)), (
                f"{operator}: {self.why}"
            )
        return made


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16], ids=str)
@pytest.mark.parametrize("row", ROWS)
def test_no_float64_is_made_where_a_device_may_have_none(row, dtype, off_cpu):
    given = tensors(row, dtype)
    with Refuse(lambda tensor: tensor.dtype == torch.float64, "float64"):
        value, gradient = evaluate(row, *given)
    assert (value.dtype, gradient.dtype) == (torch.float32, dtype)


class RefuseData(TorchFunctionMode):
    """No tensor is made from Python's numbers: it would be made on the host."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        assert function not in (torch.tensor, torch.as_tensor), "from the host"
        if function in (torch.Tensor.__getitem__, torch.Tensor.__setitem__):
            index = args[1] if isinstance(args[1], tuple) else (args[1],)
            assert not any(isinstance(i, list | range) for i in index), "an index from the host"
        return function(*args, **(kwargs or {}))


@pytest.mark.parametrize("row", ROWS)
def test_no_tensor_goes_between_the_host_and_a_device(row):
    """A GPU would wait for it. On "meta" there are no values that an operator could look at."""
    given = tensors(row, torch.float32, "meta")
    evaluate(row, *given)  # weights are copied once
    with RefuseData(), Refuse(lambda tensor: tensor.device.type == "cpu", "on the host"):
        value, gradient = evaluate(row, *given)
    assert value.is_meta and gradient.is_meta


def test_a_tensor_that_is_refused_would_be_noticed():
    logits = torch.zeros(2, dtype=torch.float32)
    with pytest.raises(AssertionError, match="float64"):
        with Refuse(lambda tensor: tensor.dtype == torch.float64, "float64"):
            logits.double()
    with pytest.raises(AssertionError, match="on the host"):
        with Refuse(lambda tensor: tensor.device.type == "cpu", "on the host"):
            logits.to("meta")
    with pytest.raises(AssertionError, match="from the host"):
        with RefuseData():
            torch.tensor([1.0], device="meta")
    with pytest.raises(AssertionError, match="an index from the host"):
        with RefuseData():
            logits[[0]] = 1


@pytest.mark.parametrize("name, mode, options", EVERY)
def test_fake_tensors_go_through(name, mode, options):
    loss, logits, target = case(name, mode, **options)
    with FakeTensorMode():
        z = torch.empty(logits.shape, dtype=torch.float16, requires_grad=True)
        value = loss(z, torch.empty(target.shape, dtype=target.dtype))
        value.backward()
    assert (value.shape, value.dtype) == ((), torch.float32)
    assert (z.grad.shape, z.grad.dtype) == (z.shape, z.dtype)
    assert loss(logits, target).isfinite()  # nothing fake was kept for the next


# A GPU


@contextlib.contextmanager
def without_waiting():
    """What waits for the GPU is an error, as a copy to the host is; the mode is put back."""
    before = torch.cuda.get_sync_debug_mode()
    with warnings.catch_warnings():  # the mode, once set, warns that it is a prototype
        warnings.filterwarnings("ignore", "Synchronization debug mode", UserWarning)
        try:
            torch.cuda.set_sync_debug_mode("error")
            yield
        finally:
            torch.cuda.set_sync_debug_mode(before)


def check_on(device, name, mode, options):
    """A loss on a device gives the numbers of the CPU, and from its second call waits for none."""
    loss, logits, target = case(name, mode, **options)
    expected_value, expected = value_and_gradient(loss, logits, target)
    fast, *_ = case(name, mode, validate=False, **options)
    there = logits.to(device), target.to(device)
    same(loss(*there).cpu(), expected_value)
    with without_waiting():
        value, gradient = value_and_gradient(fast, *there)
    assert value.device.type == gradient.device.type == device
    same(value.cpu(), expected_value)
    same(gradient.cpu(), expected)


@pytest.mark.gpu
@pytest.mark.parametrize("name, mode, options", EVERY)
def test_a_gpu_gives_the_same_numbers_and_is_not_waited_for(name, mode, options):
    check_on("cuda", name, mode, options)


@pytest.fixture
def sync_debug_mode(monkeypatch):
    """Stand in for torch.cuda's: to set it warns, after it is set."""
    modes = [0]

    def set_sync_debug_mode(mode):
        modes.append(mode)
        warnings.warn("Synchronization debug mode is a prototype feature", stacklevel=1)

    monkeypatch.setattr(torch.cuda, "set_sync_debug_mode", set_sync_debug_mode)
    monkeypatch.setattr(torch.cuda, "get_sync_debug_mode", lambda: modes[-1])
    return modes


@pytest.mark.parametrize("name, mode, options", EVERY)
def test_the_test_of_a_gpu_runs_on_the_cpu(name, mode, options, off_cpu, sync_debug_mode):
    check_on("cpu", name, mode, options)
    assert sync_debug_mode == [0, "error", 0]


def test_a_test_that_fails_on_a_gpu_leaves_the_mode_as_it_was(sync_debug_mode):
    with pytest.raises(ZeroDivisionError):
        with without_waiting():
            raise ZeroDivisionError
    assert sync_debug_mode == [0, "error", 0]
