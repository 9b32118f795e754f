"""The explorer of one pixel, in a page opened from a file."""

import re

import pytest
import traitlets
from explorer_page import (
    alive,
    copied,
    html_of,
    opened_page,
    printed_by,
    quantities_of,
    state_of,
    write_page,
)
from oracle import query
from oracle_pixel import STATES, quantities
from playwright.sync_api import expect

from segloss_lab import plots
from segloss_lab.explorer import PixelExplorer

CHARTS = ["loss", "slope", "weight"]
EASY = {"loss": "focal", "second": "cross_entropy", "logit": 2.197}  # an object pixel at 0.9


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    return write_page(
        tmp_path_factory.mktemp("pixel"), html_of(PixelExplorer(layout="bench", **EASY))
    )


def chart(figure, which):
    return figure.locator(".sg-chart").nth(CHARTS.index(which))


def plot_of(figure, which):
    """Give the plot's edges on the page (left, right, middle height), from its grid lines."""
    picture = chart(figure, which).locator("svg[role=img]")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    return box["x"] + 58, box["x"] + box["width"] - 16, box["y"] + box["height"] / 2


def drag_in(figure, which, share, start=0.5):
    """Drag in a chart from its middle, or elsewhere, to a share of its width."""
    left, right, middle = plot_of(figure, which)
    mouse = figure.page.mouse
    mouse.move(left + start * (right - left), middle)
    mouse.down()
    mouse.move(left + share * (right - left), middle, steps=3)
    mouse.up()


def controls(figure):
    shown = figure.locator(".sg-control:visible :is(select, input[type=range])")
    return {control.get_attribute("name") for control in shown.all()}


# --- states and results ---


@pytest.mark.parametrize("state", STATES, ids=query)
def test_every_result_equals_the_reference_at_the_state(opened, state):
    figure = opened(**state)
    assert figure.locator(".sg-note").inner_text() == ""
    assert state_of(figure) == {**PixelExplorer(**EASY).state, **state}
    assert quantities_of(figure) == pytest.approx(
        quantities(state_of(figure)), rel=1e-9, abs=1e-300
    )


def test_what_does_not_exist_says_why(opened):
    figure = opened(loss="lovasz_hinge", second="none")
    missing = figure.locator("output.missing").all_inner_texts()
    assert missing == ["none: nothing is compared"] * 3 + ["none: no focal loss here"]


def test_a_truth_of_neither_0_nor_1_is_refused_in_a_link(opened):
    figure = opened(target="", logit=1)
    assert "target must be 0 or 1" in figure.locator(".sg-note").inner_text()
    assert state_of(figure) == {**PixelExplorer(**EASY).state, "logit": 1}


@pytest.mark.parametrize("name", ["PyTorch", "TensorFlow"])
@pytest.mark.parametrize("state", [STATES[3], STATES[5], STATES[8]], ids=query)
def test_copied_code_prints_the_loss_on_the_page(context, opened, name, state):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    figure = opened(**state)
    assert printed_by(copied(figure, name)) == pytest.approx(
        quantities_of(figure)["loss"], rel=1e-12
    )


# --- words ---


def test_the_first_state_says_that_the_focal_loss_is_100_times_smaller(opened):
    figure = opened()
    results = quantities_of(figure)
    push = results["second_gradient"] / results["gradient"]
    words = figure.locator("figcaption").inner_text()
    assert "Against cross-entropy, the loss is 100 times smaller" in words
    assert f"the push {push:.3g} times smaller" in words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"second": "focal", "second_gamma": 2}, "the loss is the same and the push the same"),
        ({"second": "lovasz_hinge"}, "the loss is 0.00105, not 0 and the push 0.0029, not 0"),
        ({"gamma": 0, "second": "focal", "second_gamma": 2}, "100 times larger"),
        ({"loss": "lovasz_hinge", "logit": 5}, "leaves its logit where it is"),
        ({"target": 0}, "pushes its logit down"),
        ({"logit": 9}, "at probability 1 − 1.23 × 10⁻⁴"),
    ],
    ids=["same", "not zero", "larger", "rest", "down", "near one"],
)
def test_the_summary_follows_the_numbers(opened, state, words):
    assert words in opened(**state).locator("figcaption").inner_text()


# --- controls ---


@pytest.mark.parametrize(
    ("state", "options"),
    [
        ({"loss": "focal", "second": "none"}, {"gamma", "alpha"}),
        ({"loss": "lovasz_hinge", "second": "none"}, set()),
        (
            {"loss": "cross_entropy", "second": "none", "target": 1},
            {"label_smoothing", "pos_weight"},
        ),
        ({"loss": "cross_entropy", "second": "none", "target": 0}, {"label_smoothing"}),
        (
            {"loss": "lovasz_hinge", "target": 0, "second_label_smoothing": 0.1},
            {"second_label_smoothing", "second_pos_weight"},
        ),
    ],
    ids=lambda value: query(value) if isinstance(value, dict) else "",
)
def test_only_the_options_that_do_something_have_a_control(opened, state, options):
    always = {"target", "logit", "axis", "loss", "second"}
    assert controls(opened(**state)) == always | options


def test_the_truth_is_chosen_in_words_and_kept_as_a_number(opened):
    figure = opened()
    figure.locator("select[name=target]").select_option("background")
    assert state_of(figure)["target"] == 0
    assert quantities_of(figure) == pytest.approx(quantities(state_of(figure)), rel=1e-9)


def test_alpha_can_be_none_on_its_slider_and_in_its_field(opened):
    figure = opened(alpha=0.25)
    slider = figure.locator("input[type=range][name=alpha]")
    slider.press("Home")
    assert state_of(figure)["alpha"] is None
    assert slider.get_attribute("aria-valuetext") == "none"
    field = figure.locator("input[type=number][name=alpha]")
    assert (field.input_value(), field.get_attribute("placeholder")) == ("", "none")
    slider.press("ArrowRight")
    assert state_of(figure)["alpha"] == 0
    field.fill("")
    assert state_of(figure)["alpha"] is None


# --- pictures ---


@pytest.mark.parametrize("which", ["loss", "slope"])
def test_dragging_over_the_logit_sets_it(opened, which):
    figure = opened()
    drag_in(figure, which, 0.25)
    assert state_of(figure)["logit"] == pytest.approx(-5, abs=0.1)
    drag_in(figure, which, 1)
    assert state_of(figure)["logit"] == 10


@pytest.mark.parametrize("which", ["loss", "slope"])
def test_dragging_over_the_probability_sets_its_logit(opened, which):
    figure = opened(axis="probability")
    drag_in(figure, which, 0.2)
    assert quantities_of(figure)["probability"] == pytest.approx(0.2, abs=0.004)
    drag_in(figure, which, 0)
    assert state_of(figure)["logit"] == -10


@pytest.mark.parametrize("target", [0, 1])
def test_dragging_over_the_focal_weight_sets_the_probability_of_the_truth(opened, target):
    figure = opened(target=target)
    drag_in(figure, "weight", 0.7)
    results = quantities_of(figure)
    of_truth = results["probability"] if target else 1 - results["probability"]
    assert of_truth == pytest.approx(0.7, abs=0.004)
    drag_in(figure, "weight", 0)
    assert state_of(figure)["logit"] == (-10 if target else 10)


def test_the_weight_names_where_a_pixel_counts_100_and_1000_times_less(opened):
    for gamma, marks, words in [
        (2, 2, "A pixel counts 1/100 from pₜ = 0.9 on, 1/1000 from pₜ = 0.968 on."),
        (5, 2, "A pixel counts 1/100 from pₜ = 0.602 on, 1/1000 from pₜ = 0.749 on."),
        (0, 0, "No pixel here counts 100 times less."),
    ]:
        figure = opened(gamma=gamma)
        assert figure.locator(".sg-hint").inner_text() == words
        assert chart(figure, "weight").locator(".sg-mark circle").count() == marks


def test_the_weight_is_shown_where_a_loss_is_focal_and_only_there(opened):
    assert chart(opened(), "weight").is_visible()
    assert chart(opened(loss="lovasz_hinge", second="focal"), "weight").is_visible()
    figure = opened(loss="lovasz_hinge")
    assert not chart(figure, "weight").is_visible()
    figure.locator("select[name=loss]").select_option("focal")
    # A chart draws once it has a width, a frame after it is shown.
    expect(chart(figure, "weight").locator(".sg-curves .sg-line")).to_have_count(4)


def test_the_dots_stand_on_their_curves_and_leave_the_picture_with_them(opened):
    figure = opened(logit=-9.5, axis="probability")
    for which in CHARTS[:2]:
        height = chart(figure, which).locator("svg[role=img]").bounding_box()["height"]
        for dot in chart(figure, which).locator(".sg-curves .sg-dot").all():
            place = re.search(r"translate\([\d.]+,([\d.]+)\)", dot.get_attribute("transform"))
            assert 25 <= float(place[1]) <= height - 45
    weight = chart(opened(gamma=5), "weight").locator(".sg-curves .chosen > .sg-dot")
    assert weight.get_attribute("display") == "none"  # (1 - 0.9)^5 is below the chart's low end


def test_a_loss_beside_itself_can_be_told_apart_without_colour(opened):
    figure = opened(second="focal")
    for which in CHARTS[:2]:
        legend = chart(figure, which).locator(".sg-legend")
        assert legend.locator("span").all_inner_texts() == ["gamma 2", "gamma 5"]
        for drawn in (legend, chart(figure, which).locator(".sg-curves")):
            for part, attribute in [(".sg-line", "stroke-dasharray"), (".sg-dot", "d")]:
                first, second = (drawn.locator(part).nth(i) for i in (0, 1))
                assert first.get_attribute(attribute) != second.get_attribute(attribute)


@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("axis", ["logit", "probability"])
def test_no_setting_draws_a_number_that_is_none(opened, axis, target):
    figure = opened(axis=axis, target=target, second="focal")
    for loss in ["focal", "cross_entropy", "lovasz_hinge"]:
        figure.locator("select[name=loss]").select_option(loss)
        for slider in figure.locator("input[type=range]:visible").all():
            for key in ["Home", "PageUp", "End"]:
                slider.press(key)
                drawn = figure.locator(".sg-charts").inner_html()
                assert "NaN" not in drawn and "Infinity" not in drawn
                assert "NaN" not in figure.inner_text()


@pytest.mark.parametrize("state", [{}, STATES[6], {"second": "focal", "second_alpha": 0.25}])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_overflows_and_every_curve_is_named(opened, state, width):
    figure = opened(**state)
    figure.page.set_viewport_size({"width": width, "height": 900})
    figure.page.wait_for_timeout(100)
    assert figure.page.evaluate("document.documentElement.scrollWidth") == width
    for which in CHARTS[:2]:
        legend = chart(figure, which).locator(".sg-legend span")
        curves = chart(figure, which).locator(".sg-curves .sg-curve")
        assert legend.count() == curves.count() == 2
        assert len(set(legend.all_inner_texts())) == 2


def test_a_loss_of_nothing_is_drawn_on_the_scale_of_the_others(opened):
    figure = opened(alpha=0, second="none")
    ends = {"loss": ("0", "10"), "slope": ("−1", "0")}
    for which, (low, high) in ends.items():
        ticks = chart(figure, which).locator(".sg-y .tick text").all_text_contents()
        assert (ticks[0], ticks[-1]) == (low, high)


# --- the figure ---


@pytest.fixture
def figure_at(context, tmp_path):
    """Open a figure in a state."""

    def open_at(**state):
        page = opened_page(context, write_page(tmp_path, alive(PixelExplorer(**state))).as_uri())
        page.wait_for_timeout(100)
        return page.locator("figure")

    return open_at


def plotted(figure, which):
    """Read a tangent ("now" or "ghost") off the picture: its point and slope by the axes' ticks."""
    return figure.evaluate(
        """(figure, which) => {
          const scale = (axis, place) => {
            const ticks = [...figure.querySelectorAll(`.sg-${axis} .tick`)].map((tick) => {
              // d3 puts lines between pixels, where a screen has no finer ones.
              const at = tick.transform.baseVal[0].matrix[place] - (devicePixelRatio > 1 ? 0 : 0.5);
              return [at, Number(tick.textContent.replace("−", "-"))];
            });
            const [[at, from], [end, to]] = [ticks[0], ticks.at(-1)];
            return (pixel) => from + ((pixel - at) * (to - from)) / (end - at);
          };
          const [x, y] = [scale("x", "e"), scale("y", "f")];
          const group = figure.querySelector(`.sg-over .${which}`);
          if (group === null) return null;
          const [line, circle] = [group.querySelector("line"), group.querySelector("circle")];
          const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((end) => line[end].baseVal.value);
          return {
            x: x(circle.cx.baseVal.value), y: y(circle.cy.baseVal.value),
            slope: (y(y2) - y(y1)) / (x(x2) - x(x1)),
          };
        }""",
        which,
    )


def assert_tangent(drawn, state):
    """Hold a tangent to the reference."""
    results = quantities({**PixelExplorer().state, **state})
    by_logit = state.get("axis", "logit") == "logit"
    assert drawn["x"] == pytest.approx(state["logit"] if by_logit else results["probability"])
    assert drawn["y"] == pytest.approx(results["loss"], abs=1e-6)
    slope = results["gradient" if by_logit else "gradient_probability"]
    assert drawn["slope"] == pytest.approx(slope, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize(
    "state",
    [
        {"logit": -4.595},
        {"logit": 3.0, "target": 0},
        {"logit": -2.0, "loss": "focal", "gamma": 3.0, "second": "cross_entropy"},
        {"logit": 0.5, "axis": "probability", "pos_weight": 2.0},
        {"logit": 0.0, "loss": "lovasz_hinge"},
    ],
    ids=query,
)
def test_the_tangent_touches_the_curve_with_the_slope_of_the_reference(figure_at, state):
    figure = figure_at(**state)
    assert_tangent(plotted(figure, "now"), state)
    assert plotted(figure, "ghost") is None


def test_a_state_moves_the_point_and_leaves_the_one_before_as_a_ghost(figure_at):
    figure = figure_at()
    buttons = figure.locator(".sg-state")
    assert buttons.all_inner_texts() == ["p = 0.5", "p = 0.01", "p = 0.0001"]
    scale = figure.locator(".sg-y").inner_html()
    for nth, (now, before) in enumerate([(0.0, -4.595), (-4.595, 0.0), (-9.21, -4.595)]):
        buttons.nth(nth).click()
        assert_tangent(plotted(figure, "now"), {"logit": now})
        assert_tangent(plotted(figure, "ghost"), {"logit": before})
        assert figure.locator(".sg-y").inner_html() == scale
    words = figure.locator(".sg-words").inner_text().replace("\u00a0", " ")
    assert words == (
        "Now the loss is 2 times larger and the push 1.01 times larger. "
        "The slope is the error, p − t = 10⁻⁴ − 1 = −0.9999."
    )


def test_the_curve_before_a_change_of_its_options_stays_as_a_ghost(figure_at):
    figure = figure_at(loss="focal", logit=-1.0)
    assert figure.locator(".sg-curve.ghost").count() == 0
    path = figure.locator(".sg-curves .chosen > .sg-line")
    before = path.get_attribute("d")
    figure.locator("input[type=range][name=gamma]").press("End")
    ghost = figure.locator(".sg-curve.ghost > .sg-line")
    assert ghost.get_attribute("d") == before != path.get_attribute("d")
    assert_tangent(plotted(figure, "ghost"), {"loss": "focal", "logit": -1.0, "gamma": 2.0})


def test_the_point_is_dragged_along_the_curve(figure_at):
    figure = figure_at()
    drag_in(figure, "loss", 0.6, start=0.27)
    assert state_of(figure)["logit"] == pytest.approx(2, abs=0.1)
    assert_tangent(plotted(figure, "now"), {"logit": state_of(figure)["logit"]})
    assert_tangent(plotted(figure, "ghost"), {"logit": -4.595})


# --- Python ---


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("loss", "dice", "loss must be one of 'cross_entropy', 'focal', 'lovasz_hinge'"),
        ("second", None, "second must be one of"),
        ("target", 2, "target must be a whole number from 0 to 1"),
        ("target", 0.5, "target must be a whole number from 0 to 1"),
        ("logit", 10.5, "logit must be a number from -10 to 10"),
        ("gamma", -1, "gamma must be 0 or a number from 1e-100 to 10"),
        ("alpha", 1.1, "alpha must be 0 or a number from 1e-100 to 1, or None"),
        ("pos_weight", None, "pos_weight must be 0 or a number from 1e-100 to 100"),
    ],
)
def test_a_wrong_setting_is_named(name, value, expected):
    with pytest.raises(traitlets.TraitError, match=expected):
        PixelExplorer(**{name: value})


@pytest.mark.parametrize("state", STATES, ids=query)
def test_the_picture_has_the_curves_and_the_description_the_numbers(state):
    explorer = PixelExplorer(**EASY | state)
    results = quantities(explorer.state)
    loss, slope = plots.loss_of_pixel(explorer.state)
    assert (loss, slope) == pytest.approx((results["loss"], results["gradient"]), rel=1e-12)
    assert f"the loss is {loss:.3g}" in explorer._description()
    figure = explorer._picture()
    losses = [explorer.loss, explorer.second]
    assert len(figure.axes) == (3 if "focal" in losses else 2)
    curves = 1 + (explorer.second != "none")
    loss_axes, slope_axes = figure.axes[:2]
    assert len(slope_axes.lines) == curves + 1  # and the rule at the present value
    assert len(loss_axes.lines) == curves + 3  # and the tangent, and the point
    tangent, point = loss_axes.lines[-2:]
    by_logit = explorer.axis == "logit"
    drawn = results["gradient" if by_logit else "gradient_probability"]
    if by_logit or abs(explorer.logit) < 10:  # given probabilities are clipped, logits are not
        assert tangent.get_slope() == pytest.approx(drawn, rel=1e-9)
    assert point.get_ydata() == pytest.approx([loss])
