"""What is read from test sessions."""

import numpy as np
import pytest

from nervejax.analysis.arrivals import (
    arrival_series,
    information_bits,
    modality_latency_ms,
    sessions,
)
from nervejax.recording.model import MODALITIES
from tests.unit.analysis_example import tiny_episode, tiny_population

WINDOWS = [(0.0, 0.1, 9.6), (0.1, 0.4, 0.4), (10.0, 0.1, 9.6), (10.1, 0.4, 0.4)]
SENT_S = [[0.11, 0.13, 0.16, 0.2, 0.3], [10.12, 10.15, 10.2, 10.24, 10.33]]
LATENCY_S = 0.004


def population(arriving=(5, 2), strays=()):
    """Two touch fibres, the first one's spikes arrive as told, in each of two sessions."""
    sent = [(t, f) for times in SENT_S for t in times for f in (0, 1)]
    back = [
        (t + LATENCY_S, 0, sent.index((t, 0)))
        for times, n in zip(SENT_S, arriving, strict=True)
        for t in times[:n]
    ]
    spikes = sorted([*back, *((t, f, -1) for t, f in strays)])
    made = tiny_population(np.ones((2, 2)), [(t, f) for t, f, _ in spikes], WINDOWS)
    made.spike_stimulus = np.array([k for *_, k in spikes], dtype=int)
    made.stimulus_time_ms = np.array([1e3 * t for t, _ in sent])
    made.stimulus_fibre = np.array([f for _, f in sent])
    made.nodes["modality"] = np.full(2, MODALITIES["touch"])
    return made


def test_counts_of_each_session():
    found = sessions(population(strays=[(0.05, 0), (0.25, 1), (10.4, 1)]))
    assert found.start_s.tolist() == [0.1, 10.1]
    assert found.sent.tolist() == [[5, 5], [5, 5]]
    assert found.arrived.tolist() == [[5, 0], [2, 0]]
    assert found.ghosts.tolist() == [[0, 1], [0, 1]], "a spike outside of a session is none"
    assert found.latency_ms[0] == pytest.approx(4.0) and np.isnan(found.latency_ms[1])


def test_repeats_and_the_time_without_stimuli():
    made = population()
    made.spike_time_ms = np.append(made.spike_time_ms, 10_400.0)
    made.spike_fibre = np.append(made.spike_fibre, 0)
    made.spike_stimulus = np.append(made.spike_stimulus, made.spike_stimulus.max())
    found = sessions(made)
    assert found.repeats.tolist() == [[0, 0], [1, 0]] and found.arrived.tolist() == [[5, 0], [2, 0]]
    np.testing.assert_allclose(
        found.free_s, [[0.4 - 0.12, 0.4 - 0.12], [0.4 - 0.125] * 2][:2], atol=6e-3
    )
    assert found.latency_ms[0] == pytest.approx(4.0), "repeats do not count"


def test_nothing_without_sessions():
    none = tiny_population(np.ones((2, 2)), [(0.05, 0)], WINDOWS)
    assert sessions(none) is None
    assert arrival_series(tiny_episode([0.0, 10.0], [none], 10.0, 10.0)) == {}


def test_series_hold_the_last_session():
    record = tiny_episode([-5.0, 0.0, 5.0, 10.0], [population()], 10.0, 10.0)
    series = arrival_series(record)
    np.testing.assert_allclose(series["arriving_touch_rel"], [np.nan, 0.5, 0.5, 0.2])
    assert series["ghosts_abeta_hz"][1:].tolist() == [0.0, 0.0, 0.0]
    bits = series["information_abeta_bits_per_s"]
    assert bits[1] > bits[3] > 0


def test_static_drowns_the_signal():
    rng = np.random.default_rng(0)
    noise = [(t, 0) for start in (0.1, 10.1) for t in start + 0.4 * rng.random(60)]
    clear, drowned = (sessions(population((5, 5), s)).bits_per_s for s in ((), sorted(noise)))
    assert np.all(drowned < 0.5 * clear)


def test_information_of_known_channels():
    assert information_bits(np.array([[5000, 0], [0, 5000]])) == pytest.approx(1.0, abs=1e-3)
    assert information_bits(np.array([[900, 100], [900, 100]])) == 0.0
    e = 0.1
    flips = np.array([[1 - e, e], [e, 1 - e]]) * 50000
    expected = 1 + e * np.log2(e) + (1 - e) * np.log2(1 - e)
    assert information_bits(flips) == pytest.approx(expected, abs=1e-3)
    assert information_bits(np.zeros((2, 2))) == 0.0


def test_latency_of_each_modality_in_each_session():
    made = population((5, 2))
    late = made.spike_time_ms > 10_000
    made.spike_time_ms = made.spike_time_ms + np.where(late, 6.0, 0.0)  # slowed, still in order
    made.nodes["modality"] = np.array([MODALITIES["touch"], MODALITIES["vibration"]])
    series = arrival_series(tiny_episode([-5.0, 0.0, 5.0, 10.0], [made], 10.0, 10.0))
    np.testing.assert_allclose(series["latency_touch_ms"], [np.nan, 4.0, 4.0, 10.0])
    assert np.isnan(series["latency_vibration_ms"]).all(), "nothing of it arrived"
    assert "latency_pressure_ms" not in series, "it was not sent"
    made.quarantined = {0: "v is nan"}
    left = arrival_series(tiny_episode([0.0], [made], 10.0, 10.0))
    assert "latency_touch_ms" not in left and np.isnan(left["latency_vibration_ms"]).all()


def test_latency_is_the_median_of_first_answers():
    made = population((5, 5))
    first = np.flatnonzero(made.spike_time_ms < 10_000)
    made.spike_time_ms[first] += [0.0, 1.0, 2.0, 5.0, 9.0]
    found = sessions(made)
    times = modality_latency_ms(made, found.start_s, "touch")
    np.testing.assert_allclose(times, [6.0, 4.0])
    repeats = made.spike_time_ms[first] + 12.0
    order = np.argsort(np.append(made.spike_time_ms, repeats), kind="stable")
    for name, extra in (
        ("spike_time_ms", repeats),
        ("spike_fibre", made.spike_fibre[first]),
        ("spike_stimulus", made.spike_stimulus[first]),
    ):
        setattr(made, name, np.append(getattr(made, name), extra)[order])
    np.testing.assert_allclose(modality_latency_ms(made, found.start_s, "touch"), [6.0, 4.0])
