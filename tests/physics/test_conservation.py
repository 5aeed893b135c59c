"""Nothing comes from nowhere: ions and oxygen under random loads, and bounds that no load breaks."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nervejax.config.schema import Config
from nervejax.membranes.ions import LOWEST_K_MM, SODIUM_RANGE_MM, advance_ions, pump_occupancy
from nervejax.tissue import energy
from nervejax.tissue.balance import Balance
from nervejax.tissue.diffusion import diffuse
from nervejax.tissue.pressure import profile
from nervejax.units import MM_PER_PA_MS_FL
from tests.unit.tissue_example import X, rest, run

FEW = settings(max_examples=20)
MANY = settings(max_examples=50)
SEEDS = st.integers(0, 2**32 - 1)


def axon(seed, count=5):
    """Constants and concentrations of an axon that could be, with loads of either sign."""
    draw = np.random.default_rng(seed)
    p = {
        "ion_rate": draw.choice([0.0, 1.0, 4.0], count), "vol": draw.uniform(50, 5000, count),
        "vol_periaxonal": draw.uniform(1, 100, count),
        "tau_periaxonal": draw.uniform(100, 5000, count),
        "k_na": np.full(count, 10.0), "k_k": np.full(count, 1.5),
    }  # fmt: skip
    shape = (7, count)
    ions = draw.uniform(5, 30, shape), draw.uniform(2, 12, shape), draw.uniform(2, 12, shape)
    loads = draw.normal(0, 20, shape), draw.normal(0, 5, shape)
    return p, ions, loads


@MANY
@given(seed=SEEDS, time_ms=st.floats(1, 1000))
def test_sodium_changes_by_what_the_current_carried(seed, time_ms):
    p, (na_i, k, k_e), (sodium_out, potassium) = axon(seed)
    after, _ = advance_ions(p, na_i, k, k_e, sodium_out, potassium, time_ms)
    carried_mM = p["ion_rate"] * time_ms * MM_PER_PA_MS_FL / p["vol"] * sodium_out
    inside = (after > SODIUM_RANGE_MM[0]) & (after < SODIUM_RANGE_MM[1])
    np.testing.assert_allclose((na_i - after)[inside], carried_mM[inside], rtol=1e-9, atol=1e-9)
    assert (np.sign(after - na_i)[inside] == -np.sign(carried_mM)[inside]).all()


@MANY
@given(seed=SEEDS, time_ms=st.floats(1, 1000))
def test_potassium_under_the_myelin_gains_what_came_less_what_leaked(seed, time_ms):
    p, (na_i, k, k_e), (sodium_out, potassium) = axon(seed)
    _, after = advance_ions(p, na_i, k, k_e, sodium_out, potassium, time_ms)
    came = p["ion_rate"] * time_ms * MM_PER_PA_MS_FL / p["vol_periaxonal"] * potassium
    left = p["ion_rate"] * time_ms / p["tau_periaxonal"] * (after - k_e)
    free = after > LOWEST_K_MM
    np.testing.assert_allclose((after - k)[free], (came - left)[free], rtol=1e-9, atol=1e-9)


@MANY
@given(seed=SEEDS, time_ms=st.floats(1, 1e6))
def test_no_load_drives_ions_out_of_their_range_and_no_rate_holds_them(seed, time_ms):
    p, (na_i, k, k_e), (sodium_out, potassium) = axon(seed)
    sodium, periaxonal = advance_ions(p, na_i, k, k_e, 1e3 * sodium_out, 1e3 * potassium, time_ms)
    assert (sodium >= SODIUM_RANGE_MM[0]).all() and (sodium <= SODIUM_RANGE_MM[1]).all()
    assert (periaxonal >= LOWEST_K_MM).all()
    still = p["ion_rate"] == 0
    assert np.array_equal(sodium[:, still], na_i[:, still])
    assert np.array_equal(periaxonal[:, still], k[:, still])


@MANY
@given(seed=SEEDS, more=st.floats(0.01, 20))
def test_the_pump_works_more_where_there_is_more_to_pump(seed, more):
    p, (na_i, k, _), _ = axon(seed)
    here = pump_occupancy(p, na_i, k)
    assert ((here > 0) & (here < 1)).all()
    assert (pump_occupancy(p, na_i + more, k) > here).all()
    assert (pump_occupancy(p, na_i, k + more) > here).all()


@FEW
@given(seed=SEEDS, peak=st.floats(0, 200), seconds=st.integers(5, 60))
def test_oxygen_and_potassium_of_the_tissue_balance(seed, peak, seconds):
    draw, config, ledger = np.random.default_rng(seed), Config(), Balance()
    efflux = 0.01 * draw.uniform(0, 1, len(X))
    after = run(
        rest(), seconds, config, each=lambda a, b, d: ledger.add(a, b, d, config, 0.5),
        pressure=peak * profile(X, 50.0, 20.0, 2.0), potassium_efflux=efflux,
        energy_debt=draw.uniform(0, 1, len(X)),
    )  # fmt: skip
    assert max(ledger.residual_rel().values()) < 1e-9
    assert (after["oxygen_rel"] >= 0).all() and (after["potassium_mM"] > 0).all()
    assert (after["flow_rel"] >= 0).all() and (after["acid_rel"] >= 0).all()


@MANY
@given(seed=SEEDS, per_mm2=st.floats(0.01, 50))
def test_diffusion_moves_and_neither_makes_nor_takes(seed, per_mm2):
    before = np.random.default_rng(seed).uniform(0, 1, len(X))
    after = diffuse(before, X, per_mm2, 1.0)
    assert np.isclose(after.sum(), before.sum(), rtol=1e-9)
    assert after.min() >= before.min() - 1e-12 and after.max() <= before.max() + 1e-12


@MANY
@given(
    oxygen=st.floats(0, 1), level=st.floats(0, 1), work=st.floats(0, 5), dt_s=st.floats(0.01, 5)
)  # fmt: skip
def test_energy_stays_in_its_range_and_falls_with_less_oxygen_or_more_work(
    oxygen, level, work, dt_s
):
    m = Config().physiology.metabolism
    drop = energy.pump_drop(m, 1.0)

    def after(o, w):
        return float(
            energy.advance(np.array(level), np.array(o), np.array(w), np.array(300.0), m, dt_s)
        )

    here = after(oxygen, work)
    assert -1e-9 <= here <= 1 + 1e-9
    assert after(0.5 * oxygen, work) <= here + 1e-12
    assert after(oxygen, work + 1.0) <= here + 1e-12
    full, poor = (
        float(energy.pump_factor(np.array(level), np.array(o), m, drop))
        for o in (oxygen, 0.5 * oxygen)
    )
    assert 0 <= poor <= full + 1e-12
