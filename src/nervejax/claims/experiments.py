"""Episodes that the claims read. The posture is ``leg_crossed``, with test sessions every two minutes.

Eight fibres of a class, two in each fascicle. After release 0.3 s of every slow step are stepped in full.
"""

from collections.abc import Iterable

from nervejax.checks.experiments import A_FIBRES, ABETA, ALL, LATER, SPARSE, Experiment

SESSIONS = ("stimuli.every_s=120",)
OFTEN = ("numerics.threshold_every_s=120",)
UNASKED = ("numerics.threshold_every_s=1e6",)
"""Thresholds are read from ``leg`` and ``mechanical`` alone."""
SHORTER = ("duration.compression_s=600", "duration.recovery_s=300")
"""Nothing happens to a healthy nerve."""
HOUR_FREE = ("duration.recovery_s=1800",)
DAY = (
    "duration.recovery_s=86400", "numerics.step_s=20", "numerics.rest_step_s=60",
    "numerics.duty=0.001", "numerics.probe_every_s=300", "numerics.threshold_every_s=3600",
    "numerics.release_window_s=0.05",
)  # fmt: skip
MINUTES = (5, 60, 180)
SHORT_LOOKS = ("numerics.active_gain=2", "numerics.release_window_s=0.12")
"""Where only conduction at the end is asked for: discharge is sampled at a quarter of the usual time."""
LONG_STEPS = ("numerics.step_s=10",)


def _lasting(minutes: int) -> Experiment:
    words = (
        f"duration.compression_s={60 * minutes}",
        *HOUR_FREE,
        *SPARSE,
        *ABETA,
        *SHORT_LOOKS,
        *UNASKED,
    )
    return Experiment(words, 15 + 0.5 * minutes)


def _persistent(name: str) -> Experiment:
    steps = (*LONG_STEPS, "numerics.rest_step_s=30", "numerics.release_step_s=4")
    return Experiment((*A_FIBRES, *LATER, *SHORT_LOOKS, *UNASKED, *steps), 40, scenario=name)


EXPERIMENTS: dict[str, Experiment] = {
    "leg": Experiment((*ALL, *SESSIONS, *OFTEN), 150),
    "mechanical": Experiment((*ALL, *OFTEN, *LONG_STEPS), 45, scenario="mechanical_only"),
    "ischaemic": Experiment(
        (*ALL, *UNASKED, *SHORT_LOOKS), 70, scenario="ischaemia_only"
    ),
    "healthy": Experiment((*ALL, *SESSIONS, *SHORTER, *UNASKED, *LONG_STEPS), 30, scenario="healthy"),
    **{f"leg_{m}_min": _lasting(m) for m in MINUTES},
    "leg_day": Experiment((*ABETA, *DAY), 200),
    "leg_hour_later": _persistent("leg_crossed"),
    **{
        name: _persistent(name)
        for name in ("herniated_disc", "bone_spur", "diabetic_neuropathy", "vascular_insufficiency")
    },
}  # fmt: skip
"""Name: experiment. The name is also that of its folder."""
SLOW = ("leg_day", "leg_180_min")
"""Left out of a quick run."""


def kept(names: Iterable[str], quick: bool) -> tuple[str, ...]:
    """Those of the experiments that a run reads."""
    return tuple(name for name in names if not (quick and name in SLOW))
