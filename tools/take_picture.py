"""Take the README's picture: the smoothing figure as a reader sees it after one press.

It is opened at a smooth that is next to nothing, and the button of another is pressed: what was
before stays as a ghost, which is what the README's sentence is about. The browser is that of the
tests: ``PYTHONPATH=tests python tools/take_picture.py`` (`make picture`).
"""

import argparse
import tempfile
from pathlib import Path

import pytest
from browser import chromium, offline
from explorer_page import alive, figure_of, opened_page, press, write_page

from segloss_lab.explorer import SmoothingExplorer

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 960  # a figure is as wide in the book, in a window of 1280 pixels
LOOKS = {
    "viewport": {"width": WIDTH, "height": 900},
    "device_scale_factor": 2,
    "color_scheme": "light",
    "reduced_motion": "reduce",  # what moves has arrived
}
# The page ends where the figure does, and the pointer's and keyboard's marks are no part of it.
STYLE = "<style>body { margin: 0; background: #fff } figure { margin: 0 !important }</style>"


def main() -> None:
    """Read the command line, and take the picture."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=ROOT / "pictures" / "explorer.png")
    parser.add_argument("--state", default="100", help="the button that is pressed")
    given = parser.parse_args()
    try:
        take(given.to, given.state)
    except pytest.skip.Exception as reason:  # as the tests say that there is no browser
        raise SystemExit(f"STOP: {reason}") from None
    print(f"The picture:  {given.to} ({given.to.stat().st_size / 1e3:.0f} kB)")


def take(file: Path, state: str) -> None:
    """Open the figure, press the button of a state, and write what is seen."""
    figure = alive(SmoothingExplorer(layout="figure", smooth=1e-5))
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        offline(browser, **LOOKS) as (context, record),
    ):
        page = opened_page(context, write_page(Path(folder), STYLE, figure).as_uri())
        shown = figure_of(page)
        press(shown, state)
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        page.wait_for_timeout(500)  # what fades has faded
        shown.screenshot(path=file, animations="disabled")
        if record.refused or record.console:
            raise SystemExit(f"STOP: the page said {record.refused + record.console}")


if __name__ == "__main__":
    main()
