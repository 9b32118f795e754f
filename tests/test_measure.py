"""The measuring of the explorers measures; how fast they are is for `make measure` to say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import oracle
from browser import chromium_path

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / "tools" / "measure_explorers.py"


def test_every_row_is_measured_on_a_few_moves():
    chromium_path()  # or the test is skipped here, with its reason
    command = [sys.executable, TOOL, "--moves", "12", "--heap-moves", "20", "--seconds", "0.5"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    rows = dict(re.split(r"  +", line, maxsplit=1) for line in done.stdout.splitlines()[1:])
    assert all(float(re.match(r"[\d.]+", measured)[0]) > 0 for measured in rows.values())
    for kind in oracle.ORACLES:
        of_kind = [what.removeprefix(f"{kind}: ") for what in rows if what.startswith(f"{kind}: ")]
        starts = ["move, median", "move, 95th", "slowest slider", "heap over 20 moves"]
        starts += ["descent under four losses"] if kind == "mask" else []
        found = [what.startswith(start) for what, start in zip(of_kind, starts, strict=True)]
        assert all(found), of_kind
    others = [what for what in rows if ": " not in what]
    count = len(oracle.ORACLES)
    assert others == ["bundle, minified", "bundle, gzipped", f"load, {count} explorers"]
