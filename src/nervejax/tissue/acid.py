"""Acid of the endoneurium: made while oxygen lacks (Pasteur effect), washed out by flow, diffusing.

A' = hypoxia (1 - A) / rise - q A / washout + D A''
"""

from typing import Any

import numpy as np

from nervejax.tissue.diffusion import diffuse
from nervejax.tissue.oxygen import saturation


def initial(x_mm: np.ndarray, config: Any) -> dict[str, np.ndarray]:
    """No acid, (x,)."""
    return {"acid_rel": np.zeros_like(x_mm)}


def advance(
    state: dict[str, np.ndarray], drive: dict[str, np.ndarray], config: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """New acid_rel after dt_s; drive: x_mm (x,)."""
    m = config.physiology.metabolism
    make = np.clip(1.0 - saturation(state["oxygen_rel"], m), 0.0, 1.0) / m.acid_rise_s
    wash = state["flow_rel"] / m.acid_washout_s
    a = (state["acid_rel"] + dt_s * make) / (1.0 + dt_s * (make + wash))
    return {"acid_rel": diffuse(a, drive["x_mm"], m.acid_diffusion_mm2_per_s, dt_s)}
