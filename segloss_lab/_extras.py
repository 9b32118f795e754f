"""What to install when a part of the package lacks a library."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def needed_by(part: str, extra: str) -> Iterator[None]:
    """Make the error of a library that is not there name the extra that brings it."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        raise ModuleNotFoundError(
            f"{part} needs {library}: pip install 'segloss-lab[{extra}]'", name=library
        ) from error
