"""The built book as a reader opens it: from file://, without a network, light and dark."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urldefrag

import nbformat
import npm
import pytest
from book import ROOT, make
from browser import offline
from explorer_page import quantities_of, state_of
from oracle import ORACLES
from pages import CORE, page_of

from segloss_lab import data

WELCOME, GALLERY = "chapters/01_welcome.html", "chapters/gallery.html"
NOTEBOOKS = sorted(path.relative_to(ROOT) for path in ROOT.glob("chapters/**/*.ipynb"))
CHAPTERS = [path.with_suffix(".html").as_posix() for path in NOTEBOOKS]
NOTES = [name for name in CHAPTERS if "/notes/" in name]
REFERENCE = [f"reference/{path.stem}.html" for path in sorted(ROOT.glob("reference/*.md"))]

EQUATION = "article .math"

# What the theme says on every page; anything else in the console is ours to mend.
THEME = re.compile(r"log: \[(PST|togglebutton)\]")


# --- In the browser --------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CHAPTERS + REFERENCE)
def name(request):
    return request.param


@pytest.fixture(scope="module", params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture(scope="module", params=[1280, 360])
def width(request):
    return request.param


@pytest.fixture(scope="module")
def opened(book, browser, name, scheme, width):
    """Open a page in one colour scheme at one width; yield it with what it asked for and said."""
    settings = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    allowed = (f"{book.as_uri()}/", "data:", "blob:")
    with offline(browser, allowed, **settings) as (context, record):
        page = context.new_page()
        # The book's entry is a page that leads to the first chapter.
        page.goto(f"{book.as_uri()}/{'index.html' if name == WELCOME else name}")
        page.wait_for_url(f"**/{name}")
        # Once a page is loaded, so is MathJax (where the page has mathematics).
        page.evaluate("() => window.MathJax?.startup?.promise?.then(() => true)")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        yield page, record


def test_a_page_asks_for_nothing_outside_the_book(opened):
    _, record = opened
    assert record.refused == []


def test_the_console_is_clean(opened):
    _, record = opened
    assert [said for said in record.console if not THEME.match(said)] == []


def test_every_equation_is_typeset_in_its_own_fonts(opened, name):
    page, _ = opened
    equations = page.locator(EQUATION)
    assert equations.count() > 0 or name in (WELCOME, *REFERENCE)
    assert page.locator(f"{EQUATION} > mjx-container").count() == equations.count()
    assert page.locator("mjx-merror").count() == 0
    fonts = page.evaluate(
        "[...document.fonts].filter(f => f.family.includes('MJX')).map(f => f.status)"
    )
    assert "error" not in fonts
    assert "loaded" in fonts or not equations.count()


def test_no_mathematics_and_no_table_is_left_as_its_source(opened):
    page, _ = opened
    prose = page.evaluate(
        """() => {
          const copy = document.querySelector("article").cloneNode(true);
          copy.querySelectorAll("pre, code, script, mjx-container").forEach(e => e.remove());
          return copy.textContent;
        }"""
    )
    # Dashes of a table's rule are long ones by then.
    source = re.search(r".{0,60}(\$|\\\(|\\\[|\\frac|\|:?[-–—]).{0,60}", prose)
    assert source is None, source[0]


def test_no_formula_in_the_text_loses_its_end(opened):
    page, _ = opened
    # The theme hides what is wider than the formula's own box; folded answers are looked at, too.
    lost = page.evaluate(
        """() => {
          const folded = [...document.querySelectorAll("article details:not([open])")];
          folded.forEach(details => { details.open = true; });
          const lost = [...document.querySelectorAll("article span.math")].filter(formula => {
            const end = formula.getBoundingClientRect().right;
            const glyphs = [...formula.querySelectorAll("mjx-c, mjx-line")];
            return glyphs.some(glyph => glyph.getBoundingClientRect().right > end + 2);
          });
          folded.forEach(details => { details.open = false; });
          return lost.map(f => f.querySelector("mjx-assistive-mml").textContent);
        }"""
    )
    assert lost == []


def test_no_formula_shows_a_backslash(opened):
    page, _ = opened
    spoken = page.locator("article mjx-assistive-mml").all_text_contents()
    assert [formula for formula in spoken if "\\" in formula] == []


def test_mathematics_stands_out_from_its_ground(opened):
    page, _ = opened
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    typeset = page.locator("article mjx-container")
    inks = set(
        typeset.evaluate_all(  # but in a link, where it has the link's ink
            "all => all.filter(e => !e.closest('a')).map(e => getComputedStyle(e).color)"
        )
    )
    assert [ink for ink in inks if contrast(ink, ground) < 7] == []


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two CSS colours (WCAG 2.2)."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of rgb(r, g, b)."""
    levels = [int(level) / 255 for level in re.findall(r"\d+", colour)[:3]]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_explorer_is_alive_and_true_to_the_reference(opened, name):
    page, _ = opened
    figures = page.locator("figure[data-explorer]").all()
    kinds = [figure.get_attribute("data-explorer") for figure in figures]
    assert set(kinds) == set(ORACLES) if name == GALLERY else kinds or name in NOTES + REFERENCE
    for kind, figure in zip(kinds, figures, strict=True):
        assert figure.locator("input[type=range]").first.is_visible()
        state = json.loads(figure.get_attribute("data-state"))
        shown = figure.locator("[data-quantity=loss]").get_attribute("data-value")
        expected = ORACLES[kind].quantities(state)["loss"]
        assert float(shown) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_every_question_is_alive_and_speaks_of_figures_that_are_there(opened, name):
    page, _ = opened
    sections = page.locator("section[data-question]").all()
    assert len({section.get_attribute("data-question") for section in sections}) == len(sections)
    assert len(sections) >= 3 or name != GALLERY
    for section in sections:
        assert section.locator(".sg-heading").is_visible()
        spec = json.loads(section.get_attribute("data-spec"))
        if "figure" not in spec:
            continue
        kind, _, nth = spec["figure"].partition("-")
        figure = page.locator(f"figure[data-explorer={kind}]").nth(int(nth or 1) - 1)
        assert set(spec.get("moves", {})) <= set(state_of(figure))
        if "until" in spec:
            assert figure.locator(f"output[data-quantity={spec['until']}]").count() == 1


# What axe finds on every page of the theme.
OF_THE_THEME = {"label-content-name-mismatch", "region"}


@pytest.mark.parametrize("width", [1280], indirect=True)
def test_axe_finds_nothing_beyond_what_the_theme_brings(opened):
    page, _ = opened
    # A colour on its way to another is neither's.
    page.wait_for_function(
        "document.getAnimations().filter(a => a instanceof CSSTransition)"
        ".every(a => a.playState !== 'running')"
    )
    page.evaluate(npm.axe())
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    ours = [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found]
    assert [violation for violation in ours if violation[0] not in OF_THE_THEME] == []


def test_nothing_is_wider_than_the_window(opened, width):
    page, _ = opened
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_the_colour_scheme_is_followed(opened, scheme):
    page, _ = opened
    assert page.locator("html").get_attribute("data-theme") == scheme


def test_of_a_picture_drawn_twice_the_one_that_is_shown_is_loaded(opened, scheme):
    page, _ = opened
    for picture in page.locator(f"article img.sg-{scheme}").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("image => image.decode()")
    if scheme == "light":  # a page is light until it knows better
        dark = page.locator("article img.sg-dark").evaluate_all(
            "all => all.map(i => i.naturalWidth)"
        )
        assert not any(dark)
    page.evaluate("scrollTo(0, 0)")


@pytest.mark.parametrize("scheme", ["light"], indirect=True)
@pytest.mark.parametrize("width", [1280], indirect=True)
def test_every_link_sets_its_figure_to_the_state_that_it_names(opened):
    page, _ = opened
    for link in page.locator("article a[href^='#'][href*='?']").all():
        name, _, query = link.get_attribute("href")[1:].partition("?")
        kind, _, nth = name.partition("-")
        link.evaluate("link => link.click()")  # also where it is folded away
        figure = page.locator(f"figure[data-explorer={kind}]").nth(int(nth or 1) - 1)
        state = state_of(figure)
        asked = dict(parse_qsl(query))
        assert {key: text_of(state[key], asked[key]) for key in asked} == asked
        expected = ORACLES[kind].quantities(state)["loss"]
        assert quantities_of(figure)["loss"] == pytest.approx(expected, rel=1e-9, abs=1e-300)


def text_of(value, asked: str) -> str:
    """Write a value as a link does; a number in the digits of the link, if it is the same."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    return value if isinstance(value, str) else asked if float(asked) == value else str(value)


# --- How long a chapter is, and how heavy a page --------------------------------------------------

COLUMNS = "chapter words formulas lines asserts figures questions screens starts minutes".split()


def test_no_page_weighs_more_than_a_megabyte(book):
    weights = {name: (book / name).stat().st_size for name in CHAPTERS + REFERENCE}
    assert {name: weight for name, weight in weights.items() if weight > 1_000_000} == {}


@pytest.mark.parametrize("stem", CORE)
def test_a_core_chapter_starts_with_its_figure_and_fits_fourteen_screens(book, browser, stem):
    allowed = (f"{book.as_uri()}/", "data:", "blob:")
    with offline(browser, allowed, viewport={"width": 1280, "height": 900}) as (context, _):
        page = context.new_page()
        page.goto(f"{book.as_uri()}/chapters/{stem}.html")
        page.evaluate("() => window.MathJax?.startup?.promise?.then(() => true)")
        page.locator("figure.segloss").first.wait_for()
        starts, article = page.evaluate(
            """() => [document.querySelector("figure.segloss"), document.querySelector("article")]
              .map((part) => part.getBoundingClientRect()).map(({ top, height }, i) => (
                i ? height : top))"""
        )
    screens, held = article / 900, page_of(stem)
    reports = book / "reports"
    reports.mkdir(exist_ok=True)
    with (reports / "pages.md").open("a") as report:
        if stem == CORE[0]:
            report.write(f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|\n")
        report.write(
            f"| {stem} | {held.words} | {held.formulas} | {held.lines} | {held.asserts} | "
            f"{held.figures} | {held.predictions} + {held.exercises} | {screens:.1f} | "
            f"{starts:.0f} | {held.minutes:.0f} |\n"
        )
    assert starts < 900 - 250  # enough of it is seen to know that it is there
    assert screens <= 14


# --- A figure and its address ----------------------------------------------------------------


@pytest.fixture
def gallery(book, browser):
    """Open the gallery at an address of it; what is thrown there fails the test."""
    with offline(browser, (f"{book.as_uri()}/", "data:", "blob:")) as (context, record):

        def open_at(hash_: str):
            page = context.new_page()
            page.goto(f"{book.as_uri()}/{GALLERY}{hash_}")
            return page

        yield open_at
        assert [said for said in record.console if not THEME.match(said)] == []


def first_state(page, kind: str) -> dict:
    """Read the state that the page was built with, from its source."""
    source = unquote(page.url.split("#")[0]).removeprefix("file://")
    text = re.search(rf'data-explorer="{kind}" data-state="([^"]*)"', Path(source).read_text())
    return json.loads(html.unescape(text[1]))


def test_every_page_has_the_bundle_and_the_style_sheet_once(book):
    for page in [book / name for name in CHAPTERS + REFERENCE]:
        loaded = Counter(
            re.findall(r"""(?:src|href)="[^"]*/(explorer\.js|book\.css)""", page.read_text())
        )
        assert loaded == {"explorer.js": 1, "book.css": 1}, page.name


def test_reset_links_and_undo_on_a_page_opened_by_a_link(gallery):
    page = gallery("#smoothing?smooth=1&size=777")
    figure = page.locator("figure[data-explorer=smoothing]")
    first = first_state(page, "smoothing")
    assert state_of(figure) == {**first, "smooth": 1, "size": 777}
    figure.get_by_role("button", name="Reset").click()
    assert state_of(figure) == first
    page.evaluate("location.hash = '#smoothing?eps=1'")
    page.wait_for_function(
        "document.querySelector('figure[data-explorer=smoothing]').dataset.state.includes('eps\":1')"
    )
    assert state_of(figure) == {**first, "eps": 1}
    before = quantities_of(figure)
    page.wait_for_timeout(700)  # or the next move would be one with the last
    figure.locator("input[type=range][name=smooth]").press("End")
    page.wait_for_function("location.hash.includes('smooth=100000')")
    page.keyboard.press("Control+z")
    assert state_of(figure) == {**first, "eps": 1}
    assert quantities_of(figure) == before
    page.wait_for_function(f"location.hash.includes('smooth={first['smooth']:g}&')")


def test_a_link_to_a_mask_is_followed_on_the_gallery(gallery):
    page = gallery("#mask?loss=focal&step=50")
    figure = page.locator("figure[data-explorer=mask]")
    assert state_of(figure) == {**first_state(page, "mask"), "loss": "focal", "step": 50}
    assert figure.locator(".sg-note").inner_text() == ""


# --- In the files ----------------------------------------------------------------------------


class Links(HTMLParser):
    """The addresses a page leads to and loads, and the anchors it offers."""

    def __init__(self, page: Path):
        super().__init__()
        self.targets: set[str] = set()
        self.anchors: set[str] = set()
        self.pictures: dict[str, str | None] = {}
        self.explorers: Counter[str] = Counter()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.targets |= {given[key] for key in ("href", "src") if given.get(key)}
        self.anchors |= {given[key] for key in ("id", "name") if given.get(key)}
        # An explorer is an anchor too: #smoothing?smooth=1 sets its state, #smoothing-2 the next's.
        if kind := given.get("data-explorer"):
            self.explorers[kind] += 1
            nth = self.explorers[kind]
            self.anchors.add(kind if nth == 1 else f"{kind}-{nth}")
        if tag == "img" and "_images/" in given["src"]:
            self.pictures[given["src"]] = given.get("alt")


def test_every_link_within_the_book_leads_somewhere(book):
    pages = {page: Links(page) for page in book.rglob("*.html") if "_static" not in page.parts}
    broken = defaultdict(list)
    for page, links in pages.items():
        for target in links.targets:
            address, anchor = urldefrag(target)
            if re.match(r"[a-z]+:", address):
                continue
            file = (page.parent / unquote(address.split("?")[0])).resolve() if address else page
            known = pages[file].anchors if file in pages else set()
            anchor = unquote(anchor).split("?")[0]
            if not file.exists() or (anchor and anchor not in known):
                broken[page.name].append(target)
    assert not broken


def test_the_licences_of_what_the_book_carries_are_in_it(book):
    """The figures hold parts of d3 (ISC), the formulas MathJax's (Apache), the text face is OFL."""
    assert (book / "_static" / "mathjax" / "tex-chtml.js").exists()
    mathjax = (book / "_static" / "mathjax.LICENSE.txt").read_text()
    assert "MathJax" in mathjax.splitlines()[0]
    assert "Apache License" in mathjax and "END OF TERMS AND CONDITIONS" in mathjax
    made = ROOT / "segloss_lab" / "explorer" / "static" / "explorer.LICENSES.txt"
    assert (book / "_static" / made.name).read_bytes() == made.read_bytes()
    links = Links(book / "reference" / "references.html").targets
    face = "fonts/source-serif-4.LICENSE.txt"
    assert "SIL OPEN FONT LICENSE" in (book / "_static" / face).read_text(encoding="utf-8")
    texts = ["mathjax.LICENSE.txt", made.name, face]
    assert {f"../_static/{name}" for name in texts} <= links


def test_a_page_loads_nothing_from_elsewhere(book):
    loads = re.compile(r"""<(?:script|img|iframe|link)[^>]+(?:src|href)=["'](https?:)?//""")
    assert not [page.name for page in book.rglob("*.html") if loads.search(page.read_text())]


def test_a_colon_tears_nothing_that_a_docstring_says(book):
    # No docstring states a type: napoleon makes one of what stands before a colon.
    pages = (book / "reference").glob("*.html")
    assert not [page.name for page in pages if "Return type" in page.read_text()]


def test_every_picture_of_a_chapter_has_a_text(book):
    for page in (book / "chapters").rglob("*.html"):
        for source, text in Links(page).pictures.items():
            # Where a cell gives none, its page says the file's name.
            assert text and text != source, f"{page.name}: {source}"


def test_no_cell_of_a_chapter_warns(book):
    said = []
    for path in (book.parent / "jupyter_execute" / "chapters").rglob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            outputs = cell.get("outputs", [])
            said += [output.text for output in outputs if output.get("name") == "stderr"]
    assert not [text for text in said if "A phantom stands in for" not in text]


def test_a_second_build_runs_no_chapter_again(book):
    done = make(ROOT, "book")
    assert done.returncode == 0
    assert "Executing notebook" not in done.stdout + done.stderr


# --- What a build refuses --------------------------------------------------------------------


@pytest.fixture
def small_book(tmp_path):
    """A book of one chapter with the project's own settings."""
    for name in ("Makefile", "_config.yml", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("_static", "tools", "pictures", "segloss_lab/explorer/static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: chapters/one\n")
    (tmp_path / "chapters").mkdir()

    def write(*cells: str) -> Path:
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        notebook = nbformat.v4.new_notebook(metadata=kernel)
        notebook.cells.append(nbformat.v4.new_markdown_cell("# One\n\nText."))
        notebook.cells += [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(notebook, tmp_path / "chapters" / "one.ipynb")
        return tmp_path

    return write


def test_a_failing_cell_fails_every_build_and_shows_its_traceback(small_book):
    folder = small_book("def broken():\n    raise ArithmeticError('no such sum')", "broken()")
    for _ in range(2):
        done = make(folder, "book")
        assert done.returncode != 0
        assert "ArithmeticError" in done.stderr
        assert "no such sum" in done.stderr
        assert "STOP: the book was not built" in done.stderr
        assert "make serve" not in done.stdout


@pytest.fixture
def refresh(tmp_path):
    """Run the check before a build in a folder with a cache; tell whether the cache was kept."""
    (tmp_path / "segloss_lab" / "explorer" / "front").mkdir(parents=True)
    (tmp_path / "experiments" / "results").mkdir(parents=True)
    (tmp_path / "tools").mkdir()
    script = shutil.copy(ROOT / "tools" / "refresh_cache.py", tmp_path / "tools")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    executed = tmp_path / "_build" / ".jupyter_cache" / "executed.ipynb"

    def run(**environment: str) -> bool:
        if executed.parent.is_dir():
            executed.touch()
        subprocess.run([sys.executable, script], check=True, env={**os.environ, **environment})
        return executed.exists()

    return run


def test_executed_chapters_are_kept_until_what_they_depend_on_changes(refresh, tmp_path):
    assert not refresh()
    assert refresh()
    for path, kept in {
        "segloss_lab/losses.py": False,
        "segloss_lab/palette.json": False,
        "segloss_lab/explorer/bundle.js": False,
        "segloss_lab/explorer/front/build.js": True,  # what it makes is the bundle
        "experiments/results/runs.json": False,
        "requirements.txt": False,
        "README.md": True,
    }.items():
        (tmp_path / path).write_text("changed")
        assert refresh() == kept, path


def test_executed_chapters_are_forgotten_when_real_data_come_or_go(refresh, tmp_path):
    (tmp_path / "nothing").mkdir()
    refresh()
    key = tmp_path / "_build" / ".jupyter_cache" / "depends-on"
    before = key.read_text()
    kept = refresh(SEGLOSS_DATA=str(tmp_path / "nothing"))
    assert "nuclei=phantom ms_lesions=phantom axon_myelin=phantom" in key.read_text()
    # Where there never were real data, their absence changes nothing.
    assert kept == ("nuclei=phantom" in before)


# --- On which data ---------------------------------------------------------------------------

PRINT_FOLDER = "import os\nprint('the chapter reads', os.environ['SEGLOSS_DATA'])"


@pytest.mark.parametrize("name", ["my images", "~/my images"])
def test_a_folder_is_resolved_once_where_make_is_called(small_book, name):
    folder = small_book(PRINT_FOLDER)
    images = folder / "my images"
    images.mkdir()
    done = make(folder, "book", SEGLOSS_DATA=name, HOME=str(folder))
    assert done.returncode == 0, done.stderr
    assert f"Sample data: read from {images} (SEGLOSS_DATA)" in done.stdout
    page = (folder / "_build" / "html" / "chapters" / "one.html").read_text()
    assert f"the chapter reads {images}\n" in page


@pytest.mark.parametrize("name", ["nowhere", "~/nowhere"])
def test_a_folder_that_is_missing_stops_the_book_and_the_tests(small_book, name):
    folder = small_book("print('no chapter may run')")
    said = f"SEGLOSS_DATA names {folder / 'nowhere'}, which is no folder"
    done = make(folder, "book", SEGLOSS_DATA=name, HOME=str(folder))
    assert done.returncode != 0
    assert f"STOP: {said}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "_build" / "html").exists()

    (folder / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests")
    (folder / "tests" / "test_one.py").write_text("def test_one(): pass\n")
    done = make(folder, "test", SEGLOSS_DATA=name, HOME=str(folder))
    assert done.returncode != 0
    assert f"ERROR: {said}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_cut_off_stops_the_book(small_book):
    folder = small_book("print('no chapter may run')")
    case = data.cases("nuclei")[0]
    file = folder / "images" / data._entry("nuclei")["cases"][case]["image"]["path"]
    file.parent.mkdir(parents=True)
    file.write_bytes(b"half of it")
    done = make(folder, "book", SEGLOSS_DATA="images")
    assert done.returncode != 0
    assert f"STOP: {file} is cut off after 10 of " in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "_build" / "html").exists()


LOAD_TWO = """from segloss_lab import data

samples = [data.load("nuclei", case, fallback="phantom") for case in data.cases("nuclei")[:2]]
print("the chapter saw", *[sample.source for sample in samples])"""


def test_a_chapter_on_a_phantom_is_named_and_run_again_once_the_images_are_there(
    small_book, tmp_path
):
    try:
        sets = [data.load("nuclei", case) for case in data.cases("nuclei")[:2]]
    except data.DataUnavailable as error:
        pytest.skip(str(error))
    assert {sample.source for sample in sets} == {"real"}
    folder, images = small_book(LOAD_TWO), tmp_path / "images"
    entries = data._entry("nuclei")["cases"]
    page = folder / "_build" / "html" / "chapters" / "one.html"
    # Of the set's first two images the first is there, then both.
    for case, source in zip(data.cases("nuclei"), ("phantom", "real"), strict=False):
        for file in (entries[case][role] for role in ("image", "mask")):
            (images / file["path"]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(data._path(file), images / file["path"])
        done = make(folder, "book", SEGLOSS_DATA=str(images))
        assert done.returncode == 0, done.stderr
        assert f"the chapter saw real {source}" in page.read_text()
        assert ("  one: nuclei\n" in done.stdout) == (source == "phantom")
