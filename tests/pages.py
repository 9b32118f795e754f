"""What a reader meets on a core chapter, counted: words, formulas, code, figures, questions."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORE = sorted(path.stem for path in (ROOT / "chapters").glob("0[2-9]_*.ipynb"))

HIDDEN = {"remove-cell", "remove-input", "hide-cell", "hide-input"}
TABS = ("tab-pytorch", "tab-tensorflow", "tab-numpy")
DISPLAYED = re.compile(r"\$\$.*?\$\$", re.DOTALL)
INLINE = re.compile(r"\$[^$\n]+\$")
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\([^)\s]+\)")
WORD = re.compile(r"[\w’'$.-]*\w[\w’'$.-]*")
FIGURE = re.compile(r"\w+Explorer(?:\.lesson)?\(|\bpl(?:t|ots)\.show\(")
WORDS_A_MINUTE = 200  # of a text on mathematics that is read to be understood
OF_A_QUESTION = 0.5  # minutes
OF_A_FIGURE = 0.5


@dataclass(frozen=True)
class Page:
    """What the notebook of a chapter has for its reader."""

    words: int  # of prose; a formula in the text is one, answers that are folded are none
    formulas: int  # displayed
    lines: int  # of code that is seen, of tabs the first one's, without blank ones
    asserts: int  # in code that is seen, in whatever tab
    figures: int
    predictions: int
    exercises: int

    @property
    def minutes(self) -> float:
        asked = self.predictions + self.exercises
        return self.words / WORDS_A_MINUTE + OF_A_QUESTION * asked + OF_A_FIGURE * self.figures


def page_of(stem: str) -> Page:
    cells = json.loads((ROOT / "chapters" / f"{stem}.ipynb").read_text())["cells"]
    prose = "\n".join(_source(cell) for cell in cells if cell["cell_type"] == "markdown")
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    drawn = [_source(cell) for cell in code if "remove-cell" not in _tags(cell)]
    seen = [cell for cell in code if not HIDDEN & _tags(cell)]
    first = [cell for cell in seen if not _tags(cell) & set(TABS[1:])]
    asked = [source for source in drawn if "Question(" in source]
    predictions = sum("choices=" in source and "Exercise" not in source for source in asked)
    return Page(
        words=len(WORD.findall(_bare(prose))),
        formulas=len(DISPLAYED.findall(FOLDED.sub("", prose))),
        lines=sum(bool(line.strip()) for cell in first for line in _source(cell).splitlines()),
        asserts=sum(len(re.findall(r"^\s*assert\b", _source(cell), re.M)) for cell in seen),
        figures=sum(len(FIGURE.findall(source)) for source in drawn),
        predictions=predictions,
        exercises=len(asked) - predictions,
    )


def _bare(prose: str) -> str:
    """Prose as it is read: without displayed formulas, code, folded answers and addresses."""
    for pattern, instead in (
        (FOLDED, ""),
        (FENCED, ""),
        (DISPLAYED, ""),
        (LINK, "]"),
        (INLINE, "x"),
    ):
        prose = pattern.sub(instead, prose)
    return prose


def _source(cell: dict) -> str:
    return "".join(cell["source"])


def _tags(cell: dict) -> set[str]:
    return set(cell["metadata"].get("tags", ()))
