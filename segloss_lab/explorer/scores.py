"""The explorer of accuracy, Dice and IoU of one small object in a large image."""

import traitlets

from segloss_lab import plots
from segloss_lab.explorer._base import Choice, Explorer, Share, Whole


class ScoresExplorer(Explorer):
    """Accuracy, Dice and IoU of a hard mask: is 99.7% right any good?

    A square image holds one object, small beside it, drawn in its pixels at true proportion and
    enlarged. A share of the object is found, and pixels around it are called for nothing; bars on
    one scale show accuracy, Dice and IoU. A second view is IoU over Dice, J = D/(2 - D), on which
    the point can be dragged. Dice and IoU are those of ``segloss_lab.metrics``: where nothing is
    and nothing is called they are 1. Every trait is two-way.

    Args:
        found: The share of the object that is found, 0 to 1, to the nearest whole pixel (true
            positives).
        alarms: Pixels of the background that are called object (false positives), 0 to 500.
        size: Pixels of the object, 0 to 500.
        side: Pixels along each side of the image, 60 to 400.
        view: The picture of a figure, ``"slice"`` or ``"relation"``; the bench has both.

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> ScoresExplorer(found=1.0, alarms=90)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("scores", read_only=True).tag(sync=True)

    # The same first values as in front/explorers/scores, which says why.
    found = Share(0.0)
    alarms = Whole(0, 0, 500)
    size = Whole(30, 0, 500)
    side = Whole(100, 60, 400)
    view = Choice("slice", "relation")

    def _picture(self):
        return plots.scores(self.state)

    def _description(self) -> str:
        accuracy, dice, iou = plots.scores_of_mask(self.state)
        return (
            f"An object of {self.size} pixels in an image of {self.side} by {self.side}, what was "
            f"found of it, and {self.alarms} false alarms around it. Accuracy is {accuracy:.4f}, "
            f"Dice {dice:.3g}, IoU {iou:.3g}: accuracy counts the background, the others do not."
        )
