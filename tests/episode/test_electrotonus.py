"""Threshold electrotonus on forks of a group driven by hand: signs, limits, and no current at all."""

import numpy as np
import pytest

from nervejax.episode import electrotonus as bench
from nervejax.episode.excitability import _threshold_nA
from tests.episode.by_hand import alike, myelinated


def few(**changes):
    """Two fibres in the narrowest chunk, without noise."""
    return myelinated(alike(numerics__lanes=8, **changes))


@pytest.fixture(scope="module")
def rested():
    """(group, its thresholds for 1 ms)."""
    group = few()
    return group, _threshold_nA(group, width_ms=1.0)


@pytest.fixture
def measure(rested, monkeypatch):
    """Threshold reduction (C, D, F) of the rested fibres for these currents and delays."""

    def call(currents, delays):
        monkeypatch.setattr(bench, "CURRENTS_REL", currents)
        monkeypatch.setattr(bench, "DELAYS_MS", delays)
        return bench.electrotonus(*rested)

    return call


def test_without_a_current_nothing_changes(measure):
    np.testing.assert_array_equal(measure((0.0,), (5.0, 60.0, 105.0)), 0.0)


def test_a_weak_current_acts_the_same_way_up_and_down(measure):
    up, down = measure((0.05, -0.05), (20.0, 98.0))
    assert np.all(up > 0.05) and np.all(up[1] > up[0])
    np.testing.assert_allclose(up, -down, atol=0.02)


def test_it_fans_out_and_goes_back(measure):
    mild, strong, below = measure((0.2, 0.4, -0.4), (5.0, 20.0, 105.0, 300.0))
    assert np.all(strong[:2] > mild[:2] + 0.15)
    assert np.all((strong[:2] > 0.4) & (strong[:2] < 0.8))
    assert np.all((below[:2] < -0.4) & (below[:2] > -0.8))
    assert np.all(np.abs(below[2]) < 0.5 * np.abs(below[1]))
    np.testing.assert_allclose(below[3], 0.0, atol=0.03)
    np.testing.assert_allclose(mild[3], 0.0, atol=0.03)


def test_a_current_that_fires_the_fibre_has_no_electrotonus(measure):
    found = measure((1.5,), (5.0, 140.0))
    assert np.all(np.isnan(found))


def test_the_end_of_a_current_is_followed_from_where_it_ends(measure):
    """A delay beyond the end is reached in two runs, whichever delays come before."""
    np.testing.assert_array_equal(
        measure((-0.4,), (40.0, 98.0, 115.0))[:, 2], measure((-0.4,), (115.0,))[:, 0]
    )


def test_what_cannot_be_excited_is_nan(measure, rested, monkeypatch):
    group, _ = rested
    monkeypatch.setattr(group, "sodium", 0.0 * group.sodium)
    assert np.all(np.isnan(measure((-0.4,), (5.0,))))


def test_what_is_not_known_at_rest_is_not_known_under_current(rested, monkeypatch):
    group, rest = rested
    monkeypatch.setattr(bench, "CURRENTS_REL", (-0.4,))
    monkeypatch.setattr(bench, "DELAYS_MS", (5.0,))
    found = bench.electrotonus(group, np.array([np.nan, rest[1]]))
    np.testing.assert_array_equal(np.isnan(found[0, 0]), [True, False])


def test_nothing_feeds_back(measure, rested):
    group, _ = rested
    state, block = group.state, group.block
    before = [np.asarray(leaf.u) for leaf in state]
    measure((0.2,), (5.0,))
    assert group.state is state and group.block == block
    assert all(np.array_equal(np.asarray(s.u), b) for s, b in zip(state, before, strict=True))
