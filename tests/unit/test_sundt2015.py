"""The Sundt 2015 membrane against published numbers."""

import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.membranes import sundt2015 as membrane

D = np.array([0.5, 1.5])


def vtrap(x, y):
    return x / (np.exp(x / y) - 1.0)


def test_gates_match_the_published_equations():
    """As published, with the shifts of m and h and the Borg-Graham form of n and l."""
    v = np.array([-75.0, -40.0, 10.0])
    p = membrane.constants(np.array([1.0]))
    got = membrane.rates(v, membrane.FAST + membrane.SLOW, p)
    q, u = 3**0.7, v + 65
    alpha = q * 0.32 * vtrap(13.1 - (u - 6), 4), q * 0.128 * np.exp((17 - (u + 6)) / 18)
    beta = q * 0.28 * vtrap(u - 6 - 40.1, 5), q * 4 / (np.exp((40 - (u + 6)) / 5) + 1)
    for name, a, b in zip("mh", alpha, beta, strict=True):
        np.testing.assert_allclose(got[name], (a / (a + b), a + b), rtol=1e-12)
    per_volt = 9.648e4 / (8.315 * 310.16)
    for name, z, half, share, rate in (("n", -5, -32, 0.4, 0.03), ("l", 2, -61, 1.0, 0.001)):
        a = np.exp(1e-3 * z * (v - half) * per_volt)
        tau = np.exp(1e-3 * z * share * (v - half) * per_volt) / (q * rate * (1 + a))
        np.testing.assert_allclose(got[name], (1 / (1 + a), 1 / tau), rtol=2e-3)


def test_rest_is_the_one_of_the_reference_simulator():
    np.testing.assert_allclose(membrane.constants(D)["v_rest_mV"], -59.9311, atol=2e-4)
    lifted = membrane.constants(D, {"e_leak_mV": np.array([-60.0, -50.0])})["v_rest_mV"]
    assert lifted[1] > lifted[0] + 3


def test_the_two_leaks_are_the_published_one():
    p = membrane.constants(D, {"g_leak": 0.3, "e_leak_mV": -55.0})
    v = np.array([-70.0, 20.0])
    pair = p["g_na_leak"] * (v - 50.0) + p["g_k_leak"] * (v + 90.0)
    np.testing.assert_allclose(pair, 0.3 * (v + 55.0))
    assert min(p["g_na_leak"].min(), p["g_k_leak"].min()) > 0


def test_surroundings_do_not_move_ions_and_acid_closes_channels():
    p = membrane.constants(D)
    slow = {"l": 0.5}
    calm = membrane.hold(p, slow, 11.4, 154.0, 5.6, 1.0, 1.0)
    sick = membrane.hold(p, slow, 60.0, 100.0, 30.0, 0.0, 0.25)
    np.testing.assert_array_equal([calm.e_na, calm.e_k], [sick.e_na, sick.e_k])
    np.testing.assert_allclose(sick.na, 0.25 * calm.na)
    after = membrane.advance_sodium_mM(p, np.array([11.4, 11.4]), np.array([-50.0, 9.0]), 1e5)
    np.testing.assert_array_equal(after, 11.4)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"e_leak_mV": -95.0}, "e_k_mV <= e_leak_mV"),
        ({"e_leak_mV": 49.0, "g_leak": 50.0}, "no potential"),
    ],
)
def test_impossible_constants_are_refused(overrides, message):
    with pytest.raises(NervejaxError, match=message):
        membrane.constants(D, overrides)
