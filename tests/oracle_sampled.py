"""What the explorer of a sampled loss must show: its samples, straight between the nodes."""

import base64

import numpy as np

from segloss_lab import reference
from segloss_lab.explorer import explore
from segloss_lab.explorer.sampled import SampledExplorer

EXPLORER = SampledExplorer

STATES = [
    {"size": 1000, "smooth": 10.0, "overlap": 0.33, "false_positives": 0.77},
    {"view": "perspective", "turn": 260, "smooth": 1.0, "squared": "True"},
    {"overlap": 0.0, "false_positives": 1.0},
    {"overlap": 1.0, "false_positives": 0.0, "squared": "True", "smooth": 0.0},
    {"overlap": 0.975, "false_positives": 0.025, "size": 100},
]


def my_dice(probs, target, smooth, squared):
    return reference.dice(probs, target, from_logits=False, smooth=smooth, squared=squared)[0]


def example():
    return explore(
        my_dice,
        sizes=[1, 10, 100, 1000],
        smooth=[0.0, 1.0, 10.0, 100.0],
        squared=[False, True],
        backend="numpy",
    )


def quantities(state):
    """Read loss and slopes off the samples that the state carries."""
    losses = square(state)
    up, across = np.gradient(losses, 1 / (len(losses) - 1), edge_order=2)
    loss, slope_overlap, slope_false_positives = (
        between(nodes, state["overlap"], state["false_positives"]) for nodes in (losses, across, up)
    )
    size = state["size"]
    return {
        "loss": loss,
        "gradient": max(abs(slope_overlap), abs(slope_false_positives)) / size,
        "gradient_object": slope_overlap / size,
        "gradient_background": slope_false_positives / size,
        "slope_overlap": slope_overlap,
        "slope_false_positives": slope_false_positives,
    }


def square(state):
    """Find the losses at the state's settings: rows of false positives, columns of overlap."""
    samples = state["samples"]
    settings = samples["settings"]
    place = tuple(values.index(state[name]) for name, values in settings.items())
    shape = [len(values) for values in settings.values()]
    every = np.frombuffer(base64.b64decode(samples["values"]), "<f4").astype(float)
    return every.reshape(*shape, samples["side"], samples["side"])[place]


def between(nodes, x, y):
    grid = np.linspace(0, 1, len(nodes))
    return float(np.interp(y, grid, [np.interp(x, grid, row) for row in nodes]))
