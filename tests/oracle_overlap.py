"""What OverlapExplorer must show: the losses of all its pixels, by the reference."""

import numpy as np

from segloss_lab import reference
from segloss_lab.explorer import OverlapExplorer

EXPLORER = OverlapExplorer
LOSSES = {"dice": reference.dice, "jaccard": reference.jaccard, "tversky": reference.tversky}
OPTIONS = {
    "dice": ("smooth", "eps", "squared", "log"),
    "jaccard": ("smooth", "eps", "squared", "log"),
    "tversky": ("alpha", "beta", "gamma", "smooth", "eps"),
}

STATES = [
    {"loss": "dice", "smooth": 1.0, "log": True, "second": "dice", "second_smooth": 100.0},
    {"view": "perspective", "turn": 120, "loss": "jaccard", "squared": True, "second": "jaccard"},
    {"loss": "tversky", "alpha": 2.0, "beta": 0.0, "gamma": 0.25, "overlap": 0.3, "eps": 3.0},
    {"loss": "tversky", "alpha": 0.0, "beta": 0.0, "smooth": 10.0, "second": "none"},
    {"loss": "tversky", "gamma": 4.0, "smooth": 0.5, "second": "tversky", "second_gamma": 0.75},
    {"loss": "dice", "log": True, "smooth": 0.0, "overlap": 0.0, "false_positives": 1.0},
    {"loss": "jaccard", "log": True, "smooth": 1e-7, "overlap": 0.0, "false_positives": 0.0},
    {"loss": "dice", "overlap": 1.0, "false_positives": 0.0, "second_gamma": 0.25},
    {"size": 1, "smooth": 10.0, "eps": 0.5, "second": "dice", "second_squared": True},
    {"size": 100_000, "smooth": 1e5, "overlap": 0.01, "false_positives": 0.99},
    {
        **{"loss": "jaccard", "squared": True, "overlap": 0.37, "false_positives": 0.81},
        **{"second": "jaccard", "second_log": True, "second_smooth": 2.0, "second_eps": 7.0},
    },
    {"overlap": 0.5, "false_positives": 0.5, "second": "tversky"},
    {"overlap": 0.8, "false_positives": 0.6},
    {"overlap": 0.0, "false_positives": 0.0},
]


def quantities(state):
    """Compute every number on the page from the 2 * size pixels that the state describes."""
    shown = evaluate(state, state["loss"], "")
    if state["second"] != "none":
        second = evaluate(state, state["second"], "second_")
        shown |= {"second_loss": second["loss"], "second_gradient": second["gradient"]}
    return shown


def evaluate(state, loss, prefix):
    size = state["size"]
    probs = np.repeat([state["overlap"], state["false_positives"]], size).astype(float)
    target = np.repeat([1.0, 0.0], size)
    options = {name: state[prefix + name] for name in OPTIONS[loss]}
    if options["smooth"] == 0:
        options.pop("log", None)  # there is no such loss: the page leaves log out, and says so
    value, gradient = LOSSES[loss](
        probs[None, None], target[None, None], from_logits=False, **options
    )
    slopes = gradient.ravel()
    return {
        "loss": float(value),
        "gradient": float(np.abs(slopes).max()),
        "gradient_object": float(slopes[0]),
        "gradient_background": float(slopes[-1]),
        "slope_overlap": size * float(slopes[0]),
        "slope_false_positives": size * float(slopes[-1]),
    }
