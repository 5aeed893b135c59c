"""Panels with one row per fibre: the strips over limb time and the raster of single spikes."""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis.discharge import ectopic_discharge, window_of
from nervejax.analysis.panels import CLASS_COLOURS
from nervejax.analysis.readout import CLASS_LABELS, conducts, ectopic_rates, sound_fibres
from nervejax.recording.model import EpisodeRecord, FibreRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CONDUCTING, SILENT, QUARANTINED = "#DCE6EE", "#28324A", "#FFFFFF"
RATE_COLOURS = ("#FFD23F", "#F77F00", "#D0103A")
RATE_LIMITS_HZ = (0.3, 100.0)
COLUMNS = 900
SNIPPETS = 6
SNIPPET_S = 1.0
RASTER_COLUMNS = 3


def by_diameter(population: FibreRecord) -> np.ndarray:
    """Fibre indices from thin to thick, (F,); as stored if the diameter is not known."""
    fibres = population.fibres["conducting"].shape[1]
    return np.argsort(np.asarray(population.nodes.get("diameter_um", range(fibres))), kind="stable")


def rate_colours() -> tuple:
    """Colour map and logarithmic scale of ectopic rates [Hz]."""
    from matplotlib.colors import LinearSegmentedColormap, LogNorm

    scale = LogNorm(*RATE_LIMITS_HZ, clip=True)
    return LinearSegmentedColormap.from_list("ectopic", RATE_COLOURS), scale


def strip_image(record: EpisodeRecord, population: FibreRecord) -> np.ndarray:
    """State of every fibre on an even time axis, (F, columns, 3) colours, thin fibres first.

    A column that spans several steps shows the highest ectopic rate among them.
    """
    from matplotlib.colors import to_rgb

    time_s = np.asarray(record.time_s, dtype=float)
    end_s = max(record.compression_s + record.recovery_s, time_s[-1] + 1e-3)
    edges = np.linspace(time_s[0], end_s, COLUMNS + 1)
    first = np.clip(np.searchsorted(time_s, edges[:-1], side="right") - 1, 0, None)
    after = np.maximum(np.searchsorted(time_s, edges[1:], side="left"), first + 1)
    order = by_diameter(population)
    rates = ectopic_rates(population)[:, order]
    highest = np.stack([rates[a:b].max(axis=0) for a, b in zip(first, after, strict=True)], axis=1)
    up = conducts(population)[first][:, order].T
    image = np.where(up[..., None], to_rgb(CONDUCTING), to_rgb(SILENT))
    colours, scale = rate_colours()
    firing = highest > 0
    image[firing] = colours(scale(highest[firing]))[:, :3]
    image[~sound_fibres(population)[order]] = to_rgb(QUARANTINED)
    return image


def draw_strip(axes: "Axes", record: EpisodeRecord, name: str) -> None:
    """One row per fibre of a class, thick fibres on top: conducting, silent or firing."""
    axes.spines[["left", "bottom"]].set_visible(False)
    population = record.populations.get(name)
    if population is None or not population.fibres["conducting"].shape[1]:
        axes.set_yticks([])
        axes.set_title(f"{CLASS_LABELS[name]}: no fibres", color=CLASS_COLOURS[name])
        return
    fibres = population.fibres["conducting"].shape[1]
    end_s = max(record.compression_s + record.recovery_s, record.time_s[-1] + 1e-3)
    extent = (record.time_s[0] / 60, end_s / 60, -0.5, fibres - 0.5)
    axes.imshow(
        strip_image(record, population), extent=extent, origin="lower", aspect="auto",
        interpolation="nearest", zorder=1,
    )  # fmt: skip
    order = by_diameter(population)
    for row in np.flatnonzero(~sound_fibres(population)[order]):
        axes.axhspan(
            row - 0.5, row + 0.5, facecolor=QUARANTINED, edgecolor="#777777", hatch="////", lw=0,
            zorder=2,
        )  # fmt: skip
    if fibres <= 60:
        axes.hlines(np.arange(fibres - 1) + 0.5, *extent[:2], color="white", lw=0.5, zorder=2)
    diameters = population.nodes.get("diameter_um")
    rows = sorted({0, fibres // 2, fibres - 1})
    shown = order[rows] if diameters is None else diameters[order[rows]]
    axes.set_yticks(rows, [f"{value:.2g}" for value in shown])
    axes.set_title(f"{CLASS_LABELS[name]} fibres, thick above thin", color=CLASS_COLOURS[name])
    axes.set_ylabel("fibre" if diameters is None else "diameter (µm)")


def draw_key(axes: "Axes") -> None:
    """Key of the strips, in an empty panel below them: states, and the scale of rates."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.patches import Patch

    axes.set_axis_off()
    patches = [
        Patch(facecolor=CONDUCTING, edgecolor="#888888", lw=0.5, label="conducting"),
        Patch(facecolor=SILENT, label="silent (blocked)"),
        Patch(facecolor=QUARANTINED, edgecolor="#777777", hatch="////", label="left out"),
    ]
    axes.legend(
        handles=patches, loc="upper left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.0, ncols=3,
        handlelength=1.2, columnspacing=1.0,
    )  # fmt: skip
    colours, scale = rate_colours()
    axes.text(0.0, 0.5, "ectopic rate (Hz)", va="center", transform=axes.transAxes)
    inset = axes.inset_axes((0.36, 0.42, 0.6, 0.16))
    bar = axes.figure.colorbar(ScalarMappable(scale, colours), cax=inset, orientation="horizontal")
    bar.set_ticks([1, 10, 100], labels=["1", "10", "100"])
    bar.ax.minorticks_off()


def choose_windows(window: np.ndarray) -> np.ndarray:
    """At most ``SNIPPETS`` windows from the (S,) window of each spike, even in spike count."""
    places = (np.arange(SNIPPETS) + 0.5) / SNIPPETS * len(window)
    return np.unique(np.sort(window)[places.astype(int)])


def draw_raster(fig: "Figure", record: EpisodeRecord, name: str) -> bool:
    """Single ectopic spikes after release: some windows from the first to the last that has any.

    Returns:
        Whether there is one; the figure stays empty else.
    """
    population = record.populations.get(name)
    if population is None or not len(population.window_s):
        return False
    spikes = ectopic_discharge(population).between(record.compression_s, np.inf)
    if len(spikes.time_s) == 0:
        return False
    rank = np.argsort(by_diameter(population))
    half_tick = max(0.42, 0.012 * len(rank))
    window = window_of(population, spikes.time_s)
    chosen = choose_windows(window)
    rows = -(-len(chosen) // RASTER_COLUMNS)
    grid = fig.subplots(rows, RASTER_COLUMNS, squeeze=False).ravel()
    fig.subplots_adjust(0.07, 0.16 / rows, 0.985, 1 - 0.16 / rows, wspace=0.1, hspace=0.42)
    for axes in grid[len(chosen) :]:
        axes.set_axis_off()
    for axes, index in zip(grid, chosen, strict=False):
        start_s = float(population.window_start_s[index])
        length_s = float(population.window_s[index])
        begin_s = max(start_s, float(spikes.time_s[window == index][0]) - 0.05)
        begin_s = start_s if length_s <= SNIPPET_S else begin_s
        inside = (window == index) & (spikes.time_s < begin_s + SNIPPET_S)
        axes.vlines(
            (spikes.time_s[inside] - begin_s) * 1e3,
            rank[spikes.fibre[inside]] - half_tick,
            rank[spikes.fibre[inside]] + half_tick,
            color=CLASS_COLOURS[name],
            lw=0.9,
            rasterized=True,
        )
        shown_ms = min(length_s, SNIPPET_S) * 1e3
        axes.set_xlim(-0.03 * shown_ms, shown_ms)
        axes.set_ylim(-0.7, len(rank) - 0.3)
        axes.set_yticks([])
        axes.set_xticks([0, 0.5 * shown_ms], ["0", f"{0.5 * shown_ms:.0f} ms"])
        after_min = (begin_s - record.compression_s) / 60
        axes.set_title(f"{after_min:.1f} min", fontsize=9.5, weight="normal")
    for axes in grid[::RASTER_COLUMNS]:
        axes.set_ylabel("thick above thin")
    return True
