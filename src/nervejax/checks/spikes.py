"""Check 4: width of the A-beta spike, refractory period, and how both go with velocity."""

import numpy as np

from nervejax.checks.bench import Bench
from nervejax.checks.conduction import exponent
from nervejax.checks.reading import Check, Quantity

BRINK, WIDTHS = "Brink & Mackel 1993", "J Neurol Neurosurg Psychiatry 1981, 44:476"


def spearman(x: np.ndarray, y: np.ndarray) -> float:
    """Rank correlation of (N,) values, ties averaged; nan if one is missing or all are equal."""
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        return np.nan
    a, b = (_ranks(v) - _ranks(v).mean() for v in (x, y))
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else np.nan


def _ranks(v: np.ndarray) -> np.ndarray:
    ordered = np.sort(v)
    return 0.5 * (np.searchsorted(ordered, v, "left") + np.searchsorted(ordered, v, "right"))


def _measure(bench: Bench) -> dict[str, np.ndarray | float]:
    parts = abeta, _ = bench.measured("abeta"), bench.measured("adelta")
    velocity, width, refractory = (
        np.concatenate([m[k] for m in parts])
        for k in (
            "conduction_velocity_m_per_s", "spike_half_width_ms", "absolute_refractory_period_ms",
        )
    )  # fmt: skip
    return {
        "width": abeta["spike_half_width_ms"],
        "refractory": abeta["absolute_refractory_period_ms"],
        "correlation": spearman(refractory, velocity),
        "exponent": exponent(velocity, width),
    }


CHECK = Check(
    {
        "width": Quantity(
            "A-beta spike width at half height", "ms", 0.3, 0.8, BRINK,
            fitted="speed_h, g_na_S_per_cm2",
        ),
        "refractory": Quantity(
            "A-beta absolute refractory period", "ms", 0.7, 4.5, BRINK,
            fitted="speed_h, g_na_S_per_cm2",
        ),
        "correlation": Quantity(
            "rank correlation of refractory period and velocity, all A fibres", "1", -1.0, -0.4, BRINK
        ),
        "exponent": Quantity(
            "exponent of velocity in the half-width, all A fibres", "1", -0.75, -0.25, WIDTHS,
            why="the gates of a node have the same rates at every diameter, so all spikes are about "
            "equally wide; real slow fibres have slower spikes",
        ),
    },
    _measure,
    shared=True, quick=True,
)  # fmt: skip
