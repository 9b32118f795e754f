"""What a figure promises: one point in one window, its states, and nothing that lies on another.

Every kind as a chapter shows it, ``layout="figure"`` at the width of the book's column, and as
the gallery does, ``layout="bench"``.
"""

import html
import json
import math
import re
from dataclasses import dataclass

import oracle
import pytest
from browser import offline
from collisions import clashes, too_small
from explorer_page import alive, quantities_of, state_of, write_page

from segloss_lab.explorer import SmoothingExplorer

WIDTHS = {"figure": 930, "bench": 1240}  # of the book's column in a window of 1280, of the gallery
HEIGHTS = {"figure": 640, "bench": 900}
WINDOW = {"width": 1280, "height": 900}
AT_MOST = 3  # controls, and numbers, beside a picture
ON_ITS_OWN = {"sampled"}  # a reader's own function, of which nobody knows the states
PAPER = (
    "<style>html { background: #fff } body { margin: 8px; font-family: system-ui, sans-serif }"
    " body { padding-bottom: 900px } figure { margin: 0 !important }</style>"
)
CONTROLS = "input[type=range], select[name], input[type=checkbox]"


@pytest.fixture(params=oracle.ORACLES)
def kind(request):
    return request.param


@pytest.fixture(params=WIDTHS)
def layout(request):
    return request.param


@pytest.fixture(scope="module")
def opened(browser, tmp_path_factory):
    """Open a page of figures in columns of a width, once each; nothing may be thrown there."""
    contexts = []

    def open_page(*figures, width=WIDTHS["figure"], window=WINDOW, hash_=""):
        columns = [f'<div style="width: {width}px">{figure}</div>' for figure in figures]
        file = write_page(tmp_path_factory.mktemp("figures"), PAPER, *columns)
        manager = offline(browser, viewport=window)
        context, record = manager.__enter__()
        contexts.append((manager, record))
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(file.as_uri() + hash_)
        page.wait_for_timeout(100)
        return page

    yield open_page
    for manager, record in contexts:
        assert (record.console, record.refused) == ([], [])
        manager.__exit__(None, None, None)


@pytest.fixture(scope="module")
def pages(opened):
    """Give the page of all kinds in a layout."""
    made = {}

    def page_of(layout):
        if layout not in made:
            figures = [alive(oracle.example(kind, layout)) for kind in oracle.ORACLES]
            made[layout] = opened(*figures, width=WIDTHS[layout])
        return made[layout]

    return page_of


@pytest.fixture
def small(pages, kind):
    """Give a figure in ``layout="figure"``, in its first state."""
    return first(pages("figure"), kind)


BACK = """(figure) => {
  figure.scrollIntoView({ block: "start" });
  const buttons = [...figure.querySelectorAll("button")];
  const undo = buttons.find(({ textContent }) => textContent === "Undo");
  while (undo.getAttribute("aria-disabled") === "false") undo.click();
  for (const opens of figure.querySelectorAll("button[aria-expanded=true]")) opens.click();
}"""


def first(page, kind):
    """Bring a kind's figure into the window, in the state in which it was opened."""
    figure = page.locator(f"figure[data-explorer={kind}]").first
    figure.evaluate(BACK)
    settle(figure)
    return figure


def settle(figure):
    """Wait for what a move draws, at once and, in a landscape, a little later."""
    figure.evaluate(
        """({ dataset: { explorer } }) => new Promise((done) => {
          const later = explorer === "training" ? 150 : 0;
          requestAnimationFrame(() => setTimeout(done, later));
        })"""
    )


def button(figure, name):
    return figure.locator("button").filter(has_text=re.compile(f"^{name}$"))


def states_of(figure):
    return figure.locator("button.sg-state").all()


def visible(figure, selector):
    return [node for node in figure.locator(selector).all() if node.is_visible()]


def values(figure):
    """Every number in the figure, also of those behind a button, and what each must be."""
    expected = oracle.ORACLES[figure.get_attribute("data-explorer")].quantities(state_of(figure))
    shown = quantities_of(figure)
    if figure.get_attribute("data-layout") == "figure":  # tables stand on the bench alone
        expected = {name: value for name, value in expected.items() if name in {*shown, "loss"}}
    return shown, pytest.approx(expected, rel=1e-9, abs=1e-15)


def each_state(figure):
    """Go through the first state and those of all buttons: a name of each."""
    yield "first"
    for press in states_of(figure):
        press.click()
        settle(figure)
        yield press.inner_text()


@dataclass(frozen=True)
class Seen:
    """What can be seen of a figure in one state."""

    height: float
    controls: int
    numbers: int
    words: str
    clashes: list
    small: list
    shown: dict
    expected: object


def look(figure):
    shown, expected = values(figure)
    return Seen(
        height=figure.bounding_box()["height"],
        controls=len(visible(figure, CONTROLS)),
        numbers=len(visible(figure, "output[data-quantity]")),
        words=figure.locator(".sg-words").inner_text(),
        clashes=clashes(figure),
        small=too_small(figure),
        shown=shown,
        expected=expected,
    )


@pytest.fixture(scope="module")
def looked_at(pages):
    """Look at a kind in a layout, in each of its states, once."""
    seen = {}

    def look_at(kind, layout):
        if (kind, layout) not in seen:
            figure = first(pages(layout), kind)
            seen[kind, layout] = {name: look(figure) for name in each_state(figure)}
        return seen[kind, layout]

    return look_at


@pytest.fixture
def seen(looked_at, kind, layout):
    """Give what is seen of a figure in each of its states."""
    return looked_at(kind, layout)


@pytest.fixture
def seen_small(looked_at, kind):
    """Give the same of ``layout="figure"`` alone."""
    return looked_at(kind, "figure")


# --- one point, in one window ---


def test_a_figure_fits_the_window(seen, layout):
    heights = {name: state.height for name, state in seen.items()}
    assert {name: height for name, height in heights.items() if height > HEIGHTS[layout]} == {}


def test_a_figure_shows_at_most_three_controls_and_three_numbers(seen_small):
    for name, state in seen_small.items():
        assert state.controls <= AT_MOST, name
        assert 1 <= state.numbers <= AT_MOST, name


def test_the_picture_takes_most_of_a_figures_width_and_the_rest_stands_beside_it(small):
    style = "figure => parseFloat(getComputedStyle(figure).paddingLeft)"
    inner = small.bounding_box()["width"] - 2 * small.evaluate(style)
    charts = small.locator(".sg-charts").bounding_box()
    side = small.locator(".sg-side").bounding_box()
    assert charts["width"] >= 0.6 * inner
    assert side["x"] >= charts["x"] + charts["width"]
    assert side["y"] == pytest.approx(charts["y"], abs=2)
    drawn = [node.bounding_box() for node in visible(small, ".sg-charts :is(svg, canvas)")]
    assert drawn
    assert all(charts["x"] - 1 <= box["x"] for box in drawn)
    assert all(box["x"] + box["width"] <= charts["x"] + charts["width"] + 1 for box in drawn)


def test_a_bench_shows_its_picture_beside_all_controls(pages, kind):
    bench = first(pages("bench"), kind)
    charts = bench.locator(".sg-charts").bounding_box()
    for control in visible(bench, f".sg-panel :is({CONTROLS})"):
        assert control.bounding_box()["x"] >= charts["x"] + charts["width"]
    assert visible(bench, ".sg-panel :is(input, select)")
    numbers = "output[data-quantity]"
    assert len(visible(bench, numbers)) == bench.locator(numbers).count()


def test_a_figure_says_in_few_words_what_is_seen(small, seen_small):
    for name, state in seen_small.items():
        assert 20 < len(state.words) < 260, name
    (caption,) = small.locator("figcaption").all()
    assert len(caption.inner_text()) > 20


# --- nothing lies on anything else ---


def test_no_text_lies_on_another_on_a_curve_or_on_a_marker_and_none_is_cut_off(seen):
    assert {name: state.clashes for name, state in seen.items() if state.clashes} == {}


def test_no_text_in_a_picture_is_small(seen):
    assert {name: state.small for name, state in seen.items() if state.small} == {}


LINE = '<path class="sg-line" style="fill: none; stroke: red" d="{path}"/>'
CURVE = LINE.format(path="M0,{y}C90,{y} 200,{y} 300,{y}")
TEXT = '<text x="{x}" y="{y}" font-size="{size}">{text}</text>'
BROKEN = {
    "nothing": ([TEXT.format(x=9, y=40, size=13, text="a"), CURVE.format(y=70)], []),
    "two texts": (
        [TEXT.format(x=x, y=40, size=13, text=text) for x, text in ((9, "one"), (24, "other"))],
        ['"one" on "other"'],
    ),
    "texts a line apart": (
        [TEXT.format(x=9, y=y, size=13, text=text) for y, text in ((40, "one"), (56, "other"))],
        [],
    ),
    "a text on a curve": (
        [TEXT.format(x=90, y=74, size=13, text="name"), CURVE.format(y=70)],
        ['"name" on sg-line of sg-charts'],
    ),
    "a text within a curve": (
        [
            TEXT.format(x=140, y=74, size=13, text="name"),
            LINE.format(path="M20,20V120H280V20"),
        ],
        [],
    ),
    "a curve that is moved onto a text": (
        [
            TEXT.format(x=90, y=74, size=13, text="name"),
            f'<g transform="translate(0,60)">{CURVE.format(y=10)}</g>',
        ],
        ['"name" on sg-line of sg-charts'],
    ),
    "a text on a marker": (
        [
            TEXT.format(x=90, y=74, size=13, text="name"),
            '<path class="sg-marker" d="M-4,-4h8v8h-8z" transform="translate(100,70)"/>',
        ],
        ['"name" on sg-marker of sg-charts'],
    ),
    "a text beyond its picture": (
        [TEXT.format(x=290, y=40, size=13, text="far")],
        ['"far" is cut off'],
    ),
    "words over a picture": (
        [
            TEXT.format(x=9, y=40, size=13, text="below"),
            '</svg><div style="position: absolute; left: 9px; top: 28px">above</div><svg>',
        ],
        ['"below" on "above"'],
    ),
    "hidden": (
        [TEXT.format(x=9, y=40, size=13, text=text) for text in ("one", "two")]
        + ["<style>text + text { display: none }</style>"],
        [],
    ),
}


@pytest.mark.parametrize(("parts", "expected"), BROKEN.values(), ids=BROKEN)
def test_collisions_are_found_where_they_are(context, parts, expected):
    page = context.new_page()
    svg = f'<svg width="300" height="150" style="display: block">{"".join(parts)}</svg>'
    charts = f'<div class="sg-charts" style="position: relative">{svg}</div>'
    page.set_content(f'<figure style="margin: 0">{charts}</figure>')
    assert clashes(page.locator("figure")) == expected


def test_small_text_is_found_also_where_a_picture_is_scaled(context):
    page = context.new_page()
    small, large = (TEXT.format(x=9, y=40, size=size, text=f"of {size}") for size in (12, 13))
    page.set_content(
        f'<figure><div class="sg-charts"><svg width="300" height="150">{small}{large}</svg>'
        f'<svg width="150" height="75" viewBox="0 0 300 150">{large}</svg></div></figure>'
    )
    assert too_small(page.locator("figure")) == ['"of 12" 12.0 px', '"of 13" 6.5 px']


# --- states, and what was before ---

GHOSTS = "[data-ghost], .ghost, [class*=ghost], [class*=before]"
DRAWN_GHOSTS = f"""(figure) => [...figure.querySelectorAll(".sg-charts *")].filter((node) => (
  node.matches(`{GHOSTS}, :is({GHOSTS}) *`) && node.checkVisibility()
  && (node.matches("[data-ghost]") || node.getBoundingClientRect().height > 0)
)).length"""


def test_a_figure_has_states_to_choose(small, kind):
    assert (len(states_of(small)) >= 2) is (kind not in ON_ITS_OWN)


def test_every_number_in_every_state_is_the_references(seen):
    for name, state in seen.items():
        assert state.shown == state.expected, name


def test_a_state_says_what_was_before_and_leaves_its_ghost(small):
    assert [node.inner_text() for node in small.locator(".sg-was:not(:empty)").all()] == []
    for press in states_of(small):
        before, texts = state_of(small), texts_of(small)
        press.click()
        settle(small)
        if state_of(small) == before:
            continue
        was = {name: f"was {text}" for name, text in texts.items() if text is not None}
        changed = {name for name, text in texts_of(small).items() if text != texts[name]}
        said = was_of(small)
        assert {name: said[name] for name in changed} == {
            name: was.get(name, "") for name in changed
        }
        assert all(said[name] == "" for name in said.keys() - changed)
        if changed:
            assert small.evaluate(DRAWN_GHOSTS) > 0, press.inner_text()


def texts_of(figure):
    """What stands for each number; None for one that does not exist."""
    return {
        node.get_attribute("data-quantity"): node.text_content()
        if node.get_attribute("data-value") is not None
        else None
        for node in figure.locator("output[data-quantity]").all()
    }


def was_of(figure):
    pairs = """(figure) => [...figure.querySelectorAll("output[data-quantity]")].map((output) => (
      [output.dataset.quantity, output.parentNode.querySelector(".sg-was").textContent]
    ))"""
    return dict(figure.evaluate(pairs))


def test_the_button_of_a_state_is_pressed_while_the_figure_is_there(small):
    for press in states_of(small):
        press.click()
        assert press.get_attribute("aria-pressed") == "true"
        there = state_of(small)
        if button(small, "Undo").get_attribute("aria-disabled") == "true":
            continue  # it was there from the first
        button(small, "Undo").click()
        assert state_of(small) != there
        press.click()
        assert state_of(small) == there


def test_undo_and_reset_lead_back_from_a_state(small, kind):
    start = state_of(small)
    away = next(
        (press for press in states_of(small) if press.get_attribute("aria-pressed") == "false"),
        None,
    )
    assert (away is None) is (kind in ON_ITS_OWN)
    if away is None:
        return
    for back in ("Undo", "Reset"):
        away.click()
        assert state_of(small) != start
        button(small, back).click()
        assert state_of(small) == start


# --- what is behind buttons ---


@pytest.mark.parametrize("name", ["More controls", "Numbers"])
def test_more_controls_and_numbers_open_by_keyboard(small, name):
    selector = {"More controls": CONTROLS, "Numbers": "output[data-quantity]"}[name]
    opens = button(small, name)
    before, every = visible(small, selector), small.locator(selector).all()
    opens.focus()
    small.page.keyboard.press("Enter")
    assert opens.get_attribute("aria-expanded") == "true"
    panel = small.page.locator(f"#{opens.get_attribute('aria-controls')}")
    assert panel.is_visible()
    now = visible(small, selector)
    assert len(now) > len(before) or len(every) == len(before)
    if name == "Numbers":
        assert len(now) == len(every)
    small.page.keyboard.press("Space")
    assert opens.get_attribute("aria-expanded") == "false"
    assert not panel.is_visible()
    assert len(visible(small, selector)) == len(before)


# --- narrow ---


@pytest.fixture(scope="module")
def narrow(opened):
    figures = [alive(oracle.example(kind, "figure")) for kind in oracle.ORACLES]
    return opened(*figures, width=344, window={"width": 360, "height": 640})


def test_in_a_narrow_window_the_picture_stands_above_and_stays_while_a_control_is_held(
    narrow, kind
):
    figure = first(narrow, kind)
    charts, side = (figure.locator(f".sg-{part}") for part in ("charts", "side"))
    box = charts.bounding_box()
    assert box["y"] + box["height"] <= side.bounding_box()["y"]
    assert figure.bounding_box()["width"] <= 344
    assert narrow.evaluate("document.scrollingElement.scrollWidth") == 360

    held = visible(figure, f".sg-side :is({CONTROLS})")
    assert held
    control = held[-1]
    control.evaluate("node => node.scrollIntoView({ block: 'end' })")
    at = control.bounding_box()
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    if control.get_attribute("type") == "range":
        narrow.mouse.move(x, y)
        narrow.mouse.down()
    else:  # a list that opens is the system's
        control.dispatch_event("pointerdown")
    settle(figure)
    try:
        assert control.bounding_box()["y"] == pytest.approx(at["y"], abs=2)
        picture = charts.bounding_box()
        assert in_sight(picture, 640) >= min(200, 0.6 * picture["height"])
        covered = "([x, y]) => document.elementFromPoint(x, y).closest('.sg-charts') !== null"
        assert not narrow.evaluate(covered, [x, y])
    finally:
        narrow.mouse.up()
        control.dispatch_event("pointerup")


def in_sight(box, height):
    return min(box["y"] + box["height"], height) - max(box["y"], 0)


def test_in_a_narrow_window_no_text_lies_on_another(narrow, kind):
    figure = first(narrow, kind)
    found = {name: clashes(figure) for name in each_state(figure)}
    assert {name: some for name, some in found.items() if some} == {}


# --- links ---


def test_a_link_leads_to_a_state_and_leaves_the_figure_in_view(small, kind):
    state = oracle.ORACLES[kind].STATES[-1]
    start = state_of(small)
    small.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    small.page.evaluate(
        """hash => {
          history.replaceState(null, "", hash);
          dispatchEvent(new HashChangeEvent("hashchange"));
        }""",
        f"#{kind}?{oracle.query(state)}",
    )
    settle(small)
    assert state_of(small) == {**start, **state}
    assert small.locator(".sg-note").inner_text() == ""
    assert in_sight(small.bounding_box(), WINDOW["height"]) > 0.6 * min(
        WINDOW["height"], small.bounding_box()["height"]
    )
    shown, expected = values(small)
    assert shown == expected


# --- what an author says ---


def test_what_python_says_of_a_figure_reaches_the_page(opened, kind, pages):
    bench = first(pages("bench"), kind)
    shown = [node.get_attribute("name") for node in visible(bench, CONTROLS)][-2:]
    explorer = oracle.example(kind, "figure")
    chosen = [(f"no. {i} <b>", state) for i, state in enumerate(oracle.ORACLES[kind].STATES[:3])]
    explorer.show, explorer.states, explorer.caption = shown, chosen, 'A & "B" <b>bold</b>'
    page = opened(alive(explorer))
    figure = page.locator("figure")
    assert [node.get_attribute("name") for node in visible(figure, CONTROLS)] == shown
    assert figure.locator("figcaption").inner_text() == 'A & "B" <b>bold</b>'
    buttons = states_of(figure)
    assert [press.inner_text() for press in buttons] == [label for label, _ in chosen]
    for press, (_, state) in zip(buttons, chosen, strict=True):
        press.click()
        now = state_of(figure)
        assert {name: now[name] for name in state} == state
        pressed = [each.get_attribute("aria-pressed") == "true" for each in buttons]
        assert pressed == [
            all(now[name] == value for name, value in changes.items()) for _, changes in chosen
        ]
    assert figure.locator(".sg-note").inner_text() == ""


def raw(**attributes):
    """A figure with attributes as somebody may have written them."""
    state = html.escape(json.dumps(SmoothingExplorer().state))
    written = "".join(f' data-{name}="{html.escape(text)}"' for name, text in attributes.items())
    return f'<figure data-explorer="smoothing" data-state="{state}"{written}></figure>'


TAKEN = "This figure’s state was taken over in part: "
WRONG = {
    "no json": ({"show": "[", "states": "{oops", "layout": "figur"}, ""),
    "no lists": ({"show": "3", "states": "null"}, ""),
    "objects": ({"show": '{"a": 1}', "states": '"no"'}, ""),
    "empty": ({"show": "", "states": ""}, ""),
    "a name that is not there": ({"show": '["sise"]'}, f"{TAKEN}there is no control “sise” here."),
    "a number for a name": ({"show": "[5]"}, f"{TAKEN}there is no control “…” here."),
    "no name": (
        {"show": '[{"toString": 1}, "__proto__"]'},
        f"{TAKEN}there is no control “…” here; there is no control “__proto__” here.",
    ),
    "a name without control": ({"show": '["loss", "size", "size"]'}, ""),
    "too many": (
        {"show": '["smooth", "eps", "size", "overlap"]'},
        f"{TAKEN}at most 3 controls stand beside a picture.",
    ),
    "states that are none": (
        {"states": '[3, {"toString": 1}, ["a"], ["b", [1]], ["c", null]]'},
        f"{TAKEN}“…” is no state; “…” is no state; “a” is no state; and 2 more.",
    ),
    "a state that cannot be": (
        {"states": '[["far", {"smooth": -1}], ["here", {"size": 3}]]'},
        f"{TAKEN}smooth must be 0 or a number from 1e-100 to 1e100.",
    ),
    "a state of another": (
        {"states": '[["x", {"gamma": 1, "__proto__": 2}]]'},
        f"{TAKEN}there is no “gamma” here; there is no “__proto__” here.",
    ),
    "long": ({"show": f'["{"x" * 10**6}"]'}, f"{TAKEN}there is no control “{'x' * 30}…” here."),
    "deep": ({"states": "[" * 5000 + "]" * 5000}, f"{TAKEN}“…” is no state."),
}


@pytest.mark.parametrize(("attributes", "note"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_a_figures_attributes_costs_a_note_at_most(opened, attributes, note):
    page = opened(raw(**attributes), raw())
    figure = page.locator("figure").first
    assert figure.locator(".sg-note").inner_text() == note
    assert len(visible(figure, CONTROLS)) <= AT_MOST
    assert visible(figure, ".sg-charts svg")
    button(figure, "More controls").click()
    slider = figure.locator("input[type=range][name=eps]")
    slider.press("End")
    assert state_of(figure)["eps"] == 1e5
    shown, expected = values(figure)
    assert shown == expected
    assert page.locator("figure").nth(1).locator(".sg-note").inner_text() == ""
    if "here" in attributes.get("states", ""):
        (press,) = states_of(figure)
        press.click()
        assert state_of(figure)["size"] == 3


def test_the_numbers_of_a_figure_are_finite(seen_small):
    for name, state in seen_small.items():
        assert all(math.isfinite(value) for value in state.shown.values()), name
