"""Arrays given to scores, pictures and explorers that are none, or not what they should be."""

import tracemalloc

import numpy as np
import pytest
import torch
import traitlets
from matplotlib.figure import Figure

from segloss_lab import plots
from segloss_lab.explorer import MaskExplorer
from segloss_lab.metrics import dice_score, iou_score

BOX = np.zeros((8, 8), bool)
BOX[2:5, 2:5] = True
WIDE = np.zeros((1, 10**7), np.uint8)
RAGGED = [[0, 1], [1]]
GRAD = torch.ones(8, 8, requires_grad=True)
MASKED = np.ma.masked_array(BOX, BOX)
NO_ARRAYS = [
    (RAGGED, "got list, expected one array: .*inhomogeneous"),
    (GRAD, "got Tensor, expected one array: .*detach"),
    (torch.ones(8, 8, dtype=torch.bfloat16), "got Tensor, expected one array: .*BFloat16"),
    (torch.ones(8, 8, device="meta"), "got Tensor, expected one array: .*meta"),
    (MASKED, "got a masked array"),
]


def overlay(image=None, truth=BOX, prediction=BOX):
    image = BOX * 0.5 if image is None else image
    plots.overlay(Figure().subplots(), image, truth, prediction)


def push(gradient):
    plots.push(Figure().subplots(), gradient)


def score(prediction=BOX, target=BOX):
    multi = {"mode": "multiclass", "channels": 2}  # (N, *spatial)
    return dice_score(prediction, target, **multi), iou_score(prediction, target, **multi)


def explorer(**masks):
    return MaskExplorer(**masks)


@pytest.mark.parametrize(
    "call, argument",
    [
        (overlay, "image"),
        (overlay, "truth"),
        (overlay, "prediction"),
        (push, "gradient"),
        (score, "prediction"),
        (score, "target"),
        (explorer, "truth"),
        (explorer, "prediction"),
    ],
)
@pytest.mark.parametrize("value, said", NO_ARRAYS)
def test_what_is_no_array_is_named(call, argument, value, said):
    with pytest.raises((TypeError, ValueError, traitlets.TraitError), match=f"^{argument}: {said}"):
        call(**{argument: value})


@pytest.mark.parametrize(
    "call, given, said",
    [
        (overlay, {"prediction": BOX * 0.3}, "prediction: found 0.3, expected 0 and 1"),
        (overlay, {"truth": BOX * 255}, "truth: found 255, expected 0 and 1"),
        (overlay, {"image": BOX * 255}, r"image: found 255, expected numbers in \[0, 1\]"),
        (overlay, {"image": np.zeros((4, 4))}, r"truth: got shape \(8, 8\), expected .*\(4, 4\)"),
        (overlay, {"prediction": BOX[:1]}, r"prediction: got shape \(1, 8\), expected .*\(8, 8\)"),
        (overlay, {"truth": BOX[None]}, r"truth: got shape \(1, 8, 8\), expected \(H, W\)"),
        (overlay, {"image": BOX[:1]}, r"image: got shape \(1, 8\), expected \(H, W\) of 2 to 4096"),
        (overlay, {"image": WIDE}, r"image: got shape \(1, 10000000\), expected .* 2 to 4096"),
        (overlay, {"truth": np.full((8, 8), "a")}, "truth: got dtype <U1, expected bool"),
        (push, {"gradient": WIDE}, r"gradient: got shape \(1, 10000000\), expected .* 1 to 4096"),
        (push, {"gradient": BOX[None, None]}, r"gradient: got shape \(1, 1, 8, 8\)"),
        (push, {"gradient": np.zeros((0, 8))}, r"gradient: got shape \(0, 8\)"),
        (push, {"gradient": BOX * np.nan}, "gradient: found nan, expected finite numbers"),
    ],
)
def test_a_picture_of_something_else_is_refused(call, given, said):
    with pytest.raises((TypeError, ValueError), match=f"^{said}"):
        call(**given)


def test_pictures_are_drawn_of_lists_and_tensors_too():
    overlay(truth=torch.tensor(BOX), prediction=BOX.astype(int).tolist())
    push(GRAD.detach())
    push(BOX[:1])


def test_a_push_of_unsigned_integers_is_signed():
    axes = Figure().subplots()
    plots.push(axes, BOX.astype(np.uint8))
    np.testing.assert_array_equal(axes.images[0].get_array(), -1.0 * BOX)


@pytest.mark.parametrize("turned", [False, True])
def test_a_mask_of_ten_million_columns_is_taken_as_fast_as_it_is_read(turned):
    wide = WIDE.copy()
    wide[:, 5 * 10**6 :] = 1
    expected = np.repeat([[False] * 16 + [True] * 16], 32, axis=0)
    tracemalloc.start()
    explorer = MaskExplorer(truth=wide.T if turned else wide)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(explorer.target[0, 0], expected.T if turned else expected)
    assert peak < 40 * wide.size
