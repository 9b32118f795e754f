"""What losses make of a network with two knobs: its pictures, the landscape, the paths."""

from collections.abc import Mapping

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from segloss_lab import reference, scenes
from segloss_lab.plots._style import MARKERS, PALETTE

STEPS = 400
LEAST, MOST = np.array([0.0, -2.0]), np.array([20.0, 7.0])  # of a and c
_RATES = np.array([0.1, 0.05])
_GRID = 19, 25  # places of the landscape along a and c
_BANDS = [0, 1, 2.5, 5, 9, 15, 23, 33, 45, 60, 78, 100]  # per cent of the landscape below a contour
_SHOWN = -3, 4  # standard deviations of the noise that are black and white
_REGION = ("smooth", "eps", "over")
_OPTIONS = {
    "dice": _REGION,
    "cross_entropy": (),
    "weighted": ("pos_weight",),
    "focal": ("gamma",),
    "tversky": ("alpha", "beta", *_REGION),
    "lovasz_hinge": ("over",),
    "compound": _REGION,
}


def training(state: Mapping[str, object]) -> Figure:
    """Draw what ``TrainingExplorer`` shows at a state.

    Args:
        state: The explorer's state: ``contrast`` and ``empty``, the losses ``loss`` and ``race_1``
            to ``race_3`` with their options, ``start_a``, ``start_c`` and ``step``.

    Returns:
        A figure of three panels: the picture with what each loss calls object, the landscape of
        ``loss`` with all paths, and the pixels called after each step.
    """
    scene = _scene(state)
    figure = Figure(figsize=(10.5, 3.6), layout="constrained")
    pictures, landscape, steps = figure.subplots(1, 3, width_ratios=[1, 1.25, 1.1])
    x = scene.x[0]
    pictures.imshow(x, cmap="gray", vmin=_SHOWN[0], vmax=_SHOWN[1], interpolation="nearest")
    pictures.contour(scene.mask[0], [0.5], colors=PALETTE["roles"]["truth"], linewidths=2)
    _draw_landscape(landscape, state)
    for loss in losses_of_race(state):
        path = path_of_knobs(state, loss)
        look = _look(loss)
        a, c = path[state["step"], :2]
        inside = (a > 0) & (x > c)
        if inside.any() and not inside.all():
            pictures.contour(inside, [0.5], colors=look["color"], linewidths=1.6)
        landscape.plot(path[:, 1], path[:, 0], **(look | {"marker": None}), alpha=0.4, lw=1)
        gone = path[: state["step"] + 1]
        landscape.plot(gone[:, 1], gone[:, 0], **look, markevery=[-1], markersize=8, lw=2)
        called = [((scene.x > c) & (a > 0)).sum() for a, c in path[:, :2]]
        steps.plot(called, **look, markevery=(20, 90), label=loss.replace("_", " "))
    pictures.set_axis_off()
    pictures.set_title(f"After {state['step']} steps")
    steps.set_yscale("symlog", linthresh=1)
    steps.set_ylim(0, 1e4)
    steps.set_xlim(0, STEPS)
    steps.set_xlabel("step")
    steps.set_title("Pixels called object")
    steps.legend(frameon=False)
    return figure


def losses_of_race(state: Mapping[str, object]) -> list[str]:
    """Give the losses that race at a state of ``TrainingExplorer``, the chosen one first."""
    lanes = [state[lane] for lane in ("loss", "race_1", "race_2", "race_3")]
    return list(dict.fromkeys(loss for loss in lanes if loss != "none"))


def path_of_knobs(state: Mapping[str, object], loss: str) -> np.ndarray:
    """Descend by one loss as ``TrainingExplorer`` does: Adam on both knobs.

    Args:
        state: As in ``training``.
        loss: One of the explorer's losses.

    Returns:
        An array (401, 3): a, c and the loss before the first step and after each.
    """
    knobs = np.array([state["start_a"], state["start_c"]], dtype=np.float64)
    mean, square = np.zeros(2), np.zeros(2)
    path = np.empty((STEPS + 1, 3))
    for step in range(STEPS + 1):
        value, slopes = loss_of_knobs(state, loss, *knobs)
        path[step] = *knobs, value
        mean += 0.1 * (slopes - mean)
        square += 0.001 * (slopes**2 - square)
        left = 1 - np.array([0.9, 0.999]) ** (step + 1)
        move = _RATES * (mean / left[0]) / (np.sqrt(square / left[1]) + 1e-8)
        knobs = np.clip(knobs - move, LEAST, MOST)
    return path


def loss_of_knobs(
    state: Mapping[str, object], loss: str, a: float, c: float
) -> tuple[float, np.ndarray]:
    """Give a loss of the network with two knobs at a state of ``TrainingExplorer``.

    Args:
        state: As in ``training``.
        loss: One of the explorer's losses.
        a: How sure the network is, at least 0.
        c: The brightness from which it calls a pixel object.

    Returns:
        The value of the loss in ``segloss_lab.reference``, and its derivatives by a and c.
    """
    scene = _scene(state)
    options = {name: state[name] for name in _OPTIONS[loss]}
    if loss == "compound":
        terms = [(1.0, "cross_entropy", {}), (state["weight"], "dice", options)]
        options = {"terms": terms}
    function = getattr(reference, "cross_entropy" if loss == "weighted" else loss)
    value, gradient = function(scene.logits(a, c), scene.target, validate=False, **options)
    by_a = np.sum(gradient * (scene.x[:, None] - c))
    return float(value), np.array([by_a, -a * np.sum(gradient)])


def _scene(state: Mapping[str, object]) -> scenes.TwoKnobs:
    return scenes.two_knobs(state["contrast"], state["empty"])


def _draw_landscape(axes, state: Mapping[str, object]) -> None:
    heights = np.linspace(0, 1, _GRID[0])
    steep, places = MOST[0] * heights**2, np.linspace(LEAST[1], MOST[1], _GRID[1])
    values = np.array(
        [[loss_of_knobs(state, state["loss"], a, c)[0] for c in places] for a in steep]
    )
    levels = np.unique(np.percentile(values, _BANDS))
    grey = to_rgba(PALETTE["light"]["quiet"])[:3]
    shades = [(*grey, alpha) for alpha in np.linspace(0.6, 0.05, max(len(levels) - 1, 1))]
    if len(levels) > 1:
        axes.contourf(places, steep, values, levels=levels, colors=shades)
    axes.set_yscale("function", functions=(np.sqrt, np.square))
    axes.set_yticks([0, 1, 2, 5, 10, 20])
    axes.set_xlabel("c, called from this brightness on")
    axes.set_ylabel("a, how sure")
    axes.set_title(f"Landscape of {state['loss'].replace('_', ' ')}")


def _look(loss: str) -> dict[str, object]:
    if loss == "weighted":
        return _look("cross_entropy") | {"linestyle": (0, (3, 3)), "marker": MARKERS["wye"]}
    look = PALETTE["losses"][loss]
    dash = (0, tuple(look["dash"])) if look["dash"] else "-"
    return {"color": look["color"], "linestyle": dash, "marker": MARKERS[look["marker"]]}
