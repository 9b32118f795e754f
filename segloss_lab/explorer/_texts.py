"""Texts with `code` and $mathematics$: as HTML for a page, and as plain letters for a notebook."""

import html
import re

PARTS = re.compile(r"`([^`]+)`|\$([^$]+)\$")  # as in front/questions/texts.mjs

_SIGNS = {
    **dict(zip("alpha beta gamma delta epsilon eta theta".split(), "αβγδεηθ", strict=True)),
    **dict(zip("lambda mu pi rho sigma tau phi Delta Sigma".split(), "λμπρστφΔΣ", strict=True)),
    **dict(zip("cdot times le ge ne approx pm infty to".split(), "·×≤≥≠≈±∞→", strict=True)),
    **dict(zip("leq geq neq sum partial in cap cup ldots".split(), "≤≥≠∑∂∈∩∪…", strict=True)),
    **dict.fromkeys(("left", "right", "displaystyle"), ""),
    **dict.fromkeys((",", ";", ":", " ", "quad"), " "),
}
_RAISED = str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−()aeijkmnoprstx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎ₐₑᵢⱼₖₘₙₒₚᵣₛₜₓ")
_GROUP = r"\{([^{}]*)\}"


def as_html(text: str) -> str:
    """Write a text for a page, where MathJax sets what stands between dollars."""
    return PARTS.sub(lambda part: _tagged(*part.groups()), html.escape(text, quote=False))


def _tagged(code: str | None, tex: str | None) -> str:
    if code is not None:
        return f"<code>{code}</code>"
    return rf'<span class="math notranslate nohighlight">\({tex}\)</span>'


def without_tex(text: str) -> str:
    r"""Write the mathematics of a text in plain letters: `$p_t^2 \le 1/4$` is pₜ² ≤ 1/4."""
    return PARTS.sub(lambda part: part[0] if part[2] is None else _plain(part[2]), text)


def _plain(tex: str) -> str:
    """Write a formula on one line, as far as letters go."""
    tex = tex.replace("{,}", ",").replace("-", "−")
    before = None
    while before != tex:  # from the innermost braces outwards
        before = tex
        tex = re.sub(rf"\\[dt]?frac\s*{_GROUP}\s*{_GROUP}", _fraction, tex)
        tex = re.sub(rf"\\(?:text|mathrm|operatorname)\s*{_GROUP}", r"\1", tex)
        tex = re.sub(rf"\\sqrt\s*{_GROUP}", lambda root: f"√{_whole(root[1])}", tex)
        tex = re.sub(rf"(?<!\\)\^(?:{_GROUP}|(\w))", lambda up: _shifted("^", up, _RAISED), tex)
        tex = re.sub(rf"(?<!\\)_(?:{_GROUP}|(\w))", lambda down: _shifted("_", down, _LOWERED), tex)
    tex = re.sub(r"\\([A-Za-z]+|.)", lambda sign: _SIGNS.get(sign[1], sign[1]), tex)
    return " ".join(re.sub("[{}]", "", tex).split())


def _fraction(found: re.Match) -> str:
    return f"{_whole(found[1])}/{_whole(found[2])}"


def _whole(part: str) -> str:
    """Give a part of a fraction in brackets where it is a sum or a product."""
    alone = r"[\d.]+|(?:[A-Za-z]|\\[A-Za-z]+|\([^()]*\))(?:[_^]\w)?"
    return part if re.fullmatch(alone, part.strip()) else f"({part})"


def _shifted(sign: str, found: re.Match, letters: dict) -> str:
    """Give an exponent or an index in small letters where there are all of them."""
    part = found[1] if found[1] is not None else found[2]
    if part and all(ord(letter) in letters for letter in part):
        return part.translate(letters)
    # Marked so that it is not found again.
    return {"^": "\\^", "_": "\\_"}[sign] + _whole(part)
