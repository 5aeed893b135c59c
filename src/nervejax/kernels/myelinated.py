"""One window of spiking dynamics of myelinated fibres: nodes of Ranvier joined by internodes.

Arrays are (node, lane), lane = fibre; internode j lies between nodes j and j + 1, its row N - 1 is
zero. u is the nodal potential relative to rest. A fast step dt updates the gates (Crank-Nicolson,
staggered), then potential and internodal modes together (half a backward Euler step, then
extrapolation: second order). A block is BLOCK_STEPS of them, after which slow gates, internodal
currents J, perinodal potassium and noise are updated. Lanes never mix.
"""

from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from nervejax.kernels.arrays import Array
from nervejax.kernels.events import SPIKE_THRESHOLD_MV, Events, empty_events, record
from nervejax.kernels.myelinated_state import Drive, Means, State
from nervejax.kernels.myelinated_state import rest_state as rest_state
from nervejax.kernels.noise import hash32, ornstein_uhlenbeck, two_increments
from nervejax.kernels.tridiagonal import solve
from nervejax.membranes.ions import potassium_sites, sodium_sites
from nervejax.units import MM_PER_PA_MS_FL

BLOCK_STEPS = 10
MAX_BLOCKS = 5000
MONITOR = 1
NOISE_TAU_MS = (0.3, 1.0)  # fast, persistent sodium channels


def _shift_down(x: Array) -> jax.Array:
    """Value of the node before: row j gets x[j - 1]."""
    return jnp.concatenate([jnp.zeros_like(x[:1]), x[:-1]], axis=0)


def _shift_up(x: Array) -> jax.Array:
    """Value of the node after: row j gets x[j + 1]."""
    return jnp.concatenate([x[1:], jnp.zeros_like(x[:1])], axis=0)


class _Stencil(NamedTuple):
    """Coefficients of the half step that depend on dt and geometry only."""

    lower: jax.Array
    upper: jax.Array
    couple_before: jax.Array
    couple_after: jax.Array
    capacity: jax.Array
    diagonal: jax.Array
    read_l: tuple
    read_r: tuple
    push_l: tuple
    push_r: tuple
    push_j: tuple
    decay: tuple
    j_left: jax.Array
    j_right: jax.Array


def _stencil(p: dict[str, Any], cable: dict[str, jax.Array], dt: jax.Array) -> _Stencil:
    h = 0.5 * dt
    on_l, on_r = cable.get("load_l", 1.0), cable.get("load_r", 1.0)
    decay = 1.0 / (1.0 + h * cable["lam"])
    hd = h * decay
    g_l = cable["g_self"] - (cable["read_l"] * hd * cable["drive_l"]).sum(0)
    g_r = cable["g_self"] - (cable["read_r"] * hd * cable["drive_r"]).sum(0)
    g_x = cable["g_cross"] + (cable["read_l"] * hd * cable["drive_r"]).sum(0)
    couple = cable["c_cross"] / h
    off = couple - g_x
    c_l, c_r = on_l * cable["c_self"], _shift_down(on_r * cable["c_self"])
    capacity = (p["c_node"][None] + c_l + c_r) / h
    j_left = cable["f_source"] + (cable["read_l"] * hd * cable["source"]).sum(0)
    j_right = cable["f_source"] + (cable["read_r"] * hd * cable["source"]).sum(0)
    return _Stencil(
        lower=_shift_down(on_r * off), upper=on_l * off,
        couple_before=_shift_down(on_r * couple), couple_after=on_l * couple,
        capacity=capacity, diagonal=capacity + on_l * g_l + _shift_down(on_r * g_r),
        read_l=tuple(on_l * cable["read_l"] * decay), read_r=tuple(on_r * cable["read_r"] * decay),
        push_l=tuple(hd * cable["drive_l"]), push_r=tuple(hd * cable["drive_r"]),
        push_j=tuple(hd * cable["source"]), decay=tuple(decay),
        j_left=on_l * j_left, j_right=on_r * j_right,
    )  # fmt: skip


def internode_potential(state: State, cable: dict[str, jax.Array]) -> jax.Array:
    """Mean membrane potential of each internode relative to rest [mV], (node, lane)."""
    v = -cable["f_source"] * (state.u + _shift_up(state.u))
    for read, y in zip(cable["read_v"], state.modes, strict=True):
        v = v + read * y
    return v


@partial(jax.jit, static_argnums=(0,), static_argnames=("watch",))
def advance(
    membrane: ModuleType,
    p: dict[str, jax.Array],
    cable: dict[str, jax.Array],
    state: State,
    drive: Drive,
    blocks: jax.Array,
    settle: jax.Array,
    dt: jax.Array,
    watch: tuple[int, ...] = (),
) -> tuple[State, Events, Means]:
    """Step ``blocks`` blocks of BLOCK_STEPS steps of ``dt`` ms.

    Args:
        membrane: module of ``membranes.registry.MYELINATED``.
        p: membrane constants, (lane,).
        cable: reduced internodes, modal entries (mode, node, lane), others (node, lane).
        state: where to start from (kept: a fork starts from the same).
        drive: inputs of this window.
        blocks: () int32, at most MAX_BLOCKS.  settle: () int32, blocks left out of the means.
        dt: () fast step [ms].
        watch: nodes whose potential is kept after every step (``Events.trace``).

    Returns:
        state after the window, spikes at node MONITOR, means over the blocks after ``settle``;
        all in the precision of ``state``.
    """
    nodes, lanes = state.u.shape
    k = _stencil(p, cable, dt)
    block_ms = BLOCK_STEPS * dt
    threshold = SPIKE_THRESHOLD_MV - p["v_rest"]
    kind = state.u.dtype
    has_internode = (jnp.arange(nodes) < nodes - 1).astype(kind)[:, None]
    k_i = p["k_i_rest"] + p["ion_rate"] * (p["na_i_rest"] - drive.na_i)
    e_na = p["rt"] * jnp.log(p["na_e"] / drive.na_i) - p["v_rest"]
    e_k_i = p["rt"] * jnp.log(drive.k_periaxonal / k_i) - p["v_rest"]
    sites = sodium_sites(p, drive.na_i) * drive.pump
    net = 3.0 - p["pump_k"]  # charges that a cycle of the pump moves
    pump_i = has_internode * p["i_pump_internode"] * sites * potassium_sites(p, drive.k_periaxonal)
    net_i = net * pump_i

    stimulus, field_push = drive.stimulus, ()
    stimulus_end = drive.stimulus_start + drive.stimulus_width
    if drive.field is not None:
        field_push = tuple(0.5 * dt * f * d for f, d in zip(drive.field, k.decay, strict=True))
        pushed = jnp.stack(field_push)
        left = cable.get("load_l", 1.0) * (cable["read_l"] * pushed).sum(0)
        right = cable.get("load_r", 1.0) * (cable["read_r"] * pushed).sum(0)
        stimulus = stimulus + left + _shift_down(right)

    def step(carry, i, slow_terms):
        u, fast, modes, last, sum_na, sum_x = carry
        g_na_max, g_steady, ge_steady, e_na_b, node_source, push_j, xi = slow_terms
        t = i * dt
        on = jnp.minimum(t + dt, stimulus_end) - jnp.maximum(t, drive.stimulus_start)
        on = jnp.clip(on / dt, 0.0, 1.0)  # share of the step under the pulse
        fast = membrane.step_fast(u + p["v_rest"], fast, p, dt)
        open_ = membrane.sodium_open(fast)
        g_na = g_na_max * open_
        g_na = (
            g_na + drive.noise * jnp.sqrt(jnp.maximum(p["gamma"] * g_na * (1.0 - open_), 0.0)) * xi
        )
        left = k.read_l[0] * modes[0]
        right = k.read_r[0] * modes[0]
        for m in range(1, len(modes)):
            left = left + k.read_l[m] * modes[m]
            right = right + k.read_r[m] * modes[m]
        rhs = (
            k.capacity * u + k.couple_before * _shift_down(u) + k.couple_after * _shift_up(u)
            + g_na * e_na_b + ge_steady + node_source + left + _shift_down(right)
            + on * stimulus
        )  # fmt: skip
        x = solve(k.lower, k.diagonal + g_na + g_steady, k.upper, rhs)
        x_after = _shift_up(x)
        modes = tuple(
            2.0 * (y * k.decay[m] + k.push_l[m] * x + k.push_r[m] * x_after + push_j[m]) - y
            for m, y in enumerate(modes)
        )
        if field_push:
            modes = tuple(y + 2.0 * on * f for y, f in zip(modes, field_push, strict=True))
        u_new = 2.0 * x - u
        crossed = (u < threshold) & (u_new >= threshold)
        when = t + dt * (threshold - u) / jnp.where(crossed, u_new - u, 1.0)
        last = jnp.where(crossed, when, last)
        sum_na = sum_na + g_na * (x - e_na_b)
        seen = u_new[jnp.array(watch)] + p["v_rest"] if watch else u_new[:0]
        return (u_new, fast, modes, last, sum_na, sum_x + x), seen

    def block(carry):
        b, state, events, sums = carry
        u, slow = state.u, membrane.step_slow(state.u + p["v_rest"], state.slow, p, block_ms)
        vi = internode_potential(state, cable)
        gates = membrane.step_internode(vi + p["v_rest"], state.internode, p, block_ms)
        e_k = p["rt"] * jnp.log(state.k_node / k_i) - p["v_rest"]
        pump_n = p["i_pump_node"] * sites * potassium_sites(p, state.k_node)
        # not net * pump_n: as written the 3:2 pump rounds like one whose net current is its rate
        net_n = p["i_pump_node"] * net * sites * potassium_sites(p, state.k_node)
        j, na_internode, k_internode = membrane.internode_currents(vi, gates, e_na, e_k_i, net_i, p)
        j, na_internode, k_internode = (has_internode * c for c in (j, na_internode, k_internode))
        word = two_increments(
            hash32(drive.seed, drive.fibre_id, nodes, drive.first_block + b.astype(jnp.uint32))
        )
        xi = tuple(
            ornstein_uhlenbeck(x, w, block_ms, tau)
            for x, w, tau in zip(state.noise, word, NOISE_TAU_MS, strict=True)
        )
        sodium = drive.sodium * membrane.availability(slow, p)
        g_nap, open_p, g_k = membrane.slow_conductances(slow, p)
        g_nap = g_nap * sodium
        spread = jnp.sqrt(jnp.maximum(p["gamma"] * g_nap * (1.0 - open_p), 0.0))
        g_steady_na = g_nap + drive.noise * spread * xi[1] + p["g_nal"]
        source = k.j_left * j + _shift_down(k.j_right * j) - net_n
        if drive.launch is not None and drive.launch_pA is not None:
            source = source.at[-1].add(jnp.where(drive.launch[b], drive.launch_pA, 0.0))
        slow_terms = (
            p["g_na"] * sodium, g_steady_na + g_k, g_steady_na * e_na + g_k * e_k, e_na,
            source, tuple(c * j for c in k.push_j), xi[0],
        )  # fmt: skip
        zero = jnp.zeros_like(u)
        first = b * BLOCK_STEPS
        (u, fast, modes, last, sum_na, sum_x), seen = jax.lax.scan(
            partial(step, slow_terms=slow_terms),
            (u, state.fast, state.modes, events.last, zero, zero),
            (first + jnp.arange(BLOCK_STEPS)).astype(kind),
        )
        x_mean = sum_x / BLOCK_STEPS
        node_na = sum_na / BLOCK_STEPS + g_steady_na * (x_mean - e_na)
        node_k = g_k * (x_mean - e_k) - p["pump_k"] * pump_n
        k_node = state.k_node + p["ion_rate"] * block_ms * (
            MM_PER_PA_MS_FL / p["vol_node"] * node_k
            - (state.k_node - drive.k_endoneurial) / p["tau_node"]
        )
        measured = (b >= settle).astype(kind)
        parts = Means(
            node_na + na_internode + 3.0 * (pump_n + pump_i), k_internode - p["pump_k"] * pump_i,
            pump_n + pump_i, k_node, node_k, membrane.projected_targets(x_mean + p["v_rest"], p),
        )  # fmt: skip
        sums = jax.tree.map(lambda s, c: s + measured * c, sums, parts)
        state = State(u, fast, slow, gates, modes, jnp.maximum(k_node, 0.2), xi, x_mean)
        return b + 1, state, record(events, b, last, first * dt, MONITOR, seen), sums

    zero = jnp.zeros((nodes, lanes), kind)
    sums = Means(zero, zero, zero, zero, zero, (zero,) * len(membrane.PROJECTED))
    events = empty_events(MAX_BLOCKS, nodes, lanes, (BLOCK_STEPS, len(watch)), kind)
    start = (jnp.int32(0), state, events, sums)
    _, state, events, sums = jax.lax.while_loop(lambda c: c[0] < blocks, block, start)
    count = jnp.maximum(blocks - settle, 1).astype(kind)
    return state, events, jax.tree.map(lambda s: s / count, sums)
