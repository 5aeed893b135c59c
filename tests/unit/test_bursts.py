"""Irregularity, bursts and correlation of spike trains whose numbers are known."""

import numpy as np
import pytest

from nervejax.analysis.bursts import (
    COUNT_S,
    LEAST_BINS,
    MEANING,
    TOGETHER_S,
    burst_numbers,
    burst_sizes,
    count_correlation,
    interval_cv2s,
    interval_cvs,
    interval_mode_ms,
)
from nervejax.analysis.discharge import ectopic_discharge
from tests.unit.analysis_example import tiny_population

WHOLE = [(0.0, 1000.0, 1000.0)]


def train(*times_s, windows=None):
    """One class; every argument holds the spike times of one fibre [s]."""
    spikes = [(float(t), f) for f, times in enumerate(times_s) for t in times]
    return tiny_population(np.ones((1, len(times_s))), spikes, windows or WHOLE)


def discharge(*times_s, windows=None):
    return ectopic_discharge(train(*times_s, windows=windows))


def poisson(rate_hz, rng, end_s=1000.0):
    return np.cumsum(rng.exponential(1 / rate_hz, int(rate_hz * end_s)))


def test_a_clock_is_regular_and_chance_is_not():
    rng = np.random.default_rng(0)
    found = discharge(np.arange(0.0, 50.0, 0.1), poisson(4.0, rng, 900.0))
    clock, chance = interval_cv2s(found)
    assert clock == pytest.approx(0.0, abs=1e-6)
    assert chance == pytest.approx(1.0, abs=0.05)
    assert interval_cvs(found)[1] == pytest.approx(1.0, abs=0.05)


def test_drift_is_no_irregularity_to_cv2():
    drifting = np.cumsum(np.geomspace(0.01, 1.0, 200))
    found = discharge(drifting)
    assert interval_cvs(found)[0] > 0.8
    step = 200 / 199 * np.log(100) / 200  # each interval longer by this, on a logarithmic scale
    assert interval_cv2s(found)[0] == pytest.approx(2 * np.tanh(step / 2), rel=1e-3)


def test_cv2_by_hand_and_its_fewest_pairs():
    gaps = np.array([0.1, 0.3, 0.1, 0.3, 0.1, 0.3])
    times = np.concatenate([[1.0], 1.0 + np.cumsum(gaps)])
    np.testing.assert_allclose(interval_cv2s(discharge(times)), [2 * 0.2 / 0.4])
    assert interval_cv2s(discharge(times[:-1])).size == 0, "four pairs are too few"
    assert interval_cv2s(discharge([])).size == 0


def test_intervals_on_both_sides_of_a_gap_are_no_neighbours():
    times = np.concatenate([np.arange(1.0, 2.0, 0.1), np.arange(3.0, 4.0, 0.2)])
    broken = discharge(times, windows=[(1.0, 0.99, 2.0), (3.0, 1.0, 1.0)])
    np.testing.assert_allclose(interval_cv2s(broken), [0.0], atol=1e-9)
    assert interval_cv2s(discharge(times))[0] > 0.05, "seen whole, the pause and the change count"


def test_sizes_of_bursts_and_doublets():
    bursts = [10.0 + 0.5 * k + 0.005 * np.arange(size) for k, size in enumerate((2, 2, 4, 1, 7))]
    spikes = np.concatenate(bursts)
    assert sorted(burst_sizes(discharge(spikes)).tolist()) == [2, 2, 4, 7]
    made = train(spikes)
    numbers = burst_numbers(made, ectopic_discharge(made), 0.0)
    assert set(numbers) == set(MEANING)
    assert numbers["bursts_count"] == 4 and numbers["doublets_rel"] == 0.5
    assert numbers["spikes_per_burst_count"] == 3.0
    assert numbers["intraburst_interval_ms"] == pytest.approx(5.0)


def test_silence_has_no_numbers():
    silent = train([], [])
    numbers = burst_numbers(silent, ectopic_discharge(silent), 0.0)
    assert numbers.pop("bursts_count") == 0 and np.isnan(list(numbers.values())).all()


def test_correlation_of_counts():
    rng = np.random.default_rng(1)
    one, other = poisson(5.0, rng, 100.0), poisson(5.0, rng, 100.0)
    windows = [(0.0, 200.0, 200.0)]
    assert count_correlation(train(one, one, windows=windows), 0.0, 200.0) == pytest.approx(1.0)
    apart = count_correlation(train(one[one < 100], other, windows=windows), 0.0, 200.0)
    together_bins = np.sort(np.concatenate([one[: len(one) // 2], other[: len(other) // 2]]))
    shared = count_correlation(train(together_bins, one, windows=windows), 0.0, 200.0)
    assert abs(apart) < 0.06 and shared > 0.3
    assert np.isnan(count_correlation(train(one, [], windows=windows), 0.0, 200.0)), "one fires"
    clock = np.arange(0.0, 1.0, 0.1)
    for bins, known in ((LEAST_BINS - 1, False), (LEAST_BINS, True)):
        seen = train(clock, clock + 0.05, windows=[(0.0, bins * COUNT_S, 200.0)])
        assert np.isfinite(count_correlation(seen, 0.0, 200.0)) == known


def test_what_comes_long_after_release_is_not_compared():
    spikes = np.arange(1.0, 1.0 + TOGETHER_S, 0.37)
    late = TOGETHER_S + np.arange(100.0, 300.0, 0.01)
    windows = [(0.0, TOGETHER_S, TOGETHER_S), (TOGETHER_S, 500.0, 500.0)]
    alone, both = (
        train(
            np.concatenate([spikes, extra]), np.concatenate([spikes + 0.1, extra]), windows=windows
        )
        for extra in ([], late)
    )
    values = [
        burst_numbers(p, ectopic_discharge(p), 0.0)["spike_correlation_rel"] for p in (alone, both)
    ]
    assert values[0] == values[1] < 0 < count_correlation(both, 0.0, 1000.0)


def test_most_frequent_interval():
    assert interval_mode_ms(np.array([5.0, 5.1, 5.2, 80.0, 81.0])) == pytest.approx(5.0, rel=0.15)
    assert np.isnan(interval_mode_ms(np.zeros(0))) and np.isnan(interval_mode_ms(np.array([2e4])))
