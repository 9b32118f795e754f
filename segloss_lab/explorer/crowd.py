"""The explorer of a crowd of easy pixels beside a few hard ones."""

import traitlets

from segloss_lab import plots
from segloss_lab.explorer._base import Between, Choice, Explorer, Share, Whole


class CrowdExplorer(Explorer):
    """What many easy pixels of background and a few hard ones of the object ask for together.

    Every pixel of the object gives the truth the probability ``object_pt``, every pixel of the
    crowd, the background, ``crowd_pt``. The bars are the slopes of the pixels' own losses by their
    logits, summed over the object, its pull, and over the crowd, its push. Every trait is two-way.

    A figure shows ``gamma`` with the focal loss and ``pos_weight`` with cross-entropy, unless
    ``show`` and ``states`` say otherwise.

    Args:
        loss: ``"focal"`` or ``"cross_entropy"``.
        gamma: Exponent of the focal weight, 0 to 10.
        alpha: Weight of the object in the focal loss, 0 to 1, or None.
        pos_weight: Weight of the object in cross-entropy, 0 to 200.
        objects: Pixels of the object, 1 to 100000.
        object_pt: The probability that each of them gives to the truth, 0.001 to 0.999.
        crowd: Pixels of background, 1 to 100000.
        crowd_pt: The probability that each of them gives to the truth, 0.001 to 0.999.

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> CrowdExplorer(gamma=2.0, crowd_pt=0.9)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("crowd", read_only=True).tag(sync=True)

    # The same first values as in front/explorers/crowd, which says why.
    loss = Choice("focal", "cross_entropy")
    gamma = Between(0.0, 0, 10)
    alpha = Share(None, optional=True)
    pos_weight = Between(1.0, 0, 200)
    objects = Whole(10, 1, 100_000)
    object_pt = Between(0.1, 0.001, 0.999)
    crowd = Whole(10_000, 1, 100_000)
    crowd_pt = Between(0.95, 0.001, 0.999)

    def _picture(self):
        return plots.crowd(self.state)

    def _description(self) -> str:
        loss, pull, push = plots.pulls_of_crowd(self.state)
        return (
            f"{self.crowd} small squares of background and among them {self.objects} of the "
            "object, and two bars: the slopes of their losses by the logits, summed. The object "
            f"pulls with {pull:.3g}, the crowd pushes with {push:.3g}. The loss is {loss:.3g}."
        )
