"""The region losses over overlap and false positives: maps, arrows and slices."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from segloss_lab import reference
from segloss_lab.plots._style import MARKERS, PALETTE

_LOSSES = {"dice": reference.dice, "jaccard": reference.jaccard, "tversky": reference.tversky}
_OPTIONS = {
    "dice": ("smooth", "eps", "squared", "log"),
    "jaccard": ("smooth", "eps", "squared", "log"),
    "tversky": ("alpha", "beta", "gamma", "smooth", "eps"),
}
_GRID = np.linspace(0, 1, 41)
_LOG_END = 3  # where the colours of -ln(index) end


@dataclass(frozen=True)
class Sheet:
    """A loss over the plane: its values at the nodes of a square grid, and its slopes there.

    The arrays have a row for each false-positive probability and a column for each overlap, both in
    equal steps from 0 to 1.
    """

    title: str
    values: np.ndarray
    slope_overlap: np.ndarray
    slope_false_positives: np.ndarray
    look: Mapping[str, object]
    ends: tuple[float, float]


def overlap(state: Mapping[str, object]) -> Figure:
    """Draw what ``OverlapExplorer`` shows at a state: one or two losses over the same plane.

    Args:
        state: The explorer's state; see ``OverlapExplorer``.

    Returns:
        A figure of a map for each loss, with contours and the negative gradient as arrows, and of
        two slices through the point (``overlap``, ``false_positives``).
    """
    names = [("loss", ""), ("second", "second_")]
    chosen = [(state[name], prefix) for name, prefix in names if state[name] != "none"]
    sheets = [_sheet(state, loss, prefix) for loss, prefix in chosen]
    if len(sheets) > 1 and state["loss"] == state["second"]:
        again = {**sheets[1].look, "dash": [2, 3], "marker": "plus"}
        sheets[1] = Sheet(**{**vars(sheets[1]), "look": again})
    return plane(sheets, state["overlap"], state["false_positives"])


def loss_of_overlap(state: Mapping[str, object]) -> tuple[float, float, float]:
    """Give the first loss at a state of ``OverlapExplorer``, and its ``dL/dp`` of two pixels.

    Args:
        state: As in ``overlap``.

    Returns:
        The loss, its derivative for one pixel of the object, and for one of the background.
    """
    x, y = np.array([state["overlap"]]), np.array([state["false_positives"]])
    value, object_slope, background_slope = _evaluate(state, state["loss"], "", x, y)
    size = state["size"]
    return float(value[0]), float(object_slope[0]) / size, float(background_slope[0]) / size


def plane(sheets: list[Sheet], x: float, y: float) -> Figure:
    """Draw losses over the plane, a map for each, and their slices through the point (x, y)."""
    figure = Figure(figsize=(8, 6.6 if len(sheets) > 1 else 3.6), layout="constrained")
    shape = (2, 2) if len(sheets) > 1 else (1, 3)
    axes = figure.subplots(*shape).ravel()
    strongest = max(float(_lengths(sheet).max()) for sheet in sheets)
    for panel, sheet in zip(axes, sheets, strict=False):
        _draw_map(panel, sheet, strongest)
        panel.plot(x, y, "o", markersize=9, color="white", markeredgecolor=PALETTE["light"]["ink"])
    across, up = axes[-2:]
    for sheet in sheets:
        _draw_slices(across, up, sheet, x, y)
    bottom = min(sheet.ends[0] for sheet in sheets)
    top = max(float(np.max([sheet.values.max(), sheet.ends[1]])) for sheet in sheets)
    across.set(xlabel="overlap", ylabel="loss", title=f"at false positives {y:g}")
    up.set(xlabel="false positives", ylabel="loss", title=f"at overlap {x:g}")
    for panel, at in ((across, x), (up, y)):
        _finish(panel, at, (bottom, top))
    if len(sheets) > 1:
        across.legend(frameon=False, handlelength=3)
    return figure


def _sheet(state: Mapping[str, object], loss: str, prefix: str) -> Sheet:
    x, y = np.meshgrid(_GRID, _GRID)
    values, slope_x, slope_y = _evaluate(state, loss, prefix, x.ravel(), y.ravel())
    log = _options(state, loss, prefix).get("log", False)
    return Sheet(
        title=_title(state, loss, prefix),
        values=values.reshape(x.shape),
        slope_overlap=slope_x.reshape(x.shape),
        slope_false_positives=slope_y.reshape(x.shape),
        look=PALETTE["losses"][loss],
        ends=(0.0, float(_LOG_END) if log else 1.0),
    )


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


def _lengths(sheet: Sheet) -> np.ndarray:
    every = _arrow_nodes(sheet)
    return np.hypot(sheet.slope_overlap[every], sheet.slope_false_positives[every])


def _arrow_nodes(sheet: Sheet) -> tuple[slice, slice]:
    """Every tenth of the plane, its edges left out."""
    step = max(len(sheet.values) // 10, 1)
    return (slice(step // 2, None, step),) * 2


def _draw_map(axes: Axes, sheet: Sheet, strongest: float) -> None:
    """Draw values as colours with contours, and the negative gradient as arrows."""
    grid = np.linspace(0, 1, len(sheet.values))
    low, high = sheet.ends
    cells = {"cmap": PALETTE["sequential"], "vmin": low, "vmax": high, "shading": "gouraud"}
    drawn = axes.pcolormesh(grid, grid, sheet.values, **cells)
    levels = np.linspace(low, high, 11)[1:-1]
    axes.contour(grid, grid, sheet.values, levels=levels, colors="white", linewidths=0.6)
    every = _arrow_nodes(sheet)
    x, y = np.meshgrid(grid, grid)
    u, v = -sheet.slope_overlap[every], -sheet.slope_false_positives[every]
    # Lengths as square roots: an arrow twice as long stands for a slope four times as steep.
    length = np.sqrt(np.hypot(u, v))
    shrink = 0.085 / np.where(length > 0, length, 1) / np.sqrt(strongest or 1)
    axes.quiver(
        *(x[every], y[every], u * shrink, v * shrink),
        **{"angles": "xy", "scale_units": "xy", "scale": 1, "pivot": "mid"},
        **{"color": "white", "edgecolor": "black", "linewidth": 0.3, "width": 0.007},
    )
    axes.set(title=sheet.title, xlabel="overlap", ylabel="false positives", aspect="equal")
    axes.spines[:].set_visible(False)
    bar = axes.figure.colorbar(drawn, ax=axes, location="bottom", shrink=0.8, aspect=30, pad=0.02)
    bar.outline.set_visible(False)


def _draw_slices(across: Axes, up: Axes, sheet: Sheet, x: float, y: float) -> None:
    """Draw the loss along each axis, straight between the nodes of the sheet."""
    grid = np.linspace(0, 1, len(sheet.values))
    rows = np.array([np.interp(x, grid, row) for row in sheet.values])
    columns = np.array([np.interp(y, grid, column) for column in sheet.values.T])
    style = _style(sheet.look)
    label = sheet.title.replace("\n", ", ")
    across.plot(grid, columns, label=label, **style)
    up.plot(grid, rows, label=label, **style)


def _style(look: Mapping[str, object]) -> dict:
    width = 2
    dash = (0, tuple(length / width for length in look["dash"])) if look["dash"] else "-"
    return {
        "color": look["color"],
        "linewidth": width,
        "linestyle": dash,
        "marker": MARKERS[look["marker"]],
        "markersize": 6,
        "markevery": 5,
        "markerfacecolor": PALETTE["light"]["paper"],
    }


def _finish(axes: Axes, at: float, ends: tuple[float, float]) -> None:
    """Give a slice its ends, the rule at the point, and calm."""
    ink, grid = PALETTE["light"]["ink"], PALETTE["light"]["grid"]
    room = 0.02 * (ends[1] - ends[0])
    axes.set(xlim=(-0.02, 1.02), ylim=(ends[0] - room, ends[1] + room))
    axes.axvline(at, color=ink, linewidth=1)
    axes.grid(color=grid)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=ink)
