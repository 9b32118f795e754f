"""Matplotlib figures: for print, for PDF, and in place of an explorer where no JavaScript runs.

Colours, dashes and markers come from ``palette.json``, which the explorers read too. Figures are
plain ``matplotlib.figure.Figure`` objects: nothing here touches pyplot or its global state.
"""

from segloss_lab._extras import needed_by

with needed_by("segloss_lab.plots", "explorer"):
    from segloss_lab.plots._style import PALETTE
    from segloss_lab.plots.crowd import crowd, pulls_of_crowd
    from segloss_lab.plots.lesion import lesion, pull_and_push
    from segloss_lab.plots.lovasz import loss_of_errors, lovasz
    from segloss_lab.plots.mask import loss_of_mask, mask, masks_of, pulls_of_mask
    from segloss_lab.plots.masks import overlay, push
    from segloss_lab.plots.means import means, means_of_images
    from segloss_lab.plots.overlap import loss_of_overlap, overlap
    from segloss_lab.plots.pixel import loss_of_pixel, pixel
    from segloss_lab.plots.sampled import loss_of_samples, sampled
    from segloss_lab.plots.scores import scores, scores_of_mask
    from segloss_lab.plots.smoothing import dice_of_object, smoothing
    from segloss_lab.plots.training import (
        loss_of_knobs,
        losses_of_race,
        path_of_knobs,
        training,
    )
    from segloss_lab.plots.twins import show
    from segloss_lab.plots.volume import dice_of_volume, volume

__all__ = [
    "PALETTE",
    "crowd",
    "dice_of_object",
    "dice_of_volume",
    "lesion",
    "loss_of_errors",
    "loss_of_knobs",
    "loss_of_mask",
    "loss_of_overlap",
    "loss_of_pixel",
    "loss_of_samples",
    "losses_of_race",
    "lovasz",
    "mask",
    "masks_of",
    "means",
    "means_of_images",
    "overlap",
    "overlay",
    "path_of_knobs",
    "pixel",
    "pulls_of_crowd",
    "pull_and_push",
    "pulls_of_mask",
    "push",
    "sampled",
    "scores",
    "scores_of_mask",
    "show",
    "smoothing",
    "training",
    "volume",
]
