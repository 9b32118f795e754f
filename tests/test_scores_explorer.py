"""The explorer of accuracy beside Dice and IoU, in a page opened from a file."""

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
from oracle_scores import STATES, quantities

from segloss_lab import plots
from segloss_lab.explorer import ScoresExplorer

FIRST = ScoresExplorer().state
CELL = r"M(-?\d+),(-?\d+)h1v1h-1z"
LABELS = ["nothing", "half of it", "all of it, and three times as much around"]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """Write a page of a figure, and of a bench behind it."""
    parts = alive(ScoresExplorer()), alive(ScoresExplorer(layout="bench"))
    return write_page(tmp_path_factory.mktemp("scores"), *parts)


@pytest.fixture
def page(page):
    page.set_viewport_size({"width": 960, "height": 900})
    return page


def bars_of(figure):
    """Measure where each bar ends, and where its tick stands (None without), in shares."""

    def share(track, part, edge):
        box, whole = part.bounding_box(), track.bounding_box()
        return box and (box["x"] + edge * box["width"] - whole["x"]) / whole["width"]

    return [
        tuple(
            share(track, track.locator(f".sg-bars-{part}"), edge)
            for part, edge in (("fill", 1), ("ghost", 0.5))
        )
        for track in figure.locator(".sg-bars-track").all()
    ]


def cells_of(figure, nth, part):
    """Read which pixels (column, row) around the middle a picture shows as a part."""
    path = figure.locator("svg.sg-parts").nth(nth).locator(f".area.{part}")
    return {tuple(map(int, cell)) for cell in re.findall(CELL, path.get_attribute("d") or "")}


@pytest.mark.parametrize("state", STATES, ids=query)
def test_every_result_equals_the_package_at_the_state(page, state):
    open_at(page, **state)
    assert state_of(figure_of(page)) == FIRST | state
    assert quantities_of(figure_of(page)) == pytest.approx(quantities(FIRST | state), rel=1e-12)


def test_of_a_lesion_that_is_missed_accuracy_says_that_nearly_all_is_right(page):
    shown = quantities_of(figure_of(page))
    assert [shown[name] for name in ("accuracy", "dice", "iou")] == [0.997, 0, 0]
    words = figure_of(page).locator(".sg-words").inner_text()
    assert words == "99.7% of the pixels are right, and nothing of the object is found."


def test_over_the_states_accuracy_hardly_moves_and_the_others_do(page):
    scores = []
    for label in LABELS:
        press(figure_of(page), label)
        shown = quantities_of(figure_of(page))
        scores.append([shown[name] for name in ("accuracy", "dice", "iou")])
    np.testing.assert_allclose(
        scores, [[0.997, 0, 0], [0.9985, 2 / 3, 1 / 2], [0.991, 0.4, 0.25]], rtol=1e-12
    )


def test_bars_end_at_their_scores_and_ticks_stand_where_they_ended_before(page):
    bars = bars_of(figure_of(page))
    assert [tick for _, tick in bars] == [None] * 3
    for before, label in zip(LABELS[:-1], LABELS[1:], strict=True):
        press(figure_of(page), before)
        ends = [end for end, _ in bars_of(figure_of(page))]
        press(figure_of(page), label)
        bars = bars_of(figure_of(page))
        shown = quantities_of(figure_of(page))
        values = [shown[name] for name in ("accuracy", "dice", "iou")]
        assert [end for end, _ in bars] == pytest.approx(values, abs=2e-3)
        assert [tick for _, tick in bars] == pytest.approx(ends, abs=4e-3)


def test_where_accuracy_and_dice_disagree_the_words_say_so(page):
    press(figure_of(page), LABELS[2])
    words = figure_of(page).locator(".sg-words")
    says = "By {} this is better than before, by {} it is worse."
    assert says.format("Dice", "accuracy") in words.inner_text()
    press(figure_of(page), LABELS[0])
    assert says.format("accuracy", "Dice") in words.inner_text()
    press(figure_of(page), LABELS[1])
    assert "99.85% of the pixels are right: accuracy rose by 0.0015, Dice by 0.667, IoU by 0.5" in (
        words.inner_text()
    )


def test_nearly_all_is_not_written_as_all(page):
    figure = figure_of(page)
    figure.locator("input[type=number][name=found]").fill("0.9")
    assert quantities_of(figure)["accuracy"] == 0.9997
    assert figure.locator("output[data-quantity=accuracy]").inner_text() == "0.9997"
    figure.locator("input[type=number][name=found]").fill("1")
    assert figure.locator("output[data-quantity=accuracy]").inner_text() == "1"


def test_air_around_the_image_moves_accuracy_alone(page):
    press(figure_of(page), LABELS[2])
    before = quantities_of(figure_of(page))
    figure_of(page).locator("input[type=range][name=side]").press("End")
    after = quantities_of(figure_of(page))
    moved = {name for name in after if after[name] != before[name]}
    assert moved == {"accuracy", "true_negatives"}
    assert after["accuracy"] > before["accuracy"]
    words = figure_of(page).locator(".sg-words").inner_text()
    assert "Dice and IoU count no background, and stay" in words


# --- the pictures ---


@pytest.mark.parametrize("nth", [0, 1])
def test_both_pictures_show_as_many_pixels_as_are_counted_and_none_twice(page, nth):
    open_at(page, found=0.4, alarms=77, size=47)
    shown = quantities_of(figure_of(page))
    parts = [cells_of(figure_of(page), nth, part) for part in ("found", "missed", "alarms")]
    names = "true_positives", "false_negatives", "false_positives"
    assert list(map(len, parts)) == [shown[name] for name in names]
    assert len(set.union(*parts)) == sum(map(len, parts))
    legend = figure_of(page).locator(".sg-parts-legend b").all_inner_texts()
    assert list(map(int, legend)) == [shown[name] for name in names]


def test_the_slice_is_drawn_at_true_proportion_and_a_part_of_it_larger(page):
    for side in (60, 100, 400):
        open_at(page, side=side, alarms=90)
        pictures = figure_of(page).locator("svg.sg-parts")
        cell, near = (
            picture.locator(".alarms").last.evaluate("path => path.getScreenCTM().a")
            for picture in pictures.all()
        )
        width = figure_of(page).locator(".sg-slice > svg").bounding_box()["width"] * 260 / 562
        assert cell * side == pytest.approx(width, rel=0.01)
        names = figure_of(page).locator(".sg-slice-names").inner_text()
        assert float(re.search(r"([\d.]+) times", names).group(1)) == pytest.approx(
            near / cell, rel=5e-3
        )


def test_all_that_is_drawn_lies_in_both_pictures_at_the_largest(page):
    open_at(page, side=60, alarms=500, size=500, found=0.5)
    for picture in figure_of(page).locator("svg.sg-parts").all():
        x, y, side = map(float, picture.get_attribute("viewBox").split()[:3])
        for part in ("found", "missed", "alarms"):
            path = picture.locator(f".area.{part}").get_attribute("d")
            cells = np.array(re.findall(CELL, path), float) - [x, y]
            assert cells.min() >= 0
            assert cells.max() <= side - 1


def test_what_lies_left_of_the_pointer_is_found_and_one_undo_takes_it_back(page):
    hand = figure_of(page).locator(".sg-slice .hand")
    drag(hand, (0.1, 0.5), release=False)
    box = hand.bounding_box()
    for place in (0.4, 0.6, 0.5):
        page.mouse.move(box["x"] + place * box["width"], box["y"] + box["height"] / 2)
        edge = 16 * place - 8
        found, missed = (cells_of(figure_of(page), 1, part) for part in ("found", "missed"))
        assert len(found) == round(state_of(figure_of(page))["found"] * 30)
        assert all(column + 0.5 <= edge + 0.5 for column, _ in found)
        assert all(column + 0.5 >= edge - 0.5 for column, _ in missed)
        assert found
        assert missed
    page.mouse.up()
    press(figure_of(page), "Undo")
    assert state_of(figure_of(page)) == FIRST


# --- IoU over Dice ---


def test_a_figure_has_one_of_the_views_and_the_bench_has_both(page):
    views = ".sg-slice", "svg[role=img]:has(.sg-curve)"
    for view, expected in (("slice", [1, 0]), ("relation", [0, 1])):
        open_at(page, view=view)
        assert [figure_of(page).locator(f"{name}:visible").count() for name in views] == expected
        assert [figure_of(page, "bench").locator(f"{name}:visible").count() for name in views] == [
            1,
            1,
        ]


def drag_to_dice(page, dice):
    """Drag the rule of the curve to a Dice by the axis that is drawn there."""
    chart = figure_of(page).locator("svg[role=img]:has(.sg-curve)")
    x0, x1 = (
        chart.locator(".sg-x .tick", has_text=re.compile(f"^{end}$")).bounding_box()
        for end in (0, 1)
    )
    left, right = (box["x"] + box["width"] / 2 for box in (x0, x1))
    rule = chart.locator(".sg-rule").bounding_box()
    page.mouse.move(rule["x"] + rule["width"] / 2, rule["y"] + 60)
    page.mouse.down()
    page.mouse.move(left + dice * (right - left), rule["y"] + 60, steps=3)
    page.mouse.up()


def test_the_point_is_dragged_along_the_curve_and_stays_on_it(page):
    open_at(page, view="relation", size=500, alarms=100)
    for dice in (0.3, 0.8, 0.95, 0.5):
        drag_to_dice(page, dice)
        shown = quantities_of(figure_of(page))
        assert shown == pytest.approx(quantities(state_of(figure_of(page))), rel=1e-12)
        assert shown["dice"] == pytest.approx(dice, abs=0.012)
        assert shown["iou"] == pytest.approx(shown["dice"] / (2 - shown["dice"]), rel=1e-12)
    # Up to 500 found beside 100 false alarms, 0.909, `found` moves alone.
    assert state_of(figure_of(page))["alarms"] == pytest.approx(2 * 500 * 0.05 / 0.95, abs=12)


def test_the_point_stays_where_there_is_no_object(page):
    open_at(page, view="relation", size=0, alarms=3)
    before = state_of(figure_of(page))
    drag_to_dice(page, 0.6)
    assert state_of(figure_of(page)) == before


# --- nothing there ---


@pytest.mark.parametrize(
    ("alarms", "score", "says"),
    [
        (0, 1, "Nothing is there and nothing is called: Dice and IoU count that as 1."),
        (1, 0, "one false alarm is enough for a Dice and an IoU of 0"),
    ],
)
def test_of_an_empty_mask_the_page_says_what_the_package_says(page, alarms, score, says):
    open_at(page, size=0, alarms=alarms)
    shown = quantities_of(figure_of(page))
    assert (shown["dice"], shown["iou"], shown["loss"]) == (score, score, 1 - score)
    assert "recall" not in shown
    words = figure_of(page).locator(".sg-words").inner_text()
    assert says in words
    notes = figure_of(page).locator(".sg-bars-note").all_inner_texts()
    assert ("0 / 0: counts as 1" in notes[2]) is (alarms == 0)


# --- how it fits ---


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("view", ["slice", "relation"])
def test_a_figure_and_a_bench_fit_their_windows(page, label, view):
    open_at(page, view=view)
    press(figure_of(page), label)
    assert figure_of(page).bounding_box()["height"] <= 640
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_timeout(100)
    assert figure_of(page, "bench").bounding_box()["height"] <= 900


@pytest.mark.parametrize("width", [1280, 360])
def test_no_text_beside_the_bars_is_small_or_cut_or_on_another(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_at(page, found=0.5, side=400)
    spans = ".sg-bars span, .sg-slice-names span, .sg-parts-legend span"
    for figure in (figure_of(page), figure_of(page, "bench")):
        texts = [text for text in figure.locator(spans).all() if text.is_visible()]
        assert len(texts) > 10
        sizes = [
            text.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") for text in texts
        ]
        assert min(sizes) >= 13
        boxes = [text.bounding_box() for text in texts]
        tracks = [t.bounding_box() for t in figure.locator(".sg-bars-track").all()]
        for i, box in enumerate(boxes):
            others = boxes[i + 1 :] + tracks
            assert not [other for other in others if meet(box, other)], texts[i].inner_text()


def meet(one, other):
    """Whether two boxes share more than a hair."""
    return all(
        min(one[at] + one[size], other[at] + other[size]) - max(one[at], other[at]) > 1
        for at, size in (("x", "width"), ("y", "height"))
    )


# --- in Python ---


def test_a_trait_out_of_range_is_refused_in_one_line():
    with pytest.raises(traitlets.TraitError, match="^alarms must be a whole number from 0 to 500"):
        ScoresExplorer(alarms=501)
    with pytest.raises(traitlets.TraitError, match="^side must be a whole number from 60 to 400"):
        ScoresExplorer().side = 50


@pytest.mark.parametrize("state", STATES, ids=query)
def test_the_picture_in_python_has_the_same_scores(state):
    expected = quantities(FIRST | state)
    scores = plots.scores_of_mask(FIRST | state)
    assert scores == pytest.approx([expected[name] for name in ("accuracy", "dice", "iou")])
    figure = plots.scores(FIRST | state)
    figure.draw_without_rendering()
    widths = [bar.get_width() for bar in figure.axes[-1].patches[-3:]]
    assert widths == pytest.approx(scores)


def test_the_picture_in_python_shows_the_same_pixels(page):
    state = {"found": 0.4, "alarms": 77, "size": 47}
    open_at(page, **state)
    figure = plots.scores(FIRST | state)
    tints = [image.get_array()[..., 3] > 0 for image in figure.axes[1].images[1:]]
    for tint, part in zip(tints, ("found", "missed", "alarms"), strict=True):
        rows, columns = np.nonzero(tint)
        middle = len(tint) // 2
        drawn = set(zip((columns - middle).tolist(), (rows - middle).tolist(), strict=True))
        assert drawn == cells_of(figure_of(page), 1, part)


def test_its_description_says_what_the_figure_shows():
    page = ScoresExplorer()._repr_mimebundle_()[0]["text/html"]
    assert "Accuracy is 0.9970, Dice 0, IoU 0" in page
