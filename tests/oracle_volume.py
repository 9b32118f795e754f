"""What the explorer of an empty slice must show at a state, by the reference."""

import numpy as np

from segloss_lab import reference
from segloss_lab.explorer import VolumeExplorer

EXPLORER = VolumeExplorer

STATES = [
    {"smooth": 1.0, "volume": 40},
    {"smooth": 40.0, "volume": 40},
    {"smooth": 1000.0, "volume": 40},
    {"smooth": 40.0, "eps": 10.0, "volume": 30},
    {"smooth": 0.0, "volume": 40},
    {"smooth": 0.0, "eps": 1.0, "volume": 40},
    {"smooth": 1.0, "volume": 0},
    {"smooth": 1e-5, "eps": 1e-3, "volume": 0},
    {"smooth": 1e5, "eps": 1e-7, "volume": 100_000},
]


def quantities(state):
    loss, push = dice(**state)
    volume, eps = state["volume"], state["eps"]
    expected = {"loss": loss, "push": push, "push_all": volume * push}
    if volume + eps == 0:
        return expected
    _, largest = dice(smooth=volume + eps, eps=eps, volume=volume)
    return expected | {"push_share": push / largest}


def dice(smooth, eps, volume):
    """Give the Dice loss of an empty slice, and its slope in a pixel that is not predicted."""
    probs = np.array([[[1.0] * volume + [0.0]]])
    options = {"from_logits": False, "smooth": smooth, "eps": eps}
    value, gradient = reference.dice(probs, np.zeros_like(probs), **options)
    return float(value), float(gradient.ravel()[-1])
