"""Excitability on forks, as a threshold tracker measures it: it never feeds back into the episode.

``excitability`` is brief: strength-duration time constant after Weiss through two widths, and the
threshold of a second stimulus in the relative refractory and in the superexcitable period, one
interval each (in the range of Kiernan et al. 2001, Muscle Nerve 24:883; assumed). ``full_test`` is
the whole protocol of a clinic: more widths, the recovery cycle, and threshold electrotonus.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from nervejax.episode.chunks import join
from nervejax.episode.electrotonus import CURRENTS_REL, DELAYS_MS, electrotonus
from nervejax.episode.probes import (
    LARGEST_PA_PER_UM,
    SMALLEST_PA_PER_UM,
    THRESHOLD_PULSE_MS,
    thresholds,
)
from nervejax.kernels.events import NEVER
from nervejax.recording.model import Excitability

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
WIDTHS_MS = (THRESHOLD_PULSE_MS, 0.2, 0.5, LONG_PULSE_MS)
"""Of the full test; 20 us to 1 ms are usual (Mogyoros et al. 1996, doi:10.1093/brain/119.2.439)."""
CYCLE_MS = (2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 7.9, 10.0, 13.0, 18.0, 24.0, 32.0, 45.0, 63.0, 100.0)
"""Intervals of the full test, spread evenly on a logarithmic scale as in the clinic."""
CYCLE_BISECTIONS = 11
"""Threshold to 0.3 %."""


def excitability(group: "MyelinatedGroup") -> dict[str, np.ndarray]:
    """State of excitability at the middle node, each (F,), nan where the fibre is not excitable.

    strength_duration_us: time constant of Weiss's charge law through 0.1 and 1 ms.
    refractoriness_rel, superexcitability_rel: threshold 2.5 and 7 ms after a conditioning spike
    over the present one, minus 1.
    """
    rest = _threshold_nA(group)
    longer = _threshold_nA(group, width_ms=LONG_PULSE_MS)
    found = {"strength_duration_us": weiss_us(THRESHOLD_PULSE_MS, rest, LONG_PULSE_MS, longer)}
    stages, fired, _ = _after_a_spike(group, rest, INTERVALS_MS.values())
    for name, states in zip(INTERVALS_MS, stages, strict=True):
        again = _threshold_nA(group, states)
        found[name] = np.where(fired, again / rest - 1.0, np.nan)
    return found


def full_test(group: "MyelinatedGroup", instant_s: float) -> Excitability:
    """Strength-duration, recovery cycle and threshold electrotonus of the present state.

    Args:
        instant_s: limb time to note.

    Returns:
        One instant; everything is nan for a fibre that is not excitable or fires by itself.
    """
    found = np.stack([_threshold_nA(group, width_ms=width) for width in WIDTHS_MS])
    found[:, ~np.all(np.isfinite(found), axis=0)] = np.nan
    tau_us, rheobase_nA = weiss(np.array(WIDTHS_MS), found)
    polarised = electrotonus(group, found[WIDTHS_MS.index(LONG_PULSE_MS)])
    return Excitability(
        instant_s=np.array([instant_s]), width_ms=np.array(WIDTHS_MS),
        interval_ms=np.array(CYCLE_MS), current_rel=np.array(CURRENTS_REL),
        delay_ms=np.array(DELAYS_MS), threshold_nA=found[None],
        strength_duration_us=tau_us[None], rheobase_nA=rheobase_nA[None],
        recovery_change_rel=_recovery_cycle(group, found[0])[None],
        electrotonus_reduction_rel=polarised[None],
    )  # fmt: skip


def _recovery_cycle(group: "MyelinatedGroup", rest_nA: np.ndarray) -> np.ndarray:
    """(K, F) threshold at ``CYCLE_MS`` after a spike over that at rest (F,), minus 1.

    nan where the conditioning stimulus makes no spike, and from a second spike on.
    """
    measured = [_threshold_nA(group, bisections=CYCLE_BISECTIONS)]
    stages, fired, further = _after_a_spike(group, rest_nA, CYCLE_MS)
    measured += [_threshold_nA(group, states, bisections=CYCLE_BISECTIONS) for states in stages]
    change = np.stack(measured[1:]) / measured[0] - 1.0
    return np.where(fired & ~further & np.isfinite(rest_nA), change, np.nan)


def weiss(width_ms: np.ndarray, threshold_nA: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weiss's law, charge = rheobase (width + time constant), by least squares on the charges.

    Args:
        width_ms: (W,).  threshold_nA: (W, F); nan in any gives nan.

    Returns:
        Time constant [us] and rheobase [nA], each (F,).
    """
    charge, centred = width_ms[:, None] * threshold_nA, width_ms - width_ms.mean()
    rheobase = centred @ charge / (centred @ centred)
    return 1e3 * (charge.mean(0) / rheobase - width_ms.mean()), rheobase


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
    group: "MyelinatedGroup", states: list | None = None, width_ms: float = THRESHOLD_PULSE_MS,
    bisections: int | None = None,
) -> np.ndarray:  # fmt: skip
    """Threshold (F,) [nA], nan outside ``EXCITABLE_PA_PER_UM``."""
    found = thresholds(group, states, width_ms, bisections or BISECTIONS)
    least, most = (1e-3 * bound * group.table["diameter_um"] for bound in EXCITABLE_PA_PER_UM)
    return np.where((found > least) & (found < most), found, np.nan)


def _after_a_spike(
    group: "MyelinatedGroup", rest_nA: np.ndarray, intervals_ms: Iterable[float]
) -> tuple[list[list], np.ndarray, np.ndarray]:
    """What follows a stimulus of ``CONDITIONING`` times the threshold ``rest_nA`` at the middle node.

    Returns:
        The states after each of the K intervals; whether the stimulus made a spike (F,); whether
        another came after the first interval and before each (K, F). What crosses in a run from such
        a state is a new spike: a run starts with no crossings.
    """
    middle, dt_us = group.x_mm.shape[0] // 2, group.config.numerics.probe_dt_us
    stimulus = np.zeros_like(group.na_i)
    stimulus[middle] = CONDITIONING * 1e3 * np.nan_to_num(rest_nA)
    states, now_ms = group.state, 0.0
    stages, crossed = [], []
    for interval_ms in intervals_ms:
        drives = [group.drive(c, stimulus) for c in group.chunks]
        out = group.run(states, group.cable, drives, interval_ms - now_ms, 0.0, dt_us)
        states = [o[0] for o in out]
        stages.append(states)
        last = join([np.asarray(o[1].last) for o in out], group.chunks)
        crossed.append((last[middle - 2] > NEVER) & (last[middle + 2] > NEVER))
        stimulus, now_ms = 0.0 * stimulus, interval_ms
    further = np.cumsum([0 * crossed[0], *crossed[1:]], axis=0) > 0
    return stages, crossed[0], further
