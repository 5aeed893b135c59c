"""Pressure against time: how much block outlasts a simulated episode, beside published lesions."""

from typing import TYPE_CHECKING, Any

import numpy as np

from nervejax.analysis import plots
from nervejax.analysis.page_figures import BAR_IN, TOP_IN, WIDTH_IN, PageFigure, page_canvas
from nervejax.analysis.sweep_axes import Grid
from nervejax.analysis.sweep_cells import Cells, on_grid
from nervejax.analysis.sweep_curves import size_in, spaced
from nervejax.analysis.sweep_lesions import APART, ISCHAEMIA, LESIONS
from nervejax.analysis.sweep_maps import COLOURS, NUMBER_POINTS, number_in_cell
from nervejax.analysis.sweep_numbers import blocked_end_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PRESSURE, DURATION = "pressure.peak_mmHg", "duration.compression_s"


MARKS: dict[str, tuple[str, dict[str, Any]]] = {
    "none": ("none or little", {"marker": "o", "mfc": "white"}),
    "partial": ("partial", {"marker": "D", "mfc": "black", "fillstyle": "left"}),
    "complete": ("severe, complete", {"marker": "s", "mfc": "black"}),
}
LOOK: dict[str, Any] = {
    "ls": "",
    "ms": 7.0,
    "mec": "black",
    "mew": 1.3,
    "markerfacecoloralt": "white",
}
STRIP = 1.8
"""Factor of pressure by which the strip of what happened without pressure is high."""
LEFT_IN, BOTTOM_IN, KEY_IN, HIGH_IN = 0.66, 0.5, 0.52, 3.4
CELL_IN = (0.3, 0.15)
"""Width and height that a number needs [in]."""
TICKS_MMHG = np.array([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000], dtype=float)
TICKS_MIN = np.array(
    [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 960, 1920], dtype=float
)


def is_safety_grid(grid: Grid) -> bool:
    """Whether the axes are pressure and its duration, with something above 0 on both."""
    keys = tuple(axis.key for axis in grid.axes)
    return keys == (PRESSURE, DURATION) and all(axis.values[-1] > 0 for axis in grid.axes)


def safety_figure(grid: Grid) -> PageFigure | None:
    """The map, ``is_safety_grid``; None if no run can tell.

    Args:
        grid: Rows: peak pressure [mmHg], columns: time under pressure [s].
    """
    cells = on_grid(grid, blocked_end_percent)
    if cells.missing.all():
        return None
    height_in = TOP_IN + HIGH_IN + BOTTOM_IN + KEY_IN
    with page_canvas(height_in) as fig:
        bottom, high = (BOTTOM_IN + KEY_IN) / height_in, HIGH_IN / height_in
        wide = (WIDTH_IN - LEFT_IN - BAR_IN) / WIDTH_IN
        axes = fig.add_axes((LEFT_IN / WIDTH_IN, bottom, wide, high))
        mesh = draw_safety(axes, grid, cells)
        bar = fig.add_axes((1 - (BAR_IN - 0.1) / WIDTH_IN, bottom, 0.11 / WIDTH_IN, high))
        fig.colorbar(mesh, cax=bar)
        axes.set_title("A fibres blocked at the end (%)")
        _key(fig, bool(cells.missing.any()))
        alt = "Share of A fibres blocked at the end, over time under pressure and pressure, and "
        return PageFigure(plots.png_bytes(fig), f"{alt}published lesions as marks")


def draw_safety(axes: "Axes", grid: Grid, cells: Cells) -> Any:
    """Cells, their numbers and the published marks on logarithmic axes; returns the coloured mesh."""
    rows, columns = (axis.values > 0 for axis in grid.axes)
    pressure_mmHg, time_min = grid.axes[0].values[rows], grid.axes[1].values[columns] / 60
    shares = cells.mean[np.ix_(rows, columns)]
    y, x = log_edges(pressure_mmHg), log_edges(time_min)
    axes.set_xscale("log")
    axes.set_yscale("log")
    mesh = axes.pcolormesh(
        x, y, np.ma.masked_invalid(shares), cmap=COLOURS, vmin=0, vmax=100, rasterized=True
    )
    doses = [dose for lesion in LESIONS for dose in lesion.mmHg]
    times = [*(row[0] for row in ISCHAEMIA), *(lesion.minutes for lesion in LESIONS)]
    top = max(y[-1], max(doses) * 1.2)
    axes.set_xlim(min(x[0], min(times) / 1.15), max(x[-1], max(times) * 1.3))
    axes.set_ylim(min(y[0], min(doses) / 1.2), top * STRIP)
    _unknown(axes, x, y, np.isnan(shares))
    _numbers(axes, x, y, shares, mesh)
    _published(axes, top)
    for side, ticks in (("x", TICKS_MIN), ("y", TICKS_MMHG)):
        low, high = getattr(axes, f"get_{side}lim")()
        inside = ticks[(ticks >= low) & (ticks <= (high if side == "x" else top))]
        length_in = size_in(axes)[0 if side == "x" else 1]
        kept = spaced(np.log(inside / low) / np.log(high / low) * length_in, 0.3)
        axes.set(
            **{f"{side}ticks": inside[kept], f"{side}ticklabels": [f"{t:g}" for t in inside[kept]]}
        )
    axes.minorticks_off()
    axes.set_xlabel("time under pressure [min]")
    axes.set_ylabel("pressure [mmHg]")
    return mesh


def log_edges(values: np.ndarray) -> np.ndarray:
    """Edges (N + 1,) half-way between values (N,) above 0, rising, on a logarithmic axis."""
    place = np.log(values)
    steps = np.diff(place) if len(place) > 1 else np.array([np.log(1.5)])
    first, last = place[0] - steps[0] / 2, place[-1] + steps[-1] / 2
    return np.exp(np.concatenate([[first], (place[1:] + place[:-1]) / 2, [last]]))


def _unknown(axes: "Axes", x: np.ndarray, y: np.ndarray, unknown: np.ndarray) -> None:
    row, column = np.nonzero(unknown)
    across, up = np.sqrt(x[1:] * x[:-1]), np.sqrt(y[1:] * y[:-1])
    axes.plot(across[column], up[row], "x", color="#8a8a8a", ms=6, mew=0.9)


def _numbers(axes: "Axes", x: np.ndarray, y: np.ndarray, shares: np.ndarray, mesh: Any) -> None:
    """Percent in every cell that has room for it and no mark."""
    size = [
        np.diff(np.log(edges)) / np.log(limits[1] / limits[0]) * inches
        for edges, limits, inches in zip(
            (x, y), (axes.get_xlim(), axes.get_ylim()), size_in(axes), strict=True
        )
    ]
    for row, column in np.argwhere(np.isfinite(shares)):
        here = (x[column], x[column + 1]), (y[row], y[row + 1])
        marked = any(
            here[0][0] <= lesion.minutes <= here[0][1]
            and lesion.mmHg[0] <= here[1][1]
            and lesion.mmHg[1] >= here[1][0]
            for lesion in LESIONS
        )
        if not marked and size[0][column] >= CELL_IN[0] and size[1][row] >= CELL_IN[1]:
            share = shares[row, column]
            across, up = (float(np.sqrt(ends[0] * ends[1])) for ends in here)
            number_in_cell(axes, across, up, f"{share:.0f}", mesh.cmap(mesh.norm(share)))


def _published(axes: "Axes", top_mmHg: float) -> None:
    """Marks of every lesion; those without pressure in the strip above ``top_mmHg``."""
    for lesion in LESIONS:
        minutes = lesion.minutes * APART.get(lesion.sign, 1.0)
        low, high = lesion.mmHg
        for colour, width in (("white", 4.0), ("black", 1.4)):
            axes.plot(
                [minutes] * 2, [low, high], "-", color=colour, lw=width, solid_capstyle="butt"
            )
        _mark(axes, minutes, float(np.sqrt(low * high)), lesion.left, lesion.sign)
    axes.axhline(top_mmHg, color="#555555", lw=0.8)
    for minutes, left, _ in ISCHAEMIA:
        _mark(axes, minutes, top_mmHg * STRIP**0.5, left, "e")
    axes.text(
        0.02, top_mmHg * STRIP**0.5, "ischaemia without pressure", va="center", fontsize=NUMBER_POINTS,
        transform=axes.get_yaxis_transform(),
    )  # fmt: skip


def _mark(axes: "Axes", minutes: float, mmHg: float, left: str, sign: str) -> None:
    from matplotlib.patheffects import withStroke

    _, look = MARKS[left]
    axes.plot([minutes], [mmHg], marker=look["marker"], ls="", color="white", ms=11.0, mew=0)
    axes.plot([minutes], [mmHg], **look, **LOOK)
    before = sign in APART and APART[sign] < 1
    axes.annotate(
        sign, (minutes, mmHg), (-8 if before else 8, 0), textcoords="offset points", va="center",
        ha="right" if before else "left", fontsize=NUMBER_POINTS + 1, weight="bold",
        path_effects=[withStroke(linewidth=3, foreground="white")],
    )  # fmt: skip


def _key(fig: "Figure", unknown: bool) -> None:
    from matplotlib.lines import Line2D

    found = [(Line2D([], [], **look, **LOOK), words) for words, look in MARKS.values()]
    if unknown:
        cross = Line2D([], [], ls="", marker="x", color="#8a8a8a", ms=6)
        found.append((cross, "no run"))
    handles, labels = zip(*found, strict=True)
    fig.legend(
        handles, labels, loc="lower center", ncols=len(found), columnspacing=1.0, handletextpad=0.3,
        title="published, what a load left behind (letters: see below)", title_fontsize=9.5,
    )  # fmt: skip
