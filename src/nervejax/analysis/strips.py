"""Panels with one row per fibre: the strips over limb time and the raster of single spikes."""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis.discharge import ectopic_discharge, window_of
from nervejax.analysis.panels import CLASS_COLOURS, is_pressed
from nervejax.analysis.readout import CLASS_LABELS, conducts, ectopic_rates, sound_fibres
from nervejax.recording.model import EpisodeRecord, FibreRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

CONDUCTING, SILENT, QUARANTINED = "#DCE6EE", "#28324A", "#FFFFFF"
RATE_COLOURS = ("#FFD23F", "#F77F00", "#D0103A")
RATE_LIMITS_HZ = (0.3, 100.0)
COLUMNS = 1600
SNIPPETS = 6
SNIPPET_S = 1.0


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
        axes.set_ylabel(f"{CLASS_LABELS[name]}\nno fibres")
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
    axes.set_ylabel(f"{CLASS_LABELS[name]}\n" + ("fibre" if diameters is None else "diameter (µm)"))
    axes.yaxis.label.set_color(CLASS_COLOURS[name])


def draw_key(top: "Axes", middle: "Axes") -> None:
    """Key of the strips: states beside the first strip, the scale of rates beside the second."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.patches import Patch

    top.set_title("Every fibre, thick above thin")
    patches = [
        Patch(facecolor=CONDUCTING, edgecolor="#888888", lw=0.5, label="conducting"),
        Patch(facecolor=SILENT, label="silent (blocked)"),
        Patch(facecolor=RATE_COLOURS[1], label="ectopic spikes"),
        Patch(facecolor=QUARANTINED, edgecolor="#777777", hatch="////", label="left out"),
    ]
    top.legend(handles=patches, loc="upper left", bbox_to_anchor=(1.005, 1.02), borderaxespad=0.0)
    colours, scale = rate_colours()
    inset = middle.inset_axes((1.02, 0.05, 0.018, 0.9))
    bar = top.figure.colorbar(ScalarMappable(scale, colours), cax=inset)
    bar.set_ticks([1, 10, 100], labels=["1", "10", "100"])
    bar.ax.minorticks_off()
    bar.set_label("ectopic rate (Hz)")


def choose_windows(window: np.ndarray) -> np.ndarray:
    """At most ``SNIPPETS`` windows from the (S,) window of each spike, even in spike count."""
    places = (np.arange(SNIPPETS) + 0.5) / SNIPPETS * len(window)
    return np.unique(np.sort(window)[places.astype(int)])


def draw_raster(fig: "SubFigure", record: EpisodeRecord, name: str) -> None:
    """Single ectopic spikes after release: some windows from the first to the last that has any."""
    population = record.populations.get(name)
    label = CLASS_LABELS[name]
    spikes = None
    if population is not None and len(population.window_s):
        spikes = ectopic_discharge(population).between(record.compression_s, np.inf)
    if population is None or spikes is None or len(spikes.time_s) == 0:
        axes = fig.add_subplot()
        axes.set_axis_off()
        since = " after release" if is_pressed(record) else ""
        text = f"No ectopic {label} spike was observed{since}."
        axes.text(0.0, 0.9, text, va="top", transform=axes.transAxes)
        return
    rank = np.argsort(by_diameter(population))
    half_tick = max(0.42, 0.012 * len(rank))
    window = window_of(population, spikes.time_s)
    chosen = choose_windows(window)
    title = f"Single ectopic {label} spikes after release, in some of the windows"
    fig.suptitle(title, x=0.012, ha="left", fontsize=10, weight="bold")
    for column, index in enumerate(chosen):
        axes = fig.add_subplot(1, len(chosen), column + 1)
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
        axes.set_xlim(0, min(length_s, SNIPPET_S) * 1e3)
        axes.set_ylim(-0.7, len(rank) - 0.3)
        axes.set_yticks([])
        after_min = (begin_s - record.compression_s) / 60
        axes.set_title(f"{after_min:.1f} min after release", fontsize=8.5, weight="normal")
        if column == 0:
            axes.set_ylabel(f"{label} fibres,\nthick above thin")
        axes.set_xlabel("ms", labelpad=1)
