"""Time and memory of every loss, forward and backward, beside other libraries': `make bench`.

Each row's contenders run in turn in one process, so that what slows the machine slows them all.
Before that, each peer's value and gradient are compared with ours: one that computes another
function is refused and named. The results are printed, and kept in benchmarks/results/.
"""

import argparse
import dataclasses
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import contenders
import inputs
import measure
import numpy as np
import report
import rows
import torch

import segloss_lab.torch
from segloss_lab import reference

# Without it, freed memory is kept for later and the resident memory says nothing; time suffers.
MALLOC = {"MALLOC_MMAP_THRESHOLD_": "65536"}
SIZES = [2**k for k in range(12, 27, 2)]
CLASSES = [2, 5, 21, 50, 150]
BUDGET = 1.0
PARTS = ["compiled", "memory", "growth"]


def prepared(row: rows.Row, logits: str, shapes: dict, clock) -> tuple[dict, dict, dict, int]:
    """The steps of a row that compute the same, and what `admit` says beside; and the inputs."""
    make = contenders.torch_steps if in_torch(row) else contenders.tensorflow_steps
    steps, copies = make(row, *inputs.make(shapes[row.shape], logits), clock)
    return *contenders.admit(row, steps), copies


def run_row(row: rows.Row, logits: str, shapes: dict, clock, budget: float) -> dict:
    """Time one row and write down all that was measured."""
    steps, seconds, refused, copies = prepared(row, logits, shapes, clock)
    times = measure.in_turn(clock, steps, copies, budget)
    measured = {name: report.summary(ms) for name, ms in times.items()}
    if contenders.COMPILED in measured and logits == rows.LOGITS[0]:  # later ones are in the cache
        measured[contenders.COMPILED]["first_call_s"] = seconds[contenders.COMPILED]
    return {
        **report.identity(row, logits),
        "shape_of_logits": list(shapes[row.shape]),
        "measured": measured,
        "refused": refused,
        "wanted": {
            contenders.OURS: row.wanted[rows.LOGITS.index(logits)],
            contenders.COMPILED: row.compiled,
        },
        "or_floor": row.or_floor,
    }


def memory_of_row(row: rows.Row, logits: str, shapes: dict, clock) -> dict:
    """MiB of each contender at its peak, beyond inputs and gradient: the least of two calls."""
    steps, *_ = prepared(row, logits, shapes, clock)
    gradient = 4 * np.prod(shapes[row.shape]) / 2**20
    steps = {name: s for name, s in steps.items() if not contenders.is_floor(name)}
    peaks = {}
    for name, step in steps.items():
        both = [clock.memory(lambda step=step: step(0)) for _ in range(2)]
        peaks[name] = None if None in both else max(min(both) - gradient, 0.0)
    return peaks


def memory_in_a_child(arguments: list[str]) -> list[dict]:
    """Measure memory in a process that gives back what it frees: it would cost others time."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as answer:
        command = [sys.executable, __file__, *arguments, "--memory", answer.name]
        subprocess.run(command, env=os.environ | MALLOC, check=True)
        return json.load(answer)


def growth(shapes: list[tuple], losses: list[str], clock, budget: float) -> dict:
    """Milliseconds of each of our losses in torch, at each shape, with random logits."""
    grown = {}
    for loss in losses:
        for shape in shapes:
            generator = torch.Generator().manual_seed(0)
            z = torch.randn(shape, generator=generator).to(clock.device).requires_grad_()
            multiclass = shape[1] > 1
            t = torch.randint(shape[1], (shape[0], *shape[2:]), generator=generator)
            if not multiclass:
                t = (torch.rand(shape, generator=generator) < inputs.FOREGROUND).float()
            t = t.to(clock.device)
            options = report.options_of(loss, "multiclass" if multiclass else "binary")
            ours = segloss_lab.torch.Loss(loss, **options)
            step = {loss: lambda k, z=z, t=t, ours=ours: torch.autograd.grad(ours(z, t), z)}
            measure.in_turn(clock, step, 1, 0.0, fewest=1)
            times = measure.in_turn(clock, step, 1, budget / 10, fewest=1)
            grown.setdefault(loss, []).append(min(times[loss]))
    return grown


def chosen_rows(given) -> tuple[list[tuple], dict]:
    """The rows that the options select, with both kinds of logits; and the shapes."""
    shapes = rows.QUICK if given.quick else rows.SHAPES
    every = [(row, logits) for row in rows.rows(shapes) for logits in rows.LOGITS]
    if given.device == "cuda":
        every = [one for one in every if in_torch(one[0])]
    if "compiled" in given.without:
        every = [(dataclasses.replace(row, compiled=None), logits) for row, logits in every]
    return [one for one in every if re.search(given.only, report.title(*one))], shapes


def in_torch(row: rows.Row) -> bool:
    """Whether a row can be measured on a GPU, and its memory: TensorFlow keeps what it frees."""
    return row.framework == "torch"


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds a row, or a bit more")
    parser.add_argument("--only", default="", help='an expression, as "torch.* dice" or "trained"')
    parser.add_argument("--quick", action="store_true", help="tiny shapes: does it work at all?")
    parser.add_argument("--without", nargs="*", default=[], choices=PARTS, help="to be quicker")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--results", type=Path, default=Path(__file__).with_name("results"))
    parser.add_argument("--memory", help=argparse.SUPPRESS)  # where the child writes
    return parser.parse_args(arguments)


def main() -> None:
    """Measure, print and keep."""
    given = options()
    if rows.tf:
        rows.tf.get_logger().setLevel("ERROR")  # it warns of functions made in a loop
    else:
        say("TensorFlow is not installed: its rows are left out.")
    clock = measure.Cuda() if given.device == "cuda" else measure.Cpu()
    chosen, shapes = chosen_rows(given)
    if not chosen:
        sys.exit(f"STOP: no row has {given.only!r} in its title.")
    if given.memory:
        peaks = [memory_of_row(*one, shapes, clock) for one in chosen if in_torch(one[0])]
        Path(given.memory).write_text(json.dumps(peaks))
        return
    # A cache of its own, so that the first call of what is compiled is a first call.
    with tempfile.TemporaryDirectory() as cache:
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = cache
        found = []
        for number, one in enumerate(chosen, 1):
            say(f"{number} of {len(chosen)}: {report.title(*one)}")
            found.append(run_row(*one, shapes, clock, given.budget))
        measurable = [row for row in found if row["framework"] == "torch"]
        if measurable and "memory" not in given.without:
            say("memory")
            for row, peaks in zip(measurable, memory_in_a_child(sys.argv[1:]), strict=True):
                for name in row["measured"].keys() & peaks.keys():
                    row["measured"][name]["memory_mib"] = peaks[name]
    results = {
        "date": datetime.date.today().isoformat(),
        "machine": report.machine(given.device),
        "settings": {"budget_s": given.budget, "quick": given.quick, "only": given.only},
        "rows": found,
    }
    if "growth" not in given.without:
        results |= all_growth(given, clock)
    report.keep(results, given.results, given.device)


def say(what: str) -> None:
    """Tell who waits where it is."""
    print(what, file=sys.stderr, flush=True)


def all_growth(given, clock) -> dict:
    """How time grows with the pixels of one image, and with the classes of 256 x 256 pixels."""
    sizes, classes, side = (SIZES[:3], CLASSES[:3], 16) if given.quick else (SIZES, CLASSES, 256)
    binary = [name for name in reference.__all__ if name not in ("compound", "lovasz_softmax")]
    multiclass = [n for n in reference.__all__ if n not in ("compound", "lovasz_hinge")]
    pixels = [(1, 1, int(size**0.5), int(size**0.5)) for size in sizes]
    channels = [(1, count, side, side) for count in classes]
    say("how time grows")
    return {
        "pixels": {"sizes": sizes, "ms": growth(pixels, binary, clock, given.budget)},
        "classes": {"counts": classes, "ms": growth(channels, multiclass, clock, given.budget)},
    }


if __name__ == "__main__":
    main()
