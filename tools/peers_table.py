"""Print other libraries' losses beside this package's: `make peers`.

For each row of tests/peer_rows.py and peer_mistakes.py: the other library's call and what it means,
the settings here, both values, and whether they are the same number, up to a factor and an offset,
or why not.
"""

import textwrap
from collections import Counter
from importlib.metadata import version

import numpy as np
from peer_mistakes import WRONG
from peer_rows import SAME
from peers import answer_of_ours, answer_of_theirs, difference, is_refusal

DISTRIBUTIONS = {
    "monai": "monai",
    "nnunet": "nnunetv2",
    "smp": "segmentation-models-pytorch",
    "kornia": "kornia",
    "keras": "keras",
    "torchvision": "torchvision",
    "torch": "torch",
}
ROWS = [*SAME, *WRONG]


def verdict(row) -> str:
    """One word: whether the peer is right, and its number the same."""
    if row.wrong:
        return "WRONG" if difference(row) else "RIGHT NOW"
    if difference(row):
        return "UNEXPLAINED"
    return "agrees" if row.factor == 1 and row.offset == 0 else "differs"


def relation(row) -> str:
    """How theirs follows from ours."""
    factor = f"{row.factor:.6g} * " if row.factor != 1 else ""
    offset = f" {'+' if row.offset > 0 else '-'} {abs(row.offset):g}" if row.offset else ""
    return f"theirs = {factor}ours{offset}"


def written(answer) -> str:
    """Write a value, with its largest slope; or what an exception says."""
    if is_refusal(answer):
        return textwrap.shorten(f"{type(answer).__name__}: {answer}", 120, placeholder=" ...")
    value, gradient = answer
    if not np.size(value) == 1:
        return f"shape {np.shape(value)}"
    slope = np.max(np.abs(gradient), initial=0)
    return f"{float(value):<14.9g} largest slope {slope:.6g}"


def block(row) -> str:
    """Return one row as lines."""
    kind = verdict(row)
    says = row.wrong
    if row.factor != 1 or row.offset:
        says = f"{row.wrong}; right is " * bool(row.wrong) + relation(row)
    lines = [
        f"{row.theirs}",
        f"    means    {row.means}",
        f"    here     {row.ours}",
        f"    theirs   {written(answer_of_theirs(row))}",
        f"    ours     {written(answer_of_ours(row))}",
        f"    {kind:<8} {says}".rstrip(),
    ]
    return "\n".join([*lines, f"             {row.link}"] if row.link else lines)


def main() -> None:
    """Print all rows by library, and how many there are of each kind."""
    for library, distribution in DISTRIBUTIONS.items():
        print(f"\n=== {distribution} {version(distribution)}\n")
        for row in ROWS:
            if row.theirs.library == library:
                print(block(row), end="\n\n")
    kinds = Counter(verdict(row) for row in ROWS)
    print(", ".join(f"{count} {kind}" for kind, count in kinds.items()))


if __name__ == "__main__":
    main()
