"""Claims on how sensation is lost: C1, C3, C5, C11."""

import numpy as np

from nervejax.analysis.arrivals import arrival_series, arriving_key
from nervejax.analysis.readout import conducts
from nervejax.checks.bench import Bench
from nervejax.checks.courses import MIN, conducting, healthy_conduction
from nervejax.checks.order import at_or_nan, rank_by_size
from nervejax.claims.claim import Claim, Course, Criterion
from nervejax.claims.measures import (
    class_courses,
    conduction_courses,
    half_min,
    median_state,
    under_pressure,
    values,
)
from nervejax.population.classes import CLASSES
from nervejax.recording.model import CAUSES, EpisodeRecord

BY_DEFORMATION = (CAUSES["mechanical"], CAUSES["each alone"])
LAST_MIN = 3.0
"""Test sessions of these minutes before release tell what arrives under pressure."""


def _mechanical_share(record: EpisodeRecord) -> float:
    """Blocked fibre-steps of A-beta under pressure that deformation alone would block too."""
    up, kept = healthy_conduction(record, "abeta")
    cause = np.asarray(record.populations["abeta"].fibres["cause"])[:, kept]
    blocked = ~up[under_pressure(record)]
    found = cause[under_pressure(record)][blocked]
    return float(np.isin(found, BY_DEFORMATION).mean()) if len(found) else np.nan


def _compression(bench: Bench) -> dict[str, np.ndarray]:
    alone = values(bench, "mechanical", half_min)
    blood = values(bench, "ischaemic", half_min)
    with np.errstate(invalid="ignore"):
        ratio = np.where(np.isinf(alone), 0.0, blood / alone)
    return {"alone": alone, "ratio": ratio, "share": values(bench, "leg", _mechanical_share)}


def _largest_loss(record: EpisodeRecord) -> float:
    return float(1.0 - conducting(record)[under_pressure(record)].min())


def _excitable_share(record: EpisodeRecord) -> float:
    """Of the A-beta fibres that do not conduct, those whose middle node answers a stimulus itself."""
    up, kept = healthy_conduction(record, "abeta")
    ratio = np.asarray(record.populations["abeta"].fibres["threshold_ratio"], float)[:, kept]
    blocked = ~up & under_pressure(record)[:, None]
    return float(np.isfinite(ratio[blocked]).mean()) if blocked.any() else np.nan


def _distorted(bench: Bench) -> dict[str, np.ndarray]:
    pressure = bench.config("mechanical").pressure
    reach_mm = 0.5 * pressure.length_mm + pressure.edge_mm

    def reached(record: EpisodeRecord) -> float:
        site = np.asarray(record.populations["abeta"].fibres["failing_site_mm"], float)
        site = site[under_pressure(record)]
        site = site[np.isfinite(site)]
        near = np.abs(site - pressure.centre_mm) <= reach_mm
        return float(near.mean()) if len(site) else np.nan

    return {
        "blocked": values(bench, "mechanical", _largest_loss),
        "excitable": values(bench, "mechanical", _excitable_share),
        "reached": values(bench, "mechanical", reached),
    }


def _distorted_courses(bench: Bench) -> list[Course]:
    record = bench.episodes("mechanical")[0]
    minutes = record.time_s / MIN
    opening = 1e3 * median_state(record, "opening_S_per_cm2")
    return [
        ("A-beta that conduct", minutes, conducting(record)),
        ("opening of the paranode (mS/cm2)", minutes, opening),
    ]


def _arriving(kind: str, record: EpisodeRecord) -> np.ndarray:
    """Mean share of the spikes of a class's modalities that arrive, (T,); nan without sessions."""
    series = arrival_series(record)
    keys = [arriving_key(m) for m in CLASSES[kind].modalities]
    found = [series[k] for k in keys if k in series]
    return np.mean(found, axis=0) if found else np.full(len(record.time_s), np.nan)


def _felt(kind: str, record: EpisodeRecord) -> float:
    late = under_pressure(record) & (record.time_s >= record.compression_s - MIN * LAST_MIN)
    return float(np.mean(_arriving(kind, record)[late]))


def _order(bench: Bench) -> dict[str, np.ndarray]:
    def c_left(record: EpisodeRecord) -> float:
        half = half_min(record)
        return at_or_nan(record, conducting(record, "c"), half)

    return {
        "mechanical": values(bench, "mechanical", rank_by_size),
        "ischaemic": values(bench, "ischaemic", rank_by_size),
        "c": values(bench, "leg", c_left),
    }


def _loss_by_size(bench: Bench) -> list[Course]:
    record = bench.episodes("leg")[0]
    return class_courses(record, lambda n: conducts(record.populations[n]).mean(1))


C1 = Claim(
    "compression blocks within minutes, before circulation matters",
    {
        "alone": Criterion("half of the A-beta fibres blocked by deformation alone", "min",
                           high=10.0, key=True),
        "ratio": Criterion("the same by lack of blood alone, over that", "1", 1.5),
        "share": Criterion("of the block under both, what deformation alone would do", "1", 0.5),
    },
    _compression, ("leg", "mechanical", "ischaemic"),
    lambda b: conduction_courses(
        b, ("leg", "both"), ("mechanical", "deformation alone"), ("ischaemic", "no blood alone")
    ),
    literature="Contradicted at everyday pressures: cuffs at 150 and 300 mmHg block alike (Klenerman, "
    "The Tourniquet Manual); 350 mmHg for 2 h leaves nodes normal (Pedowitz et al. 1991).",
)  # fmt: skip
C3 = Claim(
    "distorted myelin breaks the jump; the nerve is alive but cannot transmit",
    {
        "blocked": Criterion("A-beta fibres that deformation alone blocks", "1", 0.5, key=True),
        "excitable": Criterion("of these, node in the middle fires when stimulated there", "1", 0.9),
        "reached": Criterion("test spikes that get as far as the deformed stretch, and fail there",
                             "1", 0.9),
    },
    _distorted, ("mechanical",), _distorted_courses,
    ("time from pressure on (min)", "share (1), opening (mS/cm2)"),
    "Persistent block by lost or displaced myelin is classical (Ochoa, Fowler & Gilliatt 1972), but "
    "above some 350-550 mmHg and for days.",
)  # fmt: skip
C5 = Claim(
    "numbness: touch, pressure, pain and temperature are all absent",
    {
        kind: Criterion(f"{', '.join(CLASSES[kind].modalities)}: share that arrives at the end of the "
                        "pressure", "1", high=0.1)
        for kind in CLASSES
    },
    lambda b: {
        kind: values(b, "leg", lambda r, k=kind: _felt(k, r)) for kind in CLASSES
    },
    ("leg",),
    lambda b: class_courses(b.episodes("leg")[0], lambda n: _arriving(n, b.episodes("leg")[0])),
    ("time from pressure on (min)", "share of sent spikes that arrives (1)"),
    "C fibres conduct for 30-40 min under a cuff: warmth and dull pain stay (Casale, Glynn & Buonocore "
    "1992; Fruhstorfer 1984).",
)  # fmt: skip
C11 = Claim(
    "large fibres fail first",
    {
        "mechanical": Criterion("rank correlation of diameter and time to block, deformation alone",
                                "1", high=-0.4),
        "ischaemic": Criterion("the same, lack of blood alone", "1", high=-0.4),
        "c": Criterion("C fibres that conduct when half of the A-beta fibres do not", "1", 0.9),
    },
    _order, ("mechanical", "ischaemic", "leg"), _loss_by_size,
    literature="Right for pressure (Gasser & Erlanger 1929); in ischaemia weak or reversed within A "
    "fibres (Parry, Cornblath & Brown 1985), A before C is robust.",
)  # fmt: skip
