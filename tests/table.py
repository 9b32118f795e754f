"""The contract as data: rows that every backend must agree on. Nothing here computes a loss.

A `Row` is one call. Its `value` and `gradient`, where given, are expressions that a reader can check
by hand. An `Identity` says that two calls mean the same thing. Arrays are in the reference's layout,
(N, C, *spatial); `kink` marks calls at a point where finite differences do not see the slope.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

ln = np.log


@dataclass(frozen=True)
class Row:
    """One call, and what it must give where that can be said in an expression."""

    name: str
    loss: str
    logits: Any
    target: Any
    options: dict = field(default_factory=dict)
    value: Any = None
    gradient: Any = None
    kink: bool = False


@dataclass(frozen=True)
class Identity:
    """Two calls with left = factor * right; the gradients too, unless the logits differ."""

    name: str
    left: Row
    right: Row
    factor: float = 1.0
    gradients: bool = True


def mask(*pixels):
    """One image, one channel."""
    return np.array(pixels)[None, None]


def field_of(seed, *shape, low=-3.0, high=3.0):
    return np.random.default_rng(seed).uniform(low, high, shape)


def labels_of(seed, classes, *shape):
    return np.random.default_rng(seed).integers(0, classes, shape)


def void(labels, index=255):
    """The same labels with the first row of each image, and all of the last image, ignored."""
    labels = labels.copy()
    labels[..., 0, :] = index
    labels[-1] = index
    return labels


def simplex(seed, *shape):
    """Class probabilities along axis 1."""
    positive = field_of(seed, *shape, low=0.1, high=1.0)
    return positive / positive.sum(axis=1, keepdims=True)


def one_hot(labels, classes):
    """Labels as probabilities, all 0 where a label is no class."""
    return np.moveaxis(1.0 * (labels[..., None] == np.arange(classes)), -1, 1)


# Two images of 4 x 5 pixels: binary, two independent labels, three exclusive classes.
Z1, T1 = field_of(1, 2, 1, 4, 5), labels_of(2, 2, 2, 1, 4, 5)
Z2, T2 = field_of(3, 2, 2, 4, 5), labels_of(4, 2, 2, 2, 4, 5)
Z3, T3 = field_of(5, 2, 3, 4, 5), labels_of(6, 3, 2, 4, 5)
P1, S1 = field_of(7, 2, 1, 4, 5, low=0.05, high=0.95), field_of(8, 2, 1, 4, 5, low=0, high=1)
P3, S3 = simplex(9, 2, 3, 4, 5), simplex(10, 2, 3, 4, 5)
T_ABSENT = T3 * (T3 != 2)  # class 2 is nowhere
ONE = (field_of(11, 1, 1, 6, 7), labels_of(12, 2, 1, 1, 6, 7))
SOFT_ONE = (field_of(13, 1, 1, 9), field_of(14, 1, 1, 9, low=0, high=1))

TRIO = np.array([ln(1), ln(2), ln(5)])[None, :, None]  # p = 1/8, 2/8, 5/8
HIT_MISS = (mask(1.0, 1.0, 0.0, 0.0), mask(1, 0, 1, 0))  # one TP, FP, FN, TN: I = 1, U = 4
PROBS = {"from_logits": False}
MULTI = {"mode": "multiclass"}
TIES = np.array([0.5, 0.25, 1.0, 0.0])[None, None]


def _cross_entropy_rows():
    def row(name, logits, target, value=None, gradient=None, kink=False, **options):
        return Row(name, "cross_entropy", logits, target, options, value, gradient, kink)

    return [
        row("a coin", mask(0.0), mask(1), ln(2), mask(-1 / 2)),
        row("p = 4/5, true", mask(ln(4)), mask(1), ln(5) - ln(4), mask(-1 / 5)),
        row("p = 4/5, false", mask(ln(4)), mask(0), ln(5), mask(4 / 5)),
        row("mean of two", mask(ln(4), ln(4)), mask(1, 0), ln(5) - ln(4) / 2, mask(-0.1, 0.4)),
        row("sum", Z1, T1, reduction="sum"),
        row("none", Z1, T1, reduction="none"),
        row("sum of two", mask(ln(4), ln(4)), mask(1, 0), 2 * ln(5) - ln(4), reduction="sum"),
        row("smoothing is y(1-a) + a/2", mask(ln(4)), mask(1), ln(5) - 0.9 * ln(4), label_smoothing=0.2),
        row("pos_weight is no denominator", mask(ln(4), ln(4)), mask(1, 0), (4 * ln(5) - 3 * ln(4)) / 2,
            pos_weight=3.0),
        row("all void", mask(0.0, 1.0), mask(255, 255), 0.0, mask(0.0, 0.0), ignore_index=255),
        row("ignored pixels leave the mean", mask(ln(4), 7.0), mask(0, 255), ln(5), mask(4 / 5, 0.0),
            ignore_index=255),
        row("an ignored NaN", mask(ln(4), np.nan), mask(0, 255), ln(5), mask(4 / 5, 0.0),
            ignore_index=255, kink=True),
        row("uint8 255 is not -1", mask(ln(4)), mask(1).astype(np.uint8), ln(5) - ln(4), ignore_index=-1),
        row("soft truth", mask(ln(4)), mask(0.5), ln(5) - ln(4) / 2),
        row("from probabilities", mask(0.8, 0.8), mask(1, 0), ln(5) - ln(4) / 2,
            mask(-0.5 / 0.8, 0.5 / 0.2), **PROBS),
        row("clipped", mask(0.0, 1.0), mask(1, 1), (-ln(1e-7) - np.log1p(-1e-7)) / 2, mask(0.0, 0.0),
            kink=True, **PROBS),
        row("binary", Z1, T1),
        row("binary, bool", Z1, T1.astype(bool)),
        row("binary, bool, 0 ignored", Z1, T1.astype(bool), ignore_index=0),
        row("binary, soft", Z1, S1),
        row("one image", *ONE, label_smoothing=0.1, pos_weight=0.3),
        row("one soft image", *SOFT_ONE, pos_weight=2.0),
        row("one image of probabilities", P1[:1], T1[:1], label_smoothing=0.3, **PROBS),
        row("multilabel", Z2, T2, mode="multilabel", pos_weight=[2.0, 0.5]),
        row("multilabel, weighted", Z2, T2, mode="multilabel", class_weights=[2.0, 0.5]),
        row("multilabel, weighted sum", Z2, T2, mode="multilabel", class_weights=[2.0, 0.5],
            reduction="sum"),
        row("multilabel, ignored per channel", Z2, void(T2), mode="multilabel", ignore_index=255,
            reduction="none"),
        row("softmax", TRIO, np.array([[2]]), ln(8) - ln(5), TRIO * 0 + [[[1 / 8], [2 / 8], [-3 / 8]]],
            **MULTI),
        row("labels with an axis for the channels", TRIO, np.array([[[2]]]), ln(8) - ln(5), **MULTI),
        row("labels with that axis and no pixels in space", TRIO[..., 0], np.array([[1]]), ln(8) - ln(2), **MULTI),
        row("labels with that axis, none", Z3, T3[:, None], reduction="none", **MULTI),
        row("a pixel of no class", np.concatenate([TRIO, TRIO], axis=2), np.array([[[0, 0], [0, 0], [1, 0]]]),
            ln(8) - ln(5), ignore_index=-1, **MULTI),
        row("in a dtype without the index", np.concatenate([TRIO, TRIO], axis=2),
            np.array([[[0, 0], [0, 0], [1, 0]]], np.uint8), ln(8) - ln(5), ignore_index=-1, **MULTI),
        row("a bool pixel of no class", np.concatenate([TRIO, TRIO], axis=2),
            np.array([[[0, 0], [1, 0], [0, 0]]], bool), ln(8) - ln(2), ignore_index=255, **MULTI),
        row("softmax, smoothed", TRIO, np.array([[2]]), ln(8) - 0.1 * ln(2) - 0.8 * ln(5),
            label_smoothing=0.3, **MULTI),
        row("softmax, weighted mean", np.concatenate([TRIO, TRIO], axis=2), np.array([[0, 1]]),
            (3 * ln(8) + 2 * (ln(8) - ln(2))) / 5, class_weights=[3.0, 2.0, 1.0], **MULTI),
        row("multiclass", Z3, T3, **MULTI),
        row("multiclass, none", Z3, T3, reduction="none", **MULTI),
        row("multiclass, smoothed and weighted", Z3, T3, label_smoothing=0.2,
            class_weights=[1.0, 3.0, 0.5], **MULTI),
        row("multiclass, weighted sum", Z3, T3, class_weights=[1.0, 3.0, 0.5], reduction="sum", **MULTI),
        row("multiclass, no weight left", Z3, T3 * 0, 0.0, class_weights=[0.0, 1.0, 1.0], **MULTI),
        row("multiclass, no weight left but smoothing", Z3, T3 * 0, 0.0, np.zeros_like(Z3),
            class_weights=[0.0, 1.0, 1.0], label_smoothing=0.1, **MULTI),
        row("multiclass, void", Z3, void(T3), ignore_index=255, label_smoothing=0.1, **MULTI),
        row("multiclass, soft", Z3, S3, **MULTI),
        row("multiclass, soft and weighted", Z3, S3, class_weights=[1.0, 3.0, 0.5], **MULTI),
        row("multiclass, soft void", Z3, np.where(np.arange(5) == 2, -1.0, S3), ignore_index=-1, **MULTI),
        row("multiclass probabilities", P3, T3, **MULTI, **PROBS),
        row("logits of +-20", mask(20.0, -20.0), mask(0, 1), 20 + np.log1p(np.exp(-20))),
        row("logits of +-100", mask(100.0, -100.0), mask(1, 0), np.log1p(np.exp(-100)), kink=True),
        row("logits of 1e30", mask(1e30, -1e30), mask(1, 0), 0.0, mask(0.0, 0.0), kink=True),
        row("infinite on the right side", mask(np.inf, -np.inf), mask(1, 0), 0.0, mask(0.0, 0.0),
            kink=True),
        row("infinite softmax on the right side", np.array([[[np.inf], [0.0], [-np.inf]]]),
            np.array([[0]]), 0.0, kink=True, **MULTI),
        row("softmax of 1e30", np.array([[[1e30], [-1e30]]]), np.array([[1]]), 2e30, kink=True, **MULTI),
        row("NaN stays NaN", mask(np.nan, 0.0), mask(1, 0), np.nan, kink=True),
        row("volume", field_of(15, 1, 1, 3, 3, 3), labels_of(16, 2, 1, 1, 3, 3, 3)),
        row("no pixels in space", field_of(17, 4, 1), labels_of(18, 2, 4, 1)),
        row("no images", np.zeros((0, 1, 4)), np.zeros((0, 1, 4), dtype=int), 0.0),
    ]  # fmt: skip


def _dice_rows():
    def row(name, logits, target, value=None, gradient=None, kink=False, **options):
        return Row(name, "dice", logits, target, options, value, gradient, kink)

    def empty(volume, **options):
        """An empty mask of 200 pixels, `volume` of them predicted: V/(V + s), slope s/(V + s)^2."""
        return np.where(np.arange(200) < volume, 1.0, 0.0)[None, None], np.zeros((1, 1, 200), int)

    return [
        row("one of each", *HIT_MISS, 1 - 3 / 5, **PROBS),
        row("one of each, unsmoothed", *HIT_MISS, 1 - 2 / 4, mask(-3 / 8, 1 / 8, -3 / 8, 1 / 8),
            smooth=0.0, **PROBS),
        row("eps is in the denominator alone", *HIT_MISS, 1 - 2 / 6, smooth=0.0, eps=2.0, **PROBS),
        row("smooth and eps", *HIT_MISS, 1 - 5 / 9, smooth=3.0, eps=2.0, **PROBS),
        row("two values of the gradient", *HIT_MISS, gradient=mask(-7 / 25, 3 / 25, -7 / 25, 3 / 25),
            **PROBS),
        row("log", *HIT_MISS, ln(5) - ln(3), log=True, **PROBS),
        row("squares", mask(0.5, 0.5), mask(1, 0), 1 - 2 / 2.5, mask(
            -(2 * 2.5 - 2) / 6.25, 2 / 6.25), squared=True, **PROBS),
        row("empty, s = V", *empty(100), 100 / 200, np.full((1, 1, 200), 100 / 200**2), smooth=100.0,
            **PROBS),
        row("empty, s = 1", *empty(100), 100 / 101, np.full((1, 1, 200), 1 / 101**2), **PROBS),
        row("empty, s = 1e-5", *empty(100), 100 / 100.00001, smooth=1e-5, **PROBS),
        row("empty, eps alone: flat at 1", *empty(100), 1.0, np.zeros((1, 1, 200)), smooth=0.0, eps=1.0,
            **PROBS),
        row("empty and right, eps alone: 1", *empty(0), 1.0, smooth=0.0, eps=1e-7, **PROBS),
        row("empty and right: 0", *empty(0), 0.0, **PROBS),
        row("0/0 is perfect", *empty(0), 0.0, np.zeros((1, 1, 200)), smooth=0.0, kink=True, **PROBS),
        row("missed object of 10", np.zeros((1, 1, 10)), np.ones((1, 1, 10), int), 10 / 11, **PROBS),
        row("wrong place, 10", mask(*[1.0] * 10, *[0.0] * 10), mask(*[0] * 10, *[1] * 10), 20 / 21, **PROBS),
        row("min of a soft map with itself", TIES, TIES, 0.0, np.zeros((1, 1, 4)), intersection="min",
            kink=True, **PROBS),
        row("min, one tie", mask(0.5, 0.25), mask(0.5, 0.75), 1 - (1.5 + 1) / (2 + 1),
            mask(-(0.5 * 2 * 3 - 2.5) / 9, -(1 * 2 * 3 - 2.5) / 9), intersection="min", kink=True, **PROBS),
        row("min, soft", *SOFT_ONE, intersection="min"),
        row("min, log, soft", *SOFT_ONE, intersection="min", log=True, smooth=0.3),
        row("squares, soft", *SOFT_ONE, squared=True, smooth=0.3, eps=0.2),
        row("log of squares", *ONE, log=True, squared=True, eps=0.5),
        row("one image", *ONE, smooth=1e-5),
        row("one huge smooth", *ONE, smooth=1e5, eps=1e-7),
        row("over of one image", *ONE, over="batch"),
        row("binary", Z1, T1),
        row("binary, bool", Z1, T1.astype(bool)),
        row("binary, uint8", Z1, T1.astype(np.uint8)),
        row("probabilities", P1, T1, **PROBS),
        row("over the batch", Z1, T1, over="batch"),
        row("global without a job is batch", Z1, T1, over="global"),
        row("log over the batch", Z1, T1, over="batch", log=True),
        row("none", Z1, T1, reduction="none"),
        row("none over the batch", Z2, T2, mode="multilabel", over="batch", reduction="none"),
        row("multilabel", Z2, T2, mode="multilabel"),
        row("multilabel, ignored per channel", Z2, void(T2), mode="multilabel", ignore_index=255),
        row("multiclass", Z3, T3, **MULTI),
        row("multiclass, log and squares", Z3, T3, log=True, squared=True, **MULTI),
        row("multiclass, soft", Z3, S3, **MULTI),
        row("multiclass, soft, min", Z3, S3, intersection="min", **MULTI),
        row("multiclass probabilities", P3, T3, **MULTI, **PROBS),
        row("multiclass over the batch, sum", Z3, T3, over="batch", reduction="sum", **MULTI),
        row("classes without background", Z3, T3, classes=[1, 2], **MULTI),
        row("classes present", Z3, T_ABSENT, classes="present", **MULTI),
        row("classes present, none", Z3, T_ABSENT, classes="present", reduction="none", **MULTI),
        row("nothing present", Z1, T1 * 0, 0.0, np.zeros_like(Z1), classes="present"),
        row("class weights", Z3, T3, class_weights=[1.0, 3.0, 0.5], **MULTI),
        row("class weights, none", Z3, T3, class_weights=[1.0, 3.0, 0.5], reduction="none", **MULTI),
        row("class weights, sum", Z3, T3, class_weights=[0.0, 3.0, 0.5], reduction="sum", **MULTI),
        row("no weight", Z3, T3, 0.0, class_weights=[0.0, 0.0, 0.0], **MULTI),
        row("void", Z3, void(T3), ignore_index=255, **MULTI),
        row("void, none", Z3, void(T3), ignore_index=255, reduction="none", **MULTI),
        row("void, soft", Z3, np.where(np.arange(5) == 2, -1.0, S3), ignore_index=-1, **MULTI),
        row("all void", Z1, T1 * 0 + 255, 0.0, np.zeros_like(Z1), ignore_index=255),
        row("an ignored NaN", mask(0.0, np.nan), mask(1, 255), 1 - 2 / 2.5, ignore_index=255, kink=True),
        row("logits of +-100", mask(100.0, -100.0), mask(1, 0), 0.0, kink=True),
        row("logits of 1e30", mask(1e30, -1e30), mask(1, 0), 0.0, mask(0.0, 0.0), kink=True),
        row("infinite on the right side", mask(np.inf, -np.inf), mask(1, 0), 0.0, mask(0.0, 0.0),
            kink=True),
        row("infinite softmax on the right side", np.array([[[np.inf], [0.0], [-np.inf]]]),
            np.array([[0]]), 0.0, kink=True, **MULTI),
        row("NaN stays NaN", mask(np.nan, 0.0), mask(1, 0), np.nan, kink=True),
        row("volume", field_of(15, 1, 1, 3, 3, 3), labels_of(16, 2, 1, 1, 3, 3, 3)),
        row("no pixels in space", field_of(17, 4, 1), labels_of(18, 2, 4, 1)),
        row("no images", np.zeros((0, 1, 4)), np.zeros((0, 1, 4), dtype=int), 0.0),
        row("no images over the batch, none", np.zeros((0, 2, 4)), np.zeros((0, 2, 4), dtype=int),
            np.zeros(2), mode="multilabel", over="batch", reduction="none"),
    ]  # fmt: skip


def _focal_rows():
    def row(name, logits, target, value=None, gradient=None, kink=False, **options):
        return Row(name, "focal", logits, target, options, value, gradient, kink)

    return [
        row("a coin", mask(0.0), mask(1), ln(2) / 4, mask(-(ln(2) + 1 / 2) / 4)),
        row("p = 4/5, true", mask(ln(4)), mask(1), (ln(5) - ln(4)) / 25),
        row("p = 4/5, false", mask(ln(4)), mask(0), 16 / 25 * ln(5)),
        row("p = 0.9 weighs 100 times less", mask(0.9), mask(1), -ln(0.9) / 100, **PROBS),
        row("gamma is an exponent of 1 - p", mask(ln(4)), mask(1), (ln(5) - ln(4)) / 5**3, gamma=3.0),
        row("gamma of 1/2", mask(ln(4)), mask(0), (4 / 5) ** 0.5 * ln(5), gamma=0.5),
        row("alpha weighs the true", mask(ln(4)), mask(1), (ln(5) - ln(4)) / 25 / 4, alpha=0.25),
        row("and 1 - alpha the false", mask(ln(4)), mask(0), 16 / 25 * ln(5) * 3 / 4, alpha=0.25),
        row("alpha is in no denominator", mask(ln(4), ln(4)), mask(1, 0),
            ((ln(5) - ln(4)) / 4 + 16 * ln(5) * 3 / 4) / 25 / 2, alpha=0.25),
        row("normalised by positives", mask(0.0, 0.0, 0.0), mask(1, 1, 0), 3 / 2 * ln(2) / 4,
            normalize="positives"),
        row("no positive", mask(0.0, 0.0), mask(0, 0), 2 * ln(2) / 4, normalize="positives"),
        row("positives that are ignored", mask(0.0, 0.0, 0.0), mask(1, 0, 255), 2 * ln(2) / 4,
            normalize="positives", ignore_index=255),
        row("positives and sum", mask(0.0, 0.0, 0.0), mask(1, 1, 0), 3 * ln(2) / 4,
            normalize="positives", reduction="sum"),
        row("soft truth", mask(ln(4)), mask(0.5), ((ln(5) - ln(4)) + 16 * ln(5)) / 25 / 2),
        row("soft image", *SOFT_ONE, gamma=1.5, alpha=0.3),
        row("one image", *ONE),
        row("one image, gamma of 0", *ONE, gamma=0.0, alpha=0.7),
        row("one image, few positives", *ONE, normalize="positives", gamma=0.5),
        row("an image without positives beside one with", Z1, T1 * [[[[0]]], [[[1]]]], normalize="positives"),
        row("binary", Z1, T1),
        row("none", Z1, T1, reduction="none", alpha=0.25),
        row("probabilities", P1, T1, **PROBS),
        row("one image of probabilities", P1[:1], T1[:1], gamma=0.5, **PROBS),
        row("clipped", mask(0.0, 1.0), mask(1, 1), ((1 - 1e-7) ** 2 * -ln(1e-7) - 1e-14 * np.log1p(-1e-7)) / 2,
            mask(0.0, 0.0), kink=True, **PROBS),
        row("multilabel, alpha per channel", Z2, T2, mode="multilabel", alpha=[0.2, 0.9]),
        row("multilabel, ignored per channel", Z2, void(T2), mode="multilabel", ignore_index=255),
        row("softmax", TRIO, np.array([[2]]), 9 / 64 * (ln(8) - ln(5)), **MULTI),
        row("softmax, alpha", TRIO, np.array([[1]]), 3 * 36 / 64 * (ln(8) - ln(2)), alpha=[1.0, 3.0, 2.0],
            **MULTI),
        row("multiclass", Z3, T3, **MULTI),
        row("multiclass, gamma of 1/2, none", Z3, T3, gamma=0.5, reduction="none", **MULTI),
        row("multiclass, void", Z3, void(T3), ignore_index=255, alpha=[0.2, 0.5, 1.0], **MULTI),
        row("multiclass, soft", Z3, S3, gamma=1.0, **MULTI),
        row("multiclass probabilities", P3, T3, **MULTI, **PROBS),
        row("all void", mask(0.0, 1.0), mask(255, 255), 0.0, mask(0.0, 0.0), ignore_index=255),
        row("logits of +-20", mask(20.0, -20.0), mask(0, 1), kink=True),
        row("logits of 1e30", mask(1e30, -1e30), mask(1, 0), 0.0, mask(0.0, 0.0), kink=True),
        row("logits of 1e30, gamma of 1/2", mask(1e30, -1e30), mask(1, 0), 0.0, mask(0.0, 0.0), gamma=0.5,
            kink=True),
        row("infinite on the right side", mask(np.inf, -np.inf), mask(1, 0), 0.0, mask(0.0, 0.0), kink=True),
        row("infinite softmax on the right side, gamma of 1/2", np.array([[[np.inf], [0.0], [-np.inf]]]),
            np.array([[0]]), 0.0, np.zeros((1, 3, 1)), gamma=0.5, kink=True, **MULTI),
        row("NaN stays NaN", mask(np.nan, 0.0), mask(1, 0), np.nan, kink=True),
        row("no images", np.zeros((0, 1, 4)), np.zeros((0, 1, 4), dtype=int), 0.0),
    ]  # fmt: skip


def _jaccard_rows():
    def row(name, logits, target, value=None, gradient=None, kink=False, **options):
        return Row(name, "jaccard", logits, target, options, value, gradient, kink)

    return [
        row("one of each", *HIT_MISS, 1 - 2 / 4, **PROBS),
        row("one of each, unsmoothed", *HIT_MISS, 1 - 1 / 3, mask(-1 / 3, 1 / 9, -1 / 3, 1 / 9), smooth=0.0,
            **PROBS),
        row("smooth and eps", *HIT_MISS, 1 - 4 / 8, smooth=3.0, eps=2.0, **PROBS),
        row("log", *HIT_MISS, ln(2), log=True, **PROBS),
        row("squares", mask(0.5, 0.5), mask(1, 0), 1 - 1.5 / 2, squared=True, **PROBS),
        row("0/0 is perfect", mask(0.0, 0.0), mask(0, 0), 0.0, mask(0.0, 0.0), smooth=0.0, kink=True, **PROBS),
        row("empty, s = V", mask(1.0, 1.0), mask(0, 0), 2 / 4, mask(2 / 16, 2 / 16), smooth=2.0, **PROBS),
        row("min of a soft map with itself", TIES, TIES, 0.0, np.zeros((1, 1, 4)), intersection="min",
            kink=True, **PROBS),
        row("squares, soft", *SOFT_ONE, squared=True, smooth=0.3, eps=0.2),
        row("min, log, soft", *SOFT_ONE, intersection="min", log=True, smooth=0.3),
        row("one image, eps", *ONE, smooth=1e-5, eps=0.5),
        *_region_rows(row),
    ]  # fmt: skip


def _tversky_rows():
    def row(name, logits, target, value=None, gradient=None, kink=False, **options):
        return Row(name, "tversky", logits, target, options, value, gradient, kink)

    a_miss = mask(1.0, 0.0, 0.0), mask(1, 1, 0)
    an_alarm = mask(1.0, 0.0, 1.0), mask(1, 0, 0)
    tilted = {"alpha": 0.3, "beta": 0.7, "smooth": 0.0, **PROBS}
    return [
        row("one miss weighs beta", *a_miss, 0.7 / 1.7, mask(-1.4 / 1.7**2, -1.4 / 1.7**2, 0.3 / 1.7**2),
            **tilted),
        row("one false alarm weighs alpha", *an_alarm, 0.3 / 1.3, **tilted),
        row("smooth and eps", *a_miss, 1 - 3 / 4.7, alpha=0.3, beta=0.7, smooth=2.0, eps=1.0, **PROBS),
        row("gamma is the exponent of the loss", *a_miss, (0.7 / 1.7) ** 0.75, gamma=0.75, **tilted),
        row("gamma of 2", *an_alarm, (0.3 / 1.3) ** 2, gamma=2.0, **tilted),
        row("perfect, gamma below 1", mask(1.0, 0.0), mask(1, 0), 0.0, mask(0.0, 0.0), gamma=0.75, kink=True,
            **tilted),
        row("perfect, gamma above 1", mask(1.0, 0.0), mask(1, 0), 0.0, mask(0.0, 0.0), gamma=1.5, kink=True,
            **tilted),
        row("perfect, gamma of 1: its true slope", mask(1.0, 0.0), mask(1, 0), 0.0, mask(-0.7, 0.3), **tilted),
        row("0/0 is perfect", mask(0.0, 0.0), mask(0, 0), 0.0, mask(0.0, 0.0), kink=True, **tilted),
        row("0/0 is perfect, gamma below 1", mask(0.0, 0.0), mask(0, 0), 0.0, mask(0.0, 0.0), gamma=0.5,
            kink=True, **tilted),
        row("empty", mask(1.0, 1.0), mask(0, 0), 0.6 / 1.6, alpha=0.3, **PROBS),
        row("alpha + beta is not all", mask(1.0, 0.0, 0.0, 1.0), mask(1, 1, 1, 0), (0.2 + 2 * 0.6) / 2.4,
            alpha=0.2, beta=0.6, smooth=0.0, **PROBS),
        row("min of a soft map with itself", TIES, TIES, 0.0, intersection="min", kink=True, **PROBS),
        row("min, soft, gamma", *SOFT_ONE, intersection="min", gamma=0.75, alpha=0.3, beta=0.7),
        row("one image, focal", *ONE, alpha=0.3, beta=0.7, gamma=4 / 3),
        row("one image, eps", *ONE, alpha=0.9, beta=0.2, smooth=1e-5, eps=0.5),
        *_region_rows(row, alpha=0.3, beta=0.7),
    ]  # fmt: skip


def _region_rows(row, **own):
    """What all region losses do alike."""
    return [
        row("binary", Z1, T1, **own),
        row("probabilities", P1, T1, **own, **PROBS),
        row("one image", *ONE, **own),
        row("over the batch", Z1, T1, over="batch", **own),
        row("global without a job is batch", Z1, T1, over="global", **own),
        row("multilabel, none over the batch", Z2, T2, mode="multilabel", over="batch", reduction="none", **own),
        row("multilabel, ignored per channel", Z2, void(T2), mode="multilabel", ignore_index=255, **own),
        row("multiclass", Z3, T3, **MULTI, **own),
        row("multiclass, soft", Z3, S3, **MULTI, **own),
        row("multiclass probabilities", P3, T3, **MULTI, **PROBS, **own),
        row("multiclass over the batch, sum", Z3, T3, over="batch", reduction="sum", **MULTI, **own),
        row("classes without background", Z3, T3, classes=[1, 2], **MULTI, **own),
        row("classes present, none", Z3, T_ABSENT, classes="present", reduction="none", **MULTI, **own),
        row("nothing present", Z1, T1 * 0, 0.0, np.zeros_like(Z1), classes="present", **own),
        row("class weights", Z3, T3, class_weights=[1.0, 3.0, 0.5], **MULTI, **own),
        row("class weights, sum", Z3, T3, class_weights=[0.0, 3.0, 0.5], reduction="sum", **MULTI, **own),
        row("no weight", Z3, T3, 0.0, class_weights=[0.0, 0.0, 0.0], **MULTI, **own),
        row("void, none", Z3, void(T3), ignore_index=255, reduction="none", **MULTI, **own),
        row("all void", Z1, T1 * 0 + 255, 0.0, np.zeros_like(Z1), ignore_index=255, **own),
        row("logits of 1e30", mask(1e30, -1e30), mask(1, 0), 0.0, mask(0.0, 0.0), kink=True, **own),
        row("infinite on the right side", mask(np.inf, -np.inf), mask(1, 0), 0.0, mask(0.0, 0.0), kink=True,
            **own),
        row("NaN stays NaN", mask(np.nan, 0.0), mask(1, 0), np.nan, kink=True, **own),
        row("no images", np.zeros((0, 1, 4)), np.zeros((0, 1, 4), dtype=int), 0.0, **own),
    ]  # fmt: skip


def _generalized_dice_rows():
    def row(name, logits, target, value=None, gradient=None, kink=False, **options):
        return Row(name, "generalized_dice", logits, target, options, value, gradient, kink)

    def hard(*labels):
        return np.stack([[1.0 * (np.array(labels) == c) for c in (0, 1)]])

    return [
        row("weights 1/9 and 1", hard(0, 0, 1, 1), np.array([[0, 0, 0, 1]]), 1 - 22 / 32, **MULTI, **PROBS),
        row("an absent class as the largest", hard(0, 0, 0, 1), np.array([[0, 0, 0, 0]]), 1 - 6 / 8,
            **MULTI, **PROBS),
        row("all absent weigh 1", mask(1.0, 0.0), mask(0, 0), 1 - 2 / 3, mask(2 / 9, 2 / 9), smooth=2.0, **PROBS),
        row("smooth and eps are not weighed", mask(1.0, 0.0), mask(1, 1), 1 - (2 / 4 + 1) / (3 / 4 + 3),
            smooth=1.0, eps=2.0, **PROBS),
        row("0/0 is perfect", mask(0.0, 0.0), mask(0, 0), 0.0, mask(0.0, 0.0), kink=True, **PROBS),
        row("binary", Z1, T1),
        row("probabilities", P1, T1, **PROBS),
        row("one image", *ONE, smooth=1e-3, eps=1e-4),
        row("over the batch", Z2, T2, mode="multilabel", over="batch"),
        row("over the batch, none", Z2, T2, mode="multilabel", over="batch", reduction="none"),
        row("multilabel, ignored per channel", Z2, void(T2), mode="multilabel", ignore_index=255),
        row("multiclass", Z3, T3, **MULTI),
        row("multiclass, none", Z3, T3, reduction="none", **MULTI),
        row("multiclass, sum", Z3, T3, reduction="sum", **MULTI),
        row("multiclass, soft", Z3, S3, **MULTI),
        row("absent", Z3, T_ABSENT, **MULTI),
        row("classes present", Z3, T_ABSENT, classes="present", **MULTI),
        row("nothing present", Z1, T1 * 0, 0.0, np.zeros_like(Z1), classes="present"),
        row("classes without background", Z3, T3, classes=[1, 2], **MULTI),
        row("void", Z3, void(T3), ignore_index=255, **MULTI),
        row("all void", Z1, T1 * 0 + 255, 0.0, np.zeros_like(Z1), ignore_index=255),
        row("next to no truth", mask(0.5), mask(1e-30), smooth=1.0, **PROBS),
        row("NaN stays NaN", mask(np.nan, 0.0), mask(1, 0), np.nan, kink=True),
        row("no images", np.zeros((0, 1, 4)), np.zeros((0, 1, 4), dtype=int), 0.0),
    ]  # fmt: skip


def _ranking_rows():
    def hinge(name, logits, target, value=None, gradient=None, kink=False, **options):
        return Row(name, "lovasz_hinge", logits, target, options, value, gradient, kink)

    def softmax(name, logits, target, value=None, gradient=None, kink=False, **options):
        return Row(name, "lovasz_softmax", logits, target, options, value, gradient, kink)

    pair = np.array([[[0.75, 0.5], [0.25, 0.5]]])
    tied = np.round(Z1)  # errors meet at whole numbers: a subgradient
    return [
        hinge("a miss, then a false alarm", mask(-1.0, 2.0, 0.5), mask(1, 1, 0), 2 / 2 + 1.5 / 6,
              mask(-1 / 2, 0.0, 1 / 6)),
        hinge("a false alarm, then a miss", mask(0.5, 2.0), mask(1, 0), 3 / 2 + 0.5 / 2, mask(-1 / 2, 1 / 2)),
        hinge("a tie keeps the order", mask(0.5, -0.5), mask(1, 0), 0.5, mask(-1.0, 0.0), kink=True),
        hinge("and the other order", mask(-0.5, 0.5), mask(0, 1), 0.5 / 2 + 0.5 / 2, mask(1 / 2, -1 / 2), kink=True),
        hinge("an empty mask costs the largest error", mask(1.0, 2.0, -3.0), mask(0, 0, 0), 3.0,
              mask(0.0, 1.0, 0.0)),
        hinge("at the margin the slope is 0", mask(1.0, -1.0), mask(1, 0), 0.0, mask(0.0, 0.0), kink=True),
        hinge("right by more than the margin", mask(3.0, -2.0), mask(1, 0), 0.0, mask(0.0, 0.0)),
        hinge("binary", Z1, T1),
        hinge("ties", tied, T1, kink=True),
        hinge("one image", *ONE),
        hinge("one image with ties", np.round(ONE[0]), ONE[1], kink=True),
        hinge("over the batch", Z1, T1, over="batch"),
        hinge("ties over the batch", tied, T1, over="batch", kink=True),
        hinge("multilabel, none", Z2, T2, mode="multilabel", reduction="none"),
        hinge("multilabel, none over the batch", Z2, T2, mode="multilabel", over="batch", reduction="none"),
        hinge("multilabel, ignored per channel", Z2, void(T2), mode="multilabel", ignore_index=255),
        hinge("multilabel, weighted sum", Z2, T2, mode="multilabel", class_weights=[2.0, 0.5], reduction="sum"),
        hinge("ignored over the batch", Z1, void(T1), over="batch", ignore_index=255),
        hinge("classes present", Z2, T2 * [[[[1]], [[0]]]], mode="multilabel", classes="present"),
        hinge("one class", Z2, T2, mode="multilabel", classes=[1]),
        hinge("all void", Z1, T1 * 0 + 255, 0.0, np.zeros_like(Z1), ignore_index=255),
        hinge("an ignored NaN", mask(0.0, np.nan), mask(1, 255), 1.0, mask(-1.0, 0.0), ignore_index=255,
              kink=True),
        hinge("logits of 1e30", mask(1e30, -1e30), mask(1, 0), 0.0, mask(0.0, 0.0), kink=True),
        hinge("logits of -1e30", mask(-1e30, -1.0), mask(1, 0), 1e30, mask(-1.0, 0.0), kink=True),
        hinge("infinite on the right side", mask(np.inf, -np.inf), mask(1, 0), 0.0, mask(0.0, 0.0), kink=True),
        hinge("NaN stays NaN", mask(np.nan, 0.5), mask(1, 0), np.nan, kink=True),
        hinge("volume", field_of(15, 1, 1, 3, 3, 3), labels_of(16, 2, 1, 1, 3, 3, 3)),
        hinge("no images", np.zeros((0, 1, 4)), np.zeros((0, 1, 4), dtype=int), 0.0),
        hinge("no images over the batch", np.zeros((0, 1, 4)), np.zeros((0, 1, 4), dtype=int), 0.0, over="batch"),
        softmax("two pixels", pair, np.array([[0, 1]]), (0.25 / 2 + 0.5 / 2 + 0.5) / 2,
                np.array([[[-1 / 4, 1 / 4], [0.0, -1 / 2]]]), **PROBS),
        softmax("perfect", np.array([[[1.0, 0.0], [0.0, 1.0]]]), np.array([[0, 1]]), 0.0, kink=True, **PROBS),
        softmax("a class without truth costs its largest probability", pair, np.array([[0, 0]]),
                (0.5 / 2 + 0.25 / 2 + 0.5) / 2, classes="all", **PROBS),
        softmax("multiclass", Z3, T3),
        softmax("probabilities", P3, T3, **PROBS),
        softmax("ties", np.round(Z3), T3, kink=True),
        softmax("over the batch", Z3, T3, over="batch"),
        softmax("ties over the batch, none", np.round(Z3), T3, over="batch", reduction="none", kink=True),
        softmax("all classes", Z3, T_ABSENT, classes="all"),
        softmax("present, none", Z3, T_ABSENT, reduction="none"),
        softmax("classes without background", Z3, T3, classes=[1, 2]),
        softmax("class weights", Z3, T3, class_weights=[1.0, 3.0, 0.5]),
        softmax("void", Z3, void(T3), ignore_index=255),
        softmax("void over the batch", Z3, void(T3), ignore_index=255, over="batch"),
        softmax("all void", Z3, T3 * 0 + 255, 0.0, np.zeros_like(Z3), ignore_index=255),
        softmax("infinite on the right side", np.array([[[np.inf], [0.0], [-np.inf]]]), np.array([[0]]), 0.0,
                kink=True),
        softmax("NaN stays NaN", np.array([[[np.nan, 1.0], [0.0, 0.0]]]), np.array([[0, 1]]), np.nan, kink=True),
        softmax("no images", np.zeros((0, 3, 4)), np.zeros((0, 4), dtype=int), 0.0),
    ]  # fmt: skip


def _compound_rows():
    def row(name, logits, target, terms, value=None, gradient=None, kink=False, **options):
        return Row(
            name, "compound", logits, target, {"terms": terms, **options}, value, gradient, kink
        )

    return [
        row("cross-entropy and twice Dice", mask(0.0), mask(1), [(1.0, "cross_entropy", {}), (2.0, "dice", {})],
            ln(2) + 2 * (1 - 2 / 2.5), mask(-1 / 2 - 2 * (2 * 2.5 - 2) / 2.5**2 / 4)),
        row("log-Dice", Z1, T1, [(1.0, "cross_entropy", {}), (1.0, "dice", {"log": True})]),
        row("focal, Tversky and Lovász", *ONE, [(0.5, "focal", {"gamma": 1.0}), (1.0, "tversky", {"beta": 0.9}),
            (2.0, "lovasz_hinge", {})]),
        row("a weight of 0", Z1, T1, [(0.0, "dice", {}), (1.0, "jaccard", {})]),
        row("multiclass", Z3, void(T3), [(1.0, "cross_entropy", {"label_smoothing": 0.1}),
            (1.0, "lovasz_softmax", {}), (1.0, "generalized_dice", {})], ignore_index=255, **MULTI),
    ]  # fmt: skip


TERMS = [(1.0, "cross_entropy", {}), (0.5, "dice", {"smooth": 1e-5})]


def takes(loss, mode):
    """Whether a loss has this mode."""
    return {"lovasz_hinge": mode != "multiclass", "lovasz_softmax": mode == "multiclass"}.get(
        loss, True
    )


def options_of(loss, mode="binary"):
    """The options that a loss needs to run in this mode."""
    terms = {"terms": TERMS} if loss == "compound" else {}
    return terms if loss == "lovasz_softmax" else {"mode": mode, **terms}


LOSSES = ["cross_entropy", "focal", "dice", "jaccard", "tversky", "generalized_dice", "lovasz_hinge",
          "lovasz_softmax", "compound"]  # fmt: skip


def _identities_of(loss):
    """What holds for every loss."""

    def call(logits, target, mode="binary", **options):
        return Row("", loss, logits, target, {**options_of(loss, mode), **options})

    rows = []
    if takes(loss, "binary"):
        rows += [
            Identity("integers are floats", call(Z1, T1), call(Z1, T1.astype(float))),
            Identity("one channel is binary", call(Z1, T1), call(Z1, T1, "multilabel")),
            Identity("ignored is cropped", call(Z2, void(T2), "multilabel", ignore_index=255),
                     call(Z2[:1, :, 1:], T2[:1, :, 1:], "multilabel"), gradients=False),
        ]  # fmt: skip
    if takes(loss, "multiclass"):
        rows += [
            Identity("labels are one-hot probabilities", call(Z3, T3, "multiclass"),
                     call(Z3, one_hot(T3, 3), "multiclass")),
            Identity("labels may have an axis for the channels", call(Z3, T3[:, None], "multiclass"),
                     call(Z3, T3, "multiclass")),
            Identity("a void label is a pixel of no class",
                     call(Z3, one_hot(void(T3), 3), "multiclass", ignore_index=255),
                     call(Z3, void(T3)[:, None], "multiclass", ignore_index=255)),
            Identity("shifting all logits changes nothing", call(Z3, T3, "multiclass"),
                     call(Z3 + 7, T3, "multiclass")),
            Identity("ignored is cropped, multiclass", call(Z3, void(T3), "multiclass", ignore_index=255),
                     call(Z3[:1, :, 1:], T3[:1, 1:], "multiclass"), gradients=False),
        ]  # fmt: skip
    return [replace(row, name=f"{loss}: {row.name}") for row in rows]


def _identities():
    def call(loss, logits, target, kink=False, **options):
        return Row("", loss, logits, target, options, kink=kink)

    def ce(*arrays, **options):
        return call("cross_entropy", *arrays, **options)

    def dc(*arrays, **options):
        return call("dice", *arrays, **options)

    side_by_side = [np.concatenate([a[:1], a[1:]], axis=-1) for a in (Z1, T1)]
    pair = np.concatenate([np.zeros_like(Z1), Z1], axis=1)
    sigmoid = 1 / (1 + np.exp(-Z1))
    calm = Z3 / 4
    softmax = np.exp(calm) / np.exp(calm).sum(axis=1, keepdims=True)
    hard = (T1 * 1.0, np.roll(T1, 1, axis=-1))
    signs = 2.0 * hard[0] - 1
    hard3 = (one_hot(np.roll(T3, 1, axis=-1), 3), T3)
    rows = [row for loss in LOSSES for row in _identities_of(loss)]
    for loss in ("cross_entropy", "focal", "dice", "jaccard", "tversky", "generalized_dice"):
        rows += [
            Identity(f"{loss}: logits and their probabilities", call(loss, Z1, T1),
                     call(loss, sigmoid, T1, **PROBS), gradients=False),
            Identity(f"{loss}: logits and their softmax", call(loss, calm, T3, **MULTI),
                     call(loss, softmax, T3, **MULTI, **PROBS), gradients=False),
        ]  # fmt: skip
    for loss in ("dice", "jaccard", "tversky", "lovasz_softmax"):
        multi = options_of(loss, "multiclass")
        rows += [
            Identity(f"{loss}: the mean is the sum over 6 units", call(loss, Z3, T3, **multi),
                     call(loss, Z3, T3, reduction="sum", **multi), 1 / 6),
            Identity(f"{loss}: all classes listed are all", call(loss, Z3, T3, classes=[0, 1, 2], **multi),
                     call(loss, Z3, T3, **multi)),
            Identity(f"{loss}: equal weights are none", call(loss, Z3, T3, **multi),
                     call(loss, Z3, T3, class_weights=[2.0, 2.0, 2.0], **multi)),
            Identity(f"{loss}: a class weight of 0 drops it",
                     call(loss, Z3, T3, class_weights=[0.0, 1.0, 1.0], **multi),
                     call(loss, Z3, T3, classes=[1, 2], **multi)),
        ]  # fmt: skip
    for loss in ("dice", "jaccard", "tversky", "generalized_dice", "lovasz_hinge"):
        rows += [
            Identity(f"{loss}: the batch is one wide image", call(loss, Z1, T1, over="batch"),
                     call(loss, *side_by_side), gradients=False),
        ]  # fmt: skip
    for mode, logits, target in (
        ("binary", Z1, T1),
        ("multilabel", Z2, T2),
        ("multiclass", Z3, T3),
    ):
        rows += [
            Identity(f"focal: gamma = 0 is cross-entropy, {mode}", call("focal", logits, target, gamma=0.0, mode=mode),
                     ce(logits, target, mode=mode)),
            Identity(f"focal: gamma = 0 is cross-entropy, {mode} and void",
                     call("focal", logits, void(target), gamma=0.0, mode=mode, ignore_index=255),
                     ce(logits, void(target), mode=mode, ignore_index=255)),
        ]  # fmt: skip
    return [
        *rows,
        Identity("cross_entropy: the mean is the sum over 40 pixels", ce(Z1, T1),
                 ce(Z1, T1, reduction="sum"), 1 / 40),
        Identity("cross_entropy: a sigmoid is a softmax of (0, z)", ce(Z1, T1),
                 ce(pair, T1[:, 0], **MULTI), gradients=False),
        Identity("cross_entropy: smoothing is a softer truth", ce(Z1, T1, label_smoothing=0.2),
                 ce(Z1, T1 * 0.8 + 0.1)),
        Identity("cross_entropy: pos_weight of 1 is none", ce(Z1, T1), ce(Z1, T1, pos_weight=1.0)),
        Identity("cross_entropy: equal weights are none", ce(Z3, T3, **MULTI),
                 ce(Z3, T3, class_weights=[2.0, 2.0, 2.0], **MULTI)),
        Identity("cross_entropy: weighted labels are weighted one-hot probabilities",
                 ce(Z3, T3, class_weights=[1.0, 3.0, 0.5], label_smoothing=0.1, **MULTI),
                 ce(Z3, one_hot(T3, 3), class_weights=[1.0, 3.0, 0.5], label_smoothing=0.1, **MULTI)),
        Identity("cross_entropy(pos_weight=w) = (1 + w) focal(gamma=0, alpha=w/(1 + w))",
                 ce(Z1, T1, pos_weight=3.0), call("focal", Z1, T1, gamma=0.0, alpha=3 / 4), 4),
        Identity("dice: squares of hard maps are themselves", dc(*hard, **PROBS),
                 dc(*hard, squared=True, **PROBS), gradients=False),
        Identity("dice: min of a hard truth is the product", dc(Z1, T1), dc(Z1, T1, intersection="min")),
        Identity("dice: scaling all pixels scales smooth",
                 dc(np.repeat(Z1, 3, -1), np.repeat(T1, 3, -1), smooth=3.0, eps=6.0),
                 dc(Z1, T1, smooth=1.0, eps=2.0), gradients=False),
        Identity("tversky(1/2, 1/2, smooth=s/2, eps=e/2) = dice(smooth=s, eps=e)",
                 call("tversky", Z3, T3, smooth=1.5, eps=0.5, **MULTI), dc(Z3, T3, smooth=3.0, eps=1.0, **MULTI)),
        Identity("the same at a perfect prediction", call("tversky", T1 * 1.0, T1, smooth=1.5, **PROBS),
                 dc(T1 * 1.0, T1, smooth=3.0, **PROBS)),
        Identity("tversky(1, 1, smooth=s) = jaccard(smooth=s)",
                 call("tversky", Z3, T3, alpha=1.0, beta=1.0, smooth=0.7, eps=0.2, **MULTI),
                 call("jaccard", Z3, T3, smooth=0.7, eps=0.2, **MULTI)),
        Identity("generalized_dice of one class is dice(smooth=0)", call("generalized_dice", Z1, T1),
                 dc(Z1, T1, smooth=0.0)),
        Identity("lovasz_hinge at +-1 is twice the Jaccard loss", call("lovasz_hinge", signs, hard[1], kink=True),
                 call("jaccard", *hard, smooth=0.0, **PROBS), 2, gradients=False),
        Identity("lovasz_softmax of hard predictions is the Jaccard loss",
                 call("lovasz_softmax", *hard3, kink=True, classes="all", **PROBS),
                 call("jaccard", *hard3, smooth=0.0, **MULTI, **PROBS), gradients=False),
        Identity("the same, of classes present", call("lovasz_softmax", hard3[0], T_ABSENT, kink=True, over="batch", **PROBS),
                 call("jaccard", hard3[0], T_ABSENT, smooth=0.0, classes="present", over="batch", **MULTI, **PROBS),
                 gradients=False),
        Identity("compound of one term is that term", call("compound", Z1, T1, terms=[(3.0, "tversky", {"beta": 0.8})]),
                 call("tversky", Z1, T1, beta=0.8), 3),
    ]  # fmt: skip


ROWS = [
    *_cross_entropy_rows(),
    *_focal_rows(),
    *_dice_rows(),
    *_jaccard_rows(),
    *_tversky_rows(),
    *_generalized_dice_rows(),
    *_ranking_rows(),
    *_compound_rows(),
]
IDENTITIES = _identities()
