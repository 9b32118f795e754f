"""Sphinx extension: docstrings, written to be read in a terminal, as reStructuredText.

`name` becomes code, a formula indented after an empty line a literal block, and signs that mean
something to reStructuredText (the * of (N, C, *spatial), the | of |p - t|) stand for themselves.
"""

import re

CODE = re.compile(r"(``.+?``|`[^`]+`)")


def as_restructured_text(lines: list[str]) -> list[str]:
    """Return the lines of a docstring as reStructuredText."""
    done, literal, before = [], None, 0
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            done.append(line)
            continue
        if literal is not None and indent < literal:
            literal = None
        # napoleon takes what stands before the first colon for a type: let that be nothing.
        if _last_text(done).strip() == "Returns:":
            line = " " * indent + ": " + line.lstrip()
        # What starts under an empty line and further in is a formula or code: both as they are.
        if literal is None and done and not done[-1].strip() and indent > before:
            literal = indent
            if not _last_text(done).endswith("::"):
                done += [" " * before + ".. code-block:: text", ""]
        done.append(line if literal is not None else _escaped(line))
        before = indent if literal is None else before
    return done


def _last_text(lines: list[str]) -> str:
    return next((line for line in reversed(lines) if line.strip()), "")


def _escaped(line: str) -> str:
    parts = CODE.split(line)
    parts[::2] = [re.sub(r"([*|])", r"\\\1", part) for part in parts[::2]]
    parts[1::2] = [f"``{part.strip('`')}``" for part in parts[1::2]]
    return "".join(parts)


def setup(app) -> dict:
    """Run before napoleon, which reads the sections."""

    def process(app, what, name, obj, options, lines):
        lines[:] = as_restructured_text(lines)

    app.connect("autodoc-process-docstring", process, priority=1)
    return {"parallel_read_safe": True}
