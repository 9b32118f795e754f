"""What ``smooth`` leaves of the pull on an object, and the push that it puts beside it, as bars."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from segloss_lab import reference
from segloss_lab.plots._style import PALETTE
from segloss_lab.plots.smoothing import options_of

_FULL = 1e-5  # the smooth at which an object pulls with what is called its strength
_SHOWN = (_FULL, 1.0, 100.0)


def lesion(state: Mapping[str, object]) -> Figure:
    """Draw pull and push at a state of ``SmoothingExplorer``, and at smooth 1e-5, 1 and 100.

    Args:
        state: The explorer's state, with an object of at least one pixel; see
            ``SmoothingExplorer``.

    Returns:
        A figure of pairs of bars on one linear scale, which is the pull at smooth 1e-5: the pull
        on a pixel of the object, and the push on a pixel beside it.
    """
    smooths = sorted({*_SHOWN, state["smooth"]})
    rows = np.arange(len(smooths))
    full, _ = pull_and_push({**state, "smooth": _FULL})
    shares = np.array([pull_and_push({**state, "smooth": smooth}) for smooth in smooths]) / full
    figure = Figure(figsize=(8, 0.7 * len(smooths) + 1.2), layout="constrained")
    axes = figure.subplots()
    names = ("pull on the object", "push beside it")
    colors = (PALETTE["roles"]["truth"], PALETTE["roles"]["prediction"])
    for place, name, color, along in zip((-0.19, 0.19), names, colors, shares.T, strict=True):
        bars = axes.barh(rows + place, along, 0.34, color=color, label=name)
        axes.bar_label(bars, [f"{share:.3g}" for share in along], padding=4)
    axes.set_yticks(rows, [f"smooth {smooth:g}" for smooth in smooths])
    axes.set(xlim=(0, 1.12), xlabel="as a share of the pull at smooth 1e-5")
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.legend(loc="outside upper right", ncols=2, frameon=False)
    return figure


def pull_and_push(state: Mapping[str, object]) -> tuple[float, float]:
    """Give the pull on a pixel of the object and the push on one beside it.

    Args:
        state: As in ``lesion``; the pixels are those of ``dice_of_object``.

    Returns:
        Minus the gradient of ``reference.dice`` on a pixel of the object, and the gradient on a
        background pixel, by probability; both at least 0.
    """
    size, extra = state["size"], state["false_positives"]
    probs = np.concatenate([np.full(size, float(state["overlap"])), np.ones(extra), np.zeros(1)])
    target = np.concatenate([np.ones(size), np.zeros(extra + 1)])
    _, gradient = reference.dice(
        probs.reshape(1, 1, -1),
        target.reshape(1, 1, -1),
        from_logits=False,
        **options_of(state),
    )
    slopes = gradient.ravel()
    return -float(slopes[0]), float(slopes[-1])
