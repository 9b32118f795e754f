"""The book built without the sample data, read beside the one built with them.

The prose and the code of a chapter are the same in both, so they must hold in both. What only the
real images show is computed, asserted and said under one condition.
"""

import ast
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from book import ROOT, build

CHAPTERS = ROOT / "chapters"
NOTEBOOKS = sorted(CHAPTERS.rglob("*.ipynb"))
LEFT_OUT = "Left out: what the real images show."
STANDS_IN = "Not real data: "

# Words for what a phantom is not.
REAL = re.compile(
    r"\breal (?:image|slice|lesion|scan|case|volume|head|patient|nuclei|data)s?\b|\bpatient \d"
    r"|\bFLAIR\b|magnetic resonance|\bmicrosco|\bmicrograph|\bbrain\b|\bof (?:a|the) head\b"
    r"|\b(?:this|our|the|same) patient\b"
)


def name_of(path: Path) -> str:
    """What a build calls a chapter or a note."""
    return str(path.relative_to(CHAPTERS).with_suffix(""))


def cells_of(path: Path, kind: str) -> list:
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == kind]


def trees_of(path: Path) -> list[ast.Module]:
    """The code cells of a chapter without IPython's own lines."""
    sources = [
        re.sub(r"^(\s*)%.*", r"\1pass", c.source, flags=re.M) for c in cells_of(path, "code")
    ]
    return [ast.parse(source) for source in sources]


def conditions(tree: ast.AST) -> list[ast.If]:
    """The statements `if sample.source == "real":`."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.If)]
    return [
        node for node in found if re.fullmatch(r"\w+\.source == 'real'", ast.unparse(node.test))
    ]


def words_in(nodes: list[ast.stmt]) -> list[str]:
    """The constant parts of the texts that statements make, as runs of words."""
    parts = [part for node in nodes for part in ast.walk(node)]
    # What is asserted, and the key of a dictionary, is not said.
    silent = [part for part in parts if isinstance(part, ast.Assert | ast.Subscript)]
    silent = {id(within) for part in silent for within in ast.walk(part)}
    texts = [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in silent
    ]
    runs = [words(run) for text in texts for run in re.split(r"[*`$\\<>|\[\]()]|\d", text)]
    return [run for run in runs if run.count(" ") >= 3]


def words(text: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", text))


# --- In the notebooks ------------------------------------------------------------------------


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_what_only_real_images_show_is_asserted_and_said_under_one_condition(path):
    for tree in trees_of(path):
        for node in conditions(tree):
            assert words_in(node.body), f"nothing is said under: {ast.unparse(node)}"
            other = "".join(map(ast.unparse, node.orelse))
            assert LEFT_OUT in other and ".note" in other, f"no such else: {ast.unparse(node)}"
        tests = {id(part) for node in conditions(tree) for part in ast.walk(node.test)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "source" and id(node) not in tests:
                assert layout(tree, node), f"another condition on a source: {ast.unparse(tree)}"


def layout(tree: ast.AST, source: ast.Attribute) -> bool:
    """Whether a phantom only chooses another part of the image: no assert, no words."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and source in ast.walk(node.test):
            parts = [part for kept in node.body for part in ast.walk(kept)]
            asserts = any(isinstance(part, ast.Assert) for part in parts)
            return not (asserts or node.orelse or words_in(node.body))
    return False


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_what_stands_on_both_pages_does_not_call_a_phantom_real(path):
    said = [cell.source for cell in cells_of(path, "markdown")]
    said += [
        cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        for cell in cells_of(path, "code")
    ]
    for tree in trees_of(path):
        real = {
            id(part) for node in conditions(tree) for kept in node.body for part in ast.walk(kept)
        }
        constants = [part for part in ast.walk(tree) if isinstance(part, ast.Constant)]
        said += [str(part.value) for part in constants if id(part) not in real]
    found = [REAL.search(text.replace(LEFT_OUT, "")) for text in said]
    assert [
        match.string[max(match.start() - 60, 0) : match.end() + 60] for match in found if match
    ] == []


# --- In the two books ------------------------------------------------------------------------


class Page(HTMLParser):
    """What a chapter's page says beside its code, and the states of its explorers."""

    def __init__(self, path: Path):
        super().__init__()
        self.article, self.code = False, 0  # code: how many boxes deep in a cell's source
        self.parts, self.states = [], []
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join("".join(self.parts).split())

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.article |= tag == "article"
        if tag == "div" and (self.code or "cell_input" in given.get("class", "").split()):
            self.code += 1
        if kind := given.get("data-explorer"):
            self.states.append((kind, json.loads(given["data-state"])))

    def handle_endtag(self, tag):
        self.article &= tag != "article"
        self.code -= bool(self.code) and tag == "div"

    def handle_data(self, data):
        if self.article and not self.code:
            self.parts.append(data)


PARTS = ("_static", "chapters", "experiments", "pictures", "reference", "segloss_lab", "tools")
FILES = ("Makefile", "_config.yml", "_toc.yml", "pyproject.toml", "requirements.txt")


@pytest.fixture(scope="module")
def without() -> tuple[Path, str]:
    """Build a copy of the book as on a plane: no folder, an empty cache, no network.

    Its executed chapters are kept beside those of the book, and not in their place.
    """
    folder = ROOT / "_build" / "without_data"
    cache = folder / "_build" / "cache"
    for part in PARTS:
        shutil.rmtree(folder / part, ignore_errors=True)
        shutil.copytree(
            ROOT / part, folder / part, ignore=shutil.ignore_patterns("node_modules", "__pycache__")
        )
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
    everything = {"no_proxy": "", "NO_PROXY": ""}
    said = build(folder, SEGLOSS_DATA="", XDG_CACHE_HOME=str(cache), **nowhere, **everything)
    assert f"Sample data: read from {cache / 'segloss-lab'}, fetched there when needed" in said
    return folder / "_build" / "html", said


@pytest.fixture(scope="module")
def pages(book, without) -> dict[str, tuple[Page, Page]]:
    """The page of each chapter, built with the data and without."""
    folders = [folder / "chapters" for folder in (book, without[0])]
    return {
        name_of(path): tuple(Page(folder / f"{name_of(path)}.html") for folder in folders)
        for path in NOTEBOOKS
    }


@pytest.fixture(scope="module")
def real(book) -> None:
    """Skip where the book of this machine had to be built on a phantom itself."""
    executed = (book.parent / "jupyter_execute" / "chapters").rglob("*.ipynb")
    if any("A phantom stands in for" in path.read_text() for path in executed):
        pytest.skip("the sample data are neither here nor to be fetched")


def loading() -> list[str]:
    """The chapters that load a set."""
    return [name_of(path) for path in NOTEBOOKS if "data.load(" in path.read_text()]


def test_a_build_names_the_chapters_that_stand_on_a_phantom(without):
    named = without[1].split("On a phantom, for want of the real images:\n")[1]
    assert re.findall(r"^  ([\w/]+): \w+", named, re.M) == loading()
    assert "a folder that SEGLOSS_DATA names" in named


def test_a_page_on_a_phantom_says_so_and_no_other_does(real, pages):
    for name, (with_data, without_data) in pages.items():
        assert (STANDS_IN in without_data.text) == (name in loading()), name
        assert STANDS_IN not in with_data.text, name
        assert LEFT_OUT not in with_data.text, name


def test_sentences_on_real_images_stand_only_where_these_were_loaded(real, pages):
    for path in NOTEBOOKS:
        nodes = [node for tree in trees_of(path) for node in conditions(tree)]
        here, there = (words(page.text) for page in pages[name_of(path)])
        for run in words_in([kept for node in nodes for kept in node.body]):
            assert run in here, name_of(path)
            assert run not in there, name_of(path)
        assert pages[name_of(path)][1].text.count(LEFT_OUT) == len(nodes), name_of(path)


def test_no_explorer_and_no_sentence_is_about_nothing(pages):
    for name, (with_data, without_data) in pages.items():
        kinds = [[kind for kind, _ in page.states] for page in (with_data, without_data)]
        assert kinds[0] == kinds[1], name
        for (kind, state), other in zip(without_data.states, with_data.states, strict=True):
            if (kind, state) != other:  # made from what was loaded
                empty = {
                    key for key, value in state.items() if key in COUNTED and not sum_of(value)
                }
                assert not empty, (name, kind, empty)
        about = re.compile(
            r"\b0 (?:pixel|voxel|lesion|object|slice|piece)s?\b|\bof (?:the )?0\b|\bnan\b"
        )
        assert set(about.findall(without_data.text)) <= set(about.findall(with_data.text)), name


COUNTED = ("truth", "prediction", "size")


def sum_of(value: str | float) -> float:
    """How many bits of a mask, written in hexadecimal, are set; of a number, itself."""
    return int(value, 16).bit_count() if isinstance(value, str) else value
