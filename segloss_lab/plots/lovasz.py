"""The Lovász extension of the Jaccard loss for two or three pixels: maps, and errors by rank."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from segloss_lab import reference
from segloss_lab.plots._style import PALETTE

_GRID = np.linspace(0, 1, 41)
_SOFT = {"jaccard": reference.jaccard, "dice": reference.dice}
_APART = 1e-9  # how far tied errors are moved to see whether their order matters


@dataclass(frozen=True)
class Ranking:
    """The Lovász loss of a few pixels: its value, and the weight of each pixel's error."""

    loss: float
    weights: np.ndarray


def lovasz(state: Mapping[str, object]) -> Figure:
    """Draw what ``LovaszExplorer`` shows at a state.

    Args:
        state: The explorer's state; see ``LovaszExplorer``.

    Returns:
        A figure of three panels: the Lovász extension and a soft loss over the errors of the first
        two pixels, white lines where the extension is creased, and the errors by rank as bars.
    """
    truth, errors = _truth(state), _errors(state)
    figure = Figure(figsize=(10, 3.7), layout="constrained")
    extension, soft, bars = figure.subplots(1, 3)
    plane = _plane(errors)
    _draw_map(extension, "Lovász extension", _hinge(truth, plane)[0], errors)
    for start, end in _creases(truth, errors):
        extension.plot(*zip(start, end, strict=True), color="white", linewidth=2)
    drawn = _draw_map(
        soft, f"Soft {state['surface'].title()}", _soft(state["surface"], truth, plane), errors
    )
    bar = figure.colorbar(drawn, ax=[extension, soft], location="bottom", shrink=0.5, aspect=40)
    bar.outline.set_visible(False)
    bar.set_label("loss")
    _draw_bars(bars, truth, errors)
    return figure


def loss_of_errors(state: Mapping[str, object]) -> Ranking:
    """Give the Lovász loss at a state of ``LovaszExplorer``, and the weights of its errors.

    Args:
        state: As in ``lovasz``.

    Returns:
        The value of ``reference.lovasz_hinge`` at the logits whose hinge errors are those of the
        state, and for each pixel what the Jaccard loss rises by at its rank.
    """
    truth, errors = _truth(state), _errors(state)
    return Ranking(float(_hinge(truth, errors[None])[0][0]), _weights(truth, errors))


def _truth(state: Mapping[str, object]) -> np.ndarray:
    return np.array([float(state[f"truth_{i + 1}"]) for i in range(state["pixels"])])


def _errors(state: Mapping[str, object]) -> np.ndarray:
    return np.array([state[f"error_{i + 1}"] for i in range(state["pixels"])])


def _plane(errors: np.ndarray) -> np.ndarray:
    """Give the errors at every node of the map, (nodes, pixels); a third one stays as it is."""
    x, y = np.meshgrid(_GRID, _GRID)
    held = [np.full(x.size, error) for error in errors[2:]]
    return np.stack([x.ravel(), y.ravel(), *held], axis=-1)


def _hinge(truth: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the Lovász hinge of every row of errors, and its slopes by the logits."""
    logits = ((2 * truth - 1) * (1 - errors))[:, None]
    target = np.broadcast_to(truth, logits.shape)
    values, _ = reference.lovasz_hinge(logits, target, reduction="none")
    _, gradient = reference.lovasz_hinge(logits, target, reduction="sum")
    return values[:, 0], gradient[:, 0]


def _weights(truth: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Give what the Jaccard loss rises by at the rank of each error.

    Errors that are all larger by 1 are in the same order, and none lies at the hinge's own kink.
    """
    return np.abs(_hinge(truth, 1 + errors[None])[1][0])


def _soft(name: str, truth: np.ndarray, errors: np.ndarray) -> np.ndarray:
    probs = np.where(truth == 1, 1 - errors, errors)[:, None]
    target = np.broadcast_to(truth, probs.shape)
    options = {"from_logits": False, "smooth": 0.0, "reduction": "none"}
    return _SOFT[name](probs, target, **options)[0][:, 0]


def _creases(truth: np.ndarray, errors: np.ndarray) -> list[tuple]:
    """Give the lines ((x, y), (x, y)) on which two errors tie and the extension has a kink."""
    held = errors[2:]
    stops = np.unique([0.0, *held, 1.0])
    lines = []
    for low, high in zip(stops, stops[1:], strict=False):
        lines.append(((0, 1), (low, low), (high, high)))
        for c in held[(held > 0) & (held < 1)]:
            lines.append(((0, 2), (c, low), (c, high)))
            lines.append(((1, 2), (low, c), (high, c)))
    return [(start, end) for tied, start, end in lines if _is_kink(truth, held, tied, start, end)]


def _is_kink(truth, held, tied, start, end) -> bool:
    middle = np.array([*np.add(start, end) / 2, *held])
    apart = np.zeros(len(middle))
    apart[tied[1]] = _APART
    return not np.array_equal(_weights(truth, middle + apart), _weights(truth, middle - apart))


def _draw_map(axes: Axes, title: str, values: np.ndarray, errors: np.ndarray):
    """Draw a loss over the errors of the first two pixels, with contours and the point."""
    values = values.reshape(_GRID.size, _GRID.size)
    cells = {"cmap": PALETTE["sequential"], "vmin": 0, "vmax": 1, "shading": "gouraud"}
    drawn = axes.pcolormesh(_GRID, _GRID, values, **cells)
    levels = np.linspace(0, 1, 11)[1:-1]
    axes.contour(_GRID, _GRID, values, levels=levels, colors="white", linewidths=0.6, alpha=0.6)
    ink = PALETTE["light"]["ink"]
    axes.plot(*errors[:2], "o", markersize=9, color="white", markeredgecolor=ink, clip_on=False)
    held = "".join(f" at error 3 = {error:g}" for error in errors[2:])
    axes.set(xlabel="error of pixel 1", ylabel="error of pixel 2", aspect="equal")
    axes.set_title(title + held)
    axes.spines[:].set_visible(False)
    return drawn


def _draw_bars(axes: Axes, truth: np.ndarray, errors: np.ndarray) -> None:
    """Draw the errors from the largest on, each as wide as its weight: the area is the loss."""
    roles, ink = PALETTE["roles"], PALETTE["light"]["ink"]
    looks = {0.0: (roles["prediction"], "\\\\\\"), 1.0: (roles["truth"], "///")}
    weights = _weights(truth, errors)
    left = 0.0
    for i in np.argsort(-errors, kind="stable"):
        color, hatch = looks[truth[i]]
        shape = {"width": weights[i], "align": "edge", "linewidth": 2, "hatch": hatch}
        axes.bar(left, errors[i], **shape, facecolor="none", edgecolor=color)
        if weights[i] > 0.1:
            axes.annotate(
                f"pixel {i + 1}",
                (left + weights[i] / 2, errors[i]),
                **{"xytext": (0, 4), "textcoords": "offset points", "ha": "center", "color": ink},
            )
        left += weights[i]
    axes.set(title="Errors by rank: the area is the loss", xlim=(-0.02, 1.02), ylim=(0, 1.12))
    axes.set(xlabel="weights, summed", ylabel="error")
    axes.grid(axis="y", color=PALETTE["light"]["grid"])
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=ink)
