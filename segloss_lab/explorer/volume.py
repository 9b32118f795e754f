"""The explorer of a slice with nothing in it."""

import traitlets

from segloss_lab import plots
from segloss_lab.explorer._base import Amount, Explorer, Whole


class VolumeExplorer(Explorer):
    """What the Dice loss makes of an empty slice: ``smooth`` is a place, not a strength.

    In a slice without an object ``volume`` pixels are predicted with probability 1, one more with
    probability 0. The charts show, over the predicted volume V, the Dice loss, V/(V + smooth)
    without ``eps``, and V times its slope, the push on all of these pixels together. Another
    ``smooth`` moves both sideways on a logarithmic axis. Every trait is two-way.

    Args:
        smooth: Added to numerator and denominator of the Dice index; 0 or 1e-100 to 1e100.
        eps: Added to the denominator alone; 0 or 1e-100 to 1e100.
        volume: Predicted pixels, all of them false alarms, 0 to 100000.

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> VolumeExplorer(smooth=40.0, volume=40)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("volume", read_only=True).tag(sync=True)

    # The same first values as in front/explorers/volume.
    smooth = Amount(1.0)
    eps = Amount(0.0)
    volume = Whole(40, 0, 100_000)

    def _picture(self):
        return plots.volume(self.state)

    def _description(self) -> str:
        loss, push = plots.dice_of_volume(self.state)
        return (
            "An empty slice, and two charts over the number of pixels predicted in it, V: the Dice "
            "loss, which rises from 0 to 1 around V = smooth, and V times its slope, which is "
            f"largest there. With smooth {self.smooth:g} and eps {self.eps:g}, {self.volume} false "
            f"alarms cost {loss:.3g}, and the push on each is {push:.3g}."
        )
