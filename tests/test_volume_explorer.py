"""The explorer of an empty slice, in a page opened from a file."""

import re

import numpy as np
import pytest
import traitlets
from explorer_page import drag, html_of, press, quantities_of, state_of, write_page
from oracle_volume import STATES, dice, quantities

from segloss_lab import plots
from segloss_lab.explorer import VolumeExplorer


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("volume"), html_of(VolumeExplorer()))


def curve(figure, nth, name="chosen"):
    """Read a chart's curve as points in pixels: those from the first decade on."""
    path = figure.locator(f"svg[role=img] .sg-curve.{name} > .sg-line").nth(nth)
    text = path.get_attribute("d").split("h14M")[1]
    return np.array([[float(part) for part in pair.split(",")] for pair in text.split("L")])


def rule(figure, nth):
    """Give how far right the rule of a chart stands."""
    transform = figure.locator(".sg-rule g").nth(nth).get_attribute("transform")
    return float(re.search(r"[\d.]+", transform).group())


@pytest.mark.parametrize("state", STATES, ids=str)
def test_every_number_is_the_references(opened, state):
    figure = opened(**state)
    assert state_of(figure) == {**VolumeExplorer().state, **state}
    assert quantities_of(figure) == pytest.approx(quantities(state_of(figure)), rel=1e-9)


def test_smooth_40_pushes_40_false_alarms_hardest(opened):
    figure = opened()
    pushes = {}
    for label in ("s = 1", "s = 1000", "s = 40"):
        press(figure, label)
        pushes[label] = quantities_of(figure)["push"]
    assert pushes["s = 40"] == pytest.approx(1 / 160)
    assert max(pushes, key=pushes.get) == "s = 40"
    assert quantities_of(figure)["push_share"] == pytest.approx(1)
    assert "no other smooth pushes harder" in figure.locator(".sg-words").inner_text()
    for key in ("ArrowLeft", "ArrowRight"):
        figure.locator("input[type=range][name=smooth]").press(key)
        if state_of(figure)["smooth"] != 40:
            assert quantities_of(figure)["push"] < pushes["s = 40"]


@pytest.mark.parametrize("nth", [0, 1])
def test_smooth_moves_the_curves_sideways_and_leaves_them_as_they_are(opened, nth):
    figure = opened()
    before = curve(figure, nth)
    decade = 20  # points of a curve
    figure.locator("input[type=number][name=smooth]").fill("10")
    now = curve(figure, nth)
    assert now[decade:, 1] == pytest.approx(before[:-decade, 1], abs=0.01)
    assert now[:, 0] == pytest.approx(before[:, 0])
    assert curve(figure, nth, "ghost")[:, 1] == pytest.approx(before[:, 1])


def test_the_hill_has_its_top_at_v_equal_to_s(opened):
    tops = []
    for smooth in (10, 1000):
        figure = opened(smooth=smooth, volume=smooth)
        points = curve(figure, 1)
        across, down = points[points[:, 1].argmin()]
        assert across == pytest.approx(rule(figure, 1), abs=1)
        assert figure.locator(".sg-mark text").nth(1).text_content() == "V = s"
        tops.append(down)
    assert tops[0] == pytest.approx(tops[1])


def test_with_eps_nothing_is_said_of_v_equal_to_s(opened):
    assert opened(eps=5).locator(".sg-mark g").count() == 0


def test_words_say_how_far_the_curves_went(opened):
    figure = opened()
    words = figure.locator(".sg-words")
    assert "9.52%" in words.inner_text()
    press(figure, "s = 1000")
    assert "to the right, by a factor of 1000," in words.inner_text()
    press(figure, "s = 40")
    assert "to the left, by a factor of 25," in words.inner_text()


def test_a_small_change_of_the_push_is_told_in_per_cent(opened):
    figure = opened(smooth=1, volume=40)
    figure.locator("input[type=number][name=smooth]").fill("1.05")
    factor = 1.05 / 41.05**2 / (1 / 41**2)
    said = f"Each false alarm is pushed {100 * (factor - 1):.3g}% harder"
    assert said in figure.locator(".sg-words").inner_text()


def test_a_chart_drags_v_to_whole_pixels(opened):
    figure = opened()
    chart = figure.locator(".sg-frame svg[role=img]").first
    drag(chart, (0.6, 0.5), (0.8, 0.5), release=False)
    right = state_of(figure)["volume"]
    box = chart.bounding_box()
    figure.page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=3)
    figure.page.mouse.up()
    assert right > 1000
    assert isinstance(right, int)
    assert state_of(figure) == {**VolumeExplorer().state, "volume": 0}
    assert quantities_of(figure)["loss"] == 0


@pytest.mark.parametrize(
    ("volume", "squares", "unit"), [(0, 0, ""), (40, 40, ""), (400, 400, ""), (3000, 300, "10")]
)
def test_the_slice_shows_its_false_alarms(opened, volume, squares, unit):
    figure = opened(volume=volume)
    path = figure.locator(".sg-empty .area.alarms").get_attribute("d")
    assert path.count("M") == squares
    words = figure.locator(".sg-empty p").inner_text()
    assert words.endswith(f"a square stands for {unit}") if unit else "stands" not in words


def test_without_smooth_the_figure_says_that_nothing_is_pushed(opened):
    figure = opened(smooth=0)
    assert "no false alarm is pushed" in figure.locator(".sg-words").inner_text()
    assert quantities_of(figure)["push"] == 0
    assert quantities_of(figure)["loss"] == 1


# --- the Python face ---


@pytest.mark.parametrize(
    ("name", "value"), [("smooth", -1), ("eps", 1e101), ("volume", 1.5), ("volume", 100_001)]
)
def test_a_setting_out_of_its_range_is_refused(name, value):
    with pytest.raises(traitlets.TraitError, match=rf"^{name} must be "):
        VolumeExplorer(**{name: value})


def test_the_still_picture_has_the_values_of_the_reference():
    explorer = VolumeExplorer(smooth=40.0, eps=2.0)
    loss, push = explorer._picture().axes
    volumes = loss.lines[0].get_xdata()
    expected = np.array([dice(smooth=40.0, eps=2.0, volume=int(at)) for at in volumes])
    assert loss.lines[0].get_ydata() == pytest.approx(expected[:, 0])
    assert push.lines[0].get_ydata() == pytest.approx(volumes * expected[:, 1])
    assert plots.dice_of_volume(explorer.state) == pytest.approx(dice(**explorer.state))
    assert f"cost {dice(**explorer.state)[0]:.3g}" in explorer._description()
