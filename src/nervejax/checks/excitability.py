"""Checks 5 and 6: strength-duration time constant and recovery cycle of A-beta fibres."""

import numpy as np

from nervejax.checks.bench import A_DT_US, A_TEMPERATURE_DEGC, Bench
from nervejax.checks.reading import Check, Quantity
from nervejax.fibre.electrode import PointSource
from nervejax.fibre.models import prepare
from nervejax.fibre.strength_duration import strength_duration

SKIN_UM = 10e3
"""From the electrode on the skin to the nerve: about 10 mm; a nearer one gives longer constants."""
MEDIAN_UM = (8.0, 10.0, 12.0)
MOGYOROS = "Mogyoros, Kiernan & Burke 1996"
KIERNAN = "Kiernan et al. 2001 (recalled)"
MOTOR = "mcintyre2002"


def time_constant_us(membrane: str) -> np.ndarray:
    """(F,) of fibres of ``MEDIAN_UM`` under a point source at ``SKIN_UM``."""
    fibres = prepare(
        "abeta", MEDIAN_UM, membrane=membrane, temperature_degC=A_TEMPERATURE_DEGC, dt_us=A_DT_US
    )
    return strength_duration(fibres, PointSource(SKIN_UM).pattern(fibres)).time_constant_us


def _strength_duration(bench: Bench) -> dict[str, np.ndarray]:
    bench.say("strength-duration, sensory")
    sensory = time_constant_us("sensory")
    bench.say("strength-duration, motor")
    motor = time_constant_us(MOTOR)
    return {"sensory": sensory, "motor": motor, "difference": sensory - motor}


def _recovery(bench: Bench) -> dict[str, np.ndarray]:
    found = bench.measured("abeta")
    return {
        "relative": found["relative_refractory_period_ms"],
        "super": found["superexcitability_percent"],
        "super_at": found["superexcitability_interval_ms"],
        "late": found["late_subexcitability_percent"],
    }


CHECK_5 = Check(
    {
        "sensory": Quantity(
            "strength-duration time constant, sensory A-beta", "us", 300, 1030, MOGYOROS,
            judged="mean", fitted="v_rest_mV, gap_internode_um",
        ),
        "motor": Quantity(
            f"the same, motor ({MOTOR} stands in)", "us", 210, 710, MOGYOROS, judged="mean"
        ),
        "difference": Quantity(
            "sensory minus motor", "us", 0, np.inf, MOGYOROS, judged="mean",
            why="there is no motor preset, and the published motor axon that stands in has a gap of "
            "4 nm under its internodes; the 8 nm of the sensory membrane shorten its time constant",
        ),
    },
    _strength_duration,
    shared=True, quick=True,
)  # fmt: skip
CHECK_6 = Check(
    {
        "relative": Quantity(
            "relative refractory period", "ms", 2, 5, KIERNAN, hard=False, judged="mean",
            why="sodium inactivation was shifted by 5 mV for the discharge of check 22, so that it is "
            "removed sooner after a spike",
        ),
        "super": Quantity(
            "superexcitability", "%", -30, -8, f"{KIERNAN}; Kwai et al. 2016", hard=False,
            judged="mean",
            why="the narrower gap under the internode and the depolarised rest, fitted to check "
                "5, raise it",
        ),
        "super_at": Quantity(
            "interval of the superexcitability", "ms", 3, 10, KIERNAN, hard=False, judged="mean"
        ),
        "late": Quantity(
            "late subexcitability, highest up to 100 ms", "%", 2, 15, KIERNAN, hard=False,
            judged="mean",
            why="slow potassium was made seven times larger and seven times slower (check 23), so that "
            "the threshold still rises at 100 ms; published curves turn at 25-50 ms",
        ),
    },
    _recovery,
    shared=True, quick=True,
)  # fmt: skip
