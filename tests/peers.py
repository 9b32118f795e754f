"""Adapters: other libraries' losses, evaluated beside this package's.

The rows are in peer_rows.py and, where a peer is wrong, in peer_mistakes.py.
A `Row` is one call of one peer, and the settings with which `segloss_lab` gives the same value and
gradient, exactly or up to a factor and an offset. Where the peer is wrong, the row says what would
be right, why the peer is wrong, how that shows, and where it is written.

Each is imported when it is first asked for: a benchmark of PyTorch needs no TensorFlow.
"""

import contextlib
import dataclasses
import functools
import importlib
import importlib.machinery
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from table import one_hot

import segloss_lab
from segloss_lab import conventions, reference


@contextlib.contextmanager
def stand_ins(*packages: str):
    """Put bare packages, which run no code, in the place of real ones while a module in them loads.

    torchvision's compiled operators and smp's encoders may not load; their losses need neither.
    """
    before = {name: sys.modules.get(name) for name in packages}
    for name in packages:
        parent = sys.modules.get(name.rpartition(".")[0])
        spec = importlib.machinery.PathFinder.find_spec(name, parent and parent.__path__)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = spec.submodule_search_locations
    try:
        yield
    finally:
        for name, module in before.items():
            del sys.modules[name]
            if module is not None:
                sys.modules[name] = module


MODULES = {
    "monai": "monai.losses",
    "nnunet": "nnunetv2.training.loss.compound_losses",
    "smp": "segmentation_models_pytorch.losses",
    "kornia": "kornia.losses",
    "torchvision": "torchvision.ops.focal_loss",
    "torch": "torch.nn",
    "keras": "keras.losses",
}
PARENTS = {
    "smp": ("segmentation_models_pytorch",),
    "torchvision": ("torchvision", "torchvision.ops"),
}


class _Libraries(dict):
    """The module of each library's losses."""

    def __missing__(self, name: str) -> types.ModuleType:
        with stand_ins(*PARENTS.get(name, ())):
            self[name] = importlib.import_module(MODULES[name])
        return self[name]


LIBRARIES = _Libraries()


# --- Rows --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """A loss of a peer with its options, as a user writes it."""

    library: str
    name: str
    arguments: tuple
    options: dict

    def __str__(self) -> str:
        values = [_written(value) for value in self.arguments]
        values += [f"{name}={_written(value)}" for name, value in self.options.items()]
        return f"{self.library}.{self.name}({', '.join(values)})"

    def make(self, dtype: type) -> Callable:
        """Make the loss. A function takes its options when it is called."""
        loss = getattr(LIBRARIES[self.library], self.name)
        if isinstance(loss, types.FunctionType):
            return functools.partial(loss, *self.arguments, **self.options)
        # Keras casts to float32 unless it is told otherwise.
        precision = {"dtype": np.dtype(dtype).name} if self.library == "keras" else {}
        return loss(*self.arguments, **self.options, **precision)


def _written(value) -> str:
    if isinstance(value, torch.Tensor):
        return str(value.tolist())
    return getattr(value, "__name__", repr(value))


def call(library: str, name: str, *arguments, **options) -> Call:
    """Write a peer's call as in code."""
    return Call(library, name, arguments, options)


@dataclass(frozen=True)
class Here:
    """Settings of `Loss`: an entry of `conventions`, some of it changed or added to."""

    convention: str | None
    changed: dict

    @property
    def entry(self) -> dict:
        return getattr(conventions, self.convention) if self.convention else {}

    @property
    def settings(self) -> dict:
        return self.entry | self.changed

    def __str__(self) -> str:
        changed = ", ".join(f"{name}={value!r}" for name, value in self.changed.items())
        if self.entry.keys() & self.changed.keys():
            return f"Loss(**conventions.{self.convention} | dict({changed}))"
        entry = f"**conventions.{self.convention}" if self.convention else ""
        return f"Loss({', '.join(filter(None, [entry, changed]))})"


def here(convention: str | None = None, **changed) -> Here:
    """Write settings as in code: an entry of `conventions`, and what is changed."""
    return Here(convention, changed)


@dataclass(frozen=True, eq=False)
class Row:
    """theirs = factor * ours + offset, value and gradient; or, if `wrong`, it should be.

    Attributes:
        means: what the peer computes, or what is asked of it.
        theirs: the peer's call.
        ours: the settings here.
        logits: (N, C, *spatial), or probabilities where the peer takes those.
        target: as `segloss_lab.torch` takes it.
        tolerance: of the largest entry of the value, and of the gradient.
        dtype: of the logits.
        refused: whether this is an input that must be refused.
        given: the target as the peer wants it, where the adapters cannot know.
        sample_weight: Keras' third argument, for both.
        transposed: whether logits and target are not contiguous.
        pooled: whether ours is to take all channels of all images as one of one.
        wrong: why the peer's answer is wrong; empty if it is right.
        shows: whether the peer's answer, beside ours, is the mistake meant.
        link: where the mistake is discussed, or the source that makes it.
    """

    means: str
    theirs: Call
    ours: Here
    logits: Any
    target: Any
    factor: float = 1.0
    offset: float = 0.0
    tolerance: float = 1e-10
    dtype: type = np.float64
    refused: bool = False
    given: Any = None
    sample_weight: Any = None
    transposed: bool = False
    pooled: bool = False
    wrong: str = ""
    shows: Callable | None = None
    link: str = ""

    @property
    def id(self) -> str:
        return f"{self.theirs}: {self.means}"


# --- Evaluation --------------------------------------------------------------------------------

# An answer is (value, gradient), or the exception: how a library says no is part of its row.


@functools.cache
def answer_of_theirs(row: Row) -> tuple | Exception:
    """Return what the peer answers."""
    evaluate = _evaluate_keras if row.theirs.library == "keras" else _evaluate_torch
    target = row.target if row.given is None else row.given
    try:
        return evaluate(row, row.theirs.make(row.dtype), TARGET_OF[row.theirs.library](row, target))
    except Exception as error:
        return error


@functools.cache
def answer_of_ours(row: Row) -> tuple | Exception:
    """Return what `segloss_lab` answers, on the peer's framework and in its precision."""
    try:
        return _evaluate_ours(row)
    except Exception as error:
        return error


def _evaluate_ours(row: Row) -> tuple:
    if row.pooled:
        value, gradient = _evaluate_ours(pool(row))
        return value, gradient.reshape(np.shape(row.logits))
    if row.theirs.library == "keras":
        loss = segloss_lab.tensorflow.Loss(**row.ours.settings)
        return _evaluate_keras(row, loss, _channels_last(row, row.target))
    return _evaluate_torch(row, segloss_lab.torch.Loss(**row.ours.settings), row.target)


def answer_of_reference(row: Row) -> tuple:
    """Return what `segloss_lab.reference` answers in float64, for logits rounded to the row's."""
    if row.pooled:
        value, gradient = answer_of_reference(pool(row))
        return value, gradient.reshape(np.shape(row.logits))
    settings, target = row.ours.settings, row.target
    if row.sample_weight is not None:  # 0 and 1: as if the pixels with 0 were ignored
        settings = {**settings, "ignore_index": 255}
        target = np.where(row.sample_weight[:, None] == 0, 255, target)
    loss = getattr(reference, settings.pop("loss"))
    return loss(np.asarray(row.logits, row.dtype), target, **settings)


def pool(row: Row) -> Row:
    """Take all channels of all images as one channel of one image."""
    flat = {name: np.reshape(getattr(row, name), (1, 1, -1)) for name in ("logits", "target")}
    return dataclasses.replace(row, pooled=False, **flat)


def _evaluate_torch(row: Row, loss, target) -> tuple:
    logits = torch.tensor(np.asarray(row.logits, row.dtype))
    target = torch.tensor(np.asarray(target))
    if row.transposed:  # the same numbers at the same places, in another order in memory
        logits, target = (x.mT.contiguous().mT for x in (logits, target))
    logits.requires_grad_()
    value = loss(logits, target)
    value.backward()
    return value.detach().numpy(), logits.grad.numpy()


def _evaluate_keras(row: Row, loss, target) -> tuple:
    import tensorflow as tf

    logits = tf.constant(_channels_last(row, np.asarray(row.logits, row.dtype)))
    with tf.GradientTape() as tape:
        tape.watch(logits)
        weight = {} if row.sample_weight is None else {"sample_weight": row.sample_weight}
        value = loss(tf.constant(target), logits, **weight)
    gradient = tape.gradient(value, logits).numpy()
    return value.numpy(), np.moveaxis(gradient, -1, 1)


def _channels_last(row: Row, array) -> np.ndarray:
    array = np.asarray(array)
    return np.moveaxis(array, 1, -1) if array.ndim == np.ndim(row.logits) else array


def _as_it_is(row: Row, target):
    return target


def _with_channel_axis(row: Row, target):
    """MONAI takes labels as (N, 1, *spatial)."""
    return target[:, None] if np.ndim(target) < np.ndim(row.logits) else target


def _kornia_target(row: Row, target):
    """The hinge loss takes a mask as (N, *spatial)."""
    return target[:, 0] if row.theirs.name == "LovaszHingeLoss" else target


def _keras_target(row: Row, target):
    """All take class probabilities, (N, *spatial, C), but the sparse loss."""
    if np.ndim(target) < np.ndim(row.logits) and not row.theirs.name.startswith("Sparse"):
        target = one_hot(target, np.shape(row.logits)[1])
    return _channels_last(row, target)


TARGET_OF = {
    "monai": _with_channel_axis,
    "nnunet": _with_channel_axis,
    "smp": _as_it_is,
    "kornia": _kornia_target,
    "torchvision": _as_it_is,
    "torch": _as_it_is,
    "keras": _keras_target,
}


def is_refusal(answer) -> bool:
    """Whether a library said no."""
    return isinstance(answer, Exception)


def difference(row: Row) -> str:
    """Say in which way theirs is not factor * ours + offset; nothing if it is."""
    theirs, ours = answer_of_theirs(row), answer_of_ours(row)
    if row.refused:
        return "" if is_refusal(theirs) else f"accepted: {theirs[0]:.6g}"
    if is_refusal(theirs):
        return f"{type(theirs).__name__}: {theirs}"
    value, gradient = row.factor * ours[0] + row.offset, row.factor * ours[1]
    return _unlike("value", theirs[0], value, row) or _unlike("gradient", theirs[1], gradient, row)


def _unlike(what: str, came, expected, row: Row) -> str:
    if np.shape(came) != np.shape(expected):
        return f"{what}: shape {np.shape(came)}, expected {np.shape(expected)}"
    came, expected = np.float64(came), np.float64(expected)
    error = np.max(np.abs(came - expected), initial=0)
    size = np.max(np.abs(expected), initial=0)
    if error <= row.tolerance * size + np.finfo(row.dtype).smallest_subnormal:  # not so for NaN
        return ""
    return f"{what}: {_largest(came):.6g}, expected {_largest(expected):.6g}, off by {error:.2g}"


def _largest(array) -> float:
    """The entry furthest from 0, with its sign; of NaN and numbers, NaN."""
    flat = np.ravel(array)
    return flat[np.argmax(np.abs(flat))]
