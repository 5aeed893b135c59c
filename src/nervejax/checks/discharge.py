"""Check 22: spikes that no stimulus made, after release and before it, and what they need."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nervejax.analysis.discharge import Discharge, ectopic_discharge
from nervejax.analysis.readout import sound_fibres
from nervejax.checks.bench import Bench
from nervejax.checks.courses import MIN
from nervejax.checks.ischaemia import each
from nervejax.checks.reading import Check, Quantity
from nervejax.population.classes import CLASSES
from nervejax.recording.model import EpisodeRecord

HAN, WEDDELL = "Han et al. 2008", "Weddell & Sinclair 1947"
HUTCHINSON, MOGYOROS = "Hutchinson & McClinton 1993", "Mogyoros, Bostock & Burke 2000"
FIRST, LAST = 0.05, 0.95
"""Shares of the spikes that are taken for the onset and the end."""
AFTER_MIN = 20.0
RATE_MIN = 10.0
BIN_S = 15.0
"""Width over which the rate of the population is averaged where its peak is sought."""
FITTED = (
    "shift_h_mV, shift_s_mV, g_nap_S_per_cm2, periaxonal_depth_um, tau_periaxonal_ms of the membrane; "
    "acid_rise_s, acid_washout_s, acid_block, washout_per_s, volume_ratio, volume_spread, "
    "anaerobic_spread of both calibrations"
)
ABLATED = {
    "no_potassium": "potassium held at rest outside the axon",
    "no_pump_current": "a pump without net current",
    "no_persistent_sodium": "no persistent sodium current",
}
ABLATION_WHY = {
    "no_pump_current": "bursts hang on potassium under the myelin and on persistent sodium; the "
    "hyperpolarising pump shortens the discharge rather than driving it (decision 009)"
}
ABLATION_FITTED = {"no_persistent_sodium": "g_nap_S_per_cm2, shift_h_mV"}


def ectopic(
    record: EpisodeRecord, start_s: float, end_s: float, population: str = "abeta"
) -> Discharge:
    """Spikes of one class without a stimulus in [start, end)."""
    return ectopic_discharge(record.populations[population]).between(start_s, end_s)


def after(
    record: EpisodeRecord, minutes: float = AFTER_MIN, population: str = "abeta"
) -> Discharge:
    """The same in the minutes after release."""
    start = record.compression_s
    return ectopic(record, start, start + MIN * minutes, population)


def spikes_per_fibre(record: EpisodeRecord, found: Discharge, population: str = "abeta") -> float:
    """Estimated number of spikes for each sound fibre; nan without fibres."""
    fibres = int(sound_fibres(record.populations[population]).sum())
    return float(found.weight.sum()) / fibres if fibres else np.nan


def time_of_share_s(found: Discharge, share: float) -> float:
    """When this share of the spikes has passed [s]; nan without spikes."""
    order = np.argsort(found.time_s, kind="stable")
    passed = np.cumsum(found.weight[order])
    if len(passed) == 0:
        return np.nan
    return float(found.time_s[order][np.searchsorted(passed, share * passed[-1] - 1e-9)])


def peak_s(found: Discharge, start_s: float, end_s: float) -> float:
    """Middle of the ``BIN_S`` with most spikes [s]; nan without spikes."""
    if len(found.time_s) == 0:
        return np.nan
    edges = np.arange(start_s, end_s + BIN_S, BIN_S)
    count, _ = np.histogram(found.time_s, edges, weights=found.weight)
    return float(edges[np.argmax(count)] + 0.5 * BIN_S)


def compressed_over_released(record: EpisodeRecord) -> float:
    """Mean rate of A-beta fibres under pressure over that in the ten minutes after it."""
    under = ectopic(record, 0.0, record.compression_s).weight.sum() / record.compression_s
    free = after(record, RATE_MIN).weight.sum() / (MIN * RATE_MIN)
    return float(under / free) if free > 0 else np.nan


def abeta_share_percent(record: EpisodeRecord) -> float:
    """Share of the spikes of a nerve after release that are A-beta; classes by their abundance."""
    spikes = {
        name: CLASSES[name].abundance
        * spikes_per_fibre(record, after(record, population=name), name)
        for name in record.populations
    }
    total = sum(spikes.values())
    return 100.0 * spikes["abeta"] / total if total > 0 else np.nan


def inside_percent(record: EpisodeRecord, centre_mm: float, reach_mm: float) -> float:
    """Share of the A-beta spikes after release that began within reach of the middle of the stretch."""
    found = after(record)
    near = np.abs(found.origin_mm - centre_mm) <= reach_mm
    total = found.weight.sum()
    return 100.0 * float(found.weight[near].sum() / total) if total > 0 else np.nan


def _after_min(value: Callable[[Discharge], float]) -> Callable[[EpisodeRecord], float]:
    return lambda r: (value(after(r)) - r.compression_s) / MIN


def _measure(bench: Bench) -> dict[str, Any]:
    main = "ischaemia_20"
    pressure = bench.config(main).pressure
    reach_mm = 0.5 * (pressure.length_mm + pressure.edge_mm)

    def count(name: str) -> np.ndarray:
        return np.array([spikes_per_fibre(r, after(r)) for r in bench.episodes(name)])

    def ratio(less: str, more: str) -> Callable[[], float]:
        def read() -> float:
            a, b = count(less).mean(), count(more).mean()
            return float(a / b) if b > 0 else np.nan

        return read

    def fall_percent(name: str) -> Callable[[], np.ndarray]:
        def read() -> np.ndarray:
            whole, without = count(main), count(name)
            return np.where(whole > 0, 100 * (1 - without / np.maximum(whole, 1e-12)), np.nan)

        return read

    def peak(found: Discharge) -> float:
        return peak_s(found, 0.0, found.time_s[-1] + BIN_S) if len(found.time_s) else np.nan

    return {
        "early": each(
            bench, main,
            lambda r: time_of_share_s(ectopic(r, 0.0, r.compression_s), FIRST) / MIN,
        ),
        "small": each(bench, main, compressed_over_released),
        "count": lambda: count(main),
        "onset": each(bench, main, _after_min(lambda d: time_of_share_s(d, FIRST))),
        "peak": each(bench, main, _after_min(peak)),
        "end": each(bench, main, _after_min(lambda d: time_of_share_s(d, LAST))),
        "grows_5": ratio("ischaemia_5", "ischaemia_10"),
        "grows_10": ratio("ischaemia_10", "ischaemia_20"),
        "abeta": each(bench, main, abeta_share_percent),
        "c": each(bench, main, lambda r: spikes_per_fibre(r, after(r, population="c"), "c")),
        "origin": each(bench, main, lambda r: inside_percent(r, pressure.centre_mm, reach_mm)),
        **{name: fall_percent(name) for name in ABLATED},
    }  # fmt: skip


CHECK = Check(
    {
        "early": Quantity(
            "first of the spikes under pressure (5 % of them)", "min", 0.5, 3, WEDDELL, judged="mean",
            why="the first spikes come within a minute where there are any; deep block adds "
                "some in its last minutes",
        ),
        "small": Quantity(
            "A-beta rate under pressure over that in 10 min after it", "1", 0, 0.2, HAN, judged="mean",
            fitted=FITTED,
            why="in the last minutes of ischaemia the borders of the blocked stretch fire; more "
                "acid silences them and the fall of the threshold (check 18) with them (decision 009)",
        ),
        "count": Quantity("spikes of an A-beta fibre in 20 min after 20 min", "1", source=HAN),
        "onset": Quantity(
            "onset of them after release (5 % of them)", "min", 0.2, 2, HUTCHINSON, judged="mean",
            fitted=FITTED,
        ),
        "peak": Quantity("their peak", "min", 1, 5, HUTCHINSON, judged="mean"),
        "end": Quantity(
            "their end (95 % of them)", "min", 5, 20, HAN, judged="mean", fitted=FITTED,
            why="the store under the myelin is empty by then but in the tightest fascicle; slower "
                "stores took potassium away from the drive (decisions 008, 009)",
        ),
        "grows_5": Quantity("spikes after 5 min over those after 10 min", "1", 0, 0.99, HAN),
        "grows_10": Quantity("spikes after 10 min over those after 20 min", "1", 0, 0.99, HAN),
        "abeta": Quantity(
            "of the spikes of a nerve A-beta", "%", 80, 100, WEDDELL, hard=False, judged="mean",
            why="in the tightest fascicle A-delta fibres fire as well, and there are more of them",
        ),
        "c": Quantity(
            "spikes of a C fibre in 20 min after release", "1", 0, 1, WEDDELL, hard=False,
            judged="mean",
        ),
        "origin": Quantity(
            "A-beta spikes that begin in the ischaemic stretch", "%", 80, 100, WEDDELL, judged="mean",
            why="some of the fibres fire from the perfused nodes just beyond the edge, driven "
                "by the depolarised stretch",
        ),
        "both_ways": Quantity(
            "spikes that run both ways", "%", source=MOGYOROS,
            absent="spikes are recorded at the central end only",
        ),
        **{
            name: Quantity(
                f"spikes fewer with {words} by", "%", 80, 100, MOGYOROS, judged="mean",
                fitted=ABLATION_FITTED.get(name, ""), why=ABLATION_WHY.get(name, ""),
            )
            for name, words in ABLATED.items()
        },
    },
    _measure,
    experiments=(
        "ischaemia_5", "ischaemia_10", "ischaemia_20", *ABLATED,
    ),
    quick_experiments=("ischaemia_20",), quick=True,
)  # fmt: skip
