"""Two images: the mean of their Dice values, and the Dice of their summed counts."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from segloss_lab import metrics
from segloss_lab.plots._parts import disc_masks, score_bars
from segloss_lab.plots._style import PALETTE
from segloss_lab.plots.masks import overlay

_SIDE, _BIG = 48, 1000  # pixels of an image along each axis, and of the big object
_PAPER = 0.96  # the grey of pixels outside both masks


def means(state: Mapping[str, object]) -> Figure:
    """Draw what ``MeansExplorer`` shows at a state: the two images, and the bars of four scores.

    Args:
        state: The explorer's state; see ``MeansExplorer``.

    Returns:
        A figure of the two images and of bars from 0 to 1.
    """
    figure = Figure(figsize=(8, 5.6), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[2.1, 1])
    panels = above.subplots(1, 2)
    for nth, (panel, pair) in enumerate(zip(panels, _masks(state), strict=True), start=1):
        overlay(panel, np.full((_SIDE, _SIDE), _PAPER), *pair)
        panel.get_legend().remove()  # the two have no room for one each
        truth, prediction = pair
        panel.set_title(f"image {nth}: {prediction.sum()} of {truth.sum()} pixels found")
    names = "Dice of image 1", "Dice of image 2", "mean of the two", "Dice of the sums"
    one, both = PALETTE["light"]["rule"], PALETTE["losses"]["dice"]["color"]
    bars = zip(names, means_of_images(state), (one, one, both, both), strict=True)
    score_bars(below.subplots(), list(bars))
    return figure


def means_of_images(state: Mapping[str, object]) -> tuple[float, float, float, float]:
    """Give Dice values at a state of ``MeansExplorer``: of each image, their mean, of the sums.

    Args:
        state: As in ``means``.

    Returns:
        Four numbers from 0 to 1.
    """
    truth, prediction = (np.stack(masks)[:, None] for masks in zip(*_masks(state), strict=True))
    alone = metrics.dice_score(prediction, truth, reduction="none")
    ways = (metrics.dice_score(prediction, truth, over=over) for over in ("image", "batch"))
    return tuple(map(float, (*alone.ravel(), *ways)))


def _masks(state: Mapping[str, object]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Give truth and prediction of each image."""
    objects = (_BIG, state["found_big"]), (state["size_small"], state["found_small"])
    centre = _SIDE // 2, _SIDE // 2
    return [disc_masks(_SIDE, centre, size, found) for size, found in objects]
