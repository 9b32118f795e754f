"""A loss sampled over overlap and false positives: its map, and where descent moves a point."""

import base64
from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from segloss_lab.plots.overlap import Sheet, plane


def sampled(state: Mapping[str, object]) -> Figure:
    """Draw what an explorer made by ``explore`` shows at a state.

    Args:
        state: The explorer's state: ``samples``, the sampled settings, and the point (``overlap``,
            ``false_positives``).

    Returns:
        A figure of the map, with its contours, the point, and an arrow where descent moves that.
    """
    losses, ends = _losses(state)
    along_y, along_x = np.gradient(losses, 1 / (len(losses) - 1), edge_order=2)
    slopes = _between(along_x, state), _between(along_y, state)
    settings = [f"{name} {state[name]}" for name in state["samples"]["settings"] if name != "size"]
    title = "\n".join(filter(None, [state["samples"]["name"], ", ".join(settings)]))
    title = title.replace("$", r"\$")  # somebody's own words, no mathematics
    return plane([Sheet(title, losses, slopes, ends)], state["overlap"], state["false_positives"])


def loss_of_samples(state: Mapping[str, object]) -> float:
    """Give the loss at a state of an explorer made by ``explore``, straight between its nodes."""
    return _between(_losses(state)[0], state)


def _between(values: np.ndarray, state: Mapping[str, object]) -> float:
    """Give values at the nodes at the state's point, straight between the nodes."""
    nodes = np.linspace(0, 1, len(values))
    rows = [np.interp(state["overlap"], nodes, row) for row in values]
    return float(np.interp(state["false_positives"], nodes, rows))


def _losses(state: Mapping[str, object]) -> tuple[np.ndarray, tuple[float, float]]:
    """Give the losses at the nodes for the state's settings, and the ends of all losses."""
    samples = state["samples"]
    lengths = [len(values) for values in samples["settings"].values()]
    place = tuple(values.index(state[name]) for name, values in samples["settings"].items())
    every = np.frombuffer(base64.b64decode(samples["values"]), "<f4").astype(float)
    low, high = float(every.min()), float(every.max())
    ends = (low, high) if low < high else (low - 0.5, high + 0.5)
    return every.reshape(*lengths, samples["side"], samples["side"])[place], ends
