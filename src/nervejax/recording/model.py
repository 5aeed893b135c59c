"""What one episode holds in memory: plain NumPy, filled by ``episode``, written and read here."""

from dataclasses import dataclass, field

import numpy as np

CLASSES = ("abeta", "adelta", "c")
CAUSES = {"none": 0, "mechanical": 1, "ischaemic": 2, "each alone": 3, "only together": 4,
          "lost": 5}  # fmt: skip
"""Why a fibre does not conduct: which of the two, taken away on a fork, restores conduction; or its
axon was lost before."""
ANSWER_MS = {"abeta": 25.0, "adelta": 25.0, "c": 50.0}
"""Latency window: a spike that arrives so soon after its fibre was stimulated may answer that stimulus.
Assumed; a rested A-beta fibre may answer one stimulus with several spikes, the last after 20 ms."""
MODALITIES = {"touch": 0, "vibration": 1, "pressure": 2, "cold": 3, "pinprick": 4, "warmth": 5,
              "dull pain": 6, "itch": 7}  # fmt: skip


@dataclass
class Excitability:
    """Full tests of nerve excitability on forks at the middle node of A fibres.

    I instants, W widths, K intervals, C currents, D delays, F fibres; nan where a fibre is not excitable,
    fires by itself, or where the conditioning makes it fire more than the test asks for.

    instant_s: (I,) start of the slow step whose window comes before the test [s], 0 = pressure on.
    width_ms: (W,) of the stimulus.  interval_ms: (K,) from a conditioning spike's stimulus to the test.
    current_rel: (C,) polarising current over the threshold for 1 ms; above 0 depolarises.
    delay_ms: (D,) from the start of the polarising current to the test.
    threshold_nA: (I, W, F).  strength_duration_us, rheobase_nA: (I, F) of Weiss's law through them.
    recovery_change_rel: (I, K, F) threshold over that without a spike before, minus 1.
    electrotonus_reduction_rel: (I, C, D, F) 1 minus threshold over that without polarising current.
    """

    instant_s: np.ndarray
    width_ms: np.ndarray
    interval_ms: np.ndarray
    current_rel: np.ndarray
    delay_ms: np.ndarray
    threshold_nA: np.ndarray
    strength_duration_us: np.ndarray
    rheobase_nA: np.ndarray
    recovery_change_rel: np.ndarray
    electrotonus_reduction_rel: np.ndarray


@dataclass
class FibreRecord:
    """One population (fibre class). F fibres, T slow steps, S spikes, W windows.

    nodes: column name -> (F,) one row per fibre; names end in their unit (``diameter_um``).
    spike_time_ms: (S,) limb time at the central end [ms], sorted; 0 = pressure on.
    spike_fibre: (S,) fibre index.  spike_origin_mm: (S,) place of origin along the nerve.
    spike_stimulus: (S,) id of the stimulus it answers, -1 = none (ectopic). The first spike of an id
        is the stimulus arriving, any further ones are repeats.
    stimulus_time_ms, stimulus_fibre: (K,) limb time at which a spike from the receptor comes into the
        modelled stretch, and its fibre; the index is the stimulus id.
    fibres: name -> (T, F): conducting (0/1), latency_ms (nan if it fails), threshold_ratio
        (nan if not excitable; threshold over the fibre's own baseline), ectopic_rate_hz,
        failing_site_mm (nan if it conducts), cause (``CAUSES``); of A fibres, where it was
        measured, strength_duration_us, refractoriness_rel, superexcitability_rel (nan if not
        excitable). Probe results are held until the next probe.
    states: name -> (T, F), at the middle of the compressed stretch, names end in their unit.
    window_start_s, window_s, window_stands_for_s: (W,) which parts of limb time were stepped in
        full and how much limb time each stands for; spikes exist only inside windows.
    quarantined: fibre index -> reason, for fibres whose numbers left the finite range.
    excitability: full tests, where ``instruments.excitability_at_s`` asked for any; else None.
    """

    name: str
    nodes: dict[str, np.ndarray]
    spike_time_ms: np.ndarray
    spike_fibre: np.ndarray
    spike_origin_mm: np.ndarray
    spike_stimulus: np.ndarray
    fibres: dict[str, np.ndarray]
    states: dict[str, np.ndarray]
    window_start_s: np.ndarray
    window_s: np.ndarray
    window_stands_for_s: np.ndarray
    stimulus_time_ms: np.ndarray = field(default_factory=lambda: np.zeros(0))
    stimulus_fibre: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=int))
    quarantined: dict[int, str] = field(default_factory=dict)
    excitability: Excitability | None = None


@dataclass
class EpisodeRecord:
    """One episode: times, tissue and fibre classes.

    time_s: (T,) start of each slow step [s], 0 = pressure on, negative = baseline.
    x_mm: (X,) tissue grid, 0 = central end.
    tissue: name -> (T, X), names end in their unit (``pressure_mmHg``, ``flow_rel``).
    populations: class name -> FibreRecord, in the order of ``CLASSES``.
    compression_s, recovery_s: when the pressure ends, how long the episode goes on after it.
    balance: what does not add up over the episode, over what was turned over (``charge_abeta_rel``).
    windowing: measured errors of stepping only windows in full; names end in their unit.
    """

    time_s: np.ndarray
    x_mm: np.ndarray
    tissue: dict[str, np.ndarray]
    populations: dict[str, FibreRecord]
    compression_s: float
    recovery_s: float
    balance: dict[str, float] = field(default_factory=dict)
    windowing: dict[str, float] = field(default_factory=dict)
