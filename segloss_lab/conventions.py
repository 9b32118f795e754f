"""Settings that give the numbers of other libraries' losses, value and gradient.

Losses of the same name differ between libraries: in what is summed before the ratio is formed, in
where smoothing is added and how often it counts, in what the mean divides by. Each entry here is
the dict with which `Loss` of `segloss_lab.torch` (or of `segloss_lab.tensorflow`, for Keras)
computes what another library computes with its default settings, to move a training script over
without moving its loss, or to compare with a published number::

    from segloss_lab import conventions
    from segloss_lab.torch import Loss

    loss = Loss(**conventions.smp_dice)
    loss = Loss(**conventions.monai_dice, mode="multiclass", classes=[1, 2])

An entry without "mode" holds in every mode of that loss, unless its comment says otherwise. To
change one of its settings, join dicts: ``Loss(**conventions.monai_dice | {"smooth": 1.0})``. A
compound has its settings in its terms, which are changed likewise::

    pixels, (weight, name, options) = conventions.nnunet_dice_ce["terms"]
    terms = [pixels, (weight, name, options | {"classes": [1, 2]})]
    loss = Loss(**conventions.nnunet_dice_ce | {"terms": terms})

The comments name the other library's call and options, and the inputs on which the two still
differ.

Versions: MONAI 1.6.1, nnU-Net 2.8.1, segmentation-models-pytorch (smp) 0.6.0, kornia 0.9.0, Keras
3.15.1 on TensorFlow, torchvision 0.28, PyTorch 2.13.
"""

from typing import Any

# --- MONAI -------------------------------------------------------------------------------------

# DiceLoss(sigmoid=True), or (softmax=True, to_onehot_y=True) with mode="multiclass".
# include_background=False is classes=[1, 2, ...]; batch=True is over="batch"; squared_pred=True is
# squared=True; smooth_nr=n and smooth_dr=d are smooth=n, eps=d - n; soft_label=True is
# intersection="min" (with squared_pred=True it changes nothing).
# weight=w multiplies and does not divide: theirs is class_weights=w times the mean of w.
monai_dice: dict[str, Any] = {"loss": "dice", "smooth": 1e-5}

# DiceLoss(jaccard=True, ...): its smoothing is added to twice the intersection, so half of it here.
monai_jaccard: dict[str, Any] = {"loss": "jaccard", "smooth": 0.5e-5}

# TverskyLoss(...): alpha weighs false positives, beta false negatives, as here; soft_label=True is
# intersection="min".
monai_tversky: dict[str, Any] = {"loss": "tversky", "smooth": 1e-5}

# GeneralizedDiceLoss(...). Where no class is present theirs is 0, whatever is predicted. There is
# nothing here for its soft_label=True, a sum of minima: on labels of 0 and 1 it changes nothing.
monai_generalized_dice: dict[str, Any] = {"loss": "generalized_dice", "smooth": 1e-5}

# FocalLoss(): alpha=a is alpha=a. With use_softmax=True theirs is divided by the number of classes
# too (unless ignore_index is set), and alpha=a is alpha=[1 - a, a, a, ...].
monai_focal: dict[str, Any] = {"loss": "focal"}

# DiceCELoss(sigmoid=True) of one channel, or (softmax=True, to_onehot_y=True) with
# mode="multiclass". lambda_ce and lambda_dice are the weights of the terms; options of DiceLoss are
# those of its term, as in monai_dice; cross-entropy keeps the background. weight=w is
# class_weights=w in both terms, the weight of Dice times the mean of w; of one channel it is
# pos_weight=w. label_smoothing=a is that of cross-entropy, and of one channel nothing. Of several
# channels DiceCELoss(sigmoid=True) adds the cross-entropy of a softmax to the Dice of sigmoids:
# terms share a mode here. reduction="sum" is nothing here either: terms are means.
monai_dice_ce: dict[str, Any] = {
    "loss": "compound",
    "terms": [(1.0, "cross_entropy", {}), (1.0, "dice", {"smooth": 1e-5})],
}

# DiceFocalLoss(sigmoid=True), of several channels with mode="multilabel". lambda_focal and
# lambda_dice are the weights of the terms, gamma and alpha options of focal, the others those of
# Dice. With softmax=True theirs adds the focal loss of sigmoids to the Dice of a softmax, and
# weight=w and include_background=False are of the focal loss too: nothing here is that.
monai_dice_focal: dict[str, Any] = {
    "loss": "compound",
    "terms": [(1.0, "focal", {}), (1.0, "dice", {"smooth": 1e-5})],
}

# --- nnU-Net -----------------------------------------------------------------------------------

# SoftDiceLoss and MemoryEfficientSoftDiceLoss(softmax, smooth=1e-5), as nnU-Net's trainer sets
# them: theirs is minus the score, so this minus 1, with the same gradient. do_bg=False is
# classes=[1, 2, ...]; batch_dice=True is over="batch" (over="global" with ddp=True).
nnunet_dice: dict[str, Any] = {"loss": "dice", "mode": "multiclass", "smooth": 1e-5}

# DC_and_CE_loss({"smooth": 1e-5, "batch_dice": False}, {}), and below with batch_dice=True. Theirs
# is this minus the weight of Dice, as in nnunet_dice. Its trainer adds do_bg=False, which is
# classes=[1, 2, ...] in the Dice term; weight_ce and weight_dice are the weights, ignore_label=i is
# ignore_index=i. An image that is ignored as a whole is a perfect one there, unless sums are over
# the batch. DC_and_BCE_loss({}, {...}), for regions, is mode="multilabel".
nnunet_dice_ce: dict[str, Any] = {
    "loss": "compound",
    "mode": "multiclass",
    "terms": [(1.0, "cross_entropy", {}), (1.0, "dice", {"smooth": 1e-5})],
}

# With ddp=True, as its trainer has it under several processes, over="global".
nnunet_batch_dice_ce: dict[str, Any] = {
    "loss": "compound",
    "mode": "multiclass",
    "terms": [(1.0, "cross_entropy", {}), (1.0, "dice", {"smooth": 1e-5, "over": "batch"})],
}

# --- segmentation-models-pytorch ---------------------------------------------------------------

# DiceLoss(mode): smooth=s is smooth=2 * s. A class absent from the batch counts as 0 in the mean;
# here it leaves the mean: with k of C classes present, theirs is k / C times this.
smp_dice: dict[str, Any] = {
    "loss": "dice",
    "smooth": 0.0,
    "intersection": "min",
    "over": "batch",
    "classes": "present",
}

# JaccardLoss(mode): smooth=s is smooth=s; absent classes as in smp_dice.
smp_jaccard: dict[str, Any] = {**smp_dice, "loss": "jaccard"}

# TverskyLoss(mode): alpha, beta and smooth as here; absent classes as in smp_dice. gamma is the
# exponent of the mean there, of each class's loss here: the same with one class only.
smp_tversky: dict[str, Any] = {**smp_dice, "loss": "tversky"}

# FocalLoss("binary") and ("multilabel"). FocalLoss("multiclass") is one sigmoid for each class:
# mode="multilabel" with one-hot targets. normalized=True divides by the sum of (1 - p)^gamma, and
# then by the number of pixels again: nothing here is that.
smp_focal: dict[str, Any] = {"loss": "focal"}

# LovaszLoss("binary"); per_image=True is over="image".
smp_lovasz_hinge: dict[str, Any] = {"loss": "lovasz_hinge", "over": "batch"}

# LovaszLoss("multiclass"). With per_image=True it is the mean over images of means over classes:
# over="image" is the same where every image has the same number of classes.
smp_lovasz_softmax: dict[str, Any] = {"loss": "lovasz_softmax", "over": "batch"}

# SoftBCEWithLogitsLoss(). With pixels to ignore it divides by all pixels, here by the valid ones.
smp_binary_cross_entropy: dict[str, Any] = {"loss": "cross_entropy"}

# SoftCrossEntropyLoss(smooth_factor=a) is label_smoothing=a. It divides by ignored pixels too.
smp_cross_entropy: dict[str, Any] = {"loss": "cross_entropy", "mode": "multiclass"}

# --- kornia ------------------------------------------------------------------------------------

# DiceLoss(average="macro"): the mean over images of means over the classes present in each; here
# one flat mean, the same where every image has the same number of classes. An image that is ignored
# as a whole costs 1 there. (average="micro" under a softmax is 1 minus the mean probability of the
# true class, whatever overlaps; nothing here is that.)
kornia_dice: dict[str, Any] = {
    "loss": "dice",
    "mode": "multiclass",
    "smooth": 0.0,
    "eps": 1e-8,
    "classes": "present",
}

# TverskyLoss(alpha, beta): both must be given; means as in kornia_dice.
kornia_tversky: dict[str, Any] = {**kornia_dice, "loss": "tversky"}

# BinaryFocalLossWithLogits(reduction="mean"), which divides by ignored pixels too. FocalLoss, the
# softmax one, is divided by the number of classes too; its alpha is alpha=[1 - a, a, a, ...].
kornia_focal: dict[str, Any] = {"loss": "focal", "alpha": 0.25}

# LovaszHingeLoss().
kornia_lovasz_hinge: dict[str, Any] = {"loss": "lovasz_hinge"}

# LovaszSoftmaxLoss(): absent classes count. weight=w multiplies and does not divide.
kornia_lovasz_softmax: dict[str, Any] = {"loss": "lovasz_softmax", "classes": "all"}

# --- Keras -------------------------------------------------------------------------------------

# Dice() of probabilities of one channel; axis=(1, 2) is over="image". Of C channels Dice() is one
# ratio over all of them; with axis=(0, 1, 2) it is one a class, as here. Its epsilon is in the
# denominator alone: an empty mask costs 1, even if nothing is predicted.
keras_dice: dict[str, Any] = {
    "loss": "dice",
    "from_logits": False,
    "smooth": 0.0,
    "eps": 1e-7,
    "over": "batch",
}

# Tversky(): as keras_dice. In Keras 3.15.1 the two are swapped: their
# alpha is beta here and their beta is alpha.
keras_tversky: dict[str, Any] = {**keras_dice, "loss": "tversky"}

# BinaryFocalCrossentropy(): apply_class_balancing=True, alpha=a is alpha=a. Soft labels differ.
keras_binary_focal: dict[str, Any] = {"loss": "focal", "from_logits": False}

# BinaryCrossentropy().
keras_binary_crossentropy: dict[str, Any] = {"loss": "cross_entropy", "from_logits": False}

# CategoricalCrossentropy(from_logits=True) and SparseCategoricalCrossentropy(from_logits=True).
keras_categorical_crossentropy: dict[str, Any] = {"loss": "cross_entropy", "mode": "multiclass"}

# --- torchvision and PyTorch -------------------------------------------------------------------

# ops.sigmoid_focal_loss(reduction="mean"); alpha=-1 is alpha=None. Soft labels differ.
torchvision_focal: dict[str, Any] = {"loss": "focal", "alpha": 0.25}

# nn.BCEWithLogitsLoss(): pos_weight=w is pos_weight=w.
torch_binary_cross_entropy: dict[str, Any] = {"loss": "cross_entropy"}

# nn.CrossEntropyLoss(): weight=w is class_weights=w, label_smoothing=a is label_smoothing=a. With
# class probabilities as targets and weights, theirs divides by the number of pixels. If every pixel
# is ignored, theirs is NaN.
torch_cross_entropy: dict[str, Any] = {
    "loss": "cross_entropy",
    "mode": "multiclass",
    "ignore_index": -100,
}
