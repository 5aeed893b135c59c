"""Gates, noise, events, tridiagonal solve."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nervejax.kernels.events import NEVER, origin_of
from nervejax.kernels.noise import hash32, ornstein_uhlenbeck, two_increments
from nervejax.kernels.tridiagonal import solve
from nervejax.membranes import mcintyre2002, sensory
from nervejax.membranes.gates import linoid, step_gate


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_linoid_is_smooth_through_its_singular_point(dtype):
    x = np.linspace(-150, 60, 200001).astype(dtype)
    y = linoid(x, 10.2, np)
    assert np.all(np.isfinite(y)) and np.all(y >= 0)
    slope = np.diff(y.astype(float)) / np.diff(x.astype(float))
    assert slope.min() > -0.05 and slope.max() < 1.06
    assert linoid(np.zeros(1, dtype), 10.2, np)[0] == pytest.approx(10.2)
    gradient = jax.grad(lambda v: linoid(v, 10.2))(0.0)
    assert gradient == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize(
    "rates", [mcintyre2002.m_rates, mcintyre2002.h_rates, mcintyre2002.p_rates, mcintyre2002.s_rates,
              sensory.n_rates, sensory.q_rates],
)  # fmt: skip
def test_rates_are_finite_and_not_negative(rates):
    v = np.linspace(-150, 60, 4201)
    for rate in rates(v, np):
        assert np.all(np.isfinite(rate)) and np.all(np.asarray(rate) >= 0)
    v32 = jnp.asarray(v, jnp.float32)
    for low, high in zip(rates(v32), rates(v, np), strict=True):
        np.testing.assert_allclose(low, high, rtol=2e-4, atol=1e-6)


def test_mrg_rates_at_minus_60_mV():
    # by hand from the published equations at 37 degC
    m = mcintyre2002.m_rates(np.array([-60.0]), np)
    expected = 2.2**1.7 * 1.86 * (-38.6) / (1 - np.exp(38.6 / 10.3))
    assert 2.2**1.7 * m[0][0] == pytest.approx(expected)


def test_step_gate_converges_to_the_exponential():
    steps = 1000
    x = 0.1
    for _ in range(steps):
        x = step_gate(x, (2.0, 1.0), 1.0 / steps)
    exact = 2 / 3 + (0.1 - 2 / 3) * np.exp(-3.0)
    assert x == pytest.approx(exact, abs=1e-6)


def test_noise_has_the_moments_it_promises():
    words = hash32(jnp.uint32(3), jnp.arange(64, dtype=jnp.uint32), 64, jnp.uint32(4_000_000_000))
    for part in two_increments(words):
        assert abs(float(part.mean())) < 0.05  # 4 standard errors of 4096 numbers are 0.06
        assert float(part.std()) == pytest.approx(1.0, abs=0.03)
    a, b = (np.asarray(p).ravel() for p in two_increments(words))
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.06
    x = jnp.zeros((64, 64))
    for block in range(200):
        word = hash32(jnp.uint32(3), jnp.arange(64, dtype=jnp.uint32), 64, jnp.uint32(block))
        x = ornstein_uhlenbeck(x, two_increments(word)[0], 0.125, 0.3)
    assert float(x.std()) == pytest.approx(1.0, abs=0.03)
    assert abs(float(x.mean())) < 0.06


def test_noise_depends_on_seed_fibre_place_and_block():
    fibre = jnp.arange(4, dtype=jnp.uint32)
    one = np.asarray(hash32(jnp.uint32(1), fibre, 5, jnp.uint32(7)))
    assert len(np.unique(one)) == one.size
    assert not np.any(one == np.asarray(hash32(jnp.uint32(2), fibre, 5, jnp.uint32(7))))
    assert not np.any(one == np.asarray(hash32(jnp.uint32(1), fibre, 5, jnp.uint32(8))))


def test_tridiagonal_solve_against_dense():
    rng = np.random.default_rng(0)
    n, lanes = 17, 5
    lower, upper, rhs = (rng.normal(size=(n, lanes)) for _ in range(3))
    diagonal = 4 + rng.random((n, lanes))
    lower[0] = upper[-1] = 0
    x = np.asarray(solve(*(jnp.asarray(a, jnp.float32) for a in (lower, diagonal, upper, rhs))))
    for k in range(lanes):
        dense = np.diag(diagonal[:, k]) + np.diag(lower[1:, k], -1) + np.diag(upper[:-1, k], 1)
        np.testing.assert_allclose(dense @ x[:, k], rhs[:, k], atol=2e-5)


def test_origin_follows_one_spike_and_ignores_an_older_one():
    last = np.full((8, 2), NEVER, np.float32)
    last[:, 0] = [1.7, 1.6, 1.5, 1.4, 1.3, 1.4, 1.5, 1.6]  # began at place 4, ran both ways
    last[:, 1] = [9.0, 8.9, 8.8, 8.7, 2.0, 1.9, 1.8, 1.7]  # began at 3; an old spike beyond
    assert np.asarray(origin_of(jnp.asarray(last), 1)).tolist() == [4, 3]
