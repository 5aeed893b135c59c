"""Figure of the virtual microneurography: sweeps of each fibre, falling leaves, and close looks."""

from typing import TYPE_CHECKING, Any

import numpy as np

from nervejax.analysis.instrument_instants import instant_label, spread_choice
from nervejax.analysis.instrument_micro import (
    ECTOPIC,
    EVOKED,
    KINDS,
    REPEAT,
    SENT,
    Microneurography,
    sweeps,
)
from nervejax.analysis.plots import DOTS_PER_INCH, STYLE, require_matplotlib
from nervejax.analysis.readout import CLASS_LABELS
from nervejax.recording.model import EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SWEEP_S = 0.5
"""Longest piece of time drawn as one line of a raster [s]."""
LOOKS = 5
SESSION_LOOKS = 3
"""Close looks at single sweeps; how many of them at test sessions."""
LEAF_PERCENTILES = (0.5, 99.5)
"""Changes of latency beyond are drawn as marks at the edge: one late spike would hide the others."""
WIDTHS = {"c": (0.6, 1.0)}
"""Of raster and latency of one fibre, where they are not ``USUAL_WIDTHS``: C fibres slow, seldom fire."""
USUAL_WIDTHS = (1.0, 0.6)
NOT_LOOKED_AT = "#DCDCDC"
COLOURS = {SENT: "#6E6E6E", EVOKED: "#111111", REPEAT: "#0072B2", ECTOPIC: "#D0103A"}
WORDS = {
    SENT: "sent by the receptor", EVOKED: "arrives and answers it", REPEAT: "answers it once more",
    ECTOPIC: "arrives, answers none",
}  # fmt: skip
PLACES = {SENT: (0.24, 0.42), EVOKED: (-0.4, 0.2), REPEAT: (-0.4, 0.2), ECTOPIC: (-0.4, 0.2)}
"""Upper and lower end of a tick around the line of its fibre, in lines."""
LEAF_COLOUR, EDGE_COLOUR = "#0072B2", "#B5651D"


def draw_microneurography(record: EpisodeRecord, found: Microneurography) -> "Figure":
    """Above: limb time runs down, one line per sweep. Below: some sweeps, one line per fibre."""
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    label = CLASS_LABELS.get(found.population, found.population)
    count = len(found.fibre)
    starts_s, lengths_s = sweeps(found, SWEEP_S)
    looks = _looks(found, starts_s)
    with rc_context(STYLE):
        size_in = (max(8.0, 1.0 + 2.1 * count), 8.6 if looks.size else 6.2)
        fig = Figure(size_in, dpi=DOTS_PER_INCH, layout="constrained")
        fig.suptitle(
            f"Microneurography, {count} {label} fibre{'s' * (count > 1)} at the central end",
            x=0.01, ha="left", fontsize=11, weight="bold",
        )  # fmt: skip
        heights = [2.1, 1.0] if looks.size else [1.0]
        grid = fig.add_gridspec(len(heights), 1, height_ratios=heights)
        _draw_upper(fig, grid[0], record, found, (starts_s, lengths_s))
        if looks.size:
            _draw_looks(fig, grid[1], record, found, looks, (starts_s, lengths_s))
        fig.legend(handles=_key(), loc="outside lower left", ncols=5, fontsize=8.5)
    return fig


def _draw_upper(
    fig: "Figure", place: Any, record: EpisodeRecord, found: Microneurography,
    cut: tuple[np.ndarray, np.ndarray],
) -> None:  # fmt: skip
    """Sweeps and latency of every fibre side by side, limb time runs down."""
    count = len(found.fibre)
    widths = WIDTHS.get(found.population, USUAL_WIDTHS)
    grid = place.subgridspec(1, 2 * count, width_ratios=widths * count)
    first = fig.add_subplot(grid[0])
    rasters = [first, *(fig.add_subplot(grid[2 * k], sharey=first) for k in range(1, count))]
    leaf = fig.add_subplot(grid[1], sharey=first)
    leaves = [leaf]
    leaves += [fig.add_subplot(grid[2 * k + 1], sharex=leaf, sharey=first) for k in range(1, count)]
    for row, (raster, leaf) in enumerate(zip(rasters, leaves, strict=True)):
        _draw_sweeps(raster, found, row, *cut)
        _draw_leaf(leaf, found, row)
    top, bottom = found.window_start_s[0], found.window_start_s[-1] + found.window_s[-1]
    for axes in [*rasters, *leaves]:
        for edge_s in (0.0, record.compression_s):
            if top < edge_s < bottom:
                axes.axhline(edge_s / 60, color=EDGE_COLOUR, lw=0.9, ls="--", zorder=1.5)
        axes.tick_params(axis="y", labelleft=axes is first, length=3 if axes is first else 0)
    margin = 0.01 * (bottom - top)
    first.set_ylim((bottom + margin) / 60, (top - margin) / 60)
    first.set_ylabel("minutes from pressure on (dashed: on, off)")


def _draw_sweeps(
    axes: "Axes", found: Microneurography, row: int, starts_s: np.ndarray, lengths_s: np.ndarray
) -> None:
    """One fibre: every sweep at its limb time, grey where nothing was stepped."""
    from matplotlib.collections import PolyCollection

    axes.set_facecolor(NOT_LOOKED_AT)
    until_s = np.append(starts_s[1:], starts_s[-1] + lengths_s[-1])
    boxes = [
        [(0, a / 60), (1e3 * w, a / 60), (1e3 * w, b / 60), (0, b / 60)]
        for a, b, w in zip(starts_s, until_s, lengths_s, strict=True)
    ]
    axes.add_collection(PolyCollection(boxes, facecolors="white", lw=0, zorder=1, rasterized=True))
    for kind in (EVOKED, REPEAT, ECTOPIC):
        mine = (found.row == row) & (found.kind == KINDS.index(kind))
        sweep = sweep_of(starts_s, found.time_s[mine])
        axes.plot(
            1e3 * (found.time_s[mine] - starts_s[sweep]), starts_s[sweep] / 60, "|",
            color=COLOURS[kind], ms=3.0, mew=0.6, zorder=2, rasterized=True,
        )  # fmt: skip
    axes.set_xlim(0, 1e3 * lengths_s.max())
    axes.set_title(f"{found.diameter_um[row]:.3g} µm", fontsize=9)
    axes.set_xlabel("in the sweep\n(ms)", fontsize=8)
    axes.tick_params(axis="x", labelsize=8)


def sweep_of(starts_s: np.ndarray, time_s: np.ndarray) -> np.ndarray:
    """Index of the sweep of each time; what arrives a little late belongs to the one before."""
    return np.maximum(np.searchsorted(starts_s, time_s + 1e-9, side="right") - 1, 0)


def _draw_leaf(axes: "Axes", found: Microneurography, row: int) -> None:
    """Latency of test spikes of one fibre against its first, falling; lines are test sessions."""
    latency = found.latency_ms[:, row]
    for start_s in found.window_start_s[found.session]:
        axes.axhline(start_s / 60, color="0.88", lw=0.6, zorder=0)
    known = latency[np.isfinite(latency)]
    if known.size:
        axes.axvline(0.0, color="0.6", lw=0.7, zorder=1)
        percent, minutes = _slowing(latency), found.step_s / 60
        axes.plot(percent, minutes, color=LEAF_COLOUR, lw=1.1, drawstyle="steps-post")
        all_percent = np.concatenate([_slowing(line) for line in found.latency_ms.T])
        low, high = np.nanpercentile(all_percent, LEAF_PERCENTILES)
        margin = 0.08 * max(high - low, 1.0)
        axes.set_xlim(low - margin, high + margin)
        beyond = minutes[percent > high + margin]
        edge = np.full(len(beyond), high + 0.8 * margin)
        axes.plot(edge, beyond, ">", color=LEAF_COLOUR, ms=2.5)
        axes.set_title(f"{known[0]:.3g} ms", fontsize=8.5, weight="normal", color=LEAF_COLOUR)
    axes.set_xlabel("latency\nchange (%)", fontsize=8, color=LEAF_COLOUR)
    axes.tick_params(axis="x", labelsize=8)


def _slowing(latency_ms: np.ndarray) -> np.ndarray:
    """Change of latency against its first known value [%], (T,)."""
    known = latency_ms[np.isfinite(latency_ms)]
    return 100.0 * (latency_ms / (known[0] if known.size else np.nan) - 1.0)


def _looks(found: Microneurography, starts_s: np.ndarray) -> np.ndarray:
    """Sweeps to look at closely, in order: some test sessions, and some with many ectopic spikes."""
    home = sweep_of(starts_s, found.time_s)
    tested = np.unique(home[found.kind == KINDS.index(SENT)])
    tested = tested[spread_choice(starts_s[tested], 0.0 * tested, SESSION_LOOKS)]
    ectopic = home[found.kind == KINDS.index(ECTOPIC)]
    busy, counts = np.unique(ectopic[~np.isin(ectopic, tested)], return_counts=True)
    busy = busy[counts >= np.median(counts)] if busy.size else busy
    busy = busy[spread_choice(starts_s[busy], 0.0 * busy, LOOKS - len(tested))]
    return np.union1d(tested, busy)


def _draw_looks(
    fig: "Figure", place: Any, record: EpisodeRecord, found: Microneurography, looks: np.ndarray,
    cut: tuple[np.ndarray, np.ndarray],
) -> None:  # fmt: skip
    """Single sweeps on one scale, one line per fibre, grey where nothing was stepped."""
    starts_s, lengths_s = cut
    home = sweep_of(starts_s, found.time_s)
    grid = place.subgridspec(1, len(looks))
    longest_ms = 1e3 * float(lengths_s[looks].max())
    for column, sweep in enumerate(looks):
        axes = fig.add_subplot(grid[column])
        length_ms = 1e3 * float(lengths_s[sweep])
        axes.axvspan(length_ms, longest_ms, color=NOT_LOOKED_AT, lw=0)
        axes.hlines(np.arange(len(found.fibre)), 0, length_ms, color="0.9", lw=0.6, zorder=0)
        for kind in KINDS:
            mine = (home == sweep) & (found.kind == KINDS.index(kind))
            ms, row = 1e3 * (found.time_s[mine] - starts_s[sweep]), found.row[mine]
            above, below = PLACES[kind]
            axes.vlines(ms, row + above, row + below, color=COLOURS[kind], lw=1.0, clip_on=False)
        axes.set_xlim(0, longest_ms)
        axes.set_ylim(len(found.fibre) - 0.4, -0.6)
        axes.set_xlabel("ms")
        axes.set_title(instant_label(record, float(starts_s[sweep])), fontsize=8.5, weight="normal")
        axes.tick_params(axis="y", length=0)
        shown = [f"{d:.3g} µm" for d in found.diameter_um] if column == 0 else []
        axes.set_yticks(range(len(shown)), shown)


def _key() -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    lines: list[Any] = [
        Line2D(
            [], [], color=COLOURS[k], marker="|", lw=0, ms=5 if k == SENT else 10, mew=1.5,
            label=WORDS[k],
        )
        for k in KINDS
    ]  # fmt: skip
    return [*lines, Patch(facecolor=NOT_LOOKED_AT, label="not stepped: not silence")]
