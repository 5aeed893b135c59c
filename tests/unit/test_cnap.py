"""The compound action potential against hand-made arrivals and against its undispersed definition."""

import time

import numpy as np
import pytest

from nervejax.analysis import cnap
from nervejax.analysis.cnap import cnap_course, cnap_series, cnap_trace, spread_ms, unit_potential
from nervejax.checks import courses
from nervejax.recording import layout
from tests.unit.analysis_example import tiny_episode, tiny_population

LATENCY_MS = 1.0


def record(conducting, velocity_m_per_s, diameter_um, slower_ms=0.0, name="abeta"):
    """A class by its conduction (T, F), velocities, diameters (F,) and growth of latency (T, F)."""
    conducting = np.asarray(conducting, dtype=float)
    made = tiny_population(conducting, name=name)
    made.nodes["diameter_um"] = np.asarray(diameter_um, dtype=float)
    made.nodes["conduction_velocity_m_per_s"] = np.asarray(velocity_m_per_s, dtype=float)
    latency = LATENCY_MS + np.broadcast_to(slower_ms, conducting.shape)
    made.fibres["latency_ms"] = np.where(conducting > 0.5, latency, np.nan)
    return tiny_episode(np.arange(len(conducting)) - 1.0, [made], 1.0, len(conducting))


def rising(*rows):
    """Growth of latency, one row per step."""
    return np.array(rows, dtype=float)


def test_a_spike_is_a_large_phase_between_two_small_ones_without_area():
    t = np.linspace(-5.0, 5.0, 100_001)
    v = unit_potential(t, 0.8)
    assert v.max() == unit_potential(0.0, 0.8) == 1.0
    assert unit_potential(np.array([-0.4, 0.4]), 0.8) == pytest.approx(0.0, abs=1e-12)
    assert (v[np.abs(t) < 0.399] > 0).all() and (v[(np.abs(t) > 0.401)] <= 0).all()
    assert v.min() == pytest.approx(-2 * np.exp(-1.5), abs=1e-6)
    assert v.sum() * (t[1] - t[0]) == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(v, v[::-1], atol=1e-12)


def test_spikes_that_arrive_together_give_the_undispersed_definition():
    rng = np.random.default_rng(0)
    up = rng.random((40, 9)) < np.linspace(1.0, 0.0, 40)[:, None]
    up[0] = True
    made = record(up, np.full(9, 50.0), rng.uniform(8, 14, 9))
    np.testing.assert_allclose(
        cnap_course(made, "abeta")["cnap_abeta_rel"], courses.cnap(made), atol=1e-9
    )


def test_the_trace_is_the_sum_of_its_fibres():
    made = record(np.ones((2, 2)), [50.0, 40.0], [8.0, 12.0])
    t = np.linspace(0.0, 6.0, 2001)
    weight, passes = np.array([64.0, 144.0]), np.array([2.0, 2.5])  # 100 mm at 50 and 40 m/s
    width = np.hypot(cnap.WIDTH_MS["abeta"], 2 * spread_ms(passes, weight))
    by_hand = sum(w * unit_potential(t - p, width) for w, p in zip(weight, passes, strict=True))
    trace = cnap_trace(made, "abeta", 0, t)
    np.testing.assert_allclose(trace, by_hand / np.ptp(by_hand), atol=2e-3)
    assert np.ptp(trace) == pytest.approx(1.0, abs=2e-3)
    near = cnap_trace(made, "abeta", 0, t, distance_mm=50.0)
    assert t[near.argmax()] == pytest.approx(0.5 * t[trace.argmax()], abs=0.1)


def test_course_and_trace_agree_at_every_step():
    rng = np.random.default_rng(1)
    up = rng.random((6, 12)) < 0.7
    up[0] = True
    made = record(up, rng.uniform(35, 70, 12), rng.uniform(8, 14, 12), rng.uniform(0, 2, (6, 12)))
    t = np.linspace(-3.0, 12.0, 6001)
    course = cnap_course(made, "abeta")
    traces = [cnap_trace(made, "abeta", step, t) for step in range(6)]
    np.testing.assert_allclose(course["cnap_abeta_rel"], [np.ptp(v) for v in traces], rtol=4e-3)
    peaks = [t[v.argmax()] for v in traces]
    np.testing.assert_allclose(course["cnap_latency_abeta_ms"], peaks, atol=0.03)


def test_slowing_of_all_fibres_alike_moves_it_and_leaves_its_height():
    made = record(
        np.ones((2, 3)), [40.0, 50.0, 60.0], [9.0, 10.0, 11.0], rising([0] * 3, [1.5] * 3)
    )
    course = cnap_course(made, "abeta")
    np.testing.assert_allclose(course["cnap_abeta_rel"], 1.0, rtol=2e-3)
    assert np.diff(course["cnap_latency_abeta_ms"])[0] == pytest.approx(1.5, abs=0.02)
    assert np.diff(course["cnap_duration_abeta_ms"])[0] == pytest.approx(0.0, abs=0.03)


def test_spikes_that_come_apart_cancel_without_a_block():
    slower = rising([0, 0, 0], [0, 0.1, 0.2], [0, 2.0, 4.0])
    course = cnap_course(record(np.ones((3, 3)), [50.0] * 3, [10.0] * 3, slower), "abeta")
    height, lasts = course["cnap_abeta_rel"], course["cnap_duration_abeta_ms"]
    assert 1.0 == height[0] > height[1] > height[2]
    assert height[2] == pytest.approx(1 / 3, rel=1e-2), "far apart, one spike is all there is"
    assert 0.05 < lasts[1] - lasts[0] < 0.2
    assert lasts[2] - lasts[0] == pytest.approx(4.0, abs=0.05)


def test_fast_fibres_slowed_to_the_pace_of_slow_ones_add_up_to_more():
    made = record(np.ones((2, 2)), [80.0, 40.0], [10.0, 10.0], rising([0, 0], [1.25, 0]))
    assert cnap_course(made, "abeta")["cnap_abeta_rel"][1] > 1.2


def test_nothing_is_zero_and_what_never_conducted_is_unknown():
    course = cnap_course(record([[1, 1], [0, 0]], [50.0, 40.0], [9.0, 9.0]), "abeta")
    assert course["cnap_abeta_rel"].tolist() == [1.0, 0.0]
    assert np.isnan(course["cnap_latency_abeta_ms"][1])
    assert np.isnan(course["cnap_duration_abeta_ms"][1])
    dead = record([[0, 0], [1, 1]], [50.0, 40.0], [9.0, 9.0])
    assert np.isnan(list(cnap_course(dead, "abeta").values())).all()
    assert np.isnan(cnap_trace(dead, "abeta", 1, np.arange(3.0))).all()


def test_what_is_lost_in_noise_has_a_height_and_no_latency():
    made = record([[1, 1], [0, 1]], [50.0, 50.0], [10.0, 1.0])
    course = cnap_course(made, "abeta")
    assert (
        course["cnap_abeta_rel"][1] == pytest.approx(1 / 101, rel=1e-3) and cnap.SEEN_REL > 1 / 101
    )
    assert np.isnan(course["cnap_latency_abeta_ms"][1])


def test_a_quarantined_fibre_is_left_out():
    made = record([[1, 1], [0, 1]], [50.0, 50.0], [10.0, 10.0])
    assert cnap_course(made, "abeta")["cnap_abeta_rel"][1] == pytest.approx(0.5)
    made.populations["abeta"].quarantined = {0: "v is nan"}
    assert cnap_course(made, "abeta")["cnap_abeta_rel"][1] == pytest.approx(1.0)


def test_few_fibres_are_spread_over_what_lies_between_them():
    assert spread_ms(np.array([3.0]), np.array([5.0])) == 0.0
    times = np.array([1.0, 2.0, 3.0, 4.0])
    assert spread_ms(times, np.ones(4)) == pytest.approx(1.06 * np.std(times) * 4**-0.2)
    many = np.tile(times, 50)
    assert spread_ms(many, np.ones(200)) == pytest.approx(1.06 * np.std(times) * 200**-0.2)
    uneven = spread_ms(times, np.array([1.0, 1e-9, 1e-9, 1.0]))
    assert uneven == pytest.approx(1.06 * 1.5 * 2**-0.2, rel=1e-4)


def test_series_of_all_classes_have_names_that_the_file_takes():
    made = record(np.ones((2, 2)), [50.0, 40.0], [9.0, 9.0])
    made.populations["c"] = record(np.ones((2, 2)), [0.7, 0.9], [1.0, 1.0], name="c").populations[
        "c"
    ]
    series = cnap_series(made)
    assert {layout.unit_of(name) for name in series} == {"1", "ms"} and len(series) == 6
    assert all(layout.NAME.fullmatch(name) for name in series)
    assert series["cnap_latency_c_ms"][0] > 100.0, "C spikes need longer than 0.1 s for 100 mm"


def test_a_large_episode_takes_well_under_a_second():
    rng = np.random.default_rng(2)
    up = rng.random((500, 300)) < 0.8
    up[0] = True
    made = record(
        up, rng.uniform(35, 70, 300), rng.uniform(8, 14, 300), rng.exponential(1, (500, 300))
    )
    start = time.process_time()
    cnap_course(made, "abeta")
    assert time.process_time() - start < 1.0
