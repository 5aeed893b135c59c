"""Blood flow of the endoneurium: a vascular waterfall, its borders, its return and its failure.

    open  = clip((P_c - P) / (P_c - P_v), 0, 1)^n      P_c = closing_rel * mean arterial pressure
            0 where starved; then smoothed over the reach of vessels that cross a border:
            open - L^2 open'' = open before
    q*    = min(open (1 + H) / (1 + (a / a_50)^m), limit of narrowed arteries)
    q'    = (q* - q) / tau      tau = occlusion_s, for flow that returns + refill per mm of its way
    H'    = (gain * debt - H) / fade      (builds within 10 s while flow is stopped)
    a'    = anoxia - saturation * a / repair           a: minutes of anoxia, vessels swell

Sources: waterfall, Rydevik, Lundborg & Bagge 1981, J Hand Surg 6:3 and Olmarker et al. 1989, J Orthop
Res 7:817 (closing follows arterial pressure); no-reflow, Day et al. 1989, Exp Neurol 103:173 (none
up to 30 min, in about half at 60 min) and Schmelzer, Zochodne & Low 1989, PNAS 86:1639; forms and
hyperaemia assumed, values: ``configs/physiology``.
"""

from typing import Any

import numpy as np

from nervejax.tissue.diffusion import diffuse
from nervejax.tissue.oxygen import saturation

BUILD_S = 10.0
BATH_CLEARANCE = 0.3
"""What a bath clears of a nerve without blood over what flow at rest would (pressure.anoxia); assumed,
for half of the response is back 8 min after oxygen and not 1 (Stecker, Wolfe & Stevenson 2013)."""
MIN_PER_S, S_PER_H = 1 / 60, 3600.0


def initial(x_mm: np.ndarray, config: Any) -> dict[str, np.ndarray]:
    """Rest: (x,) flow 1 or what narrowed arteries let through, no hyperaemia, no anoxia."""
    zero = np.zeros_like(x_mm)
    return {
        "flow_rel": zero + (BATH_CLEARANCE if in_bath(config) else config.pathology.flow_rel),
        "hyperaemia_rel": zero,
        "refill_s": zero + config.physiology.perfusion.occlusion_s, "anoxic_min": zero,
    }  # fmt: skip


def in_bath(config: Any) -> bool:
    """Whether the nerve lies in a bath: no blood, oxygen from outside, little clearance."""
    return config.pressure.anoxia


def open_share(drive: dict[str, np.ndarray], f: Any) -> np.ndarray:
    """Share of the vessels' conductance that pressure leaves, (x,) in [0, 1].

    drive: x_mm, occluding_mmHg, starved (x,).  f: ``config.physiology.perfusion``.
    """
    closing_mmHg = f.closing_rel * f.mean_arterial_mmHg
    fall_mmHg = max(closing_mmHg - f.venular_mmHg, 1e-6)
    share = np.clip((closing_mmHg - drive["occluding_mmHg"]) / fall_mmHg, 0, 1)
    share = np.where(drive["starved"], 0.0, share**f.collapse_exponent)
    return diffuse(share, drive["x_mm"], f.collateral_mm**2, 1.0)


def advance(
    state: dict[str, np.ndarray], drive: dict[str, np.ndarray], config: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """New flow_rel, hyperaemia_rel, refill_s and anoxic_min after dt_s.

    drive: x_mm (x,), occluding_mmHg (x,) tissue pressure on the vessels, starved (x,) whether the
    vessels that feed a place are shut upstream, energy_debt (x,) in [0, 1].
    """
    f, on = config.physiology.perfusion, config.mechanisms
    share = open_share(drive, f)
    shut = share < 0.5
    fade = np.where(shut, BUILD_S, f.hyperaemia_fade_s)
    wanted = f.hyperaemia_gain * drive["energy_debt"] * on.hyperaemia
    h = wanted + (state["hyperaemia_rel"] - wanted) * np.exp(-dt_s / fade)
    anoxic = _anoxic_min(state, config, dt_s)
    swollen = (anoxic / f.no_reflow_min) ** f.no_reflow_hill * on.no_reflow
    target = share * (1.0 + h) / (1.0 + swollen)
    if in_bath(config):
        target = np.full_like(target, BATH_CLEARANCE)
    elif config.pathology.flow_rel < 1.0:  # narrowed arteries deliver no more after release either
        target = np.minimum(target, config.pathology.flow_rel)
    way_s = f.refill_s_per_mm * _way_mm(shut, drive["x_mm"])
    refill = np.where(shut, f.occlusion_s + way_s, state["refill_s"])
    tau = np.where(target > state["flow_rel"], refill, f.occlusion_s)
    q = target + (state["flow_rel"] - target) * np.exp(-dt_s / tau)
    return {"flow_rel": q, "hyperaemia_rel": h, "refill_s": refill, "anoxic_min": anoxic}


def _anoxic_min(state: dict[str, np.ndarray], config: Any, dt_s: float) -> np.ndarray:
    """Minutes of anoxia behind a place, (x,); exact for a steady oxygen.

    Counts where respiration runs at less than half of rest, so that a nerve which is merely short
    of oxygen for years does not swell.
    """
    f = config.physiology.perfusion
    breath = saturation(state["oxygen_rel"], config.physiology.metabolism)
    rise = np.clip(1.0 - 2.0 * breath, 0.0, 1.0) * MIN_PER_S
    repair = np.clip(breath, 1e-9, 1.0) / (f.no_reflow_repair_h * S_PER_H)
    kept = np.exp(-repair * dt_s)
    return state["anoxic_min"] * kept + rise * -np.expm1(-repair * dt_s) / repair


def _way_mm(shut: np.ndarray, x_mm: np.ndarray) -> np.ndarray:
    """Distance of a shut place from the central border of its shut stretch [mm], (x,); else 0."""
    first = shut & ~np.concatenate(([False], shut[:-1]))
    border = np.maximum.accumulate(np.where(first, np.arange(len(shut)), 0))
    return np.where(shut, x_mm - x_mm[border], 0.0)
