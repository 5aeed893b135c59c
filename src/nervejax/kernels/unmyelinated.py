"""Batched cable of unmyelinated fibres: many lanes (one fibre each), all compartments at once.

    C dV/dt + I(V) = g_axial (V[j-1] - 2 V[j] + V[j+1])      sealed ends, index 0 central

Space: compact fourth order, the membrane term is weighted [1 10 1]/12. Time: fast gates half a step
from V, V by Crank-Nicolson; every ``FAST_STEPS`` steps (one block) slow gates, shell ions, pump and
noise. V is kept as deviation u from rest: a fine grid is stiff, and in float32 the axial part of a
large constant would drown the leak. Nothing mixes lanes, so a fibre's result does not depend on its
neighbours; bit for bit in batches of a multiple of 16 lanes (narrower ones may be compiled to other
roundings, 1e-6 apart).
Units mV, ms, mM, uA/cm2, mS/cm2, um.
"""

from collections.abc import Mapping
from functools import partial
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from nervejax.errors import NervejaxError
from nervejax.kernels.noise import hash32, ornstein_uhlenbeck, two_increments
from nervejax.kernels.tridiagonal import solve
from nervejax.kernels.unmyelinated_state import NEVER_MS, Events, Means, Params, State
from nervejax.kernels.unmyelinated_state import cable_parameters as cable_parameters
from nervejax.kernels.unmyelinated_state import extracellular as extracellular
from nervejax.kernels.unmyelinated_state import injected as injected
from nervejax.kernels.unmyelinated_state import rest_state as rest_state
from nervejax.kernels.unmyelinated_state import spacing_um as spacing_um
from nervejax.units import FARADAY_C_PER_MOL

FAST_STEPS = 5  # fast steps per block
MAX_BLOCKS = 8192  # longest call; rows of the event buffers
MONITOR = 2  # compartment whose spikes are reported: the central end, one off the seal
NOISE_MS = 5.0  # ms, time constant of the noise current
NOISE_PATCH_UM = 1000.0  # um, membrane length for which the noise is given
SPIKE_MV, REARM_MV = -20.0, -35.0  # mV, upward crossing that counts; below this a new one may
CHAIN_MS = 5.0  # ms, longest delay between neighbours of one travelling spike


def _step_gates(
    membrane: ModuleType, p: Params, gates: Mapping[str, jax.Array], v: jax.Array, dt: jax.Array
) -> dict[str, jax.Array]:
    """Towards the steady state by a Pade (1,2) form of e^-z: third order and L-stable, no exp."""
    stepped = {}
    for name, (steady, rate) in membrane.rates(v, tuple(gates), p, jnp).items():
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


def _crossing(missing: jax.Array, rise: jax.Array, before: jax.Array) -> jax.Array:
    """Share of a step at which the potential passes SPIKE_MV, by the parabola through three steps.

    missing: to SPIKE_MV at the start of the step; ``rise`` of this step, ``before`` of the last one.
    """
    inverse = 1.0 / rise
    share = missing * inverse
    bend = 0.5 * (rise - before) * inverse
    return share + share * (1.0 - share) * jnp.clip(bend, -1.0, 1.0)


def _origin(last: jax.Array) -> jax.Array:
    """Compartment where the spike now at the monitor began, (lane,): follow earlier crossings."""
    delay = last[MONITOR:-1] - last[MONITOR + 1 :]
    follows = (delay > 0.0) & (delay < CHAIN_MS)
    index = jnp.arange(MONITOR, last.shape[0] - 1, dtype=jnp.int32)[:, None]
    return jnp.min(jnp.where(follows, last.shape[0] - 1, index), axis=0)


@partial(jax.jit, static_argnums=(0, 7))
def _advance(
    membrane: ModuleType, p: Params, state: State, drive: dict[str, jax.Array], n_blocks: Any,
    dt: Any, settle: Any, watch: tuple[int, ...],
) -> tuple[State, Events, Means]:  # fmt: skip
    shape, dtype, rest = state.u.shape, state.u.dtype, p["v_rest_mV"]
    block_ms = FAST_STEPS * dt
    na_i, phi, na_avail = drive["na_i"], drive["phi"], drive["na_avail"]
    bath, stimulus = drive["k_e_delta"], drive["stimulus_uA_per_cm2"]
    stim_first = drive["stim_start_ms"] / dt  # in steps
    stim_last = stim_first + drive["stim_ms"] / dt
    rms = drive["noise_uA_cm2"] * jnp.sqrt(NOISE_PATCH_UM / p["dx_um"])
    shell = 10.0 / (p["shell_um"] * FARADAY_C_PER_MOL)  # mM/ms per uA/cm2
    wash = 100.0 * FARADAY_C_PER_MOL * p["shell_exchange_m_s"]  # uA/cm2 per mM, shell to bath
    z = block_ms * shell * wash
    # mean over the block of what an influx or a surplus leaves behind: (1 - e^-z)/z
    kept = jnp.where(z > 1e-4, -jnp.expm1(-z) / jnp.maximum(z, 1e-4), 1.0 - 0.5 * z)
    lost = jnp.where(z > 1e-2, 1.0 - kept, z * (0.5 - z * (1.0 / 6.0 - z / 24.0)))
    capacity = 2.0 * p["capacitance"] / dt
    fixed = p["na_fixed"] + p["k_fixed"]
    spike, rearm = SPIKE_MV - rest, REARM_MV - rest
    places = jnp.asarray(watch, jnp.int32)

    def block(i: jax.Array, carry: tuple[Any, ...]) -> tuple[Any, ...]:
        s, rise, times, origins, trace, sums = carry
        # gates are half a block ahead of v; concentrations are taken there by their last rate
        held = membrane.hold(
            p, s.slow, na_i, p["na_o_rest_mM"] + s.na_o + 0.5 * block_ms * s.na_o_rate,
            jnp.maximum(
                p["k_o_rest_mM"] + s.k_o + 0.5 * block_ms * s.k_o_rate, membrane.LOWEST_K_MM
            ),
            phi, na_avail, jnp,
        )  # fmt: skip
        word = hash32(
            drive["seed"], drive["fibre_id"], shape[0], drive["block0"] + i.astype(jnp.uint32)
        )
        increment = two_increments(word)[0].astype(dtype)
        noise = ornstein_uhlenbeck(s.noise, increment, block_ms, NOISE_MS)
        steady = rms * noise - 0.5 * held.pump - fixed
        launched = jnp.where(drive["launch"][i], drive["launch_uA_per_cm2"], 0.0)
        steady = steady.at[-1].add(launched)
        e_na, e_k = held.e_na - rest, held.e_k - rest

        def step(k: jax.Array, c: tuple[Any, ...]) -> tuple[Any, ...]:
            u, rise, fast, armed, last, na, kc, seen = c
            n = (i * FAST_STEPS + k).astype(dtype)
            fast = _step_gates(membrane, p, fast, u + rest, dt)
            g_na, g_k = membrane.conductances(p, fast, held)
            on = jnp.clip(jnp.minimum(n + 1.0, stim_last) - jnp.maximum(n, stim_first), 0.0, 1.0)
            b = capacity * u + g_na * e_na + g_k * e_k + steady + on * stimulus
            half = _solve(capacity + g_na + g_k, b, p["g_axial"])
            new = 2.0 * half - u
            crossed = (armed > 0.0) & (u < spike) & (new >= spike)
            last = jnp.where(crossed, dt * (n + _crossing(spike - u, new - u, rise)), last)
            armed = jnp.where(crossed, 0.0, jnp.where(new < rearm, 1.0, armed))
            na = na + g_na * (half - e_na)
            kc = kc + g_k * (half - e_k)
            if watch:
                seen = seen.at[k].set(new[places] + rest)
            return new, new - u, fast, armed, last, na, kc, seen

        zero = jnp.zeros_like(s.u)
        u, rise, fast, armed, last, na, kc, seen = jax.lax.fori_loop(
            0, FAST_STEPS, step, (s.u, rise, s.fast, s.armed, s.last_ms, zero, zero, trace[0])
        )
        na = na / FAST_STEPS + 1.5 * held.pump + p["na_fixed"]
        kc = kc / FAST_STEPS - held.pump + p["k_fixed"]
        na_o = s.na_o + kept * block_ms * shell * (na - wash * s.na_o)
        k_o = s.k_o + kept * block_ms * shell * (kc - wash * (s.k_o - bath))
        k_o = jnp.maximum(k_o, membrane.LOWEST_K_MM - p["k_o_rest_mM"])
        efflux = lost * kc + kept * wash * (s.k_o - bath)

        arrived = last[MONITOR] != s.last_ms[MONITOR]
        times = times.at[i].set(jnp.where(arrived, last[MONITOR], -1.0))
        origins = origins.at[i].set(jnp.where(arrived, _origin(last), -1))
        if watch:
            trace = trace.at[i].set(seen)
        counted = (i >= settle).astype(dtype)
        net = na + kc - (steady + 0.5 * held.pump + fixed)  # less noise and launches, in steady
        parts = na, held.pump, efflux, net
        sums = tuple(a + counted * x for a, x in zip(sums, parts, strict=True))
        slow = _step_gates(membrane, p, s.slow, u + rest, block_ms)
        speeds = (na_o - s.na_o) / block_ms, (k_o - s.k_o) / block_ms
        after = State(u, fast, slow, na_o, k_o, *speeds, noise, armed, last, s.slope)
        return after, rise, times, origins, trace, sums

    empty = (MAX_BLOCKS, shape[1])
    zero = jnp.zeros(shape, dtype)
    start = (
        state, state.slope * dt, jnp.full(empty, -1.0, dtype), jnp.full(empty, -1, jnp.int32),
        jnp.zeros((MAX_BLOCKS, FAST_STEPS, len(watch), shape[1]), dtype), (zero,) * 4,
    )  # fmt: skip
    s, rise, times, origins, trace, sums = jax.lax.fori_loop(0, n_blocks, block, start)
    crossings = jnp.sum(origins >= 0, axis=0, dtype=jnp.int32)
    counted = jnp.maximum(n_blocks - settle, 1).astype(dtype)
    shifted = jnp.maximum(s.last_ms - n_blocks.astype(dtype) * block_ms, NEVER_MS)
    events = Events(times, origins, crossings, s.last_ms, trace)
    return s._replace(slope=rise / dt, last_ms=shifted), events, Means(*(a / counted for a in sums))


def drive_lanes(
    drive: Mapping[str, Any], cells: tuple[int, ...], real: Any = np.float32
) -> dict[str, Any]:
    """Every entry of a drive in its full shape, see ``advance``; what has it already stays as it is.

    Args:
        cells: (compartments, lanes).  real: type of the numbers.

    Raises:
        NervejaxError: an entry is missing or unknown.
    """
    lanes, u32 = cells[1:], np.uint32
    names = ("na_i", "k_e_delta", "phi", "na_avail", "noise_uA_cm2", "stimulus_uA_per_cm2")
    kinds: dict[str, tuple[tuple[int, ...], Any]] = dict.fromkeys(names, (cells, real))
    kinds |= dict.fromkeys(("stim_start_ms", "stim_ms"), (lanes, real))
    kinds |= {"launch": ((MAX_BLOCKS, *lanes), bool), "launch_uA_per_cm2": (lanes, real)}
    kinds |= dict.fromkeys(("fibre_id", "seed", "block0"), (lanes, u32))
    drive = {"launch": False, "launch_uA_per_cm2": 0.0} | dict(drive)
    if wrong := sorted(set(kinds) ^ set(drive)):
        raise NervejaxError(f"drive must hold {', '.join(kinds)}; missing or unknown: {wrong[0]}.")

    def full(value: Any, shape: tuple[int, ...], kind: Any) -> Any:
        if isinstance(value, jax.Array) and value.shape == shape and value.dtype == kind:
            return value  # it lies on the device and stays there
        return np.broadcast_to(np.asarray(value, kind), shape)

    return {name: full(drive[name], *kind) for name, kind in kinds.items()}


def advance(
    membrane: ModuleType, p: Params, state: State, drive: Mapping[str, Any], n_blocks: int,
    dt_ms: float, settle_blocks: int = 0, watch: tuple[int, ...] = (),
) -> tuple[State, Events, Means]:  # fmt: skip
    """Step every lane by ``n_blocks * FAST_STEPS * dt_ms``; compiled once for any length and step.

    Args:
        membrane: Module of ``membranes.registry.UNMYELINATED``.
        p: From ``cable_parameters``; their dtype is the one that is stepped in.
        state: From ``rest_state`` or an earlier call.
        drive: All of the following; numbers broadcast to the shape given.
            na_i [mM], k_e_delta (endoneurial K minus its rest) [mM], phi (pump energy factor) [1],
            na_avail (factor on Na channels) [1], noise_uA_cm2 (rms for 1 mm of fibre) [uA/cm2],
            stimulus_uA_per_cm2 (``injected`` or ``extracellular``): (compartment, lane); held for
            the whole call, the stimulus for stim_ms [ms] from stim_start_ms (from call start)
            [ms]: (lane,). A step that the pulse covers in part gets that part of it.
            launch: (MAX_BLOCKS, lane) bool blocks in which launch_uA_per_cm2, (lane,), goes into the
            last compartment: spikes that come from the receptor; both may be left out.
            seed, fibre_id, block0 (blocks stepped before this call): (lane,) uint32.
        n_blocks: Blocks to step, 0 ... MAX_BLOCKS.
        dt_ms: Fast step [ms].
        settle_blocks: Blocks left out of the means.
        watch: Compartments whose potential is returned in ``Events.trace``; compiled for each.

    Returns:
        The new state, events and means.

    Raises:
        NervejaxError: ``n_blocks`` or ``watch`` is out of range, or ``drive`` has missing or
            unknown entries.
    """
    if not 0 <= n_blocks <= MAX_BLOCKS:
        raise NervejaxError(f"n_blocks must be 0 ... {MAX_BLOCKS}, got {n_blocks}. Split the call.")
    if not all(0 <= place < state.u.shape[0] for place in watch):
        raise NervejaxError(f"watch must name compartments 0 ... {state.u.shape[0] - 1}.")
    typed = drive_lanes(drive, state.u.shape, state.u.dtype)
    return _advance(
        membrane, p, state, typed, jnp.int32(n_blocks), np.asarray(dt_ms, state.u.dtype),
        jnp.int32(settle_blocks), watch,
    )  # fmt: skip
