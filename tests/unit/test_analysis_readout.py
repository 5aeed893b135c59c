"""The read-out against hand-made records."""

import numpy as np
import pytest

from nervejax.analysis.readout import readout
from tests.unit.analysis_example import example_episode, tiny_episode, tiny_population


@pytest.fixture
def record():
    """Two A-beta fibres, one lost at the second step and firing at 3 Hz at the third."""
    population = tiny_population([[1, 1], [1, 0], [1, 0]])
    population.fibres["ectopic_rate_hz"] = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 6.0]])
    return tiny_episode([-1.0, 0.0, 1.0], [population], 1.0, 1.0)


def test_fractions_rates_and_shares_are_means_over_fibres(record):
    series = readout(record)
    np.testing.assert_allclose(series["conducting_fraction_abeta_rel"], [1.0, 0.5, 0.5])
    np.testing.assert_allclose(series["ectopic_rate_abeta_hz"], [0.0, 0.0, 3.0])
    np.testing.assert_allclose(series["ectopic_share_abeta_rel"], [0.0, 0.0, 0.5])


def test_percepts_follow_the_printed_formula(record):
    series = readout(record)
    np.testing.assert_allclose(series["numbness_rel"], [0.0, 0.5, 0.5])
    np.testing.assert_allclose(series["tingling_rel"], [0.0, 0.0, 3.0 / (3.0 + 1.0)])


def test_percepts_can_be_replaced(record):
    series = readout(record, percepts=lambda _: {"calm_rel": np.ones(3)})
    assert "calm_rel" in series
    assert "tingling_rel" not in series


def test_a_class_without_fibres_is_nan(record):
    series = readout(record)
    assert np.isnan(series["conducting_fraction_c_rel"]).all()
    assert np.isnan(series["burning_rel"]).all()
    empty = readout(example_episode(fibres=0))
    assert np.isnan(empty["numbness_rel"]).all()


def test_a_quarantined_fibre_is_left_out(record):
    record.populations["abeta"].quarantined = {1: "v is nan"}
    series = readout(record)
    np.testing.assert_allclose(series["numbness_rel"], 0.0)
    np.testing.assert_allclose(series["ectopic_rate_abeta_hz"], 0.0)


def test_a_rate_that_was_not_measured_counts_as_none(record):
    record.populations["abeta"].fibres["ectopic_rate_hz"][2, 0] = np.nan
    np.testing.assert_allclose(readout(record)["ectopic_rate_abeta_hz"], [0.0, 0.0, 3.0])
