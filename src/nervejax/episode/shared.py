"""Lanes of several calls laid side by side in full chunks, run, and taken apart again."""

from collections.abc import Iterator, Sequence
from typing import Any

import jax
import numpy as np

from nervejax.episode.engine import Call, Tree


def width_of(call: Call) -> int:
    """Lanes of a call, those that repeat the last fibre included."""
    return jax.tree.leaves(call.lanes)[0].shape[-1]


def signature(call: Call) -> tuple:
    """Calls of one signature may share lanes: the same program, scalars and shapes."""
    leaves, structure = jax.tree.flatten(call.lanes)
    return call.key, structure, tuple((leaf.shape, np.dtype(leaf.dtype)) for leaf in leaves)


def run_shared(calls: Sequence[Call], devices: Sequence[Any]) -> list[Tree]:
    """Run calls of one signature in as few chunks as they fill, dealt out over the devices.

    Returns:
        What each call would have given alone, in their order; NumPy leaves where it shared a chunk.
    """
    width, out = width_of(calls[0]), [None] * len(calls)
    running = []
    for number, members in enumerate(_filled(calls, width)):
        device = devices[number % len(devices)]
        if len(members) == 1:  # nothing to share with
            call = calls[members[0]]
            running.append((members, call.program(call.device, call.lanes)))
            continue
        packed = _packed([calls[m] for m in members], width, device)
        running.append((members, calls[members[0]].program(device, packed)))
    for members, result in running:
        if len(members) == 1:
            out[members[0]] = result
            continue
        on_host = jax.tree.map(np.asarray, result)
        first = 0
        for m in members:
            count = calls[m].count
            take = first + np.minimum(np.arange(width), count - 1)
            out[m] = jax.tree.map(lambda leaf, take=take: leaf[..., take], on_host)
            first += count
    return out


def _filled(calls: Sequence[Call], width: int) -> Iterator[list[int]]:
    """Which calls lie together in a chunk: in order, as many as fit."""
    members, held = [], 0
    for number, call in enumerate(calls):
        if held + call.count > width:
            yield members
            members, held = [], 0
        members.append(number)
        held += call.count
    if members:
        yield members


def _packed(calls: list[Call], width: int, device: Any) -> Tree:
    """Lanes of the calls side by side, the last one repeated to the full width, on a device."""
    spare = width - sum(call.count for call in calls)

    def side_by_side(*leaves: Any) -> jax.Array:
        parts = [np.asarray(x)[..., : c.count] for x, c in zip(leaves, calls, strict=True)]
        parts.append(np.repeat(parts[-1][..., -1:], spare, axis=-1))
        return jax.device_put(np.concatenate(parts, axis=-1), device)

    return jax.tree.map(side_by_side, *(call.lanes for call in calls))
