"""The figure of one claim: what was measured over time, calibrations side by side."""

from collections.abc import Mapping, Sequence

import numpy as np

from nervejax.analysis.plots import STYLE, png_bytes, require_matplotlib

WIDTH_IN, HEIGHT_IN = 9.0, 3.0
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#444444")
LINES = ("-", "--", "-.", ":")
NAMED = 7
"""More curves than that are single fibres: thin, grey and without names."""

Course = tuple[str, np.ndarray, np.ndarray]


def courses_png(
    courses: Mapping[str, Sequence[Course]], axes_labels: tuple[str, str], scatter: bool = False
) -> bytes:
    """Draw the curves of a claim, a panel for each calibration, as the bytes of a PNG file.

    Args:
        courses: calibration -> (label, x, y) of each curve.  axes_labels: of x and y, with units.
        scatter: points instead of lines.

    Raises:
        NervejaxError: matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        fig = Figure((WIDTH_IN, HEIGHT_IN), dpi=110, layout="constrained")
        panels = fig.subplots(1, len(courses), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (name, curves) in zip(panels, courses.items(), strict=True):
            many = len(curves) > NAMED
            for k, (label, x, y) in enumerate(curves):
                colour = "#666666" if many else COLOURS[k]
                if scatter:
                    axes.plot(x, y, ".", ms=3, color=colour, alpha=0.6, label=label)
                else:
                    line = "-" if many else LINES[k % len(LINES)]
                    width = 0.8 if many else 1.6
                    axes.plot(x, y, line, color=colour, lw=width, label="" if many else label)
            axes.set_title(name)
            axes.set_xlabel(axes_labels[0])
        panels[0].set_ylabel(axes_labels[1])
        handles, labels = panels[0].get_legend_handles_labels()
        if 1 < len(labels) <= NAMED:
            fig.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 4))
        return png_bytes(fig)
