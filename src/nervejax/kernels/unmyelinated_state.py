"""Cable of unmyelinated fibres: its parameters, its state, and what a call returns."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from nervejax.kernels.arrays import Array

NEVER_MS = -1e6  # ms, "no crossing yet"

Params = dict[str, Any]


class State(NamedTuple):
    """Where a cable is; every leaf is (compartment, lane), of the dtype of the parameters.

    u: membrane potential minus rest [mV]
    fast: name: fast gate [1]
    slow: name: slow gate [1]
    na_o: shell Na minus its rest [mM]
    k_o: shell K minus its rest [mM]
    na_o_rate, k_o_rate: change of these over the last block [mM/ms]
    noise: noise current over its rms [1]
    armed: 1 where the next upward crossing counts, else 0 [1]
    last_ms: last upward crossing, from the start of the next call, <= 0 [ms]
    slope: of v over the last step [mV/ms]
    """

    u: Array
    fast: Mapping[str, Any]
    slow: Mapping[str, Any]
    na_o: Array
    k_o: Array
    na_o_rate: Array
    k_o_rate: Array
    noise: Array
    armed: Array
    last_ms: Array
    slope: Array


class Events(NamedTuple):
    """Spikes that passed the monitor during a call, times from its start.

    time_ms: crossing in each block, -1 where none; (MAX_BLOCKS, lane) [ms]
    origin: compartment where that spike began, -1 where none; (MAX_BLOCKS, lane) int32
    crossings: how many; (lane,) int32
    last_ms: last crossing of every compartment; (compartment, lane) [ms]
    trace: membrane potential of the watched compartments after each step;
        (MAX_BLOCKS, FAST_STEPS, len(watch), lane) [mV]
    """

    time_ms: Array
    origin: Array
    crossings: Array
    last_ms: Array
    trace: Array


class Means(NamedTuple):
    """Means over the blocks from ``settle_blocks`` on; (compartment, lane) [uA/cm2].

    na_current: total Na current, pump included, outward positive (for ``advance_sodium_mM``)
    pump_current: P of the membrane model
    k_efflux: K from the shell to the bath; 4e1 k_efflux/(F d) is mM/ms of axon volume
    net_current: Na, K, pump and noise current together, outward positive
    """

    na_current: Array
    pump_current: Array
    k_efflux: Array
    net_current: Array


def spacing_um(diameter_um: np.ndarray) -> np.ndarray:
    """Default compartment length [um], (fibre,): 75 sqrt(d), good to 0.5 % in velocity."""
    return 75.0 * np.sqrt(np.asarray(diameter_um, np.float64))


def cable_parameters(
    constants: Mapping[str, np.ndarray], dx_um: Any = None, dtype: Any = np.float32
) -> Params:
    """Parameters of the kernel from the ``constants`` of a membrane.

    Args:
        constants: Name: (fibre,) float64.
        dx_um: Compartment length [um], (fibre,) or a number; ``spacing_um`` if None.
        dtype: What everything is stepped in; float64 needs ``jax.enable_x64``.

    Returns:
        ``constants`` and ``dx_um``, ``g_axial`` [mS/cm2], ``area_cm2``; each (lane,) of ``dtype``.
    """
    d = constants["diameter_um"]
    dx = np.broadcast_to(spacing_um(d) if dx_um is None else np.asarray(dx_um, np.float64), d.shape)
    extra = {
        "dx_um": dx,
        # d/(4 Ra dx^2) in S/cm2 with d, dx in um is 1e4 d/(4 Ra dx^2); 1e3 for mS
        "g_axial": 1e7 * d / (4.0 * constants["axial_ohm_cm"] * dx * dx),
        "area_cm2": np.pi * d * dx * 1e-8,
    }
    return {k: jnp.asarray(x, dtype) for k, x in {**constants, **extra}.items()}


def rest_state(membrane: ModuleType, p: Params, n_compartments: int) -> State:
    """The resting cable, (n_compartments, lane): gates steady at ``v_rest_mV``, no noise."""
    exact = {k: np.asarray(x, np.float64) for k, x in p.items()}
    v, dtype = exact["v_rest_mV"], p["v_rest_mV"].dtype
    fast, slow = membrane.gate_names(p)

    def fill(x: Any) -> Array:
        return jnp.broadcast_to(jnp.asarray(x, dtype), (n_compartments, v.shape[0]))

    def gates(names: tuple[str, ...]) -> dict[str, Array]:
        return {k: fill(steady) for k, (steady, _) in membrane.rates(v, names, exact).items()}

    zero = fill(0.0)
    return State(
        u=zero, fast=gates(fast), slow=gates(slow), na_o=zero, k_o=zero, na_o_rate=zero,
        k_o_rate=zero, noise=zero, armed=fill(1.0), last_ms=fill(NEVER_MS),
        slope=zero,
    )  # fmt: skip


def injected(p: Params, compartments: int, place: Any, current_nA: Any) -> np.ndarray:
    """Stimulus of an electrode inside one compartment, for ``stimulus_uA_per_cm2``.

    Args:
        p: From ``cable_parameters``.
        compartments: How many the cable has.
        place: Compartment, a number or (lane,).
        current_nA: Positive depolarises; a number or (lane,) [nA].

    Returns:
        (compartment, lane) float64 [uA/cm2]. The kernel spreads it over three compartments like
        any membrane current: to fourth order that is a current injected at the middle one's centre.
    """
    density = 1e-3 * np.asarray(current_nA, np.float64) / np.asarray(p["area_cm2"], np.float64)
    return np.where(np.arange(compartments)[:, None] == place, density, 0.0)


def extracellular(p: Params, potential_mV: np.ndarray) -> np.ndarray:
    """Stimulus equivalent to a potential outside the fibre, for ``stimulus_uA_per_cm2``.

    With v = V_inside - V_outside the cable sees g_axial times the second difference of V_outside as
    a current, no flux of it through the sealed ends. The kernel weights every current with
    M = [1 10 1]/12, this one must not be: M^-1 of it is given.

    Args:
        p: From ``cable_parameters``.
        potential_mV: Potential outside each compartment's centre, (compartment, lane) [mV].

    Returns:
        (compartment, lane) float64 [uA/cm2].
    """

    def neighbours(x: np.ndarray) -> np.ndarray:
        return np.concatenate([x[:1], x[:-1]]) + np.concatenate([x[1:], x[-1:]])

    outside = np.asarray(potential_mV, np.float64)
    wanted = np.asarray(p["g_axial"], np.float64) * (neighbours(outside) - 2.0 * outside)
    current = wanted
    for _ in range(24):  # Jacobi: the error shrinks 5 times in each round
        current = (12.0 * wanted - neighbours(current)) / 10.0
    return current
