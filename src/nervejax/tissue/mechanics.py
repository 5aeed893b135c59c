"""Viscoelastic strain of the nerve and the opening of paranodal myelin.

    stress = max(P - P_min, 0) / P_scale + edge_gain * |dP/dx| / P_scale
    strain = elastic * stress + viscous * creep        creep' = (stress - creep) / tau
    opening = opening per strain * strain              [S/cm2 over MYSA and FLUT, every fibre alike]

Detachment of the paranode is what blocks a resolved double cable (tests/physics); that large
fibres fail first follows from their geometry, not from a susceptibility.
"""

from typing import Any

import numpy as np


def initial(x_mm: np.ndarray, physiology: Any) -> dict[str, np.ndarray]:
    """No strain, (x,)."""
    return {"creep_rel": np.zeros_like(x_mm), "opening_S_per_cm2": np.zeros_like(x_mm)}


def advance(
    state: dict[str, np.ndarray], drive: dict[str, np.ndarray], physiology: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """New creep_rel and opening_S_per_cm2 after dt_s; drive: deforming_mmHg, x_mm (x,)."""
    m = physiology.mechanics
    p = np.maximum(drive["deforming_mmHg"] - m.threshold_mmHg, 0.0)
    slope = np.abs(np.gradient(p, drive["x_mm"])) if len(p) > 1 else np.zeros_like(p)
    stress = (p + m.edge_gain * slope) / m.scale_mmHg
    tau = np.where(stress >= state["creep_rel"], m.creep_s, m.recoil_s)
    creep = stress + (state["creep_rel"] - stress) * np.exp(-dt_s / tau)
    strain = m.elastic * stress + m.viscous * creep
    return {"creep_rel": creep, "opening_S_per_cm2": m.opening_S_per_cm2 * strain}
