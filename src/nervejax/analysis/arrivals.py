"""What becomes of the spikes that receptors send in test sessions: arrival, ghosts, information.

Information is that between "a spike was sent" and "a spike arrived, the usual latency later" in bins
of one fibre, by counting over the fibres of a class, with the Miller-Madow correction for few
counts. Codes over several bins or fibres are not looked for.
"""

from dataclasses import dataclass

import numpy as np

from nervejax.analysis.discharge import window_of
from nervejax.analysis.readout import Series, sound_fibres
from nervejax.recording.model import ANSWER_MS, MODALITIES, EpisodeRecord, FibreRecord

BIN_MS = {"abeta": 5.0, "adelta": 10.0, "c": 30.0}
"""Width of a bin [ms]: about the shortest interval of a receptor of the class; assumed."""


@dataclass(frozen=True)
class Sessions:
    """S test sessions of one class with F fibres.

    start_s: (S,).  sent, arrived, repeats, ghosts: (S, F) spikes that came in, those of them that
    arrived at the central end, further spikes that answer one that arrived, and spikes without a
    stimulus of their fibre in the latency window (``ANSWER_MS``).  free_s: (S, F) time outside of
    such windows.  latency_ms: (F,) usual time from coming in to arriving, nan where nothing ever
    arrived.  bits_per_s: (S,) of one fibre, mean.
    """

    start_s: np.ndarray
    sent: np.ndarray
    arrived: np.ndarray
    repeats: np.ndarray
    ghosts: np.ndarray
    free_s: np.ndarray
    latency_ms: np.ndarray
    bits_per_s: np.ndarray


def sessions(population: FibreRecord) -> Sessions | None:
    """The test sessions of a class; None if there were none. Quarantined fibres sent nothing."""
    count = len(sound_fibres(population))
    keep = sound_fibres(population)[population.stimulus_fibre]
    if not keep.any():
        return None
    sent_window = window_of(population, population.stimulus_time_ms / 1e3)
    windows = np.unique(sent_window[keep])
    sent = _count(windows, sent_window[keep], population.stimulus_fibre[keep], count)

    whose, times = np.unique(
        population.spike_stimulus[population.spike_stimulus >= 0], return_counts=True
    )
    row = np.searchsorted(windows, sent_window[whose])
    arrived, repeats = np.zeros((2, len(windows), count), dtype=int)
    np.add.at(arrived, (row, population.stimulus_fibre[whose]), 1)
    np.add.at(repeats, (row, population.stimulus_fibre[whose]), times - 1)
    spike_window = window_of(population, population.spike_time_ms / 1e3)
    stray = (population.spike_stimulus < 0) & np.isin(spike_window, windows)
    ghosts = _count(windows, spike_window[stray], population.spike_fibre[stray], count)

    latency = _latency_ms(population, np.ones(len(sent_window), dtype=bool))
    bits = np.zeros(len(windows))
    if np.isfinite(latency).any():
        bits[:] = [_bits_per_s(population, sent_window, w, latency) for w in windows]
    starts = np.asarray(population.window_start_s, dtype=float)[windows]
    length_s = np.asarray(population.window_s, dtype=float)[windows]
    free_s = length_s[:, None] - _covered_s(population, sent_window, windows, starts + length_s)
    return Sessions(starts, sent, arrived, repeats, ghosts, free_s, latency, bits)


def _covered_s(
    population: FibreRecord, sent_window: np.ndarray, windows: np.ndarray, end_s: np.ndarray
) -> np.ndarray:
    """Time of each session that lies in the latency window of a stimulus, (S, F) [s]."""
    covered = np.zeros((len(windows), len(sound_fibres(population))))
    start_s = population.stimulus_time_ms / 1e3
    fibre = population.stimulus_fibre
    for row, window in enumerate(windows):
        for f in np.unique(fibre[sent_window == window]):
            mine = start_s[(sent_window == window) & (fibre == f)]
            until = np.append(mine[1:], end_s[row])
            covered[row, f] = np.minimum(until - mine, ANSWER_MS[population.name] / 1e3).sum()
    return covered


def _arrivals(population: FibreRecord) -> tuple[np.ndarray, np.ndarray]:
    """Stimuli that arrived (A,) and their time from coming in to arriving [ms], (A,)."""
    whose, first = np.unique(population.spike_stimulus, return_index=True)
    whose, first = whose[whose >= 0], first[whose >= 0]
    return whose, population.spike_time_ms[first] - population.stimulus_time_ms[whose]


def _latency_ms(population: FibreRecord, among: np.ndarray) -> np.ndarray:
    """Median time from coming in to arriving of these stimuli (K,) bool; (F,), nan where none did."""
    whose, delay = _arrivals(population)
    delay, fibre = delay[among[whose]], population.stimulus_fibre[whose][among[whose]]
    return np.array([
        np.median(delay[fibre == f]) if (fibre == f).any() else np.nan
        for f in range(len(sound_fibres(population)))
    ])  # fmt: skip


def modality_latency_ms(population: FibreRecord, start_s: np.ndarray, modality: str) -> np.ndarray:
    """Median time from coming in to arriving of a modality's spikes in each session [ms].

    Args:
        start_s: (S,) start of the sessions, from ``sessions``.  modality: of ``MODALITIES``.

    Returns:
        (S,); nan where none arrived. A spike that does not arrive has no latency, so where the slow
        fibres fail the median falls. An arrival is credited to the oldest unclaimed stimulus, so after
        a lost one it may count as one interval of the train late.
    """
    whose, delay = _arrivals(population)
    fibre = population.stimulus_fibre[whose]
    mine = sound_fibres(population) & (population.nodes["modality"] == MODALITIES[modality])
    sent_s = population.stimulus_time_ms[whose] / 1e3
    row = np.where(mine[fibre], np.searchsorted(start_s, sent_s + 1e-9, side="right") - 1, -1)
    return np.array([
        np.median(delay[row == s]) if (row == s).any() else np.nan for s in range(len(start_s))
    ])  # fmt: skip


def _count(windows: np.ndarray, window: np.ndarray, fibre: np.ndarray, fibres: int) -> np.ndarray:
    """How often each fibre occurs in each of the windows, (S, F)."""
    out = np.zeros((len(windows), fibres), dtype=int)
    np.add.at(out, (np.searchsorted(windows, window), fibre), 1)
    return out


def _bits_per_s(
    population: FibreRecord, sent_window: np.ndarray, window: int, latency_ms: np.ndarray
) -> float:
    """Information between sent and arrived bins of one session [bit/s], mean over sound fibres."""
    width = BIN_MS[population.name]
    start_ms = 1e3 * float(population.window_start_s[window])
    mine = sent_window == window
    bins = int((population.stimulus_time_ms[mine].max() - start_ms) / width)
    now = _latency_ms(population, mine)  # slowed conduction shifts every bin
    usual = np.where(np.isfinite(now), now, latency_ms)
    usual = np.where(np.isfinite(usual), usual, np.median(latency_ms[np.isfinite(latency_ms)]))
    if bins < 1:
        return 0.0
    sound = np.flatnonzero(sound_fibres(population))
    x, y = np.zeros((2, bins, len(usual)), dtype=bool)
    for grid, time_ms, fibre in (
        (x, population.stimulus_time_ms[mine], population.stimulus_fibre[mine]),
        (y, population.spike_time_ms - usual[population.spike_fibre], population.spike_fibre),
    ):
        k = np.floor((time_ms - start_ms) / width).astype(int)
        inside = (k >= 0) & (k < bins)
        grid[k[inside], fibre[inside]] = True
    counts = np.bincount((2 * x[:, sound] + y[:, sound]).ravel(), minlength=4).reshape(2, 2)
    return information_bits(counts) * 1e3 / width


def information_bits(counts: np.ndarray) -> float:
    """Mutual information of a table of counts (x, y) [bit], Miller-Madow corrected, at least 0."""
    total = counts.sum()
    if total == 0:
        return 0.0

    def entropy(n: np.ndarray) -> float:
        n = n[n > 0]
        return float(-(n / total) @ np.log2(n / total) + (len(n) - 1) / (2 * total * np.log(2)))

    return max(entropy(counts.sum(1)) + entropy(counts.sum(0)) - entropy(counts.ravel()), 0.0)


def arriving_key(modality: str) -> str:
    """Name of the series of a modality: the share of its spikes that arrive."""
    return f"arriving_{modality.replace(' ', '_')}_rel"


def latency_key(modality: str) -> str:
    """Name of the series of a modality: the median latency of its spikes that arrive."""
    return f"latency_{modality.replace(' ', '_')}_ms"


def arrival_series(record: EpisodeRecord) -> Series:
    """Of test sessions, held until the next one, nan before the first; nothing without sessions.

    Returns:
        ``arriving_<modality>_rel`` share of the spikes sent that arrive, ``latency_<modality>_ms``
        their median time from coming in to arriving, ``repeats_<pop>_rel`` further answers per spike
        sent, ``ghosts_<pop>_hz`` spikes without a stimulus in the latency window per fibre and second
        outside of such windows, ``information_<pop>_bits_per_s``; (T,).
    """
    series: Series = {}
    for name, population in record.populations.items():
        found = sessions(population)
        if found is None:
            continue
        step = np.searchsorted(found.start_s, record.time_s + np.diff(
            record.time_s, append=record.compression_s + record.recovery_s
        ) - 1e-9) - 1  # fmt: skip
        for modality, code in MODALITIES.items():
            whose = population.nodes["modality"] == code
            sent = found.sent[:, whose].sum(1)
            if sent.any():
                share = found.arrived[:, whose].sum(1) / np.where(sent > 0, sent, np.nan)
                latency_ms = modality_latency_ms(population, found.start_s, modality)
                series[arriving_key(modality)] = _held(share, step)
                series[latency_key(modality)] = _held(latency_ms, step)
        sound = sound_fibres(population)
        free_s = found.free_s[:, sound].sum(1)
        ghosts = found.ghosts[:, sound].sum(1) / np.where(free_s > 0, free_s, np.nan)
        repeats = found.repeats.sum(1) / np.maximum(found.sent.sum(1), 1)
        series[f"ghosts_{name}_hz"] = _held(ghosts, step)
        series[f"repeats_{name}_rel"] = _held(repeats, step)
        series[f"information_{name}_bits_per_s"] = _held(found.bits_per_s, step)
    return series


def _held(values: np.ndarray, step: np.ndarray) -> np.ndarray:
    return np.where(step >= 0, values[np.maximum(step, 0)], np.nan)
