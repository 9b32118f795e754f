"""The losses in PyTorch: the names, order and parameters of `segloss_lab.reference`.

`logits` are (N, C, *spatial). Half precision is computed and summed in float32, under autocast too,
and the loss returned in float32; the gradient has the dtype of `logits`. A soft target and tensors
of weights that ask for a gradient get theirs too.

The values in `target` are checked in eager code, not where they cannot be looked at: under
`torch.compile`, `torch.export`, `vmap` or `torch.func`, and in meta and fake tensors. Run one eager
batch first. On a GPU the check reads one flag, which waits for the queue; `validate=False` skips
it. Weights given as numbers are copied there once.

Eager code takes closed-form gradients; under `torch.compile(fullgraph=True)` and `torch.func`, for
forward derivatives and for many gradients at a time (`is_grads_batched=True`) the same sums are
left to autograd, which the compiler fuses. Second derivatives exist; the Lovász losses are
piecewise linear in the errors, and theirs is that of the softmax alone. On a CPU those sort with
NumPy; a GPU sorts by itself, and no tensor leaves it. No float64 is made of other dtypes but on a
CPU. TorchScript, and the ONNX export by it, is refused.

`over="global"` sums over all processes of a `torch.distributed` job; its gradient is for
`DistributedDataParallel`, which averages: the parameters are those of one process on the whole
batch. Every process has to call the loss equally often.
"""

from segloss_lab._extras import needed_by

with needed_by("segloss_lab.torch", "torch"):
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
