"""A claim, its criteria, and the verdict that the values of several seeds give.

A value is one number per seed. Its interval is the 95 % interval of their mean (Student's t); with one
seed there is none. ``inf`` stands for what was looked for and never happened, nan for what cannot be
told, for example the order of return where nothing was lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nervejax.checks.bench import Bench
from nervejax.checks.reading import Band, NotRun
from nervejax.claims.experiments import kept

VERDICTS = ("holds", "holds in part", "refuted", "cannot be told", "not run")
T_95 = (np.nan, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
"""Student's t for 95 %, two-sided, by degrees of freedom from 0; 1.96 beyond."""
LEAST_TOLD = 0.5
"""Share of the seeds that must give a number for a criterion to be judged."""

Course = tuple[str, np.ndarray, np.ndarray]
"""Label, x and y of a curve of the figure."""


@dataclass(frozen=True)
class Criterion(Band):
    """What must lie where for the claim to hold.

    key: the claim is refuted if this alone is not met.
    """

    key: bool = False


@dataclass(frozen=True)
class Finding:
    """A criterion and its values (K,), one per seed."""

    criterion: Criterion
    values: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Values that can be told."""
        return self.values[~np.isnan(self.values)]

    @property
    def mean(self) -> float:
        """Mean over the seeds that can be told; nan of none."""
        return float(self.known.mean()) if len(self.known) else np.nan

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the mean; None with fewer than two seeds, or where some are infinite."""
        n = len(self.known)
        if n < 2 or not np.isfinite(self.known).all():
            return None
        t = T_95[n - 1] if n <= len(T_95) else 1.96
        half = t * float(self.known.std(ddof=1)) / np.sqrt(n)
        return self.mean - half, self.mean + half

    @property
    def met(self) -> bool | None:
        """Whether the mean lies in the band; None without a band or where too few seeds can tell."""
        told = len(self.known) / max(len(self.values), 1)
        if not self.criterion.banded or told < LEAST_TOLD or len(self.known) == 0:
            return None
        return self.criterion.low <= self.mean <= self.criterion.high

    @property
    def sure(self) -> bool:
        """Whether the whole interval lies on the side of the band on which the mean lies."""
        if self.interval is None or self.met is None:
            return False
        low, high = self.interval
        c = self.criterion
        inside = c.low <= low and high <= c.high
        return inside if self.met else high < c.low or low > c.high

    @property
    def text(self) -> str:
        """Value with its interval, for people."""
        if len(self.known) == 0:
            return "cannot be told"
        if np.isinf(self.known).all():
            return "never"
        shown = number(self.mean)
        if self.interval is not None:
            shown += f" ({number(self.interval[0])} to {number(self.interval[1])})"
        elif np.isinf(self.known).any():
            shown = f"never in {np.isinf(self.known).sum()} of {len(self.known)}"
        return shown


def number(value: float) -> str:
    """Three digits."""
    return f"{value:,.0f}" if 1000 <= abs(value) < np.inf else f"{value:.3g}"


def verdict(findings: list[Finding]) -> str:
    """``holds`` if every criterion is met, ``refuted`` if none is or a key one is not, else in part.

    A criterion that cannot be told keeps a claim from holding in full.
    """
    judged = [f for f in findings if f.met is not None]
    if not judged:
        return "cannot be told"
    if any(f.criterion.key and not f.met for f in judged) or not any(f.met for f in judged):
        return "refuted"
    untold = [f for f in findings if f.met is None and f.criterion.banded]
    return "holds" if all(f.met for f in judged) and not untold else "holds in part"


Measure = Callable[[Bench], Mapping[str, np.ndarray]]
Draw = Callable[[Bench], list[Course]]


@dataclass(frozen=True)
class Claim:
    """One claim of the article.

    words: what it says.  criteria: by key.  measure: values of each key, (K,) over seeds.
    experiments: episodes that it reads.  courses, axes: curves of the figure, and (x, y) labels.
    points: the curves are clouds of points.
    literature: what published measurements say about it, with source.
    """

    words: str
    criteria: dict[str, Criterion]
    measure: Measure
    experiments: tuple[str, ...]
    courses: Draw
    axes: tuple[str, str] = ("time from pressure on (min)", "share of fibres that conduct (1)")
    literature: str = ""
    points: bool = False

    def findings(self, bench: Bench) -> list[Finding]:
        """Measure every criterion, in their order; one that a quick run leaves out is all nan.

        Raises:
            NotRun: an episode is missing.
        """
        found = dict(self.measure(bench))
        out = [
            Finding(c, np.atleast_1d(np.asarray(found.pop(key), float)))
            for key, c in self.criteria.items()
        ]
        if found:
            raise KeyError(f"measured but not defined: {sorted(found)}")
        return out


@dataclass(frozen=True)
class Result:
    """A claim under one physiology: what was found in which experiments, or why nothing was."""

    claim: Claim
    experiments: tuple[str, ...]
    findings: list[Finding]
    missing: str = ""

    @property
    def verdict(self) -> str:
        """One of ``VERDICTS``."""
        return "not run" if self.missing else verdict(self.findings)


def judge(claim: Claim, bench: Bench) -> Result:
    """Measure a claim and judge it."""
    read = kept(claim.experiments, bench.quick)
    try:
        return Result(claim, read, claim.findings(bench))
    except NotRun as error:
        return Result(claim, read, [], str(error))
