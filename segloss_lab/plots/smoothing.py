"""The Dice loss and its largest gradient over ``smooth`` or ``eps``, for objects of many sizes."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from segloss_lab import reference
from segloss_lab.plots._style import MARKERS, PALETTE

_DECADES = np.arange(-7, 5.01, 1 / 3)  # what the smoothing curves are sampled at, as exponents
_ZERO = 10.0**-8  # where a logarithmic x axis shows zero

# How often the number that a library adds counts as `smooth`, and as `eps`, of this package.
_CONVENTIONS = {"textbook": (1, 0), "half": (2, 0), "denominator": (0, 1), "none": (0, 0)}


def smoothing(state: Mapping[str, object]) -> Figure:
    """Draw what ``SmoothingExplorer`` shows at a state: the Dice loss and its largest gradient.

    Args:
        state: The explorer's state; see ``SmoothingExplorer``.

    Returns:
        A figure of two panels over ``state["axis"]`` (over ``eps`` with the convention
        ``"none"``), one curve for each object size of the ladder in ``palette.json`` and for the
        chosen one, which is bold.
    """
    figure = Figure(figsize=(8, 3.5), layout="constrained")
    loss, push = figure.subplots(1, 2)
    for rung in _ladder(state["size"]):
        _draw_rung(loss, push, rung, state)
    loss.set(title="Dice loss", ylim=(-0.02, 1.02))
    push.set(title=r"Largest push on a pixel, $|dL/dp|$", yscale="log")
    for axes in (loss, push):
        _finish(axes, state)
    figure.legend(
        *loss.get_legend_handles_labels(),
        loc="outside right center",
        title="object,\npixels",
        frameon=False,
        handlelength=3,
    )
    return figure


def dice_of_object(state: Mapping[str, object]) -> tuple[float, float]:
    """Give the Dice loss at a state of ``SmoothingExplorer``, and its largest ``|dL/dp|``.

    Args:
        state: As in ``smoothing``. An object of ``size`` pixels is predicted with probability
            ``overlap`` throughout, ``false_positives`` background pixels with probability 1, and
            one more background pixel with probability 0.

    Returns:
        The value of ``reference.dice`` and the largest absolute entry of its gradient.
    """
    size, extra = state["size"], state["false_positives"]
    probs = np.concatenate([np.full(size, float(state["overlap"])), np.ones(extra), np.zeros(1)])
    target = np.concatenate([np.ones(size), np.zeros(extra + 1)])
    value, gradient = reference.dice(
        probs.reshape(1, 1, -1),
        target.reshape(1, 1, -1),
        from_logits=False,
        **options_of(state),
    )
    return float(value), float(np.abs(gradient).max())


def options_of(state: Mapping[str, object]) -> dict:
    """Give the options of this package for a state's convention, ``smooth`` and ``eps``."""
    as_smooth, as_eps = _CONVENTIONS[state["convention"]]
    return {
        "smooth": as_smooth * state["smooth"],
        "eps": as_eps * state["smooth"] + state["eps"],
    }


def _axis(state: Mapping[str, object]) -> str:
    return "eps" if state["convention"] == "none" else state["axis"]


def _ladder(size: int) -> list[dict]:
    """Give the rungs of the ladder; a chosen size between two of them becomes a rung as well."""
    rungs = [dict(rung, chosen=rung["size"] == size) for rung in PALETTE["ladder"]]
    if any(rung["chosen"] for rung in rungs):
        return rungs
    below = max((rung for rung in rungs if rung["size"] < size), key=lambda rung: rung["size"])
    own = dict(below, size=size, chosen=True, dash=[], marker="circle")
    return sorted([*rungs, own], key=lambda rung: rung["size"])


def _draw_rung(loss: Axes, push: Axes, rung: dict, state: Mapping[str, object]) -> None:
    """Draw one object's curve in both panels: a short stroke at zero, then the decades."""
    axis = _axis(state)
    stroke = np.array([_ZERO / 1.6, _ZERO * 1.6])
    curve = 10.0**_DECADES
    along = np.array(
        [dice_of_object({**state, "size": rung["size"], axis: at}) for at in (0.0, *curve)]
    )
    label = "empty" if rung["size"] == 0 else f"{rung['size']:,}".replace(",", "\u2009")
    style = _style(rung)
    for axes, values in ((loss, along[:, 0]), (push, _visible(along[:, 1]))):
        axes.plot(curve, values[1:], label=label, **style, markevery=(3, 9))
        axes.plot(stroke, values[[0, 0]], **{**style, "marker": None})


def _visible(values: np.ndarray) -> np.ndarray:
    """Leave out zeros, which a logarithmic axis has no place for."""
    return np.where(values > 0, values, np.nan)


def _style(rung: dict) -> dict:
    width = 2.8 if rung["chosen"] else 1.3
    dash = (0, tuple(length / width for length in rung["dash"])) if rung["dash"] else "-"
    return {
        "color": rung["light"],
        "linewidth": width,
        "linestyle": dash,
        "marker": MARKERS[rung["marker"]],
        "markersize": 7 if rung["chosen"] else 4.5,
        "markerfacecolor": PALETTE["light"]["paper"],
    }


def _finish(axes: Axes, state: Mapping[str, object]) -> None:
    """Give a panel its axis of ``smooth`` or ``eps``, the rule at the present value, and calm."""
    ink, grid = PALETTE["light"]["ink"], PALETTE["light"]["grid"]
    exponents = range(-6, 6, 2)
    axis = _axis(state)
    axes.set(xscale="log", xlabel=f"{axis} (pixels)", xlim=(_ZERO / 3, 10.0**5.2))
    axes.set_xticks(
        [_ZERO, *(10.0**e for e in exponents)], ["0", *(f"$10^{{{e}}}$" for e in exponents)]
    )
    axes.minorticks_off()
    axes.axvline(state[axis] or _ZERO, color=ink, linewidth=1)
    axes.grid(color=grid)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=ink)
