"""A number of the runs of a sweep on their grid: mean and spread over replicates, never, not known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nervejax.analysis.sweep_axes import Grid, SweepRun


@dataclass(frozen=True)
class Cells:
    """A number on a grid, arrays of the grid's shape.

    mean, low, high: over the replicates in which it happened; nan where it happened in none.
    told: replicates that can tell, 0 = no run lies there, or none can tell.
    happened: those among them in which it happened; 0 of some told = never.
    """

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    told: np.ndarray
    happened: np.ndarray

    @property
    def missing(self) -> np.ndarray:
        """Places of which nothing is known."""
        return self.told == 0

    @property
    def never(self) -> np.ndarray:
        """Places where it did not happen in any replicate."""
        return (self.told > 0) & (self.happened == 0)

    @property
    def sometimes(self) -> np.ndarray:
        """Places where it happened in some replicates, not in all."""
        return (self.happened > 0) & (self.happened < self.told)


def on_grid(grid: Grid, value: Callable[[SweepRun], float | None]) -> Cells:
    """A number of every run on the grid.

    Args:
        grid: Where the runs lie.
        value: Of a run: a number, nan = it did not happen, None = the run cannot tell.
    """
    mean, low, high = (np.full(grid.shape, np.nan) for _ in range(3))
    told, happened = (np.zeros(grid.shape, dtype=int) for _ in range(2))
    for at, runs in grid.runs.items():
        numbers = np.array([n for n in map(value, runs) if n is not None], dtype=float)
        real = numbers[np.isfinite(numbers)]
        told[at], happened[at] = len(numbers), len(real)
        if len(real):
            mean[at], low[at], high[at] = real.mean(), real.min(), real.max()
    return Cells(mean, low, high, told, happened)
