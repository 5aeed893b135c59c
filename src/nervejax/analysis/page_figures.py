"""The figures of the page: each narrow enough to be read on a phone, with margins of its own.

Layout is by hand, in inches: several small figures with automatic layout take seconds.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from nervejax.analysis import arrival_panels, nerve_strips, panels, plots, strips
from nervejax.analysis.readout import CLASS_LABELS, Series
from nervejax.recording.model import CLASSES, EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN = 5.0
"""Width of every figure: on a phone, 360 px wide, 10 pt are still 10 px high."""
DOTS_PER_INCH = 160
TOP_IN, BOTTOM_IN, GAP_IN = 0.32, 0.46, 0.38
"""Room over the first panel (its title), under the last (its labels), between two (a title) [in]."""
LEFT_IN, RIGHT_IN, BAR_IN, WORD_IN = 0.56, 0.14, 0.62, 0.82
"""Room at the sides; ``BAR_IN`` at the right for colour bars, ``WORD_IN`` at the left for words [in]."""
STYLE: Any = plots.STYLE | {
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.titlepad": 4.0,
    "axes.labelsize": 9.5,
    "legend.fontsize": 9.5,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
}
Panel = tuple[float, Callable[["Axes"], object]]
"""Height [in], and what draws it."""


@dataclass(frozen=True)
class PageFigure:
    """One figure of the page.

    span_rel: left and right end of its time axis over its width, where a line can show the moment;
    None if it has no time axis.
    """

    png: bytes
    alt: str
    span_rel: tuple[float, float] | None = None


def figure_html(title: str, words: str, figure: PageFigure) -> str:
    """A figure with its title above and its words below."""
    span = "" if figure.span_rel is None else ' data-span="{:.4f} {:.4f}"'.format(*figure.span_rel)
    return (
        f'<figure><h3>{escape(title)}</h3><div class="frame"{span}>'
        f"{image_html(figure.png, figure.alt)}</div>"
        f"<figcaption>{escape(words)}</figcaption></figure>"
    )


def image_html(png: bytes, alt: str) -> str:
    """A picture inside the page, with what it shows in words."""
    data = base64.b64encode(png).decode("ascii")
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{data}">'


@contextmanager
def page_canvas(height_in: float) -> Iterator["Figure"]:
    """An empty figure as wide as the others, and their style while it is drawn."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        yield Figure((WIDTH_IN, height_in), dpi=DOTS_PER_INCH)


def stacked(
    record: EpisodeRecord,
    rows: list[Panel],
    alt: str,
    left_in: float = LEFT_IN,
    right_in: float = RIGHT_IN,
    key: Panel | None = None,
) -> PageFigure:
    """Panels over one time axis, from top to bottom.

    Args:
        record: One episode, for its times.
        rows: Panels with a common time axis.
        alt: What the figure shows, for those who cannot see it.
        left_in, right_in: Room at the sides [in].
        key: A last panel without axes.
    """
    key_in = key[0] if key else 0.0
    height_in = TOP_IN + BOTTOM_IN + key_in + sum(row[0] for row in rows) + GAP_IN * (len(rows) - 1)
    with page_canvas(height_in) as fig:
        left, right = left_in / WIDTH_IN, 1 - right_in / WIDTH_IN
        top_in = height_in - TOP_IN
        for row_in, draw in rows:
            box = (left, (top_in - row_in) / height_in, right - left, row_in / height_in)
            axes = fig.add_axes(box)
            draw(axes)
            panels.dress_time_axis(axes, record, last=draw is rows[-1][1])
            top_in -= row_in + GAP_IN
        if key:
            key[1](fig.add_axes((left, 0.0, right - left, key_in / height_in)))
        png = plots.png_bytes(fig)
    return PageFigure(png, alt, (left, right))


def keyed(draw: Callable[..., object], *what: Any) -> Callable[["Axes"], None]:
    """A panel with the key of its lines in the row of its title."""

    def drawn(axes: "Axes") -> None:
        draw(axes, *what)
        panels.legend_above(axes)

    return drawn


def course_figure(record: EpisodeRecord, series: Series) -> PageFigure:
    """Pressure, conduction, ectopic spikes and percepts over the episode."""
    rows: list[Panel] = [
        (0.6, lambda axes: panels.draw_pressure(axes, record)),
        (1.25, keyed(panels.draw_conduction, record, series)),
        (1.25, keyed(panels.draw_ectopic, record, series)),
        (1.25, keyed(panels.draw_percepts, record, series)),
    ]
    alt = "Over time: pressure, share of fibres that conduct, ectopic rate, percept indices"
    return stacked(record, rows, alt)


def nerve_figure(record: EpisodeRecord) -> PageFigure:
    """Place along the nerve against time: pressure, oxygen, block, origin of ectopic spikes."""
    rows: list[Panel] = [
        (0.85, lambda axes, strip=strip: nerve_strips.draw_tissue_strip(axes, record, strip))
        for strip in nerve_strips.TISSUE
    ]
    rows += [
        (1.1, lambda axes: nerve_strips.draw_block(axes, record)),
        (1.1, lambda axes: nerve_strips.draw_origin(axes, record)),
    ]
    alt = (
        "Place along the nerve against time: pressure, oxygen, where spikes stop, where they arise"
    )
    return stacked(record, rows, alt, left_in=WORD_IN, right_in=BAR_IN)


def fibre_figure(record: EpisodeRecord) -> PageFigure:
    """One row per fibre, sorted by class and diameter: conducting, silent or firing."""
    rows: list[Panel] = [
        (1.25, lambda axes, name=name: strips.draw_strip(axes, record, name)) for name in CLASSES
    ]
    alt = "Every fibre over time, by class and diameter: conducting, silent or firing by itself"
    return stacked(record, rows, alt, key=(0.72, strips.draw_key))


def tissue_figure(record: EpisodeRecord) -> PageFigure:
    """Flow, oxygen, energy and acid in the middle of the compressed stretch."""
    rows: list[Panel] = [(1.3, keyed(panels.draw_tissue, record))]
    return stacked(record, rows, "Flow, oxygen, energy and acid of the pressed nerve over time")


def arrival_figure(record: EpisodeRecord, series: Series) -> PageFigure | None:
    """What becomes of spikes from the receptors; None if nothing was tested."""
    tested = arrival_panels.modalities_of(series)
    if not tested:
        return None
    rows: list[Panel] = [
        (0.2 * len(tested), lambda axes: arrival_panels.draw_arrivals(axes, record, series)),
        (1.1, keyed(arrival_panels.draw_information, record, series)),
    ]
    alt = "Share of receptor spikes that arrive, per modality, and the information they carry"
    return stacked(record, rows, alt, left_in=WORD_IN, right_in=BAR_IN)


def raster_figure(record: EpisodeRecord, name: str) -> PageFigure | None:
    """Single ectopic spikes of a class after release; None if there is none."""
    with page_canvas(3.4) as fig:
        if not strips.draw_raster(fig, record, name):
            return None
        return PageFigure(
            plots.png_bytes(fig), f"Single ectopic {CLASS_LABELS[name]} spikes after release"
        )
