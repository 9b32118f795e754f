"""The explorer of the crowd, in a page opened from a file."""

import base64
import io
import re

import numpy as np
import pytest
import traitlets
from explorer_page import copied, html_of, printed_by, quantities_of, state_of, write_page
from oracle_crowd import STATES, quantities
from PIL import Image

from segloss_lab import plots
from segloss_lab.explorer import CrowdExplorer


@pytest.fixture(scope="module")
def page_files(tmp_path_factory):
    """Write a page of a bench, one of a figure, and one of a figure of cross-entropy."""
    folder = tmp_path_factory.mktemp("crowd")
    explorers = {
        "bench": CrowdExplorer(layout="bench"),
        "figure": CrowdExplorer(),
        "weight": CrowdExplorer(loss="cross_entropy"),
    }
    return {
        name: write_page(folder, html_of(explorer), name=f"{name}.html")
        for name, explorer in explorers.items()
    }


@pytest.fixture
def opened(context, page_files):
    """Open a page at a part of a state, and give its figure."""

    def open_at(which="bench", **state):
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(page_files[which].as_uri() + link_to(state))
        page.wait_for_timeout(100)  # the pictures are drawn once they have a width
        return page.locator("figure[data-explorer=crowd]")

    return open_at


def link_to(state):
    return "#crowd?" + "&".join(f"{name}={value}" for name, value in state.items())


def press(figure, name):
    figure.get_by_role("button", name=name, exact=True).click()


def bars_of(figure, which="fill"):
    """Read how far each bar, or its tick, reaches, in the units of the axis, or that it is torn."""
    end = ends_of(figure)[-1]
    reach = []
    for track in figure.locator(".sg-bars-track").all():
        part, whole = track.locator(f".sg-bars-{which}"), track.bounding_box()
        if not part.evaluate("node => node.hidden"):
            share = part.evaluate("({ style }) => parseFloat(style.width || style.left)") / 100
            box = part.bounding_box()
            over = box["x"] + box["width"] - whole["x"] - whole["width"]
            assert over == pytest.approx(whole["width"] * (share - 1), abs=1.5) or over > 5
            reach.append("torn" if over > 5 else share * end)
    return reach


def ends_of(figure):
    """Read the numbers of the bars' axis; they stand under its start, its middle and its end."""
    ticks = figure.locator(".sg-bars-axis span").all()
    track = figure.locator(".sg-bars-track").first.bounding_box()
    for tick, share in zip(ticks, (0, 0.5, 1), strict=True):
        box = tick.bounding_box()
        place = (box["x"] + box["width"] / 2 - track["x"]) / track["width"]
        assert place == pytest.approx(share, abs=2e-3)
    values = [float(tick.text_content()) for tick in ticks]
    assert values == pytest.approx([0, values[-1] / 2, values[-1]], rel=5e-3)
    return values


# --- states and results ---


@pytest.mark.parametrize("state", STATES, ids=link_to)
def test_every_result_equals_the_reference_at_the_state(opened, state):
    figure = opened(**state)
    assert state_of(figure) == {**CrowdExplorer().state, **state}
    expected = quantities(state_of(figure))
    assert quantities_of(figure) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_the_crowd_wins_without_gamma_and_hardly_speaks_at_two(opened):
    figure = opened("figure")
    assert quantities_of(figure)["ratio"] == pytest.approx(500 / 9)
    press(figure, "gamma 2")
    now = quantities_of(figure)
    assert (round(now["pull"]), round(now["push"], 1)) == (11, 3.7)
    words = figure.locator("p.sg-words").inner_text()
    assert words.startswith("The crowd’s push is 136 times weaker, the object’s pull is 22.4%")
    assert "Now the object pulls 2.99 times as hard as the whole crowd pushes." in words
    pt = figure.locator("input[type=number][name=crowd_pt]")
    pt.fill("0.9")
    assert round(quantities_of(figure)["push"]) == 29
    assert "Now the crowd pushes 2.63 times as hard" in figure.locator("p.sg-words").inner_text()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"alpha": 0}, "The crowd alone is heard."),
        ({"alpha": 1}, "The object alone is heard."),
        ({"loss": "cross_entropy", "pos_weight": 0}, "The crowd alone is heard."),
        ({"objects": 100, "crowd": 100, "object_pt": 0.5, "crowd_pt": 0.5}, "pushes as hard as"),
    ],
)
def test_who_is_heard_is_said_also_where_one_is_silent(opened, state, said):
    assert said in opened(**state).locator("figcaption").inner_text()


# --- the pictures ---


def test_bars_are_as_long_as_pull_and_push_and_one_that_is_too_long_says_so(opened):
    figure = opened("figure")
    assert bars_of(figure) == [pytest.approx(9, rel=1e-3), "torn"]
    assert figure.locator(".sg-bars-beyond").all_text_contents() == ["", "25 times the scale"]
    press(figure, "gamma 2")
    now = quantities_of(figure)
    assert bars_of(figure) == pytest.approx([now["pull"], now["push"]], rel=1e-3)
    assert figure.locator(".sg-bars-beyond").all_text_contents() == ["", ""]


def test_the_state_before_stays_as_a_ghost_on_the_same_axis(opened):
    figure = opened("figure")
    assert bars_of(figure, "ghost") == []
    axis = ends_of(figure)
    press(figure, "gamma 2")
    assert bars_of(figure, "ghost") == [pytest.approx(9, rel=1e-3), "torn"]
    press(figure, "gamma 5")
    expected = quantities({**CrowdExplorer().state, "gamma": 2.0})
    assert bars_of(figure, "ghost") == pytest.approx([expected["pull"], expected["push"]], rel=1e-3)
    assert ends_of(figure) == axis
    press(figure, "gamma 0")
    figure.locator("input[type=number][name=crowd_pt]").fill("0.5")
    figure.get_by_role("button", name="More controls").click()
    figure.locator("input[type=number][name=objects]").fill("500")  # another axis: no ghost
    assert ends_of(figure) != axis
    assert bars_of(figure, "ghost") == []


def test_a_figure_of_cross_entropy_is_about_its_weight(opened):
    figure = opened("weight")
    shown = figure.locator(".sg-side input[type=range]:visible")
    assert shown.evaluate_all("all => all.map(({ name }) => name)") == ["pos_weight", "crowd_pt"]
    assert bars_of(figure) == pytest.approx([9, 500], rel=1e-3)
    axis = ends_of(figure)
    press(figure, "weight 10")
    assert bars_of(figure) == pytest.approx([90, 500], rel=1e-3)
    press(figure, "weight 100")
    assert bars_of(figure) == ["torn", pytest.approx(500, rel=1e-3)]
    assert ends_of(figure) == axis


@pytest.mark.parametrize(
    ("state", "each"),
    [({}, 1), ({"objects": 1, "crowd": 1}, 1), ({"objects": 40, "crowd": 99_960}, 10)],
)
def test_every_pixel_has_a_square_or_a_square_says_how_many(opened, state, each):
    figure = opened("figure", **state)
    image = drawn_in(figure.locator(".sg-squares canvas"))
    blue = np.abs(image - np.array([0x00, 0x72, 0xB2])).max(axis=2) == 0
    grey = ~blue & (image.max(axis=2) > 0)
    cell = cell_of(figure)
    objects, crowd = (state.get(name, n) / each for name, n in [("objects", 10), ("crowd", 10_000)])
    assert blue.sum() == objects * cell**2
    assert grey.sum() == crowd * (cell - 1) ** 2
    key = figure.locator(".sg-crowd-key").inner_text()
    assert ("a square" in key) is (each > 1)
    assert each == 1 or f"a square: {each} pixels" in key


def cell_of(figure):
    """The side of a square and its gap, from the picture's first row."""
    image = drawn_in(figure.locator(".sg-squares canvas"))
    row = image[0].max(axis=1) > 0
    if row.all():
        return image.shape[1]  # a single pixel of the object
    return int(np.flatnonzero(~row)[0]) + 1


def drawn_in(canvas):
    """Read a canvas on black: what is not painted is 0."""
    address = canvas.evaluate("canvas => canvas.toDataURL()")
    image = Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGBA")
    ground = Image.new("RGBA", image.size, "black")
    return np.asarray(Image.alpha_composite(ground, image).convert("RGB")).astype(int)


@pytest.mark.parametrize(("loss", "option"), [("focal", "gamma"), ("cross_entropy", "pos_weight")])
def test_the_chart_of_the_bench_moves_what_the_loss_is_tuned_by(opened, loss, option):
    figure = opened(loss=loss)
    chart = figure.locator(".sg-chart").nth(2)
    assert chart.locator(".sg-axis-label").text_content() == option
    label = chart.locator("svg[role=img]").get_attribute("aria-label")
    assert label.endswith(f"over {option}.")
    svg = chart.locator("svg[role=img]")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    before = state_of(figure)[option]
    figure.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    figure.page.mouse.down()
    figure.page.mouse.up()
    assert state_of(figure)[option] > before + 1


@pytest.mark.parametrize(
    ("which", "width", "most"),
    [
        ("figure", 976, 640),
        ("weight", 976, 640),
        ("bench", 1280, 900),
    ],
)
def test_it_fits_the_window_with_its_controls(opened, which, width, most):
    figure = opened(which)
    figure.page.set_viewport_size({"width": width, "height": 900})
    figure.page.wait_for_timeout(200)
    assert figure.bounding_box()["height"] <= most


# --- copies and Python ---


@pytest.mark.parametrize("name", ["PyTorch", "TensorFlow"])
@pytest.mark.parametrize("state", [STATES[4], STATES[8]], ids=link_to)
def test_copied_code_prints_the_number_on_the_page(context, opened, name, state):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    figure = opened(**state)
    assert printed_by(copied(figure, name)) == pytest.approx(
        quantities_of(figure)["loss"], rel=1e-12
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("loss", "dice", "one of 'focal', 'cross_entropy'"),
        ("gamma", 11, "0 or a number from 1e-100 to 10"),
        ("crowd", 0, "a whole number from 1 to 100000"),
        ("crowd_pt", 1.0, "a number from 0.001 to 0.999"),
    ],
)
def test_a_wrong_trait_names_itself_what_came_and_what_was_expected(name, value, expected):
    message = re.escape(f"{name} must be {expected}, got {value!r}")
    with pytest.raises(traitlets.TraitError, match=message):
        CrowdExplorer(**{name: value})


@pytest.mark.parametrize("state", STATES, ids=link_to)
def test_the_picture_and_its_words_have_the_numbers(state):
    explorer = CrowdExplorer(**state)
    expected = quantities(explorer.state)
    drawn = plots.pulls_of_crowd(explorer.state)
    assert drawn == pytest.approx(
        (expected["loss"], expected["pull"], expected["push"]), rel=1e-9, abs=1e-15
    )
    bars = plots.crowd(explorer.state).axes[1].patches
    assert [bar.get_width() for bar in bars] == list(drawn[1:])
    assert f"pushes with {expected['push']:.3g}." in explorer._description()


def test_the_mime_bundle_holds_the_figure_and_a_picture():
    data, _ = CrowdExplorer()._repr_mimebundle_()
    assert data["text/html"].startswith('<figure data-explorer="crowd" data-state="')
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
