"""Small myelinated cables for the physics tests."""

from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np

from nervejax.kernels import myelinated as kernel
from nervejax.population.geometry import myelinated_geometry
from nervejax.population.internode import MODAL, PORT, reduce_internodes


class Bench:
    """Fibres of given diameters (lane = fibre), N nodes, an opened zone of internodes if asked."""

    def __init__(
        self, membrane: ModuleType, diameter_um: Any, nodes: int = 31, *, modes: int = 6,
        opening: Any = 0.0, zone: tuple[int, int] = (0, 0), values: dict | None = None,
        temperature_degC: float = 37.0,
    ) -> None:  # fmt: skip
        d = np.asarray(diameter_um, float)
        self.membrane, self.nodes, self.d = membrane, nodes, d
        self.geometry = myelinated_geometry(d)
        self.p64 = membrane.constants(self.geometry, values or {}, temperature_degC)
        self.p = {k: jnp.asarray(v, jnp.float32) for k, v in self.p64.items()}
        rest, opened = (
            reduce_internodes(
                self.geometry, membrane.axolemma_nS(self.geometry, self.p64),
                self.p64["gap_mysa_um"], self.p64["gap_internode_um"], np.broadcast_to(o, d.shape),
                modes=modes,
            )
            for o in (0.0, opening)
        )  # fmt: skip
        self.cable = {}
        for name in MODAL + PORT:
            a, b = (
                np.moveaxis(getattr(rest, name), -1, 0),
                np.moveaxis(getattr(opened, name), -1, 0),
            )
            if name in PORT:
                full = np.repeat(getattr(rest, name)[None], nodes, 0)
                full[slice(*zone)] = getattr(opened, name)
            else:
                full = np.repeat(a[:, None], nodes, 1)
                full[:, slice(*zone)] = b[:, None]
            full[..., -1, :] = 1.0 if name == "lam" else 0.0
            self.cable[name] = jnp.asarray(full, jnp.float32)
        self.modes = modes

    def state(self) -> kernel.State:
        return kernel.rest_state(self.membrane, self.p64, self.nodes, self.modes)

    def drive(self, **changes: Any) -> kernel.Drive:
        one = jnp.ones((self.nodes, len(self.d)), jnp.float32)
        f, p = jnp.float32, self.p
        values = {
            "na_i": one * p["na_i_rest"], "k_periaxonal": one * p["k_e_rest"],
            "k_endoneurial": one * p["k_e_rest"], "pump": one, "sodium": one, "stimulus": 0 * one,
            "stimulus_start": f(0), "stimulus_width": f(0.1), "noise": f(0), "seed": jnp.uint32(0),
            "first_block": jnp.uint32(0), "fibre_id": jnp.arange(len(self.d), dtype=jnp.uint32),
        }  # fmt: skip
        return kernel.Drive(**(values | changes))

    def end_stimulus(self, node: int = -1) -> jnp.ndarray:
        """0.1 ms supramaximal pulse at a node."""
        pulse = np.zeros((self.nodes, len(self.d)), np.float32)
        pulse[node] = 400.0 * self.d
        return jnp.asarray(pulse)

    def run(self, ms: float, dt_ms: float, drive: kernel.Drive, state: Any = None, settle: int = 0):
        blocks = round(ms / (kernel.BLOCK_STEPS * dt_ms))
        return kernel.advance(
            self.membrane, self.p, self.cable, self.state() if state is None else state, drive,
            jnp.int32(blocks), jnp.int32(settle), jnp.float32(dt_ms),
        )  # fmt: skip

    def velocity(self, dt_ms: float, ms: float = 4.0) -> np.ndarray:
        """Conduction velocity between the nodes at 3/4 and 1/4 of the cable [m/s]."""
        _, events, _ = self.run(ms, dt_ms, self.drive(stimulus=self.end_stimulus()))
        last = np.asarray(events.last, float)
        a, b = self.nodes // 4, 3 * self.nodes // 4
        return (b - a) * self.geometry["internode_um"] * 1e-3 / (last[a] - last[b])
