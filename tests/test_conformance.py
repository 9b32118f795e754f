"""One function in four languages: the table, on every backend."""

import dataclasses
import inspect
import itertools
import json

import numpy as np
import pytest
import tensorflow as tf
import torch
from backends import (
    EVALUATE,
    EVALUATE_BY,
    JAVASCRIPT_OPTIONS,
    PYTHON_BACKENDS,
    ask_javascript,
    channels_last,
    evaluate_javascript,
    javascript_takes,
    run_node,
)
from table import IDENTITIES, LOSSES, ONE, ROWS, TERMS, Row, field_of, labels_of, options_of, takes

import segloss_lab.tensorflow
import segloss_lab.torch
from segloss_lab import reference

ZS, TS = field_of(30, 3, 1, 5, 4), labels_of(31, 2, 3, 1, 5, 4)
ZM, TM = field_of(32, 3, 4, 5, 4), labels_of(33, 4, 3, 5, 4)

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


@pytest.mark.parametrize("loss", JAVASCRIPT_OPTIONS)
def test_every_option_of_javascript_stands_in_a_row(loss):
    """It names its options when it is asked for another."""
    asked = {"terms": TERMS, "other": 1} if loss == "compound" else {"other": 1}
    request = [{"loss": loss, "logits": [0], "target": [0], "options": asked}]
    (answer,) = json.loads(run_node(EVALUATE, json.dumps(request)))
    options = set(answer["error"].removeprefix("there is no option other, only ").split(", "))
    assert options == JAVASCRIPT_OPTIONS[loss] - {"over"} | {"counts"}
    rows = [row for row in JAVASCRIPT_ROWS if row.loss == loss]
    assert set().union(*(row.options for row in rows)) >= JAVASCRIPT_OPTIONS[loss] - {"over"}


COUNTED = [
    ("cross_entropy", {}),
    ("focal", {"normalize": "positives"}),
    ("dice", {}),
    ("jaccard", {}),
    ("tversky", {"gamma": 0.75}),
    ("generalized_dice", {"smooth": 1.0}),
    ("lovasz_hinge", {}),
    ("compound", {"terms": TERMS}),
]


@pytest.mark.parametrize("loss, options", COUNTED, ids=[loss for loss, _ in COUNTED])
@pytest.mark.parametrize("empty", [False, True])
def test_javascript_takes_a_group_for_its_copies(loss, options, empty):
    logits, target = np.round(ONE[0].ravel()), ONE[1].ravel() * (not empty)
    counts = (np.arange(logits.size) + 2) % 4
    assert counts[np.argmax(logits)] > 1  # the group that alone costs, where nothing is true
    each = np.repeat(np.arange(logits.size), counts)
    grouped, copied = ask_javascript(
        [
            {"loss": loss, "logits": z.tolist(), "target": t.tolist(), "options": own}
            for z, t, own in (
                (logits, target, {**options, "counts": counts.tolist()}),
                (logits[each], target[each], options),
            )
        ]
    )
    np.testing.assert_allclose(grouped[0], copied[0], rtol=1e-12)
    totals = np.bincount(each, copied[1], logits.size)
    np.testing.assert_allclose(counts * grouped[1], totals, rtol=1e-10, atol=1e-15)
    if loss == "lovasz_hinge":  # where pixels are ranked, a group of none has no rank
        assert not np.any(grouped[1][counts == 0])


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


@pytest.mark.parametrize("mode", ["binary", "multiclass"])
def test_per_unit_the_jaccard_index_is_dice_over_two_minus_dice(mode):
    logits, target = (ZS, TS) if mode == "binary" else (ZM, TM)
    own = {"mode": mode, "reduction": "none"}
    jaccard = 1 - reference.jaccard(logits, target, smooth=0.7, **own)[0]
    dice = 1 - reference.dice(logits, target, smooth=1.4, **own)[0]
    np.testing.assert_allclose(jaccard, dice / (2 - dice), rtol=1e-13)


def test_a_compound_is_the_weighted_sum_of_its_terms():
    value, gradient = reference.compound(ZS, TS, terms=[(1.0, "focal", {}), (2.0, "dice", {})])
    (one, slope), (two, other) = reference.focal(ZS, TS), reference.dice(ZS, TS)
    np.testing.assert_allclose(value, one + 2 * two, rtol=1e-14)
    np.testing.assert_allclose(gradient, slope + 2 * other, rtol=1e-13)


# Precision


def megapixel(loss, **options):
    """One image of 2^20 pixels, or 3 classes of it, with an object of about 1000 pixels."""
    channels = 3 if options.get("mode") == "multiclass" or loss == "lovasz_softmax" else 1
    # Calm ones for Lovász-softmax: close to 1, float32 probabilities meet, and with them ranks.
    reach = 1.5 if loss == "lovasz_softmax" else 6.0
    logits = field_of(20, 1, channels, 1024, 1024, low=-reach, high=reach)
    target = np.zeros((1, 1024, 1024), dtype=np.int64)
    target[0, 500:532, 500:532] = 1
    target[0, 100:110, 100:110] = channels - 1
    return Row("1 Mpx", loss, logits, target if channels > 1 else target[:, None], options)


def empty_megapixel(**options):
    """An empty mask with a predicted volume of about 100 pixels: the gradient is a tiny n/d^2."""
    logits = np.where(np.arange(2**20) < 100, 6.0, -16.0).reshape(1, 1, 1024, 1024)
    target = np.zeros(logits.shape, dtype=np.int64)
    return Row("empty", "dice", logits, target, {"smooth": 1e-5, **options})


def tiny_object_in_a_megapixel(**options):
    """An object of 16 pixels under a large prediction: its overlap must not come by subtraction."""
    target = np.zeros((1, 1, 1024, 1024), dtype=np.int64)
    target[..., 500:504, 500:504] = 1
    logits = field_of(25, *target.shape, low=-6, high=6)
    return Row("tiny", "dice", logits, target, {"log": True, "smooth": 1e-5, **options})


MEGAPIXELS = [
    megapixel("cross_entropy", pos_weight=3.0),
    megapixel("cross_entropy", mode="multiclass", label_smoothing=0.1),
    megapixel("dice"),
    megapixel("dice", smooth=1e-5, log=True),
    megapixel("dice", squared=True),
    megapixel("dice", intersection="min"),
    megapixel("dice", mode="multiclass"),
    megapixel("focal"),
    megapixel("focal", mode="multiclass", gamma=0.5),
    megapixel("jaccard"),
    megapixel("tversky", beta=0.8, gamma=0.75),
    megapixel("generalized_dice", mode="multiclass"),
    megapixel("lovasz_hinge"),
    megapixel("lovasz_softmax"),
    empty_megapixel(),
    empty_megapixel(smooth=100.0),
    empty_megapixel(log=True),
    tiny_object_in_a_megapixel(),
    tiny_object_in_a_megapixel(intersection="min"),
]


@pytest.mark.parametrize("row", [pytest.param(r, id=f"{r.loss} {r.options}") for r in MEGAPIXELS])
@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_float32_keeps_the_gradient_at_a_megapixel(backend, row):
    logits = np.asarray(row.logits, dtype=np.float32)
    value, gradient = EVALUATE_BY[backend](row, np.float32)
    expected = EVALUATE_BY["reference"](dataclasses.replace(row, logits=logits))
    assert value.dtype == gradient.dtype == np.float32
    check_same((value, gradient), expected, tolerance=1e-4)


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_lovasz_in_float32_leaves_no_pixel_without_its_slope(backend):
    """Jumps as differences of the cumulative loss give exactly 0 to a large share of these."""
    logits = field_of(26, 1, 1, 1024, 1024).astype(np.float32)
    target = (np.random.default_rng(27).random(logits.shape) < 0.01).astype(np.int64)
    row = Row("1% foreground", "lovasz_hinge", logits, target)
    _, gradient = EVALUATE_BY[backend](row, np.float32)
    _, expected = EVALUATE_BY["reference"](row)
    counts = 1 - logits * (2 * target - 1) > 1e-6  # off the margin, where rounding decides
    assert (gradient[counts] != 0).all()
    np.testing.assert_allclose(gradient[counts], expected[counts], rtol=1e-3)


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
@pytest.mark.parametrize("loss", ["cross_entropy", "focal"])
def test_float32_clips_probabilities_where_float64_does(loss, backend):
    probs = np.array([[[1.0, 1.0 - 2e-7, 1.0 - 1e-5, 0.0, 1e-9, 0.7]]], dtype=np.float32)
    row = Row("clip", loss, probs, np.zeros(probs.shape, int), {"from_logits": False})
    value, gradient = EVALUATE_BY[backend](row, np.float32)
    check_same((value, gradient), EVALUATE_BY["reference"](row), tolerance=1e-5)


def small(loss, *spatial, seed=21):
    """An image, its truth and the options with which a loss takes them."""
    mode = "binary" if takes(loss, "binary") else "multiclass"
    channels = 1 if mode == "binary" else 3
    logits = field_of(seed, 2, channels, *spatial)
    target = labels_of(seed + 1, max(channels, 2), 2, *spatial)
    return logits, target[:, None] if mode == "binary" else target, options_of(loss, mode)


def last(target, logits):
    """The target for TensorFlow, channels last."""
    return channels_last(target) if target.ndim == logits.ndim else target


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("loss", reference.__all__)
def test_half_precision_is_summed_in_float32(loss, dtype):
    logits, target, options = small(loss, 360, 360)
    half = torch.tensor(logits, dtype=getattr(torch, dtype), requires_grad=True)
    rounded = half.detach().double().numpy()
    value, gradient = getattr(reference, loss)(rounded, target, **options)
    # The gradient comes back in half precision: about 1% of itself, and float16 ends at 6e-8.
    close = {"rtol": 0.01, "atol": 6e-8 if dtype == "float16" else 1e-12}
    if loss == "lovasz_softmax":  # where rounded logits tie, neighbours in rank may swap jumps
        close["atol"] += 0.02 * np.abs(gradient).max()

    ours = getattr(segloss_lab.torch, loss)(half, torch.tensor(target), **options)
    ours.backward()
    assert (ours.dtype, half.grad.dtype) == (torch.float32, half.dtype)
    np.testing.assert_allclose(ours.item(), value, rtol=1e-5)
    np.testing.assert_allclose(half.grad.double().numpy(), gradient, **close)

    variable = tf.Variable(tf.cast(channels_last(rounded), dtype))
    with tf.GradientTape() as tape:
        theirs = getattr(segloss_lab.tensorflow, loss)(variable, last(target, logits), **options)
    slope = tape.gradient(theirs, variable)
    assert (theirs.dtype, slope.dtype) == (tf.float32, variable.dtype)
    np.testing.assert_allclose(theirs.numpy(), value, rtol=1e-5)
    slope = np.moveaxis(tf.cast(slope, tf.float64).numpy(), -1, 1)
    np.testing.assert_allclose(slope, gradient, **close)


@pytest.mark.parametrize("loss", [n for n in reference.__all__ if not n.startswith("lovasz")])
def test_thirds_in_bfloat16_are_class_probabilities_and_halves_are_not(loss):
    """Three times 1/3 is 1.00195 there, off by more than the 1e-3 of the other dtypes."""
    thirds = np.full((1, 3, 2), 1 / 3)
    logits, options = field_of(28, *thirds.shape), options_of(loss, "multiclass")
    dtype = tf.bfloat16.as_numpy_dtype

    def by_all(target):
        z, t = torch.tensor(logits), torch.tensor(target).bfloat16()
        yield getattr(reference, loss)(logits, target.astype(dtype), **options)[0]
        yield getattr(segloss_lab.torch, loss)(z, t, **options).item()
        z, t = channels_last(logits), tf.cast(channels_last(target), tf.bfloat16)
        yield getattr(segloss_lab.tensorflow, loss)(z, t, **options).numpy()

    rounded = thirds.astype(dtype).astype(float)
    expected = getattr(reference, loss)(logits, rounded, validate=False, **options)[0]
    np.testing.assert_allclose(list(by_all(thirds)), expected, rtol=1e-12)
    for target in (thirds / 2, thirds + 2**-7):
        for backend in range(3):
            with pytest.raises(ValueError, match="target: found class probabilities that sum to"):
                next(itertools.islice(by_all(target), backend, None))


KINDS = ["bool", "uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("loss", reference.__all__)
def test_every_integer_and_bool_is_a_target(loss, kind):
    logits, target, options = small(loss, 6, 5)
    target = target.astype(kind).astype(int).astype(kind)  # bool: two of three classes
    expected = getattr(reference, loss)(logits, target.astype(int), **options)[0]
    assert getattr(reference, loss)(logits, target, **options)[0] == expected
    ours = getattr(segloss_lab.torch, loss)(torch.tensor(logits), torch.tensor(target), **options)
    theirs = getattr(segloss_lab.tensorflow, loss)(
        channels_last(logits), last(target, logits), **options
    )
    np.testing.assert_allclose([ours.item(), theirs.numpy()], expected, rtol=1e-12)


@pytest.mark.parametrize("loss", reference.__all__)
def test_memory_layout_changes_nothing(loss):
    logits, target, options = small(loss, 6, 5)
    expected = getattr(reference, loss)(logits, target, **options)[0]
    turned = torch.tensor(logits).to(memory_format=torch.channels_last)
    strided = torch.tensor(np.repeat(logits, 2, axis=-1))[..., ::2]
    truth = torch.tensor(np.repeat(target, 2, axis=-1))[..., ::2]
    for layout in (turned, strided):
        layout.requires_grad_()
        value = getattr(segloss_lab.torch, loss)(layout, truth, **options)
        value.backward()
        np.testing.assert_allclose(value.item(), expected, rtol=1e-12)


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
        if inspect.isfunction(value)
        and value.__module__.startswith(reference.__name__)
        and name[0] != "_"
    ]
    assert sorted(public) == sorted(reference.__all__)


@pytest.mark.parametrize("loss", reference.__all__)
def test_every_option_of_every_loss_has_a_row(loss):
    rows = [row for row in ALL if row.loss == loss]
    used = {option for row in rows for option in row.options}
    options = [p.name for p in inspect.signature(getattr(reference, loss)).parameters.values()][2:]
    assert set(options) - used == {"validate"}  # which has tests of its own
    assert loss in LOSSES
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
    assert {row.loss for row in JAVASCRIPT_ROWS} == set(reference.__all__) - {"lovasz_softmax"}
    assert set(EVALUATE_BY) == set(PYTHON_BACKENDS)
