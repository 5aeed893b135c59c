"""The result of a sensitivity analysis as a table, CSV and bars."""

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nervejax.analysis import plots
from nervejax.recording import layout

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEADS = {
    "morris": ("mu_star", "mu_star_conf", "sigma", ""),
    "sobol": ("S1", "S1_conf", "ST", "ST_conf"),
}
"""Method -> names of its numbers."""
WORDS = {
    "morris": ("mean size of the change over the whole range (mu*)", "its spread (sigma)"),
    "sobol": ("share of the variance by itself (S1)", "with all it takes part in (ST)"),
}
COLOURS = "#3b6ea5", "#c9a24b"
BAR_IN, HEAD_IN, FOOT_IN, WIDE_IN = 0.3, 0.56, 0.1, 7.2
MOST_OUTCOMES = 12
"""Outcomes that are drawn; all stand in the table."""


def unit_of_outcome(name: str) -> str:
    """Unit of an outcome's mu* and sigma."""
    return "1" if ":" in name else layout.unit_of(name)


def effects_text(method: str, effects: Sequence[Any]) -> str:
    """The table for people: one block an outcome, settings by falling strength."""
    first, _, second, second_conf = HEADS[method]
    width = max(len(e.key) for e in effects)
    lines = []
    for outcome, some in by_outcome(effects).items():
        unit = unit_of_outcome(outcome)
        shown = f" [{unit}]" if unit != "1" and method == "morris" else ""
        lines.append(
            f"{outcome}{shown}".ljust(width + 2) + f"{first:>10} {'+-':>9} {second:>10}"
            + (f" {'+-':>9}" if second_conf else "")
        )  # fmt: skip
        for e in sorted(some, key=lambda e: -np.nan_to_num(e.first)):
            line = f"  {e.key:<{width}}{_n(e.first):>10} {_n(e.first_conf):>9} {_n(e.second):>10}"
            lines.append(line + (f" {_n(e.second_conf):>9}" if second_conf else ""))
    return "\n".join(lines)


def effects_csv(method: str, effects: Sequence[Any]) -> bytes:
    """The table for programs: one line for each outcome and setting; an empty cell = cannot be told."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heads = [head for head in HEADS[method] if head]
    writer.writerow(["outcome", "unit", "key", *heads])
    for e in effects:
        numbers = [e.first, e.first_conf, e.second, e.second_conf][: len(heads)]
        unit = unit_of_outcome(e.outcome) if method == "morris" else "1"
        cells = ["" if np.isnan(x) else repr(float(x)) for x in numbers]
        writer.writerow([e.outcome, unit, e.key, *cells])
    return out.getvalue().encode()


def effects_figure(method: str, effects: Sequence[Any]) -> "Figure":
    """Bars: for each outcome the settings, the two numbers of the method beside each other.

    Raises:
        NervejaxError: Matplotlib is not installed.
    """
    plots.require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    told = {
        name: some
        for name, some in by_outcome(effects).items()
        if any(np.isfinite(e.first) and e.second > 0 for e in some)
    }
    shown = dict(list(told.items())[:MOST_OUTCOMES])
    keys = list(dict.fromkeys(e.key for e in effects))
    panel_in = HEAD_IN + BAR_IN * len(keys)
    height_in = FOOT_IN + 0.3 + panel_in * max(1, len(shown))
    left_in = 0.4 + 0.072 * max(len(key) for key in keys)
    with rc_context(plots.STYLE):
        fig = Figure((WIDE_IN, height_in), dpi=plots.DOTS_PER_INCH)
        for k, (name, some) in enumerate(shown.items()):
            bottom_in = height_in - 0.3 - (k + 1) * panel_in
            box = (
                left_in / WIDE_IN, (bottom_in + 0.26) / height_in,
                1 - (left_in + 0.2) / WIDE_IN, (panel_in - HEAD_IN) / height_in,
            )  # fmt: skip
            _draw(fig.add_axes(box), method, name, some)
        if not shown:
            fig.text(0.5, 0.5, "no outcome moved", ha="center")
        for k, words in enumerate(WORDS[method]):
            y = (height_in - 0.13) / height_in
            fig.text(0.02 + 0.52 * k, y, f"■ {words}", color=COLOURS[k], va="center", fontsize=8.5)
    return fig


def _draw(axes: Any, method: str, name: str, some: Sequence[Any]) -> None:
    place = np.arange(len(some))[::-1]
    first, second = ([getattr(e, what) for e in some] for what in ("first", "second"))
    axes.barh(
        place + 0.18, np.nan_to_num(first), 0.34, color=COLOURS[0],
        xerr=np.nan_to_num([e.first_conf for e in some]), error_kw={"elinewidth": 0.9},
    )  # fmt: skip
    bars = np.nan_to_num([e.second_conf for e in some])
    axes.barh(
        place - 0.18, np.nan_to_num(second), 0.34, color=COLOURS[1],
        xerr=bars if method == "sobol" else None, error_kw={"elinewidth": 0.9},
    )  # fmt: skip
    axes.set_yticks(place, [e.key for e in some])
    axes.axvline(0.0, color="#555555", linewidth=0.7)
    unit = unit_of_outcome(name)
    axes.set_title(f"{name} [{unit}]" if unit != "1" and method == "morris" else name, fontsize=9)
    axes.tick_params(labelsize=8)


def by_outcome(effects: Sequence[Any]) -> dict[str, list[Any]]:
    """Outcome -> its effects, in order."""
    found: dict[str, list[Any]] = {}
    for e in effects:
        found.setdefault(e.outcome, []).append(e)
    return found


def _n(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.4g}"
