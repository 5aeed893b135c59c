"""What every membrane of ``kernels.unmyelinated`` promises: tables, gates, rest."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.membranes.gates import linoid
from nervejax.membranes.registry import UNMYELINATED

MEMBRANES = list(UNMYELINATED.values())
BRANCHES = (-70.0, -60.0, -31.0)  # tigerholm2014 changes its formula here
SINGULAR = (-45.9, -18.9)  # sundt2015, 0/0 as published
VOLTAGES = np.sort(np.concatenate([np.linspace(-150.0, 60.0, 2101), BRANCHES, SINGULAR]))


def balanced(module, degC=37.0, overrides=None):
    return module.constants(np.array([0.5, 1.5]), overrides, temperature_degC=degC)


def names(module, p):
    fast, slow = module.gate_names(p)
    return fast + slow


def formula(text, degC, q=None):
    terms = {"V": VOLTAGES[:, None], "T": degC, "q": q, "exp": np.exp, "where": np.where}
    return eval(text, terms | {"linoid": lambda x, w: linoid(x, w, np)})


@pytest.mark.parametrize("module", MEMBRANES)
@pytest.mark.parametrize("degC", [22.0, 37.0])
def test_gates_are_the_formulas_of_the_table(module, degC):
    p = balanced(module, degC)
    got = module.rates(VOLTAGES[:, None], names(module, p), p)
    assert sorted(got) == sorted(module.GATES)
    for name, gate in module.GATES.items():
        q = formula(gate.temperature_factor, degC)
        if gate.alpha:
            alpha, beta = formula(gate.alpha, degC, q), formula(gate.beta, degC, q)
            want = alpha / (alpha + beta), alpha + beta
        else:
            want = formula(gate.steady, degC, q), 1.0 / formula(gate.tau, degC, q)
        for expected, value in zip(want, got[name], strict=True):
            np.testing.assert_allclose(
                value, np.broadcast_to(expected, value.shape), rtol=1e-6, err_msg=name
            )
        assert gate.source


@pytest.mark.parametrize("module", MEMBRANES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gates_and_their_slopes_are_finite(module, dtype):
    with jax.enable_x64(dtype == np.float64):
        p = {k: jnp.asarray(x[:1], dtype) for k, x in balanced(module).items()}
        v = jnp.asarray(VOLTAGES, dtype)
        value, slope = jax.jvp(
            lambda v: module.rates(v, names(module, p), p, jnp), (v,), (jnp.ones_like(v),)
        )
        near = np.diff(VOLTAGES) > 1e-6
        for name, pair in value.items():
            for y, dy in zip(pair, slope[name], strict=True):
                y, dy = np.asarray(y), np.asarray(dy)
                assert y.dtype == dtype and np.isfinite(y).all() and np.isfinite(dy).all(), name
                assert (y >= -1e-12).all(), name
                # no jump hides between the points but where the published formula has one
                change = np.abs(np.diff(y.astype(float)))[near] / np.abs(y).max()
                assert change.max() < 0.05, name


@pytest.mark.parametrize("module", MEMBRANES)
def test_single_precision_follows_double(module):
    p = balanced(module)
    exact = module.rates(VOLTAGES[:, None], names(module, p), p)
    p32 = {k: jnp.asarray(x, jnp.float32) for k, x in p.items()}
    single = module.rates(jnp.asarray(VOLTAGES, jnp.float32)[:, None], names(module, p), p32, jnp)
    away = np.abs(VOLTAGES[:, None] - np.array(BRANCHES)).min(1) > 1e-3
    for name, pair in exact.items():
        for want, got in zip(pair, single[name], strict=True):
            np.testing.assert_allclose(
                np.asarray(got)[away], np.broadcast_to(want, got.shape)[away], rtol=5e-4,
                err_msg=name,
            )  # fmt: skip


@pytest.mark.parametrize("module", MEMBRANES)
@pytest.mark.parametrize("degC", [15.0, 37.0, np.array([25.0, 40.0])])
def test_each_ion_is_at_rest_at_any_temperature(module, degC):
    p = balanced(module, degC)
    v = p["v_rest_mV"]
    gates = {k: steady for k, (steady, _) in module.rates(v, names(module, p), p).items()}
    held = module.hold(p, gates, p["na_i_rest_mM"], p["na_o_rest_mM"], p["k_o_rest_mM"], 1.0, 1.0)
    g_na, g_k = module.conductances(p, gates, held)
    na = g_na * (v - held.e_na) + 1.5 * held.pump + p["na_fixed"]
    k = g_k * (v - held.e_k) - held.pump + p["k_fixed"]
    assert max(np.abs(na).max(), np.abs(k).max()) < 1e-10
    nernst = [
        p["thermal_mV"] * np.log(p[f"{ion}_o_rest_mM"] / p[f"{ion}_i_rest_mM"])
        for ion in ("na", "k")
    ]
    np.testing.assert_allclose([held.e_na, held.e_k], nernst)


@pytest.mark.parametrize("module", MEMBRANES)
def test_every_constant_has_a_unit_and_a_source(module):
    for name, constant in module.CONSTANTS.items():
        assert constant.unit and constant.source, name
        assert (balanced(module)[name] == constant.value).all()


@pytest.mark.parametrize("module", MEMBRANES)
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"overrides": {"g_nap": 1.0}}, "g_nap"),
        ({"overrides": {"capacitance": -1.0}}, "capacitance must be > 0"),
        ({"overrides": {"axial_ohm_cm": np.nan}}, "axial_ohm_cm must be > 0"),
        ({"temperature_degC": 310.0}, "temperature_degC must be 0 ... 50, got 310"),
    ],
)
def test_bad_constants_are_refused_by_name(module, options, message):
    with pytest.raises(NervejaxError, match=message):
        module.constants(np.array([1.0]), **options)
