"""What a time step costs in accuracy: ladders of steps, their limit at dt -> 0, the price of a step.

Velocity and thresholds are measured in float64 (rounding in float32 would hide the scheme at the finest
steps), the price in float32, as the episodes run.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np

from nervejax.config import Config
from nervejax.errors import NervejaxError
from nervejax.fibre.electrode import PointSource
from nervejax.fibre.models import DISTANCE_UM, DT_US, PRECISIONS, prepare
from nervejax.fibre.myelinated import MyelinatedFibres
from nervejax.fibre.preparation import LANES, Preparation
from nervejax.fibre.spike import STIMULUS, velocity_m_per_s
from nervejax.fibre.thresholds import BRACKET, Question, thresholds
from nervejax.membranes.registry import MYELINATED
from nervejax.population.classes import CLASSES
from nervejax.population.geometry import LAYERS
from nervejax.population.internode import MERGED_MODES, SLOW_MODES

QUANTITIES = ("velocity_m_per_s", "threshold_end_nA", "threshold_extracellular_mA")
PULSE_MS = 0.1
TEMPERATURE_DEGC = 37.0
NEAR = 1.05
"""Factor around a good guess in which a threshold is sought: found to 1e-6 of itself."""
ALL_MODES = 2 * LAYERS
PRICED_STEPS = 2000
A_STEPS_US = (0.5, 1.0, 2.0, 5.0, 10.0, 12.5)
C_STEPS_US = (1.0, 2.5, 5.0, 10.0, 25.0, 50.0)

Progress = Callable[[str], Any]


@dataclass(frozen=True)
class Scheme:
    """One way to step one model.

    model: schemes of the same model are compared with each other.  steps_us: rising.
    powers: of dt in the error, see ``limit``.  used: who steps at which dt [us].
    shown: whether its steps are of interest, or its limit alone.
    """

    name: str
    model: str
    kind: str
    membrane: str
    diameter_um: float
    geometry: str
    steps_us: tuple[float, ...]
    modes: int = SLOW_MODES
    powers: tuple[int, ...] = (2,)
    used: dict[float, str] = field(default_factory=dict)
    shown: bool = True

    def at(self, dt_us: float, precision: str = "float64") -> Preparation:
        """The fibre, stepped by ``dt_us``."""
        if self.modes == SLOW_MODES or self.kind == "c":
            return prepare(
                self.kind, self.diameter_um, membrane=self.membrane, geometry=self.geometry,
                temperature_degC=TEMPERATURE_DEGC, dt_us=dt_us, precision=precision,
            )  # fmt: skip
        return MyelinatedFibres(
            MYELINATED[self.membrane], np.array([self.diameter_um]), self.geometry,
            CLASSES[self.kind].tuned.get(self.membrane, {}), TEMPERATURE_DEGC, dt_us,
            dtype=PRECISIONS[precision], modes=self.modes,
        )  # fmt: skip


def schemes() -> list[Scheme]:
    """Ours; errors are taken from the limit of the first one of a model.

    Ten modes are what the bench measures with; twenty are the full double cable.
    """
    episodes = Config().numerics
    mrg = ("MRG 10 um", "abeta", "mcintyre2002", 10.0, "interpolated")
    sensory = ("sensory 10 um", "abeta", "sensory", 10.0, "interpolated")
    tigerholm = ("Tigerholm 1 um", "c", "tigerholm2014", 1.0, "")
    bench, production = {DT_US["abeta"]: "bench"}, {episodes.dt_us: "episodes"}
    in_c = {DT_US["c"]: "bench", episodes.dt_c_us: "episodes"}
    return [
        Scheme("MRG 10 um, 10 modes", *mrg, A_STEPS_US, used=bench),
        Scheme("MRG 10 um, 6 modes", *mrg, A_STEPS_US, MERGED_MODES, used=production),
        Scheme("MRG 10 um, 20 modes", *mrg, A_STEPS_US[:2], ALL_MODES, shown=False),
        Scheme("sensory 10 um, 10 modes", *sensory, A_STEPS_US[:2], shown=False),
        Scheme("sensory 10 um, 6 modes", *sensory, A_STEPS_US, MERGED_MODES, used=production),
        Scheme("Tigerholm 1 um", *tigerholm, C_STEPS_US, used=in_c),
    ]


def ladder(scheme: Scheme, progress: Progress = lambda _: None) -> np.ndarray:
    """``QUANTITIES`` at every step of a scheme, (step, 3).

    Raises:
        NervejaxError: the fibre does not conduct.
    """
    found = np.zeros((len(scheme.steps_us), len(QUANTITIES)))
    guess = None
    with jax.enable_x64(True):
        for k in reversed(range(len(found))):  # from the coarse end: quick guesses for the fine one
            progress(f"{scheme.name}: {scheme.steps_us[k]:g} us")
            fibre = scheme.at(scheme.steps_us[k])
            guess = _thresholds(fibre, DISTANCE_UM[scheme.kind], guess)
            found[k] = _velocity(fibre, guess[0]), *guess
    return found


def _thresholds(fibre: Preparation, distance_um: float, guess: np.ndarray | None) -> np.ndarray:
    """Thresholds at the end [nA] and of a point source [mA], (2,)."""
    patterns = [fibre.intracellular(fibre.end), PointSource(distance_um).pattern(fibre)]

    def search(low: Any, high: Any) -> np.ndarray:
        asked = zip(patterns, low, high, strict=True)
        return thresholds(fibre, [Question(0, p, PULSE_MS, (a, b)) for p, a, b in asked])

    for near in ([] if guess is None else [guess]) + [None]:
        middle = search(*(np.full(2, b) for b in BRACKET)) if near is None else near
        if not np.all(np.isfinite(middle)):
            break
        low, high = middle / NEAR, middle * NEAR
        found = search(low, high)
        if np.all((found > 1.001 * low) & (found < 0.999 * high)):
            return found
    raise NervejaxError("a fibre of the accuracy ladder does not fire")


def _velocity(fibre: Preparation, threshold_end_nA: float) -> float:
    trials = fibre.trials(
        np.zeros(1, int), [fibre.intracellular(fibre.end)], STIMULUS * threshold_end_nA, PULSE_MS
    )
    response = fibre.run(trials, fibre.longest_ms, until_decided=True)
    return float(velocity_m_per_s(fibre, response.first_ms)[0])


def limit(steps_us: Sequence[float], values: np.ndarray, powers: Sequence[int]) -> np.ndarray:
    """Value at dt -> 0 of ``limit + sum over powers of c dt^power`` through the finest steps.

    Args:
        steps_us: (K,) rising, K > len(powers).  values: (K, ...).  powers: of the error.
    """
    dt = np.asarray(steps_us, float)[: len(powers) + 1]
    terms = np.stack([dt**p for p in (0, *powers)], axis=1)
    return np.linalg.solve(terms, values[: len(dt)].reshape(len(dt), -1))[0].reshape(
        values.shape[1:]
    )


def orders(steps_us: Sequence[float], error: np.ndarray, powers: Sequence[int]) -> np.ndarray:
    """Order of the error between each step and the next finer one, shape of ``error`` (K, ...).

    nan at the finest step, where the error changes sign, and between two steps whose limit assumes
    the order.
    """
    dt = np.asarray(steps_us, float).reshape(-1, *[1] * (error.ndim - 1))
    out = np.full(error.shape, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        out[1:] = np.log(error[1:] / error[:-1]) / np.log(dt[1:] / dt[:-1])
    if len(powers) == 1:
        out[1] = np.nan
    return np.where(np.isfinite(out), out, np.nan)


def prices_us(some: Sequence[Scheme], repeats: int) -> list[float]:
    """Microseconds of one core for one step of one fibre, of each scheme.

    Processor time of all threads, so that neither other programs nor spare cores change it; ``LANES``
    fibres side by side, a pulse and its spike, spike detection, everything a call of the kernel does.
    Compilation is not in it. One program serves every step, so it is measured at one. The schemes take
    turns, median of ``repeats``.
    """
    runs = [_priced(scheme) for scheme in some]
    taken: list[list[float]] = [[] for _ in some]
    for _ in range(repeats):
        for run, times in zip(runs, taken, strict=True):
            start = time.process_time()
            run()
            times.append(time.process_time() - start)
    return [1e6 * statistics.median(times) / PRICED_STEPS / LANES for times in taken]


def _priced(scheme: Scheme) -> Callable[[], Any]:
    fibre = scheme.at(DT_US[scheme.kind], "float32")
    pattern = fibre.intracellular(fibre.end)
    trials = fibre.trials(np.zeros(LANES, int), [pattern] * LANES, 2.0, PULSE_MS)

    def run() -> Any:
        return fibre.run(trials, PRICED_STEPS * fibre.dt_ms)

    run()
    return run
