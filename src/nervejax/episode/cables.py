"""Reduced internodes of many fibres at many openings of the paranode, computed when first needed."""

import numpy as np

from nervejax.population.internode import MODAL, PORT, Internodes, reduce_internodes

SMALLEST_S_PER_CM2 = 1e-4
LEVEL_RATIO = 1.1
"""Openings are rounded to a geometric ladder: 5 % at most, 14 % is the accuracy of a block."""


def opening_of(level: np.ndarray) -> np.ndarray:
    """Opening of a ladder step [S/cm2], same shape; step 0 = closed."""
    return np.where(level > 0, SMALLEST_S_PER_CM2 * LEVEL_RATIO ** (level - 1.0), 0.0)


def mirrored(nodes: int, fibres: int) -> dict[str, np.ndarray]:
    """Ends of nerves that go on: how many internodes hang on a node, (node, fibre) float32.

    The fibre is continued by its mirror image, so that an end node is loaded like any other; at a
    sealed end, with half that load, a node answers one spike with several.
    """
    load = {name: np.ones((nodes, fibres), np.float32) for name in ("load_l", "load_r")}
    load["load_l"][0] = load["load_r"][-2] = 2.0
    return load


class CableTable:
    """Cables of the fibres of one group.

    Args:
        geometry: ``myelinated_geometry`` of the group, (fibre, ...).
        axolemma_nS: (fibre, 10).  p: membrane constants (fibre,) with the gaps.
    """

    def __init__(self, geometry: dict, axolemma_nS: np.ndarray, p: dict) -> None:
        self._geometry, self._axolemma, self._p = geometry, axolemma_nS, p
        self._rows: dict[tuple[int, int], int] = {}
        self._store: Internodes | None = None

    def levels(self, opening_S_per_cm2: np.ndarray) -> np.ndarray:
        """Ladder step of an opening, same shape; 0 = closed."""
        o = np.maximum(opening_S_per_cm2 / SMALLEST_S_PER_CM2, 1e-12)
        return np.maximum(np.rint(np.log(o) / np.log(LEVEL_RATIO)) + 1, 0).astype(int)

    def _lookup(self, levels: np.ndarray) -> np.ndarray:
        """Row of the store for every (internode, fibre); computes the missing ones in one batch."""
        fibre = np.broadcast_to(np.arange(levels.shape[1]), levels.shape)
        keys = np.unique(np.stack([fibre.ravel(), levels.ravel()], axis=1), axis=0)
        new = [tuple(k) for k in keys.tolist() if tuple(k) not in self._rows]
        if new:
            f = np.array([k[0] for k in new])
            level = np.array([k[1] for k in new])
            batch = reduce_internodes(
                {k: v[f] for k, v in self._geometry.items()}, self._axolemma[f],
                self._p["gap_mysa_um"][f], self._p["gap_internode_um"][f], opening_of(level),
            )  # fmt: skip
            start = 0 if self._store is None else len(self._store.lam)
            self._rows |= {key: start + i for i, key in enumerate(new)}
            if self._store is None:
                self._store = batch
            else:
                joined = [np.concatenate(pair) for pair in zip(self._store, batch, strict=True)]
                self._store = Internodes(*joined)
        rows = np.array(
            [[self._rows[(f, k)] for f, k in enumerate(line)] for line in levels.tolist()]
        )
        return rows.reshape(levels.shape)

    def cable(self, levels: np.ndarray) -> dict[str, np.ndarray]:
        """Kernel input from ladder steps (node, fibre); the last row (no internode) is zeroed.

        Returns:
            float32 arrays, modal entries (mode, node, fibre), others (node, fibre).
        """
        rows = self._lookup(levels)
        out = {}
        for name in MODAL:
            out[name] = np.moveaxis(getattr(self._store, name)[rows], -1, 0).astype(np.float32)
            out[name][:, -1] = 1.0 if name == "lam" else 0.0
        for name in PORT:
            out[name] = getattr(self._store, name)[rows].astype(np.float32)
            out[name][-1] = 0.0
        return out | mirrored(len(levels), levels.shape[1])

    def carry_over(self, modes: np.ndarray, old: np.ndarray, new: np.ndarray) -> np.ndarray:
        """Mode amplitudes (mode, node, fibre) rewritten from the basis of ``old`` to ``new`` levels.

        Potentials stay as they are; only internodes whose level changed are touched.
        """
        changed = np.argwhere(old != new)
        if len(changed) == 0:
            return modes
        j, f = changed.T
        a, b = self._lookup(old)[j, f], self._lookup(new)[j, f]
        assert self._store is not None
        potential = np.einsum("nkm,nm->nk", self._store.basis[a], modes[:, j, f].T)
        out = modes.copy()
        out[:, j, f] = np.einsum("nmk,nk->nm", self._store.dual[b], potential).T
        return out
