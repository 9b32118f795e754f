"""What the explorer of the crowd must show at a state, by the reference on every single pixel."""

import numpy as np

from segloss_lab import reference
from segloss_lab.explorer import CrowdExplorer

EXPLORER = CrowdExplorer

OPTIONS = {"focal": ["gamma", "alpha"], "cross_entropy": ["pos_weight"]}

STATES = [
    {"gamma": 0.0},
    {"gamma": 2.0},
    {"gamma": 5.0},
    {"gamma": 2.0, "crowd_pt": 0.9},
    {"gamma": 2.0, "alpha": 0.25, "objects": 300, "object_pt": 0.3},
    {"gamma": 10.0, "alpha": 1.0, "crowd": 99_999, "crowd_pt": 0.999},
    {"gamma": 0.5, "alpha": 0.0, "objects": 1, "crowd": 1, "object_pt": 0.999},
    {"loss": "cross_entropy"},
    {"loss": "cross_entropy", "pos_weight": 100.0},
    {"loss": "cross_entropy", "pos_weight": 0.0, "object_pt": 0.001, "objects": 20_000},
]


def quantities(state):
    inside, outside = state["objects"], state["crowd"]
    probs = np.r_[np.full(inside, state["object_pt"]), np.full(outside, 1 - state["crowd_pt"])]
    target = np.r_[np.ones(inside), np.zeros(outside)]
    loss = getattr(reference, state["loss"])
    options = {name: state[name] for name in OPTIONS[state["loss"]]}
    logits = np.log(probs) - np.log1p(-probs)
    value, gradient = loss(logits[None, None], target[None, None], **options)
    slopes = gradient.ravel() * probs.size  # the loss is a mean
    pull, push = -slopes[:inside].sum(), slopes[inside:].sum()
    expected = {
        "loss": value,
        "pull": pull,
        "push": push,
        "pull_of_one": -slopes[0],
        "push_of_one": slopes[-1],
    }
    if pull > 0:
        expected["ratio"] = push / pull
    return {name: float(number) for name, number in expected.items()}
