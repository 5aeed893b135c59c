"""Picture of measured fibres: spike, strength-duration, recovery cycle, latency in a train."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nervejax.analysis.plots import DOTS_PER_INCH, STYLE, require_matplotlib
from nervejax.analysis.whole_file import write_whole

Measured = dict[str, np.ndarray]
PANEL_IN = 3.8
REFRACTORY_TOP = 60.0  # %, above this the recovery curve leaves the picture


def plot_fibres(found: Measured, title: str, path: Path) -> None:
    """Draw what was measured, one line per diameter.

    Args:
        found: from ``fibre.measure.measure_fibres``; panels without their numbers are left out.
        path: png, svg or pdf; appears whole or not at all.

    Raises:
        NervejaxError: matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    panels = [draw for key, draw in PANELS.items() if key in found]
    labels = [f"{d:g} um" for d in found["diameter_um"]]
    with rc_context(STYLE):
        fig = Figure((PANEL_IN * len(panels), 3.4), dpi=DOTS_PER_INCH, layout="constrained")
        fig.suptitle(title, x=0.01, ha="left", fontsize=11, weight="bold")
        axes = fig.subplots(1, len(panels), squeeze=False)[0]
        for ax, draw in zip(axes, panels, strict=True):
            draw(ax, found, labels)
        if len(labels) > 1:
            axes[0].legend()
        buffer = io.BytesIO()
        fig.savefig(buffer, format=path.suffix.removeprefix("."), facecolor="white")
    write_whole(path, buffer.getvalue())


def _spike(ax: Any, found: Measured, labels: list[str]) -> None:
    time, potential = found["spike_time_ms"], found["spike_potential_mV"]
    for line, label in zip(potential, labels, strict=True):
        peak = int(np.argmax(line))
        ax.plot(time - time[peak], line, label=label)
    width = float(np.nanmax(found["spike_half_width_ms"], initial=0.3))
    ax.set(xlim=(-3 * width, 8 * width), xlabel="time from peak (ms)", ylabel="potential (mV)",
           title="spike at the centre")  # fmt: skip


def _strength_duration(ax: Any, found: Measured, labels: list[str]) -> None:
    width = 1e3 * found["strength_duration_width_ms"]
    rheobase = found["rheobase_intracellular_nA"]
    for line, base, label in zip(
        found["strength_duration_intracellular_nA"], rheobase, labels, strict=True
    ):
        ax.plot(width, line / base, "o-", ms=3, label=label)
    _log_axis(ax, "x", (20, 50, 100, 200, 500, 1000))
    _log_axis(ax, "y", (1, 2, 3, 5, 10, 20))
    ax.set(xlabel="pulse width (us)", ylabel="threshold / rheobase",
           title="strength-duration (intracellular)")  # fmt: skip


def _recovery(ax: Any, found: Measured, labels: list[str]) -> None:
    for line, label in zip(found["recovery_threshold_change_percent"], labels, strict=True):
        ax.plot(found["recovery_interval_ms"], line, "o-", ms=3, label=label)
    ax.axhline(0.0, color="0.7", lw=0.8)
    top = np.nanmax(found["recovery_threshold_change_percent"], initial=20.0)
    _log_axis(ax, "x", (1, 2, 5, 10, 20, 50, 100, 200, 500))
    ax.set(xlabel="interval after a spike (ms)", ylabel="threshold change (%)",
           title="recovery cycle")  # fmt: skip
    ax.set_ylim(top=min(1.1 * top, REFRACTORY_TOP))


def _train(ax: Any, found: Measured, labels: list[str]) -> None:
    latency = found["train_latency_ms"]
    for line, label in zip(100 * (latency / latency[:, :1] - 1), labels, strict=True):
        ax.plot(found["train_time_s"] / 60, line, label=label)
    ax.set(xlabel="time (min)", ylabel="latency change (%)",
           title=f"train at {float(found['train_rate_Hz']):g} Hz")  # fmt: skip


def _log_axis(ax: Any, which: str, ticks: tuple[float, ...]) -> None:
    """Logarithmic axis with plain numbers at those of ``ticks`` that lie within the data."""
    getattr(ax, f"set_{which}scale")("log")
    low, high = getattr(ax, f"get_{which}lim")()
    shown = [t for t in ticks if low <= t <= high]
    getattr(ax, f"set_{which}ticks")(shown, labels=[f"{t:g}" for t in shown])
    getattr(ax, f"{which}axis").set_minor_formatter("")


PANELS: dict[str, Callable[[Any, Measured, list[str]], None]] = {
    "spike_potential_mV": _spike,
    "strength_duration_width_ms": _strength_duration,
    "recovery_interval_ms": _recovery,
    "train_latency_ms": _train,
}
