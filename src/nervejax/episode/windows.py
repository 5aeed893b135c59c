"""A window of any length from calls that the kernel can take, and what its numbers say."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nervejax.episode.chunks import Chunk, join
from nervejax.episode.group import Window

SETTLE_MS = 25.0
"""Left out of the means: perinodal potassium (4 ms) and the slowest mode (19 ms) adjust to the
slow step that went before."""


class Part(NamedTuple):
    """What one chunk saw in one call: (block, lane) spike times [ms] and origins; mean fluxes."""

    time_ms: Any
    origin: Any
    means: list[Any]


def step_window(
    seconds: float, block_s: float, longest: int, unbroken: bool, chunks: list[Chunk],
    x_mm: np.ndarray, call: Callable[[int, int, float], list[Part]],
) -> tuple[Window, list[np.ndarray]]:  # fmt: skip
    """Step for ``seconds`` in calls of at most ``longest`` blocks.

    Args:
        unbroken: the slow states move with every window, so nothing has to settle.
        x_mm: (P, F) positions of the places.
        call: (first block, blocks, settle_ms) -> one Part per chunk; moves the states on.

    Returns:
        The spikes, and the means over the window, each (P, F) float64.
    """
    total, done = max(1, round(seconds / block_s)), 0
    times, fibres, origins = [], [], []
    mean: list[np.ndarray] = []
    while done < total:
        blocks = min(total - done, longest)
        settle_ms = 0.0 if unbroken or done else min(SETTLE_MS, 0.5e3 * blocks * block_s)
        parts = call(done, blocks, settle_ms)
        for c, part in zip(chunks, parts, strict=True):
            t = np.asarray(part.time_ms)[:blocks, : c.count]
            row, lane = np.nonzero(t >= 0)
            times.append(t[row, lane] + 1e3 * done * block_s)
            fibres.append(lane + c.first)
            origins.append(np.asarray(part.origin)[row, lane])
        columns = zip(*(part.means for part in parts), strict=True)
        share = [joined(column, chunks) * (blocks / total) for column in columns]
        mean = [a + b for a, b in zip(mean, share, strict=True)] if mean else share
        done += blocks
    t, f, o = (np.concatenate(a) for a in (times, fibres, origins))
    return Window(t, f, x_mm[o, f], total * block_s), mean


def joined(parts: Any, chunks: list[Chunk]) -> np.ndarray:
    """(..., lane) of every chunk -> (..., fibre) of the group, float64."""
    return join([np.asarray(a, np.float64) for a in parts], chunks)


SANE = {
    "potential_mV": (-500.0, 500.0), "potassium_mM": (0.0, 500.0), "sodium_mM": (0.0, 500.0),
}  # fmt: skip
"""Variable -> range outside which no membrane can be: a fibre there has run away (assumed)."""


def quarantine(known: dict[int, str], seen: dict[str, np.ndarray], x_mm: np.ndarray) -> np.ndarray:
    """Name fibres that blew up: not finite, or outside of ``SANE``.

    A fibre that blew up is never numb: it leaves every average, and the report names it.

    Args:
        known: fibre -> reason; new ones are added.
        seen: variable -> (P, F) what the window showed of it.
        x_mm: (P, F) positions.

    Returns:
        (F,) True for the sound ones.
    """
    for name, values in seen.items():
        low, high = SANE.get(name, (-np.inf, np.inf))
        finite = np.isfinite(values)
        sound = finite & (values >= low) & (values <= high)
        for f in np.flatnonzero(~sound.all(0)):
            node = int(np.argmin(sound[:, f]))
            what = "not finite" if not finite[node, f] else f"{values[node, f]:.3g}, has run away"
            reason = f"{name} {what} at place {node}, x = {x_mm[node, f]:.1f} mm"
            known.setdefault(int(f), reason)
    return np.isin(np.arange(x_mm.shape[1]), list(known), invert=True)
