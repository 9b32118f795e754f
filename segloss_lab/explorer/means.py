"""The explorer of two images: the mean of their Dice values, and the Dice of their sums."""

import traitlets

from segloss_lab import plots
from segloss_lab.explorer._base import Explorer, Share, Whole


class MeansExplorer(Explorer):
    """Whose mean? Two images whose mean of ratios and ratio of sums part.

    Image 1, of 48 by 48 pixels, holds an object of 1000, image 2 a smaller one. A share of each is
    found, and nothing else is called. Bars show the Dice of each image, the mean of the two
    (``over="image"``) and the Dice of the summed counts (``over="batch"``). Every trait is two-way.

    Args:
        found_big: The share of the big object that is found, 0 to 1, to the nearest whole pixel.
        found_small: Likewise of the small one.
        size_small: Pixels of the small object, 1 to 1000.

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> MeansExplorer(found_big=0.0, found_small=1.0)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("means", read_only=True).tag(sync=True)

    # The same first values as in front/explorers/means, which says why.
    found_big = Share(1.0)
    found_small = Share(0.0)
    size_small = Whole(12, 1, 1000)

    def _picture(self):
        return plots.means(self.state)

    def _description(self) -> str:
        big, small, mean, sums = plots.means_of_images(self.state)
        return (
            f"Two images, one with an object of 1000 pixels, one with an object of "
            f"{self.size_small}. Their Dice values are {big:.3g} and {small:.3g}; the mean of the "
            f"two is {mean:.3g}, the Dice of the summed counts {sums:.3g}."
        )
