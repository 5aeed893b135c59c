"""The loop of an episode: fast windows and slow steps, group by group, place by place."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from nervejax.episode.engine import Alone, Engine
from nervejax.episode.grid import GridMap, tissue_grid_mm
from nervejax.episode.group import FibreGroup
from nervejax.episode.groups import build_groups
from nervejax.episode.log import GroupLog, TissueLog
from nervejax.episode.schedule import Clock, falls_within, is_fresh, slow_step_s, window_s
from nervejax.population.fascicles import Fascicles, draw_fascicles
from nervejax.recording.model import EpisodeRecord, Excitability
from nervejax.tissue import laws
from nervejax.tissue.balance import Balance
from nervejax.tissue.oxygen import saturation
from nervejax.tissue.pressure import insult

LEAST_WINDOW_S = 0.06
"""Shortest window from which fluxes can be read: 25 ms to settle, 35 ms to measure."""

Progress = Callable[[float, str], None]


def run_episode(
    config: Any, progress: Progress | None = None, engine: Engine | None = None
) -> EpisodeRecord:
    """Simulate one episode.

    Args:
        config: ``nervejax.config.schema.Config``, already checked.
        progress: called after every slow step with (limb time since the start [s], a short text).
        engine: runs the kernels; None: at once, on all devices.

    Returns:
        Everything observed; time 0 is the onset of pressure.

    Raises:
        NervejaxError: a population that the geometry or the numerics cannot carry.
    """
    engine = engine or Alone()
    groups = build_groups(config, engine)
    duration, numerics, stimuli = config.duration, config.numerics, config.stimuli
    x = tissue_grid_mm(config.nerve)
    fascicles = draw_fascicles(config)
    count = len(fascicles.volume_factor)
    maps = [GridMap(x, g.x_mm, g.fascicle, count) for g in groups]
    tissue = {k: np.tile(v, (count, 1)) for k, v in laws.rest(x, config).items()}
    rest = [{k: m.to_places(v) for k, v in tissue.items()} for m in maps]
    tissue_log, logs, ledger = TissueLog(), [GroupLog(g) for g in groups], Balance()
    probe_due, threshold_due = Clock(numerics.probe_every_s), Clock(numerics.threshold_every_s)
    excitability_due, session_due = Clock(numerics.excitability_every_s), Clock(stimuli.every_s)
    sessions_s: list[float] = []
    lively = [True] * len(groups)
    time_s, end_s = -duration.baseline_s, duration.compression_s + duration.recovery_s

    with _workers(len(groups) if engine.side_by_side else 1) as each:
        while time_s < end_s - 1e-9:
            dt_s = slow_step_s(time_s, duration, numerics)
            done = insult(x, time_s + dt_s, config)
            for group, grid, healthy in zip(groups, maps, rest, strict=True):
                group.couple({k: grid.to_places(v) for k, v in tissue.items()}, healthy)
            fresh = is_fresh(time_s, duration)
            tested = stimuli.every_s > 0 and stimuli.session_s < dt_s and session_due.due(time_s)
            free_s = dt_s - stimuli.session_s * tested
            seconds = [window_s(free_s, w, fresh, numerics, LEAST_WINDOW_S) for w in lively]
            windows = list(
                each(lambda job: job[0].window(job[1]), zip(groups, seconds, strict=True))
            )
            lively = [len(w.time_ms) > 0 for w in windows]
            if falls_within(config.instruments.excitability_at_s, time_s, dt_s):
                tests = each(partial(_excitability_test, time_s), groups)
                for log, test in zip(logs, tests, strict=True):
                    log.excitability_test(test)
            sessions: list[Any] = [None] * len(groups)
            if tested:
                number = len(sessions_s)
                sessions_s.append(time_s)
                sessions = list(each(partial(_session, number, dt_s), groups))
            if probe_due.due(time_s):
                for log, found in zip(logs, each(lambda g: g.probe(), groups), strict=True):
                    log.probe(found)
            if threshold_due.due(time_s):
                for log, found in zip(logs, each(lambda g: g.thresholds(), groups), strict=True):
                    log.threshold(found)
            if numerics.excitability_every_s and excitability_due.due(time_s):
                measured = each(lambda g: g.excitability(), groups)
                for log, found in zip(logs, measured, strict=True):
                    log.excitability(found)
            exchange = _exchange(groups, maps, tissue, config.physiology, fascicles)
            energy = config.physiology.metabolism.energy_rest * (1.0 - exchange["energy_debt"])
            tissue_log.row(time_s, tissue, done["pressure_mmHg"], energy)
            for log, window, session in zip(logs, windows, sessions, strict=True):
                log.row(time_s, dt_s, window, session)
            drive = {"x_mm": x, **done, **exchange}
            tissue = _advance_tissue(tissue, drive, config, dt_s, ledger)
            for group, window in zip(groups, windows, strict=True):
                group.advance(dt_s, window.seconds)
            time_s += dt_s
            if progress is not None:
                progress(time_s + duration.baseline_s, _headline(logs, time_s, duration))
    balance = ledger.residual_rel() | {k: v for g in groups for k, v in g.balance().items()}
    return EpisodeRecord(
        time_s=np.array(tissue_log.time_s), x_mm=x, tissue=tissue_log.arrays(),
        populations={g.kind.name: log.record() for g, log in zip(groups, logs, strict=True)},
        compression_s=duration.compression_s, recovery_s=duration.recovery_s,
        balance=balance,
    )  # fmt: skip


@contextmanager
def _workers(count: int) -> Iterator[Callable[..., Iterable[Any]]]:
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


def _mixed(
    groups: list[FibreGroup], maps: list[GridMap], values: list[np.ndarray], outside: float
) -> np.ndarray:
    """(fascicle, x) average over its fibres, weighted by axon area; ``outside`` where none is."""
    total = weight = 0.0
    for group, grid, value in zip(groups, maps, values, strict=True):
        alive = np.array([f not in group.quarantined for f in range(group.count)], dtype=float)
        s, w = grid.to_grid(value, group.weight * alive)
        total, weight = total + s, weight + w
    return np.where(weight > 0, total / np.maximum(weight, 1e-30), outside)


def _exchange(
    groups: list[FibreGroup],
    maps: list[GridMap],
    tissue: dict[str, np.ndarray],
    physiology: Any,
    fascicles: Fascicles,
) -> dict[str, np.ndarray]:
    """(fascicle, x) what the fibres of a place did in their windows: drive names of the tissue laws.

    ``demand`` is respiration over the saturation with oxygen; a place without fibres has that of rest.
    """
    zero, m = np.zeros_like(tissue["oxygen_rel"]), physiology.metabolism
    if not groups:
        return {"potassium_efflux": zero, "demand": zero + 1.0, "energy_debt": zero}
    efflux, respiration, debt = zip(*(g.exchange() for g in groups), strict=True)
    breath = [saturation(grid.to_places(tissue["oxygen_rel"]), m) for grid in maps]
    demand = [  # where oxygen has all gone, the quotient has gone with it
        np.where(b > 1e-12, r / np.maximum(b, 1e-12), 1.0)
        for r, b in zip(respiration, breath, strict=True)
    ]
    ratio = physiology.endoneurium.volume_ratio * fascicles.volume_factor[:, None]
    return {
        "potassium_efflux": _mixed(groups, maps, list(efflux), 0.0) / ratio,
        "demand": _mixed(groups, maps, demand, 1.0),
        "energy_debt": _mixed(groups, maps, list(debt), 0.0),
    }


def _advance_tissue(
    tissue: dict[str, np.ndarray], drive: dict[str, Any], config: Any, dt_s: float, ledger: Balance
) -> dict[str, np.ndarray]:
    """Tissue after a slow step, with the exchange that the windows measured.

    Respiration follows oxygen within the step; the demand behind it is held.
    """
    m = config.physiology.metabolism
    steps = max(1, int(np.ceil(dt_s / laws.LONGEST_STEP_S - 1e-9)))
    for _ in range(steps):
        now = drive | {"respiration": drive["demand"] * saturation(tissue["oxygen_rel"], m)}
        after = laws.advance(tissue, now, config, dt_s / steps)
        ledger.add(tissue, after, now, config, dt_s / steps)
        tissue = after
    return tissue


def _headline(logs: list[GroupLog], time_s: float, duration: Any) -> str:
    """A few words on the state of the nerve."""
    if time_s <= 0:
        phase = "baseline"
    else:
        phase = "pressure on" if time_s <= duration.compression_s else "released"
    return f"{phase}; conducting: " + ", ".join(log.headline() for log in logs)
