"""Say after a build which chapters stand on a phantom, for want of the real images."""

import re

import nbformat
from refresh_cache import KEY, ROOT

STANDS_IN = re.compile(r"A phantom stands in for (\w+)")


def main() -> None:
    """Print a line for each such chapter, and have them run again once the images are there."""
    folder = ROOT / "_build" / "jupyter_execute" / "chapters"
    paths = sorted(folder.rglob("*.ipynb"))
    found = {str(path.relative_to(folder).with_suffix("")): _phantoms(path) for path in paths}
    found = {chapter: sets for chapter, sets in found.items() if sets}
    if not found:
        return
    print("On a phantom, for want of the real images:")
    for chapter, sets in found.items():
        print(f"  {chapter}: {', '.join(sets)}")
    print("The real ones come over the network, or from a folder that SEGLOSS_DATA names.")
    # The key knows the first image of a set. Where another was missing, the next build tries again.
    if any(f"{name}=real" in KEY.read_text() for sets in found.values() for name in sets):
        KEY.unlink()


def _phantoms(path) -> list[str]:
    cells = nbformat.read(path, as_version=4).cells
    said = [output.get("text", "") for cell in cells for output in cell.get("outputs", [])]
    return sorted(set(STANDS_IN.findall("".join(said))))


if __name__ == "__main__":
    main()
