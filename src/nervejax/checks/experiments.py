"""The episodes that checks 9 to 25 read, as data: scenario, what differs from it, how many seeds.

Small populations: eight fibres of the classes that a check reads. Where the velocity after release is
not read, 0.3 s of every slow step after release are stepped in full, else 2 s.
"""

from dataclasses import dataclass, field

import numpy as np

ABETA = ("population.n_abeta=8", "population.n_adelta=0", "population.n_c=0")
A_FIBRES = ("population.n_abeta=8", "population.n_adelta=8", "population.n_c=0")
ALL = ("population.n_abeta=8", "population.n_adelta=8", "population.n_c=8")
COMMON = (
    "output.report=false", "numerics.lanes=8", "numerics.release_window_s=0.3",
    "numerics.probe_every_s=20", "numerics.threshold_every_s=300", "duration.baseline_s=30",
    "stimuli.every_s=0",
)  # fmt: skip
ISCHAEMIC = ("pressure.peak_mmHg=200", "pressure.deforms=false")
"""A cuff of 200 mmHg (Han et al. 2008) whose deformation is left out."""
SPREAD_OF_PRESSURE = 0.1
"""Standard deviation of mean arterial pressure between healthy subjects over its mean; assumed."""
STREAM = 11
SPARSE = ("numerics.step_s=20", "numerics.duty=0.003")
"""For hours: 0.06 s of every 20 s are stepped in full while fibres are silent."""


@dataclass(frozen=True)
class Experiment:
    """One episode for each seed.

    overrides: Hydra words after those of ``COMMON``.  physiology: words of one physiology only.
    seeds: how many unless more are asked for; so few that all fits into an hour on two cores.
    cost_s: about what one episode takes on one core [s].
    subjects: mean arterial pressure differs between the seeds.
    """

    overrides: tuple[str, ...]
    cost_s: float
    seeds: int = 1
    scenario: str = "leg_crossed"
    physiology: dict[str, tuple[str, ...]] = field(default_factory=dict)
    subjects: bool = False

    def words(self, physiology: str) -> list[str]:
        """What Hydra is asked for."""
        own = self.physiology.get(physiology, ())
        return [
            f"scenario={self.scenario}", f"physiology={physiology}", *COMMON, *self.overrides, *own,
        ]  # fmt: skip


def arterial_pressure_rel(seed: int) -> float:
    """Mean arterial pressure of the subject of this seed over that of the physiology."""
    rng = np.random.default_rng((seed, STREAM))
    return float(1.0 + SPREAD_OF_PRESSURE * np.clip(rng.standard_normal(), -2.0, 2.0))


def _times(compression_min: float, recovery_min: float) -> tuple[str, ...]:
    return (
        f"duration.compression_s={60 * compression_min:g}",
        f"duration.recovery_s={60 * recovery_min:g}",
    )


def _ischaemia(compression_min: float, recovery_min: float, *more: str) -> tuple[str, ...]:
    return (*ISCHAEMIC, *_times(compression_min, recovery_min), *more)


def _tissue_pressure(peak_mmHg: float, minutes: float) -> Experiment:
    """A human wrist under an external pressure: Lundborg et al. 1982, Gelberman et al. 1983."""
    words = (
        *ABETA, f"pressure.peak_mmHg={peak_mmHg:g}", "pressure.length_mm=20", "pressure.edge_mm=5",
        "population.nodes_abeta=48", *_times(minutes, 0), *SPARSE,
        "numerics.probe_every_s=120", "numerics.threshold_every_s=1e6",
    )  # fmt: skip
    return Experiment(words, 0.15 * minutes + 4, subjects=True)


def _length(length_mm: float, *more: str) -> Experiment:
    where = (f"pressure.length_mm={length_mm:g}", "pressure.edge_mm=0.5")
    words = (*_ischaemia(45, 0), *SPARSE, *ABETA, *where, *more)
    return Experiment(words, 10)


def _crushed(length_mm: float) -> Experiment:
    words = (*ABETA, f"pressure.length_mm={length_mm:g}", "pressure.edge_mm=0.5", *_times(20, 0))
    return Experiment((*words, *MECHANICAL), 10, physiology=BLOCKING)


def _cuff(peak_mmHg: float, *more: str) -> Experiment:
    words = (*ABETA, f"pressure.peak_mmHg={peak_mmHg:g}", *_times(40, 0), "numerics.step_s=10")
    return Experiment((*words, *more), 25, scenario="cuff")


MECHANICAL = ("pressure.occludes=false", "pressure.peak_mmHg=1000")
BLOCKING = {"article": ("pressure.peak_mmHg=150",)}
"""A pressure that blocks by deformation alone: under ``article`` an everyday one does."""
NO_LEAK = ("mechanisms.oxygen_diffusion=false", "physiology.perfusion.collateral_mm=0")
"""Nothing reaches the starved stretch from beyond its borders."""
LENGTHS_MM = (2, 4, 8, 16, 32)
CRUSHED_MM = (4, 8, 16)
HUMAN_MMHG = {30: 240, 40: 240, 50: 240, 60: 60, 90: 60}
"""Tissue pressure: minutes."""
REST = (
    "population.n_abeta=24", "population.n_adelta=0", "population.n_c=0", "numerics.lanes=24",
    "pressure.peak_mmHg=0", *_times(30, 0), *SPARSE, "numerics.probe_every_s=60",
)  # fmt: skip
"""For velocities, a stretch of nerve without pressure."""
LATER = (
    "duration.recovery_s=3600", "numerics.rest_step_s=20", "numerics.duty=0.003",
    "numerics.probe_every_s=60",
)  # fmt: skip

EXPERIMENTS: dict[str, Experiment] = {
    "ischaemia_5": Experiment((*_ischaemia(5, 20), *ALL), 28),
    "ischaemia_10": Experiment((*_ischaemia(10, 20), *ALL), 32),
    "ischaemia_20": Experiment((*_ischaemia(20, 20), *ALL), 40),
    "ischaemia_40": Experiment((*_ischaemia(40, 15), *ALL), 55),
    "ischaemia_30": Experiment((*_ischaemia(30, 10), *ALL), 45),
    "ischaemia_60_abeta": Experiment((*_ischaemia(60, 30), *SPARSE, *ABETA), 20),
    "ischaemia_180_abeta": Experiment((*_ischaemia(180, 30), *SPARSE, *ABETA), 32),
    "no_potassium": Experiment((*_ischaemia(20, 20, "mechanisms.potassium=false"), *ALL), 40),
    "no_pump_current": Experiment(
        (*_ischaemia(20, 20, "mechanisms.electrogenic_pump=false"), *ALL), 40
    ),
    "no_persistent_sodium": Experiment(
        (*_ischaemia(20, 20, "mechanisms.persistent_sodium=false"), *ALL), 40
    ),
    "bursts_20": Experiment(
        (
            *_ischaemia(20, 45, "numerics.release_window_s=2", "numerics.threshold_every_s=120"),
            "numerics.excitability_every_s=120", *ALL,
        ), 110,
    ),
    "excitability_13": Experiment(
        (
            *_ischaemia(13, 0, "numerics.excitability_every_s=60", "numerics.threshold_every_s=60"),
            *ALL,
        ), 22,
    ),
    "anoxia_30": Experiment(
        (
            *ABETA, "pressure.anoxia=true", "pressure.peak_mmHg=0",
            *_times(30, 30),
        ), 30,
    ),
    "pressure_only": Experiment((*ALL, *MECHANICAL, *_times(20, 0)), 30, physiology=BLOCKING),
    "cuff_150": _cuff(150),
    "cuff_300": _cuff(300),
    "cuff_150_undeformed": _cuff(150, "pressure.deforms=false"),
    **{f"tissue_{p}": _tissue_pressure(p, minutes) for p, minutes in HUMAN_MMHG.items()},
    **{f"length_{mm}": _length(mm) for mm in LENGTHS_MM},
    **{f"length_{mm}_no_leak": _length(mm, *NO_LEAK) for mm in LENGTHS_MM},
    **{f"crushed_{mm}": _crushed(mm) for mm in CRUSHED_MM},
    "diabetic_40": Experiment(
        (*_ischaemia(40, 15), *ALL), 55, scenario="diabetic_neuropathy"
    ),
    "demyelinated": Experiment(
        (
            *ABETA, "pressure.peak_mmHg=0", "duration.baseline_s=20", "duration.compression_s=0",
            "duration.recovery_s=10", "numerics.duty=1",
        ), 14, scenario="demyelinated",
    ),
    **{
        name: Experiment((*A_FIBRES, *LATER), 32, scenario=name)
        for name in ("herniated_disc", "bone_spur", "leg_crossed")
    },
    "healthy_rest": Experiment(REST, 20),
    "vascular_rest": Experiment(REST, 20, scenario="vascular_insufficiency"),
}  # fmt: skip
"""Name: experiment. The name is also that of its folder."""
