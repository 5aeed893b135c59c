"""A made-up but believable episode for the tests of the analysis; no physics in it."""

import numpy as np

from nervejax.recording.model import EpisodeRecord, FibreRecord

COMPRESSION_S, RECOVERY_S = 1200.0, 900.0
DIAMETERS_UM = {"abeta": (7.0, 12.0), "adelta": (2.0, 5.0), "c": (0.3, 1.5)}
LOST_S = {"abeta": (60.0, 260.0), "adelta": (420.0, 1100.0), "c": (1150.0, 1900.0)}
BACK_S = {"abeta": (15.0, 170.0), "adelta": (10.0, 110.0), "c": (5.0, 40.0)}
FIRING_SHARE = {"abeta": 0.7, "adelta": 0.35, "c": 0.1}


def tiny_population(
    conducting: np.ndarray,
    spikes: list[tuple[float, int]] | None = None,
    windows: list[tuple[float, float, float]] | None = None,
    name: str = "abeta",
    stimulus: int = -1,
) -> FibreRecord:
    """A population from its conduction (T, F), spikes (s, fibre), windows (start, length, for)."""
    conducting = np.asarray(conducting, dtype=float)
    spikes = sorted(spikes or [])
    table = np.array(windows or [], dtype=float).reshape(-1, 3)
    fibres = conducting.shape[1]
    return FibreRecord(
        name=name,
        nodes={"diameter_um": np.linspace(7.0, 12.0, fibres)},
        spike_time_ms=np.array([time_s * 1e3 for time_s, _ in spikes]),
        spike_fibre=np.array([fibre for _, fibre in spikes], dtype=int),
        spike_origin_mm=np.full(len(spikes), 48.0),
        spike_stimulus=np.full(len(spikes), stimulus),
        fibres={"conducting": conducting, "ectopic_rate_hz": np.zeros_like(conducting)},
        states={},
        window_start_s=table[:, 0],
        window_s=table[:, 1],
        window_stands_for_s=table[:, 2],
    )


def tiny_episode(
    time_s: np.ndarray, populations: list[FibreRecord], compression_s: float, recovery_s: float
) -> EpisodeRecord:
    """An episode around hand-made populations, 100 mmHg on three places while compressed."""
    time_s = np.asarray(time_s, dtype=float)
    pressed = ((time_s >= 0) & (time_s < compression_s)).astype(float)
    return EpisodeRecord(
        time_s=time_s,
        x_mm=np.array([0.0, 50.0, 100.0]),
        tissue={"pressure_mmHg": pressed[:, None] * np.array([0.0, 100.0, 0.0])},
        populations={p.name: p for p in populations},
        compression_s=compression_s,
        recovery_s=recovery_s,
    )


def example_episode(fibres: int = 20, pressed: bool = True, seed: int = 0) -> EpisodeRecord:
    """A leg that falls asleep and wakes, or without pressure one to which nothing happens."""
    rng = np.random.default_rng(seed)
    end_s = COMPRESSION_S + RECOVERY_S
    after = np.concatenate([np.arange(COMPRESSION_S, 1500.0, 2.0), np.arange(1500.0, end_s, 5.0)])
    time_s = np.concatenate([np.arange(-60.0, COMPRESSION_S, 5.0), after])
    x_mm = np.linspace(0.0, 100.0, 201)
    populations = {
        name: _population(rng, name, fibres, time_s, pressed) for name in ("abeta", "adelta", "c")
    }
    tissue = _tissue(time_s, x_mm, pressed)
    return EpisodeRecord(time_s, x_mm, tissue, populations, COMPRESSION_S, RECOVERY_S)


def _tissue(time_s: np.ndarray, x_mm: np.ndarray, pressed: bool) -> dict[str, np.ndarray]:
    t = time_s[:, None]
    shape = 1.0 / (1.0 + np.exp((np.abs(x_mm - 50.0) - 10.0) / 1.0)) * pressed
    on = np.clip(1 - np.exp(-t / 5.0), 0, 1) * (t >= 0)
    since = np.clip(t - COMPRESSION_S, 0, None)
    on = np.where(t < COMPRESSION_S, on, np.exp(-since / 5.0))
    released = t >= COMPRESSION_S
    flow = np.clip(1 - 1.5 * on * shape, 0, 1) + released * 0.8 * shape * np.exp(-since / 90.0)
    gone = np.where(released, np.exp(-since / 25.0), 1 - np.exp(-np.clip(t, 0, None) / 30.0))
    slow = np.where(released, np.exp(-since / 200.0), 1 - np.exp(-np.clip(t, 0, None) / 700.0))
    return {
        "pressure_mmHg": 120.0 * on * shape,
        "flow_rel": flow,
        "oxygen_rel": 0.6 * (1 - gone * shape),
        "energy_rel": 0.95 * (1 - 0.9 * slow * shape),
        "acid_rel": 0.8 * slow * shape,
        "potassium_mM": 4.0 + 7.0 * slow * shape,
    }


def _population(
    rng: np.random.Generator, name: str, fibres: int, time_s: np.ndarray, pressed: bool
) -> FibreRecord:
    lost = np.sort(rng.uniform(*LOST_S[name], fibres))[::-1]
    back = COMPRESSION_S + rng.uniform(*BACK_S[name], fibres)
    blocked = (time_s[:, None] >= lost) & (time_s[:, None] < back) & (lost < COMPRESSION_S)
    start = COMPRESSION_S + rng.uniform(30.0, 90.0, fibres)
    stop = start + rng.exponential(100.0, fibres) + 20.0
    fires = (rng.random(fibres) < FIRING_SHARE[name]) & pressed
    length = np.where((time_s > COMPRESSION_S) & (time_s < 1700.0), 0.4, 0.1)
    lasts = np.diff(np.append(time_s, COMPRESSION_S + RECOVERY_S))
    spikes, rate = [], np.zeros((len(time_s), fibres))
    for fibre in np.flatnonzero(fires):
        early = name == "abeta" and fibre % 4 == 0
        for step in np.flatnonzero(
            ((time_s >= start[fibre]) & (time_s < stop[fibre]))
            | (early & (time_s > 60.0) & (time_s < 130.0))
        ):
            clock = time_s[step] + rng.exponential(0.2)
            while clock < time_s[step] + length[step]:
                for _ in range(1 + rng.poisson(2.0)):
                    if clock < time_s[step] + length[step]:
                        spikes.append((clock, fibre))
                        rate[step, fibre] += 1.0 / length[step]
                    clock += rng.uniform(0.004, 0.011)
                clock += rng.exponential(0.15)
    record = tiny_population(~(blocked & pressed), spikes, None, name)
    record.nodes["diameter_um"] = np.linspace(*DIAMETERS_UM[name], fibres)
    record.spike_origin_mm = rng.normal(50.0, 4.0, len(spikes))
    record.fibres["ectopic_rate_hz"] = rate
    record.window_start_s, record.window_s, record.window_stands_for_s = time_s, length, lasts
    return record
