"""A nerve of tissue alone: the laws stepped with drives made by hand."""

from dataclasses import replace

import numpy as np

from nervejax.config.schema import Config
from nervejax.tissue import laws
from nervejax.tissue.oxygen import saturation

X = np.arange(0.0, 100.1, 0.5)
MIDDLE = len(X) // 2


def settings(**changes):
    """A Config with dotted keys changed: pathology__flow_rel=0.5."""
    config = Config()
    for key, value in changes.items():
        *parents, last = key.split("__")
        part = config
        for name in parents:
            part = getattr(part, name)
        assert hasattr(part, last), key
        setattr(part, last, value)
    return replace(config)


def drive(pressure=0.0, **changes):
    """Drives of the laws; pressure occludes and deforms; respiration follows oxygen by default."""
    zero = np.zeros_like(X)
    base = {"x_mm": X, "occluding_mmHg": zero + pressure, "deforming_mmHg": zero + pressure,
            "starved": zero > 1, "arterial_oxygen": 1.0, "potassium_efflux": zero,
            "energy_debt": zero}  # fmt: skip
    return base | changes


def run(state, seconds, config=None, dt_s=0.5, each=None, **kwargs):
    """State after some time under steady drives; ``each(before, after, drive)`` sees every step."""
    config = config or Config()
    given = drive(**kwargs)
    for _ in range(round(seconds / dt_s)):
        breath = saturation(state["oxygen_rel"], config.physiology.metabolism)
        now = {"respiration": breath} | given
        after = laws.advance(state, now, config, dt_s)
        if each is not None:
            each(state, after, now)
        state = after
    return state


def rest(config=None):
    """The laws at rest."""
    return laws.rest(X, config or Config())
