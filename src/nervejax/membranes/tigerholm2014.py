"""Membrane of an unmyelinated (C) fibre with sodium and potassium concentrations.

Per membrane area, in mV, ms, mM, mS/cm2, uF/cm2, uA/cm2 (outward positive); 37 degC.

    I_Na = (g17 m^3 h s + g18 m^3 h s u + g19 m h s + g_HCN/2 + leak) (V - E_Na) + 1.5 P
    I_K  = (g_KDR n^4 + g_KA m h + g_KM + g_KNa w + g_HCN/2 + leak) (V - E_K) - P
    P    = phi a (1 + pk/K_o)^-2 (1.62/(1 + (pn/(Na_i + 8))^3) + 1/(1 + (67.6/(Na_i + 8))^3))

Two gate sets. ``full``: 17 gates, as published. ``reduced`` (default): 10 gates, without Nav1.9 and
KA, one gate each for HCN and KM (the fast one), leaks balanced anew: velocity +0.2 %, half-width
-5 %, activity-dependent slowing unchanged to 0.1 points. A dict from ``constants`` carries its gate
set in its keys (``g_na19`` is there or not), so it stays static under ``jax.jit``.

Source: Tigerholm et al. 2014, doi:10.1152/jn.00777.2012 (equations and constants; rewritten).
Deviations: the pump is scaled by energy, Na conductances by acid; K_i follows Na_i by
electroneutrality; Na_i is diluted by ``volume_factor``.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.membranes.tigerholm2014_gates import FAST, SLOW, TEMPERATURE_DEGC
from nervejax.membranes.tigerholm2014_gates import rates as rates
from nervejax.units import FARADAY_C_PER_MOL, thermal_voltage_mV

LOWEST_NA_I_MM = 3.0  # mM, guard: this pump has no reversal and would empty the axon
LOWEST_K_MM = 0.1  # mM, guard under the logarithms and in the shell

PUBLISHED = {  # Tigerholm et al. 2014 unless said
    "capacitance": 1.0,  # uF/cm2
    "axial_ohm_cm": 35.4,  # ohm cm
    "g_na17": 106.64,  # mS/cm2, TTX-sensitive Nav1.7
    "g_na18": 242.71,  # mS/cm2, Nav1.8
    "g_na19": 0.094779,  # mS/cm2, Nav1.9 (full gate set only)
    "g_kdr": 18.002,  # mS/cm2, delayed rectifier
    "g_ka": 12.756,  # mS/cm2, A type (full gate set only)
    "g_km": 6.9733,  # mS/cm2, M type
    "g_hcn": 2.5377,  # mS/cm2, half of it carries Na, half K
    "g_kna": 0.42,  # mS/cm2, Na-activated K
    "pump": 4.7891,  # uA/cm2, scale of the Na/K pump
    "pump_na_mM": 6.7,  # mM, Na_i of the steep pump term
    "pump_k_mM": 1.0,  # mM, K_o of half occupancy of one site
    "v_rest_mV": -55.0,  # mV
    "na_i_rest_mM": 11.4,  # mM
    "na_o_rest_mM": 154.0,  # mM, also the bath
    "k_i_rest_mM": 121.7,  # mM
    "k_o_rest_mM": 5.6,  # mM, also the bath at rest
    "shell_um": 0.029,  # um, thickness of the periaxonal shell
    "shell_exchange_m_s": 1e-7,  # m/s, permeability shell - bath
    "volume_factor": 2.5,  # 1, on Na_i; fitted: slowing of 29 % at 2 Hz x 3 min
}
ONLY_FULL = ("g_na19", "g_ka")


def gate_set(p: Mapping[str, Any]) -> str:
    """Which gate set a parameter dict was balanced for: ``reduced`` or ``full``."""
    return "full" if "g_na19" in p else "reduced"


class Held(NamedTuple):
    """What stays fixed while the fast gates are stepped; every leaf (compartment, lane).

    e_na, e_k: Nernst potentials [mV].    pump: P of the module docstring [uA/cm2].
    g17, g18, g19, g_ka: ceilings of the fast conductances, slow gates and acid included [mS/cm2].
    g_na, g_k: conductances without fast gates [mS/cm2].
    """

    e_na: Any
    e_k: Any
    pump: Any
    g17: Any
    g18: Any
    g19: Any
    g_ka: Any
    g_na: Any
    g_k: Any


def pump_current(p: Mapping[str, Any], na_i: Any, k_o: Any, phi: Any) -> Any:
    """P [uA/cm2]: K taken up is P, Na expelled 1.5 P. Shapes broadcast; units mM and 1."""
    s = na_i + 8.0
    occupied = 1.0 / (1.0 + p["pump_k_mM"] / k_o)
    steep, flat = p["pump_na_mM"] / s, 67.6 / s
    rate = 1.62 / (1.0 + steep * steep * steep) + 1.0 / (1.0 + flat * flat * flat)
    return phi * p["pump"] * occupied * occupied * rate


def hold(
    p: Mapping[str, Any], slow: Mapping[str, Any], na_i: Any, na_o: Any, k_o: Any, phi: Any,
    na_avail: Any, xp: Any = np,
) -> Held:  # fmt: skip
    """Evaluate everything that changes slowly: concentrations [mM], pump, slow gates [1].

    ``phi`` scales the pump, ``na_avail`` the Na channels (acid); all shapes broadcast.
    """
    k_i = xp.maximum(p["k_i_rest_mM"] + p["na_i_rest_mM"] - na_i, LOWEST_K_MM)
    rt_f = thermal_voltage_mV(TEMPERATURE_DEGC)
    full = gate_set(p) == "full"
    hcn = 0.5 * (slow["hcn_s"] + slow["hcn_f"]) if full else slow["hcn_f"]
    km = 0.25 * slow["km_s"] + 0.75 * slow["km_f"] if full else slow["km_f"]
    half_hcn = 0.5 * p["g_hcn"] * hcn
    w = 0.37 / (1.0 + (38.7 / na_i) ** 3.5)
    return Held(
        e_na=rt_f * xp.log(na_o / na_i),
        e_k=rt_f * xp.log(k_o / k_i),
        pump=pump_current(p, na_i, k_o, phi),
        g17=na_avail * p["g_na17"] * slow["s17"],
        g18=na_avail * p["g_na18"] * slow["s18"] * slow["u18"],
        g19=na_avail * p["g_na19"] * slow["h19"] * slow["s19"] if full else None,
        g_ka=p["g_ka"] * slow["ha"] if full else None,
        g_na=p["g_na_leak"] + half_hcn,
        g_k=p["g_k_leak"] + half_hcn + p["g_km"] * km + p["g_kna"] * w,
    )


def conductances(p: Mapping[str, Any], fast: Mapping[str, Any], held: Held) -> tuple[Any, Any]:
    """Total Na and K conductance [mS/cm2] with the fast gates [1] now."""
    m17, m18, n2 = fast["m17"], fast["m18"], fast["n"] * fast["n"]
    g_na = held.g17 * (m17 * m17 * m17) * fast["h17"]
    g_na = g_na + held.g18 * (m18 * m18 * m18) * fast["h18"] + held.g_na
    g_k = p["g_kdr"] * (n2 * n2) + held.g_k
    if held.g19 is not None:
        g_na = g_na + held.g19 * fast["m19"]
        g_k = g_k + held.g_ka * fast["ma"]
    return g_na, g_k


def constants(
    diameter_um: np.ndarray, overrides: Mapping[str, Any] | None = None, gates: str = "reduced"
) -> dict[str, np.ndarray]:
    """Parameters of each fibre, with leaks that make the given rest exact.

    Args:
        diameter_um: Axon diameters [um], (fibre,), > 0.
        overrides: Replacements for entries of ``PUBLISHED``, each a number or (fibre,), > 0.
        gates: Gate set, ``reduced`` or ``full``.

    Returns:
        Name: (fibre,) float64. The entries of ``PUBLISHED`` (those of the gate set), and
        ``diameter_um``; ``g_na_leak``, ``g_k_leak`` [mS/cm2]; ``na_fixed``, ``k_fixed``: constant
        currents [uA/cm2] where a leak would have to be negative; ``pump_rest`` [uA/cm2].

    Raises:
        NervejaxError: A value is not positive and finite, or a name is unknown.
    """
    if gates not in FAST:
        raise NervejaxError(f"gates must be one of {', '.join(FAST)}, got {gates!r}.")
    d = np.asarray(diameter_um, np.float64)
    wanted = dict(overrides or {})
    if unknown := sorted(set(wanted) - set(PUBLISHED)):
        raise NervejaxError(
            f"unknown C fibre constant {unknown[0]}; known: {', '.join(PUBLISHED)}."
        )
    p = {k: np.broadcast_to(np.asarray(wanted.get(k, x), np.float64), d.shape).copy()
         for k, x in PUBLISHED.items() if gates == "full" or k not in ONLY_FULL}  # fmt: skip
    p["diameter_um"] = d.copy()
    for name, values in p.items():
        good = np.isfinite(values) & ((values > 0) | (name == "v_rest_mV"))
        if not good.all():
            raise NervejaxError(f"C fibre constant {name} must be > 0, got {values[~good][0]}.")

    v = p["v_rest_mV"]
    p["g_na_leak"] = p["g_k_leak"] = np.zeros_like(d)
    rest = {k: steady for k, (steady, _) in rates(v, FAST[gates] + SLOW[gates]).items()}
    held = hold(p, rest, p["na_i_rest_mM"], p["na_o_rest_mM"], p["k_o_rest_mM"], 1.0, 1.0)
    g_na, g_k = conductances(p, rest, held)
    for ion, current, e in (
        ("na", g_na * (v - held.e_na) + 1.5 * held.pump, held.e_na),
        ("k", g_k * (v - held.e_k) - held.pump, held.e_k),
    ):
        leak = -current / (v - e)
        p[f"g_{ion}_leak"] = np.maximum(leak, 0.0)
        p[f"{ion}_fixed"] = np.where(leak > 0, 0.0, -current)
    p["pump_rest"] = held.pump
    return p


def advance_sodium_mM(
    p: Mapping[str, np.ndarray], na_i_mM: np.ndarray, na_current_uA_cm2: np.ndarray, time_ms: float
) -> np.ndarray:
    """Na_i after ``time_ms`` of a mean total Na current, in float64: dNa = -4 I t / (F d vf).

    Args: ``na_i_mM`` and ``na_current_uA_cm2`` (compartment, fibre) or (fibre,).
    Returns: Na_i [mM], same shape, not below ``LOWEST_NA_I_MM``.
    """
    per_uA_ms = 40.0 / (FARADAY_C_PER_MOL * p["diameter_um"] * p["volume_factor"])
    change = -np.asarray(na_current_uA_cm2, np.float64) * per_uA_ms * time_ms
    return np.maximum(np.asarray(na_i_mM, np.float64) + change, LOWEST_NA_I_MM)
