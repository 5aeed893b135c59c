"""``KEY=LOW:HIGH``, ``KEY=LOW:HIGH:STEPS``, ``KEY=a,b,c``: what differs between rows of a design."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nervejax.config.check import limits, settings
from nervejax.ensembles.values import Value, key_problem, kind_of, text_of, value_of

FORMS = "KEY=LOW:HIGH, KEY=LOW:HIGH:log, KEY=LOW:HIGH:STEPS, KEY=LOW:HIGH:STEPS:log or KEY=a,b,c"
MOST_STEPS = 100_000


@dataclass(frozen=True)
class Axis:
    """One setting and where its values come from.

    values: the listed ones, in order; empty for a range.  low, high: ends of the range, in the unit
    of the key, both included.  log: whether equal ratios, not equal differences, are equally likely.
    """

    key: str
    values: tuple[Value, ...] = ()
    low: float = math.nan
    high: float = math.nan
    log: bool = False

    def at(self, share: np.ndarray) -> np.ndarray:
        """Values at shares of the range, (N,) in [0, 1) -> (N,): float64, int64, bool or texts."""
        share = np.asarray(share, dtype=np.float64)
        if self.values:
            place = np.minimum((share * len(self.values)).astype(np.int64), len(self.values) - 1)
            return column(self.key, [self.values[k] for k in place])
        if kind_of(self.key) is int:  # every whole number has an equal share of the range
            low, above = self.low, self.high + 1.0
            found = low * (above / low) ** share if self.log else low + (above - low) * share
            return np.clip(np.floor(found), self.low, self.high).astype(np.int64)
        if self.log:
            found = self.low * (self.high / self.low) ** share
        else:
            found = self.low + (self.high - self.low) * share
        return np.clip(found, self.low, self.high)

    def share_of(self, value: np.ndarray) -> np.ndarray:
        """Where values lie in a range, (N,) -> (N,) in [0, 1]: the inverse of ``at`` for real numbers."""
        value = np.asarray(value, dtype=np.float64)
        if self.log:
            return np.log(value / self.low) / np.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def __str__(self) -> str:
        """As it is written on the command line."""
        if self.values:
            return f"{self.key}={','.join(map(text_of, self.values))}"
        low, high = column(self.key, [self.low, self.high])
        return f"{self.key}={text_of(low)}:{text_of(high)}{':log' if self.log else ''}"


def column(key: str, values: Sequence[Value]) -> np.ndarray:
    """Values of one setting as an array of its type; texts as objects."""
    kinds = {float: np.float64, int: np.int64, bool: np.bool_, str: object}
    return np.array(list(values), dtype=kinds[kind_of(key)])


def parse_axis(text: str) -> Axis:
    """The axis that a word of the command line asks for.

    Raises:
        ValueError: one line about what is wrong with it.
    """
    key, equals, asked = text.partition("=")
    if not equals or not key or not asked:
        raise ValueError(f"'{text}' cannot be read as {FORMS}")
    if bad := key_problem(key):
        raise ValueError(bad)
    try:
        if ":" in asked and "," not in asked:
            return _range(key, asked)
        values = [value_of(key, part) for part in asked.split(",")]
    except ValueError as error:
        raise ValueError(f"{text}: {error}") from None
    if len(values) < 2:
        raise ValueError(f"{text}: one value does not differ; write it without --vary")
    if len(set(values)) < len(values):
        raise ValueError(f"{text}: names a value twice")
    return Axis(key, tuple(values))


def axes_problems(axes: Sequence[Axis]) -> list[str]:
    """One line for each key that has two axes."""
    keys = [axis.key for axis in axes]
    return [f"{key}: is varied twice" for key in dict.fromkeys(keys) if keys.count(key) > 1]


def _range(key: str, asked: str) -> Axis:
    low_text, high_text, *rest = asked.split(":")
    log = bool(rest) and rest[-1] == "log"
    rest = rest[:-1] if log else rest
    kind = kind_of(key)
    if kind not in (float, int):
        raise ValueError("is no number; list its values, separated by commas")
    low, high = float(value_of(key, low_text)), float(value_of(key, high_text))
    if not low < high:
        raise ValueError("the first number must be below the second")
    if log and low <= 0:
        raise ValueError("a range with :log must lie above 0")
    meta = settings()[key].metadata
    lo, hi = meta.get("lo"), meta.get("hi")
    if (lo is not None and low < lo) or (hi is not None and high > hi):
        raise ValueError(f"must stay {limits(meta)}")
    axis = Axis(key, low=low, high=high, log=log)
    if not rest:
        return axis
    if len(rest) > 1 or not rest[0].isdecimal() or not 2 <= int(rest[0]) <= MOST_STEPS:
        raise ValueError(
            f"after the range stands a number of values from 2 to {MOST_STEPS}, or log"
        )
    return Axis(key, _spaced(axis, int(rest[0])))


def _spaced(axis: Axis, steps: int) -> tuple[Value, ...]:
    """Evenly spaced values with both ends among them."""
    share = np.linspace(0.0, 1.0, steps)
    if kind_of(axis.key) is not int:
        found = axis.at(share)
        found[0], found[-1] = axis.low, axis.high  # not a last bit beside what was asked for
        return tuple(found.tolist())
    spaced = np.geomspace if axis.log else np.linspace
    whole = np.rint(spaced(axis.low, axis.high, steps)).astype(np.int64)
    if len(np.unique(whole)) < steps:
        raise ValueError(f"holds fewer than {steps} whole numbers that far apart")
    return tuple(whole.tolist())
