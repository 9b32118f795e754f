"""What all explorers share: settings that are checked, the bundle, and the ways of being shown."""

import base64
import html
import io
import json
import math
from importlib.resources import files
from numbers import Integral, Real

import anywidget
import traitlets
from matplotlib.figure import Figure
from PIL import Image

_BUNDLE = files("segloss_lab").joinpath("explorer/static/explorer.js").read_text(encoding="utf-8")


class Setting(traitlets.TraitType):
    """A synchronised trait whose errors name the trait, what came and what was expected."""

    expected = ""
    optional = False

    def __init__(self, default_value, optional=False):
        super().__init__(default_value, allow_none=optional)
        self.optional = optional
        self.tag(sync=True)

    def validate(self, obj, value):
        if value is None and self.optional:
            return None
        accepted = self.accept(value)
        if accepted is None:
            expected = f"{self.expected}, or None" if self.optional else self.expected
            raise traitlets.TraitError(f"{self.name} must be {expected}, got {value!r}")
        return accepted

    def accept(self, value):
        """Give the value as it is kept, or None to refuse it."""
        raise NotImplementedError


class Amount(Setting):
    expected = "a finite number >= 0"

    def accept(self, value):
        return float(value) if _is_number(value) and 0 <= value < math.inf else None


class Share(Setting):
    expected = "a number from 0 to 1"

    def accept(self, value):
        return float(value) if _is_number(value) and 0 <= value <= 1 else None


class Between(Setting):
    """A number from `low` to `high`."""

    def __init__(self, default_value, low, high):
        super().__init__(default_value)
        self.low, self.high = low, high
        self.expected = f"a number from {low} to {high}"

    def accept(self, value):
        return float(value) if _is_number(value) and self.low <= value <= self.high else None


class Whole(Setting):
    """A whole number from `low` to `high`."""

    def __init__(self, default_value, low, high):
        super().__init__(default_value)
        self.low, self.high = low, high
        self.expected = f"a whole number from {low} to {high}"

    def accept(self, value):
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        return int(value) if whole and self.low <= value <= self.high else None


class Flag(Setting):
    expected = "True or False"

    def accept(self, value):
        return value if isinstance(value, bool) else None


class Choice(Setting):
    def __init__(self, *words):
        super().__init__(words[0])
        self.words = words
        self.expected = f"one of {', '.join(map(repr, words))}"

    def accept(self, value):
        return value if value in self.words else None


def _is_number(value) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


class Explorer(anywidget.AnyWidget):
    """What all explorers share: the bundle, the state, and the ways of being shown."""

    _esm = f"{_BUNDLE}\nexport default segloss.widget;\n"

    # ipywidgets 7 displays its own view by this method and then asks for no other part.
    _ipython_display_ = None

    kind = traitlets.Unicode().tag(sync=True)

    @property
    def state(self) -> dict:
        """The settings under their names, enough to compute again every number shown."""
        return {
            name: getattr(self, name)
            for name, trait in self.traits().items()
            if isinstance(trait, Setting)
        }

    def _picture(self) -> Figure:
        """Draw the state as a Matplotlib figure."""
        raise NotImplementedError

    def _description(self) -> str:
        """Say what the picture shows, for those who do not see it."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs):
        """Add the page's figure and a picture to the widget's own view."""
        data, metadata = _pair(super()._repr_mimebundle_(**kwargs))
        png = _png(self._picture())
        return {**data, "text/html": self._figure(png), "image/png": png}, metadata

    def _figure(self, png: str) -> str:
        state = html.escape(json.dumps(self.state))
        description = html.escape(self._description())
        return (
            f'<figure data-explorer="{self.kind}" data-state="{state}">'
            f'<img alt="{description}" style="max-width:100%" src="data:image/png;base64,{png}">'
            "</figure>"
        )


def _pair(bundle) -> tuple[dict, dict]:
    """Give a MIME bundle as (data, metadata): widget libraries return it in one of three forms."""
    if bundle is None:
        return {}, {}
    return bundle if isinstance(bundle, tuple) else (bundle, {})


def _png(figure) -> str:
    """Draw the figure as a PNG of few colours, which is a third of the size of one of all."""
    drawn, buffer = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=120)
    Image.open(drawn).convert("RGB").quantize(64).save(buffer, format="png", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
