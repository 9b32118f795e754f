"""Explorers side by side, in a notebook, in a page without a kernel, and on paper."""

import ipywidgets
from PIL import Image

from segloss_lab.explorer._base import Explorer, drawn, encoded

_COLUMNS = "repeat(auto-fit, minmax(min(100%, 20rem), 1fr))"  # as many as there is room for
_GAP = 16  # pixels between two of them
_VIEW = "application/vnd.jupyter.widget-view+json"


class Row(ipywidgets.GridBox):
    """Explorers side by side, as ``row`` lays them; ``children`` are the explorers."""

    # ipywidgets 7 displays its own view by this method and then asks for no other part.
    _ipython_display_ = None

    def _repr_mimebundle_(self, **kwargs):
        """Give the row's view, its figures for a page and a picture, as one explorer gives its."""
        data, metadata = self.children[0]._view(**kwargs)
        pictures = [drawn(explorer._picture()) for explorer in self.children]
        colors = [explorer._colors for explorer in self.children]
        figures = map(Explorer._figure, self.children, map(encoded, pictures, colors))
        style = f"display:grid;grid-template-columns:{_COLUMNS};gap:0 {_GAP}px;align-items:start"
        return {
            "text/plain": f"row of {', '.join(explorer.kind for explorer in self.children)}",
            _VIEW: {**data[_VIEW], "model_id": self.model_id},
            "text/html": f'<div style="{style}">{"".join(figures)}</div>',
            "image/png": encoded(_beside(pictures), max(colors)),
        }, metadata


def row(*explorers: Explorer) -> Row:
    """Lay explorers side by side, each as alive as it is alone.

    The boxes and tabs of ipywidgets do so in a notebook and leave nothing in a page without a
    kernel; a row has, as an explorer has, a widget's view, figures for such a page and a picture
    for print. Where there is no room for two of them, they stand below each other.

    Args:
        *explorers: One or more. Each keeps its traits and can be moved from Python.

    Returns:
        A widget to be displayed; the explorers are its ``children``.

    Raises:
        TypeError: For nothing, or for anything but explorers.

    Example:
        >>> row(PixelExplorer(gamma=1.0), PixelExplorer(gamma=5.0))  # doctest: +SKIP
    """
    other = [type(given).__name__ for given in explorers if not isinstance(given, Explorer)]
    if other or not explorers:
        came = f"got {other[0]}" if other else "got none"
        raise TypeError(f"row takes explorers, as in row(one, another), {came}")
    layout = ipywidgets.Layout(grid_template_columns=_COLUMNS, grid_gap=f"0 {_GAP}px")
    return Row(explorers, layout=layout)


def _beside(pictures: list[Image.Image]) -> Image.Image:
    """Put pictures into a row on white, as high as the highest."""
    width = sum(picture.width for picture in pictures) + _GAP * (len(pictures) - 1)
    row = Image.new("RGB", (width, max(picture.height for picture in pictures)), "white")
    left = 0
    for picture in pictures:
        row.paste(picture, (left, 0))
        left += picture.width + _GAP
    return row
