"""A crowd of easy pixels beside a few hard ones: all of the pull and all of the push."""

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from segloss_lab import reference
from segloss_lab.plots._style import PALETTE

_OPTIONS = {"focal": ("gamma", "alpha"), "cross_entropy": ("pos_weight",)}
_MOST = 12_000  # squares: where there are more pixels, one stands for several


def crowd(state: Mapping[str, object]) -> Figure:
    """Draw what ``CrowdExplorer`` shows at a state.

    Args:
        state: The explorer's state; see ``CrowdExplorer``.

    Returns:
        A figure of two panels: the pixels as small squares, those of the object blue; and the
        whole pull of the object and the whole push of the crowd as bars, on an axis that reaches to
        the longer one.
    """
    figure = Figure(figsize=(9, 3), layout="constrained")
    squares, bars = figure.subplots(1, 2)
    _draw_squares(squares, state["objects"], state["crowd"])
    _draw_bars(bars, state)
    return figure


def pulls_of_crowd(state: Mapping[str, object]) -> tuple[float, float, float]:
    """Give the loss at a state of ``CrowdExplorer``, the whole pull and the whole push.

    Args:
        state: As in ``crowd``.

    Returns:
        The mean of the loss over all pixels; the sizes of the slopes of the pixels' own losses by
        their logits, summed over the object, and over the crowd.
    """
    counts = np.array([state["objects"], state["crowd"]])
    probs = np.array([state["object_pt"], 1 - state["crowd_pt"]])
    logits = np.log(probs / (1 - probs)).reshape(2, 1, 1)
    target = np.array([1.0, 0.0]).reshape(2, 1, 1)
    options = {name: state[name] for name in _OPTIONS[state["loss"]]}
    loss = getattr(reference, state["loss"])
    values, _ = loss(logits, target, **options, reduction="none")
    _, slopes = loss(logits, target, **options, reduction="sum")
    pull, push = counts * np.abs(slopes.ravel())
    return float(np.average(values.ravel(), weights=counts)), float(pull), float(push)


def _draw_squares(axes: Axes, objects: int, others: int) -> None:
    each = math.ceil((objects + others) / _MOST)
    inside, total = max(round(objects / each), 1), max(round((objects + others) / each), 2)
    columns = math.ceil(math.sqrt(2 * total))
    rows = math.ceil(total / columns)
    row, column = np.divmod(np.arange(rows * columns), columns)
    distance = np.hypot(column - 0.66 * columns, row - 0.45 * rows)
    distance[total:] = np.inf
    pixels = np.tile(to_rgb(PALETTE["light"]["grid"]), (rows * columns, 1))
    pixels[total:] = 1
    pixels[np.argsort(distance, kind="stable")[:inside]] = to_rgb(PALETTE["roles"]["truth"])
    axes.imshow(pixels.reshape(rows, columns, 3), interpolation="nearest")
    note = "" if each == 1 else f" (a square: {each} pixels)"
    axes.set_title(f"{others} pixels of background, {objects} of the object{note}", fontsize=10)
    axes.axis("off")


def _draw_bars(axes: Axes, state: Mapping[str, object]) -> None:
    _, pull, push = pulls_of_crowd(state)
    roles, ink = PALETTE["roles"], PALETTE["light"]["ink"]
    names = [f"the object pulls: {pull:.3g}", f"the crowd pushes: {push:.3g}"]
    axes.barh([1, 0], [pull, push], height=0.45, color=[roles["truth"], roles["prediction"]])
    for at, name in zip([1, 0], names, strict=True):
        axes.text(0, at + 0.3, name, color=ink, va="bottom")
    axes.set(ylim=(-0.4, 1.7), xlim=(0, 1.05 * (max(pull, push) or 1)), yticks=[])
    axes.set_title("All of the pull, and all of the push", fontsize=10)
    axes.set_xlabel("sum of the slopes by the logits")
    axes.grid(axis="x", color=PALETTE["light"]["grid"])
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=ink)
