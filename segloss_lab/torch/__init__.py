"""The losses in PyTorch: the names, order and parameters of `segloss_lab.reference`.

`logits` are (N, C, *spatial). Half precision is computed and summed in float32 and the loss
returned in float32; the gradient has the dtype of `logits`. The values in `target` are checked in
eager code, not under `torch.compile`, where they cannot be looked at: run one eager batch first. On
a GPU the check reads one flag, which waits for the queue; `validate=False` skips it.
"""

from segloss_lab.torch.compound import compound
from segloss_lab.torch.loss import Loss
from segloss_lab.torch.pixel import cross_entropy, focal
from segloss_lab.torch.ranking import lovasz_hinge, lovasz_softmax
from segloss_lab.torch.region import dice, generalized_dice, jaccard, tversky

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
    "Loss",
]
