"""Nerve fibres of a limb that falls asleep: from pressure to numbness, tingling and recovery."""

from typing import TYPE_CHECKING, Any

from nervejax.config import Config
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.fibre.measure import measure_fibres

__version__ = "0.1.0"
__all__ = ["Config", "NervejaxError", "__version__", "measure_fibres"]


def __getattr__(name: str) -> Any:
    """Load what needs JAX when it is asked for."""
    if name == "measure_fibres":
        from nervejax.fibre.measure import measure_fibres

        return measure_fibres
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
