"""At home in PyTorch: transforms, compilation, precision, processes and devices."""

import inspect
import io
import subprocess
import sys
from pathlib import Path

import ddp_step
import numpy as np
import pytest
import torch
from table import T1, T2, T3, Z1, Z2, Z3, one_hot, options_of
from torch.autograd import forward_ad, functional
from torch_cases import CASES, case, same, value_and_gradient

import segloss_lab.torch
from segloss_lab import reference
from segloss_lab.torch import _pixels, ranking

# PyTorch's own, where its compiler and its forward derivatives load.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")

# torch.func and derivatives of derivatives


@pytest.mark.parametrize("name, mode", CASES)
def test_func_grad_is_the_gradient(name, mode):
    loss, logits, target = case(name, mode)
    gradient, value = torch.func.grad_and_value(loss)(logits, target)
    expected_value, expected = value_and_gradient(loss, logits, target)
    same(value, expected_value)
    same(gradient, expected)


@pytest.mark.parametrize("name, mode", CASES)
@pytest.mark.parametrize("shared", [False, True], ids=["each its target", "one target"])
def test_vmap_is_a_loop(name, mode, shared):
    loss, logits, target = case(name, mode)
    many = torch.stack([logits, 1 - logits / 2, logits.flip(0)])
    targets = [target] * 3 if shared else [target, target.flip(0), target.roll(1, -1)]
    expected = [value_and_gradient(loss, z, t) for z, t in zip(many, targets, strict=True)]
    in_dims, targets = ((0, None), target) if shared else ((0, 0), torch.stack(targets))
    gradients, values = torch.vmap(torch.func.grad_and_value(loss), in_dims)(many, targets)
    same(values, torch.stack([value for value, _ in expected]))
    same(gradients, torch.stack([gradient for _, gradient in expected]))


@pytest.mark.parametrize("name, mode", CASES)
def test_the_second_derivative_is_that_of_the_first(name, mode):
    loss, logits, target = case(name, mode)
    logits.requires_grad_()
    assert torch.autograd.gradgradcheck(lambda z: loss(z, target), (logits,))


@pytest.mark.parametrize("name, mode", CASES)
def test_forward_and_backward_derivatives_agree(name, mode):
    loss, logits, target = case(name, mode)
    direction = torch.linspace(-1, 1, logits.numel(), dtype=logits.dtype).reshape(logits.shape)
    _, along = torch.func.jvp(lambda z: loss(z, target), (logits,), (direction,))
    same(along, (value_and_gradient(loss, logits, target)[1] * direction).sum())


def along(loss, logits, direction):
    """The derivative of a loss along a direction, carried forward."""
    with forward_ad.dual_level():
        return forward_ad.unpack_dual(loss(forward_ad.make_dual(logits, direction))).tangent


@pytest.mark.parametrize("name, mode", CASES)
def test_a_derivative_carried_forward_in_eager_code_is_that_of_the_gradient(name, mode):
    loss, logits, target = case(name, mode)
    direction = torch.linspace(-1, 1, logits.numel(), dtype=logits.dtype).reshape(logits.shape)
    _, gradient = value_and_gradient(loss, logits, target)
    same(along(lambda z: loss(z, target), logits, direction), (gradient * direction).sum())
    with pytest.raises(ValueError, match="target: found the"):  # there are values to be checked
        along(lambda z: loss(z, target * 0 + 7), logits, direction)


@pytest.mark.parametrize("name, mode", CASES)
def test_many_gradients_at_a_time_are_each_of_them(name, mode):
    loss, logits, target = case(name, mode)
    _, gradient = value_and_gradient(loss, logits, target)
    logits.requires_grad_()
    factors = torch.tensor([1.0, -2.0, 3.0], dtype=logits.dtype)
    (came,) = torch.autograd.grad(loss(logits, target), logits, factors, is_grads_batched=True)
    same(came, torch.stack([factor * gradient for factor in factors]))


@pytest.mark.parametrize("name, mode", CASES)
@pytest.mark.parametrize("strategy", ["reverse-mode", "forward-mode"])
def test_vectorized_derivatives_are_those_of_a_loop(name, mode, strategy):
    loss, logits, target = case(name, mode)

    def of(z):
        return loss(z, target)

    came = functional.jacobian(of, logits, vectorize=True, strategy=strategy)
    same(came, value_and_gradient(loss, logits, target)[1])
    came = functional.hessian(of, logits, vectorize=True, outer_jacobian_strategy=strategy)
    same(came, functional.hessian(of, logits))


@pytest.mark.parametrize("name, mode", [c for c in CASES if c.values[0] != "compound"])
def test_the_vectorized_jacobian_of_many_losses_is_that_of_a_loop(name, mode):
    loss, logits, target = case(name, mode, reduction="none")
    came = functional.jacobian(lambda z: loss(z, target), logits, vectorize=True)
    same(came, functional.jacobian(lambda z: loss(z, target), logits))


CONSTANTS = [  # what the truth says of these has no gradient, backward or forward
    ("cross_entropy", "multiclass", {"class_weights": [1.0, 2.0, 3.0]}),
    ("focal", "binary", {"normalize": "positives"}),
    ("generalized_dice", "multiclass", {}),
    ("dice", "binary", {"classes": "present"}),
]


@pytest.mark.parametrize("name, mode, options", CONSTANTS)
def test_forward_and_backward_derivatives_by_a_soft_target_agree(name, mode, options):
    loss = segloss_lab.torch.Loss(name, mode=mode, validate=False, **options)
    torch.manual_seed(0)
    scores = 5 * torch.randn(2, 1 if mode == "binary" else 3, 5, dtype=torch.float64)
    soft = scores.sigmoid() if mode == "binary" else scores.softmax(1)
    logits, direction = torch.randn_like(soft), torch.randn_like(soft)
    _, gradient = value_and_gradient(lambda t, z: loss(z, t), soft, logits)
    same(along(lambda t: loss(logits, t), soft, direction), (gradient * direction).sum())


@pytest.mark.parametrize("name, option", [("cross_entropy", "pos_weight"), ("focal", "alpha")])
def test_weights_under_a_transform_are_those_of_a_loop(name, option):
    twin = getattr(segloss_lab.torch, name)
    logits, target = torch.tensor(Z1), torch.tensor(T1)
    weights = torch.tensor([[0.2], [0.7]], dtype=torch.float64)

    def of(weight):
        return twin(logits, target, **{option: weight})

    same(torch.vmap(of)(weights), torch.stack([of(weight) for weight in weights]))
    _, expected = value_and_gradient(lambda w, _: of(w), weights[0], None)
    same(torch.func.grad(of)(weights[0]), expected)
    same(along(of, weights[0], torch.ones_like(weights[0])), expected.sum())


@pytest.mark.parametrize("name, options", [("dice", {}), ("focal", {}), ("cross_entropy", {})])
@pytest.mark.parametrize("mode", ["binary", "multiclass"])
def test_a_soft_target_gets_its_gradient_too(name, options, mode):
    loss = segloss_lab.torch.Loss(name, mode=mode, **options)
    torch.manual_seed(0)
    scores = torch.randn(2, 1 if mode == "binary" else 3, 5, dtype=torch.float64)
    soft = scores.sigmoid() if mode == "binary" else scores.softmax(1)
    logits = torch.randn_like(soft).requires_grad_()
    unchecked = segloss_lab.torch.Loss(name, mode=mode, validate=False, **options)
    assert torch.autograd.gradcheck(unchecked, (logits, soft.clone().requires_grad_()))
    same(unchecked(logits, soft.requires_grad_()), loss(logits, soft.detach()))


@pytest.mark.parametrize("name", ["cross_entropy", "focal", "dice", "lovasz_softmax"])
def test_weights_get_their_gradient_too(name):
    option = "alpha" if name == "focal" else "class_weights"
    twin, options = getattr(segloss_lab.torch, name), options_of(name, "multiclass")
    weights = torch.tensor([0.1, 0.5, 0.3], dtype=torch.float64, requires_grad=True)
    logits, target = torch.tensor(Z3).requires_grad_(), torch.tensor(T3)
    assert torch.autograd.gradcheck(
        lambda z, w: twin(z, target, **options, **{option: w}), (logits, weights)
    )


# torch.compile


@pytest.mark.parametrize("name, mode", CASES)
def test_a_loss_compiles_whole_and_stays_the_same(name, mode):
    torch.compiler.reset()
    loss, logits, target = case(name, mode)
    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    for came, expected in zip(
        value_and_gradient(compiled, logits, target),
        value_and_gradient(loss, logits, target),
        strict=True,
    ):
        same(came, expected)


@pytest.mark.parametrize("name", ["dice", "lovasz_hinge"])
def test_the_default_compiler_gives_the_same_numbers(name):
    torch.compiler.reset()
    loss, logits, target = case(name, "binary")
    compiled = torch.compile(loss, fullgraph=True)
    for came, expected in zip(
        value_and_gradient(compiled, logits, target),
        value_and_gradient(loss, logits, target),
        strict=True,
    ):
        same(came, expected)


def test_the_operator_of_the_ranking_losses_keeps_its_promises():
    scores, truth = torch.randn(3, 7), torch.rand(3, 7) < 0.4
    kept = torch.tensor([True, False, True])
    tests = ("test_schema", "test_faketensor")
    for valid in (None, torch.rand(3, 7) < 0.8):
        arguments = (scores, truth, valid, kept, True)
        torch.library.opcheck(torch.ops.segloss_lab.rank, arguments, test_utils=tests)


@pytest.mark.parametrize("name, mode", CASES)
def test_a_loss_can_be_exported(name, mode):
    loss, logits, target = case(name, mode)
    images = torch.export.Dim("images", min=2)
    program = torch.export.export(
        loss, (logits, target), dynamic_shapes=({0: images}, {0: images})
    ).module()
    twice = logits.repeat_interleave(2, 0), target.repeat_interleave(2, 0)
    same(program(logits, target), loss(logits, target))
    same(program(*twice), loss(*twice))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # PyTorch of its own
@pytest.mark.parametrize("name, mode", CASES)
def test_torchscript_is_refused_in_a_sentence_that_says_what_to_do(name, mode):
    loss, logits, target = case(name, mode)
    step = torch.nn.Sequential(torch.nn.Identity(), loss)
    with pytest.raises(RuntimeError, match="torch.export.*: give those the model without its loss"):
        torch.jit.trace(loss, (logits, target))
    with pytest.raises(RuntimeError, match="torch.export.*: give those the model without its loss"):
        torch.jit.script(step)
    with pytest.raises(RuntimeError, match="torch.export.*: give those the model without its loss"):
        torch.onnx.export(loss, (logits, target), io.BytesIO(), dynamo=False)


# The forms that a table of small rows on a CPU does not reach


@pytest.mark.parametrize("hinge", [True, False])
@pytest.mark.parametrize("masked", [True, False])
def test_both_ways_to_rank_agree(hinge, masked):
    """A GPU sorts by PyTorch; here that way runs on the CPU."""
    torch.manual_seed(0)
    scores = (torch.randn(9, 40, dtype=torch.float64) * 4).round() / 4  # with ties
    scores = scores if hinge else scores.sigmoid()
    truth = torch.rand(9, 40) < torch.tensor([0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 1, 1])[:, None]
    valid = torch.rand(9, 40) < 0.8 if masked else None
    losses, slopes = ranking._rank(scores, truth, valid, torch.ones(9, dtype=torch.bool), hinge)
    errors = torch.where(truth, 1 - scores, 1 + scores if hinge else scores)
    jumps = ranking._jumps(errors, truth, valid)
    charged = errors.relu() if hinge else errors
    same((charged * jumps).sum(1), losses)
    expected = torch.where(truth, -jumps, jumps)
    same(torch.where(errors > 0, expected, 0) if hinge else expected, slopes)


@pytest.mark.parametrize("name", ["cross_entropy", "focal"])
@pytest.mark.parametrize("images, size", [(3, 2**19 + 7), (300, 2**13 + 1)])
def test_large_images_come_in_blocks_without_a_seam(name, images, size):
    """In float64: the sums of parts are the sum, and every logit gets its gradient."""
    torch.manual_seed(0)
    logits = torch.randn(images, 1, size, dtype=torch.float64)
    target = torch.rand(images, 1, size) < 0.1
    loss = segloss_lab.torch.Loss(name)
    value, gradient = value_and_gradient(loss, logits, target)
    whole, whole_value = torch.func.grad_and_value(loss)(logits, target)
    same(value, whole_value, 1e-10)
    same(gradient * images, whole * images, 1e-12)


@pytest.mark.parametrize("name, mode", CASES)
@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
def test_a_loss_leaves_logits_and_target_as_they_were(name, mode, soft):
    logits, target = (Z1, T1) if mode == "binary" else (Z3, one_hot(T3, 3))
    if soft and "lovasz" not in name:
        target = 0.9 * target + 0.1 / (2 if mode == "binary" else 3)
    for given in (False, True):  # from_logits=False reads them without a copy, too
        if given and "from_logits" not in inspect.signature(getattr(reference, name)).parameters:
            continue
        own = {"from_logits": False} if given else {}
        z, t = torch.tensor(logits).requires_grad_(), torch.tensor(target, dtype=torch.float64)
        if given:
            z = (z.sigmoid() if mode == "binary" else z.softmax(1)).detach().requires_grad_()
        before = z.detach().clone(), t.clone()
        segloss_lab.torch.Loss(name, **own, **options_of(name, mode))(z, t).backward()
        assert torch.equal(z, before[0])
        assert torch.equal(t, before[1])


def test_logits_that_change_before_the_backward_pass_are_noticed():
    logits = torch.randn(1, 1, 9, requires_grad=True)
    changed = logits * 1
    value = segloss_lab.torch.dice(changed, torch.zeros(1, 1, 9))
    changed += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        value.backward()


# Precision


@pytest.mark.parametrize("name, mode", CASES)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_autocast_computes_the_loss_in_float32(name, mode, dtype):
    loss, logits, target = case(name, mode)
    half = logits.to(dtype)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value, gradient = value_and_gradient(loss, half, target)
    expected_value, expected = value_and_gradient(loss, half.float(), target)
    assert (value.dtype, gradient.dtype) == (torch.float32, dtype)
    same(value, expected_value, 1e-6)
    same(gradient.float(), expected.to(dtype).float(), 1e-3)


def test_class_probabilities_in_half_precision_are_summed_exactly():
    soft = torch.tensor([[[0.5], [0.25], [0.2512]]], dtype=torch.float16)  # in float16: 1.00098
    with pytest.raises(ValueError, match="sum to 1.0012"):
        segloss_lab.torch.cross_entropy(torch.zeros(1, 3, 1), soft, mode="multiclass")


def test_what_is_ignored_does_not_hide_what_is_wrong():
    target = torch.tensor([[[0.0, 2.0]]])
    with pytest.raises(ValueError, match="found the value 2.0"):
        segloss_lab.torch.dice(torch.zeros(1, 1, 2), target, ignore_index=0)


def test_a_channel_of_weight_0_may_be_nan():
    logits = torch.tensor(Z2)
    logits[:, 1] = torch.nan
    value = segloss_lab.torch.dice(
        logits, torch.tensor(T2), mode="multilabel", class_weights=[1.0, 0.0]
    )
    same(value, segloss_lab.torch.dice(logits[:, :1], torch.tensor(T2[:, :1])))


# Weights


WEIGHED = [
    ("cross_entropy", "multiclass", {"class_weights": [0.1, 0.2, 0.7]}),
    ("cross_entropy", "binary", {"pos_weight": [0.1]}),
    ("focal", "multiclass", {"alpha": [0.1, 0.2, 0.7]}),
    ("dice", "multiclass", {"class_weights": [0.1, 0.2, 0.7]}),
    ("lovasz_softmax", "multiclass", {"class_weights": [0.1, 0.2, 0.7]}),
    ("compound", "multiclass", {"terms": [(1.0, "jaccard", {"class_weights": [0.1, 0.2, 0.7]})]}),
]


@pytest.fixture
def half_by_default():
    torch.set_default_dtype(torch.float16)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("name, mode, options", WEIGHED)
def test_weights_keep_their_digits_whatever_the_default_dtype(name, mode, options, half_by_default):
    own = {**options_of(name, mode), **options}
    logits, target = (Z1, T1) if mode == "binary" else (Z3, T3)
    value = segloss_lab.torch.Loss(name, **own)(torch.tensor(logits), torch.tensor(target))
    expected, _ = getattr(reference, name)(logits, target, **own)
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@pytest.mark.parametrize("name, mode, options", WEIGHED)
def test_nothing_is_lost_on_a_meta_device(name, mode, options):
    loss, logits, target = case(name, mode)
    own = {**options_of(name, mode), "ignore_index": 255, **options}
    with torch.device("meta"):
        made = segloss_lab.torch.Loss(name, **own)
        moved = made.to_empty(device="cpu")
        moved.load_state_dict({})
        value = moved(logits, target)  # the default device is not that of the tensors
    assert list(moved.buffers()) == []
    same(value, getattr(segloss_lab.torch, name)(logits, target, **own))


@pytest.mark.parametrize("name, mode, options", WEIGHED)
def test_a_loss_that_was_looked_at_in_inference_mode_can_be_trained(name, mode, options):
    own = {**options_of(name, mode), **options}
    _pixels._made_once.cache_clear()
    loss = segloss_lab.torch.Loss(name, **own)
    logits, target = map(torch.tensor, (Z1, T1) if mode == "binary" else (Z3, T3))
    with torch.inference_mode():
        value = loss(logits, target)
    same(value_and_gradient(loss, logits, target)[0], value)


@pytest.mark.parametrize("option", ["class_weights", "terms"])
def test_a_loss_refuses_weights_that_it_cannot_keep_as_numbers(option):
    def of(weights):
        own = {"class_weights": weights}
        own = {"terms": [(1.0, "dice", own)]} if option == "terms" else own
        loss = "compound" if option == "terms" else "dice"
        return segloss_lab.torch.Loss(loss, mode="multiclass", **own)

    with pytest.raises(ValueError, match="class_weights: got a tensor that requires a gradient"):
        of(torch.ones(3, requires_grad=True))
    with pytest.raises(ValueError, match="class_weights: got a tensor on the meta device"):
        of(torch.ones(3, device="meta"))
    assert "[1.0, 0.5, 0.25]" in repr(of(torch.tensor([1, 0.5, 0.25]).bfloat16()))


# Several processes


@pytest.mark.parametrize("processes", [2, 3])
def test_over_global_a_job_trains_as_one_process_does(processes, tmp_path):
    script = str(Path(ddp_step.__file__))
    jobs = [
        subprocess.Popen([sys.executable, script, str(rank), str(processes), str(tmp_path)])
        for rank in range(processes)
    ]
    assert [job.wait(timeout=180) for job in jobs] == [0] * processes
    came = [torch.load(tmp_path / f"{rank}.pt") for rank in range(processes)]
    for index, step in enumerate(ddp_step.CASES):
        expected = ddp_step.step(step, slice(None))
        for parameters in came:
            np.testing.assert_allclose(parameters[index], expected, rtol=0, atol=1e-6)
