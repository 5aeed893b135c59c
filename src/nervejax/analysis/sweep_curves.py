"""Dose-response curves of a sweep: block, return, ectopic spikes and what stays, over one setting."""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis import plots
from nervejax.analysis.page_figures import (
    BOTTOM_IN,
    GAP_IN,
    LEFT_IN,
    RIGHT_IN,
    TOP_IN,
    WIDTH_IN,
    PageFigure,
    page_canvas,
)
from nervejax.analysis.panels import CLASS_COLOURS, CLASS_LINES
from nervejax.analysis.readout import CLASS_LABELS
from nervejax.analysis.sweep_axes import Axis, Grid
from nervejax.analysis.sweep_cells import Cells, on_grid
from nervejax.analysis.sweep_numbers import DOSE_RESPONSE, Quantity
from nervejax.recording.model import CLASSES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL_IN, KEY_IN = 1.2, 0.3
"""Height of a panel and of the key [in]."""
TICK_GAP_IN = 0.42
"""Least distance between two numbers along an axis [in]."""
NEVER_REL = 1.16
"""Height of the row of what did not happen, over the largest value."""
MARKS = {"abeta": "o", "adelta": "s", "c": "^"}


def dose_figure(grid: Grid) -> PageFigure | None:
    """Curves of every class over the one axis of a grid; None if no run can tell anything.

    Args:
        grid: Runs over one axis.
    """
    axis = grid.axes[0]
    curves = {
        (quantity, name): on_grid(grid, lambda run, q=quantity, n=name: q.value(run, n))
        for quantity in DOSE_RESPONSE
        for name in CLASSES
    }
    names = [n for n in CLASSES if any(curves[q, n].told.any() for q in DOSE_RESPONSE)]
    if not names:
        return None
    rows = len(DOSE_RESPONSE)
    height_in = TOP_IN + rows * PANEL_IN + (rows - 1) * GAP_IN + BOTTOM_IN + KEY_IN
    with page_canvas(height_in) as fig:
        left, wide = LEFT_IN / WIDTH_IN, (WIDTH_IN - LEFT_IN - RIGHT_IN) / WIDTH_IN
        for k, quantity in enumerate(DOSE_RESPONSE):
            top_in = height_in - TOP_IN - k * (PANEL_IN + GAP_IN)
            box = (left, (top_in - PANEL_IN) / height_in, wide, PANEL_IN / height_in)
            axes = fig.add_axes(box)
            draw_curves(axes, axis, quantity, {name: curves[quantity, name] for name in names})
            if k < rows - 1:
                axes.tick_params(labelbottom=False)
            else:
                axes.set_xlabel(axis.label)
        handles = fig.axes[0].get_legend_handles_labels()
        fig.legend(*handles, loc="lower center", ncols=len(names), handlelength=2.6)
        alt = (
            f"Block, return, ectopic spikes and conduction at the end, by class, over {axis.label}"
        )
        return PageFigure(plots.png_bytes(fig), alt)


def draw_curves(axes: "Axes", axis: Axis, quantity: Quantity, curves: dict[str, Cells]) -> None:
    """One quantity over an axis, a line per class; what did not happen stands in a row on top."""
    largest = max(
        (float(np.nanmax(c.high)) for c in curves.values() if c.happened.any()), default=0
    )
    largest = 1.0 if quantity is DOSE_RESPONSE[-1] else largest or 1.0
    absent = {name: cells.told > cells.happened for name, cells in curves.items()}
    top = largest * 1.08
    for name, cells in curves.items():
        look = {"color": CLASS_COLOURS[name], "marker": MARKS[name], "ms": 4.0}
        axes.plot(
            axis.shown, cells.mean, ls=CLASS_LINES[name], label=CLASS_LABELS[name], **look
        )  # fmt: skip
        if (cells.happened > 1).any():
            axes.fill_between(
                axis.shown, cells.low, cells.high, color=CLASS_COLOURS[name], alpha=0.15, lw=0
            )
    if any(mask.any() for mask in absent.values()):
        top = largest * (NEVER_REL + 0.1 * len(curves))
        axes.axhline(largest * 1.08, color="#999999", lw=0.7)
        for k, (name, mask) in enumerate(absent.items()):
            height = np.full(mask.sum(), largest * (NEVER_REL + 0.1 * k))
            look = {"color": CLASS_COLOURS[name], "mfc": "white", "clip_on": False}
            axes.plot(axis.shown[mask], height, MARKS[name], ms=4.5, **look)
        axes.set_title(f"open marks: {quantity.never}", loc="right", fontsize=9, weight="normal")
    axes.set_ylim(-0.04 * top, top)
    axes.set_yticks([y for y in axes.get_yticks() if 0 <= y <= largest * 1.08])
    axes.set_title(quantity.title, loc="left")
    dress_axis(axes, axis)


def dress_axis(axes: "Axes", axis: Axis) -> None:
    """The swept values along x, as many of them as there is room for."""
    shown = axis.shown
    if axis.logarithmic:
        axes.set_xscale("log")
        margin = (shown[-1] / shown[0]) ** 0.03
        axes.set_xlim(shown[0] / margin, shown[-1] * margin)
    else:
        margin = 0.03 * (shown[-1] - shown[0])
        axes.set_xlim(shown[0] - margin, shown[-1] + margin)
    axes.minorticks_off()
    width_in = size_in(axes)[0]
    place = np.log(shown) if axis.logarithmic else shown
    kept = spaced((place - place[0]) / (place[-1] - place[0]) * width_in, TICK_GAP_IN)
    axes.set_xticks(shown[kept], [f"{value:g}" for value in shown[kept]])


def size_in(axes: "Axes") -> tuple[float, float]:
    """Width and height of axes [in]."""
    box = axes.get_window_extent().transformed(axes.figure.dpi_scale_trans.inverted())
    return float(box.width), float(box.height)


def spaced(place_in: np.ndarray, gap_in: float) -> list[int]:
    """Indices of places (N,), rising [in], at least ``gap_in`` apart, from the first on."""
    kept: list[int] = []
    for k, at in enumerate(place_in):
        if not kept or at - place_in[kept[-1]] >= gap_in:
            kept.append(k)
    return kept
