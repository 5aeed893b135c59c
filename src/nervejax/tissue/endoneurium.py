"""Endoneurial potassium, shared by all fibres of a place.

    K' = efflux - (washout q + loss) (K - K_rest) + D K''

A pool private to each fibre would exaggerate small fibres twentyfold.
"""

from typing import Any

import numpy as np

from nervejax.tissue.diffusion import diffuse


def initial(x_mm: np.ndarray, physiology: Any) -> dict[str, np.ndarray]:
    """Resting potassium, (x,)."""
    return {"potassium_mM": np.full_like(x_mm, physiology.endoneurium.potassium_rest_mM)}


def advance(
    state: dict[str, np.ndarray], drive: dict[str, np.ndarray], physiology: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """New potassium_mM after dt_s; drive: potassium_efflux (x,) [mM/s of extracellular space]."""
    e = physiology.endoneurium
    clear = e.washout_per_s * state["flow_rel"] + e.diffusion_per_s
    k = state["potassium_mM"] + dt_s * (drive["potassium_efflux"] + clear * e.potassium_rest_mM)
    k = np.maximum(k / (1.0 + dt_s * clear), 0.5)
    return {"potassium_mM": diffuse(k, drive["x_mm"], e.potassium_diffusion_mm2_per_s, dt_s)}
