"""Work-precision picture: error of velocity and thresholds against what a second of a fibre costs."""

import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nervejax.analysis.plots import DOTS_PER_INCH, STYLE, require_matplotlib
from nervejax.analysis.whole_file import write_whole

Row = dict[str, Any]
PANELS = {
    "conduction velocity": ("velocity_error_percent",),
    "thresholds, the larger error of two": (
        "threshold_end_error_percent", "threshold_extracellular_error_percent",
    ),
}  # fmt: skip
"""Title: the errors of which the largest is drawn."""
COLOURS = ("#0b3d91", "#2f8fe0", "#1e9e6a", "#c2410c", "#6b7280", "#b08900", "#8e44ad")
MARKS = {"bench": "o", "episodes": "D"}
RING = {"ms": 9.0, "mfc": "none", "mew": 1.4, "ls": "none"}
FLOOR_PERCENT = 1e-4  # what is smaller is drawn here
LABEL_GAP = 0.06  # of the height, between the middles of two labels
NEIGHBOURS, BESIDE = 5.0, 1.35  # factors on the cost axis: within one column of labels; before it
ROOM = 0.6  # of the cost axis' length, for the labels to the right of the lines


class _Line(NamedTuple):
    """One scheme in one panel, from the fine to the coarse step."""

    name: str
    colour: str
    cost: np.ndarray
    error: np.ndarray


def plot_accuracy(rows: Sequence[Row], path: Path) -> None:
    """Draw the table of ``nervejax bench --accuracy``.

    Args:
        rows: keys scheme, kind, dt_us (rising within a scheme), cost_s_per_fibre_s, used_by and those in
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
        axes = fig.subplots(1, 2, sharey=True)
        drawn = []
        for ax, (title, keys) in zip(axes, PANELS.items(), strict=True):
            lines = [
                _draw(ax, [row for row in rows if row["scheme"] == name], keys, k)
                for k, name in enumerate(names)
            ]
            ax.set(xscale="log", yscale="log", title=title,
                   xlabel="cost (s of one core per s of limb time of one fibre)")  # fmt: skip
            cost = np.concatenate([line.cost for line in lines])
            ax.set_xlim(right=cost.max() * (cost.max() / cost.min()) ** ROOM)
            ax.grid(color="#e3e3e3", lw=0.6)
            ax.set_axisbelow(True)
            drawn.append(lines)
        axes[0].set_ylabel("error (%)")
        for who, mark in MARKS.items():
            text = _steps([row for row in rows if row["used_by"] == who])
            axes[0].plot([], [], mark, color="#333333", label=f"step of the {who}: {text}", **RING)
        fig.legend(loc="outside upper right", ncols=2)
        fig.draw_without_rendering()  # settles the limits that the labels need
        for ax, lines in zip(axes, drawn, strict=True):
            _label(ax, lines)
        buffer = io.BytesIO()
        fig.savefig(buffer, format=path.suffix.removeprefix("."), facecolor="white")
    write_whole(path, buffer.getvalue())


def _draw(ax: Any, rows: list[Row], keys: tuple[str, ...], number: int) -> _Line:
    """One scheme: a dot at every step, rings round those in use."""
    colour = COLOURS[number % len(COLOURS)]
    cost = np.array([row["cost_s_per_fibre_s"] for row in rows])
    error = np.abs([[row[key] for key in keys] for row in rows]).max(1)
    error = np.maximum(error, FLOOR_PERCENT)
    ax.plot(cost, error, "o-", ms=3.5, lw=1.5, color=colour)
    for row, x, y in zip(rows, cost, error, strict=True):
        if row["used_by"] in MARKS:
            ax.plot(x, y, MARKS[row["used_by"]], color=colour, **RING)
    return _Line(rows[0]["scheme"], colour, cost, error)


def _steps(rows: list[Row]) -> str:
    """2 us (A), 5 us (C)."""
    text = [f"{row['dt_us']:g} us ({'C' if row['kind'] == 'c' else 'A'})" for row in rows]
    return ", ".join(dict.fromkeys(text))


def _label(ax: Any, lines: list[_Line]) -> None:
    """Names in columns to the right of the fine ends, apart from each other, each led to its line."""
    turn = ax.transData + ax.transAxes.inverted()
    for column in _columns(lines):
        x = turn.transform((BESIDE * max(line.cost[0] for line in column), 1.0))[0]
        free = -np.inf
        for line in sorted(column, key=lambda line: line.error[0]):
            end = (line.cost[0], line.error[0])
            free = max(float(turn.transform(end)[1]), free + LABEL_GAP)
            ax.annotate(line.name, end, (x, free), textcoords="axes fraction", color=line.colour,
                        fontsize=8.5, va="center", weight="bold",
                        arrowprops={"arrowstyle": "-", "lw": 0.7, "color": line.colour,
                                    "relpos": (0.0, 0.5)})  # fmt: skip


def _columns(lines: list[_Line]) -> list[list[_Line]]:
    """Lines whose fine ends cost about the same."""
    ordered = sorted(lines, key=lambda line: line.cost[0])
    columns = [ordered[:1]]
    for before, line in pairwise(ordered):
        if line.cost[0] > NEIGHBOURS * before.cost[0]:
            columns.append([])
        columns[-1].append(line)
    return columns
