"""Energy of an axon: phosphagen pool B, its use by the pump and its supply by respiration.

    R = [O / (O + K_O)] [(1 - B) / (1 - B + K_a)], both over their values at rest
    B' = (R - U + glycolysis (1 - B / B_rest)) / tau
    U = (1 - share) [B / (B + K_U)] / rest + share * pump / pump_rest
    pump factor = hill(B) (1 - drop + drop [O / (O + K_O)] / rest)

R = U = 1 at rest, so rest is exact. Source: form assumed (Michaelis-Menten chain), parameters fitted.
All arguments are arrays of one shape, (place, fibre) or (x,).
"""

from typing import Any

import numpy as np

from nervejax.tissue.oxygen import saturation


def respiration(oxygen: np.ndarray, energy: np.ndarray, m: Any) -> np.ndarray:
    """Respiration relative to rest [1]."""
    spent, rest = 1.0 - energy, 1.0 - m.energy_rest
    adp = spent / (spent + m.respiration_reserve) * (rest + m.respiration_reserve) / rest
    return saturation(oxygen, m) * adp


def advance(
    energy: np.ndarray, oxygen: np.ndarray, pump: np.ndarray, tau_s: np.ndarray, m: Any, dt_s: float
) -> np.ndarray:
    """Energy pool after dt_s; pump is the measured pump rate relative to rest."""
    use = energy / (energy + m.demand_km) * (m.energy_rest + m.demand_km) / m.energy_rest
    use = (1.0 - m.pump_share) * use + m.pump_share * pump
    gain = respiration(oxygen, energy, m) - use + m.glycolysis * (1.0 - energy / m.energy_rest)
    return np.clip(energy + dt_s / tau_s * gain, 1e-4, 1.0 - 1e-6)


def pump_drop(m: Any, oxygen_effect: float, anaerobic_factor: Any = 1.0) -> Any:
    """Share of its rate that the pump loses without oxygen, shaped like ``anaerobic_factor``.

    Args:
        oxygen_effect: of the fibre class, on that share.
        anaerobic_factor: of the fascicle, on what is left.
    """
    left = (1.0 - m.hypoxic_pump_drop * oxygen_effect) * anaerobic_factor
    return 1.0 - np.clip(left, 0.0, 1.0)


def pump_factor(energy: np.ndarray, oxygen: np.ndarray, m: Any, drop: Any) -> np.ndarray:
    """Share of its rate that the pump reaches, 1 at rest; drop from ``pump_drop``."""
    hill, hill_rest = (
        b**m.pump_hill / (b**m.pump_hill + m.pump_km**m.pump_hill) for b in (energy, m.energy_rest)
    )
    return hill / hill_rest * (1.0 - drop + drop * saturation(oxygen, m))
