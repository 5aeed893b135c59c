"""Pump and slow concentrations of a myelinated axon: sodium inside, potassium under the myelin."""

from typing import Any

import numpy as np

from nervejax.units import MM_PER_PA_MS_FL

SODIUM_RANGE_MM = (1.0, 140.0)  # mM, guards of the logarithm
LOWEST_K_MM = 0.3  # mM


def sodium_sites(p: dict[str, Any], na_i: Any) -> Any:
    """Share of pumps with all three sodium sites taken [1]; na_i [mM], any shape."""
    x = na_i / (na_i + p["k_na"])
    return x * x * x


def potassium_sites(p: dict[str, Any], k_e: Any) -> Any:
    """Share of pumps with both potassium sites taken [1]; k_e [mM], any shape."""
    y = k_e / (k_e + p["k_k"])
    return y * y


def pump_occupancy(p: dict[str, Any], na_i: Any, k_e: Any) -> Any:
    """Share of the maximal pump rate at full energy [1]."""
    return sodium_sites(p, na_i) * potassium_sites(p, k_e)


def advance_ions(
    p: dict[str, np.ndarray], na_i: Any, k_periaxonal: Any, k_endoneurial: Any, sodium_out: Any,
    potassium_periaxonal: Any, time_ms: float,
) -> tuple[Any, Any]:  # fmt: skip
    """Concentrations after ``time_ms`` of mean fluxes; explicit for sodium, implicit in the exchange.

    Args:
        p: membrane constants (fibre,); ``ion_rate`` 0 holds everything still.
        na_i, k_periaxonal, k_endoneurial: [mM], (node, fibre).
        sodium_out, potassium_periaxonal: ``kernels.myelinated_state.Means`` [pA], (node, fibre).

    Returns:
        Sodium inside and periaxonal potassium [mM], (node, fibre).
    """
    flow = p["ion_rate"] * time_ms * MM_PER_PA_MS_FL
    sodium = np.clip(na_i - flow / p["vol"] * sodium_out, *SODIUM_RANGE_MM)
    leak = p["ion_rate"] * time_ms / p["tau_periaxonal"]
    gain = flow / p["vol_periaxonal"] * potassium_periaxonal
    potassium = (k_periaxonal + gain + leak * k_endoneurial) / (1 + leak)
    return sodium, np.maximum(potassium, LOWEST_K_MM)
