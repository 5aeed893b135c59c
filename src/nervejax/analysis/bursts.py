"""How irregularly, in what bursts and how much together fibres fire by themselves.

All numbers come from intervals inside unbroken observation and from counts inside windows; what was not
stepped in full is not guessed (``discharge``).
"""

import numpy as np

from nervejax.analysis.discharge import Discharge, ectopic_discharge
from nervejax.analysis.readout import sound_fibres
from nervejax.recording.model import FibreRecord

BURST_INTERVAL_MS = 20.0
"""Longest interval inside a burst [ms]; those in bursts last ~3-10 ms (Ochoa & Torebjork 1980)."""
CV_INTERVALS = 5
"""Fewest intervals, or pairs of them, from which a fibre's irregularity is taken; assumed."""
COUNT_S, LEAST_BINS = 0.02, 50
"""Width of a bin in which spikes are counted together [s], and fewest bins; assumed."""
TOGETHER_S = 180.0
"""Time after release in which fibres are compared [s]; assumed. Later they fall silent one by one, which
alone makes their counts rise and fall together."""
MODE_BINS_MS = np.geomspace(1.0, 1000.0, 31)

MEANING = {
    "interval_cv_rel": "coefficient of variation of intervals after release, median over fibres "
    f"with at least {CV_INTERVALS} intervals in unbroken windows",
    "interval_cv2_rel": "the same of neighbouring intervals only (CV2, Holt et al. 1996), which "
    "drift and pauses leave alone: 0 regular, 1 random",
    "bursts_count": f"bursts after release (intervals up to {BURST_INTERVAL_MS:g} ms)",
    "doublets_rel": "share of these bursts that have two spikes",
    "spikes_per_burst_count": "spikes per burst after release, median",
    "intraburst_interval_ms": "interval inside bursts after release, median",
    "spike_correlation_rel": f"correlation of spike counts in {1e3 * COUNT_S:g} ms between fibres "
    f"that fire in the {TOGETHER_S / 60:g} min after release, mean over pairs",
}
"""Quantity of the summary -> what it says."""


def burst_numbers(population: FibreRecord, after: Discharge, release_s: float) -> dict[str, float]:
    """The quantities of ``MEANING``; nan where there are too few spikes.

    Args:
        population: one class.  after: its discharge after release.  release_s: limb time [s].
    """
    sizes = burst_sizes(after)
    return {
        "interval_cv_rel": median(interval_cvs(after)),
        "interval_cv2_rel": median(interval_cv2s(after)),
        "bursts_count": len(sizes),
        "doublets_rel": float(np.mean(sizes == 2)) if len(sizes) else np.nan,
        "spikes_per_burst_count": median(sizes),
        "intraburst_interval_ms": median(after.interval_ms[after.interval_ms <= BURST_INTERVAL_MS]),
        "spike_correlation_rel": count_correlation(population, release_s, release_s + TOGETHER_S),
    }


def median(values: np.ndarray) -> float:
    """Median of (N,); nan of nothing."""
    return float(np.median(values)) if len(values) else float("nan")


def interval_cvs(discharge: Discharge) -> np.ndarray:
    """Coefficient of variation of each fibre with >= ``CV_INTERVALS`` intervals, one per fibre."""
    cvs = []
    for fibre in np.unique(discharge.interval_fibre):
        intervals = discharge.interval_ms[discharge.interval_fibre == fibre]
        if len(intervals) >= CV_INTERVALS and intervals.mean() > 0:
            cvs.append(intervals.std() / intervals.mean())
    return np.array(cvs)


def interval_cv2s(discharge: Discharge) -> np.ndarray:
    """CV2 of each fibre with >= ``CV_INTERVALS`` pairs of adjacent intervals, one per fibre.

    Mean of 2 |b - a| / (a + b) over intervals a, b that share a spike (Holt et al. 1996, J Neurophysiol
    75:1806): 0 for a clock, 1 for a Poisson process, whatever its rate does meanwhile.
    """
    first, second = discharge.interval_ms[:-1], discharge.interval_ms[1:]
    total = first + second
    pair = _adjacent(discharge) & (total > 0)
    fibre = discharge.interval_fibre[:-1][pair]
    count = np.bincount(fibre)
    spread = 2.0 * np.abs(second - first)[pair] / total[pair]
    enough = count >= CV_INTERVALS
    return np.bincount(fibre, spread)[enough] / count[enough]


def burst_sizes(discharge: Discharge) -> np.ndarray:
    """Spikes of each burst, a run of intervals <= ``BURST_INTERVAL_MS``; one number per burst."""
    short = discharge.interval_ms <= BURST_INTERVAL_MS
    linked = short[1:] & short[:-1] & _adjacent(discharge)
    first = short & ~np.concatenate([[False], linked])[: len(short)]
    run = np.cumsum(first)[short]
    return np.bincount(run)[1:] + 1 if len(run) else np.zeros(0, dtype=int)


def _adjacent(discharge: Discharge) -> np.ndarray:
    """Whether each interval but the last ends at the spike that begins the next, (I - 1,) bool."""
    ends_s = discharge.interval_start_s + discharge.interval_ms / 1e3
    return (discharge.interval_fibre[1:] == discharge.interval_fibre[:-1]) & (
        np.abs(discharge.interval_start_s[1:] - ends_s[:-1]) < 1e-6
    )


def interval_mode_ms(interval_ms: np.ndarray) -> float:
    """Centre of the fullest of ten bins per decade of the intervals (I,); nan without intervals."""
    if len(interval_ms) == 0:
        return np.nan
    count, edges = np.histogram(interval_ms, MODE_BINS_MS)
    k = int(np.argmax(count))
    return float(np.sqrt(edges[k] * edges[k + 1])) if np.any(count) else np.nan


def count_correlation(population: FibreRecord, start_s: float, end_s: float) -> float:
    """Mean correlation of ectopic spike counts in ``COUNT_S`` between pairs of fibres that fire.

    Only what was stepped in full is counted.

    Returns:
        nan with fewer than two firing fibres or ``LEAST_BINS`` bins.
    """
    found = ectopic_discharge(population).between(start_s, end_s)
    counts = []
    for start, length in zip(population.window_start_s, population.window_s, strict=True):
        bins = int(length / COUNT_S + 1e-9)
        if bins and start_s <= start < end_s:
            inside = (found.time_s >= start) & (found.time_s < start + bins * COUNT_S)
            row = np.zeros((len(sound_fibres(population)), bins))
            place = ((found.time_s[inside] - start) / COUNT_S).astype(int)
            np.add.at(row, (found.fibre[inside], np.minimum(place, bins - 1)), 1.0)
            counts.append(row)
    table = np.concatenate(counts, axis=1) if counts else np.zeros((0, 0))
    table = table[np.std(table, axis=1) > 0] if table.size else table
    if len(table) < 2 or table.shape[1] < LEAST_BINS:
        return np.nan
    pairs = np.asarray(np.corrcoef(table))
    return float(pairs[np.triu_indices(len(table), 1)].mean())
