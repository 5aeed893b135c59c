"""Carrying quantities between the tissue grid and the places of fibres."""

from typing import Any

import numpy as np


def tissue_grid_mm(nerve: Any) -> np.ndarray:
    """Places of the slow tissue (x,) [mm], from the central end; nerve: ``config.nerve``."""
    return np.arange(0.0, nerve.length_mm + 0.5 * nerve.grid_mm, nerve.grid_mm)


class GridMap:
    """Linear interpolation both ways between a grid (fascicle, x) and places (place, fibre).

    ``to_places`` samples the grid. ``to_grid`` averages over fibres with their weights; a grid
    point inside a shortened middle takes the value of the places beside it, and a point that no
    fibre resolves takes ``outside``.

    Args:
        fascicle: (fibre,) index of the fascicle that holds a fibre.  count: number of fascicles.
    """

    def __init__(
        self, x_mm: np.ndarray, places_mm: np.ndarray, fascicle: np.ndarray, count: int
    ) -> None:
        self._fascicle, self._member = fascicle, np.eye(count)[fascicle]
        self._index, self._share = _bracket(x_mm, places_mm)
        back = [_bracket(places_mm[:, f], x_mm) for f in range(places_mm.shape[1])]
        self._back_index = np.array([b[0] for b in back]).reshape(-1, len(x_mm)).T
        self._back_share = np.array([b[1] for b in back]).reshape(-1, len(x_mm)).T
        self._covers = (x_mm[:, None] >= places_mm[0]) & (x_mm[:, None] <= places_mm[-1])

    def to_places(self, values: np.ndarray) -> np.ndarray:
        """(fascicle, x) -> (place, fibre)."""
        low, high = (values[self._fascicle, self._index + k] for k in (0, 1))
        return low * (1 - self._share) + high * self._share

    def to_grid(self, values: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(place, fibre) and weights (fibre,) -> sums over fibres of both, (fascicle, x)."""
        fibre = np.arange(values.shape[1])
        low, high = values[self._back_index, fibre], values[self._back_index + 1, fibre]
        on_grid = low * (1 - self._back_share) + high * self._back_share
        w = self._covers * weight
        counted = np.where(w > 0, on_grid, 0.0)  # a fibre of no weight may hold anything, even nan
        return ((counted * w) @ self._member).T, (w @ self._member).T


def _bracket(nodes: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of the node below each value and the share of the node above it, clipped to the ends."""
    index = np.clip(np.searchsorted(nodes, at, side="right") - 1, 0, len(nodes) - 2)
    share = (at - nodes[index]) / (nodes[index + 1] - nodes[index])
    return index, np.clip(share, 0.0, 1.0)
