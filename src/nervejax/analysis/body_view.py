"""What the skin feels over time: numbness and ectopic rates of bands of skin along the limb.

A fibre's skin is where its path from the modelled stretch (``receptor_mm``) ends; the longest path
is taken to end at the tips of the limb. Bands hold equally many A-beta fibres.
"""

from dataclasses import dataclass

import numpy as np

from nervejax.analysis.panels import SMOOTH_S, centre_index, is_pressed
from nervejax.analysis.readout import PERCEPTS, Series, conducts, ectopic_rates, sound_fibres
from nervejax.analysis.steps import step_edges
from nervejax.recording.model import CLASSES, EpisodeRecord, FibreRecord

MOMENTS = 400
"""Instants of an episode that the page holds, at even distances."""
BANDS_MOST, FIBRES_PER_BAND = 10, 2
"""Most bands of skin; fewest A-beta fibres of a band."""
SPECKS_MOST = 8
"""Specks of a class in one band when its rate is beyond all measure."""
HALF_RATE_HZ = {p.population: p.half_rate_hz for p in PERCEPTS if p.half_rate_hz}
"""Rate at which half of the specks show, per class: that of the percept it carries."""
FELT_AS = {p.population: p.name for p in PERCEPTS if p.half_rate_hz}


@dataclass(frozen=True)
class BodyCourse:
    """The limb over time: P moments, B bands from the pressed place to the tips.

    time_s: (P,), even.  edges_rel: (B + 1,) borders of the bands; 0 = pressed place, 1 = tips.
    numb_rel: (P, B) share of the A-beta fibres of a band that do not conduct, nan where it has none.
    rate_hz: class -> (P, B) ectopic rate, mean over its fibres in the band; only classes that fire.
    pressure_mmHg: (P,) in the middle of the compressed stretch.
    series: name -> (P,) ``conducting_<class>``, and the percepts by their names; nan if not known.
    """

    time_s: np.ndarray
    edges_rel: np.ndarray
    numb_rel: np.ndarray
    rate_hz: dict[str, np.ndarray]
    pressure_mmHg: np.ndarray
    series: dict[str, np.ndarray]

    def specks(self, name: str) -> np.ndarray:
        """How many specks of a class each band shows, (P, B) int; at least one where it fires."""
        rate = self.rate_hz[name]
        return np.ceil(SPECKS_MOST * rate / (rate + HALF_RATE_HZ[name]) - 1e-9).astype(int)

    def at(self, time_s: float) -> int:
        """Index of the moment nearest to a limb time [s]."""
        return int(np.argmin(np.abs(self.time_s - time_s)))


def body_course(record: EpisodeRecord, series: Series) -> BodyCourse | None:
    """Follow the skin of an episode.

    Args:
        record: One episode.
        series: Its ``readout``, each (T,).

    Returns:
        None where no sound fibre has a stored ``receptor_mm``.
    """
    paths = {n: _paths_mm(p) for n, p in record.populations.items()}
    known = np.concatenate([p[np.isfinite(p)] for p in paths.values()] or [np.zeros(0)])
    if not len(known):
        return None
    edges_mm = _edges_mm(paths.get("abeta", np.zeros(0)), known)
    ends = step_edges(record)
    borders = np.linspace(ends[0], ends[-1], MOMENTS + 1)
    time_s = 0.5 * (borders[1:] + borders[:-1])
    step = np.clip(np.searchsorted(record.time_s, time_s, side="right") - 1, 0, None)
    bands = len(edges_mm) - 1
    numb, rate_hz = np.full((MOMENTS, bands), np.nan), {}
    for name, population in record.populations.items():
        band = np.clip(np.searchsorted(edges_mm, paths[name], side="right") - 1, 0, bands - 1)
        mine = [np.isfinite(paths[name]) & (band == b) for b in range(bands)]
        if name == "abeta":
            for b, whose in enumerate(mine):
                if whose.any():
                    numb[:, b] = 1 - conducts(population)[:, whose].mean(axis=1)[step]
        rates = ectopic_rates(population)
        if rates[:, np.isfinite(paths[name])].any():
            columns = [rates[:, w].mean(axis=1) if w.any() else 0 * ends[:-1] for w in mine]
            rate_hz[name] = np.stack([_smooth(ends, time_s, c) for c in columns], axis=1)
    pressure = np.asarray(record.tissue["pressure_mmHg"])[:, centre_index(record)]
    told = {f"conducting_{n}": series[f"conducting_fraction_{n}_rel"][step] for n in CLASSES}
    told |= {"numbness": series["numbness_rel"][step]}
    for percept in PERCEPTS:
        if percept.half_rate_hz:
            told[percept.name] = _smooth(ends, time_s, series[f"{percept.name}_rel"])
    return BodyCourse(time_s, edges_mm / known.max(), numb, rate_hz, pressure[step], told)


def moments(record: EpisodeRecord) -> list[tuple[str, float]]:
    """Six instants that tell the story: label and limb time [s].

    Before, half of the pressure, its end, then 1, 3 and 10 min after release or, where the episode
    is shorter, parts of what it has. Without pressure: even distances.
    """
    start_s, end_s = float(record.time_s[0]), float(step_edges(record)[-1])
    if not is_pressed(record):
        times = start_s + (end_s - start_s) * (np.arange(6) + 0.5) / 6
        return [(f"{time_s / 60:.1f} min", float(time_s)) for time_s in times]
    before_release = float(record.time_s[record.time_s < record.compression_s][-1])
    told = [
        ("before", min(start_s, 0.0)),
        (f"{_minutes(record.compression_s / 2)} pressed", record.compression_s / 2),
        (f"{_minutes(record.compression_s)} pressed", before_release),
    ]
    if record.recovery_s <= 0:
        return told
    after = (60.0, 180.0, 600.0)
    if record.recovery_s < after[-1]:
        after = tuple(share * record.recovery_s for share in (0.15, 0.5, 0.97))
    return told + [(f"{_minutes(s)} after release", record.compression_s + s) for s in after]


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds % 60 == 0 else f"{seconds / 60:.1f} min"


def _paths_mm(population: FibreRecord) -> np.ndarray:
    """Path to the receptor of every fibre (F,), nan for those left out or without one."""
    sound = sound_fibres(population)
    stored = population.nodes.get("receptor_mm", np.full(len(sound), np.nan))
    return np.where(sound, np.asarray(stored, dtype=float), np.nan)


def _edges_mm(touch_mm: np.ndarray, all_mm: np.ndarray) -> np.ndarray:
    """Borders of bands with equally many touch fibres, over all receptors, (B + 1,) [mm]."""
    touch = np.sort(touch_mm[np.isfinite(touch_mm)])
    bands = int(np.clip(len(touch) // FIBRES_PER_BAND, 1, BANDS_MOST))
    first = [round(len(touch) * b / bands) for b in range(1, bands)]
    inner = [0.5 * (touch[i - 1] + touch[i]) for i in first]
    return np.array([all_mm.min(), *inner, all_mm.max()])


def _smooth(edges_s: np.ndarray, time_s: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean of (T,) values over ``SMOOTH_S``, at least one moment, around each moment, (P,)."""
    width = max(SMOOTH_S, float(time_s[1] - time_s[0]))
    area = np.concatenate([[0.0], np.cumsum(values * np.diff(edges_s))])
    start = np.clip(time_s - width / 2, edges_s[0], None)
    stop = np.clip(time_s + width / 2, None, edges_s[-1])
    return (np.interp(stop, edges_s, area) - np.interp(start, edges_s, area)) / (stop - start)
