"""The page as a host: a bundle loaded twice, figures that are broken, links that are wrong."""

import json

import explorer_page
import pytest
from explorer_page import quantities_of, state_of, write_page, written

from segloss_lab.explorer import MaskExplorer, PixelExplorer, SmoothingExplorer, explore


@pytest.fixture
def opened(context, tmp_path):
    """Open a page of these parts at an address of it; nothing may be thrown there."""
    thrown = []

    def open_page(*parts, hash_="", scripts=1):
        more = '<script src="explorer.js"></script>' * (scripts - 1)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.goto(write_page(tmp_path, more, *parts).as_uri() + hash_)
        return page

    yield open_page
    assert thrown == []


def alive(explorer):
    """Write the figure of an explorer on its bench, where every control is in sight."""
    explorer.layout = "bench"
    return explorer_page.alive(explorer)


def figure_of(page, kind="smoothing", nth=0):
    return page.locator(f"figure[data-explorer={kind}]").nth(nth)


def note_of(figure):
    return figure.locator(".sg-note").inner_text()


def follow(page, hash_):
    page.evaluate(
        """hash => new Promise(done => {
          addEventListener("hashchange", () => setTimeout(done), { once: true });
          location.hash = hash;
        })""",
        hash_,
    )


# --- mounted once ---


def test_a_page_that_loads_the_bundle_twice_has_each_figure_once(opened):
    page = opened(alive(SmoothingExplorer()), scripts=2, hash_="#smoothing?smooth=1&size=777")
    figure = figure_of(page)
    first = SmoothingExplorer().state
    assert state_of(figure) == {**first, "smooth": 1, "size": 777}
    figure.get_by_role("button", name="Reset").click()
    assert state_of(figure) == first

    follow(page, "#smoothing?eps=1")
    assert state_of(figure) == {**first, "eps": 1}
    shown = quantities_of(figure)["loss"]
    page.wait_for_timeout(700)  # or the next move would be one with the last
    slider = figure.locator("input[type=range][name=smooth]")
    slider.press("End")
    page.wait_for_function("location.hash.includes('smooth=100000')")
    slider.press("Control+z")
    assert state_of(figure) == {**first, "eps": 1}
    assert quantities_of(figure)["loss"] == shown
    page.wait_for_function("location.hash.includes('smooth=1&')")


def test_a_link_to_a_mask_is_followed_where_the_bundle_is_loaded_twice(opened):
    page = opened(alive(MaskExplorer()), scripts=2, hash_="#mask?loss=focal&step=50&shift_x=0")
    expected = {**MaskExplorer().state, "loss": "focal", "step": 50, "shift_x": 0}
    assert state_of(figure_of(page, "mask")) == expected
    assert note_of(figure_of(page, "mask")) == ""


def test_a_link_is_followed_though_a_figure_wrote_the_address_meanwhile(opened):
    page = opened(alive(SmoothingExplorer()))
    page.evaluate(
        """() => new Promise(done => {
          addEventListener("hashchange", () => setTimeout(done), { once: true });
          location.hash = "#smoothing?eps=1";
          history.replaceState(null, "", "#smoothing?smooth=3");
        })"""
    )
    assert state_of(figure_of(page)) == {**SmoothingExplorer().state, "eps": 1}


# --- broken figures ---


def sampled(**wrong):
    """A sampled explorer's state in which some of what was sampled is wrong."""
    state = explore(lambda probs, target: 0.0, name="none", sizes=[1], backend="numpy").state
    return json.dumps({**state, "samples": {**state["samples"], **wrong}})


NO_STATE = "its data-state must be a JSON object, got "
NO_SAMPLES = "its samples must "
BROKEN = {
    "no state": ("smoothing", None, f"{NO_STATE}“”"),
    "no json": ("smoothing", "{oops", f"{NO_STATE}“{{oops”"),
    "null": ("smoothing", "null", f"{NO_STATE}“null”"),
    "a list": ("mask", "[1]", f"{NO_STATE}“[1]”"),
    "a number": ("pixel", "3", f"{NO_STATE}“3”"),
    "long": ("overlap", "x" * 10**6, f"{NO_STATE}“{'x' * 30}…”"),
    "unknown": ("smoothin", "{}", "there is no explorer of the kind “smoothin”"),
    "constructor": ("constructor", "{}", "there is no explorer of the kind “constructor”"),
    "__proto__": ("__proto__", "{}", "there is no explorer of the kind “__proto__”"),
    "empty kind": ("", "{}", "there is no explorer of the kind “”"),
    "no samples": ("sampled", "{}", NO_SAMPLES),
    "null samples": ("sampled", '{"samples": null}', NO_SAMPLES),
    "no losses": ("sampled", sampled(values=""), f"{NO_SAMPLES}hold 441 losses, got 0"),
    "too few losses": ("sampled", sampled(side=30), f"{NO_SAMPLES}hold 900 losses, got 441"),
    "half a loss": ("sampled", sampled(values="AAA="), f"{NO_SAMPLES}hold 441 losses, got 0.5"),
    "no base64": ("sampled", sampled(values="!"), NO_SAMPLES),
    "no side": ("sampled", sampled(side=None), NO_SAMPLES),
    "no settings": ("sampled", sampled(settings={}), NO_SAMPLES),
    "empty settings": ("sampled", sampled(settings={"size": []}), NO_SAMPLES),
    "a setting in words": ("sampled", sampled(settings={"size": 10}), NO_SAMPLES),
    "no name": ("sampled", sampled(name=None), NO_SAMPLES),
}


@pytest.mark.parametrize(("kind", "state", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_figure_says_why_keeps_its_picture_and_the_others_live(opened, kind, state, says):
    live = alive(SmoothingExplorer(size=37))
    page = opened(live, written(kind, state), live, hash_="#smoothing?size=5")
    figure = page.locator("figure").nth(1)
    assert note_of(figure).startswith(f"This figure stays a picture: {says}")
    assert figure.locator("img[alt='its picture']").is_visible()
    for nth, size in ((0, 5), (2, 37)):
        live = page.locator("figure").nth(nth)
        live.locator("input[type=range][name=eps]").press("End")
        assert state_of(live) == {**SmoothingExplorer(size=size).state, "eps": 1e5}


def test_a_link_finds_its_figure_behind_a_broken_one_of_its_kind(opened):
    page = opened(
        written("smoothing", "{"), alive(SmoothingExplorer()), hash_="#smoothing-2?size=5"
    )
    assert state_of(figure_of(page, nth=1))["size"] == 5
    follow(page, "#smoothing?size=6")
    assert state_of(figure_of(page, nth=1))["size"] == 5


def test_what_is_wrong_in_a_figures_own_state_is_named_and_the_rest_taken(opened):
    state = '{"smooth": "1", "size": 37, "sise": 3}'
    page = opened(written("smoothing", state))
    assert state_of(figure_of(page)) == SmoothingExplorer(size=37).state
    assert note_of(figure_of(page)) == (
        "This figure’s state was taken over in part: smooth must be 0 or a number from 1e-100 to "
        "1e100; there is no “sise” here."
    )


# --- wrong links ---


def test_a_link_of_a_million_letters_costs_one_short_note(opened):
    keys = "&".join(f"call_this_number_now_and_wire_the_money_{i}=1" for i in range(20_000))
    page = opened(alive(SmoothingExplorer()), hash_=f"#smoothing?{keys}&size=5")
    figure = figure_of(page)
    assert state_of(figure) == SmoothingExplorer(size=5).state
    name = "there is no “call_this_number_now_and_wire_…” here"
    assert note_of(figure) == (
        f"This link was followed in part: {name}; {name}; {name}; and 19\u202f997 more."
    )
    assert figure.locator(".sg-note").bounding_box()["height"] < 100


def test_a_name_is_cut_between_letters(opened):
    page = opened(alive(SmoothingExplorer()), hash_=f"#smoothing?{'𝛼' * 40}=1")
    assert f"“{'𝛼' * 30}…”" in note_of(figure_of(page))


@pytest.mark.parametrize("name", ["smoothin", "smoothing-9", "toString", "__proto__", ""])
def test_a_link_to_a_figure_that_is_not_there_says_so_until_one_is_right(opened, name):
    page = opened(alive(SmoothingExplorer()), alive(PixelExplorer()), hash_=f"#{name}?size=3")
    assert note_of(figure_of(page)) == (
        f"This link leads to a figure “{name}”, which this page does not have; "
        "it has smoothing, pixel."
    )
    assert state_of(figure_of(page)) == SmoothingExplorer().state
    follow(page, "#pixel?gamma=3")
    assert note_of(figure_of(page)) == ""
    assert state_of(figure_of(page, "pixel"))["gamma"] == 3


def test_a_long_name_of_a_figure_is_cut(opened):
    page = opened(alive(SmoothingExplorer()), hash_=f"#{'x' * 10**6}?size=3")
    assert f"“{'x' * 30}…”" in note_of(figure_of(page))


@pytest.mark.parametrize("hash_", ["#top", "#top?size=3", "#smoothing", "#%E0%A4%A"])
def test_anchors_of_the_pages_own_are_left_alone(opened, hash_):
    page = opened('<h1 id="top">Top</h1>', alive(SmoothingExplorer()), hash_=hash_)
    assert state_of(figure_of(page)) == SmoothingExplorer().state
    assert note_of(figure_of(page)) == ""
