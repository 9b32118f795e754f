"""Accuracy, Dice and IoU of one small object in a large image."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from segloss_lab import metrics
from segloss_lab.plots._parts import disc_masks, score_bars
from segloss_lab.plots._style import PALETTE
from segloss_lab.plots.masks import overlay

_PAPER = 0.96  # the grey of pixels outside both masks
_PLACE = 0.42, 0.6  # of the object, in shares of the image's side: row, column


def scores(state: Mapping[str, object]) -> Figure:
    """Draw what ``ScoresExplorer`` shows at a state: the image, a part of it enlarged, the scores.

    Args:
        state: The explorer's state; see ``ScoresExplorer``.

    Returns:
        A figure of the two pictures, or with the view ``"relation"`` of IoU over Dice, and of bars
        from 0 to 1.
    """
    figure = Figure(figsize=(8, 5.2), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[2.4, 1])
    if state["view"] == "relation":
        _draw_relation(above.subplots(), state)
    else:
        _draw_pictures(above.subplots(1, 2), state)
    score_bars(below.subplots(), _bars(state))
    return figure


def scores_of_mask(state: Mapping[str, object]) -> tuple[float, float, float]:
    """Give accuracy, Dice and IoU at a state of ``ScoresExplorer``.

    Args:
        state: As in ``scores``.

    Returns:
        Three numbers from 0 to 1.
    """
    truth, prediction = _masks(state)
    accuracy = float((truth == prediction).mean())
    pair = prediction[None, None], truth[None, None]
    return accuracy, metrics.dice_score(*pair), metrics.iou_score(*pair)


def _masks(state: Mapping[str, object]) -> tuple[np.ndarray, np.ndarray]:
    side = state["side"]
    return disc_masks(side, _centre(side), state["size"], state["found"], state["alarms"])


def _centre(side: int) -> tuple[int, int]:
    return tuple(int(share * side) for share in _PLACE)


def _draw_pictures(panels: np.ndarray, state: Mapping[str, object]) -> None:
    """Draw the image, and what lies around the object enlarged."""
    truth, prediction = _masks(state)
    paper = np.full(truth.shape, _PAPER)
    row, column = _centre(state["side"])
    reach = next(each for each in (8, 13, 19) if each >= _radius(state) + 1)
    part = np.s_[row - reach : row + reach, column - reach : column + reach]
    for panel in panels:
        panel.set_anchor("N")  # what is below them differs in height
    overlay(panels[0], paper, truth, prediction)
    corner = column - reach - 0.5, row - reach - 0.5
    frame = {"fill": False, "edgecolor": PALETTE["light"]["rule"]}
    panels[0].add_patch(Rectangle(corner, 2 * reach, 2 * reach, **frame))
    panels[0].get_legend().remove()
    panels[0].set_title(f"{state['side']} by {state['side']} pixels")
    overlay(panels[1], paper[part], truth[part], prediction[part])
    panels[1].set_title("a part of them, enlarged")


def _radius(state: Mapping[str, object]) -> float:
    return np.sqrt((state["size"] + state["alarms"]) / np.pi)


def _draw_relation(axes, state: Mapping[str, object]) -> None:
    """Draw J = D/(2 - D) and the state's point on it."""
    light = PALETTE["light"]
    _, dice, iou = scores_of_mask(state)
    grid = np.linspace(0, 1, 101)
    axes.plot(grid, grid, color=light["rule"], linestyle=":", label="J = D")
    color = PALETTE["losses"]["jaccard"]["color"]
    axes.plot(grid, grid / (2 - grid), color=color, linewidth=2.5, label="J = D/(2 - D)")
    axes.plot(dice, iou, "o", markersize=10, color=color)
    axes.set(xlabel="Dice, D", ylabel="IoU, J", aspect="equal")
    axes.legend(frameon=False)
    axes.grid(color=light["grid"])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=light["ink"])


def _bars(state: Mapping[str, object]) -> list[tuple[str, float, str]]:
    losses = PALETTE["losses"]
    colors = PALETTE["light"]["rule"], losses["dice"]["color"], losses["jaccard"]["color"]
    names = "accuracy", "Dice", "IoU"
    return list(zip(names, scores_of_mask(state), colors, strict=True))
