"""What the book advises, tried: a sum that it recommends must not pay for nothing anywhere."""

import ast
import itertools
import json
import re

import numpy as np
import pytest
from scipy import optimize, stats
from test_chapters import CHAPTERS, ROOT

from segloss_lab import reference

WHICH_LOSS = (ROOT / "reference" / "which_loss.md").read_text()
TERMS = re.compile(r"terms ?= ?(\[\(.*?\)\])", re.DOTALL)


def sums_of(text: str) -> list:
    """The terms of cross-entropy and a Dice loss that a text writes out."""
    terms = [ast.literal_eval(found) for found in TERMS.findall(text)]
    return [each for each in terms if [name for _, name, _ in each][1:] == ["dice"]]


ADVISED = [
    *sums_of(WHICH_LOSS),
    *sums_of(reference.compound.__doc__),
    *(
        terms
        for path in CHAPTERS
        for cell in json.loads(path.read_text())["cells"]
        if cell["cell_type"] == "markdown"
        for code in re.findall(r"```python\n(terms.*?)```", "".join(cell["source"]), re.DOTALL)
        for terms in sums_of(code)
    ),
]
CLOSED = [  # the rows of the table of what closes the way
    [(1.0, "cross_entropy", {}), (1.0, "dice", ast.literal_eval(f"{{{setting}}}"))]
    for setting in re.findall(r'^\| `("smooth".*?)` \|', WHICH_LOSS, re.MULTILINE)
]


@pytest.fixture(scope="module")
def rare():
    """Logits and truth of twelve images; in three is an object of 16 pixels, a little brighter."""
    rng = np.random.default_rng(0)
    truth = np.zeros((12, 1, 32, 32), int)
    truth[:3, 0, 10:14, 12:16] = 1
    grey = np.where(truth, rng.normal(2.0, 1.0, truth.shape), rng.normal(size=truth.shape))
    return 3 * (grey - 2.5), truth


def landscape(terms, scene):
    """The minima of a loss over one bias for all: (loss, bias, pixels that are called)."""
    z, truth = scene
    biases = np.linspace(-40, 10, 101)
    loss = np.array([reference.compound(z + b, truth, terms=terms)[0] for b in biases])
    low = np.flatnonzero((loss[1:-1] < loss[:-2]) & (loss[1:-1] < loss[2:])) + 1
    return sorted((loss[k], biases[k], int((z + biases[k] > 0).sum())) for k in low)


@pytest.mark.parametrize("smooth", [1e-5, 1.0, 100.0])
def test_cross_entropy_does_not_close_the_way_to_nothing_anywhere(rare, smooth):
    terms = [(1.0, "cross_entropy", {}), (1.0, "dice", {"smooth": smooth})]
    _, _, called = landscape(terms, rare)[0]
    assert called == 0


@pytest.mark.parametrize("terms", [*ADVISED, *CLOSED], ids=str)
def test_a_sum_that_is_advised_has_its_only_minimum_where_something_is_called(rare, terms):
    ((_, _, called),) = landscape(terms, rare)
    assert called > 0


def test_the_default_is_the_same_on_every_page_that_writes_it():
    assert len(CLOSED) == 3
    default, *others = ADVISED
    assert default == CLOSED[0]
    assert others.count(default) >= 2  # the docstring and the chapter on compound losses


# --- Numbers on the page that are computed elsewhere -----------------------------------------


def test_the_threshold_beside_focal_loss_is_where_object_and_background_balance():
    (alpha,) = re.findall(r'"focal", gamma=2.0, alpha=([\d.]+), normalize', WHICH_LOSS)
    (told,) = re.findall(r"a threshold at p = ([\d.]+)", WHICH_LOSS)

    def best_for(share):
        """The p at which the mean focal loss of pixels alike is lowest."""
        labels = np.array([[[1, 0]]])

        def loss(z):
            each, _ = reference.focal(
                np.full((1, 1, 2), z), labels, gamma=2.0, alpha=float(alpha), reduction="none"
            )
            return (each[0, 0] * [share, 1 - share]).sum()

        z = optimize.minimize_scalar(loss, bounds=(-5, 5), method="bounded").x
        return 1 / (1 + np.exp(-z))

    assert abs(best_for(0.75) - 0.5) < 1e-3
    assert round(best_for(0.5), 2) == float(told)


def test_the_nuclei_are_told_apart_no_further_than_the_pages_say():
    results = json.loads((ROOT / "experiments" / "results" / "nuclei.json").read_text())
    finals = {}
    for run in sorted(results["runs"], key=lambda run: run["seed"]):
        finals.setdefault(run["loss"], []).append(np.mean(run["looks"][-1]["dice"]))
    bounds = []
    for one, other in itertools.combinations(finals.values(), 2):
        apart = np.subtract(one, other)
        error = apart.std(ddof=1) / np.sqrt(len(apart))
        reach = stats.t.ppf(0.975, len(apart) - 1) * error
        bounds += [abs(apart.mean() - reach), abs(apart.mean() + reach)]
    told = f"within {np.ceil(1e4 * max(bounds)) / 1e4:g} of Dice"
    pages = [WHICH_LOSS, (ROOT / "chapters" / "09_compound.ipynb").read_text()]
    assert all(told in " ".join(page.split()) for page in pages)


@pytest.mark.parametrize(
    ("source", "word"),
    [("Ma et al.", "TopK|focal"), ("Nordström et al. (2023) found", "noise")],
)
def test_a_finding_is_told_with_what_it_was_found_on(source, word):
    pages = [WHICH_LOSS, *(path.read_text() for path in CHAPTERS)]
    told = [
        sentence
        for page in pages
        for sentence in re.split(r"(?<=[.)])\s+(?=[A-Z*])|\\n", page)
        if source in sentence and re.search("robust|threshold", sentence)
    ]
    assert told
    assert [sentence for sentence in told if not re.search(word, sentence)] == []
