"""The three sensory fibre classes: sizes, membrane parameters, what they report.

Sizes: human sural nerve, bimodal myelinated histogram with modes 3-5 and 9-12 um (Jacobs & Love
1985, Brain 108:897-924); C axons 0.2-2 um, mode about 0.8 um (Ochoa & Mair 1969, Acta Neuropathol
13:197-216; R-m for the adult mode); 3.7 unmyelinated per myelinated fibre (Ochoa & Mair).
Spread between fibres of one class: assumed.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FibreClass:
    """How fibres of one class are drawn.

    diameter_um: (mean, standard deviation, smallest, largest) of a truncated normal; log-normal
        around the mean for ``log_normal``.
    abundance: fibres of this class in the nerve per myelinated fibre.
    tuned: membrane name -> overrides of its defaults; a membrane that is not named here is used as
        published, without spread.
    spread: parameter -> log-normal standard deviation between fibres.
    modalities: modality -> share.
    energy_site_spread: log-normal spread of the energy pool from node to node.
    """

    name: str
    label: str
    number: int
    diameter_um: tuple[float, float, float, float]
    abundance: float
    modalities: dict[str, float]
    tuned: dict[str, dict[str, float]] = field(default_factory=dict)
    spread: dict[str, float] = field(default_factory=dict)
    log_normal: bool = False
    energy_site_spread: float = 0.08
    oxygen_effect: float = 1.0
    acid_effect: float = 1.0


MYELINATED_SPREAD = {
    "g_ks_S_per_cm2": 0.12, "g_nap_S_per_cm2": 0.2, "g_na_leak_S_per_cm2": 0.12,
    "periaxonal_depth_um": 0.3, "tau_periaxonal_ms": 0.2, "energy": 0.12,
}  # fmt: skip

ABETA = FibreClass(
    "abeta",
    "A-beta",
    0, (10.2, 1.1, 8.0, 14.0), 0.4,
    {"touch": 0.5, "vibration": 0.25, "pressure": 0.25},
    tuned={"sensory": {}},
    spread=MYELINATED_SPREAD,
)  # fmt: skip
ADELTA = FibreClass(
    "adelta",
    "A-delta",
    1, (4.0, 0.7, 2.5, 5.6), 0.6,
    {"cold": 0.4, "pinprick": 0.6},
    # a small axon has 20x more nodal membrane per axoplasm: without a larger pump reserve and
    # deeper slow inactivation it ends in a second stable state near -50 mV; fitted to recovery
    # with that much sodium gradient a small node answers one stimulus with a burst unless its
    # sodium window is narrower; fitted to one spike per stimulus and to check 2
    tuned={"sensory": {
        "na_i_mM": 10.0, "k_na_mM": 20.0, "z_share": 0.95, "z_half_mV": -62.0,
        "v_rest_mV": -84.0, "shift_h_mV": 3.0, "g_na_S_per_cm2": 2.0, "g_ks_S_per_cm2": 0.8,
        "g_nap_S_per_cm2": 0.015,
    }},
    spread=MYELINATED_SPREAD,
    oxygen_effect=0.3, acid_effect=0.8,
)  # fmt: skip
C = FibreClass(
    "c",
    "C",
    2, (0.85, 0.28, 0.4, 1.6), 3.7,
    {"warmth": 0.2, "dull pain": 0.6, "itch": 0.2},
    spread={"energy": 0.12},
    log_normal=True,
    oxygen_effect=0.0,
)  # fmt: skip
CLASSES = {c.name: c for c in (ABETA, ADELTA, C)}
