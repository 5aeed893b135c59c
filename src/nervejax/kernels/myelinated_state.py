"""State, inputs and averages of the myelinated kernel."""

from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from nervejax.kernels.arrays import Array


class State(NamedTuple):
    """What a spike needs; every leaf (node, lane), float32 or float64.

    u: nodal potential minus rest [mV].  fast, slow, internode: gates of the membrane.
    modes: internodal mode amplitudes [mV].  k_node: perinodal potassium [mM].
    noise: two unit-variance processes.  x_mean: mean potential of the last block [mV].
    """

    u: Array
    fast: tuple
    slow: tuple
    internode: tuple
    modes: tuple
    k_node: Array
    noise: tuple
    x_mean: Array


class Drive(NamedTuple):
    """What a window is given; constant in it.

    na_i, k_periaxonal, k_endoneurial: (node, lane) concentrations [mM].
    pump: (node, lane) energy factor of the pump [1].  sodium: (node, lane) factor on gNa [1].
    stimulus: (node, lane) injected current [pA] from stimulus_start for stimulus_width [ms], each
        () or (lane,).
    noise: () or (lane,) scale of channel noise.  seed, first_block: () or (lane,) uint32.
    fibre_id: (lane,) uint32.
    launch: (MAX_BLOCKS, lane) bool blocks in which ``launch_pA``, (lane,), goes into the last node:
        spikes that come from the receptor; None = none.
    field: (mode, node, lane) what an extracellular field does to the internodal modes during the
        stimulus [mV/ms], see ``population.internode.field_drive``; None = no field.
    """

    na_i: Array
    k_periaxonal: Array
    k_endoneurial: Array
    pump: Array
    sodium: Array
    stimulus: Array
    stimulus_start: Array
    stimulus_width: Array
    noise: Array
    seed: Array
    first_block: Array
    fibre_id: Array
    launch: Array | None = None
    launch_pA: Array | None = None
    field: Array | None = None


class Means(NamedTuple):
    """Averages over the measured blocks, (node, lane).

    sodium_out: net sodium current incl. 3 x pump [pA].  potassium_periaxonal: net internodal
    potassium current minus pump_k x pump [pA].  pump: rate of the pump as the current of one charge
    per cycle (3:2: its net current), node + internode [pA].
    k_node: [mM].  potassium_node: net nodal potassium current minus pump_k x pump [pA].
    projected: steady states of the membrane's ``PROJECTED`` gates.
    """

    sodium_out: Array
    potassium_periaxonal: Array
    pump: Array
    k_node: Array
    potassium_node: Array
    projected: tuple


def rest_state(
    membrane: ModuleType, p: dict[str, np.ndarray], nodes: int, modes: int, dtype: Any = np.float32
) -> State:
    """Everything at rest: p holds (lane,) NumPy arrays; returns NumPy (node, lane) leaves."""

    def spread(gate: Any) -> np.ndarray:
        return np.broadcast_to(np.asarray(gate, dtype), (nodes, len(p["v_rest"])))

    fast, slow, internode = (tuple(map(spread, gates)) for gates in membrane.rest_gates(p, np))
    zero = spread(0.0)
    return State(
        zero, fast, slow, internode, (zero,) * modes, spread(p["k_e_rest"]), (zero, zero), zero
    )
