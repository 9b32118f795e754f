"""A reader's own loss beside the package's: where they differ, and by how much."""

import dis
import inspect
import itertools
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any, Literal

import numpy as np

from segloss_lab import _contract, reference
from segloss_lab._asks import framework_of, name_of, truth_comes_first
from segloss_lab._extras import needed_by

# By the precision of the reader's numbers: how far a value or a slope may lie from the reference's,
# in units of the larger of its size and 1, or of the largest slope.
_TOLERANCE = {"float64": 1e-9, "float32": 2e-5}
_TOLD = 2  # inputs of which a difference is told in full
_SHAPE = (4, 5)  # of an image: not square, so that axes that are taken for others show
_MULTICLASS = {"lovasz_softmax"}  # losses that have no mode
_FRAMEWORKS = {"torch": "torch", "tensorflow": "tensorflow", "keras": "tensorflow"}


@dataclass(frozen=True, repr=False)
class Comparison:
    """What `check` found: true where the functions are equal, and printed as one line.

    Attributes:
        equal: Whether value and gradient are the package's on all inputs.
        said: The line.
        differences: For every input on which they differ, its name and what differs there.
    """

    equal: bool
    said: str
    differences: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self.equal

    def __repr__(self) -> str:
        return self.said


def check(
    function: Callable,
    loss: str,
    *,
    backend: Literal["auto", "torch", "tensorflow", "numpy"] = "auto",
    **options: Any,
) -> Comparison:
    """Compare a loss function of one's own with the package's, value and gradient.

    Both are evaluated on six small inputs: an ordinary mask, an empty one, a tiny object, one that
    is all found, sure mistakes, and a batch of two. The function is called as ``function(logits,
    target)`` with arrays of its framework in the package's order of axes, (N, C, height, width), or
    (N, height, width, C) for TensorFlow; with ``from_logits=False`` the first are probabilities.
    The target is 0 and 1 in the dtype of the logits, with ``mode="multiclass"`` integer labels. A
    function whose first parameter is called ``y_true``, ``target``, ``truth`` or ``labels``, as in
    Keras, gets the target first. Numbers are of 64 bits, and of 32 where the function fails on
    those.

    Args:
        function: Takes logits and target, gives one number. The gradient is the framework's own; a
            function of NumPy may give (value, gradient), and without the gradient the value alone
            is compared.
        loss: Name of the loss in ``segloss_lab.reference``: "dice", "focal", ...
        backend: "torch", "tensorflow" or "numpy"; "auto" asks the function from where it comes and
            which libraries it names, and where it names none takes the first of these three that is
            loaded.
        **options: Options of the loss. Those that the function has a parameter for are given to it,
            too.

    Returns:
        An object that is true where all is equal, and prints as one line: "equal to reference.dice:
        value within 2e-16, gradient within 1e-15 on 6 inputs", or where and by how much it differs,
        and which option would explain that.

    Raises:
        TypeError, ValueError: For a loss or an option that there is not, a reduction to more than
            one number, and a function that gives no number or cannot be differentiated. What the
            function itself raises comes through with a note of the call.

    Example:
        >>> from segloss_lab import check, reference
        >>> check(lambda z, t: reference.dice(z, t, smooth=1.0), "dice", backend="numpy")
        equal to reference.dice: value within 0, gradient within 0 on 6 inputs
    """
    if loss not in reference.__all__:
        expected = ", ".join(map(repr, reference.__all__))
        raise ValueError(f"loss: got {_contract.shown(loss)}, expected one of {expected}")
    if not callable(function):
        raise TypeError(f"function: got {_contract.shown(function)}, expected a function")
    if options.get("reduction", "mean") == "none":
        raise ValueError("reduction: got 'none', expected 'mean' or 'sum': one number is compared")
    backends = ["torch", "tensorflow", "numpy"]
    if backend not in ["auto", *backends]:
        raise ValueError(
            f"backend: got {_contract.shown(backend)}, expected 'auto' or one of {backends}"
        )
    inputs = list(_inputs(loss, options))
    expected = [_expected(loss, arrays, options) for _, arrays in inputs]
    caller = _Caller(function, _backend_of(function) if backend == "auto" else backend, options)
    found = caller.on_all(inputs)
    return _compared(caller, loss, options, inputs, expected, found)


# --- inputs -----------------------------------------------------------------------------------


def _inputs(loss: str, options: Mapping) -> Iterator[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    """Give inputs by name: scores of each class (N, C, height, width), and labels or masks."""
    multiclass = loss in _MULTICLASS or options.get("mode") == "multiclass"
    channels = {"multilabel": 2, "multiclass": 3}.get(options.get("mode"), 3 if multiclass else 1)
    noise = np.random.default_rng(7).normal(size=(6, 2, channels, *_SHAPE))
    nothing = np.zeros(_SHAPE, int)
    half, tiny, box = nothing.copy(), nothing.copy(), nothing.copy()
    half[:, :2], tiny[2, 3], box[1:3, 1:4] = 1, 1, 1

    def scene(nth, masks, sure, spread):
        """Logits of `sure` on the truth's side, negative for mistakes, with some noise."""
        classes = max(channels, 2) if multiclass else 2
        truth = np.stack([_channels(mask, channels, multiclass) for mask in masks])
        logits = sure * (2 * truth - 1) + spread * noise[nth, : len(masks)]
        labels = np.stack(masks) * (classes - 1)
        return logits, labels if multiclass else truth

    yield "an ordinary mask", scene(0, [box], 0.5, 1.5)
    yield "an empty mask", scene(1, [nothing], 0.5, 1.5)
    yield "a tiny object", scene(2, [tiny], 0.5, 1.5)
    yield "an object that is all found", scene(3, [box], 6.0, 0.2)
    yield "sure mistakes", scene(4, [box], -12.0, 0.2)
    # The large object is nearly found, the tiny one missed: the mean of two is not one of all.
    logits, target = scene(5, [half, tiny], 3.0, 0.5)
    logits[1] *= 1 - 2 * _channels(tiny, channels, multiclass)
    yield "a batch of two", (logits, target)


def _channels(mask: np.ndarray, channels: int, multiclass: bool) -> np.ndarray:
    """Give the truth of each channel: of one class, its mask; of two labels, it and its mirror."""
    if channels == 1:
        return mask[None]
    if not multiclass:
        return np.stack([mask, mask[::-1]])
    return np.stack([mask == 0, *[np.zeros_like(mask)] * (channels - 2), mask == 1]).astype(int)


def _asked_for(arrays: tuple[np.ndarray, np.ndarray], options: Mapping):
    """Give logits as they are, or the probabilities that they stand for."""
    logits, target = arrays
    if options.get("from_logits", True):
        return logits, target
    if _is_labels(arrays):
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True), target
    return 1 / (1 + np.exp(-logits)), target


def _is_labels(arrays: tuple[np.ndarray, np.ndarray]) -> bool:
    return arrays[1].ndim < arrays[0].ndim


def _expected(loss: str, arrays: tuple, options: Mapping) -> tuple[float, np.ndarray]:
    scores, target = _asked_for(arrays, options)
    value, gradient = getattr(reference, loss)(scores, target, **options)
    return float(value), gradient


# --- the reader's function --------------------------------------------------------------------


def _backend_of(function: Callable) -> str:
    """Tell the framework: by where a class comes from, then by the libraries that are named."""
    inner = inspect.unwrap(getattr(function, "func", function))
    if not inspect.isfunction(inner) and not inspect.ismethod(inner):
        if framework_of(function) == "tensorflow":
            return "tensorflow"
        homes = {base.__module__.partition(".")[0] for base in type(inner).__mro__}
        if "torch" in homes:
            return "torch"
        inner = type(inner).__dict__.get("__call__", inner)
    named = _libraries(getattr(inner, "__func__", inner))
    for library, backend in _FRAMEWORKS.items():
        if library in named:
            return backend
    if "numpy" in named:
        return "numpy"
    # One that calls methods alone, z.sigmoid(), may be of any that the reader has loaded.
    return next((name for name in ("torch", "tensorflow") if name in sys.modules), "numpy")


def _libraries(function: Callable) -> set[str]:
    """Give the libraries behind the names that a function uses, and the helpers that it calls."""
    found, seen, waiting = set(), set(), [function]
    while waiting:
        function = waiting.pop()
        code = getattr(function, "__code__", None)
        if code is None or code in seen:
            continue
        seen.add(code)
        known = {**getattr(function, "__globals__", {}), **_closure(function)}
        for name in _names(code):
            value = known.get(name)
            home = getattr(value, "__module__", None) or getattr(value, "__name__", None)
            if inspect.ismodule(value):
                home = value.__name__
            if isinstance(home, str):
                parts = home.split(".")
                own = parts[0] == "segloss_lab" and len(parts) > 1
                found.add(parts[own].replace("reference", "numpy") if own else parts[0])
            if inspect.isfunction(value) and value.__module__ == function.__module__:
                waiting.append(value)
    return found


def _closure(function: Callable) -> dict[str, Any]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    return {name: cell.cell_contents for name, cell in cells if _is_filled(cell)}


def _is_filled(cell) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def _names(code: CodeType) -> set[str]:
    """Give the names that code loads from outside, that of functions within it too."""
    # What a function has by itself, its arguments first of all, may be called as anything outside.
    loads = {
        i.argval
        for i in dis.get_instructions(code)
        if "LOAD" in i.opname and "FAST" not in i.opname
    }
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    imported = {i.argval.partition(".")[0] for i in dis.get_instructions(code) if _imports(i)}
    return set().union(
        {name for name in loads if isinstance(name, str)}, imported, *map(_names, inner)
    )


def _imports(instruction) -> bool:
    return instruction.opname == "IMPORT_NAME"


class _Caller:
    """Call a reader's function in its framework, and read what comes as NumPy."""

    def __init__(self, function: Callable, backend: str, options: Mapping):
        self.function, self.backend, self.options = function, backend, options
        self.name = name_of(function)
        self.truth_first = truth_comes_first(function)
        self.own = {key: options[key] for key in _keywords(function) if key in options}
        self.failed = False  # whether it has raised anything
        self.precision = "float64"
        self.differentiate = getattr(self, f"_by_{backend}")
        if backend != "numpy":  # an early word where it is not installed
            with needed_by(f'check(backend="{backend}")', backend):
                __import__(backend)

    def on_all(self, inputs) -> list[tuple[float, np.ndarray | None]]:
        """Evaluate all inputs in 64 bits, or where the function fails on those, in 32."""
        try:
            return [self.on(*item, "float64") for item in inputs]
        except Exception as error:
            if not self.failed:
                raise
            try:
                return [self.on(*item, "float32") for item in inputs]
            except Exception:
                raise error from None

    def on(self, name: str, arrays: tuple, dtype: str) -> tuple[float, np.ndarray | None]:
        """Evaluate one input: the value, and the gradient with channels second, if there is one."""
        labels = _is_labels(arrays)
        scores, target = _asked_for(arrays, self.options)
        scores, target = scores.astype(dtype), target.astype(int if labels else dtype)
        if self.backend == "tensorflow":
            scores = np.moveaxis(scores, 1, -1)
            target = target if labels else np.moveaxis(target, 1, -1)
        what = "logits" if self.options.get("from_logits", True) else "probs"
        pair = ["target", what] if self.truth_first else [what, "target"]
        call = f"{self.name}({', '.join([*pair, *(f'{k}={v!r}' for k, v in self.own.items())])})"
        where = f"{call} on {name}, {dtype} of shape {scores.shape}"
        value, gradient = self.differentiate(scores, target, where)
        if gradient is not None and gradient.shape != scores.shape:
            raise ValueError(
                f"the gradient of {where} must have that shape, got shape {gradient.shape}"
            )
        if gradient is not None and self.backend == "tensorflow":
            gradient = np.moveaxis(gradient, -1, 1)
        return value, gradient

    def _call(self, scores, target, where: str):
        pair = (target, scores) if self.truth_first else (scores, target)
        try:
            result = self.function(*pair, **self.own)
        except Exception as error:
            self.failed = True
            error.add_note(f"check() called {where}, as arrays of {self.backend}")
            raise
        value = result[0] if isinstance(result, tuple) and result else result
        if any(coarse in str(getattr(value, "dtype", "")) for coarse in ("float32", "float16")):
            self.precision = "float32"
        return result

    def _by_torch(self, scores, target, where):
        import torch

        logits = torch.tensor(scores, requires_grad=True)
        value = self._call(logits, torch.tensor(target), where)
        number = _one_number(value, where)
        if not (isinstance(value, torch.Tensor) and value.requires_grad):
            raise ValueError(
                _not_differentiable(where, "detach(), item(), numpy() or a comparison")
            )
        (gradient,) = torch.autograd.grad(value.reshape(()), logits, allow_unused=True)
        if gradient is None:
            raise ValueError(_not_differentiable(where, "a tensor that is made anew"))
        return number, gradient.numpy()

    def _by_tensorflow(self, scores, target, where):
        import tensorflow as tf

        logits = tf.constant(scores)
        with tf.GradientTape() as tape:
            tape.watch(logits)
            value = self._call(logits, tf.constant(target), where)
            number = _one_number(value, where)
        gradient = tape.gradient(value, logits) if tf.is_tensor(value) else None
        if gradient is None:
            raise ValueError(_not_differentiable(where, "numpy(), a cast or a comparison"))
        return number, tf.convert_to_tensor(gradient).numpy()

    def _by_numpy(self, scores, target, where):
        result = self._call(scores, target, where)
        if not isinstance(result, tuple):
            return _one_number(result, where), None
        if len(result) != 2:
            raise ValueError(f"{where} must be one number or (value, gradient), got {len(result)}")
        value, gradient = result
        return _one_number(value, where), np.asarray(gradient, float)


def _one_number(result, where: str) -> float:
    """Read a result of any framework as a number, or say what it is instead."""
    plain = result.detach().cpu().numpy() if hasattr(result, "detach") else result
    try:
        array = np.asarray(plain)
    except Exception:
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{where} must be one number, got {_contract.shown(result)}")
    if array.size != 1:
        raise ValueError(
            f"{where} must be one number, got an array of shape {array.shape}: "
            "is a mean or a sum missing?"
        )
    return float(array.item())


def _not_differentiable(where: str, suspects: str) -> str:
    return f"{where} has no gradient by its first argument: is there {suspects} in it?"


def _keywords(function: Callable) -> list[str]:
    try:
        return list(inspect.signature(function).parameters)[2:]
    except (TypeError, ValueError):
        return []


# --- comparing --------------------------------------------------------------------------------


def _compared(caller, loss, options, inputs, expected, found) -> Comparison:
    tolerance = _TOLERANCE[caller.precision]
    title = f"reference.{loss}"
    differences, values, slopes = [], [0.0], [0.0]
    for (name, _), (value, gradient), (own, own_gradient) in zip(
        inputs, expected, found, strict=True
    ):
        values.append(abs(own - value))
        told = []
        if not values[-1] <= tolerance * max(abs(value), 1):
            told.append(f"value {_apart(own, value)}")
        if own_gradient is not None:
            off = np.abs(own_gradient - gradient)
            slopes.append(off.max())
            if not slopes[-1] <= tolerance * max(np.abs(gradient).max(), 1e-3):
                worst = np.unravel_index(np.argmax(np.where(np.isnan(off), np.inf, off)), off.shape)
                told.append(f"gradient {_apart(own_gradient[worst], gradient[worst])}")
        if told:
            differences.append((name, ", ".join(told)))
    count = len(inputs)
    if not differences:
        without = found[0][1] is None
        slope = "no gradient given" if without else f"gradient within {_bound(max(slopes))}"
        said = f"equal to {title}: value within {_bound(max(values))}, {slope} on {count} inputs"
        return Comparison(True, said)
    told = "; ".join(f"on {name}: {what}" for name, what in differences[:_TOLD])
    more = len(differences) - _TOLD
    rest = f"; and on {more} more of {count} inputs" if more > 0 else ""
    slip = _slip(caller, loss, options, inputs, found, tolerance)
    said = f"differs from {title} {told}{rest}{slip}"
    return Comparison(False, said, tuple(differences))


def _bound(distance: float) -> str:
    """Write a distance with one digit, rounded up."""
    if distance == 0:
        return "0"
    power = math.floor(math.log10(distance))
    return f"{math.ceil(distance / 10.0**power) * 10.0**power:.0e}"


def _apart(own: float, value: float) -> str:
    """Write two numbers with as many digits as tell them apart."""
    for digits in (3, 6, 9, 17):
        texts = f"{own:.{digits}g}", f"{value:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return f"{texts[0]} for {texts[1]}"


def _slip(caller, loss, options, inputs, found, tolerance) -> str:
    """Name the option with which the package would give the same values, if it is a usual one."""
    for changed in _usual_slips(loss, options):
        other = {**options, **changed}
        try:
            asked = caller  # another way, where what it is to be given changes
            if "from_logits" in changed:
                asked = _Caller(caller.function, caller.backend, other)
            values = [v for v, _ in (found if asked is caller else asked.on_all(inputs))]
            wanted = [_expected(loss, arrays, other)[0] for _, arrays in inputs]
        except Exception:  # no option for this function or this loss
            continue
        off = np.abs(np.subtract(values, wanted))
        if (off <= tolerance * np.maximum(np.abs(wanted), 1)).all():
            said = ", ".join(f"{name}={value!r}" for name, value in changed.items())
            return f" (it equals {loss} with {said})"
    return ""


def _usual_slips(loss: str, options: Mapping) -> Iterator[dict]:
    has = _contract.option_defaults(getattr(reference, loss))
    now = {**has, **options}
    tries = {
        "from_logits": [not now.get("from_logits", True)],
        "smooth": [0.0, 1.0, 2 * now.get("smooth", 1), now.get("smooth", 1) / 2],
        "squared": [not now.get("squared")],
        "over": ["batch" if now.get("over") == "image" else "image"],
        "reduction": ["sum" if now.get("reduction") == "mean" else "mean"],
        "log": [not now.get("log")],
        "gamma": [0.0, 1.0, 2.0],
        "alpha": [now.get("beta")],
    }
    singles = [
        {name: value}
        for name, values in tries.items()
        if name in has
        for value in values
        if value is not None and value != now[name]
    ]
    # alpha and beta are taken for each other.
    if "beta" in has:
        singles.append({"alpha": now["beta"], "beta": now["alpha"]})
    if {"smooth", "eps"} <= set(has):
        singles.append({"smooth": 0.0, "eps": now["smooth"]})
    pairs = itertools.combinations(singles, 2)
    yield from singles
    yield from ({**one, **other} for one, other in pairs if not set(one) & set(other))
