"""Where spikes begin and where they are felt; what moves, on lines and crowds whose speed is known."""

import time

import numpy as np
import pytest

from nervejax.analysis.bodymap import origin_map, projected_map, travels, turns
from nervejax.analysis.travel import LEAST_GROUPS, travel, widening
from tests.unit.analysis_example import tiny_episode, tiny_population

WINDOWS = [(0.0, 0.5, 10.0), (10.0, 2.0, 10.0)]


@pytest.fixture
def record():
    """Two A-beta fibres; three spikes in 0.5 s that stands for 10 s, two in 2 s of the next 10 s."""
    spikes = [(0.1, 0), (0.2, 0), (0.501, 1), (11.0, 1), (11.5, 1)]
    made = tiny_population([[1, 1], [1, 0]], spikes, WINDOWS)
    made.spike_origin_mm = np.array([5.0, 15.0, 20.0, 20.0, np.nan])
    made.nodes["receptor_mm"] = np.array([350.0, 620.0])
    made.fibres["ectopic_rate_hz"] = np.array([[4.0, 2.0], [0.0, 1.0]])
    return tiny_episode([0.0, 10.0], [made], 20.0, 0.0)


def test_origins_are_counted_for_the_time_their_window_stands_for(record):
    rate = origin_map(record, np.array([0.0, 10.0, 20.0]))["abeta"]
    one = 20.0 / 10.0 / 2  # an observed spike of the first window: 20 in 10 s, over 2 fibres
    np.testing.assert_allclose(rate, [[one, 2 * one], [0.0, 5.0 / 10.0 / 2]])
    np.testing.assert_allclose(
        origin_map(record, np.array([0.0, 10.0]))["abeta"], [[one], [0.0]], err_msg="outside"
    )


def test_a_spike_belongs_to_the_step_in_which_it_arrives(record):
    made = record.populations["abeta"]
    made.spike_time_ms = np.array([100.0, 9_999.0, 10_050.0, 11_000.0, 11_500.0])
    made.window_s = np.array([10.0, 2.0])
    rate = origin_map(record, np.array([0.0, 30.0]))["abeta"]
    np.testing.assert_allclose(rate[:, 0], [2 / 10 / 2, 2 * 5.0 / 10 / 2])


def test_origins_of_quarantined_and_of_no_fibres(record):
    made = record.populations["abeta"]
    made.quarantined = {0: "v is nan"}
    rate = origin_map(record, np.array([0.0, 10.0, 20.0]))["abeta"]
    np.testing.assert_allclose(rate, [[0.0, 2.0], [0.0, 0.5]])
    made.quarantined = {0: "v is nan", 1: "v is nan"}
    assert np.isnan(origin_map(record, np.array([0.0, 10.0]))["abeta"]).all()


def test_sensation_is_felt_at_the_receptors(record):
    found = projected_map(record, np.array([300.0, 400.0, 500.0, 620.0]))["abeta"]
    np.testing.assert_allclose(found.conducting, [[1, np.nan, 1], [1, np.nan, 0]])
    np.testing.assert_allclose(found.rate_hz, [[4, np.nan, 2], [0, np.nan, 1]])
    both = projected_map(record, np.array([300.0, 900.0]))["abeta"]
    np.testing.assert_allclose(both.conducting[:, 0], [1.0, 0.5])
    np.testing.assert_allclose(both.rate_hz[:, 0], [3.0, 0.5])


def test_a_quarantined_fibre_is_not_numb(record):
    record.populations["abeta"].quarantined = {1: "v is nan"}
    record.populations["abeta"].fibres["conducting"][:, 1] = np.nan
    found = projected_map(record, np.array([300.0, 900.0]))["abeta"]
    np.testing.assert_allclose(found.conducting[:, 0], [1.0, 1.0])
    nobody = projected_map(record, np.array([600.0, 700.0]))["abeta"]
    assert np.isnan(nobody.conducting).all() and np.isnan(nobody.rate_hz).all()


def test_a_class_without_fibres_is_neither_numb_nor_at_rest(record):
    none = tiny_population(np.ones((2, 0)))
    none.nodes["receptor_mm"] = np.zeros(0)
    none.fibres["failing_site_mm"] = np.zeros((2, 0))
    record.populations["abeta"] = none
    assert np.isnan(projected_map(record, np.array([0.0, 900.0]))["abeta"]).all()
    assert np.isnan(origin_map(record, np.array([0.0, 100.0]))["abeta"]).all()
    assert {found.direction for found in travels(record).values()} == {"not measurable"}


def test_a_line_is_found_with_its_sign():
    t = np.linspace(0.0, 600.0, 12)
    away, back = travel(t, 300.0 + 50.0 * t / 60), travel(t, 900.0 - 8.0 * t / 60)
    assert away.speed_mm_per_min == pytest.approx(50.0) and away.n == 12
    assert away.direction == "towards the periphery"
    assert back.speed_mm_per_min == pytest.approx(-8.0)
    assert back.low == pytest.approx(-8.0) and back.high == pytest.approx(-8.0)
    assert back.direction == "towards the centre"


def test_a_noisy_line_lies_in_its_interval_nineteen_times_in_twenty():
    rng = np.random.default_rng(0)
    held, moved = 0, 0
    for _ in range(200):
        t = rng.uniform(0.0, 300.0, 20)
        found = travel(t, 10.0 * t / 60 + rng.normal(0.0, 10.0, 20))
        held += found.low <= 10.0 <= found.high
        moved += found.direction == "towards the periphery"
    assert 182 <= held <= 200 and moved > 190


def test_a_crowd_in_no_order_goes_nowhere():
    rng = np.random.default_rng(1)
    words = [travel(rng.exponential(60.0, 10), rng.uniform(300, 900, 10)) for _ in range(300)]
    assert np.mean([found.direction != "none" for found in words]) < 0.08


def test_too_few_or_all_at_once_is_not_measurable():
    t = np.linspace(0.0, 60.0, LEAST_GROUPS)
    assert travel(t, t).direction == "towards the periphery"
    for few in (travel(t[1:], t[1:]), travel(np.append(t[1:], np.nan), t), travel([], [])):
        assert few.direction == "not measurable" and np.isnan(few.speed_mm_per_min)
    assert travel(t, t).n == 5 and travel(t, t, weight=np.array([1.0, 1, 1, 1, 0])).n == 4
    assert travel(np.full(20, 30.0), np.arange(20.0)).direction == "not measurable"
    nearly = np.append(np.full(19, 30.0), 40.0)
    assert travel(nearly, np.arange(20.0)).direction == "not measurable", "one fibre decides"


def test_weight_decides_where_the_middle_is():
    t = np.tile(np.linspace(0.0, 600.0, 10), 2)
    place = np.concatenate([t[:10] / 60, -t[:10] / 60])
    heavy = travel(t, place, np.repeat([1.0, 3.0], 10))
    assert heavy.speed_mm_per_min == pytest.approx(-0.5)


def test_many_spikes_of_few_fibres_are_few_witnesses():
    rng = np.random.default_rng(2)
    wrong = dict.fromkeys(("by spike", "by fibre"), 0)
    for _ in range(15):
        fibre = np.repeat(np.arange(8), 30)
        t = rng.uniform(0.0, 120.0, 8)[fibre] + rng.exponential(20.0, 240)
        place = rng.normal(50.0, 4.0, 8)[fibre] + rng.normal(0.0, 1.0, 240)
        wrong["by spike"] += travel(t, place).direction != "none"
        found = travel(t, place, group=fibre)
        wrong["by fibre"] += found.direction != "none"
        assert found.n == 8
    assert wrong["by fibre"] <= 2 and wrong["by spike"] >= 8


def test_a_source_that_wanders_in_every_fibre_is_seen():
    rng = np.random.default_rng(3)
    fibre = np.repeat(np.arange(8), 100)
    t = rng.uniform(0.0, 240.0, 800)
    place = rng.normal(50.0, 1.0, 8)[fibre] - 3.0 * t / 60
    found = travel(t, place, group=fibre)
    assert found.speed_mm_per_min == pytest.approx(-3.0, abs=0.3)
    assert found.direction == "towards the centre"


def test_the_interval_is_widened_as_students_t():
    for n, t in ((5, 3.182), (8, 2.447), (22, 2.086), (102, 1.984)):
        assert widening(n) == pytest.approx(t / 1.96 * np.sqrt(n / (n - 2)), rel=0.04)


def test_when_fibres_turn():
    steps = np.arange(-10.0, 100.0, 10.0)
    up = np.ones((11, 5))
    up[2, 0] = 0  # one probe that met something, at 10 s
    up[3:7, 1] = 0  # lost at 20 s, back at 60 s
    up[4:, 2] = 0  # lost at 30 s, never back
    up[7:9, 3] = 0  # fails after release only
    up[:, 4] = 0  # never conducted
    made = tiny_population(up)
    made.fibres["failing_site_mm"] = np.where(up > 0, np.nan, 40.0 + steps[:, None])
    record = tiny_episode(steps, [made], 50.0, 50.0)
    found = turns(record)
    np.testing.assert_array_equal(found.lost_s, [np.nan, 20, 30, np.nan, np.nan])
    np.testing.assert_array_equal(found.site_mm, [np.nan, 60, 70, np.nan, np.nan])
    np.testing.assert_array_equal(found.back_s, [np.nan, 10, np.nan, np.nan, np.nan])
    made.quarantined = {1: "v is nan"}
    np.testing.assert_array_equal(turns(record).lost_s, [np.nan, np.nan, 30, np.nan, np.nan])
    ended = tiny_episode(steps[:6], [tiny_population(up[:6])], 50.0, 0.0)
    ended.populations["abeta"].fibres["failing_site_mm"] = np.ones((6, 5))
    assert np.isnan(turns(ended).back_s).all()


def leg(fibres=12):
    """Receptors far out fail first, at sites that move to the centre, and near ones return first."""
    steps = np.arange(-10.0, 900.0, 10.0)
    receptor = np.linspace(300.0, 900.0, fibres)
    order = np.arange(fibres)
    lost, back = 400.0 - 20.0 * order, 500.0 + 20.0 * order
    up = ~((steps[:, None] >= lost) & (steps[:, None] < back))
    made = tiny_population(up)
    made.nodes["receptor_mm"] = receptor
    made.fibres["failing_site_mm"] = np.where(up, np.nan, 60.0 - steps[:, None] / 60)
    return tiny_episode(steps, [made], 480.0, 420.0)


def test_travels_of_a_leg():
    record = leg()
    made = record.populations["abeta"]
    times, there_and_back = np.linspace(481.0, 881.0, 240), np.r_[0:12, 11:-1:-1]
    made.spike_time_ms, made.spike_fibre = 1e3 * times, np.tile(there_and_back, 10)
    made.spike_origin_mm = 50.0 + 0.5 * (times - 480.0) / 60
    made.spike_stimulus = np.full(240, -1)
    found = travels(record)
    per_min = 600.0 / 11 / (20.0 / 60)
    assert found["loss_projected"].speed_mm_per_min == pytest.approx(-per_min)
    assert found["loss_site"].speed_mm_per_min == pytest.approx(-1.0)
    assert found["recovery_projected"].speed_mm_per_min == pytest.approx(per_min)
    assert found["source"].speed_mm_per_min == pytest.approx(0.5)
    assert found["source_projected"].direction == "none" and found["source_projected"].n == 12
    words = [found[name].direction for name in ("loss_projected", "recovery_projected", "source")]
    assert words == ["towards the centre", "towards the periphery", "towards the periphery"]


def test_spikes_under_pressure_are_no_source_after_release():
    record = leg()
    made = record.populations["abeta"]
    made.spike_time_ms, made.spike_fibre = np.linspace(0, 470_000, 60), np.arange(60) % 12
    made.spike_origin_mm, made.spike_stimulus = np.full(60, 50.0), np.full(60, -1)
    assert travels(record)["source"].n == 0


def test_a_healthy_leg_goes_nowhere():
    record = leg()
    record.populations["abeta"].fibres["conducting"][:] = 1
    assert {found.direction for found in travels(record).values()} == {"not measurable"}


def test_a_large_episode_is_quick():
    rng = np.random.default_rng(4)
    fibres, spikes = 300, 100_000
    steps = np.arange(-60.0, 2100.0, 5.0)
    made = tiny_population(rng.random((len(steps), fibres)) < 0.7)
    made.nodes["receptor_mm"] = rng.uniform(300, 900, fibres)
    made.fibres["failing_site_mm"] = rng.uniform(0, 100, made.fibres["conducting"].shape)
    made.spike_time_ms = np.sort(rng.uniform(1200e3, 2100e3, spikes))
    made.spike_fibre = rng.integers(0, fibres, spikes)
    made.spike_origin_mm = rng.uniform(0, 100, spikes)
    made.spike_stimulus = np.full(spikes, -1)
    made.window_start_s, made.window_s = steps, np.full(len(steps), 0.5)
    made.window_stands_for_s = np.full(len(steps), 5.0)
    record = tiny_episode(steps, [made], 1200.0, 900.0)
    start = time.process_time()
    origin_map(record, np.linspace(0, 100, 51))
    projected_map(record, np.linspace(300, 900, 31))
    travels(record)
    assert time.process_time() - start < 2.0
