"""A small synthetic episode with believable numbers: made by formulas, not by a simulation."""

from pathlib import Path

import numpy as np

from nervejax.recording.model import CAUSES, CLASSES, MODALITIES, EpisodeRecord, FibreRecord
from nervejax.recording.writer import write_episode

BASELINE_S, COMPRESSION_S, RECOVERY_S, STEP_S = 60.0, 1200.0, 900.0, 20.0
CENTRE_MM, HALF_WIDTH_MM, EDGE_MM, PEAK_MMHG = 50.0, 10.0, 2.0, 120.0
LENGTH_MM, WINDOW_S = 100.0, 0.4
# Per class: outer diameter [um], conduction velocity [m/s], time to block [s], time from release
# to recovery [s], peak ectopic rate [Hz], modalities. A-beta blocks first, C last and least.
CLASS_VALUES = {
    "abeta": (10.0, 45.0, 500.0, 150.0, 20.0, ("touch", "vibration", "pressure")),
    "adelta": (3.5, 15.0, 750.0, 120.0, 8.0, ("cold", "pinprick")),
    "c": (0.9, 0.9, 1100.0, 60.0, 3.0, ("warmth", "dull pain", "itch")),
}


def example_episode(n_fibres: int = 4, seed: int = 0) -> EpisodeRecord:
    """An episode: 60 s of baseline, 20 min under 120 mmHg, 15 min after release; 5 mm grid.

    Every fibre conducts at first, blocks under pressure, fires ectopically after release and
    conducts again. Fibre 0 of ``adelta`` is quarantined if there is one.

    Args:
        n_fibres: Fibres per class; 0 gives three empty populations.
        seed: Seed of the drawn sizes and spikes.
    """
    rng = np.random.default_rng(seed)
    time_s = np.arange(-BASELINE_S, COMPRESSION_S + RECOVERY_S, STEP_S)
    x_mm = np.arange(0.0, LENGTH_MM + 1.0, 5.0)
    return EpisodeRecord(
        time_s=time_s,
        x_mm=x_mm,
        tissue=_tissue(time_s, x_mm),
        populations={name: _population(name, n_fibres, time_s, rng) for name in CLASSES},
        compression_s=COMPRESSION_S,
        recovery_s=RECOVERY_S,
        balance={"charge_abeta_rel": 3e-4, "oxygen_rel": 1e-15},
        windowing={"na_i_abeta_mM": 0.02, "first_block_abeta_s": float("nan")},
    )


def _tissue(time_s: np.ndarray, x_mm: np.ndarray) -> dict[str, np.ndarray]:
    pressed = (time_s >= 0) & (time_s < COMPRESSION_S)
    plateau = 0.5 * (1 - np.tanh((np.abs(x_mm - CENTRE_MM) - HALF_WIDTH_MM) / EDGE_MM))
    since_release_s = np.where(time_s >= COMPRESSION_S, time_s - COMPRESSION_S, np.inf)
    hyperaemia = np.exp(-since_release_s / 90)
    debt = _debt(time_s)
    return {
        "pressure_mmHg": pressed[:, None] * PEAK_MMHG * plateau,
        "flow_rel": 1 + np.outer(hyperaemia - pressed, plateau),
        "oxygen_rel": 0.6 - 0.6 * np.outer(debt, plateau),
        "strain_rel": 0.7 * np.outer(debt, plateau),
    }


def _debt(time_s: np.ndarray) -> np.ndarray:
    """How far the stretch has run down, (T,) in [0, 1): up under pressure, down after it."""
    under = 1 - np.exp(-np.clip(time_s, 0, COMPRESSION_S) / 600)
    return under * np.exp(-np.clip(time_s - COMPRESSION_S, 0, None) / 120)


def _population(
    name: str, n_fibres: int, time_s: np.ndarray, rng: np.random.Generator
) -> FibreRecord:
    diameter, velocity_m_per_s, block_s, recover_s, peak_hz, modalities = CLASS_VALUES[name]
    spread = rng.uniform(0.8, 1.2, n_fibres)
    blocked_at = block_s / spread  # thick fibres first
    back_at = COMPRESSION_S + recover_s * spread
    now = time_s[:, None]
    conducting = (now < blocked_at) | (now >= back_at)
    latency_ms = np.where(conducting, LENGTH_MM / (velocity_m_per_s * spread), np.nan)
    since_s = np.clip(now - COMPRESSION_S - 30, 0, None) / 60  # fires from 30 s after release
    rate = peak_hz * spread * since_s * np.exp(1 - since_s)
    debt = np.repeat(_debt(time_s)[:, None], n_fibres, axis=1)
    causes = np.where(now < COMPRESSION_S, CAUSES["mechanical"], CAUSES["ischaemic"])
    return FibreRecord(
        name=name,
        nodes={
            "diameter_um": diameter * spread,
            "site_mm": LENGTH_MM + 300.0 * spread,
            "modality": np.resize([MODALITIES[m] for m in modalities], n_fibres),
            "myelinated": np.full(n_fibres, name != "c"),
        },
        **_spikes(time_s, conducting, rate, latency_ms, rng),
        fibres={
            "conducting": conducting.astype(np.int8),
            "latency_ms": latency_ms,
            "threshold_ratio": np.where(conducting, 1 + debt, np.nan),
            "ectopic_rate_hz": rate,
            "failing_site_mm": np.where(conducting, np.nan, CENTRE_MM + HALF_WIDTH_MM),
            "cause": np.where(conducting, CAUSES["none"], causes).astype(np.int8),
        },
        states={"sodium_mM": 20 + 30 * debt, "potassium_mM": 4 + 6 * debt, "pump_rel": 1 - debt},
        quarantined={0: "sodium_mM is nan at 310 s"} if name == "adelta" and n_fibres else {},
    )


def _spikes(
    time_s: np.ndarray,
    conducting: np.ndarray,
    rate_hz: np.ndarray,
    latency_ms: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """One window of 0.4 s at the start of each step: one stimulus per fibre and ectopic spikes."""
    n_steps, n_fibres = conducting.shape
    step, fibre = np.nonzero(conducting)
    evoked_ms = 1e3 * time_s[step] + 10 + latency_ms[step, fibre]
    n_ectopic = rng.poisson(rate_hz * WINDOW_S)
    e_step, e_fibre = np.repeat(np.argwhere(n_ectopic >= 0), n_ectopic.ravel(), axis=0).T
    ectopic_ms = 1e3 * (time_s[e_step] + rng.uniform(0, WINDOW_S, len(e_step)))
    origin_mm = np.concatenate(
        [np.full(len(step), LENGTH_MM), rng.normal(CENTRE_MM, HALF_WIDTH_MM / 2, len(e_step))]
    )
    spike_ms = np.concatenate([evoked_ms, ectopic_ms])
    order = np.argsort(spike_ms, kind="stable")
    return {
        "spike_time_ms": spike_ms[order],
        "spike_fibre": np.concatenate([fibre, e_fibre])[order],
        "spike_origin_mm": origin_mm[order],
        "spike_stimulus": np.concatenate([step * n_fibres + fibre, np.full(len(e_step), -1)])[
            order
        ],
        "stimulus_time_ms": np.repeat(1e3 * time_s + 10, n_fibres),
        "stimulus_fibre": np.tile(np.arange(n_fibres), n_steps),
        "window_start_s": time_s,
        "window_s": np.full(len(time_s), WINDOW_S),
        "window_stands_for_s": np.full(len(time_s), STEP_S),
    }


EXAMPLE_READOUT_NAMES = ("conducting_fraction_abeta_rel", "ectopic_rate_abeta_hz")
EXAMPLE_SUMMARY = {"onset_abeta_s": 412.5, "quarantined": 1, "physiology": "article"}
EXAMPLE_PROVENANCE = {
    "config_yaml": "name: leg_crossed\nseed: 0\n# fibre, 37 °C\n",
    "overrides": ["seed=0", "pressure.peak_mmHg=120"],
    "seed": 0,
    "device": "cpu",
    "dtype": "float64",
    "started_utc": "2026-01-02T03:04:05+00:00",
    "wall_s": 12.5,
    "versions": {"python": "3.11.7", "numpy": "2.4.6"},
    "git_commit": "0" * 40,
    "git_dirty": False,
}


def example_readout(record: EpisodeRecord) -> dict[str, np.ndarray]:
    """Two series over time, (T,), nan without A-beta fibres."""
    fibres = record.populations["abeta"].fibres
    series = (fibres["conducting"], fibres["ectopic_rate_hz"])
    none = np.full(len(record.time_s), np.nan)
    means = [s.mean(axis=1) if s.shape[1] else none for s in series]
    return dict(zip(EXAMPLE_READOUT_NAMES, means, strict=True))


def write_example(path: Path, record: EpisodeRecord | None = None) -> Path:
    """Write an episode (default: ``example_episode()``) with its example read-out and summary."""
    record = example_episode() if record is None else record
    return write_episode(
        record,
        path,
        provenance=EXAMPLE_PROVENANCE,
        readout=example_readout(record),
        summary=EXAMPLE_SUMMARY,
    )
