"""A small U-Net (Ronneberger, Fischer and Brox 2015), short enough to be read."""

import torch
from torch import Tensor, nn


class UNet(nn.Module):
    """Three levels; (N, 1, H, W) in [0, 1] to logits (N, 1, H, W), with H and W multiples of 4."""

    def __init__(self, width: int = 8):
        super().__init__()
        self.down = nn.ModuleList([_block(1, width), _block(width, 2 * width)])
        self.bottom = _block(2 * width, 4 * width)
        self.up = nn.ModuleList([_block(6 * width, 2 * width), _block(3 * width, width)])
        self.pool = nn.MaxPool2d(2)
        self.grow = nn.Upsample(scale_factor=2, mode="bilinear")
        self.head = nn.Conv2d(width, 1, kernel_size=1)

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits."""
        kept, x = [], image
        for block in self.down:
            kept.append(block(x))
            x = self.pool(kept[-1])
        x = self.bottom(x)
        for block in self.up:
            x = block(torch.cat([self.grow(x), kept.pop()], dim=1))
        return self.head(x)


def _block(channels: int, width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, width, kernel_size=3, padding=1),
        nn.GroupNorm(4, width),
        nn.ReLU(),
        nn.Conv2d(width, width, kernel_size=3, padding=1),
        nn.GroupNorm(4, width),
        nn.ReLU(),
    )
