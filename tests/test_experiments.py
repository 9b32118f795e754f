"""The published training result, and the hash of the code that made it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXPERIMENTS = ROOT / "experiments"
RESULTS = EXPERIMENTS / "results" / "nuclei.json"

HASH = """
import sys
from pathlib import Path
from fingerprint import fingerprint
{imports}
print(fingerprint(Path({folder!r}), {package!r}))
"""
SCRIPT = '"""What it does."""\nimport made.loss\n\nRATE = 0.1  # per step\n'
LOSS = '''"""Losses."""
from made import sums


def loss(x):
    """Lose."""
    return 2 * x
'''
FILES = {
    "scripts/train.py": SCRIPT,
    "made/__init__.py": '__version__ = "1"\n\nNAME = "made"\n',
    "made/loss.py": LOSS,
    "made/sums.py": "START = 0\n",
    "made/other.py": "NAME = 'unused'\n",
}


def hash_of(folder, package, imports):
    """Compute the hash in a process of its own, which has imported nothing else of the package."""
    script = HASH.format(folder=str(folder), package=package, imports=imports)
    path = [str(EXPERIMENTS), str(folder), str(folder.parent)]
    script = f"import sys\nsys.path[:0] = {path}\n{script}"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert not run.returncode, run.stderr
    return run.stdout.strip()


@pytest.fixture
def made(tmp_path):
    """A script and the package that it imports."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "file, old, new, changes",
    [
        ("scripts/train.py", "0.1", "0.2", True),
        ("made/loss.py", "2 * x", "3 * x", True),
        ("made/sums.py", "START = 0", "START = 1", True),  # which the script does not name itself
        ("made/other.py", "unused", "still unused", False),
        ("made/__init__.py", '"made"', '"new"', True),
        ("made/__init__.py", '__version__ = "1"', '__version__ = "2"', False),
        ("scripts/train.py", "# per step", "# of Adam", False),
        ("made/loss.py", '"""Lose."""', '"""Give the loss."""', False),
        ("made/loss.py", '    """Lose."""\n', "", False),
        ("made/loss.py", "\n\n\ndef", "\n\ndef", False),
    ],
)
def test_the_hash_is_of_the_code_that_runs(made, file, old, new, changes):
    before = hash_of(made / "scripts", "made", "import train")
    path = made / file
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    assert (hash_of(made / "scripts", "made", "import train") != before) == changes


TRAIN = """
import sys
import torch
import nuclei
before = {name for name in sys.modules if name.startswith("segloss_lab")}
image = torch.rand(1, 16, 16)
settings = {"steps": 1, "batch": 1, "crop": 8, "rate": 1e-3, "width": 4, "looks": 1}
for options in nuclei.LOSSES.values():
    list(nuclei.train(options, 0, settings, [(image, image > 0.5)], [(image, image > 0.5)]))
print(*{name for name in sys.modules if name.startswith("segloss_lab")} - before)
"""


def test_training_loads_no_module_that_the_hash_has_not_seen():
    run = subprocess.run(
        [sys.executable, "-c", TRAIN], capture_output=True, text=True, cwd=EXPERIMENTS
    )
    assert (run.returncode, run.stdout.strip()) == (0, ""), run.stderr


def test_the_published_training_result_is_of_the_code_beside_it():
    results = json.loads(RESULTS.read_text())
    assert results["code"] == hash_of(EXPERIMENTS, "segloss_lab", "import nuclei"), (
        "the code has changed since the networks were trained: "
        f"move {RESULTS.relative_to(ROOT)} away and run `make experiments`"
    )
    runs = {(run["loss"], run["seed"]) for run in results["runs"]}
    assert runs == {(loss, seed) for loss in results["losses"] for seed in range(5)}
    assert all(run["looks"][-1]["step"] >= 1000 for run in results["runs"])
