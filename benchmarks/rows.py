"""What is compared, as data: each loss, its settings, and the peers that compute the same.

The settings follow tests/peer_rows.py. All peers of a row get the same logits, and the truth in the
form that they take; whether they compute the same function is checked before anything is timed.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from peers import call

try:
    import tensorflow as tf
except ModuleNotFoundError:
    tf = None  # its rows are left out, and whoever runs them is told

SHAPES = {
    "images": (8, 1, 512, 512),
    "volumes": (2, 1, 128, 128, 128),
    "classes": (4, 21, 256, 256),
}
QUICK = {"images": (2, 1, 16, 16), "volumes": (2, 1, 8, 8, 8), "classes": (2, 3, 16, 16)}
LOGITS = ("random", "trained")
TF_MODES = ("eager", "graph", "XLA")


@dataclass(frozen=True)
class Peer:
    """Another library's loss, with theirs = factor * ours + offset.

    Attributes:
        name: the call as code.
        make: returns the loss.
        factor: see above.
        offset: likewise.
        given: brings the truth into the form that the peer takes (a view, or made before timing).
        activation: what a peer that takes probabilities is called with.
    """

    name: str
    make: Callable
    factor: float = 1.0
    offset: float = 0.0
    given: Callable | None = None
    activation: Callable | None = None


@dataclass(frozen=True)
class Row:
    """One loss of ours at one shape, in one framework.

    Attributes:
        framework: "torch", "eager", "graph" or "XLA"; the last three are TensorFlow's.
        shape: a key of `SHAPES`.
        loss: its name.
        options: its settings.
        peers: who computes the same.
        wanted: the ratio to reach against the fastest peer, with random and with trained logits.
        compiled: the ratio wanted of torch.compile, 0 if none is; None not to try it.
        or_floor: whether it is enough to be about as fast as reading and writing.
    """

    framework: str
    shape: str
    loss: str
    options: dict
    peers: tuple[Peer, ...]
    wanted: tuple[float | None, float | None] = (None, None)
    compiled: float | None = None
    or_floor: bool = False

    @property
    def name(self) -> str:
        """As code."""
        return f"{self.loss}({', '.join(f'{k}={v!r}' for k, v in self.options.items())})"


def peer(library, name, *arguments, given=None, activation=None, factor=1.0, offset=0.0, **options):
    """Write a peer's call as in tests/peer_rows.py."""
    written = call(library, name, *arguments, **options)
    label = f"{written} of {activation.__name__}" if activation else str(written)
    return Peer(
        label, functools.partial(written.make, np.float32), factor, offset, given, activation
    )


def rows(shapes: dict) -> list[Row]:
    """Every row of the frameworks that are here; `shapes` says how many classes there are."""
    channels = shapes["classes"][1]
    binary = [row for shape in ("images", "volumes") for row in _torch_binary(shape)]
    in_torch = [*binary, *_torch_multiclass(channels)]
    if tf is None:
        return in_torch
    keras = [row for shape in ("images", "volumes") for row in _keras_binary(shape)]
    return [*in_torch, *keras, *_keras_multiclass(channels)]


def channel(target):
    """MONAI and nnU-Net take labels as (N, 1, *spatial)."""
    return target.unsqueeze(1)


def squeezed(target):
    """The hinge of kornia takes a mask as (N, *spatial)."""
    return target.squeeze(1)


def softmax(logits):
    """Return probabilities, for nnU-Net, which takes the function."""
    return torch.softmax(logits, 1)


def _torch_binary(shape: str) -> list[Row]:
    def row(loss, options, *peers, wanted=None, trained=None, compiled=None):
        compiled = compiled if shape == "images" else None  # it takes half a minute each
        wanted = wanted, trained or wanted
        return Row("torch", shape, loss, options, peers, wanted, compiled, or_floor=loss == "dice")

    unequal = {"alpha": 0.3, "beta": 0.7}
    batch = {"smooth": 0.0, "over": "batch"}
    monai_batch = {"sigmoid": True, "batch": True, "smooth_nr": 0.0, "smooth_dr": 0.0}
    return [
        row("cross_entropy", {}, peer("torch", "BCEWithLogitsLoss"),
            peer("smp", "SoftBCEWithLogitsLoss"), wanted=1.0, compiled=0),
        row("focal", {}, peer("monai", "FocalLoss"), peer("smp", "FocalLoss", "binary"),
            peer("kornia", "BinaryFocalLossWithLogits", None, reduction="mean"),
            peer("torchvision", "sigmoid_focal_loss", alpha=-1, reduction="mean"),
            wanted=2.0, compiled=4.0),
        row("dice", {"smooth": 1e-5}, peer("monai", "DiceLoss", sigmoid=True),
            wanted=1.5, compiled=0),
        row("dice", batch, peer("smp", "DiceLoss", "binary"),
            peer("monai", "DiceLoss", **monai_batch), wanted=1.5),
        row("jaccard", {"smooth": 0.5e-5}, peer("monai", "DiceLoss", sigmoid=True, jaccard=True)),
        row("jaccard", batch, peer("smp", "JaccardLoss", "binary"),
            peer("monai", "DiceLoss", jaccard=True, **monai_batch)),
        row("tversky", {**unequal, "smooth": 1e-5},
            peer("monai", "TverskyLoss", sigmoid=True, **unequal), wanted=2.5, compiled=0),
        row("tversky", {**unequal, **batch}, peer("smp", "TverskyLoss", "binary", **unequal),
            peer("monai", "TverskyLoss", **monai_batch, **unequal), wanted=2.5),
        row("generalized_dice", {"smooth": 1e-5},
            peer("monai", "GeneralizedDiceLoss", sigmoid=True)),
        row("lovasz_hinge", {}, peer("smp", "LovaszLoss", "binary", per_image=True),
            peer("kornia", "LovaszHingeLoss", given=squeezed), wanted=2.5, trained=8.0),
    ]  # fmt: skip


def _torch_multiclass(channels: int) -> list[Row]:
    def row(loss, options, *peers, wanted=None):
        mode = {} if loss == "lovasz_softmax" else {"mode": "multiclass"}
        return Row("torch", "classes", loss, {**mode, **options}, peers, (wanted, wanted))

    monai = {"softmax": True, "to_onehot_y": True, "given": channel}
    nnunet = {"apply_nonlin": softmax, "batch_dice": False, "do_bg": True, "smooth": 1e-5}
    nnunet |= {"ddp": False, "given": channel}
    unequal, batch = {"alpha": 0.3, "beta": 0.7}, {"smooth": 0.0, "over": "batch"}
    return [
        row("cross_entropy", {}, peer("torch", "CrossEntropyLoss"),
            peer("smp", "SoftCrossEntropyLoss", smooth_factor=0.0), wanted=1.0),
        row("focal", {},
            peer("monai", "FocalLoss", use_softmax=True, to_onehot_y=True, given=channel,
                 factor=1 / channels),
            peer("kornia", "FocalLoss", None, reduction="mean", factor=1 / channels)),
        row("dice", {"smooth": 1e-5}, peer("monai", "DiceLoss", **monai),
            peer("nnunet", "MemoryEfficientSoftDiceLoss", offset=-1.0, **nnunet),
            peer("kornia", "DiceLoss", average="macro"), wanted=1.5),
        row("dice", batch, peer("smp", "DiceLoss", "multiclass"),
            peer("monai", "DiceLoss", batch=True, smooth_nr=0.0, smooth_dr=0.0, **monai),
            wanted=1.5),
        row("jaccard", {"smooth": 0.5e-5}, peer("monai", "DiceLoss", jaccard=True, **monai)),
        row("jaccard", batch, peer("smp", "JaccardLoss", "multiclass")),
        row("tversky", {**unequal, "smooth": 1e-5},
            peer("monai", "TverskyLoss", **monai, **unequal),
            peer("kornia", "TverskyLoss", *unequal.values())),
        row("tversky", {**unequal, **batch}, peer("smp", "TverskyLoss", "multiclass", **unequal)),
        row("generalized_dice", {"smooth": 1e-5}, peer("monai", "GeneralizedDiceLoss", **monai)),
        row("lovasz_softmax", {}, peer("smp", "LovaszLoss", "multiclass", per_image=True),
            peer("kornia", "LovaszSoftmaxLoss"), wanted=4.0),
    ]  # fmt: skip


def _keras_binary(shape: str) -> list[Row]:
    def row(loss, options, *peers, wanted=1.5):
        return [Row(mode, shape, loss, options, peers, (wanted, wanted)) for mode in TF_MODES]

    sure = {"smooth": 0.0, "eps": 1e-7, "over": "batch"}
    return [
        *row("cross_entropy", {}, peer("keras", "BinaryCrossentropy", from_logits=True)),
        *row("focal", {}, peer("keras", "BinaryFocalCrossentropy", from_logits=True)),
        *row("dice", sure, peer("keras", "Dice", activation=tf.sigmoid)),
        *row("tversky", {"alpha": 0.3, "beta": 0.7, **sure},  # theirs are swapped
             peer("keras", "Tversky", alpha=0.7, beta=0.3, activation=tf.sigmoid)),
        *_by_argsort(row("lovasz_hinge", {}, Peer("plain tf.argsort", lambda: plain_lovasz_hinge))),
    ]  # fmt: skip


def _keras_multiclass(channels: int) -> list[Row]:
    def row(loss, options, *peers, wanted=1.5):
        mode = {} if loss == "lovasz_softmax" else {"mode": "multiclass"}
        options = {**mode, **options}
        return [Row(mode, "classes", loss, options, peers, (wanted, wanted)) for mode in TF_MODES]

    def one_hot(labels):
        return tf.one_hot(labels, channels)

    def softmax(logits):
        return tf.nn.softmax(logits)

    return [
        *row("cross_entropy", {}, peer("keras", "SparseCategoricalCrossentropy", from_logits=True)),
        *row("focal", {"alpha": [0.25] * channels},
             peer("keras", "CategoricalFocalCrossentropy", from_logits=True, given=one_hot)),
        *row("dice", {"smooth": 0.0, "eps": 1e-7, "over": "batch"},
             peer("keras", "Dice", axis=(0, 1, 2), activation=softmax, given=one_hot)),
        *_by_argsort(row("lovasz_softmax", {},
                         Peer("plain tf.argsort", lambda: plain_lovasz_softmax))),
    ]  # fmt: skip


def _by_argsort(ranked: list[Row]) -> list[Row]:
    """XLA must sort by itself: nothing is wanted of it there."""
    wanted = {"eager": 5.0, "graph": 5.0, "XLA": None}
    return [Row(r.framework, r.shape, r.loss, r.options, r.peers, (wanted[r.framework],) * 2)
            for r in ranked]  # fmt: skip


def plain_lovasz_hinge(target, logits):
    """Lovász hinge as the paper's algorithm 1 writes it, image by image, for (N, *spatial, 1)."""
    truth = tf.reshape(target, [target.shape[0], -1])
    return _plain(1 - tf.reshape(logits, truth.shape) * (2 * truth - 1), truth)


def plain_lovasz_softmax(target, logits):
    """Lovász-softmax likewise, for (N, *spatial, C) and classes that are all present."""
    channels, size = logits.shape[-1], tf.size(target) // target.shape[0]
    truth = tf.reshape(tf.one_hot(target, channels), [-1, size, channels])
    probs = tf.reshape(tf.nn.softmax(logits), tf.shape(truth))
    truth, probs = (tf.reshape(tf.linalg.matrix_transpose(a), [-1, size]) for a in (truth, probs))
    return _plain(tf.abs(truth - probs), truth)


def _plain(errors, truth):
    order = tf.argsort(errors, axis=-1, direction="DESCENDING")
    errors, truth = (tf.gather(a, order, batch_dims=1) for a in (errors, truth))
    objects = tf.reduce_sum(truth, -1, keepdims=True)
    intersection = objects - tf.cumsum(truth, -1)
    union = objects + tf.cumsum(1 - truth, -1)
    loss = 1 - intersection / union
    jumps = tf.concat([loss[:, :1], loss[:, 1:] - loss[:, :-1]], -1)
    return tf.reduce_mean(tf.reduce_sum(tf.nn.relu(errors) * tf.stop_gradient(jumps), -1))
