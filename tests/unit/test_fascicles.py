"""Fascicles: how they are drawn and who lies in which."""

import numpy as np
import pytest

from nervejax.config import Config
from nervejax.population.fascicles import draw_fascicles, fascicle_of


def drawn(seed=0, count=4, **heterogeneity):
    config = Config()
    config.seed, config.nerve.fascicles = seed, count
    config.population.heterogeneity = heterogeneity.get("heterogeneity", 1.0)
    return draw_fascicles(config)


def test_few_fascicles_stand_for_the_whole_spread():
    found, physiology = drawn(count=1000), Config().physiology
    logs = [np.log(f) for f in found]
    spreads = (physiology.endoneurium.volume_spread, physiology.metabolism.anaerobic_spread)
    for log, spread in zip(logs, spreads, strict=True):
        assert log.mean() == pytest.approx(0.0, abs=1e-9)
        assert log.std() == pytest.approx(spread, rel=0.01)
    assert abs(np.corrcoef(logs)[0, 1]) < 0.1, "the two are independent"
    few = np.sort(np.log(drawn().volume_factor)) / physiology.endoneurium.volume_spread
    np.testing.assert_allclose(few, [-1.150, -0.319, 0.319, 1.150], atol=1e-3)


def test_the_seed_decides_which_fascicle_gets_which():
    one, again, other = drawn(1, 12), drawn(1, 12), drawn(2, 12)
    np.testing.assert_array_equal(one.volume_factor, again.volume_factor)
    assert not np.array_equal(one.volume_factor, other.volume_factor)
    np.testing.assert_array_equal(np.sort(one.volume_factor), np.sort(other.volume_factor))


def test_one_fascicle_and_alike_ones_are_the_nominal_nerve():
    for found in (drawn(count=1), drawn(heterogeneity=0.0)):
        for factor in found:
            np.testing.assert_allclose(factor, 1.0)


def test_fibres_are_dealt_out_in_turn():
    np.testing.assert_array_equal(fascicle_of(5, 3), [0, 1, 2, 0, 1])
