"""A page of explorers as a reader opens it from a file, and what stands on it."""

import html
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from oracle import query
from playwright.sync_api import BrowserContext, Locator, Page

STATIC = Path(__file__).parents[1] / "segloss_lab" / "explorer" / "static" / "explorer.js"
BUNDLE = Path(os.environ.get("SEGLOSS_BUNDLE", STATIC))
HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Explorers</title>'
    '<meta name="viewport" content="width=device-width"><script src="explorer.js"></script>'
)


def html_of(explorer) -> str:
    """Give the part of an explorer's MIME bundle that a page without a kernel shows."""
    return explorer._repr_mimebundle_()[0]["text/html"]


def written(kind: str, state: str | None = None, layout: str = "bench") -> str:
    """Write a figure of any kind and state, whether they can be or not."""
    given = f' data-layout="{layout}"'
    given += "" if state is None else f' data-state="{html.escape(state)}"'
    return f'<figure data-explorer="{kind}"{given}><img alt="its picture"></figure>'


def alive(explorer) -> str:
    """Write the figure of an explorer without drawing its picture."""
    return explorer._figure("")


def write_page(folder: Path, *parts: str, name: str = "page.html") -> Path:
    """Write a page of these parts, with the bundle beside it."""
    shutil.copy(BUNDLE, folder / "explorer.js")
    page = folder / name
    page.write_text(HEAD + "".join(parts), encoding="utf-8")
    return page


def link_to(kind: str, state: dict) -> str:
    """Write the link to a part of a state of the explorers of a kind."""
    return f"#{kind}?{query(state)}"


def opened_page(context: BrowserContext, address: str) -> Page:
    """Open a page whose parts are there soon or never."""
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(address)
    return page


def open_at(page: Page, **state) -> Locator:
    """Open a page anew at a part of the state of its first explorer, and give that."""
    figure = page.locator("figure").first
    address = page.url.partition("#")[0] + link_to(figure.get_attribute("data-explorer"), state)
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_timeout(100)  # charts are drawn once they have a width
    return figure


def figure_of(page: Page, layout: str = "figure") -> Locator:
    """Give the page's explorer in a layout."""
    return page.locator(f"figure[data-layout={layout}]")


def press(figure: Locator, label: str) -> None:
    """Press the button of this name."""
    figure.get_by_role("button", name=label, exact=True).click()


def drag(picture: Locator, *places: tuple[float, float], release: bool = True) -> None:
    """Drag from one place of a picture over others, in shares of its width and height."""
    picture.scroll_into_view_if_needed()
    box, mouse = picture.bounding_box(), picture.page.mouse
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    mouse.move(*points[0])
    mouse.down()
    for point in points[1:]:
        mouse.move(*point, steps=3)
    if release:
        mouse.up()


def state_of(figure: Locator) -> dict:
    """Read the state that a figure keeps."""
    return json.loads(figure.get_attribute("data-state"))


def quantities_of(figure: Locator) -> dict[str, float]:
    """Read every result as its full double; one that does not exist is left out."""
    outputs = figure.locator("output[data-quantity][data-value]").all()
    return {
        out.get_attribute("data-quantity"): float(out.get_attribute("data-value"))
        for out in outputs
    }


def copied(figure: Locator, framework: str) -> str:
    """Press a button that copies code, in a context that may read the clipboard."""
    figure.get_by_role("button", name=f"Copy as {framework}").click()
    figure.get_by_role("button", name="Copied").wait_for()
    return figure.page.evaluate("navigator.clipboard.readText()")


def printed_by(code: str) -> float:
    """Run code in a Python of its own, and give the number that it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)
