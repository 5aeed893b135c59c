"""Gates of the Tigerholm 2014 C fibre: steady states and rates; mV, ms.

Names: m, h, s, u with the Nav number (17, 18, 19); n (KDR); ma, ha (KA); km_f, km_s (fast and slow
KM); hcn_f, hcn_s. "Fast" gates follow a spike and are stepped with V, "slow" ones once per block.

Source: Tigerholm et al. 2014, doi:10.1152/jn.00777.2012 (equations and constants; rewritten).
Deviations: the ``reduced`` set lacks Nav1.9, KA and the slow gates of KM and HCN.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nervejax.membranes.constant import Gate

FAST_REDUCED = ("m17", "h17", "m18", "h18", "n")
SLOW_REDUCED = ("s17", "s18", "u18", "km_f", "hcn_f")
FAST = {"reduced": FAST_REDUCED, "full": (*FAST_REDUCED, "m19", "ma")}
SLOW = {"reduced": SLOW_REDUCED, "full": (*SLOW_REDUCED, "km_s", "hcn_s", "h19", "s19", "ha")}

SOURCE = "Tigerholm et al. 2014, doi:10.1152/jn.00777.2012"
Q10 = {
    "q17": (2.5, 21.0), "q18": (2.5, 22.0), "qkdr": (3.3, 22.0), "qka": (3.3, 23.0),
    "qkm": (3.3, 21.0), "qhcn": (3.0, 22.0),
}  # fmt: skip
"""Name: Q10 [1] and the temperature the gates were measured at [degC]."""


def _gate(factor: str, **formulas: str) -> Gate:
    base, at = Q10[factor]
    return Gate(f"{base}**((T - {at:g}) / 10)", SOURCE, **formulas)


HCN, KM = "1 / (1 + exp((V + 87.2) / 9.7))", "1 / (1 + exp(-(V + 30) / 6))"
GATES = {
    "m17": _gate("q17", alpha="q * 15.5 / (1 + exp((V - 5) / -12.08))",
                 beta="q * 35.2 / (1 + exp((V + 72.7) / 16.7))"),
    "h17": _gate("q17", alpha="q * 0.38685 / (1 + exp((V + 122.35) / 15.29))",
                 beta="q * (-0.00283 + 2.00283 / (1 + exp((V + 5.5266) / -12.70195)))"),
    "s17": _gate("q17", alpha="q * (0.00003 + 0.00092 / (1 + exp((V + 93.9) / 16.6)))",
                 beta="q * (132.05 - 132.05 / (1 + exp((V - 384.9) / 28.5)))"),
    "m18": _gate("q18", alpha="q * (2.85 - 2.839 / (1 + exp((V - 1.159) / 13.95)))",
                 beta="q * 7.6205 / (1 + exp((V + 46.463) / 8.8289))"),
    "h18": _gate("q18", steady="1 / (1 + exp((V + 32.2) / 4))",
                 tau="(1.218 + 42.043 * exp(-(V + 38.1)**2 / (2 * 15.19**2))) / q"),
    "s18": _gate("q18", steady="1 / (1 + exp((V + 45) / 8))",
                 tau="1000 / (5.4203 / (1 + exp((V + 79.816) / 16.269)) "
                 "+ 5.0757 / (1 + exp(-(V + 15.968) / 11.542))) / q"),
    "u18": _gate("q18", steady="1 / (1 + exp((V + 51) / 8))",
                 tau="5000 / (2.0434 / (1 + exp((V + 67.499) / 19.51)) "
                 "+ 1.9952 / (1 + exp(-(V + 30.963) / 14.792))) / q"),
    "m19": _gate("q17", alpha="q * 1.032 / (1 + exp((V + 6.99) / -14.87115))",
                 beta="q * 5.79 / (1 + exp((V + 130.4) / 22.9))"),
    "h19": _gate("q17", alpha="q * 0.06435 / (1 + exp((V + 73.26415) / 3.71928))",
                 beta="q * 0.13496 / (1 + exp((V + 10.27853) / -9.09334))"),
    "s19": _gate("q17", alpha="q * 1.6e-7 * exp(-V / 12)",
                 beta="q * 0.0005 / (1 + exp(-(V + 32) / 23))"),
    "n": _gate("qkdr", steady="1 / (1 + exp(-(V + 25) / 15.4))",
               tau="where(V >= -31, 0.16 + 0.8 * exp(-0.0267 * (V + 11)), 0.688 + 1000 / "
               "(exp((V + 75.2) / 6.5) + exp(-(V - 131.5) / 34.8))) / q"),
    "ma": _gate("qka", steady="(1 / (1 + exp(-(V - 9.6) / 16.4)))**4",
                tau="(0.25 + 10.04 * exp(-(V + 24.67)**2 / (2 * 34.8**2))) / q"),
    "ha": _gate("qka", steady="1 / (1 + exp((V + 34.9) / 4.6))",
                tau="(20 + 50 * exp(-(V + 40)**2 / (2 * 40**2))) / q"),
    "km_f": _gate("qkm", steady=KM,
                  tau="1 / (0.00395 * exp((V + 30) / 40) + 0.00395 * exp(-(V + 30) / 20)) / q"),
    "km_s": _gate("qkm", steady=KM, tau="where(V < -60, 219, 13 * V + 1000) / q"),
    "hcn_f": _gate("qhcn", steady=HCN, tau="where(V < -70, 250 + 12 * exp((V + 240) / 50), "
                   "140 + 50 * exp(-(V + 25) / 20)) / q"),
    "hcn_s": _gate("qhcn", steady=HCN, tau="where(V < -70, 2500 + 100 * exp((V + 240) / 50), "
                   "300 + 542 * exp(-(V + 25) / 20)) / q"),
}  # fmt: skip


def temperature_factors(temperature_degC: np.ndarray) -> dict[str, np.ndarray]:
    """Speed-up of the gates [1], names of ``Q10``, each shaped like the temperatures [degC]."""
    return {k: base ** ((temperature_degC - at) / 10.0) for k, (base, at) in Q10.items()}


def rates(
    v: Any, names: tuple[str, ...], p: Mapping[str, Any], xp: Any = np
) -> dict[str, tuple[Any, Any]]:
    """Steady state and rate of gates, dx/dt = rate (steady - x).

    Args:
        v: Membrane potential [mV], any shape.
        names: Gates wanted, out of ``FAST["full"] + SLOW["full"]``.
        p: The ``temperature_factors``; they broadcast against ``v``.
        xp: ``numpy`` or ``jax.numpy``.

    Returns:
        name: (steady state [1], rate [1/ms]), each shaped like ``v``.

    Source:
        Tigerholm et al. 2014; differences of large sigmoids are rewritten as sums for float32.
    """
    exp, where = xp.exp, xp.where

    def sig(middle: float, width: float) -> Any:
        return 1.0 / (1.0 + exp((v - middle) / width))  # width < 0: rises with v

    def bell(middle: float, width: float) -> Any:
        return exp(-((v - middle) ** 2) / (2.0 * width**2))

    def opening(alpha: Any, beta: Any, q: Any) -> tuple[Any, Any]:
        return alpha / (alpha + beta), (alpha + beta) * q

    def kdr_rate() -> Any:
        # One exponential serves both branches: its argument is chosen first.
        upper = v >= -31.0
        e = exp(where(upper, -0.0267 * (v + 11.0), (v + 75.2) / 6.5))
        low = 0.688 + 1000.0 / (e + exp((131.5 - v) / 34.8))
        return p["qkdr"] / where(upper, 0.16 + 0.8 * e, low)

    def hcn_rate(floor: float, gain: float, cold_floor: float, cold_gain: float) -> Any:
        warm, cold = exp((v + 25.0) / -20.0), exp((v + 240.0) / 50.0)
        return p["qhcn"] / where(v < -70.0, cold_floor + cold_gain * cold, floor + gain * warm)

    table = {
        "m17": lambda: opening(15.5 * sig(5.0, -12.08), 35.2 * sig(-72.7, 16.7), p["q17"]),
        "h17": lambda: opening(
            0.38685 * sig(-122.35, 15.29), 2.00283 * sig(-5.5266, -12.70195) - 0.00283, p["q17"]
        ),
        "s17": lambda: opening(
            3e-5 + 9.2e-4 * sig(-93.9, 16.6), 132.05 * sig(384.9, -28.5), p["q17"]
        ),
        "m18": lambda: opening(
            0.011 + 2.839 * sig(1.159, -13.95), 7.6205 * sig(-46.463, 8.8289), p["q18"]
        ),
        "h18": lambda: (sig(-32.2, 4.0), p["q18"] / (1.218 + 42.043 * bell(-38.1, 15.19))),
        "s18": lambda: (
            sig(-45.0, 8.0),
            p["q18"] * (5.4203e-3 * sig(-79.816, 16.269) + 5.0757e-3 * sig(-15.968, -11.542)),
        ),
        "u18": lambda: (
            sig(-51.0, 8.0),
            p["q18"] * 2e-4 * (2.0434 * sig(-67.499, 19.51) + 1.9952 * sig(-30.963, -14.792)),
        ),
        "m19": lambda: opening(1.032 * sig(-6.99, -14.87115), 5.79 * sig(-130.4, 22.9), p["q17"]),
        "h19": lambda: opening(
            0.06435 * sig(-73.26415, 3.71928), 0.13496 * sig(-10.27853, -9.09334), p["q17"]
        ),
        "s19": lambda: opening(1.6e-7 * exp(v / -12.0), 5e-4 * sig(-32.0, -23.0), p["q17"]),
        "n": lambda: (sig(-25.0, -15.4), kdr_rate()),
        "ma": lambda: (sig(9.6, -16.4) ** 4, p["qka"] / (0.25 + 10.04 * bell(-24.67, 34.8))),
        "ha": lambda: (sig(-34.9, 4.6), p["qka"] / (20.0 + 50.0 * bell(-40.0, 40.0))),
        "km_f": lambda: (
            sig(-30.0, -6.0),
            p["qkm"] * 0.00395 * (exp((v + 30.0) / 40.0) + exp((v + 30.0) / -20.0)),
        ),
        "km_s": lambda: (sig(-30.0, -6.0), p["qkm"] / where(v < -60.0, 219.0, 13.0 * v + 1000.0)),
        "hcn_f": lambda: (sig(-87.2, 9.7), hcn_rate(140.0, 50.0, 250.0, 12.0)),
        "hcn_s": lambda: (sig(-87.2, 9.7), hcn_rate(300.0, 542.0, 2500.0, 100.0)),
    }
    return {name: table[name]() for name in names}
