"""The explorer of a mask that is painted."""

import re

import numpy as np
import traitlets
from PIL import Image

from segloss_lab import _contract, plots
from segloss_lab.explorer._base import Amount, Between, Choice, Explorer, Setting, Whole, exact
from segloss_lab.plots.mask import NAMES, SIDE, encode

_LOSSES = (
    "dice",
    "cross_entropy",
    "focal",
    "jaccard",
    "tversky",
    "generalized_dice",
    "lovasz_hinge",
    "compound",
)
_MOST = 256  # pixels of a side of the picture: a page shows no more
_ROUNDING = 1e-9  # of the area that an array covers


def _losses(first: str, *more: str) -> Choice:
    """Make a choice of all losses, the first of them chosen."""
    return Choice(first, *more, *(loss for loss in _LOSSES if loss != first))


def _disc(row: int, column: int, radius: float) -> np.ndarray:
    """Give the mask of all pixels within the radius of a place."""
    y, x = np.mgrid[:SIDE, :SIDE]
    return (y - row) ** 2 + (x - column) ** 2 <= radius**2


class Mask(Setting):
    """A mask, kept as 256 hexadecimal digits, and made of any array that is one."""

    expected = "an array (H, W) of bool or 0 and 1, or 256 hexadecimal digits"

    def validate(self, obj, value):
        """Give the digits, or say what the value is instead."""
        array = None if isinstance(value, str) else _read(self.name, value)
        wrong = _wrong_digits(value) if array is None else _wrong_array(array)
        if wrong:
            raise traitlets.TraitError(f"{self.name} must be {self.expected}, got {wrong}")
        return value.lower() if array is None else encode(_resampled(array))


class Grey(traitlets.TraitType):
    """A grey picture or None, kept in 8 bits; it is looked at, and is no part of the state."""

    expected = "an array (H, W) of floats from 0 to 1 or of uint8, or None"

    def validate(self, obj, value):
        """Give the 8 bits, or say what the value is instead."""
        if value is None:
            return None
        array = _read(self.name, value)
        wrong = _wrong_grey(array)
        if wrong:
            raise traitlets.TraitError(f"{self.name} must be {self.expected}, got {wrong}")
        if array.dtype.kind == "f":
            array = np.rint(255 * array).astype(np.uint8)
        picture = Image.fromarray(array)
        picture.thumbnail((_MOST, _MOST))
        return np.asarray(picture)


def _read(name: str, value) -> np.ndarray:
    try:
        return _contract.as_array(name, value)
    except (TypeError, ValueError) as error:
        raise traitlets.TraitError(str(error)) from error


def _wrong_grey(array: np.ndarray) -> str | None:
    """Say what keeps an array from being a grey picture, or None."""
    if array.dtype.kind != "f" and array.dtype != np.uint8:
        return f"dtype {array.dtype}"
    if array.ndim != 2 or array.size == 0:
        return f"shape {array.shape}"
    if array.dtype == np.uint8:
        return None
    other = array[~((array >= 0) & (array <= 1))]
    return f"the value {other[0]}" if other.size else None


def _wrong_digits(text: str) -> str | None:
    """Say what keeps a text from being the digits of a mask, or None."""
    if re.fullmatch("[0-9a-fA-F]*", text) is None:
        return "other letters"
    return None if len(text) == SIDE**2 // 4 else f"{len(text)} digits"


def _wrong_array(array: np.ndarray) -> str | None:
    """Say what keeps an array from being a mask, or None."""
    if array.dtype.kind not in "biuf":
        return f"dtype {array.dtype}"
    if array.ndim != 2 or array.size == 0:
        return f"shape {array.shape}"
    other = array[(array != 0) & (array != 1)]
    if other.size == 0:
        return None
    if (other == 255).all():
        return "a mask of 0 and 255: divide it by 255"
    return f"the value {other[0]}"


def _resampled(array: np.ndarray) -> np.ndarray:
    """Give the mask of 32 by 32 pixels of which the array covers half or more."""
    covered = (array == 1).astype(np.float64)
    if len(array) < array.shape[1]:  # the longer side first: what is left is small
        covered = _added(_added(covered.T).T)
    else:
        covered = _added(_added(covered).T).T
    return covered / array.size >= (0.5 - _ROUNDING) / SIDE**2


def _added(array: np.ndarray) -> np.ndarray:
    """Add up the rows in each of 32 equal parts of their number, a row across an edge by shares."""
    sums = np.pad(np.cumsum(array, axis=0), ((1, 1), (0, 0)), mode="edge")
    sums[0] = 0
    edges = np.arange(SIDE + 1) * len(array) / SIDE
    before = edges.astype(int)
    beyond = (edges - before)[:, None]
    return np.diff((1 - beyond) * sums[before] + beyond * sums[before + 1], axis=0)


class MaskExplorer(Explorer):
    """A mask and a prediction, how hard a loss pushes every logit, and where descent by it leads.

    Each of the 32 by 32 logits is ``confidence`` inside the prediction and minus that outside. A
    figure shows the push of the chosen loss on each: minus its slope, times the 1024 pixels, so
    that cross-entropy's is the error of the pixel. With ``layout="bench"`` the masks can be
    painted, all losses of them stand beside each other, and gradient descent on the logits is
    played by up to four of them. Every trait is two-way.

    Args:
        truth: The true mask: an array (H, W) of bool or 0 and 1, or 256 hexadecimal digits. An
            array of another size becomes 32 by 32 by area: a pixel is in the mask where half of its
            area is. Read back, it is the digits; ``target`` is the array.
        prediction: The predicted mask, likewise, before it is grown and shifted.
        image: A grey picture (H, W) that lies beneath both masks, floats from 0 to 1 or uint8, or
            None. It is stretched over the 32 by 32 pixels, is no part of the state, and changes no
            number. Read back, it is what is shown: uint8, its longer side at most 256 pixels.
        confidence: Size of every logit, 0 to 10.
        shift_x: Pixels by which the prediction is moved to the right, -16 to 16; 0 for a
            prediction that is given, unless told.
        shift_y: Pixels by which it is moved down, -16 to 16.
        grow: Pixels by which it is first widened on every side, -5 to 5; negative narrows it.
        loss: The chosen loss, ``"dice"``, ``"cross_entropy"``, ``"focal"``, ``"jaccard"``,
            ``"tversky"``, ``"generalized_dice"``, ``"lovasz_hinge"`` or ``"compound"``, which is
            cross-entropy plus Dice.
        smooth: Of all region losses; 0 or 1e-100 to 1e100.
        eps: Of all region losses; 0 or 1e-100 to 1e100.
        alpha: Weight of false positives in Tversky, 0 to 2.
        beta: Weight of misses in Tversky, 0 to 2.
        gamma: Exponent of the focal loss, 0 to 5.
        descent_1: The first loss that descends.
        descent_2: The second.
        descent_3: The third, or ``"none"``.
        descent_4: The fourth, or ``"none"``.
        rule: A step of descent: ``"gradient"`` adds ``rate`` times the push;
            ``"normalised"`` scales the gradient so that the largest move is ``rate``.
        rate: 0.1 to 10.
        step: Steps of descent, 0 to 500.

    Raises:
        traitlets.TraitError: A setting out of its range, or an array that is no mask or no
            grey picture, at construction or later.

    Example:
        >>> explorer = MaskExplorer(truth=lesion, prediction=found, image=picture)  # doctest: +SKIP
        >>> reference.focal(explorer.logits, explorer.target)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("mask", read_only=True).tag(sync=True)
    image = Grey(None, allow_none=True)
    scene = traitlets.Unicode(None, allow_none=True, read_only=True).tag(sync=True)

    # The same first values as in front/explorers/mask, which says why.
    truth = Mask(encode(_disc(18, 12, 7.2) | _disc(7, 25, 1.5)))
    prediction = Mask(encode(_disc(18, 12, 7.2)))
    shift_x = Whole(2, -16, 16)
    shift_y = Whole(0, -16, 16)
    grow = Whole(0, -5, 5)
    confidence = Between(4.0, 0, 10)
    loss = _losses("cross_entropy")
    smooth = Amount(0.0)
    eps = Amount(0.0)
    alpha = Between(0.3, 0, 2)
    beta = Between(0.7, 0, 2)
    gamma = Between(2.0, 0, 5)
    descent_1 = _losses("dice")
    descent_2 = _losses("cross_entropy")
    descent_3 = _losses("tversky", "none")
    descent_4 = _losses("lovasz_hinge", "none")
    rule = Choice("gradient", "normalised")
    rate = Between(0.5, 0.1, 10)
    step = Whole(20, 0, 500)

    def __init__(self, **settings):
        if "prediction" in settings:  # the first shift is of the first masks
            settings = {"shift_x": 0, **settings}
        super().__init__(**settings)

    @traitlets.observe("image")
    def _hand_over(self, change):
        """Give the page the picture as the text of a PNG."""
        text = None if change.new is None else exact(Image.fromarray(change.new))
        self.set_trait("scene", text)

    @property
    def target(self) -> np.ndarray:
        """The true mask as the losses take it: (1, 1, 32, 32) of bool."""
        return plots.masks_of(self.state)[0][None, None]

    @property
    def logits(self) -> np.ndarray:
        """The logits as the losses take them: (1, 1, 32, 32), grown and shifted."""
        prediction = plots.masks_of(self.state)[1][None, None]
        return np.where(prediction, self.confidence, -self.confidence)

    @property
    def _colors(self) -> int:
        return 64 if self.image is None else 256  # greys, and those under each tint

    def _picture(self):
        return plots.mask(self.state, self.image)

    def _description(self) -> str:
        truth, prediction = plots.masks_of(self.state)
        pulls = zip(("missed", "found"), plots.pulls_of_mask(self.state), strict=True)
        words = [f"{pull:.3g} on a {part} pixel" for part, pull in pulls if pull is not None]
        strength = f": {', '.join(words)}" if words else ""
        over = "" if self.image is None else " over a grey picture"
        share = f"{(truth & prediction).sum()}{over}"
        return (
            f"A true mask of {truth.sum()} pixels and a prediction of {prediction.sum()}, which "
            f"share {share}, and the push of {NAMES[self.loss]} on every "
            f"logit{strength}, where 1 is the most that cross-entropy can push. The loss is "
            f"{plots.loss_of_mask(self.state)[0]:.3g}."
        )
