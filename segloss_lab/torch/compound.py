"""A weighted sum of losses in PyTorch."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from segloss_lab import _contract
from segloss_lab._contract import Mode, checked
from segloss_lab.torch import pixel, ranking, region

LOSSES = {**vars(pixel), **vars(region), **vars(ranking)}


@checked
def compound(
    logits: Tensor,
    target: Tensor,
    *,
    terms: Sequence[tuple[float, str, Mapping[str, Any]]],
    mode: Mode = "binary",
    ignore_index: int | None = None,
    validate: bool = True,
) -> Tensor:
    """See `reference.compound`."""
    return sum(
        weight * LOSSES[name](logits, target, **options)
        for weight, name, options in _contract.complete_terms(terms, mode, ignore_index, validate)
    )
