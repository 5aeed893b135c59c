"""The slowest gates over the part of a slow step that is not stepped in full."""

import math
from types import ModuleType

from nervejax.episode.chunks import Chunk
from nervejax.kernels.myelinated import State


def projected(
    membrane: ModuleType, chunks: list[Chunk], states: list[State], targets: tuple, gap_ms: float
) -> list[State]:
    """States of the chunks after the gates in ``membrane.PROJECTED`` relaxed for ``gap_ms``.

    Args:
        targets: for each such gate (P, F), the mean of its steady state over the window.
    """
    for name, tau, target in zip(
        membrane.PROJECTED, membrane.PROJECTED_TAU_MS, targets, strict=True
    ):
        k = membrane.SLOW.index(name)
        share = min(0.5, 1.0 - math.exp(-gap_ms / tau))  # under-relaxed: the target moves too
        new = []
        for c, s in zip(chunks, states, strict=True):
            gate = s.slow[k] + share * (c.put(target) - s.slow[k])
            new.append(s._replace(slow=(*s.slow[:k], gate, *s.slow[k + 1 :])))
        states = new
    return states
