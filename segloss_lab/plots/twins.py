"""Matplotlib figures on a page that may be light or dark: drawn twice, one of the two shown."""

import base64
import html
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from PIL import Image

from segloss_lab.plots._style import PALETTE

_INCH = 100  # pixels of a page: Matplotlib's 10 points are 14 of them
_SHARP = 2  # pixels of a picture for one of a page
# Where the dark one is shown: the book, Colab and JupyterLab say what they are, elsewhere the
# system does; paper is light. A host that drops the style sheet leaves the light one, on white.
_DARK = ("html[data-theme=dark]", "html[theme=dark]", 'body[data-jp-theme-light="false"]')
_SILENT = "html:not([data-theme]):not([theme]):not(:has(body[data-jp-theme-light]))"
_SWAP = "{0} .sg-light{{display:none!important}}{0} .sg-dark{{display:block!important}}"
_STYLE = (
    f"@media screen{{{''.join(map(_SWAP.format, _DARK))}"
    f"@media (prefers-color-scheme:dark){{{_SWAP.format(_SILENT)}}}}}"
)


class _Twins:
    """What a notebook shows: HTML with both drawings, or a PNG of the light one."""

    def __init__(self, text: str, png: bytes) -> None:
        self.text, self.png = text, png

    def _repr_mimebundle_(self, **_) -> dict:
        return {"text/html": self.text, "image/png": base64.b64encode(self.png).decode("ascii")}


def show(*figures: Figure, alt: str | Sequence[str], caption: str = "") -> None:
    """Show figures in a notebook or on a page, in colours for a light and for a dark ground.

    Draw with the colours of ``PALETTE["light"]``, or with Matplotlib's own black and white: what
    has them is drawn a second time in those of ``PALETTE["dark"]``, all else stays as it is.
    Several figures stand beside each other, and below each other in a narrow window.

    Args:
        figures: Made with ``layout="constrained"``, each is as wide as its ``figsize`` says, at
            100 pixels an inch; without, the margins are cut off. Their ground becomes the page's.
            Closed afterwards, as ``plt.show`` does.
        alt: What each of them shows, in words, for those who do not see it.
        caption: One for all; the book numbers it.

    Raises:
        ValueError: If there is no figure, or not a text for each.
    """
    from IPython.display import display

    texts = [alt] if isinstance(alt, str) else list(alt)
    if not figures or len(texts) != len(figures) or not all(texts):
        raise ValueError(
            f"alt must be a text for each of the figures, of which there are {len(figures)}, "
            f"got {alt!r}"
        )
    display(_Twins(_page(figures, texts, caption), _drawn(figures[0], transparent=False)))
    for figure in figures:
        if "matplotlib.pyplot" in sys.modules:  # or the cell would show it again
            sys.modules["matplotlib.pyplot"].close(figure)


def _page(figures: Sequence[Figure], texts: Sequence[str], caption: str) -> str:
    pairs = "".join(map(_pair, figures, texts))
    words = f"<figcaption>{html.escape(caption, quote=False)}</figcaption>" if caption else ""
    row = "display:flex;flex-wrap:wrap;align-items:start;gap:1rem"
    return (
        f'<style>{_STYLE}</style><figure class="sg-picture" style="margin:0">'
        f'<div style="{row}">{pairs}</div>{words}</figure>'
    )


def _pair(figure: Figure, text: str) -> str:
    light = _packed(_drawn(figure))
    with _darkened(figure):
        dark = _packed(_drawn(figure))
    return _image(light, text, "light", "block") + _image(dark, text, "dark", "none")


def _image(picture: bytes, text: str, theme: str, display: str) -> str:
    width, height = (round(side / _SHARP) for side in Image.open(io.BytesIO(picture)).size)
    # As wide as it was drawn, or so narrow that the next one fits beside it, but no less than this.
    size = f"flex:1 1 18rem;min-width:0;max-width:min(100%,{width}px);height:auto"
    style = f"display:{display};{size};background:{PALETTE[theme]['paper']}"
    data = base64.b64encode(picture).decode("ascii")
    return (
        f'<img class="sg-{theme}" alt="{html.escape(text)}" width="{width}" height="{height}" '
        f'style="{style}" src="data:image/webp;base64,{data}">'
    )


def _drawn(figure: Figure, transparent: bool = True) -> bytes:
    cut = {"bbox_inches": "tight", "pad_inches": 0.05} if figure.get_layout_engine() is None else {}
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_INCH * _SHARP, transparent=transparent, **cut)
    return buffer.getvalue()


def _packed(png: bytes) -> bytes:
    """Give WebP, which every browser shows: exact for lines and areas, in half the bytes of a PNG.

    A photograph, which takes more than twice the bytes if it must be exact, is not.
    """
    picture = Image.open(io.BytesIO(png))
    exact, close = io.BytesIO(), io.BytesIO()
    picture.save(exact, "webp", lossless=True, quality=100)
    picture.save(close, "webp", quality=85, method=6)
    return (close if close.tell() < exact.tell() / 2 else exact).getvalue()


# --- The dark twin ---------------------------------------------------------------------------

# Matplotlib's own colours beside the palette's: of text and axes, of grids, frames and grounds.
_OWN = {"#000000": "ink", "#b0b0b0": "grid", "#cccccc": "grid", "#ffffff": "paper"}
_TWIN = {
    **{color: PALETTE["dark"][name] for color, name in _OWN.items()},
    **{to_hex(color): PALETTE["dark"][name] for name, color in PALETTE["light"].items()},
    **{to_hex(rung["light"]): rung["dark"] for rung in PALETTE["ladder"]},
}
_COLORS = {
    Text: ("color",),
    Line2D: ("color", "markerfacecolor", "markeredgecolor"),
    Patch: ("facecolor", "edgecolor"),
    Collection: ("facecolor", "edgecolor"),
}


@contextmanager
def _darkened(figure: Figure) -> Iterator[None]:
    """Give what a figure holds its dark colours for a while."""
    back = [
        undo
        for artist in figure.findobj()
        for kind, names in _COLORS.items()
        if isinstance(artist, kind)
        for name in names
        for undo in _recoloured(artist, name)
    ]
    try:
        yield
    finally:
        for undo in reversed(back):
            undo()


def _recoloured(artist: Artist, name: str) -> Iterator[Callable[[], None]]:
    before = getattr(artist, f"get_{name}")()
    after = _twin_of(before)
    if after is not None:
        put = getattr(artist, f"set_{name}")
        put(after)
        yield lambda: put(before)


def _twin_of(color):
    """Give the dark colour, or colours, of these; None where they stay."""
    if isinstance(color, str) and color in ("none", "auto"):
        return None
    if not isinstance(color, str) and np.ndim(color) == 2:
        twins = [_twin_of(tuple(one)) for one in color]
        if all(twin is None for twin in twins):
            return None
        return [old if new is None else new for old, new in zip(color, twins, strict=True)]
    red_green_blue, alpha = to_rgb(color), to_rgba(color)[3]
    twin = _TWIN.get(to_hex(red_green_blue))
    return None if twin is None else (*to_rgb(twin), alpha)
