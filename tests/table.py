"""The contract as data: rows that every backend must agree on. Nothing here computes a loss.

A `Row` is one call. Its `value` and `gradient`, where given, are expressions that a reader can check
by hand. An `Identity` says that two calls mean the same thing. Arrays are in the reference's layout,
(N, C, *spatial); `kink` marks calls at a point where finite differences do not see the slope.
"""

from dataclasses import dataclass, field
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
    return np.moveaxis(np.eye(classes)[labels], -1, 1)


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


def _identities():
    def ce(logits, target, **options):
        return Row("", "cross_entropy", logits, target, options)

    def dc(logits, target, **options):
        return Row("", "dice", logits, target, options)

    side_by_side = [np.concatenate([a[:1], a[1:]], axis=-1) for a in (Z1, T1)]
    pair = np.concatenate([np.zeros_like(Z1), Z1], axis=1)
    sigmoid = 1 / (1 + np.exp(-Z1))
    calm = Z3 / 4
    softmax = np.exp(calm) / np.exp(calm).sum(axis=1, keepdims=True)
    hard = (T1 * 1.0, np.roll(T1, 1, axis=-1))
    rows = []
    for make, loss in ((ce, "cross_entropy"), (dc, "dice")):
        rows += [
            Identity(f"{loss}: labels are one-hot probabilities", make(Z3, T3, **MULTI),
                     make(Z3, one_hot(T3, 3), **MULTI)),
            Identity(f"{loss}: integers are floats", make(Z1, T1), make(Z1, T1.astype(float))),
            Identity(f"{loss}: logits and their probabilities", make(Z1, T1), make(sigmoid, T1, **PROBS),
                     gradients=False),
            Identity(f"{loss}: logits and their softmax", make(calm, T3, **MULTI),
                     make(softmax, T3, **MULTI, **PROBS), gradients=False),
            Identity(f"{loss}: ignored is cropped", make(Z3, void(T3), ignore_index=255, **MULTI),
                     make(Z3[:1, :, 1:], T3[:1, 1:], **MULTI), gradients=False),
            Identity(f"{loss}: equal weights are none", make(Z3, T3, **MULTI),
                     make(Z3, T3, class_weights=[2.0, 2.0, 2.0], **MULTI)),
            Identity(f"{loss}: one channel is binary", make(Z1, T1), make(Z1, T1, mode="multilabel")),
        ]  # fmt: skip
    return [
        *rows,
        Identity("cross_entropy: the mean is the sum over 40 pixels", ce(Z1, T1),
                 ce(Z1, T1, reduction="sum"), 1 / 40),
        Identity("cross_entropy: a sigmoid is a softmax of (0, z)", ce(Z1, T1),
                 ce(pair, T1[:, 0], **MULTI), gradients=False),
        Identity("cross_entropy: smoothing is a softer truth", ce(Z1, T1, label_smoothing=0.2),
                 ce(Z1, T1 * 0.8 + 0.1)),
        Identity("cross_entropy: shifting all logits changes nothing", ce(Z3, T3, **MULTI),
                 ce(Z3 + 7, T3, **MULTI)),
        Identity("cross_entropy: pos_weight of 1 is none", ce(Z1, T1), ce(Z1, T1, pos_weight=1.0)),
        Identity("dice: the mean is the sum over 6 units", dc(Z3, T3, **MULTI),
                 dc(Z3, T3, reduction="sum", **MULTI), 1 / 6),
        Identity("dice: the batch is one wide image", dc(Z1, T1, over="batch"), dc(*side_by_side),
                 gradients=False),
        Identity("dice: squares of hard maps are themselves", dc(*hard, **PROBS), dc(*hard, squared=True, **PROBS),
                 gradients=False),
        Identity("dice: min of a hard truth is the product", dc(Z1, T1), dc(Z1, T1, intersection="min")),
        Identity("dice: scaling all pixels scales smooth", dc(np.repeat(Z1, 3, -1), np.repeat(T1, 3, -1),
                 smooth=3.0, eps=6.0), dc(Z1, T1, smooth=1.0, eps=2.0), gradients=False),
        Identity("dice: all classes listed are all", dc(Z3, T3, classes=[0, 1, 2], **MULTI),
                 dc(Z3, T3, **MULTI)),
        Identity("dice: a class weight of 0 drops it", dc(Z3, T3, class_weights=[0.0, 1.0, 1.0], **MULTI),
                 dc(Z3, T3, classes=[1, 2], **MULTI)),
    ]  # fmt: skip


ROWS = [*_cross_entropy_rows(), *_dice_rows()]
IDENTITIES = _identities()
