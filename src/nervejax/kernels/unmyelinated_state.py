"""Cable of unmyelinated fibres: its parameters, its state, and what a call returns."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from nervejax.kernels.arrays import Array
from nervejax.membranes import tigerholm2014 as membrane

NEVER_MS = -1e6  # ms, "no crossing yet"

Params = dict[str, Any]


class State(NamedTuple):
    """Where a cable is; every leaf is float32 and (compartment, lane).

    v: membrane potential [mV]
    fast: name: fast gate [1]
    slow: name: slow gate [1]
    na_o: shell Na minus its rest [mM]
    k_o: shell K minus its rest [mM]
    noise: noise current over its rms [1]
    armed: 1 where the next upward crossing counts, else 0 [1]
    last_ms: last upward crossing, from the start of the next call, <= 0 [ms]
    """

    v: Array
    fast: Mapping[str, Any]
    slow: Mapping[str, Any]
    na_o: Array
    k_o: Array
    noise: Array
    armed: Array
    last_ms: Array


class Events(NamedTuple):
    """Spikes that passed the monitor during a call, times from its start.

    time_ms: crossing in each block, -1 where none; (MAX_BLOCKS, lane) float32 [ms]
    origin: compartment where that spike began, -1 where none; (MAX_BLOCKS, lane) int32
    crossings: how many; (lane,) int32
    last_ms: last crossing of every compartment; (compartment, lane) float32 [ms]
    """

    time_ms: Array
    origin: Array
    crossings: Array
    last_ms: Array


class Means(NamedTuple):
    """Means over the blocks from ``settle_blocks`` on; (compartment, lane) float32 [uA/cm2].

    na_current: total Na current, pump included, outward positive (for ``advance_sodium_mM``)
    pump_current: P of the membrane model
    k_efflux: K from the shell to the bath; 4e1 k_efflux/(F d) is mM/ms of axon volume
    """

    na_current: Array
    pump_current: Array
    k_efflux: Array


def spacing_um(diameter_um: np.ndarray) -> np.ndarray:
    """Default compartment length [um], (fibre,): 75 sqrt(d), good to 0.5 % in velocity."""
    return 75.0 * np.sqrt(np.asarray(diameter_um, np.float64))


def cable_parameters(
    constants: Mapping[str, np.ndarray], dx_um: np.ndarray | None = None
) -> Params:
    """Float32 parameters of the kernel from ``tigerholm2014.constants``.

    Args:
        constants: Name: (fibre,) float64.
        dx_um: Compartment length [um], (fibre,) or a number; ``spacing_um`` if None.

    Returns:
        ``constants`` and ``dx_um``, ``g_axial`` [mS/cm2], ``area_cm2``; each (lane,) float32.
    """
    d = constants["diameter_um"]
    dx = np.broadcast_to(spacing_um(d) if dx_um is None else np.asarray(dx_um, np.float64), d.shape)
    extra = {
        "dx_um": dx,
        # d/(4 Ra dx^2) in S/cm2 with d, dx in um is 1e4 d/(4 Ra dx^2); 1e3 for mS
        "g_axial": 1e7 * d / (4.0 * constants["axial_ohm_cm"] * dx * dx),
        "area_cm2": np.pi * d * dx * 1e-8,
    }
    return {k: jnp.asarray(x, jnp.float32) for k, x in {**constants, **extra}.items()}


def rest_state(p: Params, n_compartments: int) -> State:
    """The resting cable, (n_compartments, lane): gates steady at ``v_rest_mV``, no noise."""
    v = np.asarray(p["v_rest_mV"], np.float64)
    kind = membrane.gate_set(p)

    def fill(x: Any) -> Array:
        return jnp.broadcast_to(jnp.asarray(x, jnp.float32), (n_compartments, v.shape[0]))

    def gates(names: tuple[str, ...]) -> dict[str, Array]:
        return {k: fill(steady) for k, (steady, _) in membrane.rates(v, names).items()}

    zero = fill(0.0)
    return State(
        v=fill(v), fast=gates(membrane.FAST[kind]), slow=gates(membrane.SLOW[kind]), na_o=zero,
        k_o=zero, noise=zero, armed=fill(1.0), last_ms=fill(NEVER_MS),
    )  # fmt: skip
