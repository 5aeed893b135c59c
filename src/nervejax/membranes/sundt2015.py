"""Membrane of an unmyelinated (C) fibre with fixed potentials: fast Na, one delayed rectifier K.

Per membrane area, in mV, ms, mM, mS/cm2, uF/cm2, uA/cm2 (outward positive).

    I = g_na m^3 h (V - E_Na) + g_k n^3 l (V - E_K) + g_leak (V - E_leak)

The leak is carried as the pair of Na and K conductances that has the same sum and reversal. Ions do
not move and nothing pumps them, so nothing here can fatigue: what surrounds the fibre changes only
how many Na channels there are. Each ion gets the constant current that cancels its flux at rest
(what keeps the concentrations of a real fibre); the two sum to 0 and leave the potential alone.
Rest is where the steady current vanishes; it is solved for, not given.

Source: Sundt, Gamper & Jaffe 2015, doi:10.1152/jn.00226.2015 (equations and constants; rewritten),
as PyFibers runs it. Deviations: RT/F to five digits (theirs differs by 1e-4).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.membranes.constant import Constant, Gate
from nervejax.membranes.gates import linoid
from nervejax.membranes.overrides import per_fibre, temperatures_degC
from nervejax.units import thermal_voltage_mV

SOURCE = "Sundt et al. 2015, doi:10.1152/jn.00226.2015"
CONSTANTS = {
    "capacitance": Constant(1.0, "uF/cm2", SOURCE),
    "axial_ohm_cm": Constant(100.0, "ohm cm", SOURCE),
    "g_na": Constant(40.0, "mS/cm2", SOURCE),
    "g_k": Constant(40.0, "mS/cm2", SOURCE, "delayed rectifier"),
    "g_leak": Constant(0.1, "mS/cm2", SOURCE),
    "e_na_mV": Constant(50.0, "mV", SOURCE),
    "e_k_mV": Constant(-90.0, "mV", SOURCE),
    "e_leak_mV": Constant(
        -60.0, "mV", "PyFibers 0.13.0",
        "the paper balances the leak at rest (-60 mV); PyFibers evaluates that balance before "
        "there are currents and gets -60, and the fibre rests at -59.93 mV",
    ),
}  # fmt: skip
GATES = {
    "m": Gate(
        "3**((T - 30) / 10)", SOURCE,
        alpha="q * 0.32 * linoid(V + 45.9, 4)", beta="q * 0.28 * linoid(-(V + 18.9), 5)",
    ),
    "h": Gate(
        "3**((T - 30) / 10)", SOURCE,
        alpha="q * 0.128 * exp(-(V + 54) / 18)", beta="q * 4 / (1 + exp(-(V + 31) / 5))",
    ),
    "n": Gate(
        "3**((T - 30) / 10)", SOURCE,
        steady="1 / (1 + exp(-5 * (V + 32) / (0.08617333 * (T + 273.15))))",
        tau="exp(-2 * (V + 32) / (0.08617333 * (T + 273.15))) / (q * 0.03 * "
        "(1 + exp(-5 * (V + 32) / (0.08617333 * (T + 273.15)))))",
    ),
    "l": Gate(
        "3**((T - 30) / 10)", SOURCE,
        steady="1 / (1 + exp(2 * (V + 61) / (0.08617333 * (T + 273.15))))",
        tau="exp(2 * (V + 61) / (0.08617333 * (T + 273.15))) / (q * 0.001 * "
        "(1 + exp(2 * (V + 61) / (0.08617333 * (T + 273.15)))))",
    ),
}  # fmt: skip
CURRENTS = {
    "Na": "g_na m^3 h (V - E_Na)",
    "K": "g_k n^3 l (V - E_K)",
    "leak": "g_leak (V - E_leak), carried by a Na and a K leak with this sum and reversal",
}
FAST, SLOW = ("m", "h", "n"), ("l",)
LOWEST_K_MM = 0.0  # mM, guard in the shell: never reached
NA_I_MM, K_O_MM = 11.4, 5.6  # mM, nominal, for reports: assumed; they fix the two others by Nernst
REST_SCAN_MV = np.arange(-100.0, -19.5, 0.5)  # mV, where rest is looked for


class Held(NamedTuple):
    """What stays fixed while the fast gates are stepped; (compartment, lane) or (lane,).

    e_na, e_k: fixed potentials [mV].  pump: none, 0 [uA/cm2].
    na, k: ceilings of the conductances, slow gate and acid included [mS/cm2].
    """

    e_na: Any
    e_k: Any
    pump: Any
    na: Any
    k: Any


def gate_names(p: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the (fast, slow) gates."""
    return FAST, SLOW


def rates(
    v: Any, names: tuple[str, ...], p: Mapping[str, Any], xp: Any = np
) -> dict[str, tuple[Any, Any]]:
    """Steady state and rate of gates, dx/dt = rate (steady - x).

    Args:
        v: Membrane potential [mV], any shape.
        names: Gates wanted, out of ``FAST + SLOW``.
        p: ``q`` [1] and ``thermal_mV`` [mV] from ``constants``; they broadcast against ``v``.
        xp: ``numpy`` or ``jax.numpy``.

    Returns:
        name: (steady state [1], rate [1/ms]), each shaped like ``v``.
    """
    exp, q, rt_f = xp.exp, p["q"], p["thermal_mV"]

    def opening(alpha: Any, beta: Any) -> tuple[Any, Any]:
        return alpha / (alpha + beta), (alpha + beta) * q

    table = {
        "m": lambda: opening(0.32 * linoid(v + 45.9, 4.0, xp), 0.28 * linoid(-(v + 18.9), 5.0, xp)),
        "h": lambda: opening(0.128 * exp((v + 54.0) / -18.0), 4.0 / (1.0 + exp((v + 31.0) / -5.0))),
        # steady states and time constants of GATES, as opening and closing rates
        "n": lambda: opening(
            0.03 * exp((v + 32.0) * (2.0 / rt_f)), 0.03 * exp((v + 32.0) * (-3.0 / rt_f))
        ),
        "l": lambda: opening(0.001 * exp((v + 61.0) * (-2.0 / rt_f)), 0.001),
    }
    return {name: table[name]() for name in names}


def hold(
    p: Mapping[str, Any], slow: Mapping[str, Any], na_i: Any, na_o: Any, k_o: Any, phi: Any,
    na_avail: Any, xp: Any = np,
) -> Held:  # fmt: skip
    """Evaluate what changes slowly; concentrations and ``phi`` are taken and have no effect."""
    return Held(p["e_na_mV"], p["e_k_mV"], 0.0, na_avail * p["g_na"], p["g_k"] * slow["l"])


def conductances(p: Mapping[str, Any], fast: Mapping[str, Any], held: Held) -> tuple[Any, Any]:
    """Total Na and K conductance [mS/cm2] with the fast gates [1] now."""
    m, n = fast["m"], fast["n"]
    return held.na * (m * m * m) * fast["h"] + p["g_na_leak"], held.k * (n * n * n) + p["g_k_leak"]


def constants(
    diameter_um: Any, overrides: Mapping[str, Any] | None = None, temperature_degC: Any = 37.0
) -> dict[str, np.ndarray]:  # fmt: skip
    """Parameters of each fibre, with the potential where it rests.

    Args:
        diameter_um: Axon diameters [um], (fibre,), > 0.
        overrides: Replacements for entries of ``CONSTANTS``, each a number or (fibre,).
        temperature_degC: A number or (fibre,) [degC]; it speeds up the gates, potentials stay.

    Returns:
        Name: (fibre,) float64: ``CONSTANTS``, ``diameter_um``, ``q`` [1], ``thermal_mV``,
        ``v_rest_mV``, ``g_na_leak``, ``g_k_leak`` [mS/cm2], ``na_fixed`` = -``k_fixed`` [uA/cm2],
        and what a fibre whose ions do not move has for the kernel: concentrations [mM], a shell
        without end and without exchange, no pump.

    Raises:
        NervejaxError: A bad value or name, or no potential where the fibre would rest.
    """
    p = per_fibre(CONSTANTS, diameter_um, overrides)
    e_na, e_k, e_leak = p["e_na_mV"], p["e_k_mV"], p["e_leak_mV"]
    if not ((e_k <= e_leak) & (e_leak <= e_na) & (e_k < e_na)).all():
        raise NervejaxError("C fibre constants must obey e_k_mV <= e_leak_mV <= e_na_mV.")
    degC = temperatures_degC(temperature_degC, e_na.shape)
    zero, one = np.zeros_like(e_na), np.ones_like(e_na)
    p |= {"q": 3.0 ** ((degC - 30.0) / 10.0), "thermal_mV": thermal_voltage_mV(1.0 * degC)}
    p["g_na_leak"] = p["g_leak"] * (e_leak - e_k) / (e_na - e_k)
    p["g_k_leak"] = p["g_leak"] - p["g_na_leak"]
    p["v_rest_mV"] = _rest_mV(p)
    p["na_fixed"] = -_steady_currents(p, p["v_rest_mV"])[0]
    return p | {
        "k_fixed": -p["na_fixed"], "pump_rest": zero,
        "na_i_rest_mM": NA_I_MM * one, "na_o_rest_mM": NA_I_MM * np.exp(e_na / p["thermal_mV"]),
        "k_o_rest_mM": K_O_MM * one, "k_i_rest_mM": K_O_MM * np.exp(-e_k / p["thermal_mV"]),
        "shell_um": np.inf * one, "shell_exchange_m_s": zero,
    }  # fmt: skip


def _steady_currents(p: Mapping[str, Any], v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(Na, K) current of the membrane held at ``v`` [uA/cm2], shaped like ``v``."""
    gates = {k: steady for k, (steady, _) in rates(v, FAST + SLOW, p).items()}
    held = hold(p, gates, None, None, None, None, 1.0)
    g_na, g_k = conductances(p, gates, held)
    return g_na * (v - held.e_na), g_k * (v - held.e_k)


def _rest_mV(p: Mapping[str, Any]) -> np.ndarray:
    """Lowest potential where the steady current turns outward [mV], (fibre,)."""
    na, k = _steady_currents(p, REST_SCAN_MV[:, None])
    outward = na + k > 0
    turns = ~outward[:-1] & outward[1:]
    if not turns.any(0).all():
        raise NervejaxError("C fibre constants leave no potential where the fibre would rest.")
    low = REST_SCAN_MV[turns.argmax(0)]
    high = low + np.diff(REST_SCAN_MV)[0]
    for _ in range(50):
        middle = 0.5 * (low + high)
        na, k = _steady_currents(p, middle)
        outward = na + k > 0
        low, high = np.where(outward, low, middle), np.where(outward, middle, high)
    return 0.5 * (low + high)


def advance_sodium_mM(
    p: Mapping[str, np.ndarray], na_i_mM: np.ndarray, na_current_uA_cm2: np.ndarray, time_ms: float
) -> np.ndarray:
    """Na_i after ``time_ms`` [mM]: unchanged, ions do not move."""
    return np.array(na_i_mM, np.float64)
