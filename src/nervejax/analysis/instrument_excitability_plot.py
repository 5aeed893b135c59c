"""Figure of the virtual nerve-excitability test: three panels, one colour per instant."""

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis.instrument_excitability import (
    ELECTROTONUS,
    RECOVERY,
    TIME_CONSTANT_US,
    TIME_CONSTANT_WORDS,
    Curve,
    ExcitabilityStudy,
    Healthy,
)
from nervejax.analysis.instrument_instants import instant_label, sequence_colours
from nervejax.analysis.plots import DOTS_PER_INCH, STYLE, require_matplotlib
from nervejax.analysis.readout import CLASS_LABELS
from nervejax.recording.model import EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

PEOPLE = "#BBBBBB"
TICKS_MS = (2, 3, 5, 10, 20, 50, 100)
NOTE_CHARACTERS = 19
"""Characters of a small line, per inch."""
NOTE_POINTS = 37.5
"""From a panel to its title: three small lines lie between."""
HIGHEST_PERCENT = 80.0
"""Above it the recovery curve leaves the picture: refractory fibres need many times the current."""
LOWEST_PERCENT = -150.0
"""Below it the electrotonus leaves the picture."""


def excitability_plots(record: EpisodeRecord, found: ExcitabilityStudy) -> "Figure":
    """Strength-duration, recovery cycle and threshold electrotonus; medians, middle half shaded."""
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    label = CLASS_LABELS.get(found.population, found.population)
    with rc_context(STYLE):
        fig = Figure((11.0, 4.6), dpi=DOTS_PER_INCH, layout="constrained")
        fig.suptitle(
            f"Nerve excitability, {label} fibres: median and middle half",
            x=0.01, ha="left", fontsize=11, weight="bold",
        )  # fmt: skip
        duration, recovery, electrotonus = fig.subplots(1, 3, width_ratios=[0.8, 1.1, 1.3])
        draw_panels((duration, recovery, electrotonus), found)
        fig.legend(*instant_key(record, found), loc="outside lower left", ncols=3, fontsize=8.5)
    return fig


def draw_panels(three: tuple["Axes", "Axes", "Axes"], found: ExcitabilityStudy) -> None:
    """Strength-duration, recovery cycle and threshold electrotonus, one colour per instant."""
    colours = sequence_colours(len(found.instant_s))
    for axes, draw in zip(three, (_draw_duration, _draw_recovery, _draw_electrotonus), strict=True):
        draw(axes, found, colours)


def instant_key(
    record: EpisodeRecord, found: ExcitabilityStudy
) -> tuple[list["Line2D"], list[str]]:
    """Lines and words of the key: which instant has which colour, and how many fibres answered."""
    from matplotlib.lines import Line2D

    names = [
        f"{instant_label(record, t)} ({n} of {found.fibres} fibres excitable)"
        for t, n in zip(found.instant_s, found.excitable, strict=True)
    ]
    colours = sequence_colours(len(found.instant_s))
    return [Line2D([], [], color=c, marker="o", ms=4) for c in colours], names


def _draw_duration(axes: "Axes", found: ExcitabilityStudy, colours: list[str]) -> None:
    """Threshold charge over rheobase: a line under Weiss's law, its height at 0 the time constant."""
    width = np.array([0.0, 1.05 * found.width_ms.max()])
    low, high = (width + 1e-3 * tau for tau in TIME_CONSTANT_US)
    axes.fill_between(width, low, high, color=PEOPLE, alpha=0.5, lw=0)
    for i, colour in enumerate(colours):
        tau_ms = 1e-3 * found.time_constant_us.middle[i]
        _line(axes, found.width_ms, found.charge_rel, i, colour, "o", joined=False)
        axes.plot(width, width + tau_ms, color=colour, lw=1.2)
        if np.isfinite(tau_ms):
            axes.plot(0.0, tau_ms, "_", color=colour, ms=12, mew=2, clip_on=False)
    axes.set(xlim=(0, width[1]), xlabel="stimulus width (ms)", ylabel="charge / rheobase (ms)",
             title="Strength-duration")  # fmt: skip
    axes.set_ylim(bottom=0)
    _note(axes, f"height at 0: time constant; grey: {TIME_CONSTANT_WORDS}")


def _draw_recovery(axes: "Axes", found: ExcitabilityStudy, colours: list[str]) -> None:
    axes.axhline(0.0, color="0.6", lw=0.8)
    _people(axes, RECOVERY)
    for i, colour in enumerate(colours):
        _line(axes, found.interval_ms, found.recovery_percent, i, colour, "o")
    axes.set_xscale("log")
    axes.set_xlim(0.93 * found.interval_ms.min(), 1.1 * found.interval_ms.max())
    shown = [t for t in TICKS_MS if found.interval_ms.min() <= t <= found.interval_ms.max()]
    axes.set_xticks(shown, labels=[f"{t:g}" for t in shown])
    axes.set_xticks([], minor=True)
    axes.set(xlabel="interval after a spike (ms)", ylabel="threshold change (%)",
             title="Recovery cycle")  # fmt: skip
    _limit(axes, found.recovery_percent, RECOVERY, (LOWEST_PERCENT, HIGHEST_PERCENT))
    _note(axes, f"after a spike of the same fibre; grey: {RECOVERY[0].words}")


def _draw_electrotonus(axes: "Axes", found: ExcitabilityStudy, colours: list[str]) -> None:
    axes.axhline(0.0, color="0.6", lw=0.8)
    axes.axvspan(0.0, 100.0, color="#00000009", lw=0)
    _people(axes, ELECTROTONUS)
    strongest = np.abs(found.current_rel).max()
    for i, colour in enumerate(colours):
        for k, current in enumerate(found.current_rel):
            curve = found.electrotonus_percent
            part = Curve(curve.middle[:, k], curve.low[:, k], curve.high[:, k])
            if abs(current) == strongest:
                _line(axes, found.delay_ms, part, i, colour, "o")
            else:  # thin, so that many instants can be told apart
                axes.plot(found.delay_ms, part.middle[i], color=colour, lw=1.0, ls=(0, (3, 1.5)))
    _limit(axes, found.electrotonus_percent, ELECTROTONUS, (LOWEST_PERCENT, 100.0))
    axes.text(98.0, 0.01, "current on", transform=axes.get_xaxis_transform(), ha="right", va="bottom",
              fontsize=8, color="#555555")  # fmt: skip
    weaker = sorted(set(100 * np.abs(found.current_rel)) - {100 * strongest})
    dashed = "".join(f"dashed: ±{c:g} %; " for c in weaker)
    axes.set(xlim=(0, None), xlabel="delay from the start of the current (ms)",
             ylabel="threshold reduction (%)",
             title=f"Threshold electrotonus, ±{100 * strongest:g} %")  # fmt: skip
    words = "; ".join(f"grey: {healthy.words}" for healthy in ELECTROTONUS)
    _note(axes, f"{dashed}no value where the current alone fires or blocks most fibres; {words}")


def _line(
    axes: "Axes", x: np.ndarray, curve: Curve, row: int, colour: str, marker: str,
    joined: bool = True,
) -> None:  # fmt: skip
    axes.fill_between(x, curve.low[row], curve.high[row], color=colour, alpha=0.13, lw=0)
    axes.plot(x, curve.middle[row], marker=marker, ms=3.5, color=colour, lw=1.5 if joined else 0)


def _people(axes: "Axes", ranges: tuple[Healthy, ...]) -> None:
    """Grey boxes where healthy people lie."""
    from matplotlib.patches import Rectangle

    for healthy in ranges:
        (left, right), (low, high) = healthy.over_ms, healthy.between
        axes.add_patch(
            Rectangle(
                (left, low), right - left, high - low, color=PEOPLE, alpha=0.6, lw=0, zorder=0
            )
        )


def _limit(
    axes: "Axes", curve: Curve, people: tuple[Healthy, ...], within: tuple[float, float]
) -> None:
    """Heights from the curves, not their bands, which can reach far; what people have is in sight."""
    known = curve.middle[np.isfinite(curve.middle)]
    seen = np.concatenate([known, [0.0], *(healthy.between for healthy in people)])
    low, high = (float(np.clip(f(seen), *within)) for f in (np.min, np.max))
    margin = 0.06 * (high - low)
    axes.set_ylim(max(low - margin, within[0]), min(high + margin, within[1]))


def _note(axes: "Axes", words: str) -> None:
    """A small line or two between the title and the panel."""
    width_in = axes.bbox.width / axes.figure.dpi
    lines = textwrap.fill(words, round(NOTE_CHARACTERS * width_in))
    axes.set_title(axes.get_title(loc="left"), pad=NOTE_POINTS)
    axes.text(0.0, 1.02, lines, transform=axes.transAxes, fontsize=7.5, color="#555555")
