"""Deals runs into groups, has them run somewhere, and tells of each run as soon as it has ended."""

import logging
import math
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from hydra_plugins.nervejax_batch._group import Group, Notes, outcome_of
from nervejax.errors import NervejaxError

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
"""How often the notes of the groups are read [s]."""


def deal(costs_s: Sequence[float], groups: int | None, runs_per_group: int) -> list[list[int]]:
    """Numbers of the runs of each group: groups of nearly equal size, runs of similar length together.

    The runs of a group go side by side, so it lasts as long as its longest.

    Args:
        costs_s: limb time of each run [s].
        groups: how many groups, no more than there are runs; None: by their size.
        runs_per_group: the largest size, where ``groups`` is None.
    """
    count = len(costs_s)
    wanted = min(groups or math.ceil(count / runs_per_group), count)
    order = sorted(range(count), key=costs_s.__getitem__)
    edges = [round(k * count / wanted) for k in range(wanted + 1)]
    parts = [sorted(order[first:last]) for first, last in pairwise(edges)]
    return sorted(parts)


@dataclass
class _Running:
    """A group that was handed over: its runs' numbers, its notes, its job, what is still out."""

    numbers: list[int]
    group: Group
    job: Any = None
    notes: Notes = field(init=False)
    left: set[int] = field(init=False)
    share: float = 0.0
    over_s: float | None = None

    def __post_init__(self) -> None:
        self.notes, self.left = Notes(self.group.notes), set(range(len(self.numbers)))


def run_groups(
    parts: Sequence[Sequence[int]],
    configs: Sequence[Any],
    folders: Sequence[Path],
    words: Sequence[list[str]],
    cluster: Any,
    where: Path,
    ended: Callable[[int, Path | Exception], Any],
    progress: Callable[[float], Any] | None = None,
) -> None:
    """Run groups on a cluster until none is left.

    Args:
        parts: numbers of the runs of each group.
        configs, folders, words: as ``simulate_many`` has them.
        cluster: one of ``clusters``.
        where: folder for submitit's files and the notes.
        ended: called once for each run with its number and its episode file, or why there is none.
        progress: called with the share of all limb time that is simulated.

    Raises:
        Whatever ``ended`` raises, and KeyboardInterrupt: the groups are taken back first.
    """
    where.mkdir(parents=True, exist_ok=True)
    notes = Path(tempfile.mkdtemp(prefix="notes-", dir=where)).absolute()
    waiting = [
        _Running(
            list(part),
            Group(
                [configs[n] for n in part],
                [Path(os.path.abspath(folders[n])) for n in part],
                [words[n] for n in part],
                notes / f"group-{k}.jsonl",
            ),
        )
        for k, part in enumerate(parts)
    ]
    groups, running = list(waiting), []
    costs_s = [sum(configs[n].duration.total_s for n in part) for part in parts]
    try:
        while waiting or running:
            room = cluster.at_once - len(running)
            begun, waiting = waiting[:room], waiting[room:]
            if begun:
                for group, job in zip(begun, cluster.submit([g.group for g in begun]), strict=True):
                    group.job = job
                running += begun
                names = ", ".join(str(group.job.job_id) for group in begun)
                log.info(
                    f"groups handed over as {names}; their logs are in {os.path.relpath(where)}"
                )
            for group in running:
                _look(group, cluster, ended)
            running = [group for group in running if group.left]
            if progress is not None:
                done_s = sum(g.share * s for g, s in zip(groups, costs_s, strict=True))
                progress(done_s / sum(costs_s))
            if running:
                time.sleep(LOOK_EVERY_S)
    except BaseException:
        if running:
            cluster.cancel([group.job for group in running])
        raise


def _look(group: _Running, cluster: Any, ended: Callable[[int, Path | Exception], Any]) -> None:
    """Hand on what a group noted; what it will not tell any more failed with it."""
    state = cluster.over(group.job)  # before its notes, which are complete once it is over
    for note in group.notes.new():
        group.share = note.get("share", group.share)
        if note.get("run") in group.left:
            group.left.remove(note["run"])
            ended(group.numbers[note["run"]], outcome_of(note))
    if not group.left:
        group.share = 1.0
    elif state is None:
        group.over_s = None
    else:
        group.over_s = group.over_s or time.monotonic()
        if time.monotonic() - group.over_s >= cluster.grace_s:
            _gone(group, state, ended)


def _gone(group: _Running, state: str, ended: Callable[[int, Path | Exception], Any]) -> None:
    """A group ended before its runs did."""
    job = group.job
    why = f"the group that held it (job {job.job_id}) ended before it was done ({state})"
    last = _last_line(job.paths.stderr)
    told = f"{why}{f': {last}' if last else ''}; see {os.path.relpath(job.paths.stderr)}"
    for number in sorted(group.left):
        ended(group.numbers[number], NervejaxError(told))
    group.left.clear()


def _last_line(path: Path) -> str:
    try:
        lines = path.read_text(errors="replace").split("\n")
    except OSError:
        return ""
    return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")
