"""What pathology and switched-off mechanisms make of myelinated fibres: other data, same equations."""

from types import ModuleType
from typing import Any

import numpy as np

from nervejax.episode.group import Window
from nervejax.membranes.constant import Constant
from nervejax.population.classes import FibreClass
from nervejax.population.draw import draw_fibres, drawn_constants
from nervejax.population.geometry import myelinated_geometry

NO_STORE = {"periaxonal_depth_um": 1.0 / 9.0, "tau_periaxonal_ms": 1.0 / 15.0}
"""Factors without the periaxonal store of potassium: a ninth of the space, 15 x faster; assumed."""
HELD_SPACE_FL = 1e12
"""Perinodal space in which potassium stands still."""
NO_NET_PUMP_IONS = 3.0
"""K for 3 Na of a pump that moves no net charge."""


def drawn_fibres(
    kind: FibreClass, count: int, nodes: int, membrane_name: str, membrane: ModuleType, config: Any
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Draw myelinated fibres as ``config`` has them.

    Returns:
        Columns of ``draw_fibres`` and ``lost`` (0/1); geometry; constants of the membrane (fibre,).
    """
    table = draw_fibres(kind, count, config.seed, config.population.heterogeneity, nodes)
    lost = lost_fibres(table["receptor_mm"], config.pathology.axon_loss_rel)
    table["lost"] = lost.astype(np.uint8)
    geometry = thinned(myelinated_geometry(table["diameter_um"]), config.pathology.myelin_rel)
    values = drawn_constants(kind, membrane_name, membrane.CONSTANTS, table)
    return table, geometry, membrane.constants(
        geometry, altered_constants(values, membrane.CONSTANTS, config)
    )  # fmt: skip


def altered_constants(
    values: dict[str, Any], known: dict[str, Constant], config: Any
) -> dict[str, Any]:
    """Overrides of a membrane under ``config.pathology`` and ``config.mechanisms``.

    The membrane balances its rest anew for whatever it is given, so a changed fibre rests too.

    Args:
        values: overrides of the drawn fibres, name: number or (fibre,).
        known: ``CONSTANTS`` of the membrane; a name that it lacks is left out.
        config: ``nervejax.config.schema.Config``.

    Returns:
        Name: number or (fibre,).
    """
    pathology, on = config.pathology, config.mechanisms
    factors = {
        "g_na_leak_node_S_per_cm2": pathology.pump_rel,
        "g_na_leak_S_per_cm2": pathology.pump_rel,
        "g_na_S_per_cm2": pathology.nodal_sodium_rel,
        "g_nap_S_per_cm2": pathology.nodal_sodium_rel * on.persistent_sodium,
        "z_share": float(on.slow_inactivation),
        **({} if on.potassium_store else NO_STORE),
    }
    out = dict(values)
    for name, factor in factors.items():
        if name in known and factor != 1.0:
            out[name] = out.get(name, known[name].value) * factor
    replaced = {}
    if not on.electrogenic_pump:
        replaced["pump_k_ions"] = NO_NET_PUMP_IONS
    if not on.potassium:
        replaced["node_space_fL"] = HELD_SPACE_FL
    return out | {k: v for k, v in replaced.items() if k in known}


def thinned(geometry: dict[str, np.ndarray], myelin_rel: float) -> dict[str, np.ndarray]:
    """Geometry (fibre, ...) with this share of its lamellae, at least one; all else as it was."""
    return geometry | {"lamellae": np.maximum(myelin_rel * geometry["lamellae"], 1.0)}


def lasting_opening(x_mm: np.ndarray, pathology: Any, pressure: Any) -> np.ndarray:
    """Opening that is there at all times [S/cm2], (node, fibre); internode j begins at node j.

    It takes every internode that reaches into the compressed stretch, or those
    ``opening_internodes`` of them that lie nearest to its centre.

    Args:
        x_mm: (node, fibre) places of the nodes, rising.
    """
    out = np.zeros_like(x_mm)
    if not pathology.opening_S_per_cm2:
        return out
    half = 0.5 * pressure.length_mm
    left, right = x_mm[:-1], x_mm[1:]
    taken = (right > pressure.centre_mm - half) & (left < pressure.centre_mm + half)
    if pathology.opening_internodes:
        away = np.where(taken, np.abs(0.5 * (left + right) - pressure.centre_mm), np.inf)
        taken &= np.argsort(np.argsort(away, axis=0, kind="stable"), axis=0) < (
            pathology.opening_internodes
        )
    out[:-1] = np.where(taken, pathology.opening_S_per_cm2, 0.0)
    return out


def lost_fibres(receptor_mm: np.ndarray, axon_loss_rel: float) -> np.ndarray:
    """(fibre,) True for the share of a class that is lost: those with the longest path first."""
    count = int(np.floor(axon_loss_rel * len(receptor_mm) + 0.5))
    lost = np.zeros(len(receptor_mm), dtype=bool)
    lost[np.argsort(-receptor_mm, kind="stable")[:count]] = True
    return lost


def without(lost: np.ndarray, window: Window) -> Window:
    """The window without the spikes of lost fibres, (fibre,) bool."""
    keep = ~lost[window.fibre]
    kept = None if window.stimulus is None else window.stimulus[keep]
    return Window(
        window.time_ms[keep], window.fibre[keep], window.origin_mm[keep], window.seconds, kept
    )
