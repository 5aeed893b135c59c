"""Units used inside the package, and the physical constants.

Inside physics everything is in one set of units that close on themselves:

    mV, ms, nS, pF, pA   (nS * mV = pA,  pF * mV / ms = pA)
    mM, fL               (1 pA for 1 ms = 1.0364e-2 mM in 1 fL, for a monovalent ion)
    um, mm for lengths   (um for fibres, mm along the nerve)

Slow tissue states use seconds. At the doors (config keys, files, command line) the unit
is part of the name.
"""

from typing import Any

FARADAY_C_PER_MOL = 96485.33
GAS_CONSTANT_J_PER_MOL_K = 8.314462
ZERO_DEGC_K = 273.15

MM_PER_PA_MS_FL = 1e3 / FARADAY_C_PER_MOL
"""Concentration change [mM] when 1 pA of a monovalent ion flows for 1 ms into 1 fL."""


def thermal_voltage_mV(temperature_degC: Any) -> Any:
    """RT/F [mV] at a temperature [degC], any shape; 26.73 mV at 37 degC."""
    kelvin = temperature_degC + ZERO_DEGC_K
    return 1e3 * GAS_CONSTANT_J_PER_MOL_K * kelvin / FARADAY_C_PER_MOL
