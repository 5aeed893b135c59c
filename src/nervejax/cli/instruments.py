"""``nervejax instruments PATH``: what instruments on the limb would show, as figures and CSV."""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nervejax.cli.report import episode_file
from nervejax.cli.usage import Parser, UsageError, existing_path
from nervejax.config import did_you_mean
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.recording.model import EpisodeRecord

FOLDER = "instruments"
"""Beside the episode."""


def main(argv: Sequence[str]) -> int:
    """Draw the instruments that were named, or all; print the figures' paths."""
    options = _parser().parse_args(argv)
    episode = episode_file(options.path)
    folder = options.out or episode.parent / FOLDER
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--out {folder}: is a file")
    from nervejax.analysis.plots import require_matplotlib

    require_matplotlib()
    from nervejax.analysis.instruments import INSTRUMENTS, Settings, write_instrument
    from nervejax.recording.reader import read_episode

    record = read_episode(episode)
    named = [name for name in INSTRUMENTS if getattr(options, name)]
    settings = Settings(options.fibres, options.from_min, options.to_min, options.at_min or None)
    jobs = _jobs(record, named, options.population)
    for instrument, population in jobs:
        try:
            files = write_instrument(record, instrument, population, folder, settings)
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror or error}") from error
        except NervejaxError as error:
            if named:
                raise UsageError(str(error)) from error
            print(f"nervejax: left out: {error}", file=sys.stderr)
            continue
        tables = ", ".join(path.name for path in files[1:])
        print(f"{files[0]} ({tables})")
    return 0


def _jobs(record: "EpisodeRecord", named: list[str], asked: str | None) -> list[tuple[str, str]]:
    """(instrument, class) of everything to draw.

    Raises:
        UsageError: no such class in the episode, or a named instrument has nothing to work on.
    """
    from nervejax.analysis.instrument_excitability import HOW_TO_GET_ONE
    from nervejax.analysis.instruments import INSTRUMENTS, classes_for

    there = classes_for(record, "micro")
    if asked is not None and asked not in there:
        known = ", ".join(there) or "none"
        raise UsageError(
            f"--population {asked}: the episode has no such fibres{did_you_mean(asked, there)} "
            f"(it has: {known})"
        )
    jobs = []
    for instrument in named or INSTRUMENTS:
        classes = classes_for(record, instrument)
        if asked is not None and (named or asked in classes):
            classes = [asked]
        elif asked is not None:
            classes = []
        if not classes and instrument == "excitability":
            line = f"the episode holds no excitability test; run with {HOW_TO_GET_ONE}"
            if named:
                raise UsageError(line)
            print(f"nervejax: left out: {line}", file=sys.stderr)
        jobs += [(instrument, name) for name in classes]
    return jobs


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax instruments",
        description="Put virtual instruments on a finished episode. Leaves a figure (PNG) and its "
        "numbers (CSV) per class of fibres; all instruments unless some are named. "
        "docs/instruments.md says what each assumes.",
    )
    add = parser.add_argument
    add("path", type=existing_path, help="episode.h5, or the folder it lies in")
    add("--micro", action="store_true", help="microneurography: spikes of a few fibres")
    add("--ncs", action="store_true", help="nerve conduction study: compound action potential")
    add(
        "--excitability", action="store_true",
        help="strength-duration, recovery cycle and threshold electrotonus, where the run measured "
        "them (instruments.excitability_at_s)",
    )  # fmt: skip
    add("--population", metavar="POP", help="abeta, adelta or c; all if left out")
    add("--fibres", type=_count, default=5, metavar="N", help="of microneurography; 5")
    for option, default, words in (
        ("--from-min", -math.inf, "microneurography from this limb time on; 0 = pressure on"),
        ("--to-min", math.inf, "and up to this one"),
    ):
        add(option, type=_minutes, default=default, metavar="T", help=words)
    add(
        "--at-min", type=_minutes, nargs="+", metavar="T",
        help="limb times of the traces of --ncs and of the tests of --excitability",
    )  # fmt: skip
    add(
        "--out",
        type=Path,
        metavar="DIR",
        help=f"instead of the folder {FOLDER}/ beside the episode",
    )
    return parser


def _minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"must be a number of minutes, not {text}")
    return value


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1, not {text}")
    return int(text)
