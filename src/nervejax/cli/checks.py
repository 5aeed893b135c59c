"""``nervejax checks``: compare fibres with published measurements."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from nervejax.checks.plan import TITLES
from nervejax.cli.usage import Parser, UsageError


def main(argv: Sequence[str]) -> int:
    """Measure, print a table, write what was asked for. A failed check is a finding, not an error."""
    options = _parser().parse_args(argv)
    for path in (options.json, options.write):
        if path and (path.is_dir() or not path.parent.is_dir()):
            raise UsageError(
                f"{path}: cannot be written; it must be a file in a folder that is there"
            )

    from nervejax.checks.bench import Bench
    from nervejax.checks.table import CHECKS
    from nervejax.cli import checks_page as page  # it needs JAX, --help does not

    numbers = _numbers(options.only, CHECKS)
    bench, found = Bench(_say, options.slow), {}
    for number in numbers:
        _say(f"check {number}: {TITLES[number]}")
        found[number] = CHECKS[number].readings(bench)
    print(page.as_text(found))
    if options.json:
        _write(options.json, json.dumps(page.as_json(found), indent=1) + "\n")
    if options.write:
        given = [f"--only {options.only}"] * bool(options.only) + ["--slow"] * options.slow
        _write(options.write, page.as_markdown(found, " ".join(["./run checks", *given])))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="nervejax checks",
        description="Measure single fibres and compare them with published measurements of human and "
        "animal fibres: value, band, verdict. Takes a few minutes.",
    )
    add = parser.add_argument
    add("--only", metavar="N,N", help="numbers of the checks, e.g. 2,5; all if left out")
    add("--slow", action="store_true", help="also what takes more than five minutes by itself")
    add("--json", type=Path, metavar="FILE", help="write the readings there as JSON")
    add("--write", type=Path, metavar="FILE", help="write the page there as Markdown")
    return parser


def _numbers(only: str | None, known: Iterable[int]) -> list[int]:
    if only is None:
        return sorted(known)
    words = [word.strip() for word in only.split(",")]
    names = {str(number): number for number in sorted(known)}
    for word in words:
        if word not in names:
            raise UsageError(f"unknown check '{word}'; available: {', '.join(names)}")
    return sorted({names[word] for word in words})


def _say(text: str) -> None:
    print(f"nervejax: {text}", file=sys.stderr, flush=True)


def _write(path: Path, text: str) -> None:
    from nervejax.analysis.whole_file import write_whole

    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    _say(f"wrote {path}")
