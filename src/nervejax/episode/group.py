"""What the driver asks of a group of fibres, whatever its kernel."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from nervejax.episode.stimuli import Session
from nervejax.population.classes import FibreClass
from nervejax.recording.model import Excitability


@dataclass
class Window:
    """Spikes seen in one window at the central place.

    time_ms: (S,) since the start of the window.  fibre: (S,).  origin_mm: (S,) along the nerve.
    seconds: how long the window was.  stimulus: (S,) launch it came from, -1 = none.
    """

    time_ms: np.ndarray
    fibre: np.ndarray
    origin_mm: np.ndarray
    seconds: float
    stimulus: np.ndarray | None = None


class Probe(NamedTuple):
    """Conduction test on a fork: (F,) conducting, latency_ms and failing_site_mm (nan), cause code."""

    conducting: np.ndarray
    latency_ms: np.ndarray
    failing_site_mm: np.ndarray
    cause: np.ndarray


class FibreGroup(Protocol):
    """Fibres of one class. P places, F fibres, X grid points.

    x_mm: (P, F) positions.  table: columns of the draw.  weight: (F,) share of the endoneurium.
    fascicle: (F,) the one that holds each.
    monitor: place where spikes are seen.  quarantined: fibre -> reason.
    """

    kind: FibreClass
    count: int
    x_mm: np.ndarray
    monitor: int
    table: dict[str, np.ndarray]
    weight: np.ndarray
    fascicle: np.ndarray
    quarantined: dict[int, str]

    def couple(self, tissue: dict[str, np.ndarray], rest: dict[str, np.ndarray]) -> None:
        """Take the tissue (name -> (P, F)) that surrounds the fibres in the next window."""
        ...

    def window(self, seconds: float) -> Window:
        """Step the fibres for a while; remembers the fluxes."""
        ...

    def session(self, number: int, dt_s: float) -> tuple[Session, Window]:
        """A test session after the window of a slow step of ``dt_s``: what went in, what arrived."""
        ...

    def advance(self, dt_s: float, window_s: float) -> None:
        """Move the slow states of the fibres over the rest of the slow step."""
        ...

    def exchange(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(P, F) potassium efflux [mM/s of axon volume], respiration, energy debt."""
        ...

    def probe(self) -> Probe:
        """Does a spike from the receptor side arrive at the central side?"""
        ...

    def thresholds(self) -> np.ndarray:
        """(F,) current threshold in the middle of the stretch [nA], nan if not excitable."""
        ...

    def excitability(self) -> dict[str, np.ndarray]:
        """Name -> (F,) measures of excitability in the middle, names end in their unit; {} if none."""
        ...

    def excitability_test(self, instant_s: float) -> Excitability | None:
        """The full test of excitability, see ``excitability.full_test``; None if there is none."""
        ...

    def balance(self) -> dict[str, float]:
        """What does not add up since the start, see ``ledger``; {} where nothing can be said."""
        ...

    def snapshot(self) -> dict[str, np.ndarray]:
        """(F,) states at the middle of the stretch, names end in their unit."""
        ...

    def saved(self) -> dict[str, Any]:
        """The state of the fibres between two slow steps, see ``kept``."""
        ...

    def restore(self, saved: dict[str, Any]) -> None:
        """Take the state of a group that was made in the same way."""
        ...
