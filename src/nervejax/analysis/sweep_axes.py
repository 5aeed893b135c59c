"""The grid of a sweep: which settings are swept numbers, and which runs lie at which of their values.

A seed is never an axis: runs that differ in it alone lie at the same place and are replicates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nervejax.recording.names import long_name, unit_of

SEED = "seed"
MOST_PARTS = 6
"""Grids that are drawn where more than two settings differ; assumed, as many as a page can bear."""
LEAST_FILLED_REL = 0.25
"""Share of its places that must hold a run for a grid to be drawn as a map; assumed, random designs
fill one place per row."""
LOG_FROM = 20.0
"""Largest over smallest value from which an axis is logarithmic; assumed."""
MINUTE_S = 60.0
NOT_SET = "not set"
NAMES = {"pressure.peak_mmHg": "peak pressure", "duration.compression_s": "time under pressure"}
"""Names of axes that read better than their keys."""

Place = tuple[int, ...]


@dataclass(frozen=True)
class SweepRun:
    """One run of a sweep, as its file holds it.

    folder: where it lies, seen from the page.  settings: override -> value, and the scenario's name.
    readout: ``time_s`` and the stored series, each (T,).  has_report: there is one to link to.
    """

    folder: str
    settings: Mapping[str, str]
    summary: Mapping[str, Any]
    readout: Mapping[str, np.ndarray]
    has_report: bool


@dataclass(frozen=True)
class Axis:
    """A swept number: its key, and the values it takes, (N,), rising, in the unit of the key."""

    key: str
    values: np.ndarray

    @property
    def in_minutes(self) -> bool:
        """Whether it is a time [s] that is shown in minutes: one that reaches a minute."""
        return unit_of(self.key) == "s" and bool(np.abs(self.values).max() >= MINUTE_S)

    @property
    def shown(self) -> np.ndarray:
        """The values as they stand on an axis, (N,)."""
        return self.values / MINUTE_S if self.in_minutes else self.values

    @property
    def unit(self) -> str:
        """Unit of ``shown``; empty for a pure number."""
        unit = "min" if self.in_minutes else unit_of(self.key)
        return "" if unit == "1" else unit

    @property
    def name(self) -> str:
        """The key in words without its unit: ``nerve.length_mm`` -> "nerve length"."""
        return NAMES.get(self.key) or long_name(self.key).replace(".", " ")

    @property
    def label(self) -> str:
        """Name and unit: "nerve length [mm]"."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    @property
    def logarithmic(self) -> bool:
        """Whether the values reach so far that a linear axis would crowd the small ones."""
        return bool(self.values[0] > 0 and self.values[-1] / self.values[0] >= LOG_FROM)

    def told(self, index: int) -> str:
        """One value in words: "peak pressure 90 mmHg"."""
        return f"{self.name} {self.shown[index]:g} {self.unit}".rstrip()


@dataclass(frozen=True)
class Grid:
    """Runs over one or two axes.

    axes: one, or two as (rows, columns).  words: what else these runs have in common of all that
    differs in the sweep; empty if nothing else does.  runs: place, an index per axis -> its replicates.
    """

    axes: tuple[Axis, ...]
    words: str
    runs: Mapping[Place, Sequence[SweepRun]]

    @property
    def shape(self) -> Place:
        """Number of values per axis."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def replicates(self) -> int:
        """Largest number of runs at one place."""
        return max((len(runs) for runs in self.runs.values()), default=0)

    def column(self, index: int) -> "Grid":
        """The runs of one column of two axes, over the rows alone."""
        rows, columns = self.axes
        words = ", ".join(part for part in (self.words, columns.told(index)) if part)
        runs = {(at[0],): found for at, found in self.runs.items() if at[1] == index}
        return replace(self, axes=(rows,), words=words, runs=runs)


def differing(runs: Sequence[SweepRun]) -> list[str]:
    """Settings that are not the same in all runs, in the order in which they come up."""
    names = dict.fromkeys(name for run in runs for name in run.settings)
    return [name for name in names if len({run.settings.get(name) for run in runs}) > 1]


def numeric_axes(runs: Sequence[SweepRun]) -> list[Axis]:
    """Settings that are a number wherever they are set, with two values or more, without the seed."""
    axes = []
    for name in differing(runs):
        given = {run.settings[name] for run in runs if name in run.settings}
        numbers = {_number(text) for text in given}
        if name != SEED and None not in numbers and len(numbers) > 1:
            axes.append(Axis(name, np.array(sorted(n for n in numbers if n is not None))))
    return axes


def sweep_grids(runs: Sequence[SweepRun]) -> tuple[list[Grid], list[str]]:
    """Every grid of a sweep that can be drawn.

    Args:
        runs: Its runs, in order.

    Returns:
        At most ``MOST_PARTS`` grids over the two numeric settings with most values (a time lies along
        the columns), one for each combination of the other settings; and a sentence about everything
        that is not on them.
    """
    found = numeric_axes(runs)
    if not found:
        return [], []
    axes = tuple(sorted(found, key=lambda axis: -len(axis.values))[:2])
    if len(axes) == 2 and unit_of(axes[0].key) == "s" != unit_of(axes[1].key):
        axes = axes[::-1]
    keys = [axis.key for axis in axes]
    remarks = []
    placed = [run for run in runs if all(key in run.settings for key in keys)]
    if len(placed) < len(runs):
        remarks.append(f"{len(runs) - len(placed)} runs do not set {' and '.join(keys)}.")
    others = [name for name in differing(runs) if name not in (*keys, SEED)]
    parts: dict[str, list[SweepRun]] = {}
    for run in placed:
        parts.setdefault(_common(run, others), []).append(run)
    grids = [_grid(axes, words, part) for words, part in parts.items()]
    drawn = [grid for grid in grids if _drawable(grid)]
    if len(drawn) < len(grids):
        places = int(np.prod(grids[0].shape))
        remarks.append(
            f"{len(grids) - len(drawn)} of {len(grids)} combinations of the other settings have runs "
            f"at fewer than 2 places, or at less than {LEAST_FILLED_REL:.0%} of the {places:,} places "
            f"that the values of {' and '.join(keys)} make: they are not on a grid and not drawn."
        )
    if len(drawn) > MOST_PARTS:
        remarks.append(
            f"{', '.join(others)} differ as well, in {len(drawn)} combinations: only the first "
            f"{MOST_PARTS} are drawn."
        )
    return drawn[:MOST_PARTS], remarks


def _grid(axes: tuple[Axis, ...], words: str, runs: Sequence[SweepRun]) -> Grid:
    places: dict[Place, list[SweepRun]] = {}
    for run in runs:
        at = tuple(
            int(np.searchsorted(axis.values, float(run.settings[axis.key]))) for axis in axes
        )
        places.setdefault(at, []).append(run)
    return Grid(axes, words, places)


def _drawable(grid: Grid) -> bool:
    filled = len(grid.runs)
    return filled >= max(2.0, LEAST_FILLED_REL * float(np.prod(grid.shape)))


def _common(run: SweepRun, names: Sequence[str]) -> str:
    """Settings of a run in words; the same number in another spelling is the same."""
    told = []
    for name in names:
        text = run.settings.get(name, NOT_SET)
        number = _number(text)
        told.append(f"{name} {text if number is None else format(number, 'g')}")
    return ", ".join(told)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None
