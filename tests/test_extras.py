"""A library that is not there: one line says what to install."""

import subprocess
import sys

import pytest

ABSENT = """
import sys
sys.modules[{library!r}] = None
import segloss_lab.metrics, segloss_lab.reference, segloss_lab.conventions
{code}
"""
PARTS = {
    "segloss_lab.data": ("data", ["nibabel", "pooch", "PIL", "scipy"]),
    "segloss_lab.plots": ("explorer", ["matplotlib"]),
    "segloss_lab.explorer": ("explorer", ["anywidget", "traitlets", "matplotlib", "PIL"]),
    "segloss_lab.torch": ("torch", ["torch"]),
    "segloss_lab.tensorflow": ("tensorflow", ["tensorflow", "keras"]),
}


@pytest.mark.parametrize(
    "part, extra, library",
    [(part, extra, library) for part, (extra, all_) in PARTS.items() for library in all_],
)
def test_a_missing_library_is_named_with_its_extra(part, extra, library):
    error = error_of(library, f"import {part}")
    assert error == f"{part} needs {library}: pip install 'segloss-lab[{extra}]'"


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_a_backend_that_is_missing_is_named_by_explore(backend):
    code = f"from segloss_lab.explorer import explore\nexplore(print, backend={backend!r})"
    said = f"explore(backend=\"{backend}\") needs {backend}: pip install 'segloss-lab[{backend}]'"
    assert error_of(backend, code) == said


def error_of(library, code):
    """Run code where a library is not there, and return the last line of the error."""
    script = ABSENT.format(library=library, code=code)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    kind, _, said = run.stderr.strip().splitlines()[-1].partition(": ")
    assert (run.returncode, kind) == (1, "ModuleNotFoundError")
    return said
