"""What the explorer of one pixel must show at a state, computed by the reference on that pixel."""

import numpy as np

from segloss_lab import reference
from segloss_lab.explorer import PixelExplorer

EXPLORER = PixelExplorer

OPTIONS = {
    "cross_entropy": ["label_smoothing", "pos_weight"],
    "focal": ["gamma", "alpha"],
    "lovasz_hinge": [],
}

FOCAL = {"loss": "focal", "second": "cross_entropy"}

STATES = [
    FOCAL | {"logit": 2.197, "gamma": 2.0},
    FOCAL | {"logit": -10.0, "axis": "probability"},
    FOCAL | {"logit": 10.0, "gamma": 10.0, "axis": "probability"},
    FOCAL | {"target": 0, "logit": 3.437, "alpha": 0.25, "second": "focal", "second_gamma": 0.0},
    FOCAL | {"target": 0, "logit": -0.3, "gamma": 0.5, "alpha": 1.0, "second": "none"},
    {"loss": "cross_entropy", "label_smoothing": 0.2, "pos_weight": 7.5, "second": "lovasz_hinge"},
    {
        "loss": "cross_entropy",
        "pos_weight": 0.0,
        "second": "cross_entropy",
        "second_label_smoothing": 1.0,
        "second_pos_weight": 100.0,
        "target": 0,
        "axis": "probability",
    },
    {"loss": "lovasz_hinge", "logit": 1.0, "second": "focal", "second_alpha": 0.0},
    {"loss": "lovasz_hinge", "target": 0, "logit": -0.25, "axis": "probability", "second": "none"},
    {"loss": "focal", "second": "focal", "gamma": 2.0, "second_gamma": 2.0, "logit": 6.907},
    {"logit": 0.0},
    {"logit": -4.595},
    {"logit": -9.21},
]


def quantities(state):
    """Give every result that exists at the state."""
    p = 1 / (1 + np.exp(-state["logit"]))
    expected = {"probability": p} | one_loss(state, "loss", "")
    if state["second"] != "none":
        expected |= one_loss(state, "second", "second_")
    prefix = {"loss": "", "second": "second_"}
    focal = [prefix[which] for which in prefix if state[which] == "focal"]
    if focal:
        expected["focal_weight"] = focal_weight(state, state[f"{focal[0]}gamma"])
    return {name: float(value) for name, value in expected.items()}


def one_loss(state, which, prefix):
    options = {name: state[prefix + name] for name in OPTIONS[state[which]]}
    loss = getattr(reference, state[which])
    value, slope = on_pixel(loss, state["logit"], state["target"], **options)
    p = 1 / (1 + np.exp(-state["logit"]))
    if state[which] == "lovasz_hinge":  # it takes logits alone: dz/dp = 1/(p (1 - p))
        slope_by_p = slope / (p * (1 - p))
    else:
        _, slope_by_p = on_pixel(loss, p, state["target"], from_logits=False, **options)
    return {
        f"{prefix}loss": value,
        f"{prefix}gradient": slope,
        f"{prefix}gradient_probability": slope_by_p,
    }


def focal_weight(state, gamma):
    """The focal weight is what the focal loss leaves of cross-entropy."""
    focal, _ = on_pixel(reference.focal, state["logit"], state["target"], gamma=gamma)
    whole, _ = on_pixel(reference.cross_entropy, state["logit"], state["target"])
    return focal / whole


def on_pixel(loss, given, target, **options):
    shape = (1, 1, 1)
    value, gradient = loss(np.full(shape, float(given)), np.full(shape, float(target)), **options)
    return value, gradient.item()
