"""Masks over an image, and the push on their pixels."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from segloss_lab.plots._style import PALETTE


def overlay(axes: Axes, image: np.ndarray, truth: np.ndarray, prediction: np.ndarray) -> None:
    """Draw a hard prediction against the truth over a grey image.

    What was found is filled in the colour of the overlap; a miss is hatched in the colour of the
    truth, a false alarm in that of the prediction.

    Args:
        axes: Where to draw.
        image: (H, W), in [0, 1].
        truth: (H, W), true where the object is.
        prediction: (H, W), true where it is said to be.
    """
    truth, prediction = np.asarray(truth, bool), np.asarray(prediction, bool)
    axes.imshow(image, cmap="gray", vmin=0, vmax=1)
    roles = PALETTE["roles"]
    parts = [
        ("found", truth & prediction, roles["overlap"], None),
        ("missed", truth & ~prediction, roles["truth"], "////"),
        ("false alarm", prediction & ~truth, roles["prediction"], "\\\\\\\\"),
    ]
    key = []
    for name, part, color, hatch in parts:
        tint = np.zeros((*part.shape, 4))
        tint[part] = (*to_rgb(color), 0.55)
        axes.imshow(tint)
        if part.any() and hatch:
            area = axes.contourf(part, levels=[0.5, 1.5], colors="none", hatches=[hatch])
            area.set(edgecolor=color, linewidth=0)
        count = f"{name}: {part.sum():,}".replace(",", "\u2009")
        key.append(
            Patch(facecolor=(*to_rgb(color), 0.55), edgecolor=color, hatch=hatch, label=count)
        )
    _frame(axes)
    axes.legend(
        handles=key,
        title="pixels",
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        ncols=3,
        frameon=False,
        columnspacing=1.2,
    )


def push(axes: Axes, gradient: np.ndarray) -> None:
    """Draw the push of gradient descent on every pixel: minus the gradient, up red, down blue.

    Args:
        axes: Where to draw.
        gradient: (H, W), the derivative of a loss by each pixel.
    """
    largest = float(np.abs(gradient).max()) or 1.0
    drawn = axes.imshow(-gradient, cmap=PALETTE["diverging"], vmin=-largest, vmax=largest)
    _frame(axes)
    bar = axes.figure.colorbar(
        drawn, ax=axes, location="bottom", fraction=0.05, pad=0.03, aspect=30
    )
    bar.set_ticks([-largest, 0, largest], labels=[f"{-largest:.1e}", "0", f"{largest:.1e}"])
    bar.outline.set_visible(False)


def _frame(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
