"""Figure of the virtual nerve conduction study: traces one below the other, and courses beside them."""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis.cnap import DISTANCE_MM
from nervejax.analysis.instrument_conduction import ConductionStudy
from nervejax.analysis.instrument_instants import PHASE_COLOURS, instant_label, phase_of
from nervejax.analysis.plots import DOTS_PER_INCH, STYLE, require_matplotlib
from nervejax.analysis.readout import CLASS_LABELS
from nervejax.recording.model import EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SPACING_REL = 0.62
"""Between the zero lines of neighbouring traces, in parts of the healthy peak to peak."""
LEAST_RANGE_REL = 0.1
"""Courses are drawn over at least so much either side of the baseline: small changes look small."""
LINE_COLOUR = "#222222"


def draw_conduction_study(record: EpisodeRecord, found: ConductionStudy) -> "Figure":
    """Traces from the first instant down to the last; amplitude, latency and velocity over time."""
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    label = CLASS_LABELS.get(found.population, found.population)
    with rc_context(STYLE):
        height = max(4.2, 1.6 + 0.4 * len(found.shown))
        fig = Figure((10.0, height), dpi=DOTS_PER_INCH, layout="constrained")
        fig.suptitle(
            f"Nerve conduction study, {label} fibres, {DISTANCE_MM:g} mm",
            x=0.01, ha="left", fontsize=11, weight="bold",
        )  # fmt: skip
        grid = fig.add_gridspec(3, 2, width_ratios=[1.15, 1.0])
        draw_traces(fig.add_subplot(grid[:, 0]), record, found)
        first = fig.add_subplot(grid[0, 1])
        rows = [first, *(fig.add_subplot(grid[k, 1], sharex=first) for k in (1, 2))]
        for axes, values, title in zip(
            rows,
            (100 * found.amplitude_rel, found.latency_ms, found.velocity_m_per_s),
            ("Amplitude (% of baseline)", "Latency of the peak (ms)", "Distance / latency (m/s)"),
            strict=True,
        ):
            _draw_course(axes, record, found, values, title)
        rows[0].set_ylim(bottom=0)
        rows[-1].set_xlabel("minutes from pressure on; dots: the traces")
    return fig


def draw_traces(axes: "Axes", record: EpisodeRecord, found: ConductionStudy) -> None:
    """Traces from the first instant down to the last, each with its instant at the right."""
    for k, (step, trace) in enumerate(zip(found.shown, found.trace_rel, strict=True)):
        time_s = float(found.time_s[step])
        base = -k * SPACING_REL
        colour = PHASE_COLOURS[phase_of(record, time_s)]
        axes.axhline(base, color="0.9", lw=0.7, zorder=0)
        axes.plot(found.t_ms, base + trace, color=colour, lw=1.4)
        axes.annotate(
            instant_label(record, time_s), (1.0, base), xycoords=("axes fraction", "data"),
            xytext=(3, 0), textcoords="offset points", va="center", fontsize=8, color=colour,
        )  # fmt: skip
    right = found.t_ms[-1] - 0.02 * np.ptp(found.t_ms)
    axes.plot([right, right], [0.25, 0.75], color="0.3", lw=2)
    axes.annotate("half of the\nbaseline", (right, 0.5), xytext=(-4, 0), textcoords="offset points",
                  ha="right", va="center", fontsize=7.5, color="0.3")  # fmt: skip
    axes.set_xlim(found.t_ms[0], found.t_ms[-1])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set(xlabel="since the stimulus (ms)", title="Compound action potential")


def _draw_course(
    axes: "Axes", record: EpisodeRecord, found: ConductionStudy, values: np.ndarray, title: str
) -> None:
    minutes = found.time_s / 60
    axes.axvspan(0.0, record.compression_s / 60, color="#00000010", lw=0)
    axes.plot(minutes, values, color=LINE_COLOUR, lw=1.4)
    for step in found.shown:
        colour = PHASE_COLOURS[phase_of(record, float(found.time_s[step]))]
        axes.plot(minutes[step], values[step], "o", ms=4, color=colour)
    axes.set_xlim(minutes[0], max((record.compression_s + record.recovery_s) / 60, minutes[-1]))
    known = values[np.isfinite(values)]
    if known.size:
        low, high = known[0] * (1 - LEAST_RANGE_REL), known[0] * (1 + LEAST_RANGE_REL)
        axes.set_ylim(min(low, 0.98 * known.min()), max(high, 1.02 * known.max()))
    axes.set_title(title)
