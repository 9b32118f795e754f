"""The explorer of the region losses over overlap and false positives."""

import traitlets

from segloss_lab import plots
from segloss_lab.explorer._base import Amount, Between, Choice, Explorer, Flag, Share, Whole


class OverlapExplorer(Explorer):
    """The Dice, Jaccard or Tversky loss over overlap and false positives, another beside it.

    The mask holds one object of ``size`` pixels, each predicted with probability ``overlap``;
    beside it as many background pixels are predicted with probability ``false_positives``. Each
    loss is a surface over these two, flat or in perspective, with its contours and, at the present
    point, its negative gradient; the bench has that everywhere, and two slices through the point.
    Every trait is two-way.

    Args:
        overlap: Probability of the object's pixels, 0 to 1.
        false_positives: Probability of the background's pixels, 0 to 1.
        size: Pixels of the object, 1 to 100000.
        view: ``"flat"`` or ``"perspective"``.
        turn: Degrees by which the perspective view is turned, 0 to 359.
        loss: ``"dice"``, ``"jaccard"`` or ``"tversky"``.
        alpha: Weight of false positives in Tversky, 0 to 2.
        beta: Weight of misses in Tversky, 0 to 2.
        gamma: Exponent of the Tversky loss, 0.25 to 4.
        smooth: Added to numerator and denominator of the index; 0 or 1e-100 to 1e100.
        eps: Added to the denominator alone; 0 or 1e-100 to 1e100.
        squared: Whether the denominator of Dice or Jaccard takes squares.
        log: Whether Dice or Jaccard is minus the logarithm of the index; left out while ``smooth``
            is 0, where a missed object has no logarithm.
        second: The second loss, or ``"none"``.
        second_alpha: As ``alpha``, of the second loss; so are all settings below.
        second_beta: As ``beta``.
        second_gamma: As ``gamma``.
        second_smooth: As ``smooth``.
        second_eps: As ``eps``.
        second_squared: As ``squared``.
        second_log: As ``log``.

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> OverlapExplorer(loss="jaccard", second="none", smooth=1.0)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("overlap", read_only=True).tag(sync=True)

    # The same first values as in front/explorers/overlap, which says why.
    overlap = Share(0.6)
    false_positives = Share(0.2)
    view = Choice("flat", "perspective")
    turn = Whole(330, 0, 359)
    size = Whole(100, 1, 100_000)
    loss = Choice("dice", "jaccard", "tversky")
    alpha = Between(0.5, 0, 2)
    beta = Between(0.5, 0, 2)
    gamma = Between(1.0, 0.25, 4)
    smooth = Amount(0.0)
    eps = Amount(0.0)
    squared = Flag(False)
    log = Flag(False)
    second = Choice("none", "dice", "jaccard", "tversky")
    second_alpha = Between(0.1, 0, 2)
    second_beta = Between(0.9, 0, 2)
    second_gamma = Between(1.0, 0.25, 4)
    second_smooth = Amount(0.0)
    second_eps = Amount(0.0)
    second_squared = Flag(False)
    second_log = Flag(False)

    def _picture(self):
        return plots.overlap(self.state)

    def _description(self) -> str:
        loss, push_object, push_background = plots.loss_of_overlap(self.state)
        beside = "" if self.second == "none" else f", beside it the {self.second} loss"
        return (
            f"The {self.loss} loss over overlap and false positives{beside}: its contours, and at "
            f"the point an arrow where descent moves it. At overlap {self.overlap:g} and false "
            f"positives {self.false_positives:g} the {self.loss} loss is {loss:.3g}; its slopes in "
            f"a pixel's probability are {push_object:.3g} on the object and {push_background:.3g} "
            f"on the background."
        )
