"""An episode run again up to some slow steps, in which the potential of one fibre is looked at."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from nervejax.episode.driver import Episode
from nervejax.episode.engine import Alone
from nervejax.episode.fibre_group import FibreGroup
from nervejax.episode.schedule import slow_step_s
from nervejax.errors import NervejaxError

MOST_VALUES = 2.5e8
"""Potentials that are kept at most: 1 GB as float32."""


@dataclass(frozen=True)
class Replay:
    """What was seen of one fibre. N samples, P places, W windows, S spikes.

    time_s: (N,) limb time of the end of each block.  potential_mV: (N, P) float32.  x_mm: (P,).
    window_start_s: (W,) windows and test sessions; between them nothing is stepped in full.
    spike_time_ms: (S,) all spikes of the fibre until the end, as the file of the episode has them.
    """

    time_s: np.ndarray
    potential_mV: np.ndarray
    x_mm: np.ndarray
    window_start_s: np.ndarray
    spike_time_ms: np.ndarray


def replay(
    config: Any, name: str, fibre: int, from_s: float, to_s: float,
    progress: Callable[[float, str], Any] | None = None,
) -> Replay:  # fmt: skip
    """Run an episode up to ``to_s`` and keep the potential of a fibre in the slow steps since ``from_s``.

    Args:
        config: that of the episode, checked.
        name, fibre: class and index of the fibre.
        from_s, to_s: limb time [s], 0 = pressure on; every slow step that lies in it in part counts.
        progress: as in ``run_episode``.

    Raises:
        NervejaxError: there is no such fibre, no slow step lies there, or it is too much to keep.
    """
    episode = Episode(config, Alone())
    group = _group_of(episode, name, fibre)
    seen = _Seen()
    with episode.workers() as each:
        while not episode.is_over and episode.time_s < to_s - 1e-9:
            dt_s = slow_step_s(episode.time_s, config.duration, config.numerics)
            wanted = episode.time_s + dt_s > from_s + 1e-9
            with seen.watching(group, fibre, episode.time_s, wanted):
                episode.step(each)
            if progress is not None:
                progress(episode.time_s + config.duration.baseline_s, episode.headline())
    if not seen.potential_mV:
        raise NervejaxError(f"no slow step lies between {from_s:g} and {to_s:g} s")
    mine = episode.record().populations[name]
    return Replay(
        np.concatenate(seen.time_s), np.concatenate(seen.potential_mV), group.x_mm[:, fibre],
        np.array(seen.start_s), mine.spike_time_ms[mine.spike_fibre == fibre],
    )  # fmt: skip


def _group_of(episode: Episode, name: str, fibre: int) -> FibreGroup:
    for group in episode.groups:
        if group.kind.name == name and 0 <= fibre < group.count:
            assert isinstance(group, FibreGroup)
            return group
    counts = ", ".join(f"{g.kind.name} 0 ... {g.count - 1}" for g in episode.groups)
    raise NervejaxError(f"there is no fibre {fibre} of class {name}; there are {counts}")


class _Seen:
    """Potentials of one fibre, window by window."""

    def __init__(self) -> None:
        self.time_s: list[np.ndarray] = []
        self.potential_mV: list[np.ndarray] = []
        self.start_s: list[float] = []
        self._values = 0

    @contextmanager
    def watching(self, group: Any, fibre: int, time_s: float, wanted: bool) -> Any:
        """Look at what a group steps, which begins at ``time_s``; a session follows on its window."""
        if not wanted:
            yield
            return
        step, passed_s = group.step_blocks, 0.0

        def seen(first: int, blocks: int, settle_ms: float, sent: Any, dt_us: float) -> Any:
            nonlocal passed_s
            self._values += blocks * len(group.x_mm)
            if self._values > MOST_VALUES:
                raise NervejaxError(
                    f"more than {MOST_VALUES:.0e} potentials by {time_s:g} s: choose a shorter stretch"
                )
            if first == 0:
                self.start_s.append(time_s + passed_s)
            found = group.trace_mV(fibre, first, blocks, sent, dt_us)
            block_s = group.block_s(dt_us)
            self.time_s.append(time_s + passed_s + block_s * np.arange(1, blocks + 1))
            self.potential_mV.append(found.astype(np.float32))
            passed_s += blocks * block_s
            return step(first, blocks, settle_ms, sent, dt_us)

        group.step_blocks = seen
        try:
            yield
        finally:
            del group.step_blocks
