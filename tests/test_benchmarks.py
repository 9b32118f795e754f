"""The benchmark runs, and compares no two functions that differ."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "benchmarks"
# Every loss in every framework; graphs, which are slow to make, at one shape.
SOME = "^(torch|eager) .* random$|^(graph|XLA) classes .* random$"


@pytest.fixture
def modules(monkeypatch):
    """The benchmark's own modules."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    import contenders
    import losses
    import measure
    import rows

    yield contenders, losses, measure, rows
    for name in ("contenders", "inputs", "losses", "measure", "report", "rows"):
        del sys.modules[name]


def test_every_row_is_timed_and_kept(modules, tmp_path):
    *_, rows = modules
    command = [sys.executable, BENCHMARKS / "losses.py", "--quick", "--budget", "0"]
    command += ["--only", SOME, "--without", "compiled", "memory", "--results", tmp_path]
    paths = {"PYTHONPATH": str(ROOT / "tests"), "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(command, env=os.environ | paths, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    (path,) = tmp_path.glob("????-??-??-cpu.json")
    results = json.loads(path.read_text())
    for row in results["rows"]:
        assert all(one["min_ms"] > 0 for one in row["measured"].values())
        assert row["verdicts"]["ours"]["min"] > 0  # so at least one peer was timed
    came = [(r["framework"], r["shape"], r["loss"], r["options"]) for r in results["rows"]]
    assert came == [
        (r.framework, r.shape, r.loss, r.options)
        for r in rows.rows(rows.QUICK)
        if r.framework in ("torch", "eager") or r.shape == "classes"
    ]
    grown = [*results["pixels"]["ms"].values(), *results["classes"]["ms"].values()]
    assert min(map(min, grown)) > 0
    assert path.with_suffix(".md").read_text().rstrip() == done.stdout.rstrip()


def test_a_peer_that_computes_another_function_is_refused(modules):
    contenders, losses, measure, rows = modules
    same = rows.peer("monai", "DiceLoss", sigmoid=True)
    other = rows.peer("monai", "DiceLoss", sigmoid=True, squared_pred=True)
    slope = rows.Peer("no slope", lambda: lambda z, t: same.make()(z, t).detach() + 0 * z.sum())
    row = rows.Row("torch", "images", "dice", {"smooth": 1e-5}, (same, other, slope))
    steps, _, refused, _ = losses.prepared(row, "trained", rows.QUICK, measure.Cpu())
    assert same.name in steps and not {other.name, slope.name} & steps.keys()
    assert refused[other.name].startswith("value ")
    assert refused[slope.name] == "gradient off by 1 of its length"


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_memory_is_that_of_all_arrays_at_the_peak(modules):
    _, _, measure, _ = modules
    peak = measure.Cpu().memory(lambda: [np.ones(2**23), np.ones(2**23)])
    assert peak == pytest.approx(2 * 64, rel=0.05)


def test_the_notes_show_the_latest_results_and_the_readme_their_ratios(modules):
    import report

    latest = max((BENCHMARKS / "results").glob("????-??-??-cpu.json"))
    notes = (BENCHMARKS / "README.md").read_text()
    table = report.short(json.loads(latest.read_text()))
    assert table in notes
    assert f"results/{latest.stem}.md" in notes
    ratios = {"lovasz": [], "tversky": [], "others": []}
    for row in table.splitlines()[2:]:
        name, *_, ratio, _ = row.strip("| ").split(" | ")
        kind = next((kind for kind in ratios if kind in name), "others")
        ratios[kind].append(float(ratio))
    readme = (ROOT / "README.md").read_text()
    said = re.search(
        r"run at ([\d.]+) to ([\d.]+) times.* ([\d.]+) for.* ([\d.]+) to ([\d.]+) for", readme, re.S
    )
    others, (tversky,), lovasz = ratios["others"], ratios["tversky"], ratios["lovasz"]
    expected = [min(others), max(others), tversky, min(lovasz), max(lovasz)]
    assert [float(number) for number in said.groups()] == expected
