"""Strength-duration and recovery cycle on forks: against the bench, and what an episode keeps of them."""

import numpy as np
import pytest

from nervejax.episode import electrotonus, excitability
from nervejax.episode.driver import run_episode
from nervejax.episode.excitability import weiss, weiss_us
from nervejax.episode.schedule import falls_within
from nervejax.fibre import recovery
from nervejax.fibre.models import prepare
from nervejax.fibre.thresholds import Question, thresholds
from nervejax.population.classes import ABETA, ADELTA
from tests.episode.by_hand import alike, coupled, myelinated
from tests.episode.conftest import short_config

NAMES = ("strength_duration_us", "refractoriness_rel", "superexcitability_rel")


@pytest.mark.parametrize("kind", [ABETA, ADELTA], ids=["abeta", "adelta"])
def test_at_rest_as_on_the_bench(kind, monkeypatch):
    group = myelinated(alike(), kind, count=1)
    found = group.excitability()
    bench = prepare(kind.name, group.table["diameter_um"], temperature_degC=37.0)
    inside = bench.intracellular(bench.centre)
    short, longer, at_end = thresholds(
        bench,
        [Question(0, inside, 0.1), Question(0, inside, 1.0),
         Question(0, bench.intracellular(bench.end), 0.1)],
    )  # fmt: skip
    # the bench asks for a spike that travels, cuts the ends and keeps ten modes
    np.testing.assert_allclose(group.thresholds(), short, rtol=0.02)
    expected = weiss_us(0.1, np.array([short]), 1.0, np.array([longer]))
    np.testing.assert_allclose(found["strength_duration_us"], expected, rtol=0.04)
    monkeypatch.setattr(recovery, "INTERVALS_MS", (2.5, 7.0))
    monkeypatch.setattr(recovery, "REFRACTORY_STEPS", 1)
    cycle = recovery.recovery_cycle(bench, np.array([at_end]))
    change = dict(zip(np.round(cycle.interval_ms, 2), cycle.threshold_change[0], strict=True))
    assert found["refractoriness_rel"][0] == pytest.approx(change[2.5], abs=0.03)
    assert found["superexcitability_rel"][0] == pytest.approx(change[7.0], abs=0.02)


def test_weiss():
    rheobase, tau = np.array([0.4, np.nan]), 500.0
    short, longer = (rheobase * (w + 1e-3 * tau) / w for w in (0.1, 1.0))
    np.testing.assert_allclose(weiss_us(0.1, short, 1.0, longer), [tau, np.nan])


def test_nothing_feeds_back_and_what_cannot_be_excited_is_nan():
    group = myelinated(alike(numerics__noise=1.0))
    group.window(0.06)
    state, block, before = group.state, group.block, group.snapshot()
    first = group.excitability()
    assert group.state is state and group.block == block
    assert all(np.array_equal(group.snapshot()[k], v) for k, v in before.items())
    assert all(np.array_equal(group.excitability()[k], v) for k, v in first.items())
    assert all(np.all(np.isfinite(v)) for v in first.values())
    group.sodium = 0.0 * group.sodium
    assert all(np.all(np.isnan(v)) for v in group.excitability().values())


def test_a_fibre_fresh_from_its_spike_is_refractory(monkeypatch):
    monkeypatch.setattr(excitability, "INTERVALS_MS", {"early": 0.6, "later": 1.0, "late": 7.0})
    found = myelinated(alike()).excitability()
    assert np.all(found["early"] > 0.5) or np.all(np.isnan(found["early"]))
    assert np.all(found["later"] > 0.1) and np.all(found["late"] < -0.05)


def test_potassium_moves_them():
    rest = myelinated(alike())
    high = myelinated(alike())
    high.k_periaxonal = high.k_periaxonal + 1.5
    coupled(high, potassium_mM=1.5)
    high.window(0.2)
    a, b = rest.excitability(), high.excitability()
    assert np.all(b["superexcitability_rel"] > a["superexcitability_rel"] + 0.01)
    assert np.all(b["refractoriness_rel"] > a["refractoriness_rel"] + 0.03)


def brief(every_s):
    return run_episode(
        short_config(
            numerics__excitability_every_s=every_s, population__n_c=1, population__n_adelta=1,
            population__n_abeta=1, duration__compression_s=10.0, duration__recovery_s=1.0,
            duration__baseline_s=1.0,
        )
    ).populations  # fmt: skip


def test_an_episode_keeps_them_between_measurements():
    populations = brief(8.0)
    assert not set(NAMES) & set(populations["c"].fibres)
    for name in ("abeta", "adelta"):
        fibres = populations[name].fibres
        steps = len(fibres["conducting"])
        for measure in NAMES:
            assert fibres[measure].shape == (steps, 1)
            assert 1 < len(np.unique(fibres[measure])) < steps  # measured anew, and held


def test_none_by_default():
    assert not any(set(NAMES) & set(p.fibres) for p in brief(0.0).values())


def test_weiss_through_many_widths():
    width, rheobase, tau_us = np.array([0.1, 0.2, 0.5, 1.0]), np.array([0.4, np.nan]), 500.0
    found = weiss(width, rheobase * (width[:, None] + 1e-3 * tau_us) / width[:, None])
    np.testing.assert_allclose(found, [[tau_us, np.nan], [0.4, np.nan]])
    charge = np.array([1.0, 2.0, 4.0, 9.0])  # off the line: least squares on the charges
    slope, cut = np.polyfit(width, charge, 1)
    np.testing.assert_allclose(
        weiss(width, (charge / width)[:, None]), [[1e3 * cut / slope], [slope]]
    )


@pytest.fixture
def quick(monkeypatch):
    """A full test of few conditions."""
    monkeypatch.setattr(excitability, "CYCLE_MS", (2.5, 7.0))
    monkeypatch.setattr(excitability, "DELAYS_MS", (5.0,))
    monkeypatch.setattr(electrotonus, "DELAYS_MS", (5.0,))


def test_the_full_test_agrees_with_the_brief_one(quick):
    group = myelinated(alike(numerics__lanes=8))
    brief, full = group.excitability(), group.excitability_test(12.0)
    for k, name in enumerate(("refractoriness_rel", "superexcitability_rel")):
        np.testing.assert_allclose(full.recovery_change_rel[0, k], brief[name], atol=0.01)
    np.testing.assert_allclose(
        full.strength_duration_us[0], brief["strength_duration_us"], rtol=0.1
    )
    np.testing.assert_allclose(full.threshold_nA[0, 0], group.thresholds(), rtol=0.02)
    assert np.all(np.diff(full.threshold_nA[0], axis=0) < 0)
    assert np.all(full.rheobase_nA[0] < full.threshold_nA[0, -1])
    assert full.instant_s.tolist() == [12.0]
    assert full.electrotonus_reduction_rel.shape == (1, 4, 1, 2)


def test_what_fires_again_has_no_recovery_cycle(quick, monkeypatch):
    group = myelinated(alike(numerics__lanes=8))
    run, calls = group.run, []

    def second_spike(states, cables, drives, ms, settle_ms, dt_us):
        out = run(states, cables, drives, ms, settle_ms, dt_us)
        calls.append(ms)
        if ms == pytest.approx(4.5):  # from the first interval to the second, of fibre 1
            last = np.array(out[0][1].last)
            last[:, 1] = 1.0
            out[0] = (out[0][0], out[0][1]._replace(last=last), out[0][2])
        return out

    monkeypatch.setattr(group, "run", second_spike)
    change = group.excitability_test(0.0).recovery_change_rel[0]
    assert any(ms == pytest.approx(4.5) for ms in calls)
    np.testing.assert_array_equal(np.isnan(change), [[False, False], [False, True]])


def test_a_full_test_of_what_cannot_be_excited_is_nan(quick):
    group = myelinated(alike(numerics__lanes=8))
    group.sodium = 0.0 * group.sodium
    found = group.excitability_test(0.0)
    for name in MEASURED:
        assert np.all(np.isnan(getattr(found, name))), name


MEASURED = (
    "threshold_nA", "strength_duration_us", "rheobase_nA", "recovery_change_rel",
    "electrotonus_reduction_rel",
)  # fmt: skip


def test_a_fibre_without_one_threshold_has_none(quick, monkeypatch):
    measured = excitability._threshold_nA

    def gappy(group, states=None, width_ms=0.1, bisections=None):
        found = measured(group, states, width_ms, bisections)
        return np.where(width_ms == 0.2, [np.nan, 1.0], 1.0) * found

    monkeypatch.setattr(excitability, "_threshold_nA", gappy)
    found = myelinated(alike(numerics__lanes=8)).excitability_test(0.0)
    for name in MEASURED:
        value = getattr(found, name)
        assert np.all(np.isnan(value[..., 0])) and np.all(np.isfinite(value[..., 1])), name


def test_an_instant_lies_in_the_step_that_holds_it():
    held = [falls_within((-1.0, 7.0), start, 5.0) for start in (-6.0, -1.0, 2.0, 4.0, 7.0, 7.1)]
    assert held == [False, True, False, True, True, False]


def test_an_episode_keeps_full_tests_and_is_not_moved_by_them(quick):
    def brief_run(at_s):
        return run_episode(
            short_config(
                instruments__excitability_at_s=at_s, numerics__lanes=8, population__n_c=1,
                population__n_adelta=1, population__n_abeta=1, duration__compression_s=10.0,
                duration__recovery_s=1.0, duration__baseline_s=1.0,
            )
        )  # fmt: skip

    plain, tested = brief_run(()), brief_run((0.5, -1.0, 3.0))
    assert all(p.excitability is None for p in plain.populations.values())
    assert tested.populations["c"].excitability is None
    for name in ("abeta", "adelta"):
        a, b = plain.populations[name], tested.populations[name]
        np.testing.assert_array_equal(b.excitability.instant_s, [-1.0, 0.0])  # starts of steps
        assert b.excitability.threshold_nA.shape == (2, 4, 1)
        assert np.all(np.isfinite(b.excitability.recovery_change_rel))
        np.testing.assert_array_equal(a.spike_time_ms, b.spike_time_ms)
        for table in ("fibres", "states"):
            for key, values in getattr(a, table).items():
                np.testing.assert_array_equal(values, getattr(b, table)[key], err_msg=key)
