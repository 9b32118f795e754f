"""Clocks, memory, and the check that two contenders compute the same."""

import ctypes
import functools
import itertools
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

VALUE, GRADIENT = 1e-3, 2e-2  # relative; of the gradient, its length
ROTATED = 4 * 2**30  # bytes of inputs in turn on a GPU, so that its cache does not help


class Cpu:
    """Wall time, and the peak of the resident memory."""

    device = "cpu"

    def copies(self, nbytes: int) -> int:
        """How many inputs to use in turn."""
        return 1

    def time(self, run: Callable) -> float:
        """Milliseconds of one call."""
        begun = time.perf_counter()
        run()
        return 1e3 * (time.perf_counter() - begun)

    def memory(self, run: Callable) -> float | None:
        """MiB at the peak of one call, beyond what was there; None where it cannot be read.

        It counts the pages that are touched, whoever asks for them: torch, TensorFlow or NumPy.
        Freed memory must go back at once for that: see MALLOC in losses.py.
        """
        try:
            ctypes.CDLL(None).malloc_trim(0)
            Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
        except (AttributeError, OSError):  # not Linux with glibc
            return None
        before = _resident("VmRSS")
        run()
        return _resident("VmHWM") - before


class Cuda:
    """Time by the GPU's own events, and the peak of torch's allocator."""

    device = "cuda"

    def copies(self, nbytes: int) -> int:
        """As many as make several gigabytes."""
        return max(1, ROTATED // nbytes)

    def time(self, run: Callable) -> float:
        """Milliseconds of one call, with nothing else in the queue."""
        begun, ended = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        torch.cuda.synchronize()
        begun.record()
        run()
        ended.record()
        torch.cuda.synchronize()
        return begun.elapsed_time(ended)

    def memory(self, run: Callable) -> float:
        """MiB at the peak of one call, beyond what was there."""
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        run()
        torch.cuda.synchronize()
        return (torch.cuda.max_memory_allocated() - before) / 2**20


def _resident(name: str) -> float:
    """MiB, from what the kernel says of this process."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024


def in_turn(
    clock, steps: dict[str, Callable], copies: int, budget: float, fewest: int = 3
) -> dict[str, list[float]]:
    """Call each step once, then each once again (A B C A B C ...), until the budget is spent.

    A step takes the number of the inputs to use.
    """
    times = {name: [] for name in steps}
    end = time.monotonic() + budget
    for k in itertools.count():
        for name, step in steps.items():
            times[name].append(clock.time(functools.partial(step, k % copies)))
        if k + 1 >= fewest and time.monotonic() > end:
            return times


def unlike(theirs: tuple, ours: tuple, factor: float = 1.0, offset: float = 0.0) -> str:
    """Say in which way theirs is not factor * ours + offset; nothing if it is."""
    (value, gradient), (own, slope) = (
        (np.asarray(a, np.float64) for a in x) for x in (theirs, ours)
    )
    expected = factor * own + offset
    if not abs(value - expected) <= VALUE * max(abs(factor * own), 1e-12):
        return f"value {value:.6g}, expected {expected:.6g}"
    length = np.linalg.norm(factor * slope)
    off = np.linalg.norm(gradient - factor * slope) / max(length, 1e-30)
    return "" if off <= GRADIENT else f"gradient off by {off:.2g} of its length"
