"""The core chapters are read in a quarter of an hour: the limits of their pages, one by one."""

import json
import re
from pathlib import Path

import pytest
from pages import CORE, ROOT, TABS, page_of

MOST = {"words": 1800, "formulas": 10, "lines": 40, "asserts": 0, "figures": 6}
LEAST = {"figures": 1, "predictions": 3, "exercises": 4}


@pytest.fixture(params=CORE)
def stem(request):
    return request.param


def cells_of(path: Path):
    return json.loads(path.read_text())["cells"]


def test_a_chapter_is_short(stem):
    page = page_of(stem)
    over = {name: getattr(page, name) for name, most in MOST.items() if getattr(page, name) > most}
    under = {
        name: getattr(page, name) for name, least in LEAST.items() if getattr(page, name) < least
    }
    assert (over, under) == ({}, {}), page


def test_a_readers_code_has_a_tab_for_each_framework(stem):
    tags = [cell["metadata"].get("tags", ()) for cell in cells_of(ROOT / f"chapters/{stem}.ipynb")]
    tabs = [next((tag for tag in of_cell if tag in TABS), "") for of_cell in tags]
    groups = [group.split() for group in re.findall(r"tab\S+(?: tab\S+)*", " ".join(tabs))]
    assert groups
    assert all(group == list(TABS) for group in groups), groups


def test_a_chapter_ends_with_a_check_of_the_readers_own_loss_and_four_lines(stem):
    cells = cells_of(ROOT / f"chapters/{stem}.ipynb")
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert any(re.search(r"\bcheck\(", source) for source in code[-8:])
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    short = re.search(r"^## In short\n+(.*?)(?=^## |\Z)", prose, re.DOTALL | re.MULTILINE)
    assert short is not None
    assert len(re.findall(r"^- ", short[1], re.MULTILINE)) == 4
    assert f"notes/{stem}.ipynb" in prose


def test_a_checked_cell_says_so_where_it_is_seen(stem):
    """In Colab no cell is removed: what checks is folded, under a title."""
    for cell in cells_of(ROOT / f"chapters/{stem}.ipynb"):
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and re.search(r"^\s*assert\b", source, re.MULTILINE):
            assert re.match(r"# ?@title Checked: ", source), source
            assert cell["metadata"].get("cellView") == "form", source
            assert "remove-cell" in cell["metadata"]["tags"], source


def test_a_note_opens_with_its_questions_and_says_where_the_first_edition_went(stem):
    cells = cells_of(ROOT / f"chapters/notes/{stem}.ipynb")
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    opening = prose.split("\n## ")[0]
    assert len(re.findall(r"^- \[.+\]\(#.+\)", opening, re.MULTILINE)) >= 4
    assert "\n## Where the first edition" in prose
    assert f"../{stem}.ipynb" in prose
