"""A quantity with its published band, what was measured of it, and the verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from nervejax.checks.bench import Bench  # needs JAX, which a worker imports only to run

Judged = Literal["each", "most", "mean"]
MOST = 0.95
"""Share of the values that must lie in a band that is the range of a sample of units."""
DIGITS = 3


TAKES_LONG = "takes more than five minutes: --slow"
NOT_QUICK = "left out of --quick"


class NotRun(Exception):
    """A reading that could not be taken, with the reason."""


@dataclass(frozen=True)
class Band:
    """A quantity and where it should lie.

    words, unit: for people, "1" for a pure number.  low, high: band, both ends in it; without one it is
    only reported.
    """

    words: str
    unit: str = "1"
    low: float = -np.inf
    high: float = np.inf

    @property
    def banded(self) -> bool:
        """Whether there is a band to judge by."""
        return bool(np.isfinite(self.low) or np.isfinite(self.high))

    @property
    def band(self) -> str:
        """The band in words; empty without one."""
        if not self.banded:
            return ""
        if self.low == self.high:
            return f"{self.low:g}"
        if not np.isfinite(self.low):
            return f"at most {self.high:g}"
        if not np.isfinite(self.high):
            return f"at least {self.low:g}"
        return f"{self.low:g} to {self.high:g}"

    @property
    def unit_text(self) -> str:
        """The unit; empty for a pure number."""
        return "" if self.unit == "1" else self.unit


@dataclass(frozen=True)
class Quantity(Band):
    """What a check reads.

    source: paper.  hard: outside the band it fails, else it warns.
    judged: against the band: each value, ``MOST`` of them, or their mean (whole-nerve recordings).
    fitted: constants that were chosen so that this comes out; then a pass shows a fit, no more.
    why: reason if it fails.  absent: why the model does not have it.  slow: only with ``--slow``.
    """

    source: str = ""
    hard: bool = True
    judged: Judged = "each"
    fitted: str = ""
    why: str = ""
    absent: str = ""
    slow: bool = False

    @property
    def band_of(self) -> str:
        """The band, and of what it is the band."""
        if not self.banded:
            return ""
        return (
            self.band + {"each": "", "most": f" ({100 * MOST:g} %)", "mean": " (mean)"}[self.judged]
        )


@dataclass(frozen=True)
class Reading:
    """A quantity and its measured values (K,); None where it was not run, with the reason."""

    quantity: Quantity
    values: np.ndarray | None = None
    missing: str = ""

    @property
    def verdict(self) -> str:
        """``pass``, ``fail``, ``warn``, ``reported``, ``not run`` or ``not modelled``."""
        q = self.quantity
        if q.absent:
            return "not modelled"
        if self.values is None:
            return "not run"
        if not q.banded:
            return "reported"
        return "pass" if self._in_band(self.values) else "fail" if q.hard else "warn"

    def _in_band(self, values: np.ndarray) -> bool:
        q = self.quantity
        if values.size == 0 or not np.all(np.isfinite(values)):
            return False
        judged = values.mean(keepdims=True) if q.judged == "mean" else values
        share = np.mean((judged >= q.low) & (judged <= q.high))
        return bool(share >= (MOST if q.judged == "most" else 1.0))

    @property
    def status(self) -> str:
        """Whether a pass means more than that something was fitted; empty without a verdict."""
        if self.verdict not in ("pass", "fail", "warn"):
            return ""
        return "calibrated" if self.quantity.fitted else "validated"

    @property
    def reason(self) -> str:
        """Why it did not pass, as far as is known; empty where there is nothing to explain."""
        q = self.quantity
        told = {"not modelled": q.absent, "not run": self.missing}
        if self.verdict in ("fail", "warn"):
            return q.why or "not explained yet"
        return told.get(self.verdict, "")

    @property
    def text(self) -> str:
        """The values: one number, or mean and range."""
        if self.values is None:
            return ""
        v = self.values[np.isfinite(self.values)]
        missing = len(self.values) - len(v)
        if len(v) == 0:
            return "not measurable"
        low, mean, high = (f"{x:.{DIGITS}g}" for x in (v.min(), v.mean(), v.max()))
        shown = mean if low == high else f"{mean} ({low} to {high})"
        return shown + (f"; {missing} of {len(self.values)} not measurable" if missing else "")


Measure = Callable[["Bench"], Mapping[str, Any]]


@dataclass(frozen=True)
class Check:
    """One numbered check: its quantities by key, and what measures them.

    measure: key -> number or values (K,), or a function without arguments that gives them and may raise
        ``NotRun``; a key may lack only if its quantity is slow or absent.
    experiments: episodes that it reads (``experiments.EXPERIMENTS``), and in a quick run.
    shared: whether it is the same under every physiology.  quick: whether a quick run has it.
    """

    quantities: dict[str, Quantity]
    measure: Measure
    experiments: tuple[str, ...] = ()
    quick_experiments: tuple[str, ...] = ()
    shared: bool = False
    quick: bool = False
    long: frozenset[str] = field(default_factory=frozenset)
    """Keys that a quick run leaves out."""

    def readings(self, bench: "Bench") -> list[Reading]:
        """Measure everything, in the order of the quantities."""
        found = dict(self.measure(bench))
        out = []
        for key, quantity in self.quantities.items():
            why = self._left_out(key, bench)
            if quantity.absent or why:
                found.pop(key, None)
                out.append(Reading(quantity, None, why))
                continue
            value = found.pop(key)
            try:
                values = np.atleast_1d(np.asarray(value() if callable(value) else value, float))
                out.append(Reading(quantity, values))
            except NotRun as error:
                out.append(Reading(quantity, None, str(error)))
        if found:
            raise KeyError(f"measured but not defined: {sorted(found)}")
        return out

    def _left_out(self, key: str, bench: "Bench") -> str:
        if self.quantities[key].slow and not bench.slow:
            return TAKES_LONG
        return NOT_QUICK if bench.quick and key in self.long else ""
