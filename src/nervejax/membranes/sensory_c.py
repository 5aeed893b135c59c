"""Membrane of the C fibres of the episodes: Tigerholm 2014, made cheaper and slower to tire.

Ten of its gates, without Nav1.9 and KA and with one gate each for HCN and KM (the fast one), leaks
balanced anew: velocity +0.2 %, peak +1.1 mV, half-width -5 %, activity-dependent slowing unchanged to
0.1 points. Sodium is diluted by ``volume_factor``. Everything else is ``tigerholm2014``.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nervejax.membranes import tigerholm2014
from nervejax.membranes.constant import Constant
from nervejax.membranes.tigerholm2014 import (
    LOWEST_K_MM,
    advance_sodium_mM,
    conductances,
    gate_names,
    hold,
    rates,
)
from nervejax.membranes.tigerholm2014_gates import FAST, SLOW

__all__ = [
    "CONSTANTS", "CURRENTS", "GATES", "LOWEST_K_MM", "advance_sodium_mM", "conductances", "constants",
    "gate_names", "hold", "rates",
]  # fmt: skip

CURRENTS = tigerholm2014.CURRENTS | {
    "Na": "(g_na17 m17^3 h17 s17 + g_na18 m18^3 h18 s18 u18 + g_hcn/2 hcn_f + leak) (V - E_Na) + 1.5 P",
    "K": "(g_kdr n^4 + g_km km_f + g_kna w + g_hcn/2 hcn_f + leak) (V - E_K) - P",
}
del CURRENTS["H"]
KEPT = (*FAST["reduced"], *SLOW["reduced"])
GATES = {name: gate for name, gate in tigerholm2014.GATES.items() if name in KEPT}
CONSTANTS = {k: v for k, v in tigerholm2014.CONSTANTS.items() if k not in ("g_na19", "g_ka")} | {
    "volume_factor": Constant(
        2.5, "1", "fitted to check 7", "dilutes Na_i: slowing of 29 % at 2 Hz x 3 min; published: 1"
    )
}


def constants(
    diameter_um: np.ndarray, overrides: Mapping[str, Any] | None = None,
    temperature_degC: Any = 37.0,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Parameters of each fibre, as ``tigerholm2014.constants``."""
    chosen = {"volume_factor": CONSTANTS["volume_factor"].value} | dict(overrides or {})
    return tigerholm2014.constants(
        diameter_um, chosen, gates="reduced", temperature_degC=temperature_degC
    )
