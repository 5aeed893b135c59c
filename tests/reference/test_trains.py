"""Trains, rest after them, discharge, pairs: the helpers behind checks 7 and 8."""

import jax
import numpy as np
import pytest

from nervejax.fibre.models import prepare
from nervejax.fibre.myelinated import MyelinatedFibres
from nervejax.fibre.pairs import arriving_pairs
from nervejax.fibre.train import discharge, relax, train
from nervejax.membranes.registry import MYELINATED

THRESHOLD_NA = np.array([0.7, 0.9])


def short_fibres(noise=0.0):
    """Two A-beta fibres of eleven nodes."""
    return MyelinatedFibres(
        MYELINATED["sensory"], np.array([8.0, 10.0]), "interpolated", {}, 35.0, 5.0, nodes=11,
        noise=noise,
    )  # fmt: skip


def unstimulated(fibres, ms, state, **options):
    every = np.arange(fibres.count)
    trials = fibres.trials(every, [fibres.none()] * fibres.count, state=state)
    return fibres.run(trials, ms, dt_ms=fibres.coarse_dt_ms, **options).state


def test_a_window_of_cycles_moves_the_concentrations_as_far_as_single_ones():
    fibres = short_fibres()
    one, many = (
        train(fibres, THRESHOLD_NA, 50.0, 2.0, macro_s=macro, window_s=window)
        for macro, window in ((0.02, 0.0), (0.5, 0.1))
    )
    assert one.latency_ms.shape == (2, 100) and many.latency_ms.shape == (2, 23)
    assert many.failed.max() == 0 and many.time_s[3:5] == pytest.approx([0.06, 0.08])
    rest = fibres.resting_slow()["na_i"]
    gained, expected = many.slow["na_i"] - rest, one.slow["na_i"] - rest
    assert expected[1:-1].min() > 0.01
    np.testing.assert_allclose(gained[3:-3], expected[3:-3], rtol=0.1)
    # slow inactivation (600 ms) has seen a quarter of the cycles only
    np.testing.assert_allclose(many.slowing, one.slowing, rtol=0.25)


def test_strength_of_a_train():
    fibres = short_fibres()
    weak, strong = (
        train(fibres, 0.3 * THRESHOLD_NA, 50.0, 0.1, strength=strength) for strength in (2.0, 8.0)
    )
    assert (weak.failed == 1).all() and (strong.failed == 0).all()


def test_a_fibre_at_rest_stays_there_and_one_after_a_train_goes_back():
    fibres = short_fibres()
    rest = fibres.resting_slow()
    _, slow = relax(fibres, fibres.rest(), rest, 60.0)
    for name in rest:
        np.testing.assert_allclose(slow[name], rest[name], rtol=1e-4)
    done = train(fibres, THRESHOLD_NA, 50.0, 30.0, macro_s=5.0)
    steps = [relax(fibres, done.state, done.slow, 300.0, step)[1] for step in (4.0, 10.0)]
    for slow in steps:
        left = (slow["na_i"] - rest["na_i"]) / (done.slow["na_i"] - rest["na_i"])
        assert np.all((left[1:-1] > 0.5) & (left[1:-1] < 0.9))
    np.testing.assert_allclose(steps[0]["na_i"][1:-1], steps[1]["na_i"][1:-1], rtol=2e-3)


def test_discharge_is_seen_where_potassium_is_high_and_not_at_rest():
    fibres = short_fibres(noise=1.0)
    slow = fibres.resting_slow()
    assert not discharge(fibres, fibres.rest(), slow, 1.0).any()
    high = slow | {"k_periaxonal": slow["k_periaxonal"] * np.array([1.0, 6.0])}
    fired = discharge(fibres, fibres.rest(), high, 1.0)
    assert fired.shape == (2, 10) and not fired[0].any() and fired[1].any()


def test_noise_goes_on_from_run_to_run_and_is_off_on_the_bench():
    whole, parts, quiet = short_fibres(1.0), short_fibres(1.0), short_fibres()
    start = quiet.rest()
    at_once = unstimulated(whole, 5.0, start, traced=True)  # in segments of 1 ms
    step = unstimulated(parts, 2.5, start)
    again = unstimulated(parts, 2.5, step)
    jax.tree.map(np.testing.assert_array_equal, at_once, again)
    assert parts.noise_block == whole.noise_block == 40
    silent = unstimulated(quiet, 5.0, start)
    assert np.abs(at_once.u - silent.u)[1:-1].max() > 0.05
    assert quiet.noise_block == 0 and np.abs(silent.u - start.u).max() < 0.01


def test_the_second_spike_of_a_close_pair_falls_back():
    fibres = prepare("c", [0.7, 1.0], dt_us=25.0)
    found = arriving_pairs(fibres, np.array([0.73, 1.24]), np.array([1.0, 6.0, 20.0]))
    assert np.isnan(found.far_ms[:, 0]).all() and np.isfinite(found.far_ms[:, 1:]).all()
    assert np.all(found.near_ms[:, 1] > 6.0) and np.all(found.far_ms[:, 1] > found.near_ms[:, 1])
    np.testing.assert_allclose(found.far_ms[:, 2], 20.0, atol=0.3)
    np.testing.assert_allclose(found.apart_mm, 1.0, atol=0.02)
