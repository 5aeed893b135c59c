"""Virtual nerve-excitability test: what a threshold tracker finds at the instants that were asked for.

``episode.excitability.full_test`` measured it on forks at the middle node. Differences from a clinic:
the current goes into one node and not through skin, so the strength-duration time constant is shorter
and a polarising current acts on a shorter stretch; the threshold is that of one fibre, here as the
median over a class, and not of a share of a compound potential.
"""

from dataclasses import dataclass

import numpy as np

from nervejax.analysis.readout import CLASS_LABELS, sound_fibres
from nervejax.errors import NervejaxError
from nervejax.recording.model import EpisodeRecord

HOW_TO_GET_ONE = "instruments.excitability_at_s=[-5,600]"
"""An override that makes a run hold tests."""
SHARE_NEEDED = 0.5
"""A median is given where at least so many fibres have a number: fewer do not stand for the class."""


@dataclass(frozen=True)
class Healthy:
    """What people have, one range: over these ms, between these values (percent), who and how."""

    over_ms: tuple[float, float]
    between: tuple[float, float]
    words: str


TIME_CONSTANT_US = (483.0, 847.0)
TIME_CONSTANT_WORDS = "people, sensory: 665 ± 182 µs (Mogyoros et al. 1996)"
"""Human median nerve through the skin, mean and SD: Mogyoros, Kiernan & Burke 1996, Brain 119:439."""
RECOVERY = (
    Healthy((4.0, 8.0), (-25.0, -12.0), "people, sensory (Kiernan et al. 2001, recalled)"),
    Healthy((25.0, 50.0), (4.0, 12.0), ""),
)
"""Human median nerve: Kiernan et al. 2001, Muscle Nerve 24:883; recalled, not read again."""
ELECTROTONUS = (Healthy((10.0, 20.0), (66.6, 70.2), "people, motor, +40 % (Kwai et al. 2016)"),)
"""Motor axons, 68.4 %, 2 SEM either side: Kwai et al. 2016, PLoS ONE 11:e0153389. No figures for sensory
axons, and none for hyperpolarising currents, are at hand."""


@dataclass(frozen=True)
class Curve:
    """Median over fibres and its middle half, (I instants, ..., K points); nan where too few have one."""

    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class ExcitabilityStudy:
    """One class at I instants. excitable: (I,) fibres whose threshold was found, of ``fibres``.

    charge_rel: (I, W) over ``width_ms``, threshold charge over the rheobase [ms]: width + time constant.
    time_constant_us, rheobase_nA: (I,).  recovery_percent: (I, K) over ``interval_ms``, threshold change.
    electrotonus_percent: (I, C, D) over ``current_rel`` and ``delay_ms``, threshold reduction.
    """

    population: str
    instant_s: np.ndarray
    fibres: int
    excitable: np.ndarray
    width_ms: np.ndarray
    charge_rel: Curve
    time_constant_us: Curve
    rheobase_nA: Curve
    interval_ms: np.ndarray
    recovery_percent: Curve
    current_rel: np.ndarray
    delay_ms: np.ndarray
    electrotonus_percent: Curve


def excitability_study(
    record: EpisodeRecord, population: str, at_min: list[float] | None = None
) -> ExcitabilityStudy:
    """Medians of the tests of a class; quarantined fibres are left out.

    Args:
        at_min: limb times [min] of which the nearest tests are taken; None: all.

    Raises:
        NervejaxError: the episode holds no test of this class; says how to get one.
    """
    held = record.populations[population]
    test = held.excitability
    label = CLASS_LABELS.get(population, population)
    if test is None:
        why = "the test is for A fibres" if population == "c" else f"run with {HOW_TO_GET_ONE}"
        raise NervejaxError(f"the episode holds no excitability test of {label} fibres: {why}")
    instant = np.asarray(test.instant_s, dtype=float)
    which = np.arange(len(instant))
    if at_min is not None:
        which = np.unique([int(np.argmin(np.abs(instant - 60.0 * t))) for t in at_min])
    sound = sound_fibres(held)

    def curve(values: np.ndarray) -> Curve:
        return _over_fibres(np.asarray(values, dtype=float)[which][..., sound])

    width = np.asarray(test.width_ms, dtype=float)
    rheobase = np.asarray(test.rheobase_nA, dtype=float)
    charge = width[:, None] * np.asarray(test.threshold_nA, dtype=float) / rheobase[:, None]
    found = np.isfinite(np.asarray(test.threshold_nA)[which][:, 0][:, sound])
    return ExcitabilityStudy(
        population, instant[which], int(sound.sum()), found.sum(axis=1), width, curve(charge),
        curve(test.strength_duration_us), curve(rheobase), np.asarray(test.interval_ms, dtype=float),
        curve(100.0 * np.asarray(test.recovery_change_rel)),
        np.asarray(test.current_rel, dtype=float), np.asarray(test.delay_ms, dtype=float),
        curve(100.0 * np.asarray(test.electrotonus_reduction_rel)),
    )  # fmt: skip


def _over_fibres(values: np.ndarray) -> Curve:
    """Median and quartiles over the last axis, nan where fewer than ``SHARE_NEEDED`` are finite."""
    known = np.isfinite(values)
    enough = known.mean(axis=-1) >= SHARE_NEEDED if values.shape[-1] else known.any(axis=-1)
    out = np.full((3, *values.shape[:-1]), np.nan)
    if enough.any():
        out[:, enough] = np.nanpercentile(values[enough], (50, 25, 75), axis=-1)
    return Curve(*out)


def tables(
    record: EpisodeRecord, found: ExcitabilityStudy
) -> dict[str, tuple[list[str], list[list[float | str]]]]:
    """Every fibre of these tests, name -> (columns, rows), one row per number of a fibre."""
    held = record.populations[found.population]
    test = held.excitability
    assert test is not None
    rows: dict[str, list[list[float | str]]] = {
        "thresholds": [],
        "recovery": [],
        "electrotonus": [],
    }
    for i in np.flatnonzero(np.isin(test.instant_s, found.instant_s)):
        at = float(test.instant_s[i])
        for f in np.flatnonzero(sound_fibres(held)):
            rows["thresholds"] += [
                [at, int(f), float(w), float(v)]
                for w, v in zip(test.width_ms, test.threshold_nA[i, :, f], strict=True)
            ]
            rows["recovery"] += [
                [at, int(f), float(t), float(v)]
                for t, v in zip(test.interval_ms, test.recovery_change_rel[i, :, f], strict=True)
            ]
            rows["electrotonus"] += [
                [at, int(f), float(c), float(d), float(test.electrotonus_reduction_rel[i, j, k, f])]
                for j, c in enumerate(test.current_rel)
                for k, d in enumerate(test.delay_ms)
            ]
    first = ["instant_s", "fibre"]
    columns = {
        "thresholds": [*first, "width_ms", "threshold_nA"],
        "recovery": [*first, "interval_ms", "threshold_change_rel"],
        "electrotonus": [*first, "current_rel", "delay_ms", "threshold_reduction_rel"],
    }
    return {name: (columns[name], rows[name]) for name in rows}
