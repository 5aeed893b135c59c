"""Calls of a kernel, and who runs them: at once, or together with those of other episodes.

A call is a program and lanes. Lanes never mix in a kernel, so a lane ends bit for bit the same whatever
lies beside it: calls of one program, one number of lanes and equal scalars may share lanes.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from nervejax.episode.chunks import Chunk

Tree = Any
"""Nested tuples, dicts and NamedTuples of arrays, every leaf (..., lane)."""


@dataclass(frozen=True)
class Call:
    """One program over the lanes of one chunk.

    program: what runs it, (device, lanes) -> a tree whose leaves end in lanes.  key: calls with equal
    keys differ in nothing but their lanes.  lanes: what goes in.  count: lanes that are fibres; the
    others repeat the last one.  device: where the lanes lie.
    """

    program: Callable[[Any, Tree], Tree]
    key: Hashable
    lanes: Tree
    count: int
    device: Any


def calls_of(
    program: Callable[[Any, Tree], Tree], key: Hashable, chunks: list[Chunk], lanes: Iterable[Tree]
) -> list[Call]:
    """The same program over the lanes of every chunk of a group."""
    return [
        Call(program, key, lane, chunk.count, chunk.device)
        for chunk, lane in zip(chunks, lanes, strict=True)
    ]


Engine = Callable[[list[Call]], list[Tree]]
"""Runs calls; what each gives, in their order."""


def run_alone(calls: list[Call]) -> list[Tree]:
    """Run each call by itself; dispatched one after the other, so devices work side by side."""
    return [call.program(call.device, call.lanes) for call in calls]
