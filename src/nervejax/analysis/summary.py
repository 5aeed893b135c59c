"""One episode as a flat table of scalars: who was lost and came back when, who fired, how.

Names are ``<quantity>_<class>_<unit>``. Times count from pressure on, unless the entry of
``MEANING`` says after release. What did not happen is nan.
"""

import numpy as np

from nervejax.analysis import bursts
from nervejax.analysis.discharge import Discharge, ectopic_discharge, observed_s
from nervejax.analysis.readout import (
    CLASS_LABELS,
    PERCEPTS,
    Series,
    baseline_step,
    conducts,
    sound_fibres,
)
from nervejax.recording.model import CLASSES, EpisodeRecord, FibreRecord

Numbers = dict[str, float]

NUMB_SHARE = 0.5
"""A class is numb while no more than this share of its fibres still conducts."""
BACK_SHARE = 0.95
"""A class is back when this share conducts again and stays."""
QUIET_S = 60.0
"""Shortest time without an ectopic spike at the end of an episode that counts as silence [s]."""
PHASES = ("baseline", "compression", "recovery")

MEANING = {
    "fibres_count": "fibres in the class, quarantined ones included",
    "quarantined_count": "fibres whose numbers left the finite range, left out of all below",
    "conducting_before_rel": "share of fibres that conduct at the end of the baseline",
    "first_block_s": "first loss of conduction in any fibre",
    "half_block_s": "half of the fibres have lost conduction at least once",
    "numb_onset_s": f"at most {NUMB_SHARE:.0%} of the fibres still conduct",
    "numb_end_s": f"more than {NUMB_SHARE:.0%} conduct again and stay so",
    "conducting_min_rel": "smallest share of fibres conducting, of those that did before",
    "conducting_end_rel": "share conducting at the end, of those that did before",
    "recovery_s": f"time after release until {BACK_SHARE:.0%} conduct and stay so "
    "(0: never fewer after release)",
    "observed_s": "limb time stepped in full",
    **{
        f"ectopic_spikes_{kind}{phase}_count": f"ectopic spikes, {said}, {phase}"
        for phase in PHASES
        for kind, said in (("", "observed"), ("estimated_", "estimated for all of the time"))
    },
    "ectopic_first_s": "first ectopic spike, after release",
    "ectopic_last_s": "last ectopic spike, after release",
    "ectopic_fibres_rel": "share of fibres with ectopic discharge after release",
    "ectopic_peak_hz": "largest mean ectopic rate over the fibres",
    "ectopic_peak_s": "time of that rate",
    **bursts.MEANING,
    "ectopic_origin_mm": "place of origin from the central end, median",
}
"""Quantity -> what it says; the key of a class is ``key(quantity, population)``."""


def key(quantity: str, population: str) -> str:
    """Summary key of a quantity for one class: the class goes before the unit."""
    stem, unit = quantity.rsplit("_", 1)
    return f"{stem}_{population}_{unit}"


def _first(times_s: np.ndarray, mask: np.ndarray) -> float:
    """First time at which the mask holds [s], nan if never."""
    return float(times_s[np.argmax(mask)]) if mask.any() else float("nan")


def _for_good(times_s: np.ndarray, mask: np.ndarray) -> float:
    """Start of the run of true that lasts to the end [s], nan if the last value is false."""
    if len(mask) == 0 or not mask[-1]:
        return float("nan")
    return float(times_s[len(mask) - np.argmin(mask[::-1])] if not mask.all() else times_s[0])


def conduction(population: FibreRecord, time_s: np.ndarray, compression_s: float) -> Numbers:
    """Loss and return of conduction in one class, among fibres that conducted before pressure.

    Args:
        population: One class with F fibres.
        time_s: (T,) start of each step.
        compression_s: When the pressure ends.

    Returns:
        Quantity -> scalar, the conduction part of ``MEANING``; only ``conducting_before_rel``
        where no fibre conducted.
    """
    sound = sound_fibres(population)
    before = conducts(population)[baseline_step(time_s)] & sound
    result: Numbers = {
        "conducting_before_rel": float(before[sound].mean()) if sound.any() else float("nan")
    }
    if not before.any():
        return result
    up = conducts(population)[:, before]
    lost = (~up) & (time_s >= 0)[:, None]
    share = up.mean(axis=1)
    numb = (share <= NUMB_SHARE) & (time_s >= 0)
    released = time_s >= compression_s
    result["first_block_s"] = _first(time_s, np.asarray(lost.any(axis=1)))
    ever_lost = np.logical_or.accumulate(lost, axis=0).mean(axis=1)
    result["half_block_s"] = _first(time_s, np.asarray(ever_lost >= 0.5))
    result["numb_onset_s"] = _first(time_s, numb)
    if numb.any():
        result["numb_end_s"] = _for_good(time_s, ~numb)
    result["conducting_min_rel"] = float(share[time_s >= 0].min(initial=1.0))
    result["conducting_end_rel"] = float(share[-1])
    back_s = _for_good(time_s[released], share[released] >= BACK_SHARE)
    at_release = _first(time_s, released)
    result["recovery_s"] = 0.0 if back_s == at_release else back_s - compression_s
    return result


def discharge_numbers(
    population: FibreRecord, discharge: Discharge, compression_s: float, end_s: float
) -> Numbers:
    """Ectopic discharge of one class in numbers: the ectopic part of ``MEANING``."""
    edges = {
        "baseline": (-np.inf, 0.0),
        "compression": (0.0, compression_s),
        "recovery": (compression_s, np.inf),
    }
    result: Numbers = {"observed_s": observed_s(population, -np.inf, end_s)}
    for phase in PHASES:
        part = discharge.between(*edges[phase])
        result[f"ectopic_spikes_{phase}_count"] = len(part.time_s)
        result[f"ectopic_spikes_estimated_{phase}_count"] = float(part.weight.sum())
    after = discharge.between(*edges["recovery"])
    some = len(after.time_s) > 0
    fibres = int(sound_fibres(population).sum())
    result["ectopic_first_s"] = after.time_s[0] - compression_s if some else float("nan")
    result["ectopic_last_s"] = after.time_s[-1] - compression_s if some else float("nan")
    result["ectopic_fibres_rel"] = len(np.unique(after.fibre)) / fibres if fibres else np.nan
    result |= bursts.burst_numbers(population, after, compression_s)
    result["ectopic_origin_mm"] = bursts.median(
        discharge.origin_mm[np.isfinite(discharge.origin_mm)]
    )
    return result


def order_of_loss(onsets_s: dict[str, float]) -> str:
    """For example ``A-beta 1.2 min, A-delta 14.0 min, C not lost``."""
    ordered = sorted(onsets_s.items(), key=lambda item: (np.isnan(item[1]), item[1]))
    told = {n: "not lost" if np.isnan(t) else f"{t / 60:.1f} min" for n, t in ordered}
    return ", ".join(f"{CLASS_LABELS[name]} {when}" for name, when in told.items())


def class_numbers(record: EpisodeRecord, series: Series, name: str) -> Numbers:
    """Every quantity of ``MEANING`` for one class; nan, and counts of 0, for an empty one."""
    numbers: Numbers = dict.fromkeys(MEANING, float("nan"))
    numbers["fibres_count"] = numbers["quarantined_count"] = 0.0
    population = record.populations.get(name)
    if population is None or not population.fibres["conducting"].shape[1]:
        return numbers
    end_s = record.compression_s + record.recovery_s
    discharge = ectopic_discharge(population)
    numbers["fibres_count"] = float(population.fibres["conducting"].shape[1])
    numbers["quarantined_count"] = float(len(population.quarantined))
    numbers.update(conduction(population, record.time_s, record.compression_s))
    numbers.update(discharge_numbers(population, discharge, record.compression_s, end_s))
    rate = series[f"ectopic_rate_{name}_hz"]
    if np.isfinite(rate).any() and np.nanmax(rate) > 0:
        numbers["ectopic_peak_hz"] = float(np.nanmax(rate))
        numbers["ectopic_peak_s"] = float(record.time_s[np.nanargmax(rate)])
    return numbers


def baseline_again(classes: list[Numbers], recovery_s: float) -> float:
    """When, after release, the last of these classes was back and the last ectopic spike over [s].

    nan if a class is not back, or the silence at the end is shorter than ``QUIET_S``.
    """
    settled_s = [numbers["recovery_s"] for numbers in classes]
    settled_s += [float(np.nan_to_num(numbers["ectopic_last_s"])) for numbers in classes]
    if not settled_s or not np.isfinite(settled_s).all():
        return float("nan")
    again_s = max(settled_s)
    return again_s if again_s == 0 or recovery_s - again_s >= QUIET_S else float("nan")


def summarise(record: EpisodeRecord, series: Series) -> dict[str, float | int | str]:
    """The episode as a flat table.

    Args:
        record: One episode.
        series: Its ``readout``, each (T,).

    Returns:
        For every class, also an empty one, each quantity of ``MEANING`` under its ``key``; and
        for the whole: durations, ``pressure_peak_mmHg``, ``ghost_spikes_*`` (no stimulus; observed,
        and estimated for all of the time), ``quarantined_total_count``, ``observed_rel`` (share of
        limb time stepped in full), the largest percept indices (``numbness_peak_rel`` ...),
        ``baseline_again_s`` (after release: every class conducts again and no ectopic spike
        follows; nan if the episode cannot tell) and ``order_of_loss`` (text).
    """
    baseline_s = float(max(-record.time_s[0], 0.0))
    total_s = baseline_s + record.compression_s + record.recovery_s
    table: dict[str, float | int | str] = {
        "baseline_duration_s": baseline_s,
        "compression_duration_s": float(record.compression_s),
        "recovery_duration_s": float(record.recovery_s),
        "pressure_peak_mmHg": float(np.max(record.tissue["pressure_mmHg"], initial=0.0)),
    }
    classes = {name: class_numbers(record, series, name) for name in CLASSES}
    for name, numbers in classes.items():
        table |= {key(quantity, name): float(value) for quantity, value in numbers.items()}
    present = [numbers for numbers in classes.values() if numbers["fibres_count"] > 0]
    for kind in ("", "estimated_"):
        ghosts = {
            phase: sum(n[f"ectopic_spikes_{kind}{phase}_count"] for n in present)
            for phase in PHASES
        }
        table |= {f"ghost_spikes_{kind}{phase}_count": float(n) for phase, n in ghosts.items()}
        table[f"ghost_spikes_{kind}total"] = float(sum(ghosts.values()))
    table["quarantined_total_count"] = sum(n["quarantined_count"] for n in classes.values())
    watched_s = [numbers["observed_s"] for numbers in present]
    table["observed_rel"] = float(np.mean(watched_s)) / total_s if watched_s else 0.0
    for percept in PERCEPTS:
        index = series[f"{percept.name}_rel"]
        known = np.isfinite(index).any()
        table[f"{percept.name}_peak_rel"] = float(np.nanmax(index)) if known else float("nan")
    conducting = {n: c for n, c in classes.items() if c["conducting_before_rel"] > 0}
    table["baseline_again_s"] = baseline_again(list(conducting.values()), record.recovery_s)
    onsets_s = {name: numbers["numb_onset_s"] for name, numbers in conducting.items()}
    table["order_of_loss"] = order_of_loss(onsets_s)
    return table
