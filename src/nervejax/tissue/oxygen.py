"""Oxygen of the endoneurium: delivered by flow, used by respiration.

O' = k q (1 - O) - k (1 - O_rest) R      R = 1 at rest
"""

from typing import Any

import numpy as np


def initial(x_mm: np.ndarray, physiology: Any) -> dict[str, np.ndarray]:
    """Resting oxygen, (x,)."""
    return {"oxygen_rel": np.full_like(x_mm, physiology.metabolism.oxygen_rest)}


def advance(
    state: dict[str, np.ndarray], drive: dict[str, np.ndarray], physiology: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """New oxygen_rel after dt_s; drive: respiration (x,) relative to rest and oxygen at that time.

    Implicit in the supply and in the share of use that falls with oxygen, so any dt is stable.
    """
    m = physiology.metabolism
    k = m.oxygen_rate_per_s
    o = state["oxygen_rel"]
    use = k * (1.0 - m.oxygen_rest) * drive["respiration"] / np.maximum(o, 1e-9)
    new = (o + dt_s * k * state["flow_rel"]) / (1.0 + dt_s * (k * state["flow_rel"] + use))
    return {"oxygen_rel": np.clip(new, 0.0, 1.0)}
