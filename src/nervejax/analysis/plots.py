"""The picture of one episode. Matplotlib is imported when a figure is drawn, not before."""

import io
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nervejax.analysis.readout import Series
from nervejax.analysis.whole_file import write_whole
from nervejax.analysis.words import headline
from nervejax.errors import NervejaxError
from nervejax.recording.model import EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 120
WIDTH_IN, HEIGHT_IN = 9.2, 5.4
"""Of the picture of a run, without its sentences."""
COLOURS = 255
"""Colours that the picture of a run keeps."""
LEFT_IN, BOTTOM_IN, KEY_IN, TITLE_IN = 0.45, 0.45, 1.1, 0.2
"""Room for labels, the key of the lines at the right, and the first title [in]."""
LINE_CHARACTERS = 132
"""Characters of a sentence that fit into a line of that width."""
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
    """One episode at a glance, 9.2 in wide: what happened in words, and the classes over time.

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

    from nervejax.analysis import panels

    with rc_context(STYLE):
        header, header_in = _header(headline(summary))
        height_in = HEIGHT_IN + header_in
        fig = Figure(figsize=(WIDTH_IN, height_in), dpi=DOTS_PER_INCH)
        for text, top_in, look in header:
            fig.text(0.012, 1 - top_in / height_in, text, ha="left", va="top", **look)
        rows = fig.subplots(4, 1, sharex=True, height_ratios=[0.5, 1, 1, 1])
        fig.subplots_adjust(
            LEFT_IN / WIDTH_IN, BOTTOM_IN / height_in, 1 - KEY_IN / WIDTH_IN,
            1 - (header_in + TITLE_IN) / height_in, hspace=0.36,
        )  # fmt: skip
        panels.draw_pressure(rows[0], record)
        panels.draw_conduction(rows[1], record, series)
        panels.draw_ectopic(rows[2], record, series)
        panels.draw_percepts(rows[3], record, series)
        for axes in rows:
            panels.legend_beside(axes)
            panels.dress_time_axis(axes, record, last=axes is rows[-1])
    return fig


def png_bytes(fig: "Figure", colours: int | None = None) -> bytes:
    """The figure as the bytes of a PNG file.

    Args:
        fig: What to save.
        colours: Keep so many at most: a third of the size, nothing to see of it in lines and text.
    """
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", facecolor="white")
    if colours is None:
        return buffer.getvalue()
    from PIL import Image  # matplotlib needs it as well

    small = io.BytesIO()
    picture = Image.open(buffer).convert("RGB")
    picture.quantize(colours, dither=Image.Dither.NONE).save(small, format="PNG")
    return small.getvalue()


def save_png(fig: "Figure", path: Path, colours: int | None = None) -> Path:
    """Write the figure as PNG; the file appears whole or not at all."""
    return write_whole(path, png_bytes(fig, colours))


def _header(sentences: list[str]) -> tuple[list[tuple[str, float, dict[str, Any]]], float]:
    """First sentence bold, the others below it: text, top [in] and look of each; height [in]."""
    body = [line for text in sentences[1:] for line in textwrap.wrap(text, LINE_CHARACTERS)]
    first = (sentences[0], 0.12, {"fontsize": 11, "weight": "bold"})
    others = ("\n".join(body), 0.40, {"fontsize": 9.5, "linespacing": 1.35})
    return [first, others], 0.5 + 0.185 * len(body)
