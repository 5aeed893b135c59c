"""Checks 2 and 3: conduction velocity over diameter and by class."""

import numpy as np

from nervejax.checks.bench import A_TEMPERATURE_DEGC, Bench, drawn_c, drawn_myelinated
from nervejax.checks.reading import Check, Quantity
from nervejax.fibre.spike import travelling_spike
from nervejax.population.classes import CLASSES

NODES = 51
TACKMANN, BOYD = "Tackmann, Spalke & Oginszus 1976", "Boyd & Kalu 1979"
C_SOURCE = "Van Hees & Gybels 1981; Konietzny et al. 1981"


def r_squared(x: np.ndarray, y: np.ndarray) -> float:
    """Share of the variance of y (N,) that a straight line in x (N,) explains."""
    if not np.all(np.isfinite(y)):
        return np.nan
    rest = y - np.polyval(np.polyfit(x, y, 1), x)
    return float(1.0 - rest.var() / y.var())


def exponent(x: np.ndarray, y: np.ndarray) -> float:
    """B of y ~ x^b through (N,) positive values, least squares of the logarithms."""
    good = np.isfinite(x) & np.isfinite(y) & (x > 0) & (y > 0)
    return float(np.polyfit(np.log(x), np.log(y), 1)[0]) if good.all() else np.nan


def _slopes(bench: Bench) -> dict[str, np.ndarray | float]:
    d, v = (
        [bench.measured(kind)[k] for kind in ("abeta", "adelta")]
        for k in ("diameter_um", "conduction_velocity_m_per_s")
    )
    return {
        "abeta": v[0] / d[0], "adelta": v[1] / d[1],
        "linear": r_squared(np.concatenate(d), np.concatenate(v)),
    }  # fmt: skip


def _classes(bench: Bench) -> dict[str, np.ndarray | float]:
    out: dict[str, np.ndarray | float] = {}
    for kind in ("abeta", "adelta", "c"):
        bench.measured(kind)
        bench.say(f"velocity of drawn {CLASSES[kind].label} fibres")
        fibres = drawn_c(A_TEMPERATURE_DEGC) if kind == "c" else drawn_myelinated(kind, NODES)
        threshold = bench.threshold_end_nA(kind, fibres.diameter_um)
        out[kind] = travelling_spike(fibres, threshold).velocity_m_per_s
    out["c_mean"], known = out["c"], bench.measured("c")
    out["c_exponent"] = exponent(known["diameter_um"], known["conduction_velocity_m_per_s"])
    return out


CHECK_2 = Check(
    {
        "abeta": Quantity(
            "A-beta velocity per diameter", "m/s/um", 4.2, 6.0, TACKMANN, fitted="g_na_S_per_cm2"
        ),
        "adelta": Quantity(
            "A-delta velocity per diameter", "m/s/um", 4.0, 5.2, BOYD,
            fitted="g_na_S_per_cm2 of the class",
        ),
        "linear": Quantity("R2 of a straight line, all A fibres", "1", 0.95, 1.0, BOYD),
    },
    _slopes,
    shared=True, quick=True,
)  # fmt: skip
CHECK_3 = Check(
    {
        "c_mean": Quantity("C velocity", "m/s", 0.52, 1.20, C_SOURCE, judged="mean"),
        "c": Quantity("C velocity, every fibre", "m/s", 0.4, 1.5, C_SOURCE),
        "adelta": Quantity(
            "A-delta velocity", "m/s", 5, 30, "Konietzny et al. 1981; Adriaensen et al. 1983",
            judged="most",
        ),
        "abeta": Quantity("A-beta velocity", "m/s", 30, 75, "Brink & Mackel 1993", judged="most"),
        "c_exponent": Quantity(
            "exponent of diameter in the velocity of C", "1", 0.4, 0.65, "Hodgkin 1954; Gasser 1950",
            hard=False,
        ),
    },
    _classes,
    shared=True, quick=True,
)  # fmt: skip
