"""Pairs of stimuli: how close together two spikes can arrive."""

import numpy as np

from nervejax.fibre.preparation import NEVER_MS, Preparation
from nervejax.fibre.spike import STIMULUS

STRONG = 10.0
"""Second stimulus over the resting threshold, as for the absolute refractory period."""


def arriving_intervals_ms(
    preparation: Preparation, threshold_end_nA: np.ndarray, apart_ms: np.ndarray,
    width_ms: float = 0.1,
) -> np.ndarray:  # fmt: skip
    """Interval at the far place between two spikes, (F, K); nan where the second does not come.

    Args:
        threshold_end_nA: (F,) at rest; the first stimulus is twice that, the second ten times.
        apart_ms: (K,) rising, between the stimuli at the end, to within a block of steps.
    """
    every = np.arange(preparation.count)
    pattern = [preparation.intracellular(preparation.end)] * len(every)
    far, block_ms = preparation.far, preparation.block_steps * preparation.dt_ms
    first = preparation.trials(every, pattern, STIMULUS * threshold_end_nA, width_ms)
    alone = preparation.run(first, preparation.longest_ms).last_ms[far]
    out, now = [], 0.0
    for apart in apart_ms:
        step = block_ms * round((apart - now) / block_ms)
        if step > 0:
            state = preparation.run(first, step).state
            now += step
            first = first._replace(state=state, start_ms=first.start_ms - step)
        second = preparation.trials(
            every, pattern, STRONG * threshold_end_nA, width_ms, first.state
        )
        came = preparation.run(second, preparation.longest_ms).last_ms[far]
        apart_at_far = now + came - alone
        both = (alone > NEVER_MS) & (came > NEVER_MS) & (apart_at_far > width_ms)
        out.append(np.where(both, apart_at_far, np.nan))
    return np.array(out).T
