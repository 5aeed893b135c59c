"""Virtual nerve conduction study: the compound action potential of a class at instants and over time.

The potential is that of ``cnap``, with its assumptions. A clinic stimulates and records the same way; it
names amplitude, latency and velocity, which is the distance over the latency. Here the latency is that of
the peak, so the velocity is that of the middle of the volley, below that of its fastest fibre.
"""

from dataclasses import dataclass

import numpy as np

from nervejax.analysis.cnap import (
    DISTANCE_MM,
    arrival_times_ms,
    cnap_course,
    cnap_trace,
    effective_width_ms,
)
from nervejax.analysis.instrument_instants import nearest_steps, spread_choice
from nervejax.analysis.readout import CLASS_LABELS, baseline_step
from nervejax.errors import NervejaxError
from nervejax.recording.model import EpisodeRecord

INSTANTS = 12
"""Traces shown unless told."""
SAMPLES = 600
"""Points of a trace."""
MARGIN = 2.0
"""A trace begins and ends so many widths of the potential beyond the arrivals that are shown."""


@dataclass(frozen=True)
class ConductionStudy:
    """One class. K traces of M samples, T slow steps.

    shown: (K,) slow steps of the traces.  t_ms: (M,) since the stimulus.  trace_rel: (K, M) in parts of
    the peak to peak at the end of the baseline.
    time_s: (T,).  amplitude_rel: (T,) peak to peak over that of the baseline.
    latency_ms, velocity_m_per_s: (T,) of the peak.  duration_ms: (T,).  These three are nan where the
    potential is lost in the noise.
    """

    population: str
    shown: np.ndarray
    t_ms: np.ndarray
    trace_rel: np.ndarray
    time_s: np.ndarray
    amplitude_rel: np.ndarray
    latency_ms: np.ndarray
    velocity_m_per_s: np.ndarray
    duration_ms: np.ndarray


def nerve_conduction_study(
    record: EpisodeRecord,
    population: str,
    at_min: list[float] | None = None,
    count: int = INSTANTS,
) -> ConductionStudy:
    """The compound action potential of a class.

    Args:
        at_min: limb times of the traces [min]; None: ``count``, more of them where it changes.

    Raises:
        NervejaxError: nothing of the class conducts in the baseline.
    """
    arrives, weight = arrival_times_ms(record, population)
    if not weight.size:
        label = CLASS_LABELS.get(population, population)
        raise NervejaxError(f"no {label} fibre conducts in the baseline: nothing to compare with")
    course = cnap_course(record, population)
    amplitude = course[f"cnap_{population}_rel"]
    latency = course[f"cnap_latency_{population}_ms"]
    time_s = np.asarray(record.time_s, dtype=float)
    if at_min is None:
        before = baseline_step(record.time_s)
        change = np.abs(np.diff(amplitude, prepend=amplitude[0]))
        shown = before + spread_choice(time_s[before:], change[before:], count)
    else:
        shown = nearest_steps(record, at_min)
    width_ms = effective_width_ms(population, arrives[baseline_step(record.time_s)], weight)
    seen = arrives[shown][np.isfinite(arrives[shown])]
    seen = seen if seen.size else arrives[baseline_step(record.time_s)]
    t_ms = np.linspace(
        max(seen.min() - MARGIN * width_ms, 0.0), seen.max() + MARGIN * width_ms, SAMPLES
    )
    traces = np.stack([cnap_trace(record, population, int(step), t_ms) for step in shown])
    return ConductionStudy(
        population, shown, t_ms, traces, time_s, amplitude, latency, DISTANCE_MM / latency,
        course[f"cnap_duration_{population}_ms"],
    )  # fmt: skip


def tables(found: ConductionStudy) -> dict[str, tuple[list[str], list[list[float | str]]]]:
    """What is seen as tables, name -> (columns, rows): ``traces`` and ``course``."""
    traces: list[list[float | str]] = [
        [float(t), *map(float, row)] for t, row in zip(found.t_ms, found.trace_rel.T, strict=True)
    ]
    at = [f"cnap_at_{found.time_s[step]:.6g}_s_rel" for step in found.shown]
    columns = (
        found.time_s, found.amplitude_rel, found.latency_ms, found.velocity_m_per_s,
        found.duration_ms,
    )  # fmt: skip
    names = ["limb_time_s", "amplitude_rel", "latency_ms", "velocity_m_per_s", "duration_ms"]
    course: list[list[float | str]] = [list(map(float, row)) for row in np.column_stack(columns)]
    return {"traces": (["since_stimulus_ms", *at], traces), "course": (names, course)}
