"""Pressure on the nerve: a plateau with raised-cosine edges that comes and goes exponentially."""

from typing import Any

import numpy as np


def profile(x_mm: np.ndarray, centre_mm: float, length_mm: float, edge_mm: float) -> np.ndarray:
    """Share of the plateau pressure at x, same shape as ``x_mm``; half at +- length / 2.

    Steepest, pi / (2 edge_mm) per mm, there.
    """
    inside = (length_mm / 2 - np.abs(x_mm - centre_mm)) / edge_mm  # -1/2 .. 1/2 across an edge
    return 0.5 + 0.5 * np.sin(np.pi * np.clip(inside, -0.5, 0.5))


def loading(time_s: float, compression_s: float, rise_s: float, residual_rel: float = 0.0) -> float:
    """Share of the peak pressure at a time [s]; 0 = pressure on, compression_s = release.

    residual_rel: share that stays for good after release.
    """
    if time_s <= 0:
        return 0.0
    if time_s <= compression_s:
        return 1.0 - np.exp(-time_s / rise_s)
    top = 1.0 - np.exp(-compression_s / rise_s)
    return residual_rel + (top - residual_rel) * np.exp(-(time_s - compression_s) / rise_s)


def insult(x_mm: np.ndarray, time_s: float, config: Any) -> dict[str, Any]:
    """What is done to the nerve at a time [s], 0 = pressure on: drives of the tissue laws.

    Returns:
        pressure_mmHg, occluding_mmHg, deforming_mmHg (x,); starved (x,) True distal to the middle of
        a cuff while its pressure shuts the vessels; arterial_oxygen () 0 in anoxia, else 1.
    """
    p, f, compression_s = (
        config.pressure,
        config.physiology.perfusion,
        config.duration.compression_s,
    )
    pressure = (
        p.peak_mmHg * profile(x_mm, p.centre_mm, p.length_mm, p.edge_mm)
        * loading(time_s, compression_s, p.rise_s, p.residual_rel)
    )  # fmt: skip
    occluding = pressure if p.occludes else np.zeros_like(pressure)
    cut = p.starves_distal and occluding.max() >= f.closing_rel * f.mean_arterial_mmHg
    return {
        "pressure_mmHg": pressure,
        "occluding_mmHg": occluding,
        "deforming_mmHg": pressure if p.deforms else np.zeros_like(pressure),
        "starved": (x_mm > p.centre_mm) & cut,
        "arterial_oxygen": 0.0 if p.anoxia and 0 < time_s <= compression_s else 1.0,
    }
