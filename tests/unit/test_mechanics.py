"""Deformation: what recoils, what stays, where it lies, and steps of any length."""

import numpy as np
import pytest

from nervejax.config.schema import Config
from nervejax.tissue import mechanics
from nervejax.tissue.pressure import profile
from tests.unit.tissue_example import MIDDLE, X, rest, run, settings

EDGE_MM = 2.0
HOUR_S, DAY_S = 3600.0, 86400.0


def load(state, pressure_mmHg, seconds, config=None, steps=1):
    """State of the law after a cord with edges of 2 mm (or, for 0, nothing) for some time."""
    config = config or Config()
    drive = {"x_mm": X, "deforming_mmHg": pressure_mmHg * profile(X, 50.0, 20.0, EDGE_MM)}
    for _ in range(steps):
        state = state | mechanics.advance(state, drive, config, seconds / steps)
    return state


def damage_after(pressure_mmHg, minutes, **changes):
    config = settings(**changes)
    return load(rest(config), pressure_mmHg, 60 * minutes, config)["damage_rel"]


def test_strain_creeps_and_recoils():
    m = Config().physiology.mechanics
    early = run(rest(), 5, pressure=120.0)
    late = run(early, 600, pressure=120.0)
    stress = 120.0 / m.scale_mmHg
    assert early["opening_S_per_cm2"][0] < late["opening_S_per_cm2"][0]
    full = m.opening_S_per_cm2 * (m.elastic + m.viscous) * stress
    assert late["opening_S_per_cm2"][0] == pytest.approx(full, rel=0.02)
    gone = run(late, 600, pressure=0.0)
    assert gone["opening_S_per_cm2"][0] < 0.01 * full


def test_strain_peaks_where_pressure_changes():
    opening = load(rest(), 120.0, 300)["opening_S_per_cm2"]
    assert opening[np.abs(X - 40.0) < 1.5].max() > 0.7 * opening[MIDDLE]  # half the pressure there
    assert opening[0] < 1e-3 * opening[MIDDLE]
    flat = settings(physiology__mechanics__plateau_gain=0.0)
    opening = load(rest(flat), 120.0, 300, flat)["opening_S_per_cm2"]
    assert opening[np.abs(X - 40.0) < 1.5].max() > 20 * opening[MIDDLE]  # the gradient alone


def test_steepness_is_that_of_the_profile_on_the_default_grid():
    slope = mechanics.steepness(profile(X, 50.0, 20.0, EDGE_MM), X)
    assert slope.max() == pytest.approx(np.pi / (2 * EDGE_MM), rel=0.015)
    assert slope[MIDDLE] == 0
    np.testing.assert_allclose(mechanics.steepness(3.0 * X, X), 3.0)


def test_no_damage_up_to_the_pressures_that_left_none():
    # Rudge, Ochoa & Gilliatt 1974: 552 mmHg for 90 min; Pedowitz et al. 1991: 350 mmHg for 2 h
    assert damage_after(350.0, 120).max() == 0.0
    assert damage_after(552.0, 90).max() == 0.0


def test_damage_grows_with_pressure_and_time():
    half, part, severe = (damage_after(*x).max() for x in ((736, 45), (736, 90), (1200, 90)))
    assert 0.5 < half < part < 1.5
    assert severe > 3.0
    assert damage_after(1200.0, 90, mechanisms__plastic=False).max() == 0.0


def test_damage_lies_at_the_edges():
    # Ochoa, Fowler & Gilliatt 1972: two zones near the edges, centre spared
    damage = damage_after(1200.0, 90)
    edges = (np.abs(X - 40) <= 2 * EDGE_MM) | (np.abs(X - 60) <= 2 * EDGE_MM)
    assert damage[edges].sum() > 0.99 * damage.sum()
    # the whole nerve under one pressure: no gradient, nothing to break
    assert run(rest(), 60, pressure=1500.0)["damage_rel"].max() == 0.0


def test_damage_stays_when_strain_has_recoiled_and_mends_in_weeks():
    m = Config().physiology.mechanics
    hurt = load(rest(), 1200.0, 90 * 60)
    next_day = load(hurt, 0.0, DAY_S)
    assert next_day["damage_rel"].max() == pytest.approx(hurt["damage_rel"].max(), rel=0.03)
    np.testing.assert_allclose(
        next_day["opening_S_per_cm2"], m.plastic_opening_S_per_cm2 * next_day["damage_rel"]
    )
    later = load(next_day, 0.0, m.repair_days * DAY_S)
    ratio = later["damage_rel"].max() / next_day["damage_rel"].max()
    assert ratio == pytest.approx(np.exp(-1), rel=1e-6)


def test_less_pressure_lets_damage_mend_no_further_than_it_makes():
    hurt = load(rest(), 1200.0, 90 * 60)
    made = load(rest(), 800.0, 100 * HOUR_S)["damage_rel"].max()
    held = load(hurt, 800.0, 4000 * DAY_S)["damage_rel"].max()
    assert held == pytest.approx(made, rel=1e-6)


@pytest.mark.parametrize(
    ("pressure", "seconds"), [(1200.0, 5400.0), (0.0, 20 * DAY_S), (800.0, 9e5)]
)
def test_one_step_is_as_good_as_many(pressure, seconds):
    hurt = load(rest(), 1000.0, 1800.0)
    once, often = (load(hurt, pressure, seconds, steps=n) for n in (1, 997))
    for name in ("creep_rel", "damage_rel", "opening_S_per_cm2"):
        np.testing.assert_allclose(once[name], often[name], rtol=1e-9, atol=1e-15, err_msg=name)


def test_switches():
    off = settings(mechanisms__elastic=False)
    assert load(rest(off), 400.0, 600, off)["opening_S_per_cm2"].max() == 0.0
    only_plastic = load(rest(off), 1200.0, 600, off)
    assert only_plastic["opening_S_per_cm2"].max() > 0
    assert only_plastic["creep_rel"].max() == 0


def test_nothing_recoils_below_the_threshold_of_literature():
    config = settings(physiology__mechanics__threshold_mmHg=350.0)
    assert load(rest(config), 340.0, 7200, config)["opening_S_per_cm2"].max() == 0.0
    assert load(rest(config), 400.0, 7200, config)["opening_S_per_cm2"].max() > 0.0
