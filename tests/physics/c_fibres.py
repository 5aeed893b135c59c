"""Small unmyelinated cables for the physics tests."""

from typing import Any

import jax
import numpy as np

from nervejax.kernels import unmyelinated as kernel
from nervejax.membranes.registry import UNMYELINATED

QUIET = {
    "na_i": 11.4, "k_e_delta": 0.0, "phi": 1.0, "na_avail": 1.0, "noise_uA_cm2": 0.0,
    "stimulus_uA_per_cm2": 0.0, "stim_start_ms": 0.5, "stim_ms": 0.5, "seed": 0, "fibre_id": 0,
    "block0": 0,
}  # fmt: skip


class Bench:
    """Fibres of given diameters (lane = fibre), full gate set, published conditions."""

    def __init__(
        self, name: str, diameter_um: Any, dx_um: float, cells: int, *, dtype: Any = np.float32,
        temperature_degC: Any = 37.0,
    ) -> None:  # fmt: skip
        self.membrane, self.cells, self.dx_um, self.dtype = UNMYELINATED[name], cells, dx_um, dtype
        self.d = np.asarray(diameter_um, float)
        with self.precision():
            constants = self.membrane.constants(self.d, temperature_degC=temperature_degC)
            self.p = kernel.cable_parameters(constants, dx_um, dtype)
            self.rest = kernel.rest_state(self.membrane, self.p, cells)

    def precision(self) -> Any:
        return jax.enable_x64(self.dtype == np.float64)

    def run(self, ms: float, dt_ms: float, watch: tuple[int, ...] = (), **changes: Any) -> Any:
        """(state, events, means) after ``ms`` from rest; entries of the drive in ``changes``."""
        blocks = int(np.ceil(ms / (kernel.FAST_STEPS * dt_ms)))
        with self.precision():
            out = kernel.advance(
                self.membrane, self.p, self.rest, QUIET | changes, blocks, dt_ms, watch=watch
            )
            return jax.tree.map(np.asarray, out)

    def end_pulse(self) -> np.ndarray:
        """Supramaximal 0.5 ms stimulus at the last compartment."""
        return kernel.injected(self.p, self.cells, self.cells - 1, 2.5 * self.d**1.5)

    def spike(self, dt_ms: float, slowest_m_s: float, watch: tuple[int, ...] = ()) -> Any:
        """Events of one spike from end to end."""
        ms = 1.0 + self.cells * self.dx_um * 1e-3 / slowest_m_s
        return self.run(ms, dt_ms, watch, stimulus_uA_per_cm2=self.end_pulse())[1]

    def velocity(self, dt_ms: float, slowest_m_s: float = 0.35) -> np.ndarray:
        """Conduction velocity [m/s], fitted to the crossings from 30 % to 70 % of the length."""
        return self.velocity_of(self.spike(dt_ms, slowest_m_s))

    def velocity_of(self, events: Any) -> np.ndarray:
        part = slice(int(0.3 * self.cells), int(0.7 * self.cells) + 1)
        x_mm = np.arange(self.cells)[part] * self.dx_um * 1e-3
        return -1.0 / np.polyfit(x_mm, events.last_ms[part].astype(float), 1)[0]
