"""Pressure on the nerve: a plateau with raised-cosine edges that comes and goes exponentially."""

import numpy as np


def profile(x_mm: np.ndarray, centre_mm: float, length_mm: float, edge_mm: float) -> np.ndarray:
    """Share of the plateau pressure at x, same shape as ``x_mm``; half at +- length / 2."""
    inside = (length_mm / 2 - np.abs(x_mm - centre_mm)) / edge_mm  # -1/2 .. 1/2 across an edge
    return 0.5 + 0.5 * np.sin(np.pi * np.clip(inside, -0.5, 0.5))


def loading(time_s: float, compression_s: float, rise_s: float) -> float:
    """Share of the peak pressure at a time [s]; 0 = pressure on, compression_s = release."""
    if time_s <= 0:
        return 0.0
    if time_s <= compression_s:
        return 1.0 - np.exp(-time_s / rise_s)
    return (1.0 - np.exp(-compression_s / rise_s)) * np.exp(-(time_s - compression_s) / rise_s)
