"""The explorer of the Lovász extension of the Jaccard loss."""

import traitlets

from segloss_lab import plots
from segloss_lab.explorer._base import Choice, Explorer, Flag, Share, Whole


class LovaszExplorer(Explorer):
    """The Lovász extension of the Jaccard loss for two or three pixels, beside a soft loss.

    Each pixel has an error, the distance of its probability from the truth; the loss is the Lovász
    hinge at the logits for which its errors are these. The maps show the extension and a soft loss
    over the errors of the first two pixels; the bars show the errors by rank, each as wide as its
    weight, so that the area is the loss. Every trait is two-way.

    Args:
        pixels: 2 or 3.
        truth_1: Whether pixel 1 belongs to the object.
        truth_2: Whether pixel 2 does.
        truth_3: Whether pixel 3 does, where there is one.
        error_1: The error of pixel 1, 0 to 1.
        error_2: The error of pixel 2, 0 to 1.
        error_3: The error of pixel 3, 0 to 1, where there is one.
        map: What a figure lays between the corners, ``"lovasz"`` or ``"soft"``; the bench shows
            both, and this one large.
        surface: The soft loss, ``"jaccard"`` or ``"dice"``, without smoothing.
        view: ``"perspective"`` or ``"flat"``.
        turn: Degrees by which the perspective view is turned, 0 to 359.

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> LovaszExplorer(pixels=3, error_1=0.7, error_3=0.2)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("lovasz", read_only=True).tag(sync=True)

    # The same first values as in front/explorers/lovasz, which says why.
    pixels = Whole(2, 2, 3)
    truth_1 = Flag(True)
    truth_2 = Flag(False)
    truth_3 = Flag(True)
    error_1 = Share(0.5)
    error_2 = Share(0.6)
    error_3 = Share(0.3)
    map = Choice("lovasz", "soft")
    surface = Choice("jaccard", "dice")
    view = Choice("perspective", "flat")
    turn = Whole(30, 0, 359)

    def _picture(self):
        return plots.lovasz(self.state)

    def _description(self) -> str:
        ranking = plots.loss_of_errors(self.state)
        pixels = [
            f"pixel {i + 1} ({'object' if self.state[f'truth_{i + 1}'] else 'background'}) has "
            f"error {self.state[f'error_{i + 1}']:g} and weight {weight:.3g}"
            for i, weight in enumerate(ranking.weights)
        ]
        return (
            "Two maps over the errors of pixels 1 and 2, the Lovász extension of the Jaccard loss "
            f"and the soft {self.surface.title()} loss, and the errors by rank as bars whose area "
            f"is the loss: {', '.join(pixels)}. The Lovász loss is {ranking.loss:.3g}."
        )
