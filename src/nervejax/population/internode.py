"""The internode as a passive linear two-port, reduced to the modes a spike can see.

One internode is 10 compartments x 2 layers (axolemma, myelin) between two nodes whose periaxonal
space is shorted. With x = (10 intracellular, 10 periaxonal) potentials, ports u = (u_L, u_R) and a
source J spread over the axolemma,  C x' = -G x + B u + S J. The generalised eigenproblem
G v = lambda C v gives  z' = -lambda z + b u + c J.  Ten modes are slow (0.01-20 ms). Ten
relax within 0.4 us: eliminated to first order, which leaves conductances and capacitances between
the ports (zeroth order alone is 20 % off in velocity). The ten slow ones are merged into six by a
Galerkin projection that keeps the two fastest and the responses at s = 0 and 1/ms: the charge that
passes through the internode stays exact, velocity changes by < 0.1 % for D >= 3 um.

Source: own derivation; compartments as in McIntyre et al. 2002, doi:10.1152/jn.00353.2001.
"""

from typing import NamedTuple

import numpy as np

from nervejax.population.geometry import (
    AXIAL_RESISTIVITY_OHM_CM,
    LAYERS,
    NODE_LENGTH_UM,
)  # fmt: skip

SLOW_MODES = 10
MERGED_MODES = 6
MYELIN_UF_PER_CM2 = 0.1  # per lamella membrane, two in series per lamella
MYELIN_S_PER_CM2 = 0.001
AXOLEMMA_UF_PER_CM2 = 2.0
MODAL = ("lam", "drive_l", "drive_r", "source", "read_l", "read_r", "read_v")
PORT = ("g_self", "g_cross", "c_self", "c_cross", "f_source")
"""Fields of ``Internodes`` that the kernel takes: one per mode, one per internode."""
PARANODE = (0, 1, 8, 9)  # MYSA and FLUT: where detachment opens the myelin


class Internodes(NamedTuple):
    """Reduced internodes; B = any batch of (fibre, opening) pairs, M = slow modes.

    lam: (B, M) decay rates [1/ms].  drive_l, drive_r: (B, M) port drive of y = z / w [1/ms].
    source: (B, M) drive by J [mV/(ms pA)].  read_l, read_r: (B, M) current into the nodes [nS].
    read_v: (B, M) contribution to the mean internodal membrane potential [1].
    g_self, g_cross: (B,) port conductances of the fast modes [nS]; c_self, c_cross: [pF].
    f_source: (B,) J -> node current through the fast modes [1].
    basis: (B, 20, M) potentials of the modes y; dual: (B, M, 20) back again (needs x).
    """

    lam: np.ndarray
    drive_l: np.ndarray
    drive_r: np.ndarray
    source: np.ndarray
    read_l: np.ndarray
    read_r: np.ndarray
    read_v: np.ndarray
    g_self: np.ndarray
    g_cross: np.ndarray
    c_self: np.ndarray
    c_cross: np.ndarray
    f_source: np.ndarray
    basis: np.ndarray
    dual: np.ndarray


class Matrices(NamedTuple):
    """Internodes before reduction: 10 compartments inside, then their 10 periaxonal places.

    c: (B, 20, 20) [pF].  g: (B, 20, 20) [nS].  axon: (B, 2) from MYSA into left and right node [nS].
    gap: (B,) from the periaxonal space of a MYSA into the node [nS].
    """

    c: np.ndarray
    g: np.ndarray
    axon: np.ndarray
    gap: np.ndarray


def assemble(
    geometry: dict[str, np.ndarray],
    axolemma_nS: np.ndarray,
    gap_mysa_um: np.ndarray,
    gap_internode_um: np.ndarray,
    opening_S_per_cm2: np.ndarray,
    sealed: str = "",
) -> Matrices:
    """Matrices of a batch of internodes.

    Args:
        geometry: arrays of ``myelinated_geometry`` with B rows.
        axolemma_nS: (B, 10) resting conductance of the axolemma.
        gap_mysa_um, gap_internode_um: (B,) width of the periaxonal space.
        opening_S_per_cm2: (B,) conductance opened over the myelin of MYSA and FLUT.
        sealed: "left" or "right": the axon is cut there, between node and MYSA.
    """
    n, rho = LAYERS, AXIAL_RESISTIVITY_OHM_CM * 1e4  # ohm um
    inner, length = geometry["inner_um"], geometry["length_um"]
    gap = np.stack([gap_mysa_um] + [gap_internode_um] * 8 + [gap_mysa_um], axis=-1)
    axial = rho * length / (np.pi * (inner / 2) ** 2)
    periaxonal = rho * length / (np.pi * ((inner / 2 + gap) ** 2 - (inner / 2) ** 2))
    c_ax = AXOLEMMA_UF_PER_CM2 * 1e6 * geometry["axolemma_cm2"]
    lamellae2 = 2 * geometry["lamellae"][:, None]
    c_my = MYELIN_UF_PER_CM2 * 1e6 / lamellae2 * geometry["myelin_cm2"]
    g_my = MYELIN_S_PER_CM2 * 1e9 / lamellae2 * geometry["myelin_cm2"]
    g_my[:, PARANODE] += opening_S_per_cm2[:, None] * 1e9 * geometry["myelin_cm2"][:, PARANODE]

    batch = inner.shape[0]
    c, g = np.zeros((batch, 2 * n, 2 * n)), np.zeros((batch, 2 * n, 2 * n))
    i, p = np.arange(n), np.arange(n) + n
    for matrix, membrane, myelin in ((c, c_ax, c_my), (g, axolemma_nS, g_my)):
        matrix[:, i, i] += membrane
        matrix[:, p, p] += membrane + myelin
        matrix[:, i, p] -= membrane
        matrix[:, p, i] -= membrane
    for layer, r in ((i, axial), (p, periaxonal)):
        link = 2e9 / (r[:, :-1] + r[:, 1:])
        a, b = layer[:-1], layer[1:]
        g[:, a, a] += link
        g[:, b, b] += link
        g[:, a, b] -= link
        g[:, b, a] -= link
    node = geometry["node_um"]
    node_axial = rho * NODE_LENGTH_UM / (np.pi * (node / 2) ** 2)
    node_gap = np.pi * ((node / 2 + gap_mysa_um) ** 2 - (node / 2) ** 2)
    g_e = (2e9 / (axial[:, 0] + node_axial))[:, None] * [sealed != "left", sealed != "right"]
    g_short = 2e9 / (periaxonal[:, 0] + rho * NODE_LENGTH_UM / node_gap)
    for end, k in enumerate((0, n - 1)):
        g[:, k, k] += g_e[:, end]
        g[:, k + n, k + n] += g_short
    return Matrices(c, g, g_e, g_short)


def reduce_internodes(
    geometry: dict[str, np.ndarray],
    axolemma_nS: np.ndarray,
    gap_mysa_um: np.ndarray,
    gap_internode_um: np.ndarray,
    opening_S_per_cm2: np.ndarray,
    modes: int = MERGED_MODES,
    sealed: str = "",
) -> Internodes:
    """Reduce a batch of internodes; arguments as in ``assemble``.

    Args:
        modes: kept modes: 6 (merged), 10 (all slow ones) or 20 (the full double cable, for tests).
        sealed: the ports' own conductances are then those of the open end.
    """
    c, g, g_e, _ = assemble(
        geometry, axolemma_nS, gap_mysa_um, gap_internode_um, opening_S_per_cm2, sealed
    )
    root = np.linalg.cholesky(c)
    half = np.linalg.solve(root, g)
    lam, u = np.linalg.eigh(np.linalg.solve(root, np.swapaxes(half, 1, 2)))
    shape = np.linalg.solve(np.swapaxes(root, 1, 2), u)  # v^T C v = 1
    share = geometry["axolemma_cm2"] / geometry["axolemma_cm2"].sum(-1, keepdims=True)
    b = g_e[:, :, None] * shape[:, (0, LAYERS - 1), :]
    source = np.einsum("bk,bkm->bm", np.concatenate([-share, share], axis=-1), shape)
    kept = max(modes, SLOW_MODES)
    fast = slice(kept, 2 * LAYERS)
    g_port = np.einsum("bim,bjm,bm->bij", b[..., fast], b[..., fast], 1 / lam[:, fast])
    c_port = np.einsum("bim,bjm,bm->bij", b[..., fast], b[..., fast], lam[:, fast] ** -2)
    end = 1 if sealed == "left" else 0
    f_source = (b[:, end, fast] * source[:, fast] / lam[:, fast]).sum(-1)
    lam, b, source, shape = lam[:, :kept], b[..., :kept], source[:, :kept], shape[..., :kept]
    if modes < SLOW_MODES:
        lam_r, turn = _merge(lam, b, source, sealed)
        b_r, source_r = b @ turn, np.einsum("bm,bmr->br", source, turn)
        # what the dropped part conducts at rest goes straight between the ports
        g_port = g_port + np.einsum("bim,bjm,bm->bij", b, b, 1 / lam)
        g_port = g_port - np.einsum("bim,bjm,bm->bij", b_r, b_r, 1 / lam_r)
        f_source = (
            f_source + (b[:, end] * source / lam).sum(-1) - (b_r[:, end] * source_r / lam_r).sum(-1)
        )
        lam, b, source, shape = lam_r, b_r, source_r, shape @ turn
    # scale y = z / w so that every mode is of the order of mV: nothing is lost in float32
    w = (np.hypot(b[:, 0], b[:, 1]) + 3.0 * np.abs(source)) / lam
    return Internodes(
        lam=lam,
        drive_l=b[:, 0] / w, drive_r=b[:, 1] / w, source=source / w,
        read_l=b[:, 0] * w, read_r=b[:, 1] * w, read_v=-source * w,
        g_self=g_e[:, end] - g_port[:, end, end], g_cross=g_port[:, 0, 1],
        c_self=c_port[:, end, end], c_cross=c_port[:, 0, 1], f_source=f_source,
        basis=shape * w[:, None, :],
        dual=np.einsum("bkm,bkl->bml", shape, c) / w[:, :, None],
    )  # fmt: skip


def _merge(
    lam: np.ndarray, b: np.ndarray, source: np.ndarray, sealed: str
) -> tuple[np.ndarray, np.ndarray]:
    """Six merged modes of ten: decay rates (B, 6) and the turn (B, 10, 6) into their basis."""
    even, odd = b[:, 0] + b[:, 1], b[:, 0] - b[:, 1]
    fast = np.zeros((*lam.shape, 2))
    fast[:, -2, 0] = fast[:, -1, 1] = 1.0
    last = even / (lam + 4.0) if sealed else odd / lam  # one port: even and odd are the same
    vectors = np.stack([even / lam, even / (lam + 1.0), source / lam, last], axis=-1)
    vectors = np.concatenate(
        [fast, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)], axis=-1
    )
    q, _ = np.linalg.qr(vectors)
    lam_r, turn = np.linalg.eigh(np.einsum("bmi,bm,bmj->bij", q, lam, q))
    return lam_r, q @ turn
