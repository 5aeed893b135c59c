"""One episode stepped in windows against the same episode stepped in full."""

import numpy as np

from nervejax.analysis.discharge import ectopic_discharge
from nervejax.analysis.readout import conducts
from nervejax.recording.model import EpisodeRecord, FibreRecord

SLOW_STATES = ("na_i_mM", "k_periaxonal_mM", "energy_rel")


def compare(windowed: EpisodeRecord, unbroken: EpisodeRecord, population: str) -> dict[str, float]:
    """Errors of the windowed episode; both of the same fibres and probed equally often.

    Returns:
        block_onset_error_s, block_end_error_s: of the time at which half of the fibres lost and regained
        conduction.  spikes_error_rel: of the estimated number of ectopic spikes.  slow_state_error_rel:
        largest over time of the mean over fibres, of sodium, potassium under the myelin and
        energy at the middle, and of endoneurial potassium.  nan where there is nothing to compare.
    """
    a, b = windowed.populations[population], unbroken.populations[population]
    (onset_a, end_a), (onset_b, end_b) = (_half_lost_s(r, population) for r in (windowed, unbroken))
    spikes_a, spikes_b = (float(ectopic_discharge(p).weight.sum()) for p in (a, b))
    states = [_deviation(windowed, unbroken, a.states[n], b.states[n]) for n in SLOW_STATES]
    middle = len(windowed.x_mm) // 2
    potassium = (
        r.tissue["potassium_endoneurial_mM"][:, middle, None] for r in (windowed, unbroken)
    )
    states.append(_deviation(windowed, unbroken, *potassium))
    return {
        "block_onset_error_s": float(onset_a - onset_b),
        "block_end_error_s": float(end_a - end_b),
        "spikes_error_rel": spikes_a / spikes_b - 1.0 if spikes_b else float("nan"),
        "slow_state_error_rel": max(states),
    }


def _half_lost_s(record: EpisodeRecord, population: str) -> tuple[float, float]:
    """When half of the fibres no longer conduct, and when half do again after release [s]."""
    fibres: FibreRecord = record.populations[population]
    share, t = conducts(fibres).mean(axis=1), record.time_s
    lost = np.flatnonzero((share <= 0.5) & (t >= 0))
    back = np.flatnonzero((share > 0.5) & (t >= record.compression_s))
    first, again = (float(t[k[0]]) if len(k) else float("nan") for k in (lost, back))
    return first, again


def _deviation(
    windowed: EpisodeRecord, unbroken: EpisodeRecord, a: np.ndarray, b: np.ndarray
) -> float:
    """Largest |a - b| / b over the times of a, of means over fibres (T, F)."""
    expected = np.interp(windowed.time_s, unbroken.time_s, b.mean(axis=1))
    return float(np.max(np.abs(a.mean(axis=1) - expected) / expected))
