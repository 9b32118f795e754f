"""What ScoresExplorer must show: the scores of all pixels of its image, by the package."""

import math

import numpy as np

from segloss_lab import metrics, reference
from segloss_lab.explorer import ScoresExplorer

EXPLORER = ScoresExplorer

STATES = [
    {"found": 0.5},
    {"found": 1.0, "alarms": 90},
    {"found": 1.0, "view": "relation"},
    {"found": 0.77, "alarms": 11, "size": 47, "side": 400},
    {"size": 0, "found": 1.0},
    {"size": 0, "alarms": 1, "side": 60},
    {"size": 500, "alarms": 500, "side": 60, "found": 0.001},
    {"size": 1, "found": 0.5, "view": "relation"},
]


def quantities(state):
    """Score the pixels, laid out in a row: those of the object that are found first."""
    size, alarms = state["size"], state["alarms"]
    truth, called = np.zeros((2, 1, 1, state["side"] ** 2), dtype=bool)
    truth[..., :size] = True
    called[..., : math.floor(state["found"] * size + 0.5)] = True
    called[..., size : size + alarms] = True
    shown = {
        "accuracy": float((truth == called).mean()),
        "dice": metrics.dice_score(called, truth),
        "iou": metrics.iou_score(called, truth),
        "loss": float(reference.dice(called * 1.0, truth, from_logits=False, smooth=0)[0]),
        "true_positives": int((truth & called).sum()),
        "false_negatives": int((truth & ~called).sum()),
        "false_positives": int((~truth & called).sum()),
        "true_negatives": int((~truth & ~called).sum()),
    }
    if called.any():
        shown["precision"] = float(truth[called].mean())
    if truth.any():
        shown["recall"] = float(called[truth].mean())
    return shown
