"""The explorer of ``smooth`` and ``eps``."""

import traitlets

from segloss_lab import plots
from segloss_lab.explorer._base import Amount, Choice, Explorer, Share, Whole

# What `smooth` and `eps` are to a library, in the words of the summary.
_SETTINGS = {
    "textbook": "smooth {smooth:g} as in MONAI and nnU-Net, and eps {eps:g},",
    "half": "smooth {smooth:g} as in smp, where it counts twice, and eps {eps:g},",
    "denominator": "{smooth:g} in the denominator alone, as in Keras and kornia, and eps {eps:g},",
    "none": "eps {eps:g} and no smooth,",
}


class SmoothingExplorer(Explorer):
    """What ``smooth`` and ``eps`` do to the Dice loss and its gradient, by the size of the object.

    The mask holds one object of ``size`` pixels, each predicted with probability ``overlap``;
    beside it ``false_positives`` background pixels are predicted with probability 1 and one more
    with probability 0. The figure shows these pixels, the pull on the object as a share of what it
    is at ``smooth`` 1e-5, and the push on the background on the same scale. The bench shows the
    loss and its largest slope in a pixel's probability for a ladder of sizes from an empty mask to
    100000 pixels, and what the same ``smooth`` costs in four cases as libraries add it. Every trait
    is two-way.

    Args:
        loss: ``"dice"``, the only one so far.
        convention: How libraries add ``smooth`` to the Dice index 2I/U: ``"textbook"``,
            (2I + smooth)/(U + smooth), MONAI and nnU-Net; ``"half"``, twice that, smp;
            ``"denominator"``, to the denominator alone, Keras and kornia; ``"none"``, not at all.
        smooth: The number that is added so; 0 or 1e-100 to 1e100.
        eps: Added to the denominator alone, in every convention; 0 or 1e-100 to 1e100.
        size: Pixels of the chosen object, 0 to 100000.
        overlap: The share of the object that is found, 0 to 1.
        false_positives: Background pixels predicted as object, 0 to 100000.
        axis: What the charts run over, ``"smooth"`` or ``"eps"``; with the convention ``"none"``
            it is ``eps``.

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> SmoothingExplorer(smooth=1.0, size=10)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("smoothing", read_only=True).tag(sync=True)

    # The same first values as in front/explorers/smoothing, which says why.
    loss = Choice("dice")
    convention = Choice("textbook", "half", "denominator", "none")
    smooth = Amount(1.0)
    eps = Amount(0.0)
    size = Whole(10, 0, 100_000)
    overlap = Share(0.0)
    false_positives = Whole(0, 0, 100_000)
    axis = Choice("smooth", "eps")

    def _picture(self):
        return plots.lesion(self.state) if self._pulls() else plots.smoothing(self.state)

    def _pulls(self) -> bool:
        """Whether the picture is that of pull and push, for which there must be an object."""
        return self.layout == "figure" and self.size > 0

    def _description(self) -> str:
        loss, push = plots.dice_of_object(self.state)
        settings = _SETTINGS[self.convention].format(**self.state)
        if self._pulls():
            pull, back = plots.pull_and_push(self.state)
            full, _ = plots.pull_and_push({**self.state, "smooth": 1e-5})
            return (
                f"Bars for an object of {self.size} pixels, {self.overlap:.3g} of it found, beside "
                f"{self.false_positives} false alarms. With {settings} the Dice loss is "
                f"{loss:.3g}; the pull on the object is {pull / full:.3g} of what it is at smooth "
                f"1e-5, and the push on the background is {back / full:.3g} of that."
            )
        axis = "eps" if self.convention == "none" else self.axis
        return (
            f"Two charts over {axis}, one curve for each object size "
            "from an empty mask to 100000 pixels: the Dice loss, and the largest slope of the loss "
            f"in a pixel's probability. With {settings} the chosen object of {self.size} pixels "
            f"has loss {loss:.3g} and slope {push:.3g}."
        )
