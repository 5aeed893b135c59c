"""Node of Ranvier of McIntyre, Richardson & Grill 2002 (MRG), 37 degC, exactly as published.

Source: J Neurophysiol 87:995-1006, doi:10.1152/jn.00353.2001, with the constants of its public
implementation (half-activation of m at 21.4 mV; the paper's appendix is quoted with 20.4 mV).
No ion concentrations and no pump: potentials are fixed, so nothing here can fatigue.
Deviations: none in the node. The internode carries the published passive axolemma.
"""

from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np

from nervejax.membranes.gates import Rates, linoid, sigmoid, steady_state, step_gate
from nervejax.units import thermal_voltage_mV

FAST = ("m", "h")
SLOW = ("p", "s")
INTERNODE: tuple[str, ...] = ()
PROJECTED: tuple[str, ...] = ()
PROJECTED_TAU_MS: tuple[float, ...] = ()

Q10_M = 2.2 ** ((37 - 20) / 10)  # m and p, published at 20 degC
Q10_H = 2.9 ** ((37 - 20) / 10)
Q10_S = 3.0 ** ((37 - 36) / 10)

DEFAULTS = {
    "v_rest_mV": -80.0,  # reversal of the internodal leak
    "g_na_S_per_cm2": 3.0,
    "g_nap_S_per_cm2": 0.01,
    "g_ks_S_per_cm2": 0.08,
    "g_leak_S_per_cm2": 0.007,  # reverses at E_K
    "e_na_mV": 50.0,
    "e_k_mV": -90.0,
    "capacitance_uF_per_cm2": 2.0,
    "gap_mysa_um": 0.002,  # periaxonal space
    "gap_internode_um": 0.004,
    "channel_nS": 0.0,  # deterministic, as published
}


def m_rates(v: Any, xp: ModuleType = jnp) -> Rates:
    """Fast sodium activation [1/ms] at v [mV]."""
    return (
        Q10_M * 1.86 * linoid(v + 21.4, 10.3, xp),
        Q10_M * 0.086 * linoid(-(v + 25.7), 9.16, xp),
    )


def h_rates(v: Any, xp: ModuleType = jnp) -> Rates:
    """Fast sodium inactivation [1/ms] at v [mV]."""
    return (
        Q10_H * 0.062 * linoid(-(v + 114.0), 11.0, xp),
        Q10_H * 2.3 * sigmoid((v + 31.8) / 13.4, xp),
    )


def p_rates(v: Any, xp: ModuleType = jnp) -> Rates:
    """Persistent sodium activation [1/ms] at v [mV]."""
    return (
        Q10_M * 0.01 * linoid(v + 27.0, 10.2, xp),
        Q10_M * 0.00025 * linoid(-(v + 34.0), 10.0, xp),
    )


def s_rates(v: Any, xp: ModuleType = jnp) -> Rates:
    """Slow potassium activation [1/ms] at v [mV], with the published beta that vanishes at -90."""
    return (
        Q10_S * 0.3 * sigmoid((v + 53.0) / 5.0, xp),
        Q10_S * 0.03 * sigmoid(xp.clip(v + 90.0, -60.0, 60.0), xp),
    )


def constants(geometry: dict[str, np.ndarray], overrides: dict[str, Any]) -> dict[str, np.ndarray]:
    """Per-fibre constants (fibre,) from geometry (fibre,); see ``kernels.myelinated``."""
    one = np.ones_like(geometry["diameter_um"])
    q = {k: one * overrides.get(k, v) for k, v in DEFAULTS.items()}
    area = geometry["node_area_cm2"] * 1e9  # S/cm2 -> nS
    rt = thermal_voltage_mV(37.0)
    na_i, k_e, na_e = 10.0 * one, 4.0 * one, 10.0 * np.exp(q["e_na_mV"] / rt)
    zero = 0.0 * one
    return {
        "v_rest": q["v_rest_mV"],
        "c_node": q["capacitance_uF_per_cm2"] * 1e6 * geometry["node_area_cm2"],
        "g_na": q["g_na_S_per_cm2"] * area,
        "g_nap": q["g_nap_S_per_cm2"] * area,
        "g_ks": q["g_ks_S_per_cm2"] * area,
        "g_kl": q["g_leak_S_per_cm2"] * area,
        "g_nal": zero,
        "gamma": q["channel_nS"],
        # reversal potentials enter as Nernst potentials of ions that do not move
        "na_e": na_e, "na_i_rest": na_i, "k_e_rest": k_e,
        "k_i_rest": k_e / np.exp(q["e_k_mV"] / rt),
        "ion_rate": zero, "i_pump_node": zero, "i_pump_internode": zero,
        "k_na": one, "k_k": one,
        "vol": one, "vol_node": one, "vol_periaxonal": one, "tau_node": 4.0 * one,
        "tau_periaxonal": 1e5 * one,
        "gap_mysa_um": q["gap_mysa_um"], "gap_internode_um": q["gap_internode_um"],
    }  # fmt: skip


def axolemma_nS(geometry: dict[str, np.ndarray], p: dict[str, np.ndarray]) -> np.ndarray:
    """(fibre, 10) passive conductance of the internodal axolemma [nS]: MYSA 1e-3, else 1e-4 S/cm2."""
    density = np.array([1e-3] + [1e-4] * 8 + [1e-3])
    return density * geometry["axolemma_cm2"] * 1e9


def rest_gates(p: dict[str, Any], xp: ModuleType = jnp) -> tuple[tuple, tuple, tuple]:
    """Steady fast, slow and internodal gates at the resting potential, each (fibre,)."""
    v = p["v_rest"]
    fast = (steady_state(m_rates(v, xp)), steady_state(h_rates(v, xp)))
    return fast, (steady_state(p_rates(v, xp)), steady_state(s_rates(v, xp))), ()


def step_fast(v: Any, fast: tuple, p: dict[str, Any], dt_ms: Any) -> tuple:
    """Gates m, h after dt."""
    m, h = fast
    return step_gate(m, m_rates(v), dt_ms), step_gate(h, h_rates(v), dt_ms)


def step_slow(v: Any, slow: tuple, p: dict[str, Any], dt_ms: Any) -> tuple:
    """Gates p, s after dt."""
    gate_p, s = slow
    return step_gate(gate_p, p_rates(v), dt_ms), step_gate(s, s_rates(v), dt_ms)


def sodium_open(fast: tuple) -> Any:
    """Open probability of the fast sodium channel."""
    m, h = fast
    return m * m * m * h


def slow_conductances(slow: tuple, p: dict[str, Any]) -> tuple[Any, Any, Any]:
    """(g_nap [nS], its open probability, g_k [nS]) of a node."""
    gate_p, s = slow
    open_p = gate_p * gate_p * gate_p
    return p["g_nap"] * open_p, open_p, p["g_ks"] * s + p["g_kl"]


def availability(slow: tuple, p: dict[str, Any]) -> Any:
    """Factor on all sodium conductance from slow inactivation: none here."""
    return 1.0


def projected_targets(v: Any, p: dict[str, Any]) -> tuple:
    """Steady states of the gates in ``PROJECTED``."""
    return ()


def step_internode(vi: Any, gates: tuple, p: dict[str, Any], dt_ms: Any) -> tuple:
    """Internodal gates after dt: none."""
    return ()


def internode_currents(
    u: Any, gates: tuple, e_na: Any, e_k: Any, pump: Any, p: dict[str, Any]
) -> tuple[Any, Any, Any]:
    """(deviation current J, sodium, potassium) of the internodal axolemma [pA]: passive, so 0."""
    zero = 0.0 * u
    return zero, zero, zero
