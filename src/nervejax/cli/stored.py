"""Commands that run and keep many episodes: their options, progress and files."""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from nervejax.cli.usage import UsageError
from nervejax.config import did_you_mean

if TYPE_CHECKING:
    from nervejax.checks.store import Store

PHYSIOLOGIES = "article,literature"


def add_options(parser: argparse.ArgumentParser, folder: Path, what: str) -> None:
    """Options that say which episodes are run, how and where.

    Args:
        what: names of the files beside the episodes.
    """
    add = parser.add_argument
    add(
        "--physiology", default=PHYSIOLOGIES, metavar="A,B",
        help="calibrations to run under (default: %(default)s)",
    )  # fmt: skip
    add("--seeds", type=count, metavar="K", help="episodes of each experiment")
    add("--json", type=Path, metavar="FILE", help="write what was found there as JSON as well")
    add("--write", type=Path, metavar="FILE", help="write the page there as Markdown")
    add(
        "--dir", type=Path, default=folder, metavar="DIR",
        help=f"folder of the episodes, {what} (default: %(default)s)",
    )  # fmt: skip
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    add(
        "--jobs", type=count, default=cores or 1, metavar="N",
        help="episodes at a time (default: one per core)",
    )  # fmt: skip
    add("--refresh", action="store_true", help="run every episode anew")


def given(options: argparse.Namespace) -> list[str]:
    """What was asked for that changes what is found, as it is typed."""
    words = ["--only", options.only] if options.only else []
    if options.physiology != PHYSIOLOGIES:
        words += ["--physiology", options.physiology]
    if options.seeds and not options.quick:
        words += ["--seeds", str(options.seeds)]
    return words + ["--quick"] * options.quick


def check_targets(options: argparse.Namespace) -> None:
    """Raise a ``UsageError`` if what is to be written cannot be."""
    for path in (options.json, options.write):
        if path and (path.is_dir() or not path.parent.is_dir()):
            raise UsageError(
                f"{path}: cannot be written; it must be a file in a folder that is there"
            )
    if options.dir.exists() and not options.dir.is_dir():
        raise UsageError(f"--dir {options.dir}: is a file")


def run_missing(
    store: "Store", physiologies: list[str], wanted: Iterable[str], options: argparse.Namespace
) -> None:
    """Run the episodes that are not stored yet, side by side, with progress."""
    from nervejax.checks.runner import run_jobs

    names = list(dict.fromkeys(wanted))
    jobs = [job for name in physiologies for job in store.jobs(name, names)]
    due = [job for job in jobs if options.refresh or not job.is_stored]
    if len(jobs) > len(due):
        say(f"{len(jobs) - len(due)} of {len(jobs)} episodes are stored in {store.folder}")
    if due:
        make_folder(store.folder)
        run_jobs(due, options.jobs, say, lambda job, why: store.fail(job, why) if why else None)


def count(text: str) -> int:
    """A whole number of at least 1, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, got {text}")
    return int(text)


def physiologies(text: str) -> list[str]:
    """Calibrations that ``--physiology`` names, each once."""
    from nervejax.cli.compose import config_dir, find_groups

    names = find_groups([config_dir()])["physiology"]
    return list(dict.fromkeys(words(text, names, "physiology")))


def words(text: str, known: Iterable[str], what: str, hint: bool = True) -> list[str]:
    """What a list with commas names.

    Raises:
        UsageError: something in it is not known; says what is and, with ``hint``, what is near.
    """
    found, known = [word.strip() for word in text.split(",")], list(known)
    for word in found:
        if word not in known:
            near = did_you_mean(word, known) if hint else ""
            raise UsageError(f"unknown {what} '{word}'{near}; available: {', '.join(known)}")
    return found


def make_folder(path: Path) -> None:
    """Make ``--dir``."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--dir {path}: {error.strerror or error}") from error


def say(text: str) -> None:
    """How far it has come, apart from what is printed as the result."""
    print(f"nervejax: {text}", file=sys.stderr, flush=True)


def write(path: Path, data: str | bytes) -> None:
    """Write a file whole and say so."""
    from nervejax.analysis.whole_file import write_whole

    try:
        write_whole(path, data.encode() if isinstance(data, str) else data)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    say(f"wrote {path}")
