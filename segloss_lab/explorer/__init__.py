"""Interactive figures, alive in a notebook and in a static page.

An explorer is a widget whose settings are traits: a control that moves sets the trait, and a trait
set from Python moves the control. Everything it computes on a move is JavaScript; the mathematics
is ``front/losses.mjs``, held by the tests to the values of ``segloss_lab.reference``.

Shown, an explorer also carries a ``text/html`` part, a figure with its state and a picture inside,
which the bundle ``static/explorer.js`` brings to life in a page without a kernel, and a PNG.
"""

import base64
import html
import io
import json
import math
from importlib.resources import files
from numbers import Integral, Real

try:
    import anywidget
    import traitlets
    from PIL import Image

    from segloss_lab import plots
except ImportError as error:
    raise ImportError(
        'segloss_lab.explorer needs anywidget and Matplotlib: pip install "segloss-lab[explorer]"'
    ) from error

__all__ = ["SmoothingExplorer"]

_BUNDLE = files("segloss_lab").joinpath("explorer/static/explorer.js").read_text(encoding="utf-8")


class _Setting(traitlets.TraitType):
    """A synchronised trait whose errors name the trait, what came and what was expected."""

    expected = ""

    def __init__(self, default_value):
        super().__init__(default_value)
        self.tag(sync=True)

    def validate(self, obj, value):
        accepted = self.accept(value)
        if accepted is None:
            raise traitlets.TraitError(f"{self.name} must be {self.expected}, got {value!r}")
        return accepted

    def accept(self, value):
        """Give the value as it is kept, or None to refuse it."""
        raise NotImplementedError


class _Amount(_Setting):
    expected = "a finite number >= 0"

    def accept(self, value):
        return float(value) if _is_number(value) and 0 <= value < math.inf else None


class _Share(_Setting):
    expected = "a number from 0 to 1"

    def accept(self, value):
        return float(value) if _is_number(value) and 0 <= value <= 1 else None


class _Count(_Setting):
    expected = "a whole number from 0 to 100000"

    def accept(self, value):
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        return int(value) if whole and 0 <= value <= 100_000 else None


class _Choice(_Setting):
    def __init__(self, *words):
        super().__init__(words[0])
        self.words = words
        self.expected = f"one of {', '.join(map(repr, words))}"

    def accept(self, value):
        return value if value in self.words else None


def _is_number(value) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


class _Explorer(anywidget.AnyWidget):
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
            if isinstance(trait, _Setting)
        }

    def _picture(self):
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


class SmoothingExplorer(_Explorer):
    """What ``smooth`` and ``eps`` do to the Dice loss and its gradient, by the size of the object.

    The mask holds one object of ``size`` pixels, each predicted with probability ``overlap``;
    beside it ``false_positives`` background pixels are predicted with probability 1 and one more
    with probability 0. The charts show the loss and its largest slope in a pixel's probability for
    a ladder of sizes from an empty mask to 100000 pixels. Every trait is two-way.

    Args:
        loss: ``"dice"``, the only one so far.
        smooth: Added to numerator and denominator of the Dice index; finite, not negative.
        eps: Added to the denominator alone; finite, not negative.
        size: Pixels of the chosen object, 0 to 100000.
        overlap: The share of the object that is found, 0 to 1.
        false_positives: Background pixels predicted as object, 0 to 100000.
        axis: What the charts run over, ``"smooth"`` or ``"eps"``.

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> SmoothingExplorer(smooth=1.0, size=10)  # doctest: +SKIP
    """

    kind = traitlets.Unicode("smoothing", read_only=True).tag(sync=True)

    # The same first values as in front/smoothing.mjs, which says why.
    loss = _Choice("dice")
    smooth = _Amount(10.0)
    eps = _Amount(0.0)
    size = _Count(10)
    overlap = _Share(0.5)
    false_positives = _Count(1)
    axis = _Choice("smooth", "eps")

    def _picture(self):
        return plots.smoothing(self.state)

    def _description(self) -> str:
        loss, push = plots.dice_of_object(self.state)
        return (
            f"Two charts over {self.axis}, one curve for each object size from an empty mask to "
            f"100000 pixels: the Dice loss, and the largest slope of the loss in a pixel's "
            f"probability. At smooth {self.smooth:g} and eps {self.eps:g} the chosen object of "
            f"{self.size} pixels has loss {loss:.3g} and slope {push:.3g}."
        )
