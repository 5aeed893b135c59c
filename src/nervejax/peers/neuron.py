"""NEURON as an optional peer: velocity, spike shape and thresholds of the published fibres.

Measures are those of ``tests/reference``: a fibre of 51 nodes (myelinated) or 301 compartments of
8.333 um, settled for 200 ms; pulses start at time zero and time steps are fixed, implicit Euler.
Compile and load the mechanisms first: ``load_mechanisms(compile_mechanisms(folder))``.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.peers.neuron_fibre import Fibre
from nervejax.peers.neuron_mechanisms import available as available
from nervejax.peers.neuron_mechanisms import compile_mechanisms as compile_mechanisms
from nervejax.peers.neuron_mechanisms import load_mechanisms as load_mechanisms

KINDS = ("end", "centre", "extracellular")
CROSSING_MV = -30.0  # mV, upwards: a spike has come
STIMULUS_MS = 0.1  # ms, pulse that starts the spike of which velocity and shape are taken
SHAPE_MS = {True: 7.5, False: 15.0}  # ms, length of that run; myelinated or not
LONGEST_MS = {True: 6.0, False: 25.0}  # ms, a threshold run after its pulse; myelinated or not
FAILED_MV = {True: 10.0, False: 5.0}  # mV above rest, all nodes below: no spike will come
FAINT = 0.02  # nA or mA, where a search without a guess begins
LOOK_MS = 0.05  # ms, how often a threshold run asks that


class Spike(NamedTuple):
    """What a travelling spike looks like; the potentials are those of the centre node.

    after_potential_mV: the lowest potential from the peak to the end of the run (``SHAPE_MS``).
    """

    rest_mV: float
    velocity_m_per_s: float
    peak_mV: float
    half_width_ms: float
    after_potential_mV: float


def velocity(
    model: str,
    geometry: str,
    diameter_um: float,
    dt_ms: float,
    temperature_degC: float = 37.0,
) -> tuple[float, float]:
    """Conduction velocity [m/s] and the wall time [s] spent stepping.

    model: mcintyre2002, pena2024, sundt2015 or tigerholm2014.    geometry: discrete, interpolated,
    pena2024 or, for C fibres, cylinder.

    Raises:
        NervejaxError: unknown model or geometry, or the spike does not arrive.
    """
    fibre = Fibre(model, geometry, diameter_um, temperature_degC)
    current = _stimulus_nA(model, geometry, diameter_um, temperature_degC)
    fibre.rest()
    wanted = [_place(fibre, part) for part in (0.3, 0.7)]
    start = time.perf_counter()
    trace = _trace(fibre, wanted, current, dt_ms, arrived=wanted[1])
    seconds = time.perf_counter() - start
    return _speed(fibre, wanted, trace, dt_ms), seconds


def spike(
    model: str,
    geometry: str,
    diameter_um: float,
    dt_ms: float,
    temperature_degC: float = 37.0,
) -> Spike:
    """Rest, velocity and shape of the spike that a pulse at node 1 starts; as ``velocity``."""
    fibre = Fibre(model, geometry, diameter_um, temperature_degC)
    current = _stimulus_nA(model, geometry, diameter_um, temperature_degC)
    fibre.rest()
    wanted = [_place(fibre, part) for part in (0.3, 0.5, 0.7)]
    rest = fibre.nodes[wanted[1]].v
    trace = _trace(fibre, wanted, current, dt_ms)
    centre = trace[:, 1]
    top = int(centre.argmax())
    half = (centre[top] + rest) / 2
    rise, fall = _crossing(centre, half), top + _crossing(-centre[top:], -half)
    return Spike(
        rest_mV=rest,
        velocity_m_per_s=_speed(fibre, [wanted[0], wanted[2]], trace[:, [0, 2]], dt_ms),
        peak_mV=float(centre[top]),
        half_width_ms=float(fall - rise) * dt_ms,
        after_potential_mV=float(centre[top:].min()),
    )


def threshold(
    model: str,
    geometry: str,
    diameter_um: float,
    kind: str,
    dt_ms: float,
    temperature_degC: float = 37.0,
    *,
    width_ms: float = 0.1,
    source_um: float | None = None,
    near: float | None = None,
    within: float = 0.01,
    tolerance: float = 5e-4,
) -> tuple[float, float]:
    """Threshold by bisection and the wall time [s] spent stepping.

    kind: ``end`` (current into node 1 [nA]), ``centre`` (into the centre node [nA]) or
    ``extracellular`` (cathodic point source over the centre node at ``source_um`` [mA]; 1000 um,
    250 um for C fibres). A spike that comes to the node at 90 % of the length counts.
    near: where to look first, +- ``within`` of it.    tolerance: relative width of the last bracket.

    Raises:
        NervejaxError: unknown kind, model or geometry, or no threshold found.
    """
    if kind not in KINDS:
        raise NervejaxError(f"no stimulus {kind!r}; choose from {', '.join(KINDS)}")
    fibre = Fibre(model, geometry, diameter_um, temperature_degC, outside=kind == "extracellular")
    if source_um is None:
        source_um = 1000.0 if fibre.myelinated else 250.0
    field = fibre.point_source_mV_per_mA(source_um) if kind == "extracellular" else None
    seconds = 0.0

    def fires(amplitude: float) -> bool:
        nonlocal seconds
        fibre.rest()
        start = time.perf_counter()
        fired = _fires(fibre, kind, amplitude, field, width_ms, dt_ms)
        seconds += time.perf_counter() - start
        return fired

    low, high = _bracket(fires, near, within)
    while high - low > tolerance * high:
        middle = (low + high) / 2
        low, high = (low, middle) if fires(middle) else (middle, high)
    return (low + high) / 2, seconds


def _bracket(
    fires: Callable[[float], bool], near: float | None, within: float
) -> tuple[float, float]:
    """An amplitude that fails and a larger one that fires.

    Without ``near`` the search climbs from far below: much above threshold a long pulse can block
    the spike it starts.
    """
    factor = 1.5 if near is None else 1 + 2 * within
    amplitude = FAINT if near is None else near * (1 + within)
    fired = fires(amplitude)
    for _ in range(40):
        other = amplitude / factor if fired else amplitude * factor
        if fires(other) != fired:
            return min(amplitude, other), max(amplitude, other)
        amplitude = other
    raise NervejaxError("no threshold within a factor of millions")


@lru_cache
def _stimulus_nA(model: str, geometry: str, diameter_um: float, temperature_degC: float) -> float:
    """Twice the threshold at node 1, found at 5 us."""
    found, _ = threshold(
        model, geometry, diameter_um, "end", 0.005, temperature_degC, tolerance=2e-3,
        width_ms=STIMULUS_MS,
    )  # fmt: skip
    return 2 * found


def _place(fibre: Fibre, part: float) -> int:
    """Node at a part of the length."""
    return round(part * (len(fibre.nodes) - 1))


def _switch(fibre: Fibre, kind: str, amplitude: float, field: np.ndarray | None) -> None:
    """Set the stimulus to an amplitude [nA or mA] from now on."""
    if field is not None:
        fibre.apply(-amplitude * field)
    else:
        fibre.inject(1 if kind == "end" else _place(fibre, 0.5), amplitude)


def _fires(
    fibre: Fibre, kind: str, amplitude: float, field: np.ndarray | None, width: float, dt: float
) -> bool:
    """Whether the node at 90 % of the length crosses; from rest, stops as soon as that is known."""
    step, nodes, far = fibre.h.fadvance, fibre.nodes, fibre.nodes[_place(fibre, 0.9)]
    quiet = fibre.nodes[_place(fibre, 0.5)].v + FAILED_MV[fibre.myelinated]
    fibre.h.dt = dt
    pulse, look = round(width / dt), max(1, round(LOOK_MS / dt))
    _switch(fibre, kind, amplitude, field)
    for _ in range(pulse):
        step()
    _switch(fibre, kind, 0.0, field)
    for count in range(1, round(LONGEST_MS[fibre.myelinated] / dt)):
        step()
        if far.v >= CROSSING_MV:
            return True
        if count % look == 0 and max(node.v for node in nodes) < quiet:
            return False
    return False


def _trace(
    fibre: Fibre, wanted: list[int], current: float, dt: float, arrived: int | None = None
) -> np.ndarray:
    """Potentials (time, wanted node) [mV] after a pulse into node 1; to a crossing at ``arrived``."""
    step, nodes = fibre.h.fadvance, [fibre.nodes[node] for node in wanted]
    fibre.h.dt = dt
    pulse = round(STIMULUS_MS / dt)
    fibre.inject(1, current)
    rows = []
    for count in range(round(SHAPE_MS[fibre.myelinated] / dt)):
        if count == pulse:
            fibre.inject(1, 0.0)
        step()
        rows.append([node.v for node in nodes])
        if arrived is not None and fibre.nodes[arrived].v >= CROSSING_MV:
            break
    return np.array(rows)


def _speed(fibre: Fibre, ends: list[int], trace: np.ndarray, dt: float) -> float:
    """Velocity [m/s] from the crossings at two nodes, trace (time, 2)."""
    first, second = (_crossing(column, CROSSING_MV) for column in trace.T)
    return float(
        (fibre.nodes_um[ends[1]] - fibre.nodes_um[ends[0]]) * 1e-3 / ((second - first) * dt)
    )


def _crossing(trace: np.ndarray, level: float) -> float:
    """When a trace first comes up to a level [samples], interpolated."""
    above = np.flatnonzero(trace >= level)
    if not above.size or above[0] == 0:
        raise NervejaxError("the spike did not arrive; is the fibre excitable at this temperature?")
    after = above[0]
    return after - (trace[after] - level) / (trace[after] - trace[after - 1])
