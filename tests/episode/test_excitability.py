"""Strength-duration and recovery cycle on forks: against the bench, and what an episode keeps of them."""

import numpy as np
import pytest

from nervejax.episode.driver import run_episode
from nervejax.episode.excitability import weiss_us
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
    from nervejax.episode import excitability

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
