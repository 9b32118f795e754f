"""What the explorer of the Lovász extension must show at a state, by the reference."""

import numpy as np

from segloss_lab import reference
from segloss_lab.explorer import LovaszExplorer

EXPLORER = LovaszExplorer

STATES = [
    {},
    {"error_1": 0.7, "error_2": 0.6, "surface": "dice"},
    {"error_1": 0.6, "error_2": 0.6},
    {"truth_2": True, "error_1": 0.6, "error_2": 0.6},
    {"error_1": 0.0, "error_2": 0.0},
    {"error_1": 1.0, "error_2": 1.0, "view": "flat", "turn": 150},
    {"map": "soft", "surface": "jaccard"},
    {"truth_1": False, "error_1": 0.2, "error_2": 0.0},
    {"truth_1": False, "error_1": 0.0, "error_2": 0.0},
    {"pixels": 3, "error_1": 0.123, "error_2": 0.9, "error_3": 0.4},
    {"pixels": 3, "error_1": 0.4, "error_2": 0.4, "error_3": 0.4},
    {"pixels": 3, "truth_1": False, "truth_3": False, "error_2": 0.0, "error_3": 1.0},
    {"pixels": 3, "truth_2": True, "error_3": 0.8, "surface": "dice", "map": "soft"},
    {"pixels": 3, "truth_3": False, "error_1": 0.6, "error_2": 0.5, "error_3": 0.5},
]


def quantities(state):
    numbers = range(1, state["pixels"] + 1)
    truth = np.array([float(state[f"truth_{i}"]) for i in numbers])
    errors = np.array([float(state[f"error_{i}"]) for i in numbers])
    sign = 2 * truth - 1
    loss, gradient = _of_logits(sign * (1 - errors), truth)
    # The hinge has a kink of its own at error 0; one further out it has none, in the same order.
    _, weights = _of_logits(-sign * errors, truth)
    probs = np.where(truth == 1, 1 - errors, errors)
    return {
        "loss": loss,
        "gradient": float(np.abs(gradient).max()),
        "soft_jaccard": _of_probs(reference.jaccard, probs, truth),
        "soft_dice": _of_probs(reference.dice, probs, truth),
        **{f"weight_{i}": float(abs(weights[i - 1])) for i in numbers},
    }


def _of_logits(logits, truth):
    loss, gradient = reference.lovasz_hinge(logits[None, None], truth[None, None])
    return float(loss), gradient.ravel()


def _of_probs(loss, probs, truth):
    value, _ = loss(probs[None, None], truth[None, None], from_logits=False, smooth=0.0)
    return float(value)
