"""The default run and its controls, as a user starts them: what has to emerge. Minutes each."""

import numpy as np
import pytest

from nervejax.cli.compose import compose
from nervejax.recording.reader import read_episode, read_summary
from nervejax.simulate import simulate

pytestmark = pytest.mark.slow


def run(folder, *words):
    (config,) = compose(words)
    return simulate(config, folder)


@pytest.fixture(scope="module")
def leg_crossed(tmp_path_factory):
    return run(tmp_path_factory.mktemp("leg"))


def test_a_leg_falls_asleep_and_wakes(leg_crossed):
    s = read_summary(leg_crossed)
    for name in ("abeta", "adelta", "c"):
        assert s[f"conducting_before_{name}_rel"] == 1
    assert s["numb_onset_abeta_s"] < 300  # numb within five minutes
    for name in ("abeta", "adelta"):
        assert s[f"conducting_end_{name}_rel"] == 1
    lost = [s[f"first_block_{name}_s"] for name in ("abeta", "adelta", "c")]
    assert np.isnan(lost[2]) or lost[2] > max(lost[:2])  # C last, if at all
    assert s["ghost_spikes_baseline_count"] == 0
    assert s["quarantined_total_count"] == 0


def test_pins_and_needles_after_release(leg_crossed):
    s = read_summary(leg_crossed)
    assert s["ectopic_fibres_abeta_rel"] >= 1 / 3
    assert s["interval_cv_abeta_rel"] > 0.5
    assert s["ectopic_first_abeta_s"] < 180
    assert s["ectopic_last_abeta_s"] < 900
    assert (
        s["ectopic_spikes_recovery_abeta_count"] > 5 * s["ectopic_spikes_compression_abeta_count"]
    )


def test_the_same_seed_gives_the_same_spikes(leg_crossed, tmp_path):
    a, b = read_episode(leg_crossed), read_episode(run(tmp_path))
    for name in a.populations:
        p, q = a.populations[name], b.populations[name]
        assert np.array_equal(p.spike_time_ms, q.spike_time_ms)
        assert np.array_equal(p.spike_fibre, q.spike_fibre)
        assert all(np.array_equal(p.states[k], q.states[k]) for k in p.states)


def test_health_is_silent(tmp_path):
    s = read_summary(run(tmp_path, "scenario=healthy"))
    assert s["ghost_spikes_total"] == 0
    assert s["conducting_min_abeta_rel"] == s["conducting_min_c_rel"] == 1


def test_deformation_alone_blocks_at_once_and_leaves_no_discharge(tmp_path):
    s = read_summary(run(tmp_path, "scenario=mechanical_only"))
    assert s["numb_onset_abeta_s"] < 300
    assert s["conducting_end_abeta_rel"] == 1
    assert s["ghost_spikes_recovery_count"] == 0


def test_ischaemia_alone_blocks_later(tmp_path):
    s = read_summary(run(tmp_path, "scenario=ischaemia_only", "duration.compression_s=1500"))
    assert 600 < s["numb_onset_abeta_s"] < 1500
    assert s["conducting_end_abeta_rel"] == 1
    assert s["ghost_spikes_recovery_count"] > 0
