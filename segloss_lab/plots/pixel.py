"""Loss and slope of one pixel, and the focal weight."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from segloss_lab import reference
from segloss_lab.plots._style import MARKERS, PALETTE

_OPTIONS = {
    "cross_entropy": ("label_smoothing", "pos_weight"),
    "focal": ("gamma", "alpha"),
    "lovasz_hinge": (),
}
_NAMES = {
    "cross_entropy": "cross-entropy",
    "focal": "focal loss",
    "lovasz_hinge": "Lovász hinge",
}
_OTHER_GAMMAS = {0.5: ":", 1.0: "--", 2.0: "-", 5.0: "-."}  # what the paper's figure shows
_NAME = 0.13  # the width of a name in that chart, as a share of it
_FLOOR = 10.0**-3.5  # the low end of the chart of the focal weight


def pixel(state: Mapping[str, object]) -> Figure:
    """Draw what ``PixelExplorer`` shows at a state: loss and slope of one pixel, by two losses.

    Args:
        state: The explorer's state: ``loss``, ``second``, ``target``, ``logit``, ``axis``
            (``"logit"`` or ``"probability"``) and the options of both losses.

    Returns:
        A figure of two panels over ``state["axis"]``, the loss with the tangent of the first one,
        which is bold, and its slope by what the axis shows; and of a third, the focal weight over
        the probability of the truth, if one of the losses is focal.
    """
    terms = _terms(state)
    focals = [term for term in terms if term["loss"] == "focal"]
    figure = Figure(figsize=(11 if focals else 8, 3.5), layout="constrained")
    loss, slope, *weight = figure.subplots(1, 3 if focals else 2)
    for term in terms:
        _draw_term(loss, slope, term, state)
    _finish_losses(loss, slope, state)
    _draw_tangent(loss, terms[0], state)
    if focals:
        _draw_weights(weight[0], focals, state)
    figure.legend(
        *loss.get_legend_handles_labels(),
        loc="outside lower left",
        ncols=2,
        frameon=False,
        handlelength=4,
    )
    return figure


def loss_of_pixel(state: Mapping[str, object]) -> tuple[float, float]:
    """Give the loss of the pixel at a state of ``PixelExplorer``, and its slope by the logit.

    Args:
        state: As in ``pixel``.

    Returns:
        The value of ``reference.focal``, ``cross_entropy`` or ``lovasz_hinge`` for one pixel, and
        its derivative.
    """
    values, slopes = _along(_terms(state)[0], state["target"], np.array([state["logit"]]))
    return float(values[0]), float(slopes[0])


def _terms(state: Mapping[str, object]) -> list[dict]:
    """Give the first loss and the second, if there is one, with their options and their looks."""
    terms = [_term(state, state["loss"], "")]
    if state["second"] != "none":
        second = _term(state, state["second"], "second_")
        if state["second"] == state["loss"]:
            second |= {"dash": [3, 3], "marker": "triangle"}
        terms.append(second)
    return terms


def _term(state: Mapping[str, object], loss: str, prefix: str) -> dict:
    options = {name: state[prefix + name] for name in _OPTIONS[loss]}
    look = PALETTE["losses"][loss]
    return {"loss": loss, "options": options, "chosen": prefix == "", "name": _NAMES[loss], **look}


def _along(term: dict, target: int, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give loss and slope by the logit, each logit an image of one pixel."""
    images = logits.reshape(-1, 1, 1)
    truth = np.full_like(images, target)
    value, gradient = getattr(reference, term["loss"])(
        images, truth, reduction="none", **term["options"]
    )
    return value.ravel(), gradient.ravel()


def _draw_term(loss: Axes, slope: Axes, term: dict, state: Mapping[str, object]) -> None:
    by_logit = state["axis"] == "logit"
    p = np.linspace(0.005, 0.995, 199)
    logits = np.linspace(-10, 10, 201) if by_logit else np.log(p / (1 - p))
    values, slopes = _along(term, state["target"], logits)
    places, scale = (logits, 1.0) if by_logit else (p, 1 / (p * (1 - p)))
    style = _style(term)
    loss.plot(places, values, label=_label(term), **style)
    slope.plot(places, slopes * scale, **style)


def _label(term: dict) -> str:
    """Name a loss by its options, but for those that are out of use."""
    idle = {"label_smoothing": 0.0, "pos_weight": 1.0, "alpha": None}
    used = [
        f"{name.replace('_', ' ')} {value:g}"
        for name, value in term["options"].items()
        if name not in idle or value != idle[name]
    ]
    return ", ".join([term["name"], *used])


def _style(term: dict) -> dict:
    width = 2.8 if term["chosen"] else 1.3
    dash = (0, tuple(length / width for length in term["dash"])) if term["dash"] else "-"
    return {
        "color": term["color"],
        "linewidth": width,
        "linestyle": dash,
        "marker": MARKERS[term["marker"]],
        "markevery": (10, 30),
        "markersize": 5.5,
        "markerfacecolor": PALETTE["light"]["paper"],
    }


def _finish_losses(loss: Axes, slope: Axes, state: Mapping[str, object]) -> None:
    by_logit = state["axis"] == "logit"
    logit = state["logit"]
    place = logit if by_logit else 1 / (1 + np.exp(-logit))
    label = "logit z (log-odds of the object)" if by_logit else "probability p of the object"
    loss.set(title="Loss of the pixel, L")
    slope.set(title=r"Slope, $dL/dz$" if by_logit else r"Slope, $dL/dp$")
    if not by_logit:
        _signed_decades(slope)
    for axes in (loss, slope):
        _calm(axes, label, place)


def _draw_tangent(axes: Axes, term: dict, state: Mapping[str, object]) -> None:
    """Draw the tangent at the present value through a point on the curve, within the axes."""
    value, slope = (
        array.item() for array in _along(term, state["target"], np.array([state["logit"]]))
    )
    place = state["logit"]
    if state["axis"] == "probability":
        place = 1 / (1 + np.exp(-place))
        slope /= place * (1 - place)
    ends = axes.axis()
    ink = PALETTE["light"]["ink"]
    axes.axline((place, value), slope=slope, color=ink, linewidth=1.2, dashes=(4, 2))
    axes.plot(place, value, "o", color=ink, markersize=7)
    axes.axis(ends)


def _signed_decades(axes: Axes) -> None:
    """Make the y axis linear between -1 and 1 and logarithmic beyond."""
    axes.set_yscale("asinh", linear_width=1)
    low, high = axes.get_ylim()
    decades = [0, *(sign * 10**k for k in range(9) for sign in (-1, 1))]
    axes.set_yticks(sorted(tick for tick in decades if low <= tick <= high))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()


def _draw_weights(axes: Axes, focals: list[dict], state: Mapping[str, object]) -> None:
    """Draw the focal weight for the chosen gammas beside those of Lin et al.'s figure."""
    signed = state["logit"] * (1 if state["target"] == 1 else -1)
    pt = np.linspace(0, 0.9995, 400)
    own = [term["options"]["gamma"] for term in focals]
    for gamma, dash in _OTHER_GAMMAS.items():
        if gamma not in own:
            axes.plot(pt, (1 - pt) ** gamma, dash, color=PALETTE["light"]["rule"], linewidth=1)
    for term, gamma in zip(focals, own, strict=True):
        axes.plot(pt, (1 - pt) ** gamma, **{**_style(term), "markevery": (20, 60)})
    drawn = sorted({*own, *_OTHER_GAMMAS})
    for gamma, steeper in zip(drawn, [*drawn[1:], None], strict=True):
        _name_curve(axes, gamma, steeper, flattest=gamma == min(filter(None, drawn)))
    axes.set(yscale="log", ylim=(_FLOOR, 1.3), title=r"Focal weight, $(1 - p_t)^\gamma$")
    axes.set_yticks([1, 0.1, 0.01, 0.001], ["1", "1/10", "1/100", "1/1000"])
    axes.minorticks_off()
    _calm(axes, "probability of the truth, $p_t$", 1 / (1 + np.exp(-signed)))
    for weight in (0.01, 0.001):
        _name_share(axes, own[0], weight)


def _name_curve(axes: Axes, gamma: float, steeper: float | None, flattest: bool) -> None:
    """Write the gamma above the flattest curve, else below it, where the gap there is widest.

    Where there is no room for it in the gap, it is left out.
    """
    below = {"xytext": (-3, -2), "ha": "right", "va": "top"}
    above = {"xytext": (3, 2), "ha": "left", "va": "bottom"}
    levels = np.logspace(-3, 0, 61)[:-1]
    if gamma == 0:
        level, place, beside = 1.0, 0.8, above
    elif flattest:
        level, place, beside = 0.25**gamma, 0.75, above
    elif steeper is None:
        level, beside = 10 ** -min(0.5 + 0.35 * gamma, 2.5), below
        place = 1 - level ** (1 / gamma)
    else:
        # A name is as high as the step from a level to 0.6 of it.
        gaps = (0.6 * levels) ** (1 / steeper) - levels ** (1 / gamma)
        if gaps.max() < _NAME:
            return
        level, beside = levels[gaps.argmax()], below
        place = 1 - level ** (1 / gamma)
    axes.annotate(
        rf"$\gamma$ {gamma:g}", (place, level), size=8, textcoords="offset points", **beside
    )


def _name_share(axes: Axes, gamma: float, weight: float) -> None:
    """Mark where a pixel has this weight, if the axis reaches so far."""
    place = 1 - weight ** (1 / gamma) if gamma > 0 else 1.0
    if place >= 0.9999:
        return
    ink = PALETTE["light"]["ink"]
    axes.plot(place, weight, "o", color=ink, fillstyle="none", markersize=8)
    beside = {"xytext": (-8, 0), "textcoords": "offset points", "ha": "right", "va": "center"}
    axes.annotate(f"{place:.3g}", (place, weight), size=8, weight="bold", color=ink, **beside)


def _calm(axes: Axes, label: str, place: float) -> None:
    ink, grid = PALETTE["light"]["ink"], PALETTE["light"]["grid"]
    axes.set(xlabel=label)
    axes.axvline(place, color=ink, linewidth=1)
    axes.grid(color=grid)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=ink)
