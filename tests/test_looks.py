"""How a page looks: its text face, the numbers of its figures, and the dark twins of plots."""

import base64
import io
import re
import shutil
from pathlib import Path
from unittest.mock import patch

import matplotlib.pyplot as plt
import npm
import numpy as np
import pytest
from browser import offline
from explorer_page import STATIC, write_page
from matplotlib.colors import to_hex
from PIL import Image

from segloss_lab import plots

BOOK = Path(__file__).parents[1] / "_static"
FRONT = STATIC.parents[1] / "front"
LIGHT, DARK = plots.PALETTE["light"], plots.PALETTE["dark"]


# --- the text face ---


def test_the_committed_fonts_are_those_of_their_package(tmp_path):
    npm.installed(FRONT)
    package = FRONT / "node_modules" / "@fontsource" / "source-serif-4"
    sources = {path.name: path for path in package.glob("files/*.woff2")}
    fonts = sorted((BOOK / "fonts").glob("*.woff2"))
    assert fonts
    for font in fonts:
        assert font.read_bytes() == sources[font.name].read_bytes(), "run make front"
    licence = BOOK / "fonts" / "source-serif-4.LICENSE.txt"
    assert licence.read_bytes() == (package / "LICENSE").read_bytes()
    assert "SIL OPEN FONT LICENSE" in licence.read_text(encoding="utf-8")
    assert sum(font.stat().st_size for font in fonts) <= 200_000


def test_the_style_sheet_uses_every_font_and_no_other():
    used = re.findall(r'url\("([^"]+)"\)', (BOOK / "book.css").read_text(encoding="utf-8"))
    assert sorted(used) == sorted(f"fonts/{path.name}" for path in BOOK.glob("fonts/*.woff2"))


# --- a page of the book, in small ---


def write_book_page(folder, *parts, file="04_dice", theme=""):
    """Write a page with the book's style sheet, and the link that says which page it is."""
    shutil.copytree(BOOK, folder, dirs_exist_ok=True)
    script = f"<script>document.documentElement.dataset.theme = '{theme}'</script>" if theme else ""
    style = f'<link rel="stylesheet" href="book.css">{script}'
    link = f'<a href="https://colab.example/chapters/{file}.ipynb">Colab</a>'
    header = f'<div class="article-header-buttons">{link}</div>'
    body = f'<article class="bd-article"><section>{"".join(parts)}</section></article>'
    return write_page(folder, style, header, body)


def captions(context, page):
    """Give the captions as they are read out, numbers and all."""
    session = context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}

    def text_of(node):
        if node["role"]["value"] == "StaticText":
            return node["name"]["value"]
        return "".join(text_of(by_id[child]) for child in node["childIds"] if child in by_id)

    return [text_of(node) for node in nodes if node["role"]["value"] == "Figcaption"]


NUMBERS = {"04_dice": "4.", "09_compound": "9.", "notes/04_dice": "N4.", "gallery": ""}


@pytest.mark.parametrize(("file", "chapter"), NUMBERS.items())
def test_captions_are_numbered_after_the_chapter(context, tmp_path, file, chapter):
    parts = [
        "<figure><figcaption>One</figcaption></figure>",
        "<figure><img alt='without a caption'></figure>",
        "<section><figure class=segloss><p><figcaption>Two</figcaption></figure></section>",
    ]
    page = context.new_page()
    page.goto(write_book_page(tmp_path, *parts, file=file).as_uri())
    said = captions(context, page)
    assert said == [f"Figure {chapter}1. One", f"Figure {chapter}2. Two"]


# --- dark twins ---


def plotted(**settings):
    """Draw what plots are made of, in the colours of the palette and in Matplotlib's own."""
    figure, axes = plt.subplots(figsize=(3, 2), **settings)
    axes.plot([0, 1], [0, 1], color="#D55E00", marker="o", markerfacecolor=LIGHT["paper"])
    axes.plot([0, 1], [1, 0], color=LIGHT["ink"], label="a name")
    axes.bar([0.5], [0.5], color=LIGHT["panel"], edgecolor=plots.PALETTE["ladder"][2]["light"])
    axes.scatter([0.1, 0.2], [0.5, 0.6], color=[LIGHT["rule"], "#009E73"])
    axes.text(0.5, 0.2, "words", color=LIGHT["accent"])
    axes.legend()
    axes.grid()
    return figure


def shown(*figures, **settings):
    """Give the MIME bundle that a cell would display."""
    with patch("IPython.display.display") as display:
        plots.show(*figures, **settings)
    ((displayed,), _) = display.call_args
    return displayed._repr_mimebundle_()


def pictures(text):
    """Give the pictures of a page by the class of each."""
    found = re.findall(r'<img class="sg-(\w+)"[^>]*src="data:image/webp;base64,([^"]+)"', text)
    return [(name, Image.open(io.BytesIO(base64.b64decode(data)))) for name, data in found]


def colors(picture):
    """Give the colours of which a picture has areas, as it lies on nothing."""
    pixels = np.asarray(picture.convert("RGBA")).reshape(-1, 4)
    opaque, counts = np.unique(pixels[pixels[:, 3] == 255][:, :3], axis=0, return_counts=True)
    return {to_hex(one / 255).upper() for one in opaque[counts > 20]}


def test_a_figure_is_drawn_for_both_grounds_and_closed():
    figure = plotted()
    data = shown(figure, alt="Two lines & a bar", caption="A <b> & c")
    assert not plt.fignum_exists(figure.number)
    text = data["text/html"]
    assert "<figcaption>A &lt;b&gt; &amp; c</figcaption>" in text
    assert text.count('alt="Two lines &amp; a bar"') == 2
    (light_name, light), (dark_name, dark) = pictures(text)
    assert (light_name, dark_name) == ("light", "dark")
    assert light.size == dark.size

    rung = plots.PALETTE["ladder"][2]
    ours = ["ink", "panel", "accent"]
    assert colors(light) >= {*(LIGHT[name] for name in ours), rung["light"].upper(), "#D55E00"}
    assert colors(dark) >= {*(DARK[name] for name in ours), rung["dark"].upper(), "#D55E00"}
    gone = {*(LIGHT[name] for name in ours), "#000000", "#FFFFFF", "#B0B0B0"}
    assert not colors(dark) & gone
    for picture in (light, dark):  # the ground is the page's
        assert np.asarray(picture.convert("RGBA"))[0, 0, 3] == 0

    plain = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGBA")
    assert plain.getpixel((0, 0)) == (255, 255, 255, 255)  # where only a picture is taken


def test_a_figure_keeps_its_colours():
    figure = plotted()
    before = [to_hex(text.get_color()) for text in figure.findobj(plt.Text)]
    legend = figure.axes[0].get_legend().get_frame().get_facecolor()
    shown(figure, alt="a figure")
    assert [to_hex(text.get_color()) for text in figure.findobj(plt.Text)] == before
    assert figure.axes[0].get_legend().get_frame().get_facecolor() == legend


def test_an_image_keeps_its_pixels():
    figure, axes = plt.subplots(figsize=(2, 2))
    axes.imshow(np.array([[0, 255], [255, 0]]), cmap="gray")
    for _, picture in pictures(shown(figure, alt="a board")["text/html"]):
        assert {"#000000", "#FFFFFF"} <= colors(picture)


def test_a_photograph_takes_less_than_half_of_what_it_would_if_exact():
    noise = np.random.default_rng(0).normal(0.5, 0.1, (200, 200))
    figure, axes = plt.subplots(figsize=(3, 3))
    axes.imshow(noise, cmap="gray", vmin=0, vmax=1)
    text = shown(figure, alt="noise")["text/html"]
    for data in re.findall(r'base64,([^"]+)"', text):
        exact = io.BytesIO()
        Image.open(io.BytesIO(base64.b64decode(data))).save(exact, "webp", lossless=True)
        assert len(base64.b64decode(data)) < exact.tell() / 2


def test_a_figure_is_as_wide_as_it_says():
    figure = plotted(layout="constrained")
    text = shown(figure, alt="a figure")["text/html"]
    assert re.findall(r' width="(\d+)" height="(\d+)"', text) == [("300", "200")] * 2
    assert [picture.size for _, picture in pictures(text)] == [(600, 400)] * 2


@pytest.mark.parametrize("alt", ["", [], ["one"], ["one", ""], ["a", "b", "c"], "one"])
def test_every_figure_has_a_text(alt):
    figures = plotted(), plotted()
    with pytest.raises(ValueError, match="alt must be a text for each of the figures"):
        plots.show(*figures, alt=alt)
    plt.close("all")


def test_there_must_be_a_figure():
    with pytest.raises(ValueError, match="of which there are 0"):
        plots.show(alt="nothing")


HOSTS = {
    "book, light": ("<html data-theme=light>", "dark", "light"),
    "book, dark": ("<html data-theme=dark>", "light", "dark"),
    "colab, light": ("<html theme=light>", "dark", "light"),
    "colab, dark": ("<html theme=dark>", "light", "dark"),
    "lab, light": ("<html><body data-jp-theme-light=true>", "dark", "light"),
    "lab, dark": ("<html><body data-jp-theme-light=false>", "light", "dark"),
    "another, light": ("<html>", "light", "light"),
    "another, dark": ("<html>", "dark", "dark"),
}


@pytest.mark.parametrize(("start", "scheme", "expected"), HOSTS.values(), ids=HOSTS)
def test_one_of_the_two_is_shown(browser, tmp_path, start, scheme, expected):
    text = shown(plotted(), alt="a figure")["text/html"]
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html>{start}{text}", encoding="utf-8")
    with offline(browser, color_scheme=scheme) as (context, _):
        page = context.new_page()
        page.goto(file.as_uri())
        for name in ("light", "dark"):
            assert page.locator(f".sg-{name}").is_visible() == (name == expected)
        page.emulate_media(media="print")
        assert page.locator(".sg-light").is_visible()
        assert not page.locator(".sg-dark").is_visible()


def test_where_styles_are_dropped_the_light_one_lies_on_a_light_ground(context, tmp_path):
    text = re.sub(r"<style>.*?</style>", "", shown(plotted(), alt="a figure")["text/html"])
    page = context.new_page()
    (tmp_path / "page.html").write_text(f"<!doctype html><html data-theme=dark>{text}")
    page.goto((tmp_path / "page.html").as_uri())
    assert not page.locator(".sg-dark").is_visible()
    ground = page.locator(".sg-light").evaluate("img => getComputedStyle(img).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [1000, 360])
def test_two_stand_side_by_side_where_there_is_room(browser, tmp_path, width):
    figures = [plotted(layout="constrained") for _ in range(2)]
    text = shown(*figures, alt=["one", "two"])["text/html"]
    with offline(browser, viewport={"width": width, "height": 800}) as (context, _):
        page = context.new_page()
        page.goto(write_book_page(tmp_path, text, theme="light").as_uri())
        one, two = (page.locator(".sg-light").nth(n).bounding_box() for n in (0, 1))
        assert (one["y"] == two["y"]) == (width == 1000)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
