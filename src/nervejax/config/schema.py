"""Every setting of a run: name, type, unit, allowed range, meaning and source.

Standard library only. The YAML files in ``configs/`` hold the values that differ between
scenarios and physiologies; the values here are the defaults.
"""

from dataclasses import dataclass, field
from typing import Any


def setting(
    default: Any,
    unit: str = "1",
    lo: float | None = None,
    hi: float | None = None,
    doc: str = "",
    source: str = "",
    choices: tuple[str, ...] | None = None,
) -> Any:
    """One configuration key: default value, unit, range [lo, hi], meaning, source."""
    meta = {"unit": unit, "lo": lo, "hi": hi, "doc": doc, "source": source, "choices": choices}
    return field(default=default, metadata=meta)


@dataclass
class Duration:
    """When the limb is compressed."""

    baseline_s: float = setting(60.0, "s", 1, 1e5, "healthy time before the pressure")
    compression_s: float = setting(1200.0, "s", 0, 1e6, "time under pressure")
    recovery_s: float = setting(900.0, "s", 0, 1e6, "time after release")


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


@dataclass
class Nerve:
    """The modelled stretch of nerve; x = 0 is its central end."""

    length_mm: float = setting(100.0, "mm", 5, 1e4, "stretch of nerve, x = 0 central")
    grid_mm: float = setting(0.5, "mm", 0.05, 10, "spacing of the slow tissue grid")
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
    membrane_a: str = setting("sensory", doc="membrane of A-beta and A-delta fibres")
    membrane_c: str = setting("sensory_c", doc="membrane of C fibres")
    nodes_abeta: int = setting(36, "1", 8, 4096, "resolved nodes of Ranvier of an A-beta fibre")
    nodes_adelta: int = setting(44, "1", 8, 4096, "resolved nodes of Ranvier of an A-delta fibre")
    compartments_c: int = setting(96, "1", 16, 8192, "resolved compartments of a C fibre")


@dataclass
class Perfusion:
    """Blood flow against pressure (vascular waterfall) and its return."""

    arteriolar_mmHg: float = setting(
        75.0,
        "mmHg",
        1,
        300,
        "tissue pressure that stops the flow",
        "60-80 mmHg, Rydevik, Lundborg & Bagge 1981, J Hand Surg 6:3",
    )
    venular_mmHg: float = setting(
        25.0,
        "mmHg",
        0,
        300,
        "tissue pressure at which flow begins to fall",
        "20-30 mmHg, Rydevik, Lundborg & Bagge 1981, J Hand Surg 6:3",
    )
    occlusion_s: float = setting(
        3.0, "s", 0.01, 1e4, "time constant of stopping and refilling", "assumed"
    )
    hyperaemia_gain: float = setting(
        2.0, "1", 0, 20, "extra flow after release per unit of energy debt", "fitted (check 21)"
    )
    hyperaemia_fade_s: float = setting(
        90.0, "s", 1, 1e5, "decay of hyperaemia", "fitted (check 21)"
    )


@dataclass
class Metabolism:
    """Oxygen, phosphagen energy and acid of the endoneurium; normalised states."""

    oxygen_rest: float = setting(
        0.6, "1", 0.05, 0.95, "resting oxygen, share of arterial", "fitted (check 16)"
    )
    oxygen_rate_per_s: float = setting(
        0.05, "1/s", 1e-5, 10, "oxygen exchange at rest flow", "fitted (check 16)"
    )
    oxygen_km: float = setting(
        0.08, "1", 1e-4, 1, "half-saturation of respiration", "fitted (check 16)"
    )
    energy_rest: float = setting(
        0.95, "1", 0.1, 0.999, "resting phosphagen pool, share of full", "fitted (check 16)"
    )
    energy_s: float = setting(
        600.0, "s", 10, 1e6, "time for rest demand to empty an A-beta pool", "fitted (check 16)"
    )
    energy_adelta: float = setting(
        2.2, "1", 0.1, 100, "factor on energy_s in A-delta fibres", "fitted (order of loss)"
    )
    energy_c: float = setting(
        1.4, "1", 0.1, 100, "factor on 900 s in C fibres", "fitted (check 19)"
    )
    respiration_reserve: float = setting(
        0.05, "1", 1e-4, 10, "ADP half-saturation of respiration", "fitted (check 21)"
    )
    demand_km: float = setting(
        0.2, "1", 1e-4, 10, "half-saturation of non-pump demand", "fitted (check 16)"
    )
    pump_share: float = setting(
        0.35, "1", 0, 1, "share of demand that is the Na/K pump", "fitted (check 16)"
    )
    pump_km: float = setting(0.30, "1", 1e-3, 10, "energy at half pump rate", "fitted (check 16)")
    pump_hill: float = setting(
        2.5, "1", 0.5, 20, "steepness of the pump on energy", "fitted (check 16)"
    )
    glycolysis: float = setting(
        0.3, "1", 0, 10, "anaerobic supply per unit of energy debt", "fitted (check 16)"
    )
    hypoxic_pump_drop: float = setting(
        0.4, "1", 0, 1, "share of pump rate that follows oxygen at once", "fitted (check 16)"
    )
    acid_rise_s: float = setting(300.0, "s", 1, 1e6, "acid build-up in anoxia", "fitted (check 22)")
    acid_washout_s: float = setting(
        70.0, "s", 1, 1e6, "acid washout at rest flow", "fitted (check 22)"
    )
    acid_block: float = setting(
        0.5, "1", 0, 1, "share of Na conductance blocked by full acid", "fitted (check 22)"
    )
    acid_diffusion_mm2_per_s: float = setting(
        0.0015,
        "mm2/s",
        0,
        1,
        "spread of acid along the nerve",
        "lactate in water at 37 degC, order of magnitude",
    )


@dataclass
class Endoneurium:
    """Extracellular potassium shared by all fibres of a place."""

    potassium_rest_mM: float = setting(
        4.0, "mM", 1, 20, "resting endoneurial K", "textbook 3.5-5 mM"
    )
    washout_per_s: float = setting(
        1 / 30, "1/s", 1e-6, 10, "K cleared by rest flow", "fitted (check 22)"
    )
    diffusion_per_s: float = setting(
        1 / 1800, "1/s", 0, 10, "K lost without flow", "fitted (check 16)"
    )
    volume_ratio: float = setting(
        1.0, "1", 0.05, 100, "extracellular volume per axon volume", "assumed"
    )
    potassium_diffusion_mm2_per_s: float = setting(
        0.001,
        "mm2/s",
        0,
        1,
        "spread of K along the nerve",
        "K in tissue at 37 degC, order of magnitude",
    )


@dataclass
class Mechanics:
    """Viscoelastic strain of the nerve and detachment of paranodal myelin."""

    threshold_mmHg: float = setting(
        0.0,
        "mmHg",
        0,
        2000,
        "pressure below which nothing deforms",
        "claim of the article; measured nerves: see physiology=literature",
    )
    scale_mmHg: float = setting(120.0, "mmHg", 1, 5000, "pressure of unit stress", "assumed")
    elastic: float = setting(
        0.7, "1", 0, 100, "immediate strain per unit stress", "fitted (check 9, C1)"
    )
    viscous: float = setting(
        2.1, "1", 0, 100, "delayed strain per unit stress", "fitted (check 9, C1)"
    )
    creep_s: float = setting(
        130.0, "s", 1, 1e6, "creep under load", "fitted (C1: block within minutes)"
    )
    recoil_s: float = setting(60.0, "s", 1, 1e6, "recoil after release", "fitted (C14)")
    edge_gain: float = setting(
        0.3, "1", 0, 10, "stress per mmHg/mm of pressure gradient, over scale", "assumed"
    )
    opening_S_per_cm2: float = setting(
        0.002,
        "S/cm2",
        0,
        1,
        "myelin conductance opened over MYSA and FLUT per unit strain",
        "fitted (C1)",
    )


@dataclass
class Physiology:
    """One calibration of the equations (configs/physiology/)."""

    name: str = setting("article", doc="name of the calibration")
    perfusion: Perfusion = field(default_factory=Perfusion)
    metabolism: Metabolism = field(default_factory=Metabolism)
    endoneurium: Endoneurium = field(default_factory=Endoneurium)
    mechanics: Mechanics = field(default_factory=Mechanics)


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
    numerics: Numerics = field(default_factory=Numerics)
    output: Output = field(default_factory=Output)
