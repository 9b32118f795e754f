"""Every field of every explorer at the ends of what it takes and beyond: none leaves a dead figure.

A page takes from a link and from the keyboard exactly what the trait of the same name takes.
"""

import math
import random
from functools import cache

import oracle
import pytest

from segloss_lab.explorer._base import Between, Choice, Flag, Whole

SIZES = [5e-324, 9e-101, 1e-100, 0.3, 7, 1e100, 1.1e100, 1.7e308]
VALUES = [0.0, math.inf, -math.inf, math.nan, *SIZES, -1e-310, -0.3, -1.7e308]
COMBINATIONS = 20  # of extreme values in many fields at once, for each explorer
COMPARED = 5  # of them, with the reference, which takes its time

# Follows links, or types into a field, one after the other; tells what the figure shows after each.
FOLLOW = """([kind, queries]) => {
  const figure = document.querySelector(`figure[data-explorer="${kind}"]`);
  const wrong = /NaN|Infinity|∞|undefined|\\[object/g;
  return queries.map((query) => {
    history.replaceState(null, "", `#${kind}?${query}`);
    dispatchEvent(new HashChangeEvent("hashchange"));
    return {
      state: JSON.parse(figure.dataset.state),
      note: figure.querySelector(".sg-note").textContent,
      // The words around what is found are looked for after it: before it, that takes its time.
      wrong: [...figure.innerHTML.matchAll(wrong)].slice(0, 9).map(
        ({ index, input }) => input.slice(Math.max(index - 60, 0), index + 30),
      ),
      quantities: Object.fromEntries([...figure.querySelectorAll("output[data-value]")].map(
        ({ dataset: { quantity, value } }) => (
          [quantity, Number.isFinite(Number(value)) ? Number(value) : null]
        ),
      )),
    };
  });
}"""
TYPE = """([kind, name, texts]) => {
  const figure = document.querySelector(`figure[data-explorer="${kind}"]`);
  const field = figure.querySelector(`input[type=number][name="${name}"]`);
  if (!field) return [];
  return texts.map((text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const message = field.validationMessage;
    field.dispatchEvent(new Event("blur"));
    return { message, value: JSON.parse(figure.dataset.state)[name] };
  });
}"""


@pytest.fixture(params=oracle.ORACLES)
def kind(request):
    return request.param


@cache
def settings_of(kind):
    """The traits of an explorer that make up its state, by name."""
    return oracle.example(kind)._settings()


@cache
def first_of(kind):
    """The first state of an explorer."""
    return oracle.example(kind).state


def numbers_of(kind):
    settings = settings_of(kind).items()
    return {name: trait for name, trait in settings if isinstance(trait, Between | Whole)}


def values_for(trait):
    """Extreme values, the ends of what a trait takes, and what lies just beyond them."""
    ends = [trait.low, trait.high]
    beyond = [math.nextafter(trait.low, -math.inf), math.nextafter(trait.high, math.inf)]
    return [float(value) for value in [*VALUES, *ends, *beyond]]


def taken(trait, value):
    """What the trait makes of a number; None if it refuses it."""
    return trait.accept(int(value) if isinstance(trait, Whole) and value.is_integer() else value)


def assert_finite(shown):
    assert shown["wrong"] == [], shown["state"]
    assert "loss" in shown["quantities"]
    assert all(value is not None for value in shown["quantities"].values()), shown["state"]


def test_a_link_takes_what_the_trait_takes_and_names_what_it_refuses(benches, kind):
    first = first_of(kind)
    for name, trait in numbers_of(kind).items():
        values = values_for(trait)
        accepted = [taken(trait, value) for value in values]
        written = [
            value if kept is None else kept for value, kept in zip(values, accepted, strict=True)
        ]
        queries = [oracle.query({name: value}) for value in written]
        records = benches.evaluate(FOLLOW, [kind, queries])
        for value, kept, shown in zip(values, accepted, records, strict=True):
            assert shown["state"] == ({**first, name: kept} if kept is not None else first), value
            says = f"This link was followed in part: {name} must be "
            assert shown["note"].startswith(says) if kept is None else shown["note"] == "", value
            if kept is None and isinstance(trait, Between):
                assert shown["note"].startswith(says + trait.expected)
            assert_finite(shown)


def test_a_number_field_takes_what_the_trait_takes(benches, kind):
    for name, trait in numbers_of(kind).items():
        values = [value for value in values_for(trait) if math.isfinite(value)]
        benches.evaluate(FOLLOW, [kind, [""]])
        records = benches.evaluate(TYPE, [kind, name, [repr(value) for value in values]])
        before = first_of(kind)[name]
        for value, shown in zip(values, records, strict=bool(records)):
            kept = taken(trait, value)
            assert (shown["message"] == "") is (kept is not None), (name, value)
            before = before if kept is None else kept
            assert shown["value"] == before, (name, value)


def test_many_extremes_at_once_leave_every_figure_alive_and_true(benches, kind):
    chance = random.Random(kind)
    queries = []
    for _ in range(COMBINATIONS):
        state = {}
        for name, trait in settings_of(kind).items():
            choices = extremes(trait)
            if choices and chance.random() < 0.7:
                state[name] = chance.choice(choices)
        queries.append(oracle.query(state))
    for nth, shown in enumerate(benches.evaluate(FOLLOW, [kind, queries])):
        assert shown["note"] == ""
        assert_finite(shown)
        if nth < COMPARED:
            expected = oracle.ORACLES[kind].quantities(shown["state"])
            # Losses that differ by dust have a rank by dust.
            numbers, expected = (
                {name: value for name, value in some.items() if not name.startswith("rank_")}
                for some in (shown["quantities"], expected)
            )
            assert numbers == pytest.approx(expected, rel=1e-9, abs=1e-15)


def extremes(trait):
    if isinstance(trait, Choice):
        return trait.words
    if isinstance(trait, Flag):
        return [True, False]
    if isinstance(trait, Between | Whole):
        kept = [taken(trait, value) for value in values_for(trait)]
        return [value for value in kept if value is not None]
    return []


@pytest.mark.parametrize("end", [min, max])
def test_the_picture_of_every_explorer_can_be_drawn_at_its_extremes(kind, end):
    explorer = oracle.example(kind)
    for name, trait in numbers_of(kind).items():
        setattr(explorer, name, end(extremes(trait)))
    assert explorer._repr_mimebundle_()[0]["image/png"]


def test_what_a_trait_refuses_it_refuses_in_one_clear_line(kind):
    explorer = oracle.example(kind)
    for name, trait in numbers_of(kind).items():
        for value in values_for(trait):
            if taken(trait, value) is None:
                with pytest.raises(Exception, match=rf"^{name} must be .*, got ") as caught:
                    setattr(explorer, name, value)
                assert trait.expected in str(caught.value)
    assert explorer.state == first_of(kind)
