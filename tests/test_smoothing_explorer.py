"""A missed lesion: its pixels, arrows and bars. tests/test_explorer.py looks at the bench."""

import re

import pytest
from explorer_page import html_of, quantities_of, state_of, write_page
from oracle_smoothing import dice, quantities

from segloss_lab import plots
from segloss_lab.explorer import SmoothingExplorer

MISSED = SmoothingExplorer().state
STATES = {
    "10⁻⁵": {"smooth": 1e-5},
    "1": {"smooth": 1.0},
    "100": {"smooth": 100.0},
    "1, and 90 false alarms": {"smooth": 1.0, "false_positives": 90},
}


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("lesion"), html_of(SmoothingExplorer()))


@pytest.fixture
def opened(context, page_file):
    """Open the figure at a part of a state."""

    def open_at(**state):
        page = context.new_page()
        page.set_default_timeout(10_000)
        query = "&".join(f"{name}={value}" for name, value in state.items())
        page.goto(page_file.as_uri() + (f"#smoothing?{query}" if query else ""))
        return page.locator("figure[data-explorer=smoothing]")

    return open_at


def press(figure, label):
    figure.get_by_role("button", name=label, exact=True).click()


def words(figure):
    return figure.locator(".sg-words").inner_text()


def arrow(figure, name):
    """Give the length of half an arrow, signed (up is negative), and how many there are."""
    path = figure.locator(f"path.smoothing-{name}").get_attribute("d") or ""
    lengths = [float(text) for text in re.findall(r"m0,(-?[\d.]+)", path)]
    assert len(set(lengths)) <= 1
    return (lengths[0] if lengths else 0.0), len(lengths)


def width(figure, name, part="fill"):
    """Give how far a bar, or its tick, goes, as a share; None while it is not shown."""
    row = figure.locator(".sg-bars-row", has_text=name)
    node = row.locator(f".sg-bars-{part}")
    if node.evaluate("node => node.hidden"):
        return None
    return node.evaluate(
        "(n, tick) => (n.offsetLeft + (tick ? 1 : n.offsetWidth)) / n.parentElement.clientWidth",
        part == "ghost",
    )


def missing(size, smooth):
    """What missing an object costs and does where nothing is predicted, by hand."""
    below = size + smooth
    return size / below, (2 * size + smooth) / below**2, smooth / below**2


@pytest.mark.parametrize(("label", "changes"), STATES.items(), ids=STATES)
def test_a_state_shows_the_numbers_of_the_reference(opened, label, changes):
    figure = opened(smooth=7)
    press(figure, label)
    assert state_of(figure) == {**MISSED, **changes}
    shown = quantities_of(figure)
    assert shown == pytest.approx(quantities(state_of(figure)), rel=1e-9)
    if "false_positives" not in changes:
        loss, pull, push = missing(10, changes["smooth"])
        assert shown["loss"] == pytest.approx(loss)
        assert shown["ratio"] == pytest.approx(pull / push)


def test_the_ratio_falls_from_two_millions_to_21_and_to_no_more_than_1(opened):
    figure = opened()
    ratios = []
    for label in ("10⁻⁵", "1", "100"):
        press(figure, label)
        ratios.append(quantities_of(figure)["ratio"])
    assert ratios == pytest.approx([2_000_001, 21, 1.2])


def test_bars_are_as_long_as_their_shares_and_dashes_stand_where_they_ended(opened):
    figure = opened()
    before = quantities_of(figure)
    assert width(figure, "pull") == pytest.approx(before["pull_share"], abs=0.01)
    assert width(figure, "push") == pytest.approx(before["push_share"], abs=0.01)
    assert width(figure, "pull", "ghost") is None
    press(figure, "100")
    now = quantities_of(figure)
    assert width(figure, "pull") == pytest.approx(now["pull_share"], abs=0.01)
    assert width(figure, "pull", "ghost") == pytest.approx(before["pull_share"], abs=0.01)
    assert now["pull_share"] < 0.1 * before["pull_share"]


def test_arrows_have_the_area_of_pull_and_push_and_their_ways(opened):
    figure = opened()
    press(figure, "10⁻⁵")
    full, lesion = arrow(figure, "pull")
    assert lesion == 10
    assert arrow(figure, "push") == (0, 0)
    for label in ("1", "100"):
        press(figure, label)
        shares = quantities_of(figure)
        pull, _ = arrow(figure, "pull")
        push, beside = arrow(figure, "push")
        assert pull < 0 < push  # up, and down
        assert (pull / full) ** 2 == pytest.approx(shares["pull_share"], rel=0.02)
        assert (push / full) ** 2 == pytest.approx(shares["push_share"], rel=0.02)
        assert beside == 12 * 12 - 10


def test_words_say_what_smooth_did_with_and_without_false_alarms(opened):
    figure = opened()
    first = words(figure)
    assert "13% weaker than at smooth 10⁻⁵" in first
    assert "1 against 21" in first
    press(figure, "10⁻⁵")
    assert words(figure) == "The lesion pulls 15% harder, and the background no longer pushes back."
    press(figure, "1")
    assert words(figure) == (
        "The lesion pulls 13% weaker, and now the background pushes back, 1 against 21."
    )
    press(figure, "1, and 90 false alarms")
    assert "smooth takes 1.5% of the pull, in the one before 13%" in words(figure)
    shares = quantities({**MISSED, "false_positives": 90})
    assert 1 - shares["pull_share"] == pytest.approx(0.015, abs=5e-4)


@pytest.mark.parametrize(
    ("size", "alarms", "squares"),
    [(1, 0, []), (36, 98, []), (10_000, 3000, ["278 pixels", "30.6 pixels"])],
)
def test_pixels_are_drawn_one_by_one_while_they_can_be(opened, size, alarms, squares):
    figure = opened(size=size, false_positives=alarms)
    picture = figure.locator("svg.sg-parts")
    cells = [
        re.findall(r"M\d+,\d+h1v1h-1z", picture.locator(f".area.{part}").get_attribute("d") or "")
        for part in ("missed", "alarms")
    ]
    assert [len(part) for part in cells] == [min(size, 36), min(alarms, 98)]
    assert len(set(cells[0] + cells[1])) == min(size, 36) + min(alarms, 98)
    assert picture.get_attribute("viewBox") == "0 0 12 12"  # of 144
    key = figure.locator(".smoothing-key").inner_text().replace("\u202f", "")
    assert re.findall(r"a square: ([\d.]+ pixels)", key) == squares
    assert f"lesion: {size} pixel" in key
    assert (f"false alarms: {alarms} pixels" in key) is (alarms > 0)


def test_an_empty_mask_has_nothing_that_is_pulled_and_says_so(opened):
    figure = opened(size=0, false_positives=40)
    assert "the mask is empty" in words(figure)
    assert arrow(figure, "pull") == (0, 0)
    assert figure.locator(".sg-bars-value").first.inner_text() == "none"
    assert not {"ratio", "pull_share", "push_share"} & set(quantities_of(figure))


def test_without_smoothing_there_is_no_push_and_no_ratio(opened):
    figure = opened(smooth=0)
    ratio = figure.locator("output[data-quantity=ratio]")
    assert ratio.get_attribute("data-value") is None
    assert ratio.inner_text() == "none: nothing pushes"


@pytest.mark.parametrize("changes", [{}, {"overlap": 0.4, "false_positives": 7, "eps": 0.5}])
@pytest.mark.parametrize("convention", ["textbook", "half", "denominator", "none"])
def test_the_still_picture_has_the_slopes_of_the_reference(changes, convention):
    state = {**MISSED, **changes, "convention": convention}
    slopes = dice(state)[1].ravel()
    assert plots.pull_and_push(state) == pytest.approx((-slopes[0], slopes[-1]), rel=1e-12)


def test_the_still_picture_of_the_figure_is_bars_and_that_of_the_bench_curves():
    figure = SmoothingExplorer(smooth=3.0)
    lengths = [bar.get_width() for bar in figure._picture().axes[0].patches]
    assert len(lengths) == 8  # pull and push at 1e-5, 1, 3 and 100
    expected = quantities({**MISSED, "smooth": 3.0})
    assert lengths[2] == pytest.approx(expected["pull_share"])
    assert lengths[6] == pytest.approx(expected["push_share"])
    assert f"{expected['pull_share']:.3g} of what it is" in figure._description()
    assert len(SmoothingExplorer(layout="bench")._picture().axes) == 2
    assert len(SmoothingExplorer(size=0)._picture().axes) == 2  # nothing is pulled
