"""The constants of the slow equations: one calibration is one file in ``configs/physiology/``.

The defaults here are those of ``article``; where a value comes from stands beside it in the YAML files.
"""

from dataclasses import dataclass, field

from nervejax.config.setting import setting


@dataclass
class Perfusion:
    """Blood flow against tissue pressure (vascular waterfall), its borders and its return."""

    mean_arterial_mmHg: float = setting(95.0, "mmHg", 20, 250, "mean arterial pressure", "textbook")
    closing_rel: float = setting(
        0.79, "1", 0.1, 1, "tissue pressure that stops the flow, over mean arterial pressure"
    )
    venular_mmHg: float = setting(
        25.0, "mmHg", 0, 300, "tissue pressure at which flow begins to fall"
    )
    collapse_exponent: float = setting(
        3.0, "1", 0.2, 8, "steepness of the fall: vessels that collapse lose conductance as well"
    )
    collateral_mm: float = setting(
        1.0, "mm", 0, 100, "reach of vessels that cross the border of a starved stretch"
    )
    occlusion_s: float = setting(3.0, "s", 0.01, 1e4, "time constant of stopping and refilling")
    refill_s_per_mm: float = setting(
        0.1, "s/mm", 0, 100, "added to it per mm that the blood has to come back, central end first"
    )
    hyperaemia_gain: float = setting(
        0.5, "1", 0, 20, "extra flow after release per unit of energy debt"
    )
    hyperaemia_fade_s: float = setting(90.0, "s", 1, 1e5, "decay of hyperaemia")
    no_reflow_min: float = setting(
        75.0, "min", 1, 1e5, "anoxia after which swollen vessels let half of the flow back"
    )
    no_reflow_hill: float = setting(4.0, "1", 0.5, 20, "steepness of that")
    no_reflow_repair_h: float = setting(24.0, "h", 0.1, 1e4, "time constant of its repair")


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
        350.0, "s", 10, 1e6, "time for rest demand to empty an A-beta pool", "fitted (check 16)"
    )
    energy_adelta: float = setting(
        2.2, "1", 0.1, 100, "factor on energy_s in A-delta fibres", "fitted (order of loss)"
    )
    energy_c: float = setting(
        1.4, "1", 0.1, 100, "factor on 900 s in C fibres", "fitted (check 19)"
    )
    respiration_reserve: float = setting(
        0.005, "1", 1e-4, 10, "ADP half-saturation of respiration", "fitted (check 21)"
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
        0.8, "1", 0, 10, "anaerobic supply per unit of energy debt", "fitted (check 16)"
    )
    hypoxic_pump_drop: float = setting(
        0.82, "1", 0, 1, "share of pump rate that follows oxygen at once", "fitted (check 16)"
    )
    anaerobic_spread: float = setting(
        0.4,
        "1",
        0,
        2,
        "spread between fascicles of the share that does not (sd of its log)",
        "fitted (check 22)",
    )
    acid_rise_s: float = setting(150.0, "s", 1, 1e6, "acid build-up in anoxia", "fitted (check 22)")
    acid_washout_s: float = setting(
        70.0, "s", 1, 1e6, "acid washout at rest flow", "fitted (check 22)"
    )
    acid_block: float = setting(
        0.49, "1", 0, 1, "share of Na conductance blocked by full acid", "fitted (checks 18, 22)"
    )
    oxygen_diffusion_mm2_per_s: float = setting(
        0.002, "mm2/s", 0, 1, "spread of oxygen along the nerve", "O2 in tissue at 37 degC"
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
        0.01, "1/s", 1e-6, 10, "K cleared by rest flow", "fitted (check 22)"
    )
    diffusion_per_s: float = setting(
        1 / 1800, "1/s", 0, 10, "K lost without flow", "fitted (check 16)"
    )
    volume_ratio: float = setting(
        0.8, "1", 0.05, 100, "extracellular volume per axon volume", "fitted (checks 18, 22)"
    )
    volume_spread: float = setting(
        0.35, "1", 0, 2, "its spread between fascicles (sd of its log)", "fitted (check 22)"
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
        0.0015,
        "S/cm2",
        0,
        1,
        "myelin conductance opened over MYSA and FLUT per unit strain",
        "fitted (C1)",
    )
    plateau_gain: float = setting(
        1.0, "1", 0, 10, "stress per pressure where it does not change along the nerve"
    )
    spread_mm: float = setting(
        2.0, "mm", 0, 20, "length over which the nerve spreads a gradient before fibres feel it"
    )
    yield_mmHg_per_mm: float = setting(
        125.0, "mmHg/mm", 0, 1e5, "felt gradient above which myelin is damaged for days"
    )
    plastic_mmHg_per_mm: float = setting(
        25.0, "mmHg/mm", 1, 1e5, "gradient beyond the yield of unit damage"
    )
    plastic_s: float = setting(1800.0, "s", 1, 1e7, "time constant of that damage under load")
    plastic_opening_S_per_cm2: float = setting(
        0.01, "S/cm2", 0, 1, "myelin conductance opened over MYSA and FLUT per unit damage"
    )
    repair_days: float = setting(40.0, "d", 0.1, 1e4, "time constant of remyelination")
    shielding: float = setting(
        0.3, "1", 0, 1, "share by which the middle of a fascicle is spared deformation"
    )


@dataclass
class Physiology:
    """One calibration of the equations (configs/physiology/)."""

    name: str = setting("article", doc="name of the calibration")
    perfusion: Perfusion = field(default_factory=Perfusion)
    metabolism: Metabolism = field(default_factory=Metabolism)
    endoneurium: Endoneurium = field(default_factory=Endoneurium)
    mechanics: Mechanics = field(default_factory=Mechanics)
