"""Slow steps of an episode as stretches of limb time."""

import numpy as np

from nervejax.recording.model import EpisodeRecord


def step_edges(record: EpisodeRecord) -> np.ndarray:
    """Start of every slow step and the end of the last one [s], (T + 1,)."""
    time_s = np.asarray(record.time_s, dtype=float)
    return np.append(time_s, max(record.compression_s + record.recovery_s, time_s[-1] + 1e-3))


def runs_of(mask: np.ndarray) -> list[tuple[int, int]]:
    """First index and index after the last of every unbroken run of true in a (T,) mask."""
    turns = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(mask, dtype=int), [0]])))
    return [(int(a), int(b)) for a, b in turns.reshape(-1, 2)]
