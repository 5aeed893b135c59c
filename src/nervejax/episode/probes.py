"""Tests on a fork of the state: they never feed back into the episode.

A test pulse inside a window would be multiplied by the part of limb time the window stands for.
"""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.episode.chunks import join
from nervejax.episode.group import Probe
from nervejax.kernels import myelinated as kernel
from nervejax.kernels.events import NEVER, SAME_SPIKE_MS
from nervejax.recording.model import CAUSES

if TYPE_CHECKING:
    from nervejax.episode.myelinated import MyelinatedGroup

PROBE_MS = 15.0
"""Longest latency that counts: an opened stretch slows small fibres to some 10 ms."""
START_MS, RECOIL_MS = 0.5, 5.0
"""When the pulse comes: at once, or after the modes have settled to closed paranodes."""
PROBE_PA_PER_UM = 400.0
"""Supramaximal: 3 x the threshold of a resting node at every diameter."""
SAME_ARRIVAL_MS = 1.0
"""A spike that also arrives without the pulse, this close in time, is not the test spike."""
THRESHOLD_PULSE_MS, THRESHOLD_MS, BISECTIONS = 0.1, 3.0, 9
"""Pulse, time from its start in which a spike counts (a longer pulse gets as much more), halvings."""
SMALLEST_PA_PER_UM, LARGEST_PA_PER_UM = 3.0, 1200.0
CAUSE_NONE, CAUSE_MECHANICAL, CAUSE_ISCHAEMIC, CAUSE_EACH, CAUSE_TOGETHER = (
    CAUSES[k] for k in ("none", "mechanical", "ischaemic", "each alone", "only together")
)
CAUSE_LOST = CAUSES["lost"]


def probe(group: "MyelinatedGroup") -> Probe:
    """Stimulate the receptor-side end; does that spike arrive at the central end?

    Where it fails anew, and once a minute, two more forks say why: one with the paranodes closed,
    one with resting ions, full pump and no acid. The cause is what restores conduction when taken
    away; it is held in between. A lost fibre is not asked: it never conducts.
    """
    arrived, latency, last = _test_spike(group, group.state, group.cable)
    reached = _reached(last)
    site = np.where(arrived, np.nan, group.x_mm[reached, np.arange(group.count)])
    cause = np.where(arrived, CAUSE_NONE, group.cause).astype(np.uint8)
    if np.any(~arrived & (cause == CAUSE_NONE)) or (group.cause_due() and not arrived.all()):
        cause = np.where(arrived, CAUSE_NONE, _cause(group)).astype(np.uint8)
    group.cause = cause
    lost = group.lost
    return Probe(
        arrived & ~lost, np.where(lost, np.nan, latency), np.where(lost, np.nan, site),
        np.where(lost, CAUSE_LOST, cause).astype(np.uint8),
    )  # fmt: skip


def _cause(group: "MyelinatedGroup") -> np.ndarray:
    """(F,) what restores conduction when taken away, for fibres that do not conduct."""
    closed = group.state_at(np.zeros_like(group.levels))
    unopened, _, _ = _test_spike(group, closed, group.closed, RECOIL_MS)
    well, _, _ = _test_spike(group, group.rest_state, group.cable, healthy=True)
    return np.select(
        [unopened & well, unopened, well],
        [CAUSE_TOGETHER, CAUSE_MECHANICAL, CAUSE_ISCHAEMIC],
        CAUSE_EACH,
    ).astype(np.uint8)


def _test_spike(
    group: "MyelinatedGroup",
    states: list,
    cables: list,
    start_ms: float = START_MS,
    healthy: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(arrived (F,), latency to the central end of the cable [ms] (F,), last crossings (P, F))."""
    stimulus = np.zeros_like(group.na_i)
    stimulus[-1] = PROBE_PA_PER_UM * group.table["diameter_um"]
    drives = [group.drive(c, stimulus, start_ms, healthy) for c in group.chunks]
    dt_us = group.config.numerics.probe_dt_us
    out = group.run(states, cables, drives, start_ms + PROBE_MS, 0.0, dt_us)
    blocks = round((start_ms + PROBE_MS) / (1e-3 * kernel.BLOCK_STEPS * dt_us))
    time = join([np.asarray(o[1].time)[:blocks] for o in out], group.chunks)
    ours = time > start_ms
    if group.lively:
        # the same noise without the pulse: what arrives in both runs is not the test spike
        drives = [group.drive(c, None, start_ms, healthy) for c in group.chunks]
        idle = group.run(states, cables, drives, start_ms + PROBE_MS, 0.0, dt_us)
        alone = join([np.asarray(o[1].time)[:blocks] for o in idle], group.chunks) >= 0
        reach = round(SAME_ARRIVAL_MS / (1e-3 * kernel.BLOCK_STEPS * dt_us))
        padded = np.pad(np.cumsum(alone, axis=0), ((reach + 1, reach), (0, 0)), mode="edge")
        padded[: reach + 1] = 0
        ours &= padded[2 * reach + 1 :] == padded[: -2 * reach - 1]
    latency = np.where(ours, time, np.inf).min(0) - start_ms
    last = join([np.asarray(o[1].last) for o in out], group.chunks)
    arrived = np.isfinite(latency)
    return arrived, np.where(arrived, latency, np.nan), np.where(last > start_ms, last, NEVER)


def _reached(last: np.ndarray) -> np.ndarray:
    """(F,) most central node that the spike from the last node reached."""
    from_end = last[::-1]
    near = (np.abs(np.diff(from_end, axis=0)) < SAME_SPIKE_MS) & (from_end[1:] > NEVER)
    return last.shape[0] - 1 - np.cumprod(near, axis=0).sum(0)


def thresholds(
    group: "MyelinatedGroup", states: list | None = None, width_ms: float = THRESHOLD_PULSE_MS,
    bisections: int = BISECTIONS,
) -> np.ndarray:  # fmt: skip
    """Smallest current into the middle node that makes a spike leave it [nA], (F,).

    Bisection on a logarithmic scale, 6 / 2^bisections wide at the end: 1.2 % unless told.

    Args:
        states: kernel states of the chunks to start from; the present ones if None.
        width_ms: of the pulse.

    Returns:
        nan for a fibre that no current makes fire, and for a lost one.
    """
    middle = group.x_mm.shape[0] // 2
    unit = group.table["diameter_um"]
    low, high = np.log(SMALLEST_PA_PER_UM * unit), np.log(LARGEST_PA_PER_UM * unit)
    excitable = np.zeros(group.count, dtype=bool)
    states = group.state if states is None else states
    longest_ms = THRESHOLD_MS + max(0.0, width_ms - THRESHOLD_PULSE_MS)
    dt_us = group.config.numerics.probe_dt_us
    for _ in range(bisections):
        amplitude = 0.5 * (low + high)
        stimulus = np.zeros_like(group.na_i)
        stimulus[middle] = np.exp(amplitude)
        drives = [group.drive(c, stimulus, width_ms=width_ms) for c in group.chunks]
        out = group.run(states, group.cable, drives, longest_ms, 0.0, dt_us)
        last = join([np.asarray(o[1].last) for o in out], group.chunks)
        fired = (last[middle - 2] > NEVER) | (last[middle + 2] > NEVER)
        excitable |= fired
        low, high = np.where(fired, low, amplitude), np.where(fired, amplitude, high)
    return np.where(excitable & ~group.lost, 1e-3 * np.exp(high), np.nan)
