"""Metabolic membrane of a sensory A fibre: node and internode with pump, ions and channel noise.

Kinetics of the MRG node (``mcintyre2002``) with the changes below, internodal fast K and Ih in
the form of Gaines et al. 2018 (doi:10.1007/s10827-018-0689-5), a Na/K pump that needs energy, Nernst
potentials from evolving concentrations. Currents balance ion by ion at rest, so rest is exact.

Deviations from MRG, each needed for ectopic discharge (see docs/decisions/003-membrane.md and 008):
  h shifted by +5 mV and slowed x0.65; persistent Na x2; slow K x7, shifted by +8 mV, both rates /7,
  beta constant (the published one vanishes below -90 mV and locks the fibre after pump overdrive);
  fast K at the node; slow inactivation z of all sodium channels; periaxonal gap 8 nm under the
  internode (4 in MRG; 12.3 in Cohen et al. 2020, doi:10.1016/j.cell.2019.11.039).
"""

from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np

from nervejax.membranes.constant import values
from nervejax.membranes.gates import Rates, linoid, sigmoid, steady_state, step_gate
from nervejax.membranes.ions import pump_occupancy
from nervejax.membranes.mcintyre2002 import (
    h_rates,
    m_rates,
    p_rates,
    sodium_open,
    temperature_factors,
)  # fmt: skip
from nervejax.membranes.sensory_table import CONSTANTS, CURRENTS, GATES

FAST = ("m", "h")
SLOW = ("p", "s", "n", "z")
INTERNODE = ("n", "s", "q")
PROJECTED = ("z",)
PROJECTED_TAU_MS = (600.0,)
GEOMETRIES = ("discrete", "interpolated")

__all__ = [
    "CONSTANTS", "CURRENTS", "FAST", "GATES", "INTERNODE", "PROJECTED", "PROJECTED_TAU_MS", "SLOW",
    "sodium_open",
]  # fmt: skip


def s_rates(v: Any, p: dict[str, Any], xp: ModuleType = jnp) -> Rates:
    """Slow potassium [1/ms]: MRG alpha shifted, constant beta, both slowed."""
    w = v - p["shift_s"]
    return (
        p["speed_s"] * 0.3 * sigmoid((w + 53.0) / 5.0, xp),
        p["speed_s"] * 0.03 + 0.0 * w,
    )


def n_rates(v: Any, xp: ModuleType = jnp) -> Rates:
    """Fast potassium [1/ms], Gaines 2018."""
    return 0.0462 * linoid(v + 83.2, 1.1, xp), 0.0824 * linoid(-(v + 66.0), 10.5, xp)


def q_rates(v: Any, xp: ModuleType = jnp) -> Rates:
    """Ih [1/ms], Gaines 2018."""
    e = xp.exp((v + 94.2) / 12.2)
    return 0.00522 / e, 0.00522 * e


def z_target(v: Any, p: dict[str, Any], xp: ModuleType = jnp) -> Any:
    """Steady slow sodium inactivation."""
    return sigmoid((p["z_half"] - v) / p["z_width"], xp)


def _h(v: Any, p: dict[str, Any], xp: ModuleType = jnp) -> Rates:
    alpha, beta = h_rates(v - p["shift_h"], xp)
    return alpha * p["speed_h"], beta * p["speed_h"]


def constants(
    geometry: dict[str, np.ndarray], overrides: dict[str, Any], temperature_degC: Any = 37.0
) -> dict[str, np.ndarray]:
    """Per-fibre constants (fibre,), with leaks and pump sizes that balance every ion at rest.

    At rest, in node and internode separately, the pump of 3 Na for ``pump_k_ions`` K carries both
    back: I_K = -(pump_k_ions / 3) I_Na.

    Args:
        geometry: arrays (fibre,) from ``population.geometry``.
        overrides: any key of ``CONSTANTS``, scalar or (fibre,).
        temperature_degC: scalar or (fibre,); the resting potential is the same at all of them.
    """
    one = np.ones_like(geometry["diameter_um"])
    q = {k: one * v for k, v in (values(CONSTANTS) | overrides).items()}
    warm = {k: one * v for k, v in temperature_factors(temperature_degC).items()}
    node, axolemma = geometry["node_area_cm2"] * 1e9, geometry["axolemma_cm2"].sum(-1) * 1e9
    rt, v = warm["rt"], q["v_rest_mV"]
    e_na, e_k = rt * np.log(q["na_e_mM"] / q["na_i_mM"]), rt * np.log(q["k_e_mM"] / q["k_i_mM"])
    p = {
        **warm,
        "v_rest": v,
        "c_node": q["capacitance_uF_per_cm2"] * 1e6 * geometry["node_area_cm2"],
        "g_na": q["g_na_S_per_cm2"] * node, "g_nap": q["g_nap_S_per_cm2"] * node,
        "g_ks": q["g_ks_S_per_cm2"] * node, "g_kf": q["g_kf_node_S_per_cm2"] * node,
        "g_nal": q["g_na_leak_node_S_per_cm2"] * node,
        "g_nal_i": q["g_na_leak_S_per_cm2"] * axolemma, "g_kf_i": q["g_kf_S_per_cm2"] * axolemma,
        "g_ks_i": q["g_ks_internode_S_per_cm2"] * axolemma, "g_h": q["g_h_S_per_cm2"] * axolemma,
        "share_h": (q["e_h_mV"] - e_k) / (e_na - e_k),
        "gamma": q["channel_nS"], "na_e": q["na_e_mM"], "na_i_rest": q["na_i_mM"],
        "k_e_rest": q["k_e_mM"], "k_i_rest": q["k_i_mM"],
        "k_na": q["k_na_mM"], "k_k": q["k_k_mM"], "ion_rate": one,
        "pump_k": q["pump_k_ions"],
        "vol": geometry["axoplasm_fL"], "vol_node": q["node_space_fL"],
        "vol_periaxonal": q["periaxonal_depth_um"] * axolemma * 1e-1,  # cm2 * um -> fL, from nS scale
        "tau_node": q["tau_node_ms"], "tau_periaxonal": q["tau_periaxonal_ms"],
        "shift_h": q["shift_h_mV"], "shift_s": q["shift_s_mV"],
        "speed_h": q["speed_h"], "speed_s": q["speed_s"],
        "z_share": q["z_share"], "z_half": q["z_half_mV"], "z_width": q["z_width_mV"],
        "gap_mysa_um": q["gap_mysa_um"], "gap_internode_um": q["gap_internode_um"],
    }  # fmt: skip
    (m, h), (gp, s, n, z), (ni, si, qi) = rest_gates(p, np)
    p["z_norm"] = 1.0 - p["z_share"] + p["z_share"] * z
    na = (p["g_na"] * m**3 * h + p["g_nap"] * gp**3 + p["g_nal"]) * (v - e_na)
    k = (p["g_ks"] * s + p["g_kf"] * n**4) * (v - e_k)
    # keep a small potassium leak: raise the sodium leak where the open K channels alone would do
    least = q["g_na_leak_node_S_per_cm2"] * node * (v - e_k)
    share = p["pump_k"] / 3.0
    short = np.maximum(least - (-share * na - k), 0.0)
    p["g_nal"] = p["g_nal"] + short / share / (e_na - v)
    na = na - short / share
    p["g_kl"] = (-share * na - k) / (v - e_k)
    occupancy = pump_occupancy(p, p["na_i_rest"], p["k_e_rest"])
    p["i_pump_node"] = -na / 3.0 / occupancy
    na = (p["g_nal_i"] + p["g_h"] * qi * p["share_h"]) * (v - e_na)
    k = (p["g_kf_i"] * ni**4 + p["g_ks_i"] * si + (1 - p["share_h"]) * p["g_h"] * qi) * (v - e_k)
    p["g_kl_i"] = (-share * na - k) / (v - e_k)
    p["i_pump_internode"] = -na / 3.0 / occupancy
    p["g_rest_i"] = (
        p["g_nal_i"] + p["g_kl_i"] + p["g_kf_i"] * ni**4 + p["g_ks_i"] * si + p["g_h"] * qi
    )
    return p


def axolemma_nS(geometry: dict[str, np.ndarray], p: dict[str, np.ndarray]) -> np.ndarray:
    """(fibre, 10) resting conductance of the internodal axolemma [nS], spread by area."""
    area = geometry["axolemma_cm2"]
    return p["g_rest_i"][:, None] * area / area.sum(-1, keepdims=True)


def rest_gates(p: dict[str, Any], xp: ModuleType = jnp) -> tuple[tuple, tuple, tuple]:
    """Steady fast, slow and internodal gates at the resting potential, each (fibre,)."""
    v = p["v_rest"]
    n, s = steady_state(n_rates(v, xp)), steady_state(s_rates(v, p, xp))
    fast = (steady_state(m_rates(v, xp)), steady_state(_h(v, p, xp)))
    slow = (steady_state(p_rates(v, xp)), s, n, z_target(v, p, xp))
    return fast, slow, (n, s, steady_state(q_rates(v, xp)))


def step_fast(v: Any, fast: tuple, p: dict[str, Any], dt_ms: Any) -> tuple:
    """Gates m, h after dt."""
    m, h = fast
    return step_gate(m, m_rates(v), p["q_m"] * dt_ms), step_gate(h, _h(v, p), p["q_h"] * dt_ms)


def step_slow(v: Any, slow: tuple, p: dict[str, Any], dt_ms: Any) -> tuple:
    """Gates p, s, n, z of the node after dt."""
    gate_p, s, n, z = slow
    target, rate = z_target(v, p), 1.0 / PROJECTED_TAU_MS[0]
    return (
        step_gate(gate_p, p_rates(v), p["q_m"] * dt_ms),
        step_gate(s, s_rates(v, p), p["q_s"] * dt_ms),
        step_gate(n, n_rates(v), p["q_m"] * dt_ms),
        step_gate(z, (rate * target, rate * (1.0 - target)), dt_ms),
    )


def slow_conductances(slow: tuple, p: dict[str, Any]) -> tuple[Any, Any, Any]:
    """(g_nap [nS], its open probability, g_k [nS]) of a node."""
    gate_p, s, n, _ = slow
    open_p, n2 = gate_p * gate_p * gate_p, n * n
    return p["g_nap"] * open_p, open_p, p["g_ks"] * s + p["g_kl"] + p["g_kf"] * n2 * n2


def availability(slow: tuple, p: dict[str, Any]) -> Any:
    """Factor on sodium conductance from slow inactivation, 1 at rest."""
    return (1.0 - p["z_share"] + p["z_share"] * slow[3]) / p["z_norm"]


def projected_targets(v: Any, p: dict[str, Any]) -> tuple:
    """Steady states of the gates in ``PROJECTED``."""
    return (z_target(v, p),)


def step_internode(vi: Any, gates: tuple, p: dict[str, Any], dt_ms: Any) -> tuple:
    """Internodal gates n, s, q after dt."""
    n, s, q = gates
    return (
        step_gate(n, n_rates(vi), p["q_m"] * dt_ms),
        step_gate(s, s_rates(vi, p), p["q_s"] * dt_ms),
        step_gate(q, q_rates(vi), p["q_s"] * dt_ms),
    )


def internode_currents(
    u: Any, gates: tuple, e_na: Any, e_k: Any, pump: Any, p: dict[str, Any]
) -> tuple[Any, Any, Any]:
    """(J, I_Na, I_K) of the internodal axolemma [pA], outward.

    u, e_na, e_k are deviations from rest [mV], pump is the net current of the pump; J = I_Na + I_K +
    pump - g_rest u is the part that the passive reduction does not hold (exactly 0 at rest). I_Na,
    I_K are without the pump.
    """
    n, s, q = gates
    n2, gq = n * n, p["g_h"] * q
    i_k = (p["g_kf_i"] * n2 * n2 + p["g_ks_i"] * s + p["g_kl_i"] + gq * (1.0 - p["share_h"])) * (
        u - e_k
    )
    i_na = (p["g_nal_i"] + gq * p["share_h"]) * (u - e_na)
    return i_na + i_k + pump - p["g_rest_i"] * u, i_na, i_k
