"""Draw fibres. A fibre's numbers depend on (seed, class, index) and on nothing else."""

from typing import Any

import numpy as np

from nervejax.membranes.constant import Constant
from nervejax.population.classes import FibreClass

RECEPTOR_MM = (300.0, 900.0)  # conduction path beyond the modelled stretch, foot to thigh; assumed
MEAN_DEPTH = 1.0 / 3.0  # of points spread evenly over a circle, in its radius, from its edge


def draw_fibres(
    kind: FibreClass, count: int, seed: int, heterogeneity: float, sites: int
) -> dict[str, np.ndarray]:
    """Draw ``count`` fibres of a class.

    Args:
        seed: seed of the run.  heterogeneity: scale of every spread but the diameter's (0 = none).
        sites: number of places along a fibre that get their own energy factor.

    Returns:
        Columns (fibre,): diameter_um, receptor_mm (path from the modelled stretch to the receptor),
        modality (name), fibre_id, depth_rel (in its fascicle: 0 at the surface, 1 at the centre)
        and ``<parameter>_factor`` of every entry of ``kind.spread``; ``energy_site_factor`` is
        (fibre, sites).
    """
    rows = [_draw_one(kind, index, seed, heterogeneity, sites) for index in range(count)]
    if not rows:
        rows = [_draw_one(kind, 0, seed, heterogeneity, sites)]
        return {k: np.array([r[k] for r in rows])[:0] for k in rows[0]}
    return {k: np.array([r[k] for r in rows]) for k in rows[0]}


def drawn_constants(
    kind: FibreClass, membrane_name: str, known: dict[str, Constant], table: dict[str, np.ndarray]
) -> dict[str, Any]:
    """Overrides of a membrane for drawn fibres: what the class tuned, times each fibre's factors.

    Args:
        known: ``CONSTANTS`` of the membrane.  table: from ``draw_fibres``.

    Returns:
        Name: number or (fibre,); nothing for a membrane that the class does not name.
    """
    if membrane_name not in kind.tuned:
        return {}
    out: dict[str, Any] = dict(kind.tuned[membrane_name])
    for key in kind.spread:
        if key in known:
            out[key] = out.get(key, known[key].value) * table[f"{key}_factor"]
    return out


def _draw_one(kind: FibreClass, index: int, seed: int, heterogeneity: float, sites: int) -> dict:
    rng = np.random.default_rng(np.random.SeedSequence((seed, kind.number, index)))
    mean, std, low, high = kind.diameter_um
    while True:  # truncated by rejection: a fixed stream per fibre keeps this reproducible
        z = rng.standard_normal()
        diameter = mean * np.exp(std / mean * z) if kind.log_normal else mean + std * z
        if low <= diameter <= high:
            break
    row = {
        "diameter_um": diameter,
        "receptor_mm": rng.uniform(*RECEPTOR_MM),
        "modality": rng.choice(list(kind.modalities), p=list(kind.modalities.values())),
        "fibre_id": np.uint32((kind.number << 28) + index),
    }
    for name, spread in kind.spread.items():
        row[f"{name}_factor"] = np.exp(heterogeneity * spread * rng.standard_normal())
    row["energy_site_factor"] = np.exp(
        heterogeneity * kind.energy_site_spread * rng.standard_normal(sites)
    )
    # last of the stream, so that the other draws stay what they were; uniform over the cross-section
    depth = 1.0 - np.sqrt(rng.uniform())
    row["depth_rel"] = MEAN_DEPTH + min(heterogeneity, 1.0) * (depth - MEAN_DEPTH)
    return row
