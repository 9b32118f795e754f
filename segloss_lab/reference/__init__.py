"""The losses in NumPy float64: each returns its value and its gradient, side by side.

These functions define what the package computes; `segloss_lab.torch`, `segloss_lab.tensorflow` and
the explorers' JavaScript are tested against them. Arrays are `logits` (N, C, *spatial), with any
number of spatial axes, and `target`, the truth. Three modes say how they are read:

- "binary": C = 1, a sigmoid; `target` has the shape of `logits`.
- "multilabel": C channels, a sigmoid each; `target` has the shape of `logits`.
- "multiclass": a softmax over C > 1; `target` holds integer labels (N, *spatial) or
  (N, 1, *spatial), or class probabilities of the shape of `logits` that sum to 1 within 1e-3 (in
  bfloat16 2^-7).

Parameters that mean the same in every loss:

- `from_logits`: False takes probabilities instead of logits (outside [0, 1] is an error).
- `ignore_index`: pixels whose target equals it count nowhere, as if they were cropped away, and
  get a gradient of exactly 0. A value that the target's dtype cannot hold matches nothing. Among
  class probabilities it must be no class, and ignored are the pixels whose channels all equal it,
  and those whose channels are all 0, as the one-hot form of a label that is no class.
- `reduction`: "mean" is one flat (weighted) mean over the units that are kept, "sum" their
  (weighted) sum, "none" the (weighted) units themselves. A unit is a valid pixel in a pixel loss
  (per channel outside "multiclass"), and an (image, class) pair in a region loss, or a class with
  `over="batch"`. If no unit is kept, the value and the gradient are 0.
- `validate`: False skips the checks of the values in `target` (and of probabilities).

Every function returns (value, gradient): a float, or an array with `reduction="none"`, and an array
of the shape of `logits`, the derivative of the value (of its sum, with "none") by the numbers that
were passed as `logits`. Errors (TypeError, ValueError) name the argument, what came and what was
expected, and are raised before any arithmetic.
"""

from segloss_lab.reference.compound import compound
from segloss_lab.reference.pixel import cross_entropy, focal
from segloss_lab.reference.ranking import lovasz_hinge, lovasz_softmax
from segloss_lab.reference.region import dice, generalized_dice, jaccard, tversky

__all__ = [
    "cross_entropy",
    "focal",
    "dice",
    "jaccard",
    "tversky",
    "generalized_dice",
    "lovasz_hinge",
    "lovasz_softmax",
    "compound",
]
