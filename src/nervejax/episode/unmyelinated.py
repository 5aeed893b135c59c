"""A group of C fibres: slow states on the host in float64, windows on the device."""

from functools import partial
from typing import Any

import numpy as np

from nervejax.episode.chunks import join
from nervejax.episode.engine import Engine, calls_of
from nervejax.episode.fibre_group import FibreGroup
from nervejax.episode.group import Probe, Window
from nervejax.episode.ledger import Ledger
from nervejax.episode.stimuli import Session, launch_blocks
from nervejax.episode.windows import Part, joined, quarantine, step_window
from nervejax.kernels import unmyelinated as kernel
from nervejax.membranes import registry
from nervejax.population.classes import FibreClass
from nervejax.population.draw import draw_fibres
from nervejax.population.fascicles import draw_fascicles, fascicle_of
from nervejax.population.placement import place
from nervejax.recording.model import CAUSES
from nervejax.tissue import energy
from nervejax.units import FARADAY_C_PER_MOL

ENERGY_S = 900.0  # s, time for rest demand to empty the pool of a C fibre, before energy_c; fitted
NOISE_UA_PER_CM2 = 1.5  # rms for 1 mm of fibre: silent at rest; assumed
LEAST_SPACING_UM = 60.0  # so that the thinnest fibre still spans both edges; velocity -1.8 %
PROBE_START_MS, PROBE_MS, PROBE_PULSE_MS = 1.0, 45.0, 0.5
PROBE_NA_PER_UM15 = 2.5  # supramaximal at every diameter: 2.5 d^1.5 nA
FASTEST_M_PER_S = 2.5  # an earlier arrival is not the test spike
AT_END = 4
THRESHOLD_MS, THRESHOLD_PULSE_MS, BISECTIONS = 20.0, 1.0, 9
SMALLEST_NA, LARGEST_NA = 0.02, 8.0  # nA per um^1.5
U, K_SHELL = kernel.State._fields.index("u"), kernel.State._fields.index("k_o")
TURNOVER_EXCESS = 15.0
"""The membrane turns over this many times the potassium that the respiration of rabbit vagus allows
(Ritchie 1967, J Physiol 188:309). Undivided, C fibres would drain the endoneurium of potassium."""


class UnmyelinatedGroup(FibreGroup):
    """C fibres. P compartments, F fibres; slow states are (P, F) float64.

    Attributes:
        monitor: compartment where spikes are seen.  na_i: [mM].  energy: phosphagen pool [1].
    """

    monitor = kernel.MONITOR
    LONGEST_MS = PROBE_MS
    PER_CHUNK = ("chunks", "state", "_p")
    REST = "v_rest_mV"
    BLOCK_STEPS = kernel.FAST_STEPS

    def __init__(
        self, kind: FibreClass, count: int, compartments: int, membrane_name: str, config: Any,
        engine: Engine, offset: int = 0,
    ) -> None:  # fmt: skip
        membrane = registry.membrane(membrane_name, registry.UNMYELINATED)
        self.kind, self.count, self.membrane, self.config = kind, count, membrane, config
        self._engine = engine
        table = draw_fibres(kind, count, config.seed, config.population.heterogeneity, compartments)
        self.table, self.p = table, membrane.constants(table["diameter_um"])
        pressure = config.pressure
        spacing_um = np.maximum(kernel.spacing_um(table["diameter_um"]), LEAST_SPACING_UM)
        placement = place(
            1e-3 * spacing_um, compartments, pressure.centre_mm, pressure.length_mm,
            pressure.edge_mm,
        )  # fmt: skip
        self.x_mm, table["shortened_mm"] = placement.x_mm, placement.cut_mm
        self.weight = kind.abundance / max(count, 1) * np.pi / 4 * table["diameter_um"] ** 2
        self.quarantined: dict[int, str] = {}
        self.fascicle = table["fascicle"] = fascicle_of(count, config.nerve.fascicles)
        factor = draw_fascicles(config).anaerobic_factor[self.fascicle]
        m = config.physiology.metabolism
        self._pump_drop = energy.pump_drop(m, kind.oxygen_effect, factor)
        one = np.ones((compartments, count))
        self.na_i, self.energy = one * self.p["na_i_rest_mM"], one * m.energy_rest
        spread = table.get("energy_factor", np.ones(count)) * table["energy_site_factor"].T
        self.tau_energy_s = ENERGY_S * m.energy_c * spread
        self.block, self.lively = 0, False
        self.chunks = engine.chunks(count, config.numerics.lanes, offset)
        nothing = np.zeros((kernel.MAX_BLOCKS, count), dtype=bool)
        self._quiet = {c.first: c.put(nothing, np.bool_) for c in self.chunks}
        self._p = []
        for c in self.chunks:
            lanes = {k: v[c.take] for k, v in self.p.items()}
            parameters = kernel.cable_parameters(lanes, spacing_um[c.take])
            self._p.append(c.lay(parameters))
        self.state = [
            c.lay(kernel.rest_state(membrane, p, compartments))
            for p, c in zip(self._p, self.chunks, strict=True)
        ]
        zero = 0 * one
        self._means = kernel.Means(zero, one * self.p["pump_rest"], zero, zero)
        self._ledger = Ledger(compartments, self._sodium_lost_mM(one)[0])

    def _sodium_lost_mM(self, current: np.ndarray) -> np.ndarray:
        """(P, F) sodium that an outward current [uA/cm2] of 1 s takes away; 0 where none moves."""
        now, after = self.na_i, self.membrane.advance_sodium_mM(self.p, self.na_i, current, 1.0)
        return 1e3 * (now - after)

    def couple(self, tissue: dict[str, np.ndarray], rest: dict[str, np.ndarray]) -> None:
        """Take the surrounding tissue, (P, F) each; an axon without myelin has nothing to open."""
        m = self.config.physiology.metabolism
        on = self.config.mechanisms
        self.k_e_delta = on.potassium * (tissue["potassium_mM"] - rest["potassium_mM"])
        self.oxygen = tissue["oxygen_rel"]
        self.pump = energy.pump_factor(self.energy, self.oxygen, m, self._pump_drop)
        self.sodium = 1.0 - on.acid * m.acid_block * self.kind.acid_effect * tissue["acid_rel"]

    def _run(
        self, ms: float, settle_ms: float, dt_us: float, stimulus_nA: np.ndarray | None = None,
        place_: int = 0, start_ms: float = 0.0, pulse_ms: float = 0.0,
        launch: np.ndarray | None = None,
    ) -> list[tuple]:  # fmt: skip
        """All chunks from the present state, stimulated at a place: (state, events, means) each."""
        numerics = self.config.numerics
        block_ms = kernel.FAST_STEPS * dt_us * 1e-3
        blocks, settle = max(1, round(ms / block_ms)), round(settle_ms / block_ms)
        places = self.x_mm.shape[0]
        amplitude = np.zeros(self.count) if stimulus_nA is None else stimulus_nA
        supra = self._supramaximal_nA()
        drives = [
            {
                "na_i": self.na_i[:, c.take], "k_e_delta": self.k_e_delta[:, c.take],
                "phi": self.pump[:, c.take], "na_avail": self.sodium[:, c.take],
                "noise_uA_cm2": NOISE_UA_PER_CM2 * numerics.noise,
                "stimulus_uA_per_cm2": kernel.injected(p, places, place_, amplitude[c.take]),
                "stim_start_ms": start_ms, "stim_ms": pulse_ms,
                "launch": self._quiet[c.first] if launch is None else launch[:, c.take],
                "launch_uA_per_cm2": kernel.injected(p, places, places - 1, supra[c.take])[-1],
                "seed": self.config.seed, "block0": self.block % 2**32,
                "fibre_id": self.table["fibre_id"][c.take],
            }
            for c, p in zip(self.chunks, self._p, strict=True)
        ]  # fmt: skip

        def run(_: Any, lanes: Any) -> tuple[kernel.State, Any, kernel.Means]:
            p, state, drive = lanes
            return kernel.advance(self.membrane, p, state, drive, blocks, dt_us * 1e-3, settle)

        program, scalars = (kernel.advance, self.membrane), (blocks, settle, dt_us)
        lanes = (
            (p, s, kernel.drive_lanes(d, s.u.shape))
            for c, p, s, d in zip(self.chunks, self._p, self.state, drives, strict=True)
        )
        return self._engine(calls_of(run, program, scalars, self.chunks, lanes))

    def window(self, seconds: float) -> Window:
        """Step for ``seconds``."""
        found, self._means = self._observe(seconds, None, idle=not self.lively)
        self.lively = len(found.time_ms) > 0
        return found

    def _observe(
        self, seconds: float, sent: Session | None, idle: bool = False
    ) -> tuple[Window, kernel.Means]:
        """Step for ``seconds``, with what the receptors send: spikes, and means of sound fibres."""
        numerics = self.config.numerics
        dt_us = numerics.dt_c_idle_us if idle else numerics.dt_c_us
        unbroken = numerics.duty >= 1.0 or sent is not None
        window, mean = step_window(
            seconds, self.block_s(dt_us), kernel.MAX_BLOCKS, unbroken, self.chunks, self.x_mm,
            partial(self.step_blocks, sent=sent, dt_us=dt_us),
        )  # fmt: skip
        sodium, pump, efflux, net = mean
        u, k_o = (joined([s[k] for s in self.state], self.chunks) for k in (U, K_SHELL))
        seen = {
            "potential_mV": u, "potassium_mM": k_o + self.p["k_o_rest_mM"], "sodium_mM": self.na_i,
            "sodium_current_uA_per_cm2": sodium, "potassium_efflux_uA_per_cm2": efflux,
        }  # fmt: skip
        ok = quarantine(self.quarantined, seen, self.x_mm)
        return window, kernel.Means(
            np.where(ok, sodium, 0.0),
            np.where(ok, pump, self.p["pump_rest"]),
            np.where(ok, efflux, 0.0),
            np.where(ok, net, 0.0),
        )

    def step_blocks(
        self, first: int, blocks: int, settle_ms: float, sent: Session | None, dt_us: float
    ) -> list[Part]:
        """Move the states on by some blocks, from block ``first`` of a window or session on."""
        block_ms = 1e3 * self.block_s(dt_us)
        pulse = round(PROBE_PULSE_MS / block_ms)
        on = None if sent is None else launch_blocks(
            sent, self.count, block_ms, first, kernel.MAX_BLOCKS, pulse
        )  # fmt: skip
        out = self._run(blocks * block_ms, settle_ms, dt_us, launch=on)
        self.state = [o[0] for o in out]
        self.block += blocks
        return [Part(e.time_ms, e.origin, list(m)) for _, e, m in out]

    def advance(self, dt_s: float, window_s: float) -> None:  # noqa: ARG002 same call as A fibres
        """Slow step: sodium from the measured current, energy; the shell ions live in the window."""
        m, means, before = self.config.physiology.metabolism, self._means, self.na_i
        self.na_i = self.membrane.advance_sodium_mM(self.p, before, means.na_current, 1e3 * dt_s)
        self._ledger.add(
            dt_s, net=means.net_current, sodium=means.na_current - 1.5 * means.pump_current,
            sodium_out=means.na_current, gained_mM=self.na_i - before,
        )  # fmt: skip
        rate = self._pump_rate()
        self.energy = energy.advance(self.energy, self.oxygen, rate, self.tau_energy_s, m, dt_s)

    def _pump_rate(self) -> np.ndarray:
        """Pump over its rest, (P, F); 1 for a membrane without pump."""
        rest = self.p["pump_rest"]
        return np.where(rest > 0, self._means.pump_current / np.maximum(rest, 1e-9), 1.0)

    def exchange(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(P, F): potassium efflux [mM/s per axon volume], respiration, energy debt."""
        m = self.config.physiology.metabolism
        # uA/cm2 -> mM/s of axon volume
        scale = 4e4 / (FARADAY_C_PER_MOL * self.p["diameter_um"] * TURNOVER_EXCESS)
        debt = np.clip((m.energy_rest - self.energy) / m.energy_rest, 0.0, 1.0)
        respiration = energy.respiration(self.oxygen, self.energy, m)
        return scale * self._means.k_efflux, respiration, debt

    def snapshot(self) -> dict[str, np.ndarray]:
        """(F,) states at the middle of the stretch."""
        j = self.x_mm.shape[0] // 2
        u, k_o = (joined([s[k] for s in self.state], self.chunks)[j] for k in (U, K_SHELL))
        return {
            "potential_mV": u + self.p["v_rest_mV"], "na_i_mM": self.na_i[j],
            "k_periaxonal_mM": k_o + self.p["k_o_rest_mM"], "energy_rel": self.energy[j],
            "pump_rel": self._pump_rate()[j],
            "sodium_available_rel": self.sodium[j],
            "k_endoneurial_mM": self.p["k_o_rest_mM"] + self.k_e_delta[j],
        }  # fmt: skip

    def _supramaximal_nA(self) -> np.ndarray:
        return PROBE_NA_PER_UM15 * self.table["diameter_um"] ** 1.5

    def probe(self) -> Probe:
        """Stimulate the receptor-side end on a fork; does that spike arrive at the central end?"""
        last_place = self.x_mm.shape[0] - 1
        out = self._run(
            PROBE_START_MS + PROBE_MS, 0.0, self.config.numerics.dt_c_us,
            self._supramaximal_nA(), last_place, PROBE_START_MS, PROBE_PULSE_MS,
        )  # fmt: skip
        length = self.x_mm[-1] - self.x_mm[self.monitor] - self.table["shortened_mm"]
        first = []
        for c, (_, events, _) in zip(self.chunks, out, strict=True):
            time, origin = np.asarray(events.time_ms), np.asarray(events.origin)
            soonest = PROBE_START_MS + (length / FASTEST_M_PER_S)[c.take]
            ours = (time > soonest) & (origin >= last_place - AT_END)
            first.append(np.where(ours, time, np.inf).min(0))
        latency = join(first, self.chunks) - PROBE_START_MS
        arrived = np.isfinite(latency)
        late = joined([o[1].last_ms for o in out], self.chunks) > PROBE_START_MS
        unbroken = np.cumprod(late[::-1], axis=0).sum(0)
        site = self.x_mm[np.clip(last_place + 1 - unbroken, 0, last_place), np.arange(self.count)]
        return Probe(
            arrived, np.where(arrived, latency, np.nan), np.where(arrived, np.nan, site),
            np.where(arrived, CAUSES["none"], CAUSES["ischaemic"]).astype(np.uint8),
        )  # fmt: skip

    def thresholds(self) -> np.ndarray:
        """Smallest 1 ms current in the middle that makes a spike leave it [nA], (F,); nan if none."""
        middle, unit = self.x_mm.shape[0] // 2, self.table["diameter_um"] ** 1.5
        low, high = np.log(SMALLEST_NA * unit), np.log(LARGEST_NA * unit)
        excitable = np.zeros(self.count, dtype=bool)
        for _ in range(BISECTIONS):
            amplitude = 0.5 * (low + high)
            out = self._run(
                THRESHOLD_MS, 0.0, self.config.numerics.dt_c_us, np.exp(amplitude), middle, 0.0,
                THRESHOLD_PULSE_MS,
            )  # fmt: skip
            last = joined([o[1].last_ms for o in out], self.chunks)
            fired = (last[middle - 5] > 0) | (last[middle + 5] > 0)
            excitable |= fired
            low, high = np.where(fired, low, amplitude), np.where(fired, amplitude, high)
        return np.where(excitable, np.exp(high), np.nan)

    def excitability(self) -> dict[str, np.ndarray]:
        """Nothing: the measures are those of myelinated fibres."""
        return {}

    def excitability_test(self, instant_s: float) -> None:
        """None: the test is that of myelinated fibres."""
