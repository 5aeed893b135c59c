"""Claims on the axon itself: C2, C4, C8."""

import numpy as np

from nervejax.checks.bench import Bench
from nervejax.checks.courses import MIN, baseline_index
from nervejax.claims.claim import Claim, Course, Criterion
from nervejax.claims.measures import (
    alive,
    at_end_of_pressure,
    freed,
    median_state,
    over_rest,
    values,
)
from nervejax.fibre.measure import measure_fibres
from nervejax.recording.model import EpisodeRecord

EQUAL_UM = 3.0
"""Diameter at which a myelinated and an unmyelinated fibre are compared: both models hold there."""
RT_F_MV = 26.7
"""At 37 degC."""
WRONG_REL, HALF_REL = 0.2, 0.5


def _speed(bench: Bench, kind: str) -> float:
    def measure() -> float:
        bench.say(f"velocity of a fibre of {EQUAL_UM:g} um, membrane of {kind}")
        found = measure_fibres(kind, [EQUAL_UM], measures=("spike",))
        return float(found["conduction_velocity_m_per_s"][0])

    return bench.once(f"velocity {kind}", measure)


def _mean_speed(record: EpisodeRecord, kind: str) -> float:
    return float(np.nanmean(record.populations[kind].nodes["conduction_velocity_m_per_s"]))


def _faster(bench: Bench) -> dict[str, np.ndarray]:
    return {
        "equal": np.array([_speed(bench, "adelta") / _speed(bench, "c")]),
        "nerve": values(
            bench, "healthy", lambda r: _mean_speed(r, "abeta") / _mean_speed(r, "c")
        ),
    }  # fmt: skip


def _speeds(bench: Bench) -> list[Course]:
    record = bench.episodes("healthy")[0]
    return [
        (label, f.nodes["diameter_um"], f.nodes["conduction_velocity_m_per_s"])
        for name, label in (("abeta", "A-beta"), ("adelta", "A-delta"), ("c", "C"))
        for f in [record.populations[name]]
    ]


def _nernst_shift_mV(record: EpisodeRecord) -> float:
    return RT_F_MV * float(np.log(over_rest(record, median_state(record, "k_endoneurial_mM"))))


def _starved(bench: Bench) -> dict[str, np.ndarray]:
    def ratio(name: str) -> np.ndarray:
        return values(bench, "leg", lambda r: over_rest(r, median_state(r, name)))

    return {
        "energy": ratio("energy_rel"),
        "pump": values(bench, "leg", lambda r: at_end_of_pressure(r, median_state(r, "pump_rel"))),
        "sodium": ratio("na_i_mM"),
        "potassium": ratio("k_endoneurial_mM"),
        "nernst": values(bench, "leg", _nernst_shift_mV),
    }


def _starved_courses(bench: Bench) -> list[Course]:
    record = bench.episodes("leg")[0]
    named = {
        "energy": "energy_rel", "pump": "pump_rel", "sodium inside": "na_i_mM",
        "potassium outside": "k_endoneurial_mM",
    }  # fmt: skip
    before = baseline_index(record)
    return [
        (label, record.time_s / MIN, course / course[before])
        for label, name in named.items()
        for course in [median_state(record, name)]
    ]


def _thresholds(record: EpisodeRecord) -> np.ndarray:
    """Threshold over rest of the A-beta fibres after release, (steps, F); nan while not excitable."""
    fibres = record.populations["abeta"]
    ratio = np.asarray(fibres.fibres["threshold_ratio"], float)
    return ratio[freed(record)][:, alive(fibres)]


def _deviation(record: EpisodeRecord) -> float:
    """Largest deviation from rest after release, median fibre."""
    off = np.abs(_thresholds(record) - 1.0)
    told = np.isfinite(off).any(0)
    return float(np.median(np.nanmax(off[:, told], axis=0))) if told.any() else np.nan


def _answer_half(record: EpisodeRecord) -> float:
    """Share of the A-beta fibres that at some time after release answer half of their threshold."""
    ratio = _thresholds(record)
    return float((np.nan_to_num(ratio, nan=np.inf) <= HALF_REL).any(0).mean())


def _threshold_courses(bench: Bench) -> list[Course]:
    record = bench.episodes("leg")[0]
    fibres = record.populations["abeta"]
    ratio = np.asarray(fibres.fibres["threshold_ratio"], float)[:, alive(fibres)]
    minutes = record.time_s / MIN
    return [(f"fibre {k}", minutes, ratio[:, k]) for k in range(ratio.shape[1])]


C2 = Claim(
    "saltatory conduction is about ten times faster than in an unmyelinated fibre",
    {
        "equal": Criterion(f"velocity with over without myelin at {EQUAL_UM:g} um", "1", 5.0, 20.0,
                           key=True),
        "nerve": Criterion("velocity of A-beta over C fibres of the nerve", "1", 5.0, 20.0),
    },
    _faster, ("healthy",), _speeds, ("diameter (um)", "velocity (m/s)"),
    "A-beta over C is some 50 in human nerves, at equal diameter 5-10.",
    points=True,
)  # fmt: skip
C4 = Claim(
    "starved of blood, the pumps and gradients run down",
    {
        "energy": Criterion("energy at the end of the pressure over rest", "1", high=0.5),
        "pump": Criterion("pump rate over rest", "1", high=0.8),
        "sodium": Criterion("sodium inside over rest", "1", 1.2),
        "potassium": Criterion("potassium outside over rest", "1", 1.5),
        "nernst": Criterion("shift of the potassium potential by it", "mV", 10.0),
    },
    _starved, ("leg",), _starved_courses, ("time from pressure on (min)", "over rest (1)"),
    "What fails first in peripheral nerve is pump and gradient, over 10-30 min; no measured "
    "concentrations in ischaemic mammalian nerve were found.",
)  # fmt: skip
C8 = Claim(
    "some fibres fire at the wrong threshold",
    {
        "off": Criterion("largest deviation of the threshold after release, median A-beta fibre", "1",
                         WRONG_REL, key=True),
        "half": Criterion("A-beta fibres that at some time answer half of their resting threshold",
                          "1", 0.1),
    },
    lambda b: {"off": values(b, "leg", _deviation), "half": values(b, "leg", _answer_half)},
    ("leg",), _threshold_courses, ("time from pressure on (min)", "threshold over rest (1)"),
    "After release thresholds are raised by 10-60 % for some 20 min (Grosskreutz et al. 1999).",
)  # fmt: skip
