"""Say where the sample data are read from, and forget executed chapters that are out of date.

The book's execution cache knows the code cells of a chapter only. This key adds the rest: the
package, the experiments and their results, the pinned environment, and whether real data or a
phantom is to be had.
"""

import hashlib
import shutil
import sys
import warnings
from pathlib import Path

from segloss_lab import data

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "_build" / ".jupyter_cache"
KEY = CACHE / "depends-on"
SUFFIXES = {".py", ".json", ".js"}


def main() -> None:
    """Print the place, and clear the cache unless it was made under the present key."""
    try:
        print(data._place(), flush=True)
        key = f"{_content()} {_sources()}\n"
    except data.DataError as error:
        sys.exit(f"STOP: {error}")
    if KEY.is_file() and KEY.read_text() == key:
        return
    shutil.rmtree(CACHE, ignore_errors=True)
    CACHE.mkdir(parents=True)
    KEY.write_text(key)


def _content() -> str:
    files = [
        path
        for folder in ("segloss_lab", "experiments")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in SUFFIXES and "front" not in path.relative_to(ROOT).parts
    ]
    digest = hashlib.sha256()
    for path in [*files, ROOT / "requirements.txt"]:
        digest.update(f"{path.relative_to(ROOT)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> str:
    """Say where each set comes from by loading its first image, as a chapter would."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the page says it where it matters
        sources = {name: data.load(name, fallback="phantom").source for name in data.names()}
    return " ".join(f"{name}={source}" for name, source in sources.items())


if __name__ == "__main__":
    main()
