"""Work-precision picture: error of velocity and thresholds against what a second of a fibre costs."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nervejax.analysis.plots import DOTS_PER_INCH, STYLE, require_matplotlib
from nervejax.analysis.whole_file import write_whole

Row = dict[str, Any]
PANELS = {
    "conduction velocity": ("velocity_error_percent",),
    "thresholds at the end and from outside, the larger error": (
        "threshold_end_error_percent", "threshold_extracellular_error_percent",
    ),
}  # fmt: skip
"""Title: the errors of which the largest is drawn."""
COLOURS = ("#0b3d91", "#2f8fe0", "#1e9e6a", "#c2410c", "#6b7280", "#b08900", "#8e44ad")
MARKS = {"bench": "o", "episodes": "D"}
RING = {"ms": 9.0, "mfc": "none", "mew": 1.4, "ls": "none"}
FLOOR_PERCENT = 1e-4  # what is smaller is drawn here
LABEL_GAP = 0.06  # of the height, between the middles of two labels
ROOM = 5.0  # factor on the cost axis, for the labels to the right of the lines


class _Line(NamedTuple):
    """One scheme in one panel, from the fine to the coarse step."""

    name: str
    colour: str
    cost: np.ndarray
    error: np.ndarray


def plot_accuracy(rows: Sequence[Row], path: Path) -> None:
    """Draw the table of ``nervejax bench --accuracy``.

    Args:
        rows: keys scheme, dt_us (rising within a scheme), cost_s_per_fibre_s, used_by and those in
            ``PANELS``.
        path: png, svg or pdf; appears whole or not at all.

    Raises:
        NervejaxError: matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(row["scheme"] for row in rows))
    with rc_context(STYLE):
        fig = Figure((12.0, 5.0), dpi=DOTS_PER_INCH, layout="constrained")
        fig.suptitle("What a time step costs, and how far off it is", x=0.01, ha="left",
                     fontsize=11, weight="bold")  # fmt: skip
        axes = fig.subplots(1, 2)
        for ax, (title, keys) in zip(axes, PANELS.items(), strict=True):
            lines = [
                _draw(ax, [row for row in rows if row["scheme"] == name], keys, k)
                for k, name in enumerate(names)
            ]
            ax.set(xscale="log", yscale="log", title=title, ylabel="error (%)",
                   xlabel="cost (s of one core per s of limb time of one fibre)")  # fmt: skip
            ax.set_xlim(right=ROOM * max(line.cost.max() for line in lines))
            ax.grid(color="#e3e3e3", lw=0.6)
            ax.set_axisbelow(True)
            fig.draw_without_rendering()  # fixes the limits that the labels need
            _label(ax, lines)
        for who, mark in MARKS.items():
            axes[0].plot([], [], mark, color="#333333", label=f"step of the {who}", **RING)
        axes[0].legend(loc="lower left")
        buffer = io.BytesIO()
        fig.savefig(buffer, format=path.suffix.removeprefix("."), facecolor="white")
    write_whole(path, buffer.getvalue())


def _draw(ax: Any, rows: list[Row], keys: tuple[str, ...], number: int) -> _Line:
    """One scheme: a dot at every step, rings round those in use with the step beside them."""
    colour = COLOURS[number % len(COLOURS)]
    cost = np.array([row["cost_s_per_fibre_s"] for row in rows])
    error = np.abs([[row[key] for key in keys] for row in rows]).max(1)
    error = np.maximum(error, FLOOR_PERCENT)
    ax.plot(cost, error, "o-", ms=3.5, lw=1.5, color=colour)
    for row, x, y in zip(rows, cost, error, strict=True):
        if row["used_by"] in MARKS:
            ax.plot(x, y, MARKS[row["used_by"]], color=colour, **RING)
            ax.annotate(f"{row['dt_us']:g} us", (x, y), (-8, -3), textcoords="offset points",
                        color=colour, fontsize=8, ha="right", va="top")  # fmt: skip
    return _Line(rows[0]["scheme"], colour, cost, error)


def _label(ax: Any, lines: list[_Line]) -> None:
    """The name of each line to the right of its fine end, moved up where two would touch."""
    turn = ax.transAxes.inverted()
    ends = [turn.transform(ax.transData.transform((line.cost[0], line.error[0]))) for line in lines]
    free = -np.inf
    for k in np.argsort([y for _, y in ends]):
        x, y = ends[k]
        free = max(y, free + LABEL_GAP)
        ax.text(x + 0.015, free, lines[k].name, color=lines[k].colour, transform=ax.transAxes,
                fontsize=8.5, va="center", weight="bold")  # fmt: skip
