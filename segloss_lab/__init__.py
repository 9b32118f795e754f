"""Segmentation losses as one function, written in NumPy, PyTorch, TensorFlow and JavaScript.

The submodules load when they are first used, so ``import segloss_lab`` imports no framework:

- ``segloss_lab.reference``: NumPy, float64, value and gradient of every loss, the full docstrings
- ``segloss_lab.torch`` and ``segloss_lab.tensorflow``: the same losses, and ``Loss`` for training
- ``segloss_lab.metrics``: scores of hard predictions
- ``segloss_lab.conventions``: settings that give other libraries' numbers
- ``segloss_lab.data``: sample images and a seeded phantom
- ``segloss_lab.plots``: figures
- ``segloss_lab.explorer``: interactive figures, and questions that answer back

and one function: ``segloss_lab.check`` compares a loss of your own with the package's.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segloss_lab._check import check as check

__version__ = "0.2.0"

__all__ = [
    "check",
    "conventions",
    "data",
    "explorer",
    "metrics",
    "plots",
    "reference",
    "tensorflow",
    "torch",
]


def __getattr__(name: str) -> Any:
    """Import the submodule ``name``, or what is in one, at its first use."""
    if name == "check":
        from segloss_lab._check import check

        return check
    if name in __all__:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Submodules are listed before they are loaded."""
    return sorted({*globals(), *__all__})
