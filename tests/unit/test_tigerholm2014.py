"""The C fibre membrane against published numbers and first principles."""

import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.membranes import tigerholm2014 as membrane
from nervejax.membranes.tigerholm2014_gates import FAST, SLOW

FULL = FAST["full"] + SLOW["full"]
VOLTAGES = np.linspace(-85.0, 50.0, 271)  # spans the branch points -31, -60 and -70 mV
WARM = membrane.constants(np.array([1.0]))
# Steady state [1] and time constant [ms] at -75, -40 and 10 mV, from the published (not rewritten)
# formulas in a separate program whose spike agrees with NEURON's to 0.01 mV and 0.05 % in velocity.
INDEPENDENT = {
    "m17": (0.00109337, 0.0122583, 0.0773369, 0.0489233, 0.974206, 0.0240991),
    "h17": (0.750088, 10.351, 0.0142938, 1.87042, 4.35978e-05, 0.149465),
    "m18": (0.00313177, 0.0343998, 0.0579161, 0.0963046, 0.993239, 0.13467),
    "h18": (0.999977, 0.864502, 0.875447, 10.8614, 2.61928e-05, 0.378834),
    "m19": (0.0218017, 0.477222, 0.479815, 1.09521, 0.984197, 0.29037),
    "h19": (0.997243, 5.82038, 0.00169456, 46.5655, 1.00017e-10, 1.89428),
    "n": (0.0374437, 0.555303, 0.274079, 0.574351, 0.906593, 0.102865),
    "ma": (1.06842e-09, 0.710141, 4.60975e-06, 1.75967, 0.0656048, 1.1959),
    "ha": (0.999836, 10.1684, 0.751886, 13.1577, 5.76611e-05, 8.0622),
    "km_f": (0.000552779, 3.81949, 0.158869, 15.4389, 0.998729, 13.1336),
    "s17": (0.951305, 867.337, 0.592865, 2123.7, 0.110445, 802.802),
    "s18": (0.977023, 108.009, 0.348645, 254.446, 0.00103223, 54.8377),
    "u18": (0.952574, 963.791, 0.201813, 1146.63, 0.000487857, 660.447),
    "s19": (0.553735, 1542.19, 0.021212, 1091.71, 0.000161442, 535.925),
    "km_s": (0.000552779, 32.4207, 0.158869, 71.059, 0.998729, 167.285),
    "hcn_s": (0.221365, 1002.91, 0.00764538, 278.555, 4.44715e-05, 75.861),
    "hcn_f": (0.221365, 110.726, 0.00764538, 47.3139, 4.44715e-05, 28.6152),
}


def net_currents(p):
    """(Na, K) current of the resting membrane [uA/cm2]."""
    kind = membrane.gate_set(p)
    v = p["v_rest_mV"]
    gates = {k: s for k, (s, _) in membrane.rates(v, FAST[kind] + SLOW[kind], p).items()}
    held = membrane.hold(p, gates, p["na_i_rest_mM"], p["na_o_rest_mM"], p["k_o_rest_mM"], 1.0, 1.0)
    g_na, g_k = membrane.conductances(p, gates, held)
    na = g_na * (v - held.e_na) + 1.5 * held.pump + p["na_fixed"]
    return na, g_k * (v - held.e_k) - held.pump + p["k_fixed"], held


def test_leaks_and_nernst_potentials_are_the_published_ones():
    p = membrane.constants(np.array([0.5, 1.5]))
    held = net_currents(p)[2]
    np.testing.assert_allclose(p["g_na_leak"], 0.020583, rtol=1e-4)  # mS/cm2
    np.testing.assert_allclose(p["g_k_leak"], 0.042278, rtol=1e-4)
    np.testing.assert_allclose(held.e_na, 69.579, atol=2e-3)
    np.testing.assert_allclose(held.e_k, -82.286, atol=2e-3)


@pytest.mark.parametrize("gates", ["reduced", "full"])
def test_rest_is_exact_whatever_the_constants(gates):
    """Includes a pump so large, and a KM so large, that a constant current replaces a leak."""
    changed = {"pump": np.array([4.8, 15.0, 1.0]), "g_km": np.array([7.0, 7.0, 60.0])}
    p = membrane.constants(np.array([0.4, 1.0, 1.4]), changed, gates=gates)
    na, k, _ = net_currents(p)
    assert np.abs(na).max() < 1e-12
    assert np.abs(k).max() < 1e-12
    assert (p["k_fixed"] != 0).any()
    assert min(p["g_na_leak"].min(), p["g_k_leak"].min()) >= 0


def test_gates_match_an_independent_implementation():
    got = membrane.rates(np.array([-75.0, -40.0, 10.0]), FULL, WARM)
    assert set(got) == set(INDEPENDENT)
    for name, (steady, rate) in got.items():
        want = np.reshape(INDEPENDENT[name], (3, 2)).T
        np.testing.assert_allclose([steady, 1 / rate], want, rtol=1e-5, err_msg=name)


def test_steady_states_are_fractions_and_rates_positive():
    for name, (steady, rate) in membrane.rates(VOLTAGES, FULL, WARM).items():
        assert (steady > 0).all(), name
        assert (steady < 1).all(), name
        assert (rate > 0).all(), name


def test_pump_scales_with_energy_and_saturates_in_sodium():
    p = membrane.constants(np.array([1.0]))
    assert membrane.pump_current(p, 11.4, 5.6, 0.25)[0] == pytest.approx(p["pump_rest"][0] / 4)
    low, high = (membrane.pump_current(p, na, 5.6, 1.0)[0] for na in (11.4, 60.0))
    assert 1.0 < high / low < 2.0


def test_sodium_follows_the_charge_that_crossed_the_membrane():
    """Moles from the current over the area, by the volume of the axon times the factor."""
    d_um, length_um, current, time_ms = 0.8, 75.0, -3.0, 200.0
    p = membrane.constants(np.array([d_um]), {"volume_factor": 2.0})
    coulomb = current * 1e-6 * np.pi * d_um * length_um * 1e-8 * time_ms * 1e-3
    litre = np.pi * d_um**2 / 4 * length_um * 1e-15
    expected = 11.4 - coulomb / 96485.33 / litre * 1e3 / 2.0
    got = membrane.advance_sodium_mM(p, np.array([11.4]), np.array([current]), time_ms)
    assert got[0] == pytest.approx(expected, rel=1e-9)
    emptied = membrane.advance_sodium_mM(p, np.array([11.4]), np.array([1e3]), 1e3)
    assert emptied[0] == membrane.LOWEST_NA_I_MM


def test_warmth_speeds_the_gates_up_and_leaves_the_pump():
    cool, warm = (membrane.constants(np.array([1.0]), temperature_degC=t) for t in (27.0, 37.0))
    got = [membrane.rates(-40.0, ("m17", "n"), p) for p in (cool, warm)]
    for name, q10 in (("m17", 2.5), ("n", 3.3)):
        assert got[1][name][1] / got[0][name][1] == pytest.approx(q10)
        assert got[1][name][0] == got[0][name][0]
    assert cool["pump_rest"] == warm["pump_rest"]


def test_a_pump_must_pump():
    with pytest.raises(NervejaxError, match="pump must be > 0"):
        membrane.constants(np.array([1.0]), {"pump": -1.0})
