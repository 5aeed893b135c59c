"""Counter-based noise: the same numbers for a fibre whatever runs beside it.

One integer hash per (seed, fibre, place, block); its two 16-bit halves are uniform increments of
two Ornstein-Uhlenbeck processes, whose sums are close to Gaussian (excess kurtosis about -0.2).
Source: lowbias32 finaliser (C. Wellons, public domain constants).
"""

import jax
import jax.numpy as jnp

from nervejax.kernels.arrays import Array

UNIFORM_STD = 65536.0 / 12.0**0.5  # of a uniform 16-bit integer


def _mix(x: Array) -> Array:
    """lowbias32: a bijection in which every input bit moves every output bit."""
    x = (x ^ (x >> 16)) * jnp.uint32(0x7FEB352D)
    x = (x ^ (x >> 15)) * jnp.uint32(0x846CA68B)
    return x ^ (x >> 16)


def hash32(seed: Array, fibre_id: Array, places: int, block: Array) -> Array:
    """(place, lane) uint32 keyed by seed and block, each () or (lane,), fibre_id (lane,) and place.

    Every argument must be uint32: an int32 among them would make the shifts arithmetic.
    """
    place = jnp.arange(places, dtype=jnp.uint32)[:, None]
    stream = _mix((fibre_id * jnp.uint32(0x9E3779B1)) ^ _mix(seed))[None]
    return _mix(_mix(stream + place * jnp.uint32(0x85EBCA77)) ^ (block * jnp.uint32(0xC2B2AE3D)))


def two_increments(word: Array) -> tuple[jax.Array, jax.Array]:
    """Two independent zero-mean, unit-variance uniform numbers from each 32-bit word."""
    low = (word & jnp.uint32(0xFFFF)).astype(jnp.float32)
    high = (word >> 16).astype(jnp.float32)
    return (low - 32767.5) / UNIFORM_STD, (high - 32767.5) / UNIFORM_STD


def ornstein_uhlenbeck(
    x: jax.Array, increment: jax.Array, step_ms: jax.Array, tau_ms: float
) -> jax.Array:
    """Exact update over step_ms of a unit-variance process with correlation time tau_ms."""
    keep = jnp.exp(-step_ms / tau_ms)
    return keep * x + jnp.sqrt(1.0 - keep * keep) * increment
