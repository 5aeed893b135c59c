"""Everything that can be measured on one fibre, for many diameters in one call."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.fibre.electrode import Electrode, PointSource
from nervejax.fibre.models import DISTANCE_UM, TRAIN, prepare
from nervejax.fibre.preparation import Preparation
from nervejax.fibre.recovery import recovery_cycle
from nervejax.fibre.spike import travelling_spike
from nervejax.fibre.strength_duration import strength_duration
from nervejax.fibre.thresholds import Question, thresholds
from nervejax.fibre.train import train

QUICK = ("rest", "spike", "thresholds")
ALL = (*QUICK, "strength_duration", "recovery", "train")
PULSE_MS = 0.1
EXTRACELLULAR = {"100us": 0.1, "1ms": 1.0}
"""Name: width [ms] of the extracellular pulses."""

Measured = dict[str, np.ndarray]


def measure_fibres(
    kind: str, diameter_um: float | Sequence[float] | None = None, *, membrane: str = "",
    geometry: str = "", temperature_degC: float = 37.0, dt_us: float | None = None,
    measures: Sequence[str] = QUICK, electrode: Electrode | None = None,
    train_Hz: float | None = None, train_minutes: float | None = None,
    precision: str = "float32", progress: Callable[[str], Any] | None = None,
) -> Measured:  # fmt: skip
    """Measure fibres of one model, F diameters side by side.

    Args:
        kind: ``abeta``, ``adelta`` or ``c``.  diameter_um: (F,) or a number; the class mean if None.
        membrane, geometry: names, see ``models.prepare``; the class's own if empty.
        temperature_degC: 10 ... 42.  dt_us: fast step; the model's own if None.
        measures: out of ``ALL``.  electrode: outside the fibre; a point source if None.
        train_Hz, train_minutes: of the measure ``train``; the class's own if None.
        precision: ``float32`` or ``float64``.  progress: called with the name of each measure.

    Returns:
        Name with unit: (F,) float64, or (F, K) for curves and (K,) for their axes; nan where the
        fibre does not fire.

    Raises:
        NervejaxError: unknown name, or a value outside the range of the model.
    """
    if unknown := sorted(set(measures) - set(ALL)):
        raise NervejaxError(f"unknown measure '{unknown[0]}'; available: {', '.join(ALL)}")
    preparation = prepare(
        kind, diameter_um, membrane=membrane, geometry=geometry,
        temperature_degC=temperature_degC, dt_us=dt_us, precision=precision,
    )  # fmt: skip
    outside = electrode or PointSource(DISTANCE_UM[kind])
    out: Measured = {"diameter_um": preparation.diameter_um}
    tell = progress or str
    tell("rest")
    every = np.arange(preparation.count)
    rest = preparation.potential_mV(preparation.rest(), every)[preparation.centre]
    out["resting_potential_mV"] = rest
    tell("thresholds")
    found = _thresholds(preparation, outside, "thresholds" in measures)
    out |= found
    at_end = found["threshold_end_nA"]
    rate = TRAIN[kind][0] if train_Hz is None else train_Hz
    minutes = TRAIN[kind][1] if train_minutes is None else train_minutes
    if min(rate, minutes) <= 0:
        raise NervejaxError("train_Hz and train_minutes must be > 0")
    steps: dict[str, Callable[[], Measured]] = {
        "spike": lambda: _spike(preparation, at_end),
        "strength_duration": lambda: _strength_duration(preparation, outside),
        "recovery": lambda: _recovery(preparation, at_end),
        "train": lambda: _train(preparation, at_end, rate, minutes),
    }
    for name, step in steps.items():
        if name in measures:
            tell(name)
            out |= step()
    return out


def _thresholds(preparation: Preparation, outside: Electrode, every: bool) -> Measured:
    """Thresholds at the end, and unless only that is needed at the centre and from outside."""
    asked = {"threshold_end_nA": (preparation.intracellular(preparation.end), PULSE_MS)}
    if every:
        pattern = outside.pattern(preparation)
        asked["threshold_centre_nA"] = (preparation.intracellular(preparation.centre), PULSE_MS)
        for name, width in EXTRACELLULAR.items():
            asked[f"threshold_extracellular_{name}_mA"] = (pattern, width)
    fibres = range(preparation.count)
    questions = [Question(f, p, w) for f in fibres for p, w in asked.values()]
    found = thresholds(preparation, questions).reshape(len(fibres), len(asked))
    return dict(zip(asked, found.T, strict=True))


def _spike(preparation: Preparation, at_end: np.ndarray) -> Measured:
    spike = travelling_spike(preparation, at_end, PULSE_MS)
    return {
        "conduction_velocity_m_per_s": spike.velocity_m_per_s,
        "spike_peak_mV": spike.peak_mV,
        "spike_half_width_ms": spike.half_width_ms,
        "after_potential_mV": spike.after_potential_mV,
        "spikes_per_stimulus": spike.count,
        "spike_time_ms": spike.time_ms,
        "spike_potential_mV": spike.potential_mV,
    }


def _strength_duration(preparation: Preparation, outside: Electrode) -> Measured:
    out: Measured = {}
    inside = preparation.intracellular(preparation.centre)
    for name, pattern, unit in (
        ("intracellular", inside, "nA"),
        ("extracellular", outside.pattern(preparation), "mA"),
    ):
        found = strength_duration(preparation, pattern)
        out["strength_duration_width_ms"] = found.width_ms
        out[f"strength_duration_{name}_{unit}"] = found.threshold
        out[f"rheobase_{name}_{unit}"] = found.rheobase
        out[f"strength_duration_time_constant_{name}_us"] = found.time_constant_us
    return out


def _recovery(preparation: Preparation, at_end: np.ndarray) -> Measured:
    found = recovery_cycle(preparation, at_end, PULSE_MS, preparation.recovery_scale)
    return {
        "absolute_refractory_period_ms": found.absolute_ms,
        "relative_refractory_period_ms": found.relative_ms,
        "superexcitability_percent": 100 * found.superexcitability,
        "superexcitability_interval_ms": found.superexcitability_ms,
        "late_subexcitability_percent": 100 * found.subexcitability,
        "late_subexcitability_interval_ms": found.subexcitability_ms,
        "recovery_interval_ms": found.interval_ms,
        "recovery_threshold_change_percent": 100 * found.threshold_change,
    }


def _train(preparation: Preparation, at_end: np.ndarray, rate: float, minutes: float) -> Measured:
    found = train(preparation, at_end, rate, 60.0 * minutes, PULSE_MS)
    return {
        "train_rate_Hz": np.array(rate), "train_minutes": np.array(minutes),
        "activity_slowing_percent": 100 * found.slowing,
        "activity_failed_percent": 100 * found.failed,
        "train_time_s": found.time_s, "train_latency_ms": found.latency_ms,
    }  # fmt: skip
