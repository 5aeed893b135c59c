"""Finding spikes on the device: when one passes the monitor, and where it came from."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

SPIKE_THRESHOLD_MV = -20.0
SAME_SPIKE_MS = 2.5
"""Neighbours crossing further apart than this belong to different spikes."""
NEVER = -1e9


class Events(NamedTuple):
    """Spikes at the monitor place. MAX = most blocks of one call.

    time: (MAX, lane) crossing time since the start of the call [ms], -1 = none in that block.
    origin: (MAX, lane) int32 place where that spike began (earliest connected crossing).
    last: (place, lane) last upward crossing of every place [ms], NEVER = none.
    trace: (MAX, step, watched place, lane) membrane potential after every step [mV].
    """

    time: jax.Array
    origin: jax.Array
    last: jax.Array
    trace: jax.Array


def empty_events(
    max_blocks: int, places: int, lanes: int, watched: tuple[int, int], dtype: Any = jnp.float32
) -> Events:
    """Buffers with no spike in them; watched: (steps of a block, number of watched places)."""
    return Events(
        jnp.full((max_blocks, lanes), -1.0, dtype),
        jnp.zeros((max_blocks, lanes), jnp.int32),
        jnp.full((places, lanes), NEVER, dtype),
        jnp.zeros((max_blocks if watched[1] else 0, *watched, lanes), dtype),
    )


def origin_of(last: jax.Array, monitor: int) -> jax.Array:
    """Place of the earliest crossing among those connected to the monitor, (lane,) int32.

    Args:
        last: (place, lane) time of the last upward crossing [ms].
        monitor: index of the monitored place; places run away from it with rising index.
    """
    tail = last[monitor:]
    near = jnp.abs(tail[1:] - tail[:-1]) < SAME_SPIKE_MS
    connected = jnp.concatenate([jnp.ones_like(near[:1]), jnp.cumprod(near, axis=0) > 0], axis=0)
    return (monitor + jnp.argmin(jnp.where(connected, tail, jnp.inf), axis=0)).astype(jnp.int32)


def record(
    events: Events, block: jax.Array, last: jax.Array, start_ms: jax.Array, monitor: int,
    seen: jax.Array,
) -> Events:  # fmt: skip
    """Write one block's rows: the monitor's crossing if at or after start_ms, and the potentials seen."""
    t = last[monitor]
    trace = events.trace
    if trace.size:
        trace = jax.lax.dynamic_update_index_in_dim(trace, seen, block, 0)
    row = jnp.where(t >= start_ms, t, -1.0)
    return Events(
        jax.lax.dynamic_update_index_in_dim(events.time, row, block, 0),
        jax.lax.dynamic_update_index_in_dim(events.origin, origin_of(last, monitor), block, 0),
        last,
        trace,
    )
