"""The measuring of the explorers measures; how fast they are is for `make measure` to say."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from browser import chromium_path
from explorer_page import write_page

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / "tools" / "measure_explorers.py"
KINDS = ["mask", "smoothing"]  # one that plays, and one that does not


@pytest.fixture(scope="module")
def said():
    """Run the tool on a few moves, and give what it prints."""
    chromium_path()  # or the tests are skipped here, with the reason
    few = ["--moves", "8", "--heap-moves", "20", "--seconds", "0.3", "--kinds", *KINDS]
    command = [sys.executable, TOOL, *few]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT)])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tool():
    """Import the tool."""
    spec = importlib.util.spec_from_file_location("measure_explorers", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_says_when_and_in_what_and_not_where(said):
    assert re.match(
        r"\d{4}-\d\d-\d\d \d\d:\d\d UTC, chromium \d[\d.]+; ! marks a missed target\n", said
    )
    assert os.uname().nodename not in said


def test_every_explorer_has_a_row_in_each_layout(said):
    rows = {}
    for line in said.splitlines():
        kind, layout, *numbers = line.replace("! ", "").split() or ["", ""]
        if layout in ("figure", "bench"):
            rows[kind, layout] = [float(number) for number in numbers]
    assert list(rows) == [(k, layout) for k in KINDS for layout in ("figure", "bench")]
    for numbers in rows.values():
        height, controls, shown, median, last, floor, ratio = numbers
        assert 100 < height < 9000
        assert controls >= 1
        assert shown >= 1
        assert 0 < median <= last
        assert ratio == pytest.approx(last / floor, rel=0.15)
    figures = {kind: rows[kind, "figure"] for kind in KINDS}
    assert all(rows[kind, "bench"][2] >= figures[kind][2] for kind in KINDS)


def test_the_rest_is_measured(said):
    rest = said.split("\n\n")[2].splitlines()
    rows = {line[:60].strip(): float(line[60:].replace("!", "").split()[0]) for line in rest}
    starts = ["bundle, bytes", "bundle, gzipped", "load, 5 figures"]
    starts += [f"{kind}: heap over 20 moves" for kind in KINDS]
    names = [name for name in rows if "plays" not in name]
    assert len(names) == len(starts)
    assert all(name.startswith(start) for name, start in zip(names, starts, strict=True))
    plays = {name: rate for name, rate in rows.items() if "plays" in name}
    assert "mask: plays, bench, frames a second" in plays
    assert all(5 < rate <= 250 for rate in plays.values())


def test_a_missed_target_is_marked(tool):
    assert tool.marked(3.04, 3, ".1f", 7) == "  ! 3.0"
    assert tool.marked(3.0, 3, ".1f", 7) == "    3.0"


SLOW = """<figure><svg><path></path></svg><output data-quantity="a"></output>
<input type="range" name="n" min="0" max="50"><input type="range" hidden><script>
  document.querySelector("input").addEventListener("input", () => {
    const until = performance.now() + 30;
    while (performance.now() < until);
  });
</script></figure>"""


def test_a_slow_move_is_as_slow_as_it_is_and_the_floor_is_not(tool, browser, tmp_path):
    slow = write_page(tmp_path, SLOW, name="slow.html")
    floor = write_page(tmp_path, tool.FLOOR, name="floor.html")
    with tool.opened(browser, slow) as page, tool.opened(browser, floor) as low:
        counted = page.evaluate(tool.COUNT)
        times, floors = tool.in_turns(page, low, 12)
    assert (counted["controls"], counted["numbers"]) == (1, 1)
    assert len(times) == len(floors) == 12
    assert min(times) >= 30
    assert sorted(floors)[6] < 30


STILL = """<figure><button>Play</button><svg><path d="M0,0"></path></svg></figure>"""
MOVING = STILL.replace(
    "<button>",
    """<button onclick="let n = 0; const go = () => { requestAnimationFrame(go);
    document.querySelector('path').setAttribute('d', `M${n++},0`); }; go()">""",
)


@pytest.mark.parametrize(("part", "moved"), [(STILL, False), (MOVING, True), ("", None)])
def test_what_says_that_it_plays_must_move(tool, browser, tmp_path, part, moved):
    other = "<figure><svg><path></path></svg><button>Player</button></figure>"
    with tool.opened(browser, write_page(tmp_path, part or other)) as page:
        played = page.evaluate(tool.PLAY, 0.2)
    assert (played and played["moved"]) is moved
    if played:
        assert played["frames"] > 2
        assert played["ms"] >= 200
