"""Pairs of stimuli: how close together two spikes can arrive."""

from typing import NamedTuple

import numpy as np

from nervejax.fibre.preparation import NEVER_MS, Preparation
from nervejax.fibre.spike import STIMULUS

STRONG = 10.0
"""Second stimulus over the resting threshold, as for the absolute refractory period."""
STEP_MM = 1.0


class Pairs(NamedTuple):
    """K pairs in F fibres. near_ms, far_ms: (F, K) interval of the two spikes half way along the fibre
    and at the far place, nan where the second does not come.  apart_mm: (F,) between the two places.
    """  # noqa: D205

    near_ms: np.ndarray
    far_ms: np.ndarray
    apart_mm: np.ndarray


def arriving_pairs(
    preparation: Preparation, threshold_end_nA: np.ndarray, interval_ms: np.ndarray,
    width_ms: float = 0.1,
) -> Pairs:  # fmt: skip
    """Stimulate the end twice and compare when the spikes pass.

    Args:
        threshold_end_nA: (F,) at rest; the first stimulus is twice that, the second ten times.
        interval_ms: (K,) rising, between the stimuli, kept to within a block of steps.
    """
    every = np.arange(preparation.count)
    pattern = [preparation.intracellular(preparation.end)] * len(every)
    places = [preparation.at(0.5), preparation.far]
    block_ms = preparation.block_steps * preparation.dt_ms
    first = preparation.trials(every, pattern, STIMULUS * threshold_end_nA, width_ms)
    alone = preparation.run(first, preparation.longest_ms).last_ms[places]
    out, now = [], 0.0
    for interval in interval_ms:
        step = block_ms * round((interval - now) / block_ms)
        if step > 0:
            state = preparation.run(first, step).state
            now += step
            first = first._replace(state=state, start_ms=first.start_ms - step)
        second = preparation.trials(
            every, pattern, STRONG * threshold_end_nA, width_ms, first.state
        )
        came = preparation.run(second, preparation.longest_ms).last_ms[places]
        later = now + came - alone
        # the first spike itself may still be on its way, and is not later than itself
        both = (alone > NEVER_MS).all(0) & (came > NEVER_MS).all(0) & (later > width_ms).all(0)
        out.append(np.where(both, later, np.nan))
    near, far = np.moveaxis(np.array(out), 0, 2)
    return Pairs(near, far, 1e-3 * (preparation.x_um[places[1]] - preparation.x_um[places[0]]))


def shortest_after_ms(pairs: Pairs, distance_mm: float) -> np.ndarray:
    """Shortest interval (F,) after another ``distance_mm`` of the same fibre; nan if no pair arrives.

    A second spike runs slower in the wake of the first, or faster; how much an interval grows per mm is
    read off the pairs and added up.
    """
    out = []
    for near, far, apart in zip(*pairs, strict=True):
        came = np.isfinite(far)
        if not came.any():
            out.append(np.nan)
            continue
        order = np.argsort(near[came])
        x, growth = near[came][order], (far - near)[came][order] / apart
        interval = far[came].min()
        for _ in range(round(distance_mm / STEP_MM)):
            interval += STEP_MM * np.interp(interval, x, growth)
        out.append(interval)
    return np.array(out)
