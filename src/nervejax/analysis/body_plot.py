"""The limb at six moments as one picture, for a README or a talk."""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis import plots
from nervejax.analysis.body_outline import Limb, band_polygon, outline_points, rib_at
from nervejax.analysis.body_svg import FEELING, NUMB, Skin, felt_text, mixed, shown_specks
from nervejax.analysis.body_view import FELT_AS, moments
from nervejax.analysis.panels import CLASS_COLOURS
from nervejax.recording.model import EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN, HEIGHT_IN = 9.2, 4.0
ELSEWHERE = "#F4F4F4"
"""Skin that no fibre of the run serves."""
MARKERS = {"abeta": "o", "adelta": "^", "c": "s"}


def limb_figure(skin: Skin, record: EpisodeRecord) -> "Figure":
    """The limb at the instants of ``body_view.moments``, side by side, 9.2 x 4 in.

    Raises:
        NervejaxError: Matplotlib is not installed.
    """
    plots.require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(plots.STYLE):
        told = moments(record)
        fig = Figure((WIDTH_IN, HEIGHT_IN), dpi=plots.DOTS_PER_INCH)
        row = fig.subplots(1, len(told), squeeze=False)[0]
        fig.subplots_adjust(0.01, 0.13, 0.99, 0.8, wspace=0.02)
        for axes, (label, time_s) in zip(row, told, strict=True):
            index = skin.course.at(time_s)
            draw_limb(axes, skin, index)
            felt = felt_text(skin.course, index).replace(", ", "\n")
            words = label.replace(" after", "\nafter") if "after" in label else f"{label}\n"
            axes.set_title(words, fontsize=9.5, loc="center", pad=24)
            axes.text(0.5, 1.015, felt, transform=axes.transAxes, ha="center", fontsize=8.5)
        _key(fig, skin)
    return fig


def draw_limb(axes: "Axes", skin: Skin, index: int) -> None:
    """The limb at one moment of its course."""
    from matplotlib.patches import Polygon

    limb, course = skin.limb, skin.course
    outline = outline_points(limb)
    axes.set(xlim=(0, limb.width), ylim=(limb.height, 0), aspect="equal")
    axes.set_axis_off()
    rim = Polygon(outline, closed=True, fc=ELSEWHERE, ec="none", zorder=0)
    axes.add_patch(rim)
    for a, b, share in zip(
        course.edges_rel[:-1], course.edges_rel[1:], course.numb_rel[index], strict=True
    ):
        band = Polygon(band_polygon(limb, a, b), fc=mixed(share), ec="white", lw=0.4, zorder=1)
        axes.add_patch(band)
        band.set_clip_path(rim)
    axes.add_patch(Polygon(outline, closed=True, fc="none", ec="#1C2430", lw=1.1, zorder=2))
    for name, x, y in shown_specks(skin, index):
        axes.plot(
            x, y, MARKERS[name], ms=3.6, mfc=CLASS_COLOURS[name], mec="white", mew=0.5, zorder=3
        )
    _draw_press(axes, limb, course.pressure_mmHg[index] / max(course.pressure_mmHg.max(), 1e-9))


def _draw_press(axes: "Axes", limb: Limb, strength_rel: float) -> None:
    from matplotlib.patches import Polygon

    x1, y, x2, _ = rib_at(limb, np.array(0.0))
    for x, side in ((x1 + 6, -1), (x2 - 7, 1)):
        corners = [(x + 15 * side, y - 8), (x, y), (x + 15 * side, y + 8)]
        axes.add_patch(Polygon(corners, fc="#555555", ec="none", alpha=strength_rel))


def _key(fig: "Figure", skin: Skin) -> None:
    """What the colours and the specks mean, below the limbs."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Patch(fc=FEELING, ec="#777777", lw=0.5, label="touch arrives"),
        Patch(fc=NUMB, label="numb: no touch fibre conducts"),
        Patch(fc=ELSEWHERE, ec="#777777", lw=0.5, label="not served"),
    ]
    handles += [
        Line2D([], [], ls="", marker=MARKERS[n], mfc=CLASS_COLOURS[n], mec="white",
               label=f"{FELT_AS[n]}: spikes without a touch")
        for n in skin.course.rate_hz
    ]  # fmt: skip
    columns = len(handles) if len(handles) <= 4 else 3
    fig.legend(
        handles=handles, loc="lower center", ncols=columns, borderaxespad=0.2,
        columnspacing=1.2, fontsize=8.5,
    )  # fmt: skip
