"""The explorer of a loss of one's own, sampled by `explore`."""

import base64
import re
from functools import partial

import numpy as np
import pytest
import traitlets
from explorer_page import html_of, quantities_of, state_of, write_page
from oracle_sampled import STATES, example, my_dice, quantities, square

from segloss_lab import plots, reference
from segloss_lab.explorer import explore

NODES = np.linspace(0, 1, 21)


def mean_error(probs, target):
    return abs(probs - target).mean()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """Write a page of two explorers of different settings, beside the bundle."""
    explorers = example(), explore(mean_error, sizes=[5], backend="numpy")
    for explorer in explorers:
        explorer.layout = "bench"  # where every control is in sight
    return write_page(tmp_path_factory.mktemp("sampled"), *map(html_of, explorers))


@pytest.fixture
def page(context, page_file):
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(page_file.as_uri())
    return page


def figure_of(page, nth=0):
    return page.locator("figure[data-explorer=sampled]").nth(nth)


def assert_true_to_samples(figure):
    expected = quantities(state_of(figure))
    assert quantities_of(figure) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def link_to(state):
    return "#sampled?" + "&".join(f"{name}={value}" for name, value in state.items())


def losses_of(explorer):
    """Read the losses that an explorer of no settings but one size carries, row by row."""
    return square(explorer.state)


# --- the page ---


@pytest.mark.parametrize("state", STATES, ids=link_to)
def test_every_result_is_read_off_the_samples_at_the_state(page, page_file, state):
    page.goto("about:blank")
    page.goto(page_file.as_uri() + link_to(state))
    assert state_of(figure_of(page)) == example().state | state
    assert_true_to_samples(figure_of(page))


def test_at_a_node_the_loss_is_what_the_function_gave(page):
    figure = figure_of(page)
    for overlap, false_positives in [(0.05, 0.35), (0.55, 1.0), (0.7, 0.15)]:
        figure.locator("input[type=number][name=overlap]").fill(str(overlap))
        figure.locator("input[type=number][name=false_positives]").fill(str(false_positives))
        probs = np.repeat([overlap, false_positives], 1)[None, None]
        target = np.repeat([1.0, 0.0], 1)[None, None]
        given = np.float32(my_dice(probs, target, smooth=0.0, squared=False))
        assert quantities_of(figure)["loss"] == pytest.approx(float(given), rel=1e-12)


def test_sliders_pick_among_the_sampled_settings_and_take_nothing_else(page):
    figure = figure_of(page)
    slider = figure.locator("input[type=range][name=smooth]")
    seen = []
    for _ in range(4):
        seen.append((state_of(figure)["smooth"], quantities_of(figure)["loss"]))
        assert_true_to_samples(figure)
        slider.press("ArrowRight")
    assert [smooth for smooth, _ in seen] == [0, 1, 10, 100]
    assert len({loss for _, loss in seen}) == 4
    number = figure.locator("input[type=number][name=smooth]")
    number.fill("5")
    assert state_of(figure)["smooth"] == 100
    assert (
        number.evaluate("field => field.validationMessage") == "smooth must be one of 0, 1, 10, 100"
    )


def test_settings_that_are_no_numbers_have_a_list_and_single_values_no_control(page):
    select = figure_of(page).locator("select[name=squared]")
    assert select.locator("option").all_text_contents() == ["False", "True"]
    before = quantities_of(figure_of(page))["loss"]
    figure_of(page).locator("input[type=number][name=overlap]").fill("0.3")
    select.select_option("True")
    assert quantities_of(figure_of(page))["loss"] != before
    assert_true_to_samples(figure_of(page))
    assert figure_of(page, 1).locator("[name=size]:visible").count() == 0
    assert figure_of(page, 1).locator("legend", has_text="Sampled settings").is_hidden()


def test_there_is_no_code_to_copy_and_links_leave_the_samples_out(page):
    labels = figure_of(page).locator(".sg-actions button").all_inner_texts()
    assert labels == ["Copy link", "Undo", "Reset"]
    figure_of(page).locator("input[type=range][name=size]").press("End")
    page.wait_for_function("location.hash.includes('size=1000')")
    assert "samples" not in page.evaluate("location.hash")
    state = state_of(figure_of(page))
    page.reload()
    assert state_of(figure_of(page)) == state


def test_a_link_cannot_replace_the_samples(page, page_file):
    page.goto("about:blank")
    page.goto(page_file.as_uri() + "#sampled?samples=1&size=100")
    assert state_of(figure_of(page)) == example().state | {"size": 100}
    assert (
        "samples must be what was sampled" in figure_of(page).locator("[role=status]").inner_text()
    )


def test_the_second_explorer_has_fields_of_its_own(page):
    figure = figure_of(page, 1)
    assert "smooth" not in state_of(figure)
    assert quantities_of(figure)["loss"] == pytest.approx(0.5)
    figure.locator("select[name=view]").select_option("perspective")
    assert figure.locator(".sg-surface canvas:visible").count() == 1
    assert_true_to_samples(figure)


def test_a_widget_host_shows_it_and_takes_its_moves(page):
    moved = page.evaluate(
        """() => {
          const state = JSON.parse(document.querySelector("figure").dataset.state);
          const values = { kind: "sampled", ...state };
          const model = { get: (name) => values[name], set(name, value) { values[name] = value; },
                          on() {}, off() {}, save_changes() {} };
          const el = document.body.appendChild(document.createElement("div"));
          segloss.widget.render({ model, el });
          const slider = el.querySelector("input[type=range][name=smooth]");
          slider.value = 2;
          slider.dispatchEvent(new Event("input"));
          return values.smooth;
        }"""
    )
    assert moved == 10


# --- sampling ---


@pytest.mark.parametrize("backend", ["numpy", "torch", "tensorflow"])
def test_each_backend_gives_its_own_arrays_and_the_same_losses(backend):
    seen = set()

    def halves(probs, target):
        """Mean probability on the object plus a tenth of that beside it."""
        seen.add((type(probs).__module__.split(".")[0], tuple(probs.shape), tuple(target.shape)))
        flat, truth = (np.asarray(array).ravel() for array in (probs, target))
        assert truth.tolist() == [1, 1, 1, 0, 0, 0]
        return (probs * target)[0].__class__ and flat[:3].mean() + flat[3:].mean() / 10

    losses = losses_of(explore(halves, sizes=[3], backend=backend))
    expected = NODES[None, :] + NODES[:, None] / 10
    np.testing.assert_allclose(losses, expected, rtol=1e-6)
    shape = (1, 6, 1) if backend == "tensorflow" else (1, 1, 6)
    assert seen == {(backend, shape, shape)}


def test_a_loss_of_the_package_is_sampled_as_it_is():
    from segloss_lab.torch import tversky

    loss = partial(tversky, from_logits=False)
    explorer = explore(loss, name="Tversky", sizes=[4], beta=[0.5, 0.9])
    explorer.beta = 0.9
    probs = np.repeat([0.25, 0.75], 4)[None, None]
    target = np.repeat([1.0, 0.0], 4)[None, None]
    expected = reference.tversky(probs, target, from_logits=False, beta=0.9)[0]
    assert square(explorer.state)[15, 5] == pytest.approx(float(expected), rel=1e-6)
    assert (
        plots.loss_of_samples(explorer.state | {"overlap": 0.25, "false_positives": 0.75})
        == (square(explorer.state)[15, 5])
    )


def test_the_picture_shows_the_samples_and_descends_by_their_slopes():
    state = example().state
    (axes,) = plots.sampled(state).axes
    np.testing.assert_array_equal(axes.collections[0].get_array().reshape(21, 21), square(state))
    arrow = axes.texts[-1]
    slopes = quantities(state)
    way = [end - start for end, start in zip(arrow.xy, arrow.xyann, strict=True)]
    expected = [-0.12 * slopes[name] for name in ("slope_overlap", "slope_false_positives")]
    assert way == pytest.approx(expected, rel=1e-6)


def test_traits_are_the_sampled_settings_and_take_only_what_was_sampled():
    explorer = example()
    assert (explorer.size, explorer.smooth, explorer.squared) == (1, 0.0, "False")
    explorer.squared = True  # as it was sampled; kept as its text
    assert explorer.state["squared"] == "True"
    message = re.escape("smooth must be one of 0.0, 1.0, 10.0, 100.0, got 2.0")
    with pytest.raises(traitlets.TraitError, match=message):
        explorer.smooth = 2.0
    with pytest.raises(traitlets.TraitError, match="read-only"):
        explorer.samples = {}
    assert not hasattr(explore(mean_error, sizes=[1], backend="numpy"), "smooth")


@pytest.mark.parametrize(
    ("result", "came"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (1e39, "1e+39"),
        (np.zeros((1, 1)), None),
        (np.zeros(2), "an array of shape (2,)"),
        ("high", "'high'"),
        (None, "None"),
    ],
)
def test_a_result_that_is_no_finite_number_names_the_setting_and_what_came(result, came):
    def loss(probs, target, smooth):
        return result if smooth == 3 and probs[0, 0, 0] == 0.5 else 0.0

    sample = partial(explore, loss, sizes=[7], smooth=[1, 3], backend="numpy")
    if came is None:  # an array of one number is that number
        assert sample().size == 7
        return
    message = (
        "loss(probs, target, smooth=3) for 7 pixels of overlap 0.5 and 7 of false positives 0 "
        f"must be one finite number, got {came}"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        sample()


def test_what_the_function_raises_comes_through_with_a_note_of_the_call():
    def loss(probs, target, gamma):
        raise KeyError("no such thing")

    with pytest.raises(KeyError, match="no such thing") as caught:
        explore(loss, gamma=[2], sizes=[10], backend="numpy")
    assert caught.value.__notes__ == [
        "explore() called loss(probs, target, gamma=2) for 10 pixels of overlap 0 and 10 of false "
        "positives 0"
    ]


@pytest.mark.parametrize(
    ("error", "message", "options"),
    [
        (ValueError, "sizes must be whole numbers from 1 to 100000, got 0", {"sizes": [10, 0]}),
        (ValueError, "sizes must be whole numbers from 1 to 100000, got 2.5", {"sizes": [2.5]}),
        (TypeError, "smooth must be a list of values to sample, got 1.0", {"smooth": 1.0}),
        (TypeError, "mode must be a list of values to sample, got 'a'", {"mode": "a"}),
        (ValueError, "smooth must be a list of one value or more, got none", {"smooth": []}),
        (ValueError, "must be a list of different values, got 1 twice", {"smooth": [1, 2, 1]}),
        (ValueError, "a setting cannot be called 'layout'", {"layout": [1]}),
        (ValueError, "a setting cannot be called 'size'", {"size": [1]}),
        (ValueError, "3 of size x 7 of a x 3 of b = 63", {"a": range(7), "b": range(3)}),
        (ValueError, "'torch', 'numpy', 'tensorflow', got 'jax'", {"backend": "jax"}),
    ],
)
def test_what_cannot_be_sampled_is_refused_before_anything_is(error, message, options):
    def never(*arguments, **settings):
        pytest.fail("called")

    with pytest.raises(error, match=re.escape(message)):
        explore(never, **{"backend": "numpy", **options})


def test_the_mime_bundle_carries_the_samples_and_a_picture_and_stays_small():
    settings = {"smooth": [0.0, 1.0, 2.0, 5.0], "squared": [False, True]}
    explorer = explore(my_dice, sizes=[1, 10], backend="numpy", **settings)
    data, _ = explorer._repr_mimebundle_()
    assert explorer.samples["values"] in data["text/html"]
    assert (
        'alt="my_dice over overlap and false positives at size 1, smooth 0.0' in data["text/html"]
    )
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert len(data["text/html"]) < 150_000


# --- what a loss asks for ---


def at(explorer, overlap, false_positives):
    return float(losses_of(explorer)[round(20 * false_positives), round(20 * overlap)])


def expected(loss, overlap, false_positives, **options):
    """What the reference gives for an object of 10 pixels and as many beside it."""
    probs = np.repeat([overlap, false_positives], 10)[None, None]
    target = np.repeat([1.0, 0.0], 10)[None, None]
    return float(getattr(reference, loss)(probs, target, from_logits=False, **options)[0])


TVERSKY = {"alpha": 0.1, "beta": 0.9, "smooth": 1.0}


def asking():
    """Losses that take their arguments each in their own way, and what each must show."""
    import keras
    import tensorflow as tf
    import torch

    from segloss_lab import tensorflow as own_tensorflow
    from segloss_lab import torch as own_torch

    def dice_of_logits(logits, target):
        return own_torch.dice(logits, target)

    def truth_first(truth, probs):
        return own_torch.tversky(probs, truth, from_logits=False, **TVERSKY)

    def by_probs(terms=("cross_entropy", "dice")):
        return [(1.0, name, {"from_logits": False}) for name in terms]

    ce, dice, both = ("cross_entropy", {}), ("dice", {}), ("compound", {})
    tversky = ("tversky", TVERSKY)
    return {
        "tensorflow.Loss": (own_tensorflow.Loss("tversky", **TVERSKY), tversky),
        "of probabilities": (
            own_tensorflow.Loss("tversky", from_logits=False, **TVERSKY),
            tversky,
        ),
        "torch.Loss": (own_torch.Loss("tversky", **TVERSKY), tversky),
        "its probabilities": (own_torch.Loss("dice", from_logits=False), dice),
        "torch.dice": (own_torch.dice, dice),
        "tensorflow.dice": (own_tensorflow.dice, dice),
        "partial": (partial(own_torch.tversky, from_logits=False, **TVERSKY), tversky),
        "compound": (own_torch.Loss("compound", terms=[(1.0, "dice", {})]), dice),
        "compound of probabilities": (own_torch.Loss("compound", terms=by_probs()), both),
        "partial compound": (partial(own_torch.compound, terms=by_probs()), both),
        "keras.losses": (keras.losses.BinaryCrossentropy(), ce),
        "keras.losses of logits": (keras.losses.BinaryCrossentropy(from_logits=True), ce),
        "tf.nn": (
            lambda labels, logits: tf.reduce_mean(
                tf.nn.sigmoid_cross_entropy_with_logits(labels, logits)
            ),
            ce,
        ),
        "torch.nn": (torch.nn.BCELoss(), ce),
        "torch.nn of logits": (torch.nn.BCEWithLogitsLoss(), ce),
        "torch function": (torch.nn.functional.binary_cross_entropy_with_logits, ce),
        "a parameter called logits": (dice_of_logits, dice),
        "a parameter called truth": (truth_first, tversky),
    }


ASKING = asking()


@pytest.mark.parametrize("case", ASKING)
def test_a_loss_gets_probabilities_or_logits_in_the_order_that_it_asks_for(case):
    loss, (name, options) = ASKING[case]
    told = {"backend": "tensorflow"} if case == "tf.nn" else {}  # a lambda says nothing of it
    explorer = explore(loss, name=case, sizes=[10], **told)
    for overlap, false_positives in [(1.0, 0.5), (0.25, 0.1), (0.5, 0.0)]:
        if name == "compound":
            parts = (expected(term, overlap, false_positives) for term in ("cross_entropy", "dice"))
            loss = sum(parts)
        else:
            loss = expected(name, overlap, false_positives, **options)
        shown = at(explorer, overlap, false_positives)
        assert shown == pytest.approx(loss, rel=2e-5, abs=1e-6), (overlap, false_positives)


def test_a_function_of_keras_is_called_as_keras_calls_it_and_its_many_results_are_refused():
    from keras.losses import binary_focal_crossentropy

    with pytest.raises(ValueError, match=r"must be one finite number, got an array of shape \(1, "):
        explore(binary_focal_crossentropy, sizes=[10])


def test_whether_it_takes_logits_may_be_sampled_too():
    from segloss_lab.torch import dice

    explorer = explore(dice, sizes=[10], from_logits=[True, False])
    first = square(explorer.state)
    explorer.from_logits = False
    np.testing.assert_allclose(first, square(explorer.state), atol=1e-6)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_function_that_changes_its_arguments_changes_nothing_else(backend):
    def careless(probs, target):
        target *= 0.5
        probs -= target
        return (probs**2).mean()

    def careful(probs, target):
        return ((probs - 0.5 * target) ** 2).mean()

    one, other = (explore(loss, sizes=[4], backend=backend) for loss in (careless, careful))
    np.testing.assert_array_equal(losses_of(one), losses_of(other))


@pytest.mark.parametrize("name", [5, "", "x" * 61, "two\nlines", "\ud800", b"dice"])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(
        ValueError, match="name must be a printable text of 1 to 60 characters, got"
    ):
        explore(mean_error, sizes=[1], backend="numpy", name=name)


@pytest.mark.parametrize("setting", ["__proto__", "_hidden", "two words", ""])
def test_a_setting_that_is_no_plain_name_is_refused(setting):
    with pytest.raises(ValueError, match="must be a plain Python name"):
        explore(mean_error, sizes=[1], backend="numpy", **{setting: [1]})


def test_dollars_in_names_and_settings_are_no_mathematics():
    explorer = explore(
        lambda probs, target, price: 0.0, name=r"$\cost$", sizes=[1], backend="numpy", price=["$_"]
    )
    picture = base64.b64decode(explorer._repr_mimebundle_()[0]["image/png"])
    assert picture.startswith(b"\x89PNG")


def test_numbers_that_no_double_holds_become_texts_and_equal_ones_are_refused():
    def loss(probs, target, n):
        return 0.0

    explorer = explore(loss, sizes=[1], backend="numpy", n=[10**400, 1])
    assert explorer.samples["settings"]["n"] == [str(10**400), "1"]
    for equal in ([1, 1.0], [0.0, -0.0], [2**53, 2**53 + 1.0]):
        with pytest.raises(ValueError, match="n must be a list of different values"):
            explore(loss, sizes=[1], backend="numpy", n=equal)
