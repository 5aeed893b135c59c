"""One episode over several processes, each with its own devices; an engine for ``run_episode``.

Every process runs the plain driver on the same configuration: what lies on the host between windows is
small and the same in all. Of the chunks of a group each process steps some. Then all hand round what the
windows showed (events and mean fluxes, and of the states what a row of the log shows). States and cables
stay with the process that steps the chunk; in the others their lanes are one number repeated, nan, that
takes no memory and that nobody reads.
"""

import zlib
from typing import Any

import jax
import numpy as np

from nervejax.episode import engine, parcel
from nervejax.episode.chunks import Chunk, width
from nervejax.episode.engine import Call, Tree
from nervejax.episode.processes import Team
from nervejax.kernels import events as myelinated_events
from nervejax.kernels import myelinated_state as myelinated
from nervejax.kernels import unmyelinated_state as unmyelinated

SHOWN = {myelinated.State: ("x_mean",), unmyelinated.State: ("u", "k_o")}
"""Fields of a state that ``snapshot`` reads for the log."""


class Elsewhere(Chunk):
    """A chunk that another process steps: its lanes here are views of one number."""

    def __init__(self, first: int, count: int, width: int) -> None:
        super().__init__(first, count, width)

    def put(self, values: np.ndarray, dtype: type = np.float32) -> Any:
        """(..., fibre) of the group -> (..., lane), without looking at it."""
        return _nothing((*np.shape(values)[:-1], self.count), np.dtype(dtype))

    def lay(self, lanes: Any) -> Any:
        """A tree of arrays (..., lane) of the same shapes."""
        return jax.tree.map(lambda x: _nothing(np.shape(x), np.dtype(x.dtype)), lanes)


class Spread:
    """Deals chunks out over the processes of a team."""

    side_by_side = False
    """All processes must hand round in the same order."""

    def __init__(self, team: Team, devices: list[Any] | None = None) -> None:
        self._team, self._devices = team, devices or jax.local_devices()
        self.processes = team.count

    def chunks(self, count: int, lanes: int, offset: int) -> list[Chunk]:
        """Runs of chunks to each process, in it round and round over its devices."""
        lanes = width(self._devices[0], lanes)
        starts = range(0, count, lanes)
        chunks: list[Chunk] = []
        for number, first in enumerate(starts):
            held = min(lanes, count - first)
            if number * self._team.count // len(starts) == self._team.rank:
                device = self._devices[(offset + number) % len(self._devices)]
                chunks.append(Chunk(first, held, lanes, device))
            else:
                chunks.append(Elsewhere(first, held, lanes))
        return chunks

    def __call__(self, calls: list[Call]) -> list[Tree]:
        """Step the chunks that are here, and hand round what they showed.

        Returns:
            (state, events, means) of every chunk; of one that is elsewhere the state says only what
            ``SHOWN`` names.

        Raises:
            NervejaxError: another process has gone, has failed, or has come to other calls.
        """
        here = [call for call in calls if not isinstance(call.chunk, Elsewhere)]
        found = iter(engine.spread([(call.chunk.device, call, call.lanes) for call in here]))
        results = [None if isinstance(call.chunk, Elsewhere) else next(found) for call in calls]
        leaves = [
            np.asarray(leaf)[..., : call.chunk.count]
            for call, result in zip(calls, results, strict=True)
            if result is not None
            for leaf in jax.tree.leaves(_shown(result))
        ]
        parts = self._team.gather(parcel.pack(leaves), _tag(calls))
        came = iter([a for rank, part in enumerate(parts) for a in self._unpacked(rank, part)])
        return [
            _rebuilt(call, came) if result is None else result
            for call, result in zip(calls, results, strict=True)
        ]

    def _unpacked(self, rank: int, part: bytes) -> list[np.ndarray]:
        return [] if rank == self._team.rank else parcel.unpack(part)


def _nothing(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    return np.broadcast_to(np.asarray(np.nan if dtype.kind == "f" else 0, dtype), shape)


def _tag(calls: list[Call]) -> int:
    """32 bits that tell these calls from those of another place in the episode."""
    program = getattr(calls[0].program[0], "__module__", "") if calls else ""  # type: ignore[index]
    said = (program, [(c.scalars, c.chunk.first, c.chunk.count) for c in calls])
    return zlib.crc32(repr(said).encode())


def _shown(result: Tree) -> Tree:
    """What travels of (state, events, means)."""
    state, *rest = result
    return [getattr(state, name) for name in SHOWN[type(state)]], rest


def _rebuilt(call: Call, came: Any) -> Tree:
    """(state, events, means) of a chunk that another process stepped."""
    state = next(x for x in call.lanes if type(x) in SHOWN)
    state = state._replace(**{name: next(came) for name in SHOWN[type(state)]})
    if isinstance(state, unmyelinated.State):
        kinds = unmyelinated.Events, unmyelinated.Means
        return state, *(kind._make(next(came) for _ in kind._fields) for kind in kinds)
    events = myelinated_events.Events._make(next(came) for _ in myelinated_events.Events._fields)
    plain = [next(came) for _ in myelinated.Means._fields[:-1]]
    membrane: Any = call.program[1]  # type: ignore[index]
    projected = tuple(next(came) for _ in membrane.PROJECTED)
    return state, events, myelinated.Means._make([*plain, projected])
