"""Every scenario runs under both calibrations: a few seconds of it, one fibre of each class."""

import numpy as np
import pytest

from nervejax.cli.compose import compose, config_dir, find_groups
from nervejax.episode.driver import run_episode

SCENARIOS = find_groups([config_dir()])["scenario"]
SECONDS = (
    "population.n_abeta=1", "population.n_adelta=1", "population.n_c=1", "duration.baseline_s=2",
    "duration.compression_s=4", "duration.recovery_s=2", "numerics.step_s=2",
    "numerics.probe_every_s=2", "numerics.threshold_every_s=1e6", "stimuli.every_s=0",
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_runs(scenario):
    physiology = ("article", "literature")[SCENARIOS.index(scenario) % 2]
    (config,) = compose([f"scenario={scenario}", f"physiology={physiology}", *SECONDS])
    record = run_episode(config)
    assert record.time_s[-1] >= 4.0
    pressure = record.tissue["pressure_mmHg"]
    assert pressure[record.time_s < -1].max() == 0
    assert (pressure[record.time_s >= 2].max() > 0) == (config.pressure.peak_mmHg > 0)
    for name, population in record.populations.items():
        assert population.quarantined == {}, name
        assert np.isfinite(population.states["potential_mV"]).all(), name
    lost = config.pathology.axon_loss_rel == 0 and config.pathology.opening_S_per_cm2 == 0
    before = [p.fibres["conducting"][0].mean() for p in record.populations.values()]
    assert not lost or min(before) == 1.0  # a nerve that was well conducts before the pressure
