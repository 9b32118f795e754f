"""Questions that answer back: in a page, in a notebook, on Colab's versions, without JavaScript."""

import html
import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import npm
import oracle
import pytest
from browser import chromium_path, firefox_path, offline
from explorer_page import alive, state_of, write_page
from lab import jupyterlab, open_notebook, run_cell
from test_colab import WIDGET, kernel, python  # noqa: F401

from segloss_lab.explorer import Question, SmoothingExplorer
from segloss_lab.explorer._texts import as_html, without_tex

TESTS = Path(__file__).parent
BROWSERS = {"chrome": chromium_path, "firefox": firefox_path}
FIRST = SmoothingExplorer(smooth=1e-5, overlap=0.0, false_positives=0)
TRUTH = {"smooth": 1.0}


def loss_at(smooth):
    return oracle.ORACLES["smoothing"].quantities({**FIRST.state, "smooth": smooth})["loss"]


CHOICE = Question(
    "choice",
    "By how much does the pull weaken when `smooth` goes to 1?",
    choices=["by 1.5%", "by 13%", "by half"],
    answer="by 13%",
    hints={"by 1.5%": "That is so with 90 false alarms."},
    why="Yes: 21/121 for 2/10.",
    figure="smoothing",
    moves=TRUTH,
)
NUMBER = Question(
    "number",
    "How hard is it, in $1/\\mathrm{pixel}$?",
    answer=21 / 121,
    tolerance=0.0005,
    hints=[(2 / 11, "You forgot s in the numerator.")],
    hint="Put A = 10 and s = 1.",
    why="Yes: $21/121$.",
)
UNTIL = Question(
    "until",
    "Drag `smooth` until the object costs this much.",
    figure="smoothing",
    until="loss",
    between=(loss_at(30.0), loss_at(20.0)),
    moves={"smooth": 25.0},
    why="Yes: at 25.",
)
ALL = CHOICE, NUMBER, UNTIL


def page_of(*questions):
    return "<main><h1>Questions</h1>", alive(FIRST), *(q._section() for q in questions), "</main>"


@pytest.fixture
def opened(context, tmp_path):
    """Open a page of these questions and a figure; nothing may be thrown there."""

    def open_page(*questions, before=""):
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(write_page(tmp_path, before, *page_of(*questions)).as_uri())
        return page

    return open_page


def question_of(page, question):
    return page.locator(f"section[data-question={question.id}]")


def answered(page):
    sections = page.locator("section[data-question]").all()
    return [section.get_attribute("data-answered") for section in sections]


def answer_all(page):
    question_of(page, CHOICE).get_by_role("button", name="by 13%").click()
    question_of(page, NUMBER).get_by_role("textbox").fill("21/121")
    question_of(page, NUMBER).get_by_role("button", name="Check").click()
    page.locator("figure input[type=number][name=smooth]").fill("25")
    page.wait_for_selector("section[data-question=until][data-answered=right]")


# --- in two browsers ---


@pytest.fixture(scope="module", params=BROWSERS)
def records(request, tmp_path_factory):
    """Answer the questions of a page: what it shows after each step, by the step's name."""
    folder = tmp_path_factory.mktemp("questions")
    plan = {
        "browser": request.param,
        "executable": BROWSERS[request.param](),
        "address": write_page(folder, *page_of(*ALL)).as_uri(),
        "smooth": [3, 25],
    }
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    command = ["node", TESTS / "drive_questions.mjs", folder / "plan.json"]
    environment = npm.installed(TESTS)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr
    lines = map(json.loads, done.stdout.splitlines())
    return {line.pop("step"): line for line in lines}


def test_a_page_asks_for_nothing_outside_and_complains_of_nothing(records):
    assert records["done"] == {"asked": [], "said": []}


def test_nothing_is_answered_before_the_reader_does(records):
    questions = records["opened"]["questions"]
    assert {q["answered"] for q in questions.values()} == {""}
    assert {q["reply"] for q in questions.values()} == {""}
    assert records["opened"]["kept"] == 0


def test_a_wrong_choice_gets_the_hint_for_the_slip_and_moves_nothing(records):
    wrong = records["wrong choice"]
    choice = wrong["questions"]["choice"]
    assert choice["answered"] == "wrong"
    assert choice["reply"] == "✗ That is so with 90 false alarms."
    assert choice["pressed"] == ["✗ by 1.5%"]
    assert choice["offered"] == ["Show the answer", "Ask me again"]
    assert wrong["state"] == FIRST.state


def test_who_asks_is_shown_the_answer_without_having_given_it(records):
    choice = records["answer shown"]["questions"]["choice"]
    assert choice["answered"] == "wrong"
    assert choice["reply"] == (
        "The answer: by 13%. Yes: 21/121 for 2/10. The figure has moved there."
    )
    assert records["answer shown"]["state"] == {**FIRST.state, **TRUTH}


def test_a_right_choice_gets_the_reason_and_moves_the_figure_into_view(records):
    right = records["right choice"]
    choice = right["questions"]["choice"]
    assert choice["answered"] == "right"
    assert choice["reply"] == "✓ Yes: 21/121 for 2/10. The figure has moved there."
    assert choice["pressed"] == ["✓ by 13%"]
    assert choice["offered"] == ["Ask me again"]
    assert right["state"] == {**FIRST.state, **TRUTH}
    assert right["inView"]
    assert right["focused"] == "✓ by 13%"  # which has not lost it
    later = records["choice after the right one"]["questions"]["choice"]
    assert later == choice


def test_a_number_is_read_and_its_slips_are_told_apart(records):
    expected = {
        "no number": ("", "That is not a number that can be read here. Write 0.25 or 1/4."),
        "slip": ("wrong", "✗ You forgot s in the numerator."),
        "wrong number": ("wrong", "✗ Put A = 10 and s = 1."),
        "right number": ("right", "✓ Yes: \\(21/121\\)."),
    }
    found = {step: records[step]["questions"]["number"] for step in expected}
    assert {step: (q["answered"], q["reply"]) for step, q in found.items()} == expected
    assert {step: q["invalid"] for step, q in found.items()} == {
        "no number": "true",
        "slip": "true",
        "wrong number": "true",
        "right number": "false",
    }


def test_a_figure_that_rests_where_it_is_asked_to_be_is_a_right_answer(records):
    steps = ["dragged beside", "dragged there, moving", "dragged there"]
    found = [records[step]["questions"]["until"] for step in steps]
    assert [q["answered"] for q in found] == ["", "", "right"]
    assert found[0]["now"].endswith(", too high")
    assert re.fullmatch(r"Now: Dice loss 0\.\d+", found[2]["now"])
    assert found[2]["reply"] == "✓ Yes: at 25."
    # Its own drag is not overwritten by the figure's first state and `moves`.
    assert records["dragged there"]["state"]["smooth"] == 25


def test_answers_stay_in_the_browser_until_they_are_erased(records):
    before, after = records["dragged there"], records["reloaded"]
    assert before["kept"] == 4  # three answers, and that all of them are right
    assert after["kept"] == 4
    for name in ("choice", "number", "until"):
        for what in ("answered", "pressed", "typed", "offered"):
            assert after["questions"][name][what] == before["questions"][name][what]
    assert after["questions"]["choice"]["reply"] == "✓ Yes: 21/121 for 2/10."  # nothing moves

    again = records["one asked again"]
    assert [q["answered"] for q in again["questions"].values()] == ["", "right", "right"]
    assert again["questions"]["choice"]["pressed"] == []
    assert again["kept"] == 2

    for step in ("forgotten", "reloaded after that"):
        assert records[step]["kept"] == 0
        for question in records[step]["questions"].values():
            left = {question["answered"], question["reply"], question["typed"] or ""}
            assert left == {""}


# --- where something is missing ---

# How a browser refuses: by the property itself, by each call, or by having no room.
REFUSALS = {
    "no storage": "Object.defineProperty(window, 'localStorage', { get() { throw Error('no'); } })",
    "no calls": "for (const name of ['getItem', 'setItem', 'removeItem']) "
    "Storage.prototype[name] = () => { throw Error('no'); }",
    "not one": "Object.defineProperty(window, 'localStorage', { value: null })",
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_browser_that_keeps_nothing_answers_all_the_same(opened, refusal):
    page = opened(*ALL, before=f"<script>{refusal}</script>")
    answer_all(page)
    assert answered(page) == ["right", "right", "right"]
    page.get_by_role("button", name="Forget all my answers").click()
    assert answered(page) == ["", "", ""]


@pytest.mark.parametrize(
    "kept", ["{", "null", "[]", '{"answered": "yes"}', '{"answered": "right", "given": 9}']
)
def test_what_is_kept_and_cannot_be_is_taken_for_nothing(opened, kept):
    page = opened(CHOICE)
    page.evaluate("kept => localStorage.setItem(`segloss:${location.pathname}#choice`, kept)", kept)
    page.reload()
    assert answered(page) == [""]
    question_of(page, CHOICE).get_by_role("button", name="by 13%").click()
    assert answered(page) == ["right"]


def test_an_answer_that_has_become_wrong_is_not_shown_as_right(opened):
    page = opened(CHOICE)
    kept = json.dumps({"answered": "right", "given": 0})
    page.evaluate("kept => localStorage.setItem(`segloss:${location.pathname}#choice`, kept)", kept)
    page.reload()
    assert answered(page) == ["wrong"]


@pytest.mark.parametrize("spec", ["", "{", "null", "{}", '{"sort": "constructor", "text": "x"}'])
def test_a_broken_question_keeps_its_folded_answer_and_the_others_live(opened, spec):
    section = CHOICE._section()
    broken = re.sub(r'data-spec="[^"]*"', f'data-spec="{html.escape(spec)}"', section)
    page = opened(NUMBER, before=broken)
    said = page.locator("section").first.get_by_role("status").inner_text()
    assert said.startswith("This question cannot be answered here: its data-spec is “")
    page.locator("section summary").click()
    assert page.get_by_text("by 13%. Yes: 21/121 for 2/10.").is_visible()
    question_of(page, NUMBER).get_by_role("textbox").fill("21/121")
    question_of(page, NUMBER).get_by_role("textbox").press("Enter")
    assert question_of(page, NUMBER).get_attribute("data-answered") == "right"


def test_questions_of_a_page_that_loads_the_bundle_twice_are_asked_once(opened):
    page = opened(*ALL, before='<script src="explorer.js"></script>')
    assert page.locator(".sg-heading").count() == 3
    assert page.get_by_role("button", name="Forget all my answers").count() == 1
    answer_all(page)
    assert answered(page) == ["right", "right", "right"]


def test_a_figure_that_is_not_there_is_no_answer_and_no_harm(opened):
    elsewhere = Question("elsewhere", "Drag.", figure="mask", until="loss", between=(0, 1))
    away = Question(
        "away", "Which?", choices=["a", "b"], answer="a", figure="mask", moves={"step": 1}
    )
    page = opened(elsewhere, away)
    assert "The figure “mask” is not in reach here." in question_of(page, elsewhere).inner_text()
    question_of(page, away).get_by_role("button", name="a", exact=True).click()
    assert question_of(page, away).get_by_role("status").inner_text() == "✓ Yes."


def test_a_figure_far_away_moves_and_the_reader_stays(opened):
    page = opened(CHOICE)
    page.add_style_tag(content="section[data-question] { margin-top: 3000px !important }")
    question = question_of(page, CHOICE)
    question.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 1500
    question.get_by_role("button", name="by 13%").click()
    page.wait_for_timeout(600)  # a scroll would have begun
    assert page.evaluate("scrollY") == before
    assert state_of(page.locator("figure")) == {**FIRST.state, **TRUTH}
    question.get_by_role("button", name="See it").click()
    page.wait_for_function(
        "document.querySelector('figure').getBoundingClientRect().bottom > innerHeight / 3"
    )


def test_what_another_question_or_a_link_moves_is_no_answer(opened):
    truth = Question("truth", "Which?", choices=["a", "b"], answer="a", figure="smoothing",
                     moves={"smooth": 25.0})  # fmt: skip
    page = opened(truth, UNTIL)
    question_of(page, truth).get_by_role("button", name="a", exact=True).click()
    page.wait_for_timeout(900)
    assert state_of(page.locator("figure"))["smooth"] == 25
    assert answered(page) == ["right", ""]


def test_without_javascript_the_answer_is_folded_below_the_question(browser, tmp_path):
    file = write_page(tmp_path, *page_of(*ALL))
    with offline(browser, java_script_enabled=False) as (context, _):
        page = context.new_page()
        page.goto(file.as_uri())
        assert page.get_by_text("Predict. By how much does the pull weaken").is_visible()
        choices = page.locator("section").first.locator("li")
        assert choices.all_inner_texts() == ["by 1.5%", "by 13%", "by half"]
        answer = page.get_by_text("by 13%. Yes: 21/121 for 2/10.")
        assert not answer.is_visible()
        page.locator("summary").first.click()
        assert answer.is_visible()
        folded = page.locator("details p").all_text_contents()
    assert folded[1] == "0.173554. Yes: \\(21/121\\)."
    assert folded[2] == f"loss from {loss_at(30.0):g} to {loss_at(20.0):g}. Yes: at 25."


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_nothing_is_cut(browser, tmp_path, scheme, width):
    settings = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    file = write_page(tmp_path, *page_of(*ALL))
    with offline(browser, **settings) as (context, _):
        page = context.new_page()
        page.goto(file.as_uri())
        page.add_style_tag(
            content="html { background: #fff } @media (prefers-color-scheme: dark) "
            "{ html { background: #14181e; color: #eee } }"
        )
        page.evaluate(npm.axe())
        for answer in ("by 1.5%", "by 13%"):
            question_of(page, CHOICE).get_by_role("button", name=answer).click()
            question_of(page, NUMBER).get_by_role("textbox").fill("2/11")
            question_of(page, NUMBER).get_by_role("button", name="Check").click()
            found = page.evaluate("axe.run('section, .sg-forget')")["violations"]
            assert [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found] == []
        assert page.evaluate("document.scrollingElement.scrollWidth") == width


# --- in the book ---


class Attributes(HTMLParser):
    """The attributes of a section."""

    def handle_starttag(self, tag, attributes):
        if tag == "section":
            self.found = dict(attributes)


def test_a_question_carries_what_it_asks_in_an_attribute():
    parser = Attributes()
    parser.feed(CHOICE._repr_mimebundle_()[0]["text/html"])
    assert parser.found["data-question"] == "choice"
    assert parser.found["data-answered"] == ""
    spec = json.loads(parser.found["data-spec"])
    assert (spec["answer"], spec["hints"]) == (1, [[0, "That is so with 90 false alarms."]])


def test_no_text_can_leave_its_place_in_the_page(opened):
    nasty = '"><img src=x onerror="throw 1"> </section>\' & <b>'
    page = opened(Question("nasty", nasty, choices=[nasty, "b"], answer=nasty, why=nasty))
    assert page.locator("section img, section b").count() == 0
    assert nasty in question_of(page, Question("nasty", "?", answer=1)).inner_text()
    page.get_by_role("button", name="img").click()
    assert nasty in page.locator("section").get_by_role("status").inner_text()
    assert page.locator("section img, section b").count() == 0


SIDE_BAR = """<div class="bd-sidebar-primary"><nav><ul>
<li class="current"><a class="current reference internal" href="#">One</a></li>
<li><a class="reference internal" href="two.html">Two</a></li></ul></nav></div>"""


def test_a_page_whose_questions_are_all_answered_right_is_ticked_on_every_page(context, tmp_path):
    one = write_page(tmp_path, SIDE_BAR, *page_of(*ALL), name="one.html")
    back = SIDE_BAR.replace('href="#"', 'href="one.html"').replace('"two.html"', '"#"')
    two = write_page(tmp_path, back, "<h1>Two</h1>", name="two.html")
    page = context.new_page()
    page.set_default_timeout(10_000)

    def ticked():
        names = page.locator("nav a:has(.sg-tick)").all_inner_texts()
        return [name.removesuffix("✓").strip() for name in names]

    page.goto(one.as_uri())
    assert ticked() == []
    answer_all(page)
    assert ticked() == ["One"]
    assert page.get_by_role("img", name="all questions answered").count() == 1
    page.goto(two.as_uri())
    assert ticked() == ["One"]
    page.goto(one.as_uri())
    assert ticked() == ["One"]
    question_of(page, NUMBER).get_by_role("button", name="Ask me again").click()
    assert ticked() == []
    question_of(page, NUMBER).get_by_role("textbox").fill("21/121")
    question_of(page, NUMBER).get_by_role("textbox").press("Enter")
    assert ticked() == ["One"]
    page.get_by_role("button", name="Forget all my answers").click()
    page.goto(two.as_uri())
    assert ticked() == []


# --- numbers as they are typed ---

TYPED = {
    "0.174": 0.174,
    " 0,174 ": 0.174,
    ".174": 0.174,
    "1.74e-1": 0.174,
    "−0.5": -0.5,
    "1/4": 0.25,
    "-3 / 4": -0.75,
    "12 %": 12,
    "12%": 12,
    "": None,
    "1/0": None,
    "1/2/3": None,
    "a": None,
    "0x10": None,
    "Infinity": None,
    "1 2": None,
}


def test_numbers_are_read_as_people_write_them(opened):
    asked = {
        Question(f"typed-{nth}", "How many?", answer=value or 1.0, tolerance=0, unit="%"): typed
        for nth, (typed, value) in enumerate(TYPED.items())
    }
    page = opened(*asked)
    for question, typed in asked.items():
        question_of(page, question).get_by_role("textbox").fill(typed)
        question_of(page, question).get_by_role("textbox").press("Enter")
    expected = ["" if value is None else "right" for value in TYPED.values()]
    assert dict(zip(TYPED, answered(page), strict=True)) == dict(zip(TYPED, expected, strict=True))


def test_a_number_at_the_tolerance_is_right_and_one_beyond_is_not(opened):
    edge = Question("edge", "How many?", answer=0.174, tolerance=0.005)
    page = opened(edge)
    found = {}
    for typed in ("0.1689", "0.1791", "0.179"):
        page.locator("section").get_by_role("textbox").fill(typed)
        page.locator("section").get_by_role("textbox").press("Enter")
        found[typed] = answered(page)[0]
    assert found == {"0.1689": "wrong", "0.1791": "wrong", "0.179": "right"}


# --- in a notebook ---

SETUP = """from segloss_lab.explorer import Question, SmoothingExplorer
figure = SmoothingExplorer(smooth=1e-5, overlap=0.0, false_positives=0)
choice = Question("lab-choice", "Which is $p_t^2$?", choices=["a", "b"], answer="b",
                  figure="smoothing", moves={"smooth": 1.0})
until = Question("lab-until", "Drag.", figure="smoothing", until="loss", between=%s)
print("ready")"""
TELL = "print('told', choice.answered, until.answered, figure.smooth)"


@pytest.fixture(scope="module")
def notebook(browser, tmp_path_factory):
    between = UNTIL.spec["between"]
    cells = [SETUP % between, "choice", "until", "figure", TELL, TELL]
    folder = tmp_path_factory.mktemp("lab")
    with jupyterlab(folder, cells) as (address, notebook):
        allowed = ("data:", "blob:", f"{address}/")
        with offline(browser, allowed, viewport={"width": 1280, "height": 1400}) as opened:
            context, record = opened
            page = context.new_page()
            page.set_default_timeout(120_000)
            open_notebook(page, notebook)
            run_cell(page, 0)
            page.locator(".jp-OutputArea-output", has_text="ready").wait_for()
            yield page
            assert record.refused == []


def test_in_jupyterlab_questions_are_answered_and_python_is_told(notebook):
    for cell in (1, 2, 3):
        run_cell(notebook, cell)
        notebook.locator(".jp-CodeCell").nth(cell).locator(".segloss").wait_for()
    choice, until = (notebook.locator(f"[data-question=lab-{n}]") for n in ("choice", "until"))
    assert choice.count() == 1  # the widget's view, not the page's section
    assert "Which is pₜ²?" in choice.inner_text()
    assert "not in reach" not in until.inner_text() or wait_for_figure(notebook)

    choice.get_by_role("button", name="a", exact=True).focus()
    notebook.keyboard.press("Enter")  # which JupyterLab would take for itself
    assert choice.get_attribute("data-answered") == "wrong"
    assert told(notebook, 4) == "told wrong  1e-05"
    choice.get_by_role("button", name="b", exact=True).click()
    assert choice.get_by_role("status").inner_text() == "✓ Yes. The figure has moved there."
    notebook.locator("figure input[type=number][name=smooth]").fill("25")
    notebook.wait_for_selector("[data-question=lab-until][data-answered=right]")
    assert told(notebook, 5) == "told right right 25.0"

    # Shown anew, it is as it was kept.
    run_cell(notebook, 1)
    notebook.wait_for_selector("[data-question=lab-choice][data-answered=right]")


def wait_for_figure(page):
    page.get_by_text("Now: ").wait_for()
    return True


def told(page, cell):
    run_cell(page, cell)
    output = page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output")
    output.wait_for()
    return output.inner_text().strip()


def test_on_colabs_versions_a_question_has_its_parts_and_is_told_an_answer(kernel):  # noqa: F811
    code = 'from segloss_lab.explorer import Question\nq = Question("id", "Half?", answer=0.5)\nq'
    messages = kernel.run(code)
    (result,) = [m for m in messages if m["msg_type"] == "execute_result"]
    opened = {
        m["content"]["comm_id"]: m["content"]["data"]["state"]
        for m in messages
        if m["msg_type"] == "comm_open"
    }
    data = result["content"]["data"]
    assert data["text/html"].startswith('<section data-question="id" data-answered="" data-spec="')
    assert data["text/plain"] == "Exercise: Half?"
    sent = opened[data[WIDGET]["model_id"]]
    assert sent["kind"] == "question"
    assert (sent["spec"]["answer"], sent["spec"]["text"]) == (0.5, "Half?")
    assert sent["_esm"].endswith("export default segloss.widget;\n")
    kernel.send(data[WIDGET]["model_id"], {"answered": "right"})
    assert kernel.print("print(json.dumps(q.answered))") == "right"


# --- texts ---


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"p_t^2 \le 1/4", "pₜ² ≤ 1/4"),
        (r"\frac{2A + s}{(A + s)^2}", "(2A + s)/(A + s)²"),
        (r"\frac{1}{2A}", "1/(2A)"),
        ("10^{-5}", "10⁻⁵"),
        (r"e^{-x y}", "e^(−x y)"),
        (r"\sqrt{\frac{1}{n}}", "√(1/n)"),
        (r"-\ln p \cdot \alpha", "−ln p · α"),
        (r"\mathrm{loss} \approx 0{,}5", "loss ≈ 0,5"),
    ],
)
def test_a_notebook_shows_mathematics_in_plain_letters(tex, plain):
    assert without_tex(f"a ${tex}$ `b`") == f"a {plain} `b`"


def test_a_page_shows_mathematics_to_mathjax_and_code_as_code():
    assert as_html("`a<b` and $x<y$ & 5") == (
        "<code>a&lt;b</code> and "
        '<span class="math notranslate nohighlight">\\(x&lt;y\\)</span> &amp; 5'
    )


# --- arguments ---

PAIR = {"choices": ["a", "b"], "answer": "a"}
LOOP = {"figure": "smoothing", "until": "loss"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"id": "Dice 13", **PAIR}, "id must be small letters, digits and hyphens, 'dice-13', got"),
        ({"id": 3, **PAIR}, "id must be small letters"),
        ({"text": "", **PAIR}, "text must be a text, got ''"),
        ({"why": None, **PAIR}, "why must be a text, got None"),
        ({}, "answer must be a finite number, unless there are choices or until, got None"),
        ({"answer": "a"}, "answer must be a finite number"),
        ({"answer": float("nan")}, "answer must be a finite number"),
        ({"answer": True}, "answer must be a finite number"),
        ({"choices": ["a"], "answer": "a"}, "choices must be two or more different texts, got"),
        ({"choices": ["a", "a"], "answer": "a"}, "choices must be two or more different texts"),
        ({"choices": "ab", "answer": "a"}, "choices must be a list of texts, got 'ab'"),
        ({"choices": ["a", 1], "answer": "a"}, "choices must be two or more different texts"),
        ({**PAIR, "answer": "c"}, "answer must be one of 'a', 'b', got 'c'"),
        ({**PAIR, "tolerance": 1}, "tolerance must be left out of a question with choices, got 1"),
        ({**PAIR, "unit": "%"}, "unit must be given with a number only, got '%'"),
        ({**PAIR, "until": "loss"}, "until must be left out where choices are given, got 'loss'"),
        ({**PAIR, "hints": {"c": "x"}}, "hints must be for wrong ones of the choices, got 'c'"),
        ({**PAIR, "hints": {"a": "x"}}, "hints must be for wrong ones of the choices, got 'a'"),
        ({**PAIR, "hints": {"b": 1}}, "hints must be {choice: text}, got 1"),
        ({**PAIR, "hints": [("b", "x")]}, "hints must be {choice: text}, got [('b', 'x')]"),
        ({**PAIR, "heading": "Quiz"}, "heading must be 'Predict' or 'Exercise', got 'Quiz'"),
        ({"answer": 1, "tolerance": -1}, "tolerance must be a finite number of at least 0, got -1"),
        ({"answer": 1, "between": (0, 1)}, "between must be left out of a question with a number"),
        ({"answer": 1, "hints": {2: "x"}}, "hints must be a list of (value, text), each value"),
        ({"answer": 1, "hints": [2]}, "hints must be a list of (value, text), each value"),
        ({"answer": 1, "hints": [(1, "x")]}, "each value another than the answer, got (1, 'x')"),
        ({**PAIR, "moves": {"smooth": 1}}, "figure must be the figure's name where moves is given"),
        ({**PAIR, "figure": "smothing"}, "figure must be one of "),
        ({**PAIR, "figure": "smoothing-0"}, "figure must be one of "),
        (
            {**PAIR, "figure": "smoothing", "moves": {"smoth": 1}},
            "moves must be settings of smoothing: ",
        ),
        ({**PAIR, "figure": "smoothing", "moves": {"layout": "bench"}}, "moves must be settings"),
        ({**PAIR, "figure": "smoothing", "moves": 1}, "moves must be {setting: value}, got 1"),
        (
            {**PAIR, "figure": "smoothing-2", "moves": {"smooth": -1}},
            "moves: smooth must be 0 or a number from 1e-100 to 1e100, got -1",
        ),
        ({"until": "loss", "between": (0, 1)}, "figure must be the figure's name where until"),
        ({**LOOP}, "between must be (lowest, highest), two finite numbers, got None"),
        ({**LOOP, "between": (1, 0)}, "between must be (lowest, highest), two finite numbers"),
        ({**LOOP, "between": (0, 1), "answer": 1}, "answer must be left out of a question with"),
        ({**LOOP, "between": (0, 1), "hints": [(1, "x")]}, "hints must be left out with until"),
        ({**LOOP, "until": "the loss", "between": (0, 1)}, "until must be the name of a result"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_argument_that_cannot_be_is_named(given, says):
    with pytest.raises((TypeError, ValueError), match=re.escape(says)):
        Question(**{"id": "id", "text": "What?", **given})


def test_what_was_answered_is_a_trait_that_takes_nothing_else():
    question = Question("id", "What?", answer=1)
    assert question.answered == ""
    with pytest.raises(Exception, match="answered"):
        question.answered = "perhaps"
