"""The explorer of ``smooth`` and ``eps``."""

import traitlets

from segloss_lab import plots
from segloss_lab.explorer._base import Amount, Choice, Count, Explorer, Share


class SmoothingExplorer(Explorer):
    """What ``smooth`` and ``eps`` do to the Dice loss and its gradient, by the size of the object.

    The mask holds one object of ``size`` pixels, each predicted with probability ``overlap``;
    beside it ``false_positives`` background pixels are predicted with probability 1 and one more
    with probability 0. The charts show the loss and its largest slope in a pixel's probability for
    a ladder of sizes from an empty mask to 100000 pixels. Every trait is two-way.

    Args:
        loss: ``"dice"``, the only one so far.
        smooth: Added to numerator and denominator of the Dice index; finite, not negative.
        eps: Added to the denominator alone; finite, not negative.
        size: Pixels of the chosen object, 0 to 100000.
        overlap: The share of the object that is found, 0 to 1.
        false_positives: Background pixels predicted as object, 0 to 100000.
        axis: What the charts run over, ``"smooth"`` or ``"eps"``.

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> SmoothingExplorer(smooth=1.0, size=10)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("smoothing", read_only=True).tag(sync=True)

    # The same first values as in front/smoothing.mjs, which says why.
    loss = Choice("dice")
    smooth = Amount(10.0)
    eps = Amount(0.0)
    size = Count(10)
    overlap = Share(0.5)
    false_positives = Count(1)
    axis = Choice("smooth", "eps")

    def _picture(self):
        return plots.smoothing(self.state)

    def _description(self) -> str:
        loss, push = plots.dice_of_object(self.state)
        return (
            f"Two charts over {self.axis}, one curve for each object size from an empty mask to "
            f"100000 pixels: the Dice loss, and the largest slope of the loss in a pixel's "
            f"probability. At smooth {self.smooth:g} and eps {self.eps:g} the chosen object of "
            f"{self.size} pixels has loss {loss:.3g} and slope {push:.3g}."
        )
