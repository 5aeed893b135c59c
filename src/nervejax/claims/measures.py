"""What several claims read from an episode, each once."""

from collections.abc import Callable

import numpy as np

from nervejax.analysis.bodymap import turns
from nervejax.analysis.discharge import ectopic_discharge, observed_s
from nervejax.analysis.readout import CLASS_LABELS, conducts, sound_fibres
from nervejax.checks.bench import Bench
from nervejax.checks.courses import MIN, baseline_index, conducting, fall_min
from nervejax.claims.claim import Course
from nervejax.claims.experiments import kept
from nervejax.recording.model import CLASSES, EpisodeRecord, FibreRecord

Value = Callable[[EpisodeRecord], float]


def values(bench: Bench, experiment: str, value: Value) -> np.ndarray:
    """One number from every episode of an experiment, (K,); nan for one that a quick run leaves out."""
    if not kept([experiment], bench.quick):
        return np.array([np.nan])
    return np.array([value(record) for record in bench.episodes(experiment)])


def half_min(record: EpisodeRecord, population: str = "abeta") -> float:
    """Minutes of pressure until half of a class does not conduct; inf if that never happens."""
    found = fall_min(record, conducting(record, population))
    return found if np.isfinite(found) else np.inf


def under_pressure(record: EpisodeRecord) -> np.ndarray:
    """Slow steps under pressure, (T,) bool."""
    return (record.time_s >= 0) & (record.time_s < record.compression_s)


def freed(record: EpisodeRecord, minutes: float = np.inf) -> np.ndarray:
    """Slow steps in the minutes after release, (T,) bool."""
    since = record.time_s - record.compression_s
    return (since >= 0) & (since < MIN * minutes)


def alive(population: FibreRecord) -> np.ndarray:
    """Fibres that are neither quarantined nor assumed to be lost beforehand, (F,) bool."""
    lost = population.nodes.get("lost", np.zeros(len(sound_fibres(population))))
    return sound_fibres(population) & ~(np.asarray(lost) > 0)


def return_min(record: EpisodeRecord, population: str) -> np.ndarray:
    """Minutes after release until each fibre that was lost under pressure conducts again, (K,).

    inf for one that does not; empty where none was lost.
    """
    when = turns(record, population)
    back = when.back_s[np.isfinite(when.lost_s)] / MIN
    return np.where(np.isfinite(back), back, np.inf)


def median_state(record: EpisodeRecord, name: str, population: str = "abeta") -> np.ndarray:
    """Median over sound fibres of a slow state at the middle of the stretch, (T,)."""
    fibres = record.populations[population]
    return np.median(np.asarray(fibres.states[name], float)[:, alive(fibres)], axis=1)


def at_end_of_pressure(record: EpisodeRecord, course: np.ndarray) -> float:
    """Value of a course (T,) at the last slow step under pressure."""
    return float(course[under_pressure(record)][-1])


def over_rest(record: EpisodeRecord, course: np.ndarray) -> float:
    """Value at the end of the pressure over that at the end of the baseline."""
    return at_end_of_pressure(record, course) / float(course[baseline_index(record)])


def ghost_hz(record: EpisodeRecord) -> float:
    """Spikes without a stimulus per fibre and second that was stepped in full, over all classes."""
    end_s = record.compression_s + record.recovery_s
    spikes, watched = 0, 0.0
    for fibres in record.populations.values():
        sound = int(sound_fibres(fibres).sum())
        spikes += len(ectopic_discharge(fibres).time_s)
        watched += sound * observed_s(fibres, -np.inf, end_s)
    return spikes / watched if watched else np.nan


def conduction_courses(bench: Bench, *named: tuple[str, str]) -> list[Course]:
    """Share of A-beta fibres that conduct in the first episode of experiments (name, label)."""
    labels = dict(named)
    out = []
    for experiment in kept(labels, bench.quick):
        record = bench.episodes(experiment)[0]
        out.append((labels[experiment], record.time_s / MIN, conducting(record)))
    return out


def class_courses(record: EpisodeRecord, course: Callable[[str], np.ndarray]) -> list[Course]:
    """The same course (T,) of every class that has fibres."""
    return [
        (CLASS_LABELS[n], record.time_s / MIN, course(n))
        for n in CLASSES
        if n in record.populations and conducts(record.populations[n]).shape[1]
    ]
