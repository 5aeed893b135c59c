"""The potential of one fibre along the nerve and over time, window beside window."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from nervejax.analysis.whole_file import write_whole

MOST_WINDOWS, MOST_COLUMNS = 6, 4000
"""Windows that are drawn at most (the liveliest), and points in time over all of them."""
LOW_MV, HIGH_MV = -90.0, 40.0


def liveliest(time_s: np.ndarray, potential_mV: np.ndarray, start_s: np.ndarray) -> list[slice]:
    """Which samples are drawn: of the windows those in which the potential moves most, in order."""
    edges = [*np.searchsorted(time_s, start_s + 1e-12).tolist(), len(time_s)]
    parts = [slice(a, b) for a, b in pairwise(edges) if b > a]
    moves = [float(np.ptp(potential_mV[part])) for part in parts]
    kept = sorted(np.argsort(moves, kind="stable")[::-1][:MOST_WINDOWS].tolist())
    return [parts[k] for k in kept]


def trace_figure(
    time_s: np.ndarray, x_mm: np.ndarray, potential_mV: np.ndarray, start_s: np.ndarray, title: str
) -> Any:
    """A map (place over time) and the trace in the middle, a column per window.

    Args:
        time_s: (N,).  x_mm: (P,).  potential_mV: (N, P).  start_s: (W,) start of the windows.
    """
    from matplotlib.figure import Figure

    parts = liveliest(time_s, potential_mV, start_s)
    figure = Figure(figsize=(3.2 + 2.2 * len(parts), 5.0), layout="constrained")
    panels = figure.subplots(2, len(parts), squeeze=False, sharey="row", height_ratios=(3, 2))
    step = max(1, sum(p.stop - p.start for p in parts) // MOST_COLUMNS)
    middle = len(x_mm) // 2
    for (above, below), part in zip(panels.T, parts, strict=True):
        t_ms = 1e3 * (time_s[part] - time_s[part][0])
        values = potential_mV[part]
        shown = above.pcolormesh(
            t_ms[::step], x_mm, values[::step].T, shading="nearest", cmap="viridis",
            vmin=LOW_MV, vmax=HIGH_MV, rasterized=True,
        )  # fmt: skip
        below.plot(t_ms, values[:, middle], lw=0.7, color="black")
        above.set_title(f"from {time_s[part][0]:.2f} s", fontsize=9)
        below.set_xlabel("time in the window [ms]")
    panels[0, 0].set_ylabel("along the nerve [mm]\n0 = central end")
    panels[1, 0].set_ylabel(f"potential at\n{x_mm[middle]:.0f} mm [mV]")
    panels[1, 0].set_ylim(LOW_MV - 10, HIGH_MV + 10)
    figure.colorbar(
        shown,  # pyright: ignore[reportPossiblyUnboundVariable]
        ax=panels[0].tolist(),
        label="membrane potential [mV]",
    )
    left_out = len(start_s) - len(parts)
    more = f"; the {len(parts)} liveliest of {len(start_s)} windows" if left_out else ""
    figure.suptitle(title + more, fontsize=10)
    return figure


def write_trace_picture(path: Path, *columns: Any) -> Path:
    """Draw ``trace_figure(*columns)`` as PNG."""
    import io

    image = io.BytesIO()
    trace_figure(*columns).savefig(image, format="png", dpi=110)
    write_whole(path, image.getvalue())
    return path
