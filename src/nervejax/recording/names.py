"""Units in names: every name of a number ends in its unit."""

UNITS = {
    "rel": "1", "ratio": "1", "percent": "percent", "bits": "bit", "degC": "degC",
    "us": "us", "ms": "ms", "s": "s", "min": "min", "hz": "Hz", "Hz": "Hz",
    "um": "um", "mm": "mm", "cm": "cm", "um2": "um2", "mm2": "mm2", "cm2": "cm2", "fL": "fL",
    "mmHg": "mmHg", "kPa": "kPa", "uM": "uM", "mM": "mM", "mV": "mV",
    "pA": "pA", "nA": "nA", "uA": "uA", "mA": "mA", "nC": "nC", "pC": "pC",
    "pS": "pS", "nS": "nS", "uS": "uS", "pF": "pF", "nF": "nF", "uF": "uF",
    "kohm": "kOhm", "Mohm": "MOhm", "ohm_cm": "Ohm cm",
}  # fmt: skip
"""Last words of a name that are its unit."""
NUMERATORS = UNITS | {"m": "m", "S": "S", "W": "W", "g": "g"}
"""The same in front of ``_per_``; alone these letters are more often something else (gate m)."""


def unit_of(name: str) -> str:
    """Unit that a name ends in, as stored in ``units``; "1" where it ends in none.

    ``failing_site_mm`` -> "mm", ``leak_S_per_cm2`` -> "S/cm2", ``washout_per_s`` -> "1/s",
    ``flow_rel`` -> "1", ``conducting`` -> "1".
    """
    return _split(name)[1]


def long_name(name: str) -> str:
    """The name in words, without its unit, for labels: ``failing_site_mm`` -> "failing site"."""
    return _split(name)[0].replace("_", " ")


def _split(name: str) -> tuple[str, str]:
    """Name without its unit, and the unit. The first word of a name is never a unit."""
    above, _, below = name.rpartition("_per_")
    if above and below in UNITS:
        stem, unit = _strip(above, NUMERATORS)
        return stem, f"{unit}/{UNITS[below]}"
    return _strip(name, UNITS)


def _strip(name: str, units: dict[str, str]) -> tuple[str, str]:
    for n in (2, 1):
        words = name.rsplit("_", n)
        unit = units.get("_".join(words[1:])) if len(words) == n + 1 else None
        if unit is not None:
            return words[0], unit
    return name, "1"
