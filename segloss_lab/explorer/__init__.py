"""Interactive figures, alive in a notebook and in a static page.

An explorer is a widget whose settings are traits: a control that moves sets the trait, and a trait
set from Python moves the control. Everything it computes on a move is JavaScript; the mathematics
is ``front/losses.mjs``, held by the tests to the values of ``segloss_lab.reference``.

Shown, an explorer also carries a ``text/html`` part, a figure with its state and a picture inside,
which the bundle ``static/explorer.js`` brings to life in a page without a kernel, and a PNG.
"""

from segloss_lab.explorer.smoothing import SmoothingExplorer

__all__ = ["SmoothingExplorer"]
