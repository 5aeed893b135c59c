"""Batched cable of unmyelinated fibres: many lanes (one fibre each), all compartments at once.

    C dV/dt + I(V) = g_axial (V[j-1] - 2 V[j] + V[j+1])      sealed ends, index 0 central

Space: compact fourth order, the membrane term is weighted [1 10 1]/12. Time: fast gates half a step
from V, V by Crank-Nicolson; every ``FAST_STEPS`` steps (one block) slow gates, shell ions, pump and
noise. Nothing mixes lanes, so a fibre's result does not depend on its neighbours; bit for bit in
batches of a multiple of 16 lanes (narrower ones are compiled to other roundings, 1e-6 apart).
Units mV, ms, mM, uA/cm2, mS/cm2, um.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from nervejax.errors import NervejaxError
from nervejax.kernels.noise import hash32, ornstein_uhlenbeck, two_increments
from nervejax.kernels.tridiagonal import solve
from nervejax.kernels.unmyelinated_state import NEVER_MS, Events, Means, Params, State
from nervejax.kernels.unmyelinated_state import cable_parameters as cable_parameters
from nervejax.kernels.unmyelinated_state import rest_state as rest_state
from nervejax.kernels.unmyelinated_state import spacing_um as spacing_um
from nervejax.membranes import tigerholm2014 as membrane
from nervejax.units import FARADAY_C_PER_MOL

FAST_STEPS = 5  # fast steps per block
MAX_BLOCKS = 8192  # longest call; rows of the event buffers
MONITOR = 2  # compartment whose spikes are reported: the central end, one off the seal
NOISE_MS = 5.0  # ms, time constant of the noise current
NOISE_PATCH_UM = 1000.0  # um, membrane length for which the noise is given
SPIKE_MV, REARM_MV = -20.0, -35.0  # mV, upward crossing that counts; below this a new one may
CHAIN_MS = 5.0  # ms, longest delay between neighbours of one travelling spike


def _step_gates(gates: dict[str, jax.Array], v: jax.Array, dt: jax.Array) -> dict[str, jax.Array]:
    """Towards the steady state by a Pade (1,2) form of e^-z: third order and L-stable, no exp."""
    stepped = {}
    for name, (steady, rate) in membrane.rates(v, tuple(gates), jnp).items():
        z = rate * dt
        decay = (1.0 - z / 3.0) / (1.0 + z * (2.0 / 3.0 + z / 6.0))
        stepped[name] = steady + (gates[name] - steady) * decay
    return stepped


def _neighbours(x: jax.Array) -> jax.Array:
    """x[j-1] + x[j+1] with mirrored ends."""
    return jnp.concatenate([x[:1], x[:-1]]) + jnp.concatenate([x[1:], x[-1:]])


def _solve(g: jax.Array, b: jax.Array, g_axial: jax.Array) -> jax.Array:
    """Solve M(g x) - g_axial lap(x) = M b over compartments, M = [1 10 1]/12, mirrored ends."""
    off = g / 12.0 - g_axial
    diagonal = g * (10.0 / 12.0) + 2.0 * g_axial
    diagonal = diagonal.at[0].add(off[0]).at[-1].add(off[-1])
    rhs = (10.0 * b + _neighbours(b)) / 12.0
    zero = jnp.zeros_like(off[:1])
    low, high = jnp.concatenate([zero, off[:-1]]), jnp.concatenate([off[1:], zero])
    return jax.lax.optimization_barrier(solve(low, diagonal, high, rhs))


def _origin(last: jax.Array) -> jax.Array:
    """Compartment where the spike now at the monitor began, (lane,): follow earlier crossings."""
    delay = last[MONITOR:-1] - last[MONITOR + 1 :]
    follows = (delay > 0.0) & (delay < CHAIN_MS)
    index = jnp.arange(MONITOR, last.shape[0] - 1, dtype=jnp.int32)[:, None]
    return jnp.min(jnp.where(follows, last.shape[0] - 1, index), axis=0)


@jax.jit
def _advance(
    p: Params, state: State, drive: dict[str, jax.Array], n_blocks: Any, dt: Any, settle: Any
) -> tuple[Any, ...]:
    shape = state.v.shape
    block_ms = FAST_STEPS * dt
    na_i, phi, na_avail = drive["na_i"], drive["phi"], drive["na_avail"]
    bath = drive["k_e_delta"]
    row = jnp.arange(shape[0], dtype=jnp.int32)[:, None]
    stim = jnp.where(row == drive["stim_compartment"], 1e-3 * drive["stim_nA"] / p["area_cm2"], 0.0)
    stim_end = drive["stim_start_ms"] + drive["stim_ms"]
    rms = drive["noise_uA_cm2"] * jnp.sqrt(NOISE_PATCH_UM / p["dx_um"])
    shell = 10.0 / (p["shell_um"] * FARADAY_C_PER_MOL)  # mM/ms per uA/cm2
    exchange = 1e3 * p["shell_exchange_m_s"] / p["shell_um"]  # 1/ms
    capacity = 2.0 * p["capacitance"] / dt
    fixed = p["na_fixed"] + p["k_fixed"]

    def block(i: jax.Array, carry: tuple[Any, ...]) -> tuple[Any, ...]:
        s, times, origins, sums = carry
        held = membrane.hold(
            p, s.slow, na_i, p["na_o_rest_mM"] + s.na_o, p["k_o_rest_mM"] + s.k_o, phi,
            na_avail, jnp,
        )  # fmt: skip
        word = hash32(
            drive["seed"], drive["fibre_id"], shape[0], drive["block0"] + i.astype(jnp.uint32)
        )
        noise = ornstein_uhlenbeck(s.noise, two_increments(word)[0], block_ms, NOISE_MS)
        steady = rms * noise - 0.5 * held.pump - fixed

        def step(k: jax.Array, c: tuple[Any, ...]) -> tuple[Any, ...]:
            v, fast, armed, last, na, kc = c
            t = (i * FAST_STEPS + k).astype(jnp.float32) * dt
            fast = _step_gates(fast, v, dt)
            g_na, g_k = membrane.conductances(p, fast, held)
            middle = t + 0.5 * dt
            on = ((middle >= drive["stim_start_ms"]) & (middle < stim_end)).astype(jnp.float32)
            b = capacity * v + g_na * held.e_na + g_k * held.e_k + steady + on * stim
            half = _solve(capacity + g_na + g_k, b, p["g_axial"])
            new = 2.0 * half - v
            crossed = (armed > 0.0) & (v < SPIKE_MV) & (new >= SPIKE_MV)
            last = jnp.where(crossed, t + dt * (SPIKE_MV - v) / (new - v), last)
            armed = jnp.where(crossed, 0.0, jnp.where(new < REARM_MV, 1.0, armed))
            na = na + g_na * (half - held.e_na)
            kc = kc + g_k * (half - held.e_k)
            return new, fast, armed, last, na, kc

        zero = jnp.zeros_like(s.v)
        v, fast, armed, last, na, kc = jax.lax.fori_loop(
            0, FAST_STEPS, step, (s.v, s.fast, s.armed, s.last_ms, zero, zero)
        )
        na = na / FAST_STEPS + 1.5 * held.pump + p["na_fixed"]
        kc = kc / FAST_STEPS - held.pump + p["k_fixed"]
        damp = 1.0 / (1.0 + block_ms * exchange)
        na_o = (s.na_o + block_ms * shell * na) * damp
        k_o = (s.k_o + block_ms * (shell * kc + exchange * bath)) * damp
        k_o = jnp.maximum(k_o, membrane.LOWEST_K_MM - p["k_o_rest_mM"])
        efflux = exchange * (k_o - bath) / shell

        arrived = last[MONITOR] != s.last_ms[MONITOR]
        times = times.at[i].set(jnp.where(arrived, last[MONITOR], -1.0))
        origins = origins.at[i].set(jnp.where(arrived, _origin(last), -1))
        counted = (i >= settle).astype(jnp.float32)
        sums = tuple(a + counted * x for a, x in zip(sums, (na, held.pump, efflux), strict=True))
        slow = _step_gates(s.slow, v, block_ms)
        return State(v, fast, slow, na_o, k_o, noise, armed, last), times, origins, sums

    empty = (MAX_BLOCKS, shape[1])
    zero = jnp.zeros(shape, jnp.float32)
    start = (state, jnp.full(empty, -1.0), jnp.full(empty, -1, jnp.int32), (zero, zero, zero))
    s, times, origins, sums = jax.lax.fori_loop(0, n_blocks, block, start)
    crossings = jnp.sum(origins >= 0, axis=0, dtype=jnp.int32)
    counted = jnp.maximum(n_blocks - settle, 1).astype(jnp.float32)
    shifted = jnp.maximum(s.last_ms - n_blocks.astype(jnp.float32) * block_ms, NEVER_MS)
    events = Events(times, origins, crossings, s.last_ms)
    return s._replace(last_ms=shifted), events, Means(*(a / counted for a in sums))


def advance(
    p: Params, state: State, drive: Mapping[str, Any], n_blocks: int, dt_ms: float,
    settle_blocks: int = 0,
) -> tuple[State, Events, Means]:  # fmt: skip
    """Step every lane by ``n_blocks * FAST_STEPS * dt_ms``; compiled once for any length and step.

    Args:
        p: From ``cable_parameters``.
        state: From ``rest_state`` or an earlier call.
        drive: All of the following; numbers broadcast to the shape given.
            na_i [mM], k_e_delta (endoneurial K minus its rest) [mM], phi (pump energy factor) [1],
            na_avail (factor on Na channels) [1], noise_uA_cm2 (rms for 1 mm of fibre) [uA/cm2]:
            (compartment, lane); held for the whole call.
            stim_nA [nA], stim_compartment, stim_start_ms (from call start) [ms], stim_ms [ms]:
            (lane,).
            seed: uint32. fibre_id: (lane,) uint32. block0: uint32, blocks stepped before this call.
        n_blocks: Blocks to step, 0 ... MAX_BLOCKS.
        dt_ms: Fast step [ms].
        settle_blocks: Blocks left out of the means.

    Returns:
        The new state, events and means.

    Raises:
        NervejaxError: ``n_blocks`` is out of range, or ``drive`` has missing or unknown entries.
    """
    if not 0 <= n_blocks <= MAX_BLOCKS:
        raise NervejaxError(f"n_blocks must be 0 ... {MAX_BLOCKS}, got {n_blocks}. Split the call.")
    cells, lanes, f32, u32 = state.v.shape, state.v.shape[1:], np.float32, np.uint32
    kinds = dict.fromkeys(("na_i", "k_e_delta", "phi", "na_avail", "noise_uA_cm2"), (cells, f32))
    kinds |= dict.fromkeys(("stim_nA", "stim_start_ms", "stim_ms"), (lanes, f32))
    kinds |= {"stim_compartment": (lanes, np.int32), "fibre_id": (lanes, u32)}
    kinds |= {"seed": ((), u32), "block0": ((), u32)}
    if wrong := sorted(set(kinds) ^ set(drive)):
        raise NervejaxError(f"drive must hold {', '.join(kinds)}; missing or unknown: {wrong[0]}.")
    typed = {k: np.broadcast_to(np.asarray(drive[k], t), s) for k, (s, t) in kinds.items()}
    return _advance(p, state, typed, jnp.int32(n_blocks), f32(dt_ms), jnp.int32(settle_blocks))
