"""What TrainingExplorer must show: Adam on two knobs, step by step, by the reference on pixels."""

from functools import lru_cache

import numpy as np

from segloss_lab import metrics, reference, scenes
from segloss_lab.explorer import TrainingExplorer

EXPLORER = TrainingExplorer
LAST = 400
RATES = np.array([0.1, 0.05])  # of a and of c
LEAST, MOST = np.array([0.0, -2.0]), np.array([20.0, 7.0])

REGION = ("smooth", "eps", "over")
OPTIONS = {
    "cross_entropy": (),
    "weighted": ("pos_weight",),
    "focal": ("gamma",),
    "dice": REGION,
    "tversky": ("alpha", "beta", *REGION),
    "lovasz_hinge": ("over",),
    "compound": ("weight", *REGION),
}
LANES = ("loss", "race_1", "race_2", "race_3")

STATES = [
    {"contrast": "clear", "empty": 2, "loss": "lovasz_hinge", "race_1": "focal", "step": 77},
    {"loss": "compound", "empty": 3, "start_a": 4.0, "start_c": 5.0, "race_1": "tversky"},
    {"loss": "compound", "empty": 3, "chart": "shares", "over": "batch", "weight": 0.5},
    {"loss": "focal", "gamma": 0.0, "race_1": "none", "race_2": "none", "step": 1},
    {"loss": "tversky", "alpha": 0.9, "beta": 0.1, "smooth": 0.0, "eps": 1.0, "chart": "dice"},
    {"contrast": "hopeless", "loss": "lovasz_hinge", "start_a": 3.0, "start_c": 1.0},
    {"start_a": 0.0, "start_c": -2.0, "loss": "lovasz_hinge", "empty": 8, "step": 3},
    {"start_a": 20.0, "start_c": 7.0, "smooth": 0.0, "empty": 1, "chart": "largest"},
    {
        "loss": "weighted",
        "pos_weight": 100.0,
        "race_1": "lovasz_hinge",
        "over": "batch",
        "empty": 4,
    },
]


def evaluate(loss, options, images, a, c):
    """Give a loss of the pixels and its slopes by a and by c."""
    scene = scenes.two_knobs(*images)
    logits = scene.logits(a, c)
    value, gradient = call(loss, options, logits, scene.target)
    return value, chained(gradient, scene, a, c)


def call(loss, options, logits, target):
    options = dict(options)
    name = "cross_entropy" if loss == "weighted" else loss
    if loss == "compound":
        weight = options.pop("weight")
        options = {"terms": [(1.0, "cross_entropy", {}), (weight, "dice", options)]}
    return getattr(reference, name)(logits, target, validate=False, **options)


def chained(gradient, scene, a, c):
    apart = scene.x[:, None] - c
    return np.array([(gradient * apart).sum(), -(a * gradient).sum()])


@lru_cache(maxsize=512)
def path(loss, options, images, start):
    """Give [a, c, loss] before the first step and after each."""
    knobs = np.array(start, float)
    mean, square = np.zeros(2), np.zeros(2)
    rows = []
    for step in range(1, LAST + 2):
        value, slopes = evaluate(loss, options, images, *knobs)
        rows.append([*knobs, value])
        mean = 0.9 * mean + 0.1 * slopes
        square = 0.999 * square + 0.001 * slopes**2
        move = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        knobs = np.clip(knobs - RATES * move, LEAST, MOST)
    return np.array(rows)


def path_of(state, loss):
    options = tuple((name, state[name]) for name in OPTIONS[loss])
    images = state["contrast"], state["empty"]
    return path(loss, options, images, (state["start_a"], state["start_c"]))


def quantities(state):
    """Compute every number on the page from the pixels, at the knobs that each loss has reached."""
    chosen, *_ = outcomes = [
        None if state[lane] == "none" else outcome(state, state[lane]) for lane in LANES
    ]
    shown = {name: value for name, value in chosen.items() if value is not None}
    for nth, race in enumerate(outcomes[1:], start=1):
        if race is not None:
            shown[f"called_{nth}"] = race["called"]
    return shown | (share(state) if state["loss"] == "compound" else {})


def outcome(state, loss):
    a, c, value = path_of(state, loss)[state["step"]]
    scene = scenes.two_knobs(state["contrast"], state["empty"])
    logits = scene.logits(a, c)
    called = logits > 0
    found = int((called & scene.target).sum())
    return {
        **{"loss": value, "a": a, "c": c, "called": int(called.sum()), "found": found},
        "dice_score": metrics.dice_score(called, scene.target, over="batch"),
        "precision": found / called.sum() if called.any() else None,
        "recall": found / scene.target.sum(),
        "largest": 1 / (1 + np.exp(-logits.max())),
    }


def share(state):
    """Give the share of the Dice term in the pull on the object, where anything pulls."""
    a, c, _ = path_of(state, "compound")[state["step"]]
    scene = scenes.two_knobs(state["contrast"], state["empty"])
    dice = {name: state[name] for name in REGION}
    pulls = []
    for weight, loss, options in [(1, "cross_entropy", {}), (state["weight"], "dice", dice)]:
        _, gradient = call(loss, options, scene.logits(a, c), scene.target)
        pulls.append(weight * np.abs(gradient[scene.target]).sum())
    return {"share_dice": pulls[1] / sum(pulls)} if sum(pulls) > 0 else {}
