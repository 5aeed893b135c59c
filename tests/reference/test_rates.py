"""Rates of every membrane: as the table says, as they are stepped, finite with finite slope."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nervejax.membranes import mcintyre2002, sensory
from nervejax.membranes.constant import values
from nervejax.membranes.registry import MYELINATED, UNMYELINATED
from nervejax.population.geometry import myelinated_geometry

# 0/0 as published (myelinated, sensory with its shift, sundt2015), and where formulas change branch
SINGULAR = (-21.4, -25.7, -114.0, -107.0, -27.0, -34.0, -83.2, -66.0, -45.9, -18.9)
JUMPS = (-70.0, -60.0, -31.0)  # tigerholm2014, sensory_c
VOLTAGES = np.unique(np.concatenate([
    np.linspace(-150.0, 60.0, 421), SINGULAR, JUMPS,
    *(np.add(SINGULAR, x) for x in (-1e-2, -1e-4, -1e-6, 1e-6, 1e-4, 1e-2)),
]))  # fmt: skip
MEMBRANES = MYELINATED | UNMYELINATED
Q_OF = {"m": "q_m", "h": "q_h", "p": "q_m", "s": "q_s", "n": "q_m", "q": "q_s"}


def parameters(module, degC=37.0):
    """Of one fibre, float64, scalars."""
    if module in MYELINATED.values():
        shape = module.GEOMETRIES[-1]
        p = module.constants(myelinated_geometry(np.array([4.0]), shape), {}, degC)
    else:
        p = module.constants(np.array([1.0]), temperature_degC=degC)
    return {name: value[0] for name, value in p.items()}


def own_rates(module, v, p, xp):
    """name: (alpha, beta) of a myelinated membrane at the temperature of publication."""
    rates = {"m": mcintyre2002.m_rates(v, xp), "p": mcintyre2002.p_rates(v, xp)}
    if module is not sensory:
        return rates | {"h": mcintyre2002.h_rates(v, xp), "s": mcintyre2002.s_rates(v, xp)}
    target, tau = sensory.z_target(v, p, xp), sensory.PROJECTED_TAU_MS[0]
    return rates | {
        "h": sensory._h(v, p, xp), "s": sensory.s_rates(v, p, xp), "n": sensory.n_rates(v, xp),
        "q": sensory.q_rates(v, xp), "z": (target / tau, (1.0 - target) / tau),
    }  # fmt: skip


def all_rates(module, v, p, xp):
    """name: two rates (myelinated) or steady state and rate (C fibres)."""
    if module in MYELINATED.values():
        return own_rates(module, v, p, xp)
    fast, slow = module.gate_names(p)
    return module.rates(v, fast + slow, p, xp)


def exact_linoid(x, width):
    y = np.where(x == 0, 1.0, x / width)
    return width * np.where(x == 0, 1.0, y / -np.expm1(-y))


def table_rates(module, degC):
    """name: (alpha, beta) [1/ms] at VOLTAGES, from the formulas of GATES."""
    terms = values(module.CONSTANTS) | {
        "V": VOLTAGES, "T": degC, "exp": np.exp, "where": np.where, "linoid": exact_linoid,
    }  # fmt: skip
    out = {}
    for name, gate in module.GATES.items():
        terms["q"] = eval(gate.temperature_factor, dict(terms))
        alpha, beta, steady, tau = (
            eval(text, dict(terms)) * np.ones_like(VOLTAGES) if text else None
            for text in (gate.alpha, gate.beta, gate.steady, gate.tau)
        )
        out[name] = (alpha, beta) if gate.alpha else (steady / tau, (1.0 - steady) / tau)
    return out


def assert_same(found, wanted, name):
    for got, want in zip(found, wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-11, err_msg=name)


@pytest.mark.parametrize("degC", [20.0, 37.0])
@pytest.mark.parametrize("module", MYELINATED.values(), ids=MYELINATED)
def test_rates_times_temperature_factor_are_the_formulas(module, degC):
    p, wanted = parameters(module, degC), table_rates(module, degC)
    found = own_rates(module, VOLTAGES, p, np)
    assert set(found) == set(wanted)
    for name, pair in found.items():
        q = p[Q_OF[name]] if name in Q_OF else 1.0
        assert_same([q * rate for rate in pair], wanted[name], name)


def stepped_rates(step, names, p):
    """name: (alpha, beta) that a Crank-Nicolson step used, from where it takes gates at 0 and at 1.

    x(0) = dt alpha / (1 + k), 1 - x(1) = dt beta / (1 + k), k = dt (alpha + beta) / 2.
    """
    dt, zero = 1e-2, np.zeros_like(VOLTAGES)
    opened = step(VOLTAGES, (zero,) * len(names), p, dt)
    closed = step(VOLTAGES, (zero + 1.0,) * len(names), p, dt)
    out = {}
    for name, low, high in zip(names, opened, closed, strict=True):
        up, down = np.asarray(low), 1.0 - np.asarray(high)
        one_plus_k = 2.0 / (2.0 - up - down)
        out[name] = up * one_plus_k / dt, down * one_plus_k / dt
    return out


@pytest.mark.parametrize("degC", [20.0, 37.0])
@pytest.mark.parametrize("module", MYELINATED.values(), ids=MYELINATED)
def test_what_is_stepped_are_the_formulas(module, degC):
    p, wanted = parameters(module, degC), table_rates(module, degC)
    seen = set()
    with jax.enable_x64(True):
        for step, names in (
            (module.step_fast, module.FAST), (module.step_slow, module.SLOW),
            (module.step_internode, module.INTERNODE),
        ):  # fmt: skip
            for name, pair in stepped_rates(step, names, p).items():
                seen.add(name)
                assert_same(pair, wanted[name], name)
    assert seen == set(wanted)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", MEMBRANES)
def test_rates_and_their_slopes_are_finite(name, dtype):
    module, h = MEMBRANES[name], 1e-4
    p = parameters(module)
    with jax.enable_x64(dtype == np.float64):
        low = {k: jnp.asarray(x, dtype) for k, x in p.items()}
        v = jnp.asarray(VOLTAGES, dtype)

        def rates(v):
            return all_rates(module, v, low, jnp)

        value, slope = (jax.jit(jax.vmap(f))(v) for f in (rates, jax.jacrev(rates)))
        exact = np.asarray(v, float)
    smooth = np.abs(exact[:, None] - np.array(JUMPS)).min(1) > 2 * h
    above, below = (all_rates(module, exact + x, p, np) for x in (h, -h))
    loose = 1e-6 if dtype == np.float64 else 2e-3
    for gate in value:
        for k in (0, 1):
            rate, rise = (np.asarray(x[gate][k]) for x in (value, slope))
            assert rate.dtype == rise.dtype == dtype
            assert np.isfinite(rate).all() and np.isfinite(rise).all(), gate
            wanted = ((above[gate][k] - below[gate][k]) / (2 * h) * np.ones_like(exact))[smooth]
            np.testing.assert_allclose(
                rise[smooth], wanted, rtol=loose, atol=loose * np.abs(wanted).max() + 1e-11,
                err_msg=gate,
            )  # fmt: skip
