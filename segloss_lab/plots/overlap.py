"""The region losses over overlap and false positives: maps, and where descent moves a point."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from segloss_lab import reference
from segloss_lab.plots._style import PALETTE

_LOSSES = {"dice": reference.dice, "jaccard": reference.jaccard, "tversky": reference.tversky}
_OPTIONS = {
    "dice": ("smooth", "eps", "squared", "log"),
    "jaccard": ("smooth", "eps", "squared", "log"),
    "tversky": ("alpha", "beta", "gamma", "smooth", "eps"),
}
_GRID = np.linspace(0, 1, 41)
_LOG_END = 3  # where the colours of -ln(index) end
# As in front/charts/map.mjs: the arrow for a slope of 1, and its distance from the point.
_SLOPE, _KNOB = 0.12, 0.035


@dataclass(frozen=True)
class Sheet:
    """A loss over the plane: its values at the nodes of a square grid, and its slopes at a point.

    The array has a row for each false-positive probability and a column for each overlap, both in
    equal steps from 0 to 1; ``slopes`` are those along overlap and along false positives, and
    ``ends`` the losses at which the colours end.
    """

    title: str
    values: np.ndarray
    slopes: tuple[float, float]
    ends: tuple[float, float]


def overlap(state: Mapping[str, object]) -> Figure:
    """Draw what ``OverlapExplorer`` shows at a state: one or two losses over the same plane.

    Args:
        state: The explorer's state; see ``OverlapExplorer``.

    Returns:
        A figure of a map for each loss, with its contours, the point (``overlap``,
        ``false_positives``), and an arrow where descent moves that.
    """
    names = [("loss", ""), ("second", "second_")]
    chosen = [(state[name], prefix) for name, prefix in names if state[name] != "none"]
    sheets = [_sheet(state, loss, prefix) for loss, prefix in chosen]
    return plane(sheets, state["overlap"], state["false_positives"])


def loss_of_overlap(state: Mapping[str, object]) -> tuple[float, float, float]:
    """Give the first loss at a state of ``OverlapExplorer``, and its ``dL/dp`` of two pixels.

    Args:
        state: As in ``overlap``.

    Returns:
        The loss, its derivative for one pixel of the object, and for one of the background.
    """
    value, object_slope, background_slope = _evaluate_point(state, state["loss"], "")
    return value, object_slope / state["size"], background_slope / state["size"]


def plane(sheets: list[Sheet], x: float, y: float) -> Figure:
    """Draw losses over the plane, a map for each, and where descent moves the point (x, y)."""
    figure = Figure(figsize=(4.2 * len(sheets), 4.2), layout="constrained")
    for axes, sheet in zip(figure.subplots(1, len(sheets), squeeze=False)[0], sheets, strict=True):
        _draw_map(axes, sheet)
        _draw_point(axes, x, y, sheet.slopes)
    return figure


def _sheet(state: Mapping[str, object], loss: str, prefix: str) -> Sheet:
    x, y = np.meshgrid(_GRID, _GRID)
    values, _, _ = _evaluate(state, loss, prefix, x.ravel(), y.ravel())
    log = _options(state, loss, prefix).get("log", False)
    return Sheet(
        title=_title(state, loss, prefix),
        values=values.reshape(x.shape),
        slopes=_evaluate_point(state, loss, prefix)[1:],
        ends=(0.0, float(_LOG_END) if log else 1.0),
    )


def _evaluate_point(
    state: Mapping[str, object], loss: str, prefix: str
) -> tuple[float, float, float]:
    """Give the loss at the state's point, and its slopes along both axes."""
    x, y = np.array([state["overlap"]]), np.array([state["false_positives"]])
    value, along_x, along_y = _evaluate(state, loss, prefix, x, y)
    return float(value[0]), float(along_x[0]), float(along_y[0])


def _evaluate(
    state: Mapping[str, object], loss: str, prefix: str, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the loss at points of the plane, and its slopes along both axes.

    An object of `size` pixels with `smooth` has the loss of one pixel with `smooth / size`: sums
    over equal pixels are multiples, and the loss is a ratio of them. So two pixels are enough.
    """
    options = _options(state, loss, prefix)
    probs = np.stack([x, y], axis=-1)[:, None]
    target = np.broadcast_to([1.0, 0.0], probs.shape)
    given = {"from_logits": False, **options}
    values, _ = _LOSSES[loss](probs, target, reduction="none", **given)
    _, gradient = _LOSSES[loss](probs, target, reduction="sum", **given)
    return values[:, 0], gradient[:, 0, 0], gradient[:, 0, 1]


def _options(state: Mapping[str, object], loss: str, prefix: str) -> dict:
    options = {name: state[prefix + name] for name in _OPTIONS[loss]}
    options["smooth"] /= state["size"]
    options["eps"] /= state["size"]
    if options["smooth"] == 0 and "log" in options:
        options["log"] = False  # a missed object has no logarithm then
    return options


def _title(state: Mapping[str, object], loss: str, prefix: str) -> str:
    """Name the loss and those of its options that are not at rest."""
    options = _options(state, loss, prefix) | {
        name: state[prefix + name] for name in ("smooth", "eps")
    }
    rest = {"gamma": 1.0, "smooth": 0.0, "eps": 0.0}
    parts = [
        f"{name} {options[name]:g}"
        for name in ("alpha", "beta", "gamma", "smooth", "eps")
        if name in options and options[name] != rest.get(name)
    ]
    parts += ["squared"] if options.get("squared") else []
    name = f"{'log-' if options.get('log') else ''}{loss.capitalize()} loss"
    return "\n".join(filter(None, [name, ", ".join(parts)]))


def _draw_map(axes: Axes, sheet: Sheet) -> None:
    """Draw values as colours, with contours and their numbers."""
    grid = np.linspace(0, 1, len(sheet.values))
    low, high = sheet.ends
    cells = {"cmap": PALETTE["sequential"], "vmin": low, "vmax": high, "shading": "gouraud"}
    axes.pcolormesh(grid, grid, sheet.values, **cells)
    levels = MaxNLocator(10, steps=[1, 2, 5, 10]).tick_values(low, high)
    levels = [level for level in levels if sheet.values.min() < level < sheet.values.max()]
    if levels:
        lines = axes.contour(grid, grid, sheet.values, levels, colors="white", linewidths=0.8)
        axes.clabel(lines, fmt="%.3g", fontsize=8)
    axes.set(title=sheet.title, xlabel="overlap", ylabel="false positives", aspect="equal")
    axes.spines[:].set_visible(False)


def _draw_point(axes: Axes, x: float, y: float, slopes: tuple[float, float]) -> None:
    """Draw the point and, as long as the loss is steep, an arrow where descent moves it."""
    ink = PALETTE["light"]["ink"]
    axes.plot(x, y, "o", markersize=9, color="white", markeredgecolor=ink, clip_on=False)
    at = np.array([x, y])
    step = -np.array(slopes)
    step[((at == 0) & (step < 0)) | ((at == 1) & (step > 0))] = 0  # at an edge, along it
    steepness = float(np.hypot(*step))
    if steepness == 0:
        return
    toward = step / steepness
    edge = np.where(toward > 0, 1.0, 0.0)
    room = min(
        (end - here) / part
        for end, here, part in zip(edge, at, toward, strict=True)
        if abs(part) > 1e-9
    )
    start, end = at + _KNOB * toward, at + min(_KNOB + _SLOPE * steepness, room) * toward
    if room > _KNOB:
        line = {"arrowstyle": "->", "color": "white", "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", xy=tuple(end), xytext=tuple(start), arrowprops=line)
