"""Other libraries' losses as data: what a call means, and the settings here that give its number.

Nothing here computes a loss. Calls whose answer is wrong are in peer_mistakes.py.
"""

import numpy as np
import torch
from peers import LIBRARIES, Row, call, here
from table import P1, S1, S3, T1, T2, T3, Z1, Z2, Z3, field_of, mask, one_hot, void

M1, M2, M3 = (t.astype(float) for t in (T1, T2, one_hot(T3, 3)))  # masks as floats, as most want
P2 = field_of(15, 2, 2, 4, 5, low=0.05, high=0.95)
T3_ABSENT = T3 * (T3 != 2)  # class 2 is nowhere
EMPTY = np.zeros_like(M1)
V1, V3 = void(T1), void(T3)
SHARE = np.mean(V1 != 255)  # of valid pixels, in V3 too
W3 = [1.0, 3.0, 0.5]
TRUE_WEIGHT = np.mean(np.einsum("c,nc...->n...", W3, S3))  # of a pixel of soft truth
SINGLE = {"dtype": np.float32, "tolerance": 3e-6}  # a peer that computes in float32
MULTI = {"mode": "multiclass"}
LABELS = {"mode": "multilabel"}
MONAI_SOFTMAX = {"softmax": True, "to_onehot_y": True}


def weights(*values):
    """Class weights as torch wants them."""
    return torch.tensor(values, dtype=torch.float64)


def softmax(z):
    """Return probabilities, for nnU-Net, which takes the function."""
    return torch.softmax(z, 1)


def terms(name, pixels=None, weights=(1.0, 1.0), **dice):
    """Terms of a compound: a pixel loss with its options, and Dice with its own."""
    return [(weights[0], name, pixels or {}), (weights[1], "dice", {"smooth": 1e-5, **dice})]


def _monai():
    def dice(**options):
        return call("monai", "DiceLoss", **options)

    def focal(**options):
        return call("monai", "FocalLoss", **options)

    return [
        Row("one Dice for each image and channel; 1e-5 above and below", dice(sigmoid=True),
            here("monai_dice"), Z1, M1),
        Row("channels one by one", dice(sigmoid=True), here("monai_dice", **LABELS), Z2, M2),
        Row("classes under a softmax", dice(**MONAI_SOFTMAX), here("monai_dice", **MULTI), Z3, T3),
        Row("without the background", dice(include_background=False, **MONAI_SOFTMAX),
            here("monai_dice", classes=[1, 2], **MULTI), Z3, T3),
        Row("sums over the batch", dice(batch=True, **MONAI_SOFTMAX),
            here("monai_dice", over="batch", **MULTI), Z3, T3),
        Row("smoothing in the denominator alone", dice(sigmoid=True, smooth_nr=0.0, smooth_dr=1.0),
            here("monai_dice", smooth=0.0, eps=1.0), Z1, M1),
        Row("squares in the denominator", dice(sigmoid=True, squared_pred=True),
            here("monai_dice", squared=True), Z1, M1),
        Row("a form for soft labels", dice(sigmoid=True, soft_label=True),
            here("monai_dice", intersection="min"), Z1, S1),
        Row("weights multiply and do not divide", dice(weight=W3, **MONAI_SOFTMAX),
            here("monai_dice", class_weights=W3, **MULTI), Z3, T3, factor=np.mean(W3)),
        Row("ignored pixels count in no sum", dice(sigmoid=True, ignore_index=255),
            here("monai_dice", ignore_index=255), Z1[:1], V1[:1]),
        Row("a wholly ignored image is a perfect one, and in the mean",
            dice(sigmoid=True, ignore_index=255), here("monai_dice", ignore_index=255), Z1, V1,
            factor=1 / 2),
        Row("an empty mask: nearly flat", dice(sigmoid=True), here("monai_dice"), Z1, EMPTY),
        Row("Jaccard; smoothing added to 2 I", dice(sigmoid=True, jaccard=True),
            here("monai_jaccard"), Z1, M1),
        Row("Tversky with halves: Dice with 2e-5", call("monai", "TverskyLoss", sigmoid=True),
            here("monai_tversky"), Z1, M1),
        Row("alpha on false positives",
            call("monai", "TverskyLoss", sigmoid=True, alpha=0.2, beta=0.8),
            here("monai_tversky", alpha=0.2, beta=0.8), Z1, M1),
        Row("Sudre's weights, 1 / T^2", call("monai", "GeneralizedDiceLoss", **MONAI_SOFTMAX),
            here("monai_generalized_dice", **MULTI), Z3, T3, tolerance=1e-6),
        Row("an absent class weighs the most",
            call("monai", "GeneralizedDiceLoss", **MONAI_SOFTMAX),
            here("monai_generalized_dice", **MULTI), Z3, T3_ABSENT, tolerance=1e-6),
        Row("sums over the batch",
            call("monai", "GeneralizedDiceLoss", batch=True, **MONAI_SOFTMAX),
            here("monai_generalized_dice", over="batch", **MULTI), Z3, T3, tolerance=1e-6),
        Row("sigmoid, mean over pixels", focal(), here("monai_focal"), Z1, M1, **SINGLE),
        Row("sigmoid, mean over pixels and channels", focal(alpha=0.25),
            here("monai_focal", alpha=0.25, **LABELS), Z2, M2, **SINGLE),
        Row("softmax, the mean divided by C too", focal(use_softmax=True, to_onehot_y=True),
            here("monai_focal", **MULTI), Z3, T3, factor=1 / 3, **SINGLE),
        Row("a scalar alpha: 1 - a for class 0, a for the others",
            focal(use_softmax=True, to_onehot_y=True, alpha=0.25),
            here("monai_focal", alpha=[0.75, 0.25, 0.25], **MULTI), Z3, T3, factor=1 / 3, **SINGLE),
        Row("a list of alphas under a sigmoid weighs positives only",
            focal(alpha=[2.0], gamma=0.0), here("torch_binary_cross_entropy", pos_weight=2.0),
            Z1, M1, **SINGLE),
        Row("softmax with ignore_index: not divided by C",
            focal(use_softmax=True, to_onehot_y=True, ignore_index=255),
            here("monai_focal", ignore_index=255, **MULTI), Z3, V3, **SINGLE),
    ]  # fmt: skip


def _monai_soft():
    tversky = {"sigmoid": True, "alpha": 0.2, "beta": 0.8}
    return [
        Row("a form for soft labels: squares have it already",
            call("monai", "DiceLoss", sigmoid=True, squared_pred=True, soft_label=True),
            here("monai_dice", squared=True), Z1, S1),
        Row("a form for soft labels",
            call("monai", "DiceLoss", sigmoid=True, jaccard=True, soft_label=True),
            here("monai_jaccard", intersection="min"), Z1, S1),
        Row("a form for soft labels", call("monai", "TverskyLoss", soft_label=True, **tversky),
            here("monai_tversky", alpha=0.2, beta=0.8, intersection="min"), Z1, S1),
        Row("on labels of 0 and 1 it changes nothing",
            call("monai", "GeneralizedDiceLoss", soft_label=True, **MONAI_SOFTMAX),
            here("monai_generalized_dice", **MULTI), Z3, T3, tolerance=1e-6),
    ]  # fmt: skip


def _monai_compounds():
    def both(**options):
        return call("monai", "DiceCELoss", **options)

    def focal(**options):
        return call("monai", "DiceFocalLoss", sigmoid=True, **options)

    ce, kept = "cross_entropy", {"include_background": False}
    return [
        Row("Dice and cross-entropy", both(sigmoid=True), here("monai_dice_ce"), Z1, M1),
        Row("under a softmax", both(**MONAI_SOFTMAX), here("monai_dice_ce", **MULTI), Z3, T3),
        Row("two weights", both(lambda_dice=0.5, lambda_ce=2.0, **MONAI_SOFTMAX),
            here("monai_dice_ce", terms=terms(ce, weights=(2.0, 0.5)), **MULTI), Z3, T3),
        Row("cross-entropy keeps the background", both(**kept, **MONAI_SOFTMAX),
            here("monai_dice_ce", terms=terms(ce, classes=[1, 2]), **MULTI), Z3, T3),
        Row("options of Dice", both(batch=True, squared_pred=True, **MONAI_SOFTMAX),
            here("monai_dice_ce", terms=terms(ce, over="batch", squared=True), **MULTI), Z3, T3,
            tolerance=1e-8),  # the norm of a mask of float32
        Row("class weights divide in cross-entropy, not in Dice",
            both(weight=weights(*W3), **MONAI_SOFTMAX),
            here("monai_dice_ce", **MULTI, terms=terms(
                ce, {"class_weights": W3}, (1.0, float(np.mean(W3))), class_weights=W3)), Z3, T3),
        Row("of one channel the weight is pos_weight", both(sigmoid=True, weight=weights(3.0)),
            here("monai_dice_ce", terms=terms(ce, {"pos_weight": 3.0})), Z1, M1),
        Row("label smoothing is that of cross-entropy", both(label_smoothing=0.2, **MONAI_SOFTMAX),
            here("monai_dice_ce", terms=terms(ce, {"label_smoothing": 0.2}), **MULTI), Z3, T3),
        Row("label smoothing of one channel is none", both(sigmoid=True, label_smoothing=0.2),
            here("monai_dice_ce"), Z1, M1),
        Row("Dice and focal", focal(), here("monai_dice_focal"), Z1, M1, **SINGLE),
        Row("channels one by one", focal(), here("monai_dice_focal", **LABELS), Z2, M2, **SINGLE),
        Row("two weights, gamma and alpha",
            focal(lambda_dice=0.5, lambda_focal=2.0, gamma=3.0, alpha=0.25),
            here("monai_dice_focal", terms=terms(
                "focal", {"gamma": 3.0, "alpha": 0.25}, (2.0, 0.5)), **LABELS),
            Z2, M2, **SINGLE),
    ]  # fmt: skip


def _nnunet():
    dice = {"apply_nonlin": softmax, "ddp": False}
    trainer = {"batch_dice": True, "do_bg": False, "smooth": 1e-5, "ddp": False}
    return [
        Row("minus the score; smooth 1 unless told", call("nnunet", "SoftDiceLoss", **dice),
            here("nnunet_dice", smooth=1.0), Z3, T3, offset=-1.0, **SINGLE),
        Row("minus the score", call("nnunet", "SoftDiceLoss", smooth=1e-5, **dice),
            here("nnunet_dice"), Z3, T3, offset=-1.0, **SINGLE),
        Row("as its trainer sets it in 2D: the batch's sums, no background",
            call("nnunet", "MemoryEfficientSoftDiceLoss", apply_nonlin=softmax, **trainer),
            here("nnunet_dice", over="batch", classes=[1, 2]), Z3, T3, offset=-1.0, **SINGLE),
        *_nnunet_compounds("nnunet_dice_ce"),
        *_nnunet_compounds("nnunet_batch_dice_ce", over="batch"),
    ]  # fmt: skip


def _nnunet_compounds(entry, **over):
    """Without the batch's sums, as its trainer has them in 3D, and with them, as in 2D."""
    dice = {"batch_dice": bool(over), "smooth": 1e-5, "ddp": False}
    class_of_dice = {"dice_class": LIBRARIES["nnunet"].MemoryEfficientSoftDiceLoss}

    def trainer(**options):
        return call(
            "nnunet", "DC_and_CE_loss", {**dice, "do_bg": False}, {}, **class_of_dice, **options
        )

    def objects(*weights, **options):
        weights = weights or (1.0, 1.0)
        return here(
            entry, terms=terms("cross_entropy", weights=weights, classes=[1, 2], **over), **options
        )

    return [
        Row("Dice and cross-entropy", call("nnunet", "DC_and_CE_loss", dice, {}),
            here(entry), Z3, T3, offset=-1.0, **SINGLE),
        Row("regions: a sigmoid each", call("nnunet", "DC_and_BCE_loss", {}, dice),
            here(entry, **LABELS), Z2, M2, offset=-1.0, **SINGLE),
        Row("its trainer's loss", trainer(), objects(), Z3, T3, offset=-1.0, **SINGLE),
        Row("a class is absent", trainer(), objects(), Z3, T3_ABSENT, offset=-1.0, **SINGLE),
        Row("two weights", trainer(weight_ce=2.0, weight_dice=0.5), objects(2.0, 0.5), Z3, T3,
            offset=-0.5, **SINGLE),
        Row("with an ignore label", trainer(ignore_label=255), objects(ignore_index=255),
            Z3[:1], V3[:1], offset=-1.0, **SINGLE),
        Row("one of two images is ignored: perfect, unless sums are over the batch",
            trainer(ignore_label=255), objects(1.0, 1.0 if over else 0.5, ignore_index=255),
            Z3, V3, offset=-1.0, **SINGLE),
    ]  # fmt: skip


def _smp():
    def smp(name, mode, **options):
        return call("smp", name, mode, **options)

    return [
        Row("sums over the batch; no smoothing", smp("DiceLoss", "binary"),
            here("smp_dice"), Z1, M1),
        Row("smooth added to I: here 2 smooth", smp("DiceLoss", "binary", smooth=1.0),
            here("smp_dice", smooth=2.0), Z1, M1),
        Row("channels one by one", smp("DiceLoss", "multilabel"),
            here("smp_dice", **LABELS), Z2, M2),
        Row("classes under a softmax", smp("DiceLoss", "multiclass"),
            here("smp_dice", **MULTI), Z3, T3),
        Row("an absent class counts 0 in the mean", smp("DiceLoss", "multiclass"),
            here("smp_dice", **MULTI), Z3, T3_ABSENT, factor=2 / 3),
        Row("two classes of three", smp("DiceLoss", "multiclass", classes=[1, 2]),
            here("smp_dice", classes=[1, 2], **MULTI), Z3, T3),
        Row("a weighted mean", smp("DiceLoss", "multiclass", class_weights=W3),
            here("smp_dice", class_weights=W3, **MULTI), Z3, T3, tolerance=1e-7),
        Row("-ln of the score", smp("DiceLoss", "binary", log_loss=True, smooth=1.0),
            here("smp_dice", log=True, smooth=2.0), Z1, M1),
        Row("soft labels: I = sum of min(p, t)", smp("DiceLoss", "binary"),
            here("smp_dice"), Z1, S1),
        Row("ignored pixels count in no sum", smp("DiceLoss", "multiclass", ignore_index=255),
            here("smp_dice", ignore_index=255, **MULTI), Z3, V3),
        Row("a mask without its channel axis", smp("DiceLoss", "binary"),
            here("smp_dice"), Z1, M1, given=M1[:, 0]),
        Row("memory that is not contiguous", smp("FocalLoss", "binary"),
            here("smp_focal"), Z1, M1, transposed=True),
        Row("smooth added to I and to the union", smp("JaccardLoss", "multiclass", smooth=1.0),
            here("smp_jaccard", smooth=1.0, **MULTI), Z3, T3),
        Row("no smoothing", smp("JaccardLoss", "binary"), here("smp_jaccard"), Z1, M1),
        Row("an absent class counts 0 in the mean", smp("JaccardLoss", "multiclass"),
            here("smp_jaccard", **MULTI), Z3, T3_ABSENT, factor=2 / 3),
        Row("soft labels: I = sum of min(p, t)", smp("JaccardLoss", "binary"),
            here("smp_jaccard"), Z1, S1),
        Row("Tversky with halves: Dice", smp("TverskyLoss", "binary"), here("smp_tversky"), Z1, M1),
        Row("alpha on false positives", smp("TverskyLoss", "multiclass", alpha=0.2, beta=0.8),
            here("smp_tversky", alpha=0.2, beta=0.8, **MULTI), Z3, T3),
        Row("an absent class counts 0 in the mean", smp("TverskyLoss", "multiclass"),
            here("smp_tversky", **MULTI), Z3, T3_ABSENT, factor=2 / 3),
        Row("soft labels: I = sum of min(p, t)", smp("TverskyLoss", "binary"),
            here("smp_tversky"), Z1, S1),
        Row("gamma is the exponent of the loss",
            smp("TverskyLoss", "binary", gamma=0.75, smooth=1.0),
            here("smp_tversky", gamma=0.75, smooth=1.0), Z1, M1),
        Row("mean over pixels", smp("FocalLoss", "binary"), here("smp_focal"), Z1, M1),
        Row("alpha on positives", smp("FocalLoss", "multilabel", alpha=0.25),
            here("smp_focal", alpha=0.25, **LABELS), Z2, M2),
        Row("multiclass: a sigmoid for each class", smp("FocalLoss", "multiclass"),
            here("smp_focal", **LABELS), Z3, M3, given=T3),
        Row("ignored pixels leave the mean", smp("FocalLoss", "binary", ignore_index=255),
            here("smp_focal", ignore_index=255), Z1, V1),
        Row("hinge, the whole batch sorted at once", smp("LovaszLoss", "binary"),
            here("smp_lovasz_hinge"), Z1, T1, **SINGLE),
        Row("hinge, image by image", smp("LovaszLoss", "binary", per_image=True),
            here("smp_lovasz_hinge", over="image"), Z1, T1, **SINGLE),
        Row("multilabel: all channels are one mask", smp("LovaszLoss", "multilabel"),
            here("smp_lovasz_hinge"), Z2, T2, pooled=True, **SINGLE),
        Row("softmax, the batch's present classes", smp("LovaszLoss", "multiclass"),
            here("smp_lovasz_softmax"), Z3, T3_ABSENT, **SINGLE),
        Row("softmax, image by image", smp("LovaszLoss", "multiclass", per_image=True),
            here("smp_lovasz_softmax", over="image"), Z3, T3, **SINGLE),
        Row("mean over pixels", call("smp", "SoftBCEWithLogitsLoss"),
            here("smp_binary_cross_entropy"), Z1, M1),
        Row("mean over pixels", call("smp", "SoftCrossEntropyLoss", smooth_factor=0.0),
            here("smp_cross_entropy"), Z3, T3),
        Row("label smoothing as y(1 - a) + a/C",
            call("smp", "SoftCrossEntropyLoss", smooth_factor=0.1),
            here("smp_cross_entropy", label_smoothing=0.1), Z3, T3),
    ]  # fmt: skip


def _kornia():
    def kornia(name, *arguments, **options):
        return call("kornia", name, *arguments, **options)

    return [
        Row("one Dice for each image and present class; eps below alone",
            kornia("DiceLoss", average="macro"), here("kornia_dice"), Z3, T3),
        Row("an absent class leaves the mean", kornia("DiceLoss", average="macro"),
            here("kornia_dice"), Z3, T3_ABSENT),
        Row("a weighted mean", kornia("DiceLoss", average="macro", weight=weights(*W3)),
            here("kornia_dice", class_weights=W3), Z3, T3),
        Row("ignored pixels count in no sum", kornia("DiceLoss", average="macro", ignore_index=255),
            here("kornia_dice", ignore_index=255), Z3[:1], V3[:1]),
        Row("a wholly ignored image costs 1, and is in the mean",
            kornia("DiceLoss", average="macro", ignore_index=255),
            here("kornia_dice", ignore_index=255), Z3, V3, factor=1 / 2, offset=1 / 2),
        Row("nothing valid costs 1", kornia("DiceLoss", average="macro", ignore_index=255),
            here("kornia_dice", ignore_index=255), Z3, np.full_like(T3, 255), offset=1.0),
        Row("Tversky with halves: Dice", kornia("TverskyLoss", 0.5, 0.5),
            here("kornia_tversky"), Z3, T3),
        Row("alpha on false positives", kornia("TverskyLoss", 0.2, 0.8),
            here("kornia_tversky", alpha=0.2, beta=0.8), Z3, T3),
        Row("an absent class leaves the mean", kornia("TverskyLoss", 0.5, 0.5),
            here("kornia_tversky"), Z3, T3_ABSENT),
        Row("sigmoid, mean over pixels",
            kornia("BinaryFocalLossWithLogits", 0.25, reduction="mean"),
            here("kornia_focal"), Z1, M1),
        Row("sigmoid, mean over pixels and channels",
            kornia("BinaryFocalLossWithLogits", None, reduction="mean"),
            here("kornia_focal", alpha=None, **LABELS), Z2, M2),
        Row("soft labels: a term for each side",
            kornia("BinaryFocalLossWithLogits", 0.25, reduction="mean"),
            here("kornia_focal"), Z1, S1),
        Row("ignored pixels are in the mean",
            kornia("BinaryFocalLossWithLogits", 0.25, reduction="mean", ignore_index=255),
            here("kornia_focal", ignore_index=255), Z1, V1, factor=SHARE),
        Row("softmax, the mean divided by C too", kornia("FocalLoss", None, reduction="mean"),
            here("kornia_focal", alpha=None, **MULTI), Z3, T3, factor=1 / 3),
        Row("a scalar alpha: 1 - a for class 0, a for the others",
            kornia("FocalLoss", 0.25, reduction="mean"),
            here("kornia_focal", alpha=[0.75, 0.25, 0.25], **MULTI), Z3, T3, factor=1 / 3),
        Row("the sum", kornia("FocalLoss", None, reduction="sum"),
            here("kornia_focal", alpha=None, reduction="sum", **MULTI), Z3, T3),
        Row("hinge, image by image", kornia("LovaszHingeLoss"),
            here("kornia_lovasz_hinge"), Z1, T1),
        Row("softmax, all classes, image by image", kornia("LovaszSoftmaxLoss"),
            here("kornia_lovasz_softmax"), Z3, T3),
        Row("an absent class costs its largest probability", kornia("LovaszSoftmaxLoss"),
            here("kornia_lovasz_softmax"), Z3, T3_ABSENT),
        Row("weights multiply and do not divide", kornia("LovaszSoftmaxLoss", weight=weights(*W3)),
            here("kornia_lovasz_softmax", class_weights=W3), Z3, T3, factor=np.mean(W3)),
    ]  # fmt: skip


def _keras():
    def of(name, **options):
        return call("keras", name, **options)

    swapped = here("keras_tversky", alpha=0.2, beta=0.8)
    return [
        Row("one ratio over the batch; eps below alone", of("Dice"), here("keras_dice"), P1, M1),
        Row("image by image", of("Dice", axis=(1, 2)), here("keras_dice", over="image"), P1, M1),
        Row("one ratio a channel", of("Dice", axis=(0, 1, 2)),
            here("keras_dice", **LABELS), P2, M2),
        Row("one ratio over all channels", of("Dice"), here("keras_dice"), P2, M2, pooled=True),
        Row("an empty mask costs 1, flat", of("Dice"), here("keras_dice"), P1, EMPTY),
        Row("an empty mask costs 1, even if right", of("Dice"), here("keras_dice"), EMPTY, EMPTY),
        Row("alpha = beta = 1/2", of("Tversky"), here("keras_tversky"), P1, M1),
        Row("alpha and beta are swapped", of("Tversky", alpha=0.8, beta=0.2), swapped, P1, M1),
        Row("mean over pixels", of("BinaryFocalCrossentropy"), here("keras_binary_focal"), P1, M1),
        Row("alpha on positives",
            of("BinaryFocalCrossentropy", apply_class_balancing=True, from_logits=True),
            here("keras_binary_focal", alpha=0.25, from_logits=True), Z1, M1),
        Row("a hopeless pixel, p = 2e-9 (recovered from the sigmoid)",
            of("BinaryFocalCrossentropy", from_logits=True),
            here("keras_binary_focal", from_logits=True), mask(-20.0), mask(1.0)),
        Row("softmax; a scalar alpha weighs every class",
            of("CategoricalFocalCrossentropy", alpha=0.25, from_logits=True),
            here("keras_categorical_crossentropy", loss="focal", alpha=[0.25] * 3), Z3, T3),
        Row("mean over pixels", of("BinaryCrossentropy"),
            here("keras_binary_crossentropy"), P1, M1),
        Row("label smoothing as y(1 - a) + a/2",
            of("BinaryCrossentropy", from_logits=True, label_smoothing=0.2),
            here("keras_binary_crossentropy", from_logits=True, label_smoothing=0.2), Z1, M1),
        Row("label smoothing as y(1 - a) + a/C",
            of("CategoricalCrossentropy", from_logits=True, label_smoothing=0.2),
            here("keras_categorical_crossentropy", label_smoothing=0.2), Z3, T3),
        Row("integer labels", of("SparseCategoricalCrossentropy", from_logits=True),
            here("keras_categorical_crossentropy"), Z3, T3),
        Row("ignored pixels leave the mean",
            of("SparseCategoricalCrossentropy", from_logits=True, ignore_class=255),
            here("keras_categorical_crossentropy", ignore_index=255), Z3, V3),
    ]  # fmt: skip


def _torch():
    def of(name, **options):
        return call("torch", name, **options)

    def focal(**options):
        return call("torchvision", "sigmoid_focal_loss", reduction="mean", **options)

    return [
        Row("mean over pixels", focal(), here("torchvision_focal"), Z1, M1),
        Row("alpha=-1 is none", focal(alpha=-1), here("torchvision_focal", alpha=None), Z1, M1),
        Row("mean over pixels", of("BCEWithLogitsLoss"),
            here("torch_binary_cross_entropy"), Z1, M1),
        Row("pos_weight is in no denominator", of("BCEWithLogitsLoss", pos_weight=weights(3.0)),
            here("torch_binary_cross_entropy", pos_weight=3.0), Z1, M1),
        Row("mean over pixels", of("CrossEntropyLoss"), here("torch_cross_entropy"), Z3, T3),
        Row("a weighted mean", of("CrossEntropyLoss", weight=weights(*W3)),
            here("torch_cross_entropy", class_weights=W3), Z3, T3),
        Row("smoothed and weighted: smoothing is in no denominator",
            of("CrossEntropyLoss", weight=weights(*W3), label_smoothing=0.2),
            here("torch_cross_entropy", class_weights=W3, label_smoothing=0.2), Z3, T3),
        Row("class probabilities", of("CrossEntropyLoss"), here("torch_cross_entropy"), Z3, S3),
        Row("weighted class probabilities: weights do not divide",
            of("CrossEntropyLoss", weight=weights(*W3)),
            here("torch_cross_entropy", class_weights=W3), Z3, S3, factor=TRUE_WEIGHT),
        Row("ignored pixels leave the mean", of("CrossEntropyLoss", ignore_index=255),
            here("torch_cross_entropy", ignore_index=255), Z3, V3),
    ]  # fmt: skip


SAME = [
    *_monai(),
    *_monai_soft(),
    *_monai_compounds(),
    *_nnunet(),
    *_smp(),
    *_kornia(),
    *_keras(),
    *_torch(),
]
