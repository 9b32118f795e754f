"""The explorer of overlap and false positives, in a page opened from a file."""

import base64
import io
import math
import re

import explorer_page
import pytest
import traitlets
from explorer_page import alive, copied, html_of, printed_by, write_page
from oracle_overlap import STATES, quantities
from PIL import Image

from segloss_lab import plots
from segloss_lab.explorer import OverlapExplorer

PAIR = {"second": "tversky", "overlap": 0.5, "false_positives": 0.5}
FIRST = OverlapExplorer(**PAIR).state
VIRIDIS_ENDS = {0: (68, 1, 84), 1: (253, 231, 37)}


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    return write_page(
        tmp_path_factory.mktemp("overlap"), html_of(OverlapExplorer(layout="bench", **PAIR))
    )


@pytest.fixture
def page(context, page_file):
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(page_file.as_uri())
    return page


def figure_of(page):
    return page.locator("figure[data-explorer=overlap]")


def state_of(page):
    return explorer_page.state_of(figure_of(page))


def shown_on(page):
    return explorer_page.quantities_of(figure_of(page))


def link_to(state):
    def text(value):
        return str(value).lower() if isinstance(value, bool) else value

    return "#overlap?" + "&".join(f"{name}={text(value)}" for name, value in state.items())


def open_at(page, page_file, state):
    page.goto("about:blank")
    page.goto(page_file.as_uri() + link_to(state))


def assert_true_to_reference(page):
    expected = quantities(state_of(page))
    assert shown_on(page) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def control(page, name):
    return figure_of(page).locator(f".sg-control:has([name={name}])")


def drag(page, locator, start, *places):
    """Drag over a picture from one place to others, in shares of its width and height."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    page.mouse.move(*within(box, *start))
    page.mouse.down()
    for place in places:
        page.mouse.move(*within(box, *place), steps=4)
    page.mouse.up()


def within(box, x, y):
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


@pytest.mark.parametrize("state", STATES, ids=link_to)
def test_every_result_equals_the_reference_at_the_state(page, page_file, state):
    open_at(page, page_file, state)
    assert state_of(page) == FIRST | state
    assert_true_to_reference(page)
    text = figure_of(page).inner_text()
    assert not re.search("NaN|Infinity|undefined|null", text)


def test_the_first_picture_shows_equal_losses_and_unequal_pushes(page):
    shown = shown_on(page)
    assert shown["loss"] == shown["second_loss"] == 0.5
    caption = figure_of(page).locator("figcaption").inner_text()
    assert "Dice loss is 0.5 and pulls the object 3 times as hard as it pushes the back" in caption
    assert "is 0.5 and pulls the object 19 times as hard" in caption


# --- the maps ---


def test_the_point_is_dragged_over_either_map_and_one_undo_takes_it_back(page):
    for nth in (0, 1):
        canvas = figure_of(page).locator(".sg-map canvas").nth(nth)
        drag(page, canvas, (0.5, 0.5), (0.8, 0.5), (0.8, 0.9))
        state = state_of(page)
        assert (state["overlap"], state["false_positives"]) == pytest.approx((0.8, 0.1), abs=0.011)
        assert_true_to_reference(page)
        assert point_of(page, nth) == pytest.approx(
            (state["overlap"], state["false_positives"]), abs=0.005
        )
        figure_of(page).get_by_role("button", name="Undo").click()
        assert state_of(page) == FIRST


def test_a_drag_beyond_the_plane_stops_at_its_edge(page):
    canvas = figure_of(page).locator(".sg-map canvas").first
    drag(page, canvas, (0.5, 0.5), (1.2, -0.2))
    assert [state_of(page)[name] for name in ("overlap", "false_positives")] == [1, 1]
    assert_true_to_reference(page)


def point_of(page, nth):
    """Find where on a map's plane the point stands, as shares of its axes."""
    frame = figure_of(page).locator(".sg-map").nth(nth)
    plane = frame.locator("canvas").bounding_box()
    knob = frame.locator(".sg-core").bounding_box()
    x = knob["x"] + knob["width"] / 2 - plane["x"]
    y = knob["y"] + knob["height"] / 2 - plane["y"]
    return x / plane["width"], 1 - y / plane["height"]


def test_colours_run_from_the_perfect_to_the_missed_object(page):
    canvas = figure_of(page).locator(".sg-map canvas").first
    drawn = canvas.evaluate("canvas => canvas.toDataURL().split(',')[1]")
    picture = Image.open(io.BytesIO(base64.b64decode(drawn))).convert("RGB")
    right, bottom = picture.width - 1, picture.height - 1
    assert picture.getpixel((right, bottom)) == pytest.approx(VIRIDIS_ENDS[0], abs=8)
    assert picture.getpixel((0, 0)) == pytest.approx(VIRIDIS_ENDS[1], abs=8)


def test_an_arrow_points_down_the_slopes_and_both_maps_share_their_lengths(page):
    for smooth in (0, 1000):  # the first loss becomes flat, and the second one's arrows longer
        figure_of(page).locator("input[type=number][name=smooth]").fill(str(smooth))
        state = state_of(page)
        scales = [
            arrow_scale(page, nth, quantities(at))
            for nth, at in enumerate([state, as_first(state, "tversky", "second_")])
        ]
        assert scales[0] == pytest.approx(scales[1], rel=0.02)


def arrow_scale(page, nth, expected):
    """Check where the middle one of 9 by 9 arrows points; give its length by that of the slope."""
    frame = figure_of(page).locator(".sg-map").nth(nth)
    plane = frame.locator("canvas").bounding_box()
    path = frame.locator(".sg-arrows path").last.get_attribute("d")
    arrow = re.findall(r"M([\d.,-]+)L([\d.,-]+)", path)[40]
    (x0, y0), (x1, y1) = (map(float, end.split(",")) for end in arrow)
    slope = expected["slope_overlap"], expected["slope_false_positives"]
    down = math.atan2(slope[1] * plane["height"], -slope[0] * plane["width"])
    assert math.atan2(y1 - y0, x1 - x0) == pytest.approx(down, abs=0.03)
    return math.hypot(x1 - x0, y1 - y0) / math.sqrt(math.hypot(*slope))


def as_first(state, loss, prefix):
    """Give the state in which the second loss and its options are those of the first."""
    names = [name for name in state if name.startswith(prefix)]
    return state | {"loss": loss} | {n.removeprefix(prefix): state[n] for n in names}


def test_numbers_stand_under_the_pointer(page):
    canvas = figure_of(page).locator(".sg-map canvas").first
    page.mouse.move(*within(canvas.bounding_box(), 0.25, 0.5))
    text = figure_of(page).locator(".sg-map .sg-tooltip").first.inner_text()
    overlap, false_positives, loss = map(
        float,
        re.search(r"overlap ([\d.]+), false positives ([\d.]+)\nloss ([\d.]+)", text).groups(),
    )
    at = FIRST | {"overlap": overlap, "false_positives": false_positives}
    assert (overlap, false_positives) == pytest.approx((0.25, 0.5), abs=0.01)
    assert loss == pytest.approx(quantities(at)["loss"], rel=2e-3)


def test_colours_end_where_the_bar_says(page, page_file):
    def ends(nth):
        bar = figure_of(page).locator(".sg-bar").nth(nth)
        return bar.locator(".sg-bar-name").inner_text(), [
            float(text) for text in bar.locator(".sg-bar-numbers span").all_inner_texts()
        ]

    assert ends(0) == ends(1) == ("loss", [0, 0.5, 1])
    open_at(page, page_file, {"smooth": 1, "log": True})
    assert ends(0) == ("loss; the colours end at 3", [0, 1.5, 3])
    assert ends(1) == ("loss", [0, 0.5, 1])


@pytest.mark.parametrize(("nth", "name"), [(0, "overlap"), (1, "false_positives")])
def test_dragging_in_a_slice_moves_its_own_coordinate(page, nth, name):
    chart = figure_of(page).locator(".sg-slices svg[role=img]").nth(nth)
    drag(page, chart, (0.5, 0.5), (0.85, 0.5))
    assert state_of(page)[name] > 0.75
    assert {**state_of(page), name: 0.5} == FIRST
    assert_true_to_reference(page)


# --- the view in perspective ---


def test_in_perspective_the_surfaces_are_turned_by_dragging_and_by_the_slider(page):
    figure = figure_of(page)
    assert not control(page, "turn").is_visible()
    figure.locator("select[name=view]").select_option("perspective")
    assert control(page, "turn").is_visible()
    assert figure.locator(".sg-map:visible").count() == 0
    surfaces = figure.locator(".sg-surface canvas")
    assert [surface.is_visible() for surface in surfaces.all()] == [True, True]

    figure.locator("input[type=number][name=turn]").fill("180")
    for end, further in [((0.7, 0.5), True), ((0.3, 0.5), False)]:
        before = state_of(page)["turn"], picture_of(page)
        drag(page, surfaces.first, (0.5, 0.5), end)
        assert (state_of(page)["turn"] > before[0]) is further
        assert picture_of(page) != before[1]
    turned = state_of(page)["turn"]
    figure.locator("input[type=range][name=turn]").press("ArrowRight")
    assert state_of(page)["turn"] == turned + 1


def test_a_surface_turned_past_a_full_circle_goes_on(page, page_file):
    open_at(page, page_file, {"view": "perspective", "turn": 350})
    surface = figure_of(page).locator(".sg-surface canvas").first
    drag(page, surface, (0.3, 0.5), (0.6, 0.5))
    assert 40 < state_of(page)["turn"] < 120


def test_in_perspective_the_point_moves_over_the_surface_and_the_theme_is_followed(page, page_file):
    open_at(page, page_file, {"view": "perspective"})
    pictures = [picture_of(page)]
    figure_of(page).locator("input[type=range][name=overlap]").press("PageUp")
    pictures.append(picture_of(page))
    turn = figure_of(page).locator("input[type=range][name=turn]")
    turn.press("ArrowRight")
    turn.press("ArrowLeft")
    pictures.append(picture_of(page))  # the point before the last move is no longer elsewhere
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(50)
    pictures.append(picture_of(page))
    assert len(set(pictures)) == 4
    turn.press("ArrowRight")
    turn.press("ArrowLeft")  # painted anew: all of it had followed the theme already
    assert picture_of(page) == pictures[3]


def picture_of(page):
    canvas = figure_of(page).locator(".sg-surface canvas").first
    return canvas.evaluate("canvas => canvas.toDataURL()")


# --- the controls ---


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ({"loss": "dice", "smooth": 0}, {"smooth", "eps", "squared"}),
        ({"loss": "jaccard", "smooth": 1}, {"smooth", "eps", "squared", "log"}),
        ({"loss": "tversky"}, {"smooth", "eps", "alpha", "beta", "gamma"}),
    ],
)
@pytest.mark.parametrize("prefix", ["", "second_"])
def test_only_options_that_the_loss_takes_are_shown(page, page_file, state, shown, prefix):
    named = {"second" if (prefix + n) == "second_loss" else prefix + n: state[n] for n in state}
    open_at(page, page_file, named)
    options = ["alpha", "beta", "gamma", "smooth", "eps", "squared", "log"]
    assert {n for n in options if control(page, prefix + n).is_visible()} == shown


def test_without_a_second_loss_its_map_and_options_are_gone_and_its_results_say_why(page):
    figure = figure_of(page)
    assert figure.locator(".sg-sheet:visible").count() == 2
    figure.locator("select[name=second]").select_option("none")
    assert figure.locator(".sg-sheet:visible").count() == 1
    assert figure.locator("[name^=second_]:visible").count() == 0
    assert figure.locator(".sg-slices svg[role=img]").first.locator(".sg-line").count() == 1
    missing = figure.locator("output[data-quantity=second_loss]")
    assert missing.get_attribute("data-value") is None
    assert missing.inner_text() == "none: no second loss"


def test_log_at_smooth_0_is_left_out_and_the_page_says_so(page, page_file):
    open_at(page, page_file, {"log": True, "smooth": 0, "overlap": 0})
    caption = figure_of(page).locator("figcaption")
    assert shown_on(page)["loss"] == 1
    assert "log is left out" in caption.inner_text()
    figure_of(page).locator("input[type=number][name=smooth]").fill("1")
    assert shown_on(page)["loss"] == pytest.approx(math.log(151), rel=1e-12)
    assert "log is left out" not in caption.inner_text()


def test_two_losses_of_a_kind_differ_by_dash_and_name(page, page_file):
    open_at(page, page_file, {"second": "dice", "second_smooth": 100})
    chart = figure_of(page).locator(".sg-slices svg[role=img]").first
    lines = chart.locator(".sg-line").all()
    assert len({line.get_attribute("stroke-dasharray") for line in lines}) == 2
    names = figure_of(page).locator(".sg-slices .sg-legend").first.locator("span")
    assert names.all_text_contents() == ["Dice", "Dice, second"]


@pytest.mark.parametrize("name", ["PyTorch", "TensorFlow"])
@pytest.mark.parametrize("state", [STATES[2], STATES[5]], ids=["Tversky", "log left out"])
def test_copied_code_prints_the_number_on_the_page(context, page, page_file, name, state):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_at(page, page_file, state)
    printed = printed_by(copied(figure_of(page), name))
    assert printed == pytest.approx(shown_on(page)["loss"], rel=1e-12)


@pytest.mark.parametrize("view", ["flat", "perspective"])
def test_nothing_overflows_at_360_pixels(page, page_file, view):
    page.set_viewport_size({"width": 360, "height": 740})
    open_at(page, page_file, {"view": view})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


# --- the figure ---


@pytest.fixture
def small(context, tmp_path):
    """Open a figure in its first state, of the losses given."""

    def open_at(**state):
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(write_page(tmp_path, alive(OverlapExplorer(**state))).as_uri())
        page.wait_for_timeout(100)
        return page

    return open_at


def map_of(page):
    return figure_of(page).locator(".sg-map:visible")


def arrow_at(page, selector):
    """Read an arrow at a point off the first map: its length and direction in pixels."""
    path = map_of(page).locator(selector).first.get_attribute("d")
    (x0, y0), (x1, y1) = (
        map(float, end.split(",")) for end in re.match(r"M([\d.,-]+)L([\d.,-]+)", path).groups()
    )
    return math.hypot(x1 - x0, y1 - y0), math.atan2(y1 - y0, x1 - x0)


def test_the_arrow_at_the_point_is_the_negative_gradient_on_one_scale(small):
    page = small()
    lengths = []
    for state in ({"overlap": 0.6, "false_positives": 0.2}, {"overlap": 0.3, "smooth": 50}):
        page.evaluate("hash => { location.hash = hash; }", link_to(state))
        page.wait_for_timeout(100)
        plane = map_of(page).locator("canvas").bounding_box()
        expected = quantities(state_of(page))
        slopes = expected["slope_overlap"], expected["slope_false_positives"]
        length, angle = arrow_at(page, ".sg-descent path")
        down = math.atan2(slopes[1] * plane["height"], -slopes[0] * plane["width"])
        assert angle == pytest.approx(down, abs=0.02)
        lengths.append(length / math.hypot(*slopes))
    assert lengths[0] == pytest.approx(lengths[1], rel=0.02)


def test_at_an_edge_descent_goes_along_it_and_no_further_than_the_plane(small):
    page = small(overlap=0.2, false_positives=0.0)
    _, angle = arrow_at(page, ".sg-descent path")
    assert angle == 0
    frame = map_of(page)
    page.evaluate("hash => { location.hash = hash; }", "#overlap?overlap=0.95")
    page.wait_for_timeout(100)
    plane = frame.locator("canvas").bounding_box()
    arrow = frame.locator(".sg-descent path").last.bounding_box()
    right = None if arrow is None else arrow["x"] + arrow["width"]
    assert right is None or right <= plane["x"] + plane["width"] + 2


def test_a_move_leaves_the_point_and_its_arrow_as_a_ghost_and_says_what_it_did(small):
    page = small()
    figure = figure_of(page)
    assert map_of(page).locator(".sg-ghost circle").count() == 0
    words = figure.locator(".sg-words")
    said = "At this point Dice pulls the object 2 times as hard as it pushes the background."
    assert words.inner_text() == said
    arrow = arrow_at(page, ".sg-descent path")
    place = point_of(page, 0)
    figure.get_by_role("button", name="generous").click()
    assert words.inner_text() == "The loss is the same. Pull and push are both 1.33 times weaker."
    assert arrow_at(page, ".sg-ghost path") == arrow != arrow_at(page, ".sg-descent path")
    ghost = map_of(page).locator(".sg-ghost circle").bounding_box()
    plane = map_of(page).locator("canvas").bounding_box()
    x = (ghost["x"] + ghost["width"] / 2 - plane["x"]) / plane["width"]
    assert (x, 0.2) == pytest.approx(place, abs=0.005)


def test_contours_have_their_numbers_where_they_leave_the_plane(small):
    page = small()
    frame = map_of(page)
    plane = frame.locator("canvas").bounding_box()
    found = set()
    for text in frame.locator(".sg-numbers text").all():
        box, level = text.bounding_box(), float(text.text_content())
        above = box["y"] + box["height"] <= plane["y"] + 1
        x = (box["x"] + box["width"] / 2 - plane["x"]) / plane["width"] if above else 1
        y = 1 if above else 1 - (box["y"] + box["height"] / 2 - plane["y"]) / plane["height"]
        at = state_of(page) | {"overlap": x, "false_positives": y}
        assert quantities(at)["loss"] == pytest.approx(level, abs=0.01)
        found.add(level)
    assert found == {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}


# --- Python ---


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("size", 0, "a whole number from 1 to 100000"),
        ("overlap", 1.01, "0 or a number from 1e-100 to 1"),
        ("alpha", -0.1, "0 or a number from 1e-100 to 2"),
        ("second_beta", 2.5, "0 or a number from 1e-100 to 2"),
        ("gamma", 0.0, "a number from 0.25 to 4"),
        ("smooth", float("inf"), "0 or a number from 1e-100 to 1e100"),
        ("log", 1, "True or False"),
        ("loss", "focal", "one of 'dice', 'jaccard', 'tversky'"),
        ("second", None, "one of 'none', 'dice', 'jaccard', 'tversky'"),
        ("turn", 360, "a whole number from 0 to 359"),
    ],
)
def test_a_wrong_trait_names_itself_what_came_and_what_was_expected(name, value, expected):
    message = re.escape(f"{name} must be {expected}, got {value!r}")
    with pytest.raises(traitlets.TraitError, match=message):
        OverlapExplorer(**{name: value})


@pytest.mark.parametrize("state", STATES, ids=link_to)
def test_the_picture_is_drawn_from_the_same_losses(state):
    explorer = OverlapExplorer(**PAIR | state)
    expected = quantities(explorer.state)
    names = ("loss", "gradient_object", "gradient_background")
    assert plots.loss_of_overlap(explorer.state) == pytest.approx(
        [expected[name] for name in names], rel=1e-9, abs=1e-300
    )
    axes = plots.overlap(explorer.state).axes
    assert len(axes) == (1 if state.get("second", PAIR["second"]) == "none" else 2)
    corners = axes[0].collections[0].get_array().reshape(41, 41)[::40, ::40]
    for y, row in enumerate(corners):
        for x, drawn in enumerate(row):
            at = explorer.state | {"overlap": float(x), "false_positives": float(y)}
            assert drawn == pytest.approx(quantities(at)["loss"], rel=1e-9, abs=1e-12)


def test_the_picture_has_an_arrow_where_descent_moves_the_point():
    (axes,) = plots.overlap(OverlapExplorer().state).axes
    (arrow,) = axes.texts[-1:]
    slopes = quantities(OverlapExplorer().state)
    way = [end - start for end, start in zip(arrow.xy, arrow.xyann, strict=True)]
    expected = [-0.12 * slopes[name] for name in ("slope_overlap", "slope_false_positives")]
    assert way == pytest.approx(expected, rel=1e-9)
    best = OverlapExplorer(overlap=1.0, false_positives=0.0)  # there is nowhere to go
    assert not [text for text in plots.overlap(best.state).axes[0].texts if text.get_text() == ""]


def test_the_mime_bundle_holds_the_figure_and_a_picture():
    data, _ = OverlapExplorer()._repr_mimebundle_()
    assert data["text/html"].startswith('<figure data-explorer="overlap" data-state="')
    assert 'alt="The dice loss over overlap' in data["text/html"]
    picture = base64.b64decode(data["image/png"])
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 120_000
