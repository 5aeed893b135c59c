"""The slow tissue as a list of laws on one grid. A new law is one new file and one line here."""

from types import ModuleType
from typing import Any

import numpy as np

from nervejax.tissue import acid, endoneurium, mechanics, oxygen, perfusion

LAWS: tuple[ModuleType, ...] = (perfusion, oxygen, acid, endoneurium, mechanics)
"""Stepped in this order; each module has initial(x_mm, physiology) and advance(state, drive,
physiology, dt_s) -> the states it owns."""

LONGEST_STEP_S = 0.5


def rest(x_mm: np.ndarray, physiology: Any) -> dict[str, np.ndarray]:
    """All tissue states at rest, name -> (x,)."""
    state: dict[str, np.ndarray] = {}
    for law in LAWS:
        state |= law.initial(x_mm, physiology)
    return state


def advance(
    state: dict[str, np.ndarray], drive: dict[str, np.ndarray], physiology: Any, dt_s: float
) -> dict[str, np.ndarray]:
    """One step of every law; the drive names are listed in each law's docstring."""
    for law in LAWS:
        state = state | law.advance(state, drive, physiology, dt_s)
    return state
