"""Seeded logits and truths: smooth objects; logits at random, or as of a trained network."""

import functools

import numpy as np

FOREGROUND = 0.1  # share of the pixels
WRONG = 0.02
REACH = 6.0  # |logit| of a confident pixel


@functools.cache
def make(shape: tuple, logits: str, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return float32 logits (N, C, *spatial), and a mask of that shape or int64 labels.

    `logits` is "random" (normal) or "trained": 2% of the pixels wrong, at borders, the rest sure.
    """
    rng = np.random.default_rng(seed)
    channels = shape[1]
    fields = smooth_fields(rng, shape)
    if channels == 1:
        truth, doubt = _mask(fields)
        wrong = _wrong_near_borders(rng, doubt)
        signs = 2.0 * (truth ^ wrong) - 1
        target = truth.astype(np.float32)
    else:
        target, doubt = _labels(fields)
        wrong = _wrong_near_borders(rng, doubt)
        second = np.argsort(fields, axis=1)[:, -2]
        signs = np.moveaxis(np.eye(channels)[np.where(wrong, second, target)], -1, 1)
    noise = rng.standard_normal(shape)
    z = noise if logits == "random" else REACH * signs + noise
    return z.astype(np.float32), target


def smooth_fields(rng, shape: tuple) -> np.ndarray:
    """Gaussian fields that vary over about an eighth of the image, periodic."""
    axes = tuple(range(2, len(shape)))
    frequencies = np.meshgrid(*(np.fft.fftfreq(n) * n for n in shape[2:]), indexing="ij")
    decay = np.exp(-sum(f**2 for f in frequencies) / (2 * 4.0**2))
    spectrum = np.fft.fftn(rng.standard_normal(shape), axes=axes) * decay
    return np.fft.ifftn(spectrum, axes=axes).real.astype(np.float32)


def _mask(fields: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The highest tenth of each field, and how far each pixel is from the border, in height."""
    axes = tuple(range(1, fields.ndim))
    height = fields - np.quantile(fields, 1 - FOREGROUND, axis=axes, keepdims=True)
    return height > 0, np.abs(height)


def _labels(fields: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The highest class at each pixel, every class in every image, and its lead over the next."""
    fields = fields / fields.std(axis=tuple(range(2, fields.ndim)), keepdims=True)
    labels = fields.argmax(axis=1)
    for image, field in zip(labels, fields, strict=True):
        for c, one in enumerate(field):
            image[np.unravel_index(one.argmax(), image.shape)] = c
    top = np.partition(fields, -2, axis=1)
    return labels, top[:, -1] - top[:, -2]


def _wrong_near_borders(rng, doubt: np.ndarray) -> np.ndarray:
    """Every other of the pixels that are most in doubt."""
    return (doubt < np.quantile(doubt, 2 * WRONG)) & (rng.random(doubt.shape) < 0.5)
