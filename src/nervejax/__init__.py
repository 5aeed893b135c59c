"""Nerve fibres of a limb that falls asleep: from pressure to numbness, tingling and recovery."""

from nervejax.config import Config
from nervejax.errors import NervejaxError

__version__ = "0.1.0"
__all__ = ["Config", "NervejaxError", "__version__"]
