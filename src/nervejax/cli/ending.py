"""How a run ends on the command line: what it prints, its status, and what it leaves."""

import os
import shutil
import sys
import traceback
from pathlib import Path

from nervejax.cli.usage import UsageError
from nervejax.errors import NervejaxError
from nervejax.recording.segment_names import FOLDER, is_unfinished

BLOWN_UP = 3
"""Exit status of a run that is whole but left fibres out, for their numbers blew up."""
TOLD = 10
"""Fibres that are named one by one."""


def failed(error: Exception) -> int:
    """Say why a run failed, a fault of the program with its traceback; the exit status."""
    if isinstance(error, UsageError):
        for line in error.lines:
            print(f"nervejax: {line}", file=sys.stderr)
        return 2
    if isinstance(error, NervejaxError):
        print(f"nervejax: {error}", file=sys.stderr)
    else:
        traceback.print_exception(error)
    return 1


def shown(episode: Path) -> None:
    """Print where a run left its file and its report."""
    for path in (episode, episode.with_name("report.html")):
        if path.is_file():
            print(os.path.relpath(path))


def blown_up(episode: Path) -> int:
    """Name the fibres of an episode that blew up; exit status ``BLOWN_UP`` if there are any, else 0."""
    from nervejax.recording import reader

    if not reader.read_summary(episode).get("quarantined_total_count"):
        return 0
    populations = reader.read_episode(episode).populations
    lost = [
        f"{name} fibre {fibre}: {reason}"
        for name, population in populations.items()
        for fibre, reason in sorted(population.quarantined.items())
    ]
    for line in lost[:TOLD]:
        print(f"nervejax: left out of every number: {line}", file=sys.stderr)
    if len(lost) > TOLD:
        print(f"nervejax: and {len(lost) - TOLD} more fibres (/quarantine)", file=sys.stderr)
    return BLOWN_UP


def leave_nothing(out_dir: Path) -> None:
    """Remove the folder of a run that made no result; what Hydra put there says nothing more."""
    if is_unfinished(out_dir):
        return
    own = (".hydra", FOLDER)
    if all(path.name in own or path.suffix == ".log" for path in out_dir.iterdir()):
        shutil.rmtree(out_dir, ignore_errors=True)
