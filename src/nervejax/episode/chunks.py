"""Fixed-width chunks: one compiled program serves a population of any size."""

from typing import Any

import jax
import numpy as np


class Chunk:
    """A slice of a group's fibres, padded to ``lanes`` by repeating the last one, on one device."""

    def __init__(self, first: int, count: int, lanes: int, device: Any) -> None:
        self.first, self.count, self.device = first, count, device
        self.take = first + np.minimum(np.arange(lanes), count - 1)

    def put(self, values: np.ndarray, dtype: type = np.float32) -> jax.Array:
        """(..., fibre) of the group -> (..., lane) on the device."""
        return jax.device_put(np.asarray(values)[..., self.take].astype(dtype), self.device)

    def scalar(self, value: float, dtype: type = np.float32) -> jax.Array:
        """A scalar on the device."""
        return jax.device_put(np.asarray(value, dtype=dtype), self.device)


WIDTHS = (16, 24, 32, 64, 128, 256)
"""Widths of compiled programs; wider ones would leave the cache (docs/decisions/001)."""


def width(count: int, lanes: int = 0) -> int:
    """Lanes per chunk for a group of ``count`` fibres; ``lanes`` > 0 overrules."""
    if lanes:
        return lanes
    each = -(-count // -(-count // WIDTHS[-1])) if count else 1
    return next(w for w in WIDTHS if w >= each)


def split(count: int, lanes: int, devices: list[Any], offset: int) -> list[Chunk]:
    """Chunks of ``width(count, lanes)`` lanes, dealt out over the devices starting at ``offset``."""
    lanes = width(count, lanes)
    return [
        Chunk(first, min(lanes, count - first), lanes, devices[(offset + i) % len(devices)])
        for i, first in enumerate(range(0, count, lanes))
    ]


def join(parts: list[np.ndarray], chunks: list[Chunk]) -> np.ndarray:
    """(..., lane) of every chunk -> (..., fibre) of the group."""
    return np.concatenate([p[..., : c.count] for p, c in zip(parts, chunks, strict=True)], axis=-1)
