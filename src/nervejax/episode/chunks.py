"""Fixed-width chunks: one compiled program serves a population of any size."""

from typing import Any

import jax
import numpy as np


class Chunk:
    """A slice of a group's fibres, at most ``width``.

    On a device its lanes are padded to ``width`` by repeating the last fibre. Without a device they lie
    on the host, the fibres alone; who runs them lays them beside others and pads.
    """

    def __init__(self, first: int, count: int, width: int, device: Any = None) -> None:
        self.first, self.count, self.width, self.device = first, count, width, device
        lanes = count if device is None else width
        self.take = first + np.minimum(np.arange(lanes), count - 1)

    def put(self, values: np.ndarray, dtype: type = np.float32) -> Any:
        """(..., fibre) of the group -> (..., lane) where the lanes lie."""
        return self.lay(np.asarray(values)[..., self.take].astype(dtype))

    def even(self, value: float, dtype: type = np.float32) -> Any:
        """The same value in every lane."""
        return self.lay(np.full(len(self.take), value, dtype))

    def lay(self, lanes: Any) -> Any:
        """A tree of arrays (..., lane), put where the lanes lie."""
        if self.device is None:
            return jax.tree.map(np.asarray, lanes)
        return jax.device_put(lanes, self.device)


WIDTH = {"cpu": 24, "gpu": 1024, "tpu": 1024}
"""Lanes per chunk. One width for any number of fibres: another width is another program, whose
roundings differ in the last bit. A CPU loses a third of its best speed (at 256) by it."""


def width(device: Any, lanes: int = 0) -> int:
    """Lanes per chunk on a device; ``lanes`` > 0 overrules."""
    return lanes or WIDTH.get(device.platform, WIDTH["gpu"])


def split(
    count: int, lanes: int, devices: list[Any], offset: int, resident: bool = True
) -> list[Chunk]:
    """Chunks of at most ``width(device, lanes)`` fibres.

    Args:
        offset: the first lies on this device, the others on those after it, round and round.
        resident: False: the lanes lie on the host.
    """
    lanes = width(devices[0], lanes)
    return [
        Chunk(
            first, min(lanes, count - first), lanes,
            devices[(offset + i) % len(devices)] if resident else None,
        )
        for i, first in enumerate(range(0, count, lanes))
    ]  # fmt: skip


def join(parts: list[np.ndarray], chunks: list[Chunk]) -> np.ndarray:
    """(..., lane) of every chunk -> (..., fibre) of the group."""
    return np.concatenate([p[..., : c.count] for p, c in zip(parts, chunks, strict=True)], axis=-1)


def gathered(trees: list[Any], chunks: list[Chunk]) -> list[np.ndarray]:
    """Trees of arrays (..., lane), one per chunk -> their leaves (..., fibre) on the host."""
    leaves = zip(*map(jax.tree.leaves, trees), strict=True)
    return [join([np.asarray(part) for part in parts], chunks) for parts in leaves]


def dealt(leaves: list[np.ndarray], trees: list[Any], chunks: list[Chunk]) -> list[Any]:
    """The reverse of ``gathered``: trees built like ``trees``, laid where the lanes lie.

    Raises:
        ValueError: other leaves than those of the trees.
    """
    found = []
    for tree, chunk in zip(trees, chunks, strict=True):
        lanes = [leaf[..., chunk.take] for leaf in leaves]
        shapes = [np.shape(lane) for lane in jax.tree.leaves(tree)]
        if [lane.shape for lane in lanes] != shapes:
            raise ValueError("states of other fibres")
        found.append(chunk.lay(jax.tree.unflatten(jax.tree.structure(tree), lanes)))
    return found
