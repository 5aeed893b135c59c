"""``nervejax ensemble``: thousands of points as one job and one file."""

import sys
from argparse import ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nervejax.cli.ensemble_run import begin, go_on
from nervejax.cli.usage import Parser, UsageError, existing_path
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.config import Config
    from nervejax.ensembles.axes import Axis
    from nervejax.ensembles.plan import Plan

_EXAMPLES = """\
what --vary takes:
  KEY=LOW:HIGH            a range, both ends in it; every value equally likely
  KEY=LOW:HIGH:log        the same, equal ratios equally likely
  KEY=LOW:HIGH:STEPS      so many evenly spaced values; :log behind it spaces by ratio
  KEY=A,B,C               these values; true,false and words too

designs (--design):
  grid                    every combination of listed values; the default where there is no range
  lhs                     Latin hypercube; the default where there is a range
  sobol, halton, random   with --count as lhs; sobol is best with a power of 2

examples:
  nervejax ensemble --count 1000 --vary pressure.peak_mmHg=20:200 --vary pressure.length_mm=5:40:log
  nervejax ensemble --vary pressure.peak_mmHg=40:160:7 --vary seed=0,1,2,3     a grid of 28 rows
  nervejax ensemble scenario=cuff population.n_c=0 --rows my_rows.csv -o mine  rows from a file
  nervejax resume mine                                                         after a crash

A file of rows is CSV: a line of keys, then a line of values for each row.
"""


def main(argv: Sequence[str]) -> int:
    """Check every row, then run them all into one file.

    Raises:
        UsageError: the input is wrong; nothing has been written.
    """
    options = _parser().parse_intermixed_args(argv)
    if bool(options.rows) == bool(options.vary):
        raise UsageError(
            "give either --rows FILE.csv or --vary KEY=..., see nervejax ensemble --help"
        )
    base = base_config(options)
    plan = _planned(options, base, list(argv))
    return begin(plan, options.out, options.fail_fast, options.at_once)


def resume(folder: Path, fail_fast: bool = False) -> int:
    """Go on with an ensemble: run what is missing or failed, as its plan says; the exit status.

    Raises:
        NervejaxError: its plan cannot be run.
    """
    from nervejax import __version__
    from nervejax.ensembles.plan import load_plan

    plan = load_plan(folder)
    if plan.nervejax != __version__:
        print(
            f"nervejax: note: planned by nervejax {plan.nervejax}, now {__version__}: rows may differ",
            file=sys.stderr,
        )
    return go_on(plan, Path(folder), fail_fast)


def base_config(options: Namespace) -> "Config":
    """The configuration that all rows share."""
    from nervejax.cli.compose import compose

    (config,) = compose(options.overrides, options.config_dir)
    return config


def _planned(options: Namespace, base: "Config", words: list[str]) -> "Plan":
    from nervejax.ensembles.designs import GRID, SAMPLED, design_columns
    from nervejax.ensembles.plan import Plan
    from nervejax.ensembles.rows import Rows, read_rows

    if options.rows:
        if options.design or options.count or options.design_seed is not None:
            raise UsageError("--design, --count and --design-seed go with --vary, not with --rows")
        try:
            rows = read_rows(options.rows)
        except NervejaxError as error:
            raise UsageError(*str(error).split("; ")) from None
        design = f"rows of {options.rows.name}"
    else:
        axes = parsed_axes(options.vary)
        ranges = [axis for axis in axes if not axis.values]
        design = options.design or ("lhs" if ranges or options.count else GRID)
        seed = options.design_seed or 0
        if design == GRID and (options.count or options.design_seed is not None):
            raise UsageError(
                "a grid has as many rows as its values give: leave out --count, --design-seed"
            )
        if design != GRID and not options.count:
            raise UsageError(f"--design {design} needs --count N")
        try:
            rows = Rows(design_columns(axes, design, options.count, seed))
        except NervejaxError as error:
            raise UsageError(str(error)) from None
        what = "every combination" if design == GRID else f"{SAMPLED[design]}, seed {seed}"
        design = f"{design} ({what}) over {'; '.join(map(str, axes))}"[:10_000]
    _check_series(options, rows.columns)
    return Plan(base, rows, ["ensemble", *words], design, options.series)


def parsed_axes(words: Sequence[str]) -> list["Axis"]:
    """The axes that ``--vary`` asks for.

    Raises:
        UsageError: one line for each that is wrong.
    """
    from nervejax.ensembles.axes import axes_problems, parse_axis

    axes, bad = [], []
    for word in words:
        try:
            axes.append(parse_axis(word))
        except ValueError as error:
            bad.append(f"--vary {error}")
    bad += [f"--vary {line}" for line in axes_problems(axes)]
    if bad:
        raise UsageError(*bad)
    return axes


def _check_series(options: Namespace, keys: Sequence[str] | dict) -> None:
    from nervejax.ensembles.runner import STEP_KEYS

    differ = [key for key in keys if key.startswith(STEP_KEYS)]
    if options.series and differ:
        raise UsageError(
            f"--series wants rows that share their time steps, which {differ[0]} changes"
        )


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax ensemble",
        usage="nervejax ensemble [KEY=VALUE ...] (--rows FILE.csv | --vary KEY=LOW:HIGH ... [--count N]) "
        "[-o DIR]",
        description="Run many points side by side, in one job and into one file, DIR/ensemble.h5.",
        formatter_class=RawDescriptionHelpFormatter,
        epilog=_EXAMPLES,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--rows", type=existing_path, metavar="FILE.csv", help="the points, one a line")
    add(
        "--vary",
        action="append",
        default=[],
        metavar="KEY=...",
        help="what differs; give it again for more",
    )
    add(
        "--design",
        choices=["grid", "lhs", "sobol", "halton", "random"],
        help="where points lie, see below",
    )
    add("--count", type=whole_from_1, metavar="N", help="points of a sampled design")
    add("--design-seed", type=seed, metavar="K", help="seed of the design (default: 0)")
    add("--series", action="store_true", help="also keep the read-out over time")
    add_common(parser)
    return parser


def add_common(parser: Parser) -> None:
    """Options that ``ensemble`` and ``sensitivity`` share."""
    add = parser.add_argument
    add(
        "overrides",
        nargs="*",
        metavar="KEY=VALUE",
        help="settings of all rows, as for nervejax run",
    )
    add("-o", "--out", type=Path, metavar="DIR", help="default: results/NAME/ensemble-TIME")
    add("--fail-fast", action="store_true", help="begin nothing more once a row has failed")
    add("--at-once", type=whole_from_1, metavar="N", help="rows side by side (default: by device)")
    add("--config-dir", type=existing_path, metavar="DIR", help="folder of your own YAML files")


def whole_from_1(text: str) -> int:
    """A count, for use as an argument type."""
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise ArgumentTypeError(f"must be a whole number from 1, not {text}")
    return int(text)


def seed(text: str) -> int:
    """A seed, for use as an argument type."""
    if not text.isdecimal() or int(text) >= 2**31:
        raise ArgumentTypeError(f"must be a whole number from 0 to {2**31 - 1}, not {text[:40]}")
    return int(text)
