"""A few fibres laid out for measurement, whatever their class: run trials, get crossings and traces.

A trial is one fibre with one stimulus. Trials run side by side in chunks of exactly ``LANES`` lanes, the
last one padded, so that a number never depends on how many others were asked for with it.
"""

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import jax
import numpy as np

LANES = 32
NEVER_MS = -1e9
QUIET_MV = 8.0
"""A fibre within this of its start, some time after the pulse, will not fire any more."""
AFTER_PULSE_MS = 0.3

Pattern = dict[str, np.ndarray]
"""What one unit of an electrode's current does to every fibre; arrays (..., fibre)."""


class Trials(NamedTuple):
    """T trials. fibre: (T,) index.  pattern: arrays (..., T), times the amplitude.

    start_ms, width_ms: (T,) of the rectangular pulse.  state: kernel state, last axis T.
    slow: what the kernel holds still, arrays (P, T).  after_ms: (T,) a spike at the far place counts
    if it comes later than this.
    """

    fibre: np.ndarray
    pattern: Pattern
    start_ms: np.ndarray
    width_ms: np.ndarray
    state: Any
    slow: dict[str, np.ndarray]
    after_ms: np.ndarray


class Response(NamedTuple):
    """What T trials gave.

    first_ms, last_ms: (place, T) first and last upward crossing of a spike, NEVER_MS = none; the first
    to within a segment (of a run that is traced or stops when decided, else only the last is known).
    trace_mV: (step, T) membrane potential at the centre after every step, empty if not wanted.
    state: at the end.  means: kernel means over the whole run, leaves (P, T).
    """

    first_ms: np.ndarray
    last_ms: np.ndarray
    trace_mV: np.ndarray
    state: Any
    means: Any


class Preparation(ABC):
    """F fibres of P places; place 0 is the left end.

    Attributes:
        diameter_um: (F,).  x_um: (P, F) positions along the fibre.
        end: place of the end electrode.  dt_ms: fast step.  coarse_dt_ms: step between spikes.
        quiet_dt_ms: step where nothing happens.  recovery_scale: on the intervals of a recovery cycle.
        settling: (duration, step) [ms] of the run to rest.  longest_ms: a spike that comes later
        than this after its stimulus never comes.  segment_ms: how often a run looks whether it is done.
        noise: scale of channel noise, off on the bench.  noise_block: blocks of it that were used up.
    """

    diameter_um: np.ndarray
    x_um: np.ndarray
    end: int
    dt_ms: float
    coarse_dt_ms: float
    quiet_dt_ms: float
    recovery_scale: float
    settling: tuple[float, float]
    longest_ms: float
    segment_ms: float
    block_steps: int
    max_blocks: int
    dtype: type
    noise: float = 0.0
    noise_block: int = 0
    _rest: Any = None

    @property
    def count(self) -> int:
        """Number of fibres."""
        return len(self.diameter_um)

    @property
    def centre(self) -> int:
        """Place in the middle of the fibre."""
        return (len(self.x_um) - 1) // 2

    @property
    def far(self) -> int:
        """Place at 90 % of the length, where a conducted spike is looked for."""
        return self.at(0.9)

    def at(self, share: float) -> int:
        """Place at this share of the fibre's length."""
        return int(share * (len(self.x_um) - 1) + 1e-9)

    @abstractmethod
    def initial(self) -> Any:
        """State to settle from, NumPy leaves with last axis F."""

    @abstractmethod
    def resting_slow(self) -> dict[str, np.ndarray]:
        """Slow concentrations at rest, arrays (P, F)."""

    @abstractmethod
    def advance_slow(
        self, slow: dict[str, np.ndarray], means: Any, ms: float
    ) -> dict[str, np.ndarray]:
        """Slow concentrations (P, F) after ``ms`` of the mean fluxes of a run of all F fibres."""

    @abstractmethod
    def none(self) -> Pattern:
        """A pattern without any current."""

    @abstractmethod
    def intracellular(self, place: int) -> Pattern:
        """1 nA into one place."""

    @abstractmethod
    def field_places_um(self) -> np.ndarray:
        """(places, F) positions where ``extracellular`` wants the potential."""

    @abstractmethod
    def extracellular(self, potential_mV: np.ndarray) -> Pattern:
        """Potential outside at ``field_places_um``, (places, F), for one unit of current."""

    @abstractmethod
    def potential_mV(self, state: Any, fibre: np.ndarray) -> np.ndarray:
        """(P, T) membrane potential of a state whose last axis holds these fibres (T,)."""

    @abstractmethod
    def _parameters(self, fibre: np.ndarray) -> Any:
        """Kernel parameters of these lanes, on the device."""

    @abstractmethod
    def _step(
        self, parameters: Any, trials: Trials, now_ms: float, blocks: int, dt_ms: float
    ) -> tuple[Any, np.ndarray, Any, Any]:
        """Step ``blocks`` from ``trials.state`` at time ``now_ms``.

        Returns:
            state; last crossing since now (P, T) [ms] or NEVER_MS; trace buffer (block, step, 1, T);
            means.
        """

    def rest(self) -> Any:
        """State in which every fibre has come to rest, NumPy leaves with last axis F."""
        if self._rest is None:
            every = np.arange(self.count)
            start = self.trials(every, [self.none()] * self.count, state=self.initial())
            self._rest = self.run(start, self.settling[0], dt_ms=self.settling[1]).state
        return self._rest

    def trials(
        self, fibre: np.ndarray, patterns: list[Pattern], amplitude: Any = 1.0,
        width_ms: Any = 0.1, state: Any = None, slow: dict[str, np.ndarray] | None = None,
        after_ms: Any = 0.0,
    ) -> Trials:  # fmt: skip
        """T trials of the given fibres (T,), each with its own pattern (list of T) and amplitude.

        The pulse starts at once. state, slow: with last axis T; those of each fibre at rest when None.
        """
        amplitude, width, after = (
            np.broadcast_to(np.asarray(x, float), len(fibre))
            for x in (amplitude, width_ms, after_ms)
        )
        pattern = {
            k: np.stack([p[k][..., f] for p, f in zip(patterns, fibre, strict=True)], -1)
            * amplitude
            for k in patterns[0]
        }
        state = take(self.rest(), fibre) if state is None else state
        held = take(self.resting_slow(), fibre) if slow is None else slow
        return Trials(np.asarray(fibre), pattern, 0.0 * width, width, state, held, after)

    def run(
        self, trials: Trials, ms: float, *, traced: bool = False, until_decided: bool = False,
        dt_ms: float | None = None,
    ) -> Response:  # fmt: skip
        """Run trials for ``ms``; ``until_decided`` stops once each has reached ``far`` or died."""
        dt = self.dt_ms if dt_ms is None else dt_ms
        t = len(trials.fibre)
        parts = []
        with jax.enable_x64(self.dtype is np.float64):
            for first in range(0, t, LANES):
                lanes = np.arange(first, first + LANES)
                lanes[lanes >= t] = first
                keep = min(LANES, t - first)
                part = self._chunk(take(trials, lanes), ms, traced, until_decided, dt)
                parts.append(jax.tree.map(lambda a, n=keep: np.asarray(a)[..., :n], part))
        if self.noise:
            self.noise_block += max(1, round(ms / (self.block_steps * dt)))
        return jax.tree.map(lambda *a: np.concatenate(a, axis=-1), *parts)

    def _chunk(
        self, trials: Trials, ms: float, traced: bool, until_decided: bool, dt: float
    ) -> Response:
        parameters = self._parameters(trials.fibre)
        block_ms = self.block_steps * dt
        total = max(1, round(ms / block_ms))
        watched = traced or until_decided
        longest = round(self.segment_ms / block_ms) if watched else self.max_blocks
        longest = min(max(1, longest), self.max_blocks)
        last = np.full((len(self.x_um), LANES), NEVER_MS)
        earliest = last.copy()
        start_mV = self.potential_mV(trials.state, trials.fibre)
        traces, means, done = [], [], 0
        while done < total:
            blocks, now = min(longest, total - done), done * block_ms
            state, crossed, trace, mean = self._step(parameters, trials, now, blocks, dt)
            trials = trials._replace(state=state)
            last = np.where(crossed > NEVER_MS, crossed + now, last)
            earliest = np.where(earliest > NEVER_MS, earliest, last)
            means.append((blocks, mean))
            if traced:
                seen = np.asarray(trace[:blocks], np.float64)
                traces.append(seen.reshape(blocks * self.block_steps, LANES))
            done += blocks
            if until_decided and self._decided(trials, last[self.far], start_mV, done * block_ms):
                break
        mean = jax.tree.map(
            lambda *a: (
                sum(n * np.asarray(x, float) for (n, _), x in zip(means, a, strict=True)) / done
            ),
            *(m for _, m in means),
        )
        trace = np.concatenate(traces) if traces else np.zeros((0, LANES))
        return Response(earliest, last, trace, trials.state, mean)

    def _decided(
        self, trials: Trials, arrival_ms: np.ndarray, start_mV: np.ndarray, now_ms: float
    ) -> bool:
        away = np.abs(self.potential_mV(trials.state, trials.fibre) - start_mV).max(0)
        over = now_ms > trials.start_ms + trials.width_ms + AFTER_PULSE_MS
        dead = (away < QUIET_MV) & over & (now_ms > trials.after_ms)
        return bool(np.all((arrival_ms > trials.after_ms) | dead | ~np.isfinite(away)))


def take(tree: Any, lanes: np.ndarray | list[int]) -> Any:
    """The same tree with its last axis indexed."""
    return jax.tree.map(lambda a: np.asarray(a)[..., lanes], tree)


def side_by_side(trees: list[Any]) -> Any:
    """Trees joined along their last axis."""
    return jax.tree.map(lambda *a: np.concatenate(a, axis=-1), *trees)
