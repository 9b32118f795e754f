"""Sample data: three real sets, fetched and checked by hash, a seeded phantom, and drawn scenes.

``python -m segloss_lab.data`` lists the sets and says where each would be read from.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import warnings
from functools import cache
from pathlib import Path

import numpy as np

from segloss_lab._extras import needed_by
from segloss_lab._samples import DataError, DataUnavailable, Sample, phantom, stand_in
from segloss_lab.scenes import Scene, two_knobs

with needed_by("segloss_lab.data", "data"):
    import nibabel
    import pooch
    from PIL import Image

__all__ = [
    "DataError",
    "DataUnavailable",
    "Sample",
    "Scene",
    "cases",
    "load",
    "names",
    "phantom",
    "scene",
    "two_knobs",
]

MANIFEST = Path(__file__).with_name("manifest.json")


# --- Real sets -------------------------------------------------------------------------------


def names() -> list[str]:
    """Return the names of the real sets."""
    return list(_manifest(MANIFEST))


def cases(name: str, split: str | None = None) -> list[str]:
    """Return the names of the images of a set.

    Args:
        name: ``"nuclei"``, ``"ms_lesions"`` or ``"axon_myelin"``.
        split: ``"train"`` or ``"test"``; by default both. No animal or patient is in both. Of
            ``ms_lesions`` there are three patients only: rotate the one for testing, and say so.

    Raises:
        DataError: If there is no such set or split.
    """
    entries = _entry(name)["cases"]
    splits = sorted({entry["split"] for entry in entries.values()})
    if split is not None and split not in splits:
        raise DataError(f"{name} has no split {split!r}: choose one of {', '.join(splits)}")
    return [case for case, entry in entries.items() if split in (None, entry["split"])]


def load(name: str, case: str | None = None, *, fallback: str | None = None) -> Sample:
    """Load one image with its mask, and check both by hash.

    The files are read from the folder that the environment variable ``SEGLOSS_DATA`` names, where
    it is set, and are otherwise fetched once into the user's cache. A relative name is resolved
    once in a process, where it is first used; ``~`` is the home folder.

    Args:
        name: ``"nuclei"`` (fluorescence microscopy), ``"ms_lesions"`` (FLAIR volumes of the head)
            or ``"axon_myelin"`` (electron microscopy, three classes).
        case: A name from ``cases(name)``; by default the first.
        fallback: ``"phantom"``: where the files can be neither read nor fetched, warn and return a
            seeded phantom with objects of like sizes, whose ``source`` and ``note`` say so. A
            wrong hash, an unknown name or a named folder that does not exist remains an error.

    Returns:
        The sample. Volumes are turned to (D, H, W): slices from the neck up, the face at the top
        of each slice and the patient's right on its left.

    Raises:
        DataError: If a name is unknown, ``SEGLOSS_DATA`` names no folder, or a file there is cut
            off, cannot be read or has the wrong hash.
        DataUnavailable: If a file is not in that folder, or cannot be fetched.
    """
    if fallback not in (None, "phantom"):
        raise DataError(f"fallback is None or 'phantom', not {fallback!r}")
    entry = _entry(name)
    case = cases(name)[0] if case is None else case
    if case not in entry["cases"]:
        raise DataError(f"{name} has no case {case!r}: segloss_lab.data.cases({name!r}) lists them")
    try:
        paths = [_path(entry["cases"][case][role]) for role in ("image", "mask")]
    except DataUnavailable as error:
        if fallback is None:
            raise
        warnings.warn(f"A phantom stands in for {name}. {error}", stacklevel=2)
        return stand_in(name, entry)
    image, mask = _READERS[name](*paths)
    return Sample(
        image=_scaled(image),
        mask=np.ascontiguousarray(mask, dtype=np.uint8),
        case=case,
        split=entry["cases"][case]["split"],
        source="real",
        note=f"{entry['title']}: {case}. Licence {entry['licence']}; {entry['cite']}.",
        **_about(name, entry),
    )


@cache
def _manifest(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def _entry(name: str) -> dict:
    if name not in names():
        raise DataError(f"there is no set {name!r}: choose one of {', '.join(names())}")
    return _manifest(MANIFEST)[name]


def _about(name: str, entry: dict) -> dict:
    about = {key: entry[key] for key in ("title", "licence", "cite")}
    return {"name": name, "classes": tuple(entry["classes"]), **about}


def _path(file: dict) -> Path:
    """Return where a file of the manifest lies on this machine, once its hash is right."""
    folder = _named_folder()
    return _kept(folder, file) if folder else _fetched(file)


def _named_folder() -> Path | None:
    """Return the folder that SEGLOSS_DATA names, if it names one."""
    name = os.environ.get("SEGLOSS_DATA")
    return _resolved(name) if name else None


@cache
def _resolved(name: str) -> Path:
    # Once for each name: whoever changes the working folder later still means the same place.
    folder = Path(os.path.expanduser(name)).resolve()
    if folder.is_dir():
        return folder
    taken = "" if str(folder) == name else f", taken for {folder}"
    raise DataError(
        f"SEGLOSS_DATA names {name}{taken}, which is no folder: correct it (a full path is the "
        "same from every working folder), or unset it to have the files fetched"
    )


def _kept(folder: Path, file: dict) -> Path:
    path = folder / file["path"]
    try:
        size = path.stat().st_size
        # What has another size is not the file, and need not be read.
        known = size == file["bytes"] and _sha256(path) == file["sha256"]
    except FileNotFoundError:
        raise DataUnavailable(
            f"{path} does not exist: put it there, or unset SEGLOSS_DATA to have it fetched"
        ) from None
    except OSError as error:
        raise DataError(_unreadable(path, error)) from error
    if size < file["bytes"]:
        raise DataError(
            f"{path} is cut off after {size:,} of {file['bytes']:,} bytes: replace it by "
            f"{file['url']}"
        )
    if not known:
        raise DataError(
            f"{path} is not the file that this package knows (its SHA-256 differs): "
            f"replace it by {file['url']}"
        )
    return path


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _unreadable(path: Path, error: OSError) -> str:
    return f"{path} cannot be read ({error.strerror}): mend that, or replace the file"


def _cache() -> Path:
    return Path(pooch.os_cache("segloss-lab"))


def _fetched(file: dict) -> Path:
    path = _cache() / file["path"]
    try:
        pooch.retrieve(
            file["url"], known_hash=f"sha256:{file['sha256']}", path=path.parent, fname=path.name
        )
    except OSError as error:  # no network, an address that has gone, a cache without space
        if error.filename == str(path):
            raise DataError(_unreadable(path, error)) from error
        raise DataUnavailable(
            f"{file['url']} could not be fetched into {path.parent} ({type(error).__name__}). "
            "Connect to the network and try again, or let SEGLOSS_DATA name a folder that has "
            f"{file['path']}"
        ) from error
    except ValueError as error:  # pooch's word for a wrong hash; it keeps no such file
        raise DataError(
            f"{file['url']} is not the file that this package knows (its SHA-256 differs): "
            "something on the way may have replaced it, so try another network; if it stays, "
            "report it"
        ) from error
    return path


def _read_nuclei(image: Path, mask: Path) -> tuple[np.ndarray, np.ndarray]:
    # The red channel numbers the nuclei so that touching ones stay apart; 0 is background.
    return _read_pixels(image), _read_pixels(mask)[..., 0] > 0


def _read_axon_myelin(image: Path, mask: Path) -> tuple[np.ndarray, np.ndarray]:
    # Three grey levels, blended where edges were anti-aliased: white axons in grey myelin.
    grey = _first_channel(_read_pixels(mask))
    return _first_channel(_read_pixels(image)), np.select([grey >= 200, grey >= 64], [1, 2])


def _read_ms_lesions(image: Path, mask: Path) -> tuple[np.ndarray, np.ndarray]:
    return _read_volume(image), _read_volume(mask) > 0


def _read_pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


def _first_channel(pixels: np.ndarray) -> np.ndarray:
    return pixels if pixels.ndim == 2 else pixels[..., 0]


def _read_volume(path: Path) -> np.ndarray:
    # Canonical axes point right, to the front and up; a slice shows the front at its top and, as
    # radiologists look at it, the right side on its left.
    volume = nibabel.as_closest_canonical(nibabel.load(path))
    return np.asarray(volume.dataobj).transpose(2, 1, 0)[:, ::-1, ::-1]


_READERS = {
    "nuclei": _read_nuclei,
    "ms_lesions": _read_ms_lesions,
    "axon_myelin": _read_axon_myelin,
}


def _scaled(image: np.ndarray) -> np.ndarray:
    low, high = np.percentile(image, [0.1, 99.9])
    scaled = (image.astype(np.float32) - low) / max(high - low, np.finfo(np.float32).tiny)
    return np.ascontiguousarray(np.clip(scaled, 0, 1), dtype=np.float32)


# --- Scenes ----------------------------------------------------------------------------------


def scene(name: str, **options: int) -> Scene:
    """Return a picture that is drawn for one lesson, the same on every machine.

    - ``"vessel"``: a faint lesion of ``size`` pixels (10; 1 to 60) beside a bright vessel. The
      prediction knows brightness alone: it calls the vessel and misses the lesion.
    - ``"two_sizes"``: an object of ``large`` pixels (1000; 100 to 1500) that the prediction finds
      but for some of its border, and one of ``small`` pixels (12; 1 to 150) that it misses.
    - ``"empty"``: a slice of the same tissue without an object, of which the prediction calls
      exactly ``alarms`` pixels (40; 0 to 200), in ``clumps`` (2; 1 to 2; fewer than three
      alarms lie in one).
    - ``"ring"``: ``fibres`` (16; 1 to 16), each a core within a closed ring, as myelin lies around
      an axon; none touches another. Labels 0, 1 and 2 are ground, ring and core. No prediction.
    - ``"nuclei"``: ``count`` (20; 2 to 20) bright nuclei on dark ground, many of which touch, and
      a map that tells them apart. No prediction.

    The training pictures of the network with two knobs are no single picture: ``two_knobs`` makes
    them.

    Args:
        name: One of the names above.
        **options: The scene's options, whole numbers; each has the default that stands first in
            its brackets, and the bounds that follow.

    Returns:
        The scene, of 112 x 112 pixels. A pixel is called where its probability is above 1/2.

    Raises:
        TypeError: If a scene does not have an option, or its value is no whole number.
        ValueError: If there is no such scene, or a value lies beyond its bounds.

    Example:
        >>> scene = data.scene("empty", alarms=40)
        >>> int(scene.mask.sum()), int((scene.prediction > 0.5).sum())
        (0, 40)
    """
    # Imported here, so that a new picture is none of the code that the networks of
    # experiments/ are trained with, and does not ask for new training.
    from segloss_lab import _pictures

    return _pictures.scene(name, **options)


# --- What is where ---------------------------------------------------------------------------


def _place() -> str:
    """Say where the files are read from."""
    folder = _named_folder()
    if folder:
        return f"Sample data: read from {folder} (SEGLOSS_DATA)"
    return f"Sample data: read from {_cache()}, fetched there when needed"


def _print_table() -> None:
    root = _named_folder() or _cache()
    print(_place())
    for name in names():
        entry = _entry(name)
        files = [case[role] for case in entry["cases"].values() for role in ("image", "mask")]
        there = sum(_is_complete(root / file["path"], file["bytes"]) for file in files)
        megabytes = sum(file["bytes"] for file in files) / 1e6
        print(f"{name:12} {len(entry['cases']):3} cases, {megabytes:5.1f} MB, ", end="")
        print(f"{there} of {len(files)} files there; {entry['licence']}")


def _is_complete(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


if __name__ == "__main__":
    try:
        _print_table()
    except DataError as error:
        sys.exit(f"{error}")
