"""What each block and each ectopic window needs: deformation, ischaemia, either, or both together.

Three runs with the same seed are compared: the episode itself, one in which pressure only deforms
and one in which it only stops the blood (the partners). What also happens in a partner does not need
what that partner lacks. The rule counts time and spikes; it scripts nothing.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from nervejax.analysis.discharge import ectopic_discharge
from nervejax.analysis.readout import conducts, sound_fibres
from nervejax.analysis.steps import runs_of, step_edges
from nervejax.analysis.whole_file import write_whole
from nervejax.errors import NervejaxError
from nervejax.recording.model import CAUSES, EpisodeRecord, FibreRecord

PARTNERS = ("mechanical_only", "ischaemia_only")
"""Names of the paired runs, in the order in which the functions here take them."""
HELD_SHARE = 0.5
"""A partner has a block or a window if it has at least this share of its time or spikes (assumed)."""
SLACK_S = 60.0
"""A partner's spikes count this long before and after a window [s] (assumed)."""
PAIRED_CAUSES = ("mechanical", "ischaemic", "each alone", "only together")
LOST, BEFORE, UNKNOWN = "lost", "before pressure", "unknown"
OUTCOMES = (*PAIRED_CAUSES, LOST, BEFORE, UNKNOWN)
"""The causes that pairs tell apart, and what they cannot: a lost axon, what began before the
pressure, the block of a fibre that a partner left out (quarantined)."""
FORMAT, FORMAT_VERSION, FILE_NAME = "nervejax-attribution", 1, "attribution.json"


@dataclass(frozen=True)
class Block:
    """One stretch of limb time in which one fibre did not conduct.

    mechanical_only_rel, ischaemia_only_rel: share of that time in which the same fibre did not
    conduct in the partner; None where the partner left the fibre out.
    """

    population: str
    fibre: int
    start_s: float
    end_s: float
    mechanical_only_rel: float | None
    ischaemia_only_rel: float | None
    cause: str


@dataclass(frozen=True)
class EctopicWindow:
    """One unbroken run of slow steps with ectopic spikes in a class.

    spikes, mechanical_only_spikes, ischaemia_only_spikes: estimated for all of the limb time; those
    of the partners from ``SLACK_S`` before to ``SLACK_S`` after. Fibres that any run left out do
    not count, so that the three numbers are of the same fibres.
    """

    population: str
    start_s: float
    end_s: float
    spikes: float
    mechanical_only_spikes: float
    ischaemia_only_spikes: float
    cause: str


@dataclass(frozen=True)
class Attribution:
    """All blocks and windows of an episode.

    populations: names of its classes.
    fork_agreement_rel: share of blocked fibre-time on which the cause found by forks during the
    episode is the paired one; None if there is no time for which both are known.
    fork_compared_min: that time [fibre-minutes].
    """

    populations: list[str]
    blocks: list[Block]
    windows: list[EctopicWindow]
    fork_agreement_rel: float | None
    fork_compared_min: float

    def blocked_min(self, population: str) -> dict[str, float]:
        """Blocked fibre-minutes of a class by cause, in the order of ``OUTCOMES``."""
        mine = [b for b in self.blocks if b.population == population]
        return _by_cause((b.cause, (b.end_s - b.start_s) / 60) for b in mine)

    def ectopic_spikes(self, population: str) -> dict[str, float]:
        """Ectopic spikes of a class by cause, estimated for all of the time."""
        return _by_cause((w.cause, w.spikes) for w in self.windows if w.population == population)


def attribute(
    record: EpisodeRecord, mechanical_only: EpisodeRecord, ischaemia_only: EpisodeRecord
) -> Attribution:
    """Attribute every block and every ectopic window of an episode by its two partners.

    Raises:
        NervejaxError: a partner has other fibres than the episode.
    """
    partners = (mechanical_only, ischaemia_only)
    blocks, windows = [], []
    agreed_s = compared_s = 0.0
    for name, population in record.populations.items():
        for partner in partners:
            _check_same_fibres(population, partner)
        found = _blocks(record, population, partners)
        agreed, compared = _fork_agreement(record, population, found)
        blocks += found
        agreed_s, compared_s = agreed_s + agreed, compared_s + compared
        windows += _windows(record, name, partners)
    share = agreed_s / compared_s if compared_s > 0 else None
    return Attribution(list(record.populations), blocks, windows, share, compared_s / 60)


def write_attribution(found: Attribution, path: Path, partners: dict[str, str]) -> Path:
    """Write all of it, and where the partners lie, as JSON; the file appears whole or not at all."""
    classes = {
        name: {"blocked_min": found.blocked_min(name), "ectopic_spikes": found.ectopic_spikes(name)}
        for name in found.populations
    }
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "partners": partners,
        "rule": {"held_share_rel": HELD_SHARE, "slack_s": SLACK_S},
        "fork_agreement_rel": found.fork_agreement_rel,
        "fork_compared_min": found.fork_compared_min,
        "classes": classes,
        "blocks": [asdict(block) for block in found.blocks],
        "ectopic_windows": [asdict(window) for window in found.windows],
    }
    return write_whole(path, (json.dumps(content, indent=1, allow_nan=False) + "\n").encode())


def cause_of(start_s: float, mechanical: float | None, ischaemic: float | None) -> str:
    """The cause, one of ``OUTCOMES``.

    Args:
        start_s: when it began; 0 = pressure on.
        mechanical: share of it that also happens with deformation alone; None if not known.
        ischaemic: the same with ischaemia alone.
    """
    if start_s < 0:
        return BEFORE
    if mechanical is None or ischaemic is None:
        return UNKNOWN
    if mechanical >= HELD_SHARE:
        return "each alone" if ischaemic >= HELD_SHARE else "mechanical"
    return "ischaemic" if ischaemic >= HELD_SHARE else "only together"


def _blocks(
    record: EpisodeRecord, population: FibreRecord, partners: Sequence[EpisodeRecord]
) -> list[Block]:
    edges, blocked = step_edges(record), ~conducts(population)
    theirs = []
    for partner in partners:
        same = partner.populations[population.name]
        theirs.append((step_edges(partner), ~conducts(same), sound_fibres(same)))
    lost = np.asarray(population.nodes.get("lost", np.zeros(blocked.shape[1])), dtype=bool)
    found = []
    for fibre in np.flatnonzero(sound_fibres(population)):
        for first, after in runs_of(blocked[:, fibre]):
            start_s, end_s = float(edges[first]), float(edges[after])
            mechanical, ischaemic = (
                _overlap_s(at, down[:, fibre], start_s, end_s) / (end_s - start_s)
                if sound[fibre]
                else None
                for at, down, sound in theirs
            )
            cause = LOST if lost[fibre] else cause_of(start_s, mechanical, ischaemic)
            where = (population.name, int(fibre), start_s, end_s)
            found.append(Block(*where, mechanical, ischaemic, cause))
    return found


def _windows(
    record: EpisodeRecord, name: str, partners: Sequence[EpisodeRecord]
) -> list[EctopicWindow]:
    runs = [record, *partners]
    shared = np.all([sound_fibres(run.populations[name]) for run in runs], axis=0)
    of_runs = []
    for run in runs:
        spikes = ectopic_discharge(run.populations[name])
        keep = shared[spikes.fibre]
        of_runs.append((spikes.time_s[keep], spikes.weight[keep]))
    own, *others = of_runs
    edges = step_edges(record)
    # a spike is timed at the central end and may arrive after the last step
    step = np.clip(np.searchsorted(edges, own[0] + 1e-9, side="right") - 1, 0, len(edges) - 2)
    per_step = np.bincount(step, own[1], minlength=len(edges) - 1)
    found = []
    for first, after in runs_of(per_step > 0):
        start_s, end_s = float(edges[first]), float(edges[after])
        spikes = float(per_step[first:after].sum())
        mechanical, ischaemic = (
            float(weight[(time >= start_s - SLACK_S) & (time < end_s + SLACK_S)].sum())
            for time, weight in others
        )
        cause = cause_of(start_s, mechanical / spikes, ischaemic / spikes)
        found.append(EctopicWindow(name, start_s, end_s, spikes, mechanical, ischaemic, cause))
    return found


def _overlap_s(edges: np.ndarray, mask: np.ndarray, start_s: float, end_s: float) -> float:
    """Time between two instants that lies in the steps of a mask [s]."""
    inside = np.minimum(edges[1:], end_s) - np.maximum(edges[:-1], start_s)
    return float(np.clip(inside, 0.0, None)[mask].sum())


def _fork_agreement(
    record: EpisodeRecord, population: FibreRecord, blocks: list[Block]
) -> tuple[float, float]:
    """Fibre-time on which both causes are known and the same, and on which both are known [s]."""
    if "cause" not in population.fibres:
        return 0.0, 0.0
    edges, codes = step_edges(record), np.asarray(population.fibres["cause"])
    agreed_s = compared_s = 0.0
    for block in blocks:
        if block.cause in PAIRED_CAUSES:
            forked = codes[:, block.fibre]
            known = np.isin(forked, [CAUSES[cause] for cause in PAIRED_CAUSES])
            compared_s += _overlap_s(edges, known, block.start_s, block.end_s)
            same = forked == CAUSES[block.cause]
            agreed_s += _overlap_s(edges, same, block.start_s, block.end_s)
    return agreed_s, compared_s


def _check_same_fibres(population: FibreRecord, partner: EpisodeRecord) -> None:
    other = partner.populations.get(population.name)
    if other is not None:
        fibres, others = (p.fibres["conducting"].shape[1] for p in (population, other))
        sizes = [np.asarray(p.nodes.get("diameter_um", ())) for p in (population, other)]
        if fibres == others and np.array_equal(sizes[0], sizes[1]):
            return
    raise NervejaxError(f"a paired run has other {population.name} fibres than the episode.")


def _by_cause(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    totals = {str(outcome): 0.0 for outcome in OUTCOMES}
    for cause, amount in pairs:
        totals[cause] += amount
    return totals
