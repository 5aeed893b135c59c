"""Myelinated fibres on the bench: the double cable with cut ends, ten modes per internode.

Ends as in the reference programs: the first and the last node are cut off inside, so the axon is sealed
at the first MYSA, while the periaxonal space still reaches the node. All ten slow modes are kept: the
six of the episodes are measured against them in ``nervejax bench --accuracy``.
"""

from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np

from nervejax.fibre.preparation import NEVER_MS, Pattern, Preparation, Trials
from nervejax.kernels import myelinated as kernel
from nervejax.kernels.events import NEVER
from nervejax.membranes.ions import advance_ions
from nervejax.population.field import field_drive, internode_positions_um
from nervejax.population.geometry import myelinated_geometry
from nervejax.population.internode import (
    MODAL,
    PORT,
    SLOW_MODES,
    Internodes,
    assemble,
    reduce_internodes,
)

SEALED = ("left", "", "right")
"""Kinds of internodes along a fibre: the first, those between, the last."""


class MyelinatedFibres(Preparation):
    """F fibres of ``nodes`` nodes, the outer two cut off.

    Args:
        membrane: module of ``registry.MYELINATED``.  diameter_um: (F,).
        geometry: name of ``population.geometry.GEOMETRIES``.
        overrides: constants of the membrane that differ from its own.
        temperature_degC: scalar or (F,).  dt_us: fast step.
        modes: kept modes of an internode, 6, 10 or 20.
        noise: scale of channel noise; 0 for measurements, 1 where fibres may fire by themselves.
    """

    end, segment_ms, settling = 1, 1.0, (400.0, 0.05)
    quiet_dt_ms, recovery_scale = 0.1, 1.0
    block_steps, max_blocks = kernel.BLOCK_STEPS, kernel.MAX_BLOCKS

    def __init__(
        self, membrane: ModuleType, diameter_um: np.ndarray, geometry: str,
        overrides: dict[str, Any], temperature_degC: Any, dt_us: float, nodes: int = 51,
        dtype: type = np.float32, modes: int = SLOW_MODES, noise: float = 0.0,
    ) -> None:  # fmt: skip
        self.membrane, self.dtype, self.dt_ms = membrane, dtype, 1e-3 * dt_us
        self.noise = noise
        self.coarse_dt_ms = max(0.0125, self.dt_ms)
        self.diameter_um = np.asarray(diameter_um, float)
        self.geometry = myelinated_geometry(self.diameter_um, geometry)
        self.p = membrane.constants(self.geometry, overrides, temperature_degC)
        self.nodes = nodes
        self.x_um = np.arange(nodes)[:, None] * self.geometry["internode_um"]
        coldest = np.min(np.broadcast_to(temperature_degC, self.diameter_um.shape))
        self.longest_ms = 8.0 * max(1.0, 2.2 ** ((37.0 - coldest) / 10.0))
        cable = (
            self.geometry, membrane.axolemma_nS(self.geometry, self.p), self.p["gap_mysa_um"],
            self.p["gap_internode_um"], 0.0 * self.diameter_um,
        )  # fmt: skip
        self._whole = [assemble(*cable, sealed=s) for s in SEALED]
        self._kinds = [reduce_internodes(*cable, modes=modes, sealed=s) for s in SEALED]
        self._kind_of = np.array([0] + [1] * (nodes - 3) + [2])
        self.cable = self._cable(self._kinds)

    def _along(self, of_kind: list[np.ndarray]) -> np.ndarray:
        """Values (F, ...) of the three kinds -> (nodes, F, ...); the last row, no internode, is 0."""
        rows = np.stack(of_kind)[self._kind_of]
        return np.concatenate([rows, np.zeros_like(rows[:1])])

    def _cable(self, kinds: list[Internodes]) -> dict[str, np.ndarray]:
        out = {}
        for name in MODAL:
            out[name] = np.moveaxis(self._along([getattr(k, name) for k in kinds]), -1, 0)
        out["lam"][:, -1] = 1.0
        for name in PORT:
            out[name] = self._along([getattr(k, name) for k in kinds])
        return out

    def initial(self) -> kernel.State:  # noqa: D102
        modes = len(self.cable["lam"])
        return kernel.rest_state(self.membrane, self.p, self.nodes, modes, self.dtype)

    def none(self) -> Pattern:  # noqa: D102
        shape = (self.nodes, self.count)
        return {"stimulus": np.zeros(shape), "field": np.zeros((len(self.cable["lam"]), *shape))}

    def intracellular(self, place: int) -> Pattern:  # noqa: D102
        pattern = self.none()
        pattern["stimulus"][place] = 1e3  # pA
        return pattern

    def field_places_um(self) -> np.ndarray:  # noqa: D102
        within = internode_positions_um(self.geometry)[:, :-1]  # (F, 11)
        inner = self.x_um[:-1, :, None] + within[None]
        inner = np.moveaxis(inner, 2, 1).reshape(-1, self.count)
        return np.concatenate([inner, self.x_um[-1:]])

    def extracellular(self, potential_mV: np.ndarray) -> Pattern:  # noqa: D102
        n = self.nodes - 1
        index = 11 * np.arange(n)[:, None] + np.arange(12)
        local = np.moveaxis(potential_mV[index], 2, 0)  # (F, internode, 12)
        pattern = self.none()
        for kind, (whole, reduced) in enumerate(zip(self._whole, self._kinds, strict=True)):
            j = np.flatnonzero(self._kind_of == kind)
            modes, ports = field_drive(reduced, whole, local[:, j])
            pattern["field"][:, j] = np.moveaxis(modes, 0, 2).swapaxes(0, 1)
            pattern["stimulus"][j] += ports[..., 0].T
            pattern["stimulus"][j + 1] += ports[..., 1].T
        return pattern

    def potential_mV(self, state: kernel.State, fibre: np.ndarray) -> np.ndarray:  # noqa: D102
        return np.asarray(state.u, float) + self.p["v_rest"][fibre]

    def _parameters(self, fibre: np.ndarray) -> Any:
        p = {k: jnp.asarray(v[fibre], self.dtype) for k, v in self.p.items()}
        return p, {k: jnp.asarray(v[..., fibre], self.dtype) for k, v in self.cable.items()}

    def resting_slow(self) -> dict[str, np.ndarray]:  # noqa: D102
        one = np.ones((self.nodes, self.count))
        return {"na_i": one * self.p["na_i_rest"], "k_periaxonal": one * self.p["k_e_rest"]}

    def advance_slow(self, slow: dict, means: kernel.Means, ms: float) -> dict:  # noqa: D102
        na_i, k_periaxonal = advance_ions(
            self.p, slow["na_i"], slow["k_periaxonal"], self.p["k_e_rest"], means.sodium_out,
            means.potassium_periaxonal, ms,
        )  # fmt: skip
        return {"na_i": na_i, "k_periaxonal": k_periaxonal}

    def _step(
        self, parameters: Any, trials: Trials, now_ms: float, blocks: int, dt_ms: float
    ) -> tuple[kernel.State, np.ndarray, Any, Any]:
        p, cable = parameters

        def put(x: Any) -> Any:
            return jnp.asarray(x, self.dtype)

        one = jnp.ones((self.nodes, len(trials.fibre)), self.dtype)
        block = self.noise_block + round(now_ms / (self.block_steps * dt_ms))
        drive = kernel.Drive(
            na_i=put(trials.slow["na_i"]), k_periaxonal=put(trials.slow["k_periaxonal"]),
            k_endoneurial=one * p["k_e_rest"], pump=one, sodium=one,
            stimulus=put(trials.pattern["stimulus"]), field=put(trials.pattern["field"]),
            stimulus_start=put(trials.start_ms - now_ms), stimulus_width=put(trials.width_ms),
            noise=put(self.noise), seed=jnp.uint32(0), first_block=jnp.uint32(block),
            fibre_id=jnp.asarray(trials.fibre, jnp.uint32),
        )  # fmt: skip
        state, events, means = kernel.advance(
            self.membrane, p, cable, trials.state, drive, jnp.int32(blocks), jnp.int32(0),
            put(dt_ms), watch=(self.centre,),
        )  # fmt: skip
        last = np.asarray(events.last, float)
        return state, np.where(last > NEVER, last, NEVER_MS), events.trace, means
