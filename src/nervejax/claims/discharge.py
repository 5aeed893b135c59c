"""Claims on what fibres send unasked: C6, C7, C9, C13, C17."""

from dataclasses import replace

import numpy as np

from nervejax.analysis.arrivals import arrival_series, sessions
from nervejax.analysis.bursts import (
    BURST_INTERVAL_MS,
    burst_sizes,
    interval_cvs,
    median,
)
from nervejax.analysis.readout import ectopic_rates, sound_fibres
from nervejax.checks.bench import Bench
from nervejax.checks.courses import MIN, conducting
from nervejax.checks.discharge import abeta_share_percent, after, ectopic, spikes_per_fibre
from nervejax.checks.pattern import together
from nervejax.claims.claim import Claim, Course, Criterion
from nervejax.claims.measures import class_courses, freed, ghost_hz, under_pressure, values
from nervejax.recording.model import EpisodeRecord

AFTER_MIN = 10.0
STATIC_MIN = 5.0
BURST = 3
"""Spikes that make a burst; two are a doublet."""
BACK_REL = 0.9


def _rate_hz(record: EpisodeRecord) -> float:
    return spikes_per_fibre(record, after(record, AFTER_MIN)) / (MIN * AFTER_MIN)


def _firing_share(record: EpisodeRecord) -> float:
    sound = int(sound_fibres(record.populations["abeta"]).sum())
    return len(np.unique(after(record, AFTER_MIN).fibre)) / sound if sound else np.nan


def _irregular(bench: Bench) -> dict[str, np.ndarray]:
    return {
        "rate": values(bench, "leg", _rate_hz),
        "fibres": values(bench, "leg", _firing_share),
        "cv": values(bench, "leg", lambda r: median(interval_cvs(after(r)))),
        "together": values(bench, "leg", together),
    }


def _bursting_share(record: EpisodeRecord) -> float:
    """Share of the A-beta fibres with a burst of at least ``BURST`` spikes after release."""
    found, count = after(record), int(sound_fibres(record.populations["abeta"]).sum())
    bursting = 0
    for fibre in np.unique(found.interval_fibre):
        mine = found.interval_fibre == fibre
        own = replace(
            found, interval_ms=found.interval_ms[mine], interval_fibre=found.interval_fibre[mine],
            interval_start_s=found.interval_start_s[mine],
        )  # fmt: skip
        bursting += bool(np.any(burst_sizes(own) >= BURST))
    return bursting / count if count else np.nan


def _burst_hz(record: EpisodeRecord) -> float:
    """Median rate inside bursts [Hz]."""
    inside = after(record).interval_ms
    inside = inside[inside <= BURST_INTERVAL_MS]
    return 1e3 / median(inside) if len(inside) else np.nan


def _bursts(bench: Bench) -> dict[str, np.ndarray]:
    return {
        "fibres": values(bench, "leg", _bursting_share),
        "size": values(bench, "leg", lambda r: median(burst_sizes(after(r)))),
        "rate": values(bench, "leg", _burst_hz),
    }


def _unasked(bench: Bench) -> dict[str, np.ndarray]:
    def before(record: EpisodeRecord) -> float:
        return spikes_per_fibre(record, ectopic(record, -np.inf, 0.0))

    return {
        "after": values(bench, "leg", lambda r: spikes_per_fibre(r, after(r, AFTER_MIN))),
        "before": values(bench, "leg", before),
        "healthy": values(bench, "healthy", ghost_hz),
    }


def _class_rates(bench: Bench) -> list[Course]:
    record = bench.episodes("leg")[0]
    return class_courses(record, lambda n: ectopic_rates(record.populations[n]).mean(1))


def _small_share(record: EpisodeRecord) -> float:
    """Share of A-delta and C fibres in what a nerve sends after release, classes by abundance."""
    return 1.0 - abeta_share_percent(record) / 100.0


def _information(record: EpisodeRecord) -> np.ndarray:
    """Information of A-beta sessions over that before the pressure, (T,); nan without sessions."""
    bits = arrival_series(record).get("information_abeta_bits_per_s")
    if bits is None:
        return np.full(len(record.time_s), np.nan)
    rest = bits[(record.time_s < 0) & np.isfinite(bits)]
    return bits / rest.mean() if len(rest) and rest.mean() > 0 else np.full(len(bits), np.nan)


def _lowest(record: EpisodeRecord, when: np.ndarray) -> float:
    found = _information(record)[when]
    return float(np.nanmin(found)) if np.isfinite(found).any() else np.nan


def _static_share(record: EpisodeRecord) -> float:
    """Share of spikes without a stimulus among those that arrive in sessions after release."""
    fibres = record.populations["abeta"]
    found = sessions(fibres)
    if found is None:
        return np.nan
    since = found.start_s - record.compression_s
    now = (since >= 0) & (since < MIN * STATIC_MIN)
    stray = found.ghosts[now].sum() + found.repeats[now].sum()
    total = stray + found.arrived[now].sum()
    return float(stray / total) if total else np.nan


def _noise(bench: Bench) -> dict[str, np.ndarray]:
    def back(record: EpisodeRecord) -> float:
        when = freed(record, AFTER_MIN) & (conducting(record) >= BACK_REL)
        return _lowest(record, when)

    return {
        "lost": values(bench, "leg", lambda r: _lowest(r, under_pressure(r))),
        "static": values(bench, "leg", _static_share),
        "back": values(bench, "leg", back),
    }


def _noise_courses(bench: Bench) -> list[Course]:
    record = bench.episodes("leg")[0]
    minutes = record.time_s / MIN
    return [
        ("information over that before", minutes, _information(record)),
        ("A-beta that conduct", minutes, conducting(record)),
    ]


RATES = ("time from pressure on (min)", "ectopic rate per fibre (Hz)")
C6 = Claim(
    "recovery is disorganised: fibres fire spontaneously and irregularly",
    {
        "rate": Criterion("ectopic rate per A-beta fibre in 10 min after release", "Hz", 0.1, key=True),
        "fibres": Criterion("A-beta fibres that fire", "1", 0.5),
        "cv": Criterion("coefficient of variation of intervals, median fibre", "1", 1.0),
        "together": Criterion("correlation of counts in 20 ms between fibres", "1", -0.1, 0.1),
    },
    _irregular, ("leg",), _class_rates, RATES,
    "Recorded from single A-beta fibres after release (Ochoa & Torebjork 1980). Not chaos: pump, raised "
    "potassium and persistent sodium (Mogyoros, Bostock & Burke 2000).",
)  # fmt: skip
C7 = Claim(
    "some fibres fire in bursts",
    {
        "fibres": Criterion(f"A-beta fibres with bursts of {BURST} spikes or more", "1", 0.1, key=True),
        "size": Criterion("spikes in a burst, median", "1", float(BURST)),
        "rate": Criterion("rate inside bursts, median", "Hz", 50.0),
    },
    _bursts, ("leg",), _class_rates, RATES,
    "Bursts in single afferents after release: Ochoa & Torebjork 1980.",
)  # fmt: skip
C9 = Claim(
    "sensation without a stimulus, which healthy tissue essentially never makes",
    {
        "after": Criterion("spikes of an A-beta fibre without a stimulus in 10 min after release", "1",
                           10.0, key=True),
        "before": Criterion("the same before the pressure", "1", high=0.0),
        "healthy": Criterion("spikes without a stimulus in the healthy nerve, per fibre", "Hz",
                             high=0.001),
    },
    _unasked, ("leg", "healthy"), _class_rates, RATES,
    "Healthy axons do it too, in hyperventilation, early ischaemia and after long trains (Mogyoros, "
    "Bostock & Burke 2000; Kiernan et al. 1997).",
)  # fmt: skip
C13 = Claim(
    "pins and needles are partly pain fibres misfiring",
    {
        "share": Criterion("A-delta and C among the ectopic spikes of the nerve after release", "1",
                           0.1, 0.9, key=True),
    },
    lambda b: {"share": values(b, "leg", _small_share)}, ("leg",), _class_rates, RATES,
    "Documented in A-beta; the reading as pain fibres is contested (Weddell & Sinclair 1947).",
)  # fmt: skip
C17 = Claim(
    "the brain's read-out is of noise: the signal drowns in static",
    {
        "lost": Criterion("information of A-beta spikes under pressure over that before, lowest", "1",
                          high=0.2),
        "static": Criterion("spikes without one of their own stimuli among those that arrive in 5 min "
                            "after release", "1", 0.5),
        "back": Criterion("information over that before, lowest once 90 % conduct again", "1",
                          high=0.8),
    },
    _noise, ("leg",), _noise_courses, ("time from pressure on (min)", "over that before (1)"),
)  # fmt: skip
