"""``nervejax checks``: compare the model with published measurements."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nervejax.checks.plan import TITLES
from nervejax.cli.usage import Parser, UsageError
from nervejax.config import did_you_mean
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.checks.reading import Check
    from nervejax.checks.store import Store
    from nervejax.cli.checks_page import Found

FOLDER = Path("results/checks")


def main(argv: Sequence[str]) -> int:
    """Measure, print a table, write what was asked for. A failed check is a finding, not an error."""
    options = _parser().parse_args(argv)
    for path in (options.json, options.write):
        if path and (path.is_dir() or not path.parent.is_dir()):
            raise UsageError(
                f"{path}: cannot be written; it must be a file in a folder that is there"
            )
    if options.dir.exists() and not options.dir.is_dir():
        raise UsageError(f"--dir {options.dir}: is a file")

    from nervejax.checks.bench import parameters_sha256
    from nervejax.checks.store import Store
    from nervejax.checks.table import CHECKS
    from nervejax.cli import checks_page as page  # it needs JAX, --help does not
    from nervejax.cli.compose import compose

    chosen = {n: CHECKS[n] for n in _numbers(options.only, CHECKS)}
    physiologies = _physiologies(options.physiology)
    if options.quick:
        left_out = [n for n, check in chosen.items() if not check.quick]
        chosen = {n: check for n, check in chosen.items() if check.quick}
        if left_out:
            _say(f"left out of --quick: checks {', '.join(map(str, left_out))}")
    seeds = 1 if options.quick else options.seeds
    store = Store(options.dir, compose, seeds, parameters_sha256())
    _run_experiments(chosen, physiologies, store, options)
    found = _read(chosen, physiologies, store, options)
    print(page.as_text(found))
    command = " ".join(["./run checks", *_given(options)])
    used = {n: {e: store.seeds_of(e) for e in _experiments(c, options)} for n, c in chosen.items()}
    data = json.dumps(page.as_json(found, used), indent=1) + "\n"
    _make_folder(options.dir)
    _write(options.dir / "checks.json", data)
    _write(options.dir / "checks.html", _html(found, command))
    if options.json:
        _write(options.json, data)
    if options.write:
        _write(options.write, page.as_markdown(found, command))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="nervejax checks",
        description="Compare fibres, tissue and whole episodes with published measurements: value, "
        "band, verdict, under each physiology. Episodes that are stored and still those asked for are "
        "read, the others run. All of it takes about an hour on two cores, --quick five minutes.",
    )
    add = parser.add_argument
    add("--only", metavar="N,N", help="numbers of the checks, e.g. 2,5; all if left out")
    add(
        "--physiology", default="article,literature", metavar="A,B",
        help="calibrations to run under (default: %(default)s)",
    )  # fmt: skip
    add("--seeds", type=_count, metavar="K", help="episodes of each experiment (default: 1)")
    add("--quick", action="store_true", help="one seed, and only what five minutes allow")
    add("--slow", action="store_true", help="also what takes more than five minutes by itself")
    add("--json", type=Path, metavar="FILE", help="write the readings there as JSON as well")
    add("--write", type=Path, metavar="FILE", help="write the page there as Markdown")
    add(
        "--dir", type=Path, default=FOLDER, metavar="DIR",
        help="folder of the episodes, checks.json and checks.html (default: %(default)s)",
    )  # fmt: skip
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    add(
        "--jobs", type=_count, default=cores or 1, metavar="N",
        help="episodes at a time (default: one per core)",
    )  # fmt: skip
    add("--refresh", action="store_true", help="run every episode anew")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, got {text}")
    return int(text)


def _numbers(only: str | None, known: Iterable[int]) -> list[int]:
    if only is None:
        return sorted(known)
    names = {str(number): number for number in sorted(known)}
    return sorted({names[word] for word in _words(only, names, "check", hint=False)})


def _physiologies(text: str) -> list[str]:
    from nervejax.cli.compose import config_dir, find_groups

    names = find_groups([config_dir()])["physiology"]
    return list(dict.fromkeys(_words(text, names, "physiology")))


def _words(text: str, known: Iterable[str], what: str, hint: bool = True) -> list[str]:
    words, known = [word.strip() for word in text.split(",")], list(known)
    for word in words:
        if word not in known:
            near = did_you_mean(word, known) if hint else ""
            raise UsageError(f"unknown {what} '{word}'{near}; available: {', '.join(known)}")
    return words


def _given(options: argparse.Namespace) -> list[str]:
    """What was asked for that changes the readings."""
    words = [f"--only {options.only}"] * bool(options.only)
    if options.physiology != "article,literature":
        words.append(f"--physiology {options.physiology}")
    words += [f"--seeds {options.seeds}"] * bool(options.seeds and not options.quick)
    return words + ["--quick"] * options.quick + ["--slow"] * options.slow


def _experiments(check: "Check", options: argparse.Namespace) -> tuple[str, ...]:
    return check.quick_experiments if options.quick else check.experiments


def _run_experiments(
    chosen: dict[int, "Check"], physiologies: list[str], store: "Store", options: argparse.Namespace
) -> None:
    from nervejax.checks.runner import run_jobs

    wanted = dict.fromkeys(e for c in chosen.values() for e in _experiments(c, options))
    jobs = [job for name in physiologies for job in store.jobs(name, wanted)]
    due = [job for job in jobs if options.refresh or not job.is_stored]
    if len(jobs) > len(due):
        _say(f"{len(jobs) - len(due)} of {len(jobs)} episodes are stored in {store.folder}")
    if due:
        _make_folder(store.folder)
        run_jobs(due, options.jobs, _say, lambda job, why: store.fail(job, why) if why else None)


def _read(
    chosen: dict[int, "Check"], physiologies: list[str], store: "Store", options: argparse.Namespace
) -> "Found":
    from nervejax.checks.bench import Bench

    plain = Bench(_say, options.slow, options.quick)
    benches = {name: Bench(_say, options.slow, options.quick, store, name) for name in physiologies}
    found: Found = {name: {} for name in physiologies}
    for number, check in chosen.items():
        _say(f"check {number}: {TITLES[number]}")
        once = check.readings(plain) if check.shared else []
        for name, bench in benches.items():
            found[name][number] = once if check.shared else check.readings(bench)
    return found


def _html(found: "Found", command: str) -> str:
    from nervejax.cli import checks_html

    try:
        return checks_html.as_html(found, command)
    except NervejaxError as error:  # no matplotlib: the numbers are whole all the same
        _say(f"no figures: {error}")
        return checks_html.as_html(found, command, figures=False)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--dir {path}: {error.strerror or error}") from error


def _say(text: str) -> None:
    print(f"nervejax: {text}", file=sys.stderr, flush=True)


def _write(path: Path, text: str) -> None:
    from nervejax.analysis.whole_file import write_whole

    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    _say(f"wrote {path}")
