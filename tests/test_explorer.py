"""The smoothing explorer, and what all explorers share, in a page opened from a file."""

import base64
import json
import re
import subprocess

import npm
import numpy as np
import oracle
import pytest
import traitlets
from explorer_page import (
    BUNDLE,
    STATIC,
    html_of,
    printed_by,
    quantities_of,
    state_of,
    write_page,
)
from oracle_smoothing import STATES, dice, quantities

from segloss_lab import conventions, reference
from segloss_lab.explorer import SmoothingExplorer

FRONT = STATIC.parents[1] / "front"
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """Write a page of two explorers, from their own MIME bundles, beside the bundle."""
    second = SmoothingExplorer(smooth=0.0, size=100, axis="eps", layout="bench")
    explorers = SmoothingExplorer(layout="bench"), second
    top = '<h1 id="top">Explorers</h1>'
    return write_page(tmp_path_factory.mktemp("page"), top, *map(html_of, explorers))


@pytest.fixture
def page(context, page_file):
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(page_file.as_uri())
    return page


def figure_of(page, nth=0):
    return page.locator("figure[data-explorer=smoothing]").nth(nth)


def slider(figure, name):
    return figure.locator(f"input[type=range][name={name}]")


def number(figure, name):
    return figure.locator(f"input[type=number][name={name}]")


def assert_true_to_reference(figure):
    assert quantities_of(figure) == pytest.approx(
        quantities(state_of(figure)), rel=1e-9, abs=1e-300
    )


def open_at(page, page_file, hash_):
    page.goto("about:blank")
    page.goto(page_file.as_uri() + hash_)


def link_to(state):
    return "#smoothing?" + "&".join(f"{name}={value}" for name, value in state.items())


# --- the page ---


def test_the_figure_replaces_its_fallback_and_starts_at_the_state_python_gave(page):
    assert page.locator("figure img").count() == 0
    assert state_of(figure_of(page)) == SmoothingExplorer().state
    second = SmoothingExplorer(smooth=0.0, size=100, axis="eps").state
    assert state_of(figure_of(page, 1)) == second


@pytest.mark.parametrize("kind", [kind for kind in oracle.ORACLES if kind != "sampled"])
def test_first_values_in_javascript_are_those_of_python(context, tmp_path, kind):
    page = context.new_page()
    explorer = oracle.example(kind)
    scene = "" if explorer.scene is None else f" data-scene='{json.dumps(explorer.scene)}'"
    figure = f"<figure data-explorer={kind} data-state={{}}{scene}></figure>"
    page.goto(write_page(tmp_path, figure).as_uri())
    assert state_of(page.locator("figure")) == explorer.state


def test_keyboard_alone_moves_smooth_and_the_numbers_follow_the_reference(page):
    def focused():
        return page.evaluate("[document.activeElement.name, document.activeElement.type]")

    for _ in range(20):
        page.keyboard.press("Tab")
        if focused() == ["smooth", "range"]:
            break
    assert focused() == ["smooth", "range"]

    figure = figure_of(page)
    before = state_of(figure)["smooth"]
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert state_of(figure)["smooth"] == pytest.approx(before * 10**0.3, rel=0.01)
    assert_true_to_reference(figure)
    page.keyboard.press("Home")
    assert state_of(figure)["smooth"] == 0.0
    assert slider(figure, "smooth").get_attribute("aria-valuetext") == "0 pixels"
    assert_true_to_reference(figure)
    page.keyboard.press("End")
    assert state_of(figure)["smooth"] == 1e5
    assert_true_to_reference(figure)


@pytest.mark.parametrize("state", STATES, ids=link_to)
def test_every_result_equals_the_reference_at_the_state(page, page_file, state):
    open_at(page, page_file, link_to(state))
    figure = figure_of(page)
    assert state_of(figure) == {**SmoothingExplorer().state, **state}
    assert_true_to_reference(figure)


def test_the_ladder_names_every_size_and_its_values(page, page_file):
    open_at(page, page_file, "#smoothing?smooth=0&eps=1&size=37&false_positives=5")
    rows = figure_of(page).locator(".sg-ladder:not(.sg-cases) tbody tr")
    named = [text.replace("\u202f", "") for text in rows.locator("th").all_inner_texts()]
    assert named == ["empty", "1", "10", "37", "100", "1000", "10000", "100000"]
    assert rows.nth(0).locator("td").all_inner_texts() == ["", "1", "0"]  # eps alone: flat at 1
    shown = rows.nth(3).locator("td").all_inner_texts()
    expected = quantities(state_of(figure_of(page)))
    assert [float(text) for text in shown[1:]] == pytest.approx(
        [expected["loss"], expected["gradient"]], rel=5e-3
    )
    assert rows.nth(3).get_attribute("aria-current") == "true"


def place_of(figure, part):
    """Give how far right a part of the second chart stands."""
    return re.search(r"[\d.]+", figure.locator(f"{part} g").last.get_attribute("transform")).group()


def test_the_push_on_an_empty_mask_peaks_where_smooth_is_v(page, page_file):
    open_at(page, page_file, "#smoothing?size=0&false_positives=100&smooth=100")
    figure = figure_of(page)
    assert figure.locator(".sg-mark text").text_content() == "smooth = V"
    assert place_of(figure, ".sg-mark") == place_of(figure, ".sg-rule")
    peak = quantities_of(figure)["gradient"]
    assert peak == pytest.approx(1 / 400)
    for key in ("ArrowLeft", "ArrowRight"):
        slider(figure, "smooth").press(key)
        if state_of(figure)["smooth"] != 100:
            assert quantities_of(figure)["gradient"] < peak


def test_an_empty_mask_has_no_slope_on_an_object_and_says_so(page):
    figure = figure_of(page)
    slider(figure, "size").press("Home")
    missing = figure.locator("output[data-quantity=gradient_object]")
    assert missing.get_attribute("data-value") is None
    assert missing.inner_text() == "none: the mask is empty"
    push = figure.locator(".sg-result", has=page.locator("[data-quantity=gradient]"))
    assert "|dL/dV|" in push.inner_text()


@pytest.mark.parametrize("name", ["smooth", "eps", "size", "overlap", "false_positives"])
def test_slider_and_number_field_change_the_state_and_each_other(page, name):
    figure = figure_of(page)
    before = state_of(figure)[name]
    slider(figure, name).press("PageUp")
    moved = state_of(figure)[name]
    assert moved > before
    assert float(number(figure, name).input_value()) == moved
    assert_true_to_reference(figure)
    number(figure, name).fill("1")
    assert state_of(figure)[name] == 1
    at_typed = slider(figure, name).input_value()
    number(figure, name).fill("-1")  # refused: the state stays
    assert state_of(figure)[name] == 1
    number(figure, name).press("Tab")
    assert number(figure, name).input_value() == "1"
    assert slider(figure, name).input_value() == at_typed


def test_the_choice_of_axis_changes_what_the_charts_run_over(page):
    figure = figure_of(page)
    figure.locator("select[name=axis]").select_option("eps")
    assert state_of(figure)["axis"] == "eps"
    labels = figure.locator(".sg-axis-label").all_text_contents()
    assert labels == ["eps (pixels)", "eps (pixels)"]


def test_dragging_in_a_chart_moves_the_setting_of_its_axis(page):
    figure = figure_of(page)
    box = figure.locator("svg[role=img]").first.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 60, middle, steps=3)
    right = state_of(figure)["smooth"]
    page.mouse.move(box["x"] + 55, middle, steps=3)
    page.mouse.up()
    assert right > 100
    assert state_of(figure)["smooth"] == 0
    assert slider(figure, "smooth").input_value() == "0"
    assert figure.locator(".sg-tooltip").first.is_visible()


# --- the conventions ---


def case_table(figure):
    """Read the table of four cases: for each index and who writes it so, the losses."""
    rows = figure.locator(".sg-cases tbody tr").all()
    return {
        row.locator("th .sg-by").text_content(): [
            float(re.sub(r" × 10", "e", text).translate(SUPERSCRIPTS))
            for text in row.locator("td").all_inner_texts()
        ]
        for row in rows
    }


SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")


@pytest.mark.parametrize("size", [0, 37])
def test_the_table_gives_four_cases_under_each_convention(page, page_file, size):
    open_at(page, page_file, f"#smoothing?smooth=3&eps=0.5&size={size}&false_positives=20")
    figure = figure_of(page)
    state = state_of(figure)
    tiny = size or 10
    cases = [
        {"size": 0},
        {"size": tiny, "overlap": 0.0, "false_positives": 0},
        {"size": tiny, "overlap": 0.5},
        {"size": 10_000, "overlap": 0.5},
    ]
    heads = figure.locator(".sg-cases thead th").all_text_contents()
    assert heads[2:4] == [f"{tiny} pixelsnothing predicted", f"{tiny} pixels50% found"]
    named = {
        "MONAI, nnU-Net": "textbook",
        "smp": "half",
        "Keras, kornia": "denominator",
        "no smoothing": "none",
    }
    expected = {
        by: [float(dice({**state, **case, "convention": name})[0]) for case in cases]
        for by, name in named.items()
    }
    shown = case_table(figure)
    assert list(shown) == list(named)
    for by, losses in expected.items():
        assert shown[by] == pytest.approx(losses, rel=5e-3)


LIBRARIES = [
    ("textbook", "MONAI", conventions.monai_dice),
    ("textbook", "nnU-Net", conventions.nnunet_dice),
    ("half", "smp", conventions.smp_dice | {"smooth": 2 * 0.25}),  # their smooth=0.25
    ("denominator", "Keras", conventions.keras_dice),
    ("denominator", "kornia", conventions.kornia_dice),
]


@pytest.mark.parametrize(
    ("convention", "library", "entry"), LIBRARIES, ids=[x[1] for x in LIBRARIES]
)
def test_a_convention_is_that_of_the_libraries_it_names(
    page, page_file, convention, library, entry
):
    own = {"half": 0.25, "textbook": entry["smooth"], "denominator": entry.get("eps")}[convention]
    picture = "size=1&overlap=0.3&false_positives=1"
    open_at(page, page_file, f"#smoothing?convention={convention}&smooth={own}&{picture}")
    figure = figure_of(page)
    chosen = figure.locator(".sg-cases tr[aria-current]")
    assert library in chosen.locator(".sg-by").text_content()
    options = {name: entry[name] for name in ("smooth", "eps") if name in entry}
    loss, _ = reference.dice(
        np.array([[[0.3, 1.0, 0.0]]]), np.array([[[1.0, 0.0, 0.0]]]), from_logits=False, **options
    )
    assert quantities_of(figure)["loss"] == pytest.approx(float(loss), rel=1e-12)


def test_without_smoothing_the_page_is_over_eps_and_smooth_is_not_shown(page):
    figure = figure_of(page)
    figure.locator("select[name=convention]").select_option("none")
    assert not slider(figure, "smooth").is_visible()
    assert not figure.locator("select[name=axis]").is_visible()
    labels = figure.locator(".sg-axis-label").all_text_contents()
    assert labels == ["eps (pixels)", "eps (pixels)"]
    box = figure.locator("svg[role=img]").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert state_of(figure)["eps"] > 0
    assert state_of(figure)["smooth"] == SmoothingExplorer().smooth
    assert_true_to_reference(figure)
    figure.locator("select[name=convention]").select_option("half")
    assert slider(figure, "smooth").is_visible()
    assert figure.locator("select[name=axis]").is_visible()


def test_where_smooth_counts_twice_the_empty_mask_pushes_most_at_half_of_v(page, page_file):
    open_at(page, page_file, "#smoothing?convention=half&size=0&false_positives=100&smooth=50")
    figure = figure_of(page)
    assert figure.locator(".sg-mark text").text_content() == "smooth = V/2"
    assert place_of(figure, ".sg-mark") == place_of(figure, ".sg-rule")
    assert quantities_of(figure)["gradient"] == pytest.approx(1 / 400)


def test_reset_returns_to_the_figures_own_first_state(page, page_file):
    open_at(page, page_file, "#smoothing-2?size=7")
    figure = figure_of(page, 1)
    assert state_of(figure)["size"] == 7
    figure.get_by_role("button", name="Reset").click()
    assert state_of(figure) == SmoothingExplorer(smooth=0.0, size=100, axis="eps").state


# --- the address ---


def test_the_address_keeps_the_state_over_a_reload(page, page_file):
    open_at(page, page_file, "#top")
    assert page.evaluate("location.hash") == "#top"  # untouched until a person moves something
    figure = figure_of(page)
    slider(figure, "size").press("End")
    number(figure, "smooth").fill("0.3")
    state = state_of(figure)
    page.wait_for_function("location.hash.includes('smooth=0.3')")
    page.reload()
    assert state_of(figure) == state
    assert state["size"] == 100_000


def test_a_partial_link_keeps_the_rest_and_a_later_one_is_followed(page, page_file):
    open_at(page, page_file, "#smoothing-2?false_positives=12")
    second = SmoothingExplorer(smooth=0.0, size=100, axis="eps").state
    assert state_of(figure_of(page, 1)) == {**second, "false_positives": 12}
    assert state_of(figure_of(page)) == SmoothingExplorer().state
    page.evaluate("location.hash = '#smoothing?size=3'")
    page.wait_for_function("document.querySelector('figure').dataset.state.includes('\"size\":3')")
    assert state_of(figure_of(page)) == SmoothingExplorer(size=3).state


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("smooth=-1&size=3", "smooth must be 0 or a number from 1e-100 to 1e100"),
        ("smooth=&size=3", "smooth must be 0 or a number from 1e-100 to 1e100"),
        ("sise=10&size=3", "there is no “sise” here"),
        ("__proto__=1&size=3", "there is no “__proto__” here"),
        ("axis=size&size=3", "axis must be one of smooth, eps"),
        ("overlap=NaN&size=3", "overlap must be 0 or a number from 1e-100 to 1"),
    ],
)
def test_what_is_wrong_in_a_link_is_named_and_the_rest_followed(page, page_file, query, said):
    open_at(page, page_file, f"#smoothing?{query}")
    figure = figure_of(page)
    assert said in figure.locator(".sg-note").inner_text()
    assert state_of(figure) == SmoothingExplorer(size=3).state


@pytest.mark.parametrize("hash_", ["#top", "#smoothing-9?size=3", "#toString?size=3", "#?size=3"])
def test_other_anchors_move_no_figure(page, page_file, hash_):
    open_at(page, page_file, hash_)
    assert state_of(figure_of(page)) == SmoothingExplorer().state


# --- copies ---


def copied(page, figure, label):
    """Press a copy button and give the text: of the clipboard, or of the field shown instead."""
    figure.get_by_role("button", name=label).click()
    page.wait_for_timeout(100)
    area = figure.locator("textarea")
    if area.is_visible():
        assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
        return area.input_value()
    return page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("name", ["PyTorch", "TensorFlow"])
@pytest.mark.parametrize("state", [STATES[1], STATES[8], STATES[10]], ids=link_to)
def test_copied_code_prints_the_number_on_the_page(context, page, page_file, name, state):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_at(page, page_file, link_to(state))
    code = copied(page, figure_of(page), f"Copy as {name}")
    assert printed_by(code) == pytest.approx(quantities_of(figure_of(page))["loss"], rel=1e-12)


def test_a_copied_link_opens_at_the_state_and_a_closed_clipboard_shows_it(page, page_file):
    open_at(page, page_file, link_to(STATES[7]))
    page.evaluate(
        """() => {
          const refuse = async () => { throw new DOMException("closed", "NotAllowedError"); };
          navigator.clipboard.writeText = refuse;
        }"""
    )
    link = copied(page, figure_of(page), "Copy link")
    assert figure_of(page).locator("textarea").is_visible()
    page.goto("about:blank")
    page.goto(link)
    assert state_of(figure_of(page)) == {**SmoothingExplorer().state, **STATES[7]}


# --- how it looks ---


def test_nothing_overflows_at_360_pixels(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    widths = page.evaluate(
        "[...document.querySelectorAll('svg[role=img]')].map(s => s.clientWidth)"
    )
    assert all(200 < width < 360 for width in widths)


@pytest.mark.parametrize(
    ("system", "says", "dark"),
    [
        ("light", "", False),
        ("dark", "", True),
        ("light", "document.documentElement.dataset.theme = 'dark'", True),
        ("dark", "document.documentElement.dataset.theme = 'light'", False),
        ("light", "document.documentElement.setAttribute('theme', 'dark')", True),
        ("light", "document.body.dataset.jpThemeLight = 'false'", True),
        ("dark", "document.body.dataset.jpThemeLight = 'true'", False),
    ],
)
def test_the_theme_is_the_hosts_and_only_then_the_systems(page, system, says, dark):
    page.emulate_media(color_scheme=system)
    page.evaluate(says)
    color = figure_of(page).evaluate("figure => getComputedStyle(figure).backgroundColor")
    assert color == ("rgb(20, 24, 30)" if dark else "rgb(255, 255, 255)")


def test_every_control_has_a_name_to_be_called_by(page):
    named = (
        figure_of(page)
        .locator("input, select, button")
        .evaluate_all(
            "all => all.map(e => e.labels?.[0]?.textContent || e.ariaLabel || e.textContent)"
        )
    )
    assert len(named) == 21
    assert all(named)


def test_a_host_whose_model_throws_leaves_the_explorer_usable(page):
    says = page.evaluate(
        """() => {
          const values = { kind: "smoothing", ...JSON.parse(figure().dataset.state) };
          function figure() { return document.querySelector("figure"); }
          const fail = () => { throw new Error("no kernel"); };
          const model = { get: (name) => values[name], set() {}, on: fail, off: fail,
                          save_changes: fail };
          const el = document.body.appendChild(document.createElement("div"));
          const clean = segloss.widget.render({ model, el });
          const slider = el.querySelector("input[type=range][name=smooth]");
          slider.value = 0;
          slider.dispatchEvent(new Event("input"));
          const state = JSON.parse(el.querySelector("figure").dataset.state);
          clean();
          return [state.smooth, el.querySelector(".sg-note").textContent];
        }"""
    )
    assert says[0] == 0
    assert "Not connected to Python (no kernel)" in says[1]


# --- Python ---


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("loss", "jaccard", "one of 'dice'"),
        ("smooth", -1.0, "0 or a number from 1e-100 to 1e100"),
        ("smooth", float("inf"), "0 or a number from 1e-100 to 1e100"),
        ("smooth", float("nan"), "0 or a number from 1e-100 to 1e100"),
        ("eps", "1", "0 or a number from 1e-100 to 1e100"),
        ("overlap", 1.5, "0 or a number from 1e-100 to 1"),
        ("size", 2.5, "a whole number from 0 to 100000"),
        ("size", True, "a whole number from 0 to 100000"),
        ("false_positives", 100_001, "a whole number from 0 to 100000"),
        ("axis", "size", "one of 'smooth', 'eps'"),
        ("convention", "smp", "one of 'textbook', 'half', 'denominator', 'none'"),
    ],
)
def test_a_wrong_trait_names_itself_what_came_and_what_was_expected(name, value, expected):
    message = re.escape(f"{name} must be {expected}, got {value!r}")
    with pytest.raises(traitlets.TraitError, match=message):
        SmoothingExplorer(**{name: value})
    explorer = SmoothingExplorer()
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(explorer, name, value)
    assert explorer.state == SmoothingExplorer().state


def test_traits_take_numpy_numbers_and_keep_plain_ones():
    explorer = SmoothingExplorer(smooth=np.float32(0.5), size=np.int64(7), eps=1)
    assert json.loads(json.dumps(explorer.state)) == explorer.state
    assert (explorer.smooth, explorer.size, explorer.eps) == (0.5, 7, 1.0)


def test_the_mime_bundle_holds_the_view_the_figure_and_a_picture():
    data, metadata = SmoothingExplorer(smooth=1.0, layout="bench")._repr_mimebundle_()
    assert metadata == {}
    assert data[WIDGET]["model_id"]
    assert data["text/html"].startswith('<figure data-explorer="smoothing" data-state="')
    assert 'alt="Two charts over smooth' in data["text/html"]
    picture = base64.b64decode(data["image/png"])
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 60_000
    assert data["image/png"] in data["text/html"]


# --- the sources ---

# What a module may import from, beside its own folder and packages.
MAY_IMPORT = {
    "losses": set(),
    "core": set(),
    "charts": {"core"},
    "questions": {"core"},
    "explorers": {"losses", "core", "charts"},
    "hosts": {"core", "questions"},
}


def home_of(path):
    """The folder of a module: of an explorer's, that of its kind."""
    folder, *rest = path.relative_to(FRONT).parts[:-1]
    return folder if folder != "explorers" else f"explorers/{rest[0]}"


def test_modules_import_only_from_the_folders_below_theirs_and_no_kind_from_another():
    wrong = []
    for path in FRONT.glob("*/**/*.mjs"):
        if "node_modules" in path.parts:
            continue
        own, text = home_of(path), path.read_text(encoding="utf-8")
        for name in re.findall(r'^(?:import|export|\}).* from "(\.[^"]+)";$', text, re.M):
            target = (path.parent / name).resolve()
            assert target.is_file(), f"{path}: {name}"
            if target.suffix == ".json":
                continue
            allowed = {own} | MAY_IMPORT[own.partition("/")[0]]
            if home_of(target) not in allowed:
                wrong.append(f"{path.relative_to(FRONT)} imports {name}")
    assert wrong == []


# --- the bundle ---


def test_the_committed_bundle_is_what_its_sources_make(tmp_path):
    node = npm.installed(FRONT)
    subprocess.run(["node", "build.mjs", tmp_path], cwd=FRONT, env=node, check=True, timeout=60)
    for name in ("explorer.js", "explorer.LICENSES.txt"):
        made, committed = tmp_path / name, STATIC.with_name(name)
        assert made.read_bytes() == committed.read_bytes(), f"stale {name}: run make front"


def test_the_bundle_is_small():
    assert STATIC.stat().st_size <= 220_000


def packages_in_the_bundle(folder):
    """Ask esbuild itself, by its command, which packages' files it takes."""
    node, meta = npm.installed(FRONT), folder / "meta.json"
    aliases = [f"--alias:d3-{name}=./{file}.mjs" for name, file in ALIASES.items()]
    options = ["--bundle", "--format=iife", "--loader:.css=text", f"--metafile={meta}"]
    esbuild = FRONT / "node_modules" / ".bin" / "esbuild"
    command = [esbuild, "index.mjs", *options, *aliases, f"--outfile={folder / 'out.js'}"]
    subprocess.run(command, cwd=FRONT, env=node, check=True, timeout=60, capture_output=True)
    (output,) = json.loads(meta.read_text(encoding="utf-8"))["outputs"].values()
    return set(re.findall(r"node_modules/((?:@[^/]+/)?[^/]+)/", " ".join(output["inputs"])))


ALIASES = {"format": "no-format", "interpolate": "interpolate"}


def test_every_package_in_the_bundle_has_its_notice_in_it_and_beside_it(tmp_path):
    packages = packages_in_the_bundle(tmp_path)
    assert "d3-array" in packages
    notice = STATIC.read_text(encoding="utf-8").split("*/")[0]
    beside = STATIC.with_name("explorer.LICENSES.txt").read_text(encoding="utf-8")
    locked = json.loads((FRONT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name in packages:
        licence = (FRONT / "node_modules" / name / "LICENSE").read_text(encoding="utf-8").strip()
        version = locked[f"node_modules/{name}"]["version"]
        copyright_, terms = licence.split("\n\n", 1)
        assert copyright_.startswith("Copyright ")
        for text in (notice, beside):
            assert f"\n{name} {version}: {copyright_}\n" in text, name
            assert terms in text, name


def test_neither_bundle_nor_lock_file_names_a_host():
    lock = (FRONT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    hosts = set(re.findall(r"https?://[\w.]+", BUNDLE.read_text(encoding="utf-8")))
    assert hosts <= {"http://www.w3.org"}  # names of XML, never asked for
