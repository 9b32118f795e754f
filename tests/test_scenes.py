"""The scenes of `data.scene`: what they hold, exactly, and that the lesson they are for is true."""

import hashlib
import inspect
import re
import subprocess
import sys

import numpy as np
import pytest
from scipy import ndimage

from segloss_lab import _pictures, data, metrics

NAMES = list(_pictures._OPTIONS)
CROSS = ndimage.generate_binary_structure(2, 1)
SQUARE = ndimage.generate_binary_structure(2, 2)

# Each default picture: of its 8-bit image, then of its mask, prediction and instances.
HASHES = {
    "vessel": ("71d8ead524a94569", "aaf2068f8cf36432"),
    "two_sizes": ("a179846598281fd1", "11864020de16d098"),
    "empty": ("f5069814249b0266", "3389feaa324af285"),
    "ring": ("d99575e53710ba5f", "f81f4bc6b30eae94"),
    "nuclei": ("a3ae133453908b14", "255d5cf5aa44f19f"),
}


def bytes_of(array):
    steps = np.rint(255 * array) if array.dtype == np.float32 else array
    return steps.astype(np.uint8).tobytes()


def pieces(mask, structure=SQUARE):
    return ndimage.label(mask, structure=structure)[1]


def called(scene):
    return scene.prediction > 0.5


def around(mask, near, far):
    """The pixels from `near` to `far` away from a mask."""
    away = ndimage.distance_transform_edt(mask == 0)
    return (away >= near) & (away <= far)


def numbers_in(note):
    return [int(number) for number in re.findall(r"\d+", note)]


# --- Every scene -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_scene_is_a_picture_with_its_mask_of_8_bits(name):
    scene = data.scene(name)
    assert scene.name == name
    assert scene.image.shape == scene.mask.shape
    assert scene.image.ndim == 2 and all(96 <= side <= 128 for side in scene.image.shape)
    assert scene.image.dtype == np.float32
    assert scene.image.min() >= 0 and scene.image.max() <= 1
    steps = np.rint(255 * scene.image)
    np.testing.assert_array_equal(scene.image, (steps / 255).astype(np.float32))
    assert len(np.unique(steps)) > 50, "a picture, and no poster"
    assert np.mean((steps == 0) | (steps == 255)) < 0.01, "neither black nor blown out"
    assert scene.mask.dtype == np.uint8
    labels = {0} if name == "empty" else set(range(len(scene.classes)))
    assert set(np.unique(scene.mask)) == labels


@pytest.mark.parametrize("name", NAMES)
def test_predictions_are_probabilities_that_are_never_surely_wrong(name):
    for options in _edges(name):
        scene = data.scene(name, **options)
        prediction = scene.prediction
        if name in ("ring", "nuclei"):
            assert prediction is None
            continue
        assert prediction.dtype == np.float32
        steps = np.rint(255 * prediction)
        np.testing.assert_array_equal(prediction, (steps / 255).astype(np.float32))
        assert steps.min() == 0 and steps.max() <= 254
        assert not ((steps == 0) & (scene.mask == 1)).any()


@pytest.mark.parametrize("name", ["vessel", "two_sizes", "empty"])
def test_predictions_are_soft_and_the_ground_adds_next_to_nothing_to_their_sum(name):
    scene = data.scene(name)
    assert len(np.unique(scene.prediction)) > 20
    rest = around(scene.mask | called(scene), 6, np.inf)
    assert scene.prediction[rest].sum() < 0.02 * scene.prediction.sum()


@pytest.mark.parametrize("name", NAMES)
def test_a_scene_cannot_be_written_to(name):
    scene = data.scene(name)
    for array in (scene.image, scene.mask, scene.prediction, scene.instances):
        if array is not None:
            with pytest.raises(ValueError, match="read-only"):
                array[0, 0] = 0
    with pytest.raises(AttributeError):
        scene.note = "a real image"
    with pytest.raises(TypeError):
        scene.options["size"] = 1


@pytest.mark.parametrize("name", NAMES)
def test_the_note_is_one_sentence_that_says_it_is_drawn(name):
    for options in _edges(name):
        note = data.scene(name, **options).note
        assert note.startswith("A drawn picture, not a real image: ")
        assert note.count(".") == 1 and note.endswith(".")
        assert "1 pixels" not in f" {note}".replace("01 pixels", "").replace("11 pixels", "")


def _edges(name):
    """The first, the least and the greatest value of every option."""
    known = _pictures._OPTIONS[name]
    return [{option: values[k] for option, values in known.items()} for k in range(3)]


@pytest.mark.parametrize("name", NAMES)
def test_a_scene_knows_its_options_and_nothing_else_decides_it(name):
    first, *others = _edges(name)
    scene = data.scene(name)
    assert dict(scene.options) == first
    np.random.seed(4)  # which must not matter
    same = data.scene(name, **{option: np.int64(value) for option, value in first.items()})
    np.testing.assert_array_equal(scene.image, same.image)
    for options in others:
        other = data.scene(name, **options)
        assert dict(other.options) == options
        assert all(type(value) is int for value in other.options.values())
        assert (other.image != scene.image).any() or options == first


@pytest.mark.parametrize("name", NAMES)
def test_every_machine_draws_the_same_picture(name):
    scene = data.scene(name)
    arrays = (scene.mask, scene.prediction, scene.instances)
    rest = b"".join(bytes_of(array) for array in arrays if array is not None)
    hashes = tuple(hashlib.sha256(part).hexdigest()[:16] for part in (bytes_of(scene.image), rest))
    assert hashes == HASHES[name]


def test_scenes_need_numpy_alone():
    code = (
        "import sys, segloss_lab._pictures as pictures\n"
        "pictures.scene('vessel')\n"
        "print({'scipy', 'nibabel', 'PIL', 'pooch', 'segloss_lab.data'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "set()"), done.stderr


def test_a_new_picture_asks_for_no_new_training():
    # The hash of experiments/ covers what is imported; a scene is, when it is asked for.
    code = "import sys, segloss_lab.data\nprint('segloss_lab._pictures' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


# --- The lessons -----------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(1, 61))
def test_the_lesion_has_its_size_and_is_missed(size):
    scene = data.scene("vessel", size=size)
    assert scene.mask.sum() == size
    assert pieces(scene.mask) == 1
    assert not (called(scene) & (scene.mask == 1)).any()
    assert scene.prediction[scene.mask == 1].min() > 0, "its cross-entropy is finite"
    assert numbers_in(scene.note) == [size, called(scene).sum()]


@pytest.mark.parametrize("size", [1, 10, 60])
def test_the_lesion_is_faint_and_yet_there(size):
    scene = data.scene("vessel", size=size)
    lesion, ground = scene.image[scene.mask == 1], scene.image[around(scene.mask, 3, 9)]
    contrast = (lesion.mean() - ground.mean()) / ground.std()
    assert 2 < contrast < 6, contrast
    blood = scene.image[called(scene)]
    assert blood.mean() - ground.mean() > 2.5 * (lesion.mean() - ground.mean())


def test_brightness_finds_the_vessel_and_not_the_lesion():
    scene = data.scene("vessel")
    lesion = scene.mask == 1
    assert not (lesion & (scene.image > 0.6)).any()
    assert (scene.image > 0.6).sum() > 1000
    # Wherever the threshold is put: at half of the lesion, there is far more beside it.
    half = scene.image > np.median(scene.image[lesion])
    assert (half & ~lesion).sum() > 100 * lesion.sum()
    # And what is called falsely is the vessel: in one piece, but for the tips of its branches.
    labels, count = ndimage.label(called(scene), structure=SQUARE)
    assert np.bincount(labels.ravel())[1:].max() > 0.98 * called(scene).sum()
    assert called(scene).sum() == 1348
    assert not (called(scene) & around(scene.mask, 0, 8)).any()


@pytest.mark.parametrize("large", [100, 101, 333, 1000, 1024, 1499, 1500])
@pytest.mark.parametrize("small", [1, 2, 12, 60, 99, 130, 150])
def test_the_large_one_is_found_and_the_small_one_missed(large, small):
    scene = data.scene("two_sizes", large=large, small=small)
    labels, count = ndimage.label(scene.mask, structure=SQUARE)
    sizes = np.bincount(labels.ravel())[1:]
    assert sorted(sizes) == sorted([large, small])
    big, little = (labels == labels[middle] for middle in ((63, 43), (22, 93)))
    assert (big.sum(), little.sum()) == (large, small)
    beside = called(scene) & (scene.mask == 0)
    found = (called(scene) & big).sum()
    assert not (called(scene) & little).any()
    assert 0 < scene.prediction[little].min() and scene.prediction[little].max() < 0.25
    assert numbers_in(scene.note) == [large, found, beside.sum(), small]
    assert metrics.dice_score(called(scene)[None, None], big[None, None]) > 0.93
    assert not (beside & ~around(big, 0, 3)).any(), "mistakes lie along the border"
    assert scene.image[little].mean() > scene.image[around(little, 3, 6)].mean() + 0.1


@pytest.mark.parametrize("clumps", [1, 2])
@pytest.mark.parametrize("alarms", [*range(0, 60), 99, 100, 150, 199, 200])
def test_an_empty_slice_has_exactly_its_alarms(alarms, clumps):
    scene = data.scene("empty", alarms=alarms, clumps=clumps)
    assert not scene.mask.any()
    assert called(scene).sum() == alarms
    assert pieces(called(scene)) == (min(alarms, 1) if alarms < 3 else clumps)
    assert numbers_in(scene.note) == [alarms]


def test_the_empty_slice_holds_nothing_that_stands_out():
    scene = data.scene("empty")
    assert scene.image.max() < 0.55
    lit, ground = scene.image[called(scene)], scene.image[around(called(scene), 3, 9)]
    assert 0.5 < (lit.mean() - ground.mean()) / ground.std() < 3, "a reason to be mistaken"


@pytest.mark.parametrize("fibres", range(1, 17))
def test_each_fibre_is_a_closed_ring_around_one_core(fibres):
    scene = data.scene("ring", fibres=fibres)
    assert scene.classes == ("ground", "ring", "core")
    ring, core = scene.mask == 1, scene.mask == 2
    assert pieces(ring | core) == pieces(ring) == pieces(core, CROSS) == fibres
    np.testing.assert_array_equal(ndimage.binary_fill_holes(ring, SQUARE), ring | core)
    # At least two pixels thick, and away from the border of the picture.
    assert not (ndimage.binary_dilation(core, SQUARE) & (scene.mask == 0)).any()
    rim = np.ones_like(ring)
    rim[1:-1, 1:-1] = False
    assert not (rim & (ring | core)).any()
    greys = [scene.image[scene.mask == label].mean() for label in range(3)]
    assert greys[1] > greys[2] + 0.25 > greys[0] + 0.3
    assert numbers_in(scene.note) == [fibres]


@pytest.mark.parametrize("count", range(2, 21))
def test_nuclei_touch_and_the_map_tells_them_apart(count):
    scene = data.scene("nuclei", count=count)
    assert scene.instances.dtype == np.uint8
    assert np.unique(scene.instances).tolist() == list(range(count + 1))
    np.testing.assert_array_equal(scene.mask, scene.instances > 0)
    for number in range(1, count + 1):
        own = scene.instances == number
        assert pieces(own, CROSS) == 1
        assert own.sum() > 100
    assert pieces(scene.mask) < count
    assert numbers_in(scene.note) == [count, pieces(scene.mask)]
    assert scene.image[scene.mask == 1].mean() > 4 * scene.image[scene.mask == 0].mean()


def test_who_counts_pieces_misses_three_nuclei_of_four():
    scene = data.scene("nuclei")
    assert pieces(scene.mask) == 5
    # Bright each of them, and unlike each other, as nuclei are.
    means = [scene.image[scene.instances == number].mean() for number in range(1, 21)]
    assert min(means) > 0.3 and max(means) > 1.4 * min(means)


# --- What is refused -------------------------------------------------------------------------

LISTED = "expected one of vessel, two_sizes, empty, ring, nuclei"


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        ("retina", {}, ValueError, f"name: got 'retina', {LISTED}"),
        ("two_knobs", {}, ValueError, f"name: got 'two_knobs', {LISTED}"),
        (None, {}, ValueError, f"name: got None, {LISTED}"),
        (["vessel"], {}, ValueError, f"name: got ['vessel'], {LISTED}"),
        (
            "vessel",
            {"alarms": 4},
            TypeError,
            "alarms: got an option that vessel does not have, expected size",
        ),
        (
            "two_sizes",
            {"size": 4},
            TypeError,
            "size: got an option that two_sizes does not have, expected large or small",
        ),
        ("vessel", {"size": 0}, ValueError, "size: got 0, expected a whole number from 1 to 60"),
        ("vessel", {"size": 61}, ValueError, "size: got 61, expected a whole number from 1 to 60"),
        ("empty", {"alarms": -1}, ValueError, "alarms: got -1, expected a whole number from 0 to"),
        ("empty", {"clumps": 3}, ValueError, "clumps: got 3, expected a whole number from 1 to 2"),
        ("vessel", {"size": 10.0}, TypeError, "size: got 10.0, expected a whole number from 1 to"),
        ("vessel", {"size": True}, TypeError, "size: got True, expected a whole number from 1 to"),
        ("vessel", {"size": "10"}, TypeError, "size: got '10', expected a whole number from 1 to"),
        ("ring", {"fibres": None}, TypeError, "fibres: got None, expected a whole number from 1"),
        ("nuclei", {"count": np.eye(9)}, TypeError, "count: got array([[1., 0., 0."),
        ("nuclei", {"count": 10**500}, ValueError, "count: got 1000"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(name, options, error, message):
    with pytest.raises(error) as caught:
        data.scene(name, **options)
    said = str(caught.value)
    assert said.startswith(message)
    assert "\n" not in said and len(said) < 160


def test_the_docstring_gives_every_option_with_its_bounds():
    said = " ".join(inspect.getdoc(data.scene).split())
    for name, options in _pictures._OPTIONS.items():
        assert f'``"{name}"``' in said
        for option, (first, least, most) in options.items():
            assert re.search(rf"``{option}``[^(]*\({first}; {least} to {most}[;)]", said), option
