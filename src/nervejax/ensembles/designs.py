"""Where the points of a design lie: Latin hypercube, Sobol, Halton, random, grid."""

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from nervejax.ensembles.axes import Axis, column
from nervejax.errors import NervejaxError

SAMPLED = {
    "lhs": "Latin hypercube: every setting fills its range evenly",
    "sobol": "Sobol sequence, scrambled; best with a power of 2 points",
    "halton": "Halton sequence, scrambled",
    "random": "independent draws",
}
"""Design -> what it is; SciPy's ``stats.qmc`` makes all but the last."""
GRID = "grid"
MOST_ROWS = 1_000_000
"""Rows of one ensemble; more are refused."""


def design_columns(
    axes: Sequence[Axis], design: str, count: int | None, seed: int
) -> dict[str, np.ndarray]:
    """The rows of a design, column by column.

    Args:
        axes: what differs.
        design: one of ``SAMPLED``, or ``grid``: every combination of listed values, the last axis
            changing fastest.
        count: number of rows of a sampled design; None for a grid.
        seed: of the draws; the same gives the same rows.

    Returns:
        Key -> (N,).

    Raises:
        NervejaxError: a grid over a range without steps, or too many rows.
    """
    if design == GRID:
        return _grid(axes)
    if count is None or not 1 <= count <= MOST_ROWS:
        raise NervejaxError(f"--count must be from 1 to {MOST_ROWS}")
    shares = unit_points(design, count, len(axes), seed)
    return {axis.key: axis.at(shares[:, k]) for k, axis in enumerate(axes)}


def unit_points(design: str, count: int, dimensions: int, seed: int) -> np.ndarray:
    """Points of a sampled design in the unit cube, (count, dimensions) in [0, 1)."""
    rng = np.random.default_rng(seed)
    if design == "random":
        return rng.random((count, dimensions))
    from scipy.stats import qmc  # late: takes half a second

    if design == "lhs":
        return qmc.LatinHypercube(dimensions, rng=rng).random(count)
    if design == "halton":
        return qmc.Halton(dimensions, rng=rng).random(count)
    # whole powers of 2 are drawn, which alone are balanced, and cut to the count
    power = max(count - 1, 0).bit_length()
    return qmc.Sobol(dimensions, rng=rng).random_base2(power)[:count]


def _grid(axes: Sequence[Axis]) -> dict[str, np.ndarray]:
    for axis in axes:
        if not axis.values:
            raise NervejaxError(
                f"{axis}: a grid needs values: {axis.key}=LOW:HIGH:STEPS or {axis.key}=a,b,c"
            )
    rows = prod(len(axis.values) for axis in axes)
    if rows > MOST_ROWS:
        raise NervejaxError(f"the grid has {rows} rows; at most {MOST_ROWS} are allowed")
    points = list(product(*(axis.values for axis in axes)))
    return {axis.key: column(axis.key, [p[k] for p in points]) for k, axis in enumerate(axes)}
