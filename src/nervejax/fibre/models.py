"""From names to a preparation: class, membrane, geometry, diameter, with ranges checked."""

from collections.abc import Sequence

import numpy as np

from nervejax.config import did_you_mean
from nervejax.errors import NervejaxError
from nervejax.fibre.myelinated import MyelinatedFibres
from nervejax.fibre.preparation import Preparation
from nervejax.fibre.unmyelinated import UnmyelinatedFibres
from nervejax.membranes.registry import MYELINATED, UNMYELINATED
from nervejax.population.classes import CLASSES

MEMBRANES = {"abeta": MYELINATED, "adelta": MYELINATED, "c": UNMYELINATED}
OWN_MEMBRANE = {"abeta": "sensory", "adelta": "sensory", "c": "sensory_c"}
DT_US = {"abeta": 2.0, "adelta": 2.0, "c": 5.0}
DT_RANGE_US = {"abeta": (0.1, 12.5), "adelta": (0.1, 12.5), "c": (0.5, 50.0)}
"""Beyond the upper end velocity is off by more than 6 % (see docs/performance.md)."""
TEMPERATURE_RANGE_DEGC = (10.0, 42.0)
C_RANGE_UM = (0.1, 3.0)
DISTANCE_UM = {"abeta": 1000.0, "adelta": 1000.0, "c": 250.0}
"""Of the point source, as in the reference tables."""
TRAIN = {"abeta": (8.0, 10.0), "adelta": (8.0, 10.0), "c": (2.0, 3.0)}
"""Rate [Hz] and minutes: Kiernan, Lin & Burke 2004, J Physiol 558:341 (PMC1664913), and Serra et al.
1999, J Physiol 515:799 (PMC2269177)."""
CUT_ENDS = ("sundt2015",)
"""C fibre models that the reference program runs with passive, disconnected ends."""
PRECISIONS = {"float32": np.float32, "float64": np.float64}


def _known(name: str, what: str, names: Sequence[str], of: str = "") -> None:
    if name not in names:
        hint = did_you_mean(name, list(names))
        raise NervejaxError(f"unknown {what} '{name}'{hint}; available{of}: {', '.join(names)}")


def _within(value: np.ndarray, low: float, high: float, name: str, why: str = "") -> None:
    wrong = ~((value >= low) & (value <= high))  # NaN is wrong too
    if np.any(wrong):
        raise NervejaxError(
            f"{name} must be between {low:g} and {high:g}{why}, got {value[wrong].flat[0]:g}"
        )


def geometry_of(kind: str, membrane: str) -> str:
    """Default geometry of a membrane; empty for C fibres."""
    return "" if kind == "c" else MEMBRANES[kind][membrane].GEOMETRIES[-1]


def prepare(
    kind: str, diameter_um: float | Sequence[float] | None = None, *, membrane: str = "",
    geometry: str = "", temperature_degC: float = 37.0, dt_us: float | None = None,
    precision: str = "float32",
) -> Preparation:  # fmt: skip
    """Fibres ready to be measured; arguments as in ``measure.measure_fibres``.

    Raises:
        NervejaxError: unknown name, or a value outside its range.
    """
    _known(kind, "fibre type", list(CLASSES))
    table = MEMBRANES[kind]
    membrane = membrane or OWN_MEMBRANE[kind]
    _known(membrane, "membrane", list(table), f" for {kind}")
    _known(precision, "precision", list(PRECISIONS))
    module = table[membrane]
    fibre_class = CLASSES[kind]
    diameter = np.atleast_1d(
        np.asarray(fibre_class.diameter_um[0] if diameter_um is None else diameter_um, float)
    )
    dt = DT_US[kind] if dt_us is None else float(dt_us)
    _within(np.array([dt]), *DT_RANGE_US[kind], "dt_us", f" for {kind}")
    _within(np.array([temperature_degC], float), *TEMPERATURE_RANGE_DEGC, "temperature_degC")
    dtype = PRECISIONS[precision]
    overrides = fibre_class.tuned.get(membrane, {})
    if kind == "c":
        if geometry:
            raise NervejaxError("a C fibre is a cylinder: it has no geometry to choose")
        _within(diameter, *C_RANGE_UM, "diameter_um", " um for a C fibre")
        return UnmyelinatedFibres(
            module, diameter, temperature_degC, dt, dtype, cut_ends=membrane in CUT_ENDS
        )
    shapes = module.GEOMETRIES
    geometry = geometry or geometry_of(kind, membrane)
    _known(geometry, "geometry", shapes, f" for {membrane}")
    return MyelinatedFibres(
        module, diameter, geometry, overrides, temperature_degC, dt, dtype=dtype
    )
