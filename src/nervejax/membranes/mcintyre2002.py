"""Node of Ranvier of McIntyre, Richardson & Grill 2002 (MRG), exactly as published.

Source: J Neurophysiol 87:995-1006, doi:10.1152/jn.00353.2001, with the constants of its public
implementation (half-activation of m at 21.4 mV; the paper's appendix is quoted with 20.4 mV).
No ion concentrations and no pump: potentials are fixed, so nothing here can fatigue.
Deviations: none in the node. The internode carries the published passive axolemma.
"""

from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np

from nervejax.membranes.constant import Constant, Gate, values
from nervejax.membranes.gates import Rates, linoid, sigmoid, steady_state, step_gate
from nervejax.units import thermal_voltage_mV

FAST = ("m", "h")
SLOW = ("p", "s")
INTERNODE: tuple[str, ...] = ()
PROJECTED: tuple[str, ...] = ()
PROJECTED_TAU_MS: tuple[float, ...] = ()
GEOMETRIES = ("discrete", "interpolated")
"""Geometries this membrane was published with or is commonly run in; the last is the default."""

MRG = "McIntyre et al. 2002, doi:10.1152/jn.00353.2001"
CONSTANTS = {
    "v_rest_mV": Constant(
        -80.0, "mV", MRG, "reversal of the internodal leak; the cable settles 0.04-0.16 mV above it"
    ),
    "g_na_S_per_cm2": Constant(3.0, "S/cm2", MRG),
    "g_nap_S_per_cm2": Constant(0.01, "S/cm2", MRG),
    "g_ks_S_per_cm2": Constant(0.08, "S/cm2", MRG),
    "g_leak_S_per_cm2": Constant(0.007, "S/cm2", MRG, "reverses at E_K"),
    "e_na_mV": Constant(50.0, "mV", MRG, "fixed at every temperature, as published"),
    "e_k_mV": Constant(-90.0, "mV", MRG, "fixed at every temperature, as published"),
    "capacitance_uF_per_cm2": Constant(2.0, "uF/cm2", MRG),
    "gap_mysa_um": Constant(0.002, "um", MRG, "periaxonal space"),
    "gap_internode_um": Constant(0.004, "um", MRG, "periaxonal space under FLUT and STIN"),
    "g_mysa_S_per_cm2": Constant(1e-3, "S/cm2", MRG, "axolemma, reverses at rest"),
    "g_internode_S_per_cm2": Constant(1e-4, "S/cm2", MRG, "axolemma, reverses at rest"),
    "channel_nS": Constant(0.0, "nS", "none", "deterministic, as published"),
}
Q_M, Q_H, Q_S = "2.2 ** ((T - 20) / 10)", "2.9 ** ((T - 20) / 10)", "3.0 ** ((T - 36) / 10)"
GATES = {
    "m": Gate(Q_M, MRG + "; half-activation 21.4 mV of the public code, the paper prints 20.4",
              "q * 1.86 * linoid(V + 21.4, 10.3)", "q * 0.086 * linoid(-(V + 25.7), 9.16)"),
    "h": Gate(Q_H, MRG, "q * 0.062 * linoid(-(V + 114), 11)", "q * 2.3 / (1 + exp(-(V + 31.8) / 13.4))"),
    "p": Gate(Q_M, MRG, "q * 0.01 * linoid(V + 27, 10.2)", "q * 0.00025 * linoid(-(V + 34), 10)"),
    "s": Gate(Q_S, MRG, "q * 0.3 / (1 + exp(-(V + 53) / 5))", "q * 0.03 / (1 + exp(-(V + 90)))"),
}  # fmt: skip
CURRENTS = {
    "node": "g_na m^3 h (V - E_Na) + g_nap p^3 (V - E_Na) + (g_ks s + g_leak) (V - E_K)",
    "internode": "passive: g_mysa or g_internode (V - v_rest)",
}


def temperature_factors(temperature_degC: Any) -> dict[str, Any]:
    """Speed-up of the gates over the temperature they were published at, and RT/F [mV]."""
    t = np.asarray(temperature_degC, float)
    return {
        "q_m": 2.2 ** ((t - 20) / 10), "q_h": 2.9 ** ((t - 20) / 10), "q_s": 3.0 ** ((t - 36) / 10),
        "rt": thermal_voltage_mV(t),
    }  # fmt: skip


def m_rates(v: Any, xp: ModuleType = jnp) -> Rates:
    """Fast sodium activation [1/ms] at v [mV], 20 degC."""
    return (
        1.86 * linoid(v + 21.4, 10.3, xp),
        0.086 * linoid(-(v + 25.7), 9.16, xp),
    )


def h_rates(v: Any, xp: ModuleType = jnp) -> Rates:
    """Fast sodium inactivation [1/ms] at v [mV], 20 degC."""
    return (
        0.062 * linoid(-(v + 114.0), 11.0, xp),
        2.3 * sigmoid((v + 31.8) / 13.4, xp),
    )


def p_rates(v: Any, xp: ModuleType = jnp) -> Rates:
    """Persistent sodium activation [1/ms] at v [mV], 20 degC."""
    return (
        0.01 * linoid(v + 27.0, 10.2, xp),
        0.00025 * linoid(-(v + 34.0), 10.0, xp),
    )


def s_rates(v: Any, xp: ModuleType = jnp) -> Rates:
    """Slow potassium activation [1/ms] at v [mV], 36 degC; the published beta vanishes at -90 mV."""
    return (
        0.3 * sigmoid((v + 53.0) / 5.0, xp),
        0.03 * sigmoid(xp.clip(v + 90.0, -60.0, 60.0), xp),
    )


def constants(
    geometry: dict[str, np.ndarray], overrides: dict[str, Any], temperature_degC: Any = 37.0
) -> dict[str, np.ndarray]:
    """Per-fibre constants for ``kernels.myelinated``.

    Args:
        geometry: arrays (fibre,) from ``population.geometry``.
        overrides: any key of ``CONSTANTS``, scalar or (fibre,).
        temperature_degC: scalar or (fibre,).

    Returns:
        (fibre,) float64 arrays.
    """
    return node_constants(values(CONSTANTS) | overrides, geometry, temperature_degC)


def node_constants(
    chosen: dict[str, Any], geometry: dict[str, np.ndarray], temperature_degC: Any
) -> dict[str, np.ndarray]:
    """Per-fibre constants (fibre,) from values of every name of ``CONSTANTS``."""
    one = np.ones_like(geometry["diameter_um"])
    q = {k: one * v for k, v in chosen.items()}
    warm = {k: one * v for k, v in temperature_factors(temperature_degC).items()}
    area = geometry["node_area_cm2"] * 1e9  # S/cm2 -> nS
    na_i, k_e, na_e = 10.0 * one, 4.0 * one, 10.0 * np.exp(q["e_na_mV"] / warm["rt"])
    zero = 0.0 * one
    return {
        **warm,
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
        "k_i_rest": k_e / np.exp(q["e_k_mV"] / warm["rt"]),
        "ion_rate": zero, "i_pump_node": zero, "i_pump_internode": zero,
        "k_na": one, "k_k": one, "pump_k": 2.0 * one,
        "vol": one, "vol_node": one, "vol_periaxonal": one, "tau_node": 4.0 * one,
        "tau_periaxonal": 1e5 * one,
        "gap_mysa_um": q["gap_mysa_um"], "gap_internode_um": q["gap_internode_um"],
        "g_mysa": q["g_mysa_S_per_cm2"], "g_internode": q["g_internode_S_per_cm2"],
    }  # fmt: skip


def axolemma_nS(geometry: dict[str, np.ndarray], p: dict[str, np.ndarray]) -> np.ndarray:
    """(fibre, 10) passive conductance of the internodal axolemma [nS]."""
    density = np.stack([p["g_mysa"]] + [p["g_internode"]] * 8 + [p["g_mysa"]], axis=-1)
    return density * geometry["axolemma_cm2"] * 1e9


def rest_gates(p: dict[str, Any], xp: ModuleType = jnp) -> tuple[tuple, tuple, tuple]:
    """Steady fast, slow and internodal gates at the resting potential, each (fibre,)."""
    v = p["v_rest"]
    fast = (steady_state(m_rates(v, xp)), steady_state(h_rates(v, xp)))
    return fast, (steady_state(p_rates(v, xp)), steady_state(s_rates(v, xp))), ()


def step_fast(v: Any, fast: tuple, p: dict[str, Any], dt_ms: Any) -> tuple:
    """Gates m, h after dt."""
    m, h = fast
    return step_gate(m, m_rates(v), p["q_m"] * dt_ms), step_gate(h, h_rates(v), p["q_h"] * dt_ms)


def step_slow(v: Any, slow: tuple, p: dict[str, Any], dt_ms: Any) -> tuple:
    """Gates p, s after dt."""
    gate_p, s = slow
    return (
        step_gate(gate_p, p_rates(v), p["q_m"] * dt_ms),
        step_gate(s, s_rates(v), p["q_s"] * dt_ms),
    )


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
