"""Balance of mass of the tissue: what came, what went, and what neither explains.

A law that keeps one has ``BALANCED``, the name of its state, and ``turnover``: the same terms as its
equation, taken at the end of the step. Diffusion moves and neither makes nor takes, and a guard that
cuts a value off shows up here.
"""

from typing import Any

import numpy as np

from nervejax.tissue import endoneurium, oxygen

KEYS = {"oxygen_rel": oxygen, "potassium_endoneurial_rel": endoneurium}
"""Name of the residual -> law."""


class Balance:
    """Content, sources and sinks of an episode, summed along the nerve."""

    def __init__(self) -> None:
        self._change = dict.fromkeys(KEYS, 0.0)
        self._came, self._went = dict(self._change), dict(self._change)

    def add(
        self, before: dict[str, np.ndarray], after: dict[str, np.ndarray], drive: dict[str, Any],
        config: Any, dt_s: float,
    ) -> None:  # fmt: skip
        """Account for one step of ``laws.advance`` with its drives."""
        for key, law in KEYS.items():
            came, went = law.turnover(before, after, drive, config, dt_s)
            self._change[key] += float(np.sum(after[law.BALANCED] - before[law.BALANCED]))
            self._came[key] += float(np.sum(came))
            self._went[key] += float(np.sum(went))

    def residual_rel(self) -> dict[str, float]:
        """|change of content - sources + sinks| over all that was turned over, name -> share."""
        out = {}
        for key, change in self._change.items():
            turned_over = 0.5 * (self._came[key] + self._went[key])
            left = abs(change - self._came[key] + self._went[key])
            out[key] = left / turned_over if turned_over > 0 else left
        return out
