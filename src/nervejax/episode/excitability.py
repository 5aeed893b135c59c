"""Excitability on forks, as a threshold tracker measures it: it never feeds back into the episode.

Strength-duration time constant after Weiss, and the threshold of a second stimulus in the relative
refractory and in the superexcitable period, one interval each (in the range of Kiernan et al. 2001,
Muscle Nerve 24:883; assumed).
"""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.episode.chunks import join
from nervejax.episode.probes import (
    LARGEST_PA_PER_UM,
    SMALLEST_PA_PER_UM,
    THRESHOLD_PULSE_MS,
    thresholds,
)
from nervejax.kernels.events import NEVER

if TYPE_CHECKING:
    from nervejax.episode.myelinated import MyelinatedGroup

LONG_PULSE_MS = 1.0
CONDITIONING = 2.0
"""Conditioning stimulus over the present threshold: supramaximal for one fibre."""
INTERVALS_MS = {"refractoriness_rel": 2.5, "superexcitability_rel": 7.0}
"""From the conditioning to the test stimulus."""
EXCITABLE_PA_PER_UM = 1.01 * SMALLEST_PA_PER_UM, 0.6 * LARGEST_PA_PER_UM
"""Below: it fires by itself, at any stimulus. Above, five times a resting threshold: not excitable;
not far beyond that the pulse alone lifts the neighbouring nodes."""
BISECTIONS = 13
"""Threshold to 0.07 %: a change of a few percent is what is looked for."""


def excitability(group: "MyelinatedGroup") -> dict[str, np.ndarray]:
    """State of excitability at the middle node, each (F,), nan where the fibre is not excitable.

    strength_duration_us: time constant of Weiss's charge law through 0.1 and 1 ms.
    refractoriness_rel, superexcitability_rel: threshold 2.5 and 7 ms after a conditioning spike
    over the present one, minus 1.
    """
    rest = _threshold_nA(group)
    longer = _threshold_nA(group, width_ms=LONG_PULSE_MS)
    found = {"strength_duration_us": weiss_us(THRESHOLD_PULSE_MS, rest, LONG_PULSE_MS, longer)}
    stages, fired = _after_a_spike(group, CONDITIONING * 1e3 * np.nan_to_num(rest))
    for name, states in stages.items():
        again = _threshold_nA(group, states)
        found[name] = np.where(fired, again / rest - 1.0, np.nan)
    return found


def weiss_us(
    short_ms: float, short_nA: np.ndarray, long_ms: float, long_nA: np.ndarray
) -> np.ndarray:
    """Strength-duration time constant [us] of the line charge = rheobase (width + time constant).

    Args:
        short_nA, long_nA: thresholds (F,) at the two widths; nan gives nan.
    """
    charge = short_ms * short_nA
    rheobase = (long_ms * long_nA - charge) / (long_ms - short_ms)
    return 1e3 * (charge / rheobase - short_ms)


def _threshold_nA(
    group: "MyelinatedGroup", states: list | None = None, width_ms: float = THRESHOLD_PULSE_MS
) -> np.ndarray:
    """Threshold (F,) [nA], nan outside ``EXCITABLE_PA_PER_UM``."""
    found = thresholds(group, states, width_ms, BISECTIONS)
    least, most = (1e-3 * bound * group.table["diameter_um"] for bound in EXCITABLE_PA_PER_UM)
    return np.where((found > least) & (found < most), found, np.nan)


def _after_a_spike(
    group: "MyelinatedGroup", current_pA: np.ndarray
) -> tuple[dict[str, list], np.ndarray]:
    """States at ``INTERVALS_MS`` after a stimulus into the middle node, and whether it made a spike.

    What crosses in a run from such a state is a new spike: a run starts with no crossings.
    """
    middle, dt_us = group.x_mm.shape[0] // 2, group.config.numerics.probe_dt_us
    stimulus = np.zeros_like(group.na_i)
    stimulus[middle] = current_pA
    states, now_ms = group.state, 0.0
    fired, stages = np.zeros(group.count, dtype=bool), {}
    for name, interval_ms in INTERVALS_MS.items():
        drives = [group.drive(c, stimulus) for c in group.chunks]
        out = group.run(states, group.cable, drives, interval_ms - now_ms, 0.0, dt_us)
        states = stages[name] = [o[0] for o in out]
        if not now_ms:
            last = join([np.asarray(o[1].last) for o in out], group.chunks)
            fired = (last[middle - 2] > NEVER) & (last[middle + 2] > NEVER)
        stimulus, now_ms = 0.0 * stimulus, interval_ms
    return stages, fired
