"""Time courses of what arrives at the central end, class by class, and the percept indices.

The percept formula is an assumption, not a measurement: ``PERCEPTS`` holds every constant with
its reason, the report prints them beside the curves, and ``readout`` takes another formula.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nervejax.recording.model import CLASSES, EpisodeRecord, FibreRecord

Series = dict[str, np.ndarray]

CLASS_LABELS = {"abeta": "A-beta", "adelta": "A-delta", "c": "C"}


@dataclass(frozen=True)
class Percept:
    """One index in [0, 1]: the class that carries it, its formula and its half-way rate [Hz]."""

    name: str
    population: str
    formula: str
    half_rate_hz: float | None
    reason: str


PERCEPTS = (
    Percept(
        "numbness",
        "abeta",
        "1 - conducting fraction of A-beta fibres",
        None,
        "assumed: touch is carried by A-beta fibres alone, every fibre counts the same, and "
        "static arriving in a conducting fibre does not mask touch",
    ),
    Percept(
        "tingling",
        "abeta",
        "r / (r + r0), r = mean ectopic rate of A-beta fibres at the central end",
        1.0,
        "assumed: touch fibres are silent at rest and one impulse can be felt (Vallbo & Johansson "
        "1984), so one per fibre and second over a whole population is half-way to the strongest",
    ),
    Percept(
        "pricking",
        "adelta",
        "r / (r + r0), r = mean ectopic rate of A-delta fibres at the central end",
        1.0,
        "assumed: A-delta activity is named pricking (Beissner et al. 2010); no threshold rate "
        "was found, so that of A-beta is taken",
    ),
    Percept(
        "burning",
        "c",
        "r / (r + r0), r = mean ectopic rate of C fibres at the central end",
        2.0,
        "assumed: C activity hurts only when summed, above about 1-2 per second over many fibres "
        "(Van Hees & Gybels 1981; Campero et al. 1996)",
    ),
)


def percept_indices(series: Series) -> Series:
    """Percept indices, each (T,) in [0, 1] or nan, by the formula in ``PERCEPTS``.

    Args:
        series: Holds ``conducting_fraction_<pop>_rel`` and ``ectopic_rate_<pop>_hz``, each (T,).
    """
    indices = {}
    for percept in PERCEPTS:
        if percept.half_rate_hz is None:
            value = 1.0 - series[f"conducting_fraction_{percept.population}_rel"]
        else:
            rate = series[f"ectopic_rate_{percept.population}_hz"]
            value = rate / (rate + percept.half_rate_hz)
        indices[f"{percept.name}_rel"] = value
    return indices


def baseline_step(time_s: np.ndarray) -> int:
    """Index of the last slow step before the pressure in (T,); the first one without a baseline."""
    return max(int(np.searchsorted(time_s, 0.0)) - 1, 0)


def sound_fibres(population: FibreRecord) -> np.ndarray:
    """Fibres that were not quarantined, (F,) bool; all others are left out of every number."""
    sound = np.ones(population.fibres["conducting"].shape[1], dtype=bool)
    sound[[int(fibre) for fibre in population.quarantined]] = False
    return sound


def conducts(population: FibreRecord) -> np.ndarray:
    """Which fibres carry a spike to the central end, (T, F) bool."""
    return np.asarray(population.fibres["conducting"], dtype=float) > 0.5


def ectopic_rates(population: FibreRecord) -> np.ndarray:
    """Observed ectopic rate per fibre, (T, F) [Hz]; a rate that is not finite counts as 0."""
    rates = np.asarray(population.fibres["ectopic_rate_hz"], dtype=float)
    return np.where(np.isfinite(rates), rates, 0.0)


def readout(
    record: EpisodeRecord, percepts: Callable[[Series], Series] = percept_indices
) -> Series:
    """What arrives, over time.

    Args:
        record: One episode.
        percepts: Formula of the percept indices; gets the class series, returns (T,) each.

    Returns:
        ``conducting_fraction_<pop>_rel``, ``ectopic_rate_<pop>_hz`` (mean over fibres) and
        ``ectopic_share_<pop>_rel`` (share of fibres that fire ectopically in the step) for every
        class, and the percept indices; each (T,). Classes without fibres are nan. Quarantined
        fibres are left out.
    """
    series = {}
    for name in CLASSES:
        population = record.populations.get(name)
        means = [np.full(len(record.time_s), np.nan)] * 3
        if population is not None and sound_fibres(population).any():
            sound = sound_fibres(population)
            rates = ectopic_rates(population)[:, sound]
            means = [
                conducts(population)[:, sound].mean(axis=1),
                rates.mean(axis=1),
                (rates > 0).mean(axis=1),
            ]
        series[f"conducting_fraction_{name}_rel"] = means[0]
        series[f"ectopic_rate_{name}_hz"] = means[1]
        series[f"ectopic_share_{name}_rel"] = means[2]
    return series | percepts(series)
