"""Blood flow of the endoneurium: a vascular waterfall with reactive hyperaemia.

    q' = (q* - q) / tau      q* = clip((P_a - P) / (P_a - P_v), 0, 1) (1 + H)
    H' = (gain * debt - H) / fade      (builds within 10 s while flow is stopped)

Source: shape from Rydevik, Lundborg & Bagge 1981, J Hand Surg 6:3-12; hyperaemia fitted.
"""

from typing import Any

import numpy as np

STATES = {"flow_rel": 1.0, "hyperaemia_rel": 0.0}
BUILD_S = 10.0


def initial(x_mm: np.ndarray, physiology: Any) -> dict[str, np.ndarray]:
    """Rest: (x,) flow 1, no hyperaemia."""
    return {name: np.full_like(x_mm, value) for name, value in STATES.items()}


def advance(
    state: dict[str, np.ndarray], drive: dict[str, np.ndarray], physiology: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """New flow_rel and hyperaemia_rel after dt_s.

    drive: occluding_mmHg (x,) tissue pressure on the vessels, energy_debt (x,) in [0, 1].
    """
    f = physiology.perfusion
    open_ = np.clip(
        (f.arteriolar_mmHg - drive["occluding_mmHg"])
        / max(f.arteriolar_mmHg - f.venular_mmHg, 1e-6),
        0,
        1,
    )
    fade = np.where(open_ < 0.5, BUILD_S, f.hyperaemia_fade_s)
    wanted = f.hyperaemia_gain * drive["energy_debt"]
    h = wanted + (state["hyperaemia_rel"] - wanted) * np.exp(-dt_s / fade)
    target = open_ * (1.0 + h)
    q = target + (state["flow_rel"] - target) * np.exp(-dt_s / f.occlusion_s)
    return {"flow_rel": q, "hyperaemia_rel": h}
