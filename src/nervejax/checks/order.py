"""Checks 15, 19 and 20: which fibres fail first, where along the nerve, and how length matters."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nervejax.analysis.readout import sound_fibres
from nervejax.checks.bench import Bench
from nervejax.checks.courses import (
    A_CLASSES,
    MIN,
    at_min,
    baseline_index,
    block_min,
    cnap,
    conducting,
    fall_min,
    share_percent,
    velocity_m_per_s,
)  # fmt: skip
from nervejax.checks.experiments import CRUSHED_MM, LENGTHS_MM
from nervejax.checks.ischaemia import each, each_of_longest
from nervejax.checks.reading import Check, Quantity
from nervejax.checks.spikes import spearman
from nervejax.recording.model import EpisodeRecord

GASSER, CASALE = "Gasser & Erlanger 1929", "Casale, Glynn & Buonocore 1992"
PARRY, FRUHSTORFER = "Parry, Cornblath & Brown 1985", "Fruhstorfer 1984"
YATES, FRANKENHAEUSER = "Yates, Hurst & Brown 1981", "Frankenhaeuser 1949"
FROG = "frog sciatic nerve under weights"
NEARLY_ALL, CASALE_MIN = 0.95, 28.0


def rank_by_size(record: EpisodeRecord) -> float:
    """Rank correlation of diameter and time to block over A fibres; one never blocked comes last."""
    size, time = [], []
    for name in A_CLASSES:
        fibres = record.populations[name]
        sound = sound_fibres(fibres)
        size.append(fibres.nodes["diameter_um"][sound])
        time.append(np.nan_to_num(block_min(record, name), nan=record.compression_s / MIN)[sound])
    return spearman(np.concatenate(size), np.concatenate(time))


def c_left_percent(record: EpisodeRecord) -> float:
    """C fibres that conduct when ``NEARLY_ALL`` A fibres are blocked; nan if that does not happen."""
    counts = [np.count_nonzero(sound_fibres(record.populations[n])) for n in A_CLASSES]
    both = np.average([conducting(record, n) for n in A_CLASSES], axis=0, weights=counts)
    return 100.0 * at_or_nan(
        record, conducting(record, "c"), fall_min(record, both, 1 - NEARLY_ALL)
    )


def at_or_nan(record: EpisodeRecord, course: np.ndarray, minutes: float) -> float:
    """Value of a course (T,) then; nan at no time."""
    return at_min(record, course, minutes) if np.isfinite(minutes) else np.nan


def fastest_loss_percent(record: EpisodeRecord) -> float:
    """How much slower the fastest A-beta fibre is once the CNAP is halved; nan if it never is."""
    half = fall_min(record, cnap(record))
    if not np.isfinite(half):
        return np.nan
    fibres = record.populations["abeta"]
    speed = velocity_m_per_s(fibres)[:, sound_fibres(fibres)]
    now = speed[int(np.searchsorted(record.time_s, MIN * half + 1e-6)) - 1]
    before = speed[baseline_index(record)]
    if not (np.isfinite(now).any() and np.isfinite(before).any()):
        return np.nan
    return 100.0 * (1.0 - float(np.nanmax(now) / np.nanmax(before)))


def first_sites_mm(record: EpisodeRecord, population: str = "abeta") -> np.ndarray:
    """Where the probe spike of each fibre stops when it first fails under pressure, (K,) [mm]."""
    time = block_min(record, population)
    lost = np.flatnonzero(np.isfinite(time))
    rows = np.searchsorted(record.time_s, MIN * time[lost] + 1e-6) - 1
    return np.asarray(record.populations[population].fibres["failing_site_mm"], float)[rows, lost]


def block_times_min(by_length: list[list[EpisodeRecord]]) -> np.ndarray:
    """Minutes to half the CNAP for each length, mean over seeds, (length,).

    A CNAP that lasts counts as the whole time of pressure; if it does so over the longest stretch, the
    last, nothing can be told: all nan.
    """
    halves = [[fall_min(r, cnap(r)) for r in records] for records in by_length]
    if not np.isfinite(halves[-1]).all():
        return np.full(len(halves), np.nan)
    whole = [[r.compression_s / MIN for r in records] for records in by_length]
    return np.array([
        np.mean(np.where(np.isfinite(h), h, w)) for h, w in zip(halves, whole, strict=True)
    ])  # fmt: skip


def _order(bench: Bench) -> dict[str, Any]:
    return {
        "pressure": each(bench, "pressure_only", rank_by_size),
        "c_left": each_of_longest(bench, c_left_percent),
        "c_28": each_of_longest(
            bench, lambda r: 100 * at_min(r, conducting(r, "c"), CASALE_MIN)
            if r.compression_s >= MIN * CASALE_MIN else np.nan
        ),
        "fastest": each_of_longest(bench, fastest_loss_percent),
        "within": each_of_longest(bench, rank_by_size),
    }  # fmt: skip


def _place(bench: Bench) -> dict[str, Any]:
    pressure = bench.config("cuff_150").pressure
    outer_mm = 0.5 * (pressure.length_mm + pressure.edge_mm)
    inner_mm = 0.5 * (pressure.length_mm - pressure.edge_mm)

    def sites() -> np.ndarray:
        found = [first_sites_mm(r) for r in bench.episodes("cuff_150")]
        return np.concatenate(found) - pressure.centre_mm

    def at_border_or_central(site: np.ndarray) -> np.ndarray:
        return (np.abs(site) <= outer_mm) & ((site <= 0) | (np.abs(site) >= inner_mm))

    return {
        "under": lambda: share_percent(np.abs(sites()) <= outer_mm),
        "proximal": lambda: share_percent(at_border_or_central(sites())),
        "site": sites,
    }


def _length(bench: Bench) -> dict[str, Any]:
    def times(names: list[str]) -> Callable[[], np.ndarray]:
        return lambda: block_times_min([bench.episodes(name) for name in names])

    leak = times([f"length_{mm}" for mm in LENGTHS_MM])
    tight = times([f"length_{mm}_no_leak" for mm in LENGTHS_MM])
    crushed = times([f"crushed_{mm}" for mm in CRUSHED_MM])
    return {
        "falls": lambda: leak()[0] / leak()[-1],
        "saturates": lambda: leak()[-2] / leak()[-1],
        "tight": lambda: 100.0 * (tight().max() / tight().min() - 1.0),
        "short": lambda: crushed()[0] / crushed()[1],
        "long": lambda: crushed()[1] / crushed()[2],
    }


CHECK_15 = Check(
    {
        "falls": Quantity(
            "time to half the CNAP, 2 mm without blood over 32 mm", "1", 1.1, np.inf, FRANKENHAEUSER
        ),
        "saturates": Quantity("the same, 16 mm over 32 mm", "1", 0.9, 1.1, FRANKENHAEUSER),
        "tight": Quantity(
            "spread over these lengths without leak of oxygen", "%", 0, 10, FRANKENHAEUSER,
            why="over 2 and 4 mm the few starved nodes are driven through from both sides, leak "
                "or not",
        ),
        "short": Quantity(
            "time to half the CNAP, 4 mm under pressure over 8 mm", "1", 1.5, np.inf, FROG, hard=False,
            why="deformation is by place; a short stretch has as many opened internodes at its "
                "edges",
        ),
        "long": Quantity("the same, 8 mm over 16 mm", "1", 0.85, 1.15, FROG, hard=False),
    },
    _length,
    experiments=(
        *(f"length_{mm}" for mm in LENGTHS_MM), *(f"length_{mm}_no_leak" for mm in LENGTHS_MM),
        *(f"crushed_{mm}" for mm in CRUSHED_MM),
    ),
)  # fmt: skip
CHECK_19 = Check(
    {
        "pressure": Quantity(
            "rank correlation of diameter and time to block by deformation, A fibres", "1", -1, -0.4,
            GASSER, judged="mean",
        ),
        "c_left": Quantity(
            f"C fibres that conduct when {100 * NEARLY_ALL:g} % of the A fibres do not", "%", 70, 100,
            f"{CASALE}; {FRUHSTORFER}", judged="mean", fitted="energy_c of literature",
            why="A-delta fibres of the roomiest fascicle still conduct after 40 min, so that "
                "there is no such moment",
        ),
        "c_28": Quantity(
            f"C fibres that conduct at {CASALE_MIN:g} min", "%", 70, 100, CASALE, judged="mean",
            fitted="energy_c of literature",
        ),
        "fastest": Quantity(
            "the fastest conducting A-beta slower at half the CNAP by", "%", -5, 20, PARRY,
            judged="mean",
            why="fibres of a fascicle are slowed by potassium and acid long before they block",
        ),
        "within": Quantity(
            "rank correlation of diameter and time to block by ischaemia, A fibres", "1", -0.4, 1,
            PARRY, hard=False, judged="mean",
            why="small A-beta fibres have less axoplasm for the same nodes and run down sooner, "
                "A-delta fibres lose less of their pump; in rats slower fibres fail first",
        ),
    },
    _order,
    experiments=("pressure_only", "ischaemia_40"), quick_experiments=("ischaemia_20",), quick=True,
)  # fmt: skip
CHECK_20 = Check(
    {
        "under": Quantity(
            "first failing sites that lie under the cuff", "%", 95, 100, YATES,
            why="the probe spike starts in the nerve beyond the cuff, which is starved as well and fails "
            "no later than the nerve under it",
        ),
        "proximal": Quantity(
            "first failing sites in its central half or at a border", "%", 50, 100, YATES,
            why="as above: the spike does not get as far as the cuff",
        ),
        "site": Quantity("first failing sites from the middle of the cuff", "mm", source=YATES),
        "skin": Quantity(
            "sensation of distal skin lost before that of proximal skin by", "min", 2, 10,
            FRANKENHAEUSER,
            absent="the model ends with the stretch of nerve; it has no skin",
        ),
    },
    _place,
    experiments=("cuff_150",),
)  # fmt: skip
