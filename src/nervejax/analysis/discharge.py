"""Ectopic discharge read from stored spikes: who fired, when, from where, at what intervals.

Spikes exist only inside windows. Each stands for ``stands_for / length`` of its window, and an
interval counts only if nothing between its two spikes went unobserved. Intervals longer than a
window are therefore missing, which makes the spread of intervals a low estimate unless
``numerics.duty=1``.
"""

from dataclasses import dataclass

import numpy as np

from nervejax.analysis.readout import sound_fibres
from nervejax.recording.model import FibreRecord

CONTIGUOUS_S = 1e-4
"""Gap between windows that still counts as none [s], above rounding, below any step."""


@dataclass(frozen=True)
class Discharge:
    """Ectopic spikes of the sound fibres of one class, S spikes, I intervals.

    time_s, fibre, origin_mm, weight: (S,); weight = limb spikes that one observed spike stands for.
    interval_ms, interval_fibre, interval_start_s: (I,) between neighbouring spikes of one fibre.
    """

    time_s: np.ndarray
    fibre: np.ndarray
    origin_mm: np.ndarray
    weight: np.ndarray
    interval_ms: np.ndarray
    interval_fibre: np.ndarray
    interval_start_s: np.ndarray

    def between(self, start_s: float, end_s: float) -> "Discharge":
        """The part of it with start_s <= time < end_s (intervals by their first spike)."""
        s = (self.time_s >= start_s) & (self.time_s < end_s)
        i = (self.interval_start_s >= start_s) & (self.interval_start_s < end_s)
        return Discharge(
            self.time_s[s], self.fibre[s], self.origin_mm[s], self.weight[s],
            self.interval_ms[i], self.interval_fibre[i], self.interval_start_s[i],
        )  # fmt: skip


def window_of(population: FibreRecord, time_s: np.ndarray) -> np.ndarray:
    """Index of the last window that starts at or before each time, shaped like it, >= 0.

    A spike is timed at the central end, so it may arrive a conduction delay after its window.
    """
    starts = np.asarray(population.window_start_s, dtype=float)
    return np.maximum(np.searchsorted(starts, time_s + 1e-9, side="right") - 1, 0)


def unbroken_stretch(population: FibreRecord) -> np.ndarray:
    """Number of the unbroken stretch of observed time that each window belongs to, (W,)."""
    starts = np.asarray(population.window_start_s, dtype=float)
    if len(starts) == 0:
        return np.zeros(0, dtype=int)
    ends = starts + np.asarray(population.window_s, dtype=float)
    return np.concatenate([[0], np.cumsum(starts[1:] > ends[:-1] + CONTIGUOUS_S)])


def ectopic_discharge(population: FibreRecord) -> Discharge:
    """Ectopic spikes and intervals of one class; quarantined fibres are left out."""
    time_s = np.asarray(population.spike_time_ms, dtype=float) / 1e3
    fibre = np.asarray(population.spike_fibre, dtype=int)
    ectopic = np.asarray(population.spike_stimulus) < 0
    keep = sound_fibres(population)[fibre]
    time_s, fibre, ectopic = time_s[keep], fibre[keep], ectopic[keep]
    weight, stretch = np.ones(len(time_s)), np.zeros(len(time_s), dtype=int)
    if len(population.window_s) and len(time_s):
        window = window_of(population, time_s)
        length = np.maximum(np.asarray(population.window_s, dtype=float), 1e-12)
        weight = (np.asarray(population.window_stands_for_s, dtype=float) / length)[window]
        stretch = unbroken_stretch(population)[window]
    order = np.lexsort((time_s, fibre))
    a, b = order[:-1], order[1:]
    whole = (fibre[a] == fibre[b]) & (stretch[a] == stretch[b]) & ectopic[a] & ectopic[b]
    a, b = a[whole], b[whole]
    return Discharge(
        time_s[ectopic],
        fibre[ectopic],
        np.asarray(population.spike_origin_mm, dtype=float)[keep][ectopic],
        weight[ectopic],
        (time_s[b] - time_s[a]) * 1e3,
        fibre[a],
        time_s[a],
    )


def observed_s(population: FibreRecord, start_s: float, end_s: float) -> float:
    """Limb time between two instants that was stepped in full [s]."""
    starts = np.asarray(population.window_start_s, dtype=float)
    ends = starts + np.asarray(population.window_s, dtype=float)
    overlap = np.minimum(ends, end_s) - np.maximum(starts, start_s)
    return float(np.clip(overlap, 0.0, None).sum())
