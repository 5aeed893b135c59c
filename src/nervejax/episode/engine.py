"""Calls of a kernel, and who runs them: at once, or together with those of other episodes.

A call is a program and lanes. Lanes never mix in a kernel, so a lane ends bit for bit the same whatever
lies beside it: calls of one program, one number of lanes and equal scalars may share lanes.
"""

import os
import threading
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import jax
import numpy as np

from nervejax.episode.chunks import Chunk, split

Tree = Any
"""Nested tuples, dicts and NamedTuples of arrays, every leaf (..., lane)."""


@dataclass(frozen=True)
class Call:
    """One program over the lanes of one chunk.

    run: (device, lanes) -> a tree whose leaves end in lanes.  program: what is compiled, for a device and
    shapes.  scalars: what else goes in.  lanes: of the chunk, as it lays them.
    """

    run: Callable[[Any, Tree], Tree]
    program: Hashable
    scalars: tuple
    lanes: Tree
    chunk: Chunk


class Engine(Protocol):
    """Runs the calls of an episode.

    Attributes:
        side_by_side: groups of an episode may call it from several threads.
    """

    side_by_side: bool

    def chunks(self, count: int, lanes: int, offset: int) -> list[Chunk]:
        """Where ``count`` fibres lie between the calls, see ``chunks.split``."""
        ...

    def __call__(self, calls: list[Call]) -> list[Tree]:
        """What each call gives, in their order."""
        ...


class Alone:
    """Runs each call by itself; its lanes stay on the device."""

    side_by_side = True

    def __init__(self, devices: list[Any] | None = None) -> None:
        self._devices = devices or jax.local_devices()

    def chunks(self, count: int, lanes: int, offset: int) -> list[Chunk]:
        """Dealt out over the devices."""
        return split(count, lanes, self._devices, offset)

    def __call__(self, calls: list[Call]) -> list[Tree]:
        """A CPU takes as many at a time as it has cores; other devices queue them."""
        return spread([(call.chunk.device, call, call.lanes) for call in calls])


def calls_of(
    run: Callable[[Any, Tree], Tree], program: Hashable, scalars: tuple, chunks: list[Chunk],
    lanes: Iterable[Tree],
) -> list[Call]:  # fmt: skip
    """The same program over the lanes of every chunk of a group."""
    return [
        Call(run, program, scalars, lane, chunk) for chunk, lane in zip(chunks, lanes, strict=True)
    ]


def shapes(lanes: Tree, lead: slice = slice(None)) -> tuple:
    """What a compiled program depends on; ``lead`` cuts the shapes."""
    leaves, structure = jax.tree.flatten(lanes)
    return structure, tuple((leaf.shape[lead], np.dtype(leaf.dtype)) for leaf in leaves)


def spread(jobs: list[tuple[Any, Call, Tree]]) -> list[Tree]:
    """Run (device, call, its lanes there), in as many threads as there are cores on a CPU.

    One CPU device serves threads side by side, and a program is compiled for each device anew.
    """
    if any(device.platform != "cpu" for device, _, _ in jobs):
        return [call.run(device, lanes) for device, call, lanes in jobs]
    return list(_cores().map(_run, jobs))


_compiled: set[Hashable] = set()
_compiling: dict[Hashable, threading.Lock] = {}


def _run(job: tuple[Any, Call, Tree]) -> Tree:
    """To its end; threads that want the same new program wait for the one that compiles it."""
    device, call, lanes = job
    key = (device, call.program, shapes(lanes))
    if key not in _compiled:
        with _compiling.setdefault(key, threading.Lock()):
            if key not in _compiled:
                result = jax.block_until_ready(call.run(device, lanes))
                _compiled.add(key)
                return result
    return jax.block_until_ready(call.run(device, lanes))


@cache
def _cores() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cpu_threads(), thread_name_prefix="kernel")


def cpu_threads() -> int:
    """Kernels that run at a time on a CPU: ``NERVEJAX_CPU_THREADS``, or the cores of this process."""
    wanted = os.environ.get("NERVEJAX_CPU_THREADS", "")
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
