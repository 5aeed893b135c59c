"""Medians over the fibres of a class against time: ions, energy, pumps, and what a probe measures."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis.panels import CLASS_COLOURS, CLASS_LINES, minutes_of
from nervejax.analysis.readout import CLASS_LABELS, sound_fibres
from nervejax.recording.model import CLASSES, EpisodeRecord, FibreRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENERGY = {
    "energy_rel": "Energy store (share)",
    "pump_rel": "Pump rate (1 = rest)",
    "na_i_mM": "Na inside (mM)",
    "k_endoneurial_mM": "K outside (mM)",
}
"""State of the fibres -> title: the energy and ion budget."""
EXCITABILITY = {
    "threshold_ratio": "Threshold (1 = baseline)",
    "strength_duration_us": "Strength-duration (µs)",
    "refractoriness_rel": "Refractoriness (share)",
    "superexcitability_rel": "Superexcitability (share)",
}
"""What a probe measures -> title; nan where a fibre is not excitable."""


def middle_half(population: FibreRecord, values: np.ndarray) -> np.ndarray:
    """Lower quartile, median and upper quartile over the sound fibres with a number, (3, T).

    nan where fewer than half have one: the few that still answer in a blocked class do not stand
    for it.

    Args:
        population: One class, F fibres.
        values: (T, F), nan where a fibre has none.
    """
    ordered = np.sort(np.asarray(values, dtype=float)[:, sound_fibres(population)], axis=1)
    steps, fibres = ordered.shape
    count = np.isfinite(ordered).sum(axis=1)
    enough = (count > 0) & (2 * count >= fibres)
    out = np.full((3, steps), np.nan)
    if enough.any():
        rows, last = np.flatnonzero(enough), count[enough] - 1
        for quartile, share in enumerate((0.25, 0.5, 0.75)):
            place = share * last
            low = np.floor(place).astype(int)
            a, b = ordered[rows, low], ordered[rows, np.minimum(low + 1, last)]
            out[quartile, enough] = a + (place - low) * (b - a)
    return out


def present(record: EpisodeRecord, titles: Mapping[str, str], group: str) -> dict[str, str]:
    """Those of the names that a class of this record holds in ``states`` or ``fibres``."""
    held = [getattr(population, group) for population in record.populations.values()]
    return {
        name: title
        for name, title in titles.items()
        if any(name in arrays and np.isfinite(arrays[name]).any() for arrays in held)
    }


def draw_medians(axes: "Axes", record: EpisodeRecord, group: str, name: str, title: str) -> None:
    """Median of one quantity per class, and the middle half of its fibres as a band."""
    axes.set_title(title)
    for population_name in CLASSES:
        population = record.populations.get(population_name)
        values = getattr(population, group).get(name) if population is not None else None
        if population is None or values is None:
            continue
        low, middle, high = middle_half(population, values)
        if not np.isfinite(middle).any():
            continue
        t, colour = minutes_of(record), CLASS_COLOURS[population_name]
        axes.fill_between(t, low, high, color=colour, alpha=0.15, lw=0)
        axes.plot(
            t, middle, color=colour, ls=CLASS_LINES[population_name],
            label=CLASS_LABELS[population_name],
        )  # fmt: skip


def latency_change(population: FibreRecord, before: int) -> np.ndarray:
    """Latency over that of the same fibre at step ``before``, median while half conduct, (T,)."""
    latency = np.asarray(population.fibres["latency_ms"], dtype=float)
    own = np.where(latency[before] > 0, latency[before], np.nan)
    return middle_half(population, latency / own)[1]


def draw_latency(axes: "Axes", record: EpisodeRecord) -> None:
    """How much later spikes arrive than before the pressure, while half of a class conducts."""
    axes.set_title("Latency (1 = before)")
    before = max(int(np.searchsorted(record.time_s, 0.0)) - 1, 0)
    for name in CLASSES:
        population = record.populations.get(name)
        if population is None or "latency_ms" not in population.fibres:
            continue
        change = latency_change(population, before)
        if np.isfinite(change).any():
            axes.plot(
                minutes_of(record), change, color=CLASS_COLOURS[name], ls=CLASS_LINES[name],
                label=CLASS_LABELS[name],
            )  # fmt: skip
