"""A weighted sum of losses."""

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import ArrayLike

from segloss_lab import _contract
from segloss_lab._contract import Mode, checked
from segloss_lab.reference import pixel, ranking, region
from segloss_lab.reference._pixels import Result

LOSSES = {**vars(pixel), **vars(region), **vars(ranking)}


@checked
def compound(
    logits: ArrayLike,
    target: ArrayLike,
    *,
    terms: Sequence[tuple[float, str, Mapping[str, Any]]],
    mode: Mode = "binary",
    ignore_index: int | None = None,
    validate: bool = True,
) -> Result:
    """Compound loss: a weighted sum of other losses of the same logits.

        L = sum_k w_k L_k

    For example `terms=[(1.0, "cross_entropy", {}), (1.0, "dice", {"smooth": 0.0, "eps": 1e-5})]`.
    With `smooth` in place of `eps` an empty image can be won by predicting nothing anywhere, and
    cross-entropy does not prevent it where such images are many and objects rare.

    Args:
        logits: (N, C, *spatial), real (or what `from_logits=False` in every term says).
        target: the truth, 0 and 1 or in [0, 1], of the shape of `logits`; in "multiclass" labels
            (N, *spatial) or (N, 1, *spatial), or class probabilities of the shape of `logits`.
        terms: (weight >= 0, name of a loss, its other options) for each term. `mode`,
            `ignore_index` and `validate` are given to all, and each term is a mean.
        mode: "binary", "multilabel" or "multiclass". lovasz_softmax needs "multiclass".
        ignore_index: target value of the pixels that do not count; among class probabilities, where
            it must be no class, those whose channels all are it, or all 0.
        validate: whether to check the values in `target`, and probabilities.

    Returns:
        (value, gradient): the weighted sums of those of the terms.

    Raises:
        TypeError, ValueError: for a wrong term, option, shape, dtype or value.

    Source: cross-entropy with Dice: Isensee et al., nnU-Net (2021); compound losses compared: Ma et
    al., Loss odyssey (2021).
    """
    value, gradient = 0.0, 0.0
    for weight, name, options in _contract.complete_terms(terms, mode, ignore_index, validate):
        one, slope = LOSSES[name](logits, target, **options)
        value, gradient = value + weight * one, gradient + weight * slope
    return value, gradient
