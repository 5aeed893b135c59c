"""``nervejax claims``: every claim of the source article as an experiment with a verdict."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from nervejax.cli import stored
from nervejax.cli.usage import Parser
from nervejax.config.schema import Mechanisms
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.claims.claim import Result
    from nervejax.claims.table import Found

FOLDER = Path("results/claims")
SEEDS = 5


def main(argv: Sequence[str]) -> int:
    """Run what is missing, judge, print 17 rows, write page, figures and claims.json.

    A refuted claim is a finding, not an error.
    """
    parser = Parser(
        prog="nervejax claims",
        description="Every claim of the source article as an experiment: what was measured, with an "
        "interval over seeds, and a verdict by stated criteria, under each physiology. Episodes that "
        f"are stored are read, the others run; by default {SEEDS} seeds, which takes hours; --quick: "
        "one seed.",
    )
    parser.add_argument("--only", metavar="C1,C2", help="some of the claims; all if left out")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="one seed, without three hours of pressure and the day after",
    )
    parser.add_argument(
        "--without", metavar="A,B", help="mechanisms that are switched off in every episode"
    )
    stored.add_options(parser, FOLDER, "figures, claims.json and claims.html")
    options = parser.parse_args(argv)
    stored.check_targets(options)

    from nervejax.checks.bench import Bench, parameters_sha256
    from nervejax.checks.store import Store
    from nervejax.claims.claim import judge
    from nervejax.claims.experiments import EXPERIMENTS, kept
    from nervejax.claims.table import CLAIMS
    from nervejax.cli import claims_page as page
    from nervejax.cli.compose import compose

    names = stored.words(options.only, CLAIMS, "claim", hint=False) if options.only else CLAIMS
    chosen = {name: CLAIMS[name] for name in CLAIMS if name in names}
    switches = [f.name for f in fields(Mechanisms)]
    off = stored.words(options.without, switches, "mechanism") if options.without else []
    folder = options.dir / f"without_{'_'.join(off)}" if off else options.dir
    physiologies = stored.physiologies(options.physiology)
    seeds = 1 if options.quick else options.seeds or SEEDS
    store = Store(
        folder, compose, seeds, parameters_sha256(), EXPERIMENTS,
        [f"mechanisms.{name}=false" for name in off],
    )  # fmt: skip
    wanted = kept((e for c in chosen.values() for e in c.experiments), options.quick)
    stored.run_missing(store, physiologies, wanted, options)
    found: Found = {}
    benches = {
        p: Bench(stored.say, quick=options.quick, store=store, physiology=p) for p in physiologies
    }
    for physiology, bench in benches.items():
        found[physiology] = {name: judge(claim, bench) for name, claim in chosen.items()}
    print(page.as_text(found, folder))
    without = ["--without", options.without] if off else []
    command = shlex.join(["./run", "claims", *stored.given(options), *without])
    data = json.dumps(page.as_json(found, seeds, off), indent=1) + "\n"
    stored.make_folder(folder)
    stored.write(folder / "claims.json", data)
    figures = _figures(found, benches, folder)
    stored.write(folder / "claims.html", page.as_html(found, command, seeds, off, figures))
    if options.json:
        stored.write(options.json, data)
    if options.write:
        stored.write(options.write, page.as_markdown(found, command, seeds, off))
    return 0


def _figures(found: "Found", benches: dict, folder: Path) -> dict[str, bytes]:
    """PNG of the courses of each claim, also written to the folder; none without matplotlib."""
    from nervejax.analysis.claim_plot import courses_png

    out = {}
    try:
        for name in next(iter(found.values())):
            results: dict[str, Result] = {p: found[p][name] for p in found}
            told = {p: r.claim.courses(benches[p]) for p, r in results.items() if not r.missing}
            if told:
                claim = next(iter(results.values())).claim
                out[name] = courses_png(told, claim.axes, scatter=claim.points)
                stored.write(folder / f"{name}.png", out[name])
    except NervejaxError as error:
        stored.say(f"no figures: {error}")
    return out
