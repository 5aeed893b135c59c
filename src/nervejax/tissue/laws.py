"""The slow tissue as a list of laws on one grid. A new law is one new file and one line here."""

from types import ModuleType
from typing import Any

import numpy as np

from nervejax.tissue import acid, endoneurium, energy, mechanics, oxygen, perfusion

LAWS: tuple[ModuleType, ...] = (perfusion, oxygen, acid, endoneurium, mechanics)
"""Stepped in this order; each module has initial(x_mm, config) and advance(state, drive,
config, dt_s) -> the states it owns; config is ``config.schema.Config``."""

LONGEST_STEP_S = 0.5
SETTLE_S, SETTLE_STEPS = 5.0, 2000  # 2.8 h: oxygen takes minutes, acid 70 s over flow


def rest(x_mm: np.ndarray, config: Any) -> dict[str, np.ndarray]:
    """All tissue states at rest, name -> an array like ``x_mm``.

    With narrowed arteries (pathology.flow_rel < 1) the constants of rest are no steady state: oxygen
    and acid then start where they settle with that flow and the energy of rest. The energy of the
    fibres still drifts in the baseline, within about ten minutes, to what that oxygen supports.
    """
    state: dict[str, np.ndarray] = {}
    for law in LAWS:
        state |= law.initial(x_mm, config)
    if config.pathology.flow_rel < 1.0:
        state |= {k: np.full_like(x_mm, v) for k, v in _settled(config).items()}
    return state


def advance(
    state: dict[str, np.ndarray], drive: dict[str, Any], config: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """One step of every law; the drive names are listed in each law's docstring."""
    for law in LAWS:
        state = state | law.advance(state, drive, config, dt_s)
    return state


def _settled(config: Any) -> dict[str, float]:
    """Oxygen and acid of one place whose flow is held at pathology.flow_rel."""
    x, m = np.zeros(1), config.physiology.metabolism
    state = {"flow_rel": x + config.pathology.flow_rel}
    state |= oxygen.initial(x, config) | acid.initial(x, config)
    drive: dict[str, Any] = {"x_mm": x, "arterial_oxygen": 1.0}
    for _ in range(SETTLE_STEPS):
        drive["respiration"] = energy.respiration(state["oxygen_rel"], x + m.energy_rest, m)
        state |= oxygen.advance(state, drive, config, SETTLE_S)
        state |= acid.advance(state, drive, config, SETTLE_S)
    return {k: float(state[k][0]) for k in ("oxygen_rel", "acid_rel")}
