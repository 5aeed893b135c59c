"""Slow laws: exact rest, right directions, stable steps, switches, balances."""

import numpy as np
import pytest

from nervejax.config.schema import Config
from nervejax.tissue import energy, laws
from nervejax.tissue.balance import Balance
from nervejax.tissue.diffusion import diffuse
from nervejax.tissue.pressure import insult, loading, profile
from tests.unit.tissue_example import MIDDLE, X, drive, rest, run, settings


def test_rest_is_a_fixed_point():
    after = run(rest(), 600)
    for name, value in rest().items():
        np.testing.assert_allclose(after[name], value, atol=1e-9, err_msg=name)


def test_rest_with_narrowed_arteries_is_a_fixed_point_of_less_oxygen():
    config = settings(pathology__flow_rel=0.65)
    start = rest(config)
    # 37.5 of 55.5 mmHg, Young et al. 1995: two thirds of the oxygen of rest
    assert start["oxygen_rel"][0] / 0.6 == pytest.approx(37.5 / 55.5, abs=0.02)
    after = run(start, 600, config)
    for name, value in start.items():
        np.testing.assert_allclose(after[name], value, atol=1e-9, err_msg=name)


def test_ischaemia_empties_oxygen_then_makes_acid_and_release_undoes_both():
    low = run(rest(), 300, pressure=120.0)
    assert low["oxygen_rel"].max() < 0.05
    built_up = 1.0 - np.exp(-300 / Config().physiology.metabolism.acid_rise_s)
    assert low["acid_rel"][MIDDLE] == pytest.approx(built_up, rel=0.1)
    back = run(low, 600, pressure=0.0)
    assert back["acid_rel"].max() < 0.02
    np.testing.assert_allclose(back["oxygen_rel"], 0.6, atol=0.01)


def test_anoxia_empties_oxygen_with_blood_flowing():
    state = run(rest(), 300, arterial_oxygen=0.0)
    assert state["oxygen_rel"].max() < 1e-3
    np.testing.assert_allclose(state["flow_rel"], 1.0, atol=1e-3)  # minutes do no harm


def middle_oxygen(length_mm, **changes):
    """Oxygen after 10 min in the middle of a stretch whose border vessels do not cross."""
    config = settings(physiology__perfusion__collateral_mm=0.0, **changes)
    p = 200.0 * profile(X, 50.0, length_mm, 0.5)
    return run(rest(config), 600, config, occluding_mmHg=p)["oxygen_rel"][MIDDLE]


def test_a_short_stretch_is_fed_by_diffusion_from_its_sides():
    # Frankenhaeuser 1949: short stretches survive longer, and not when the leak is prevented
    short, longer, long = (middle_oxygen(n) for n in (1.5, 4.0, 16.0))
    assert short > 10 * longer > 10 * long
    off = [middle_oxygen(n, mechanisms__oxygen_diffusion=False) for n in (1.5, 4.0, 16.0)]
    assert max(off) < 1e-6


def test_potassium_is_cleared_by_flow_only():
    loaded = rest() | {"potassium_mM": np.full_like(X, 10.0)}
    flowing, stopped = run(loaded, 60), run(loaded, 60, pressure=120.0)
    assert flowing["potassium_mM"][0] < 7.5  # washout 100 s
    assert stopped["potassium_mM"][0] > 9.0


def test_potassium_can_be_held_at_rest():
    config = settings(mechanisms__potassium=False)
    state = run(rest(config), 60, config, potassium_efflux=np.full_like(X, 0.1))
    np.testing.assert_array_equal(state["potassium_mM"], 4.0)
    moved = run(rest(), 60, potassium_efflux=np.full_like(X, 0.1))
    assert moved["potassium_mM"].min() > 5.0


def test_what_came_went_or_is_there():
    """Ischaemia, efflux and uptake, release: both balances close to rounding."""
    config, ledger = settings(pathology__flow_rel=0.9), Balance()

    def book(before, after, now):
        ledger.add(before, after, now, config, 0.5)

    efflux = np.where(X < 50, 0.02, -0.001)
    p = 120.0 * profile(X, 50.0, 20.0, 2.0)
    low = run(rest(config), 300, config, each=book, pressure=p, potassium_efflux=efflux)
    assert abs(low["potassium_mM"] - 4.0).max() > 0.3
    run(low, 120, config, each=book, energy_debt=np.full_like(X, 0.5))
    residual = ledger.residual_rel()
    assert set(residual) == {"oxygen_rel", "potassium_endoneurial_rel"}
    assert max(residual.values()) < 1e-9


@pytest.mark.parametrize(
    ("name", "lost", "key"),
    [
        ("oxygen_rel", 0.99, "oxygen_rel"),
        ("potassium_mM", 0.99, "potassium_endoneurial_rel"),
    ],
)
def test_a_leak_shows_in_its_balance(name, lost, key):
    config, ledger = Config(), Balance()

    def book(before, after, now):
        ledger.add(before, after | {name: lost * after[name]}, now, config, 0.5)

    run(rest(), 30, each=book)
    found = ledger.residual_rel()
    assert found.pop(key) > 1e-3
    assert max(found.values()) < 1e-9


def test_the_guard_of_potassium_shows_in_its_balance():
    config, ledger = Config(), Balance()
    run(
        rest(), 60, each=lambda a, b, d: ledger.add(a, b, d, config, 0.5),
        pressure=120.0, potassium_efflux=np.full_like(X, -1.0),
    )  # fmt: skip
    assert ledger.residual_rel()["potassium_endoneurial_rel"] > 0.1


def test_energy_rest_is_exact_and_pump_factor_is_one():
    m = Config().physiology.metabolism
    full, oxygen, pump = np.array([m.energy_rest]), np.array([m.oxygen_rest]), np.ones(1)
    assert energy.advance(full, oxygen, pump, np.array([600.0]), m, 100.0) == pytest.approx(full)
    drop = energy.pump_drop(m, 1.0)
    assert energy.pump_factor(full, oxygen, m, drop) == pytest.approx(1.0)
    assert energy.pump_factor(np.array([0.05]), np.array([0.0]), m, drop) < 0.02


def test_share_of_the_pump_left_without_oxygen_differs_between_fascicles_and_classes():
    m, none = Config().physiology.metabolism, np.zeros(3)
    factor = np.array([0.5, 1.0, 2.0])
    full = np.full(3, m.energy_rest)
    left = energy.pump_factor(full, none, m, energy.pump_drop(m, 1.0, factor))
    np.testing.assert_allclose(left, (1 - m.hypoxic_pump_drop) * factor)
    spared = energy.pump_factor(full, none, m, energy.pump_drop(m, 0.3, factor))
    assert np.all(spared > left) and spared.max() <= 1.0


def test_pump_work_costs_energy():
    m = Config().physiology.metabolism
    full, oxygen, tau = np.array([m.energy_rest]), np.array([m.oxygen_rest]), np.array([600.0])
    idle = energy.advance(full, oxygen, np.zeros(1), tau, m, 10.0)
    busy = energy.advance(full, oxygen, np.full(1, 2.0), tau, m, 10.0)
    assert idle > full > busy
    # one rest demand of pump work more or less, over ten seconds of 600
    assert full - busy == pytest.approx(10 / 600 * m.pump_share, rel=1e-6)


def test_diffusion_conserves_and_spreads():
    c = np.zeros(41)
    c[20] = 1.0
    after = c
    for _ in range(100):
        after = diffuse(after, np.arange(41) * 0.5, 0.01, 1.0)
    assert after.sum() == pytest.approx(1.0)
    x = (np.arange(41) - 20) * 0.5
    assert (after * x**2).sum() == pytest.approx(2 * 0.01 * 100, rel=0.02)  # variance 2 D t


def test_profile_and_loading():
    p = profile(X, 50.0, 20.0, 2.0)
    assert p[100] == 1 and p[0] == 0
    assert p[X == 40.0][0] == pytest.approx(0.5)
    assert loading(-1, 100, 5) == 0
    assert loading(100, 100, 5) == pytest.approx(1, abs=1e-6)
    assert loading(105, 100, 5) == pytest.approx(np.exp(-1), abs=1e-6)


def test_residual_pressure_stays():
    assert loading(1e4, 100, 5, 0.4) == pytest.approx(0.4)
    assert loading(100, 100, 5, 0.4) == loading(100, 100, 5)
    assert loading(105, 100, 5, 0.4) == pytest.approx(0.4 + 0.6 * np.exp(-1), abs=1e-6)
    config = settings(pressure__residual_rel=0.4)
    late = insult(X, 2000.0, config)
    assert late["occluding_mmHg"][MIDDLE] == pytest.approx(48.0)
    assert late["deforming_mmHg"][MIDDLE] == pytest.approx(48.0)


@pytest.mark.parametrize(("time_s", "oxygen"), [(-5, 1), (0, 1), (10, 0), (1200, 0), (1201, 1)])
def test_anoxia_lasts_as_long_as_the_pressure_would(time_s, oxygen):
    assert insult(X, time_s, settings(pressure__anoxia=True))["arterial_oxygen"] == oxygen
    assert insult(X, time_s, Config())["arterial_oxygen"] == 1


def test_a_cuff_starves_what_is_distal_to_it_while_it_is_tight():
    cuff = settings(pressure__starves_distal=True)
    np.testing.assert_array_equal(insult(X, 600.0, cuff)["starved"], X > 50.0)
    for time_s in (-10.0, 1.0, 1210.0):  # before, at 22 mmHg, and at 16 mmHg
        assert not insult(X, time_s, cuff)["starved"].any(), time_s
    assert not insult(X, 600.0, Config())["starved"].any()
    cuff.pressure.occludes = False
    assert not insult(X, 600.0, cuff)["starved"].any()


def test_the_drives_are_those_of_the_laws():
    made = set(insult(X, 600.0, Config())) - {"pressure_mmHg"}
    by_fibres = {"respiration", "potassium_efflux", "energy_debt"}
    assert made == (set(drive()) | {"respiration"}) - by_fibres - {"x_mm"}


def test_every_law_owns_its_states():
    names = [k for law in laws.LAWS for k in law.initial(X, Config())]
    assert len(names) == len(set(names)) == len(rest())
    after = run(rest(), 0.5)
    assert set(after) == set(names)


SWITCHED = (
    "elastic",
    "plastic",
    "acid",
    "potassium",
    "hyperaemia",
    "no_reflow",
    "oxygen_diffusion",
)


@pytest.mark.parametrize("off", [None, *SWITCHED])
def test_fascicles_side_by_side_are_stepped_as_if_alone(off):
    config = settings(**({f"mechanisms__{off}": False} if off else {}))
    efflux = np.array([[0.0], [0.02]]) * np.ones_like(X)
    both = {k: np.tile(v, (2, 1)) for k, v in rest(config).items()}
    both = run(both, 60, config, pressure=120.0, potassium_efflux=efflux)
    for k in range(2):
        alone = run(rest(config), 60, config, pressure=120.0, potassium_efflux=efflux[k])
        for name, value in alone.items():
            np.testing.assert_allclose(both[name][k], value, rtol=1e-12, atol=1e-15, err_msg=name)
            assert both[name].shape == (2, len(X)), name
