"""Pieces that every gate is made of. ``xp`` is ``numpy`` (float64 set-up) or ``jax.numpy``."""

from types import ModuleType
from typing import Any

import jax.numpy as jnp

Rates = tuple[Any, Any]
"""(alpha, beta) of one gate [1/ms]."""


def linoid(x: Any, width: float, xp: ModuleType = jnp) -> Any:
    """Value of x / (1 - exp(-x / width)); equals ``width`` at x = 0, finite with finite slope everywhere.

    Args:
        x: distance from the singular voltage [mV], any shape.
        width: slope factor [mV], > 0.
    """
    y = x / width
    near = abs(y) < 1e-2
    safe = xp.where(near, 1.0, y)
    return width * xp.where(near, 1.0 + y / 2 + y * y / 12, safe / (1.0 - xp.exp(-safe)))


def sigmoid(x: Any, xp: ModuleType = jnp) -> Any:
    """1 / (1 + exp(-x)), without overflow warnings for |x| < 80."""
    return 1.0 / (1.0 + xp.exp(-x))


def steady_state(rates: Rates) -> Any:
    """Gate at rest: alpha / (alpha + beta)."""
    alpha, beta = rates
    return alpha / (alpha + beta)


def step_gate(gate: Any, rates: Rates, dt_ms: Any) -> Any:
    """Crank-Nicolson step of dx/dt = alpha (1 - x) - beta x; second order, no exponential.

    May overshoot [0, 1] by a little where dt (alpha + beta) > 2; callers clamp where it matters.
    """
    alpha, beta = rates
    k = 0.5 * dt_ms * (alpha + beta)
    return ((1.0 - k) * gate + dt_ms * alpha) / (1.0 + k)
