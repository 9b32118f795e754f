"""Matplotlib figures: for print, for PDF, and in place of an explorer where no JavaScript runs.

Colours, dashes and markers come from ``palette.json``, which the explorers read too. Figures are
plain ``matplotlib.figure.Figure`` objects: nothing here touches pyplot or its global state.
"""

from segloss_lab.plots._style import PALETTE
from segloss_lab.plots.masks import overlay, push
from segloss_lab.plots.smoothing import dice_of_object, smoothing

__all__ = ["PALETTE", "dice_of_object", "overlay", "push", "smoothing"]
