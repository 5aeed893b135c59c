"""Check 23: how fibres fire after release, and what it leaves behind in their thresholds."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from nervejax.analysis.bursts import (
    TOGETHER_S,
    burst_sizes,
    count_correlation,
    interval_cvs,
    interval_mode_ms,
    median,
)
from nervejax.checks.axon_state import GROSSKREUTZ, course, threshold_change
from nervejax.checks.bench import Bench, drawn_constants_of
from nervejax.checks.courses import MIN
from nervejax.checks.discharge import after
from nervejax.checks.ischaemia import each
from nervejax.checks.reading import Check, Quantity
from nervejax.membranes import sensory
from nervejax.membranes.ions import pump_occupancy
from nervejax.recording.model import EpisodeRecord

FITTED = "g_ks_S_per_cm2, speed_s"
OCHOA, BOSTOCK = "Ochoa & Torebjork 1980", "Bostock, Baker & Reid 1991"
BACK_PERCENT, SETTLED_MIN = 10.0, 5.0
RAISED_MM = (4.0, 8.0)
SCAN_MV = np.arange(-120.0, -39.9, 0.5)


def together(record: EpisodeRecord) -> float:
    """Correlation of spike counts between A-beta fibres in ``TOGETHER_S`` after release."""
    start_s = record.compression_s
    return count_correlation(record.populations["abeta"], start_s, start_s + TOGETHER_S)


def overshoot_percent(record: EpisodeRecord) -> float:
    """Mean threshold 5 to 15 min after release, over rest minus 1; nan if not measurable then."""
    start = record.compression_s / MIN
    return float(threshold_change(record, start + 5.0, start + 15.0).mean())


def threshold_back_min(record: EpisodeRecord) -> float:
    """Minutes after release until the threshold stays within ``BACK_PERCENT`` of rest; inf if never."""
    start, end = record.compression_s / MIN, (record.compression_s + record.recovery_s) / MIN
    change = threshold_change(record, start + SETTLED_MIN, end)
    since = (record.time_s - record.compression_s) / MIN
    since = since[since >= SETTLED_MIN]
    away = ~(np.abs(change) <= BACK_PERCENT)
    if away[-1]:
        return np.inf
    return float(since[np.flatnonzero(away)[-1] + 1]) if away.any() else SETTLED_MIN


def superexcitability_gain(record: EpisodeRecord) -> float:
    """Superexcitability from 5 min after release on, strongest, minus that at rest [%]."""
    start, end = record.compression_s / MIN, (record.compression_s + record.recovery_s) / MIN
    now, before = course(record, "superexcitability_rel", start + SETTLED_MIN, end)
    return 100.0 * float(now.min() - before)


def steady_current_pA(
    p: dict[str, np.ndarray], potential_mV: np.ndarray, potassium_mM: float
) -> np.ndarray:
    """Steady current of a node with its internode at one potential, (potential, fibre), outward.

    All gates are at their steady state, potassium outside node and internode is raised alike, the pump
    has full energy, sodium inside is that of rest.

    Args:
        p: constants of ``sensory`` (fibre,).
    """
    rt, out = p["rt"], []
    e_na = rt * np.log(p["na_e"] / p["na_i_rest"])
    e_k = rt * np.log(potassium_mM / p["k_i_rest"])
    rate = (p["i_pump_node"] + p["i_pump_internode"]) * pump_occupancy(
        p, p["na_i_rest"], potassium_mM
    )
    for v in potential_mV:
        here = copy.copy(p) | {"v_rest": v + 0.0 * p["v_rest"]}
        fast, slow, inside = sensory.rest_gates(here, np)
        g_nap, _, g_k = sensory.slow_conductances(slow, p)
        fresh = sensory.availability(slow, p)
        g_na = fresh * (p["g_na"] * sensory.sodium_open(fast) + g_nap) + p["g_nal"]
        n, s, q = inside
        g_k = g_k + p["g_kf_i"] * n**4 + p["g_ks_i"] * s + p["g_kl_i"]
        g_k = g_k + (1 - p["share_h"]) * p["g_h"] * q
        g_na = g_na + p["g_nal_i"] + p["share_h"] * p["g_h"] * q
        out.append(g_na * (v - e_na) + g_k * (v - e_k) + (3.0 - p["pump_k"]) * rate)
    return np.array(out)


def n_shaped(current_pA: np.ndarray) -> np.ndarray:
    """Which fibres have a steady current (V, fibre) that rises, falls and rises again, (fibre,)."""
    falls = np.diff(current_pA, axis=0) < 0
    return falls.any(0) & ~falls[0] & ~falls[-1]


def _bistable_percent(potassium_mM: float) -> float:
    p = drawn_constants_of("abeta")
    return 100.0 * float(n_shaped(steady_current_pA(p, SCAN_MV, potassium_mM)).mean())


def _pattern(bench: Bench) -> dict[str, Any]:
    name = "ischaemia_20" if bench.quick else "bursts_20"

    def read(value: Callable[[EpisodeRecord], float]) -> Callable[[], np.ndarray]:
        return each(bench, name, value)

    return {
        "mode": read(lambda r: interval_mode_ms(after(r).interval_ms)),
        "size": read(lambda r: median(burst_sizes(after(r)))),
        "cv": read(lambda r: median(interval_cvs(after(r)))),
        "together": read(together),
        "overshoot": read(overshoot_percent),
        "back": each(bench, "bursts_20", threshold_back_min),
        "super": each(bench, "bursts_20", superexcitability_gain),
        "n_rest": lambda: _bistable_percent(RAISED_MM[0]),
        "n_raised": lambda: _bistable_percent(RAISED_MM[1]),
    }


CHECK = Check(
    {
        "mode": Quantity(
            "most frequent interval between spikes after release", "ms", 3, 15, OCHOA, hard=False,
            judged="mean",
            why="persistent sodium makes the first intervals of a burst short",
        ),
        "size": Quantity(
            "spikes in a burst", "1", 2, 20, OCHOA, hard=False, judged="mean", fitted=FITTED
        ),
        "cv": Quantity(
            "coefficient of variation of the intervals, median fibre", "1", 1, np.inf, OCHOA,
            hard=False, judged="mean", fitted=FITTED,
        ),
        "together": Quantity(
            "correlation of spike counts in 20 ms between fibres", "1", -0.1, 0.1, OCHOA, hard=False,
            judged="mean",
        ),
        "overshoot": Quantity(
            "threshold over rest 5 to 15 min after release", "%", 10, 60, BOSTOCK, hard=False,
            judged="mean",
        ),
        "back": Quantity(
            f"threshold within {BACK_PERCENT:g} % of rest for good", "min", 0, 45, BOSTOCK,
            hard=False, judged="mean",
            why="the pump still hyperpolarises 45 min after release, for sodium leaves within "
                "tens of minutes",
        ),
        "super": Quantity(
            "strongest superexcitability after release minus that at rest", "%", -100, -1, GROSSKREUTZ,
            judged="mean",
            why="too few of the fibres that deformation had opened are measured at rest again",
        ),
        "n_rest": Quantity(
            f"fibres with an N-shaped steady current at {RAISED_MM[0]:g} mM potassium", "%",
            source=BOSTOCK,
        ),
        "n_raised": Quantity(
            f"the same at {RAISED_MM[1]:g} mM", "%", 10, 100, BOSTOCK, hard=False,
            why="the strong slow potassium conductance, open below -60 mV, outweighs the window "
                "of the sodium current",
        ),
    },
    _pattern,
    experiments=("bursts_20",), quick_experiments=("ischaemia_20",), quick=True,
    long=frozenset({"cv"}),
)  # fmt: skip
