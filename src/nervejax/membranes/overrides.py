"""From a table of constants to parameters of fibres: replacements checked, a value per fibre."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.membranes.constant import Constant

TEMPERATURE_RANGE_DEGC = (0.0, 50.0)  # degC, beyond it no Q10 was measured


def per_fibre(
    table: Mapping[str, Constant], diameter_um: Any, overrides: Mapping[str, Any] | None
) -> dict[str, np.ndarray]:
    """Every constant of a C fibre membrane for every fibre.

    Args:
        table: Name: constant; one with the unit mV may have any sign, others must be > 0.
        diameter_um: Axon diameters [um], (fibre,), > 0.
        overrides: Replacements, each a number or (fibre,).

    Returns:
        Name: (fibre,) float64, the table's names and ``diameter_um``.

    Raises:
        NervejaxError: A name is unknown, or a value is not finite or not positive.
    """
    d = np.asarray(diameter_um, np.float64)
    wanted = dict(overrides or {})
    if unknown := sorted(set(wanted) - set(table)):
        raise NervejaxError(f"unknown C fibre constant {unknown[0]}; known: {', '.join(table)}.")
    p = {"diameter_um": d.copy()}
    for name, constant in table.items():
        value = np.asarray(wanted.get(name, constant.value), np.float64)
        p[name] = np.broadcast_to(value, d.shape).copy()
    for name, values in p.items():
        signed = name in table and table[name].unit == "mV"
        good = np.isfinite(values) & ((values > 0) | signed)
        if not good.all():
            wish = "finite" if signed else "> 0"
            raise NervejaxError(f"C fibre constant {name} must be {wish}, got {values[~good][0]}.")
    return p


def temperatures_degC(temperature_degC: Any, shape: tuple[int, ...]) -> np.ndarray:
    """A number or (fibre,) [degC] as (fibre,) float64.

    Raises:
        NervejaxError: A temperature is outside ``TEMPERATURE_RANGE_DEGC``.
    """
    degC = np.broadcast_to(np.asarray(temperature_degC, np.float64), shape)
    low, high = TEMPERATURE_RANGE_DEGC
    wrong = ~((degC >= low) & (degC <= high))
    if wrong.any():
        raise NervejaxError(
            f"temperature_degC must be {low:g} ... {high:g}, got {degC[wrong][0]:g}."
        )
    return degC
