"""Sample data: what is loaded, what is refused, and what stands in."""

import functools
import hashlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from segloss_lab import data

MANIFEST = json.loads(data.MANIFEST.read_text())
CASES = [(name, case) for name, entry in MANIFEST.items() for case in entry["cases"]]


# --- Real sets -------------------------------------------------------------------------------


@pytest.fixture
def real():
    """Load a case, or skip where the data are neither here nor to be fetched."""

    def load(name, case=None):
        try:
            return data.load(name, case)
        except data.DataUnavailable as error:
            pytest.skip(str(error))

    return load


@pytest.mark.parametrize(("name", "case"), CASES)
def test_every_case_loads_as_image_and_mask(real, name, case):
    sample = real(name, case)
    assert sample.image.shape == sample.mask.shape
    assert sample.image.dtype == np.float32
    assert sample.image.min() == 0
    assert sample.image.max() == 1
    assert sample.mask.dtype == np.uint8
    assert np.unique(sample.mask).tolist() == list(range(len(sample.classes)))
    assert (sample.source, sample.name, sample.case) == ("real", name, case)
    assert case in sample.note
    assert sample.licence in sample.note


# Shares of the labels of each set's first case, counted once from the files themselves.
@pytest.mark.parametrize(
    ("name", "shape", "pixels"),
    [
        ("nuclei", (520, 696), [291238, 70682]),
        ("ms_lesions", (182, 218, 182), [7219732, 1300]),
        ("axon_myelin", (924, 1278), [446849, 331675, 402348]),
    ],
)
def test_labels_are_read_by_the_rule_of_their_set(real, name, shape, pixels):
    sample = real(name)
    assert sample.mask.shape == shape
    assert np.bincount(sample.mask.ravel()).tolist() == pixels


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_axons_are_white_and_myelin_is_grey_however_many_channels(mode, tmp_path):
    greys = np.array([[0, 63, 64], [199, 200, 255]], dtype=np.uint8)
    path = tmp_path / "mask.png"
    Image.fromarray(greys).convert(mode).save(path)
    image, mask = data._read_axon_myelin(path, path)
    np.testing.assert_array_equal(image, greys)
    np.testing.assert_array_equal(mask, [[0, 0, 2], [2, 1, 1]])


def test_lesions_and_nuclei_are_brighter_than_their_surroundings(real):
    nuclei = real("nuclei")
    assert nuclei.image[nuclei.mask == 1].mean() > 3 * nuclei.image[nuclei.mask == 0].mean()
    head = real("ms_lesions", "patient26")
    brain = head.image > 0.1
    assert head.image[head.mask == 1].mean() > 1.2 * head.image[brain].mean()


@pytest.mark.parametrize("axes", ["RAS", "LAS", "LPI", "SAR"])
def test_volumes_are_turned_to_up_front_and_right(axes, tmp_path):
    volume = np.zeros((4, 5, 6), dtype=np.float32)
    towards = nibabel.orientations.axcodes2ornt(axes)
    # One bright voxel at the end of each axis that lies to the right, to the front, or up.
    corner = tuple(-1 if code in "RAS" else 0 for code in axes)
    volume[corner] = 1
    affine = nibabel.orientations.inv_ornt_aff(towards, volume.shape)
    path = tmp_path / "volume.nii.gz"
    nibabel.save(nibabel.Nifti1Image(volume, affine), path)

    turned = data._read_volume(path)
    right, front, up = (volume.shape[int(axis)] for axis in np.argsort(towards[:, 0]))
    assert turned.shape == (up, front, right)
    assert np.argwhere(turned).tolist() == [[up - 1, 0, 0]], "up last, front first, right first"


def test_a_volume_gives_the_slice_with_most_foreground(real):
    head = real("ms_lesions", "patient26")
    areas = (head.mask > 0).sum(axis=(1, 2))
    fullest = head.slice()
    assert (fullest.mask > 0).sum() == areas.max()
    assert fullest.note.startswith(f"Slice {areas.argmax()} of 182.")
    np.testing.assert_array_equal(head.slice(70).image, head.image[70])
    with pytest.raises(data.DataError, match="0 to 181"):
        head.slice(182)


def test_an_image_has_no_slices():
    with pytest.raises(data.DataError, match="not a volume"):
        data.phantom().slice()


# --- The manifest ----------------------------------------------------------------------------


def test_splits_share_no_animal_and_no_patient():
    for name, entry in MANIFEST.items():
        subject = {case: case.split("_sample")[0] for case in entry["cases"]}
        train = {subject[case] for case in data.cases(name, "train")}
        test = {subject[case] for case in data.cases(name, "test")}
        assert train and test
        assert not train & test
        assert data.cases(name) == list(entry["cases"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.load("retina"), "no set 'retina'.*nuclei, ms_lesions, axon_myelin"),
        (lambda: data.load("nuclei", "B7"), r"no case 'B7'.*cases\('nuclei'\)"),
        (lambda: data.cases("nuclei", "dev"), "no split 'dev'.*test, train"),
        (lambda: data.load("nuclei", fallback="zeros"), "None or 'phantom', not 'zeros'"),
        (lambda: data.load("retina", fallback="phantom"), "no set 'retina'"),
    ],
)
def test_unknown_names_are_refused_and_the_known_ones_named(call, message):
    with pytest.raises(data.DataError, match=message) as caught:
        call()
    assert not isinstance(caught.value, data.DataUnavailable)


# --- Hashes, networks and folders, on a set of one tiny image ---------------------------------


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A set of one image with a manifest of its own, in a folder that SEGLOSS_DATA names."""
    folder = tmp_path / "data"
    (folder / "nuclei").mkdir(parents=True)
    grey = np.arange(12, dtype=np.uint16).reshape(3, 4)
    colour = np.zeros((3, 4, 4), dtype=np.uint8)
    colour[1, 2] = (7, 0, 0, 255)  # the red channel marks an object, whatever its value
    colour[0, 0] = (0, 9, 9, 255)  # the other channels do not
    files = {}
    for role, path, array in (("image", "image.tif", grey), ("mask", "mask.png", colour)):
        place = folder / "nuclei" / path
        Image.fromarray(array).save(place)
        files[role] = {
            "path": f"nuclei/{path}",
            "url": f"https://data.invalid/{path}",
            "sha256": hashlib.sha256(place.read_bytes()).hexdigest(),
            "bytes": place.stat().st_size,
        }
    about = {"title": "Tiny", "licence": "CC0", "cite": "nobody", "classes": ["ground", "object"]}
    entry = {"nuclei": {**about, "cases": {"one": {"split": "train", **files}}}}
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(entry))
    monkeypatch.setattr(data, "MANIFEST", manifest)
    monkeypatch.setenv("SEGLOSS_DATA", str(folder))
    monkeypatch.setattr(data, "_cache", lambda: tmp_path / "cache")
    return folder


@pytest.fixture
def no_network(monkeypatch):
    """Let every connection fail, and no SEGLOSS_DATA stand in for it."""

    def refuse(*_args, **_kwargs):
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv("SEGLOSS_DATA")


def test_a_folder_is_read_in_place_of_the_network(tiny):
    sample = data.load("nuclei")
    assert (sample.case, sample.split, sample.classes) == ("one", "train", ("ground", "object"))
    assert np.argwhere(sample.mask).tolist() == [[1, 2]]
    assert np.all(np.diff(sample.image.ravel()) > 0), "16-bit values keep their order"


def test_a_file_with_a_wrong_hash_is_refused_even_where_a_phantom_is_allowed(tiny):
    with (tiny / "nuclei" / "mask.png").open("ab") as file:
        file.write(b"x")
    with pytest.raises(data.DataError, match="mask.png is not the file.*SHA-256") as caught:
        data.load("nuclei", fallback="phantom")
    assert not isinstance(caught.value, data.DataUnavailable)


def test_a_missing_file_says_what_to_do(tiny):
    (tiny / "nuclei" / "mask.png").unlink()
    with pytest.raises(data.DataUnavailable, match="mask.png does not exist.*unset SEGLOSS_DATA"):
        data.load("nuclei")
    with pytest.warns(UserWarning, match="A phantom stands in for nuclei.*mask.png does not exist"):
        assert data.load("nuclei", fallback="phantom").source == "phantom"


def test_a_file_that_is_cut_off_is_named_without_being_read(tiny, monkeypatch):
    path = tiny / "nuclei" / "image.tif"
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"read {path}"))
    told = f"image.tif is cut off after {len(whole) - 7} of {len(whole)} bytes: replace it by http"
    with pytest.raises(data.DataError, match=told) as caught:
        data.load("nuclei", fallback="phantom")
    assert not isinstance(caught.value, data.DataUnavailable)


def test_a_file_that_cannot_be_read_is_named_even_where_a_phantom_is_allowed(tiny, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    told = r"image.tif cannot be read \(Permission denied\): mend that"
    with pytest.raises(data.DataError, match=told) as caught:
        data.load("nuclei", fallback="phantom")
    assert not isinstance(caught.value, data.DataUnavailable)


def test_a_fetched_file_that_cannot_be_read_is_named_too(tiny, tmp_path, no_network):
    (tmp_path / "cache" / "nuclei" / "image.tif").mkdir(parents=True)
    with pytest.raises(data.DataError, match=r"image.tif cannot be read \(Is a directory\)"):
        data.load("nuclei", fallback="phantom")


@pytest.mark.parametrize("name", ["elsewhere", "~/elsewhere", "/no/such/folder"])
def test_a_named_folder_that_is_missing_is_an_error_even_where_a_phantom_is_allowed(
    tiny, monkeypatch, name
):
    monkeypatch.setenv("SEGLOSS_DATA", name)
    monkeypatch.setenv("HOME", str(tiny))
    monkeypatch.chdir(tiny)
    taken = {"elsewhere": tiny, "~/elsewhere": tiny}.get(name, Path("/no/such")) / Path(name).name
    with pytest.raises(data.DataError, match="which is no folder: correct it") as caught:
        data.load("nuclei", fallback="phantom")
    assert f"SEGLOSS_DATA names {name}" in str(caught.value)
    assert str(taken) in str(caught.value)
    assert not isinstance(caught.value, data.DataUnavailable)


@pytest.mark.parametrize("name", ["data", "./data", "~/data"])
def test_a_relative_folder_is_resolved_once(tiny, monkeypatch, tmp_path, name):
    monkeypatch.setenv("SEGLOSS_DATA", name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(data, "_resolved", functools.cache(data._resolved.__wrapped__))
    assert data.load("nuclei").source == "real"
    (tmp_path / "chapters" / "data").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "chapters")
    assert data.load("nuclei").source == "real"


def test_without_a_network_the_error_names_the_address_and_the_remedy(tiny, no_network):
    with pytest.raises(data.DataUnavailable, match="data.invalid.*SEGLOSS_DATA name a folder"):
        data.load("nuclei")


def test_fetched_files_are_kept_in_the_cache_and_need_no_network_again(tiny, tmp_path, no_network):
    (tmp_path / "cache").mkdir()
    (tiny / "nuclei").rename(tmp_path / "cache" / "nuclei")
    assert data.load("nuclei").source == "real"


def test_a_fetched_file_with_a_wrong_hash_is_refused_and_not_kept(tiny, tmp_path, monkeypatch):
    monkeypatch.delenv("SEGLOSS_DATA")

    def deliver(url, path, _pooch):
        Path(path).write_bytes(b"a login page")

    monkeypatch.setattr(data.pooch.core, "choose_downloader", lambda *_args, **_kwargs: deliver)
    with pytest.raises(data.DataError, match="is not the file that this package knows"):
        data.load("nuclei", fallback="phantom")
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", list(MANIFEST))
def test_a_phantom_stands_in_and_says_so(name, monkeypatch, tmp_path):
    monkeypatch.setenv("SEGLOSS_DATA", str(tmp_path))
    with pytest.warns(UserWarning, match=f"A phantom stands in for {name}.*{tmp_path}"):
        sample = data.load(name, fallback="phantom")
    assert sample.source == "phantom"
    assert sample.note.startswith(f"Not real data: {name}")
    assert "SEGLOSS_DATA" in sample.note  # how to get the real ones
    assert sample.name == name
    assert sample.classes == tuple(MANIFEST[name]["classes"])
    assert np.unique(sample.mask).tolist() == list(range(len(sample.classes)))
    assert sample.image.ndim == (3 if name == "ms_lesions" else 2)


def table_of(folder, **place):
    return subprocess.run(
        [sys.executable, "-m", "segloss_lab.data"],
        capture_output=True,
        text=True,
        env={**os.environ, "SEGLOSS_DATA": folder},
        **place,
    )


def test_the_table_says_what_is_where(tiny):
    # A process of its own has the package's own manifest, and this folder has none of its files.
    table = table_of("data", cwd=tiny.parent).stdout
    assert f"Sample data: read from {tiny} (SEGLOSS_DATA)" in table
    assert "nuclei        24 cases,  17.8 MB, 0 of 48 files there; CC0 1.0" in table


def test_the_table_refuses_a_folder_that_is_missing(tmp_path):
    done = table_of("nowhere", cwd=tmp_path)
    assert done.returncode == 1
    assert not done.stdout
    said = f"SEGLOSS_DATA names nowhere, taken for {tmp_path / 'nowhere'}, which is no folder"
    assert done.stderr.startswith(said) and done.stderr.count("\n") == 1


# --- The phantom -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "shape"),
    [
        ((10, 100, 1000), (128, 128)),
        ((1,), (8, 8)),
        ((1, 2, 3, 4, 5, 6, 7), (40, 24)),
        ((500, 7, 7), (20, 30, 40)),
        ((100000,), (512, 512)),
    ],
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_phantom_objects_have_exactly_the_sizes_asked_for_and_do_not_touch(sizes, shape, seed):
    sample = data.phantom(sizes, shape, seed=seed)
    touching = ndimage.generate_binary_structure(len(shape), len(shape))
    labels, count = ndimage.label(sample.mask, structure=touching)
    assert count == len(sizes)
    assert sorted(np.bincount(labels.ravel())[1:]) == sorted(sizes)
    assert sample.image.shape == sample.mask.shape == shape
    assert sample.source == "phantom"


def test_a_phantom_depends_on_its_seed_and_on_nothing_else():
    one, same, other = data.phantom(seed=3), data.phantom(seed=3), data.phantom(seed=4)
    np.testing.assert_array_equal(one.image, same.image)
    np.testing.assert_array_equal(one.mask, same.mask)
    assert (one.mask != other.mask).any()
    assert (one.image != other.image).any()


def test_noise_and_blur_are_what_they_are_called():
    plain = data.phantom((1000,), noise=0, blur=0)
    np.testing.assert_array_equal(plain.image, np.where(plain.mask, np.float32(0.75), 0.25))
    noisy = data.phantom((), noise=0.1, blur=0)
    assert noisy.image.std() == pytest.approx(0.1, rel=0.05)
    blurred = data.phantom((1000,), noise=0, blur=2)
    steepest = [np.abs(np.gradient(sample.image)).max() for sample in (plain, blurred)]
    assert steepest[1] < 0.5 * steepest[0]


def test_a_phantom_may_be_empty():
    sample = data.phantom(())
    assert not sample.mask.any()
    assert sample.note == "A computed phantom (seed 0) with objects of no pixels."


@pytest.mark.parametrize(
    ("sizes", "shape", "message"),
    [
        ((1000,), (20, 20), "do not fit into"),
        ((30,) * 50, (32, 32), "do not fit into"),
        ((0,), (32, 32), "at least 1 pixel, not 0"),
        ((5,), (32,), r"\(H, W\) or \(D, H, W\)"),
        ((5,), 32, r"\(H, W\) or \(D, H, W\), not 32"),
        ((5,), (-1, 32), r"\(H, W\) or \(D, H, W\)"),
        ((5,), (32.0, 32), r"\(H, W\) or \(D, H, W\)"),
        (5, (32, 32), "a list of numbers of pixels, not 5"),
        ((5.5,), (32, 32), "at least 1 pixel, not 5.5"),
        ((True,), (32, 32), "at least 1 pixel, not True"),
    ],
)
def test_a_phantom_that_cannot_be_made_is_refused(sizes, shape, message):
    with pytest.raises(data.DataError, match=message):
        data.phantom(sizes, shape)


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), "0.1"])
@pytest.mark.parametrize("name", ["noise", "blur"])
def test_noise_and_blur_are_amounts(name, value):
    with pytest.raises(data.DataError, match=f"{name} is a finite number of at least 0, not"):
        data.phantom((5,), (32, 32), **{name: value})


@pytest.mark.parametrize("index", [True, 1.5, "1", -1])
def test_a_slice_is_asked_for_by_its_number(index):
    volume = data.phantom((20,), (8, 32, 32))
    assert volume.slice(np.int64(1)).image.shape == (32, 32)
    with pytest.raises(data.DataError, match="whole number, not|does not exist"):
        volume.slice(index)
