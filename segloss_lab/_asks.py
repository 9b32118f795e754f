"""What a loss of somebody's own asks to be given, as far as it says so."""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

_CLIP = 1e-7  # logits are those of probabilities in [_CLIP, 1 - _CLIP], as the losses clip them
_TRUTH = {"y_true", "target", "targets", "truth", "label", "labels"}
_KERAS = re.compile(r"(^|\.)(keras|tensorflow)(\.|$)")


def name_of(loss: Callable) -> str:
    """Give the name of a function, or of the class of an object."""
    inner = _inner(loss)
    return getattr(inner, "__name__", type(inner).__name__)


def framework_of(loss: Callable) -> str:
    """Tell by the modules from which a function, or the class of an object, comes."""
    inner = _inner(loss)
    homes = [getattr(inner, "__module__", None), *(base.__module__ for base in type(inner).__mro__)]
    return "tensorflow" if any(_KERAS.search(home or "") for home in homes) else "torch"


def truth_comes_first(loss: Callable) -> bool:
    """Tell by the name of the first parameter."""
    return next(iter(_parameters(loss)), None) in _TRUTH


def takes_logits(loss: Callable, settings: Mapping[str, object]) -> bool:
    """Tell whether a loss takes logits, by what it says of itself; one that says nothing does not.

    Its ``from_logits`` may be among the settings, an attribute, an option of a ``Loss`` of this
    package or of the terms of one, or a parameter with a default.
    """
    if type(loss).__module__.startswith("segloss_lab."):
        settings, loss = {**loss._options, **settings}, loss._function
    parameters = _parameters(loss)
    defaults = {name: parameter.default for name, parameter in parameters.items()}
    given = {**defaults, **getattr(loss, "__dict__", {}), **settings}
    if isinstance(terms := given.get("terms"), Sequence):  # of a compound
        return any(options.get("from_logits", True) for _, _, options in terms)
    if "from_logits" in given:
        return bool(given["from_logits"])
    says = name_of(loss).lower().replace("_", "")
    return "logits" in list(parameters)[:2] or "withlogits" in says


def logits_of(probs: np.ndarray) -> np.ndarray:
    """Give the logits of probabilities, finite ones."""
    inside = np.clip(probs, _CLIP, 1 - _CLIP)
    return np.log(inside) - np.log1p(-inside)


def _inner(loss: Callable) -> Callable:
    """Give what a partial calls in the end."""
    while isinstance(loss, partial):
        loss = loss.func
    return loss


def _parameters(loss: Callable) -> dict[str, inspect.Parameter]:
    """Give the parameters by name; of a builtin that does not tell, none."""
    named = getattr(loss, "forward", loss)  # what a module of torch calls
    try:
        return dict(inspect.signature(named).parameters)
    except (TypeError, ValueError):
        return {}
