"""Gates of the Tigerholm 2014 C fibre: steady states and rates at 37 degC; mV, ms.

Names: m, h, s, u with the Nav number (17, 18, 19); n (KDR); ma, ha (KA); km_f, km_s (fast and slow
KM); hcn_f, hcn_s. "Fast" gates follow a spike and are stepped with V, "slow" ones once per block.

Source: Tigerholm et al. 2014, doi:10.1152/jn.00777.2012 (equations and constants; rewritten).
Deviations: the ``reduced`` set lacks Nav1.9, KA and the slow gates of KM and HCN.
"""

from typing import Any

import numpy as np

TEMPERATURE_DEGC = 37.0

FAST_REDUCED = ("m17", "h17", "m18", "h18", "n")
SLOW_REDUCED = ("s17", "s18", "u18", "km_f", "hcn_f")
FAST = {"reduced": FAST_REDUCED, "full": (*FAST_REDUCED, "m19", "ma")}
SLOW = {"reduced": SLOW_REDUCED, "full": (*SLOW_REDUCED, "km_s", "hcn_s", "h19", "s19", "ha")}


def _q(base: float, measured_degC: float) -> float:
    return base ** ((TEMPERATURE_DEGC - measured_degC) / 10)


Q17, Q18 = _q(2.5, 21), _q(2.5, 22)  # 1, speed-up of the Na gates from the measured temperature
QKDR, QKA, QKM, QHCN = _q(3.3, 22), _q(3.3, 23), _q(3.3, 21), _q(3.0, 22)


def rates(v: Any, names: tuple[str, ...], xp: Any = np) -> dict[str, tuple[Any, Any]]:
    """Steady state and rate of gates, dx/dt = rate (steady - x).

    Args:
        v: Membrane potential [mV], any shape.
        names: Gates wanted, out of ``FAST["full"] + SLOW["full"]``.
        xp: ``numpy`` (float64) or ``jax.numpy`` (float32).

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

    def opening(alpha: Any, beta: Any, q: float) -> tuple[Any, Any]:
        return alpha / (alpha + beta), (alpha + beta) * q

    def kdr_rate() -> Any:
        # One exponential serves both branches: its argument is chosen first.
        upper = v >= -31.0
        e = exp(where(upper, -0.0267 * (v + 11.0), (v + 75.2) / 6.5))
        low = 0.688 + 1000.0 / (e + exp((131.5 - v) / 34.8))
        return QKDR / where(upper, 0.16 + 0.8 * e, low)

    def hcn_rate(floor: float, gain: float, cold_floor: float, cold_gain: float) -> Any:
        warm, cold = exp((v + 25.0) / -20.0), exp((v + 240.0) / 50.0)
        return QHCN / where(v < -70.0, cold_floor + cold_gain * cold, floor + gain * warm)

    table = {
        "m17": lambda: opening(15.5 * sig(5.0, -12.08), 35.2 * sig(-72.7, 16.7), Q17),
        "h17": lambda: opening(
            0.38685 * sig(-122.35, 15.29), 2.00283 * sig(-5.5266, -12.70195) - 0.00283, Q17
        ),
        "s17": lambda: opening(3e-5 + 9.2e-4 * sig(-93.9, 16.6), 132.05 * sig(384.9, -28.5), Q17),
        "m18": lambda: opening(
            0.011 + 2.839 * sig(1.159, -13.95), 7.6205 * sig(-46.463, 8.8289), Q18
        ),
        "h18": lambda: (sig(-32.2, 4.0), Q18 / (1.218 + 42.043 * bell(-38.1, 15.19))),
        "s18": lambda: (
            sig(-45.0, 8.0),
            Q18 * (5.4203e-3 * sig(-79.816, 16.269) + 5.0757e-3 * sig(-15.968, -11.542)),
        ),
        "u18": lambda: (
            sig(-51.0, 8.0),
            Q18 * 2e-4 * (2.0434 * sig(-67.499, 19.51) + 1.9952 * sig(-30.963, -14.792)),
        ),
        "m19": lambda: opening(1.032 * sig(-6.99, -14.87115), 5.79 * sig(-130.4, 22.9), Q17),
        "h19": lambda: opening(
            0.06435 * sig(-73.26415, 3.71928), 0.13496 * sig(-10.27853, -9.09334), Q17
        ),
        "s19": lambda: opening(1.6e-7 * exp(v / -12.0), 5e-4 * sig(-32.0, -23.0), Q17),
        "n": lambda: (sig(-25.0, -15.4), kdr_rate()),
        "ma": lambda: (sig(9.6, -16.4) ** 4, QKA / (0.25 + 10.04 * bell(-24.67, 34.8))),
        "ha": lambda: (sig(-34.9, 4.6), QKA / (20.0 + 50.0 * bell(-40.0, 40.0))),
        "km_f": lambda: (
            sig(-30.0, -6.0),
            QKM * 0.00395 * (exp((v + 30.0) / 40.0) + exp((v + 30.0) / -20.0)),
        ),
        "km_s": lambda: (
            sig(-30.0, -6.0),
            QKM / where(v < -60.0, 219.0, xp.maximum(13.0 * v + 1000.0, 219.0)),
        ),
        "hcn_f": lambda: (sig(-87.2, 9.7), hcn_rate(140.0, 50.0, 250.0, 12.0)),
        "hcn_s": lambda: (sig(-87.2, 9.7), hcn_rate(300.0, 542.0, 2500.0, 100.0)),
    }
    return {name: table[name]() for name in names}
