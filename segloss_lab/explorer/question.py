"""Questions that answer back: a choice, a number, or a figure to be dragged to a place."""

import html
import json
import math
import re
from collections.abc import Mapping, Sequence

import anywidget
import traitlets

from segloss_lab.explorer._base import _BUNDLE, Explorer, Look, Setting, _is_number, _pair
from segloss_lab.explorer._texts import as_html, without_tex

_BOX = "border-left:4px solid #e69f00;padding:0.1rem 1rem;margin:1.5rem 0"
_HEADINGS = ("Predict", "Exercise")
_FIGURE = re.compile(r"([a-z_]+)(-[1-9]\d*)?")


class Question(anywidget.AnyWidget):
    """A question that is answered in the page: a choice, a number, or a figure dragged to a place.

    Which of the three it is, the arguments say: ``choices``, or an ``answer`` that is a number, or
    ``until``. A wrong answer is met with the hint for the slip that leads there, a right one with
    ``why``; then the figure moves to ``moves``. It works in a page without a kernel, in a notebook
    as a widget, whose trait ``answered`` is ``""``, ``"wrong"`` or ``"right"``, and as a folded
    answer where there is no JavaScript. What was answered stays in the reader's browser.

    In all texts `` `smooth` `` is code and ``$p_t$`` mathematics. MathJax sets that in the book, on
    pages that have mathematics beside it; a notebook sets none in widgets and shows plain letters.

    Args:
        id: Name of the question, different from all others of its page: small letters, digits and
            hyphens. Under it the reader's browser keeps the answer.
        text: What is asked.
        choices: Two or more texts to choose from.
        answer: The right one of the choices, or a finite number.
        tolerance: How far a number may be from the answer, at least 0; half a hundredth of the
            answer unless told.
        unit: What stands behind the field of a number: "%", "pixels".
        figure: Name of an explorer of the page, as links call it: ``"smoothing"``, or
            ``"smoothing-2"`` for the second of its kind.
        until: Name of a result of that figure, such as ``"loss"``, to be brought into ``between``.
        between: The lowest and the highest value that will do.
        moves: Settings of the figure that show the truth, on top of its first state.
        hints: Replies to likely slips: {choice: text}, or for a number [(value, text), ...], each
            given where the answer is within ``tolerance`` of the value.
        hint: Reply to any other wrong choice or number.
        why: Reply to a right answer, and what the folded answer says.
        heading: "Predict" or "Exercise"; "Predict" for choices, unless told.

    Raises:
        TypeError, ValueError: For an argument that cannot be: it names the argument, what came and
            what was expected.

    Example:
        >>> Question(  # doctest: +SKIP
        ...     "dice-13-percent", "By how much does the pull weaken?",
        ...     choices=["by 1.5%", "by 13%", "by half"], answer="by 13%",
        ...     why="Yes: (2·10 + 1)/(10 + 1)² is 0.174, for 2/10.",
        ...     figure="smoothing", moves={"smooth": 1.0},
        ... )
    """

    _esm = f"{_BUNDLE}\nexport default segloss.widget;\n"

    # ipywidgets 7 displays its own view by this method and then asks for no other part.
    _ipython_display_ = None

    kind = traitlets.Unicode("question", read_only=True).tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    answered = traitlets.Enum(["", "wrong", "right"], "").tag(sync=True)

    def __init__(
        self,
        id: str,
        text: str,
        *,
        choices: Sequence[str] | None = None,
        answer: str | float | None = None,
        tolerance: float | None = None,
        unit: str = "",
        figure: str | None = None,
        until: str | None = None,
        between: tuple[float, float] | None = None,
        moves: Mapping[str, object] | None = None,
        hints: Mapping[str, str] | Sequence[tuple[float, str]] = (),
        hint: str = "",
        why: str = "",
        heading: str | None = None,
    ):
        if not isinstance(id, str) or not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", id):
            raise ValueError(_wrong("id", "small letters, digits and hyphens, 'dice-13'", id))
        for name, given in {"text": text, "unit": unit, "hint": hint, "why": why}.items():
            if not isinstance(given, str) or (name == "text" and not given.strip()):
                raise TypeError(_wrong(name, "a text", given))
        given = {"choices": choices, "answer": answer, "tolerance": tolerance, "between": between}
        sort = "choice" if choices is not None else "until" if until is not None else "number"
        own, hints = _OF_SORT[sort](given, until, hints)
        if sort != "number" and unit:
            raise ValueError(_wrong("unit", "given with a number only", unit))
        heading = heading or _HEADINGS[sort != "choice"]
        if heading not in _HEADINGS:
            raise ValueError(_wrong("heading", "'Predict' or 'Exercise'", heading))
        self.id = id
        self._asked = {
            **{"id": id, "sort": sort, "heading": heading, "text": text, "unit": unit, **own},
            **{"hints": hints, "hint": hint, "why": why},
            **_checked_figure(figure, moves, until),
        }
        super().__init__(spec=_each_text(self._asked, without_tex))

    def _repr_mimebundle_(self, **kwargs):
        """Add the page's question, and its words, to the widget's own view."""
        data, metadata = _pair(super()._repr_mimebundle_(**kwargs))
        words = f"{self._asked['heading']}: {without_tex(self._asked['text'])}"
        return {**data, "text/html": self._section(), "text/plain": words}, metadata

    def _section(self) -> str:
        """Write the question for a page: what is asked, and a folded answer."""
        asked = self._asked
        choices = "".join(f"<li>{as_html(choice)}</li>" for choice in asked.get("choices", ()))
        spec = html.escape(json.dumps(asked, ensure_ascii=False))
        return (
            f'<section data-question="{self.id}" data-answered="" data-spec="{spec}" '
            f'style="{_BOX}"><p><strong>{asked["heading"]}.</strong> {as_html(asked["text"])}</p>'
            f"{choices and f'<ul>{choices}</ul>'}<details><summary>Answer</summary>"
            f"<p>{as_html(self._answer())}</p></details></section>"
        )

    def _answer(self) -> str:
        """Give the answer in words, with the reason."""
        asked = self._asked
        if asked["sort"] == "until":
            low, high = asked["between"]
            words = f"{asked['until']} from {low:g} to {high:g}"
        elif asked["sort"] == "choice":
            words = asked["choices"][asked["answer"]]
        else:
            words = f"{asked['answer']:.6g} {asked['unit']}".strip()
        return f"{words}. {asked['why']}".strip()


def _wrong(name: str, expected: str, came: object) -> str:
    return f"{name} must be {expected}, got {came!r}"


def _of_choice(given: Mapping, until: object, hints: object) -> tuple[dict, list]:
    """Check what a choice is made of; the answer and the hints go by number."""
    choices, answer = given["choices"], given["answer"]
    _refuse(given, ("tolerance", "between"), "choices")
    if until is not None:
        raise ValueError(_wrong("until", "left out where choices are given", until))
    if isinstance(choices, str) or not isinstance(choices, Sequence):
        raise TypeError(_wrong("choices", "a list of texts", choices))
    different = len(set(map(str, choices))) == len(choices) > 1
    if not different or not all(isinstance(choice, str) and choice.strip() for choice in choices):
        raise ValueError(_wrong("choices", "two or more different texts", choices))
    if answer not in choices:
        raise ValueError(_wrong("answer", f"one of {', '.join(map(repr, choices))}", answer))
    if not isinstance(hints, Mapping):
        if hints != ():
            raise TypeError(_wrong("hints", "{choice: text}", hints))
        hints = {}
    for choice, text in hints.items():
        if choice not in choices or choice == answer:
            raise ValueError(_wrong("hints", "for wrong ones of the choices", choice))
        if not isinstance(text, str):
            raise TypeError(_wrong("hints", "{choice: text}", text))
    choices = list(choices)
    numbered = [[choices.index(choice), text] for choice, text in hints.items()]
    return {"choices": choices, "answer": choices.index(answer)}, numbered


def _of_number(given: Mapping, until: object, hints: object) -> tuple[dict, list]:
    """Check a number, how near it is to be met, and the slips that lead to others."""
    answer, tolerance = given["answer"], given["tolerance"]
    _refuse(given, ("between",), "a number")
    if not _finite(answer):
        expected = "a finite number, unless there are choices or until"
        raise (ValueError if _is_number(answer) else TypeError)(_wrong("answer", expected, answer))
    answer = float(answer)
    tolerance = abs(answer) / 200 if tolerance is None else tolerance
    if not _finite(tolerance) or tolerance < 0:
        raise ValueError(_wrong("tolerance", "a finite number of at least 0", tolerance))
    expected = "a list of (value, text), each value another than the answer"
    if isinstance(hints, str | Mapping) or not isinstance(hints, Sequence):
        raise TypeError(_wrong("hints", expected, hints))
    for hint in hints:
        pair = isinstance(hint, Sequence) and len(hint) == 2
        if not pair or not _finite(hint[0]) or not isinstance(hint[1], str):
            raise TypeError(_wrong("hints", expected, hint))
        if abs(hint[0] - answer) <= tolerance:
            raise ValueError(_wrong("hints", expected, hint))
    pairs = [[float(value), text] for value, text in hints]
    return {"answer": answer, "tolerance": float(tolerance)}, pairs


def _of_until(given: Mapping, until: object, hints: object) -> tuple[dict, list]:
    """Check the name of a result and the bounds that it is to be brought into."""
    _refuse(given, ("answer", "tolerance"), "until")
    if not isinstance(until, str) or not re.fullmatch("[a-z_][a-z0-9_]*", until):
        raise ValueError(_wrong("until", "the name of a result, such as 'loss'", until))
    if hints not in ((), [], {}):
        raise ValueError(_wrong("hints", "left out with until, which says too low or high", hints))
    between, expected = given["between"], "(lowest, highest), two finite numbers"
    if not isinstance(between, Sequence) or len(between) != 2 or not all(map(_finite, between)):
        raise TypeError(_wrong("between", expected, between))
    low, high = map(float, between)
    if not low < high:
        raise ValueError(_wrong("between", expected, between))
    return {"until": until, "between": [low, high]}, []


_OF_SORT = {"choice": _of_choice, "number": _of_number, "until": _of_until}


def _refuse(given: Mapping, names: Sequence[str], what: str) -> None:
    """Refuse arguments that belong to another sort of question."""
    for name in names:
        if given[name] is not None:
            raise ValueError(_wrong(name, f"left out of a question with {what}", given[name]))


def _finite(value: object) -> bool:
    return _is_number(value) and math.isfinite(value)


def _checked_figure(figure: object, moves: object, until: object) -> dict:
    """Check the figure's name and the settings that it is moved to, by the traits of its kind."""
    if figure is None:
        for name, given in {"moves": moves, "until": until}.items():
            if given is not None:
                raise ValueError(_wrong("figure", f"the figure's name where {name} is given", None))
        return {}
    kinds = {cls.kind.default_value: cls for cls in Explorer.__subclasses__()}
    named = _FIGURE.fullmatch(figure) if isinstance(figure, str) else None
    if named is None or named[1] not in kinds:
        expected = f"one of {', '.join(sorted(filter(None, kinds)))}, or such a name with -2"
        raise ValueError(_wrong("figure", expected, figure))
    if moves is None:
        return {"figure": figure}
    if not isinstance(moves, Mapping):
        raise TypeError(_wrong("moves", "{setting: value}", moves))
    traits = {
        name: trait
        for name, trait in kinds[named[1]].class_traits().items()
        if isinstance(trait, Setting) and not isinstance(trait, Look)
    }
    # A sampled explorer has its settings from the function that was sampled.
    free = "samples" in traits
    kept = {}
    for name, value in moves.items():
        if name in traits:
            kept[name] = _taken(traits[name], value)
        elif free:
            kept[name] = value
        else:
            raise ValueError(_wrong("moves", f"settings of {figure}: {', '.join(traits)}", name))
    return {"figure": figure, "moves": kept}


def _taken(trait: Setting, value: object) -> object:
    try:
        return trait.validate(None, value)
    except traitlets.TraitError as error:
        raise ValueError(f"moves: {error}") from error


def _each_text(spec: Mapping, change) -> dict:
    """Give a copy in which every text that a reader reads is changed."""
    return {
        **spec,
        **{name: change(spec[name]) for name in ("text", "hint", "why")},
        "hints": [[key, change(text)] for key, text in spec["hints"]],
        **({"choices": [change(c) for c in spec["choices"]]} if "choices" in spec else {}),
    }
