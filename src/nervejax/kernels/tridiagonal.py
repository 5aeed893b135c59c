"""One batched tridiagonal solve, fixed order of operations."""

import jax
import jax.numpy as jnp


def solve(lower: jax.Array, diagonal: jax.Array, upper: jax.Array, rhs: jax.Array) -> jax.Array:
    """Thomas algorithm along axis 0; all arguments (place, lane); lower[0] and upper[-1] are 0.

    The barriers keep XLA from fusing (and repeating) the assembly inside the scan: with them the
    myelinated step is 7x faster on a CPU than assembling inside the node scan.
    """
    lower, diagonal, upper, rhs = jax.lax.optimization_barrier((lower, diagonal, upper, rhs))
    zero = jnp.zeros_like(rhs[0])

    def forward(carry, row):
        low, diag, up, right = row
        inverse = 1.0 / (diag - low * carry[0])
        new = (up * inverse, (right - low * carry[1]) * inverse)
        return new, new

    def backward(x_next, row):
        x = row[1] - row[0] * x_next
        return x, x

    _, factors = jax.lax.scan(forward, (zero, zero), (lower, diagonal, upper, rhs))
    return jax.lax.scan(backward, zero, factors, reverse=True)[1]
