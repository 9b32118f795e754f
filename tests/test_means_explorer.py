"""The explorer of two images whose mean of ratios and ratio of sums part."""

import re

import numpy as np
import pytest
import traitlets
from explorer_page import (
    alive,
    drag,
    figure_of,
    open_at,
    press,
    quantities_of,
    state_of,
    write_page,
)
from oracle import query
from oracle_means import STATES, quantities

from segloss_lab import plots
from segloss_lab.explorer import MeansExplorer

FIRST = MeansExplorer().state
CELL = r"M(-?\d+),(-?\d+)h1v1h-1z"
LABELS = ["small one missed", "small one found", "big one missed"]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """Write a page of a figure, and of a bench behind it."""
    parts = alive(MeansExplorer()), alive(MeansExplorer(layout="bench"))
    return write_page(tmp_path_factory.mktemp("means"), *parts)


@pytest.fixture
def page(page):
    page.set_viewport_size({"width": 960, "height": 900})
    return page


def bars_of(page):
    """Read how far each bar goes, in shares of its track."""
    tracks = figure_of(page).locator(".sg-bars-track").all()
    widths = [(t.locator(".sg-bars-fill").bounding_box(), t.bounding_box()) for t in tracks]
    return [(fill["width"] if fill else 0) / track["width"] for fill, track in widths]


def cells_of(page, nth, part):
    path = figure_of(page).locator("svg.sg-parts").nth(nth).locator(f".area.{part}")
    return {tuple(map(int, cell)) for cell in re.findall(CELL, path.get_attribute("d") or "")}


@pytest.mark.parametrize("state", STATES, ids=query)
def test_every_result_equals_the_package_at_the_state(page, state):
    open_at(page, **state)
    assert state_of(figure_of(page)) == FIRST | state
    assert quantities_of(figure_of(page)) == pytest.approx(quantities(FIRST | state), rel=1e-12)


def test_the_mean_is_a_half_whichever_is_missed_and_the_sums_hear_the_big_one_alone(page):
    seen = []
    for label in LABELS:
        press(figure_of(page), label)
        shown = quantities_of(figure_of(page))
        seen.append((shown["mean_of_ratios"], shown["ratio_of_sums"]))
        assert bars_of(page) == pytest.approx(
            [shown[name] for name in ("dice_big", "dice_small", "mean_of_ratios", "ratio_of_sums")],
            abs=2e-3,
        )
    np.testing.assert_allclose(seen, [(0.5, 2000 / 2012), (1, 1), (0.5, 24 / 1024)], rtol=1e-12)


def test_every_bar_shows_the_sum_that_it_comes_from(page):
    open_at(page, found_big=0.9, found_small=0.5, size_small=20)
    notes = figure_of(page).locator(".sg-bars-note").all_inner_texts()
    shown = quantities_of(figure_of(page))
    names = "dice_big", "dice_small", "mean_of_ratios", "ratio_of_sums"
    for note, name in zip(notes, names, strict=True):
        over, _, under = note.replace("\u202f", "").replace("·", "*").partition(" of ")
        value = eval(over) / eval(under or "1")
        assert value == pytest.approx(shown[name], rel=1e-3), note


def test_the_words_say_which_of_the_two_moved(page):
    words = figure_of(page).locator(".sg-words")
    assert "the mean of the two says 0.5, the sums say 0.994" in words.inner_text()
    press(figure_of(page), "big one missed")
    said = words.inner_text()
    assert said == "The mean of the two stays, the Dice of the sums falls by 0.971."
    press(figure_of(page), "small one found")
    assert "mean of the two rises by 0.5, the Dice of the sums rises by 0.977" in words.inner_text()


def test_ticks_stand_where_the_bars_ended_before(page):
    press(figure_of(page), "big one missed")
    ticks = [
        tick.evaluate("tick => tick.hidden ? null : parseFloat(tick.style.left)")
        for tick in figure_of(page).locator(".sg-bars-ghost").all()
    ]
    assert ticks == pytest.approx([100, 0, None, 100 * 2000 / 2012], abs=1e-3)


# --- the pictures ---


def test_the_pictures_show_as_many_pixels_as_are_found_and_missed(page):
    open_at(page, found_big=0.313, found_small=0.7, size_small=50)
    found, missed = (
        [len(cells_of(page, nth, part)) for nth in range(2)] for part in ("found", "missed")
    )
    assert found == [313, 35]
    assert missed == [687, 15]
    legend = figure_of(page).locator(".sg-parts-legend b").all_inner_texts()
    assert list(map(int, legend)) == [348, 702]
    names = figure_of(page).locator(".sg-images > div:has(svg)").all_inner_texts()
    assert [name.strip() for name in names] == [
        "image 1: 313 of 1\u202f000 found",
        "image 2: 35 of 50 found",
    ]


@pytest.mark.parametrize(("nth", "name"), [(0, "found_big"), (1, "found_small")])
def test_a_picture_is_swept_over_to_find_what_lies_left_of_the_pointer(page, nth, name):
    open_at(page, size_small=300)
    before = state_of(figure_of(page))
    drag(figure_of(page).locator("svg.sg-parts").nth(nth), (0.3, 0.5), (0.6, 0.5))
    edge = 48 * 0.6 - 24
    found, missed = (cells_of(page, nth, part) for part in ("found", "missed"))
    assert found
    assert missed
    assert max(column for column, _ in found) + 0.5 <= edge + 1
    assert min(column for column, _ in missed) + 0.5 >= edge - 1
    assert {**state_of(figure_of(page)), name: before[name]} == before
    assert quantities_of(figure_of(page)) == pytest.approx(
        quantities(state_of(figure_of(page))), rel=1e-12
    )
    press(figure_of(page), "Undo")
    assert state_of(figure_of(page)) == before


# --- how it fits ---


@pytest.mark.parametrize("label", LABELS)
def test_a_figure_and_a_bench_fit_their_windows(page, label):
    press(figure_of(page), label)
    assert figure_of(page).bounding_box()["height"] <= 640
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_timeout(100)
    assert page.locator("figure[data-layout=bench]").bounding_box()["height"] <= 900


@pytest.mark.parametrize("width", [1280, 960, 360])
def test_no_words_of_a_bar_reach_its_track(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_at(page, found_big=0.9, found_small=0.99, size_small=1000)
    for row in page.locator(".sg-bars-row").all():
        track = row.locator(".sg-bars-track").bounding_box()
        for part in ("name", "note"):
            box = row.locator(f".sg-bars-{part}").bounding_box()
            beside = box["x"] + box["width"] < track["x"]
            assert beside or box["y"] + box["height"] <= track["y"] + 1, row.inner_text()
        value = row.locator(".sg-bars-value").bounding_box()
        assert value["x"] >= track["x"] + track["width"]


# --- in Python ---


def test_a_trait_out_of_range_is_refused_in_one_line():
    with pytest.raises(traitlets.TraitError, match="^size_small must be a whole number from 1 to"):
        MeansExplorer(size_small=0)
    with pytest.raises(traitlets.TraitError, match="^found_big must be 0 or a number from 1e-100"):
        MeansExplorer().found_big = 1.5


@pytest.mark.parametrize("state", STATES, ids=query)
def test_the_picture_in_python_has_the_same_scores(state):
    expected = quantities(FIRST | state)
    names = "dice_big", "dice_small", "mean_of_ratios", "ratio_of_sums"
    scores = plots.means_of_images(FIRST | state)
    assert scores == pytest.approx([expected[name] for name in names])
    figure = plots.means(FIRST | state)
    figure.draw_without_rendering()
    widths = [bar.get_width() for bar in figure.axes[-1].patches[-4:]]
    assert widths == pytest.approx(scores)


def test_its_description_says_what_the_figure_shows():
    page = MeansExplorer()._repr_mimebundle_()[0]["text/html"]
    assert "the mean of the two is 0.5, the Dice of the summed counts 0.994" in page
