"""The pictures of `data.scene`: tissue, vessels, lesions, fibres and nuclei, drawn by NumPy alone.

Everything is drawn in float64 and rounded to 8 bits at the end, so that a last digit in which two
machines differ is rounded away. NumPy keeps the numbers of `RandomState` as they are, for ever.
"""

from collections.abc import Mapping
from numbers import Integral
from types import MappingProxyType

import numpy as np

from segloss_lab._contract import shown
from segloss_lab.scenes import Scene

SIDE = 112  # pixels, along each axis

# Chosen by eye among dozens: how folds, fibres and nuclei happen to lie.
_SEEDS = {"vessel": 7, "two_sizes": 2, "empty": 5, "ring": 9, "nuclei": 14}

_LESION = 0.52  # the grey of a faint lesion; tissue has about 0.35, blood 0.92
_BRIGHT = 0.6  # what the prediction of "vessel" takes for an object

# Pixels from the middle of a fibre to the outer border of its sheath, about.
_FIBRES = (17, 14.5, 13, 12, 11, 10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6, 5.5, 5)
_MOST_NUCLEI = 20

_Y, _X = np.mgrid[:SIDE, :SIDE].astype(np.float64)

# Each option's first value, its least and its greatest.
_OPTIONS = {
    "vessel": {"size": (10, 1, 60)},
    "two_sizes": {"large": (1000, 100, 1500), "small": (12, 1, 150)},
    "empty": {"alarms": (40, 0, 200), "clumps": (2, 1, 2)},
    "ring": {"fibres": (16, 1, len(_FIBRES))},
    "nuclei": {"count": (20, 2, _MOST_NUCLEI)},
}


def scene(name: str, **options: int) -> Scene:
    """Draw a scene; `data.scene` says what each of them is."""
    if not isinstance(name, str) or name not in _OPTIONS:
        raise ValueError(f"name: got {shown(name)}, expected one of {', '.join(_OPTIONS)}")
    return _DRAWN[name](_completed(name, options))


def _completed(name: str, given: Mapping[str, int]) -> dict[str, int]:
    """Return the options with the first values of those that are not given."""
    known = _OPTIONS[name]
    for option, value in given.items():
        if option not in known:
            raise TypeError(
                f"{option}: got an option that {name} does not have, expected {' or '.join(known)}"
            )
        _, least, most = known[option]
        expected = f"a whole number from {least} to {most}"
        if not isinstance(value, Integral) or isinstance(value, bool):
            raise TypeError(f"{option}: got {shown(value)}, expected {expected}")
        if not least <= value <= most:
            raise ValueError(f"{option}: got {shown(value)}, expected {expected}")
    return {option: int(given.get(option, first)) for option, (first, _, _) in known.items()}


# --- The scenes ------------------------------------------------------------------------------


def _vessel(options: dict[str, int]) -> Scene:
    random = np.random.RandomState(_SEEDS["vessel"])
    ground = _tissue(random)
    blood = _vessels(random)
    distance, lesion = _blob(options["size"], (70.3, 76.6), random)
    image = _with(ground, _LESION, _inside(distance, 1.2))
    image = _grey(_noisy(image * (1 - blood) + 0.92 * blood, random))
    # It knows no more than brightness: it calls what is as bright as blood.
    prediction = _probability(30 * (_smoothed(image / 255, 0.6) - _BRIGHT))
    alarms = int((prediction > 127).sum())
    note = (
        f"A drawn picture, not a real image: a faint lesion of {_pixels(options['size'])} beside "
        f"a bright vessel, and a prediction that misses it and calls {_pixels(alarms)} of the "
        "vessel falsely."
    )
    return _scene("vessel", image, lesion, options, note, prediction=prediction)


def _two_sizes(options: dict[str, int]) -> Scene:
    random = np.random.RandomState(_SEEDS["two_sizes"])
    ground = _tissue(random)
    away, large = _blob(options["large"], (63.3, 42.7), random)
    beside, small = _blob(options["small"], (22.4, 92.8), random)
    texture = 0.03 * _field(random, 3.0) + 0.02 * _field(random, 1.2)
    # Darker within, as what grows fast is.
    image = _with(ground, 0.7 - 0.24 * _inside(away + 9, 8) + texture, _inside(away, 2.2))
    image = _grey(_noisy(_with(image, 0.56, _inside(beside, 1.4)), random))
    # About the border of the large one it wavers by a pixel; of the small one it has an inkling.
    sure = np.clip(2.2 * (0.8 * _field(random, 2.5) - away), -7, 4) + 0.4 * _field(random, 1.5)
    prediction = _probability(np.maximum(sure, 5 * _inside(beside, 2) - 7))
    called = prediction > 127
    found, alarms = (int((called & part).sum()) for part in (large, ~large))
    note = (
        f"A drawn picture, not a real image: an object of {_pixels(options['large'])}, of which "
        f"the prediction finds {found}, calling {_pixels(alarms)} beside it falsely, and one of "
        f"{_pixels(options['small'])}, which it misses."
    )
    return _scene("two_sizes", image, large | small, options, note, prediction=prediction)


def _empty(options: dict[str, int]) -> Scene:
    random = np.random.RandomState(_SEEDS["empty"])
    ground = _tissue(random)
    alarms, clumps = options["alarms"], options["clumps"]
    sizes = [alarms - alarms * 3 // 8, alarms * 3 // 8] if clumps == 2 else [alarms]
    logits = np.full((SIDE, SIDE), -9.0)
    image = ground
    for size, centre in zip(sizes, [(20.3, 40.6), (84.7, 17.4)], strict=False):
        distance, _ = _blob(size, centre, random)
        image = image + 0.07 * _inside(distance, 4)
        logits = np.maximum(logits, np.clip(-2.0 * distance, -9, 3.0))
    image = _grey(_noisy(image, random))
    prediction = _probability(np.maximum(logits, -8 + 0.8 * _field(random, 3.0)))
    note = (
        "A drawn picture, not a real image: a slice without an object, in which the prediction "
        f"calls {_pixels(alarms)} falsely."
    )
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    return _scene("empty", image, mask, options, note, prediction=prediction)


def _ring(options: dict[str, int]) -> Scene:
    random = np.random.RandomState(_SEEDS["ring"])
    ground = 0.3 + 0.035 * _field(random, 3.0) + 0.02 * _field(random, 12.0)
    ground = ground + 0.03 * _field(random, 1.2)
    mask = np.zeros((SIDE, SIDE), dtype=np.uint8)
    image = ground
    inner = 0.46 + 0.02 * _field(random, 2.0)
    for row, column, radius in _bundle(random)[: options["fibres"]]:
        outline = _outline(row, column, random, 0.75)
        outer = _far(row, column) / outline - radius
        # About two thirds of a fibre are its core, and the sheath is thicker on one side.
        shift = random.uniform(-0.05, 0.05, 2) * radius
        core = _far(row + shift[0], column + shift[1]) / outline - 0.66 * radius
        dots = 0.06 * np.clip(_field(random, 0.9) - 1.3, 0, 2)
        image = _with(image, 0.86 + 0.03 * np.cos(2.2 * outer), _inside(outer, 1.5))
        image = _with(image, inner - dots, _inside(core, 1.5))
        mask[outer < 0] = 1
        mask[core < 0] = 2
    image = _grey(_noisy(image, random))
    fibres, classes = options["fibres"], ("ground", "ring", "core")
    note = (
        f"A drawn picture, not a real image: {fibres} nerve fibre{'s' * (fibres != 1)}, each a "
        "core within a ring, as myelin lies around an axon."
    )
    return _scene("ring", image, mask, options, note, classes=classes)


def _nuclei(options: dict[str, int]) -> Scene:
    random = np.random.RandomState(_SEEDS["nuclei"])
    chromatin = 0.06 * _field(random, 1.6) + 0.05 * _field(random, 3.5)
    haze = 0.05 + 0.012 * _field(random, 14.0)
    light = np.zeros((SIDE, SIDE))
    crowd = _crowd(random)[: options["count"]]
    distances = [
        _far(row, column) / _outline(row, column, random) - radius for row, column, radius in crowd
    ]
    nearest, second = np.sort(np.stack(distances), axis=0)[:2]
    instances = np.where(nearest < 0, 1 + np.argmin(distances, axis=0), 0)
    for number, (row, column, radius) in enumerate(crowd, 1):
        distance, own = distances[number - 1], instances == number
        height = random.uniform(0.45, 0.82)
        dome = height * (0.78 + 0.3 * _inside(distance + 4.5, 6)) + chromatin
        for _ in range(3):  # nucleoli take no dye
            turn, away = random.uniform(0, 2 * np.pi), random.uniform(0.1, 0.5) * radius
            spot = _far(row + away * np.sin(turn), column + away * np.cos(turn))
            dome = dome - 0.2 * _inside(spot - 1.2, 2.0)
        light[own] = dome[own]
    # Where two touch, each is thin at its border, and the seam is darker.
    light = light * (1 - 0.45 * np.exp(-(((second - nearest) / 1.6) ** 2)))
    light = _smoothed(light, 0.75) + haze + 0.1 * _smoothed(light, 6)
    image = _grey(_noisy(light, random))
    pieces = _pieces(instances)
    count = options["count"]
    note = (
        f"A drawn picture, not a real image: {count} nuclei, which touch, so that their mask is "
        f"in {pieces} piece{'s' * (pieces != 1)}."
    )
    return _scene("nuclei", image, instances > 0, options, note, instances=instances)


def _crowd(random: np.random.RandomState) -> list[tuple[float, float, float]]:
    """Return (row, column, radius) of nuclei, most of which lean on one that is there already."""
    placed = [(38.0, 36.0, 9.5)]
    for number, radius in enumerate(random.uniform(7.5, 10.5, _MOST_NUCLEI - 1), 1):
        edge = 0.9 * radius
        tries = random.uniform(edge, SIDE - 1 - edge, (4000, 2))
        apart = np.min([_apart(tries, disc) / (disc[2] + radius) for disc in placed], axis=0)
        # Every fourth stands alone, until others come to it.
        low, high = (1.35, 1.8) if number % 4 == 3 else (0.86, 0.9)
        placed.append((*_first(tries, (apart > low) & (apart < high)), radius))
    return placed


def _pieces(instances: np.ndarray) -> int:
    """Count the pieces of the mask, diagonals joined; each instance is one piece by itself."""
    piece = np.arange(instances.max() + 1)
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        moved = np.roll(instances, (-down, -right), axis=(0, 1))
        # What leaves at one border does not touch what lies at the other.
        here = np.s_[: SIDE - down, max(0, -right) : SIDE - max(0, right)]
        one, other = instances[here], moved[here]
        met = (one != other) & (one > 0) & (other > 0)
        for pair in set(zip(one[met].tolist(), other[met].tolist(), strict=True)):
            low, high = sorted(piece[list(pair)])
            piece[piece == high] = low
    return len(set(piece[1:].tolist()))


def _scene(
    name: str,
    image: np.ndarray,
    mask: np.ndarray,
    options: dict[str, int],
    note: str,
    *,
    prediction: np.ndarray | None = None,
    instances: np.ndarray | None = None,
    classes: tuple[str, ...] = ("ground", "object"),
) -> Scene:
    arrays = [
        (image / 255).astype(np.float32),
        mask.astype(np.uint8),
        None if prediction is None else (prediction / 255).astype(np.float32),
        None if instances is None else instances.astype(np.uint8),
    ]
    for array in arrays:
        if array is not None:
            array.flags.writeable = False
    return Scene(name, *arrays, classes, note, MappingProxyType(options))


def _pixels(count: int) -> str:
    return f"{count} pixel" + "s" * (count != 1)


# --- What they are made of -------------------------------------------------------------------


def _tissue(random: np.random.RandomState) -> np.ndarray:
    """Return soft tissue: folds with a brighter rind, and dark seams where two of them meet."""
    folds = _field(random, 6.5)
    steep = np.hypot(*np.gradient(folds))
    away = np.abs(folds) / np.maximum(steep, 0.06)  # pixels to the nearest seam, about
    depth = np.clip(0.6 + 0.45 * _field(random, 9.0), 0, 1.1)
    seam = np.exp(-((away / 1.3) ** 2)) * depth
    rind = np.exp(-(((away - 3.5) / 2.5) ** 2)) * depth
    shade = 0.03 * _field(random, 24.0) + 0.02 * np.tanh(folds) + 0.014 * _field(random, 2.0)
    return 0.34 + shade + 0.035 * rind - 0.09 * seam


def _vessels(random: np.random.RandomState) -> np.ndarray:
    """Return how much blood a pixel holds, from 0 to 1: a vessel with branches that taper."""
    t = np.linspace(0, 1, 160)
    stem = (118 - 126 * t, 34 + 22 * t + 13 * np.sin(2 * np.pi * 1.25 * t + 0.4), 5.2 - 1.8 * t)
    row, column, radius = (values[70] for values in stem)
    twig = (row - 34 * t + 6 * np.sin(4.2 * t), column + 62 * t + 5 * np.sin(7 * t), 2.8 - 1.6 * t)
    row, column, radius = (values[45] for values in stem)
    other = (row - 30 * t, column - 44 * t - 4 * np.sin(6 * t), 2.3 - 1.3 * t)
    blood = np.zeros((SIDE, SIDE))
    for line in (stem, twig, other):
        blood = np.maximum(blood, _tube(*line))
    return blood


def _tube(rows: np.ndarray, columns: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Return the thickness of a round tube, 1 in its middle, seen from above."""
    depth = np.zeros((SIDE, SIDE))
    for row, column, radius in zip(rows, columns, radii, strict=True):
        part = np.sqrt(np.clip(1.15 - ((_Y - row) ** 2 + (_X - column) ** 2) / radius**2, 0, 1))
        depth = np.maximum(depth, part * min(1, 0.55 + radius / 9))
    return _smoothed(depth, 0.7)


def _blob(
    size: int, centre: tuple[float, float], random: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray]:
    """Return about how far a pixel is from a blob's border, below 0 within it, and its mask.

    The mask has exactly as many pixels as asked for. The centre should be no half of a whole
    number: then no two pixels are equally far, and the order does not hang on a last digit.
    """
    far = _far(*centre) / _outline(*centre, random)
    order = np.argsort(far, axis=None, kind="stable")
    mask = np.zeros(SIDE * SIDE, dtype=bool)
    mask[order[:size]] = True
    last, next_one = far.ravel()[order[[max(size - 1, 0), size]]]
    border = (last + next_one) / 2 if size else -1.0
    return far - border, mask.reshape(SIDE, SIDE)


def _far(row: float, column: float) -> np.ndarray:
    return np.hypot(_Y - row, _X - column)


def _outline(
    row: float, column: float, random: np.random.RandomState, wobble: float = 1.0
) -> np.ndarray:
    """Return how far out the border of a round thing is in each pixel's direction, about 1."""
    angle = np.arctan2(_Y - row, _X - column)
    waves = zip((0.13, 0.08, 0.035, 0.02), (2, 3, 4, 7), random.uniform(0, 7, 4), strict=True)
    return 1 + wobble * sum(high * np.cos(k * angle + turn) for high, k, turn in waves)


def _bundle(random: np.random.RandomState) -> list[tuple[float, float, float]]:
    """Return (row, column, radius) of fibres that do not touch, the thickest first."""
    placed = [(0.46 * SIDE, 0.42 * SIDE, _FIBRES[0])]
    for radius in _FIBRES[1:]:
        edge = 1.2 * radius + 1
        tries = random.uniform(edge, SIDE - 1 - edge, (3000, 2))
        room = np.min([_apart(tries, disc) - 1.12 * (disc[2] + radius) for disc in placed], axis=0)
        placed.append((*_first(tries, room > 3), radius))
    return placed


def _apart(points: np.ndarray, disc: tuple[float, float, float]) -> np.ndarray:
    return np.hypot(points[:, 0] - disc[0], points[:, 1] - disc[1])


def _first(points: np.ndarray, fit: np.ndarray) -> np.ndarray:
    """Return the first point that fits; the seeds are such that one does."""
    return points[np.flatnonzero(fit)[0]]


def _with(image: np.ndarray, grey: np.ndarray | float, share: np.ndarray) -> np.ndarray:
    """Lay a grey over an image, as much as its share says."""
    return image * (1 - share) + grey * share


def _inside(distance: np.ndarray, width: float) -> np.ndarray:
    """Return 1 deep within, 0 far out, and a smooth slope of about a width between."""
    return 1 / (1 + np.exp(np.clip(4 * distance / width, -60, 60)))


def _noisy(image: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    """Add the noise of a camera: more where it is brighter, and finely grained."""
    noise = _field(random, 0.65)
    return image + 0.02 * noise * np.sqrt(np.clip(image, 0.05, 1) / 0.35)


def _field(random: np.random.RandomState, width: float) -> np.ndarray:
    """Return smooth noise of mean 0 and standard deviation 1."""
    smooth = _smoothed(random.standard_normal((SIDE, SIDE)), width)
    return (smooth - smooth.mean()) / smooth.std()


def _smoothed(field: np.ndarray, width: float) -> np.ndarray:
    """Smooth with a Gaussian; beyond the borders the field is mirrored."""
    reach = int(np.ceil(3.5 * width))
    weights = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * width**2))
    weights /= weights.sum()
    for _ in range(2):
        wide = np.pad(field, ((reach, reach), (0, 0)), mode="symmetric")
        field = sum(w * wide[k : k + SIDE] for k, w in enumerate(weights)).T
    return field


def _grey(image: np.ndarray) -> np.ndarray:
    return np.clip(np.round(255 * image), 0, 255)


def _probability(logits: np.ndarray) -> np.ndarray:
    """Return probabilities in 255ths, none of them 1: of a false alarm, the loss is finite."""
    return np.clip(np.round(255 / (1 + np.exp(-np.clip(logits, -60, 60)))), 0, 254)


_DRAWN = {
    "vessel": _vessel,
    "two_sizes": _two_sizes,
    "empty": _empty,
    "ring": _ring,
    "nuclei": _nuclei,
}
