"""The Dice loss of a slice with nothing in it, and its push, over the predicted volume."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from segloss_lab import reference
from segloss_lab.plots._style import PALETTE

_VOLUMES = np.round(10.0 ** np.linspace(0, 5, 61))  # whole pixels; a few of the first are equal


def volume(state: Mapping[str, object]) -> Figure:
    """Draw what ``VolumeExplorer`` shows at a state: loss and push over the predicted volume.

    Args:
        state: The explorer's state; see ``VolumeExplorer``.

    Returns:
        A figure of two panels over V, from 1 pixel to 100000: the Dice loss, and V times its
        slope, with a rule at the state's own volume.
    """
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    loss, push = figure.subplots(1, 2)
    along = np.array([dice_of_volume({**state, "volume": int(at)}) for at in _VOLUMES])
    color = PALETTE["losses"]["dice"]["color"]
    loss.plot(_VOLUMES, along[:, 0], color=color, linewidth=2.8)
    push.plot(_VOLUMES, _VOLUMES * along[:, 1], color=color, linewidth=2.8)
    loss.set(title="Dice loss", ylim=(-0.02, 1.02))
    push.set(title=r"Push on all V together, $V \cdot dL/dV$", ylim=(-0.005, 0.26))
    for axes in (loss, push):
        _finish(axes, state["volume"])
    return figure


def dice_of_volume(state: Mapping[str, object]) -> tuple[float, float]:
    """Give the Dice loss at a state of ``VolumeExplorer``, and its slope in one more pixel.

    Args:
        state: As in ``volume``: in an empty slice ``volume`` pixels are predicted with
            probability 1 and one more with probability 0, with ``smooth`` and ``eps``.

    Returns:
        The value of ``reference.dice`` and the last entry of its gradient, both at least 0.
    """
    probs = np.append(np.ones(state["volume"]), 0.0).reshape(1, 1, -1)
    value, gradient = reference.dice(
        probs,
        np.zeros_like(probs),
        from_logits=False,
        smooth=state["smooth"],
        eps=state["eps"],
    )
    return float(value), float(gradient.ravel()[-1])


def _finish(axes: Axes, at: int) -> None:
    """Give a panel its axis of volumes, the rule at the present one, and calm."""
    ink, grid = PALETTE["light"]["ink"], PALETTE["light"]["grid"]
    axes.set(xscale="log", xlabel="predicted volume, V (pixels)", xlim=(0.9, 1.1e5))
    axes.minorticks_off()
    axes.axvline(max(at, 0.9), color=ink, linewidth=1)
    axes.grid(color=grid)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=ink)
