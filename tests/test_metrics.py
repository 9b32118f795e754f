"""Scores of hard predictions."""

import numpy as np
import pytest
from table import T1, T2, T3, void

from segloss_lab import reference
from segloss_lab.metrics import dice_score, iou_score

GUESS1, GUESS2, GUESS3 = (np.roll(t, 1, axis=-1) for t in (T1, T2, T3))
CASES = [
    (GUESS1, T1, {}),
    (GUESS2, void(T2), {"mode": "multilabel", "ignore_index": 255}),
    (GUESS3, T3, {"mode": "multiclass", "channels": 3, "over": "batch"}),
    (
        GUESS3,
        void(T3),
        {"mode": "multiclass", "channels": 3, "classes": [1, 2], "ignore_index": 255},
    ),
]


def brute(prediction, target, c, ignore=255):
    """TP, FP, FN of a class, by looking at one pixel after another."""
    pairs = [(p == c, t == c) for p, t in zip(prediction, target, strict=True) if t != ignore]
    return (sum(p and t for p, t in pairs), sum(p and not t for p, t in pairs),
            sum(t and not p for p, t in pairs))  # fmt: skip


def test_the_scores_of_counts_done_by_hand():
    prediction, target = np.array([[[1, 1, 0, 0, 1]]]), np.array([[[1, 0, 1, 0, 1]]])
    assert dice_score(prediction, target) == 4 / 6
    assert iou_score(prediction, target) == 2 / 4


@pytest.mark.parametrize("over", ["image", "batch"])
def test_the_scores_of_counts_done_pixel_by_pixel(over):
    units = [[0], [1]] if over == "image" else [[0, 1]]
    target = T3.copy()
    target[0, 0] = 255
    counts = [brute(GUESS3[u].ravel(), target[u].ravel(), c) for u in units for c in range(3)]
    options = {"mode": "multiclass", "channels": 3, "over": over, "ignore_index": 255}
    dice = [2 * tp / (2 * tp + fp + fn) for tp, fp, fn in counts]
    iou = [tp / (tp + fp + fn) for tp, fp, fn in counts]
    np.testing.assert_allclose(dice_score(GUESS3, target, **options), np.mean(dice))
    np.testing.assert_allclose(iou_score(GUESS3, target, reduction="sum", **options), sum(iou))
    scores = dice_score(GUESS3, target, reduction="none", **options)
    np.testing.assert_allclose(scores.ravel(), dice)


@pytest.mark.parametrize("prediction, target, options", CASES)
def test_a_score_is_one_minus_the_loss_without_smoothing(prediction, target, options):
    own = {k: v for k, v in options.items() if k != "channels"}
    mode = options.get("mode")
    probs = np.moveaxis(np.eye(3)[prediction], -1, 1) if mode == "multiclass" else prediction * 1.0
    for score, loss in ((dice_score, reference.dice), (iou_score, reference.jaccard)):
        expected, _ = loss(probs, target, from_logits=False, smooth=0.0, **own)
        np.testing.assert_allclose(score(prediction, target, **options), 1 - expected)


def test_an_empty_mask_scores_1_or_0():
    empty = np.zeros((2, 1, 4), dtype=int)
    guess = np.array([[[0, 0, 0, 0]], [[1, 0, 0, 0]]])
    np.testing.assert_array_equal(dice_score(guess, empty, reduction="none"), [[1.0], [0.0]])
    assert iou_score(guess, empty) == 0.5
    assert np.isnan(dice_score(guess, empty, classes="present"))
    assert np.isnan(dice_score(guess, empty, classes="present", reduction="none")).all()


def test_what_is_no_hard_prediction_is_refused():
    with pytest.raises(TypeError, match="prediction: got dtype float64.*threshold"):
        dice_score(GUESS1 * 0.5, T1)
    with pytest.raises(ValueError, match="divide by 255"):
        dice_score(GUESS1, T1 * 255)
    with pytest.raises(TypeError, match="channels: got None"):
        iou_score(GUESS3, T3, mode="multiclass")
    with pytest.raises(ValueError, match="prediction: found 2, expected 0 to 1"):
        iou_score(GUESS3, T3 // 2, mode="multiclass", channels=2)
    with pytest.raises(ValueError, match="nothing is broadcast"):
        dice_score(GUESS1, T1[:1])
    with pytest.raises(ValueError, match="prediction: found 255, expected 0 to 1"):
        dice_score(GUESS1 * 255, T1)
    with pytest.raises(TypeError, match="channels: got 3, expected None"):
        dice_score(GUESS1, T1, channels=3)
    ignored = np.where(T3 == 1, 255, T3), np.where(T3 == 1, 9, GUESS3)
    iou_score(ignored[1], ignored[0], mode="multiclass", channels=3, ignore_index=255)
    with pytest.raises(ValueError, match="reduction: got 'avg'"):
        dice_score(GUESS1, T1, reduction="avg")
