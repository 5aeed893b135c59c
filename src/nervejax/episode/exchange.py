"""What fibres and tissue give each other over a slow step."""

from typing import Any

import numpy as np

from nervejax.episode.grid import GridMap
from nervejax.episode.group import FibreGroup
from nervejax.population.fascicles import Fascicles
from nervejax.tissue import laws
from nervejax.tissue.balance import Balance
from nervejax.tissue.oxygen import saturation


def _mixed(
    groups: list[FibreGroup], maps: list[GridMap], values: list[np.ndarray], outside: float
) -> np.ndarray:
    """(fascicle, x) average over its fibres, weighted by axon area; ``outside`` where none is."""
    total = weight = 0.0
    for group, grid, value in zip(groups, maps, values, strict=True):
        alive = np.array([f not in group.quarantined for f in range(group.count)], dtype=float)
        s, w = grid.to_grid(value, group.weight * alive)
        total, weight = total + s, weight + w
    return np.where(weight > 0, total / np.maximum(weight, 1e-30), outside)


def exchange(
    groups: list[FibreGroup],
    maps: list[GridMap],
    tissue: dict[str, np.ndarray],
    physiology: Any,
    fascicles: Fascicles,
) -> dict[str, np.ndarray]:
    """(fascicle, x) what the fibres of a place did in their windows: drive names of the tissue laws.

    ``demand`` is respiration over the saturation with oxygen; a place without fibres has that of rest.
    """
    zero, m = np.zeros_like(tissue["oxygen_rel"]), physiology.metabolism
    if not groups:
        return {"potassium_efflux": zero, "demand": zero + 1.0, "energy_debt": zero}
    efflux, respiration, debt = zip(*(g.exchange() for g in groups), strict=True)
    breath = [saturation(grid.to_places(tissue["oxygen_rel"]), m) for grid in maps]
    demand = [  # where oxygen has all gone, the quotient has gone with it
        np.where(b > 1e-12, r / np.maximum(b, 1e-12), 1.0)
        for r, b in zip(respiration, breath, strict=True)
    ]
    ratio = physiology.endoneurium.volume_ratio * fascicles.volume_factor[:, None]
    return {
        "potassium_efflux": _mixed(groups, maps, list(efflux), 0.0) / ratio,
        "demand": _mixed(groups, maps, demand, 1.0),
        "energy_debt": _mixed(groups, maps, list(debt), 0.0),
    }


def advance_tissue(
    tissue: dict[str, np.ndarray], drive: dict[str, Any], config: Any, dt_s: float, ledger: Balance
) -> dict[str, np.ndarray]:
    """Tissue after a slow step, with the exchange that the windows measured.

    Respiration follows oxygen within the step; the demand behind it is held.
    """
    m = config.physiology.metabolism
    steps = max(1, int(np.ceil(dt_s / laws.LONGEST_STEP_S - 1e-9)))
    for _ in range(steps):
        now = drive | {"respiration": drive["demand"] * saturation(tissue["oxygen_rel"], m)}
        after = laws.advance(tissue, now, config, dt_s / steps)
        ledger.add(tissue, after, now, config, dt_s / steps)
        tissue = after
    return tissue
