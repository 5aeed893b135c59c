"""The physiology of one episode on one page: tissue along the nerve, and one fibre of each class."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nervejax.analysis import plots
from nervejax.analysis.discharge import ectopic_discharge
from nervejax.analysis.panels import CLASS_COLOURS, centre_index, is_pressed, minutes_of
from nervejax.analysis.readout import CLASS_LABELS, conducts, sound_fibres
from nervejax.analysis.steps import runs_of, step_edges
from nervejax.analysis.strips import by_diameter
from nervejax.recording.layout import unit_of
from nervejax.recording.model import CLASSES, EpisodeRecord, FibreRecord
from nervejax.recording.reader import read_episode

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN, HEIGHT_IN = 7.0, 9.0
STYLE: Any = plots.STYLE | {
    "font.size": 7,
    "axes.titlesize": 7.5,
    "axes.labelsize": 7,
    "legend.fontsize": 6.5,
    "lines.linewidth": 1.1,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
}
STRIPS = (
    ("pressure", "pressure", "Greys", (0.0, 100.0)),
    ("flow", "blood flow", "Blues", (0.0, 1.0)),
    ("oxygen", "oxygen", "GnBu", (0.0, 0.6)),
    ("acid", "acid", "Oranges", (0.0, 1.0)),
    ("potassium", "K between the fibres", "PuRd", (3.0, 8.0)),
    ("opening", "opening of the paranodes", "Purples", (0.0, 1.0)),
)
"""Start of the name of a tissue quantity, what it is called here, colours from low to high, the
values that the colours span at least: a run in which little happens is to look like one."""
IN_WORDS = {"1": "share", "S/cm2": "mS/cm²"}
SCALE = {"S/cm2": 1e3}
"""Units that are shown otherwise than stored, and the factor between the two."""
LINES = (
    ("potential (mV)", (("potential", "", "-"),)),
    ("Na inside (mM)", (("na_i", "", "-"),)),
    ("K outside (mM)", (("k_periaxonal", "at the axon", "-"), ("k_node", "at the node", "--"))),
    ("share (1)", (("energy", "energy", "-"), ("pump", "pump", "--"))),
)
"""Panels of one fibre: label, and for each line the start of its name, its label, its style."""
TISSUE_COLOUR = "#777777"
BLOCKED = "#28324A18"
KEY_ROOM = 0.45


def states_figure(record: EpisodeRecord) -> "Figure":
    """Draw the states on 7 x 9 in: six quantities of the tissue over place and time, three fibres.

    Raises:
        NervejaxError: Matplotlib is not installed.
    """
    plots.require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        fig = Figure((WIDTH_IN, HEIGHT_IN), dpi=plots.DOTS_PER_INCH, layout="constrained")
        halves = fig.add_gridspec(2, 1, height_ratios=[1.0, 1.25])
        upper, lower = fig.add_subfigure(halves[0]), fig.add_subfigure(halves[1])
        rows = upper.subplots(3, 2, sharex=True, sharey=True)
        for axes, strip in zip(rows.flat, STRIPS, strict=True):
            draw_tissue_strip(axes, record, *strip)
        for axes in rows[:, 0]:
            axes.set_ylabel("place (mm)")
        for axes in rows[-1]:
            axes.set_xlabel("time from pressure on (min)")
        panels = lower.subplots(
            len(LINES) + 1, 3, sharex=True, sharey="row", height_ratios=[0.35] + [1.0] * len(LINES)
        )
        for column, name in zip(panels.T, CLASSES, strict=True):
            draw_fibre(column, record, name)
        for row, (label, lines) in zip(panels[1:], LINES, strict=True):
            row[0].set_ylabel(label)
            if len(lines) > 1:  # room for the key
                low, high = row[0].get_ylim()
                row[0].set_ylim(low, high + KEY_ROOM * (high - low))
        lower.align_ylabels(panels[:, 0])
    return fig


def write_states(episode: Path, path: Path) -> Path:
    """Draw the states of an episode file as PNG; the picture appears whole or not at all.

    Raises:
        NervejaxError: Matplotlib is not installed, or the file cannot be read as an episode.
    """
    return plots.save_png(states_figure(read_episode(episode)), path)


def typical_fibre(population: FibreRecord) -> int | None:
    """The fibre to show: of middle size among those that fire ectopically.

    Where none does, among those that lose conduction; else among all; None if there is no fibre.
    """
    sound = sound_fibres(population)
    fires = np.bincount(ectopic_discharge(population).fibre, minlength=len(sound)) > 0
    up = conducts(population)
    lost = up.any(axis=0) & ~up.all(axis=0)  # not an axon that never conducts
    for some in (fires & sound, lost & sound, sound):
        if some.any():
            inside = [int(fibre) for fibre in by_diameter(population) if some[fibre]]
            return inside[len(inside) // 2]
    return None


def draw_tissue_strip(
    axes: "Axes",
    record: EpisodeRecord,
    quantity: str,
    title: str,
    colours: str,
    span: tuple[float, float],
) -> None:
    """One tissue quantity in colour: time to the right, place along the nerve upwards."""
    axes.spines[["left", "bottom"]].set_visible(False)
    name = next((name for name in record.tissue if name.startswith(f"{quantity}_")), None)
    if name is None:
        axes.set_title(f"{title}: not in this episode")
        return
    unit = unit_of(name)
    values = np.asarray(record.tissue[name], dtype=float) * SCALE.get(unit, 1.0)
    image = axes.pcolormesh(
        step_edges(record) / 60, _edges(record.x_mm), values.T, cmap=colours, rasterized=True,
        vmin=float(np.nanmin(values, initial=span[0])),
        vmax=float(np.nanmax(values, initial=span[1])),
    )  # fmt: skip
    axes.set_title(f"{title} ({IN_WORDS.get(unit, unit)})")
    axes.figure.colorbar(image, ax=axes, pad=0.02, fraction=0.06)
    _mark_release(axes, record)


def draw_fibre(column: "np.ndarray", record: EpisodeRecord, name: str) -> None:
    """One fibre of a class, top to bottom: spikes as ticks, then the panels of ``LINES``.

    The time in which it does not conduct is shaded; endoneurial potassium joins the potassium panel.
    """
    column[-1].set_xlabel("time from pressure on (min)")
    column[0].set_yticks([])
    column[0].spines["left"].set_visible(False)
    population = record.populations.get(name)
    fibre = None if population is None else typical_fibre(population)
    if population is None or fibre is None:
        column[0].set_title(f"{CLASS_LABELS[name]}: no fibre", color=CLASS_COLOURS[name])
        return
    size = population.nodes.get("diameter_um")
    told = "" if size is None else f", {size[fibre]:.2g} µm"
    column[0].set_title(f"{CLASS_LABELS[name]}{told}: spikes", color=CLASS_COLOURS[name])
    discharge = ectopic_discharge(population)
    at_min = discharge.time_s[discharge.fibre == fibre] / 60
    column[0].vlines(at_min, 0.0, 1.0, color=CLASS_COLOURS[name], lw=0.4)
    column[0].set_ylim(0.0, 1.0)
    if not len(at_min):
        column[0].text(0.5, 0.5, "none", transform=column[0].transAxes, ha="center", va="center")
    for axes, (label, lines) in zip(column[1:], LINES, strict=True):
        for start, line_label, style in lines:
            _draw_state(axes, record, population, fibre, (start, line_label, style))
        if label.startswith("K outside"):
            _draw_endoneurial(axes, record)
        if axes.get_legend_handles_labels()[1]:
            axes.legend(loc="upper left", handlelength=1.4, borderaxespad=0.1, labelspacing=0.2)
    for axes in column:
        _shade_blocked(axes, record, population, fibre)
        _mark_release(axes, record)
        axes.set_xlim(*step_edges(record)[[0, -1]] / 60)


def _draw_state(
    axes: "Axes", record: EpisodeRecord, population: FibreRecord, fibre: int, line: tuple
) -> None:
    start, label, style = line
    for name, values in population.states.items():
        if name.startswith(f"{start}_"):
            course = np.asarray(values, dtype=float)[:, fibre]
            colour = CLASS_COLOURS[population.name]
            axes.plot(minutes_of(record), course, color=colour, ls=style, label=label)
            return


def _draw_endoneurial(axes: "Axes", record: EpisodeRecord) -> None:
    for name, values in record.tissue.items():
        if name.startswith("potassium_"):
            course = np.asarray(values, dtype=float)[:, centre_index(record)]
            label = "between the fibres"
            axes.plot(minutes_of(record), course, color=TISSUE_COLOUR, ls=":", label=label)
            return


def _shade_blocked(
    axes: "Axes", record: EpisodeRecord, population: FibreRecord, fibre: int
) -> None:
    edges = step_edges(record) / 60
    for first, after in runs_of(~conducts(population)[:, fibre]):
        axes.axvspan(edges[first], edges[after], color=BLOCKED, lw=0, zorder=0)


def _mark_release(axes: "Axes", record: EpisodeRecord) -> None:
    if is_pressed(record):
        for edge in (0.0, record.compression_s / 60):
            axes.axvline(edge, color="#555555", lw=0.6, ls=(0, (4, 3)), zorder=3)


def _edges(x: np.ndarray) -> np.ndarray:
    """Borders between grid points, (X + 1,)."""
    x = np.asarray(x, dtype=float)
    half = 0.5 * (np.diff(x) if len(x) > 1 else np.ones(1))
    return np.concatenate([[x[0] - half[0]], x[:-1] + half[: len(x) - 1], [x[-1] + half[-1]]])
