"""Discs of pixels as hard masks, and scores as bars, for the explorers of scores."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from segloss_lab.plots._style import PALETTE


def disc_masks(
    side: int, centre: tuple[int, int], size: int, found: float, alarms: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Give truth and prediction, (side, side) of bool.

    The object is the ``size`` pixels nearest to the centre (row, column), found from its left on
    to the nearest whole pixel; the next nearest ``alarms`` pixels are called too.
    """
    rows, columns = np.indices((side, side)) - np.reshape(centre, (2, 1, 1))
    # The middle lies beside that of a pixel, lest whole rings be as near.
    distance = (10 * rows + 3) ** 2 + (10 * columns + 4) ** 2
    nearest = np.lexsort((columns.ravel(), rows.ravel(), distance.ravel()))
    truth, prediction = np.zeros((2, side * side), dtype=bool)
    inside = nearest[:size]
    truth[inside] = True
    from_left = inside[np.lexsort((rows.ravel()[inside], columns.ravel()[inside]))]
    prediction[from_left[: int(np.floor(found * size + 0.5))]] = True
    prediction[nearest[size : size + alarms]] = True
    return truth.reshape(side, side), prediction.reshape(side, side)


def score_bars(axes: Axes, bars: Sequence[tuple[str, float, str]]) -> None:
    """Draw (name, value, colour) as horizontal bars from 0 to 1, the first on top."""
    names, values, colors = zip(*bars, strict=True)
    light = PALETTE["light"]
    axes.barh(names, [1] * len(bars), color=light["panel"], height=0.62)
    axes.barh(names, values, color=colors, height=0.62)
    for place, value in enumerate(values):
        axes.text(1.02, place, f"{value:.3g}", va="center", color=light["ink"])
    axes.set(xlim=(0, 1), xticks=[0, 0.5, 1])
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=light["ink"])
