"""C fibres on the bench: a sealed cable of 2.5 mm, as in the reference tables."""

from types import ModuleType
from typing import Any

import jax
import numpy as np

from nervejax.fibre.preparation import NEVER_MS, Pattern, Preparation, Trials
from nervejax.kernels import unmyelinated as kernel

COMPARTMENTS = 301
SPACING_UM = 25.0 / 3.0
"""As in the reference tables. Velocity would do with three times as much, a threshold near the sealed
end does not: the electrode is a compartment."""


class UnmyelinatedFibres(Preparation):
    """F fibres of ``COMPARTMENTS`` compartments.

    Args:
        membrane: module of ``registry.UNMYELINATED``.  diameter_um: (F,).
        temperature_degC: scalar or (F,).  dt_us: fast step.
        cut_ends: leave the outer two compartments out; the end electrode stays the second one.
    """

    segment_ms, settling = 4.0, (50.0, 0.05)
    quiet_dt_ms, recovery_scale = 0.5, 5.0
    block_steps, max_blocks = kernel.FAST_STEPS, kernel.MAX_BLOCKS

    def __init__(
        self, membrane: ModuleType, diameter_um: np.ndarray, temperature_degC: Any, dt_us: float,
        dtype: type = np.float32, cut_ends: bool = False,
    ) -> None:  # fmt: skip
        self.membrane, self.dtype, self.dt_ms = membrane, dtype, 1e-3 * dt_us
        self.coarse_dt_ms = max(0.025, self.dt_ms)
        self.diameter_um = np.asarray(diameter_um, float)
        self.p = membrane.constants(self.diameter_um, temperature_degC=temperature_degC)
        first = 1 if cut_ends else 0
        self.end = 1 - first
        centres = (np.arange(first, COMPARTMENTS - first) + 0.5) * SPACING_UM
        self.x_um = np.repeat(centres[:, None], len(self.diameter_um), axis=1)
        coldest = np.min(np.broadcast_to(temperature_degC, self.diameter_um.shape))
        self.longest_ms = 24.0 * max(1.0, 2.5 ** ((37.0 - coldest) / 10.0))

    def _parameters(self, fibre: np.ndarray) -> Any:
        p = {k: v[fibre] for k, v in self.p.items()}
        return kernel.cable_parameters(p, SPACING_UM, self.dtype)

    @property
    def _every(self) -> Any:
        with jax.enable_x64(self.dtype is np.float64):
            return self._parameters(np.arange(self.count))

    def initial(self) -> kernel.State:  # noqa: D102
        with jax.enable_x64(self.dtype is np.float64):
            state = kernel.rest_state(self.membrane, self._every, len(self.x_um))
        return jax.tree.map(np.asarray, state)

    def none(self) -> Pattern:  # noqa: D102
        return {"stimulus": np.zeros(self.x_um.shape)}

    def intracellular(self, place: int) -> Pattern:  # noqa: D102
        return {"stimulus": kernel.injected(self._every, len(self.x_um), place, 1.0)}

    def field_places_um(self) -> np.ndarray:  # noqa: D102
        return self.x_um

    def extracellular(self, potential_mV: np.ndarray) -> Pattern:  # noqa: D102
        return {"stimulus": kernel.extracellular(self._every, potential_mV)}

    def potential_mV(self, state: kernel.State, fibre: np.ndarray) -> np.ndarray:  # noqa: D102
        return np.asarray(state.u, float) + self.p["v_rest_mV"][fibre]

    def resting_slow(self) -> dict[str, np.ndarray]:  # noqa: D102
        return {"na_i": np.ones(self.x_um.shape) * self.p["na_i_rest_mM"]}

    def advance_slow(self, slow: dict, means: kernel.Means, ms: float) -> dict:  # noqa: D102
        return {"na_i": self.membrane.advance_sodium_mM(self.p, slow["na_i"], means.na_current, ms)}

    def _step(
        self, parameters: Any, trials: Trials, now_ms: float, blocks: int, dt_ms: float
    ) -> tuple[kernel.State, np.ndarray, Any, Any]:
        drive = {
            "na_i": trials.slow["na_i"], "k_e_delta": 0.0, "phi": 1.0, "na_avail": 1.0,
            "noise_uA_cm2": 0.0, "stimulus_uA_per_cm2": trials.pattern["stimulus"],
            "stim_start_ms": trials.start_ms - now_ms, "stim_ms": trials.width_ms,
            "seed": 0, "fibre_id": trials.fibre, "block0": 0,
        }  # fmt: skip
        state, events, means = kernel.advance(
            self.membrane, parameters, trials.state, drive, blocks, dt_ms, watch=(self.centre,)
        )
        last = np.asarray(events.last_ms, float)
        return state, np.where(last > 0, last, NEVER_MS), events.trace, means
