"""Check 18: threshold, recovery cycle and strength-duration time constant in 13 min of ischaemia.

A mean is over the fibres that are excitable whenever it was measured in that time; where they are fewer
than half of the class there is none.
"""

from typing import Any

import numpy as np

from nervejax.analysis.readout import sound_fibres
from nervejax.checks.bench import Bench
from nervejax.checks.courses import MIN, baseline_index
from nervejax.checks.ischaemia import each
from nervejax.checks.reading import Check, NotRun, Quantity
from nervejax.recording.model import EpisodeRecord

LIN, HAN = "Lin, Grosskreutz & Burke 2002", "Han et al. 2008"
GROSSKREUTZ = "Grosskreutz et al. 1999"
NAME, UP_MIN, LONG_MIN = "excitability_13", 10.0, 13.0
LEAST_SHARE = 0.5


def course(
    record: EpisodeRecord, name: str, first_min: float, last_min: float
) -> tuple[np.ndarray, np.ndarray]:
    """Mean of a measure of A-beta fibres in a time, and before the pressure in the same fibres.

    Args:
        name: of a dataset (T, F) of ``fibres``.  first_min, last_min: since the onset.

    Returns:
        (K,) means in these steps and () the mean before; nan where too few fibres are excitable.

    Raises:
        NotRun: the episode did not measure it.
    """
    fibres = record.populations["abeta"]
    if name not in fibres.fibres:
        raise NotRun(f"the episode holds no {name}")
    values = np.asarray(fibres.fibres[name], float)[:, sound_fibres(fibres)]
    inside = (record.time_s >= MIN * first_min) & (record.time_s <= MIN * last_min)
    before = values[baseline_index(record)]
    kept = np.isfinite(values[inside]).all(0) & np.isfinite(before)
    if kept.mean() < LEAST_SHARE or not inside.any():
        return np.full(max(int(inside.sum()), 1), np.nan), np.array(np.nan)
    return values[inside][:, kept].mean(1), before[kept].mean()


def threshold_change(record: EpisodeRecord, first_min: float, last_min: float) -> np.ndarray:
    """Threshold over rest minus 1 in a time since the onset, (K,) [%]."""
    now, before = course(record, "threshold_ratio", first_min, last_min)
    return 100.0 * (now / before - 1.0)


def lowest_threshold(record: EpisodeRecord) -> float:
    """Lowest threshold change from 7 to 10 min [%]."""
    return float(threshold_change(record, 7, 10).min())


def turn(record: EpisodeRecord) -> float:
    """Threshold change at the end minus that at 8 min [% of rest]; 0 is a plateau."""
    change = threshold_change(record, 8, LONG_MIN)
    return float(change[-1] - change[0])


def late(record: EpisodeRecord, name: str) -> float:
    """Mean of a measure from 10 to 13 min [%]."""
    return 100.0 * float(course(record, name, 10, LONG_MIN)[0].mean())


def time_constant_rise(record: EpisodeRecord) -> tuple[float, float]:
    """Strength-duration time constant: highest of 10 min, and last over highest, minus 1 [%]."""
    early, before = course(record, "strength_duration_us", 0, UP_MIN)
    whole, _ = course(record, "strength_duration_us", 0, LONG_MIN)
    return 100.0 * float(early.max() / before - 1.0), 100.0 * float(whole[-1] / whole.max() - 1.0)


def excitable_percent(record: EpisodeRecord) -> float:
    """A-beta fibres that still have a threshold at the end of the pressure."""
    fibres = record.populations["abeta"]
    last = int(np.searchsorted(record.time_s, record.compression_s)) - 1
    ratio = np.asarray(fibres.fibres["threshold_ratio"], float)[last, sound_fibres(fibres)]
    return 100.0 * float(np.isfinite(ratio).mean())


def _measure(bench: Bench) -> dict[str, Any]:
    return {
        "threshold": each(bench, NAME, lowest_threshold),
        "turn": each(bench, NAME, turn),
        "refractoriness": each(bench, NAME, lambda r: late(r, "refractoriness_rel")),
        "super": each(bench, NAME, lambda r: late(r, "superexcitability_rel")),
        "tau_up": each(bench, NAME, lambda r: time_constant_rise(r)[0]),
        "tau_down": each(bench, NAME, lambda r: time_constant_rise(r)[1]),
        "excitable": each(bench, NAME, excitable_percent),
    }


CHECK = Check(
    {
        "threshold": Quantity(
            "threshold, lowest from 7 to 10 min", "%", -45, -20, LIN, judged="mean",
            fitted="acid_block, volume_ratio of both calibrations",
            why="acid that blocks half of the sodium conductance raises it nearly as far as "
                "potassium lowers it; less acid gives -31 % and firing all through ischaemia "
                "(decision 009)",
        ),
        "turn": Quantity(
            "threshold at 13 min minus that at 8 min, of rest", "%", -5, 20, LIN, judged="mean",
            why="A-beta fibres near block: in the minutes before it the threshold at the middle "
                "node rises steeply",
        ),
        "refractoriness": Quantity(
            "refractoriness (2.5 ms) from 10 to 13 min", "%", 60, np.inf, HAN, judged="mean",
            why="conditioned fibres cannot be excited any more",
        ),
        "super": Quantity(
            "superexcitability (7 ms) from 10 to 13 min", "%", -10, 10, GROSSKREUTZ, judged="mean",
            why="at 10 to 13 min a conditioned node is already refractory at 7 ms",
        ),
        "tau_up": Quantity(
            "strength-duration time constant, highest over rest", "%", 1, np.inf, LIN, judged="mean"
        ),
        "tau_down": Quantity(
            "the same, last over highest", "%", -100, -1, LIN, judged="mean",
            why="thresholds of both widths are lost before the constant turns",
        ),
        "excitable": Quantity("A-beta that are excitable at 13 min", "%", source=LIN),
        "matched": Quantity(
            "refractoriness beyond that of a depolarising current", "%", 0, source=GROSSKREUTZ,
            absent="no run with a matched current",
        ),
    },
    _measure,
    experiments=(NAME,),
)  # fmt: skip
