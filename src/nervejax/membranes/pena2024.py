"""Node of Pena et al. 2024: MRG with the nodal conductances fitted to small myelinated fibres.

Source: doi:10.1371/journal.pcbi.1011833; goes with the geometry of the same name (1.011-16 um, made for
fibres up to 5.7 um). Everything else is ``mcintyre2002``. Deviations: none.
"""

from typing import Any

import numpy as np

from nervejax.membranes import mcintyre2002
from nervejax.membranes.constant import Constant, values
from nervejax.membranes.mcintyre2002 import (
    CURRENTS,
    FAST,
    GATES,
    INTERNODE,
    PROJECTED,
    PROJECTED_TAU_MS,
    SLOW,
    availability,
    axolemma_nS,
    internode_currents,
    node_constants,
    projected_targets,
    rest_gates,
    slow_conductances,
    sodium_open,
    step_fast,
    step_internode,
    step_slow,
)

__all__ = [
    "CONSTANTS", "CURRENTS", "FAST", "GATES", "GEOMETRIES", "INTERNODE", "PROJECTED",
    "PROJECTED_TAU_MS", "SLOW", "availability", "axolemma_nS", "constants", "internode_currents",
    "projected_targets", "rest_gates", "slow_conductances", "sodium_open", "step_fast",
    "step_internode", "step_slow",
]  # fmt: skip

PENA = "Pena et al. 2024, doi:10.1371/journal.pcbi.1011833"
GEOMETRIES = ("pena2024",)
CONSTANTS = mcintyre2002.CONSTANTS | {
    "v_rest_mV": Constant(
        -80.0, "mV", PENA, "reversal of the internodal leak; the cable settles 0.7-2 mV below it"
    ),
    "g_na_S_per_cm2": Constant(2.333333, "S/cm2", PENA, "MRG 3.0"),
    "g_ks_S_per_cm2": Constant(
        0.115556, "S/cm2", PENA, "MRG 0.08; some codes run this geometry with the MRG values"
    ),
}


def constants(
    geometry: dict[str, np.ndarray], overrides: dict[str, Any], temperature_degC: Any = 37.0
) -> dict[str, np.ndarray]:
    """Per-fibre constants, as ``mcintyre2002.constants``."""
    return node_constants(values(CONSTANTS) | overrides, geometry, temperature_degC)
