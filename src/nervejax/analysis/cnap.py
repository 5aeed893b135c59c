"""Compound action potential (CNAP) of a class as an electrode sees it, from what the file holds.

All fibres that conduct are stimulated at once and the spikes are seen ``DISTANCE_MM`` on. Each adds a
unit potential as high as its diameter squared, delayed by its healthy velocity over the distance and by
what its measured latency over the modelled stretch has grown since the baseline. Spikes that come
apart therefore widen and cancel one another (phase cancellation). Assumed:

* height ~ diameter squared, as ``checks.courses`` has it; all fibres equally far from the electrode;
* one waveform for all fibres of a class, which does not change with the state of the fibre;
* some fibres stand for the thousands of a nerve, so each spike is spread over what lies between it and
  its neighbours (``spread_ms``); else a class of 20 would show single spikes and no compound;
* beyond the stretch, and in a middle of it that was left out (``shortened_mm``), conduction stays
  healthy.
"""

import numpy as np

from nervejax.analysis.readout import Series, baseline_step, conducts, sound_fibres
from nervejax.recording.model import EpisodeRecord

WIDTH_MS = {"abeta": 0.5, "adelta": 0.8, "c": 2.0}
"""Main phase of the potential of one spike [ms]. A-beta: mean of 57 human units (Brink & Mackel 1993).
A-delta: from it by velocity^-0.5 (J Neurol Neurosurg Psychiatry 1981, 44:476). C: assumed."""
DISTANCE_MM = 100.0
"""From stimulus to electrode, the modelled stretch in between [mm]; assumed, as over a forearm."""
SEEN_REL = 0.02
"""A smaller CNAP than this is lost in the noise: no latency and no duration; assumed."""
EDGE_REL = 0.1
"""Share of its peak from where to where a CNAP lasts; assumed."""
BINS_PER_WIDTH = 40
"""Fineness of the time axis of a course: the height of a spike comes out to 0.1 %."""
CHUNK = 128
"""Slow steps made at once, to bound memory."""


def unit_potential(t_ms: np.ndarray, width_ms: float) -> np.ndarray:
    """Potential of one spike passing an electrode at t = 0: small, large, small phase; height 1.

    The second derivative of a Gaussian, which is what a uniform fibre in a volume conductor shows of
    a Gaussian spike; its area is 0. Negativity of the electrode counts up.

    Args:
        t_ms: (...) since the spike passes.  width_ms: of the main phase, from zero to zero.
    """
    z = (np.asarray(t_ms, dtype=float) / (0.5 * width_ms)) ** 2
    return (1.0 - z) * np.exp(-0.5 * z)


def arrival_times_ms(
    record: EpisodeRecord, population: str, distance_mm: float = DISTANCE_MM
) -> tuple[np.ndarray, np.ndarray]:
    """When the spike of each fibre passes the electrode, and how high it is.

    Returns:
        (T, N) [ms] since the stimulus, nan where it fails; (N,) diameter squared [um2]. N sound fibres
        that conducted at the end of the baseline and have a measured velocity.
    """
    fibres = record.populations[population]
    up, before = conducts(fibres), baseline_step(record.time_s)
    unknown = np.full(up.shape, np.nan)
    velocity = np.asarray(fibres.nodes.get("conduction_velocity_m_per_s", unknown[0]), dtype=float)
    latency = np.asarray(fibres.fibres.get("latency_ms", unknown), dtype=float)
    kept = up[before] & sound_fibres(fibres) & (velocity > 0) & np.isfinite(latency[before])
    latency = np.where(up, latency, np.nan)[:, kept]
    arrives = distance_mm / velocity[kept] + latency - latency[before]
    return arrives, np.asarray(fibres.nodes["diameter_um"], dtype=float)[kept] ** 2


def spread_ms(arrives_ms: np.ndarray, weight: np.ndarray) -> float:
    """Standard deviation [ms] over which the spike of each of N fibres is spread: Scott's rule.

    Args:
        arrives_ms: (N,) in health.  weight: (N,). Unequal weights count as fewer fibres.
    """
    share = weight / weight.sum()
    deviation = np.sqrt(share @ (arrives_ms - share @ arrives_ms) ** 2)
    return float(1.06 * deviation * (share @ share) ** 0.2)


def effective_width_ms(population: str, healthy_ms: np.ndarray, weight: np.ndarray) -> float:
    """Main phase [ms] of what each of N fibres adds: ``WIDTH_MS`` and ``spread_ms`` together."""
    return float(np.hypot(WIDTH_MS[population], 2.0 * spread_ms(healthy_ms, weight)))


def cnap_trace(
    record: EpisodeRecord, population: str, step: int, t_ms: np.ndarray,
    distance_mm: float = DISTANCE_MM,
) -> np.ndarray:  # fmt: skip
    """CNAP of a class at one slow step, in parts of its peak to peak at the end of the baseline.

    Args:
        step: index into ``record.time_s``.  t_ms: (K,) since the stimulus.

    Returns:
        (K,); 0 where nothing conducts, nan for a class of which nothing conducted in the baseline.
    """
    arrives, weight = arrival_times_ms(record, population, distance_mm)
    if not weight.size:
        return np.full(len(t_ms), np.nan)
    before = baseline_step(record.time_s)
    width_ms = effective_width_ms(population, arrives[before], weight)
    healthy = _waves(arrives[before : before + 1], weight, *_axis(arrives, width_ms))[0]
    shape = unit_potential(np.asarray(t_ms)[:, None] - arrives[step], width_ms)
    return np.nan_to_num(shape) @ weight / np.ptp(healthy)


def cnap_course(record: EpisodeRecord, population: str, distance_mm: float = DISTANCE_MM) -> Series:
    """CNAP of a class over time.

    Returns:
        ``cnap_<pop>_rel`` peak to peak over that at the end of the baseline, ``cnap_latency_<pop>_ms``
        of its peak, ``cnap_duration_<pop>_ms`` from the first to the last ``EDGE_REL`` of its peak, of
        either sign; (T,). The last two are nan below ``SEEN_REL``; all are nan for a class of which
        nothing conducted in the baseline. The height exceeds 1 where fast fibres are slowed to the pace
        of slow ones, for then they cancel less.
    """
    steps = len(record.time_s)
    arrives, weight = arrival_times_ms(record, population, distance_mm)
    height, peak_ms, lasts_ms = np.full((3, steps), np.nan)
    if weight.size:
        healthy = arrives[baseline_step(record.time_s)]
        width_ms = effective_width_ms(population, healthy, weight)
        start_ms, step_ms, bins = _axis(arrives, width_ms)
        for first in range(0, steps, CHUNK):
            part = slice(first, min(first + CHUNK, steps))
            wave = _waves(arrives[part], weight, start_ms, step_ms, bins)
            height[part] = np.ptp(wave, axis=1)
            peak_ms[part] = start_ms + step_ms * np.argmax(wave, axis=1)
            above = np.abs(wave) >= EDGE_REL * wave.max(axis=1, keepdims=True)
            lasts_ms[part] = step_ms * (bins - 1 - above[:, ::-1].argmax(1) - above.argmax(1))
        height = height / height[baseline_step(record.time_s)]
        seen = height >= SEEN_REL
        peak_ms, lasts_ms = np.where(seen, peak_ms, np.nan), np.where(seen, lasts_ms, np.nan)
    return {
        f"cnap_{population}_rel": height,
        f"cnap_latency_{population}_ms": peak_ms,
        f"cnap_duration_{population}_ms": lasts_ms,
    }


def cnap_series(record: EpisodeRecord) -> Series:
    """``cnap_course`` of every class of a record, in one table."""
    series: Series = {}
    for name in record.populations:
        series |= cnap_course(record, name)
    return series


def _axis(arrives_ms: np.ndarray, width_ms: float) -> tuple[float, float, int]:
    """Start [ms], step [ms] and length of a time axis that holds every spike with its phases."""
    step_ms = width_ms / BINS_PER_WIDTH
    start_ms = float(np.nanmin(arrives_ms)) - 3.0 * width_ms
    return start_ms, step_ms, int((np.nanmax(arrives_ms) - start_ms + 3.0 * width_ms) / step_ms) + 2


def _waves(
    arrives_ms: np.ndarray, weight: np.ndarray, start_ms: float, step_ms: float, bins: int
) -> np.ndarray:
    """Sum of the unit potentials of (T, N) spikes on an axis, (T, bins).

    Each spike is shared between the two bins beside it, and all are convolved with the potential at once.
    """
    row, fibre = np.nonzero(np.isfinite(arrives_ms))
    place = (arrives_ms[row, fibre] - start_ms) / step_ms
    low = place.astype(int)
    at, share = row * bins + low, place - low
    size = len(arrives_ms) * bins
    counts = np.bincount(at, (1.0 - share) * weight[fibre], size)
    counts += np.bincount(at + 1, share * weight[fibre], size)
    reach = 3 * BINS_PER_WIDTH
    kernel = unit_potential(np.arange(-reach, reach + 1), BINS_PER_WIDTH)
    length = bins + 2 * reach
    spectrum = np.fft.rfft(counts.reshape(-1, bins), length) * np.fft.rfft(kernel, length)
    return np.fft.irfft(spectrum, length)[:, reach : reach + bins]
