"""Scores of hard predictions."""

import itertools
import tracemalloc

import numpy as np
import pytest
from table import T1, T2, T3, void

from segloss_lab import metrics, reference
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


def by_definition(prediction, target, score, channels, over, classes, ignore):
    """Score every unit that is kept, None in the place of others: (images or batch, classes)."""
    if channels is None:  # of every channel
        units = [
            [(p.ravel(), t.ravel(), 1) for p, t in zip(*pair, strict=True)]
            for pair in zip(prediction, target, strict=True)
        ]
    else:
        units = [
            [(p.ravel(), t.ravel(), c) for c in range(channels)]
            for p, t in zip(prediction, target, strict=True)
        ]
    counts = [[brute(*unit, ignore) for unit in image] for image in units]
    valid = [[sum(t != ignore) for _, t, _ in image] for image in units]
    if over == "batch":
        counts, valid = (np.sum(x, axis=0, keepdims=True) for x in (counts, valid))
    scores = np.full(np.shape(valid), np.nan)
    for i, c in np.ndindex(scores.shape):
        tp, fp, fn = counts[i][c]
        asked = tp + fn > 0 if classes == "present" else classes == "all" or c in classes
        if valid[i][c] and asked:
            twice = 2 if score is dice_score else 1
            scores[i, c] = twice * tp / (twice * tp + fp + fn) if tp + fp + fn else 1
    return scores if over == "image" else scores[0]  # fmt: skip


@pytest.mark.parametrize("mode", ["binary", "multilabel", "multiclass"])
@pytest.mark.parametrize("ignore", [None, 255, -1])
@pytest.mark.parametrize("score", [dice_score, iou_score])
def test_random_scores_are_those_of_the_definition(mode, ignore, score, monkeypatch):
    monkeypatch.setattr(metrics, "_BLOCK", 7)  # units end within blocks, and blocks within units
    rng = np.random.default_rng(0)
    c = 1 if mode == "binary" else 3
    for over, classes in itertools.product(["image", "batch"], ["all", "present", [0], [2, 1]]):
        if np.max(classes if isinstance(classes, list) else 0) >= c:
            continue
        extra = {"mode": mode, "channels": 3} if mode == "multiclass" else {"mode": mode}
        labels = 3 if mode == "multiclass" else 2
        shape = (3, 4, 2) if mode == "multiclass" else (3, c, 4, 2)
        dtypes = [np.int8, np.int64] + [np.uint8, np.uint64] * (ignore != -1)
        prediction, target = (rng.integers(0, labels, shape).astype(d) for d in dtypes[-2:])
        target[0] *= target[0] == 1  # a class or more is absent
        if ignore is not None:
            prediction[1, ..., :1], target[1, ..., :1] = 9, ignore
            target[2] = ignore
        options = {"over": over, "classes": classes, "ignore_index": ignore, **extra}
        expected = by_definition(
            prediction, target, score, extra.get("channels"), over, classes, ignore
        )
        each = score(prediction, target, reduction="none", **options)
        np.testing.assert_allclose(each, expected, rtol=1e-15)
        for reduction, reduce in (("mean", np.nanmean), ("sum", np.nansum)):
            came = score(prediction, target, reduction=reduction, **options)
            assert isinstance(came, float)
            kept = not np.isnan(expected).all()
            np.testing.assert_allclose(came, reduce(expected) if kept else np.nan, rtol=1e-15)


@pytest.mark.parametrize(
    "options, classes",
    [({"mode": "multiclass", "channels": 150}, 150), ({}, 2), ({"ignore_index": 255}, 2)],
)
def test_memory_does_not_grow_with_the_classes(options, classes):
    """At most 8 bytes a pixel, and 8 C^2 for each image."""
    rng = np.random.default_rng(0)
    prediction, target = rng.integers(0, classes, (2, 2, 1, 1024, 768), dtype=np.uint8)
    turned = prediction.swapaxes(2, 3), target.swapaxes(2, 3)
    for score, pair in ((dice_score, (prediction, target)), (iou_score, turned)):
        tracemalloc.start()
        score(*pair, **options)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak <= 8 * prediction.size + 8 * 2 * classes**2


def test_labels_may_carry_an_axis_of_1_for_the_channels():
    options = {"mode": "multiclass", "channels": 3}
    expected = dice_score(GUESS3, T3, **options)
    one = GUESS3[:, None], T3[:, None]
    for pair in (one, (GUESS3, one[1]), (one[0], T3)):
        assert dice_score(*pair, **options) == expected
    flat = GUESS3[:, :1], T3[:, :1]  # a picture of one row has such an axis too
    expected = dice_score(*flat, **options)
    assert dice_score(flat[0], flat[1][:, None], **options) == expected
    with pytest.raises(ValueError, match="nothing is broadcast"):
        dice_score(GUESS1[:, 0], T1)


@pytest.mark.parametrize("axis", [1, -1])
def test_one_hot_classes_are_no_labels(axis):
    """They were counted as labels 0 and 1, and every class from 2 on scored 1 for being absent."""
    guess, target = (np.moveaxis(np.eye(3, dtype=int)[t], -1, axis) for t in (GUESS3, T3))
    options = {"mode": "multiclass", "channels": 3}
    with pytest.raises(ValueError, match="got one-hot classes.*take the argmax"):
        dice_score(guess, target, **options)
    volume = np.stack([GUESS3] * 3, axis=axis)
    assert dice_score(volume, volume, **options) == 1  # as many slices as classes
    assert iou_score([[1, 0]], [[1, 0]], mode="multiclass", channels=2) == 1


def test_an_error_of_a_shape_names_the_prediction():
    with pytest.raises(ValueError, match="prediction: got 2 channels in shape .*expected 1"):
        dice_score(np.repeat(GUESS1, 2, axis=1), np.repeat(T1, 2, axis=1))
    for shape, options in (((3,), {}), ((), {"mode": "multiclass", "channels": 2}), ((2, 0), {})):
        empty = np.zeros(shape, int)
        with pytest.raises(ValueError, match=r"prediction: got shape .*expected \(N, "):
            iou_score(empty, empty, **options)


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
