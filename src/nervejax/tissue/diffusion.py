"""Diffusion along the nerve, one implicit step, no flux through the ends."""

from functools import lru_cache

import numpy as np


def diffuse(
    c: np.ndarray, x_mm: np.ndarray, coefficient_mm2_per_s: float, dt_s: float
) -> np.ndarray:
    """Backward Euler step of c' = D c'' on an even grid; conserves the sum; (..., x) -> (..., x)."""
    if len(x_mm) < 2 or coefficient_mm2_per_s == 0.0:
        return c
    r = coefficient_mm2_per_s * dt_s / float(x_mm[1] - x_mm[0]) ** 2
    return c @ _step_matrix(len(x_mm), r)


@lru_cache(maxsize=64)
def _step_matrix(n: int, r: float) -> np.ndarray:
    """Inverse of (1 - r second difference), (n, n), symmetric."""
    diagonal = np.full(n, 1.0 + 2.0 * r)
    diagonal[0] = diagonal[-1] = 1.0 + r
    return np.linalg.inv(np.diag(diagonal) - r * (np.eye(n, k=1) + np.eye(n, k=-1)))
