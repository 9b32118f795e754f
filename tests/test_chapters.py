"""The exercises of the chapters: every solution runs, and asserts what it says."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from segloss_lab import reference

CHAPTERS = sorted((Path(__file__).parent.parent / "chapters").glob("*.ipynb"))
FOLDED = re.compile(r"<details><summary>Solution</summary>\n\n(.*?)</details>", re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def solutions():
    for path in CHAPTERS:
        text = "\n".join(
            "".join(cell["source"])
            for cell in json.loads(path.read_text())["cells"]
            if cell["cell_type"] == "markdown"
        )
        for number, solution in enumerate(FOLDED.findall(text), 1):
            yield pytest.param(solution, id=f"{path.stem} {number}")


@pytest.mark.parametrize("solution", list(solutions()))
def test_a_solution_runs_and_checks_itself(solution):
    blocks = CODE.findall(solution)
    assert blocks and "assert" in blocks[-1]
    for block in blocks:
        exec(compile(block, "solution", "exec"), {"np": np, "reference": reference})


def test_every_chapter_on_a_loss_has_exercises():
    on_losses = [path.stem for path in CHAPTERS if path.stem != "01_welcome"]
    counts = {stem: sum(str(s.id).startswith(stem) for s in solutions()) for stem in on_losses}
    assert all(count >= 4 for count in counts.values()), counts
