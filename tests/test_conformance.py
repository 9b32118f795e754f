"""One function in four languages: the table, on every backend."""

import dataclasses
import inspect

import numpy as np
import pytest
import tensorflow as tf
import torch
from backends import (
    EVALUATE_BY,
    PYTHON_BACKENDS,
    channels_last,
    evaluate_javascript,
    javascript_takes,
)
from table import IDENTITIES, ROWS, Row, field_of, labels_of

import segloss_lab.tensorflow
import segloss_lab.torch
from segloss_lab import reference

SIDES = [
    dataclasses.replace(side, name=f"{identity.name} [{place}]")
    for identity in IDENTITIES
    for place, side in (("left", identity.left), ("right", identity.right))
]
ALL = [*ROWS, *SIDES]
TOLERANCE = 1e-11


def named(rows):
    return [pytest.param(row, id=f"{getattr(row, 'loss', '')} {row.name}".strip()) for row in rows]


def check_same(came, expected, tolerance=TOLERANCE):
    """Value and gradient are equal, to `tolerance` of the largest entry of each."""
    for what, a, b in zip(("value", "gradient"), came, expected, strict=True):
        assert np.shape(a) == np.shape(b), f"{what}: shape {np.shape(a)}, expected {np.shape(b)}"
        size = np.max(np.abs(b), initial=0, where=np.isfinite(b))
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * max(size, 1e-30), err_msg=what)


@pytest.mark.parametrize("row", named(ALL))
@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_a_twin_equals_the_reference(backend, row):
    check_same(EVALUATE_BY[backend](row), EVALUATE_BY["reference"](row))


JAVASCRIPT_ROWS = [row for row in ALL if javascript_takes(row)]


@pytest.fixture(scope="module")
def javascript():
    answers = evaluate_javascript(JAVASCRIPT_ROWS)
    return {id(row): answer for row, answer in zip(JAVASCRIPT_ROWS, answers, strict=True)}


@pytest.mark.parametrize("row", named(JAVASCRIPT_ROWS))
def test_javascript_equals_the_reference(javascript, row):
    check_same(javascript[id(row)], EVALUATE_BY["reference"](row))


@pytest.mark.parametrize("row", named([row for row in ROWS if row.value is not None]))
def test_the_reference_gives_the_value_worked_out_by_hand(row):
    value, _ = EVALUATE_BY["reference"](row)
    np.testing.assert_allclose(value, row.value, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("row", named([row for row in ROWS if row.gradient is not None]))
def test_the_reference_gives_the_gradient_worked_out_by_hand(row):
    _, gradient = EVALUATE_BY["reference"](row)
    np.testing.assert_allclose(gradient, row.gradient, rtol=1e-13, atol=1e-15)


def finite_differences(row, step=3e-4):
    """Fourth-order central differences of the (summed) value by every logit."""
    options = {**row.options, "validate": False}  # a step may leave [0, 1]
    logits = np.asarray(row.logits, dtype=np.float64)

    def value(flat):
        return np.sum(
            getattr(reference, row.loss)(flat.reshape(logits.shape), row.target, **options)[0]
        )

    slopes = np.zeros(logits.size)
    for j in range(logits.size):
        unit = np.zeros(logits.size)
        unit[j] = step
        near = value(logits.ravel() + unit) - value(logits.ravel() - unit)
        far = value(logits.ravel() + 2 * unit) - value(logits.ravel() - 2 * unit)
        slopes[j] = (8 * near - far) / (12 * step)
    return slopes.reshape(logits.shape)


@pytest.mark.parametrize("row", named([row for row in ALL if not row.kink]))
def test_the_reference_gradient_is_the_slope_of_its_value(row):
    gradient = EVALUATE_BY["reference"](row)[1]
    scale = max(np.max(np.abs(gradient), initial=0), 1e-3)
    np.testing.assert_allclose(gradient, finite_differences(row), rtol=0, atol=1e-7 * scale)


@pytest.mark.parametrize("identity", named(IDENTITIES))
def test_an_identity_holds(identity):
    left, right = (EVALUATE_BY["reference"](side) for side in (identity.left, identity.right))
    np.testing.assert_allclose(left[0], identity.factor * right[0], rtol=1e-12)
    if identity.gradients:
        np.testing.assert_allclose(left[1], identity.factor * right[1], rtol=1e-10, atol=1e-15)


# Precision


def megapixel(loss, **options):
    """One image of 2^20 pixels, or 3 classes of it, with an object of about 1000 pixels."""
    channels = 3 if options.get("mode") == "multiclass" else 1
    logits = field_of(20, 1, channels, 1024, 1024, low=-6, high=6)
    target = np.zeros((1, 1024, 1024), dtype=np.int64)
    target[0, 500:532, 500:532] = 1
    target[0, 100:110, 100:110] = channels - 1
    return Row("1 Mpx", loss, logits, target if channels > 1 else target[:, None], options)


def empty_megapixel(**options):
    """An empty mask with a predicted volume of about 100 pixels: the gradient is a tiny n/d^2."""
    logits = np.where(np.arange(2**20) < 100, 6.0, -16.0).reshape(1, 1, 1024, 1024)
    target = np.zeros(logits.shape, dtype=np.int64)
    return Row("empty", "dice", logits, target, {"smooth": 1e-5, **options})


MEGAPIXELS = [
    megapixel("cross_entropy", pos_weight=3.0),
    megapixel("cross_entropy", mode="multiclass", label_smoothing=0.1),
    megapixel("dice"),
    megapixel("dice", smooth=1e-5, log=True),
    megapixel("dice", squared=True),
    megapixel("dice", intersection="min"),
    megapixel("dice", mode="multiclass"),
    empty_megapixel(),
    empty_megapixel(smooth=100.0),
    empty_megapixel(log=True),
]


@pytest.mark.parametrize("row", [pytest.param(r, id=f"{r.loss} {r.options}") for r in MEGAPIXELS])
@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_float32_keeps_the_gradient_at_a_megapixel(backend, row):
    logits = np.asarray(row.logits, dtype=np.float32)
    value, gradient = EVALUATE_BY[backend](row, np.float32)
    expected = EVALUATE_BY["reference"](dataclasses.replace(row, logits=logits))
    assert value.dtype == gradient.dtype == np.float32
    check_same((value, gradient), expected, tolerance=1e-4)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("loss", reference.__all__)
def test_half_precision_is_summed_in_float32(loss, dtype):
    logits, target = field_of(21, 1, 1, 512, 512), labels_of(22, 2, 1, 1, 512, 512)
    half = torch.tensor(logits, dtype=getattr(torch, dtype), requires_grad=True)
    rounded = half.detach().double().numpy()
    value, gradient = getattr(reference, loss)(rounded, target)

    ours = getattr(segloss_lab.torch, loss)(half, torch.tensor(target))
    ours.backward()
    assert (ours.dtype, half.grad.dtype) == (torch.float32, half.dtype)
    np.testing.assert_allclose(ours.item(), value, rtol=1e-5)
    # The gradient comes back in half precision: about 1% of itself, and float16 ends at 6e-8.
    close = {"rtol": 0.01, "atol": 6e-8 if dtype == "float16" else 0}
    np.testing.assert_allclose(half.grad.double().numpy(), gradient, **close)

    variable = tf.Variable(tf.cast(channels_last(rounded), dtype))
    with tf.GradientTape() as tape:
        theirs = getattr(segloss_lab.tensorflow, loss)(variable, channels_last(target))
    slope = tape.gradient(theirs, variable)
    assert (theirs.dtype, slope.dtype) == (tf.float32, variable.dtype)
    np.testing.assert_allclose(theirs.numpy(), value, rtol=1e-5)
    slope = np.moveaxis(tf.cast(slope, tf.float64).numpy(), -1, 1)
    np.testing.assert_allclose(slope, gradient, **close)


@pytest.mark.parametrize("loss", reference.__all__)
def test_integers_bool_and_memory_layout_change_nothing(loss):
    logits, target = field_of(23, 2, 1, 6, 5), labels_of(24, 2, 2, 1, 6, 5)
    expected = getattr(reference, loss)(logits, target)[0]
    kinds = [
        "bool",
        "uint8",
        "int8",
        "int16",
        "uint16",
        "int32",
        "uint32",
        "int64",
        "uint64",
        "float32",
    ]
    for kind in kinds:
        t = target.astype(kind)
        assert getattr(reference, loss)(logits, t)[0] == expected, kind
        ours = getattr(segloss_lab.torch, loss)(torch.tensor(logits), torch.tensor(t))
        theirs = getattr(segloss_lab.tensorflow, loss)(channels_last(logits), channels_last(t))
        np.testing.assert_allclose(
            [ours.item(), theirs.numpy()], expected, rtol=1e-13, err_msg=kind
        )
    turned = torch.tensor(logits).to(memory_format=torch.channels_last)
    strided = torch.tensor(np.repeat(logits, 2, axis=-1))[..., ::2]
    for layout in (turned, strided):
        value = getattr(segloss_lab.torch, loss)(layout, torch.tensor(target))
        np.testing.assert_allclose(value.item(), expected, rtol=1e-13)


# The list of losses is what the backends make of it


@pytest.mark.parametrize("module", [segloss_lab.torch, segloss_lab.tensorflow])
@pytest.mark.parametrize("loss", reference.__all__)
def test_a_twin_has_the_names_order_and_defaults_of_the_reference(module, loss):
    ours, theirs = (
        [
            (p.name, p.kind, p.default)
            for p in inspect.signature(getattr(m, loss)).parameters.values()
        ]
        for m in (module, reference)
    )
    assert ours == theirs
    assert getattr(module, loss).__doc__ == f"See `reference.{loss}`."


@pytest.mark.parametrize("module", [segloss_lab.torch, segloss_lab.tensorflow])
def test_a_twin_has_every_loss_in_order_and_a_loss_class(module):
    assert module.__all__ == [*reference.__all__, "Loss"]
    public = [
        name
        for name, value in vars(reference).items()
        if inspect.isfunction(value) and value.__module__ == reference.__name__ and name[0] != "_"
    ]
    assert public == reference.__all__


@pytest.mark.parametrize("loss", reference.__all__)
def test_every_option_of_every_loss_has_a_row(loss):
    rows = [row for row in ALL if row.loss == loss]
    used = {option for row in rows for option in row.options}
    options = [p.name for p in inspect.signature(getattr(reference, loss)).parameters.values()][2:]
    assert set(options) - used == {"validate"}  # which has tests of its own
    assert any(row.value is not None for row in rows)
    assert any(row.gradient is not None for row in rows)


# The checks themselves can fail


def test_a_gradient_wrong_by_a_twentieth_of_a_percent_is_found():
    row = next(row for row in ROWS if (row.loss, row.name) == ("dice", "binary"))
    value, gradient = EVALUATE_BY["reference"](row)
    check_same((value, gradient), (value, gradient))
    with pytest.raises(AssertionError, match="gradient"):
        check_same((value, gradient * 1.0005), (value, gradient))
    with pytest.raises(AssertionError, match="gradient"):
        check_same((value, gradient * 1.0005), (value, gradient), tolerance=1e-4)
    with pytest.raises(AssertionError, match="value"):
        check_same((value * 1.0005, gradient), (value, gradient))
    with pytest.raises(AssertionError, match="shape"):
        check_same((value, gradient[:1]), (value, gradient))
    with pytest.raises(AssertionError, match="gradient"):
        check_same((value, gradient * np.nan), (value, gradient))
    wrong = gradient.copy()
    wrong[np.unravel_index(np.abs(gradient).argmax(), gradient.shape)] *= 1.0005
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(
            wrong, finite_differences(row), rtol=0, atol=1e-7 * np.abs(gradient).max()
        )


def test_every_backend_has_rows():
    assert len(JAVASCRIPT_ROWS) >= 40
    assert {row.loss for row in JAVASCRIPT_ROWS} == set(reference.__all__)
    assert set(EVALUATE_BY) == set(PYTHON_BACKENDS)
