"""Extracellular stimulation: potentials outside a fibre, and what they do to its internodes.

With every potential taken against the outside potential Ve at its own place, membrane and myelin
(capacitance included) see no Ve at all; what is left of it is a current from place to place, in the
axoplasm and in the periaxonal space: link * (Ve_next - Ve). So the myelin's capacitance charges with
dVe/dt by construction. Source: change of variables in the double cable of McIntyre et al. 2002.
"""

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.population.geometry import LAYERS, NODE_LENGTH_UM
from nervejax.population.internode import Internodes, Matrices

CLOSEST_UM = 1.0


def point_source_mV_per_mA(
    along_um: np.ndarray, distance_um: float, conductivity_S_per_m: float
) -> np.ndarray:
    """Potential of 1 mA from a point in an infinite homogeneous medium [mV], shape of ``along_um``.

    Args:
        along_um: distance along the fibre from the foot of the electrode.
        distance_um: of the electrode from the fibre axis, >= 1.
        conductivity_S_per_m: of the medium, > 0.

    Raises:
        NervejaxError: electrode inside the fibre, or a conductivity that is not positive.
    """
    if not distance_um >= CLOSEST_UM:
        raise NervejaxError(f"electrode distance must be >= {CLOSEST_UM:g} um, got {distance_um:g}")
    if not conductivity_S_per_m > 0:
        raise NervejaxError(f"conductivity must be > 0 S/m, got {conductivity_S_per_m:g}")
    r_m = 1e-6 * np.hypot(along_um, distance_um)
    return 1.0 / (4.0 * np.pi * conductivity_S_per_m * r_m)  # mA/(S) = mV


def internode_positions_um(geometry: dict[str, np.ndarray]) -> np.ndarray:
    """(fibre, 12) centres of left node, the 10 compartments, right node, from the left node's centre."""
    length = geometry["length_um"]
    centre = NODE_LENGTH_UM / 2 + np.cumsum(length, axis=-1) - length / 2
    first, last = np.zeros((len(length), 1)), geometry["internode_um"][:, None]
    return np.concatenate([first, centre, last], axis=-1)


def field_drive(
    internodes: Internodes, whole: Matrices, potential_mV: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What a potential along internodes does to them, per internode of the batch B.

    Args:
        internodes: reduced, with M modes.  whole: the matrices they were reduced from.
        potential_mV: (B, K, 12) outside potentials at the places of ``internode_positions_um``.

    Returns:
        (B, K, M) drive of the modes [mV/ms]; (B, K, 2) current into left and right node [pA].
    """
    n, i, ends = LAYERS, np.arange(LAYERS - 1), whole.axon
    inside, outside = -whole.g[:, i, i + 1], -whole.g[:, n + i, n + i + 1]
    gap = whole.gap[:, None]
    axon = _currents(potential_mV, np.concatenate([ends[:, :1], inside, ends[:, 1:]], axis=-1))
    slit = _currents(potential_mV, np.concatenate([gap, outside, gap], axis=-1))
    force = np.concatenate([axon[..., 1:-1], slit[..., 1:-1]], axis=-1)  # (B, K, 20) pA
    entry = np.linalg.solve(whole.c, np.swapaxes(internodes.dual, 1, 2))  # (B, 20, M)
    modes = np.einsum("bkl,blm->bkm", force, entry)
    # what the eliminated modes pass on at once: all modes at rest, less the kept ones
    x = np.linalg.solve(whole.g, np.swapaxes(force, 1, 2))[:, (0, n - 1)]  # (B, 2, K)
    static = np.swapaxes(ends[:, :, None] * x, 1, 2)
    read = np.stack([internodes.read_l, internodes.read_r], axis=1) / internodes.lam[:, None]
    kept = np.einsum("bkm,bem->bke", modes, read)
    return modes, static - kept + axon[..., (0, -1)]


def _currents(potential: np.ndarray, link: np.ndarray) -> np.ndarray:
    """(B, K, 12) current into each place through the 11 links that potential differences drive."""
    flow = link[:, None] * np.diff(potential, axis=-1)
    into = np.zeros_like(potential)
    into[..., :-1] += flow
    into[..., 1:] -= flow
    return into
