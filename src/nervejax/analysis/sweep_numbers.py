"""What a run of a sweep says in one number: a value, nan for "did not happen", None for "cannot tell"."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from nervejax.analysis.summary import key
from nervejax.analysis.sweep_axes import MINUTE_S, SweepRun


@dataclass(frozen=True)
class Quantity:
    """A number of one class in a run.

    title: with its unit.  value: of a run and a class; nan = it did not happen, None = the run cannot
    tell.  never: word for nan; empty if the number is always there.
    """

    title: str
    value: Callable[[SweepRun, str], float | None]
    never: str = ""


def tested(run: SweepRun, name: str) -> float:
    """Fibres of a class that conducted before the pressure: those of which block can be told."""
    sound = _get(run, "fibres_count", name) - _get(run, "quarantined_count", name)
    found = sound * _get(run, "conducting_before_rel", name)
    return found if math.isfinite(found) else 0.0


def minutes(quantity: str) -> Callable[[SweepRun, str], float | None]:
    """A time of the summary in minutes; None where no fibre of the class conducted before."""

    def value(run: SweepRun, name: str) -> float | None:
        return _get(run, quantity, name) / MINUTE_S if tested(run, name) > 0 else None

    return value


def conducting_end(run: SweepRun, name: str) -> float | None:
    """Share of fibres conducting at the end of the episode, of those that did before."""
    share = _get(run, "conducting_end_rel", name)
    return share if tested(run, name) > 0 and math.isfinite(share) else None


def ectopic_per_fibre(run: SweepRun, name: str) -> float | None:
    """Ectopic spikes after release, estimated for all of that time, per sound fibre."""
    sound = _get(run, "fibres_count", name) - _get(run, "quarantined_count", name)
    spikes = _get(run, "ectopic_spikes_estimated_recovery_count", name)
    return spikes / sound if sound > 0 and math.isfinite(spikes) else None


def blocked_end_percent(run: SweepRun) -> float | None:
    """A fibres that do not conduct at the end of the episode, of those that did before [%]."""
    found = [(tested(run, name), conducting_end(run, name)) for name in ("abeta", "adelta")]
    known = [(count, share) for count, share in found if share is not None]
    total = sum(count for count, _ in known)
    return 100 * sum(count * (1 - share) for count, share in known) / total if total else None


def _get(run: SweepRun, quantity: str, name: str) -> float:
    return float(run.summary.get(key(quantity, name), math.nan))


ONSET = Quantity("numb from [min]", minutes("numb_onset_s"), "never numb")
BACK = Quantity("back after release [min]", minutes("recovery_s"), "not back by the end")
DOSE_RESPONSE = (
    Quantity("Half of the fibres blocked [min]", minutes("half_block_s"), "never"),
    Quantity("Back after release [min]", minutes("recovery_s"), "not back"),
    Quantity("Ectopic spikes per fibre after release", ectopic_per_fibre),
    Quantity("Conducting at the end (share)", conducting_end),
)
"""Panels of a dose-response figure, from top to bottom."""
