"""Scenes: seeded pictures made for one lesson, the same on every machine.

They need NumPy alone, and are 8-bit, so that a page can be given the very pixels that Python has.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

__all__ = ["Scene", "TwoKnobs", "two_knobs"]

SIDE = 32  # pixels, along each axis
OBJECT = 30  # pixels of the object
EMPTY = 8  # pictures without an object
CONTRASTS = {"faint": 1.6, "hopeless": 0.8, "clear": 3.0}

# A grey g stands for (g - ZERO)/UNIT standard deviations of the noise. ZERO is no half of a whole
# number: at c = 0 no two greys have errors that are exactly equal, and ranks do not hang on that.
ZERO, UNIT = 95.7, 25.0

_SEED = 4164  # chosen among thousands, so that each loss does what is told of it
_GRAIN = 1.0  # pixels, the standard deviation of the Gaussian that smooths the noise
_TAIL = 2.2  # standard deviations to which the noise is bent
_INSIDE = 0.5  # of the noise that is left within the object


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture drawn for one lesson; its arrays are read-only.

    Attributes:
        name: The scene.
        image: float32, (H, W), from 0 to 1 in steps of 1/255.
        mask: uint8, (H, W); a label is an index into ``classes``.
        prediction: float32, (H, W), probabilities of the object from 0 to 254/255 in steps of
            1/255, and at least 1/255 on the object, so that no cross-entropy is infinite; none
            is 1/2. ``None`` where a scene has no prediction.
        instances: uint8, (H, W), the number of the object that a pixel belongs to, from 1, and 0
            where there is none; ``None`` where a scene does not count its objects.
        classes: The names of the labels, background first.
        note: One sentence for a caption, which says that the picture is drawn.
        options: What the scene was made with, defaults included.
    """

    name: str
    image: np.ndarray
    mask: np.ndarray
    prediction: np.ndarray | None
    instances: np.ndarray | None
    classes: tuple[str, ...]
    note: str
    options: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class TwoKnobs:
    """Grey pictures on which a network with two knobs, z = a (x - c), is trained.

    Attributes:
        contrast: How much brighter the object is than the ground, in standard deviations of the
            noise.
        images: uint8, (1 + n, 32, 32): a picture with an object, then n without one.
        mask: bool, of the shape of ``images``; 30 pixels of the first are object.
    """

    contrast: float
    images: np.ndarray
    mask: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """The greys in standard deviations of the noise, float64, of the shape of ``images``."""
        return (self.images - ZERO) / UNIT

    def logits(self, a: float, c: float) -> np.ndarray:
        """Return what the network says of every pixel, (1 + n, 1, 32, 32): a (x - c).

        Args:
            a: How steep it is, at least 0.
            c: The brightness from which it calls a pixel object.
        """
        return a * (self.x[:, None] - c)

    @property
    def target(self) -> np.ndarray:
        """The mask as the losses take it, (1 + n, 1, 32, 32)."""
        return self.mask[:, None]


def two_knobs(contrast: str = "faint", empty: int = 0) -> TwoKnobs:
    """Return the scene of the network with two knobs.

    A picture of smooth noise, its tails compressed, holds an object of 30 pixels that is brighter
    by the contrast and within which the noise is half as strong. Beside it stand pictures of such
    noise without an object. The noise is the same at every contrast.

    Args:
        contrast: ``"hopeless"`` (0.8 standard deviations of the noise), ``"faint"`` (1.6) or
            ``"clear"`` (3).
        empty: How many pictures without an object, 0 to 8.

    Raises:
        ValueError: For another contrast or number of pictures.
    """
    if contrast not in CONTRASTS:
        raise ValueError(f"contrast must be one of {', '.join(CONTRASTS)}, got {contrast!r}")
    if empty not in range(EMPTY + 1):
        raise ValueError(f"empty must be a whole number from 0 to {EMPTY}, got {empty!r}")
    noise, inside, without = _noises()
    lit = np.where(inside, CONTRASTS[contrast] + _INSIDE * noise, noise)
    images = np.concatenate([_grey(lit)[None], without[: int(empty)]])
    mask = np.zeros(images.shape, dtype=bool)
    mask[0] = inside
    for array in (images, mask):
        array.flags.writeable = False
    return TwoKnobs(CONTRASTS[contrast], images, mask)


@cache
def _noises() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the noise about the object, the object, and the greys of the pictures without one."""
    # NumPy keeps the numbers of this old generator as they are, for ever.
    random = np.random.RandomState(_SEED)
    inside = _blob(random)
    noise = _noise(random)
    return noise, inside, np.stack([_grey(_noise(random)) for _ in range(EMPTY)])


def _blob(random: np.random.RandomState) -> np.ndarray:
    """Return the mask of a disc with two dents, somewhere about the middle."""
    row, column = random.uniform(9, 22, 2)
    turns = random.uniform(0, 2 * np.pi, 2)
    y, x = np.mgrid[:SIDE, :SIDE] - np.array([row, column])[:, None, None]
    angle = np.arctan2(y, x)
    radius = 1 + 0.25 * np.cos(2 * angle + turns[0]) + 0.12 * np.cos(3 * angle + turns[1])
    mask = np.zeros(SIDE * SIDE, dtype=bool)
    mask[np.argsort((np.hypot(y, x) / radius).ravel(), kind="stable")[:OBJECT]] = True
    return mask.reshape(SIDE, SIDE)


def _noise(random: np.random.RandomState) -> np.ndarray:
    """Return smooth noise of mean 0 and standard deviation 1, without far outliers."""
    smooth = _smoothed(_smoothed(random.standard_normal((SIDE, SIDE))).T).T
    return _standard(_TAIL * np.tanh(_standard(smooth) / _TAIL))


def _smoothed(field: np.ndarray) -> np.ndarray:
    """Smooth along the rows; what leaves on one side comes in on the other."""
    reach = int(np.ceil(4 * _GRAIN))
    shifts = np.arange(-reach, reach + 1)
    weights = np.exp(-(shifts**2) / (2 * _GRAIN**2))
    rolled = [np.roll(field, shift, axis=0) for shift in shifts]
    return np.tensordot(weights / weights.sum(), rolled, axes=1)


def _standard(field: np.ndarray) -> np.ndarray:
    return (field - field.mean()) / field.std()


def _grey(field: np.ndarray) -> np.ndarray:
    return np.clip(np.round(ZERO + UNIT * field), 0, 255).astype(np.uint8)


def handed_over() -> dict:
    """Return the scene as a page is given it: greys as base64, and what they stand for."""
    noise, inside, without = _noises()
    return {
        "side": SIDE,
        "zero": ZERO,
        "unit": UNIT,
        "contrasts": CONTRASTS,
        "object": np.flatnonzero(inside).tolist(),
        "picture": _text(_grey(noise)),
        "greys": {name: _text(two_knobs(name).images[0][inside]) for name in CONTRASTS},
        "empty": _text(without),
    }


def _text(greys: np.ndarray) -> str:
    return base64.b64encode(greys.tobytes()).decode("ascii")
