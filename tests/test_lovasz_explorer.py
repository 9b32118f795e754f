"""The explorer of the Lovász extension, in a page opened from a file."""

import base64
import io
import re

import numpy as np
import pytest
import traitlets
from explorer_page import copied, html_of, printed_by, quantities_of, state_of, write_page
from oracle_lovasz import STATES, quantities
from PIL import Image

from segloss_lab import plots
from segloss_lab.explorer import LovaszExplorer

THREE = {"pixels": 3, "truth_1": True, "truth_2": False, "truth_3": True}

# What is painted in the view in perspective, beside its pixels: the circles of its points, and the
# whole lines of two pixels on what they stand on.
RECORD = """
  const { prototype } = CanvasRenderingContext2D;
  const note = (name, see) => {
    const own = prototype[name];
    prototype[name] = function paint(...given) {
      see(this, ...given);
      return own.apply(this, given);
    };
  };
  window.grounds = new Set();
  note("scale", ({ canvas }) => { canvas.folds = []; grounds.add(canvas); });
  note("clearRect", ({ canvas }) => { canvas.circles = []; });
  note("arc", (context, x, y) => {
    context.canvas.circles?.push({ x, y, isDashed: context.getLineDash().length > 0 });
  });
  note("beginPath", (context) => { context.ends = []; });
  note("lineTo", (context, x, y) => { context.ends.push([x, y]); });
  note("stroke", (context) => {
    const isFold = context.lineWidth === 2 && context.getLineDash().length === 0;
    if (isFold && context.ends.length === 2) context.canvas.folds?.push(context.ends);
  });
"""


@pytest.fixture(scope="module")
def page_files(tmp_path_factory):
    """Write a page of a bench and one of a figure."""
    folder = tmp_path_factory.mktemp("lovasz")
    return {
        layout: write_page(folder, html_of(LovaszExplorer(layout=layout)), name=f"{layout}.html")
        for layout in ("bench", "figure")
    }


@pytest.fixture
def page_file(page_files):
    return page_files["bench"]


@pytest.fixture
def opened(context, page_files):
    """Open a page at a part of a state, and give its figure."""

    def open_at(layout="bench", **state):
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.set_viewport_size({"width": 1280, "height": 1500})
        page.add_init_script(RECORD)
        page.goto(page_files[layout].as_uri() + link_to(state))
        page.wait_for_timeout(100)  # the pictures are drawn once they have a width
        return page.locator("figure[data-explorer=lovasz]")

    return open_at


def link_to(state):
    return "#lovasz?" + "&".join(f"{name}={value}".lower() for name, value in state.items())


def slider(figure, name):
    return figure.locator(f"input[type=range][name={name}]")


def bars_of(figure):
    """Read the bars from the largest error on: name, area, width and left edge."""
    plot = figure.locator(".sg-ranks").bounding_box()
    read = []
    for bar in figure.locator(".sg-ranks :is(.miss, .alarm)").all():
        # Boxes are whole 64ths of a pixel, and 4 pixels of border at least: the attribute is exact.
        parts = re.findall(r"(\w+):([^%]+)%", bar.get_attribute("style"))
        left, width, height = (
            float(dict(parts)[name]) / 100 for name in ("left", "width", "height")
        )
        box = bar.bounding_box()
        assert [box["x"] - plot["x"], box["width"], box["height"]] == pytest.approx(
            [left * plot["width"], max(width * plot["width"], 4), max(height * plot["height"], 4)],
            abs=0.1,
        )
        read.append((bar.text_content(), width * height, width, left))
    return read


def pixels_of(canvas):
    """Read a canvas as an array of its pixels."""
    address = canvas.evaluate("canvas => canvas.toDataURL()")
    drawn = base64.b64decode(address.split(",")[1])
    return np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB")).astype(int)


def table_of(figure, caption):
    """Read a table's rows as numbers, and its sum."""
    table = figure.locator("table").filter(has_text=caption)
    rows = [
        [float(text) for text in row.locator("td").all_inner_texts()]
        for row in table.locator("tbody tr").all()
    ]
    return rows, float(table.locator("tfoot td").inner_text())


# --- states and results ---


@pytest.mark.parametrize("state", STATES, ids=link_to)
def test_every_result_equals_the_reference_at_the_state(opened, state):
    figure = opened(**state)
    assert state_of(figure) == {**LovaszExplorer().state, **state}
    assert quantities_of(figure) == pytest.approx(
        quantities(state_of(figure)), rel=1e-12, abs=1e-15
    )


def test_a_third_pixel_brings_its_controls_its_weight_and_the_cube(opened):
    figure = opened()
    names = ["truth_3", "error_3"]
    controls = [figure.locator(f".sg-control:has([name={name}])") for name in names]
    missing = figure.locator("output[data-quantity=weight_3]")
    assert not any(control.is_visible() for control in controls)
    assert not figure.locator(".sg-cube").is_visible()
    assert missing.inner_text() == "none: two pixels"
    figure.locator("select[name=pixels]").select_option("3")
    assert state_of(figure)["pixels"] == 3
    assert all(control.is_visible() for control in controls)
    assert figure.locator(".sg-cube").is_visible()
    assert quantities_of(figure) == pytest.approx(quantities(state_of(figure)), rel=1e-12)
    titles = figure.locator(".sg-charts .sg-chart-title").all_text_contents()
    assert {"Lovász extension at error 3 = 0.3", "Soft Jaccard loss at error 3 = 0.3"} < set(titles)


# --- the pictures ---


def test_dragging_in_either_map_moves_the_errors_of_the_first_two_pixels(opened):
    figure = opened(view="flat")
    for nth in (0, 1):
        canvas = figure.locator(".sg-heat").nth(nth)
        box = canvas.bounding_box()
        mouse = figure.page.mouse
        mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        mouse.down()
        mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.1 * box["height"], steps=3)
        state = state_of(figure)
        assert (state["error_1"], state["error_2"]) == (0.25, 0.9)
        mouse.move(box["x"] - 60, box["y"] + 1.5 * box["height"], steps=2)
        mouse.up()
        state = state_of(figure)
        assert (state["error_1"], state["error_2"]) == (0, 0)
        assert "loss" in figure.locator(".sg-tooltip").nth(nth).text_content()


def test_dragging_beside_the_point_turns_both_sheets_and_wraps_around(opened):
    figure = opened(turn=350)
    assert figure.locator(".sg-heat:visible").count() == 0
    both = [picture_of(figure, nth) for nth in (0, 1)]
    box = figure.locator(".sg-surface").first.bounding_box()
    mouse = figure.page.mouse
    mouse.move(box["x"] + 20, box["y"] + 20)
    mouse.down()
    mouse.move(box["x"] + 80, box["y"] + 20, steps=3)
    mouse.up()
    assert state_of(figure) == LovaszExplorer(turn=20).state
    assert all(picture_of(figure, nth) != both[nth] for nth in (0, 1))
    assert slider(figure, "turn").is_visible()
    figure.locator("select[name=view]").select_option("flat")
    assert not slider(figure, "turn").is_visible()


def picture_of(figure, nth):
    canvas = figure.locator(".sg-surface canvas").nth(nth)
    return canvas.evaluate("canvas => canvas.toDataURL()")


def points_of(figure, *, dashed=False):
    """Read where in the window the point is painted, or dashed, the one before."""
    canvas = figure.locator(".sg-surface canvas").first
    box, circles = canvas.bounding_box(), canvas.evaluate("canvas => canvas.circles")
    places = [(box["x"] + c["x"], box["y"] + c["y"]) for c in circles if c["isDashed"] is dashed]
    if not dashed:  # the place to take hold of it is there
        assert [middle_of(figure.locator(".sg-surface .sg-reach").first)] == [
            pytest.approx(place, abs=0.1) for place in places
        ]
    return places


def middle_of(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("turn", [30, 75, 340])
@pytest.mark.parametrize("surface", ["lovasz", "soft"])
def test_the_point_on_a_sheet_follows_the_pointer(opened, surface, turn):
    """Dragged to where it stands at another state, it is at that state."""
    wanted = {"error_1": 0.3, "error_2": 0.4}
    (goal,) = points_of(opened("figure", map=surface, turn=turn, **wanted))
    figure = opened("figure", map=surface, turn=turn)
    mouse = figure.page.mouse
    (start,) = points_of(figure)
    mouse.move(*start)
    mouse.down()
    mouse.move(*goal, steps=4)
    mouse.up()
    state = state_of(figure)
    assert {name: state[name] for name in wanted} == pytest.approx(wanted, abs=0.011)
    assert points_of(figure) == [pytest.approx(goal, abs=3)]
    assert state["turn"] == turn
    mouse.move(goal[0], goal[1])
    mouse.down()
    mouse.move(goal[0] - 900, goal[1] + 900, steps=3)
    mouse.up()
    assert all(0 <= state_of(figure)[name] <= 1 for name in wanted)
    assert state_of(figure)["turn"] == turn


def test_facets_are_flat_and_the_soft_sheet_is_not(opened):
    """Each facet has one shade; the soft sheet has many."""

    def shades(figure, least):
        image = pixels_of(figure.locator(".sg-surface canvas").first).reshape(-1, 3)
        colors, counts = np.unique(image, axis=0, return_counts=True)
        is_tinted = np.ptp(colors, axis=1) > 30  # neither paper nor floor nor ink
        return (is_tinted & (counts >= least)).sum()

    assert shades(opened("figure"), 1000) == 2
    assert shades(opened("figure", truth_2=True), 1000) == 1  # no fold: one plane
    assert shades(opened("figure", map="soft"), 100) > 8


def test_the_figure_shows_the_corners_the_sheet_and_what_was_before(opened):
    figure = opened("figure")
    numbers, names = (figure.locator(f".sg-surface text.sg-{kind}") for kind in ("number", "name"))
    assert numbers.all_text_contents() == ["0", "1", "0.5", "1"]
    assert names.all_text_contents() == [
        "none wrong",
        "pixel 1 wrong",
        "pixel 2 wrong",
        "both wrong",
    ]
    visible = figure.locator(".sg-side .sg-control:visible")
    assert visible.locator("input[type=range]").evaluate_all(
        "all => all.map(({ name }) => name)"
    ) == ["error_1", "error_2"]
    assert points_of(figure, dashed=True) == []
    (at,) = points_of(figure)
    figure.get_by_role("button", name="soft Jaccard", exact=True).click()
    assert state_of(figure)["map"] == "soft"
    assert numbers.all_text_contents()[2] == "0.5"  # the corners stay
    assert points_of(figure, dashed=True) == [pytest.approx(at, abs=1)]
    assert points_of(figure)[0][1] < at[1] - 5
    words = figure.locator("p.sg-words")
    assert "curved between them: 0.688 at this point, where Lovász has 0.55" in words.inner_text()
    assert figure.locator(".sg-ranks .ghost").count() == 0  # the bars have not moved
    figure.get_by_role("button", name="Lovász", exact=True).click()
    slider(figure, "error_1").press("End")
    assert words.inner_text() == (
        "The errors have crossed: pixel 1 comes first. Now pixel 1 weighs 1 and pixel 2 weighs 0."
    )
    assert figure.locator(".sg-ranks .ghost").count() == 2
    assert figure.locator("[data-quantity=weight_2] + .sg-was").inner_text() == "was 0.5"


@pytest.mark.parametrize(("pixels", "held"), [(2, "of pixels 1 and 2"), (3, "at error 3 = 0.3")])
def test_the_caption_and_the_title_are_true_of_two_pixels_and_of_three(opened, pixels, held):
    figure = opened("figure", pixels=pixels)
    caption = figure.locator("figcaption").inner_text()
    assert "errors of pixels 1 and 2" in caption
    assert "two pixels" not in caption
    assert held in caption + figure.locator(".sg-chart-title").nth(1).inner_text()


@pytest.mark.parametrize("pixels", [2, 3])
@pytest.mark.parametrize("layout", ["figure", "bench"])
def test_it_fits_the_window_with_its_controls(opened, layout, pixels):
    figure = opened(layout, pixels=pixels)
    figure.page.set_viewport_size({"width": {"figure": 976, "bench": 1280}[layout], "height": 900})
    figure.page.wait_for_timeout(200)
    assert figure.bounding_box()["height"] <= {"figure": 640, "bench": 900}[layout]


@pytest.mark.parametrize("view", ["flat", "perspective"])
def test_pictures_that_were_moved_to_a_state_are_those_that_open_at_it(opened, view):
    figure = opened(**THREE, view=view)
    before = pictures(figure, view)
    slider(figure, "error_3").press("End")
    figure.locator("input[name=truth_2]").press("Space")
    figure.locator("select[name=surface]").select_option("dice")
    if view == "perspective":  # leaves nothing dashed behind
        slider(figure, "turn").press("ArrowRight")
        slider(figure, "turn").press("ArrowLeft")
    after = pictures(figure, view)
    new = pictures(opened(**state_of(figure)), view)
    assert all(change > 50 for change in differences(before, after))
    # A canvas that is read from often is drawn by the processor, and rounds by one shade.
    assert all(change <= 2 for change in differences(after, new))


def pictures(figure, view):
    canvases = {"flat": ".sg-heat", "perspective": ".sg-surface canvas"}
    return [pixels_of(canvas) for canvas in figure.locator(canvases[view]).all()]


def differences(pictures, others):
    return [np.abs(one - other).max() for one, other in zip(pictures, others, strict=True)]


def test_errors_that_cross_swap_their_bars_and_the_weights(opened):
    figure = opened(error_1=0.59, error_2=0.6)
    assert [name for name, *_ in bars_of(figure)] == ["pixel 2", "pixel 1"]
    assert quantities_of(figure)["weight_2"] == 0.5
    for _ in range(2):
        slider(figure, "error_1").press("ArrowRight")
    assert state_of(figure)["error_1"] == 0.61
    first, second = bars_of(figure)
    assert first[0] == "pixel 1"
    assert (first[2], second[2]) == pytest.approx((1, 0))  # the false alarm has lost its weight
    assert quantities_of(figure)["weight_2"] == 0


@pytest.mark.parametrize("state", STATES, ids=link_to)
def test_bars_and_both_tables_sum_up_to_the_loss(opened, state):
    figure = opened(**state)
    loss, bars = quantities_of(figure)["loss"], bars_of(figure)
    assert sum(area for _, area, _, _ in bars) == pytest.approx(loss, abs=1e-9)
    ends = [left + width for *_, width, left in bars]
    corners, total = table_of(figure, "mixture of corners")
    assert ends == pytest.approx([jaccard for jaccard, _, _ in corners[1:]], abs=5e-4)
    ranks, by_rank = table_of(figure, "by rank")
    assert sum(product for *_, product in ranks) == pytest.approx(loss, abs=2e-3)
    assert sum(product for *_, product in corners) == pytest.approx(loss, abs=2e-3)
    assert sum(share for _, share, _ in corners) == pytest.approx(1, abs=2e-3)
    assert by_rank == total == pytest.approx(loss, rel=5e-3)


@pytest.mark.parametrize(
    ("state", "creases"),
    [
        ({}, 1),  # a miss against a false alarm
        ({"truth_2": True}, 0),  # two misses weigh the same in any order
        ({"truth_1": False}, 1),  # an empty mask: the larger error alone
        ({**THREE, "error_3": 0.3}, 4),  # pixel 2 against 1 and against 3, each cut in two
        ({**THREE, "error_3": 0.0}, 1),  # what ties with 0 is the edge of the map
        ({**THREE, "truth_2": True}, 0),
        # The largest of three: pixels 1 and 2 tie below error 3 without effect.
        ({**THREE, "truth_1": False, "truth_3": False}, 3),
    ],
)
def test_the_map_is_creased_where_a_tie_changes_the_weights(opened, state, creases):
    assert opened(**state, view="flat").locator(".sg-edges path").count() == creases
    folds = "[...grounds].flatMap(({ folds }) => folds).length"
    assert opened(**state).page.evaluate(folds) == creases


def test_the_corners_of_the_square_and_of_the_cube_have_the_jaccard_loss(opened):
    square = opened(view="flat").locator(".sg-marks").first.locator("text").all_text_contents()
    assert square == ["0", "1", "0.5", "1"]  # none, a miss, a false alarm, both
    figure = opened(**THREE, error_1=0.2, error_2=0.9, error_3=0.5)
    assert figure.locator(".sg-surface .sg-number").count() == 0
    corners = figure.locator(".sg-cube g")
    losses = ["0", "0.5", "0.333", "0.667", "0.5", "1", "0.667", "1"]  # pixel 1 first
    assert corners.locator("text").all_text_contents() == losses
    on_path = [i for i in range(8) if "chosen" in (corners.nth(i).get_attribute("class") or "")]
    assert on_path == [0b000, 0b010, 0b110, 0b111]


@pytest.mark.parametrize(
    ("state", "said", "unsaid"),
    [
        ({}, "times the weights 0.5 and 0.5", "tie"),
        ({"error_1": 0.6}, "pixels 1 and 2 tie: the loss has a kink here", "no kink"),
        ({"error_1": 0.6, "truth_2": True}, "tie, but their weights are the same", "a kink here"),
        ({**THREE, "error_1": 0.6, "error_3": 0.6}, "those of the order 1, 2, 3", "no kink"),
        ({"error_1": 0.0}, "The error of pixel 1 is 0, where the hinge ends", "tie"),
        ({"truth_1": False}, "The mask is empty: the largest error is the loss", "tie"),
    ],
)
def test_the_summary_names_ties_zeros_and_an_empty_mask(opened, state, said, unsaid):
    words = opened(**state).locator("figcaption").inner_text()
    assert said in words
    assert unsaid not in words


def test_nothing_overflows_at_360_pixels(opened):
    figure = opened(**THREE)
    figure.page.set_viewport_size({"width": 360, "height": 740})
    figure.page.wait_for_timeout(100)
    assert figure.page.evaluate("document.documentElement.scrollWidth") == 360


# --- copies ---


@pytest.mark.parametrize("name", ["PyTorch", "TensorFlow"])
@pytest.mark.parametrize("state", [STATES[0], STATES[8], STATES[10]], ids=link_to)
def test_copied_code_prints_the_number_on_the_page(context, opened, name, state):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    figure = opened(**state)
    assert printed_by(copied(figure, name)) == pytest.approx(
        quantities_of(figure)["loss"], rel=1e-12
    )


# --- Python ---


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("pixels", 4, "a whole number from 2 to 3"),
        ("truth_1", 1, "True or False"),
        ("error_2", 1.5, "0 or a number from 1e-100 to 1"),
        ("surface", "lovasz", "one of 'jaccard', 'dice'"),
        ("map", "dice", "one of 'lovasz', 'soft'"),
        ("view", "round", "one of 'perspective', 'flat'"),
        ("turn", 360, "a whole number from 0 to 359"),
    ],
)
def test_a_wrong_trait_names_itself_what_came_and_what_was_expected(name, value, expected):
    message = re.escape(f"{name} must be {expected}, got {value!r}")
    with pytest.raises(traitlets.TraitError, match=message):
        LovaszExplorer(**{name: value})


@pytest.mark.parametrize(
    "query",
    ["pixels=4", "pixels=2.5", "pixels=", "truth_1=1", "error_1=2", "surface=lovasz", "turn=360"],
)
def test_what_is_wrong_in_a_link_is_named_and_the_rest_followed(context, page_file, query):
    page = context.new_page()
    page.goto(f"{page_file.as_uri()}#lovasz?{query}&error_2=0.25")
    figure = page.locator("figure")
    assert f"{query.split('=')[0]} must be" in figure.locator(".sg-note").inner_text()
    assert state_of(figure) == LovaszExplorer(error_2=0.25).state


@pytest.mark.parametrize("state", STATES, ids=link_to)
def test_the_picture_in_words_has_the_loss_and_the_weights(state):
    explorer = LovaszExplorer(**state)
    expected = quantities(explorer.state)
    ranking = plots.loss_of_errors(explorer.state)
    assert ranking.loss == pytest.approx(expected["loss"], rel=1e-12)
    weights = [expected[f"weight_{i + 1}"] for i in range(explorer.pixels)]
    assert ranking.weights.tolist() == pytest.approx(weights, rel=1e-12)
    assert f"The Lovász loss is {expected['loss']:.3g}." in explorer._description()


def test_the_printed_bars_have_the_area_of_the_loss_and_the_map_its_creases():
    state = LovaszExplorer(**THREE, error_1=0.45).state
    extension, soft, bars, _ = plots.lovasz(state).axes
    areas = [bar.get_width() * bar.get_height() for bar in bars.patches]
    assert sum(areas) == pytest.approx(plots.loss_of_errors(state).loss, rel=1e-12)
    lines = [line for line in extension.lines if len(line.get_xdata()) == 2]
    assert len(lines) == 4
    assert not [line for line in soft.lines if len(line.get_xdata()) == 2]


def test_the_mime_bundle_holds_the_figure_and_a_picture():
    data, _ = LovaszExplorer(**THREE)._repr_mimebundle_()
    assert data["text/html"].startswith('<figure data-explorer="lovasz" data-state="')
    picture = base64.b64decode(data["image/png"])
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 80_000
