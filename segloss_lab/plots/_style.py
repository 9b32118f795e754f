"""The palette, and what figures of several explorers share."""

import json
from importlib.resources import files

PALETTE = json.loads(files("segloss_lab").joinpath("palette.json").read_text(encoding="utf-8"))

# d3's names for markers, as palette.json has them, in Matplotlib's letters.
MARKERS = {
    "circle": "o",
    "cross": "P",
    "diamond": "D",
    "plus": "+",
    "square": "s",
    "star": "*",
    "times": "x",
    "triangle": "^",
    "wye": "1",
}
