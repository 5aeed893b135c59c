"""A healthy nerve stays as it is."""

import numpy as np
import pytest

from nervejax.episode.driver import run_episode
from tests.episode.conftest import short_config


@pytest.fixture(scope="module")
def ten_minutes():
    return run_episode(
        short_config(
            pressure__peak_mmHg=0.0,
            duration__baseline_s=1.0,
            duration__compression_s=0.0,
            duration__recovery_s=600.0,
            numerics__noise=0.0,
            numerics__probe_every_s=60.0,
        )
    )


def test_no_drift_in_ten_minutes(ten_minutes):
    for name, population in ten_minutes.populations.items():
        states = population.states
        assert np.abs(states["potential_mV"] - states["potential_mV"][0]).max() < 0.1, name
        for ion in ("na_i_mM", "k_periaxonal_mM"):
            assert np.abs(states[ion] - states[ion][0]).max() < 0.01, (name, ion)
        np.testing.assert_allclose(states["energy_rel"], 0.95, atol=1e-4)
        assert np.all(population.fibres["conducting"] == 1)
        assert len(population.spike_time_ms) == 0
    potassium = ten_minutes.tissue["potassium_endoneurial_mM"]
    np.testing.assert_allclose(potassium, 4.0, atol=1e-3)


@pytest.mark.slow
def test_ten_hours_of_health_change_nothing():
    record = run_episode(
        short_config(
            pressure__peak_mmHg=0.0, duration__baseline_s=1.0, duration__compression_s=0.0,
            duration__recovery_s=36000.0, numerics__rest_step_s=60.0, numerics__probe_every_s=3600.0,
            numerics__threshold_every_s=36000.0,
        )
    )  # fmt: skip
    for name, population in record.populations.items():
        states = population.states
        assert len(population.spike_time_ms) == 0, name
        settled = states["potential_mV"][len(record.time_s) // 2 :].mean(axis=0)
        assert np.abs(settled - states["potential_mV"][0]).max() < 0.1, name
        for ion in ("na_i_mM", "k_periaxonal_mM"):
            assert np.abs(states[ion][-1] / states[ion][0] - 1).max() < 1e-3, (name, ion)
