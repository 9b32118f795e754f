"""What MeansExplorer must show: the scores and losses of its two images, by the package."""

import math

import numpy as np

from segloss_lab import metrics, reference
from segloss_lab.explorer import MeansExplorer

EXPLORER = MeansExplorer

STATES = [
    {"found_small": 1.0},
    {"found_big": 0.0, "found_small": 1.0},
    {"found_big": 0.0, "found_small": 0.0, "size_small": 1},
    {"found_big": 0.313, "found_small": 0.7, "size_small": 1000},
    {"found_small": 0.5, "size_small": 1},
]


def quantities(state):
    """Score the pixels of both images, laid out in rows."""
    truth, called = np.zeros((2, 2, 1, 48 * 48), dtype=bool)
    objects = (1000, state["found_big"]), (state["size_small"], state["found_small"])
    for image, (size, found) in enumerate(objects):
        truth[image, :, :size] = True
        called[image, :, : math.floor(found * size + 0.5)] = True

    def loss(over):
        return float(reference.dice(called * 1.0, truth, from_logits=False, smooth=0, over=over)[0])

    big, small = metrics.dice_score(called, truth, reduction="none").ravel().tolist()
    return {
        "mean_of_ratios": metrics.dice_score(called, truth, over="image"),
        "ratio_of_sums": metrics.dice_score(called, truth, over="batch"),
        "dice_big": big,
        "dice_small": small,
        "loss": loss("image"),
        "loss_batch": loss("batch"),
    }
