"""The Lovász losses of many units by NumPy's vectorised sort, which both frameworks call on a CPU.

Their own sorts take ten times as long there. Arrays are (U, S), a row for each unit: a row at a
time stays in the processor's cache, and NumPy lets other threads run meanwhile.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np


def lovasz(
    scores: np.ndarray,
    truth: np.ndarray,
    valid: np.ndarray | None,
    kept: np.ndarray,
    *,
    hinge: bool,
    threads: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the loss of each unit, (U,), and its gradient with respect to the scores, (U, S).

    Args:
        scores: logits if `hinge`, probabilities otherwise; float32 or float64, (U, S).
        truth: bool, (U, S).
        valid: bool, (U, S); None if all pixels are.
        kept: bool, (U,); a unit that is not kept has the loss 0 and the gradient 0.
        hinge: errors max(1 - F z, 0), with F = 1 on the object and -1 elsewhere; else |t - p|.
        threads: how many units may be sorted at a time.
    """
    losses = np.zeros(len(scores), scores.dtype)
    slopes = np.zeros_like(scores)

    def rank(unit: int) -> None:
        shown = None if valid is None else valid[unit]
        losses[unit] = _rank(scores[unit], truth[unit], shown, hinge, slopes[unit])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(rank, np.flatnonzero(kept)))
    return losses, slopes


def _rank(scores, truth, valid, hinge, slope) -> float:
    """Write the gradient of one unit into `slope`, zeros before, and return the loss."""
    shown = slice(None) if valid is None else valid
    if not truth[shown].size:
        return 0.0
    errors = 1 + scores if hinge else scores.copy()
    on_object = np.flatnonzero(truth if valid is None else truth & valid)
    objects = on_object.size  # G
    errors[on_object] = 1 - scores[on_object]
    np.minimum(errors, np.finfo(errors.dtype).max / 4, out=errors)  # infinite logits: very large
    # Below the smallest error on the object the Jaccard loss is 1 and jumps no more; on an empty
    # mask it jumps at the largest error alone. Where the hinge is 0 there is nothing to rank.
    lowest = errors[on_object].min() if objects else errors[shown].max()
    taken = ~(errors < lowest)
    if hinge:
        taken &= ~(errors <= 0)
    if valid is not None:
        taken &= valid
    pixels = np.flatnonzero(taken)
    if not pixels.size:
        return 0.0
    pixels, errors, truth = _sort(pixels, errors[pixels], truth[pixels])
    # Counted in integers: float32 stops counting at 2^24.
    left = np.cumsum(truth, dtype=np.int32)  # becomes G - a
    on_object = np.flatnonzero(truth)
    np.subtract(objects, left, out=left)
    left[on_object] += 1
    union = np.arange(left.size, dtype=np.int32)
    union += left  # G + b
    union = union.astype(errors.dtype)
    if objects:
        jump = left.astype(errors.dtype)
        jump /= union
        union += 1
        jump /= union
        jump[on_object] = -1 / (union[on_object] - 1)  # a score that rises lowers the error here
    else:  # the first false alarm takes the Jaccard loss from 0 to 1
        jump = np.zeros_like(errors)
        jump[0] = 1
    loss = (errors * np.abs(jump)).sum()  # in pairs: a dot product in float32 loses the fifth digit
    if np.isnan(loss):
        jump += 0 * errors  # NaN stays NaN, at its own pixel
    slope[pixels] = jump
    return loss


def _sort(pixels, errors, truth):
    """Return `pixels`, their errors and truth by descending error, equal ones in their order."""
    if errors.dtype != np.float32 or pixels[-1] >= 2**31:
        order = np.argsort(-np.where(np.isnan(errors), np.inf, errors), kind="stable")
        return pixels[order], errors[order], truth[order]
    # One integer for error, pixel and truth sorts several times as fast as indices do. The bits of
    # a positive float32 grow with it, up to infinity and on to NaN.
    bits = np.maximum(errors, 0).view(np.int32)
    bits &= 0x7FFFFFFF
    bits ^= 0x7FFFFFFF
    key = bits.astype(np.int64)
    key <<= 32
    pixels <<= 1
    key |= pixels
    key |= truth
    key.sort()
    np.right_shift(key, 32, out=bits, casting="unsafe")
    bits ^= 0x7FFFFFFF
    truth = (key & 1).astype(bool)
    key &= 0xFFFFFFFF
    key >>= 1
    return key, bits.view(np.float32), truth
