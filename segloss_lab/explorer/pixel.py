"""The explorer of one pixel."""

import traitlets

from segloss_lab import plots
from segloss_lab.explorer._base import Between, Choice, Explorer, Share, Whole

_WORDS = {"focal": "focal loss", "cross_entropy": "cross-entropy", "lovasz_hinge": "Lovász hinge"}


class PixelExplorer(Explorer):
    """What one pixel costs and how hard it pushes, by cross-entropy, focal loss or Lovász hinge.

    The figure shows the loss of the pixel over the logit or over the probability, and at the
    present value its tangent with the slope. The bench has loss and slope as curves, for two
    losses at once; and, if one of them is the focal loss, its weight ``(1 - p_t)^gamma``, with the
    points where a pixel counts 100 and 1000 times less. Every trait is two-way.

    Args:
        loss: ``"cross_entropy"``, ``"focal"`` or ``"lovasz_hinge"``.
        second: The loss to compare with, one of the same or ``"none"``.
        target: The truth: 1 for the object, 0 for background.
        logit: The pixel's logit, -10 to 10.
        axis: What the charts run over, ``"logit"`` or ``"probability"``.
        label_smoothing: Of cross-entropy, 0 to 1.
        pos_weight: Weight of the object in cross-entropy, 0 to 100.
        gamma: Exponent of the focal weight, 0 to 10.
        alpha: Weight of the object in the focal loss, 0 to 1, or None.
        second_label_smoothing: As ``label_smoothing``, of the second loss; so are all below.
        second_pos_weight: As ``pos_weight``.
        second_gamma: As ``gamma``.
        second_alpha: As ``alpha``.

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> PixelExplorer(loss="focal", second="cross_entropy", logit=2.197)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("pixel", read_only=True).tag(sync=True)

    # The same first values as in front/explorers/pixel, which says why.
    loss = Choice("cross_entropy", "focal", "lovasz_hinge")
    second = Choice("none", "cross_entropy", "focal", "lovasz_hinge")
    target = Whole(1, 0, 1)
    logit = Between(-4.595, -10, 10)
    axis = Choice("logit", "probability")
    label_smoothing = Share(0.0)
    pos_weight = Between(1.0, 0, 100)
    gamma = Between(2.0, 0, 10)
    alpha = Share(None, optional=True)
    second_label_smoothing = Share(0.0)
    second_pos_weight = Between(1.0, 0, 100)
    second_gamma = Between(5.0, 0, 10)
    second_alpha = Share(None, optional=True)

    def _picture(self):
        return plots.pixel(self.state)

    def _description(self) -> str:
        loss, slope = plots.loss_of_pixel(self.state)
        compared = "" if self.second == "none" else f", beside that of {_WORDS[self.second]}"
        return (
            f"Charts over the {self.axis} of one pixel: its {_WORDS[self.loss]} and the slope of "
            f"that{compared}. At logit {self.logit:g} and truth {self.target} the loss is "
            f"{loss:.3g}, its slope by the logit {slope:.3g}."
        )
