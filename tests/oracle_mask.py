"""What MaskExplorer must show: every loss of its pixels, and every step of the descents."""

from functools import lru_cache

import numpy as np
from scipy import ndimage

from segloss_lab import metrics, reference
from segloss_lab.explorer import MaskExplorer

EXPLORER = MaskExplorer
REGION = ("smooth", "eps")
OPTIONS = {
    "cross_entropy": (),
    "focal": ("gamma",),
    "dice": REGION,
    "jaccard": REGION,
    "tversky": ("alpha", "beta", *REGION),
    "generalized_dice": REGION,
    "lovasz_hinge": (),
}
LOSSES = [*OPTIONS, "compound"]
EMPTY = "0" * 256
RING = "".join(
    f"{row:08x}" for row in [0] * 8 + [0x00FFFF00] * 4 + [0x00F00F00] * 8 + [0xFFFFFF00] * 4
)
RING = RING.ljust(256, "0")
SQUARE = "".join(f"{row:08x}" for row in [0] * 10 + [0x003FC000] * 8).ljust(256, "0")

STATES = [
    {"loss": "dice"},
    {"loss": "cross_entropy"},
    {"confidence": 0.3, "step": 60, "rate": 0.2, "descent_3": "none", "descent_1": "jaccard"},
    {"truth": RING, "prediction": SQUARE, "shift_x": -3, "shift_y": 5, "grow": 2, "step": 3},
    {"prediction": RING, "shift_x": 16, "grow": -2, "smooth": 10.0, "loss": "generalized_dice"},
    {"truth": EMPTY, "prediction": SQUARE, "loss": "dice", "step": 40},
    {"truth": EMPTY, "prediction": SQUARE, "smooth": 5.0, "eps": 1.0, "loss": "jaccard"},
    {"truth": EMPTY, "prediction": EMPTY, "loss": "dice", "descent_4": "compound"},
    {"truth": SQUARE, "prediction": EMPTY, "loss": "focal", "gamma": 0.0, "step": 1},
    {"truth": SQUARE, "prediction": SQUARE, "shift_x": 0, "loss": "lovasz_hinge", "step": 0},
    {"confidence": 0.0, "loss": "lovasz_hinge", "step": 5, "rate": 0.1},
    {"loss": "tversky", "alpha": 0.0, "beta": 0.0, "confidence": 10.0, "descent_2": "tversky"},
    {"loss": "compound", "smooth": 1.0, "descent_4": "focal", "gamma": 5.0, "shift_y": -16},
    {
        **{"rule": "normalised", "rate": 0.17, "confidence": 2.9, "step": 500, "loss": "focal"},
        **{"descent_1": "generalized_dice", "descent_3": "compound"},
    },
]


def quantities(state):
    """Compute every number on the page from the 1024 pixels that the state describes."""
    truth, prediction = masks(state)
    logits = state["confidence"] * np.where(prediction, 1.0, -1.0)
    pushes = {loss: push(state, loss, logits, truth) for loss in LOSSES}
    chosen = dict(pushes[state["loss"]])
    value, share = chosen.pop("value"), chosen.pop("share", None)
    shown = {"loss": value, **chosen, **scores(truth, prediction)}
    if share is not None:
        shown["share_object"] = share
    return shown | pulls(state, logits, truth) | table(pushes) | descents(state, truth, logits)


def masks(state):
    truth, prediction = read(state["truth"]), read(state["prediction"])
    if state["grow"]:
        morph = ndimage.binary_dilation if state["grow"] > 0 else ndimage.binary_erosion
        prediction = morph(prediction, iterations=abs(state["grow"]))
    return truth, ndimage.shift(1 * prediction, (state["shift_y"], state["shift_x"]), order=0) == 1


def read(digits):
    """Read hexadecimal digits as pixels, row by row."""
    return np.array([bit == "1" for bit in f"{int(digits, 16):01024b}"]).reshape(32, 32)


def evaluate(state, loss, logits, truth):
    options = {name: state[name] for name in OPTIONS.get(loss, ())}
    if loss == "compound":
        dice = {name: state[name] for name in REGION}
        options["terms"] = [(1.0, "cross_entropy", {}), (1.0, "dice", dice)]
    value, gradient = getattr(reference, loss)(logits[None, None], truth[None, None], **options)
    return float(value), gradient[0, 0]


def push(state, loss, logits, truth):
    value, gradient = evaluate(state, loss, logits, truth)
    size = 1024 * np.abs(gradient)
    found = {
        "value": value,
        "push_largest": float(size.max()),
        "push_object": float(size[truth].sum()),
        "push_background": float(size[~truth].sum()),
    }
    total = size.sum()
    return found | ({"share": found["push_object"] / float(total)} if total > 0 else {})


def pulls(state, logits, truth):
    """Give the mean pull of the chosen loss on the object's pixels, missed and found."""
    _, gradient = evaluate(state, state["loss"], logits, truth)
    called = masks(state)[1]
    shown = {}
    for name, part in [("push_missed", truth & ~called), ("push_found", truth & called)]:
        if part.any():
            shown[name] = float(-1024 * gradient[part].mean())
    return shown


def scores(truth, prediction):
    pair = prediction[None, None], truth[None, None]
    return {"dice_score": metrics.dice_score(*pair), "iou": metrics.iou_score(*pair)}


def table(pushes):
    values = {loss: found["value"] for loss, found in pushes.items()}
    shown = {}
    for loss, value in values.items():
        shown[f"value_{loss}"] = value
        shown[f"rank_{loss}"] = 1 + sum(other > value * (1 + 1e-9) for other in values.values())
        if "share" in pushes[loss]:
            shown[f"share_{loss}"] = pushes[loss]["share"]
    return shown


def descents(state, truth, logits):
    """Take the steps of each descent."""
    shown = {}
    names = {
        name: state[name] for name in ("rule", "rate", "smooth", "eps", "alpha", "beta", "gamma")
    }
    for slot in (1, 2, 3, 4):
        loss = state[f"descent_{slot}"]
        if loss == "none":
            continue
        start = (loss, logits.tobytes(), truth.tobytes(), tuple(names.items()))
        end = descend(*start, state["step"])
        mask = np.frombuffer(end).reshape(32, 32) > 0
        shown[f"iou_{slot}"] = scores(truth, mask)["iou"]
        value, _ = evaluate(state, loss, np.frombuffer(end).reshape(32, 32), truth)
        shown[f"descent_loss_{slot}"] = value
    return shown


@lru_cache(maxsize=4096)
def descend(loss, logits, truth, settings, step):
    """Give the logits after so many steps, each from the one before, as bytes."""
    state = dict(settings)
    now = np.frombuffer(logits).reshape(32, 32)
    outside = np.frombuffer(truth, bool).reshape(32, 32)
    for _ in range(step):
        _, gradient = evaluate(state, loss, now, outside)
        largest = np.abs(gradient).max()
        if largest == 0:
            break
        push = 1024 * gradient if state["rule"] == "gradient" else gradient / largest
        now = now - state["rate"] * push
    return now.tobytes()
