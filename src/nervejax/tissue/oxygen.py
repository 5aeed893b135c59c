"""Oxygen of the endoneurium: delivered by flow, used by respiration, diffusing along the nerve.

O' = k q (A - O) - k (1 - O_rest) R + D O''      R = 1 at rest, A = 1 unless the blood has none
"""

from typing import Any

import numpy as np

from nervejax.tissue.diffusion import diffuse

BALANCED = "oxygen_rel"
"""State whose content ``turnover`` accounts for."""


def initial(x_mm: np.ndarray, config: Any) -> dict[str, np.ndarray]:
    """Resting oxygen, (x,)."""
    return {"oxygen_rel": np.full_like(x_mm, config.physiology.metabolism.oxygen_rest)}


def saturation(oxygen: np.ndarray, m: Any) -> np.ndarray:
    """Michaelis-Menten saturation of respiration over its value at rest, same shape."""
    return oxygen / (oxygen + m.oxygen_km) * (m.oxygen_rest + m.oxygen_km) / m.oxygen_rest


def advance(
    state: dict[str, np.ndarray], drive: dict[str, np.ndarray], config: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """New oxygen_rel after dt_s.

    drive: x_mm (x,), respiration (x,) relative to rest and at the oxygen of that time,
    arterial_oxygen () share of normal. Implicit in the supply and in the share of use that falls
    with oxygen, so any dt is stable; diffusion comes first, so that ``turnover`` sees the end state.
    """
    m = config.physiology.metabolism
    spread = m.oxygen_diffusion_mm2_per_s * config.mechanisms.oxygen_diffusion
    o = diffuse(state["oxygen_rel"], drive["x_mm"], spread, dt_s)
    supply = _supply_per_s(state, config)
    new = (o + dt_s * supply * drive["arterial_oxygen"]) / (
        1.0 + dt_s * (supply + _use_per_s(state, drive, m))
    )
    return {"oxygen_rel": np.clip(new, 0.0, 1.0)}


def turnover(
    before: dict[str, np.ndarray], after: dict[str, np.ndarray], drive: dict[str, np.ndarray],
    config: Any, dt_s: float,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Oxygen that arteries brought and that veins and respiration took during a step, (x,) each."""
    m = config.physiology.metabolism
    supply = _supply_per_s(after, config)
    gone = (supply + _use_per_s(before, drive, m)) * after["oxygen_rel"]
    return dt_s * supply * drive["arterial_oxygen"], dt_s * gone


def _supply_per_s(state: dict[str, np.ndarray], config: Any) -> Any:
    """Exchange with blood, or with the bath of a nerve without blood [1/s]."""
    rate = config.physiology.metabolism.oxygen_rate_per_s
    return rate if config.pressure.anoxia else rate * state["flow_rel"]


def _use_per_s(state: dict[str, np.ndarray], drive: dict[str, np.ndarray], m: Any) -> np.ndarray:
    """Respiration per oxygen present [1/s], (x,)."""
    rest = m.oxygen_rate_per_s * (1.0 - m.oxygen_rest)
    return rest * drive["respiration"] / np.maximum(state["oxygen_rel"], 1e-9)
