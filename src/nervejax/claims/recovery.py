"""Claims on how it ends: C10, C12, C14, C15, C16."""

from collections.abc import Callable

import numpy as np

from nervejax.analysis.bodymap import travels
from nervejax.analysis.readout import conducts
from nervejax.analysis.summary import QUIET_S
from nervejax.analysis.travel import STAYS, TOWARDS_PERIPHERY, UNKNOWN, Travel
from nervejax.checks.bench import Bench
from nervejax.checks.courses import A_CLASSES, MIN, cnap, conducting
from nervejax.checks.discharge import after
from nervejax.claims.claim import Claim, Course, Criterion
from nervejax.claims.experiments import MINUTES
from nervejax.claims.measures import (
    alive,
    class_courses,
    conduction_courses,
    freed,
    return_min,
    values,
)
from nervejax.recording.model import EpisodeRecord

LASTING = ("herniated_disc", "bone_spur", "diabetic_neuropathy", "vascular_insufficiency")


def _is(travel: Travel, so: bool) -> float:
    """1 if it is so, else 0; nan where the travel cannot be measured."""
    return np.nan if travel.direction == UNKNOWN else float(so)


def _crawl(bench: Bench) -> dict[str, np.ndarray]:
    found: dict[str, list[float]] = {
        key: [] for key in ("felt", "source", "far", "speed", "return")
    }
    for record in bench.episodes("leg"):
        moved = travels(record)
        felt, back = moved["source_projected"], moved["recovery_projected"]
        found["felt"].append(_is(felt, felt.direction != STAYS))
        found["source"].append(_is(moved["source"], moved["source"].direction != STAYS))
        found["far"].append(_is(back, back.direction == TOWARDS_PERIPHERY))
        found["speed"].append(felt.speed_mm_per_min)
        found["return"].append(back.speed_mm_per_min)
    return {key: np.array(values) for key, values in found.items()}


def _origins(bench: Bench) -> list[Course]:
    record = bench.episodes("leg")[0]
    found = after(record)
    since = (found.time_s - record.compression_s) / MIN
    return [("A-beta ectopic spikes", since, found.origin_mm)]


def _median_return(record: EpisodeRecord, name: str) -> float:
    back = return_min(record, name)
    return float(np.median(back)) if len(back) else np.nan


def _first_back(bench: Bench) -> dict[str, np.ndarray]:
    def later(name: str) -> Callable[[EpisodeRecord], float]:
        return lambda r: _median_return(r, name) - _median_return(r, "abeta")

    return {name: values(bench, "leg", later(name)) for name in ("adelta", "c")}


def _back_min(record: EpisodeRecord) -> float:
    """Minutes after release until 95 % of the CNAP of before; inf if not in the episode."""
    course = cnap(record)[freed(record)]
    below = np.flatnonzero(course < 0.95)
    if not len(below):
        return 0.0
    since = record.time_s[freed(record)] - record.compression_s
    return float(np.append(since, np.inf)[below[-1] + 1]) / MIN


def _last_spike_min(record: EpisodeRecord) -> float:
    found = after(record, np.inf)
    if not len(found.time_s):
        return 0.0
    last = (float(found.time_s.max()) - record.compression_s) / MIN
    return last if last <= (record.recovery_s - QUIET_S) / MIN else np.inf


def _lost_at_end(record: EpisodeRecord) -> float:
    return 1.0 - float(cnap(record)[-1])


def _settled(bench: Bench) -> dict[str, np.ndarray]:
    return {
        "back": values(bench, "leg", _back_min), "quiet": values(bench, "leg", _last_spike_min),
        "day": values(bench, "leg_day", _lost_at_end),
    }  # fmt: skip


def _hour(bench: Bench) -> dict[str, np.ndarray]:
    return {str(m): 1.0 - values(bench, f"leg_{m}_min", _lost_at_end) for m in MINUTES}


def _impaired(record: EpisodeRecord) -> float:
    """Share of the A fibres, lost axons left out, that do not conduct at the end."""
    down, count = 0, 0
    for name in A_CLASSES:
        fibres = record.populations[name]
        last = conducts(fibres)[-1, alive(fibres)]
        down, count = down + int((~last).sum()), count + len(last)
    return down / count if count else np.nan


def _lasting(bench: Bench) -> dict[str, np.ndarray]:
    names = ("leg_hour_later", *LASTING)
    return {name: values(bench, name, _impaired) for name in names}


C10 = Claim(
    "the sensation crawls; fibres furthest from the cell body recover last",
    {
        "felt": Criterion("nerves where what ectopic spikes are referred to moves over the skin", "1",
                          0.5),
        "source": Criterion("nerves where the place moves at which they begin", "1", 0.5),
        "far": Criterion("nerves where receptors further away come back later", "1", 0.5, key=True),
        "speed": Criterion("speed over the skin, towards the toes", "mm/min"),
        "return": Criterion("speed of return over the skin, towards the toes", "mm/min"),
    },
    _crawl,
    ("leg",), _origins, ("time from release (min)", "place of origin (mm from the central end)"),
    "Blood returns along a limb within seconds; what is felt is referred to the receptor wherever a "
    "spike begins. The model has one stretch of nerve, without a limb.",
    points=True,
)  # fmt: skip
C12 = Claim(
    "small fibres come back first; pain and temperature before touch",
    {
        "adelta": Criterion("A-delta fibres back, minus A-beta (medians of those lost)", "min",
                            high=0.0),
        "c": Criterion("C fibres back, minus A-beta", "min", high=0.0),
    },
    _first_back, ("leg",),
    lambda b: class_courses(b.episodes("leg")[0], lambda n: conducting(b.episodes("leg")[0], n)),
    literature="Unsettled; C fibres were mostly never lost (Casale, Glynn & Buonocore 1992).",
)  # fmt: skip
C14 = Claim(
    "it resolves within minutes when the pressure is removed",
    {
        "back": Criterion("95 % of the A-beta action potential back", "min", high=10.0, key=True),
        "quiet": Criterion("last ectopic A-beta spike after release", "min", high=15.0),
        "day": Criterion("action potential still lost a day later", "1", high=0.01),
    },
    _settled, ("leg", "leg_day"),
    lambda b: conduction_courses(b, ("leg", "20 min of pressure")),
    literature="Conduction is back in minutes after 10-30 min (Lindstrom, Lindblom & Brismar 1997).",
)  # fmt: skip
C15 = Claim(
    "an hour cross-legged is fine",
    {
        "60": Criterion("A-beta action potential 30 min after an hour", "1", 0.95, key=True),
        "5": Criterion("the same after 5 min", "1", 0.95),
        "180": Criterion("the same after 180 min"),
    },
    _hour, tuple(f"leg_{m}_min" for m in MINUTES),
    lambda b: conduction_courses(b, *((f"leg_{m}_min", f"{m} min") for m in MINUTES)),
    literature="An hour of pure ischaemia recovers, three hours do not (Schmelzer, Zochodne & Low 1989); "
    "hours of hard local pressure leave palsies (Rhee 2012).",
)  # fmt: skip
C16 = Claim(
    "disc, bone spur, neuropathy and poor arteries do not resolve",
    {
        "leg_hour_later": Criterion("for comparison, crossed leg: A fibres blocked an hour later", "1",
                                    high=0.05, key=True),
        **{
            name: Criterion(f"{name.replace('_', ' ')}: the same, axons assumed lost left out", "1",
                            0.05)
            for name in LASTING
        },
    },
    _lasting, ("leg_hour_later", *LASTING),
    lambda b: conduction_courses(
        b, ("leg_hour_later", "crossed leg"), *((n, n.replace("_", " ")) for n in LASTING)
    ),
    literature="Not the same thing sustained: diabetic nerve resists ischaemic block (Lindstrom, "
    "Lindblom & Brismar 1997), and demyelinated axons fire by another mechanism (Baker & Bostock 1992).",
)  # fmt: skip
