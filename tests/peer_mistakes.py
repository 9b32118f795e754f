"""Other libraries' mistakes as data: calls whose answer is wrong, and what would be right.

Nothing here computes a loss. Of each row `wrong` says why the answer is wrong, `shows` recognises
the mistake, and `link` is a thread about it, or else the source.
"""

import numpy as np
from peer_rows import EMPTY, LABELS, M1, M2, MULTI, SHARE, SINGLE, V1, V3
from peers import Row, call, here
from table import P1, P3, T1, T2, T3, Z1, Z2, Z3, field_of, labels_of, mask

SMP = "https://github.com/qubvel-org/segmentation_models.pytorch"
SMP_SOURCE = f"{SMP}/blob/v0.6.0/segmentation_models_pytorch/losses"
MONAI = "https://github.com/Project-MONAI/MONAI"
MONAI_SOURCE = f"{MONAI}/blob/1.6.1/monai/losses"
KORNIA = "https://github.com/kornia/kornia"
KORNIA_SOURCE = f"{KORNIA}/blob/v0.9.0/kornia/losses"
KERAS = "https://github.com/keras-team/keras"
KERAS_SOURCE = f"{KERAS}/blob/v3.15.1/keras/src"
TORCH = "https://github.com/pytorch/pytorch"
TENSORFLOW = "https://github.com/tensorflow/tensorflow"


def gives(expected, tolerance=1e-5):
    """The mistake is this value."""
    return lambda theirs, ours: abs(theirs[0] - expected) <= tolerance * abs(expected)


def times(factor, tolerance=1e-5):
    """The mistake is a factor."""
    return lambda theirs, ours: abs(theirs[0] - factor * ours[0]) <= tolerance * abs(theirs[0])


def misses_by(share):
    """The mistake is a value that is wrong by more than a share of it."""
    return lambda theirs, ours: abs(theirs[0] - ours[0]) > share * abs(ours[0])


def is_nan(theirs, ours):
    """The mistake is a value or a gradient that is not a number."""
    return np.isnan(theirs[0]) or np.isnan(theirs[1]).any()


def is_nan_alone(theirs, ours):
    """The mistake is a value that is not a number."""
    return np.isnan(theirs[0]) and not theirs[1].any()


def is_flat(theirs, ours):
    """The mistake is a gradient of 0."""
    return theirs[0] > 0 and not theirs[1].any()


def is_flat_zero(theirs, ours):
    """The mistake is a value and a gradient of 0."""
    return theirs[0] == 0 and not theirs[1].any()


def loses_gradients(theirs, ours):
    """The mistake is a gradient of 0 at pixels that have one."""
    return np.sum((theirs[1] == 0) & (ours[1] != 0)) > 1000


def accepts(theirs, ours):
    """The mistake is that there is an answer."""
    return isinstance(theirs, tuple)


def raises(kind):
    """The mistake is this exception, by its name."""
    return lambda theirs, ours: type(theirs).__name__ == kind


IGNORED2 = np.where(np.arange(5) < 2, 255, T2)  # two columns of every channel
DICE_OF_ALL = 1 - 2 * np.sum(P1 * M1) / np.sum(P1 + M1)


def _formulas():
    """Another formula than the one documented, or than the one it is named after."""
    keras_weight = np.where(V1[:, 0] == 255, 0.0, 1.0)
    return [
        Row("one miss, alpha = 0.2 on false positives, beta = 0.8",
            call("keras", "Tversky", alpha=0.2, beta=0.8),
            here("keras_tversky", alpha=0.2, beta=0.8), mask(1.0, 0.0), mask(1.0, 1.0),
            wrong="alpha weighs false negatives and beta false positives, not as documented",
            shows=gives(1 - 1 / 1.2), link=f"{KERAS}/pull/23333"),
        Row("a 0/1 sample_weight for each pixel", call("keras", "Dice"),
            here("keras_dice", over="batch"), P1, M1, sample_weight=keras_weight,
            wrong="one ratio over all pixels is formed and then weighted: masked pixels count",
            shows=gives(SHARE * DICE_OF_ALL), link=f"{KERAS_SOURCE}/losses/loss.py"),
        Row("an empty mask, smooth = 1", call("smp", "DiceLoss", "binary", smooth=1.0),
            here("smp_dice", smooth=2.0, classes="all"), Z1, EMPTY,
            wrong="a channel without truth is set to 0: what is predicted there costs nothing",
            shows=is_flat_zero, link=f"{SMP}/issues/575"),
        Row("probabilities", call("smp", "LovaszLoss", "multiclass", from_logits=False),
            here("smp_lovasz_softmax", from_logits=False), P3, T3, **SINGLE,
            wrong="from_logits is not used: a softmax is taken of the probabilities",
            shows=misses_by(0.01), link=f"{SMP_SOURCE}/lovasz.py"),
        Row("cross-entropy with ignored pixels",
            call("smp", "SoftCrossEntropyLoss", smooth_factor=0.0, ignore_index=255),
            here("smp_cross_entropy", ignore_index=255), Z3, V3,
            wrong="the mean divides by ignored pixels too, not like torch's, whose drop-in it is",
            shows=times(SHARE), link=f"{SMP}/issues/852"),
        Row("binary cross-entropy with ignored pixels",
            call("smp", "SoftBCEWithLogitsLoss", ignore_index=255),
            here("smp_binary_cross_entropy", ignore_index=255), Z1, V1.astype(float),
            wrong="the mean divides by ignored pixels too", shows=times(SHARE),
            link=f"{SMP}/issues/852"),
        Row("the sum over pixels", call("monai", "FocalLoss", reduction="sum"),
            here("monai_focal", reduction="sum"), Z1, M1, **SINGLE,
            wrong="the mean over space is taken first, not as documented",
            shows=times(1 / 20), link=f"{MONAI}/issues/3185"),
        Row("an ignore_index that no pixel has: no change",
            call("monai", "FocalLoss", use_softmax=True, to_onehot_y=True, ignore_index=255),
            here("monai_focal", **MULTI), Z3, T3, factor=1 / 3, **SINGLE,
            wrong="with ignore_index the mean is not divided by C any more: C times the loss",
            shows=times(1), link=f"{MONAI_SOURCE}/focal_loss.py"),
        Row("no class present, something predicted",
            call("monai", "GeneralizedDiceLoss", sigmoid=True),
            here("monai_generalized_dice", **LABELS), Z2, np.zeros_like(M2), tolerance=1e-6,
            wrong="all weights are 0: what is predicted costs nothing",
            shows=is_flat_zero, link=f"{MONAI_SOURCE}/dice.py"),
    ]  # fmt: skip


def _precision():
    """Arithmetic that loses the number."""
    half = field_of(16, 1, 1, 1024, 1024, low=-2), np.ones((1, 1, 1024, 1024), np.float16)
    small = np.zeros((1, 1, 2048, 2048))
    small[..., 1000:1016, 1000:1016] = 1
    rare = labels_of(18, 100, 1, 1, 1024, 1024) == 0  # 1% foreground
    large = field_of(17, 1, 1, 1024, 1024), rare.astype(int)
    float16 = {"dtype": np.float16, "tolerance": 2e-3, "shows": is_nan}
    overflow = "sums overflow in float16"
    cancelled = "weights are differences of a running Jaccard loss, in which small ones cancel to 0"
    return [
        Row("float16, 1 Mpx", call("smp", "DiceLoss", "binary"), here("smp_dice"), *half, **float16,
            wrong=overflow, link=f"{SMP}/issues/463"),
        Row("float16, 1 Mpx", call("smp", "JaccardLoss", "binary"), here("smp_jaccard"), *half,
            **float16, wrong=overflow, link=f"{SMP}/issues/463"),
        Row("float16, 1 Mpx", call("smp", "TverskyLoss", "binary"), here("smp_tversky"), *half,
            **float16, wrong=overflow, link=f"{SMP}/issues/463"),
        Row("float16, 1 Mpx", call("monai", "DiceLoss", sigmoid=True), here("monai_dice"), *half,
            **float16, wrong=overflow, link=f"{MONAI_SOURCE}/dice.py"),
        Row("float16, 1 Mpx", call("monai", "TverskyLoss", sigmoid=True), here("monai_tversky"),
            *half, **float16, wrong=overflow, link=f"{MONAI_SOURCE}/tversky.py"),
        Row("float16, 1 Mpx", call("keras", "dice"), here("keras_dice"), half[1] / 2, half[1],
            **float16, wrong=f"{overflow} (Keras' class casts to float32 first)",
            link=f"{KERAS_SOURCE}/losses/losses.py"),
        Row("float32, 16 pixels square in 4 Mpx", call("smp", "DiceLoss", "binary"),
            here("smp_dice"), small - 7, small, dtype=np.float32, tolerance=1e-4,
            wrong="the intersection is a difference of nearly equal sums, (P + T - |p - t|) / 2",
            shows=misses_by(1e-4), link=f"{SMP}/pull/927"),
        Row("float32, 1 Mpx", call("smp", "LovaszLoss", "binary"), here("smp_lovasz_hinge"), *large,
            dtype=np.float32, tolerance=1e-4, shows=loses_gradients, wrong=cancelled,
            link=f"{SMP_SOURCE}/lovasz.py"),
        Row("float32, 1 Mpx", call("kornia", "LovaszHingeLoss"), here("kornia_lovasz_hinge"),
            *large, dtype=np.float32, tolerance=1e-4, shows=loses_gradients, wrong=cancelled,
            link=f"{KORNIA_SOURCE}/lovasz_hinge.py"),
        Row("float64", call("smp", "LovaszLoss", "binary"), here("smp_lovasz_hinge"), Z1, T1,
            wrong="labels are made float32", shows=raises("RuntimeError"),
            link=f"{SMP_SOURCE}/lovasz.py"),
        Row("a hopeless pixel, p = 2e-9",
            call("keras", "CategoricalFocalCrossentropy", alpha=1.0, from_logits=True),
            here("keras_categorical_crossentropy", loss="focal"),
            np.array([[-20.0, 0.0, 0.0]])[..., None], np.array([[0]]),
            wrong="probabilities are clipped: the pixels that are most wrong get no gradient",
            shows=is_flat, link=f"{KERAS_SOURCE}/losses/losses.py"),
        Row("float32, a sure pixel, gamma = 0",
            call("keras", "BinaryFocalCrossentropy", from_logits=True, gamma=0.0),
            here("keras_binary_focal", from_logits=True, gamma=0.0),
            mask(20.0), mask(1.0), **SINGLE,
            wrong="0 to the power of 0 has no derivative there", shows=is_nan,
            link=f"{TENSORFLOW}/issues/70326"),
    ]  # fmt: skip


FOCAL = [
    ("smp", call("smp", "FocalLoss", "binary"), here("smp_focal")),
    ("monai", call("monai", "FocalLoss"), here("monai_focal")),
    ("kornia", call("kornia", "BinaryFocalLossWithLogits", 0.25, reduction="mean"),
     here("kornia_focal")),
    ("torchvision", call("torchvision", "sigmoid_focal_loss", reduction="mean"),
     here("torchvision_focal")),
]  # fmt: skip
SOURCE_OF_FOCAL = {
    "smp": f"{SMP_SOURCE}/_functional.py",
    "monai": f"{MONAI_SOURCE}/focal_loss.py",
    "kornia": f"{KORNIA_SOURCE}/focal.py",
    "torchvision": "https://github.com/pytorch/vision/blob/v0.28.0/torchvision/ops/focal_loss.py",
}


def _edges():
    """Inputs at the edge: infinite logits, nothing in the batch, nothing valid."""
    sure = mask(np.inf, -np.inf), mask(1.0, 0.0)
    infinite = {"wrong": "inf - inf", "shows": is_nan, "tolerance": 1e-6}
    nothing = np.zeros((0, 1, 4, 5))
    divided = {"wrong": "0 / 0 in the mean", "shows": is_nan_alone, "tolerance": 1e-6}
    rows = []
    for library, theirs, ours in FOCAL:
        link = f"{KORNIA}/issues/2115" if library == "kornia" else SOURCE_OF_FOCAL[library]
        rows += [
            Row("infinite logits on the right side", theirs, ours, *sure, **infinite, link=link),
            Row("a batch of 0 images", theirs, ours, nothing, nothing, **divided,
                link=SOURCE_OF_FOCAL[library]),
        ]  # fmt: skip
    return rows + [
        Row("infinite logits on the right side", call("torch", "BCEWithLogitsLoss"),
            here("torch_binary_cross_entropy"), *sure, **infinite, link=f"{TORCH}/issues/49844"),
        Row("infinite logits on the right side",
            call("keras", "BinaryCrossentropy", from_logits=True),
            here("keras_binary_crossentropy", from_logits=True), *sure, **infinite,
            link=f"{KERAS_SOURCE}/backend/tensorflow/nn.py"),
        Row("a batch of 0 images", call("monai", "DiceLoss", sigmoid=True), here("monai_dice"),
            nothing, nothing, **divided, link=f"{MONAI_SOURCE}/dice.py"),
        Row("a batch of 0 images", call("smp", "DiceLoss", "binary"), here("smp_dice"),
            nothing, nothing, wrong="the shape of nothing is guessed", shows=raises("RuntimeError"),
            link=f"{SMP_SOURCE}/dice.py"),
        Row("nothing valid", call("torch", "CrossEntropyLoss", ignore_index=255),
            here("torch_cross_entropy", ignore_index=255), Z3, np.full_like(T3, 255), **divided,
            link=f"{TORCH}/issues/75181"),
        Row("nothing valid", call("smp", "FocalLoss", "binary", ignore_index=255),
            here("smp_focal", ignore_index=255), Z1, np.full_like(T1, 255), **divided,
            link=f"{SMP_SOURCE}/focal.py"),
        Row("nothing valid", call("smp", "LovaszLoss", "multiclass", ignore_index=255),
            here("smp_lovasz_softmax", ignore_index=255), Z3, np.full_like(T3, 255), **SINGLE,
            wrong="the answer has the shape (0, 3) and cannot run backward",
            shows=raises("RuntimeError"), link=f"{SMP_SOURCE}/lovasz.py"),
    ]  # fmt: skip


def _inputs():
    """Targets that are right and refused, or wrong and accepted."""
    boolean = {"wrong": "1 - target of a bool", "shows": raises("RuntimeError")}
    byte, signed = T1.astype(np.uint8) * 255, T1.astype(np.int8) * -1
    accepted = {"refused": True, "shows": accepts, "wrong": "0/255 is taken for 0/1"}
    wraps = {"refused": True, "shows": accepts}
    small = {"dtype": np.float32, "tolerance": 1e-5}
    binary = [
        *((theirs, ours, SOURCE_OF_FOCAL[library]) for library, theirs, ours in FOCAL),
        (call("smp", "DiceLoss", "binary"), here("smp_dice"), f"{SMP}/issues/234"),
        (call("smp", "LovaszLoss", "binary"), here("smp_lovasz_hinge"), f"{SMP_SOURCE}/lovasz.py"),
        (call("monai", "DiceLoss", sigmoid=True), here("monai_dice"), f"{MONAI_SOURCE}/dice.py"),
        (call("kornia", "LovaszHingeLoss"), here("kornia_lovasz_hinge"),
         f"{KORNIA_SOURCE}/lovasz_hinge.py"),
        (call("torch", "BCEWithLogitsLoss"), here("torch_binary_cross_entropy"),
         f"{TORCH}/issues/110865"),
        (call("keras", "BinaryCrossentropy", from_logits=True),
         here("keras_binary_crossentropy", from_logits=True), f"{KERAS_SOURCE}/losses/losses.py"),
    ]  # fmt: skip
    return [
        *(Row("a 0/255 mask", theirs, ours, Z1, 255 * M1, link=link, **small, **accepted)
          for theirs, ours, link in binary),
        Row("a bool mask", call("smp", "LovaszLoss", "binary"), here("smp_lovasz_hinge"), Z1,
            T1.astype(bool), **SINGLE, **boolean, link=f"{SMP_SOURCE}/lovasz.py"),
        Row("a bool mask", call("monai", "TverskyLoss", sigmoid=True), here("monai_tversky"), Z1,
            T1.astype(bool), **boolean, link=f"{MONAI_SOURCE}/tversky.py"),
        *(Row("a bool mask", theirs, ours, Z1, T1.astype(bool), **boolean,
              link=SOURCE_OF_FOCAL[library])
          for library, theirs, ours in FOCAL if library in ("kornia", "torchvision")),
        Row("labels of 8 bits", call("kornia", "DiceLoss", average="macro"), here("kornia_dice"),
            Z3, T3.astype(np.uint8), wrong="labels must be int64", shows=raises("BaseError"),
            link=f"{KORNIA_SOURCE}/one_hot.py"),
        Row("uint8 255 is not -1", call("smp", "DiceLoss", "binary", ignore_index=-1),
            here("smp_dice", ignore_index=-1), Z1, byte, **wraps,
            wrong="torch compares in uint8, where -1 is 255: every foreground pixel is ignored",
            link=f"{TORCH}/issues/101653"),
        Row("uint8 255 is not -1", call("monai", "DiceLoss", sigmoid=True, ignore_index=-1),
            here("monai_dice", ignore_index=-1), Z1, byte, **wraps,
            wrong="torch compares in uint8, where -1 is 255: every foreground pixel is ignored",
            link=f"{TORCH}/issues/101653"),
        Row("int8 -1 is not 255", call("smp", "DiceLoss", "binary", ignore_index=255),
            here("smp_dice", ignore_index=255), Z1, signed, **wraps,
            wrong="torch compares in int8, where 255 is -1: every foreground pixel is ignored",
            link=f"{TORCH}/issues/101653"),
        Row("pixels ignored in some channels",
            call("smp", "FocalLoss", "multilabel", ignore_index=255),
            here("smp_focal", ignore_index=255, **LABELS), Z2, IGNORED2,
            wrong="the mask of all channels indexes one", shows=raises("IndexError"),
            link=f"{SMP_SOURCE}/focal.py"),
        Row("its default, smooth_factor=None", call("smp", "SoftCrossEntropyLoss"),
            here("smp_cross_entropy"), Z3, T3, wrong="None is divided by C",
            shows=raises("TypeError"), link=f"{SMP_SOURCE}/soft_ce.py"),
    ]  # fmt: skip


WRONG = [*_formulas(), *_precision(), *_edges(), *_inputs()]
