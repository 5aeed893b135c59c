"""Lanes of several calls laid side by side in full chunks, run, and taken apart again."""

from collections.abc import Iterator, Sequence
from typing import Any

import jax
import numpy as np

from nervejax.episode.engine import Call, Tree, shapes, spread


def signature(call: Call) -> tuple:
    """Calls of one signature may share lanes: the same program, scalars and shapes."""
    return call.program, call.scalars, call.chunk.width, *shapes(call.lanes, slice(-1))


def run_shared(calls: Sequence[Call], devices: Sequence[Any]) -> list[Tree]:
    """Run calls of one signature in as few chunks as they fill, dealt out over the devices.

    Args:
        calls: with their lanes on the host.

    Returns:
        What each call would have given alone, in their order; NumPy leaves (..., fibre).
    """
    filled = list(_filled(calls))
    jobs = []
    for number, members in enumerate(filled):
        device = devices[number % len(devices)]
        jobs.append((device, members[0], jax.device_put(_packed(members), device)))
    return [
        lanes
        for members, result in zip(filled, spread(jobs), strict=True)
        for lanes in _apart(members, result)
    ]


def _filled(calls: Sequence[Call]) -> Iterator[list[Call]]:
    """Which calls lie together in a chunk: in order, as many as fit."""
    members, held = [], 0
    for call in calls:
        if held + call.chunk.count > call.chunk.width:
            yield members
            members, held = [], 0
        members.append(call)
        held += call.chunk.count
    yield members


def _packed(calls: list[Call]) -> Tree:
    """Lanes of the calls side by side, the last one repeated to the full width."""
    width = calls[0].chunk.width
    trees = [jax.tree.leaves(call.lanes) for call in calls]
    out = []
    for leaves in zip(*trees, strict=True):
        full = np.empty((*leaves[0].shape[:-1], width), leaves[0].dtype)
        first = 0
        for leaf in leaves:
            full[..., first : first + leaf.shape[-1]] = leaf
            first += leaf.shape[-1]
        full[..., first:] = full[..., first - 1 : first]
        out.append(full)
    return jax.tree.unflatten(jax.tree.structure(calls[0].lanes), out)


def _apart(calls: list[Call], result: Tree) -> Iterator[Tree]:
    """What belongs to each call."""
    leaves, structure = jax.tree.flatten(result)
    on_host, first = [np.asarray(leaf) for leaf in leaves], 0
    for call in calls:
        own = slice(first, first + call.chunk.count)
        yield jax.tree.unflatten(structure, [leaf[..., own] for leaf in on_host])
        first = own.stop
