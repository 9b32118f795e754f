"""The oracles of all explorers: what each must show at a state, by the reference.

An oracle is a module ``oracle_<kind>`` with ``EXPLORER``, its class; ``STATES``, parts of states
worth visiting; ``quantities(state)``, every number on the page by its name; and, where the class
alone makes none, ``example()``, an explorer to look at.
"""

from importlib import import_module
from pathlib import Path
from urllib.parse import urlencode

ORACLES = {
    path.stem.removeprefix("oracle_"): import_module(path.stem)
    for path in sorted(Path(__file__).parent.glob("oracle_*.py"))
}


def example(kind, layout="bench"):
    """Make an explorer of a kind in its first state; on the bench every control is in sight."""
    oracle = ORACLES[kind]
    explorer = getattr(oracle, "example", oracle.EXPLORER)()
    explorer.layout = layout
    return explorer


def query(state):
    """Write a part of a state as the query of a link, as the page writes it itself."""
    return urlencode({name: _text(value) for name, value in state.items()})


def _text(value):
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
