"""Threshold electrotonus on forks: the threshold for a brief stimulus under a long weak current.

A fork is stepped under the polarising current up to each delay; from there the test stimulus is added
for ``TEST_MS``, and the current goes on until the answer has been seen. Each part is a run of the
kernel with a constant stimulus, so the kernel needs to know nothing of it. Both currents go into the
middle node, where an electrode over a nerve polarises a longer stretch. 40 % for 100 ms is the custom
(Kiernan et al. 2000, Muscle Nerve 23:399); 20 % is half of it.
"""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.episode.chunks import join
from nervejax.kernels.events import NEVER

if TYPE_CHECKING:
    from nervejax.episode.myelinated import MyelinatedGroup

CURRENTS_REL = (0.4, 0.2, -0.2, -0.4)
"""Polarising currents over the threshold for 1 ms; above 0 depolarises."""
POLARISING_MS = 100.0
TEST_MS = 1.0
DELAYS_MS = (5.0, 10.0, 20.0, 40.0, 70.0, 98.0, 105.0, 115.0, 140.0)
"""From the start of the polarising current to the test stimulus, not counting that before it."""
BRACKET = (0.02, 5.0)
"""Thresholds looked for, over the one without polarising current; above, not excitable."""
BISECTIONS = 10
"""Threshold to 0.5 %."""
ANSWER_MS = 2.5
"""After the test stimulus a spike counts for so long; 1.5 ms give the same thresholds at rest."""
LASTING_MS = 1e6
"""Width of a stimulus that outlasts any run."""


def electrotonus(group: "MyelinatedGroup", rest_nA: np.ndarray) -> np.ndarray:
    """Threshold reduction, 1 minus threshold over that without polarising current, (C, D, F).

    Above 0 the fibre is easier to excite. nan from where the polarising current by itself, or its end,
    makes a spike, and where no test stimulus within ``BRACKET`` does.

    Args:
        rest_nA: (F,) present threshold for 1 ms; nan gives nan.
    """
    unit_pA = 1e3 * np.nan_to_num(rest_nA)
    present = _threshold_pA(group, group.state, 0.0 * unit_pA, unit_pA)
    found = np.full((len(CURRENTS_REL), len(DELAYS_MS), group.count), np.nan)
    for row, current in zip(found, CURRENTS_REL, strict=True):
        states, now_ms, fired = group.state, 0.0, ~np.isfinite(rest_nA)
        for k, delay_ms in enumerate(DELAYS_MS):
            for until_ms in sorted({min(delay_ms, POLARISING_MS), delay_ms}):
                if until_ms <= now_ms:
                    continue
                polarising_pA = current * unit_pA * (now_ms < POLARISING_MS)
                states, spike = _run(group, states, polarising_pA, until_ms - now_ms)
                fired, now_ms = fired | spike, until_ms
            if fired.all():
                break
            polarising_pA = current * unit_pA * (delay_ms < POLARISING_MS)
            again = _threshold_pA(group, states, polarising_pA, unit_pA)
            row[k] = np.where(fired, np.nan, 1.0 - again / present)
    return found


def _threshold_pA(
    group: "MyelinatedGroup", states: list, polarising_pA: np.ndarray, unit_pA: np.ndarray
) -> np.ndarray:
    """Smallest test stimulus on top of a polarising current that makes a spike, (F,) [pA]; or nan.

    Bisection on a logarithmic scale between ``BRACKET`` times ``unit_pA``.
    """
    low, high = (np.full(group.count, np.log(bound)) for bound in BRACKET)
    excitable, always = np.zeros(group.count, dtype=bool), np.ones(group.count, dtype=bool)
    for _ in range(BISECTIONS):
        amplitude = 0.5 * (low + high)
        test_pA = np.exp(amplitude) * unit_pA
        after, during = _run(group, states, polarising_pA + test_pA, TEST_MS)
        _, late = _run(group, after, polarising_pA, ANSWER_MS)
        fired = during | late
        excitable, always = excitable | fired, always & fired
        low, high = np.where(fired, low, amplitude), np.where(fired, amplitude, high)
    return np.where(excitable & ~always & ~group.lost, np.exp(high) * unit_pA, np.nan)


def _run(
    group: "MyelinatedGroup", states: list, current_pA: np.ndarray, ms: float
) -> tuple[list, np.ndarray]:
    """States after a constant current (F,) into the middle node; whether a spike left it (F,)."""
    middle, dt_us = group.x_mm.shape[0] // 2, group.config.numerics.probe_dt_us
    stimulus = np.zeros_like(group.na_i)
    stimulus[middle] = current_pA
    drives = [group.drive(c, stimulus, width_ms=LASTING_MS) for c in group.chunks]
    out = group.run(states, group.cable, drives, ms, 0.0, dt_us)
    last = join([np.asarray(o[1].last) for o in out], group.chunks)
    return [o[0] for o in out], (last[middle - 2] > NEVER) | (last[middle + 2] > NEVER)
