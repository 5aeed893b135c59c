"""The picture of one episode. Matplotlib is imported when a figure is drawn, not before."""

import io
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nervejax.analysis.readout import Series
from nervejax.analysis.summary import key
from nervejax.analysis.whole_file import write_whole
from nervejax.analysis.words import headline
from nervejax.errors import NervejaxError
from nervejax.recording.model import CLASSES, EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 120
WIDTH_IN, HEIGHT_IN = 11.0, 14.5
TESTED_IN = 3.2
"""What the panels of test sessions add to the height."""
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "axes.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.8,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
}


def require_matplotlib() -> None:
    """Raise a ``NervejaxError`` that says how to get matplotlib, if it is missing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise NervejaxError(
            "drawing needs matplotlib: pip install 'nervejax[plots]', "
            "then draw with `nervejax report PATH`"
        ) from error


def figure(record: EpisodeRecord, series: Series, summary: Mapping[str, Any]) -> "Figure":
    """Draw one episode on 11 x 14.5 in: tissue, fibres, classes, percepts, a close look at spikes.

    Args:
        record: One episode.
        series: Its ``readout``, each (T,).
        summary: Its ``summarise``; the sentences over the figure are told from it.

    Raises:
        NervejaxError: Matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    from nervejax.analysis import arrival_panels, panels, strips

    with rc_context(STYLE):
        header, header_in = _header(headline(summary))
        tested = bool(arrival_panels.modalities_of(series))
        height_in = HEIGHT_IN + TESTED_IN * tested
        layout = ConstrainedLayoutEngine(
            h_pad=0.04, w_pad=0.08, rect=(0, 0, 1, 1 - header_in / height_in)
        )
        fig = Figure(figsize=(WIDTH_IN, height_in), dpi=DOTS_PER_INCH, layout=layout)
        for text, top_in, look in header:
            fig.text(0.012, 1 - top_in / height_in, text, ha="left", va="top", **look)
        spikes = summary[key("ectopic_spikes_recovery_count", "abeta")]
        heights = [1.0, 1.1, 1.3, 1.3, 1.3, 1.0, 1.1, 1.1, *([1.5, 0.9] if tested else [])]
        halves = fig.add_gridspec(
            2, 1, height_ratios=[6.3 * sum(heights) / 9.2, 1.0 if spikes > 0 else 0.25]
        )
        upper, lower = fig.add_subfigure(halves[0]), fig.add_subfigure(halves[1])
        grid = upper.add_gridspec(len(heights), 1, height_ratios=heights)
        first = upper.add_subplot(grid[0])
        rows = [first]
        rows += [upper.add_subplot(grid[i], sharex=first) for i in range(1, len(heights))]
        panels.draw_pressure(rows[0], record)
        panels.draw_tissue(rows[1], record)
        for axes, name in zip(rows[2:5], CLASSES, strict=True):
            strips.draw_strip(axes, record, name)
        strips.draw_key(rows[2], rows[3])
        panels.draw_conduction(rows[5], record, series)
        panels.draw_ectopic(rows[6], record, series)
        panels.draw_percepts(rows[7], record, series)
        if tested:
            arrival_panels.draw_arrivals(rows[8], record, series)
            arrival_panels.draw_information(rows[9], record, series)
        for axes in rows:
            panels.dress_time_axis(axes, record, last=axes is rows[-1])
        strips.draw_raster(lower, record, "abeta")
    return fig


def png_bytes(fig: "Figure") -> bytes:
    """The figure as the bytes of a PNG file."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", facecolor="white")
    return buffer.getvalue()


def save_png(fig: "Figure", path: Path) -> Path:
    """Write the figure as PNG; the file appears whole or not at all."""
    return write_whole(path, png_bytes(fig))


def _header(sentences: list[str]) -> tuple[list[tuple[str, float, dict[str, Any]]], float]:
    """First sentence bold, the others below it: text, top [in] and look of each; height [in]."""
    body = [line for text in sentences[1:] for line in textwrap.wrap(text, 150)]
    first = (sentences[0], 0.12, {"fontsize": 12, "weight": "bold"})
    others = ("\n".join(body), 0.40, {"fontsize": 9.5, "linespacing": 1.35})
    return [first, others], 0.5 + 0.185 * len(body)
