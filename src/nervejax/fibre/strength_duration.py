"""Strength-duration: thresholds over pulse widths, and Weiss's law through them."""

from typing import NamedTuple

import numpy as np

from nervejax.fibre.preparation import Pattern, Preparation
from nervejax.fibre.thresholds import Question, thresholds

WIDTHS_MS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""20 us to 1 ms, as in human recordings (Mogyoros et al. 1996, doi:10.1093/brain/119.2.439)."""


class StrengthDuration(NamedTuple):
    """width_ms: (K,).  threshold: (F, K).  rheobase: (F,), both in units of the electrode.

    time_constant_us: (F,) of Weiss's law, charge = rheobase (width + time constant), a straight line
    fitted to the charges by least squares.
    """

    width_ms: np.ndarray
    threshold: np.ndarray
    rheobase: np.ndarray
    time_constant_us: np.ndarray


def strength_duration(preparation: Preparation, pattern: Pattern) -> StrengthDuration:
    """Thresholds of every fibre at ``WIDTHS_MS`` under one electrode."""
    width = np.array(WIDTHS_MS)
    questions = [Question(f, pattern, w) for f in range(preparation.count) for w in WIDTHS_MS]
    found = thresholds(preparation, questions).reshape(preparation.count, len(width))
    slope, cut = np.array([weiss(width, t) for t in found]).T
    return StrengthDuration(width, found, slope, 1e3 * cut / slope)


def weiss(width_ms: np.ndarray, threshold: np.ndarray) -> tuple[float, float]:
    """(rheobase, charge at zero width) of the line through the threshold charges; nan if one lacks."""
    if not np.all(np.isfinite(threshold)):
        return np.nan, np.nan
    slope, cut = np.polyfit(width_ms, threshold * width_ms, 1)
    return float(slope), float(cut)
