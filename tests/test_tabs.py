"""Tabs: neighbouring cells in three frameworks become one box, by pointer and by keyboard."""

import shutil
from pathlib import Path

import npm
import pytest
from browser import offline
from explorer_page import write_page

NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "numpy": "NumPy"}
BOOK = Path(__file__).parents[1] / "_static"


def cell(key, text=None):
    """Write a cell as the book does."""
    return f'<div class="cell tag_tab-{key} docutils container"><pre>{text or key}</pre></div>'


def cells(*keys):
    return "".join(map(cell, keys))


@pytest.fixture
def opened(context, tmp_path):
    """Open a page of these parts; nothing may be thrown there."""
    thrown = []

    def open_page(*parts, within=context, scripts=1, before=""):
        more = before + '<script src="explorer.js"></script>' * (scripts - 1)
        shutil.copytree(BOOK, tmp_path, dirs_exist_ok=True)
        style = '<link rel="stylesheet" href="book.css">'
        body = f'<article class="bd-article"><section>{"".join(parts)}</section></article>'
        page = within.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.goto(write_page(tmp_path, more, style, body).as_uri())
        return page

    yield open_page
    assert thrown == []


def tab(page, name, box=0):
    return page.locator(".sg-tabs").nth(box).get_by_role("tab", name=name)


def shown(page):
    """Give the texts of the cells that are in sight, box by box."""
    return [
        [pre.inner_text() for pre in box.locator("pre").all() if pre.is_visible()]
        for box in page.locator(".sg-tabs").all()
    ]


def focused(page):
    return page.evaluate("document.activeElement.textContent")


def test_a_click_shows_one_cell_and_its_tab_says_so(opened):
    page = opened("<p>before</p>", cells(*NAMES), "<p>after</p>")
    assert shown(page) == [["pytorch"]]
    assert page.get_by_role("tab").all_inner_texts() == list(NAMES.values())
    for key, name in NAMES.items():
        tab(page, name).click()
        assert shown(page) == [[key]]
        chosen = page.get_by_role("tab", selected=True)
        assert chosen.all_inner_texts() == [name]
        panel = page.get_by_role("tabpanel", name=name)
        assert panel.get_attribute("id") == chosen.get_attribute("aria-controls")
    around = "[...document.querySelector('section').children].map(({ className }) => className)"
    assert page.evaluate(around) == ["", "sg-tabs", ""]


def test_tabs_say_what_they_are_before_a_choice(opened):
    page = opened(cells(*NAMES))
    assert names_above(page) == ["none"] * 3  # the tabs say it
    assert [one.get_attribute("tabindex") for one in page.get_by_role("tab").all()] == [
        "0",
        "-1",
        "-1",
    ]


def test_arrows_home_and_end_go_round_and_one_tab_is_in_the_order(opened):
    page = opened("<button>first</button>", cells(*NAMES), "<button>last</button>")
    page.get_by_role("button", name="first").focus()
    page.keyboard.press("Tab")
    keys = {
        "ArrowRight": ["TensorFlow", "NumPy", "PyTorch"],
        "ArrowLeft": ["NumPy", "TensorFlow", "PyTorch"],
        "End": ["NumPy", "NumPy"],
        "Home": ["PyTorch", "PyTorch"],
    }
    for key, names in keys.items():
        for name in names:
            page.keyboard.press(key)
            assert focused(page) == name
            assert shown(page) == [[name.lower()]]
    page.keyboard.press("Control+ArrowRight")  # the system's, or the browser's
    page.keyboard.press("ArrowDown")  # scrolls
    assert focused(page) == "PyTorch"
    page.keyboard.press("Tab")
    assert focused(page) == "last"


def test_a_choice_holds_for_all_boxes_and_is_remembered(opened):
    parts = [cells(*NAMES), "<p>text</p>", cells("pytorch", "numpy"), "<p>more</p>"]
    page = opened(*parts)
    assert shown(page) == [["pytorch"], ["pytorch"]]
    tab(page, "NumPy", box=1).click()
    assert shown(page) == [["numpy"], ["numpy"]]
    tab(page, "TensorFlow").click()
    assert shown(page) == [["tensorflow"], ["numpy"]], "a box without it stays as it is"
    page.reload()
    assert shown(page) == [["tensorflow"], ["pytorch"]]


def test_what_is_under_the_hand_stays_there(opened):
    tall = cell("pytorch", "line\n" * 40) + cell("numpy")
    page = opened("<br>" * 60, tall, "<p>text</p>", cells("pytorch", "numpy"), "<br>" * 90)
    button = tab(page, "NumPy", box=1)
    button.scroll_into_view_if_needed()
    before = button.bounding_box()["y"]
    button.click()
    assert button.bounding_box()["y"] == pytest.approx(before, abs=1)


def test_a_run_ends_where_something_else_stands_or_a_name_comes_again(opened):
    page = opened(cells(*NAMES, "pytorch", "numpy"), "<p>text</p>", cells("numpy"))
    names = [box.get_by_role("tab").all_inner_texts() for box in page.locator(".sg-tabs").all()]
    assert names == [[*NAMES.values()], ["PyTorch", "NumPy"], ["NumPy"]]


def test_a_page_that_loads_the_bundle_twice_has_each_box_once(opened):
    page = opened(cells(*NAMES), scripts=2)
    assert page.locator(".sg-tabs").count() == 1
    assert page.get_by_role("tab").count() == 3
    tab(page, "NumPy").click()
    assert shown(page) == [["numpy"]]


@pytest.mark.parametrize("kept", ["cobol", "__proto__", "", "{"])
def test_what_is_kept_wrongly_changes_nothing(opened, kept):
    before = f"<script>localStorage.setItem('segloss-tab', '{kept}')</script>"
    assert shown(opened(cells(*NAMES), before=before)) == [["pytorch"]]


def test_a_browser_that_keeps_nothing_has_tabs(opened):
    refuse = (
        "<script>Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('no', 'SecurityError'); } })</script>"
    )
    page = opened(cells(*NAMES), "<p>text</p>", cells(*NAMES), before=refuse)
    tab(page, "NumPy").click()
    assert shown(page) == [["numpy"], ["numpy"]]


def names_above(page):
    above = "cells => cells.map(cell => getComputedStyle(cell, '::before').content)"
    return [name.strip('"') for name in page.locator("div.cell").evaluate_all(above)]


def test_without_javascript_each_cell_stands_below_its_name(browser, opened):
    with offline(browser, java_script_enabled=False) as (context, _):
        page = opened(cells(*NAMES), within=context)
        assert all(pre.is_visible() for pre in page.locator("pre").all())
        assert page.locator("[role=tab]").count() == 0
        assert names_above(page) == [*NAMES.values()]


def test_on_paper_all_cells_stand_below_their_names(opened):
    page = opened(cells(*NAMES))
    page.emulate_media(media="print")
    assert shown(page) == [[*NAMES]]
    assert names_above(page) == [*NAMES.values()]
    assert not page.locator("[role=tablist]").is_visible()


def test_axe_finds_nothing(opened):
    page = opened("<h1>Tabs</h1>", cells(*NAMES), "<p>text</p>", cells("pytorch", "numpy"))
    page.evaluate(npm.axe())
    found = page.evaluate(
        "axe.run('.sg-tabs', { preload: false }).then(({ violations }) => violations)"
    )
    assert [violation["id"] for violation in found] == []
