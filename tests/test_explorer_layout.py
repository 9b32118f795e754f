"""How explorers fit: alone at many widths, the names in their charts, and side by side in a row."""

import base64
import io
import json

import npm
import oracle
import pytest
from browser import offline
from explorer_page import alive, html_of, quantities_of, state_of, write_page
from PIL import Image

from segloss_lab import plots
from segloss_lab.explorer import MaskExplorer, PixelExplorer, SmoothingExplorer, row

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(params=[1280, 1000, 900, 740, 640, 500, 360])
def width(benches, request):
    benches.set_viewport_size({"width": request.param, "height": 900})
    benches.wait_for_timeout(200)
    return request.param


def test_no_explorer_is_wider_than_its_window(benches, width):
    assert benches.evaluate("document.scrollingElement.scrollWidth") == width


@pytest.fixture(scope="module", params=["figure", "bench"])
def narrowed(browser, tmp_path_factory, request):
    """Open a page of all explorers in a layout in a wide window, and make the window narrow."""
    figures = [alive(oracle.example(kind, request.param)) for kind in oracle.ORACLES]
    file = write_page(tmp_path_factory.mktemp(request.param), *figures)
    with offline(browser, viewport={"width": 1280, "height": 900}) as (context, _):
        page = context.new_page()
        page.goto(file.as_uri())
        page.set_viewport_size({"width": 360, "height": 900})
        page.wait_for_timeout(300)
        yield page


# What reaches beyond the box that it stands in, though nothing makes the page itself wider.
BEYOND = """([part, box]) => [...document.querySelectorAll(part)].filter((each) => (
  each.checkVisibility()
  && each.getBoundingClientRect().right > each.closest(box).getBoundingClientRect().right + 1
)).map((each) => `${each.closest("figure").dataset.explorer}: ${each.textContent}`)"""


@pytest.mark.parametrize(
    ("part", "box"),
    [(".sg-frame svg", "figure"), (".sg-result output", ".sg-result"), ("table", ".segloss > *")],
)
def test_where_a_window_narrows_all_stays_in_its_box(narrowed, part, box):
    assert narrowed.evaluate(BEYOND, [part, box]) == []


# The arrow of a select takes some 20 pixels from its text.
CUT_OFF = """() => [...document.querySelectorAll("select")].flatMap((select) => {
  const { font, paddingLeft, paddingRight } = getComputedStyle(select);
  const pen = Object.assign(document.createElement("canvas").getContext("2d"), { font });
  const room = select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - 20;
  const words = [...select.options].map(({ text }) => text);
  return select.checkVisibility() ? words.filter((text) => pen.measureText(text).width > room) : [];
})"""


def test_no_word_of_a_select_is_cut_off(benches, width):
    assert benches.evaluate(CUT_OFF) == []


# Words that lie on a curve of another name, on a tangent or on the point, in a chart that has both.
ON_A_CURVE = """(figure) => [...figure.querySelectorAll("svg[role=img]")].flatMap((svg) => {
  const along = (path) => {
    const steps = Array.from({ length: path.getTotalLength() / 2 }, (_, i) => 2 * i);
    return steps.map((at) => path.getPointAtLength(at));
  };
  const curves = [...svg.querySelectorAll(".sg-curve")].map((curve) => (
    { name: curve.dataset.name, points: along(curve.querySelector(".sg-line")) }
  ));
  const tangents = [...svg.querySelectorAll(".sg-over :is(line, circle)")].map((shape) => (
    { name: shape.tagName, points: along(shape) }
  ));
  const words = ".sg-labels text, .sg-over .now text, .sg-mark text";
  return [...svg.querySelectorAll(words)].flatMap((text) => {
    const { x, y, width, height } = text.getBBox();
    const crosses = ({ name, points }) => name !== text.textContent && points.some((point) => (
      point.x > x + 1 && point.x < x + width - 1 && point.y > y + 2 && point.y < y + height - 2
    ));
    const on = [...curves, ...tangents].filter(crosses);
    return on.map(({ name }) => `${text.textContent} on ${name}`);
  });
})"""
GAMMAS = [
    {"loss": "focal", "gamma": gamma, "second": "focal", "second_gamma": second}
    for gamma, second in [(0.5, 0), (1, 0.1), (2, 2.2), (5, 4), (10, 0.3), (0, 0), (0.05, 3)]
]


SURE = [{"logit": logit, "target": target} for logit in (-10, -7, 1, 8, 10) for target in (0, 1)]
FOLLOW = """hash => {
  history.replaceState(null, "", hash);
  dispatchEvent(new HashChangeEvent("hashchange"));
}"""
OF_PIXEL = [*oracle.ORACLES["pixel"].STATES, *GAMMAS, *SURE]


@pytest.fixture(scope="module")
def pixel_page(browser, tmp_path_factory):
    """Open a page of one pixel, on the bench and as a figure."""
    figures = [alive(oracle.example("pixel", layout)) for layout in ("bench", "figure")]
    file = write_page(tmp_path_factory.mktemp("pixel"), *figures)
    with offline(browser) as (context, record):
        page = context.new_page()
        page.goto(file.as_uri())
        yield page
        assert record.console == []


@pytest.mark.parametrize(("nth", "name"), [(0, "pixel"), (1, "pixel-2")])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_words_in_the_charts_of_a_pixel_lie_on_another_curve(pixel_page, nth, name, width):
    pixel_page.set_viewport_size({"width": width, "height": 900})
    figure = pixel_page.locator("figure").nth(nth)
    seen = set()
    for state in OF_PIXEL:
        pixel_page.evaluate(FOLLOW, f"#{name}?{oracle.query(state)}")
        pixel_page.wait_for_timeout(50)
        assert state_of(figure).items() >= state.items()
        assert figure.evaluate(ON_A_CURVE) == [], state
        names = ".sg-labels text, .sg-legend span"
        named = figure.locator(".sg-chart").first.locator(names).count()
        assert named == (0 if state_of(figure)["second"] == "none" else 2)
        seen |= set(figure.locator(".sg-over .now text").all_text_contents())
    slopes = {f"slope {value}" for value in ("−0.5", "−0.99", "−1", "0.731")}
    assert seen >= slopes if nth == 1 else seen == set()


@pytest.mark.parametrize("state", [{"loss": "focal"}, *GAMMAS], ids=str)
def test_no_name_in_the_picture_of_a_pixel_lies_on_another_curve(state):
    figure = plots.pixel({**PixelExplorer().state, **state})
    figure.draw_without_rendering()
    weights = figure.axes[2]
    lines = [line for line in weights.lines if len(line.get_xdata()) > 2]
    names = [text for text in weights.texts if "gamma" in text.get_text()]
    assert len(names) > 2
    for name in names:
        box = name.get_window_extent().padded(-1)
        on = [
            line
            for line in lines
            if line.get_path().transformed(line.get_transform()).intersects_bbox(box, filled=False)
        ]
        assert on == [], name.get_text()


# --- side by side ---


@pytest.fixture(scope="module")
def pair():
    return row(PixelExplorer(gamma=1.0), SmoothingExplorer(size=37))


@pytest.fixture(scope="module")
def row_page(pair, tmp_path_factory):
    """Write a page of a row, and of an explorer alone behind it."""
    return write_page(tmp_path_factory.mktemp("row"), html_of(pair), alive(SmoothingExplorer()))


def test_a_row_has_a_view_the_figures_and_a_picture_of_all(pair):
    data, metadata = pair._repr_mimebundle_()
    assert metadata == {}
    assert data[WIDGET] == {
        **PixelExplorer()._repr_mimebundle_()[0][WIDGET],
        "model_id": pair.model_id,
    }
    assert data["text/plain"] == "row of pixel, smoothing"
    assert data["text/html"].count("<figure data-explorer=") == 2
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGB")
    alone = [
        Image.open(io.BytesIO(base64.b64decode(one._repr_mimebundle_()[0]["image/png"])))
        for one in pair.children
    ]
    assert picture.width >= sum(one.width for one in alone)
    assert picture.height == max(one.height for one in alone)
    ink = picture.crop((picture.width // 2, 0, *picture.size)).convert("L").getextrema()
    assert ink[0] < 100  # the second one is in it, not white paper


def test_the_explorers_of_a_row_live_in_a_page_without_a_kernel(context, row_page):
    page = context.new_page()
    page.goto(row_page.as_uri() + "#smoothing-2?size=3")
    pixel, first, second = (page.locator("figure").nth(nth) for nth in range(3))
    assert state_of(pixel) == PixelExplorer(gamma=1.0).state
    assert state_of(first) == SmoothingExplorer(size=37).state
    assert state_of(second) == SmoothingExplorer(size=3).state
    first.locator("input[type=range][name=smooth]").press("Home")
    assert state_of(first)["smooth"] == 0
    expected = oracle.ORACLES["smoothing"].quantities(state_of(first))
    assert quantities_of(first) == pytest.approx(expected, rel=1e-9)
    assert state_of(pixel) == PixelExplorer(gamma=1.0).state


@pytest.mark.parametrize(
    ("width", "beside"), [(1280, True), (700, True), (640, False), (360, False)]
)
def test_a_row_is_side_by_side_where_there_is_room(context, row_page, width, beside):
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(row_page.as_uri())
    page.wait_for_timeout(200)
    left, right = (page.locator("figure").nth(nth).bounding_box() for nth in range(2))
    assert (left["x"] + left["width"] <= right["x"]) is beside
    assert (left["y"] + left["height"] <= right["y"]) is not beside
    assert page.evaluate("document.scrollingElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_row_and_beside_a_broken_figure(context, tmp_path, pair, scheme):
    broken = '<figure data-explorer="pixel" data-state="{oops"><img alt="a picture"></figure>'
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    parts = "<main><h1>Row</h1>", html_of(pair), broken, "</main>"
    page.goto(write_page(tmp_path, *parts).as_uri())
    page.evaluate(npm.axe())
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    assert [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found] == []


@pytest.mark.parametrize(
    ("given", "came"),
    [
        ((), "got none"),
        (([],), "got list"),
        ((MaskExplorer,), "got MetaHasTraits"),
        ((3,), "got int"),
    ],
)
def test_a_row_of_anything_else_is_refused(given, came):
    with pytest.raises(TypeError, match=rf"row takes explorers, as in row\(one, another\), {came}"):
        row(*given)


def test_a_row_keeps_its_explorers_as_they_are():
    one, other = PixelExplorer(), MaskExplorer()
    both = row(one, other)
    assert both.children == (one, other)
    one.gamma = 3.0
    assert json.dumps(3.0) in both._repr_mimebundle_()[0]["text/html"]
