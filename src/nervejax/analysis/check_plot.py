"""The small figure of one check: published band against simulated values, calibrations side by side."""

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nervejax.analysis.plots import STYLE, png_bytes, require_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_IN, ROW_IN, LEAST_IN = 9.0, 0.62, 0.35
LABEL_SHARE, VERDICT_SHARE = 0.34, 0.16
LABEL_LETTERS = 42
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7")
"""Of the calibrations, in their order."""
BAND, SOFT_BAND = "#b9dfc2", "#dfeee2"
MARGIN = 0.15
LOG_FROM = 50.0
"""Largest over smallest number on an axis from which it is logarithmic."""
SIGNS = {"pass": "pass", "fail": "FAIL", "warn": "warn", "reported": "", "not run": "not run"}


@dataclass(frozen=True)
class Row:
    """One reading. low, high: band, infinite where it is open.

    values: calibration -> (its values (K,) or None, verdict).
    """

    words: str
    unit: str
    low: float
    high: float
    hard: bool
    values: dict[str, tuple[np.ndarray | None, str]]


def check_png(rows: list[Row]) -> bytes:
    """Draw the readings of one check, one line each, as the bytes of a PNG file.

    Raises:
        NervejaxError: matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        height = LEAST_IN + ROW_IN * max(len(rows), 1)
        fig = Figure((WIDTH_IN, height), dpi=110)
        width = 1.0 - LABEL_SHARE - VERDICT_SHARE
        for k, row in enumerate(rows):
            bottom = 1.0 - (LEAST_IN + ROW_IN * (k + 1) - 0.30) / height
            axes = fig.add_axes((LABEL_SHARE, bottom, width, 0.26 / height))
            _draw(axes, row)
        names = list(rows[0].values) if rows else []
        for k, name in enumerate(names):
            left = LABEL_SHARE + 0.17 * k
            fig.text(left, 1.0 - 0.20 / height, f"\u25cf {name}", color=_colour(k), fontsize=9)
        fig.text(LABEL_SHARE + 0.17 * len(names), 1.0 - 0.20 / height, "\u25a0 published band",
                 color="#5fae74", fontsize=9)  # fmt: skip
    return png_bytes(fig)


def _colour(k: int) -> str:
    return COLOURS[k % len(COLOURS)]


def _draw(axes: "Axes", row: Row) -> None:
    low, high = _limits(row)
    if low > 0 and high / low > LOG_FROM:
        axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(len(row.values) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelsize=7, length=2, pad=1)
    axes.minorticks_off()
    if np.isfinite(row.low) or np.isfinite(row.high):
        colour = BAND if row.hard else SOFT_BAND
        left, right = max(row.low, low), min(row.high, high)
        axes.axvspan(left, right, color=colour, lw=0, zorder=0)
        for edge in (row.low, row.high):
            if np.isfinite(edge):
                axes.axvline(edge, color="#5fae74", lw=1.2, zorder=1)
    for k, (name, (values, verdict)) in enumerate(row.values.items()):
        _draw_values(axes, values, k)
        told = SIGNS.get(verdict, verdict)
        if values is not None and not np.isfinite(values).all():
            told = f"{told}, not measurable".removeprefix(", ")
        axes.text(
            1.02, 1.0 - (k + 0.5) / len(row.values), told, color=_colour(k), fontsize=7.5, va="center",
            transform=axes.transAxes, weight="bold" if verdict == "fail" else "normal", gid=name,
        )  # fmt: skip
    label = textwrap.fill(row.words + (f" ({row.unit})" if row.unit else ""), LABEL_LETTERS)
    axes.text(-0.02, 0.5, label, fontsize=7.5, ha="right", va="center", transform=axes.transAxes)


def _draw_values(axes: "Axes", values: np.ndarray | None, k: int) -> None:
    if values is None:
        return
    known = values[np.isfinite(values)]
    look: dict[str, Any] = {"color": _colour(k), "clip_on": False, "zorder": 3}
    axes.plot(known, np.full(len(known), float(k)), "o", ms=3.5, mew=0, alpha=0.55, **look)
    if len(known):
        axes.plot([known.mean()], [k], "|", ms=9, mew=1.8, **look)


def _limits(row: Row) -> tuple[float, float]:
    """Ends of the axis: everything in the band and every value, with a margin."""
    parts = [v for v, _ in row.values.values() if v is not None]
    shown = np.concatenate([*parts, [row.low, row.high]])
    shown = shown[np.isfinite(shown)]
    if len(shown) == 0:
        return 0.0, 1.0
    low, high = float(shown.min()), float(shown.max())
    if low > 0 and high / low > LOG_FROM:
        return low / 1.5, high * 1.5
    reach = (high - low) or abs(high) or 1.0
    return low - MARGIN * reach, high + MARGIN * reach
