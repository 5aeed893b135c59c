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

    def even(self, value: float, dtype: type = np.float32) -> jax.Array:
        """The same value in every lane, on the device."""
        return jax.device_put(np.full(len(self.take), value, dtype), self.device)


WIDTH = {"cpu": 24, "gpu": 1024, "tpu": 1024}
"""Lanes per chunk. One width for any number of fibres: another width is another program, whose
roundings differ in the last bit. A CPU loses a third of its best speed (at 256) by it."""


def width(device: Any, lanes: int = 0) -> int:
    """Lanes per chunk on a device; ``lanes`` > 0 overrules."""
    return lanes or WIDTH.get(device.platform, WIDTH["gpu"])


def split(count: int, lanes: int, devices: list[Any], offset: int) -> list[Chunk]:
    """Chunks of ``width(device, lanes)`` lanes, dealt out over the devices starting at ``offset``."""
    lanes = width(devices[0], lanes)
    return [
        Chunk(first, min(lanes, count - first), lanes, devices[(offset + i) % len(devices)])
        for i, first in enumerate(range(0, count, lanes))
    ]


def join(parts: list[np.ndarray], chunks: list[Chunk]) -> np.ndarray:
    """(..., lane) of every chunk -> (..., fibre) of the group."""
    return np.concatenate([p[..., : c.count] for p, c in zip(parts, chunks, strict=True)], axis=-1)
