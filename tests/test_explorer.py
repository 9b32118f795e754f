"""The explorers in their hosts: a page opened from a file, and a running JupyterLab."""

import base64
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import traitlets
from browser import chromium, offline

from segloss_lab import reference
from segloss_lab.explorer import SmoothingExplorer

EXPLORER = Path(__file__).parents[1] / "segloss_lab" / "explorer"
FRONT, BUNDLE = EXPLORER / "front", EXPLORER / "static" / "explorer.js"
WIDGET = "application/vnd.jupyter.widget-view+json"

STATES = [
    {"smooth": 1.0, "eps": 0.0, "size": 10, "overlap": 0.5, "false_positives": 1},
    {"smooth": 0.0, "eps": 0.0, "size": 10, "overlap": 0.0, "false_positives": 0},
    {"smooth": 1e-7, "eps": 1e-7, "size": 1, "overlap": 1.0, "false_positives": 100_000},
    {"smooth": 100.0, "eps": 0.0, "size": 0, "overlap": 0.5, "false_positives": 100},
    {"smooth": 0.0, "eps": 1e-3, "size": 0, "overlap": 0.5, "false_positives": 0, "axis": "eps"},
    {"smooth": 0.0, "eps": 0.0, "size": 0, "overlap": 0.5, "false_positives": 0},
    {"smooth": 1e5, "eps": 1e5, "size": 100_000, "overlap": 0.123, "false_positives": 37},
    {"smooth": 0.0, "eps": 0.25, "size": 37, "overlap": 0.9, "false_positives": 3, "axis": "eps"},
]


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """Write a page of two explorers, from their own MIME bundles, beside the bundle."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copy(BUNDLE, folder / "explorer.js")
    first = html_of(SmoothingExplorer())
    second = html_of(SmoothingExplorer(smooth=0.0, size=100, axis="eps"))
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Explorers</title>'
        '<meta name="viewport" content="width=device-width"><script src="explorer.js"></script>'
        f'<h1 id="top">Explorers</h1>{first}{second}'
    )
    (folder / "page.html").write_text(page, encoding="utf-8")
    return folder / "page.html"


@pytest.fixture
def context(browser):
    """Open a context of 1280 pixels; the test fails if a page asked for anything or complained."""
    with offline(browser, viewport={"width": 1280, "height": 900}) as (context, record):
        yield context
        assert record.refused == []
        assert record.console == []


@pytest.fixture
def page(context, page_file):
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(page_file.as_uri())
    return page


def html_of(explorer):
    data, _ = explorer._repr_mimebundle_()
    return data["text/html"]


def figure_of(page, nth=0):
    return page.locator("figure[data-explorer=smoothing]").nth(nth)


def state_of(figure):
    return json.loads(figure.get_attribute("data-state"))


def slider(figure, name):
    return figure.locator(f"input[type=range][name={name}]")


def number(figure, name):
    return figure.locator(f"input[type=number][name={name}]")


def quantities_of(figure):
    """Read every result on the page as its full double; one that does not exist is left out."""
    outputs = figure.locator("output[data-quantity][data-value]").all()
    return {
        out.get_attribute("data-quantity"): float(out.get_attribute("data-value"))
        for out in outputs
    }


def expected_quantities(state):
    """Compute the same results by the reference, on the pixels that the state describes."""
    size, extra = state["size"], state["false_positives"]
    probs = np.array([state["overlap"]] * size + [1.0] * extra + [0.0])
    target = np.array([1.0] * size + [0.0] * (extra + 1))
    loss, gradient = reference.dice(
        probs[None, None],
        target[None, None],
        from_logits=False,
        smooth=state["smooth"],
        eps=state["eps"],
    )
    slopes = gradient.ravel()
    expected = {
        "loss": float(loss),
        "gradient": float(np.abs(slopes).max()),
        "gradient_background": float(slopes[-1]),
    }
    return expected | ({"gradient_object": float(slopes[0])} if size else {})


def assert_true_to_reference(figure):
    assert quantities_of(figure) == pytest.approx(
        expected_quantities(state_of(figure)), rel=1e-9, abs=1e-300
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


def test_first_values_in_javascript_are_those_of_python(context, page_file):
    bare = page_file.with_name("bare.html")
    bare.write_text(
        '<!doctype html><figure data-explorer="smoothing" data-state="{}"></figure>'
        '<script src="explorer.js"></script>',
        encoding="utf-8",
    )
    page = context.new_page()
    page.goto(bare.as_uri())
    assert state_of(figure_of(page)) == SmoothingExplorer().state


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
    rows = figure_of(page).locator("tbody tr")
    named = [text.replace("\u202f", "") for text in rows.locator("th").all_inner_texts()]
    assert named == ["empty", "1", "10", "37", "100", "1000", "10000", "100000"]
    assert rows.nth(0).locator("td").all_inner_texts() == ["", "1", "0"]  # eps alone: flat at 1
    shown = rows.nth(3).locator("td").all_inner_texts()
    expected = expected_quantities(state_of(figure_of(page)))
    assert [float(text) for text in shown[1:]] == pytest.approx(
        [expected["loss"], expected["gradient"]], rel=5e-3
    )
    assert rows.nth(3).get_attribute("aria-current") == "true"


def test_the_push_on_an_empty_mask_peaks_where_smooth_is_v(page, page_file):
    open_at(page, page_file, "#smoothing?size=0&false_positives=100&smooth=100")
    figure = figure_of(page)
    assert figure.locator(".segloss-mark text").text_content() == "smooth = V"
    places = [
        re.search(r"[\d.]+", figure.locator(f"{part} g").last.get_attribute("transform")).group()
        for part in (".segloss-mark", ".segloss-rule")
    ]
    assert places[0] == places[1]
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
    assert "|dL/dV|" in figure.locator(".segloss-result").nth(1).inner_text()


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
    labels = figure.locator(".segloss-axis-label").all_text_contents()
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
    assert figure.locator(".segloss-tooltip").first.is_visible()


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
        ("smooth=-1&size=3", "smooth must be a finite number >= 0"),
        ("smooth=&size=3", "smooth must be a finite number >= 0"),
        ("sise=10&size=3", "there is no “sise” here"),
        ("__proto__=1&size=3", "there is no “__proto__” here"),
        ("axis=size&size=3", "axis must be one of smooth, eps"),
        ("overlap=NaN&size=3", "overlap must be a number from 0 to 1"),
    ],
)
def test_what_is_wrong_in_a_link_is_named_and_the_rest_followed(page, page_file, query, said):
    open_at(page, page_file, f"#smoothing?{query}")
    figure = figure_of(page)
    assert said in figure.locator(".segloss-note").inner_text()
    assert state_of(figure) == SmoothingExplorer(size=3).state


@pytest.mark.parametrize("hash_", ["#top", "#smoothing-9?size=3", "#toString?size=3", "#?size=3"])
def test_other_anchors_are_left_alone(page, page_file, hash_):
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
@pytest.mark.parametrize("state", [STATES[0], STATES[3]], ids=["object", "empty"])
def test_copied_code_prints_the_number_on_the_page(context, page, page_file, name, state):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_at(page, page_file, link_to(state))
    code = copied(page, figure_of(page), f"Copy as {name}")
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300
    )
    assert printed.returncode == 0, printed.stderr
    assert float(printed.stdout) == pytest.approx(quantities_of(figure_of(page))["loss"], rel=1e-12)


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
    assert len(named) == 16
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
          return [state.smooth, el.querySelector(".segloss-note").textContent];
        }"""
    )
    assert says[0] == 0
    assert "Not connected to Python (no kernel)" in says[1]


# --- Python ---


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("loss", "jaccard", "one of 'dice'"),
        ("smooth", -1.0, "a finite number >= 0"),
        ("smooth", float("inf"), "a finite number >= 0"),
        ("smooth", float("nan"), "a finite number >= 0"),
        ("eps", "1", "a finite number >= 0"),
        ("overlap", 1.5, "a number from 0 to 1"),
        ("size", 2.5, "a whole number from 0 to 100000"),
        ("size", True, "a whole number from 0 to 100000"),
        ("false_positives", 100_001, "a whole number from 0 to 100000"),
        ("axis", "size", "one of 'smooth', 'eps'"),
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
    data, metadata = SmoothingExplorer(smooth=1.0)._repr_mimebundle_()
    assert metadata == {}
    assert data[WIDGET]["model_id"]
    assert data["text/html"].startswith('<figure data-explorer="smoothing" data-state="')
    assert 'alt="Two charts over smooth' in data["text/html"]
    picture = base64.b64decode(data["image/png"])
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 60_000
    assert data["image/png"] in data["text/html"]


# --- the bundle ---


@pytest.fixture(scope="module")
def node():
    """Give the environment in which npm and the front end's packages are found."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    installed = FRONT / "node_modules" / ".package-lock.json"
    locked = FRONT / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime:
        subprocess.run(["npm", "ci"], cwd=FRONT, env=environment, check=True, timeout=300)
    return environment


def test_the_committed_bundle_is_what_its_sources_make(node, tmp_path):
    fresh = tmp_path / "explorer.js"
    subprocess.run(["node", "build.mjs", fresh], cwd=FRONT, env=node, check=True, timeout=60)
    assert fresh.read_bytes() == BUNDLE.read_bytes(), "stale bundle: run make front"


def test_neither_bundle_nor_lock_file_names_a_host():
    lock = (FRONT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    hosts = set(re.findall(r"https?://[\w.]+", BUNDLE.read_text(encoding="utf-8")))
    assert hosts <= {"http://www.w3.org"}  # names of XML, never asked for


# --- JupyterLab ---

CELLS = [
    "from segloss_lab.explorer import SmoothingExplorer\nexplorer = SmoothingExplorer()\nexplorer",
    "explorer.smooth = 100.0",
    "print('smooth is', explorer.smooth)",
]


@pytest.fixture
def lab(tmp_path):
    """Start a JupyterLab of its own in a folder with one notebook; give the notebook's address."""
    (tmp_path / "explorer.ipynb").write_text(json.dumps(notebook(CELLS)), encoding="utf-8")
    notes = tmp_path / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    notes.parent.mkdir(parents=True)
    notes.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    token, port = secrets.token_hex(16), free_port()
    command = [
        *(
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            "--expose-app-in-browser",
        ),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={tmp_path}"),
    ]
    environment = os.environ | {name: str(tmp_path / at) for name, at in folders.items()}
    with (tmp_path / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api?token={token}", server, tmp_path / "server.log")
        yield address, f"{address}/lab/tree/explorer.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def notebook(sources):
    cell = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    cells = [cell | {"id": f"cell-{i}", "source": source} for i, source in enumerate(sources)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(address, server, log, seconds=60):
    for _ in range(seconds * 2):
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not answer within {seconds} s: {log.read_text()}")


def run_cell(page, nth):
    page.locator(".jp-CodeCell .cm-content").nth(nth).click()
    page.keyboard.press("Control+Enter")


def test_in_jupyterlab_python_moves_the_slider_and_the_slider_sets_the_trait(browser, lab):
    address, notebook_address = lab
    allowed = ("data:", "blob:", f"{address}/")
    with offline(browser, allowed, viewport={"width": 1280, "height": 1400}) as (context, record):
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(notebook_address)
        run_cell(page, 0)
        figure = page.locator(".jp-OutputArea figure.segloss")
        figure.wait_for()
        assert figure.count() == 1  # the widget's view, not the page's figure
        assert state_of(figure) == SmoothingExplorer().state

        run_cell(page, 1)
        page.wait_for_function(
            "JSON.parse(document.querySelector('figure.segloss').dataset.state).smooth === 100"
        )
        assert number(figure, "smooth").input_value() == "100"
        assert slider(figure, "smooth").get_attribute("aria-valuetext") == "100 pixels"

        slider(figure, "smooth").press("ArrowRight")
        moved = state_of(figure)["smooth"]
        assert moved > 100
        run_cell(page, 2)
        page.get_by_text(f"smooth is {moved:.1f}").wait_for()
        assert figure.locator(".segloss-note").inner_text() == ""
        assert record.refused == []
