"""The Makefile and the built book, for the tests that read it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def make(folder: Path, *goals: str, **environment: str) -> subprocess.CompletedProcess:
    """Run the Makefile in a folder, in the environment that runs the tests."""
    installed = ["--old-file=.venv/.installed", f"BIN={Path(sys.executable).parent}"]
    return subprocess.run(
        ["make", *installed, *goals],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def build(folder: Path, **environment: str) -> str:
    """Build the book of a folder; return what make printed."""
    done = make(folder, "book", **environment)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout
