"""What the explorer of smoothing must show at a state, by the reference."""

import numpy as np

from segloss_lab import reference
from segloss_lab.explorer import SmoothingExplorer

EXPLORER = SmoothingExplorer

STATES = [
    {"smooth": 1.0, "eps": 0.0, "size": 10, "overlap": 0.5, "false_positives": 1},
    {"smooth": 100.0, "eps": 0.0, "size": 0, "overlap": 0.5, "false_positives": 100},
    {"smooth": 0.0, "eps": 0.0, "size": 10, "overlap": 0.0, "false_positives": 0},
    {"smooth": 1e-7, "eps": 1e-7, "size": 1, "overlap": 1.0, "false_positives": 100_000},
    {"smooth": 0.0, "eps": 1e-3, "size": 0, "overlap": 0.5, "false_positives": 0, "axis": "eps"},
    {"smooth": 0.0, "eps": 0.0, "size": 0, "overlap": 0.5, "false_positives": 0},
    {"smooth": 1e5, "eps": 1e5, "size": 100_000, "overlap": 0.123, "false_positives": 37},
    {"smooth": 0.0, "eps": 0.25, "size": 37, "overlap": 0.9, "false_positives": 3, "axis": "eps"},
    {"convention": "half", "smooth": 3.0, "eps": 0.5, "size": 10, "overlap": 0.7},
    {"convention": "half", "smooth": 50.0, "size": 0, "false_positives": 100},
    {"convention": "denominator", "smooth": 3.0, "eps": 0.5, "size": 10, "axis": "eps"},
    {"convention": "denominator", "smooth": 0.0, "size": 0, "false_positives": 0},
    {"convention": "none", "smooth": 3.0, "eps": 0.5, "size": 10, "overlap": 0.7},
    {"convention": "none", "eps": 0.0, "size": 0, "false_positives": 0},
    {"smooth": 1e-5, "false_positives": 0},
    {"smooth": 100.0, "false_positives": 0},
    {"smooth": 1.0, "false_positives": 90},
    {"smooth": 1.0, "size": 10_000, "overlap": 0.25, "false_positives": 3000},
]


def quantities(state):
    loss, gradient = dice(state)
    slopes = gradient.ravel()
    expected = {
        "loss": float(loss),
        "gradient": float(np.abs(slopes).max()),
        "gradient_background": float(slopes[-1]),
    }
    if state["size"] == 0:
        return expected
    full = -float(dice({**state, "smooth": 1e-5})[1].ravel()[0])
    expected |= {
        "gradient_object": float(slopes[0]),
        "pull_share": -float(slopes[0]) / full,
        "push_share": float(slopes[-1]) / full,
    }
    return expected if slopes[-1] == 0 else expected | {"ratio": -float(slopes[0] / slopes[-1])}


def dice(state):
    """Give the Dice loss of the pixels that the state describes, and its gradient."""
    size, extra = state["size"], state["false_positives"]
    probs = np.array([state["overlap"]] * size + [1.0] * extra + [0.0])
    target = np.array([1.0] * size + [0.0] * (extra + 1))
    smooth, eps = state["smooth"], state["eps"]
    options = {
        "textbook": {"smooth": smooth, "eps": eps},
        "half": {"smooth": 2 * smooth, "eps": eps},
        "denominator": {"smooth": 0.0, "eps": smooth + eps},
        "none": {"smooth": 0.0, "eps": eps},
    }[state["convention"]]
    return reference.dice(probs[None, None], target[None, None], from_logits=False, **options)
