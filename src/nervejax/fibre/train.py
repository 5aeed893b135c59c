"""A train of stimuli: latency, failures, and the concentrations that the spikes leave behind.

Every simulated cycle is stepped in full, finely around its spike and coarsely until the next; the slow
concentrations then move on by as many cycles as fit into ``MACRO_S``, as in the episodes.
"""

from typing import Any, NamedTuple

import numpy as np

from nervejax.fibre.preparation import Preparation
from nervejax.fibre.spike import STIMULUS

MACRO_S = 1.0
LEAD_CYCLES = 3
"""Cycles that are stepped one by one at the beginning, where latency moves fastest."""


class Train(NamedTuple):
    """K simulated cycles. time_s: (K,).  latency_ms: (F, K) to the far place, nan = failed.

    slowing: (F,) last latency over the first, minus 1.  failed: (F,) share of failed cycles.
    state, slow: at the end, last axis F.
    """

    time_s: np.ndarray
    latency_ms: np.ndarray
    slowing: np.ndarray
    failed: np.ndarray
    state: Any
    slow: dict[str, np.ndarray]


def train(
    preparation: Preparation, threshold_end_nA: np.ndarray, rate_Hz: float, duration_s: float,
    width_ms: float = 0.1, state: Any = None, slow: dict[str, np.ndarray] | None = None,
) -> Train:  # fmt: skip
    """Stimulate the end at twice threshold, ``rate_Hz`` for ``duration_s``.

    Args:
        threshold_end_nA: (F,); 0 lets a fibre rest.  state, slow: from where, at rest when None.
    """
    every = np.arange(preparation.count)
    pattern = preparation.intracellular(preparation.end)
    period_ms = 1e3 / rate_Hz
    fine_ms = min(period_ms, preparation.longest_ms)
    slow = preparation.resting_slow() if slow is None else slow
    times, latencies, now = [], [], 0.0
    while now < duration_s - 1e-9:
        trials = preparation.trials(
            every, [pattern] * len(every), STIMULUS * threshold_end_nA, width_ms, state, slow
        )
        spike = preparation.run(trials, fine_ms, dt_ms=preparation.coarse_dt_ms)
        state, means = spike.state, [(fine_ms, spike.means)]
        if period_ms > fine_ms:
            quiet = preparation.trials(
                every, [preparation.none()] * len(every), state=state, slow=slow
            )
            rest = preparation.run(quiet, period_ms - fine_ms, dt_ms=preparation.quiet_dt_ms)
            state = rest.state
            means.append((period_ms - fine_ms, rest.means))
        arrival = spike.last_ms[preparation.far]
        latencies.append(np.where(arrival > 0, arrival, np.nan))
        times.append(now)
        lead = len(times) <= LEAD_CYCLES
        cycles = 1 if lead else max(1, int(MACRO_S * rate_Hz + 1e-9))
        for ms, mean in means:
            slow = preparation.advance_slow(slow, mean, ms * cycles)
        now += cycles / rate_Hz
    latency = np.array(latencies).T
    first = latency[:, 0]
    came = np.where(np.isfinite(latency), np.arange(latency.shape[1]), -1).max(1)
    last = latency[every, np.maximum(came, 0)]
    return Train(
        np.array(times), latency, last / first - 1.0, np.isnan(latency).mean(1), state, slow
    )
