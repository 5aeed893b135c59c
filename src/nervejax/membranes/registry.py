"""Names of membranes. A new membrane is one new file and one line here."""

from types import ModuleType

from nervejax.errors import NervejaxError
from nervejax.membranes import (
    mcintyre2002,
    pena2024,
    sensory,
    sensory_c,
    sundt2015,
    tigerholm2014,
)

MYELINATED: dict[str, ModuleType] = {
    "sensory": sensory, "mcintyre2002": mcintyre2002, "pena2024": pena2024,
}  # fmt: skip
"""Membranes for ``kernels.myelinated``: modules with the functions of ``sensory``."""

UNMYELINATED: dict[str, ModuleType] = {
    "sensory_c": sensory_c, "tigerholm2014": tigerholm2014, "sundt2015": sundt2015,
}  # fmt: skip
"""Membranes for ``kernels.unmyelinated``: modules with the functions of ``tigerholm2014``."""


def membrane(name: str, table: dict[str, ModuleType]) -> ModuleType:
    """Look a membrane up by name.

    Raises:
        NervejaxError: no such membrane in this table.
    """
    if name not in table:
        raise NervejaxError(f"unknown membrane '{name}'; available here: {', '.join(table)}")
    return table[name]
