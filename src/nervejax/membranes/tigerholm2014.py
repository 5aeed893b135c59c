"""Membrane of an unmyelinated (C) fibre with sodium and potassium concentrations.

Per membrane area, in mV, ms, mM, mS/cm2, uF/cm2, uA/cm2 (outward positive).

    I_Na = (g17 m^3 h s + g18 m^3 h s u + g19 m h s + g_HCN/2 + leak) (V - E_Na) + 1.5 P
    I_K  = (g_KDR n^4 + g_KA m h + g_KM + g_KNa w + g_HCN/2 + leak) (V - E_K) - P
    P    = phi a (1 + pk/K_o)^-2 (1.62/(1 + (pn/(Na_i + 8))^3) + 1/(1 + (67.6/(Na_i + 8))^3))

A dict from ``constants`` carries its gate set in its keys (``g_na19`` is there or not), so it stays
static under ``jax.jit``: all 17 gates here, 10 of them in ``sensory_c``.

Source: Tigerholm et al. 2014, doi:10.1152/jn.00777.2012 (equations and constants; rewritten).
Deviations: K_i follows Na_i by electroneutrality; Na_i and K_i stand still during a call of the
kernel and move between calls. What surrounds a fibre scales pump (energy) and Na channels (acid).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.membranes.constant import Constant
from nervejax.membranes.overrides import per_fibre, temperatures_degC
from nervejax.membranes.tigerholm2014_gates import FAST, SLOW, SOURCE, temperature_factors
from nervejax.membranes.tigerholm2014_gates import GATES as GATES
from nervejax.membranes.tigerholm2014_gates import rates as rates
from nervejax.units import FARADAY_C_PER_MOL, thermal_voltage_mV

LOWEST_NA_I_MM = 3.0  # mM, guard: this pump has no reversal and would empty the axon
LOWEST_K_MM = 0.1  # mM, guard under the logarithms and in the shell

CONSTANTS = {
    "capacitance": Constant(1.0, "uF/cm2", SOURCE),
    "axial_ohm_cm": Constant(35.4, "ohm cm", SOURCE),
    "g_na17": Constant(106.64, "mS/cm2", SOURCE, "TTX-sensitive Nav1.7"),
    "g_na18": Constant(242.71, "mS/cm2", SOURCE, "Nav1.8"),
    "g_na19": Constant(0.094779, "mS/cm2", SOURCE, "Nav1.9"),
    "g_kdr": Constant(18.002, "mS/cm2", SOURCE, "delayed rectifier"),
    "g_ka": Constant(12.756, "mS/cm2", SOURCE, "A type"),
    "g_km": Constant(6.9733, "mS/cm2", SOURCE, "M type"),
    "g_hcn": Constant(2.5377, "mS/cm2", SOURCE, "half of it carries Na, half K"),
    "g_kna": Constant(0.42, "mS/cm2", SOURCE, "Na-activated K"),
    "pump": Constant(4.7891, "uA/cm2", SOURCE, "scale of the Na/K pump, at every temperature"),
    "pump_na_mM": Constant(6.7, "mM", SOURCE, "Na_i of the steep pump term"),
    "pump_k_mM": Constant(1.0, "mM", SOURCE, "K_o of half occupancy of one site"),
    "v_rest_mV": Constant(-55.0, "mV", SOURCE, "held at every temperature by the leaks"),
    "na_i_rest_mM": Constant(11.4, "mM", SOURCE),
    "na_o_rest_mM": Constant(154.0, "mM", SOURCE, "also the bath"),
    "k_i_rest_mM": Constant(121.7, "mM", SOURCE),
    "k_o_rest_mM": Constant(5.6, "mM", SOURCE, "also the bath at rest"),
    "shell_um": Constant(0.029, "um", SOURCE, "thickness of the periaxonal shell"),
    "shell_exchange_m_s": Constant(1e-7, "m/s", SOURCE, "permeability shell - bath"),
    "volume_factor": Constant(1.0, "1", SOURCE, "dilutes Na_i"),
}
ONLY_FULL = ("g_na19", "g_ka")
CURRENTS = {
    "Na": "(g_na17 m17^3 h17 s17 + g_na18 m18^3 h18 s18 u18 + g_na19 m19 h19 s19 + g_hcn/2 H "
    "+ leak) (V - E_Na) + 1.5 P",
    "K": "(g_kdr n^4 + g_ka ma ha + g_km (km_s/4 + 3 km_f/4) + g_kna w + g_hcn/2 H + leak) "
    "(V - E_K) - P",
    "H": "(hcn_s + hcn_f)/2",
    "w": "0.37/(1 + (38.7/Na_i)^3.5)",
    "P": "pump (1 + pump_k/K_o)^-2 (1.62/(1 + (pump_na/(Na_i + 8))^3) + 1/(1 + (67.6/(Na_i + 8))^3))",
}


def gate_set(p: Mapping[str, Any]) -> str:
    """Which gate set a parameter dict was balanced for: ``reduced`` or ``full``."""
    return "full" if "g_na19" in p else "reduced"


def gate_names(p: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the (fast, slow) gates of the gate set in ``p``."""
    return FAST[gate_set(p)], SLOW[gate_set(p)]


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
    rt_f = p["thermal_mV"]
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
    diameter_um: Any, overrides: Mapping[str, Any] | None = None, temperature_degC: Any = 37.0,
    gates: str = "full",
) -> dict[str, np.ndarray]:  # fmt: skip
    """Parameters of each fibre, with leaks that make the given rest exact at its temperature.

    Args:
        diameter_um: Axon diameters [um], (fibre,), > 0.
        overrides: Replacements for entries of ``CONSTANTS``, each a number or (fibre,), > 0.
        temperature_degC: A number or (fibre,) [degC]; speeds up the gates and widens the Nernst
            potentials. The pump keeps its rate, as published.
        gates: ``full``, or ``reduced`` for ``sensory_c``.

    Returns:
        Name: (fibre,) float64. The entries of ``CONSTANTS`` (those of the gate set), and
        ``diameter_um``; ``thermal_mV`` and the ``temperature_factors`` [1]; ``g_na_leak``,
        ``g_k_leak`` [mS/cm2]; ``na_fixed``, ``k_fixed``: constant currents [uA/cm2] where a leak
        would have to be negative; ``pump_rest`` [uA/cm2].

    Raises:
        NervejaxError: A value is not positive and finite, or a name is unknown.
    """
    if gates not in FAST:
        raise NervejaxError(f"gates must be one of {', '.join(FAST)}, got {gates!r}.")
    p = per_fibre(CONSTANTS, diameter_um, overrides)
    if gates == "reduced":
        p = {k: x for k, x in p.items() if k not in ONLY_FULL}
    degC = temperatures_degC(temperature_degC, p["diameter_um"].shape)
    p |= {"thermal_mV": thermal_voltage_mV(1.0 * degC), **temperature_factors(degC)}

    v = p["v_rest_mV"]
    p["g_na_leak"] = p["g_k_leak"] = np.zeros_like(v)
    rest = {k: steady for k, (steady, _) in rates(v, FAST[gates] + SLOW[gates], p).items()}
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
