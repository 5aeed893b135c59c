"""Checks 16, 17 and 21: how conduction is lost without blood or oxygen, and how it comes back."""

from collections.abc import Callable

import numpy as np

from nervejax.checks.bench import Bench
from nervejax.checks.courses import (
    after_release,
    at_min,
    cnap,
    conducting,
    fall_min,
    half_recovery_min,
)  # fmt: skip
from nervejax.checks.reading import Check, NotRun, Quantity
from nervejax.recording.model import EpisodeRecord

LINDSTROM = "Lindstrom, Lindblom & Brismar 1997"
HOFMEIJER, STECKER = "Hofmeijer et al. 2013", "Stecker, Wolfe & Stevenson 2013"
WAXMAN, SCHMELZER, DAY = "Waxman et al. 1990", "Schmelzer, Zochodne & Low 1989", "Day et al. 1989"
GONE = 0.02
"""Share of the CNAP that is not seen any more."""
BACK = 0.95
SETTLED_MIN = 5.0
"""From here on the decline is to be monotone."""
CENTRAL_MIN = 4.5
"""Central axons lose their action potential in 3 to 6 min of anoxia."""
FITTED = (
    "oxygen_rest, oxygen_rate_per_s, oxygen_km, energy_rest, energy_s, demand_km, pump_share, pump_km, "
    "pump_hill, glycolysis, hypoxic_pump_drop, diffusion_per_s of both calibrations; "
    "g_na_leak_S_per_cm2 of the membrane"
)
RETURN_FITTED = "respiration_reserve, hyperaemia_gain, hyperaemia_fade_s of both calibrations"

Value = Callable[[EpisodeRecord], float]


def longest_ischaemia(bench: Bench) -> list[EpisodeRecord]:
    """Episodes of 40 min of ischaemia with all classes; of 20 min in a quick run."""
    return bench.episodes("ischaemia_20" if bench.quick else "ischaemia_40")


def each(bench: Bench, experiment: str, value: Value) -> Callable[[], np.ndarray]:
    """Reads one number from every episode of an experiment, when called."""
    return lambda: np.array([value(r) for r in bench.episodes(experiment)])


def each_of_longest(bench: Bench, value: Value) -> Callable[[], np.ndarray]:
    """The same from the longest ischaemia; what a quick run is too short for counts as not run."""

    def read() -> np.ndarray:
        values = np.array([value(r) for r in longest_ischaemia(bench)])
        if bench.quick and np.isnan(values).any():
            raise NotRun("not within the 20 min of ischaemia of --quick")
        return values

    return read


def rise_after(record: EpisodeRecord, course: np.ndarray, minutes: float) -> float:
    """Largest rise of a course (T,) above its lowest so far, from ``minutes`` on; nan if it stays 1."""
    if not np.any(course < 1.0):
        return np.nan
    late = (record.time_s >= 60 * minutes) & (record.time_s <= record.compression_s)
    part = course[late]
    return float(np.max(part - np.minimum.accumulate(part))) if len(part) else np.nan


def _intact_nerve(bench: Bench) -> dict[str, Callable[[], np.ndarray]]:
    def read(value: Value) -> Callable[[], np.ndarray]:
        return each_of_longest(bench, value)

    return {
        "half": read(lambda r: fall_min(r, cnap(r))),
        "gone": read(lambda r: fall_min(r, cnap(r), GONE)),
        "vibration": read(lambda r: fall_min(r, conducting(r))),
        "rise": read(lambda r: rise_after(r, cnap(r), SETTLED_MIN)),
        "adelta": read(lambda r: fall_min(r, conducting(r, "adelta"))),
        "c": read(lambda r: 100 * at_min(r, conducting(r, "c"), r.compression_s / 60)),
    }


def _anoxia(bench: Bench) -> dict[str, Callable[[], np.ndarray]]:
    def half(record: EpisodeRecord) -> float:
        return fall_min(record, cnap(record))

    return {
        "half": each(bench, "anoxia_30", half),
        "back": each(
            bench, "anoxia_30", lambda r: half_recovery_min(r, cnap(r)) / half(r)
        ),
        "central": each(bench, "anoxia_30", lambda r: half(r) / CENTRAL_MIN),
    }  # fmt: skip


def _recovery(bench: Bench) -> dict[str, Callable[[], np.ndarray]]:
    def back_percent(minutes: float) -> Value:
        """Nan where nothing was lost that could come back."""

        def read(record: EpisodeRecord) -> float:
            course = cnap(record)
            lost = after_release(record, course, 0.0) < 1.0
            return 100 * after_release(record, course, minutes) if lost else np.nan

        return read

    def regained_percent(record: EpisodeRecord) -> float:
        """Of what was lost, after 30 min."""
        lost = 1.0 - after_release(record, cnap(record), 0.0)
        left = 1.0 - after_release(record, cnap(record), 30.0)
        return 100.0 * (1.0 - left / lost) if lost > 0 else np.nan

    return {
        "half_20": each(bench, "ischaemia_20", lambda r: half_recovery_min(r, cnap(r))),
        "half_30": each(bench, "ischaemia_30", lambda r: half_recovery_min(r, cnap(r))),
        "at_7_after_10": each(
            bench, "ischaemia_10", lambda r: 100 * after_release(r, cnap(r), 7)
        ),
        "at_7_after_20": each(bench, "ischaemia_20", back_percent(7)),
        "at_7_after_30": each(bench, "ischaemia_30", back_percent(7)),
        "vibration_half": each(
            bench, "ischaemia_30", lambda r: half_recovery_min(r, conducting(r))
        ),
        "vibration_back": each(
            bench, "ischaemia_20", lambda r: 100 * after_release(r, conducting(r), 12)
        ),
        "after_60": each(bench, "ischaemia_60_abeta", back_percent(30)),
        "after_180": each(bench, "ischaemia_180_abeta", regained_percent),
    }  # fmt: skip


CHECK_16 = Check(
    {
        "half": Quantity(
            "CNAP down to half", "min", 6, 24, LINDSTROM, judged="mean", fitted=FITTED
        ),
        "gone": Quantity("CNAP below 2 %", "min", 20, 40, HOFMEIJER, judged="mean",
            why="fascicles fail eight minutes apart; a wider spread makes tight ones fire all "
                "through ischaemia (decision 009)",
        ),
        "vibration": Quantity(
            "vibration threshold doubled (as 1 / share of A-beta that conduct)", "min", 3, 11,
            LINDSTROM, judged="mean",
            why="half of the fibres last for 13 min; less room or a weaker pump shortens that and "
                "brings discharge under pressure (decision 009)",
        ),
        "before": Quantity(
            "CNAP to half later than that by", "min", 0, source=LINDSTROM,
            absent="the proxy of the vibration threshold halves with the CNAP, by its definition",
        ),
        "rise": Quantity(
            f"largest rise of the CNAP after {SETTLED_MIN:g} min", "1", 0, 0.05, LINDSTROM,
            judged="mean",
            why="a probe spike that meets an ectopic one is lost, and the next one is not",
        ),
        "adelta": Quantity("half of the A-delta fibres blocked", "min", source=LINDSTROM),
        "c": Quantity("C fibres that conduct at the end", "%", source=LINDSTROM),
    },
    _intact_nerve,
    experiments=("ischaemia_40",), quick_experiments=("ischaemia_20",), quick=True,
)  # fmt: skip
CHECK_17 = Check(
    {
        "half": Quantity("CNAP down to half in anoxia", "min", 10, 20, STECKER, judged="mean",
            why="a nerve of A-beta fibres alone, acid that blocks half of the sodium "
                "conductance and a bath that clears little of it (decision 009)",
        ),
        "back": Quantity(
            "half time of its return over that", "1", 0.35, 0.75, STECKER, judged="mean",
            why="what a bath clears is assumed; block ends only when potassium has left",
        ),
        "central": Quantity(
            f"half time over the {CENTRAL_MIN:g} min of central axons", "1", 2.0, np.inf, WAXMAN,
            judged="mean", why="the same",
        ),
    },
    _anoxia,
    experiments=("anoxia_30",),
)  # fmt: skip
CHECK_21 = Check(
    {
        "half_20": Quantity(
            "CNAP half back after 20 min", "min", 0, 1.5, LINDSTROM, judged="mean",
            fitted=RETURN_FITTED,
        ),
        "half_30": Quantity(
            "CNAP half back after 30 min", "min", 0, 1.5, LINDSTROM, judged="mean",
            fitted=RETURN_FITTED,
            why="after 30 min potassium stands at 11 mM and more, and the border of block is "
                "passed minutes after release; less run-down shortens the discharge",
        ),
        **{
            f"at_7_after_{m}": Quantity(
                f"CNAP 7 min after {m} min", "%", 100 * BACK, 100, LINDSTROM, judged="mean"
            )
            for m in (10, 20, 30)
        },
        "vibration_half": Quantity(
            "vibration threshold (1 / share) halfway back after 30 min", "min", 0.7, 4.5, LINDSTROM,
            judged="mean",
        ),
        "vibration_back": Quantity(
            "A-beta that conduct 12 min after 20 min", "%", 100 * BACK, 100, LINDSTROM, judged="mean"
        ),
        "after_60": Quantity(
            "CNAP 30 min after 60 min", "%", 100 * BACK, 100, SCHMELZER, judged="mean"
        ),
        "after_180": Quantity(
            "of the lost CNAP back 30 min after 180 min", "%", -np.inf, 30, f"{SCHMELZER}; {DAY}",
            judged="mean",
        ),
    },
    _recovery,
    experiments=(
        "ischaemia_10", "ischaemia_20", "ischaemia_30", "ischaemia_60_abeta",
        "ischaemia_180_abeta",
    ),
    quick_experiments=("ischaemia_20",), quick=True,
)  # fmt: skip
