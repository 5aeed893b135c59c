"""What several checks read from an episode, each once: action potential, half times, block times.

The compound action potential (CNAP) is the sum over the fibres that conduct of diameter squared, for the
field of a fibre grows with it; it is relative to the end of the baseline. Dispersion is left out, so
that the checks read block alone; ``analysis.cnap`` has it, and agrees where all spikes arrive together.
"""

import numpy as np

from nervejax.analysis.readout import baseline_step, conducts, sound_fibres
from nervejax.recording.model import EpisodeRecord, FibreRecord

MIN = 60.0
A_CLASSES = ("abeta", "adelta")


def baseline_index(record: EpisodeRecord) -> int:
    """Last slow step before the pressure."""
    return baseline_step(record.time_s)


def healthy_conduction(record: EpisodeRecord, population: str) -> tuple[np.ndarray, np.ndarray]:
    """(T, F) conduction and (F,) index of the sound fibres that conducted before the pressure."""
    fibres = record.populations[population]
    up = conducts(fibres)
    kept = np.flatnonzero(up[baseline_index(record)] & sound_fibres(fibres))
    return up[:, kept], kept


def cnap(record: EpisodeRecord, population: str = "abeta") -> np.ndarray:
    """Compound action potential of a class over its value before the pressure, (T,); nan without one."""
    up, kept = healthy_conduction(record, population)
    weight = record.populations[population].nodes["diameter_um"][kept] ** 2
    total = weight.sum()
    if not total > 0:
        return np.full(len(record.time_s), np.nan)
    return np.minimum(up @ weight / total, 1.0)  # rounding


def conducting(record: EpisodeRecord, population: str = "abeta") -> np.ndarray:
    """Share of the fibres of a class that conduct, of those that did before, (T,)."""
    up, kept = healthy_conduction(record, population)
    return up.mean(1) if len(kept) else np.full(len(record.time_s), np.nan)


def fall_min(record: EpisodeRecord, course: np.ndarray, level: float = 0.5) -> float:
    """Minutes of pressure until a course (T,) is at most ``level``; nan if it is not under pressure."""
    pressed = (record.time_s >= 0) & (record.time_s <= record.compression_s)
    under = (course <= level) & pressed
    return float(record.time_s[np.argmax(under)]) / MIN if under.any() else np.nan


def at_min(record: EpisodeRecord, course: np.ndarray, minutes: float) -> float:
    """Value of a course (T,) at a time after the onset; nan beyond the episode."""
    end_s = record.compression_s + record.recovery_s
    if MIN * minutes > end_s + 1e-6:
        return np.nan
    k = int(np.searchsorted(record.time_s, MIN * minutes + 1e-6)) - 1
    return float(course[max(k, 0)])


def after_release(record: EpisodeRecord, course: np.ndarray, minutes: float) -> float:
    """Value of a course (T,) at a time after release; nan beyond the episode."""
    return at_min(record, course, record.compression_s / MIN + minutes)


def half_recovery_min(record: EpisodeRecord, course: np.ndarray) -> float:
    """Minutes after release until half of the loss is made good; nan without loss or return."""
    lost = 1.0 - after_release(record, course, 0.0)
    back = (course >= 1.0 - 0.5 * lost) & (record.time_s >= record.compression_s)
    if not (lost > 0 and back.any()):
        return np.nan
    return float(record.time_s[np.argmax(back)] - record.compression_s) / MIN


def block_min(record: EpisodeRecord, population: str) -> np.ndarray:
    """Minutes of pressure until each fibre is blocked for the rest of it; nan if it is not.

    One probe alone may also have met an ectopic spike.
    """
    up, kept = healthy_conduction(record, population)
    pressed = (record.time_s >= 0) & (record.time_s < record.compression_s)
    lost = np.logical_and.accumulate(~up[pressed][::-1])[::-1]
    first = np.where(lost.any(0), record.time_s[pressed][np.argmax(lost, axis=0)] / MIN, np.nan)
    out = np.full(record.populations[population].fibres["conducting"].shape[1], np.nan)
    out[kept] = first
    return out


def velocity_m_per_s(fibres: FibreRecord) -> np.ndarray:
    """(T, F) velocity of the probe spike; nan where it fails."""
    latency = np.asarray(fibres.fibres["latency_ms"], float)
    before = _first_finite(latency)
    speed = np.asarray(fibres.nodes["conduction_velocity_m_per_s"], float)
    return np.where(conducts(fibres), speed * before / latency, np.nan)


def _first_finite(values: np.ndarray) -> np.ndarray:
    """First finite value of each column of (T, F); nan where there is none."""
    good = np.isfinite(values)
    return np.where(good.any(0), values[np.argmax(good, 0), np.arange(values.shape[1])], np.nan)


def share_percent(part: np.ndarray) -> float:
    """Percent of true in (N,); nan of nothing."""
    return 100.0 * float(np.mean(part)) if len(part) else np.nan
