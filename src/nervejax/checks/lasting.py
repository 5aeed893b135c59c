"""Checks 24 and 25: nerves that were not well before, and damage that stays."""

from typing import Any

import numpy as np

from nervejax.analysis.bursts import interval_cvs, median
from nervejax.analysis.discharge import ectopic_discharge
from nervejax.analysis.readout import conducts, sound_fibres
from nervejax.checks.bench import Bench
from nervejax.checks.courses import (
    A_CLASSES,
    after_release,
    at_min,
    baseline_index,
    cnap,
    fall_min,
    half_recovery_min,
    share_percent,
    velocity_m_per_s,
)  # fmt: skip
from nervejax.checks.ischaemia import each
from nervejax.checks.lesions import (
    lesion_blocked,
    lesion_config,
    loaded,
    released,
    stretch_load,
)  # fmt: skip
from nervejax.checks.reading import Check, Quantity
from nervejax.config import Config
from nervejax.recording.model import EpisodeRecord

LINDSTROM, KRISHNAN = "Lindstrom, Lindblom & Brismar 1997", "Krishnan, Lin & Kiernan 2008"
BAKER, AGUAYO = "Baker & Bostock 1992", "Aguayo et al. 1971"
HOWE, MCDERMOTT, HONG = "Howe, Loeser & Calvin 1977", "McDermott et al. 2006", "Hong & Yu 1989"
PERSISTENT = ("herniated_disc", "bone_spur")
SEEN = 2.0
"""Percent of the CNAP that is still seen."""
LEAST_SPIKES = 10
FOLLOWED_DAYS, STEP_H, WEEK_DAYS = 84.0, 24.0, 7.0
DOSES_MMHG = (1000.0, 1500.0)
DEEP_REL = 1.0 / 3.0
"""Depth in the fascicle that half of the fibres do not reach is 0.29."""


def spontaneous(record: EpisodeRecord) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rate [Hz] and interval spread of the A-beta fibres that fire unasked, places of origin [mm]."""
    fibres = record.populations["abeta"]
    found = ectopic_discharge(fibres)
    observed_s = float(np.sum(fibres.window_s))
    count = np.bincount(found.fibre, minlength=len(fibres.nodes["diameter_um"]))
    firing = count >= LEAST_SPIKES
    return count[firing] / observed_s, interval_cvs(found), found.origin_mm


def left_percent(record: EpisodeRecord) -> float:
    """A fibres that do not conduct at the end of an episode, of those that are not lost."""
    blocked = []
    for name in A_CLASSES:
        fibres = record.populations[name]
        blocked.append(~conducts(fibres)[-1, sound_fibres(fibres)])
    return share_percent(np.concatenate(blocked))


def lost_percent(record: EpisodeRecord) -> float:
    """A-beta fibres that never conduct, not even before the pressure."""
    fibres = record.populations["abeta"]
    before = conducts(fibres)[: baseline_index(record) + 1, sound_fibres(fibres)]
    return share_percent(~np.any(before, axis=0))


def velocity_change_percent(ill: EpisodeRecord, well: EpisodeRecord) -> float:
    """Velocity of the same A-beta fibres at the end of two episodes, those that conduct in both."""
    now, then = (velocity_m_per_s(r.populations["abeta"])[-1] for r in (ill, well))
    both = np.isfinite(now) & np.isfinite(then)
    return 100.0 * float(np.mean(now[both] / then[both]) - 1.0) if both.any() else np.nan


def mending(config: Config, peak_mmHg: float) -> tuple[np.ndarray, np.ndarray]:
    """Days (K,) after 90 min of a load and the damage left, over that at first, (K,)."""
    state = loaded(config, stretch_load(config, peak_mmHg), 90.0, False)
    days, total = [0.0], [state["damage_rel"].sum()]
    while days[-1] < FOLLOWED_DAYS:
        state = released(config, state, STEP_H, STEP_H)
        days.append(days[-1] + STEP_H / 24.0)
        total.append(state["damage_rel"].sum())
    return np.array(days), np.array(total) / total[0] if total[0] > 0 else np.full(
        len(days), np.nan
    )


def time_constant_weeks(days: np.ndarray, left: np.ndarray) -> float:
    """Of the exponential through the damage left (K,); nan without damage."""
    if not np.all(left > 0):
        return np.nan
    return float(-1.0 / np.polyfit(days, np.log(left), 1)[0] / WEEK_DAYS)


def _diabetes(bench: Bench) -> dict[str, Any]:
    ill, well = "diabetic_40", "ischaemia_40"

    def half(name: str) -> np.ndarray:
        return np.array([fall_min(r, cnap(r)) for r in bench.episodes(name)])

    return {
        "half": lambda: half(ill) / half(well),
        "back": each(bench, ill, lambda r: half_recovery_min(r, cnap(r))),
        "back_control": each(bench, well, lambda r: half_recovery_min(r, cnap(r))),
        "at_7": each(bench, ill, lambda r: 100 * after_release(r, cnap(r), 7)),
        "at_30": each(bench, ill, lambda r: 100 * at_min(r, cnap(r), 30)),
    }


def _others(bench: Bench) -> dict[str, Any]:
    pressure = bench.config("demyelinated").pressure
    reach_mm = 0.5 * (pressure.length_mm + pressure.edge_mm)

    def origin(record: EpisodeRecord) -> float:
        return share_percent(np.abs(spontaneous(record)[2] - pressure.centre_mm) <= reach_mm)

    def outer_minus_inner() -> float:
        found = lesion_blocked(bench, "736x90")
        outer = found.depth_rel < DEEP_REL
        if found.blocked.all() or not found.blocked.any():
            return np.nan
        return share_percent(found.blocked[outer]) - share_percent(found.blocked[~outer])

    def weeks() -> np.ndarray:
        config = lesion_config(bench)
        return bench.once(
            "mending",
            lambda: np.array([time_constant_weeks(*mending(config, p)) for p in DOSES_MMHG]),
        )

    return {
        "rate": each(bench, "demyelinated", lambda r: median(spontaneous(r)[0])),
        "cv": each(bench, "demyelinated", lambda r: median(spontaneous(r)[1])),
        "origin": each(bench, "demyelinated", origin),
        **{name: each(bench, name, left_percent) for name in (*PERSISTENT, "leg_crossed")},
        "outer": outer_minus_inner,
        "velocity": lambda: np.array([
            velocity_change_percent(ill, well)
            for ill, well in zip(
                bench.episodes("vascular_rest"), bench.episodes("healthy_rest"), strict=True
            )
        ]),
        "lost": each(bench, "vascular_rest", lost_percent),
        "weeks": weeks,
        "dose": lambda: float(weeks()[1] / weeks()[0]),
    }  # fmt: skip


NO_ROOT = "there is no root and no ganglion"
CHECK_24 = Check(
    {
        "half": Quantity(
            "time to half the CNAP in ischaemia over that of control", "1", 1.6, 2.6, LINDSTROM,
            judged="mean",
            why="at the edge of the band; how much the assumed pathology slows the loss of "
                "potassium decides",
        ),
        "back": Quantity("CNAP half back after 40 min", "min", 3, 8, LINDSTROM, judged="mean",
            why="acid leaves the diabetic nerve as fast as any, and less potassium was lost in it",
        ),
        "back_control": Quantity("the same in control", "min", 0, 1.5, LINDSTROM, judged="mean",
            why="40 min run the tight fascicles down; after 20 min half is back within a minute "
                "(check 21)",
        ),
        "at_7": Quantity("CNAP 7 min after it", "%", 60, 90, LINDSTROM, judged="mean",
            why="as for its half time",
        ),
        "at_30": Quantity("CNAP at 30 min of ischaemia", "%", SEEN, 100, LINDSTROM,
            why="as for the time to half: all A-beta fibres are lost by then",
        ),
        "exercise": Quantity(
            "threshold after 1 min of exercise over that of control", "1", 0.5, 0.8, KRISHNAN,
            absent="that was measured in motor axons after a voluntary contraction",
        ),
    },
    _diabetes,
    experiments=("diabetic_40", "ischaemia_40"),
)  # fmt: skip
CHECK_25 = Check(
    {
        "rate": Quantity(
            "demyelinated: rate of A-beta fibres that fire unasked, median", "Hz", 5, 20, BAKER,
            hard=False, judged="mean",
            why="opened paranodes shunt the current that would make a node fire; the ectopic "
                "pacemaker of bare axon, with new channels under lost myelin, is not modelled",
        ),
        "cv": Quantity(
            "demyelinated: coefficient of variation of their intervals", "1", 0, 0.3, BAKER,
            judged="mean",
            why="the same: nothing fires",
        ),
        "origin": Quantity(
            "demyelinated: spikes that begin in the stretch", "%", 80, 100, BAKER, judged="mean",
            why="the same: nothing fires",
        ),
        "herniated_disc": Quantity(
            "disc: A fibres blocked an hour after release", "%", 5, 100, AGUAYO, judged="mean"
        ),
        "bone_spur": Quantity(
            "bone spur: A fibres blocked an hour after release", "%", 5, 100, AGUAYO, judged="mean"
        ),
        "leg_crossed": Quantity(
            "for comparison, crossed leg: A fibres blocked an hour after release", "%", 0, 5, AGUAYO,
            judged="mean",
        ),
        "outer": Quantity(
            "blocked by 736 mmHg x 90 min: share of outer minus share of inner fibres", "%", 1, 100,
            AGUAYO,
            why="at 736 mmHg few fibres block, and diameter decides which; place in the "
                "fascicle changes the opening by a third at most",
        ),
        "away": Quantity(
            "velocity away from a constriction, change", "%", source=AGUAYO,
            absent="nothing but the stretch is changed, so it is 0 by construction",
        ),
        "root": Quantity("firing after pressure on a root", "s", source=HOWE, absent=NO_ROOT),
        "ganglion": Quantity(
            "firing after pressure on a ganglion", "min", 5, 25, HOWE, absent=NO_ROOT
        ),
        "distal": Quantity("distal CNAP with a root lesion", "%", source=HOWE, absent=NO_ROOT),
        "velocity": Quantity(
            "poor arteries: change of A-beta velocity", "%", -10, -2, MCDERMOTT, hard=False,
            judged="mean",
        ),
        "lost": Quantity(
            "poor arteries: A-beta fibres lost", "%", 20, 40, MCDERMOTT, hard=False, judged="mean"
        ),
        "weeks": Quantity("time constant of mending after 1000 and 1500 mmHg x 90 min", "weeks",
                          2, 12, HONG, hard=False),
        "dose": Quantity("the second of these over the first", "1", 0.8, 1.25, HONG, hard=False),
    },
    _others,
    experiments=("demyelinated", *PERSISTENT, "leg_crossed", "healthy_rest", "vascular_rest"),
)  # fmt: skip
