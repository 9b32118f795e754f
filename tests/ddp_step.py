"""One process of a job: a training step under DistributedDataParallel, for test_torch.py."""

import sys

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

import segloss_lab.torch

CASES = [
    ("dice", 1, {}),
    ("dice", 1, {"squared": True, "ignore_index": 255}),
    ("dice", 3, {"log": True, "classes": "present", "ignore_index": 255}),
    ("jaccard", 3, {"class_weights": [1.0, 0.0, 3.0], "classes": "present"}),
    ("tversky", 1, {"alpha": 0.3, "beta": 0.7, "gamma": 0.75}),
    ("tversky", 3, {"gamma": 1.5, "classes": [1, 2], "ignore_index": 255, "reduction": "sum"}),
    ("generalized_dice", 3, {"ignore_index": 255}),
    ("compound", 1, {"terms": [(2.0, "dice", {"over": "global"})]}),
]
# How many images each process has; the first of them all has no object, the last is ignored.
SHARDS = {2: [2, 4], 3: [1, 4, 1]}


def batch(channels: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Six images and their truth in one channel or in three classes."""
    torch.manual_seed(0)
    images = torch.randn(6, 1, 8, 8)
    target = torch.randint(0, max(channels, 2), (6, 8, 8))
    target[0] = 0
    target[-1] = 255
    return images, target[:, None] if channels == 1 else target


def step(case: tuple, shard: slice) -> torch.Tensor:
    """The parameters of a model after one step on a shard of the batch."""
    name, channels, options = case
    images, target = batch(channels)
    if "ignore_index" not in options:
        target[-1] = 0
    torch.manual_seed(1)
    model = nn.Conv2d(1, channels, 3, padding=1)
    parallel = DistributedDataParallel(model) if distributed.is_initialized() else model
    own = {"mode": "multiclass"} if channels > 1 else {}
    if name != "compound":
        own["over"] = "global"
    loss = segloss_lab.torch.Loss(name, **own, **options)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    loss(parallel(images[shard]), target[shard]).backward()
    optimizer.step()
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def main(rank: int, processes: int, folder: str) -> None:
    """Take the step of every case as one process of several, and save the parameters."""
    rendezvous = f"file://{folder}/rendezvous"
    distributed.init_process_group("gloo", rendezvous, world_size=processes, rank=rank)
    start = sum(SHARDS[processes][:rank])
    shard = slice(start, start + SHARDS[processes][rank])
    torch.save([step(case, shard) for case in CASES], f"{folder}/{rank}.pt")
    distributed.destroy_process_group()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
