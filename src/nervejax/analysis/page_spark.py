"""A run as a picture the size of a stamp: conduction per class, and tingling below it, as SVG."""

from collections.abc import Mapping
from html import escape

import numpy as np

from nervejax.analysis.panels import CLASS_COLOURS, PERCEPT_COLOURS
from nervejax.recording.model import CLASSES

POINTS = 160
"""Instants of a line."""
WIDTH, HEIGHT = 240.0, 108.0
TOP, MIDDLE, BOTTOM = 4.0, 58.0, 92.0
"""Conduction lies between the first two heights, tingling between the last two."""
DASHES = {"abeta": "", "adelta": "6 3", "c": "1.5 2.5"}


def spark(
    readout: Mapping[str, np.ndarray],
    compression_s: float,
    span_s: tuple[float, float],
    label: str,
) -> str:
    """One run over a time axis that all runs of a page share.

    Args:
        readout: ``time_s`` and the stored series, each (T,).
        compression_s: When the pressure ends; 0 = none.
        span_s: Start and end of the axis [s].
        label: What it shows, for those who cannot see it.
    """
    time_s = np.linspace(*span_s, POINTS)
    ends_s = readout["time_s"][-1] + (readout["time_s"][-1] - readout["time_s"][-2:][0])
    time_s = time_s[(time_s >= readout["time_s"][0]) & (time_s <= ends_s)]
    step = np.clip(np.searchsorted(readout["time_s"], time_s, side="right") - 1, 0, None)
    x = _across(time_s, span_s)
    lines = []
    for name in CLASSES:
        share = readout[f"conducting_fraction_{name}_rel"][step]
        known = np.isfinite(share)
        if known.any():
            y = MIDDLE - (MIDDLE - TOP) * share
            lines.append(
                f'<polyline fill="none" stroke="{CLASS_COLOURS[name]}" stroke-width="2" '
                f'stroke-dasharray="{DASHES[name]}" points="{_points(x[known], y[known])}"/>'
            )
    tingling = np.nan_to_num(readout["tingling_rel"][step])
    if len(x):
        y = BOTTOM - (BOTTOM - MIDDLE - 6) * tingling
        outline = f"{x[0]:.1f},{BOTTOM} {_points(x, y)} {x[-1]:.1f},{BOTTOM}"
        lines.append(f'<polygon fill="{PERCEPT_COLOURS["tingling"]}" points="{outline}"/>')
    left, right = _across(np.array([0.0, compression_s]), span_s)
    ends = (span_s[0], 0.0, compression_s, span_s[1]) if compression_s > 0 else span_s
    texts = "".join(
        f'<text x="{at:.0f}" y="{HEIGHT - 3}" font-size="9" text-anchor="{anchor}">{s / 60:.0f}</text>'
        for s, at, anchor in _ticks(ends, span_s)
    )
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-label="{escape(label)}"><rect x="{left:.1f}" y="0" width="{right - left:.1f}" '
        f'height="{BOTTOM}" fill="#ececec"/><path stroke="#8a97a6" d="M0 {BOTTOM}H{WIDTH:g}"/>'
        f"{''.join(lines)}{texts}</svg>"
    )


def _across(time_s: np.ndarray, span_s: tuple[float, float]) -> np.ndarray:
    return (time_s - span_s[0]) / max(span_s[1] - span_s[0], 1e-9) * WIDTH


def _ticks(
    times_s: tuple[float, ...], span_s: tuple[float, float]
) -> list[tuple[float, float, str]]:
    """Time, place and anchor of labels that do not touch: the ends, and what fits between."""
    kept: list[tuple[float, float, str]] = []
    for time_s in sorted(times_s, key=lambda s: s not in span_s):
        at = float(_across(np.array([time_s]), span_s)[0])
        if all(abs(at - other) > 16 for _, other, _ in kept):
            anchor = "start" if at < 1 else "end" if at > WIDTH - 1 else "middle"
            kept.append((time_s, at, anchor))
    return kept


def _points(x: np.ndarray, y: np.ndarray) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
