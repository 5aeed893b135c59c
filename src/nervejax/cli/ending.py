"""How a run ends on the command line: what it prints, its status, and what it leaves."""

import os
import shutil
import sys
import traceback
from pathlib import Path

from nervejax.cli.usage import UsageError
from nervejax.errors import NervejaxError


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


def leave_nothing(out_dir: Path) -> None:
    """Remove the folder of a run that made no result; what Hydra put there says nothing more."""
    if all(path.name == ".hydra" or path.suffix == ".log" for path in out_dir.iterdir()):
        shutil.rmtree(out_dir, ignore_errors=True)
