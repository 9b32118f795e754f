"""One small U-Net on the nuclei under three losses: `make experiments`.

Each loss sees the same first weights and the same crops, seed by seed, for the same number of
steps. A run is written down as soon as it has ended: stopped and called again, this takes up where
it was. Results of other code or settings are not mixed in: they stop it until they are moved away.
"""

import argparse
import json
import platform
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from fingerprint import fingerprint
from torch import Tensor
from tqdm import tqdm
from unet import UNet

import segloss_lab
from segloss_lab import data, metrics
from segloss_lab.torch import Loss

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "nuclei.json"
LOSSES = {
    "cross-entropy": {"loss": "cross_entropy"},
    "Dice": {"loss": "dice", "smooth": 1.0},
    "their sum": {
        "loss": "compound",
        "terms": [(1.0, "cross_entropy", {}), (1.0, "dice", {"smooth": 1.0})],
    },
}
SETTINGS = {"steps": 1000, "batch": 4, "crop": 96, "rate": 3e-3, "width": 8, "looks": 10}


def load(split: str) -> list[tuple[Tensor, Tensor]]:
    """Return images and masks of a split, each (1, H, W), cropped to multiples of four."""
    pairs = []
    for case in data.cases("nuclei", split):
        sample = data.load("nuclei", case)
        height, width = (size // 4 * 4 for size in sample.image.shape)
        image, mask = sample.image[:height, :width], sample.mask[:height, :width] > 0
        pairs.append((torch.from_numpy(image)[None], torch.from_numpy(mask)[None]))
    return pairs


def crops(
    pairs: list[tuple[Tensor, Tensor]], count: int, size: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Draw a batch of random square crops, each turned and mirrored at random."""
    images, masks = [], []
    for index in rng.integers(len(pairs), size=count):
        whole = torch.stack([part.float() for part in pairs[index]])
        top, left = (rng.integers(extent - size + 1) for extent in whole.shape[-2:])
        part = whole[..., top : top + size, left : left + size].rot90(rng.integers(4), (-2, -1))
        image, mask = part.flip(-1) if rng.integers(2) else part
        images.append(image)
        masks.append(mask)
    return torch.stack(images), torch.stack(masks).bool()


def score(network: UNet, pairs: list[tuple[Tensor, Tensor]]) -> list[float]:
    """Return the Dice score of each whole image, at probability 1/2."""
    network.eval()
    with torch.no_grad():
        answers = [(network(image[None]) > 0).numpy() for image, _ in pairs]
    network.train()
    return [
        float(metrics.dice_score(answer, mask[None].numpy()))
        for answer, (_, mask) in zip(answers, pairs, strict=True)
    ]


def train(options: dict, seed: int, settings: dict, train_set: list, test_set: list) -> Iterator:
    """Train one network; yield (step, loss, test scores) at equal intervals."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = UNet(settings["width"])
    loss_of = Loss(**options)
    optimizer = torch.optim.Adam(network.parameters(), settings["rate"])
    # The rate falls to 0, so that the last look is an end and not one more noisy point on the way.
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, settings["steps"])
    every = settings["steps"] // settings["looks"]
    for step in range(1, settings["steps"] + 1):
        image, mask = crops(train_set, settings["batch"], settings["crop"], rng)
        loss = loss_of(network(image), mask)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        falling.step()
        if step % every == 0:
            yield step, loss.item(), score(network, test_set)


def about(settings: dict) -> dict:
    """What a result depends on."""
    return {
        "code": fingerprint(HERE, "segloss_lab"),
        "settings": settings,
        "losses": json.loads(json.dumps(LOSSES)),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "segloss_lab": segloss_lab.__version__,
            "torch": torch.__version__,
        },
        "machine": {
            "system": platform.system(),
            "architecture": platform.machine(),
            "threads": torch.get_num_threads(),
        },
        "images": {split: len(data.cases("nuclei", split)) for split in ("train", "test")},
    }


def read(path: Path, expected: dict) -> list[dict]:
    """Read the runs that are there already."""
    if not path.exists():
        return []
    written = json.loads(path.read_text())
    runs = written.pop("runs")
    changed = [key for key in expected if written.get(key) != expected[key]]
    if changed:
        raise SystemExit(
            f"STOP: {path} was made with other {', '.join(changed)}. Move it away to start anew."
        )
    return runs


def run(path: Path, seeds: int, settings: dict) -> None:
    """Do the runs that are missing, and write each down."""
    expected = about(settings)
    runs = read(path, expected)
    done = {(entry["loss"], entry["seed"]) for entry in runs}
    left = [(loss, seed) for seed in range(seeds) for loss in LOSSES if (loss, seed) not in done]
    train_set, test_set = load("train"), load("test")
    with tqdm(total=len(left) * settings["looks"], unit="look") as bar:
        for loss, seed in left:
            bar.set_description(f"{loss}, seed {seed}")
            start, looks = time.perf_counter(), []
            for step, value, scores in train(LOSSES[loss], seed, settings, train_set, test_set):
                looks.append({"step": step, "loss": value, "dice": scores})
                bar.update()
                bar.set_postfix(dice=f"{np.mean(scores):.3f}")
            seconds = round(time.perf_counter() - start, 1)
            runs.append({"loss": loss, "seed": seed, "seconds": seconds, "looks": looks})
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({**expected, "runs": runs}, indent=1) + "\n")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=SETTINGS["steps"])
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    if given.seeds < 1 or given.steps < SETTINGS["looks"]:
        parser.error(f"--seeds is at least 1 and --steps at least {SETTINGS['looks']}")
    run(given.results, given.seeds, {**SETTINGS, "steps": given.steps})


if __name__ == "__main__":
    main()
