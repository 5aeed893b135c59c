"""Recovery cycle: threshold of a second stimulus at growing intervals after a spike."""

from typing import Any, NamedTuple

import numpy as np

from nervejax.fibre.preparation import Preparation, take
from nervejax.fibre.spike import STIMULUS
from nervejax.fibre.thresholds import Question, conducts, thresholds

INTERVALS_MS = (
    1.0, 1.4, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0, 10.0, 13.0, 18.0, 25.0, 35.0, 50.0, 70.0, 100.0,
)  # fmt: skip
REFRACTORY_STEPS = 40
STRONGEST = 10.0
"""Of the resting threshold: a spike that this cannot evoke is refused absolutely."""
BRACKET = (0.2, 20.0)
"""Thresholds looked for, over the resting one."""
BEHIND_MS = 0.05
"""A second spike arrives later than the conditioning one by at least this."""


class Recovery(NamedTuple):
    """Thresholds after a spike.

    interval_ms: (K,), whole blocks.  threshold_change: (F, K) over the resting threshold, minus 1;
    nan = refractory.

    absolute_ms: (F,) longest interval at which ``STRONGEST`` fails.  relative_ms: (F,) when the
    threshold is back at its resting value, nan if it is not within the intervals.
    superexcitability, superexcitability_ms: (F,) lowest change after that and its interval.
    subexcitability, subexcitability_ms: (F,) highest change after the superexcitable period.
    """

    interval_ms: np.ndarray
    threshold_change: np.ndarray
    absolute_ms: np.ndarray
    relative_ms: np.ndarray
    superexcitability: np.ndarray
    superexcitability_ms: np.ndarray
    subexcitability: np.ndarray
    subexcitability_ms: np.ndarray


def recovery_cycle(
    preparation: Preparation, threshold_end_nA: np.ndarray, width_ms: float = 0.1,
    scale: float = 1.0,
) -> Recovery:  # fmt: skip
    """Condition and test at the end electrode, look at the far end.

    Args:
        threshold_end_nA: (F,) at rest for ``width_ms``.  scale: on all intervals (C fibres are slower).
    """
    count = preparation.count
    wanted = scale * np.array(INTERVALS_MS), scale * np.geomspace(0.3, 6.0, REFRACTORY_STEPS)
    stages, states, arrival = _after_a_spike(
        preparation, threshold_end_nA, width_ms, np.union1d(*wanted)
    )
    intervals, fine = (np.unique(_nearest(stages, w)) for w in wanted)
    pattern = preparation.intracellular(preparation.end)

    def ask(f: int, interval: float) -> Question:
        k = stages.index(interval)
        low, high = (x * float(threshold_end_nA[f]) for x in BRACKET)
        after = max(0.0, arrival[f] - interval + BEHIND_MS)
        return Question(f, pattern, width_ms, (low, high), take(states[k], [f]), after_ms=after)

    tried = [(ask(f, t), STRONGEST * threshold_end_nA[f]) for f in range(count) for t in fine]
    fired = conducts(preparation, tried).reshape(count, -1)
    absolute = np.array([fine[~line].max(initial=0.0) for line in fired])
    found = thresholds(preparation, [ask(f, t) for f in range(count) for t in intervals])
    change = found.reshape(count, -1) / threshold_end_nA[:, None] - 1.0
    return Recovery(intervals, change, absolute, *_phases(intervals, change))


def _nearest(stages: list[float], wanted: np.ndarray) -> np.ndarray:
    return np.array(stages)[np.abs(np.array(stages)[:, None] - wanted).argmin(0)]


def _after_a_spike(
    preparation: Preparation, threshold_nA: np.ndarray, width_ms: float, wanted: np.ndarray
) -> tuple[list[float], list[Any], np.ndarray]:
    """Times [ms] after a conditioning stimulus, as near to the wanted ones as whole blocks allow.

    Returns:
        The times, the state (last axis F) at each, and the arrival of the spike at ``far`` (F,).
    """
    every = np.arange(preparation.count)
    pattern = preparation.intracellular(preparation.end)
    trials = preparation.trials(every, [pattern] * len(every), STIMULUS * threshold_nA, width_ms)
    stages, states, arrival, now = [], [], np.full(len(every), np.nan), 0.0
    for stage in wanted:
        fast = now < preparation.longest_ms
        dt = preparation.dt_ms if fast else preparation.coarse_dt_ms
        block_ms = preparation.block_steps * dt
        step = round((stage - now) / block_ms) * block_ms
        if step <= 0:
            continue
        response = preparation.run(trials, step, dt_ms=dt)
        came = np.isnan(arrival) & (response.last_ms[preparation.far] > 0)
        arrival = np.where(came, response.last_ms[preparation.far] + now, arrival)
        trials = trials._replace(state=response.state, start_ms=trials.start_ms - step)
        now += step
        stages.append(now)
        states.append(response.state)
    return stages, states, np.nan_to_num(arrival, nan=-1.0)


def _phases(interval: np.ndarray, change: np.ndarray) -> tuple[np.ndarray, ...]:
    """Relative refractory end, super- and late subexcitability of each line of ``change``."""
    rows = []
    for line in change:
        high = np.nan_to_num(line, nan=np.inf)
        below = np.flatnonzero(high <= 0)
        if len(below) == 0:
            rows.append([np.nan] * 5)
            continue
        k = below[0]
        end = interval[k]
        if k > 0 and np.isfinite(high[k - 1]):
            share = high[k - 1] / (high[k - 1] - high[k])
            end = interval[k - 1] + share * (interval[k] - interval[k - 1])
        low = k + int(np.argmin(high[k:]))
        late = low + int(np.argmax(high[low:]))
        rows.append([end, high[low], interval[low], high[late], interval[late]])
    return tuple(np.array(rows).T)
