"""The explorer of a loss function of one's own, sampled in Python."""

import base64
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from numbers import Integral
from typing import Literal

import numpy as np
import traitlets

from segloss_lab import plots
from segloss_lab._asks import (
    framework_of,
    logits_of,
    name_of,
    takes_logits,
    truth_comes_first,
)
from segloss_lab._extras import needed_by
from segloss_lab.explorer._base import Choice, Explorer, Setting, Share, Whole, _is_number

_SIDE = 21  # nodes along each axis of the plane
_GRID = np.linspace(0, 1, _SIDE)
_LARGEST = float(np.finfo(np.float32).max)
_LARGEST_DOUBLE = float(np.finfo(float).max)
_MOST = 60  # surfaces, which is what keeps the figure below some 150 kB
_LONGEST = 60  # characters of a name


class Samples(Setting):
    """What was sampled: the loss's name, its settings, the nodes a side, and the losses."""

    expected = "what explore() sampled"
    read_only = True

    def accept(self, value):
        """Take a dictionary."""
        return value if isinstance(value, dict) else None


class Pick(Setting):
    """One of the values that were sampled: of numbers, or of texts."""

    def __init__(self, values):
        super().__init__(values[0])
        self.values = values
        self.expected = f"one of {', '.join(map(repr, values))}"

    def accept(self, value):
        """Take a value that equals one of them; where they are texts, by its text."""
        numbers = _is_number(self.values[0])
        if numbers and not _is_number(value):
            return None
        return next((own for own in self.values if own == (value if numbers else str(value))), None)


class SampledExplorer(Explorer):
    """A loss over overlap and false positives, as ``explore`` sampled it.

    It has a trait for each sampled setting and one for ``size``, beside ``overlap``,
    ``false_positives``, ``view`` and ``turn``, which are those of ``OverlapExplorer``.
    """

    kind = traitlets.Unicode("sampled", read_only=True).tag(sync=True)

    # The same first values as in front/charts/plane.mjs and front/explorers/sampled.
    samples = Samples({})
    overlap = Share(0.5)
    false_positives = Share(0.5)
    view = Choice("flat", "perspective")
    turn = Whole(330, 0, 359)

    def _picture(self):
        return plots.sampled(self.state)

    def _description(self) -> str:
        settings = ", ".join(f"{name} {getattr(self, name)}" for name in self.samples["settings"])
        loss = plots.loss_of_samples(self.state)
        return (
            f"{self.samples['name']} over overlap and false positives at {settings}: its "
            f"contours, and at the point an arrow where descent moves it. At overlap "
            f"{self.overlap:g} and false positives {self.false_positives:g} it is {loss:.3g}."
        )


def explore(
    loss_function: Callable,
    *,
    name: str | None = None,
    sizes: Sequence[int] = (10, 100, 1000),
    backend: Literal["torch", "numpy", "tensorflow"] | None = None,
    **settings: Sequence,
) -> SampledExplorer:
    """Sample a loss function and show it as an explorer of overlap and false positives.

    The mask is that of ``OverlapExplorer``: an object of ``size`` pixels predicted with probability
    ``overlap``, and as many background pixels predicted with ``false_positives``. The function is
    called as ``loss_function(probs, target, **setting)`` at 21 by 21 such predictions for every
    size and every combination of settings. The explorer then needs it no more: it shows the loss at
    these nodes as the function gave it (kept in 32 bits), between them by bilinear interpolation,
    and slopes by finite differences of second order.

    A loss is asked what it takes. Where its first parameter is called ``y_true``, ``target``,
    ``truth`` or ``labels``, as in Keras, the target comes first. Where it has a ``from_logits``
    that is true, a parameter ``logits`` or "with logits" in its name, it gets logits, those of
    probabilities in [1e-7, 1 - 1e-7]; one that takes logits and does not say so needs a function
    around it that makes them.

    Args:
        loss_function: Takes probabilities and a target of zeros and ones, and gives a number; also
            a ``Loss`` of this package, a loss of Keras or a module of torch. With "torch" they are
            float32 tensors and with "numpy" float64 arrays of shape (1, 1, 2 * size), with
            "tensorflow" float32 tensors of shape (1, 2 * size, 1), new ones for every call.
        name: What to call the loss, at most 60 characters; its ``__name__`` unless told.
        sizes: Object sizes, whole numbers from 1 to 100000.
        backend: "torch", "numpy" or "tensorflow"; unless told, "tensorflow" for a loss of Keras or
            TensorFlow and "torch" for any other.
        **settings: For every keyword of the function that is to have a control, its values.

    Returns:
        An explorer with a trait for ``size`` and for each setting, at their first values. Values
        that are not all numbers become texts.

    Raises:
        TypeError, ValueError: for settings that cannot be sampled, more than 60 surfaces, and for a
            result that is not one finite number. What the function itself raises comes through,
            with a note of the call.

    Example:
        >>> explore(my_dice, smooth=[0.0, 1.0, 10.0], squared=[False, True])  # doctest: +SKIP
    """
    name = _checked_name(name_of(loss_function) if name is None else name)
    axes = {"size": _sizes(sizes)} | {key: _values(key, given) for key, given in settings.items()}
    _check_count(axes)
    convert = _converter(framework_of(loss_function) if backend is None else backend)
    losses = []
    for size, *given in itertools.product(*axes.values()):
        setting = dict(zip(settings, given, strict=True))
        losses.extend(_surface(loss_function, name, size, setting, convert))
    kept = {key: _kept(given) for key, given in axes.items()}
    samples = {
        "name": name,
        "side": _SIDE,
        "settings": kept,
        "values": base64.b64encode(np.array(losses, "<f4").tobytes()).decode("ascii"),
    }
    traits = {"samples": Samples(samples), **{key: Pick(given) for key, given in kept.items()}}
    return type("SampledExplorer", (SampledExplorer,), traits)()


def _checked_name(name: str) -> str:
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST or not name.isprintable():
        expected = f"a printable text of 1 to {_LONGEST} characters"
        raise ValueError(f"name must be {expected}, got {name!r}")
    return name


def _sizes(sizes: Sequence[int]) -> list[int]:
    given = _values("sizes", sizes)
    for size in given:
        if not isinstance(size, Integral) or isinstance(size, bool) or not 1 <= size <= 100_000:
            raise ValueError(f"sizes must be whole numbers from 1 to 100000, got {size!r}")
    return [int(size) for size in given]


def _values(name: str, given: Sequence) -> list:
    """Give the values of a setting as a list, or say what is wrong with it or with its name."""
    if name == "size" or hasattr(SampledExplorer, name):
        raise ValueError(f"a setting cannot be called {name!r}: the explorer has one of that name")
    if not name.isidentifier() or name.startswith("_"):
        raise ValueError(f"a setting cannot be called {name!r}: it must be a plain Python name")
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
        raise TypeError(f"{name} must be a list of values to sample, got {given!r}")
    values = list(given)
    if not values:
        raise ValueError(f"{name} must be a list of one value or more, got none")
    kept = _kept(values)
    repeated = next((value for i, value in enumerate(kept) if value in kept[:i]), None)
    if repeated is not None:
        raise ValueError(f"{name} must be a list of different values, got {repeated} twice")
    return values


def _check_count(axes: Mapping[str, Sequence]) -> None:
    count = math.prod(map(len, axes.values()))
    if count > _MOST:
        product = " x ".join(f"{len(values)} of {name}" for name, values in axes.items())
        raise ValueError(f"at most {_MOST} surfaces can be sampled, got {product} = {count}")


def _kept(values: Sequence) -> list:
    """Give the values as the page keeps them: as doubles, or if some are none, all as texts."""
    if not all(_is_number(value) and abs(value) <= _LARGEST_DOUBLE for value in values):
        return [" ".join(str(value).split()) for value in values]
    return [int(value) if isinstance(value, Integral) else float(value) for value in values]


def _converter(backend: str) -> Callable[[np.ndarray], object]:
    """Give what turns an object's and the background's flat pixels into the backend's image."""
    if backend == "numpy":
        return lambda flat: flat.reshape(1, 1, -1).copy()
    if backend == "torch":
        with needed_by('explore(backend="torch")', "torch"):
            import torch

        return lambda flat: torch.tensor(flat, dtype=torch.float32).reshape(1, 1, -1)
    if backend == "tensorflow":
        with needed_by('explore(backend="tensorflow")', "tensorflow"):
            import tensorflow as tf

        return lambda flat: tf.constant(flat.reshape(1, -1, 1), tf.float32)
    raise ValueError(f"backend must be one of 'torch', 'numpy', 'tensorflow', got {backend!r}")


def _surface(
    loss_function: Callable, name: str, size: int, settings: Mapping[str, object], convert: Callable
) -> Iterator[float]:
    """Give the losses of the predictions of one size, the overlap running fastest."""
    truth = np.repeat([1.0, 0.0], size)
    truth_first = truth_comes_first(loss_function)
    logits = takes_logits(loss_function, settings)
    for false_positives, overlap in itertools.product(_GRID, _GRID):
        probs = np.repeat([overlap, false_positives], size)
        # Both are made anew: a function that changes its arguments changes none but its own.
        arguments = [convert(logits_of(probs) if logits else probs), convert(truth)]
        where = (name, size, settings, overlap, false_positives)
        try:
            result = loss_function(*(arguments[::-1] if truth_first else arguments), **settings)
        except Exception as error:
            error.add_note(f"explore() called {_call(*where)}")
            raise
        loss = _number(result)
        if loss is None:
            raise ValueError(f"{_call(*where)} must be one finite number, got {_shown(result)}")
        yield loss


def _call(name: str, size: int, settings: Mapping, overlap: float, false_positives: float) -> str:
    given = "".join(f", {key}={value!r}" for key, value in settings.items())
    return (
        f"{name}(probs, target{given}) for {size} pixels of overlap {overlap:g} and {size} of "
        f"false positives {false_positives:g}"
    )


def _array(result) -> np.ndarray | None:
    """Read a result of any framework as an array of real numbers, or None if it is not one."""
    try:
        array = np.asarray(result.detach().cpu() if hasattr(result, "detach") else result)
    except (TypeError, ValueError):
        return None
    return array if array.dtype.kind in "biuf" else None


def _number(result) -> float | None:
    """Read a result as a number, or None if it is not one that 32 bits hold."""
    array = _array(result)
    if array is None or array.size != 1 or not abs(array.item()) <= _LARGEST:
        return None
    return float(array.item())


def _shown(result) -> str:
    array = _array(result)
    if array is None:
        return repr(result)
    return str(array.item()) if array.size == 1 else f"an array of shape {array.shape}"
