"""A sample, and the phantom: a seeded one of discs whose sizes are known to the pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral, Real

import numpy as np

from segloss_lab._extras import needed_by

with needed_by("segloss_lab.data", "data"):
    from scipy import ndimage


class DataError(Exception):
    """Sample data that cannot be used; the message says what to do about it."""


class DataUnavailable(DataError):
    """Sample data that is not on this machine and could not be fetched either."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One image with its true mask and where both come from.

    Attributes:
        image: float32, (H, W) or (D, H, W), from 0 to 1: the 0.1 and 99.9 percentiles of the
            original values, with what lies beyond them clipped.
        mask: uint8, the shape of ``image``; a label is an index into ``classes``.
        name: The set.
        case: The image's name in its set.
        split: ``"train"`` or ``"test"``.
        title: What the set is.
        licence: The licence of image and mask.
        cite: Whom to cite.
        classes: The names of the labels, background first.
        source: ``"real"`` or ``"phantom"``.
        note: What is shown and where it comes from, for a caption.
    """

    image: np.ndarray
    mask: np.ndarray
    name: str
    case: str
    split: str
    title: str
    licence: str
    cite: str
    classes: tuple[str, ...]
    source: str
    note: str

    def slice(self, index: int | None = None) -> Sample:
        """Return one slice of a volume as a sample of its own.

        Args:
            index: The position along the first axis (in a head, from the neck up). By default the
                slice with the largest foreground, the first of them if there are several.

        Returns:
            The same sample with ``image`` and ``mask`` of shape (H, W).

        Raises:
            DataError: If the sample is no volume, or has no such slice.
        """
        if self.image.ndim != 3:
            raise DataError(f"{self.name} {self.case} is an image, not a volume: it has no slices")
        if index is None:
            index = int(np.argmax((self.mask > 0).sum(axis=(1, 2))))
        if not _is_whole(index):
            raise DataError(f"a slice has a whole number, not {index!r}")
        if not 0 <= index < len(self.image):
            raise DataError(f"slice {index} does not exist: 0 to {len(self.image) - 1} do")
        note = f"Slice {index} of {len(self.image)}. {self.note}"
        return replace(self, image=self.image[index], mask=self.mask[index], note=note)


def phantom(
    sizes: Sequence[int] = (10, 100, 1000),
    shape: Sequence[int] = (128, 128),
    *,
    noise: float = 0.1,
    blur: float = 1.0,
    seed: int = 0,
) -> Sample:
    """Return an image of bright discs, each of exactly the size asked for.

    Args:
        sizes: Pixels (or voxels) of each disc; ``()`` gives an empty mask. No two discs touch.
        shape: (H, W), or (D, H, W) for balls in a volume.
        noise: Standard deviation of the Gaussian noise; the discs stand at 0.75 on a ground of
            0.25.
        blur: Standard deviation in pixels of the Gaussian blur, which comes before the noise.
        seed: The same arguments with the same seed give the same sample.

    Returns:
        A sample with ``source`` ``"phantom"`` and the classes background and object.

    Raises:
        DataError: If a size, the shape, the noise or the blur is none, or the discs do not fit.
    """
    sides = shape if np.ndim(shape) == 1 else ()
    if len(sides) not in (2, 3) or not all(_is_whole(side) and side >= 0 for side in sides):
        raise DataError(f"a phantom has shape (H, W) or (D, H, W), not {shape!r}")
    if np.ndim(sizes) != 1:
        raise DataError(f"sizes are a list of numbers of pixels, not {sizes!r}")
    for name, value in (("noise", noise), ("blur", blur)):
        if not isinstance(value, Real) or not 0 <= value < np.inf:
            raise DataError(f"{name} is a finite number of at least 0, not {value!r}")
    rng = np.random.default_rng(seed)
    mask = _discs(sizes, shape, rng)
    listed = ", ".join(str(size) for size in sizes) or "no"
    return Sample(
        image=_rendered(np.where(mask, 0.75, 0.25), noise, blur, rng),
        mask=mask,
        name="phantom",
        case=f"seed {seed}",
        split="train",
        title="Seeded phantom",
        licence="MIT",
        cite="segloss-lab",
        classes=("background", "object"),
        source="phantom",
        note=f"A computed phantom (seed {seed}) with objects of {listed} pixels.",
    )


def _is_whole(value) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _discs(sizes: Sequence[int], shape: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """Return a mask of separate discs, placed from the largest to the smallest."""
    mask = np.zeros(shape, dtype=np.uint8)
    for size in sizes:
        if not _is_whole(size) or size < 1:
            raise DataError(f"a disc has a whole number of at least 1 pixel, not {size!r}")
    for size in sorted(sizes, reverse=True):
        disc = _disc(size, len(shape))
        # A disc centred at a distance beyond its radius + 2 leaves a pixel free around itself.
        room = ndimage.distance_transform_edt(np.pad(mask == 0, 1))
        radius = np.linalg.norm(disc, axis=1).max()
        centres = np.argwhere(room > radius + 2) - 1
        if not len(centres):
            raise DataError(
                f"discs of {tuple(sizes)} pixels do not fit into {tuple(shape)}: "
                "choose fewer or smaller ones, or a larger shape"
            )
        mask[tuple((disc + rng.choice(centres)).T)] = 1
    return mask


def _disc(size: int, dimensions: int) -> np.ndarray:
    """Return the offsets of the ``size`` pixels nearest to a centre pixel."""
    reach = int(np.ceil(size ** (1 / dimensions)))
    axis = np.arange(-reach, reach + 1)
    offsets = np.stack(np.meshgrid(*[axis] * dimensions, indexing="ij"), axis=-1)
    offsets = offsets.reshape(-1, dimensions)
    return offsets[np.argsort((offsets**2).sum(axis=1), kind="stable")[:size]]


def _rendered(
    levels: np.ndarray, noise: float, blur: float, rng: np.random.Generator
) -> np.ndarray:
    image = ndimage.gaussian_filter(levels.astype(np.float64), blur)
    image += rng.normal(0, noise, levels.shape)
    return np.clip(image, 0, 1).astype(np.float32)


# What stands in for each real set: the share and the sizes of its objects, smaller in extent.
_LIKE = {
    "nuclei": {"sizes": [400] * 12 + [800] * 8, "shape": (260, 348)},
    "ms_lesions": {"sizes": [5, 10, 20, 40, 80, 160, 320, 640], "shape": (40, 128, 128)},
    "axon_myelin": {"sizes": [300] * 12 + [1500] * 12 + [3000] * 3, "shape": (320, 320)},
}


def stand_in(name: str, entry: dict) -> Sample:
    """Return the phantom that stands in for a real set, of which this is the entry."""
    sample = replace(
        phantom(**_LIKE[name]),
        name=name,
        classes=tuple(entry["classes"]),
        note=f"Not real data: {name} could not be had when this was computed, and a phantom with "
        "objects of like sizes stands in for it. The real images come over the network, or from a "
        "folder that SEGLOSS_DATA names.",
    )
    return _with_sheaths(sample) if name == "axon_myelin" else sample


def _with_sheaths(sample: Sample) -> Sample:
    """Turn each disc into an axon (1) within its sheath of myelin (2), which is the brighter."""
    depth = ndimage.distance_transform_edt(sample.mask)
    mask = np.select([depth > 4, depth > 0], [1, 2]).astype(np.uint8)
    levels = np.array([0.35, 0.55, 0.85])[mask]
    return replace(sample, mask=mask, image=_rendered(levels, 0.1, 1.0, np.random.default_rng(0)))
