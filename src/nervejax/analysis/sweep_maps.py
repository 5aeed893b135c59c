"""Maps of a sweep over two settings: when a class falls numb and when it is back."""

from typing import TYPE_CHECKING, Any

import numpy as np

from nervejax.analysis import plots
from nervejax.analysis.page_figures import (
    BAR_IN,
    TOP_IN,
    WIDTH_IN,
    PageFigure,
    page_canvas,
)
from nervejax.analysis.readout import CLASS_LABELS
from nervejax.analysis.sweep_axes import Grid
from nervejax.analysis.sweep_cells import Cells, on_grid
from nervejax.analysis.sweep_curves import size_in, spaced
from nervejax.analysis.sweep_numbers import Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = "cividis"
"""Made to look alike with every kind of colour vision, and darkest is least."""
NUMBERED = 100
"""Places up to which each shows its number."""
NUMBER_POINTS = 8.5
SOMETIMES = "*"
LEFT_IN, BOTTOM_IN, KEY_IN = 0.66, 0.5, 0.28
ROW_IN, LOW_IN, HIGH_IN = 0.42, 1.7, 3.6
"""Height of a row, and least and largest height of a map [in]."""
HATCH: Any = {"hatch": "////", "facecolor": "white", "edgecolor": "#8a8a8a", "linewidth": 0.0}
TICK_GAP_IN = {"x": 0.36, "y": 0.2}


def map_figure(grid: Grid, quantity: Quantity, name: str) -> PageFigure | None:
    """One quantity of a class over the two axes of a grid; None if no run can tell.

    Args:
        grid: Runs over two axes, rows and columns.
        quantity: What to show.
        name: The class.
    """
    cells = on_grid(grid, lambda run: quantity.value(run, name))
    if cells.missing.all():
        return None
    high_in = float(np.clip(ROW_IN * grid.shape[0], LOW_IN, HIGH_IN))
    height_in = TOP_IN + high_in + BOTTOM_IN + KEY_IN
    title = f"{CLASS_LABELS[name]}: {quantity.title}"
    with page_canvas(height_in) as fig:
        wide_in = WIDTH_IN - LEFT_IN - BAR_IN
        bottom = (BOTTOM_IN + KEY_IN) / height_in
        box = (LEFT_IN / WIDTH_IN, bottom, wide_in / WIDTH_IN, high_in / height_in)
        axes = fig.add_axes(box)
        draw_map(axes, grid, cells)
        axes.set_title(title)
        if cells.happened.any():
            bar = fig.add_axes((1 - (BAR_IN - 0.1) / WIDTH_IN, bottom, 0.11 / WIDTH_IN, box[3]))
            fig.colorbar(axes.images[0], cax=bar)
        map_key(fig, cells, quantity.never)
        alt = f"{title} over {grid.axes[1].label} and {grid.axes[0].label}"
        return PageFigure(plots.png_bytes(fig), alt)


def draw_map(axes: "Axes", grid: Grid, cells: Cells) -> None:
    """Colours and numbers of every place; hatched where never, a cross where nothing is known."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    rows, columns = grid.axes
    known = cells.mean[np.isfinite(cells.mean)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    image = axes.imshow(
        np.ma.masked_invalid(cells.mean), COLOURS, aspect="auto", origin="lower",
        interpolation="nearest", vmin=low, vmax=high if high > low else low + 1.0,
    )  # fmt: skip
    never = [Rectangle((x - 0.5, y - 0.5), 1, 1) for y, x in np.argwhere(cells.never)]
    if never:
        axes.add_collection(PatchCollection(never, **HATCH), autolim=False)
    y, x = np.nonzero(cells.missing)
    axes.plot(x, y, "x", color="#8a8a8a", ms=7, mew=0.9)
    colours = image.to_rgba(cells.mean)
    for y, x in np.argwhere(cells.happened > 0):
        text = short(float(cells.mean[y, x])) if cells.mean.size <= NUMBERED else ""
        text += SOMETIMES if cells.sometimes[y, x] else ""
        if text:
            number_in_cell(axes, x, y, text, colours[y, x])
    for side, axis, length_in in zip("xy", (columns, rows), size_in(axes), strict=True):
        count = len(axis.values)
        kept = spaced((np.arange(count) + 0.5) * length_in / count, TICK_GAP_IN[side])
        axes.set(
            **{f"{side}ticks": kept, f"{side}ticklabels": [f"{axis.shown[k]:g}" for k in kept]}
        )
    axes.set_xlabel(columns.label)
    axes.set_ylabel(rows.label)
    axes.tick_params(length=0)
    axes.set_xlim(-0.5, grid.shape[1] - 0.5)
    axes.set_ylim(-0.5, grid.shape[0] - 0.5)


def number_in_cell(axes: "Axes", x: float, y: float, text: str, colour: Any) -> None:
    """A number on a coloured place, dark on light and light on dark."""
    red, green, blue = colour[:3]
    light = 0.299 * red + 0.587 * green + 0.114 * blue > 0.5  # luma of ITU-R BT.601
    axes.text(
        x, y, text, ha="center", va="center", fontsize=NUMBER_POINTS,
        color="black" if light else "white",
    )  # fmt: skip


def map_key(fig: "Figure", cells: Cells, never: str) -> None:
    """What hatched places, crosses and asterisks mean, below the map, as far as there are any."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    found: list[tuple[Any, str]] = []
    if cells.never.any():
        found.append((Patch(**HATCH), never))
    if cells.missing.any():
        found.append((Line2D([], [], ls="", marker="x", color="#8a8a8a"), "no run that can tell"))
    if cells.sometimes.any():
        star = Line2D([], [], ls="", marker="$*$", color="black")
        found.append((star, "not in every seed"))
    if found:
        handles, labels = zip(*found, strict=True)
        fig.legend(handles, labels, loc="lower center", ncols=len(found), columnspacing=1.2)


def short(value: float) -> str:
    """A number of at most four characters up to 9999."""
    if value == 0:
        return "0"
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}"
