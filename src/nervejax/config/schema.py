"""Every setting of a run: name, type, unit, allowed range, meaning and source.

Standard library only. The YAML files in ``configs/`` hold the values that differ between
scenarios and physiologies; the values here are the defaults.
"""

from dataclasses import dataclass, field

from nervejax.config.physiology import Physiology
from nervejax.config.setting import setting


@dataclass
class Duration:
    """When the limb is compressed."""

    baseline_s: float = setting(60.0, "s", 1, 1e5, "healthy time before the pressure")
    compression_s: float = setting(1200.0, "s", 0, 1e6, "time under pressure")
    recovery_s: float = setting(900.0, "s", 0, 1e6, "time after release")

    @property
    def total_s(self) -> float:
        """Limb time of the whole episode."""
        return self.baseline_s + self.compression_s + self.recovery_s


@dataclass
class Pressure:
    """Tissue pressure on the nerve: a plateau with smooth edges, on from 0 to compression_s."""

    peak_mmHg: float = setting(
        120.0,
        "mmHg",
        0,
        2000,
        "tissue pressure at the plateau",
        "assumed, from an assumed 60-150 for a posture",
    )
    centre_mm: float = setting(50.0, "mm", 0, 1e4, "middle of the compressed stretch")
    length_mm: float = setting(
        20.0, "mm", 0.1, 1e4, "width of the stretch at half pressure", "assumed"
    )
    edge_mm: float = setting(
        2.0, "mm", 0.05, 1e3, "width over which pressure falls to 0", "assumed"
    )
    rise_s: float = setting(
        5.0, "s", 0.01, 1e4, "time constant of loading and unloading", "assumed"
    )
    deforms: bool = setting(True, doc="pressure deforms myelin (off: ischaemia only)")
    occludes: bool = setting(True, doc="pressure stops the blood (off: mechanical only)")
    starves_distal: bool = setting(
        False, doc="flow stops in everything distal to the stretch as well, as under a cuff"
    )
    residual_rel: float = setting(
        0.0, "1", 0, 1, "share of the pressure that stays after release, as over a disc or a spur"
    )
    anoxia: bool = setting(
        False,
        doc="a nerve in a bath, without blood; for the time of the pressure the bath has no oxygen",
    )


@dataclass
class Nerve:
    """The modelled stretch of nerve; x = 0 is its central end."""

    length_mm: float = setting(100.0, "mm", 5, 1e4, "stretch of nerve, x = 0 central")
    grid_mm: float = setting(0.5, "mm", 0.05, 10, "spacing of the slow tissue grid")
    fascicles: int = setting(
        4, "1", 1, 10**4, "bundles of fibres, each with its own blood, oxygen and potassium"
    )
    temperature_degC: float = setting(37.0, "degC", 37, 37, "the rates are published for 37 degC")


@dataclass
class Population:
    """Which fibres are simulated."""

    n_abeta: int = setting(20, "1", 0, 10**6, "number of A-beta fibres")
    n_adelta: int = setting(20, "1", 0, 10**6, "number of A-delta fibres")
    n_c: int = setting(20, "1", 0, 10**6, "number of C fibres")
    heterogeneity: float = setting(
        1.0, "1", 0, 3, "scale of the drawn spread between fibres (0: identical but for size)"
    )
    membrane_a: str = setting(
        "sensory",
        doc="membrane of A-beta and A-delta fibres",
        choices=("sensory", "mcintyre2002", "pena2024"),
    )
    membrane_c: str = setting(
        "sensory_c",
        doc="membrane of C fibres",
        choices=("sensory_c", "tigerholm2014", "sundt2015"),
    )
    nodes_abeta: int = setting(36, "1", 8, 4096, "resolved nodes of Ranvier of an A-beta fibre")
    nodes_adelta: int = setting(44, "1", 8, 4096, "resolved nodes of Ranvier of an A-delta fibre")
    compartments_c: int = setting(96, "1", 16, 8192, "resolved compartments of a C fibre")


@dataclass
class Stimuli:
    """Test sessions: the receptors of all fibres are stimulated for part of a second."""

    every_s: float = setting(120.0, "s", 0, 1e6, "interval of test sessions; 0 = none")
    session_s: float = setting(0.4, "s", 0.1, 2, "length of one")


@dataclass
class Instruments:
    """What is measured besides, on forks that never feed back; see docs/instruments.md."""

    excitability_at_s: tuple[float, ...] = setting(
        (),
        "s",
        doc="limb times of full tests of nerve excitability of A fibres, such as [-5,600], where 0 = "
        "pressure on; [] = none",
    )


@dataclass
class Pathology:
    """A nerve that was not well before; at these defaults it was."""

    pump_rel: float = setting(
        1.0, "1", 0.1, 2, "resting Na leak of A fibres and with it the pump that balances it"
    )
    nodal_sodium_rel: float = setting(
        1.0, "1", 0.1, 2, "sodium conductance of the nodes of A fibres"
    )
    myelin_rel: float = setting(
        1.0, "1", 0.1, 1, "myelin lamellae of A fibres, share of normal (1 = normal)"
    )
    opening_S_per_cm2: float = setting(
        0.0, "S/cm2", 0, 1, "lasting opening of the paranodes in the compressed stretch"
    )
    opening_internodes: int = setting(
        0, "1", 0, 1000, "of so many internodes in its middle; 0 = of the whole stretch"
    )
    axon_loss_rel: float = setting(
        0.0, "1", 0, 1, "share of A fibres that are lost, those with the longest path first"
    )
    flow_rel: float = setting(
        1.0, "1", 0, 1, "most flow that narrowed arteries let through, share of that at rest"
    )


@dataclass
class Mechanisms:
    """Switches for ablations: what of the physiology depends on what. All on in a normal run."""

    elastic: bool = setting(True, doc="strain that recoils opens the paranodes")
    plastic: bool = setting(True, doc="strain above the yield damages myelin for days")
    acid: bool = setting(True, doc="acid blocks sodium channels")
    potassium: bool = setting(
        True, doc="potassium outside the axon moves (off: held at rest everywhere)"
    )
    potassium_store: bool = setting(
        True, doc="potassium under the myelin is buffered (off: a ninth of the volume, 15x faster)"
    )
    electrogenic_pump: bool = setting(
        True, doc="the pump of A fibres moves 3 Na for 2 K (off: for 3 K, rest balanced anew)"
    )
    persistent_sodium: bool = setting(True, doc="persistent Na current of A fibres")
    slow_inactivation: bool = setting(True, doc="slow inactivation of Na channels of A fibres")
    hyperaemia: bool = setting(True, doc="flow above rest after release")
    no_reflow: bool = setting(True, doc="vessels swell in long anoxia")
    oxygen_diffusion: bool = setting(True, doc="oxygen diffuses along the nerve")


@dataclass
class Numerics:
    """How the equations are stepped."""

    dt_us: float = setting(12.5, "us", 0.5, 15, "fast step of A fibres in free windows")
    probe_dt_us: float = setting(10.0, "us", 0.5, 15, "fast step of A fibres in probes")
    dt_c_us: float = setting(50.0, "us", 1, 100, "fast step of C fibres")
    dt_c_idle_us: float = setting(250.0, "us", 1, 500, "the same while they are silent")
    duty: float = setting(
        0.006, "1", 1e-4, 1, "share of limb time stepped in full while quiet; 1 = unbroken"
    )
    active_gain: float = setting(8.0, "1", 1, 1e4, "times more of it while fibres fire")
    release_window_s: float = setting(
        2.0, "s", 0.01, 60, "stepped in full per slow step after release, where fibres fire"
    )
    step_s: float = setting(5.0, "s", 0.01, 60, "slow step under pressure")
    rest_step_s: float = setting(10.0, "s", 0.01, 60, "slow step before pressure and late after it")
    release_step_s: float = setting(2.0, "s", 0.01, 60, "slow step in the minutes after a change")
    probe_every_s: float = setting(10.0, "s", 0.1, 1e6, "interval of conduction probes")
    threshold_every_s: float = setting(120.0, "s", 0.1, 1e6, "interval of threshold measurements")
    excitability_every_s: float = setting(
        0.0, "s", 0, 1e6, "interval of recovery cycles and time constants; 0 = none"
    )
    noise: float = setting(1.0, "1", 0, 10, "scale of channel noise")
    lanes: int = setting(
        0,
        "1",
        0,
        4096,
        "fibres per compiled chunk, a multiple of 8; 0 = by device",
    )


@dataclass
class Output:
    """What a run leaves behind."""

    report: bool = setting(True, doc="draw report.html and PNG (needs the plots extra)")
    segment_every_s: float = setting(
        60.0, "s", 0, 1e6, "wall time between segments, from which a run that was cut short goes on; "
        "0: there are none", "assumed",
    )  # fmt: skip
    objective: tuple[str, ...] = setting(
        (),
        doc="entries of /summary that a run gives back to the sweeper, such as [numb_onset_abeta_s]; "
        "what an optimising sweeper (docs/sweeps.md) minimises or maximises; [] = none",
    )


@dataclass
class Config:
    """A whole run."""

    name: str = setting("leg_crossed", doc="name of the scenario")
    seed: int = setting(0, "1", 0, 2**31 - 1, "seed of every draw and of the noise")
    duration: Duration = field(default_factory=Duration)
    pressure: Pressure = field(default_factory=Pressure)
    nerve: Nerve = field(default_factory=Nerve)
    population: Population = field(default_factory=Population)
    physiology: Physiology = field(default_factory=Physiology)
    stimuli: Stimuli = field(default_factory=Stimuli)
    instruments: Instruments = field(default_factory=Instruments)
    pathology: Pathology = field(default_factory=Pathology)
    mechanisms: Mechanisms = field(default_factory=Mechanisms)
    numerics: Numerics = field(default_factory=Numerics)
    output: Output = field(default_factory=Output)
