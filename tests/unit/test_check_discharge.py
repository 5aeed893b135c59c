"""Checks 22, 23 and 25 on made-up spikes; lesions and margins on made-up tissue and fibres."""

import numpy as np
import pytest

from nervejax.checks import discharge, lasting, lesions, margins, order, pattern
from nervejax.checks.bench import drawn_constants_of
from nervejax.config import Config
from tests.unit.check_example import episode, read

INF, RELEASE = np.inf, 1200.0
ALL = ("abeta", "adelta", "c")


def bursts(first_s, last_s, fibres=range(8), interval_s=0.006, pause_s=1.3, size=4):
    """(time, fibre) of bursts of ``size`` spikes, each fibre at its own time."""
    return [
        (RELEASE + t + 0.11 * f + k * interval_s, f)
        for f in fibres
        for t in np.arange(first_s, last_s, pause_s)
        for k in range(size)
    ]


def _episodes(count=1.0):
    def made(last_s):
        return episode([INF] * 8, classes=ALL, spikes=bursts(30.0, 30.0 + last_s, pause_s=7.3))

    early = [(60.0, 0), (90.0, 1)]
    spikes = [*early, *bursts(30.0, 400.0), *bursts(60.0, 120.0, pause_s=0.7)]
    main = episode([INF] * 8, classes=ALL, spikes=spikes)
    return {
        "ischaemia_5": made(30.0), "ischaemia_10": made(200.0), "ischaemia_20": main,
        **{name: made(count) for name in discharge.ABLATED},
    }  # fmt: skip


def test_check_22():
    found = read(discharge.CHECK, **_episodes())
    assert {r.verdict for k, r in found.items() if k not in ("count", "both_ways", "small")} == {
        "pass"
    }
    assert found["early"].values[0] == 1.0 and 1.0 < found["peak"].values[0] < 2.3
    assert found["onset"].values[0] == pytest.approx(0.7, abs=0.3)
    assert found["grows_5"].values[0] < 0.3 and found["no_potassium"].values[0] > 90
    # a spike of a 0.1 s window stands for the 100 of its step
    after = len(bursts(30.0, 400.0)) + len(bursts(60.0, 120.0, pause_s=0.7))
    assert found["small"].values[0] == pytest.approx((200 / 1200) / (after / 600), rel=0.01)


def test_check_22_can_fail():
    lasting_on = _episodes(400.0)
    silent = episode([INF] * 8, classes=ALL)
    as_before = dict.fromkeys(discharge.ABLATED, lasting_on["ischaemia_20"])
    changed = {"ischaemia_10": lasting_on["ischaemia_5"], **as_before}
    other = read(discharge.CHECK, **lasting_on | changed)
    assert {other[k].verdict for k in ("grows_5", *discharge.ABLATED)} == {"fail"}
    none = read(discharge.CHECK, **dict.fromkeys(lasting_on, silent))
    verdicts = {k: r.verdict for k, r in none.items() if k not in ("count", "both_ways")}
    assert verdicts.pop("abeta") == "warn" and verdicts.pop("c") == "pass"
    assert set(verdicts.values()) == {"fail"}
    c = lasting_on["ischaemia_20"].populations["c"]
    a = lasting_on["ischaemia_20"].populations["abeta"]
    for name in ("spike_time_ms", "spike_fibre", "spike_origin_mm", "spike_stimulus"):
        setattr(c, name, getattr(a, name))
    a.spike_origin_mm = a.spike_origin_mm + 30.0
    a.spike_time_ms = a.spike_time_ms + 1e3 * 600.0
    found = read(discharge.CHECK, **lasting_on)
    assert {found[k].verdict for k in ("onset", "peak", "origin")} == {"fail"}
    assert {found[k].verdict for k in ("abeta", "c")} == {"warn"}
    # the same rate in every class but A-delta: 0.4 to 3.7 fibres
    assert found["abeta"].values[0] == pytest.approx(100 * 0.4 / 4.1)


def test_time_of_a_share_weighs_spikes():
    record = episode([INF], spikes=[(100.0, 0), (RELEASE + 10.0, 0), (RELEASE + 20.0, 0)])
    found = discharge.ectopic(record, 0.0, INF)
    assert discharge.time_of_share_s(found, 0.9) == pytest.approx(100.0)
    assert discharge.time_of_share_s(found, 0.985) == pytest.approx(RELEASE + 10.0)
    assert np.isnan(
        discharge.time_of_share_s(discharge.after(record, population="abeta").between(0, 1), 0.5)
    )


def test_check_23():
    spikes = bursts(30.0, 150.0)
    record = episode([INF] * 8, spikes=spikes, recovery_s=2700.0)
    fibres, since = record.populations["abeta"].fibres, (record.time_s - RELEASE) / 60.0
    shape = np.ones((len(since), 8))
    fibres["threshold_ratio"] = (
        shape * np.interp(since, [4, 5, 15, 30], [1.0, 1.4, 1.4, 1.0])[:, None]
    )
    fibres["superexcitability_rel"] = (
        shape * np.interp(since, [0, 10, 30], [-0.2, -0.3, -0.2])[:, None]
    )
    found = read(pattern.CHECK, bursts_20=record)
    of_episode = {k: r.verdict for k, r in found.items() if not k.startswith("n_")}
    assert set(of_episode.values()) == {"pass"}
    assert found["mode"].values[0] == pytest.approx(6, rel=0.15) and found["size"].text == "4"
    assert found["overshoot"].values[0] == pytest.approx(40.0)
    assert found["back"].values[0] == pytest.approx(26.3, abs=0.4)
    assert found["super"].values[0] == pytest.approx(-10.0, abs=0.1)


def test_check_23_can_fail():
    even = [(RELEASE + t, f) for f in range(8) for t in np.arange(30.0, 150.0, 0.05)]
    record = episode([INF] * 8, spikes=even, recovery_s=2700.0)
    fibres = record.populations["abeta"].fibres
    fibres["superexcitability_rel"] = -0.2 * np.ones_like(fibres["conducting"])
    fibres["threshold_ratio"][record.time_s > RELEASE] = 1.7
    found = read(pattern.CHECK, bursts_20=record)
    assert found["together"].values[0] > 0.9 and found["super"].verdict == "fail"
    assert {found[k].verdict for k in ("mode", "size", "cv", "together", "overshoot", "back")} == {
        "warn"
    }


def test_an_n_shaped_current_needs_raised_potassium():
    p = drawn_constants_of("abeta")
    rest = pattern.steady_current_pA(p, p["v_rest"][:1], 4.0)[0]
    assert abs(rest[0]) < 1e-6 * p["g_rest_i"][0] * 100
    assert not pattern.n_shaped(pattern.steady_current_pA(p, pattern.SCAN_MV, 4.0)).any()
    assert pattern.n_shaped(pattern.steady_current_pA(p, pattern.SCAN_MV, 20.0)).all()
    line = np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 2.0], [2.0, 3.0]])
    np.testing.assert_array_equal(pattern.n_shaped(line), [True, False])
    np.testing.assert_array_equal(pattern.n_shaped(line[:3]), [False, False])


def test_check_25_of_a_demyelinated_nerve():
    spikes = [(t + 0.01 * f, f) for f in (0, 1) for t in np.arange(RELEASE, RELEASE + 1190, 0.1)]
    record = episode([INF] * 8, spikes=spikes)
    fibres = record.populations["abeta"]
    late = fibres.window_start_s >= RELEASE
    for name in ("window_start_s", "window_s", "window_stands_for_s"):
        setattr(fibres, name, getattr(fibres, name)[late])
    rate, spread, origin = lasting.spontaneous(record)
    np.testing.assert_allclose(rate, 10.0, rtol=0.02)
    assert spread.max() < 0.01 and set(origin) == {48.0}


def test_what_stays_and_what_is_lost():
    record = episode([-INF, 60.0, INF, INF], [INF, 20.0, INF, INF], classes=("abeta", "adelta"))
    assert lasting.left_percent(record) == 25.0 and lasting.lost_percent(record) == 25.0
    slow = episode([-INF, INF, INF, INF])
    slow.populations["abeta"].nodes["conduction_velocity_m_per_s"] *= 0.95
    assert lasting.velocity_change_percent(slow, record) == pytest.approx(-5.0)
    none = episode([-INF] * 4)
    assert np.isnan(lasting.velocity_change_percent(none, record))
    assert order.first_sites_mm(none).size == 0


def test_damage_mends_with_its_time_constant():
    days = np.linspace(0.0, 80.0, 81)
    assert lasting.time_constant_weeks(days, np.exp(-days / 35.0)) == pytest.approx(5.0)
    assert np.isnan(lasting.time_constant_weeks(days, np.zeros(81)))
    config = Config()
    weeks = [lasting.time_constant_weeks(*lasting.mending(config, p)) for p in (1000.0, 1500.0)]
    np.testing.assert_allclose(weeks, config.physiology.mechanics.repair_days / 7.0, rtol=1e-3)
    assert np.isnan(lasting.time_constant_weeks(*lasting.mending(config, 100.0)))


def test_where_damage_lies():
    x = np.arange(0.0, 100.1, 0.5)
    edges = (np.abs(np.abs(x - 50) - 10) < 1.0).astype(float)
    assert lesions.zones_percent(x, edges, 50.0, 20.0) == {"edges": 100.0, "centre": 0.0}
    centre = (np.abs(x - 50) < 3.0).astype(float)
    assert lesions.zones_percent(x, centre, 50.0, 20.0) == {"edges": 0.0, "centre": 100.0}
    assert np.isnan(lesions.zones_percent(x, 0 * x, 50.0, 20.0)["edges"])


def test_a_lesion_is_damage_that_outlasts_strain():
    config = Config()
    load = lesions.stretch_load(config, 1200.0)
    during = lesions.loaded(config, load, 90.0, True)
    after = lesions.released(config, during, 36.0)
    assert during["opening_S_per_cm2"].max() > 1.3 * after["opening_S_per_cm2"].max() > 0
    assert after["damage_rel"].sum() == pytest.approx(during["damage_rel"].sum(), rel=0.05)
    assert during["flow_rel"].min() < 0.01
    free = lesions.loaded(config, load, 90.0, False)
    assert free["flow_rel"].min() > 0.99


def test_a_wide_open_stretch_blocks_drawn_fibres():
    config = Config()
    config.population.n_abeta, config.population.n_adelta, config.population.n_c = 3, 2, 0
    config.numerics.lanes = 8
    x = lesions.tissue_grid_mm(config.nerve)
    near = np.abs(x - 50.0) < 8.0
    shut = lesions.probed(config, {"opening_S_per_cm2": 0.0 * x}, 1)
    wide = lesions.probed(config, {"opening_S_per_cm2": 0.3 * near}, 1)
    large = shut.diameter_um > lesions.LARGE_UM
    assert large.sum() == 3 and not shut.blocked.any() and wide.blocked[large].all()
    assert ((shut.depth_rel >= 0) & (shut.depth_rel <= 1)).all()


def test_bisection_towards_block():
    held = {}

    def read_out():
        return np.where(held["x"] < np.array([0.5, 3.0, 1e9]), held["x"] * 10.0, np.nan)

    def hold(x):
        held["x"] = x

    one = np.ones(3)
    edge, value = margins.last_before(hold, read_out, 0.01 * one, 100 * one)
    np.testing.assert_allclose(edge[:2], [0.5, 3.0], rtol=0.011)
    np.testing.assert_allclose(value[:2], [5.0, 30.0], rtol=0.011)
    assert (edge[:2] < [0.5, 3.0]).all() and np.isnan(edge[2]) and np.isnan(value[2])
