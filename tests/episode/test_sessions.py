"""Test sessions in a short episode: signal in health, silence under block."""

import jax
import numpy as np
import pytest

from nervejax.episode.driver import run_episode
from tests.episode.by_hand import myelinated
from tests.episode.conftest import short_config


@pytest.fixture(scope="module")
def tested():
    return run_episode(short_config(stimuli__every_s=5.0, population__n_c=1))


def shares(fibres, start_s, end_s):
    """(sent, arrived) of the spikes that came in then."""
    then = (fibres.stimulus_time_ms >= 1e3 * start_s) & (fibres.stimulus_time_ms < 1e3 * end_s)
    ids = np.unique(fibres.spike_stimulus[fibres.spike_stimulus >= 0])
    return then.sum(), then[ids].sum()


def test_everything_arrives_in_health(tested):
    for fibres in tested.populations.values():
        sent, arrived = shares(fibres, -5.0, 0.0)
        assert sent == arrived > 0, fibres.name


def test_nothing_crosses_a_block(tested):
    fibres = tested.populations["abeta"]
    assert not fibres.fibres["conducting"][tested.time_s == 15.0].any()
    sent, arrived = shares(fibres, 15.0, 20.0)
    assert sent > 20 and arrived == 0


def test_windows_and_sessions_share_out_limb_time(tested):
    for fibres in tested.populations.values():
        assert fibres.window_stands_for_s.sum() == pytest.approx(45.0)
        session = fibres.window_s == fibres.window_stands_for_s
        assert session.sum() == 9, "every 5 s or at the first slow step after that"


def test_a_session_is_forgotten_but_for_what_it_moved():
    group = myelinated(short_config())
    group.window(0.02)
    before = [jax.tree.map(np.asarray, s) for s in group.state]
    quiet = group._means.sodium_out.mean()
    sent, found = group.session(0, 2.0)
    assert len(sent.time_ms) and len(found.time_ms)
    jax.tree.map(np.testing.assert_array_equal, before, group.state)
    assert group._means.sodium_out.mean() != quiet


def test_a_session_loads_a_fibre_for_as_long_as_it_lasts(tested):
    without = run_episode(short_config(population__n_c=0, population__n_adelta=0))
    sodium = [r.populations["abeta"].states["na_i_mM"][-1].mean() for r in (tested, without)]
    assert 0.0 < sodium[0] - sodium[1] < 0.1  # 50 spikes/s for 3 s in all


def test_sodium_of_c_fibres_stays_near_rest(tested):
    sodium = tested.populations["c"].states["na_i_mM"]
    assert sodium.min() > 11.0 and 11.6 < sodium.max() < 15.0  # nine sessions load it
    assert tested.balance["sodium_c_rel"] < 1e-9
