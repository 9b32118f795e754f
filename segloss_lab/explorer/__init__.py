"""Interactive figures, alive in a notebook and in a static page.

An explorer is a widget whose settings are traits: a control that moves sets the trait, and a trait
set from Python moves the control. Everything it computes on a move is JavaScript; the mathematics
is ``front/losses``, held by the tests to the values of ``segloss_lab.reference``.

Shown, an explorer also carries a ``text/html`` part, a figure with its state and a picture inside,
which the bundle ``static/explorer.js`` brings to life in a page without a kernel, and a PNG. So
does a ``row`` of them; the boxes and tabs of ipywidgets leave nothing in such a page.
"""

from segloss_lab._extras import needed_by

with needed_by("segloss_lab.explorer", "explorer"):
    from segloss_lab.explorer._row import row
    from segloss_lab.explorer.crowd import CrowdExplorer
    from segloss_lab.explorer.lovasz import LovaszExplorer
    from segloss_lab.explorer.mask import MaskExplorer
    from segloss_lab.explorer.means import MeansExplorer
    from segloss_lab.explorer.overlap import OverlapExplorer
    from segloss_lab.explorer.pixel import PixelExplorer
    from segloss_lab.explorer.question import Question
    from segloss_lab.explorer.sampled import explore
    from segloss_lab.explorer.scores import ScoresExplorer
    from segloss_lab.explorer.smoothing import SmoothingExplorer
    from segloss_lab.explorer.training import TrainingExplorer
    from segloss_lab.explorer.volume import VolumeExplorer

__all__ = [
    "CrowdExplorer",
    "LovaszExplorer",
    "MaskExplorer",
    "MeansExplorer",
    "OverlapExplorer",
    "PixelExplorer",
    "Question",
    "ScoresExplorer",
    "SmoothingExplorer",
    "TrainingExplorer",
    "VolumeExplorer",
    "explore",
    "row",
]
