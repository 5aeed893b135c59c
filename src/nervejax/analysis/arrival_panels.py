"""Panels of the figure that show what the receptors' spikes become in test sessions."""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis.arrivals import arriving_key
from nervejax.analysis.panels import CLASS_COLOURS, CLASS_LINES, minutes_of
from nervejax.analysis.readout import CLASS_LABELS, Series
from nervejax.analysis.steps import step_edges
from nervejax.recording.model import CLASSES, MODALITIES, EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def modalities_of(series: Series) -> list[str]:
    """Modalities that were tested, in the order of ``MODALITIES``."""
    return [m for m in MODALITIES if arriving_key(m) in series]


def draw_arrivals(axes: "Axes", record: EpisodeRecord, series: Series) -> None:
    """One strip per modality: light where its spikes arrive, dark where they are lost."""
    names = modalities_of(series)
    shares = np.ma.masked_invalid([series[arriving_key(m)] for m in names])
    edges_min = step_edges(record) / 60
    mesh = axes.pcolormesh(
        edges_min, np.arange(len(names) + 1), shares, cmap="cividis", vmin=0, vmax=1,
        rasterized=True,
    )  # fmt: skip
    axes.set_yticks(np.arange(len(names)) + 0.5, names)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_title("Receptor spikes that arrive (share)")
    inset = axes.inset_axes((1.02, 0.1, 0.025, 0.8))
    axes.figure.colorbar(mesh, cax=inset, ticks=[0, 0.5, 1])
    inset.set_yticklabels(["none", "half", "all"])
    inset.tick_params(length=2)


def draw_information(axes: "Axes", record: EpisodeRecord, series: Series) -> None:
    """Information between sent and arriving spikes, per class."""
    for name in CLASSES:
        values = series.get(f"information_{name}_bits_per_s")
        if values is not None and np.isfinite(values).any():
            colour, line = CLASS_COLOURS[name], CLASS_LINES[name]
            axes.plot(
                minutes_of(record), values, color=colour, ls=line, label=CLASS_LABELS[name],
                drawstyle="steps-post",
            )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_title("Information (bit/s)")
