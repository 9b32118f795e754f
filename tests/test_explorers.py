"""All explorers, in two browsers, driven as a person would, held to the reference at every move.

``drive.mjs`` moves every control of a bench by keyboard and by pointer, drags in its
pictures, presses its buttons and follows its links, and writes down what the explorer shows after
each move; ``drive_figures.mjs`` goes through the states of figures and the controls beside them.
"""

import contextlib
import io
import json
import subprocess
from pathlib import Path

import npm
import oracle
import pytest
from browser import chromium, chromium_path, firefox_path, offline
from explorer_page import alive, html_of, write_page

TESTS = Path(__file__).parent
BROWSERS = {"chrome": chromium_path, "firefox": firefox_path}


@pytest.fixture(scope="session")
def page_file(tmp_path_factory):
    """Write a page of all explorers, from their own MIME bundles, beside the bundle."""
    figures = [html_of(oracle.example(kind)) for kind in oracle.ORACLES]
    parts = "<main><h1>Explorers</h1>", *figures, "</main>"
    return write_page(tmp_path_factory.mktemp("explorers"), *parts)


@pytest.fixture(scope="session")
def node():
    return npm.installed(TESTS)


@pytest.fixture(scope="module", params=BROWSERS)
def browser_name(request):
    return request.param


@pytest.fixture(scope="module", params=oracle.ORACLES)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def drive(node, tmp_path_factory):
    """Drive an explorer of a page: the records of all moves, in their order."""
    folder = tmp_path_factory.mktemp("plans")

    def run(browser_name, page_file, kind, states):
        plan = {
            "browser": browser_name,
            "executable": BROWSERS[browser_name](),
            "address": page_file.as_uri(),
            "kind": kind,
            "states": [oracle.query(state) for state in states],
        }
        return driven(node, "drive.mjs", folder / f"{browser_name}-{kind}.json", plan)

    return run


def driven(node, script, file, plan):
    """Run a script of the driver on a plan, and give its records."""
    file.write_text(json.dumps(plan), encoding="utf-8")
    command = ["node", TESTS / script, file]
    done = subprocess.run(command, env=node, capture_output=True, text=True, timeout=300)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, f"after {lines[-1:]}: {done.stderr}"
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def records(drive, browser_name, kind, tmp_path_factory):
    page = write_page(tmp_path_factory.mktemp(kind), html_of(oracle.example(kind)))
    return drive(browser_name, page, kind, oracle.ORACLES[kind].STATES)


def shown(records):
    """The records that show an explorer: all but the last."""
    return [record for record in records if "state" in record]


def of(records, *actions):
    return [record for record in records if record["action"] in actions]


def name_of(record):
    parts = ("control", "word", "typed", "label", "nth", "index")
    return " ".join([record["action"], *(str(record[part]) for part in parts if part in record)])


def by_control(records):
    """The records of each control's moves by their action; of a select, the last option's."""
    controls = {}
    for record in records:
        if "control" in record:
            controls.setdefault(record["control"], {})[record["action"]] = record
    return controls


# --- numbers and words ---


def test_every_number_after_every_move_is_the_references(records, kind):
    expected = {}
    wrong = []
    for record in shown(records):
        state = json.dumps(record["state"], sort_keys=True)
        if state not in expected:
            expected[state] = oracle.ORACLES[kind].quantities(record["state"])
        numbers = {name: float(text) for name, text in record["quantities"].items()}
        if numbers != pytest.approx(expected[state], rel=1e-9, abs=1e-15):
            wrong.append((name_of(record), state, numbers, expected[state]))
    assert wrong[:3] == []
    assert len(expected) > 20


def test_there_is_always_a_loss_and_what_is_missing_says_why(records):
    for record in shown(records):
        assert "loss" in record["quantities"]
        assert all(why.strip() for why in record["missing"].values()), name_of(record)


def test_no_text_or_drawing_holds_what_is_no_number(records):
    assert [(name_of(r), r["wrong"]) for r in shown(records) if r["wrong"]][:3] == []


def test_the_page_asks_for_nothing_and_complains_of_nothing(records):
    assert records[-1]["action"] == "done"
    assert records[-1]["asked"] == []
    assert records[-1]["said"] == []


# --- states and links ---


def test_links_lead_to_their_states_and_are_followed_in_full(records, kind):
    first = oracle.example(kind).state
    assert of(records, "opened")[0]["state"] == first
    for record in of(records, "state"):
        index = record["index"]
        given = {} if index == -1 else oracle.ORACLES[kind].STATES[index]
        assert record["state"] == {**first, **given}
        assert record["note"] == ""


def test_a_state_survives_a_reload(records):
    before, after = of(records, "reload from", "reloaded")
    assert after["state"] == before["state"]
    assert before["state"] != of(records, "opened")[0]["state"]
    assert after["quantities"] == before["quantities"]


def test_undo_and_reset_take_moves_back(records):
    start, *moves, reset = of(records, "undo from", "undo moved", "undone", "reset")
    by_button, by_keys = moves[:2], moves[2:]
    for moved, undone in (by_button, by_keys):
        assert moved["state"] != start["state"]
        assert undone["state"] == start["state"]
    assert reset["state"] == of(records, "opened")[0]["state"]


# --- controls ---


def test_every_control_was_seen_and_moved(records):
    assert set(by_control(records)) == set(records[-1]["controls"])


def test_every_slider_goes_where_it_is_sent_and_changes_what_is_shown(records):
    for name, moves in by_control(records).items():
        if "slider End" not in moves:
            continue
        values = {action: record["state"][name] for action, record in moves.items()}
        assert values["slider ArrowLeft"] != values["slider End"], name
        assert values["slider Home"] != values["slider End"], name
        assert values["slider ArrowRight"] != values["slider Home"], name
        assert values["slider press"] != values["slider drag"], name
        assert moves["slider drag"]["share"] == pytest.approx(0.7, abs=0.3), name
        # Three places: a turn of 360 degrees ends where it began.
        places = ("slider Home", "slider press", "slider drag")
        assert len({moves[place]["drawn"] for place in places}) > 1, f"{name} does nothing"


def test_every_number_field_takes_what_it_can_and_says_why_not(records):
    for name, moves in by_control(records).items():
        if "number exact" not in moves:
            continue
        exact, between = moves["number exact"], moves["number between"]
        assert exact["state"][name] == float(exact["typed"])
        expected = float(between["typed"])
        if "whole number" in between["message"]:
            expected = int(expected)  # what stood there before the decimal point
        elif "one of" in between["message"]:
            expected = exact["state"][name]  # what stood there before
        else:
            assert between["message"] == ""
        assert between["state"][name] == expected
        refused, left = moves["number refused"], moves["number left"]
        assert " must be " in refused["message"]
        kept = refused["state"][name]  # the last that could be read on the way to what could not
        assert left["state"][name] == kept
        assert left["text"] == "" if kept is None else float(left["text"]) == kept


def test_every_select_and_checkbox_changes_the_state_and_what_is_shown(records):
    for name, moves in by_control(records).items():
        if "select arrow" in moves:
            options = [r for r in of(records, "select option") if r["control"] == name]
            assert moves["select arrow"]["state"][name] != moves["before"]["state"][name]
            assert all(str(record["state"][name]) == record["word"] for record in options)
            assert len({record["drawn"] for record in options}) > 1, f"{name} does nothing"
        if "checkbox Space" in moves:
            before, space, click = (
                moves[action] for action in ("before", "checkbox Space", "checkbox click")
            )
            assert space["state"][name] is not before["state"][name]
            assert click["state"][name] is before["state"][name]
            assert space["drawn"] != before["drawn"], f"{name} does nothing"


def test_a_picture_that_invites_a_drag_follows_it(records):
    moving = 0
    pairs = zip(of(records, "picture point"), of(records, "picture drag"), strict=True)
    for point, drag in pairs:
        if drag["cursor"] not in ("auto", "default"):
            assert drag["state"] != point["state"], f"picture {drag['nth']}"
            moving += 1
    assert moving > 0


# --- code ---

ONLY_SAMPLES = {"sampled"}  # a function of somebody's own, of which there is no code to copy


@pytest.mark.parametrize("framework", ["PyTorch", "TensorFlow"])
def test_copied_code_prints_the_number_on_the_page(records, kind, framework):
    copied = [record for record in of(records, "code") if record["framework"] == framework]
    assert bool(copied) is (kind not in ONLY_SAMPLES)
    for record in copied:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(record["code"], "copied code", "exec"), {"__name__": "__main__"})
        loss = float(record["quantities"]["loss"])
        assert float(printed.getvalue()) == pytest.approx(loss, rel=1e-12, abs=1e-300)


# --- figures ---


@pytest.fixture(scope="module")
def read(node, browser_name, tmp_path_factory):
    """Go through all figures as a reader of a chapter does: the records, and the last of all."""
    folder = tmp_path_factory.mktemp("figures")
    figures = [alive(oracle.example(kind, "figure")) for kind in oracle.ORACLES]
    plan = {
        "browser": browser_name,
        "executable": BROWSERS[browser_name](),
        "address": write_page(folder, *figures).as_uri(),
        "kinds": list(oracle.ORACLES),
    }
    *records, last = driven(node, "drive_figures.mjs", folder / "plan.json", plan)
    return records, last


def test_a_figure_shows_the_references_numbers_in_every_state_and_after_every_key(read):
    records, last = read
    wrong = []
    for record in records:
        numbers = {name: float(text) for name, text in record["quantities"].items()}
        expected = oracle.ORACLES[record["kind"]].quantities(record["state"])
        # Tables stand on the bench alone.
        expected = {name: value for name, value in expected.items() if name in {*numbers, "loss"}}
        if numbers != pytest.approx(expected, rel=1e-9, abs=1e-15):
            wrong.append((record["kind"], name_of(record), record["state"], numbers, expected))
        assert record["wrong"] == [], name_of(record)
        assert all(why.strip() for why in record["missing"].values()), name_of(record)
    assert wrong[:3] == []
    assert {record["kind"] for record in of(records, "key")} == set(oracle.ORACLES)
    assert (last["asked"], last["said"]) == ([], [])


def test_keys_move_the_controls_beside_a_picture_and_reset_leads_back(read):
    records, _ = read
    for kind in oracle.ORACLES:
        own = [record for record in records if record["kind"] == kind]
        for name in {record["control"] for record in of(own, "key")}:
            keys = [record["state"][name] for record in of(own, "key") if record["control"] == name]
            start = of(own, "opened")[0]["state"][name]
            assert any(value != start for value in keys), (kind, name)
        assert of(own, "reset")[0]["state"] == of(own, "opened")[0]["state"]


# --- the driver itself ---


def test_a_request_and_a_complaint_do_not_go_unnoticed(drive, browser_name, page_file):
    figure = html_of(oracle.example("smoothing"))
    asking = '<img alt="" src="http://example.invalid/x.png"><script>throw Error("no")</script>'
    page = write_page(page_file.parent, figure, asking, name="asking.html")
    last = drive(browser_name, page, "smoothing", [])[-1]
    assert set(last["asked"]) == {"http://example.invalid/x.png"}
    assert any("Error: no" in said for said in last["said"])


# --- for everyone ---


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(page_file, scheme, width):
    settings = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with chromium() as browser, offline(browser, **settings) as (context, _):
        page = context.new_page()
        page.goto(page_file.as_uri())
        page.add_style_tag(
            content="html { background: #fff } @media (prefers-color-scheme: dark) "
            "{ html { background: #14181e; color: #eee } }"
        )
        page.evaluate("for (const keys of document.querySelectorAll('details')) keys.open = true")
        page.evaluate(npm.axe())
        found = page.evaluate("axe.run().then(({ violations }) => violations)")
    assert [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found] == []
