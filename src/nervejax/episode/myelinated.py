"""A group of myelinated fibres: slow states on the host in float64, windows on the device."""

from functools import partial
from typing import Any

import jax
import numpy as np

from nervejax.episode import excitability, probes
from nervejax.episode.cables import CableTable, opening_of
from nervejax.episode.chunks import Chunk, join
from nervejax.episode.condition import drawn_fibres, lasting_opening, without
from nervejax.episode.engine import Engine, calls_of
from nervejax.episode.fibre_group import FibreGroup
from nervejax.episode.group import Probe, Window
from nervejax.episode.ledger import Ledger
from nervejax.episode.projection import projected
from nervejax.episode.stimuli import LAUNCH_PA_PER_UM, Session, launch_blocks
from nervejax.episode.windows import Part, joined, quarantine, step_window
from nervejax.kernels import myelinated as kernel
from nervejax.membranes import registry
from nervejax.membranes.ions import advance_ions, pump_occupancy
from nervejax.population.classes import FibreClass
from nervejax.population.fascicles import draw_fascicles, fascicle_of
from nervejax.population.placement import place
from nervejax.recording.model import Excitability
from nervejax.tissue import energy
from nervejax.tissue.laws import LONGEST_STEP_S
from nervejax.units import MM_PER_PA_MS_FL

CAUSE_EVERY = 6  # probes


class MyelinatedGroup(FibreGroup):
    """A-beta or A-delta fibres. P nodes, F fibres; slow states are (P, F) float64.

    Attributes:
        monitor: node where spikes are seen.  na_i, k_periaxonal: concentrations [mM].
        energy: phosphagen pool [1].  lost: (F,) bool, fibres that neither conduct nor fire.
    """

    monitor = kernel.MONITOR
    LONGEST_MS = probes.PROBE_MS
    PER_CHUNK = ("chunks", "state", "p_lanes", "cable")
    REST = "v_rest"
    BLOCK_STEPS = kernel.BLOCK_STEPS
    KEPT = (*FibreGroup.KEPT, "k_periaxonal", "levels", "cause", "_probes")

    def __init__(
        self, kind: FibreClass, count: int, nodes: int, membrane_name: str, config: Any,
        engine: Engine, offset: int = 0,
    ) -> None:  # fmt: skip
        membrane = registry.membrane(membrane_name, registry.MYELINATED)
        self.kind, self.count, self.membrane, self.config = kind, count, membrane, config
        self._engine = engine
        table, geometry, self.p = drawn_fibres(kind, count, nodes, membrane_name, membrane, config)
        self.table, self.lost = table, table["lost"] > 0
        pressure, spacing_mm = config.pressure, geometry["internode_um"] * 1e-3
        placement = place(
            spacing_mm, nodes, pressure.centre_mm, pressure.length_mm, pressure.edge_mm
        )
        self.x_mm, table["shortened_mm"] = placement.x_mm, placement.cut_mm
        self.weight = kind.abundance / max(count, 1) * np.pi / 4 * geometry["axon_um"] ** 2
        self.quarantined: dict[int, str] = {}
        self.fascicle = table["fascicle"] = fascicle_of(count, config.nerve.fascicles)
        factor = draw_fascicles(config).anaerobic_factor[self.fascicle]
        m = config.physiology.metabolism
        self._pump_drop = energy.pump_drop(m, kind.oxygen_effect, factor)
        self.cables = CableTable(geometry, membrane.axolemma_nS(geometry, self.p), self.p)
        self.levels = np.zeros((nodes, count), dtype=int)
        self._lasting = lasting_opening(self.x_mm, config.pathology, pressure)
        self._exposed = 1.0 - config.physiology.mechanics.shielding * table["depth_rel"]

        one = np.ones((nodes, count))
        self.na_i, self.k_periaxonal = one * self.p["na_i_rest"], one * self.p["k_e_rest"]
        self.energy = one * m.energy_rest
        factor = {"adelta": m.energy_adelta}.get(kind.name, 1.0)
        spread = table.get("energy_factor", np.ones(count)) * table["energy_site_factor"].T
        self.tau_energy_s = m.energy_s * factor * spread

        self.block, self.lively = 0, False
        self.cause, self._probes = np.zeros(count, dtype=np.uint8), 0
        self.chunks = engine.chunks(count, config.numerics.lanes, offset)
        self._launch_pA = LAUNCH_PA_PER_UM * table["diameter_um"]
        nothing = np.zeros((kernel.MAX_BLOCKS, count), dtype=bool)
        self._quiet = {c.first: c.put(nothing, np.bool_) for c in self.chunks}
        self.p_lanes = [{k: c.put(v) for k, v in self.p.items()} for c in self.chunks]
        self.cable = self._laid(self.levels)
        self.closed = list(self.cable)
        modes = self.cable[0]["lam"].shape[0] if self.chunks else 0
        rest = kernel.rest_state(membrane, self.p, nodes, modes)
        self.state = [jax.tree.map(c.put, rest) for c in self.chunks]
        self.rest_state = list(self.state)
        has = (np.arange(nodes) < nodes - 1)[:, None]
        sites = pump_occupancy(self.p, self.p["na_i_rest"], self.p["k_e_rest"])
        self._pump_rest = sites * (self.p["i_pump_node"] + has * self.p["i_pump_internode"])
        targets = (one,) * len(membrane.PROJECTED)
        self._means = kernel.Means(
            0 * one, 0 * one, self._pump_rest, one * self.p["k_e_rest"], 0 * one, targets
        )
        self._ledger = Ledger(nodes, 1e3 * MM_PER_PA_MS_FL * self.p["ion_rate"] / self.p["vol"])

    def restore(self, saved: dict[str, Any]) -> None:
        """Take the state of such a group; its modes are in the basis of its openings."""
        super().restore(saved)
        self.cable = self._laid(self.levels)

    def _laid(self, levels: np.ndarray) -> list[dict[str, jax.Array]]:
        """The cables at these openings, chunk by chunk."""
        cable = self.cables.cable(levels)
        return [{k: c.put(v) for k, v in cable.items()} for c in self.chunks]

    def couple(self, tissue: dict[str, np.ndarray], rest: dict[str, np.ndarray]) -> None:
        """Take the surrounding tissue, (P, F) each; re-reduce internodes whose opening changed.

        A fibre deep in its fascicle is spared a share of the opening (Aguayo et al. 1971, Arch
        Neurol 24:358: the outer fibres are worse off); ``pathology`` adds its lasting one.
        """
        m, on = self.config.physiology.metabolism, self.config.mechanisms
        around = tissue if on.potassium else rest
        self.k_e = self.p["k_e_rest"] + around["potassium_mM"] - rest["potassium_mM"]
        self.oxygen = tissue["oxygen_rel"]
        self.pump = energy.pump_factor(self.energy, self.oxygen, m, self._pump_drop)
        self.sodium = 1.0 - on.acid * m.acid_block * self.kind.acid_effect * tissue["acid_rel"]
        opening = tissue["opening_S_per_cm2"] * self._exposed
        between = np.vstack([0.5 * (opening[:-1] + opening[1:]), np.zeros_like(opening[:1])])
        levels = self.cables.levels(between + self._lasting)
        if np.array_equal(levels, self.levels):
            return
        self.state = self.state_at(levels)
        self.levels = levels
        self.cable = self._laid(levels)

    def state_at(self, levels: np.ndarray) -> list[kernel.State]:
        """The present state, its mode amplitudes in the basis of other openings (``cables``)."""
        modes = [
            join([np.asarray(s.modes[k]) for s in self.state], self.chunks)
            for k in range(len(self.state[0].modes))
        ]
        carried = self.cables.carry_over(np.stack(modes), self.levels, levels)
        return [
            s._replace(modes=tuple(c.put(y) for y in carried))
            for s, c in zip(self.state, self.chunks, strict=True)
        ]

    def drive(
        self, chunk: Chunk, stimulus: np.ndarray | None = None, start_ms: float = 0.0,
        healthy: bool = False, width_ms: float = probes.THRESHOLD_PULSE_MS,
        launch: np.ndarray | None = None,
    ) -> kernel.Drive:  # fmt: skip
        """Inputs of a window; ``healthy`` gives resting ions, full pump and no acid.

        launch: (MAX_BLOCKS, F) bool blocks in which a spike is started at the last node.
        """
        one, p, even = np.ones_like(self.na_i), self.p, chunk.even
        resting = (one * p["na_i_rest"], one * p["k_e_rest"], one * p["k_e_rest"], one, one)
        present = (self.na_i, self.k_periaxonal, self.k_e, self.pump, self.sodium)
        na_i, k_periaxonal, k_e, pump, sodium = map(chunk.put, resting if healthy else present)
        return kernel.Drive(
            na_i=na_i, k_periaxonal=k_periaxonal, k_endoneurial=k_e, pump=pump, sodium=sodium,
            stimulus=chunk.put(0 * one if stimulus is None else stimulus),
            stimulus_start=even(start_ms), stimulus_width=even(width_ms),
            noise=even(self.config.numerics.noise), seed=even(self.config.seed, np.uint32),
            first_block=even(self.block, np.uint32),
            fibre_id=chunk.put(self.table["fibre_id"], np.uint32),
            launch=self._quiet[chunk.first] if launch is None else chunk.put(launch, np.bool_),
            launch_pA=chunk.put(self._launch_pA),
        )  # fmt: skip

    def run(
        self, states: list, cables: list, drives: list, ms: float, settle_ms: float, dt_us: float
    ) -> list[tuple[kernel.State, Any, kernel.Means]]:
        """All chunks: (states, events, means); dispatched together, so devices work side by side."""
        block_ms = kernel.BLOCK_STEPS * dt_us * 1e-3
        blocks, settle = max(1, round(ms / block_ms)), round(settle_ms / block_ms)

        def run(device: Any, lanes: Any) -> tuple[kernel.State, Any, kernel.Means]:
            counts = (jax.device_put(np.int32(n), device) for n in (blocks, settle))
            dt = jax.device_put(np.float32(dt_us * 1e-3), device)
            return kernel.advance(self.membrane, *lanes, *counts, dt)

        program, scalars = (kernel.advance, self.membrane), (blocks, settle, dt_us)
        lanes = zip(self.p_lanes, cables, states, drives, strict=True)
        return self._engine(calls_of(run, program, scalars, self.chunks, lanes))

    def window(self, seconds: float) -> Window:
        """Step for ``seconds``."""
        found, self._means = self._observe(seconds, None)
        self.lively = len(found.time_ms) > 0
        return found

    def _observe(self, seconds: float, sent: Session | None) -> tuple[Window, kernel.Means]:
        """Step for ``seconds``, with what the receptors send: spikes, and means of sound fibres."""
        numerics = self.config.numerics
        unbroken = numerics.duty >= 1.0 or sent is not None
        window, mean = step_window(
            seconds, self.block_s(numerics.dt_us), kernel.MAX_BLOCKS, unbroken, self.chunks, self.x_mm,
            partial(self.step_blocks, sent=sent, dt_us=numerics.dt_us),
        )  # fmt: skip
        sodium, potassium, pump, k_node, nodal, *targets = mean
        seen = {
            "potential_mV": joined([s.x_mean for s in self.state], self.chunks),
            "potassium_mM": k_node, "sodium_mM": self.na_i, "sodium_current_pA": sodium,
        }  # fmt: skip
        ok = quarantine(self.quarantined, seen, self.x_mm)
        return without(self.lost, window), kernel.Means(
            np.where(ok, sodium, 0.0), np.where(ok, potassium, 0.0),
            np.where(ok, pump, self._pump_rest), np.where(ok, k_node, self.p["k_e_rest"]),
            np.where(ok, nodal, 0.0), tuple(np.where(ok, t, 1.0) for t in targets),
        )  # fmt: skip

    def step_blocks(
        self, first: int, blocks: int, settle_ms: float, sent: Session | None, dt_us: float
    ) -> list[Part]:
        """Move the states on by some blocks, from block ``first`` of a window or session on."""
        block_ms = 1e3 * self.block_s(dt_us)
        on = None if sent is None else launch_blocks(
            sent, self.count, block_ms, first, kernel.MAX_BLOCKS, 1
        )  # fmt: skip
        drives = [self.drive(c, launch=on) for c in self.chunks]
        out = self.run(self.state, self.cable, drives, blocks * block_ms, settle_ms, dt_us)
        self.state = [o[0] for o in out]
        self.block += blocks
        return [Part(e.time, e.origin, [*m[:5], *m.projected]) for _, e, m in out]

    def advance(self, dt_s: float, window_s: float) -> None:
        """Slow step: concentrations from the measured fluxes, energy, slow gates, float64."""
        m, means, before = self.config.physiology.metabolism, self._means, self.na_i
        self.na_i, potassium = advance_ions(
            self.p, self.na_i, self.k_periaxonal, self.k_e, means.sodium_out,
            means.potassium_periaxonal, 1e3 * dt_s,
        )  # fmt: skip
        if self.config.mechanisms.potassium:
            self.k_periaxonal = potassium
        self._ledger.add(
            dt_s, net=means.sodium_out + means.potassium_periaxonal + means.potassium_node,
            sodium=means.sodium_out - 3.0 * means.pump, sodium_out=means.sodium_out,
            gained_mM=self.na_i - before,
        )  # fmt: skip
        rate = self._pump_rate()
        steps = max(1, int(np.ceil(dt_s / LONGEST_STEP_S)))
        for _ in range(steps):
            self.energy = energy.advance(
                self.energy, self.oxygen, rate, self.tau_energy_s, m, dt_s / steps
            )
        gap_ms = 1e3 * (dt_s - window_s)
        if gap_ms > 1e-6:
            self.state = projected(self.membrane, self.chunks, self.state, means.projected, gap_ms)

    def _pump_rate(self) -> np.ndarray:
        return np.where(
            self._pump_rest > 0, self._means.pump / np.maximum(self._pump_rest, 1e-9), 1.0
        )

    def exchange(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(P, F): potassium efflux [mM/s per axon volume], respiration, energy debt."""
        p, m = self.p, self.config.physiology.metabolism
        node = (self._means.k_node - self.k_e) / p["tau_node"] * p["vol_node"]
        slit = (self.k_periaxonal - self.k_e) / p["tau_periaxonal"] * p["vol_periaxonal"]
        moves = p["ion_rate"] * self.config.mechanisms.potassium
        efflux = moves * 1e3 * (node + slit) / p["vol"]
        debt = np.clip((m.energy_rest - self.energy) / m.energy_rest, 0.0, 1.0)
        return efflux, energy.respiration(self.oxygen, self.energy, m), debt

    def snapshot(self) -> dict[str, np.ndarray]:
        """(F,) states at the middle of the stretch."""
        j = self.x_mm.shape[0] // 2
        u = joined([s.x_mean for s in self.state], self.chunks)[j]
        level = self.levels[j]
        return {
            "potential_mV": u + self.p["v_rest"], "na_i_mM": self.na_i[j],
            "k_periaxonal_mM": self.k_periaxonal[j - 1], "k_node_mM": np.asarray(self._means.k_node)[j],
            "k_endoneurial_mM": self.k_e[j],
            "energy_rel": self.energy[j], "pump_rel": self._pump_rate()[j],
            "sodium_available_rel": self.sodium[j],
            "opening_S_per_cm2": opening_of(level),
        }  # fmt: skip

    def cause_due(self) -> bool:
        """Counts the probes; true at every ``CAUSE_EVERY``-th."""
        self._probes += 1
        return self._probes % CAUSE_EVERY == 0

    def probe(self) -> Probe:
        """Conduction test on a fork, see ``probes.probe``."""
        return probes.probe(self)

    def thresholds(self) -> np.ndarray:
        """(F,) threshold [nA] in the middle of the stretch on a fork, see ``probes.thresholds``."""
        return probes.thresholds(self)

    def excitability(self) -> dict[str, np.ndarray]:
        """Strength-duration and recovery cycle on forks, see ``excitability.excitability``."""
        return excitability.excitability(self)

    def excitability_test(self, instant_s: float) -> Excitability:
        """The full test of excitability on forks, see ``excitability.full_test``."""
        return excitability.full_test(self, instant_s)
