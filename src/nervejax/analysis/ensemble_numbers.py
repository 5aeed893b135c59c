"""What of an ensemble is worth a picture: outcomes that differ, and how they go with the settings."""

from collections.abc import Mapping, Sequence

import numpy as np

from nervejax.analysis.summary import MEANING, PHASES, key
from nervejax.recording.model import CLASSES

QUANTITIES = ("half_block_s", "recovery_s", "ectopic_spikes_estimated_recovery_count")
WHOLE = ("numbness_peak_rel", "tingling_peak_rel", "pricking_peak_rel", "burning_peak_rel")
GHOSTS = (*(f"{phase}_count" for phase in PHASES), "total")
OF_ALL = (
    "baseline_duration_s", "compression_duration_s", "recovery_duration_s", "pressure_peak_mmHg",
    "quarantined_total_count", "observed_rel", "baseline_again_s", *WHOLE,
)  # fmt: skip
"""What a summary has beside the numbers of each class."""
LEAST_ROWS = 5
"""Fewer rows give no correlation."""


def usual_outcomes(names: Sequence[str]) -> list[str]:
    """Outcomes that are looked at where none are named, of those that a summary has."""
    wanted = [key(quantity, name) for name in CLASSES for quantity in QUANTITIES] + list(WHOLE)
    return [name for name in wanted if name in names]


def known_outcomes() -> list[str]:
    """Every number that the summary of an episode has."""
    ghosts = [f"ghost_spikes_{kind}{when}" for kind in ("", "estimated_") for when in GHOSTS]
    return [key(quantity, name) for name in CLASSES for quantity in MEANING] + ghosts + list(OF_ALL)


def differs(values: np.ndarray) -> bool:
    """Whether a column (N,) says anything: two values at least, or nan in some rows only."""
    values = np.asarray(values, dtype=np.float64)
    finite = values[np.isfinite(values)]
    return len(finite) > 0 and (len(finite) < len(values) or bool(np.ptp(finite) > 0))


def as_numbers(values: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """A setting (N,) as numbers, and the words that they stand for, empty where they are numbers."""
    values = np.asarray(values)
    if values.dtype.kind in "fiu":
        return values.astype(np.float64), []
    if values.dtype.kind == "b":
        return values.astype(np.float64), ["false", "true"]
    words, codes = np.unique(values.astype(str), return_inverse=True)
    return codes.astype(np.float64), [str(word) for word in words]


def ranks(values: np.ndarray) -> np.ndarray:
    """Rank of each value (N,), ties sharing the mean of theirs."""
    order = np.argsort(values, kind="stable")
    inner = np.empty(len(values))
    inner[order] = np.arange(len(values), dtype=float)
    _, group, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.bincount(group, weights=inner) / count)[group]


def rank_correlation(one: np.ndarray, other: np.ndarray) -> tuple[float, int]:
    """Spearman's coefficient over rows where both are finite, and how many these are.

    nan where one of them does not differ, or fewer than ``LEAST_ROWS`` are left.
    """
    both = np.isfinite(one) & np.isfinite(other)
    count = int(both.sum())
    if count < LEAST_ROWS:
        return float("nan"), count
    a, b = ranks(one[both]), ranks(other[both])
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan"), count
    return float(np.corrcoef(a, b)[0, 1]), count


def correlations(
    settings: Mapping[str, np.ndarray], outcomes: Mapping[str, np.ndarray]
) -> dict[str, dict[str, tuple[float, int]]]:
    """Outcome -> setting -> coefficient and rows behind it; settings that are words are left out."""
    numbers = {name: as_numbers(values) for name, values in settings.items()}
    ordered = {name: values for name, (values, words) in numbers.items() if len(words) <= 2}
    return {
        outcome: {name: rank_correlation(values, y) for name, values in ordered.items()}
        for outcome, y in outcomes.items()
    }
