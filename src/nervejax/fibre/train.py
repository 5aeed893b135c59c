"""A train of stimuli and what follows it: latency, failures, the concentrations that the spikes move.

What is simulated is stepped in full, finely around its spike and coarsely until the next; the slow
concentrations then move on by as many cycles as fit into ``MACRO_S``, as in the episodes. Gates remember
only what is stepped: those of seconds catch up over several slow steps.
"""

from typing import Any, NamedTuple

import numpy as np

from nervejax.fibre.preparation import NEVER_MS, Preparation
from nervejax.fibre.spike import STIMULUS

MACRO_S = 1.0
LEAD_CYCLES = 3
"""Cycles that are stepped one by one at the beginning, where latency moves fastest."""
RELAX_S, RELAX_WINDOW_MS = 5.0, 300.0
"""After a train: slow step, and what of it is stepped in full, as quietly as it goes."""
WATCH_S = 0.1
"""Slow step while fibres are watched for spikes of their own; all of it is stepped in full."""

Slow = dict[str, np.ndarray]


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
    slow: Slow


def train(
    preparation: Preparation, threshold_end_nA: np.ndarray, rate_Hz: float, duration_s: float,
    width_ms: float = 0.1, state: Any = None, slow: Slow | None = None, window_s: float = 0.0,
    macro_s: float = MACRO_S, strength: float = STIMULUS,
) -> Train:  # fmt: skip
    """Stimulate the end at twice threshold, ``rate_Hz`` for ``duration_s``.

    Args:
        threshold_end_nA: (F,); 0 lets a fibre rest.  state, slow: from where, at rest when None.
        window_s: stepped in full in each slow step of ``macro_s``, one cycle at least.
        strength: of the stimuli, over threshold.
    """
    slow = preparation.resting_slow() if slow is None else slow
    times, latencies, now = [], [], 0.0
    while now < duration_s - 1e-9:
        lead = len(times) < LEAD_CYCLES
        simulated = 1 if lead else max(1, int(window_s * rate_Hz + 1e-9))
        cycles = 1 if lead else max(simulated, int(macro_s * rate_Hz + 1e-9))
        fluxes = []
        for n in range(simulated):
            state, arrival, means = _cycle(
                preparation, strength * threshold_end_nA, 1e3 / rate_Hz, width_ms, state, slow
            )
            fluxes += means
            latencies.append(np.where(arrival > 0, arrival, np.nan))
            times.append(now + n / rate_Hz)
        for ms, mean in fluxes:
            slow = preparation.advance_slow(slow, mean, ms * cycles / simulated)
        now += cycles / rate_Hz
    latency = np.array(latencies).T
    first = latency[:, 0]
    came = np.where(np.isfinite(latency), np.arange(latency.shape[1]), -1).max(1)
    last = latency[np.arange(preparation.count), np.maximum(came, 0)]
    return Train(
        np.array(times), latency, last / first - 1.0, np.isnan(latency).mean(1), state, slow
    )


def _cycle(
    preparation: Preparation, stimulus_nA: np.ndarray, period_ms: float, width_ms: float,
    state: Any, slow: Slow,
) -> tuple[Any, np.ndarray, list[tuple[float, Any]]]:  # fmt: skip
    """One stimulus and the time until the next: state, arrival at ``far``, (ms, means) of its parts."""
    every = np.arange(preparation.count)
    pattern = preparation.intracellular(preparation.end)
    fine_ms = min(period_ms, preparation.longest_ms)
    trials = preparation.trials(every, [pattern] * len(every), stimulus_nA, width_ms, state, slow)
    spike = preparation.run(trials, fine_ms, dt_ms=preparation.coarse_dt_ms)
    state, means = spike.state, [(fine_ms, spike.means)]
    if period_ms > fine_ms:
        quiet_ms = period_ms - fine_ms
        rest = _unstimulated(preparation, state, slow, quiet_ms, preparation.quiet_dt_ms)
        state = rest.state
        means.append((quiet_ms, rest.means))
    return state, spike.last_ms[preparation.far], means


def _unstimulated(preparation: Preparation, state: Any, slow: Slow, ms: float, dt_ms: float) -> Any:
    every = np.arange(preparation.count)
    trials = preparation.trials(every, [preparation.none()] * len(every), state=state, slow=slow)
    return preparation.run(trials, ms, dt_ms=dt_ms)


def relax(
    preparation: Preparation, state: Any, slow: Slow, duration_s: float, slow_s: float = RELAX_S
) -> tuple[Any, Slow]:  # fmt: skip
    """State and slow concentrations (last axis F) after ``duration_s`` without stimuli or spikes.

    slow_s: slow step.
    """
    now = 0.0
    while now < duration_s - 1e-9:
        step_s = min(slow_s, duration_s - now)
        window_ms = min(RELAX_WINDOW_MS, 1e3 * step_s)
        window = _unstimulated(preparation, state, slow, window_ms, preparation.quiet_dt_ms)
        state, slow = window.state, preparation.advance_slow(slow, window.means, 1e3 * step_s)
        now += step_s
    return state, slow


def discharge(preparation: Preparation, state: Any, slow: Slow, duration_s: float) -> np.ndarray:
    """Whether fibres fire by themselves, (F, K) for each ``WATCH_S`` of ``duration_s``.

    A spike is one that passes the centre; slow concentrations move on.
    """
    fired = []
    for _ in range(round(duration_s / WATCH_S)):
        window = _unstimulated(preparation, state, slow, 1e3 * WATCH_S, preparation.coarse_dt_ms)
        state, slow = window.state, preparation.advance_slow(slow, window.means, 1e3 * WATCH_S)
        fired.append(window.last_ms[preparation.centre] > NEVER_MS)
    return np.array(fired).T
