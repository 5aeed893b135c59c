"""Which instants of an episode an instrument shows, and how limb time is written on its figures."""

import numpy as np

from nervejax.recording.model import EpisodeRecord

PHASE_COLOURS = ("#555555", "#B5651D", "#0072B2")
"""Before the pressure, under it, after it."""
USED_REL = 0.82
"""Share of the colour map that is used: its brightest end cannot be read on white."""


def spread_choice(time_s: np.ndarray, change: np.ndarray, count: int) -> np.ndarray:
    """At most ``count`` indices from first to last, half of them spread over time, half over change.

    Args:
        time_s: (T,) increasing.  change: (T,) at least 0, how much happened since the one before.
    """
    if len(time_s) <= count:
        return np.arange(len(time_s))
    if count < 1:
        return np.zeros(0, dtype=int)
    passed = np.concatenate([[0.0], np.diff(time_s)])
    place = passed.cumsum() / passed.sum()
    change = np.concatenate([[0.0], np.nan_to_num(change[1:])])
    if change.sum() > 0:
        place = 0.5 * (place + change.cumsum() / change.sum())
    wanted = np.linspace(0.0, 1.0, count)
    return np.unique([int(np.argmin(np.abs(place - w))) for w in wanted])


def nearest_steps(record: EpisodeRecord, at_min: list[float]) -> np.ndarray:
    """Slow steps that hold these limb times [min], in order, each once; times beyond go to the ends."""
    at_s = 60.0 * np.asarray(at_min, dtype=float)
    found = np.searchsorted(record.time_s, at_s + 1e-9, side="right") - 1
    return np.unique(np.clip(found, 0, len(record.time_s) - 1))


def phase_of(record: EpisodeRecord, time_s: float) -> int:
    """0 before the pressure, 1 under it, 2 after release."""
    return int(time_s >= 0) + int(time_s >= record.compression_s)


def instant_label(record: EpisodeRecord, time_s: float) -> str:
    """A limb time since pressure or release, such as ``12.5 min under pressure``, ``10 s before``."""
    phase = phase_of(record, time_s)
    since_s = time_s - record.compression_s if phase == 2 else abs(time_s)
    words = ("before", "under pressure", "after release")[phase]
    return f"{since_s:.0f} s {words}" if since_s < 60 else f"{since_s / 60:.1f} min {words}"


def sequence_colours(count: int) -> list[str]:
    """So many colours from dark to light, told apart by the colour-blind and in grey."""
    import matplotlib
    from matplotlib.colors import to_hex

    colours = matplotlib.colormaps["viridis"]
    return [to_hex(colours(USED_REL * k / max(count - 1, 1))) for k in range(count)]
