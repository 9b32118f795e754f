"""Every explorer in a running JupyterLab: Python moves its controls, and they set the traits."""

import json
from pathlib import Path

import oracle
import pytest
from browser import chromium, offline
from lab import jupyterlab, open_notebook, run_cell

SETUP = f"""import json, sys
sys.path.append({str(Path(__file__).parent)!r})
import oracle
explorers = {{kind: oracle.example(kind) for kind in oracle.ORACLES}}
print("ready")"""
SHOW = "explorers[{kind!r}]"
SET = "for item in {state!r}.items(): setattr(explorers[{kind!r}], *item)"
TELL = "print('{kind}', json.dumps(explorers[{kind!r}].state))"
CELLS = 3  # of each explorer
LOOK = """one = explorers["smoothing"].__class__()
one"""
LOOKS = """one.show, one.caption = ["eps", "size"], "Two buttons"
one.states = [("ten", {"size": 10}), ("many", {"size": 1000, "smooth": 1.0})]"""
BENCH = 'one.layout = "bench"'
ROW = """from segloss_lab.explorer import row
row(explorers["pixel"], explorers["smoothing"])"""


def cells():
    """The notebook: a cell that makes all explorers; for each, one that shows, sets and tells."""
    sources = [SETUP]
    for kind in oracle.ORACLES:
        known = {"kind": kind, "state": another_state(kind)}
        sources += [source.format(**known) for source in (SHOW, SET, TELL)]
    return [*sources, ROW, LOOK, LOOKS, BENCH]


def another_state(kind):
    """A part of a state that is not the first."""
    first = oracle.example(kind).state
    return next(state for state in oracle.ORACLES[kind].STATES if {**first, **state} != first)


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """Open the notebook in a Chromium that may reach its server and nothing else."""
    folder = tmp_path_factory.mktemp("lab")
    with jupyterlab(folder, cells()) as (address, notebook), chromium() as browser:
        allowed = ("data:", "blob:", f"{address}/")
        with offline(browser, allowed, viewport={"width": 1280, "height": 1400}) as opened:
            context, record = opened
            page = context.new_page()
            page.set_default_timeout(120_000)
            open_notebook(page, notebook)
            run_cell(page, 0)
            page.locator(".jp-OutputArea-output", has_text="ready").wait_for()
            yield page
            assert record.refused == []


@pytest.mark.parametrize("kind", oracle.ORACLES)
def test_python_moves_the_controls_and_a_control_sets_the_trait(notebook, kind):
    first, state = oracle.example(kind).state, another_state(kind)
    start = 1 + CELLS * list(oracle.ORACLES).index(kind)
    cell = notebook.locator(".jp-CodeCell").nth(start)
    run_cell(notebook, start)
    figure = cell.locator("figure.segloss")
    figure.wait_for()
    assert figure.count() == 1  # the widget's view, not the page's figure
    assert state_of(figure) == first

    run_cell(notebook, start + 1)
    reach(notebook, kind, {**first, **state})
    slider = figure.locator("input[type=range]:visible").first
    name = slider.get_attribute("name")
    assert (
        float(figure.locator(f"input[type=number][name={name}]").input_value())
        == (state_of(figure)[name])
    )

    slider.press("ArrowLeft" if at_its_end(slider) else "ArrowRight")
    moved = state_of(figure)
    assert moved[name] != {**first, **state}[name]
    run_cell(notebook, start + 2)
    told = notebook.locator(".jp-CodeCell").nth(start + 2).locator(".jp-OutputArea-output")
    told.wait_for()
    assert json.loads(told.inner_text().removeprefix(f"{kind} ")) == moved
    assert figure.locator(".sg-note").inner_text() == ""


def test_a_row_lays_its_explorers_side_by_side(notebook):
    last = CELLS * len(oracle.ORACLES) + 1
    cell = notebook.locator(".jp-CodeCell").nth(last)
    run_cell(notebook, last)
    figures = cell.locator("figure.segloss")
    figures.nth(1).wait_for()
    assert [figure.get_attribute("data-explorer") for figure in figures.all()] == [
        "pixel",
        "smoothing",
    ]
    left, right = (figure.bounding_box() for figure in figures.all())
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]
    assert right["width"] > 320


def test_a_look_set_later_lays_the_figure_out_anew_and_the_state_stays(notebook):
    start = CELLS * len(oracle.ORACLES) + 2
    run_cell(notebook, start)
    cell = notebook.locator(".jp-CodeCell").nth(start)
    figure = cell.locator("figure.segloss")
    figure.wait_for()
    slider = figure.locator(".sg-side input[type=range]:visible").first
    slider.press("ArrowLeft" if at_its_end(slider) else "ArrowRight")
    moved = state_of(figure)

    run_cell(notebook, start + 1)
    states = figure.locator("button.sg-state")
    states.filter(has_text="many").wait_for()
    assert states.all_inner_texts() == ["ten", "many"]
    assert figure.locator("figcaption").inner_text() == "Two buttons"
    shown = figure.locator(".sg-side input[type=range]")
    assert [node.get_attribute("name") for node in shown.all()] == ["eps", "size"]
    assert state_of(figure) == moved
    states.nth(1).click()
    assert state_of(figure) == {**moved, "size": 1000, "smooth": 1.0}

    run_cell(notebook, start + 2)
    cell.locator("figure.segloss[data-layout=bench] button.sg-state").nth(1).wait_for()
    assert figure.count() == 1
    assert figure.get_attribute("data-layout") == "bench"
    assert state_of(figure) == {**moved, "size": 1000, "smooth": 1.0}
    assert figure.locator(".sg-note").inner_text() == ""


def state_of(figure):
    return json.loads(figure.get_attribute("data-state"))


def at_its_end(slider):
    return slider.evaluate("({ value, max }) => value === max")


def reach(page, kind, state):
    """Wait until the figure of an explorer is at a state."""
    page.wait_for_function(
        """([kind, state]) => {
          const figure = document.querySelector(`figure.segloss[data-explorer="${kind}"]`);
          const now = JSON.parse(figure.dataset.state);
          const text = JSON.stringify;
          return Object.entries(state).every(([name, value]) => text(now[name]) === text(value));
        }""",
        arg=[kind, state],
    )
