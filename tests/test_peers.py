"""Other libraries' losses beside this package's: the same number, or why not.

Where a peer is wrong, the assertion that would hold if it were right is a strict expected failure:
it fails the day the peer is repaired, and the row can go.
"""

import importlib.metadata
import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import kornia.losses
import numpy as np
import pytest
import torch
from peer_mistakes import KERAS_SOURCE, WRONG
from peer_rows import M3, SAME
from peers import (
    answer_of_ours,
    answer_of_reference,
    answer_of_theirs,
    call,
    difference,
    is_refusal,
)
from table import S1, T1, T3, Z1, Z3

import segloss_lab.tensorflow
import segloss_lab.torch
from segloss_lab import conventions, reference

ROWS = [*SAME, *WRONG]
PINS = Path(__file__).parent.parent / "requirements-peers.txt"
ENTRIES = {
    name: value
    for name, value in vars(conventions).items()
    if not name.startswith("_") and value is not Any
}
# Of the largest entry.
ROUNDING = {np.float64: 1e-11, np.float32: 1e-5, np.float16: 1e-3}


def expected(row):
    """One test; where the peer is wrong, one that must fail."""
    reason = f"{row.wrong} ({row.link})"
    mark = pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)
    return pytest.param(row, id=row.id, marks=[mark] if row.wrong else [])


def named(rows):
    return [pytest.param(row, id=row.id) for row in rows]


@pytest.mark.parametrize("row", [expected(row) for row in ROWS])
def test_a_peer_gives_the_number_of_these_settings(row):
    assert not difference(row), f"{row.theirs} beside {row.ours}: {difference(row)}"


@pytest.mark.parametrize("row", named(WRONG))
def test_a_wrong_answer_is_the_one_that_its_row_describes(row):
    assert row.shows(answer_of_theirs(row), answer_of_ours(row)), answer_of_theirs(row)
    assert row.link.startswith("https://github.com/")


@pytest.mark.parametrize("row", named(ROWS))
def test_ours_is_right_whatever_the_peer_says(row):
    answer = answer_of_ours(row)
    if row.refused:
        assert isinstance(answer, ValueError), answer
        return
    assert not is_refusal(answer), answer
    for what, a, b in zip(("value", "gradient"), answer, answer_of_reference(row), strict=True):
        size = np.max(np.abs(b), initial=0)
        atol = ROUNDING[row.dtype] * size + np.finfo(row.dtype).smallest_subnormal
        np.testing.assert_allclose(a, b, rtol=0, atol=atol, err_msg=what)


# --- Conventions -------------------------------------------------------------------------------


def test_every_convention_is_proved_by_a_row():
    """By one that changes nothing but the mode, and where theirs is ours (minus 1 in nnU-Net)."""
    plain = {
        row.ours.convention
        for row in SAME
        if row.ours.changed.keys() <= {"mode"} and row.factor == 1 and row.offset in (0, -1)
    }
    assert plain - {None} == set(ENTRIES)


@pytest.mark.parametrize("row", named(ROWS))
def test_the_settings_of_a_row_can_be_copied_into_code(row):
    names = {"Loss": dict, "conventions": conventions}
    assert eval(str(row.ours), names) == row.ours.settings


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_is_ready_for_both_classes(name):
    segloss_lab.torch.Loss(**ENTRIES[name])
    segloss_lab.tensorflow.Loss(**ENTRIES[name])


def test_the_terms_of_an_entry_are_changed_as_its_docstring_says():
    names = {"conventions": conventions, "Loss": dict}
    recipe = conventions.__doc__.partition("likewise::")[2].partition("The comments")[0]
    exec(textwrap.dedent(recipe), names)
    (row,) = (row for row in SAME if row.means == "its trainer's loss"
              and row.ours.convention == "nnunet_dice_ce")  # fmt: skip
    assert names["loss"] == row.ours.settings
    assert "classes" not in str(conventions.nnunet_dice_ce)


@pytest.mark.parametrize("line", [x for x in PINS.read_text().splitlines() if x[0] != "#"])
def test_the_peers_are_the_versions_that_the_rows_speak_of(line):
    name, version = line.split("==")
    assert importlib.metadata.version(name).partition("+")[0] == version


# --- Two replicas ------------------------------------------------------------------------------

REPLICAS = """
import json
import keras
import numpy as np
import tensorflow as tf
from segloss_lab import conventions
from segloss_lab.tensorflow import Loss

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
probs = np.linspace(0.1, 0.9, 8).reshape(1, 8, 1)
target = (probs > 0.5).astype(float)

def ratio(loss):
    each = strategy.run(tf.function(lambda: loss(tf.constant(target), tf.constant(probs))))
    return float(strategy.reduce("SUM", each, axis=None) / loss(target, probs))

print(json.dumps({
    "keras.BinaryCrossentropy": ratio(keras.losses.BinaryCrossentropy(dtype="float64")),
    "keras.Dice": ratio(keras.losses.Dice(dtype="float64")),
    "keras_binary_crossentropy": ratio(Loss(**conventions.keras_binary_crossentropy)),
    "keras_dice": ratio(Loss(**conventions.keras_dice)),
}))
"""
UNSCALED = pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="a loss of shape () is not divided by the number of replicas: it doubles "
    f"({KERAS_SOURCE}/losses/loss.py)",
)


@pytest.fixture(scope="module")
def two_replicas():
    """The sum over two replicas with equal batches, over the value of one: by loss."""
    run = subprocess.run(
        [sys.executable, "-c", REPLICAS], capture_output=True, text=True, check=False
    )
    assert not run.returncode, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize(
    "loss",
    [
        "keras.BinaryCrossentropy",
        pytest.param("keras.Dice", marks=UNSCALED),
        "keras_binary_crossentropy",
        "keras_dice",
    ],
)
def test_two_replicas_that_see_the_same_give_the_loss_of_one(two_replicas, loss):
    assert two_replicas[loss] == pytest.approx(1)


# --- What no settings give ---------------------------------------------------------------------


def test_micro_dice_under_a_softmax_is_one_minus_the_mean_probability_of_the_truth():
    """kornia's default: pooled over classes, false positives and false negatives are as many."""
    value = kornia.losses.DiceLoss(eps=0.0)(torch.tensor(Z3), torch.tensor(T3))
    true = torch.tensor(Z3).softmax(1).gather(1, torch.tensor(T3)[:, None])
    np.testing.assert_allclose(value, 1 - true.mean(), rtol=1e-12)


def test_monai_adds_the_losses_of_two_activations():
    """DiceCELoss has a softmax in its cross-entropy, DiceFocalLoss sigmoids in its focal loss."""
    softmax, sigmoids = (T3, {"mode": "multiclass"}), (M3, {"mode": "multilabel"})
    for theirs, (target, pixel, options), (truth, mode) in (
        (call("monai", "DiceCELoss", sigmoid=True), (T3, "cross_entropy", softmax[1]), sigmoids),
        (call("monai", "DiceFocalLoss", softmax=True), (M3, "focal", sigmoids[1]), softmax),
    ):
        logits = torch.tensor(Z3, requires_grad=True)
        value = theirs.make(np.float64)(logits, torch.tensor(M3))
        value.backward()
        pixels = getattr(reference, pixel)(Z3, target, **options)
        dice = reference.dice(Z3, truth, smooth=1e-5, **mode)
        for came, one, other in zip((value.detach(), logits.grad), pixels, dice, strict=True):
            np.testing.assert_allclose(came, one + other, rtol=1e-5, atol=1e-8)


def test_the_normalized_focal_loss_of_smp_is_divided_twice():
    """By the sum of the focal weights, and by the number of pixels."""
    value = call("smp", "FocalLoss", "binary", normalized=True).make(np.float64)
    entropy = np.log1p(np.exp(np.where(T1 == 1, -Z1, Z1)))
    weight = (1 - np.exp(-entropy)) ** 2
    expected = np.sum(weight * entropy) / np.sum(weight) / Z1.size
    np.testing.assert_allclose(value(torch.tensor(Z1), torch.tensor(T1)), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("theirs", "formula"),
    [
        (
            call("kornia", "BinaryFocalLossWithLogits", None, reduction="mean"),
            lambda p, y: -y * (1 - p) ** 2 * np.log(p) - (1 - y) * p**2 * np.log(1 - p),
        ),
        (
            call("torchvision", "sigmoid_focal_loss", alpha=-1, reduction="mean"),
            lambda p, y: (p + y - 2 * p * y) ** 2 * (-y * np.log(p) - (1 - y) * np.log(1 - p)),
        ),
        (
            call("smp", "FocalLoss", "binary"),
            lambda p, y: (1 - p**y * (1 - p) ** (1 - y)) ** 2
            * (-y * np.log(p) - (1 - y) * np.log(1 - p)),
        ),
    ],
    ids=["a term for each side", "one factor, of p y + (1 - p)(1 - y)", "one factor, of exp(-CE)"],
)  # fmt: skip
def test_focal_loss_of_soft_labels_has_three_forms(theirs, formula):
    """They agree on labels 0 and 1. Only the first is this package's (a row above)."""
    value = theirs.make(np.float64)(torch.tensor(Z1), torch.tensor(S1))
    np.testing.assert_allclose(value, np.mean(formula(1 / (1 + np.exp(-Z1)), S1)), rtol=1e-12)
