"""Deformation of the nerve and the opening of paranodal myelin: a part that recoils, a part that stays.

    slope   - L^2 slope'' = |dP/dx|      a load reaches the fibres spread over about a nerve radius L
    stress  = (plateau_gain * max(P - P_min, 0) + edge_gain * slope of that) / P_scale
    strain  = elastic * stress + viscous * creep        creep' = (stress - creep) / tau
    damage' = (wanted - damage) / plastic_s             wanted = max(slope - yield, 0) / gradient
              -damage / repair_days                     where less than the present damage is wanted
    opening = opening per strain * strain + opening per damage * damage     [S/cm2]

Opening is over MYSA and FLUT. Detachment of the paranode is what blocks a resolved double cable
(tests/physics); that large fibres fail first follows from their geometry, not from a susceptibility.
Lasting lesions lie where pressure changes along the nerve, not in its middle: Ochoa, Fowler &
Gilliatt 1972, J Anat 113:433. A weighted cord left none at 552, a partial one at 736 and a severe one
at 1180-1545 mmHg after 90 min (Rudge, Ochoa & Gilliatt 1974, J Neurol Sci 23:403); edges of 2 mm
are assumed. Uniform pressure leaves excitability alone (Romanes 1886). Weeks to recover: Rhee 2012;
form assumed.
"""

from typing import Any

import numpy as np

from nervejax.tissue.diffusion import diffuse

S_PER_DAY = 86400.0


def initial(x_mm: np.ndarray, config: Any) -> dict[str, np.ndarray]:
    """No strain and no damage, (x,)."""
    zero = np.zeros_like(x_mm)
    return {"creep_rel": zero, "damage_rel": zero, "opening_S_per_cm2": zero}


def advance(
    state: dict[str, np.ndarray], drive: dict[str, np.ndarray], config: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """New creep_rel, damage_rel and opening_S_per_cm2 after dt_s, exact for steady pressure.

    drive: deforming_mmHg, x_mm (x,).
    """
    m, on = config.physiology.mechanics, config.mechanisms
    pressure, x_mm = drive["deforming_mmHg"], drive["x_mm"]
    p = np.maximum(pressure - m.threshold_mmHg, 0.0)
    stress = m.plateau_gain * p + m.edge_gain * slope(p, x_mm, m.spread_mm)
    stress = stress / m.scale_mmHg * on.elastic
    tau = np.where(stress >= state["creep_rel"], m.creep_s, m.recoil_s)
    creep = stress + (state["creep_rel"] - stress) * np.exp(-dt_s / tau)
    strain = m.elastic * stress + m.viscous * creep

    excess = np.maximum(slope(pressure, x_mm, m.spread_mm) - m.yield_mmHg_per_mm, 0.0)
    wanted = excess / m.plastic_mmHg_per_mm * on.plastic
    damage = state["damage_rel"]
    grown = wanted + (damage - wanted) * np.exp(-dt_s / m.plastic_s)
    mended = damage * np.exp(-dt_s / (m.repair_days * S_PER_DAY))
    damage = np.where(wanted > damage, grown, np.maximum(mended, wanted))
    opening = m.opening_S_per_cm2 * strain + m.plastic_opening_S_per_cm2 * damage
    return {"creep_rel": creep, "damage_rel": damage, "opening_S_per_cm2": opening}


def slope(p: np.ndarray, x_mm: np.ndarray, spread_mm: float) -> np.ndarray:
    """Gradient [mmHg/mm] that fibres under an epineurium feel, (x,): ``steepness`` spread along x."""
    return diffuse(steepness(p, x_mm), x_mm, spread_mm**2, 1.0)


def steepness(p: np.ndarray, x_mm: np.ndarray) -> np.ndarray:
    """|dp/dx| on an even grid, (x,) -> (x,), to fourth order inside.

    An edge of four cells is steep to 1 %; central differences would miss 10 %.
    """
    if len(p) < 2:
        return np.zeros_like(p)
    slope = np.gradient(p, x_mm)
    wide = (p[4:] - p[:-4]) / (4.0 * (x_mm[1] - x_mm[0]))
    slope[2:-2] = (4.0 * slope[2:-2] - wide) / 3.0
    return np.abs(slope)
