"""A machine that has a GPU and PyTorch, and no TensorFlow: what is for it can be run there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def run(tmp_path):
    """Run Python where TensorFlow and Keras are not to be had, in child processes too."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['tensorflow'] = sys.modules['keras'] = None\n"
    )
    paths = os.pathsep.join([str(tmp_path), str(ROOT), str(ROOT / "tests")])

    def run(*command, **environment):
        own = {"SEGLOSS_NO_SKIPS": "", "PYTEST_ADDOPTS": "", "PYTHONPATH": paths}
        return subprocess.run(
            [sys.executable, *map(str, command)],
            cwd=ROOT,
            env=os.environ | own | environment,
            capture_output=True,
            text=True,
        )

    return run


def test_the_tests_of_a_gpu_are_collected(run):
    done = run("-m", "pytest", "-q", "-m", "gpu", "--collect-only")
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.findall(r"^tests/(\w+)\.py::test_a_gpu_\w+\[(.+)\]$", done.stdout, re.M)
    assert {module for module, _ in found} == {"test_torch_devices"}
    assert len(found) >= 16  # every loss in its modes
    assert re.search(r"tests/test_tensorflow.py: needs (tensorflow|keras)$", done.stdout, re.M)


def test_what_they_run_passes_without_a_gpu(run):
    done = run("-m", "pytest", "-q", "tests/test_torch_devices.py", "-k", "the_test_of_a_gpu")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d\d passed", done.stdout, re.M)


def test_in_ci_it_is_a_failure_to_lack_a_framework(run):
    command = "-m", "pytest", "-q", "tests/test_tensorflow.py", "-m", "gpu"
    done = run(*command, SEGLOSS_NO_SKIPS="1")
    assert done.returncode != 0
    assert "skipped although SEGLOSS_NO_SKIPS=1: Skipped: needs keras" in done.stdout


def test_a_module_of_ours_that_is_missing_is_an_error(run, tmp_path):
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = gpu\n")
    (tmp_path / "test_wrong.py").write_text("import segloss_lab.tourch\n")
    done = run("-m", "pytest", "-q", "-c", tmp_path / "pytest.ini", tmp_path)
    assert done.returncode != 0
    assert "No module named 'segloss_lab.tourch'" in done.stdout


def test_the_benchmark_of_torch_runs(run, tmp_path):
    quick = "--quick", "--budget", "0", "--only", "torch classes dice.* random", "--without"
    done = run("benchmarks/losses.py", *quick, "compiled", "growth", "--results", tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "TensorFlow is not installed: its rows are left out." in done.stderr
    (path,) = tmp_path.glob("????-??-??-*.json")
    rows = json.loads(path.read_text())["rows"]
    assert rows
    for row in rows:
        assert {"ours", "ours, validate=False"} < row["measured"].keys()
        assert any(name.startswith("monai") for name in row["measured"])
