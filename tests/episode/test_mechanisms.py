"""Every mechanism can be switched off: it then does nothing, and rest stays rest."""

import numpy as np
import pytest

from nervejax.config import Config
from nervejax.episode.condition import altered_constants
from nervejax.membranes import mcintyre2002, sensory
from nervejax.membranes.ions import pump_occupancy
from nervejax.population.classes import ABETA, ADELTA
from tests.episode.by_hand import alike, coupled, each_class, myelinated, unmyelinated

OF_FIBRES = (
    "acid", "electrogenic_pump", "persistent_sodium", "potassium", "potassium_store",
    "slow_inactivation",
)  # fmt: skip


def without(name):
    return alike(**{f"mechanisms__{name}": False})


@pytest.mark.parametrize("name", OF_FIBRES)
def test_rest_stays_exact(name):
    for kind in (ABETA, ADELTA):
        group = myelinated(without(name), kind)
        start = group.snapshot()
        for _ in range(3):
            coupled(group)
            seconds = group.window(0.06).seconds
            group.advance(20.0, seconds)
        now = group.snapshot()
        assert np.abs(now["potential_mV"] - start["potential_mV"]).max() < 0.1
        assert np.abs(now["na_i_mM"] - start["na_i_mM"]).max() < 1e-3
        np.testing.assert_allclose(now["pump_rel"], 1.0, atol=1e-3)
        assert np.all(group.probe().conducting)


def test_all_on_and_well_changes_no_constant():
    values = {"g_ks_S_per_cm2": np.array([0.4, 0.5]), "z_share": 0.95}
    same = altered_constants(values, sensory.CONSTANTS, Config())
    assert same.keys() == values.keys() and all(same[k] is values[k] for k in values)


def test_names_that_a_membrane_lacks_are_left_out():
    config = Config()
    for name in OF_FIBRES:
        setattr(config.mechanisms, name, False)
    config.pathology.pump_rel = config.pathology.nodal_sodium_rel = 0.5
    found = altered_constants({}, mcintyre2002.CONSTANTS, config)
    assert found == {"g_na_S_per_cm2": 1.5, "g_nap_S_per_cm2": 0.0}


def test_acid():
    for on, config in ((True, alike()), (False, without("acid"))):
        for group in each_class(config):
            coupled(group, acid_rel=1.0)
            assert np.all((group.sodium < 0.99) == on)
            assert on or np.all(group.sodium == 1.0)


def test_persistent_sodium_and_slow_inactivation():
    assert np.all(myelinated(without("persistent_sodium")).p["g_nap"] == 0)
    for on, config in ((True, alike()), (False, without("slow_inactivation"))):
        group = myelinated(config)
        inactivated = (0.0, 0.0, 0.0, np.zeros(group.count))
        left = sensory.availability(inactivated, group.p)
        assert np.all(left < 0.9) if on else np.all(left == 1.0)


def test_potassium_is_held_outside_the_axon():
    moved = {}
    for on, config in ((True, alike()), (False, without("potassium"))):
        group = myelinated(config)
        group.na_i = group.na_i + 15.0  # the pump then takes up potassium
        coupled(group, potassium_mM=2.0)
        group.advance(10.0, group.window(0.1).seconds)
        state = group.snapshot()
        moved[on] = [
            np.abs(state["k_node_mM"] - 4.0).max(), np.abs(state["k_periaxonal_mM"] - 4.0).max(),
            np.abs(group.k_e - 4.0).max(), np.abs(group.exchange()[0]).max(),
        ]  # fmt: skip
    assert moved[False] == [0.0] * 4
    assert min(moved[True]) > 1e-4
    assert np.all(coupled(unmyelinated(without("potassium")), potassium_mM=2.0).k_e_delta == 0)
    assert np.all(coupled(unmyelinated(alike()), potassium_mM=2.0).k_e_delta == 2.0)


def test_potassium_store():
    full, none = (myelinated(c).p for c in (alike(), without("potassium_store")))
    np.testing.assert_allclose(full["vol_periaxonal"] / none["vol_periaxonal"], 9.0)
    np.testing.assert_allclose(full["tau_periaxonal"] / none["tau_periaxonal"], 15.0)


def test_only_an_electrogenic_pump_hyperpolarises():
    shift = {}
    for on, config in ((True, alike()), (False, without("electrogenic_pump"))):
        group = myelinated(config)
        group.na_i = group.na_i + 15.0
        group.window(0.1)
        assert np.all(group.snapshot()["pump_rel"] > 1.3)
        shift[on] = group.snapshot()["potential_mV"] - group.p["v_rest"]
    assert np.all(shift[True] < -1.0)
    # sodium and potassium gradients are both smaller, so without its current it depolarises
    assert np.all(shift[False] > 0.5)


@pytest.mark.parametrize("ions", [2.0, 2.5, 3.0])
def test_the_pump_balances_each_ion_at_rest(ions):
    config = alike()
    group = myelinated(config)
    geometry = {k: v[:1] for k, v in group.cables._geometry.items()}
    p = sensory.constants(geometry, {"pump_k_ions": ions})
    (m, h), (s_p, s, n, _), _ = sensory.rest_gates(p, np)
    v = p["v_rest"]
    e_na, e_k = (
        p["rt"] * np.log(p["na_e"] / p["na_i_rest"]),
        p["rt"] * np.log(p["k_e_rest"] / p["k_i_rest"]),
    )
    cycles = p["i_pump_node"] * pump_occupancy(p, p["na_i_rest"], p["k_e_rest"])
    sodium = (p["g_na"] * m**3 * h + p["g_nap"] * s_p**3 + p["g_nal"]) * (v - e_na)
    potassium = (p["g_ks"] * s + p["g_kf"] * n**4 + p["g_kl"]) * (v - e_k)
    np.testing.assert_allclose(sodium, -3.0 * cycles)
    np.testing.assert_allclose(potassium, ions * cycles)
    assert np.all(p["g_kl"] > 0) and np.all(p["g_kl_i"] > 0)
