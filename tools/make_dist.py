"""Build sdist and wheel, and try the wheel where nothing else is installed: `make dist`.

Both environments are made anew, beside nothing of this project's own: one holds what
requirements-dist.txt pins and builds, in the other the wheel is installed with what it asks for.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Run in the new environment: what a user has after `pip install`, and no more.
TRY = """
from importlib.metadata import distributions
from importlib.resources import files

import numpy as np

import segloss_lab
from segloss_lab.reference import dice

installed = {found.name for found in distributions()} - {"pip", "setuptools"}
assert installed == {"numpy", "segloss-lab"}, installed
print(f"installed: segloss-lab {segloss_lab.__version__}, numpy {np.__version__}, nothing else")

target = np.zeros((1, 1, 12, 12))
target[0, 0, 3:5, 2:7] = 1
loss, gradient = dice(np.zeros_like(target), target, from_logits=False, smooth=1.0)
assert abs(loss - 10 / 11) < 1e-12 and abs(gradient.min() + 21 / 121) < 1e-12, (loss, gradient)
print(f"computed:  the Dice loss of ten missed pixels, {loss:.3f}, and its gradient")

held = ["explorer/static/explorer.js", "palette.json", "manifest.json", "py.typed"]
missing = [name for name in held if not files("segloss_lab").joinpath(name).is_file()]
assert not missing, missing
print(f"found:     {', '.join(held)}")
"""


def main() -> None:
    """Read the command line, build, and try."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=ROOT / "dist", help="where the two files go")
    folder = parser.parse_args().to.resolve()
    for old in folder.glob("segloss_lab-*"):  # else there would be two wheels to try
        old.unlink()
    with tempfile.TemporaryDirectory() as made:
        python = environment(Path(made, "build"), "-r", ROOT / "requirements-dist.txt")
        run(python, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=made, quiet=True)
        (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
        for file in (sdist, wheel):
            print(f"built:     {file} ({file.stat().st_size / 1e3:.0f} kB)", flush=True)
        python = environment(Path(made, "try"), wheel)
        run(python, "-m", "pip", "check", cwd=made, quiet=True)
        run(python, "-c", TRY, cwd=made)


def environment(folder: Path, *wanted: str | Path) -> Path:
    """Make an environment with what pip is asked for, and give its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", *wanted, cwd=folder)
    return python


def run(*command: str | Path, cwd: str | Path, quiet: bool = False) -> None:
    """Run a command, of which only errors are shown if it is to be quiet; stop if it fails."""
    # What is on PYTHONPATH would be found before what was installed.
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
    )
    if done.returncode:
        print(done.stdout or "", file=sys.stderr)
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
