"""The explorer of the network with two knobs: its scene, its paths, its lessons, its page."""

import base64
import hashlib
import json
import re
import subprocess
from pathlib import Path

import explorer_page
import npm
import numpy as np
import oracle_training as oracle
import pytest
import traitlets
from browser import offline
from explorer_page import copied, html_of, printed_by, write_page
from oracle import query

from segloss_lab import data, plots, scenes
from segloss_lab.explorer import TrainingExplorer

TESTS = Path(__file__).parent
FIRST = TrainingExplorer().state
LESSONS = TrainingExplorer.LESSONS
CASES = [(lesson, label) for lesson, states in LESSONS.items() for label, _ in states]


def outcome(lesson, label, **changes):
    """The numbers at a button of a lesson."""
    return oracle.quantities({**FIRST, **dict(LESSONS[lesson])[label], **changes})


# --- the scene ---


def test_the_scene_is_the_same_on_every_machine():
    greys = b"".join(scenes.two_knobs(name, 8).images.tobytes() for name in scenes.CONTRASTS)
    expected = "60c5d86c67512c0591294575a5fc54f5b7a9ad5b1ef958e4bffe345c37378a61"
    assert hashlib.sha256(greys).hexdigest() == expected


def test_the_object_has_30_pixels_of_1024_and_is_ranked_well_but_not_perfectly():
    scene = scenes.two_knobs("faint", 3)
    assert scene.images.shape == scene.mask.shape == (4, 32, 32)
    assert scene.mask.sum(axis=(1, 2)).tolist() == [30, 0, 0, 0]
    inside, outside = scene.x[0][scene.mask[0]], scene.x[0][~scene.mask[0]]
    above = (inside[:, None] > outside).mean() + (inside[:, None] == outside).mean() / 2
    assert above == pytest.approx(0.927, abs=5e-4)


def test_contrasts_differ_in_the_object_alone():
    pictures = {name: scenes.two_knobs(name) for name in scenes.CONTRASTS}
    inside = pictures["faint"].mask[0]
    means = {}
    for name, scene in pictures.items():
        np.testing.assert_array_equal(
            scene.images[0][~inside], pictures["faint"].images[0][~inside]
        )
        means[name] = scene.x[0][inside].mean() - scene.x[0][~inside].mean()
        assert means[name] == pytest.approx(scene.contrast, abs=0.12)
    assert means["hopeless"] < means["faint"] < means["clear"]


def test_no_two_errors_are_equal_at_c_0_but_those_of_one_grey():
    greys = np.arange(256)
    x = (greys - scenes.ZERO) / scenes.UNIT
    assert not np.isin(x, -x).any()


def test_logits_and_target_are_what_the_losses_take():
    scene = scenes.two_knobs("clear", 2)
    logits = scene.logits(2.0, 1.5)
    assert logits.shape == scene.target.shape == (3, 1, 32, 32)
    np.testing.assert_array_equal(logits[:, 0], 2.0 * (scene.x - 1.5))
    np.testing.assert_array_equal(scene.target[:, 0], scene.mask)
    assert data.two_knobs is scenes.two_knobs


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dim", 0), "contrast must be one of faint, hopeless, clear, got 'dim'"),
        (("faint", 9), "empty must be a whole number from 0 to 8, got 9"),
        (("faint", 1.5), "empty must be a whole number from 0 to 8, got 1.5"),
    ],
)
def test_a_scene_that_is_not_there_says_what_is(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        scenes.two_knobs(*arguments)


# --- the paths ---

RACES = [
    ("cross_entropy", {}, "faint", 3, (1.0, 0.0)),
    ("weighted", {"pos_weight": 20.0}, "faint", 0, (1.0, 0.0)),
    ("focal", {"gamma": 2.0}, "clear", 1, (3.0, 1.0)),
    ("focal", {"gamma": 0.5}, "faint", 0, (20.0, 7.0)),
    *(
        ("dice", {"smooth": smooth, "eps": eps, "over": over}, "faint", 3, start)
        for smooth, eps in [(1.0, 0.0), (1e-5, 0.0), (0.0, 1e-5)]
        for over in ("image", "batch")
        for start in [(1.0, 0.0), (4.0, 5.0)]
    ),
    *(
        ("tversky", {"alpha": a, "beta": b, "smooth": 1e-5, "eps": 0.0, "over": "image"}, *rest)
        for a, b, *rest in [
            (0.1, 0.9, "faint", 0, (1.0, 0.0)),
            (0.9, 0.1, "hopeless", 1, (0.0, -1.0)),
        ]
    ),
    *(
        ("lovasz_hinge", {"over": over}, contrast, empty, start)
        for over, contrast, empty, start in [
            ("image", "hopeless", 0, (2.0, 1.0)),
            ("image", "clear", 2, (3.0, 1.0)),
            ("batch", "faint", 2, (1.0, 0.0)),
            ("image", "faint", 1, (0.0, -1.5)),  # from a tie of all pixels, which lasts
        ]
    ),
    *(
        (
            "compound",
            {"weight": weight, "smooth": 1e-5, "eps": 0.0, "over": over},
            *("faint", 3, (4.0, 5.0)),
        )
        for weight, over in [(1.0, "image"), (10.0, "batch"), (0.0, "image")]
    ),
]


@pytest.fixture(scope="module")
def paths():
    """The paths of all races in JavaScript."""
    races = [
        {
            **{"loss": loss, "options": options, "contrast": contrast, "empty": empty},
            "start": {"a": start[0], "c": start[1]},
        }
        for loss, options, contrast, empty, start in RACES
    ]
    done = subprocess.run(
        ["node", TESTS / "training_paths.mjs"],
        input=json.dumps({"scene": scenes.handed_over(), "races": races}),
        env=npm.installed(TESTS),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("nth", range(len(RACES)), ids=lambda nth: f"{RACES[nth][0]}-{nth}")
def test_every_step_of_every_loss_is_the_packages(paths, nth):
    loss, options, contrast, empty, start = RACES[nth]
    shown = np.array([paths[nth][name] for name in ("a", "c", "loss")]).T
    expected = oracle.path(loss, tuple(options.items()), (contrast, empty), start)
    np.testing.assert_allclose(shown, expected, rtol=1e-9, atol=1e-9)
    scene = scenes.two_knobs(contrast, empty)
    for step in range(0, 401, 40):
        called = scene.logits(*shown[step, :2]) > 0
        assert paths[nth]["called"][step] == called.sum()
        assert paths[nth]["found"][step] == (called & scene.target).sum()


def test_paths_stay_between_the_stops(paths):
    ends = np.array([[path["a"], path["c"]] for path in paths])
    assert ends[:, 0].min() == 0
    assert ends[:, 0].max() == 20
    assert ends[:, 1].min() > -2
    assert ends[:, 1].max() <= 7


# --- the lessons ---


def test_cross_entropy_ranks_the_object_and_calls_nothing_where_dice_calls_it_and_false_alarms():
    shown = outcome("nothing", "a faint object")
    assert (shown["found"], shown["called"]) == (13, 31)  # Dice
    assert shown["called_1"] == 0  # cross-entropy
    clear = outcome("nothing", "a clear object", loss="cross_entropy")
    assert (clear["found"], clear["called"]) == (26, 26)


def test_cross_entropy_ends_just_above_the_brightest_pixel():
    _, c, _ = oracle.path_of(FIRST, "cross_entropy")[-1]
    brightest = scenes.two_knobs().x.max()
    assert 0.03 < c - brightest < 0.2


def test_focal_calls_nothing_either_and_a_weight_calls_too_much():
    assert outcome("nothing", "a faint object", loss="focal")["called"] == 0
    weighted = outcome("nothing", "a faint object", loss="weighted")
    assert (weighted["found"], weighted["called"]) == (21, 150)


def test_three_empty_pictures_teach_dice_of_each_picture_to_call_nothing():
    alone, image, batch = (outcome("empty", label) for label, _ in LESSONS["empty"])
    assert alone["found"] >= 10
    assert image["called"] == 0
    assert image["loss"] == pytest.approx(30 / 31 / 4, rel=1e-3)
    assert (batch["found"], batch["called"]) == (10, 33)


def test_beyond_the_ridge_cross_entropy_and_dice_end_at_nothing_but_for_eps_or_the_batch():
    near, beyond, eps, batch = (outcome("ridge", label) for label, _ in LESSONS["ridge"])
    assert beyond["called"] == 0
    assert beyond["c"] > 5
    assert beyond["loss"] < near["loss"] / 2  # nothing anywhere is the deeper valley
    for back in (near, eps, batch):
        assert back["found"] >= 10
        assert back["c"] < 2.5


def test_the_lovasz_hinge_gives_up_on_a_hopeless_scene_and_finds_a_clear_object():
    hopeless, clear = (outcome("lovasz", label) for label, _ in LESSONS["lovasz"])
    assert hopeless["a"] == 0
    assert hopeless["loss"] == pytest.approx(1, abs=1e-12)
    assert hopeless["largest"] == 0.5
    assert (clear["found"], clear["called"]) == (27, 27)
    state = {**FIRST, **LESSONS["lovasz"][0][1]}
    assert oracle.path_of(state, "lovasz_hinge")[200:, 0].max() < 0.02


def test_tversky_is_a_dial_from_recall_to_precision():
    shown = [outcome("tversky", label) for label, _ in LESSONS["tversky"]]
    recalls = [numbers["recall"] for numbers in shown]
    precisions = [numbers["precision"] for numbers in shown]
    assert recalls == pytest.approx([26 / 30, 13 / 30, 6 / 30])
    assert precisions == pytest.approx([26 / 201, 13 / 31, 6 / 9])
    assert shown[1]["loss"] == pytest.approx(outcome("nothing", "a faint object")["loss"], abs=1e-6)


def test_the_terms_of_the_compound_share_the_pull_by_its_weight():
    shares = [outcome("shares", label)["share_dice"] for label, _ in LESSONS["shares"]]
    assert shares == sorted(shares)
    assert shares[0] < 0.5 < shares[1]
    beyond = outcome("ridge", "beyond the ridge")
    assert beyond["share_dice"] < 0.01  # of a sure miss only cross-entropy speaks


def test_a_lesson_opens_in_the_state_of_its_first_button():
    for name, states in LESSONS.items():
        explorer = TrainingExplorer.lesson(name, step=7)
        assert explorer.state == {**FIRST, **states[0][1], "step": 7}
        assert [tuple(state) for state in explorer.states] == states
    with pytest.raises(ValueError, match="a lesson is one of nothing, empty, .*, not 'all'"):
        TrainingExplorer.lesson("all")


# --- the page ---


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    every = [(f"{lesson}: {label}", dict(LESSONS[lesson])[label]) for lesson, label in CASES]
    explorer = TrainingExplorer(states=every)
    return write_page(tmp_path_factory.mktemp("training"), "<main>", html_of(explorer), "</main>")


@pytest.fixture
def page(context, page_file):
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(page_file.as_uri())
    return page


def open_at(page, page_file, state):
    page.goto("about:blank")
    page.goto(f"{page_file.as_uri()}#training?{query(state)}")


def figure_of(page):
    return page.locator("figure[data-explorer=training]")


def state_of(page):
    return explorer_page.state_of(figure_of(page))


def shown_on(page):
    return explorer_page.quantities_of(figure_of(page))


def button(page, name):
    return figure_of(page).get_by_role("button", name=name, exact=True)


def assert_true_to_reference(page):
    expected = oracle.quantities(state_of(page))
    assert shown_on(page) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def drag(page, picture, *places):
    """Drag through places of a picture, shares of its width and height."""
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point)
    page.mouse.up()


@pytest.mark.parametrize(("lesson", "label"), CASES)
def test_every_button_leads_to_its_state_and_its_numbers(page, lesson, label):
    button(page, f"{lesson}: {label}").click()
    assert state_of(page) == {**FIRST, **dict(LESSONS[lesson])[label]}
    assert button(page, f"{lesson}: {label}").get_attribute("aria-pressed") == "true"
    assert_true_to_reference(page)


def test_the_table_tells_true_calls_from_false_ones(page, page_file):
    open_at(page, page_file, {"empty": 3, "race_2": "weighted", "race_3": "compound"})
    state = state_of(page)
    rows = figure_of(page).locator(".training-lanes tbody tr").all()[1:]
    for row, lane in zip(rows, oracle.LANES, strict=True):
        numbers = oracle.outcome(state, state[lane])
        told = [int(cell) for cell in row.locator("td").all_text_contents()]
        assert told == [numbers["found"], numbers["called"] - numbers["found"]]


def test_the_words_tell_what_is_called_and_what_was(page):
    words = figure_of(page).locator(".sg-words")
    assert words.inner_text() == (
        "After 400 steps Dice calls 31 pixels, 13 true; cross-entropy calls nothing."
    )
    button(page, "empty: three empty ones beside it").click()
    assert words.inner_text() == (
        "After 400 steps Dice calls nothing; cross-entropy calls nothing. "
        "Before the move Dice called 31 pixels, 13 true."
    )


def test_play_takes_a_step_a_frame_and_pause_stops_it(page):
    button(page, "Play").click()
    page.wait_for_timeout(400)
    button(page, "Pause").click()
    step = state_of(page)["step"]
    assert 0 < step < 200
    page.wait_for_timeout(150)
    assert state_of(page)["step"] == step
    assert_true_to_reference(page)


def test_nothing_moves_by_itself(page):
    page.wait_for_timeout(300)
    assert state_of(page) == FIRST


def test_another_state_stops_the_play(context, tmp_path):
    explorer = TrainingExplorer(states=[("clear", {"contrast": "clear"})])
    page = context.new_page()
    page.goto(write_page(tmp_path, html_of(explorer)).as_uri())
    button(page, "Play").click()
    page.wait_for_timeout(150)
    button(page, "clear").click()
    button(page, "Play").wait_for()
    step = state_of(page)["step"]
    assert step < 400
    page.wait_for_timeout(150)
    assert state_of(page)["step"] == step


def test_those_who_want_no_motion_are_at_the_end_at_once(browser, page_file):
    with offline(browser, reduced_motion="reduce") as (context, _):
        page = context.new_page()
        page.goto(page_file.as_uri())
        button(page, "Back").click()
        assert state_of(page)["step"] == 0
        steps = page.evaluate(
            """async () => {
              const figure = document.querySelector("figure");
              const steps = [];
              new MutationObserver(() => steps.push(JSON.parse(figure.dataset.state).step))
                .observe(figure, { attributeFilter: ["data-state"] });
              [...figure.querySelectorAll("button")].find((b) => b.textContent === "Play").click();
              await new Promise((resolve) => { setTimeout(resolve, 300); });
              return steps;
            }"""
        )
        assert steps == [400]


def test_steps_are_taken_one_by_one_and_back(page, page_file):
    open_at(page, page_file, {"step": 20})
    button(page, "Step").click()
    assert state_of(page) == FIRST | {"step": 21}
    button(page, "Back").click()
    assert state_of(page) == FIRST | {"step": 0}
    assert button(page, "Back").get_attribute("aria-disabled") == "true"
    assert_true_to_reference(page)


def test_the_start_is_dragged_in_the_landscape(page):
    drag(page, figure_of(page).locator(".training-map > svg"), (0.3, 0.6), (0.5, 0.4), (0.6, 0.2))
    state = state_of(page)
    assert 2 < state["start_c"] < 5
    assert 8 < state["start_a"] < 20
    assert state | {"start_a": 1.0, "start_c": 0.0} == FIRST
    assert_true_to_reference(page)
    button(page, "Undo").click()
    assert state_of(page) == FIRST


def test_the_step_is_dragged_in_the_chart(page):
    drag(page, figure_of(page).locator(".training-steps svg"), (0.9, 0.5), (0.6, 0.5), (0.5, 0.5))
    state = state_of(page)
    assert 100 < state["step"] < 300
    assert state | {"step": 400} == FIRST


def test_a_press_on_a_loss_shows_its_landscape(page):
    figure_of(page).get_by_role("button", name="Show the landscape of cross-entropy").click()
    assert state_of(page) == FIRST | {"loss": "cross_entropy", "race_1": "dice"}
    title = figure_of(page).locator(".sg-chart-title")
    title.filter(has_text="Landscape of cross-entropy lowest 0.08").wait_for()
    assert_true_to_reference(page)


def test_what_was_before_stays_as_a_ghost(page):
    ghosts = figure_of(page).locator(".training-steps .ghost")
    in_the_landscape = figure_of(page).locator(".training-map .ghost .sg-line")
    button(page, "empty: three empty ones beside it").click()
    assert ghosts.count() == in_the_landscape.count() == 2
    button(page, "Back").click()  # another step of the same paths
    assert ghosts.count() == in_the_landscape.count() == 0
    figure_of(page).locator("input[type=number][name=step]").evaluate(
        "field => { field.value = 400; field.dispatchEvent(new Event('input')); }"
    )
    assert state_of(page)["step"] == 400
    assert in_the_landscape.count() == 0


def test_the_landscape_follows_a_move_and_gets_finer_when_the_hand_rests(page):
    title = figure_of(page).locator(".sg-chart-title")
    title.filter(has_text=re.compile("^Landscape of Dice lowest 0.588$")).wait_for()
    grounds = page.evaluate(
        """async () => {
          const ground = document.querySelector(".training-map svg svg");
          const grounds = [ground.innerHTML];
          document.querySelectorAll(".training-lanes button")[1].click();
          for (let i = 0; i < 100 && grounds.length < 3; i += 1) {
            await new Promise(requestAnimationFrame);
            const now = ground.innerHTML;
            if (now !== grounds.at(-1)) grounds.push(now);
          }
          return grounds.length;
        }"""
    )
    assert grounds == 3  # of Dice, of cross-entropy coarse, and fine
    title.filter(has_text=re.compile("^Landscape of cross-entropy lowest 0.0858$")).wait_for()


def test_shares_are_drawn_for_the_compound_alone(page):
    button(page, "shares: weight 1").click()
    names = figure_of(page).locator(".training-steps :is(.sg-labels text, .sg-legend span)")
    assert set(names.all_text_contents()) == {"cross-entropy", "Dice"}
    figure_of(page).locator("select[name=loss]").select_option("dice")
    assert figure_of(page).locator(".training-steps .sg-curve").count() == 0
    output = figure_of(page).locator("output[data-quantity=share_dice]")
    assert output.get_attribute("data-value") is None
    assert output.text_content() == "one term alone"


@pytest.mark.parametrize("layout", ["figure", "bench"])
def test_it_fits_the_window(context, tmp_path, layout):
    explorer = TrainingExplorer(layout=layout, empty=8, race_2="focal", race_3="lovasz_hinge")
    page = context.new_page()
    page.goto(write_page(tmp_path, html_of(explorer)).as_uri())
    assert figure_of(page).bounding_box()["height"] <= {"figure": 640, "bench": 900}[layout]


@pytest.mark.parametrize("empty", [0, 8])
def test_nothing_overflows_at_360_pixels(page, page_file, empty):
    page.set_viewport_size({"width": 360, "height": 740})
    open_at(page, page_file, {"empty": empty, "race_2": "weighted", "race_3": "compound"})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_drag_of_the_start_paints_four_paths_within_a_frame(page, page_file):
    open_at(page, page_file, {"empty": 3, "race_2": "tversky", "race_3": "compound"})
    move, floor = page.evaluate(
        """() => {
          const field = document.querySelector("input[type=number][name=start_c]");
          const timed = (act) => {
            const start = performance.now();
            act();
            return performance.now() - start;
          };
          const work = () => {
            let sum = 0;
            for (let i = 0; i < 1e6; i += 1) sum += Math.exp(-i);
            return sum;
          };
          const drag = (i) => { field.value = i / 20; field.dispatchEvent(new Event("input")); };
          const pairs = Array.from({ length: 40 }, (_, i) => [timed(() => drag(i)), timed(work)]);
          return [0, 1].map((j) => pairs.map((pair) => pair[j]).sort((a, b) => a - b)[20]);
        }"""
    )
    # Beside a million exponentials at the same time: 10 ms, a move 11, and a frame has 16.
    assert move < 2.5 * floor


def test_a_scene_that_is_none_leaves_the_picture(context, tmp_path):
    page = context.new_page()
    page.goto(write_page(tmp_path, explorer_page.written("training", json.dumps(FIRST))).as_uri())
    said = figure_of(page).inner_text()
    assert "stays a picture: its data-scene must hold the pictures to be learnt from" in said


@pytest.mark.parametrize("name", ["PyTorch", "TensorFlow"])
@pytest.mark.parametrize("nth", [1, 8], ids=["compound", "weighted"])
def test_copied_code_prints_the_number_on_the_page(context, tmp_path, name, nth):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    explorer = TrainingExplorer(layout="bench", **oracle.STATES[nth])
    page.goto(write_page(tmp_path, html_of(explorer)).as_uri())
    printed = printed_by(copied(figure_of(page), name))
    assert printed == pytest.approx(shown_on(page)["loss"], rel=1e-12)


# --- Python ---


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("contrast", "dim", "one of 'faint', 'hopeless', 'clear', got 'dim'"),
        ("empty", 9, "a whole number from 0 to 8, got 9"),
        ("loss", "none", "got 'none'"),
        ("start_a", 20.5, "0 or a number from 1e-100 to 20, got 20.5"),
        ("start_c", -3, "a number from -2 to 7, .*got -3"),
        ("step", 401, "a whole number from 0 to 400, got 401"),
        ("pos_weight", 0.5, "a number from 1 to 100, got 0.5"),
    ],
)
def test_a_wrong_trait_names_itself_what_came_and_what_was_expected(name, value, expected):
    message = re.escape(expected).replace(r"\.\*", ".*")
    with pytest.raises(traitlets.TraitError, match=f"^{name} must be .*{message}"):
        TrainingExplorer(**{name: value})


def test_the_scene_is_no_part_of_the_state_and_cannot_be_set():
    explorer = TrainingExplorer()
    assert "scene" not in explorer.state
    assert explorer.scene == scenes.handed_over()
    with pytest.raises(traitlets.TraitError):
        explorer.scene = {}


@pytest.mark.parametrize("state", [{}, oracle.STATES[1], oracle.STATES[5]], ids=str)
def test_the_picture_is_drawn_from_the_same_paths(state):
    explorer = TrainingExplorer(**state)
    own = plots.path_of_knobs(explorer.state, explorer.loss)
    np.testing.assert_allclose(own, oracle.path_of(explorer.state, explorer.loss), atol=1e-9)
    figure = plots.training(explorer.state)
    gone = figure.axes[1].lines[1]
    np.testing.assert_array_equal(gone.get_xydata(), own[: explorer.step + 1, 1::-1])
    called = figure.axes[2].lines[0].get_ydata()[explorer.step]
    assert called == oracle.quantities(explorer.state)["called"]


def test_the_mime_bundle_holds_the_figure_the_scene_and_a_picture():
    mime, _ = TrainingExplorer()._repr_mimebundle_()
    assert mime["text/html"].startswith('<figure data-explorer="training" data-state="')
    assert ' data-scene="{&quot;side&quot;: 32, ' in mime["text/html"]
    assert (
        "dice calls 31 pixels, 13 of them true; cross entropy calls 0 pixels" in mime["text/html"]
    )
    picture = base64.b64decode(mime["image/png"])
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 80_000
