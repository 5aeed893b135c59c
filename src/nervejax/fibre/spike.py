"""Conduction velocity and the shape of the travelling spike."""

from typing import NamedTuple

import numpy as np

from nervejax.fibre.preparation import Preparation
from nervejax.kernels.events import SPIKE_THRESHOLD_MV

STIMULUS = 2.0
"""Of the threshold at the end, as in the reference tables."""


class Spike(NamedTuple):
    """One travelling spike per fibre, (F,) each; nan where none came.

    velocity_m_per_s: between 30 and 70 % of the length.  peak_mV, half_width_ms (at half of peak - rest),
    after_potential_mV (lowest potential after the peak and before a next spike): at the centre.
    count: spikes that one stimulus gave there; some published fibres fire again by themselves.
    time_ms: (K,) and potential_mV: (F, K) of the centre.
    """

    velocity_m_per_s: np.ndarray
    peak_mV: np.ndarray
    half_width_ms: np.ndarray
    after_potential_mV: np.ndarray
    count: np.ndarray
    time_ms: np.ndarray
    potential_mV: np.ndarray


def travelling_spike(
    preparation: Preparation, threshold_end_nA: np.ndarray, width_ms: float = 0.1
) -> Spike:
    """Stimulate the end at twice threshold and watch the spike pass the centre.

    Args:
        threshold_end_nA: (F,) at the end for ``width_ms``; a fibre without one gets nan.
    """
    every = np.arange(preparation.count)
    trials = preparation.trials(
        every, [preparation.intracellular(preparation.end)] * len(every),
        STIMULUS * np.nan_to_num(threshold_end_nA), width_ms,
    )  # fmt: skip
    response = preparation.run(trials, preparation.longest_ms, traced=True)
    rest = preparation.potential_mV(preparation.rest(), every)[preparation.centre]
    starts = [crossings(v) for v in response.trace_mV.T]
    shape = [
        spike_shape(v[: k[1] if len(k) > 1 else None], preparation.dt_ms, r)
        for v, k, r in zip(response.trace_mV.T, starts, rest, strict=True)
    ]
    velocity = velocity_m_per_s(preparation, response.first_ms)
    sound = np.isfinite(velocity)
    peak, half_width, after = (np.where(sound, x, np.nan) for x in np.array(shape).T)
    time = preparation.dt_ms * (1 + np.arange(len(response.trace_mV)))
    count = np.array([float(len(k)) for k in starts])
    return Spike(velocity, peak, half_width, after, count, time, response.trace_mV.T)


def crossings(v_mV: np.ndarray) -> np.ndarray:
    """Steps of a trace (step,) before which the potential rose through the spike threshold."""
    return np.flatnonzero((v_mV[:-1] < SPIKE_THRESHOLD_MV) & (v_mV[1:] >= SPIKE_THRESHOLD_MV))


def velocity_m_per_s(preparation: Preparation, first_ms: np.ndarray) -> np.ndarray:
    """(F,) from the crossings (P, F) at 30 and 70 % of the length; nan if it did not reach ``far``."""
    a, b = preparation.at(0.3), preparation.at(0.7)
    passed = (first_ms[[a, b, preparation.far]] > 0).all(0) & (first_ms[b] > first_ms[a])
    length_mm = 1e-3 * (preparation.x_um[b] - preparation.x_um[a])
    return np.where(passed, length_mm / np.where(passed, first_ms[b] - first_ms[a], 1.0), np.nan)


def spike_shape(v_mV: np.ndarray, dt_ms: float, rest_mV: float) -> tuple[float, float, float]:
    """(peak [mV], half-width [ms], lowest potential after the peak [mV]) of one trace (step,).

    The peak is that of the parabola through the three highest samples.
    """
    k = int(np.argmax(v_mV))
    if not 0 < k < len(v_mV) - 1 or not np.all(np.isfinite(v_mV)):
        return np.nan, np.nan, np.nan
    a, b, c = v_mV[k - 1 : k + 2]
    bend = a - 2 * b + c
    peak = b - (c - a) ** 2 / (8 * bend) if bend < 0 else b
    half = 0.5 * (peak + rest_mV)
    above = v_mV >= half
    rise = k - int(np.argmin(above[k::-1]))  # last sample below half before the peak
    fall = k + int(np.argmin(above[k:]))  # first sample below half after it
    if above[rise] or above[fall]:
        return peak, np.nan, np.nan
    up = rise + (half - v_mV[rise]) / (v_mV[rise + 1] - v_mV[rise])
    down = fall - (half - v_mV[fall]) / (v_mV[fall - 1] - v_mV[fall])
    return peak, (down - up) * dt_ms, float(v_mV[k:].min())
