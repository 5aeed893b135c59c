"""Made-up runs of a sweep for the tests of its page: a few numbers each, no physics in them."""

import numpy as np

from nervejax.analysis.summary import key
from nervejax.analysis.sweep_axes import SweepRun
from nervejax.recording.model import CLASSES

NUMBERS = {
    "fibres_count": 10.0,
    "quarantined_count": 2.0,
    "conducting_before_rel": 1.0,
    "conducting_end_rel": 0.75,
    "half_block_s": 600.0,
    "numb_onset_s": 660.0,
    "recovery_s": 120.0,
    "ectopic_spikes_estimated_recovery_count": 40.0,
}
"""Quantity -> number of every class."""
PRESSURE, DURATION = "pressure.peak_mmHg", "duration.compression_s"


def sweep_run(settings, classes=CLASSES, **numbers):
    """One run; ``numbers`` replace those of every class."""
    summary = {"pressure_peak_mmHg": 100.0, "compression_duration_s": 1200.0}
    for name in CLASSES:
        given = NUMBERS | numbers if name in classes else {"fibres_count": 0.0}
        summary |= {key(quantity, name): value for quantity, value in given.items()}
    time_s = np.array([-60.0, 0.0, 600.0, 1200.0])
    shares = {f"conducting_fraction_{name}_rel": np.array([1.0, 1.0, 0.2, 1.0]) for name in CLASSES}
    series = {"time_s": time_s, "tingling_rel": np.zeros(4)} | shares
    words = {name: str(value) for name, value in settings.items()}
    return SweepRun("-".join(words.values()), words, summary, series, has_report=False)


def grid_runs(pressures, durations, seeds=(0,), **more):
    """Runs at every pressure [mmHg], duration [s] and seed; numb from the later, the longer."""
    return [
        sweep_run(
            {PRESSURE: p, DURATION: s, "seed": seed} | more, numb_onset_s=60.0 * p + s + 6.0 * seed
        )
        for p in pressures
        for s in durations
        for seed in seeds
    ]
