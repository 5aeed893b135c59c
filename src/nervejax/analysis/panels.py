"""Panels that run along limb time: tissue state, classes, percepts."""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis.readout import CLASS_LABELS, PERCEPTS, Series
from nervejax.analysis.steps import step_edges
from nervejax.recording.model import CLASSES, EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLASS_COLOURS = {"abeta": "#0072B2", "adelta": "#D55E00", "c": "#009E73"}
CLASS_LINES = {"abeta": "-", "adelta": "--", "c": ":"}
PERCEPT_COLOURS = {
    "numbness": "#222222",
    "tingling": "#0072B2",
    "pricking": "#D55E00",
    "burning": "#009E73",
}
PERCEPT_LINES = {"numbness": "-", "tingling": "-", "pricking": "--", "burning": ":"}
TISSUE_LINES = {
    "flow": ("#0072B2", "-"),
    "oxygen": ("#56B4E9", "--"),
    "energy": ("#009E73", "-"),
    "acid": ("#D55E00", "-."),
}
SMOOTH_S = 15.0
"""Width of the running mean drawn bold over rates; short windows make single steps jump [s]."""
SHADE = "#00000010"
LEGEND = {"loc": "upper left", "bbox_to_anchor": (1.005, 1.02), "borderaxespad": 0.0}


def is_pressed(record: EpisodeRecord) -> bool:
    """Whether any pressure is applied."""
    return record.compression_s > 0 and float(np.max(record.tissue["pressure_mmHg"])) > 0


def minutes_of(record: EpisodeRecord) -> np.ndarray:
    """Step times in minutes from pressure on, (T,)."""
    return np.asarray(record.time_s, dtype=float) / 60


def centre_index(record: EpisodeRecord) -> int:
    """Grid index of the middle of the stretch at or above half of the largest pressure."""
    peak = np.asarray(record.tissue["pressure_mmHg"]).max(axis=0)
    if peak.max() <= 0:
        return len(peak) // 2
    pressed = np.flatnonzero(peak >= 0.5 * peak.max())
    return int(pressed[len(pressed) // 2])


def centre_course(record: EpisodeRecord, quantity: str) -> tuple[np.ndarray, str] | None:
    """Time course of a tissue quantity at the centre of compression and its unit.

    Args:
        record: One episode.
        quantity: Start of the name, ``oxygen`` finds ``oxygen_rel``.

    Returns:
        (T,) and the unit; where the tissue lacks it, the median over the fibres of the first
        class that has it; None if no one has.
    """
    for name, values in record.tissue.items():
        if name.startswith(f"{quantity}_"):
            return np.asarray(values)[:, centre_index(record)], name.rsplit("_", 1)[1]
    for population in record.populations.values():
        for name, values in population.states.items():
            if name.startswith(f"{quantity}_") and np.asarray(values).shape[1]:
                return np.median(values, axis=1), name.rsplit("_", 1)[1]
    return None


def draw_pressure(axes: "Axes", record: EpisodeRecord) -> None:
    """Pressure in the middle of the compressed stretch, as an area."""
    pressure = np.asarray(record.tissue["pressure_mmHg"])[:, centre_index(record)]
    axes.fill_between(minutes_of(record), pressure, color="#999999", alpha=0.55, lw=0, step="post")
    axes.set_ylim(0, max(1.15 * float(pressure.max()), 10.0))
    axes.set_title("Pressure (mmHg)")


def draw_tissue(axes: "Axes", record: EpisodeRecord) -> None:
    """Flow, oxygen, energy and acid, as shares; other units relative to their first value."""
    t = minutes_of(record)
    names = {"energy": ("energy", "atp"), "acid": ("acid", "ph")}
    for quantity, (colour, line) in TISSUE_LINES.items():
        for name in names.get(quantity, (quantity,)):
            course = centre_course(record, name)
            if course is None:
                continue
            values, unit = course
            label = quantity
            if unit != "rel" and values[0]:
                label = f"{quantity} (1 = {values[0]:.3g} {unit})"
                values = values / values[0]
            axes.plot(t, values, color=colour, ls=line, label=label)
            break
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    axes.set_title("Tissue (share)")


def draw_conduction(axes: "Axes", record: EpisodeRecord, series: Series) -> None:
    """Share of fibres that conduct, per class."""
    _class_lines(axes, record, series, "conducting_fraction_{}_rel")
    axes.set_ylim(-0.04, 1.08)
    axes.set_title("Conducting (share)")


def draw_compound(axes: "Axes", record: EpisodeRecord, series: Series) -> None:
    """Peak to peak of the compound action potential over that of the baseline, per class."""
    _class_lines(axes, record, series, "cnap_{}_rel")
    axes.set_ylim(bottom=-0.04)
    axes.set_title("Compound potential (1 = before)")


def _class_lines(axes: "Axes", record: EpisodeRecord, series: Series, key: str) -> None:
    for name in CLASSES:
        values = series.get(key.format(name), np.array(np.nan))
        if np.isfinite(values).any():
            colour, line = CLASS_COLOURS[name], CLASS_LINES[name]
            axes.plot(minutes_of(record), values, color=colour, ls=line, label=CLASS_LABELS[name])


def draw_ectopic(axes: "Axes", record: EpisodeRecord, series: Series) -> None:
    """Mean ectopic rate per class; linear up to 0.1 Hz, logarithmic above."""
    peak = 1.0
    for name in CLASSES:
        rate = series[f"ectopic_rate_{name}_hz"]
        if np.isfinite(rate).any():
            peak = max(peak, float(np.nanmax(rate)))
        look = (CLASS_COLOURS[name], CLASS_LINES[name])
        _noisy_line(axes, record, rate, CLASS_LABELS[name], look)
    axes.set_yscale("symlog", linthresh=0.1, linscale=0.5)
    axes.set_ylim(-0.01, 2.0 * peak)
    ticks = [0.0, *(10.0**power for power in range(-1, int(np.ceil(np.log10(2 * peak)))))]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.set_title("Ectopic spikes (Hz/fibre)")


def draw_percepts(axes: "Axes", record: EpisodeRecord, series: Series) -> None:
    """Percept indices by their assumed formula."""
    for percept in PERCEPTS:
        index = series[f"{percept.name}_rel"]
        look = (PERCEPT_COLOURS[percept.name], PERCEPT_LINES[percept.name])
        _noisy_line(axes, record, index, percept.name, look)
    axes.set_ylim(-0.04, 1.08)
    axes.set_title("Percepts")


def legend_beside(axes: "Axes") -> None:
    """Key of the lines to the right of a wide panel."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(**LEGEND)


def legend_above(axes: "Axes") -> None:
    """Key of the lines in the row of the title, at its right end: for a narrow page."""
    handles = axes.get_legend_handles_labels()[0]
    if handles:
        axes.legend(
            loc="lower right", bbox_to_anchor=(1.01, 0.99), borderaxespad=0.0, ncols=len(handles),
            handlelength=1.3, handletextpad=0.35, columnspacing=0.8,
        )  # fmt: skip


def dress_time_axis(axes: "Axes", record: EpisodeRecord, last: bool) -> None:
    """Shade the compression, set the limits, label the lowest axis."""
    t = minutes_of(record)
    end = (record.compression_s + record.recovery_s) / 60
    if is_pressed(record):
        axes.axvspan(0, record.compression_s / 60, color=SHADE, lw=0, zorder=0)
        for edge in (0, record.compression_s / 60):
            axes.axvline(edge, color="#555555", lw=0.8, ls=(0, (4, 3)), zorder=3)
    axes.set_xlim(min(t[0], 0.0), max(end, t[-1] + 1e-3))
    axes.tick_params(labelbottom=last)
    if last:
        shaded = "min from pressure on (shaded: pressed)"
        axes.set_xlabel(shaded if is_pressed(record) else "min (no pressure applied)")


def running_mean(record: EpisodeRecord, values: np.ndarray) -> np.ndarray:
    """Mean over ``SMOOTH_S`` around each step, weighted by the time each step lasts, (T,)."""
    edges = step_edges(record)
    area = np.concatenate([[0.0], np.cumsum(values * np.diff(edges))])
    middle = 0.5 * (edges[1:] + edges[:-1])
    start = np.clip(middle - SMOOTH_S / 2, edges[0], None)
    stop = np.clip(middle + SMOOTH_S / 2, None, edges[-1])
    return (np.interp(stop, edges, area) - np.interp(start, edges, area)) / (stop - start)


def _noisy_line(
    axes: "Axes", record: EpisodeRecord, values: np.ndarray, label: str, look: tuple[str, str]
) -> None:
    if np.isfinite(values).any():
        t, (colour, line) = minutes_of(record), look
        axes.plot(t, values, color=colour, lw=0.6, alpha=0.35)
        axes.plot(t, running_mean(record, values), color=colour, ls=line, label=label)
