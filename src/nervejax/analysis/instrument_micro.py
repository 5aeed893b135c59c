"""Virtual microneurography: the spikes of a few fibres as an electrode at the central end sees them.

Unlike a needle in a nerve it tells which receptor spike an arriving spike answers, and knows of every
fibre how long a test spike takes over the stretch. Spikes exist only in the windows that were stepped;
``Microneurography`` keeps the windows, so that what was not looked at is not taken for silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nervejax.analysis.discharge import window_of
from nervejax.analysis.readout import CLASS_LABELS, sound_fibres
from nervejax.errors import NervejaxError
from nervejax.recording.model import EpisodeRecord, FibreRecord

SENT, EVOKED, REPEAT, ECTOPIC = KINDS = ("sent", "evoked", "repeat", "ectopic")
"""Came in from the receptor; arrived and answers one; answers it once more; answers none."""
FIBRES = 5
"""Shown unless told: what one electrode holds at most."""


@dataclass(frozen=True)
class Microneurography:
    """N fibres of one class in a stretch of limb time. S spikes sent or arriving, W windows, T steps.

    fibre: (N,) index in its class, thick to thin.  diameter_um: (N,).
    time_s: (S,) limb time, of arriving spikes at the central end; sorted.  row: (S,) index into
    ``fibre``.  kind: (S,) index into ``KINDS``.  origin_mm: (S,) where an arriving spike began, nan if
    sent.  window: (S,) index of the window a spike belongs to.
    window_start_s, window_s: (W,) what was looked at.  session: (W,) bool, receptors were stimulated.
    step_s: (T,) start of each slow step.  latency_ms: (T, N) of test spikes over the stretch, held until
    the next; nan where it fails.
    """

    population: str
    fibre: np.ndarray
    diameter_um: np.ndarray
    time_s: np.ndarray
    row: np.ndarray
    kind: np.ndarray
    origin_mm: np.ndarray
    window: np.ndarray
    window_start_s: np.ndarray
    window_s: np.ndarray
    session: np.ndarray
    step_s: np.ndarray
    latency_ms: np.ndarray


def microneurography(
    record: EpisodeRecord, population: str, fibres: int | Sequence[int] = FIBRES,
    start_s: float = -np.inf, end_s: float = np.inf,
) -> Microneurography:  # fmt: skip
    """What a few fibres send and what of it arrives, between two limb times.

    Args:
        fibres: how many, spread evenly over the diameters; or which.
        start_s, end_s: windows that open in between are kept.

    Raises:
        NervejaxError: no such fibre, or none that is sound and not lost; no window in between.
    """
    held = record.populations[population]
    chosen = _chosen(held, population, fibres)
    starts = np.asarray(held.window_start_s, dtype=float)
    inside = np.flatnonzero((starts >= start_s) & (starts < end_s))
    if not inside.size:
        raise NervejaxError(
            f"no window of {CLASS_LABELS.get(population, population)} fibres opens from "
            f"{start_s / 60:.4g} min on" + (f" to {end_s / 60:.4g} min" if end_s < np.inf else "")
        )
    # thick to thin, as they are drawn from top to bottom
    row_of = np.full(len(sound_fibres(held)), -1)
    row_of[chosen] = np.arange(len(chosen))
    sent_s = np.asarray(held.stimulus_time_ms, dtype=float) / 1e3
    spike_s = np.asarray(held.spike_time_ms, dtype=float) / 1e3
    time_s = np.concatenate([sent_s, spike_s])
    fibre = np.concatenate([held.stimulus_fibre, held.spike_fibre]).astype(int)
    kind = np.concatenate([np.zeros(len(sent_s), dtype=int), _kinds(held)])
    origin = np.concatenate([np.full(len(sent_s), np.nan), np.asarray(held.spike_origin_mm, float)])
    window = window_of(held, time_s)
    keep = (row_of[fibre] >= 0) & np.isin(window, inside)
    order = np.flatnonzero(keep)[np.argsort(time_s[keep], kind="stable")]
    steps = np.flatnonzero((record.time_s >= starts[inside[0]]) & (record.time_s < end_s))
    unknown = np.full((len(record.time_s), len(row_of)), np.nan)
    latency = np.asarray(held.fibres.get("latency_ms", unknown), dtype=float)
    tested = np.isin(inside, window_of(held, sent_s)) if sent_s.size else inside < 0
    return Microneurography(
        population, chosen, np.asarray(held.nodes["diameter_um"], dtype=float)[chosen],
        time_s[order], row_of[fibre[order]], kind[order], origin[order],
        np.searchsorted(inside, window[order]), starts[inside],
        np.asarray(held.window_s, dtype=float)[inside], tested,
        np.asarray(record.time_s, dtype=float)[steps], latency[steps][:, chosen],
    )  # fmt: skip


def _chosen(held: FibreRecord, population: str, fibres: int | Sequence[int]) -> np.ndarray:
    """Indices of the fibres to show, thick to thin."""
    diameter = np.asarray(held.nodes["diameter_um"], dtype=float)
    alive = sound_fibres(held) & ~(np.asarray(held.nodes.get("lost", 0 * diameter)) > 0)
    label = CLASS_LABELS.get(population, population)
    if not alive.any():
        raise NervejaxError(f"there is no {label} fibre to record from")
    if isinstance(fibres, int):
        candidates = np.flatnonzero(alive)
        candidates = candidates[np.argsort(diameter[candidates], kind="stable")]
        places = np.linspace(0, len(candidates) - 1, min(fibres, len(candidates)))
        wanted: Sequence[int] = candidates[np.rint(places).astype(int)].tolist()
    else:
        wanted = fibres
    for fibre in wanted:
        if not 0 <= fibre < len(alive) or not alive[fibre]:
            raise NervejaxError(f"{label} fibre {fibre} cannot be recorded from")
    chosen = np.array(sorted(set(wanted)), dtype=int)
    return chosen[np.argsort(-diameter[chosen], kind="stable")]


def _kinds(held: FibreRecord) -> np.ndarray:
    """Index into ``KINDS`` of every arriving spike; they are stored in order of time."""
    ids = np.asarray(held.spike_stimulus)
    _, first = np.unique(ids, return_index=True)
    kind = np.full(len(ids), KINDS.index(REPEAT))
    kind[first] = KINDS.index(EVOKED)
    kind[ids < 0] = KINDS.index(ECTOPIC)
    return kind


def sweeps(found: Microneurography, longest_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Windows cut into pieces of at most ``longest_s``: start and length [s], (K,) each."""
    starts, lengths = [], []
    for start, length in zip(found.window_start_s, found.window_s, strict=True):
        pieces = max(1, int(np.ceil(length / longest_s - 1e-9)))
        for k in range(pieces):
            starts.append(start + k * longest_s)
            lengths.append(min(longest_s, length - k * longest_s))
    return np.array(starts), np.array(lengths)


def tables(found: Microneurography) -> dict[str, tuple[list[str], list[list[float | str]]]]:
    """What is seen as tables, name -> (columns, rows): ``spikes``, ``windows``, ``latency``."""
    spikes = [
        [float(t), int(found.fibre[r]), KINDS[k], float(o)]
        for t, r, k, o in zip(found.time_s, found.row, found.kind, found.origin_mm, strict=True)
    ]
    windows = [
        [float(a), float(b), int(s)]
        for a, b, s in zip(found.window_start_s, found.window_s, found.session, strict=True)
    ]
    latency: list[list[float | str]] = [
        [float(t), *map(float, row)] for t, row in zip(found.step_s, found.latency_ms, strict=True)
    ]
    names = [f"fibre_{f}_latency_ms" for f in found.fibre]
    return {
        "spikes": (["limb_time_s", "fibre", "kind", "origin_mm"], spikes),
        "windows": (["start_s", "length_s", "session"], windows),
        "latency": (["limb_time_s", *names], latency),
    }
