"""How receptors of each modality answer a bedside stimulus: rates while it lasts.

Rates of touch and pressure units: peaks of 20-200 impulses/s in microneurography; C units rarely above
10/s, itch and warmth less; 0 at rest. One value per modality is assumed within what was seen.
"""

from dataclasses import dataclass

import numpy as np

STREAM = 2000
"""Distinguishes these draws from those of fibres and fascicles."""


@dataclass(frozen=True)
class Receptor:
    """rate_hz: mean rate while stimulated.  dead_ms: shortest interval.  regular: phase-locked."""

    rate_hz: float
    dead_ms: float
    regular: bool = False


RECEPTORS = {
    "touch": Receptor(50.0, 4.0),
    "vibration": Receptor(100.0, 4.0, regular=True),  # follows a 100 Hz tuning fork
    "pressure": Receptor(30.0, 4.0),
    "cold": Receptor(15.0, 8.0),
    "pinprick": Receptor(20.0, 8.0),
    "warmth": Receptor(8.0, 30.0),
    "dull pain": Receptor(8.0, 30.0),
    "itch": Receptor(5.0, 30.0),
}


def train_ms(receptor: Receptor, length_ms: float, rng: np.random.Generator) -> np.ndarray:
    """Times [ms] in [0, length_ms) at which a receptor fires, rising.

    Irregular: exponential intervals beyond the dead time. Regular: constant ones, phase drawn.
    """
    interval = 1e3 / receptor.rate_hz
    if receptor.regular:
        return np.arange(rng.uniform(0.0, interval), length_ms, interval)
    free, times = interval - receptor.dead_ms, [rng.exponential(interval)]
    while times[-1] < length_ms:
        times.append(times[-1] + receptor.dead_ms + rng.exponential(free))
    return np.array(times[:-1])


def stream(seed: int, class_number: int, fibre: int, session: int) -> np.random.Generator:
    """Random numbers of one receptor in one session."""
    return np.random.default_rng(
        np.random.SeedSequence((seed, STREAM, class_number, fibre, session))
    )
