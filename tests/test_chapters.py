"""The exercises of the chapters: every solution runs, and asserts what it says."""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from pages import CORE

from segloss_lab import reference

ROOT = Path(__file__).parent.parent
NOTES = sorted((ROOT / "chapters" / "notes").glob("*.ipynb"))
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb")) + NOTES
FOLDED = re.compile(r"<details><summary>Solution</summary>\n\n(.*?)</details>", re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def solutions():
    for path in CHAPTERS:
        text = "\n".join(
            "".join(cell["source"])
            for cell in json.loads(path.read_text())["cells"]
            if cell["cell_type"] == "markdown"
        )
        for number, solution in enumerate(FOLDED.findall(text), 1):
            yield pytest.param(solution, id=f"{path.relative_to(ROOT / 'chapters')} {number}")


@pytest.fixture
def close_enough(monkeypatch):
    """Refuse a comparison whose absolute tolerance, 1e-8 if none is named, dwarfs the number."""

    def refusing(compare):
        def checked(a, b, rtol=1e-5, atol=1e-8):
            sizes = np.abs(np.asarray(b, float))
            sizes = sizes[sizes > 0]
            assert not sizes.size or np.all(atol < 0.005 * np.median(sizes)), f"{b}, atol={atol}"
            return compare(a, b, rtol=rtol, atol=atol)

        return checked

    for name in ("isclose", "allclose"):
        monkeypatch.setattr(np, name, refusing(getattr(np, name)))


@pytest.mark.parametrize("solution", list(solutions()))
def test_a_solution_runs_and_checks_itself(solution, close_enough):
    blocks = CODE.findall(solution)
    assert blocks and "assert" in blocks[-1]
    for block in blocks:
        exec(compile(block, "solution", "exec"), {"np": np, "reference": reference})


def test_every_chapter_on_a_loss_has_exercises():
    """Folded ones, in the note where there is one: those of its core chapter answer back."""
    noted = {path.stem for path in NOTES}
    counts = Counter(Path(str(solution.id).split()[0]).stem for solution in solutions())
    assert {stem for stem, count in counts.items() if count >= 2} >= {*CORE}
    assert all(counts[stem] >= 4 for stem in CORE if stem not in noted), counts


SOURCES = {
    "DOI": re.compile(r"doi\.org/(10\.[^\s)\"'<>]+)"),
    "arXiv": re.compile(r"arxiv\.org/abs/([\d.]+\d)"),
    "thread": re.compile(r"github\.com/([\w.-]+/[\w.-]+/(?:issues|pull)/\d+)"),
}


def cited(text):
    return [
        (kind, source.lower()) for kind, found in SOURCES.items() for source in found.findall(text)
    ]


def test_the_references_list_each_source_of_the_book_once():
    references = ROOT / "reference" / "references.md"
    listed = cited(references.read_text())
    assert len(listed) == len(set(listed))
    pages = {*CHAPTERS, *(ROOT / "reference").glob("*.md"), ROOT / "README.md"} - {references}
    texts = [page.read_text() for page in pages]
    # What the pages say of their images stands in the manifest, without links.
    manifest = (ROOT / "segloss_lab" / "manifest.json").read_text()
    texts.append(manifest.replace("(doi ", "(https://doi.org/"))
    used = {source for text in texts for source in cited(text)}
    assert used - set(listed) == set()
    docstrings = "".join(path.read_text() for path in (ROOT / "segloss_lab").rglob("*.py"))
    assert "Jaccard metric losses" in docstrings  # cited there by name, without a number
    assert set(listed) - used == {("arXiv", "2302.05666")}
