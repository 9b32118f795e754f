"""Truth and prediction of a mask, and the push of a loss on its logits."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from segloss_lab import reference
from segloss_lab.plots._style import PALETTE
from segloss_lab.plots.masks import overlay, parts, push

SIDE = 32  # pixels of the mask, along each axis
PIXELS = SIDE**2
_PAPER = 0.96  # the grey of pixels outside both masks
NAMES = {
    "cross_entropy": "cross-entropy",
    "focal": "focal",
    "dice": "Dice",
    "jaccard": "Jaccard",
    "tversky": "Tversky",
    "generalized_dice": "generalized Dice",
    "lovasz_hinge": "Lovász hinge",
    "compound": "cross-entropy + Dice",
}
_OPTIONS = {
    "cross_entropy": (),
    "focal": ("gamma",),
    "dice": ("smooth", "eps"),
    "jaccard": ("smooth", "eps"),
    "tversky": ("alpha", "beta", "smooth", "eps"),
    "generalized_dice": ("smooth", "eps"),
    "lovasz_hinge": (),
}


def mask(state: Mapping[str, object], image: np.ndarray | None = None) -> Figure:
    """Draw what ``MaskExplorer`` shows at a state: the masks, and the push of the chosen loss.

    Args:
        state: The explorer's state: ``truth`` and ``prediction``, 256 hexadecimal digits each, what
            moves the prediction, ``confidence``, ``loss`` and the options of the losses.
        image: A grey picture (H, W) of uint8 beneath the masks, stretched over their pixels.

    Returns:
        A figure of two panels: the prediction against the truth, and the push on every logit, minus
        the slope of the loss times the number of pixels.
    """
    truth, prediction = masks_of(state)
    _, gradient = loss_of_mask(state)
    figure = Figure(figsize=(8, 4.15), layout="constrained")
    masks, pushes = figure.subplots(1, 2)
    if image is None:
        overlay(masks, np.full(truth.shape, _PAPER), truth, prediction)
    else:
        _lay_under(masks, image)
        parts(masks, truth, prediction)
        _outline(masks, truth, "truth", "-")
        _outline(masks, prediction, "prediction", (0, (3, 2)))
    push(pushes, PIXELS * gradient)
    for axes in (masks, pushes):
        axes.set_anchor("N")  # what is below them differs in height
    masks.set_title("Truth and prediction")
    pushes.set_title(f"Push by {NAMES[state['loss']]} on every logit")
    return figure


def _lay_under(axes: Axes, image: np.ndarray) -> None:
    """Draw a picture over the whole of the masks' pixels."""
    whole = (-0.5, SIDE - 0.5, SIDE - 0.5, -0.5)
    axes.imshow(image, cmap="gray", vmin=0, vmax=255, extent=whole, interpolation="bilinear")


def _outline(axes: Axes, part: np.ndarray, role: str, dash: object) -> None:
    """Draw the edges of a mask, with a pale rim that shows on any grey."""
    if part.all() or not part.any():
        return  # it has none
    # Ten times as many pixels: between two of the mask a contour would cut the corners.
    fine = (np.arange(10 * SIDE) + 0.5) / 10 - 0.5
    pixels = np.kron(part, np.ones((10, 10)))
    edges = axes.contour(fine, fine, pixels, [0.5], colors=PALETTE["roles"][role], linewidths=1.2)
    edges.set(linestyle=dash, path_effects=[withStroke(linewidth=2.4, foreground="white")])


def masks_of(state: Mapping[str, object]) -> tuple[np.ndarray, np.ndarray]:
    """Give truth and prediction at a state of ``MaskExplorer``.

    Args:
        state: As in ``mask``.

    Returns:
        Two arrays (32, 32) of bool, the prediction grown and shifted.
    """
    prediction = _grown(decode(state["prediction"]), state["grow"])
    return decode(state["truth"]), _shifted(prediction, state["shift_x"], state["shift_y"])


def loss_of_mask(state: Mapping[str, object]) -> tuple[float, np.ndarray]:
    """Give the chosen loss at a state of ``MaskExplorer``, and its gradient by the logits.

    Args:
        state: As in ``mask``.

    Returns:
        The value of that loss in ``segloss_lab.reference``, and an array (32, 32).
    """
    truth, prediction = masks_of(state)
    logits = np.where(prediction, 1.0, -1.0) * state["confidence"]
    loss = getattr(reference, state["loss"])
    value, gradient = loss(logits[None, None], truth[None, None], **_options(state))
    return float(value), gradient[0, 0]


def pulls_of_mask(state: Mapping[str, object]) -> tuple[float | None, float | None]:
    """Give how hard the chosen loss pulls a missed pixel of the object, and one already found.

    Args:
        state: As in ``mask``.

    Returns:
        The mean of minus the slope of the loss, times the number of pixels, over the missed pixels
        and over the found ones; None where there are none.
    """
    truth, prediction = masks_of(state)
    push = -PIXELS * loss_of_mask(state)[1]
    missed, found = (push[truth & called] for called in (~prediction, prediction))
    return tuple(float(part.mean()) if part.size else None for part in (missed, found))


def decode(digits: str) -> np.ndarray:
    """Read 256 hexadecimal digits, four pixels each, as a mask (32, 32) of bool."""
    octets = np.frombuffer(bytes.fromhex(digits), np.uint8)
    return np.unpackbits(octets).reshape(SIDE, SIDE).astype(bool)


def encode(mask: np.ndarray) -> str:
    """Write a mask (32, 32) of bool as ``decode`` reads it."""
    return np.packbits(mask).tobytes().hex()


def _options(state: Mapping[str, object]) -> dict[str, object]:
    if state["loss"] != "compound":
        return {name: state[name] for name in _OPTIONS[state["loss"]]}
    dice = {name: state[name] for name in _OPTIONS["dice"]}
    return {"terms": [(1.0, "cross_entropy", {}), (1.0, "dice", dice)]}


def _grown(mask: np.ndarray, by: int) -> np.ndarray:
    """Widen a mask on every side by so many pixels; narrow it where ``by`` is negative."""
    for _ in range(abs(by)):
        around = np.pad(mask, 1)
        sides = [around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:]]
        combine = np.logical_or if by > 0 else np.logical_and
        mask = combine.reduce([mask, *sides])
    return mask


def _shifted(mask: np.ndarray, right: int, down: int) -> np.ndarray:
    """Move a mask; what leaves the picture is gone."""
    room = np.pad(mask, SIDE)
    top, left = SIDE - down, SIDE - right
    return room[top : top + SIDE, left : left + SIDE]
