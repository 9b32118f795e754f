"""A reader's own function beside the package's: `segloss_lab.check`."""

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch

import segloss_lab
import segloss_lab.tensorflow
import segloss_lab.torch
from segloss_lab import check, reference

TERMS = [(1.0, "dice", {"smooth": 0.5}), (0.5, "cross_entropy", {})]


def dice_torch(z, t, smooth=1.0):
    p = z.sigmoid()  # no library is named
    each = (1, 2, 3)
    return (1 - (2 * (p * t).sum(each) + smooth) / ((p + t).sum(each) + smooth)).mean()


def dice_of_batch(z, t, smooth=1.0):
    p = torch.sigmoid(z)
    return 1 - (2 * (p * t).sum() + smooth) / ((p + t).sum() + smooth)


def dice_tensorflow(z, t):
    p, each = tf.sigmoid(z), [1, 2, 3]
    overlap = tf.reduce_sum(p * t, each)
    return tf.reduce_mean(1 - (2 * overlap + 1.0) / (tf.reduce_sum(p + t, each) + 1.0))


def dice_keras(y_true, y_pred):
    p, truth = tf.sigmoid(y_pred), tf.cast(y_true, tf.float32)  # of 32 bits, and no others
    overlap, sizes = tf.reduce_sum(p * truth, [1, 2, 3]), tf.reduce_sum(p + truth, [1, 2, 3])
    return tf.reduce_mean(1 - (2 * overlap + 1.0) / (sizes + 1.0))


def dice_numpy(z, t):
    p = 1 / (1 + np.exp(-z))
    return (1 - (2 * (p * t).sum((1, 2, 3)) + 1) / ((p + t).sum((1, 2, 3)) + 1)).mean()


def dice_of_probs(p, t):
    return (1 - (2 * (p * t).sum((1, 2, 3)) + 1) / ((p + t).sum((1, 2, 3)) + 1)).mean()


def cross_entropy_by_hand(z, t):
    p = torch.sigmoid(z)
    return -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).mean()


# --- equal ---


@pytest.mark.parametrize(
    ("function", "loss", "options"),
    [
        (dice_torch, "dice", {}),
        (dice_torch, "dice", {"smooth": 10.0}),  # which it takes itself
        (dice_of_batch, "dice", {"over": "batch"}),
        (dice_tensorflow, "dice", {}),
        (dice_keras, "dice", {}),
        (dice_of_probs, "dice", {"from_logits": False}),
        (cross_entropy_by_hand, "cross_entropy", {}),
        (torch.nn.BCEWithLogitsLoss(), "cross_entropy", {}),
        (torch.nn.CrossEntropyLoss(), "cross_entropy", {"mode": "multiclass"}),
        (keras.losses.BinaryCrossentropy(from_logits=True), "cross_entropy", {}),
        (segloss_lab.torch.Loss("dice"), "dice", {}),
        (segloss_lab.tensorflow.Loss("dice"), "dice", {}),
    ],
    ids=lambda value: getattr(value, "__name__", None) or type(value).__name__,  # no address
)
def test_what_is_equal_is_said_to_be_in_value_and_gradient(function, loss, options):
    found = check(function, loss, **options)
    assert found
    assert found.differences == ()
    assert repr(found).startswith(f"equal to reference.{loss}: value within ")
    assert "gradient within" in repr(found)
    assert repr(found).endswith(" on 6 inputs")


@pytest.mark.parametrize("mode", ["binary", "multilabel", "multiclass"])
@pytest.mark.parametrize("loss", reference.__all__)
def test_the_packages_own_losses_are_equal_in_every_framework(loss, mode):
    options = {"mode": mode} if loss != "lovasz_softmax" else {}
    if (loss, mode) == ("lovasz_hinge", "multiclass"):
        return
    if loss == "compound":
        options["terms"] = TERMS
    for backend in ("torch", "tensorflow"):
        function = getattr(getattr(segloss_lab, backend), loss)
        assert check(function, loss, backend=backend, **options), backend

    def same(logits, target):
        return getattr(reference, loss)(logits, target, **options)

    found = check(same, loss, **options)
    assert (
        repr(found) == f"equal to reference.{loss}: value within 0, gradient within 0 on 6 inputs"
    )


def test_a_function_of_numpy_without_a_gradient_is_compared_by_its_value():
    assert "no gradient given" in repr(check(dice_numpy, "dice"))


def test_the_bounds_that_are_said_hold():
    shift = 3.5e-13

    def shifted(logits, target):
        value, gradient = reference.dice(logits, target)
        return value + shift, gradient + shift

    # One digit, rounded up, of a sum that is rounded itself.
    assert "value within 4e-13, gradient within 4e-13" in repr(check(shifted, "dice"))


# --- different ---


def test_where_and_by_how_much_it_differs_is_said_in_one_line():
    found = check(dice_of_batch, "dice")
    assert not found
    ((name, what),) = found.differences
    assert name == "a batch of two"
    own, expected = (float(text) for text in what.split(",")[0][6:].split(" for "))
    assert own < expected - 0.1  # one large object that is found hides one that is not
    assert repr(found) == (
        f"differs from reference.dice on a batch of two: {what} (it equals dice with over='batch')"
    )


def test_an_empty_mask_without_smooth_is_told_from_one_with():
    found = check(dice_numpy, "dice", smooth=0.0)
    assert dict(found.differences)["an empty mask"].endswith("for 1")
    assert "; and on 4 more of 6 inputs (it equals dice with smooth=1.0)" in repr(found)
    assert "\n" not in repr(found)


@pytest.mark.parametrize(
    ("function", "loss", "options", "says"),
    [
        (dice_of_probs, "dice", {}, "from_logits=False"),
        (torch.nn.BCEWithLogitsLoss(reduction="sum"), "cross_entropy", {}, "reduction='sum'"),
        (lambda z, t: reference.dice(z, t, smooth=2.0), "dice", {}, "smooth=2.0"),
        (lambda z, t: reference.dice(z, t, squared=True), "dice", {}, "squared=True"),
        (lambda z, t: reference.focal(z, t, gamma=0.0), "focal", {}, "gamma=0.0"),
        (
            lambda z, t: reference.tversky(z, t, alpha=0.9, beta=0.1),
            "tversky",
            {"alpha": 0.1, "beta": 0.9},
            "alpha=0.9, beta=0.1",
        ),
        (
            lambda z, t: reference.dice(z, t, smooth=0.0, over="batch"),
            "dice",
            {},
            "smooth=0.0, over='batch'",
        ),
    ],
)
def test_a_usual_slip_is_named(function, loss, options, says):
    found = check(function, loss, **options)
    assert repr(found).endswith(f" (it equals {loss} with {says})")


def test_what_no_option_explains_is_left_unexplained():
    assert "it equals" not in repr(check(lambda z, t: z.sigmoid().mean(), "dice"))


def test_a_wrong_gradient_under_a_right_value_is_found():
    def halved(logits, target):
        value, gradient = reference.dice(logits, target)
        return value, gradient / 2

    found = check(halved, "dice")
    assert len(found.differences) == 6
    assert all(what.startswith("gradient ") for _, what in found.differences)


def test_what_is_no_number_differs():
    def unstable(z, t):
        return -(t * torch.log(z.sigmoid().round()) + (1 - t) * torch.log1p(-z.sigmoid())).mean()

    assert "nan" in repr(check(unstable, "cross_entropy"))


def test_a_difference_in_the_ninth_digit_is_one():
    found = check(lambda z, t: reference.dice(z, t)[0] + 3e-9, "dice")
    assert len(found.differences) == 6
    own, _, expected = found.differences[0][1].removeprefix("value ").partition(" for ")
    assert float(own) - float(expected) == pytest.approx(3e-9, abs=1.1e-9)


def test_axes_that_are_taken_for_others_are_found():
    def along_rows(z, t):
        p = torch.sigmoid(z)
        return (1 - (2 * (p * t).sum((1, 2)) + 1) / ((p + t).sum((1, 2)) + 1)).mean()

    assert not check(along_rows, "dice")


# --- what a function is given ---


@pytest.mark.parametrize("backend", ["torch", "tensorflow", "numpy"])
def test_every_framework_gets_its_arrays_in_its_order(backend):
    seen = []

    def spy(*arrays):
        seen.append(arrays)
        raise KeyError("seen")

    with pytest.raises(KeyError):
        check(spy, "dice", backend=backend, mode="multilabel")
    logits, target = seen[0]
    kind = {"torch": torch.Tensor, "tensorflow": tf.Tensor, "numpy": np.ndarray}[backend]
    assert isinstance(logits, kind) and isinstance(target, kind)
    expected = (1, 4, 5, 2) if backend == "tensorflow" else (1, 2, 4, 5)
    assert tuple(logits.shape) == tuple(target.shape) == expected
    assert "float64" in str(logits.dtype) and "float64" in str(target.dtype)
    assert "float32" in str(seen[1][0].dtype)


def test_only_the_package_gets_options_that_the_function_has_no_parameter_for():
    assert check(dice_of_batch, "dice", over="batch", smooth=3.0)


def test_what_a_function_changes_in_its_arrays_is_its_own():
    def greedy(logits, target):
        result = reference.dice(logits, target)
        logits[:], target[:] = 0, 1
        return result

    assert check(greedy, "dice")


# --- errors ---


def error_of(function, loss="dice", **options):
    with pytest.raises(Exception) as caught:
        check(function, loss, **options)
    return caught.value


@pytest.mark.parametrize(
    ("function", "options", "says"),
    [
        (3, {}, "function: got 3, expected a function"),
        (dice_torch, {"loss": "dise"}, "loss: got 'dise', expected one of 'cross_entropy', "),
        (dice_torch, {"backend": "jax"}, "backend: got 'jax', expected 'auto' or one of"),
        (dice_torch, {"reduction": "none"}, "reduction: got 'none', expected 'mean' or 'sum'"),
        (dice_torch, {"smoth": 1.0}, "dice has no option 'smoth'; its options are mode, "),
        (lambda z, t: z.sigmoid() * t, {}, "got an array of shape (1, 1, 4, 5): is a mean or a"),
        (lambda z, t: None, {}, "must be one number, got None"),
        (lambda z, t: "0.5", {}, "must be one number, got '0.5'"),
        (lambda z, t: (z > 0).sum(), {}, "has no gradient by its first argument: is there"),
        (lambda z, t: dice_torch(z.detach(), t), {}, "has no gradient by its first argument"),
        (lambda z, t: torch.ones(1, requires_grad=True), {}, "has no gradient by its first"),
        (lambda z, t: tf.reduce_sum(tf.round(z)), {}, "has no gradient by its first argument"),
        (lambda z, t: (1.0, z[0], t), {"backend": "numpy"}, "or (value, gradient), got 3"),
        (
            lambda z, t: (1.0, z[0]),
            {"backend": "numpy"},
            "the gradient of <lambda>(logits, target)",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(function, options, says):
    error = error_of(function, **options)
    assert isinstance(error, (TypeError, ValueError))
    assert says in str(error)


def test_what_the_function_raises_comes_through_with_the_call():
    def broken(z, t, smooth=1.0):
        return z.nothing

    error = error_of(broken, smooth=2.0, backend="torch")
    assert isinstance(error, AttributeError)
    assert error.__notes__ == [
        "check() called broken(logits, target, smooth=2.0) on an ordinary mask, float64 of shape "
        "(1, 1, 4, 5), as arrays of torch"
    ]


# --- which framework ---

ALONE = """
import sys
from segloss_lab import check, reference
print(check(lambda z, t: reference.dice(z, t, smooth=1.0), "dice", smooth=1.0))
print(*[name for name in ("torch", "tensorflow", "keras", "matplotlib") if name in sys.modules])
"""


def test_a_function_of_numpy_loads_no_framework():
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "equal to reference.dice: value within 0, gradient within 0 on 6 inputs",
        "",
    ], done.stderr


def test_a_framework_that_is_missing_is_named_with_its_extra():
    code = "import sys\nsys.modules['torch'] = None\nfrom segloss_lab import check\n"
    code += "check(print, 'dice', backend='torch')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    said = "check(backend=\"torch\") needs torch: pip install 'segloss-lab[torch]'"
    assert done.stderr.splitlines()[-1] == f"ModuleNotFoundError: {said}"


def helper(z):
    return np.exp(z)


a_tensor = torch.zeros(1)


@pytest.mark.parametrize(
    ("function", "came"),
    [
        (dice_numpy, "numpy"),
        (lambda z, a_tensor: np.sum(z * a_tensor), "numpy"),  # its own, whatever else has the name
        (dice_tensorflow, "tensorflow"),
        (dice_of_batch, "torch"),
        (lambda z, t: helper(z).sum(), "numpy"),  # by what it calls
        (lambda z, t: dice_keras(t, z), "tensorflow"),
        (lambda z, t: segloss_lab.torch.dice(z, t), "torch"),
        (lambda z, t: np.sqrt(2) * torch.sum(z), "torch"),  # NumPy's numbers serve all
    ],
)
def test_a_framework_is_told_by_the_libraries_that_a_function_names(function, came):
    from segloss_lab._check import _backend_of

    assert _backend_of(function) == came
