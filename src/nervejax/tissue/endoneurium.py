"""Endoneurial potassium, shared by all fibres of a place.

    K' = efflux - (washout q + loss) (K - K_rest) + D K''

A pool private to each fibre would exaggerate small fibres twentyfold.
"""

from typing import Any

import numpy as np

from nervejax.tissue.diffusion import diffuse

BALANCED = "potassium_mM"
"""State whose content ``turnover`` accounts for."""
LEAST_MM = 0.5
"""Guard: fibres that take up more than there is would drive it below zero."""


def initial(x_mm: np.ndarray, config: Any) -> dict[str, np.ndarray]:
    """Resting potassium, (x,)."""
    return {"potassium_mM": np.full_like(x_mm, config.physiology.endoneurium.potassium_rest_mM)}


def advance(
    state: dict[str, np.ndarray], drive: dict[str, np.ndarray], config: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """New potassium_mM after dt_s; held at rest with mechanisms.potassium off.

    drive: x_mm (x,), potassium_efflux (x,) [mM/s of extracellular space]. Diffusion comes first, so
    that ``turnover`` sees the end state.
    """
    e = config.physiology.endoneurium
    if not config.mechanisms.potassium:
        return {"potassium_mM": np.full_like(state["potassium_mM"], e.potassium_rest_mM)}
    k = diffuse(state["potassium_mM"], drive["x_mm"], e.potassium_diffusion_mm2_per_s, dt_s)
    clear = _clearance_per_s(state, e)
    k = k + dt_s * (drive["potassium_efflux"] + clear * e.potassium_rest_mM)
    return {"potassium_mM": np.maximum(k / (1.0 + dt_s * clear), LEAST_MM)}


def turnover(
    before: dict[str, np.ndarray], after: dict[str, np.ndarray], drive: dict[str, np.ndarray],
    config: Any, dt_s: float,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Potassium that came from fibres and blood and that went there in a step [mM], (x,) each."""
    e = config.physiology.endoneurium
    if not config.mechanisms.potassium:  # an ablation: what the fibres release goes nowhere
        return np.zeros_like(after["potassium_mM"]), np.zeros_like(after["potassium_mM"])
    clear, efflux = _clearance_per_s(after, e), drive["potassium_efflux"]
    came = np.maximum(efflux, 0.0) + clear * e.potassium_rest_mM
    went = np.maximum(-efflux, 0.0) + clear * after["potassium_mM"]
    return dt_s * came, dt_s * went


def _clearance_per_s(state: dict[str, np.ndarray], e: Any) -> np.ndarray:
    """Exchange of potassium with the blood and with the world around the nerve [1/s], (x,)."""
    return e.washout_per_s * state["flow_rel"] + e.diffusion_per_s
