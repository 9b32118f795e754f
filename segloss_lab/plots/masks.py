"""Masks over an image, and the push on their pixels."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from segloss_lab import _contract
from segloss_lab.plots._style import PALETTE

_LARGEST = 4096  # pixels of a side: more is no picture, and takes gigabytes


def overlay(axes: Axes, image: np.ndarray, truth: np.ndarray, prediction: np.ndarray) -> None:
    """Draw a hard prediction against the truth over a grey image.

    What was found is filled in the colour of the overlap; a miss is hatched in the colour of the
    truth, a false alarm in that of the prediction.

    Args:
        axes: Where to draw.
        image: (H, W), in [0, 1].
        truth: (H, W) of bool, or 0 and 1: where the object is.
        prediction: Likewise, where it is said to be.

    Raises:
        TypeError, ValueError: For arrays of another shape, of more than 4096 pixels a side, or
            with other values.
    """
    image = _picture("image", image, least=2)
    _check_values("image", image, (image < 0) | (image > 1), "numbers in [0, 1]")
    truth, prediction = (
        _mask(name, mask, image.shape)
        for name, mask in (("truth", truth), ("prediction", prediction))
    )
    axes.imshow(image, cmap="gray", vmin=0, vmax=1)
    parts(axes, truth, prediction)


def parts(axes: Axes, truth: np.ndarray, prediction: np.ndarray) -> None:
    """Tint and hatch what was found, missed and called falsely, over what the axes show.

    Args:
        axes: Where to draw.
        truth: (H, W) of bool.
        prediction: Likewise.
    """
    roles = PALETTE["roles"]
    named = [
        ("found", truth & prediction, roles["overlap"], None),
        ("missed", truth & ~prediction, roles["truth"], "////"),
        ("false alarm", prediction & ~truth, roles["prediction"], "\\\\\\\\"),
    ]
    key = []
    for name, part, color, hatch in named:
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

    Raises:
        TypeError, ValueError: For an array of another shape, of more than 4096 pixels a side, or
            with numbers that are not finite.
    """
    gradient = _picture("gradient", gradient).astype(float)  # minus an unsigned 1 is 255
    _check_values("gradient", gradient, ~np.isfinite(gradient), "finite numbers")
    largest = float(np.abs(gradient).max()) or 1.0
    drawn = axes.imshow(-gradient, cmap=PALETTE["diverging"], vmin=-largest, vmax=largest)
    _frame(axes)
    bar = axes.figure.colorbar(
        drawn, ax=axes, location="bottom", fraction=0.05, pad=0.03, aspect=30
    )
    bar.set_ticks([-largest, 0, largest], labels=[f"{-largest:.2g}", "0", f"{largest:.2g}"])
    bar.outline.set_visible(False)


def _picture(name: str, array, least: int = 1) -> np.ndarray:
    """Read an array (H, W) of real numbers, with ``least`` pixels a side or more."""
    array = _contract.as_array(name, array)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name}: got dtype {array.dtype}, expected bool, integers or floats")
    if array.ndim != 2 or not all(least <= side <= _LARGEST for side in array.shape):
        raise ValueError(
            f"{name}: got shape {array.shape}, expected (H, W) of {least} to {_LARGEST} pixels"
        )
    return array


def _mask(name: str, array, shape: tuple) -> np.ndarray:
    array = _picture(name, array)
    if array.shape != shape:
        raise ValueError(f"{name}: got shape {array.shape}, expected that of image, {shape}")
    _check_values(name, array, (array != 0) & (array != 1), "0 and 1: threshold it")
    return array == 1


def _check_values(name: str, array: np.ndarray, wrong: np.ndarray, expected: str) -> None:
    if wrong.any():
        raise ValueError(f"{name}: found {array[wrong][0]}, expected {expected}")


def _frame(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
