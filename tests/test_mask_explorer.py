"""The explorer of painted masks, in a page opened from a file."""

import base64
import io
import json
import re

import explorer_page
import numpy as np
import oracle_mask
import pytest
import traitlets
from browser import offline
from explorer_page import alive, copied, html_of, printed_by, write_page
from matplotlib.colors import to_rgba
from oracle import query
from oracle_mask import EMPTY, RING, SQUARE, STATES, masks, quantities
from PIL import Image

from segloss_lab import data, plots, reference
from segloss_lab.explorer import MaskExplorer

FIRST = MaskExplorer().state
ANOTHER_MOVE = 700  # milliseconds after which a move is no longer undone with the one before


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("mask"), html_of(MaskExplorer(layout="bench")))


@pytest.fixture(scope="module")
def figure_file(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("mask_figure"), html_of(MaskExplorer()))


@pytest.fixture
def figure_page(context, figure_file):
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(figure_file.as_uri())
    return page


@pytest.fixture
def page(context, page_file):
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(page_file.as_uri())
    return page


def open_at(page, page_file, state):
    page.goto("about:blank")
    page.goto(f"{page_file.as_uri()}#mask?{query(state)}")


def figure_of(page):
    return page.locator("figure[data-explorer=mask]")


def state_of(page):
    return explorer_page.state_of(figure_of(page))


def shown_on(page):
    return explorer_page.quantities_of(figure_of(page))


def assert_true_to_reference(page):
    assert shown_on(page) == pytest.approx(quantities(state_of(page)), rel=1e-9, abs=1e-15)


def grid_of(page):
    return figure_of(page).get_by_role("application")


def button(page, name):
    return figure_of(page).get_by_role("button", name=name, exact=True)


def drag(page, picture, *places):
    """Drag through places of a picture, shares of its width and height."""
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point)
    page.mouse.up()


def centre(row, column):
    return (column + 0.5) / 32, (row + 0.5) / 32


def drawn_in(picture, area):
    """Read which pixels lie in an area of a picture of masks."""
    inside = picture.locator(f"path.area.{area}").evaluate(
        """path => {
          const at = (i) => new DOMPoint((i % 32) + 0.5, Math.floor(i / 32) + 0.5);
          return Array.from({ length: 1024 }, (_, i) => path.isPointInFill(at(i)));
        }"""
    )
    return np.array(inside).reshape(32, 32)


def assert_drawn(picture, truth, prediction):
    for area, expected in [
        ("found", truth & prediction),
        ("missed", truth & ~prediction),
        ("alarms", prediction & ~truth),
    ]:
        np.testing.assert_array_equal(drawn_in(picture, area), expected, area)


# --- states ---


@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
def test_every_result_and_picture_equals_the_reference_at_the_state(page, page_file, state):
    open_at(page, page_file, state)
    assert state_of(page) == FIRST | state
    assert_true_to_reference(page)
    assert_drawn(grid_of(page), *masks(FIRST | state))
    assert not re.search("NaN|Infinity|undefined|null", figure_of(page).inner_text())


def test_cross_entropy_pulls_by_the_error_and_dice_pulls_all_of_the_object_alike(page):
    truth, called = masks(FIRST)
    lesion = np.zeros_like(truth)
    lesion[5:9, 23:28] = truth[5:9, 23:28]
    disc = truth & ~lesion
    assert lesion.any() and not (lesion & called).any()  # missed whole
    assert (disc & called).sum() > 0.8 * disc.sum()  # mostly found

    logits = FIRST["confidence"] * np.where(called, 1.0, -1.0)
    assert set(np.abs(logits).ravel()) == {4.0}
    entropy, dice = (
        -1024 * getattr(reference, name)(logits[None, None], truth[None, None], **options)[1][0, 0]
        for name, options in [("cross_entropy", {}), ("dice", {"smooth": 0.0})]
    )
    probabilities = 1 / (1 + np.exp(-logits))
    np.testing.assert_allclose(entropy, truth - probabilities, rtol=1e-12)  # each for itself
    assert np.abs(entropy[truth == called]).max() < np.abs(entropy[truth != called]).min() / 50
    np.testing.assert_allclose(dice[truth], dice[disc & called].mean(), rtol=1e-9)
    assert dice[truth].mean() > 0 > dice[~truth].mean()
    assert np.ptp(dice[~truth]) < 1e-12
    assert entropy[lesion].mean() / dice[lesion].mean() == pytest.approx(15, abs=0.1)


def test_the_bench_says_in_words_how_hard_the_chosen_loss_pulls(page):
    words = figure_of(page).locator("figcaption")
    assert words.inner_text() == (
        "Cross-entropy loss 0.288: 47.9% of its push lies on the object’s 170 pixels of 1024. It "
        "pulls a missed pixel 54.6 times as hard as one already found. Lovász hinge pushes up to "
        "6.13 times as hard."
    )
    figure_of(page).locator("select[name=loss]").select_option("dice")
    assert "It pulls a missed pixel no harder than one already found." in words.inner_text()
    figure_of(page).locator("select[name=loss]").select_option("lovasz_hinge")
    assert "It does not pull what is found at all." in words.inner_text()


def test_a_prediction_that_left_the_picture_or_is_none_says_so_in_numbers(page, page_file):
    open_at(page, page_file, {"truth": EMPTY, "prediction": EMPTY, "loss": "dice"})
    shown = shown_on(page)
    assert (shown["dice_score"], shown["iou"]) == (1, 1)
    missing = figure_of(page).locator("output[data-quantity=share_object]")
    assert missing.get_attribute("data-value") is None
    assert missing.inner_text() == "none: no push"
    hidden = [figure_of(page).locator(f"input[type=range][name={n}]") for n in ("shift_x", "grow")]
    assert [slider.is_visible() for slider in hidden] == [False, False]


# --- painting and dragging ---


def test_the_prediction_is_dragged_and_one_undo_takes_it_back(page):
    drag(page, grid_of(page), centre(16, 14), centre(14, 16), centre(10, 22))
    state = state_of(page)
    assert state == FIRST | {"shift_x": FIRST["shift_x"] + 8, "shift_y": -6}
    assert_true_to_reference(page)
    assert_drawn(grid_of(page), *masks(state))
    button(page, "Undo").click()
    assert state_of(page) == FIRST


def test_a_drag_stops_where_the_sliders_end(page):
    drag(page, grid_of(page), centre(2, 2), centre(31, 31))
    assert (state_of(page)["shift_x"], state_of(page)["shift_y"]) == (16, 16)


def test_painting_the_prediction_leaves_it_where_it_is_seen(page, page_file):
    open_at(page, page_file, {"grow": -1, "shift_y": -2})
    before, (truth, seen) = state_of(page), masks(state_of(page))
    figure_of(page).get_by_label("paint the prediction").check()
    drag(page, grid_of(page), centre(28, 4), centre(28, 20))
    state = state_of(page)
    moved = {name: state[name] for name in state if state[name] != before[name]}
    assert set(moved) == {"prediction", "shift_x", "shift_y", "grow"}
    assert (state["shift_x"], state["shift_y"], state["grow"]) == (0, 0, 0)
    seen[28, 4:21] = True
    np.testing.assert_array_equal(masks(state)[1], seen)
    assert_true_to_reference(page)
    assert_drawn(grid_of(page), truth, seen)


def test_a_brush_that_starts_inside_wipes_and_leaves_no_gaps(page):
    truth, prediction = masks(FIRST)
    figure_of(page).get_by_label("paint the truth").check()
    drag(page, grid_of(page), centre(18, 12), centre(10, 28))  # in one leap, past the edge
    state = state_of(page)
    assert {name for name in state if state[name] != FIRST[name]} == {"truth"}
    left = masks(state)[0]
    assert not (left & ~truth).any()
    wiped = np.argwhere(truth & ~left)
    assert [18, 12] in wiped.tolist()
    columns = np.sort(wiped[:, 1])
    np.testing.assert_array_equal(columns, np.arange(12, 12 + len(columns)))
    assert len(columns) > 5
    assert_true_to_reference(page)
    assert_drawn(grid_of(page), left, prediction)


def test_the_grid_is_painted_by_keys_which_tell_where_the_cursor_is(page):
    grid, said = grid_of(page), figure_of(page).locator(".mask-said")
    grid.focus()
    cursor = grid.locator(".mask-cursor")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    assert cursor.evaluate("node => getComputedStyle(node).visibility") == "visible"
    inner, outer = cursor.bounding_box(), grid.bounding_box()
    at = [(inner[axis] - outer[axis]) / outer["width"] * 32 for axis in "xy"]
    assert at == pytest.approx([17, 15], abs=0.1)
    assert inner["width"] / outer["width"] == pytest.approx(1 / 32, abs=1e-3)
    assert said.inner_text() == "Cursor at row 16, column 18: found"
    page.keyboard.press("Space")
    assert said.inner_text() == "Cursor at row 16, column 18: missed"
    assert not masks(state_of(page))[1][15, 17]
    assert_true_to_reference(page)
    page.keyboard.press("Enter")
    assert masks(state_of(page))[1][15, 17]
    figure_of(page).get_by_label("paint the truth").check()
    grid.focus()
    page.keyboard.press("Space")
    assert said.inner_text() == "Cursor at row 16, column 18: false alarm"
    assert not masks(state_of(page))[0][15, 17]
    page.keyboard.press("Control+z")
    assert masks(state_of(page))[0][15, 17]


def test_the_cursor_stays_in_the_picture(page):
    grid_of(page).focus()
    for key in ["ArrowLeft"] * 20 + ["ArrowUp"] * 20:
        page.keyboard.press(key)
    assert "row 1, column 1:" in figure_of(page).locator(".mask-said").inner_text()


def test_masks_are_told_to_those_who_do_not_see_them(page):
    label = grid_of(page).get_attribute("aria-label")
    assert "131 found, 39 missed, 30 false alarms" in label
    push = figure_of(page).locator(".mask-frame canvas")
    assert "missed 0.982" in push.get_attribute("aria-label")
    figure_of(page).locator("select[name=loss]").select_option("dice")
    label = push.get_attribute("aria-label")
    assert "shown 15 times stronger" in label and "missed 0.0656" in label
    button(page, "Empty").click()
    assert "0 found, 0 missed, 9 false alarms" in grid_of(page).get_attribute("aria-label")


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("Tiny lesion", 9),
        ("Two objects", 142),
        ("Empty", 0),
        ("Ring", 204),
        ("Disc", 196),
    ],
)
def test_a_preset_starts_from_other_masks_and_blob_and_lesion_leads_back(page, name, pixels):
    drag(page, grid_of(page), centre(16, 14), centre(10, 14))
    button(page, name).click()
    state = state_of(page)
    assert masks(state)[0].sum() == pixels
    assert (state["shift_y"], state["grow"]) == (0, 0)
    assert_true_to_reference(page)
    button(page, "Blob and lesion").click()
    assert state_of(page) == FIRST


# --- the push ---


def test_the_push_map_is_red_where_logits_rise_and_blue_where_they_fall(page, page_file):
    open_at(page, page_file, {"loss": "cross_entropy", "prediction": RING})
    state = state_of(page)
    truth, prediction = masks(state)
    logits = np.where(prediction, 1.0, -1.0)[None, None] * state["confidence"]
    push = -reference.cross_entropy(logits, truth[None, None])[1][0, 0]
    colours = colours_of(page)
    red, _, blue, alpha = np.moveaxis(colours, -1, 0)
    strong = np.abs(push) > np.abs(push).max() / 2
    np.testing.assert_array_equal(np.sign(red - blue)[strong], np.sign(push)[strong])
    assert (alpha == 255).all()
    assert colours[push == push.max()][0].tolist() == pytest.approx([0x67, 0, 0x1F, 255], abs=5)
    scale = figure_of(page).locator(".mask-scale").inner_text()
    assert scale.split("\n") == [
        "−1",
        "0",
        "1",
        "lowers the logit",
        "raises it",
    ]


def test_without_a_push_the_map_is_neutral_and_its_scale_has_no_ends(page, page_file):
    open_at(page, page_file, {"truth": EMPTY, "prediction": SQUARE, "loss": "dice"})
    colours = colours_of(page)
    assert (np.abs(colours[..., :3] - 0xF7) <= 1).all()
    assert figure_of(page).locator(".mask-scale").inner_text().split("\n")[:1] == ["0"]
    assert "it pushes no logit" in figure_of(page).locator("figcaption").inner_text()


def colours_of(page):
    canvas = figure_of(page).locator(".mask-frame canvas")
    data = canvas.evaluate(
        "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, 32, 32).data)"
    )
    return np.array(data).reshape(32, 32, 4).astype(int)


@pytest.mark.parametrize("nth", [0, 1])
def test_numbers_stand_under_the_pointer(page, nth):
    frame = figure_of(page).locator(".mask-frame").nth(nth)
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    x, y = centre(6, 25)
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    text = frame.locator(".sg-tooltip").inner_text().split("\n")
    assert text == ["row 7, column 26: missed", "logit −4", "push 0.982"]


@pytest.mark.parametrize(
    ("state", "how"),
    [
        ({"loss": "cross_entropy"}, None),
        ({"loss": "cross_entropy", "confidence": 0.0}, None),
        ({"loss": "dice"}, "stronger"),
        ({"loss": "dice", "confidence": 10.0}, "stronger"),
        ({"loss": "lovasz_hinge"}, "weaker"),
    ],
)
def test_maps_have_one_scale_or_say_by_what_factor_they_are_off_it(page, page_file, state, how):
    open_at(page, page_file, state)
    push = push_of(state).ravel()
    scale = figure_of(page).locator(".mask-scale").inner_text().split("\n")
    low, high = (read_number(scale[at]) for at in (0, 2))
    assert low == -high
    said = figure_of(page).locator(".mask-factor").inner_text()
    if how is None:
        assert (said, high) == ("", 1)
    else:
        factor = float(re.fullmatch(f"shown ([0-9.]+) times {how}", said)[1])
        assert factor == pytest.approx(1 / high if how == "stronger" else high, rel=5e-3)
        assert np.abs(push).max() / high == pytest.approx(1, abs=0.06)
    colours = colours_of(page)
    warmth = (colours[..., 0] - colours[..., 2]).ravel()  # grows with the push near its middle
    order = np.argsort(push)
    assert (np.diff(warmth[order][np.abs(push[order]) < 0.6 * high]) >= 0).all()


def read_number(text):
    """Read what the page writes for people."""
    text = text.replace("−", "-").replace(" × 10", "e")
    return float(text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))


def push_of(state):
    explorer = MaskExplorer(**state)
    return -1024 * plots.loss_of_mask(explorer.state)[1]


# --- the figure ---


def states_of(page):
    return figure_of(page).locator(".sg-states button")


def bar_of(page, part):
    return figure_of(page).locator(".sg-bars-row").nth(["missed", "found"].index(part))


def end_of(page, part, what):
    """Read where a bar ends on its scale, or the tick that stands where it ended before."""
    row = bar_of(page, part)
    inner, outer = (row.locator(f".sg-bars-{name}").bounding_box() for name in (what, "track"))
    if inner is None:
        return None
    end = inner["x"] + inner["width"] / (2 if what == "ghost" else 1)
    return (end - outer["x"]) / outer["width"]


def test_the_figure_has_two_maps_two_losses_and_three_numbers(figure_page):
    page = figure_page
    assert states_of(page).all_inner_texts() == ["cross-entropy", "Dice"]
    names = [out.get_attribute("data-quantity") for out in visible(page, "output")]
    assert names == ["push_missed", "push_found", "loss"]
    controls = visible(page, "input[type=range], select")
    assert [control.get_attribute("name") for control in controls] == ["loss", "confidence"]
    assert len(visible(page, ".mask-frame")) == 2
    expected = quantities(FIRST)
    shown = shown_on(page)
    assert shown == pytest.approx({name: expected[name] for name in shown}, rel=1e-9)
    assert figure_of(page).bounding_box()["height"] <= 640


def visible(page, selector):
    return [node for node in figure_of(page).locator(selector).all() if node.is_visible()]


def test_pressing_dice_shows_equal_pulls_and_says_what_they_were(figure_page):
    page = figure_page
    assert "pulls a missed pixel 54.6 times as hard" in words_of(page)
    assert end_of(page, "missed", "fill") == pytest.approx(0.982, abs=0.01)
    assert end_of(page, "missed", "ghost") is None
    states_of(page).nth(1).click()
    assert words_of(page) == (
        "The pull on a missed pixel is 15 times weaker than cross-entropy’s. Dice pulls a missed "
        "pixel no harder than one already found."
    )
    texts = [node.inner_text() for node in visible(page, ".sg-first .sg-result")]
    assert [" ".join(text.split()[-3:]) for text in texts] == [
        "0.0656 was 0.982",
        "0.0656 was 0.018",
        "0.247 was 0.288",
    ]
    for part, was in [("missed", 0.982), ("found", 0.018)]:
        assert end_of(page, part, "fill") == pytest.approx(0.0656, abs=0.003)
        assert end_of(page, part, "ghost") == pytest.approx(was, abs=0.003)
    assert figure_of(page).locator(".mask-factor").inner_text() == "shown 15 times stronger"
    colours = colours_of(page)[..., :3]
    truth = masks(FIRST)[0]
    assert len(np.unique(colours[truth], axis=0)) == len(np.unique(colours[~truth], axis=0)) == 1


def words_of(page):
    return figure_of(page).locator(".sg-words").inner_text()


def test_a_pull_beyond_the_scale_says_how_large_it_is(figure_page):
    page = figure_page
    figure_of(page).locator("select[name=loss]").select_option("lovasz_hinge")
    # Torn off, and its end 8 pixels beyond the scale's.
    track = bar_of(page, "missed").locator(".sg-bars-track").bounding_box()["width"]
    assert end_of(page, "missed", "fill") == pytest.approx(1 + 8 / track, abs=0.003)
    pull = quantities(FIRST | {"loss": "lovasz_hinge"})["push_missed"]
    assert bar_of(page, "missed").locator(".sg-bars-value").inner_text() == f"{pull:.3g}"
    (beyond, nothing) = (
        bar_of(page, part).locator(".sg-bars-beyond") for part in ("missed", "found")
    )
    assert beyond.inner_text() == f"{pull:.3g} times the scale"
    assert nothing.inner_text() == ""


def test_the_prediction_of_the_figure_is_dragged_and_leaves_its_outline(figure_page):
    page = figure_page
    picture = figure_of(page).locator(".mask-frame[role=img]")
    ghost = picture.locator("path.before")
    assert not ghost.get_attribute("d")
    outline = picture.locator("path.prediction").get_attribute("d")
    drag(page, picture, centre(16, 14), centre(18, 8))
    state = state_of(page)
    assert state == FIRST | {"shift_x": FIRST["shift_x"] - 6, "shift_y": 2}
    assert_drawn(picture, *masks(state))
    assert ghost.get_attribute("d") == outline
    expected = quantities(state)
    shown = shown_on(page)
    assert shown == pytest.approx({name: expected[name] for name in shown}, rel=1e-9)


def test_an_object_without_a_missed_pixel_has_no_pull_on_one(context, figure_file):
    page = context.new_page()
    state = {"truth": SQUARE, "prediction": SQUARE, "shift_x": 0}
    page.goto(f"{figure_file.as_uri()}#mask?{query(state)}")
    missing = figure_of(page).locator("output[data-quantity=push_missed]")
    assert missing.get_attribute("data-value") is None
    assert missing.inner_text() == "none is missed"
    assert bar_of(page, "missed").inner_text().split() == ["missed", "none"]
    label = figure_of(page).locator(".sg-bars").get_attribute("aria-label")
    assert label.startswith("Pull on one pixel: missed none, ")
    assert words_of(page).startswith("Cross-entropy loss 0.0181: ")


def test_the_bench_fits_its_window(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_timeout(100)
    assert figure_of(page).bounding_box()["height"] <= 900
    figure_of(page).locator("select[name=loss]").select_option("dice")  # now with what was before
    assert figure_of(page).bounding_box()["height"] <= 900


# --- the picture beneath ---

SCENE = data.scene("two_sizes", large=1200, small=130)
PICTURED = {"truth": SCENE.mask, "prediction": SCENE.prediction > 0.5, "image": SCENE.image}
SCENE_MASKS = masks(MaskExplorer(**PICTURED).state)


@pytest.fixture(scope="module")
def pictured_file(tmp_path_factory):
    figures = [alive(MaskExplorer(layout=layout, **PICTURED)) for layout in ("figure", "bench")]
    return write_page(tmp_path_factory.mktemp("pictured"), *figures)


@pytest.fixture
def pictured(context, pictured_file):
    return explorer_page.opened_page(context, pictured_file.as_uri())


def pixels_beneath(figure):
    """Read the only picture of a figure, which lies in its first map."""
    (href,) = figure.locator("image").evaluate_all("all => all.map((one) => one.href.baseVal)")
    assert figure.locator(".mask-frame").first.locator("image").count() == 1
    return read_png(href.removeprefix("data:image/png;base64,"))


def read_png(text):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


def test_the_pixels_of_the_picture_lie_beneath_the_masks(pictured):
    for layout in ("figure", "bench"):
        seen = pixels_beneath(explorer_page.figure_of(pictured, layout))
        np.testing.assert_array_equal(seen, np.rint(255 * SCENE.image))


def test_without_a_picture_there_is_none(page, figure_page):
    assert [figure_of(each).locator("image").count() for each in (page, figure_page)] == [0, 0]
    assert figure_of(page).locator(".mask-frame .grid").first.get_attribute("d")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_shows_where_nothing_is_and_through_what_is_found(
    browser, pictured_file, scheme
):
    with offline(browser, color_scheme=scheme) as (context, _):
        page = explorer_page.opened_page(context, pictured_file.as_uri())
        frame = explorer_page.figure_of(page).locator(".mask-frame").first
        page.wait_for_timeout(100)
        shot = Image.open(io.BytesIO(frame.screenshot())).convert("RGB").resize((320, 320))
    drawn = np.asarray(shot, dtype=float)[5::10, 5::10]  # the middle of every pixel
    grey = Image.fromarray(np.rint(255 * SCENE.image).astype(np.uint8)).resize((320, 320))
    grey = np.asarray(grey, dtype=float)[5::10, 5::10]
    truth, called = SCENE_MASKS
    inside = np.zeros_like(truth)
    inside[1:-1, 1:-1] = True
    nothing, found = ~truth & ~called & inside, truth & called
    assert np.abs(drawn - grey[..., None])[nothing].max() < 30
    assert np.corrcoef(drawn[nothing].mean(axis=1), grey[nothing])[0, 1] > 0.97
    assert np.corrcoef(drawn[found].mean(axis=1), grey[found])[0, 1] > 0.9
    red, green, blue = drawn[found].T
    assert (green > red + 20).all() and (green > blue).all()
    # A miss is hatched in the blue of the truth, a false alarm in the prediction's vermillion.
    assert (drawn[truth & ~called] @ [-1, 0, 1] > 10).all()
    assert (drawn[called & ~truth] @ [1, 0, -1] > 10).all()


def test_the_picture_is_no_part_of_the_state_and_survives_links_and_a_reload(pictured):
    figure = explorer_page.open_at(pictured, loss="dice", confidence=6)
    state = MaskExplorer(**PICTURED).state | {"loss": "dice", "confidence": 6}
    assert explorer_page.state_of(figure) == state
    figure.locator("select[name=loss]").select_option("focal")
    pictured.wait_for_function("location.hash.includes('loss=focal')")
    link = pictured.url.partition("#")[2]
    assert re.findall("([a-z_0-9]+)=", link) == list(json.loads(figure.get_attribute("data-state")))
    pictured.reload()
    assert explorer_page.state_of(figure) == state | {"loss": "focal"}
    np.testing.assert_array_equal(pixels_beneath(figure), np.rint(255 * SCENE.image))


def test_painting_leaves_the_picture_as_it_is(pictured):
    bench = explorer_page.figure_of(pictured, "bench")
    bench.get_by_label("paint the truth").check()
    grid = bench.get_by_role("application")
    drag(pictured, grid, centre(28, 4), centre(28, 20))
    truth = SCENE_MASKS[0].copy()
    truth[28, 4:21] = True
    np.testing.assert_array_equal(masks(explorer_page.state_of(bench))[0], truth)
    assert_drawn(grid, truth, SCENE_MASKS[1])
    np.testing.assert_array_equal(pixels_beneath(bench), np.rint(255 * SCENE.image))


def test_a_drag_over_the_picture_leaves_the_outline_of_before(pictured):
    figure = explorer_page.figure_of(pictured)
    edges = figure.locator(".mask-frame").first.locator(".mask-edges path")
    drag(pictured, figure.locator(".mask-frame").first, centre(16, 14), centre(16, 20))
    halo, *lines = edges.evaluate_all("all => all.map((one) => one.getAttribute('d'))")
    assert len(lines) == 3 and all(lines)
    assert halo == "".join(lines)


def test_a_notebook_that_gives_another_picture_shows_it_at_the_same_state(pictured):
    other = MaskExplorer(image=1 - SCENE.image)
    values = {**MaskExplorer(**PICTURED).state, "kind": "mask", "scene": None, "layout": "figure"}
    shown = pictured.evaluate(
        """([values, other]) => {
          const heard = {};
          const model = {
            get: (name) => values[name], set: (name, value) => { values[name] = value; },
            on(name, act) { (heard[name] ??= []).push(act); }, off() {}, save_changes() {},
          };
          const el = document.body.appendChild(document.createElement("div"));
          segloss.widget.render({ model, el });
          const before = el.querySelectorAll("image").length;
          const loss = el.querySelector("select[name=loss]");
          loss.value = "dice";
          loss.dispatchEvent(new Event("change", { bubbles: true }));
          values.scene = other;
          for (const act of heard["change:scene"]) act();
          const [image] = el.querySelectorAll("image");
          const { state } = el.querySelector("figure").dataset;
          return [before, image.href.baseVal.split(",")[1], JSON.parse(state).loss];
        }""",
        [values, other.scene],
    )
    assert shown == [0, other.scene, "dice"]


# --- the table ---


def test_the_chosen_row_follows_the_select_and_a_name_chooses(page):
    table = figure_of(page).locator(".mask-losses")
    figure_of(page).locator("select[name=loss]").select_option("tversky")
    assert table.locator("tr.chosen button").all_inner_texts() == ["Tversky"]
    table.get_by_role("button", name="Lovász hinge").click()
    assert state_of(page) == FIRST | {"loss": "lovasz_hinge"}
    assert table.locator("tr.chosen button").all_inner_texts() == ["Lovász hinge"]
    pressed = table.locator("button[aria-pressed=true]").all_inner_texts()
    assert pressed == ["Lovász hinge"]
    assert figure_of(page).locator("select[name=loss]").input_value() == "lovasz_hinge"
    assert_true_to_reference(page)


def test_equal_losses_share_a_rank(page):
    shown = shown_on(page)
    assert shown["rank_dice"] == shown["rank_generalized_dice"] == 6
    ranks = sorted(value for name, value in shown.items() if name.startswith("rank_"))
    assert ranks == [1, 2, 3, 4, 5, 6, 6, 8]


# --- descent ---


def test_small_pictures_show_the_masks_of_the_steps(page, page_file):
    state = FIRST | {"step": 12, "loss": "focal", "rate": 0.3}
    open_at(page, page_file, state)
    truth, prediction = masks(state)
    logits = state["confidence"] * np.where(prediction, 1.0, -1.0)
    settings = ("rule", "rate", "smooth", "eps", "alpha", "beta", "gamma")
    for slot in (1, 2, 3, 4):
        end = oracle_mask.descend(
            *(state[f"descent_{slot}"], logits.tobytes(), truth.tobytes()),
            *(tuple((name, state[name]) for name in settings), 12),
        )
        tile = figure_of(page).locator(".mask-tile svg[role=img]").nth(slot - 1)
        assert_drawn(tile, truth, np.frombuffer(end).reshape(32, 32) > 0)
        assert "Mask after 12 steps under" in tile.get_attribute("aria-label")


def test_nothing_plays_by_itself_and_play_is_one_undo(page):
    page.wait_for_timeout(300)
    assert state_of(page) == FIRST
    button(page, "Play").click()
    page.wait_for_timeout(400)
    assert figure_of(page).get_attribute("aria-busy") == "true"
    button(page, "Pause").click()
    state = state_of(page)
    assert state["step"] > FIRST["step"] + 5
    assert state | {"step": 20} == FIRST
    assert_true_to_reference(page)
    page.wait_for_timeout(200)
    assert state_of(page) == state
    assert figure_of(page).get_attribute("aria-busy") == "false"
    button(page, "Undo").click()
    assert state_of(page) == FIRST


def test_a_play_whose_frames_are_late_is_one_undo_all_the_same(page):
    button(page, "Play").click()
    for _ in range(2):
        page.wait_for_timeout(100)
        page.evaluate(
            "() => { const end = performance.now() + 800; while (performance.now() < end); }"
        )
    page.wait_for_timeout(100)
    button(page, "Pause").click()
    assert state_of(page)["step"] > FIRST["step"]
    button(page, "Undo").click()
    assert state_of(page) == FIRST


def test_play_ends_at_the_last_step_and_then_starts_anew(page, page_file):
    open_at(page, page_file, {"step": 495})
    button(page, "Play").click()
    button(page, "Play").wait_for()
    assert state_of(page)["step"] == 500
    button(page, "Play").click()
    page.wait_for_timeout(200)
    button(page, "Pause").click()
    assert 0 < state_of(page)["step"] < 400


def test_undo_stops_the_play(page):
    button(page, "Play").click()
    page.wait_for_timeout(150)
    button(page, "Undo").hover()
    page.mouse.down()
    page.wait_for_timeout(150)  # it plays on under the finger, as a part of the same move
    page.mouse.up()
    button(page, "Play").wait_for()
    page.wait_for_timeout(150)
    assert state_of(page) == FIRST


def test_those_who_want_no_motion_get_long_strides(browser, page_file):
    with offline(browser, reduced_motion="reduce") as (context, _):
        page = context.new_page()
        page.goto(page_file.as_uri())
        seen = page.evaluate(
            """async () => {
              const figure = document.querySelector("figure");
              const steps = [];
              new MutationObserver(() => steps.push(JSON.parse(figure.dataset.state).step))
                .observe(figure, { attributeFilter: ["data-state"] });
              [...figure.querySelectorAll("button")].find((b) => b.textContent === "Play").click();
              await new Promise((resolve) => { setTimeout(resolve, 1100); });
              return steps;
            }"""
        )
        assert seen == [45, 70]


def test_steps_are_taken_one_by_one_and_back(page, page_file):
    button(page, "One step").click()
    assert state_of(page) == FIRST | {"step": 21}
    button(page, "Back to the start").click()
    assert state_of(page) == FIRST | {"step": 0}
    shown = shown_on(page)
    assert {shown[f"iou_{slot}"] for slot in (1, 2, 3, 4)} == {shown["iou"]}
    open_at(page, page_file, {"step": 500})
    assert button(page, "One step").get_attribute("aria-disabled") == "true"
    button(page, "One step").press("Enter")
    assert state_of(page)["step"] == 500


def test_the_step_is_dragged_in_the_chart(page):
    chart = figure_of(page).locator(".mask-descents .sg-frame svg")
    drag(page, chart, (0.3, 0.5), (0.6, 0.5))
    state = state_of(page)
    assert 45 < state["step"] < 95
    assert state | {"step": 20} == FIRST
    assert_true_to_reference(page)


def test_the_chart_holds_the_scores_of_all_steps(page):
    chart = figure_of(page).locator(".mask-descents .sg-frame")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    for share in (0.2, 0.5, 0.9):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        name, step, iou = chart.locator(".sg-tooltip").inner_text().split("\n")
        at = FIRST | {"step": int(step.removeprefix("step "))}
        slot = {"Dice": 1, "cross-entropy": 2, "Tversky": 3, "Lovász hinge": 4}[name]
        expected = quantities(at)[f"iou_{slot}"]
        assert float(iou.removeprefix("IoU ")) == pytest.approx(expected, abs=6e-4)


def test_an_empty_slot_has_no_numbers_and_no_curve(page, page_file):
    curves = figure_of(page).locator(".mask-descents .sg-line")
    assert curves.count() == 4 + 4  # and as many swatches
    figure_of(page).locator("select[name=descent_3]").select_option("none")
    curves.nth(6).wait_for(state="detached")  # the chart may lag a move
    assert curves.count() == 3 + 3
    for name in ("iou_3", "descent_loss_3"):
        output = figure_of(page).locator(f"output[data-quantity={name}]")
        assert output.get_attribute("data-value") is None
        assert output.text_content() == "no loss chosen"
    assert_true_to_reference(page)


def test_one_loss_in_two_slots_differs_by_its_dash(page, page_file):
    open_at(page, page_file, {"descent_2": "dice"})
    lines = figure_of(page).locator(".mask-descents .sg-curves .sg-line").all()
    dashes = [line.get_attribute("stroke-dasharray") for line in lines[:2]]
    assert dashes == [None, "2 3"]


def test_500_steps_of_four_losses_take_less_than_300_milliseconds(page):
    took = page.evaluate(
        """() => {
          const figure = document.querySelector("figure");
          const field = (name) => figure.querySelector(`input[type=number][name=${name}]`);
          const set = (name, value) => {
            field(name).value = value;
            field(name).dispatchEvent(new Event("input"));
          };
          set("step", 500);
          const start = performance.now();
          set("rate", 0.1);
          return performance.now() - start;
        }"""
    )
    assert state_of(page)["step"] == 500
    assert took < 300


# --- code and layout ---


@pytest.mark.parametrize("name", ["PyTorch", "TensorFlow"])
@pytest.mark.parametrize("state", [STATES[3], STATES[12]], ids=["moved", "compound"])
def test_copied_code_prints_the_number_on_the_page(context, page, page_file, name, state):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_at(page, page_file, state)
    printed = printed_by(copied(figure_of(page), name))
    assert printed == pytest.approx(shown_on(page)["loss"], rel=1e-12)


@pytest.mark.parametrize("state", [{}, {"descent_3": "none", "step": 500}])
def test_nothing_overflows_at_360_pixels(page, page_file, state):
    page.set_viewport_size({"width": 360, "height": 740})
    open_at(page, page_file, state)
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


# --- Python ---


def test_an_array_of_any_size_becomes_32_by_32_by_area():
    large = np.zeros((96, 50))
    large[:48, 25:] = 1
    explorer = MaskExplorer(truth=large, prediction=large.astype(bool))
    expected = np.zeros((32, 32), bool)
    expected[:16, 16:] = True
    np.testing.assert_array_equal(explorer.target, expected[None, None])
    assert explorer.truth == explorer.prediction == "0000ffff" * 16 + "0" * 128
    thirds = np.zeros((96, 96), np.uint8)
    thirds[:5] = 1  # two thirds of the second row
    thirds[95] = 1  # a third of the last
    assert MaskExplorer(truth=thirds).target[0, 0, :, 0].nonzero()[0].tolist() == [0, 1]


@pytest.mark.parametrize("size", [(32, 32), (1, 1), (64, 32), (7, 33)])
def test_a_full_mask_of_any_size_stays_full(size):
    assert MaskExplorer(truth=np.ones(size, bool)).truth == "f" * 256


def test_a_given_prediction_is_not_shifted_unless_told():
    ring = np.zeros((32, 32), bool)
    ring[8:12, 8:24] = True
    assert MaskExplorer(prediction=ring).shift_x == 0
    assert MaskExplorer(prediction=ring, shift_x=3).shift_x == 3
    assert MaskExplorer(truth=ring).shift_x == FIRST["shift_x"] == 2


def test_arrays_of_the_state_give_the_number_on_the_page():
    explorer = MaskExplorer(**STATES[3], loss="jaccard", smooth=2.0)
    assert explorer.target.shape == explorer.logits.shape == (1, 1, 32, 32)
    value, _ = reference.jaccard(explorer.logits, explorer.target, smooth=2.0)
    assert value == pytest.approx(quantities(explorer.state)["loss"], rel=1e-12)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        (
            "truth",
            np.ones((1, 32, 32)),
            "an array (H, W) of bool or 0 and 1.*, got shape (1, 32, 32)",
        ),
        ("prediction", np.array([[0, 255]]), "got a mask of 0 and 255: divide it by 255"),
        ("truth", np.array([[0, 0.5]]), "got the value 0.5"),
        ("truth", np.array([[0, np.nan]]), "got the value nan"),
        ("truth", np.zeros((0, 4)), "got shape (0, 4)"),
        ("prediction", np.array([["a"]]), "got dtype <U1"),
        ("truth", "ff", "256 hexadecimal digits, got 2 digits"),
        ("truth", "x" * 256, "256 hexadecimal digits, got other letters"),
        ("shift_x", 17, "a whole number from -16 to 16, got 17"),
        ("grow", -6, "a whole number from -5 to 5, got -6"),
        ("confidence", 10.5, "0 or a number from 1e-100 to 10, got 10.5"),
        ("descent_1", "none", "got 'none'"),
        ("rate", 0.0, "a number from 0.1 to 10, got 0.0"),
        ("step", 501, "a whole number from 0 to 500, got 501"),
        ("smooth", float("inf"), "0 or a number from 1e-100 to 1e100, got inf"),
        ("rule", "adam", "one of 'gradient', 'normalised', got 'adam'"),
    ],
)
def test_a_wrong_trait_names_itself_what_came_and_what_was_expected(name, value, expected):
    message = re.escape(expected).replace(r"\.\*", ".*")
    with pytest.raises(traitlets.TraitError, match=f"^{name} must be .*{message}"):
        MaskExplorer(**{name: value})


def test_a_picture_is_kept_in_8_bits_beside_the_state():
    explorer = MaskExplorer(image=np.array([[0, 0.5, 1.0], [0.25, 0.2499, 0.0]]))
    expected = [[0, 128, 255], [64, 64, 0]]
    assert explorer.image.dtype == np.uint8
    assert explorer.image.tolist() == read_png(explorer.scene).tolist() == expected
    assert explorer.state == FIRST
    explorer.image = np.uint8([[7, 255]])
    assert explorer.image.tolist() == read_png(explorer.scene).tolist() == [[7, 255]]
    explorer.image = None
    assert (explorer.image, explorer.scene) == (None, None)
    assert "data-scene" not in explorer._figure("")


def test_a_large_picture_is_handed_over_in_256_pixels():
    large = np.zeros((300, 512))
    large[:, 256:] = 1
    seen = MaskExplorer(image=large).image
    assert seen.shape == (150, 256)
    assert (seen[:, :120] == 0).all() and (seen[:, 136:] == 255).all()


@pytest.mark.parametrize(
    ("value", "came"),
    [
        (np.zeros((8, 8, 3)), "shape (8, 8, 3)"),
        (np.zeros((1, 8, 8), np.uint8), "shape (1, 8, 8)"),
        (np.zeros((0, 8)), "shape (0, 8)"),
        (np.array([[0, np.nan]]), "the value nan"),
        (np.array([[0, np.inf]]), "the value inf"),
        (np.array([[0, 1.5]]), "the value 1.5"),
        (np.array([[0.5, -0.1]]), "the value -0.1"),
        (np.array([[0, 255]]), "dtype int64"),
        (np.zeros((8, 8), bool), "dtype bool"),
        (np.array([["a"]]), "dtype <U1"),
    ],
)
def test_what_is_no_grey_picture_is_refused(value, came):
    expected = "an array (H, W) of floats from 0 to 1 or of uint8, or None"
    with pytest.raises(traitlets.TraitError) as caught:
        MaskExplorer(image=value)
    assert str(caught.value) == f"image must be {expected}, got {came}"


def test_the_printed_picture_has_the_grey_one_beneath_and_both_outlines():
    explorer = MaskExplorer(**PICTURED)
    axes = explorer._picture().axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), explorer.image)
    assert axes.images[0].get_extent() == [-0.5, 31.5, 31.5, -0.5]
    drawn = [tuple(edge) for part in axes.collections for edge in part.get_edgecolor()]
    for role in ("truth", "prediction"):
        assert to_rgba(plots.PALETTE["roles"][role]) in drawn
    full = MaskExplorer(truth=np.ones((4, 4)), prediction=np.zeros((4, 4)), image=SCENE.image)
    assert full._picture().axes[0].images[0].get_array().shape == SCENE.image.shape
    assert "which share 94 over a grey picture" in explorer._description()


@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
def test_the_picture_is_drawn_from_the_same_masks_and_loss(state):
    explorer = MaskExplorer(**state)
    expected = quantities(explorer.state)
    value, gradient = plots.loss_of_mask(explorer.state)
    assert value == pytest.approx(expected["loss"], rel=1e-12)
    largest = 1024 * np.abs(gradient).max()
    assert largest == pytest.approx(expected["push_largest"], rel=1e-12)
    for mask, own in zip(plots.masks_of(explorer.state), masks(explorer.state), strict=True):
        np.testing.assert_array_equal(mask, own)
    pushes = plots.mask(explorer.state).axes[1].images[0].get_array()
    np.testing.assert_array_equal(pushes, -1024 * gradient)
    names, pulls = ("push_missed", "push_found"), plots.pulls_of_mask(explorer.state)
    for name, pull in zip(names, pulls, strict=True):
        assert (pull is None) is (name not in expected)
        assert pull is None or pull == pytest.approx(expected[name], rel=1e-9, abs=1e-15)


def test_the_mime_bundle_holds_the_figure_and_a_picture():
    data, _ = MaskExplorer()._repr_mimebundle_()
    assert data["text/html"].startswith('<figure data-explorer="mask" data-state="')
    assert 'alt="A true mask of 170 pixels and a prediction of 161' in data["text/html"]
    picture = base64.b64decode(data["image/png"])
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 60_000
