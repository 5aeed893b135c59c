"""The loop of an episode: fast windows and slow steps, group by group, place by place."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from nervejax.episode.engine import Alone, Engine
from nervejax.episode.exchange import advance_tissue, exchange
from nervejax.episode.grid import GridMap, tissue_grid_mm
from nervejax.episode.group import FibreGroup
from nervejax.episode.groups import build_groups
from nervejax.episode.kept import Kept, Plain, Unfit, like, plain
from nervejax.episode.log import GroupLog, TissueLog
from nervejax.episode.schedule import Clock, falls_within, is_fresh, slow_step_s, window_s
from nervejax.population.fascicles import draw_fascicles
from nervejax.recording.model import EpisodeRecord, Excitability
from nervejax.tissue import laws
from nervejax.tissue.balance import Balance
from nervejax.tissue.pressure import insult

LEAST_WINDOW_S = 0.06
"""Shortest window from which fluxes can be read: 25 ms to settle, 35 ms to measure."""

Progress = Callable[[float, str], None]
Each = Callable[..., Iterable[Any]]
"""``map``, one thread per group or one for all."""


def run_episode(
    config: Any,
    progress: Progress | None = None,
    engine: Engine | None = None,
    earlier: tuple[Plain, Sequence[Plain]] | None = None,
    stepped: Callable[["Episode"], Any] | None = None,
) -> EpisodeRecord:
    """Simulate one episode.

    Args:
        config: ``nervejax.config.schema.Config``, already checked.
        progress: called after every slow step with (limb time since the start [s], a short text).
        engine: runs the kernels; None: at once, on all devices.
        earlier: where an earlier process stopped, what ``Episode.saved`` gave last and ``new_rows`` ever.
        stepped: called after every slow step, between two of which an episode can be saved.

    Returns:
        Everything observed; time 0 is the onset of pressure.

    Raises:
        NervejaxError: a population that the geometry or the numerics cannot carry.
        Unfit: ``earlier`` is of another episode.
    """
    episode = Episode(config, engine or Alone())
    if earlier is not None:
        episode.restore(*earlier)
    with episode.workers() as each:
        while not episode.is_over:
            episode.step(each)
            if progress is not None:
                progress(episode.time_s + config.duration.baseline_s, episode.headline())
            if stepped is not None:
                stepped(episode)
    return episode.record()


class Episode(Kept):
    """A nerve between two slow steps, and what was seen of it so far.

    time_s: limb time, 0 = pressure on.  tissue: name -> (fascicle, x).
    """

    KEPT = ("time_s", "tissue", "lively", "_sessions")

    def __init__(self, config: Any, engine: Engine) -> None:
        self.config = config
        self._threads = engine.side_by_side
        self.groups = build_groups(config, engine)
        self.x_mm = tissue_grid_mm(config.nerve)
        self._fascicles = draw_fascicles(config)
        count = len(self._fascicles.volume_factor)
        self.maps = [GridMap(self.x_mm, g.x_mm, g.fascicle, count) for g in self.groups]
        rest = laws.rest(self.x_mm, config)
        self.tissue = {k: np.tile(v, (count, 1)) for k, v in rest.items()}
        self._rest = [{k: m.to_places(v) for k, v in self.tissue.items()} for m in self.maps]
        self._tissue_log, self._logs = TissueLog(), [GroupLog(g) for g in self.groups]
        self._balance = Balance()
        numerics = config.numerics
        self._clocks = {
            "probe": Clock(numerics.probe_every_s),
            "threshold": Clock(numerics.threshold_every_s),
            "excitability": Clock(numerics.excitability_every_s),
            "session": Clock(config.stimuli.every_s),
        }
        self._sessions = 0
        self.lively = [True] * len(self.groups)
        self.time_s = -config.duration.baseline_s

    @property
    def is_over(self) -> bool:
        """Whether all of its limb time has passed."""
        duration = self.config.duration
        return self.time_s >= duration.compression_s + duration.recovery_s - 1e-9

    def workers(self) -> Any:
        """A context that gives what ``step`` wants."""
        return _workers(len(self.groups) if self._threads else 1)

    def step(self, each: Each) -> None:
        """One slow step: couple, windows, tests, exchange, tissue, slow states."""
        before = [set(group.quarantined) for group in self.groups]
        config, time_s, groups, logs = self.config, self.time_s, self.groups, self._logs
        numerics, stimuli = config.numerics, config.stimuli
        dt_s = slow_step_s(time_s, config.duration, numerics)
        done = insult(self.x_mm, time_s + dt_s, config)
        for group, grid, healthy in zip(groups, self.maps, self._rest, strict=True):
            group.couple({k: grid.to_places(v) for k, v in self.tissue.items()}, healthy)
        tested = stimuli.every_s > 0 and stimuli.session_s < dt_s and self._due("session")
        windows = self._windows(dt_s - stimuli.session_s * tested, each)
        if falls_within(config.instruments.excitability_at_s, time_s, dt_s):
            for log, test in zip(
                logs, each(partial(_excitability_test, time_s), groups), strict=True
            ):
                log.excitability_test(test)
        sessions: list[Any] = [None] * len(groups)
        if tested:
            sessions = list(each(partial(_session, self._sessions, dt_s), groups))
            self._sessions += 1
        self._measure(each)
        given = exchange(groups, self.maps, self.tissue, config.physiology, self._fascicles)
        energy = config.physiology.metabolism.energy_rest * (1.0 - given["energy_debt"])
        self._tissue_log.row(time_s, self.tissue, done["pressure_mmHg"], energy)
        for log, window, session in zip(logs, windows, sessions, strict=True):
            log.row(time_s, dt_s, window, session)
        drive = {"x_mm": self.x_mm, **done, **given}
        self.tissue = advance_tissue(self.tissue, drive, config, dt_s, self._balance)
        for group, window in zip(groups, windows, strict=True):
            group.advance(dt_s, window.seconds)
        for group, old in zip(groups, before, strict=True):
            for fibre in group.quarantined.keys() - old:
                group.quarantined[fibre] += f", in the slow step from {time_s:g} s"
        self.time_s += dt_s

    def _windows(self, free_s: float, each: Each) -> list[Any]:
        """The windows of a slow step with so much time beside its tests."""
        fresh, numerics = is_fresh(self.time_s, self.config.duration), self.config.numerics
        seconds = [window_s(free_s, w, fresh, numerics, LEAST_WINDOW_S) for w in self.lively]
        jobs = zip(self.groups, seconds, strict=True)
        windows = list(each(lambda job: job[0].window(job[1]), jobs))
        self.lively = [len(w.time_ms) > 0 for w in windows]
        return windows

    def _measure(self, each: Each) -> None:
        """The measurements on forks that are due."""
        logs, groups = self._logs, self.groups
        if self._due("probe"):
            for log, found in zip(logs, each(lambda g: g.probe(), groups), strict=True):
                log.probe(found)
        if self._due("threshold"):
            for log, found in zip(logs, each(lambda g: g.thresholds(), groups), strict=True):
                log.threshold(found)
        if self.config.numerics.excitability_every_s and self._due("excitability"):
            for log, found in zip(logs, each(lambda g: g.excitability(), groups), strict=True):
                log.excitability(found)

    def _due(self, what: str) -> bool:
        return self._clocks[what].due(self.time_s)

    def headline(self) -> str:
        """A few words on the state of the nerve."""
        if self.time_s <= 0:
            phase = "baseline"
        else:
            pressed = self.time_s <= self.config.duration.compression_s
            phase = "pressure on" if pressed else "released"
        return f"{phase}; conducting: " + ", ".join(log.headline() for log in self._logs)

    def record(self) -> EpisodeRecord:
        """All that was seen."""
        groups, duration = self.groups, self.config.duration
        balance = self._balance.residual_rel()
        balance |= {k: v for g in groups for k, v in g.balance().items()}
        logs = zip(groups, self._logs, strict=True)
        return EpisodeRecord(
            time_s=np.array(self._tissue_log.time_s), x_mm=self.x_mm,
            tissue=self._tissue_log.arrays(),
            populations={g.kind.name: log.record() for g, log in logs},
            compression_s=duration.compression_s, recovery_s=duration.recovery_s, balance=balance,
        )  # fmt: skip

    def saved(self) -> dict[str, Plain]:
        """All that the next slow steps depend on, see ``kept``; not what was seen so far."""
        return super().saved() | {
            "clocks": {name: clock.saved() for name, clock in self._clocks.items()},
            "balance": plain(vars(self._balance)),
            "groups": {g.kind.name: g.saved() for g in self.groups},
            "logs": {g.kind.name: log.saved() for g, log in self._named()},
        }

    def new_rows(self) -> dict[str, Plain]:
        """What was seen since the last call."""
        logs = {g.kind.name: log.new_rows() for g, log in self._named()}
        return {"tissue": self._tissue_log.new_rows(), "logs": logs}

    def restore(self, saved: dict[str, Plain], rows: Sequence[Plain] = ()) -> None:
        """Take the state of such an episode, and what was seen until then.

        Raises:
            Unfit: it is that of another one.
        """
        try:
            super().restore(saved)
            vars(self._balance).update(like(vars(self._balance), saved["balance"]))
            for name, clock in self._clocks.items():
                clock.restore(saved["clocks"][name])
            for group, log in self._named():
                group.restore(saved["groups"][group.kind.name])
                log.restore(saved["logs"][group.kind.name])
                for some in rows:
                    log.take_rows(some["logs"][group.kind.name])
            for some in rows:
                self._tissue_log.take_rows(some["tissue"])
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise Unfit(f"{type(error).__name__}: {error}") from error

    def _named(self) -> list[tuple[FibreGroup, GroupLog]]:
        return list(zip(self.groups, self._logs, strict=True))


@contextmanager
def _workers(count: int) -> Iterator[Each]:
    """``map``, by ``count`` threads if that is more than one."""
    if count < 2:
        yield map
        return
    with ThreadPoolExecutor(count) as pool:
        yield pool.map


def _session(number: int, dt_s: float, group: FibreGroup) -> Any:
    return group.session(number, dt_s)


def _excitability_test(time_s: float, group: FibreGroup) -> Excitability | None:
    return group.excitability_test(time_s)
