"""Matplotlib figures: for print, for PDF, and in place of an explorer where no JavaScript runs.

Colours, dashes and markers come from ``palette.json``, which the explorers read too. Figures are
plain ``matplotlib.figure.Figure`` objects: nothing here touches pyplot or its global state.
"""

import json
from collections.abc import Mapping
from importlib.resources import files

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from segloss_lab import reference

PALETTE = json.loads(files("segloss_lab").joinpath("palette.json").read_text(encoding="utf-8"))

# d3's names for markers, as palette.json has them, in Matplotlib's letters.
_MARKERS = {
    "circle": "o",
    "cross": "P",
    "diamond": "D",
    "plus": "+",
    "square": "s",
    "star": "*",
    "times": "x",
    "triangle": "^",
    "wye": "1",
}
_DECADES = np.arange(-7, 5.01, 1 / 3)  # what the smoothing curves are sampled at, as exponents
_ZERO = 10.0**-8  # where a logarithmic x axis shows zero


def smoothing(state: Mapping[str, object]) -> Figure:
    """Draw what ``SmoothingExplorer`` shows at a state: the Dice loss and its largest gradient.

    Args:
        state: The explorer's state: ``smooth``, ``eps``, ``size``, ``overlap``,
            ``false_positives`` and ``axis`` (``"smooth"`` or ``"eps"``).

    Returns:
        A figure of two panels over ``state["axis"]``, one curve for each object size of the
        ladder in ``palette.json`` and for the chosen one, which is bold.
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
        smooth=state["smooth"],
        eps=state["eps"],
    )
    return float(value), float(np.abs(gradient).max())


def overlay(axes: Axes, image: np.ndarray, truth: np.ndarray, prediction: np.ndarray) -> None:
    """Draw a hard prediction against the truth over a grey image.

    What was found is filled in the colour of the overlap; a miss is hatched in the colour of the
    truth, a false alarm in that of the prediction.

    Args:
        axes: Where to draw.
        image: (H, W), in [0, 1].
        truth: (H, W), true where the object is.
        prediction: (H, W), true where it is said to be.
    """
    truth, prediction = np.asarray(truth, bool), np.asarray(prediction, bool)
    axes.imshow(image, cmap="gray", vmin=0, vmax=1)
    roles = PALETTE["roles"]
    parts = [
        ("found", truth & prediction, roles["overlap"], None),
        ("missed", truth & ~prediction, roles["truth"], "////"),
        ("false alarm", prediction & ~truth, roles["prediction"], "\\\\\\\\"),
    ]
    key = []
    for name, part, color, hatch in parts:
        tint = np.zeros((*part.shape, 4))
        tint[part] = (*to_rgb(color), 0.55)
        axes.imshow(tint)
        if part.any() and hatch:
            area = axes.contourf(part, levels=[0.5, 1.5], colors="none", hatches=[hatch])
            area.set(edgecolor=color, linewidth=0)
        count = f"{name}: {part.sum():,}".replace(",", "\u2009")
        key.append(
            Patch(facecolor=(*to_rgb(color), 0.55), edgecolor=color, hatch=hatch, label=count)
        )
    _frame(axes)
    axes.legend(
        handles=key,
        title="pixels",
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        ncols=3,
        frameon=False,
        columnspacing=1.2,
    )


def push(axes: Axes, gradient: np.ndarray) -> None:
    """Draw the push of gradient descent on every pixel: minus the gradient, up red, down blue.

    Args:
        axes: Where to draw.
        gradient: (H, W), the derivative of a loss by each pixel.
    """
    largest = float(np.abs(gradient).max()) or 1.0
    drawn = axes.imshow(-gradient, cmap=PALETTE["diverging"], vmin=-largest, vmax=largest)
    _frame(axes)
    bar = axes.figure.colorbar(
        drawn, ax=axes, location="bottom", fraction=0.05, pad=0.03, aspect=30
    )
    bar.set_ticks([-largest, 0, largest], labels=[f"{-largest:.1e}", "0", f"{largest:.1e}"])
    bar.outline.set_visible(False)


def _frame(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


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
    axis = state["axis"]
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
        "marker": _MARKERS[rung["marker"]],
        "markersize": 7 if rung["chosen"] else 4.5,
        "markerfacecolor": PALETTE["light"]["paper"],
    }


def _finish(axes: Axes, state: Mapping[str, object]) -> None:
    """Give a panel its axis of ``smooth`` or ``eps``, the rule at the present value, and calm."""
    ink, grid = PALETTE["light"]["ink"], PALETTE["light"]["grid"]
    exponents = range(-6, 6, 2)
    axes.set(xscale="log", xlabel=f"{state['axis']} (pixels)", xlim=(_ZERO / 3, 10.0**5.2))
    axes.set_xticks(
        [_ZERO, *(10.0**e for e in exponents)], ["0", *(f"$10^{{{e}}}$" for e in exponents)]
    )
    axes.minorticks_off()
    axes.axvline(state[state["axis"]] or _ZERO, color=ink, linewidth=1)
    axes.grid(color=grid)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=ink)
