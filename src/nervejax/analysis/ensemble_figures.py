"""Outcomes of an ensemble against its settings: one small panel for each setting."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis import plots
from nervejax.analysis.ensemble_numbers import as_numbers
from nervejax.analysis.page_figures import WIDTH_IN, PageFigure, page_canvas
from nervejax.recording import layout

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS, PANEL_IN, GAP_IN, LEFT_IN, TOP_IN, LABEL_IN = 3, 1.15, 0.12, 0.62, 0.16, 0.46
"""Panels beside each other; height of one, room between, at the left, above and for labels below [in]."""
MOST_POINTS = 3000
"""Points of a panel; of more rows, evenly chosen ones are drawn."""
BINS, LEAST_IN_BIN = 8, 10
"""Of the line of medians; it is drawn where every part has so many rows."""
DOT, LINE, NONE = "#3b6ea5", "#b5482a", "#777777"


def scatter_figure(
    outcome: str, values: np.ndarray, settings: Mapping[str, np.ndarray]
) -> PageFigure:
    """One outcome (N,) against each setting (N,); marks on top are rows in which it did not happen."""
    names = list(settings)
    rows = -(-len(names) // COLUMNS)
    across = min(COLUMNS, len(names))
    height_in = rows * (TOP_IN + PANEL_IN + LABEL_IN)
    wide_in = (WIDTH_IN - LEFT_IN - GAP_IN * across) / across
    some = chosen_points(len(values))
    with page_canvas(height_in) as fig:
        for k, name in enumerate(names):
            row, col = divmod(k, across)
            left = (LEFT_IN + col * (wide_in + GAP_IN)) / WIDTH_IN
            top_in = height_in - row * (TOP_IN + PANEL_IN + LABEL_IN) - TOP_IN
            box = (left, (top_in - PANEL_IN) / height_in, wide_in / WIDTH_IN, PANEL_IN / height_in)
            axes = fig.add_axes(box)
            draw_scatter(axes, np.asarray(settings[name])[some], values[some], name)
            if col == 0:
                unit = layout.unit_of(outcome)
                axes.set_ylabel("" if unit == "1" else f"[{unit}]", labelpad=2)
            else:
                axes.tick_params(labelleft=False)
        png = plots.png_bytes(fig)
    return PageFigure(png, f"{layout.long_name(outcome)} against {', '.join(names)}")


def chosen_points(count: int) -> np.ndarray:
    """Rows that are drawn, evenly spread over all."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(int))


def draw_scatter(axes: "Axes", setting: np.ndarray, values: np.ndarray, name: str) -> None:
    """One panel: dots, the median over eighths of the rows, marks on top where the outcome is nan."""
    x, words = as_numbers(setting)
    there = np.isfinite(values)
    if words:  # spread beside each other by the golden ratio, for they would hide each other
        x = x + 0.3 * (np.arange(len(x)) * 0.618034 % 1.0 - 0.5)
    size = 9.0 if there.sum() < 200 else 4.0
    axes.scatter(x[there], values[there], s=size, color=DOT, alpha=0.45, linewidths=0)
    if there.any():
        low, high = float(values[there].min()), float(values[there].max())
        room = 0.08 * (high - low) or 0.5
        axes.set_ylim(low - room, high + (3 if not there.all() else 1) * room)
    if not there.all():
        axes.scatter(
            x[~there], np.full((~there).sum(), 0.965), s=11, marker="|", color=NONE, alpha=0.6,
            linewidths=0.7, transform=axes.get_xaxis_transform(),
        )  # fmt: skip
    positive = x.size and x.min() > 0 and x.max() > 30 * x.min()
    if positive and not words:
        axes.set_xscale("log")
    if not words:
        centre, median = medians(x[there], values[there])
        axes.plot(centre, median, color=LINE, linewidth=1.6)
    else:
        axes.set_xticks(range(len(words)), words)
        axes.set_xlim(-0.5, len(words) - 0.5)
    if not positive and not words:
        axes.locator_params(axis="x", nbins=4)
    axes.locator_params(axis="y", nbins=4)
    axes.set_xlabel(_label(name), labelpad=1.5, fontsize=8)
    axes.tick_params(labelsize=7.5, length=2.5, pad=1.5)


def medians(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median of both over equal parts of the rows by x; nothing where the parts would be small."""
    if len(x) < BINS * LEAST_IN_BIN or len(np.unique(x)) < BINS:
        return np.empty(0), np.empty(0)
    parts = np.array_split(np.argsort(x, kind="stable"), BINS)
    return np.array([np.median(x[p]) for p in parts]), np.array([np.median(y[p]) for p in parts])


def _label(name: str) -> str:
    """The last two words of a key, its unit in brackets."""
    *above, last = name.split(".")
    unit, words = layout.unit_of(last), " ".join([*above[-1:], layout.long_name(last)])
    words = words if len(words) <= 26 else words[:25] + "..."
    return words if unit == "1" else f"{words} [{unit}]"


def strongest(names: Sequence[str], strength: Mapping[str, float], most: int) -> list[str]:
    """So many of the settings, those that go most with the outcome, in their own order."""
    order = sorted(names, key=lambda name: -abs(np.nan_to_num(strength.get(name, 0.0))))
    return [name for name in names if name in order[:most]]
