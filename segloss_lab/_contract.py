"""The checks that all backends share: options, shapes, dtypes and the values of targets.

Every message names the argument, what came and what was expected. Shapes come in as tuples and
dtypes as one of the words "bool", "integer", "float" or another name, so nothing here knows a
framework; values are looked at as NumPy arrays.
"""

import functools
import inspect
import math
import numbers
import reprlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import numpy as np

Mode = Literal["binary", "multilabel", "multiclass"]
BinaryMode = Literal["binary", "multilabel"]
Reduction = Literal["mean", "sum", "none"]
Over = Literal["image", "batch", "global"]
RankingOver = Literal["image", "batch"]
Intersection = Literal["product", "min"]
Normalize = Literal["pixels", "positives"]
Classes = Literal["all", "present"] | Sequence[int]

CLIP = 1e-7  # pixel losses read probabilities as if within [CLIP, 1 - CLIP]
SUM_TOLERANCE = 1e-3  # class probabilities of a pixel may sum to 1 give or take this much
BFLOAT16_EPS = 2.0**-7  # or this much, in the one dtype that rounds more coarsely


Loss = TypeVar("Loss", bound=Callable)

_DEFAULTS: dict[str, dict[str, Any]] = {}  # by name: what the terms of `compound` may be


def checked(loss: Loss) -> Loss:
    """Make a public loss check its options before it touches an array."""
    defaults = option_defaults(loss)
    unchecked = [option for option in defaults if option not in _OPTION_CHECKS]
    if unchecked:  # told to whoever adds a loss
        raise LookupError(f"{loss.__name__}: _OPTION_CHECKS has no check of {unchecked}")
    _DEFAULTS.setdefault(loss.__name__, defaults)

    @functools.wraps(loss)
    def wrapper(logits, target, **options):
        check_options(loss.__name__, defaults, options)
        return loss(logits, target, **options)

    return wrapper


def option_defaults(loss: Callable) -> dict[str, Any]:
    """The keyword parameters of a loss and their defaults, in order."""
    parameters = inspect.signature(loss).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}


def check_options(name: str, defaults: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """Raise TypeError or ValueError if `options` cannot be given to the loss called `name`."""
    unknown = [option for option in options if option not in defaults]
    if unknown:
        raise TypeError(
            f"{name} has no option {unknown[0]!r}; its options are {', '.join(defaults)}"
        )
    options = {**defaults, **options}
    for option, value in options.items():
        check = _OWN_CHECKS.get((name, option)) or _OPTION_CHECKS[option]
        check(option, value)
    if options.get("log") and options["smooth"] == 0:
        raise ValueError("log: log=True needs smooth > 0 (the logarithm of an index of 0), got 0")
    if options.get("squared") and options.get("intersection") == "min":
        raise ValueError('intersection: "min" cannot be combined with squared=True')
    if options.get("mode") == "multiclass":
        _check_multiclass(name, options)
    elif name == "focal":
        _weights("alpha", options["alpha"], high=1)
    if name == "compound":
        complete_terms(**options)


def _check_multiclass(name: str, options: Mapping[str, Any]) -> None:
    if options.get("pos_weight") is not None:
        raise ValueError('pos_weight: not for mode="multiclass"; use class_weights')
    if options.get("normalize") == "positives":
        raise ValueError('normalize: "positives" is not for mode="multiclass"')
    alpha = options.get("alpha") if name == "focal" else None
    if isinstance(alpha, numbers.Real) or getattr(alpha, "shape", None) == ():
        raise ValueError(
            f"alpha: got the number {shown(alpha)}, expected a list of C weights, "
            'one for each class, in mode="multiclass"'
        )


def complete_terms(terms, mode, ignore_index, validate) -> list[tuple[float, str, dict]]:
    """Check the terms of `compound` and give each the options that they share."""
    form = "(weight, name, options), for example (1.0, 'dice', {'smooth': 1.0})"
    if isinstance(terms, str | Mapping) or not isinstance(terms, Sequence) or not len(terms):
        raise TypeError(f"terms: got {shown(terms)}, expected a list of {form}")
    return [_complete_term(term, form, mode, ignore_index, validate) for term in terms]


def _complete_term(term, form, mode, ignore_index, validate) -> tuple[float, str, dict]:
    if not (isinstance(term, Sequence) and len(term) == 3 and isinstance(term[2], Mapping)):
        raise TypeError(f"terms: got {shown(term)}, expected {form}")
    weight, name, own = term
    names = [n for n in _DEFAULTS if n != "compound"]
    if name not in names:
        raise ValueError(f"terms: got the loss {shown(name)}, expected one of {', '.join(names)}")
    _number(0)(f"terms: weight of {name}", weight)
    shared = {"mode": mode, "ignore_index": ignore_index, "validate": validate}
    for option in own:
        if option in shared:
            raise ValueError(f"terms: {option!r} of {name} is an option of compound itself")
    if own.get("reduction", "mean") != "mean":
        raise ValueError(f'terms: reduction={shown(own["reduction"])} of {name}; expected "mean"')
    if name == "lovasz_softmax":
        if mode != "multiclass":
            raise ValueError(f'terms: lovasz_softmax needs mode="multiclass", got {shown(mode)}')
        del shared["mode"]
    options = {**own, **shared}
    check_options(name, _DEFAULTS[name], options)
    return weight, name, options


def plain(value: Any) -> Any:
    """Options as Python numbers, lists and dicts: what is checked, shown, compiled and saved."""
    if hasattr(value, "numpy"):  # a tensor of either framework
        value = value.detach().cpu().numpy() if hasattr(value, "detach") else value.numpy()
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return {k: plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value


_REPR = reprlib.Repr()
_REPR.maxother = _REPR.maxstring = 100


def shown(value: Any) -> str:
    """A value for a message: on one line, and short, even if it is a mask of a megapixel."""
    return " ".join(_REPR.repr(value).split())


def _one_of(*choices: str) -> Callable[[str, Any], None]:
    def check(option: str, value: Any) -> None:
        if not isinstance(value, str) or value not in choices:
            raise ValueError(f"{option}: got {shown(value)}, expected one of {choices}")

    return check


def _number(low: float, high: float = math.inf, above: bool = False) -> Callable:
    """Numbers from `low` (or above it) to `high`."""
    bound = f"a finite number {'above' if above else 'of at least'} {low:g}"
    expected = bound if high == math.inf else f"a number in [{low:g}, {high:g}]"

    def check(option: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise TypeError(f"{option}: got {shown(value)}, expected {expected}")
        # Without math.isfinite, which torch.compile cannot trace.
        if not (low <= value <= high and value < math.inf) or (above and value == low):
            raise ValueError(f"{option}: got {shown(value)}, expected {expected}")

    return check


def _flag(option: str, value: Any) -> None:
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{option}: got {shown(value)}, expected True or False")


def _ignore_index(option: str, value: Any) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, numbers.Integral)):
        raise TypeError(f"{option}: got {shown(value)}, expected an integer or None")


def _classes(option: str, value: Any) -> None:
    if isinstance(value, str):
        return _one_of("all", "present")(option, value)
    expected = '"all", "present" or a list of different channels such as [1, 2]'
    if not isinstance(value, Sequence | np.ndarray) or getattr(value, "ndim", 1) != 1:
        raise TypeError(f"{option}: got {shown(value)}, expected {expected}")
    whole = all(isinstance(c, numbers.Integral) and not isinstance(c, bool) for c in value)
    if not (len(value) and whole and min(value) >= 0 and len(set(value)) == len(value)):
        raise ValueError(f"{option}: got {shown(value)}, expected {expected}")


def _weights(option: str, value: Any, high: float = math.inf) -> None:
    """Weights in Python or NumPy; a framework's tensor is left to whoever passes it."""
    numpy = isinstance(value, (np.ndarray, np.generic))  # torch.compile cannot trace the "|" here
    if value is None or (hasattr(value, "dtype") and not numpy):
        return
    if numpy and value.ndim > 1:
        raise ValueError(f"{option}: got shape {value.shape}, expected one number for each channel")
    # In plain Python: torch.compile would make tensors of NumPy's arrays.
    weights = value.ravel().tolist() if numpy else value
    weights = [weights] if isinstance(weights, numbers.Real) else weights
    if not isinstance(weights, Sequence) or not all(isinstance(w, numbers.Real) for w in weights):
        raise TypeError(f"{option}: got {shown(value)}, expected numbers")
    if not all(0 <= w <= high and w < math.inf for w in weights):
        bound = "finite numbers of at least 0" if high == math.inf else "numbers in [0, 1]"
        raise ValueError(f"{option}: got {shown(value)}, expected {bound}")


def _terms(option: str, value: Any) -> None:
    if value is inspect.Parameter.empty:
        raise TypeError("compound needs terms, a list of (weight, name, options)")


_OPTION_CHECKS = {
    "mode": _one_of("binary", "multilabel", "multiclass"),
    "from_logits": _flag,
    "ignore_index": _ignore_index,
    "reduction": _one_of("mean", "sum", "none"),
    "validate": _flag,
    "label_smoothing": _number(0, 1),
    "pos_weight": _weights,
    "class_weights": _weights,
    "gamma": _number(0),
    "alpha": _number(0),
    "beta": _number(0),
    "normalize": _one_of("pixels", "positives"),
    "terms": _terms,
    "smooth": _number(0),
    "eps": _number(0),
    "squared": _flag,
    "intersection": _one_of("product", "min"),
    "log": _flag,
    "over": _one_of("image", "batch", "global"),
    "classes": _classes,
}


# Where an option of one loss takes other values than that of the same name in others.
_OWN_CHECKS = {
    ("focal", "alpha"): _weights,
    ("tversky", "gamma"): _number(0, above=True),
    ("lovasz_hinge", "mode"): _one_of("binary", "multilabel"),
    ("lovasz_hinge", "over"): _one_of("image", "batch"),
    ("lovasz_softmax", "over"): _one_of("image", "batch"),
}


def as_array(name: str, value: Any, convert: Callable[[Any], Any] = np.asarray) -> Any:
    """An argument as one array; NumPy's masked arrays, whose mask would be dropped, are refused."""
    parts = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(part, np.ma.MaskedArray) and np.ma.is_masked(part) for part in parts):
        raise TypeError(
            f"{name}: got a masked array, whose mask would be lost, expected a plain one: "
            ".filled(value), and ignore_index for the pixels of target that do not count"
        )
    try:
        return convert(value)
    except (RuntimeError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0][:200]
        raise ValueError(
            f"{name}: got {type(value).__name__}, expected one array: {reason}"
        ) from error


def sum_tolerance(dtype: Any) -> float:
    """How far from 1 the class probabilities of a pixel may add up, in a dtype of any framework."""
    return BFLOAT16_EPS if "bfloat16" in str(dtype) else SUM_TOLERANCE


def check_arrays(
    logits: tuple[tuple, str],
    target: tuple[tuple, str],
    mode: str,
    ignore_index: int | None = None,
    *,
    channel_axis: int = 1,
    cast: str = "target.astype(int)",
) -> bool:
    """Check shapes and dtypes, each array given as (shape, kind); True if the target is labels.

    A size of None (unknown while a graph is traced) agrees with every size. Labels may have an axis
    of 1 where the channels stand. `cast` is the remedy for labels that came as floats.
    """
    (shape, kind), (target_shape, target_kind) = logits, target
    if kind != "float":
        raise TypeError(f"logits: got dtype {kind}, expected floating point")
    if target_kind not in ("bool", "integer", "float"):
        raise TypeError(f"target: got dtype {target_kind}, expected bool, integer or float")
    if len(shape) < 2:
        layout = "(N, C, *spatial)" if channel_axis == 1 else "(N, *spatial, C)"
        raise ValueError(f"logits: got shape {shape}, expected {layout}")
    channels = shape[channel_axis]
    if channels == 0:
        raise ValueError(f"logits: got shape {shape}, expected at least 1 channel")
    if mode == "binary" and channels not in (1, None):
        raise ValueError(
            f'logits: got {channels} channels in shape {shape}, expected 1 for mode="binary" '
            '(mode="multilabel" or "multiclass" take several)'
        )
    if mode == "multiclass" and channels == 1:
        raise ValueError(
            f'logits: got 1 channel in shape {shape}, expected 2 or more for mode="multiclass" '
            '(mode="binary" takes 1)'
        )
    without_channel = shape[:1] + shape[2:] if channel_axis == 1 else shape[:-1]
    with_one = shape[:1] + (1,) + shape[2:] if channel_axis == 1 else shape[:-1] + (1,)
    if _agree(target_shape, shape):
        if mode == "multiclass" and ignore_index is not None:
            _check_ignored_class(ignore_index, channels)
        return False
    if mode == "multiclass" and (
        _agree(target_shape, without_channel) or _agree(target_shape, with_one)
    ):
        if target_kind == "float":
            raise TypeError(
                f"target: got labels of a floating dtype, expected integer labels: {cast}"
            )
        return True
    labels = f"{without_channel} or {with_one} for labels or " if mode == "multiclass" else ""
    raise ValueError(
        f"target: got shape {target_shape}, expected {labels}{shape}, "
        "the shape of logits (nothing is broadcast)"
    )


def _check_ignored_class(index: int, channels: int | None) -> None:
    """In class probabilities a class has no number that a pixel could hold."""
    if channels is not None and 0 <= index < channels:
        raise ValueError(
            f"ignore_index: got {index}, a class, for a target of class probabilities: to ignore "
            "that class give integer labels (the argmax); pixels whose channels are all 0 are "
            "ignored with any index that is no class, such as -1"
        )


def _agree(came: tuple, expected: tuple) -> bool:
    return len(came) == len(expected) and all(
        a == b or a is None or b is None for a, b in zip(came, expected, strict=True)
    )


def check_channels(channels: int, classes: Any = "all", **weights: Any) -> None:
    """Check options that speak of channels against their number C."""
    if not isinstance(classes, str) and max(classes) >= channels:
        raise ValueError(f"classes: got {shown(classes)}, expected channels below {channels}")
    for option, value in weights.items():
        shape = () if value is None else tuple(np.shape(value))
        scalar_allowed = value is None or option in ("pos_weight", "alpha")
        if shape != (channels,) and not (scalar_allowed and shape == ()):
            scalar = "a number or " if scalar_allowed else ""
            raise ValueError(f"{option}: got shape {shape}, expected {scalar}{channels} numbers")


def check_values(
    logits: np.ndarray,
    target: np.ndarray,
    valid: np.ndarray,
    labels: bool,
    mode: str,
    from_logits: bool,
    hard: bool = False,
    channel_axis: int = 1,
    tolerance: float = SUM_TOLERANCE,
) -> None:
    """Check the values at the pixels that are `valid`, which broadcasts against `target`.

    Labels have an axis of 1 for the channels here. `hard` allows no truth but 0 and 1; `tolerance`
    is `sum_tolerance` of the target as it came.
    """
    valid_target = target[np.broadcast_to(valid, target.shape)]
    if labels:
        _check_labels(valid_target, logits.shape[channel_axis])
    else:
        _check_truth(valid_target, hard)
        if mode == "multiclass":
            sums = target.astype(np.float64).sum(axis=channel_axis, keepdims=True)
            _check_class_sums(sums[valid], tolerance)
    if not from_logits:
        _check_probs(logits[np.broadcast_to(valid, logits.shape)])


def _check_labels(labels: np.ndarray, channels: int) -> None:
    wrong = labels[(labels < 0) | (labels >= channels)]
    if wrong.size:
        raise ValueError(
            f"target: found the label {int(wrong[0])}, expected 0 to {channels - 1} for "
            f"{channels} classes{_hint(labels)}"
        )


def _check_truth(truth: np.ndarray, hard: bool) -> None:
    fine = (truth == 0) | (truth == 1) if hard else (truth >= 0) & (truth <= 1)
    wrong = truth[~fine]  # NaN among them
    if wrong.size:
        soft = truth.dtype.kind == "f" and not hard
        expected = "numbers in [0, 1]" if soft else "0 or 1"
        expected += ": this loss takes hard labels only" if hard else ""
        raise ValueError(f"target: found the value {wrong[0]}, expected {expected}{_hint(truth)}")


def _check_class_sums(sums: np.ndarray, tolerance: float) -> None:
    wrong = sums[~(np.abs(sums - 1) <= tolerance)]
    if wrong.size:
        void = "; with ignore_index=-1 a pixel of no class is ignored" if wrong[0] == 0 else ""
        raise ValueError(
            f"target: found class probabilities that sum to {float(wrong[0])!r} in a pixel, "
            f"expected 1 (within {tolerance:g}){void}"
        )


def _check_probs(probs: np.ndarray) -> None:
    wrong = probs[(probs < 0) | (probs > 1)]  # NaN passes, and stays NaN
    if wrong.size:
        raise ValueError(
            f"logits: found {float(wrong[0])!r}, expected probabilities in [0, 1] with "
            "from_logits=False"
        )


def _hint(values: np.ndarray) -> str:
    """The commonest mistake has its remedy in the message."""
    if values.size and values.max() == 255:
        return "; a 0/255 mask: divide by 255 (or ignore_index=255 if 255 marks void pixels)"
    return ""
