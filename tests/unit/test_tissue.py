"""Slow laws: exact rest, right directions, stable steps."""

import numpy as np
import pytest

from nervejax.config.schema import Config
from nervejax.tissue import energy, laws
from nervejax.tissue.diffusion import diffuse
from nervejax.tissue.pressure import loading, profile

X = np.arange(0.0, 100.1, 0.5)


def drive(pressure=0.0, **changes):
    zero = np.zeros_like(X)
    base = {"x_mm": X, "occluding_mmHg": zero + pressure, "deforming_mmHg": zero + pressure,
            "potassium_efflux": zero, "respiration": zero + 1, "energy_debt": zero}  # fmt: skip
    return base | changes


def run(state, seconds, **kwargs):
    physiology = Config().physiology
    for _ in range(round(seconds / 0.5)):
        state = laws.advance(state, drive(**kwargs), physiology, 0.5)
    return state


def test_rest_is_a_fixed_point():
    rest = laws.rest(X, Config().physiology)
    after = run(rest, 600)
    for name, value in rest.items():
        np.testing.assert_allclose(after[name], value, atol=1e-9, err_msg=name)


@pytest.mark.parametrize(
    ("pressure", "low", "high"), [(20, 0.99, 1.0), (35, 0.5, 0.95), (80, 0.0, 0.01)]
)
def test_flow_follows_the_waterfall(pressure, low, high):
    # Rydevik 1981: venules 20-30, arterioles 40-50, no flow 60-80 mmHg
    after = run(laws.rest(X, Config().physiology), 60, pressure=pressure)
    assert low <= after["flow_rel"][0] <= high


def test_ischaemia_empties_oxygen_then_makes_acid_and_release_undoes_both():
    rest = laws.rest(X, Config().physiology)
    low = run(rest, 300, pressure=120.0)
    assert low["oxygen_rel"].max() < 0.05
    assert 0.4 < low["acid_rel"][100] < 0.8
    back = run(low, 600, pressure=0.0)
    assert back["acid_rel"].max() < 0.02
    np.testing.assert_allclose(back["oxygen_rel"], 0.6, atol=0.01)


def test_potassium_is_cleared_by_flow_only():
    physiology = Config().physiology
    rest = laws.rest(X, physiology)
    loaded = rest | {"potassium_mM": np.full_like(X, 10.0)}
    flowing, stopped = run(loaded, 60), run(loaded, 60, pressure=120.0)
    assert flowing["potassium_mM"][0] < 5.2  # washout 30 s
    assert stopped["potassium_mM"][0] > 9.0


def test_strain_creeps_and_recoils():
    m = Config().physiology.mechanics
    early = run(laws.rest(X, Config().physiology), 5, pressure=120.0)
    late = run(early, 600, pressure=120.0)
    stress = 120.0 / m.scale_mmHg
    assert early["opening_S_per_cm2"][0] < late["opening_S_per_cm2"][0]
    full = m.opening_S_per_cm2 * (m.elastic + m.viscous) * stress
    assert late["opening_S_per_cm2"][0] == pytest.approx(full, rel=0.02)
    gone = run(late, 600, pressure=0.0)
    assert gone["opening_S_per_cm2"][0] < 0.01 * full


def test_strain_peaks_where_pressure_changes():
    p = 120.0 * profile(X, 50.0, 20.0, 2.0)
    state = run(laws.rest(X, Config().physiology), 300, deforming_mmHg=p)
    opening = state["opening_S_per_cm2"]
    assert opening[np.abs(X - 40.0) < 1.5].max() > opening[100]  # edge above middle
    assert opening[0] == 0


def test_energy_rest_is_exact_and_pump_factor_is_one():
    m = Config().physiology.metabolism
    rest, oxygen, pump = np.array([m.energy_rest]), np.array([m.oxygen_rest]), np.ones(1)
    assert energy.advance(rest, oxygen, pump, np.array([600.0]), m, 100.0) == pytest.approx(rest)
    assert energy.pump_factor(rest, oxygen, m) == pytest.approx(1.0)
    empty = energy.pump_factor(np.array([0.05]), np.array([0.0]), m)
    assert empty < 0.02


def test_pump_work_costs_energy():
    m = Config().physiology.metabolism
    rest, oxygen, tau = np.array([m.energy_rest]), np.array([m.oxygen_rest]), np.array([600.0])
    idle = energy.advance(rest, oxygen, np.zeros(1), tau, m, 10.0)
    busy = energy.advance(rest, oxygen, np.full(1, 2.0), tau, m, 10.0)
    assert idle > rest > busy
    # one rest demand of pump work more or less, over ten seconds of 600
    assert rest - busy == pytest.approx(10 / 600 * m.pump_share, rel=1e-6)


def test_hyperaemia_after_release_grows_with_the_debt():
    rest = laws.rest(X, Config().physiology)
    flows = [
        run(rest, 60, energy_debt=np.full_like(X, debt))["flow_rel"][0] for debt in (0.0, 0.4, 0.8)
    ]
    assert flows[0] == pytest.approx(1.0)
    assert 1.2 < flows[1] < flows[2] < 3.0


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
