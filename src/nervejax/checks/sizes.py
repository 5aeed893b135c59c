"""Check 1: diameters of drawn fibres."""

import numpy as np

from nervejax.checks.bench import SEEDS, Bench
from nervejax.checks.reading import Check, Quantity
from nervejax.population.classes import CLASSES
from nervejax.population.draw import draw_fibres

PER_SEED = 800
"""Myelinated fibres drawn for one histogram; 4,000 in all."""
WIDTH_UM = 0.4
"""Of the Gaussian that smooths the histogram, as fine as the classes of the published one."""
LEAST = 0.1
"""A maximum lower than this share of the highest is no mode."""

SOURCE = "Jacobs & Love 1985"
FITTED = "diameter_um of the classes, taken from this paper"


def modes_um(diameter_um: np.ndarray) -> np.ndarray:
    """Maxima of the smoothed histogram of diameters (N,), rising."""
    grid = np.arange(0.0, diameter_um.max() + 2.0, 0.05)
    z = (grid[:, None] - diameter_um) / WIDTH_UM
    density = np.exp(-0.5 * z * z).sum(1)
    inner = density[1:-1]
    top = (inner > density[:-2]) & (inner >= density[2:]) & (inner > LEAST * density.max())
    return grid[1:-1][top]


def _measure(bench: Bench) -> dict[str, np.ndarray | float]:
    bench.say("drawing diameters")
    share = {k: c.abundance for k, c in CLASSES.items() if k != "c"}
    found = []
    for seed in SEEDS:
        drawn = [
            draw_fibres(CLASSES[k], round(PER_SEED * s / sum(share.values())), seed, 1.0, 1)
            for k, s in share.items()
        ]
        found.append(modes_um(np.concatenate([d["diameter_um"] for d in drawn])))
    pairs = np.array([m if len(m) == 2 else (np.nan, np.nan) for m in found])
    return {
        "count": np.array([len(m) for m in found]), "lower": pairs[:, 0], "upper": pairs[:, 1],
        "c_share": CLASSES["c"].abundance / sum(share.values()),
    }  # fmt: skip


CHECK = Check(
    {
        "count": Quantity("modes of the myelinated diameters", "1", 2, 2, SOURCE, fitted=FITTED),
        "lower": Quantity("lower mode", "um", 3, 5, SOURCE, fitted=FITTED),
        "upper": Quantity("upper mode", "um", 9, 12, SOURCE, fitted=FITTED),
        "c_share": Quantity(
            "C fibres per myelinated fibre", "1", 3, 4.5, "Ochoa & Mair 1969",
            fitted="abundance of the classes, taken from this paper",
        ),
    },
    _measure,
    shared=True, quick=True,
)  # fmt: skip
