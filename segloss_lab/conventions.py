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
change one of its settings, join dicts: ``Loss(**conventions.monai_dice | {"smooth": 1.0})``. The
comments name the other library's call and options, and the inputs on which the two still differ.

Versions: MONAI 1.6.1, nnU-Net 2.8.1, segmentation-models-pytorch (smp) 0.6.0, kornia 0.9.0, Keras
3.15.1 on TensorFlow, torchvision 0.28, PyTorch 2.13.
"""

# --- MONAI -------------------------------------------------------------------------------------

# DiceLoss(sigmoid=True), or (softmax=True, to_onehot_y=True) with mode="multiclass".
# include_background=False is classes=[1, 2, ...]; batch=True is over="batch"; squared_pred=True is
# squared=True; smooth_nr=n and smooth_dr=d are smooth=n, eps=d - n.
# weight=w multiplies and does not divide: theirs is class_weights=w times the mean of w.
monai_dice = {"loss": "dice", "smooth": 1e-5}

# DiceLoss(jaccard=True, ...): its smoothing is added to twice the intersection, so half of it here.
monai_jaccard = {"loss": "jaccard", "smooth": 0.5e-5}

# TverskyLoss(...): alpha weighs false positives, beta false negatives, as here.
monai_tversky = {"loss": "tversky", "smooth": 1e-5}

# GeneralizedDiceLoss(...). Where no class is present theirs is 0, whatever is predicted.
monai_generalized_dice = {"loss": "generalized_dice", "smooth": 1e-5}

# FocalLoss(): alpha=a is alpha=a. With use_softmax=True theirs is divided by the number of classes
# too (unless ignore_index is set), and alpha=a is alpha=[1 - a, a, a, ...].
monai_focal = {"loss": "focal"}

# --- nnU-Net -----------------------------------------------------------------------------------

# SoftDiceLoss and MemoryEfficientSoftDiceLoss(softmax, smooth=1e-5), as nnU-Net's trainer sets
# them: theirs is minus the score, so this minus 1, with the same gradient. do_bg=False is
# classes=[1, 2, ...]; batch_dice=True is over="batch" (over="global" with ddp=True).
nnunet_dice = {"loss": "dice", "mode": "multiclass", "smooth": 1e-5}

# --- segmentation-models-pytorch ---------------------------------------------------------------

# DiceLoss(mode): smooth=s is smooth=2 * s. A class absent from the batch counts as 0 in the mean;
# here it leaves the mean: with k of C classes present, theirs is k / C times this.
smp_dice = {
    "loss": "dice",
    "smooth": 0.0,
    "intersection": "min",
    "over": "batch",
    "classes": "present",
}

# JaccardLoss(mode): smooth=s is smooth=s; absent classes as in smp_dice.
smp_jaccard = {**smp_dice, "loss": "jaccard"}

# TverskyLoss(mode): alpha, beta and smooth as here; absent classes as in smp_dice. gamma is the
# exponent of the mean there, of each class's loss here: the same with one class only.
smp_tversky = {**smp_dice, "loss": "tversky"}

# FocalLoss("binary") and ("multilabel"). FocalLoss("multiclass") is one sigmoid for each class:
# mode="multilabel" with one-hot targets.
smp_focal = {"loss": "focal"}

# LovaszLoss("binary"); per_image=True is over="image".
smp_lovasz_hinge = {"loss": "lovasz_hinge", "over": "batch"}

# LovaszLoss("multiclass"). With per_image=True it is the mean over images of means over classes:
# over="image" is the same where every image has the same number of classes.
smp_lovasz_softmax = {"loss": "lovasz_softmax", "over": "batch"}

# SoftBCEWithLogitsLoss(). With pixels to ignore it divides by all pixels, here by the valid ones.
smp_binary_cross_entropy = {"loss": "cross_entropy"}

# SoftCrossEntropyLoss(smooth_factor=a) is label_smoothing=a. It divides by ignored pixels too.
smp_cross_entropy = {"loss": "cross_entropy", "mode": "multiclass"}

# --- kornia ------------------------------------------------------------------------------------

# DiceLoss(average="macro"): the mean over images of means over the classes present in each; here
# one flat mean, the same where every image has the same number of classes. An image that is ignored
# as a whole costs 1 there. (average="micro" under a softmax is 1 minus the mean probability of the
# true class, whatever overlaps; nothing here is that.)
kornia_dice = {
    "loss": "dice",
    "mode": "multiclass",
    "smooth": 0.0,
    "eps": 1e-8,
    "classes": "present",
}

# TverskyLoss(alpha, beta): both must be given; means as in kornia_dice.
kornia_tversky = {**kornia_dice, "loss": "tversky"}

# BinaryFocalLossWithLogits(reduction="mean"), which divides by ignored pixels too. FocalLoss, the
# softmax one, is divided by the number of classes too; its alpha is alpha=[1 - a, a, a, ...].
kornia_focal = {"loss": "focal", "alpha": 0.25}

# LovaszHingeLoss().
kornia_lovasz_hinge = {"loss": "lovasz_hinge"}

# LovaszSoftmaxLoss(): absent classes count. weight=w multiplies and does not divide.
kornia_lovasz_softmax = {"loss": "lovasz_softmax", "classes": "all"}

# --- Keras -------------------------------------------------------------------------------------

# Dice() of probabilities of one channel; axis=(1, 2) is over="image". Of C channels Dice() is one
# ratio over all of them; with axis=(0, 1, 2) it is one a class, as here. Its epsilon is in the
# denominator alone: an empty mask costs 1, even if nothing is predicted.
keras_dice = {"loss": "dice", "from_logits": False, "smooth": 0.0, "eps": 1e-7, "over": "batch"}

# Tversky(): as keras_dice. In Keras 3.15.1 the two are swapped: their
# alpha is beta here and their beta is alpha.
keras_tversky = {**keras_dice, "loss": "tversky"}

# BinaryFocalCrossentropy(): apply_class_balancing=True, alpha=a is alpha=a. Soft labels differ.
keras_binary_focal = {"loss": "focal", "from_logits": False}

# BinaryCrossentropy().
keras_binary_crossentropy = {"loss": "cross_entropy", "from_logits": False}

# CategoricalCrossentropy(from_logits=True) and SparseCategoricalCrossentropy(from_logits=True).
keras_categorical_crossentropy = {"loss": "cross_entropy", "mode": "multiclass"}

# --- torchvision and PyTorch -------------------------------------------------------------------

# ops.sigmoid_focal_loss(reduction="mean"); alpha=-1 is alpha=None. Soft labels differ.
torchvision_focal = {"loss": "focal", "alpha": 0.25}

# nn.BCEWithLogitsLoss(): pos_weight=w is pos_weight=w.
torch_binary_cross_entropy = {"loss": "cross_entropy"}

# nn.CrossEntropyLoss(): weight=w is class_weights=w, label_smoothing=a is label_smoothing=a. With
# class probabilities as targets and weights, theirs divides by the number of pixels. If every pixel
# is ignored, theirs is NaN.
torch_cross_entropy = {"loss": "cross_entropy", "mode": "multiclass", "ignore_index": -100}
