"""Comparison of an episode in windows with the same one unbroken, and the numbers kept of it."""

import json

import numpy as np
import pytest

from nervejax.analysis.windowing import compare
from nervejax.config import Config
from nervejax.recording import windowing
from tests.unit.analysis_example import tiny_episode, tiny_population


def episode(lost_s, back_s, sodium, spikes, step_s=1.0, window_s=1.0):
    """Four fibres lost and back together; sodium rises steadily; a spike every ``spikes`` s."""
    time_s = np.arange(0.0, 100.0, step_s)
    up = ~((time_s >= lost_s) & (time_s < back_s))
    seen = [t for t in np.arange(0.5, 100.0, spikes) if t % step_s < window_s]
    windows = [(t, window_s, step_s) for t in time_s]
    population = tiny_population(
        np.repeat(up[:, None], 4, 1), [(float(t), 0) for t in seen], windows
    )
    one = np.ones((len(time_s), 4))
    population.states = {
        "na_i_mM": one * (20.0 + sodium * time_s[:, None]), "k_periaxonal_mM": 4.0 * one,
        "energy_rel": 0.9 * one,
    }  # fmt: skip
    record = tiny_episode(time_s, [population], 50.0, 50.0)
    record.tissue["potassium_endoneurial_mM"] = np.full((len(time_s), 3), 4.0)
    return record


def test_errors_are_windowed_minus_unbroken():
    found = compare(
        episode(30.0, 70.0, 0.11, 1.0, 5.0, 2.0), episode(28.0, 71.0, 0.1, 1.0), "abeta"
    )
    assert found["block_onset_error_s"] == 2.0
    assert found["block_end_error_s"] == -1.0
    assert found["spikes_error_rel"] == pytest.approx(0.0)  # 40 seen in 40 % of the time
    assert found["slow_state_error_rel"] == pytest.approx(0.95 / 29.5, rel=1e-3)


def test_equal_episodes_differ_in_nothing():
    one = episode(30.0, 70.0, 0.1, 1.0)
    assert set(compare(one, one, "abeta").values()) == {0.0}


def test_what_never_blocked_has_no_onset():
    one = episode(1e9, 1e9, 0.1, 1.0)
    assert np.isnan(compare(one, one, "abeta")["block_onset_error_s"])


def test_the_stored_errors_belong_to_the_default_numerics():
    config = Config()
    errors = windowing.measured_errors(config.numerics)
    assert set(errors) == {
        "block_onset_error_s", "block_end_error_s", "spikes_error_rel", "slow_state_error_rel",
    }  # fmt: skip
    assert all(np.isfinite(list(errors.values())))
    config.numerics.step_s = 7.0
    assert windowing.measured_errors(config.numerics) == {}


def test_what_is_written_is_what_is_read(tmp_path, monkeypatch):
    text = windowing.as_text(Config().numerics, {"spikes_error_rel": -0.0123456}, "cmd")
    monkeypatch.setattr(windowing, "FILE", tmp_path / "w.json")
    windowing.FILE.write_text(text)
    assert windowing.measured_errors(Config().numerics) == {"spikes_error_rel": -0.01235}
    assert json.loads(text)["measured_by"] == "cmd"
