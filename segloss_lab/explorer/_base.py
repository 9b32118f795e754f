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

# Beyond these a figure cannot compute; front/core/fields.mjs has the same bounds.
_LEAST, _MOST = 1e-100, 1e100

_AT_MOST = 3  # controls beside a picture; front/core/look.mjs has the same

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


class Between(Setting):
    """A number from `low` to `high` that is 0 or of a size that a figure can compute with."""

    def __init__(self, default_value, low, high, optional=False):
        super().__init__(default_value, optional)
        self.low, self.high = low, high
        least, most = _text(_LEAST), _text(high)
        within = f"0 or a number from {least}" if low == 0 else f"a number from {_text(low)}"
        self.expected = f"{within} to {most}"
        if low < 0:
            self.expected += f", 0 or at least {least} in size"

    def accept(self, value):
        number = _double(value) if _is_number(value) else math.nan
        inside = self.low <= number <= self.high
        return number if inside and (number == 0 or abs(number) >= _LEAST) else None


class Amount(Between):
    def __init__(self, default_value):
        super().__init__(default_value, 0, _MOST)


class Share(Between):
    def __init__(self, default_value, optional=False):
        super().__init__(default_value, 0, 1, optional)


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


class Look(Setting):
    """How an explorer is laid out, which is no part of its state."""


class Layout(Look, Choice):
    """``"figure"``, a picture that makes one point, or ``"bench"``, everything at once."""

    def __init__(self):
        super().__init__("figure", "bench")


class Shown(Look):
    """Names of the controls beside the picture, at most three; None for the explorer's own."""

    expected = "a list of at most 3 names of its settings"

    def __init__(self):
        super().__init__(None, optional=True)

    def validate(self, obj, value):
        """Give the names as a list, or say which is none."""
        names = value if value is None else super().validate(obj, value)
        _refuse_unknown(obj, names or [], self.name)
        return names

    def accept(self, value):
        names = isinstance(value, list | tuple) and all(isinstance(name, str) for name in value)
        return list(value) if names and len(value) <= _AT_MOST else None


class States(Look):
    """States worth a visit as pairs of a label and settings, or None for the explorer's own."""

    expected = 'a list of pairs of a label and settings, as ("1e-5", {"smooth": 1e-5})'

    def __init__(self):
        super().__init__(None, optional=True)

    def validate(self, obj, value):
        """Give the pairs with every setting as its trait keeps it."""
        pairs = value if value is None else super().validate(obj, value)
        return pairs and [[label, _kept(obj, changes)] for label, changes in pairs]

    def accept(self, value):
        pairs = isinstance(value, list | tuple) and all(map(_is_state, value))
        return [list(pair) for pair in value] if pairs else None


class Caption(Look):
    expected = "a text"

    def __init__(self):
        super().__init__(None, optional=True)

    def accept(self, value):
        return value if isinstance(value, str) else None


def _is_state(pair) -> bool:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return False
    return isinstance(pair[0], str) and isinstance(pair[1], dict)


def _kept(explorer, changes: dict) -> dict:
    """Give settings as their traits keep them."""
    settings = explorer._settings()
    _refuse_unknown(explorer, changes, "states")
    return {name: settings[name].validate(explorer, value) for name, value in changes.items()}


def _refuse_unknown(explorer, names, trait: str) -> None:
    """Refuse names that are no setting's."""
    settings = explorer._settings()
    for name in names:
        if name not in settings:
            there = ", ".join(settings)
            raise traitlets.TraitError(f"{trait}: no setting {name!r}; there are {there}")


def _text(value) -> str:
    """Write a bound as the page does: 1e100, not 1e+100."""
    return f"{value:g}".replace("+", "")


def _double(number: Real) -> float:
    """Give a number as a double; an integer beyond all of them is none of those that are taken."""
    try:
        return float(number)
    except OverflowError:
        return math.nan


def _is_number(value) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


class Explorer(anywidget.AnyWidget):
    """What all explorers share: the bundle, the state, and the ways of being shown.

    Args:
        layout: ``"figure"``, a picture that makes one point, beside it at most three controls and
            three numbers, everything else behind a button; or ``"bench"``, everything at once.
        show: The names of the controls beside the picture of a figure, at most three.
        states: Buttons of a figure that lead to states, as pairs of a label and settings:
            ``[("1e-5", {"smooth": 1e-5}), ("1", {"smooth": 1.0})]``.
        caption: The text below a figure.

    For ``show``, ``states`` and ``caption``, None means the explorer's own. All are two-way traits.
    """

    _esm = f"{_BUNDLE}\nexport default segloss.widget;\n"

    # ipywidgets 7 displays its own view by this method and then asks for no other part.
    _ipython_display_ = None

    kind = traitlets.Unicode().tag(sync=True)
    layout = Layout()
    show = Shown()
    states = States()
    caption = Caption()

    # Pixels that a page cannot make, where an explorer has any: handed over beside the state.
    scene = None

    _colors = 64  # of the PNG that stands for it

    def _settings(self) -> dict[str, Setting]:
        """Give the traits that make up the state, by their names."""
        return {
            name: trait
            for name, trait in self.traits().items()
            if isinstance(trait, Setting) and not isinstance(trait, Look)
        }

    @property
    def state(self) -> dict:
        """The settings under their names, enough to compute again every number shown."""
        return {name: getattr(self, name) for name in self._settings()}

    def _picture(self) -> Figure:
        """Draw the state as a Matplotlib figure."""
        raise NotImplementedError

    def _description(self) -> str:
        """Say what the picture shows, for those who do not see it."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs):
        """Add the page's figure and a picture to the widget's own view."""
        data, metadata = self._view(**kwargs)
        png = encoded(drawn(self._picture()), self._colors)
        return {**data, "text/html": self._figure(png), "image/png": png}, metadata

    def _view(self, **kwargs) -> tuple[dict, dict]:
        """Give the widget's own part of the MIME bundle, and what its host must know of it."""
        return _pair(super()._repr_mimebundle_(**kwargs))

    def _figure(self, png: str) -> str:
        attributes = {
            "data-explorer": self.kind,
            "data-state": _json(self.state),
            "data-layout": self.layout,
            "data-show": _json(self.show),
            "data-states": _json(self.states),
            "data-scene": _json(self.scene),
            "data-caption": self.caption,
        }
        given = "".join(
            f' {name}="{html.escape(value)}"'
            for name, value in attributes.items()
            if value is not None
        )
        description = html.escape(self._description())
        return (
            f"<figure{given}>"
            f'<img alt="{description}" style="max-width:100%" src="data:image/png;base64,{png}">'
            "</figure>"
        )


def _json(value) -> str | None:
    return None if value is None else json.dumps(value)


def _pair(bundle) -> tuple[dict, dict]:
    """Give a MIME bundle as (data, metadata): widget libraries return it in one of three forms."""
    if bundle is None:
        return {}, {}
    return bundle if isinstance(bundle, tuple) else (bundle, {})


def drawn(figure: Figure) -> Image.Image:
    """Draw a Matplotlib figure in its pixels."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    return Image.open(buffer).convert("RGB")


def encoded(image: Image.Image, colors: int = 64) -> str:
    """Write a picture as a PNG of few colours, which is a third of the size of one of all."""
    return exact(image.quantize(colors))


def exact(image: Image.Image) -> str:
    """Write a picture as a PNG, every pixel as it is."""
    buffer = io.BytesIO()
    image.save(buffer, format="png", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
