"""``nervejax checks``: compare the model with published measurements."""

import argparse
import json
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nervejax.checks.plan import TITLES
from nervejax.cli import stored
from nervejax.cli.usage import Parser
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.checks.reading import Check
    from nervejax.checks.store import Store
    from nervejax.cli.checks_page import Found

FOLDER = Path("results/checks")


def main(argv: Sequence[str]) -> int:
    """Measure, print a table, write what was asked for. A failed check is a finding, not an error."""
    options = _parser().parse_args(argv)
    stored.check_targets(options)
    from nervejax.checks.bench import parameters_sha256
    from nervejax.checks.store import Store
    from nervejax.checks.table import CHECKS
    from nervejax.cli import checks_page as page  # it needs JAX, --help does not
    from nervejax.cli.compose import compose

    chosen = {n: CHECKS[n] for n in _numbers(options.only, CHECKS)}
    physiologies = stored.physiologies(options.physiology)
    if options.quick:
        left_out = [n for n, check in chosen.items() if not check.quick]
        chosen = {n: check for n, check in chosen.items() if check.quick}
        if left_out:
            stored.say(f"left out of --quick: checks {', '.join(map(str, left_out))}")
    seeds = 1 if options.quick else options.seeds
    store = Store(options.dir, compose, seeds, parameters_sha256())
    wanted = (e for check in chosen.values() for e in _experiments(check, options))
    stored.run_missing(store, physiologies, wanted, options)
    found = _read(chosen, physiologies, store, options)
    print(page.as_text(found))
    slow = ["--slow"] * options.slow
    command = shlex.join(["./run", "checks", *stored.given(options), *slow])
    used = {n: {e: store.seeds_of(e) for e in _experiments(c, options)} for n, c in chosen.items()}
    data = json.dumps(page.as_json(found, used), indent=1) + "\n"
    stored.make_folder(options.dir)
    stored.write(options.dir / "checks.json", data)
    stored.write(options.dir / "checks.html", _html(found, command))
    if options.json:
        stored.write(options.json, data)
    if options.write:
        stored.write(options.write, page.as_markdown(found, command))
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
    add("--quick", action="store_true", help="one seed, and only what five minutes allow")
    add("--slow", action="store_true", help="also what takes more than five minutes by itself")
    stored.add_options(parser, FOLDER, "checks.json and checks.html")
    return parser


def _numbers(only: str | None, known: Iterable[int]) -> list[int]:
    if only is None:
        return sorted(known)
    names = {str(number): number for number in sorted(known)}
    return sorted({names[word] for word in stored.words(only, names, "check", hint=False)})


def _experiments(check: "Check", options: argparse.Namespace) -> tuple[str, ...]:
    return check.quick_experiments if options.quick else check.experiments


def _read(
    chosen: dict[int, "Check"], physiologies: list[str], store: "Store", options: argparse.Namespace
) -> "Found":
    from nervejax.checks.bench import Bench

    plain = Bench(stored.say, options.slow, options.quick)
    benches = {
        name: Bench(stored.say, options.slow, options.quick, store, name) for name in physiologies
    }
    found: Found = {name: {} for name in physiologies}
    for number, check in chosen.items():
        stored.say(f"check {number}: {TITLES[number]}")
        once = check.readings(plain) if check.shared else []
        for name, bench in benches.items():
            found[name][number] = once if check.shared else check.readings(bench)
    return found


def _html(found: "Found", command: str) -> str:
    from nervejax.cli import checks_html

    try:
        return checks_html.as_html(found, command)
    except NervejaxError as error:  # no matplotlib: the numbers are whole all the same
        stored.say(f"no figures: {error}")
        return checks_html.as_html(found, command, figures=False)
