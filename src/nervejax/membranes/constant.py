"""What a membrane is made of, as data: every constant with unit and source, every gate as a formula.

``nervejax models`` prints these tables; tests compare the formulas with the code that is run.
"""

from typing import Any, NamedTuple


class Constant(NamedTuple):
    """A number with unit and source.

    note: known conflicts between sources, or why the value departs from the published one.
    """

    value: float
    unit: str
    source: str
    note: str = ""


class Gate(NamedTuple):
    """A gate x as text: either x' = alpha (1 - x) - beta x, or x' = (steady - x) / tau.

    The formulas are Python in V [mV] and q, the temperature factor, with ``exp``, ``where`` and
    ``linoid(x, w)`` = x / (1 - exp(-x / w)), plus the names of the membrane's own constants; alpha
    and beta in 1/ms, tau in ms, q included. ``temperature_factor`` is q as a formula in T [degC].
    """

    temperature_factor: str
    source: str
    alpha: str = ""
    beta: str = ""
    steady: str = ""
    tau: str = ""


def values(table: dict[str, Constant]) -> dict[str, Any]:
    """Name: value of a table."""
    return {name: constant.value for name, constant in table.items()}
