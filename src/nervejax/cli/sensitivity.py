"""``nervejax sensitivity``: which assumed settings an outcome depends on, in one command."""

import os
import sys
from argparse import ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nervejax.cli.ensemble import add_common, base_config, parsed_axes, seed, whole_from_1
from nervejax.cli.ensemble_run import begin
from nervejax.cli.usage import Parser, UsageError
from nervejax.config.check import did_you_mean
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.config import Config
    from nervejax.ensembles.axes import Axis
    from nervejax.ensembles.plan import Plan
    from nervejax.ensembles.sensitivity import Treated

CSV_NAME, PICTURE_NAME = "sensitivity.csv", "sensitivity.png"
_EXAMPLES = """\
Without --keys and --vary the numbers that the schema or the chosen YAML files call `assumed` vary, by
+- 20 % (itself assumed).
Morris costs N x (settings + 1) rows and says which settings matter; Sobol costs N x (settings + 2)
rows and says how much of the variance each explains.

examples:
  nervejax sensitivity --count 10                                      Morris, 10 trajectories
  nervejax sensitivity --keys pressure.edge_mm,pressure.rise_s --spread 0.5 --count 20
  nervejax sensitivity --method sobol --vary pressure.peak_mmHg=60:150 --vary pressure.length_mm=10:40 \\
      --of half_block_abeta_s --count 64 -o uq
  nervejax resume uq                                                   after a crash
"""


def main(argv: Sequence[str]) -> int:
    """Sample the settings, run the rows as an ensemble, and say what the outcomes depend on.

    Raises:
        UsageError: the input is wrong; nothing has been written.
    """
    options = _parser().parse_intermixed_args(argv)
    from nervejax.ensembles.plan import Plan
    from nervejax.ensembles.rows import Rows
    from nervejax.ensembles.sensitivity import LEAST_BLOCKS, sample

    if options.count < LEAST_BLOCKS:
        raise UsageError(f"--count {options.count}: must be at least {LEAST_BLOCKS}")
    base = base_config(options)
    axes = _axes(options, base)
    of = _listed(options.of)
    _check_outcomes(of)
    try:
        columns = sample(options.method, axes, options.count, options.design_seed or 0)
    except NervejaxError as error:
        raise UsageError(str(error)) from None
    analysis = {
        "method": options.method,
        "count": options.count,
        "seed": options.design_seed or 0,
        "of": of,
        "axes": [str(axis) for axis in axes],
        "spread_rel": None if options.vary else options.spread,
    }
    design = f"{options.method}, N = {options.count}, over {'; '.join(map(str, axes))}"
    plan = Plan(base, Rows(columns), ["sensitivity", *argv], design, analysis=analysis)
    print(f"{len(plan.rows)} rows over {len(axes)} settings", file=sys.stderr)
    if options.method == "sobol" and options.count & (options.count - 1):
        print("nervejax: note: Sobol is best with a power of 2 for --count", file=sys.stderr)
    return begin(plan, options.out, options.fail_fast, options.at_once)


def conclude(plan: "Plan", path: Path) -> None:
    """Analyse a finished ensemble by its plan: print and write the table, draw the bars.

    Raises:
        NervejaxError: the plan's analysis is none, SALib is missing, or a file cannot be written.
    """
    from nervejax.analysis import ensemble_effects as shown
    from nervejax.analysis.ensemble_numbers import usual_outcomes
    from nervejax.analysis.ensemble_table import ensemble_columns, summary_names
    from nervejax.ensembles.axes import parse_axis
    from nervejax.ensembles.sensitivity import METHODS, analyse
    from nervejax.recording.whole_file import write_whole

    told = plan.analysis or {}
    try:
        method, k, of = str(told["method"]), int(told["seed"]), [str(name) for name in told["of"]]
        axes = [parse_axis(str(word)) for word in told["axes"]]
        if method not in METHODS or any(axis.values for axis in axes):
            raise ValueError("no such method, or no ranges")
    except (KeyError, TypeError, ValueError) as error:
        raise NervejaxError(f"the plan's analysis is none: {error}") from None
    names = summary_names(path)
    if unknown := [name for name in of if name not in names]:
        raise NervejaxError(f"the summary has no number {unknown[0][:80]!r}")
    outcomes = ensemble_columns(path, of or usual_outcomes(names))
    if not of:
        outcomes = {n: v for n, v in outcomes.items() if np.isfinite(v).any()}
    if not outcomes:
        raise NervejaxError("no usual outcome has a number in any row; name one with --of")
    done = ensemble_columns(path, ["status"])["status"] == "done"
    effects, treated = analyse(method, axes, plan.rows.columns, outcomes, k, done)
    print(shown.effects_text(method, effects))
    print(
        os.path.relpath(write_whole(path.with_name(CSV_NAME), [shown.effects_csv(method, effects)]))
    )
    try:
        picture = shown.plots.png_bytes(shown.effects_figure(method, effects))
        print(os.path.relpath(write_whole(path.with_name(PICTURE_NAME), [picture])))
    except NervejaxError as error:  # no matplotlib
        print(f"nervejax: no picture: {error}", file=sys.stderr)
    print("\n".join(notes(plan, axes, treated)))


def notes(plan: "Plan", axes: Sequence["Axis"], treated: dict[str, "Treated"]) -> list[str]:
    """How rows without a number were treated, and what the numbers cannot say."""
    told = plan.analysis or {}
    kind = "trajectories" if told.get("method") == "morris" else "blocks"
    lines = [f"ranges: {'; '.join(map(str, axes))}"]
    if told.get("spread_rel"):
        lines.append(
            f"each range is the value +- {100 * told['spread_rel']:g} %, cut to what is allowed: one "
            "assumed number for all, not what is known of each setting"
        )
    for name, how in treated.items():
        if how.used < how.blocks or how.remark:
            remark = f"; {how.remark}" if how.remark else ""
            lines.append(f"{name}: {how.used} of {how.blocks} {kind} used{remark}")
    if any(how.used < how.blocks for how in treated.values()):
        lines.append(
            f"{kind} with a row that failed, or in which the outcome did not happen, are left out "
            "whole: the numbers hold where it happens, and settings there are not independent; "
            "happened:NAME says what decides whether it does"
        )
    lines.append(
        "what this cannot say: which of the values is right; anything of settings that were held, of "
        "those that are no numbers, or of the form of the equations; anything outside the ranges. All "
        f"rows share seed={plan.base.seed}: how drawn nerves differ is in none of these numbers."
    )
    return lines


def _axes(options: Namespace, base: "Config") -> list["Axis"]:
    from nervejax.cli.assumed import assumed_keys
    from nervejax.cli.compose import config_dir
    from nervejax.ensembles.sensitivity import axes_around
    from nervejax.ensembles.values import key_problem, kind_of

    if options.vary and options.keys:
        raise UsageError("give either --keys or --vary")
    if options.vary:
        axes = parsed_axes(options.vary)
        listed = [axis.key for axis in axes if axis.values or kind_of(axis.key) is not float]
        if listed:
            raise UsageError(f"--vary {listed[0]}: must be {listed[0]}=LOW:HIGH, of a real number")
        return _enough(axes)
    keys = _listed(options.keys)
    bad = [f"--keys {line}" for key in keys if (line := key_problem(key))]
    bad = bad or [f"--keys {key}: is no real number" for key in keys if kind_of(key) is not float]
    bad += [f"--keys {key}: is named twice" for key in dict.fromkeys(keys) if keys.count(key) > 1]
    if bad:
        raise UsageError(*bad)
    if not keys:
        folders = [config_dir()] + ([options.config_dir] if options.config_dir else [])
        keys = default_keys(assumed_keys(base, folders))
    axes, left_out = axes_around(base, keys, options.spread)
    for key in left_out:
        print(f"nervejax: note: {key} has no range here and is held", file=sys.stderr)
    return _enough(axes)


def default_keys(assumed: Sequence[str]) -> list[str]:
    """Those of the assumed settings that can differ from row to row and are real numbers."""
    from nervejax.ensembles.values import key_problem, kind_of

    return [key for key in assumed if not key_problem(key) and kind_of(key) is float]


def _enough(axes: list["Axis"]) -> list["Axis"]:
    if len(axes) < 2:
        raise UsageError("at least two settings must vary; see nervejax sensitivity --help")
    return axes


def _check_outcomes(of: Sequence[str]) -> None:
    """Refuse a name that no summary has, before anything runs."""
    from nervejax.analysis.ensemble_numbers import known_outcomes

    known = known_outcomes()
    bad = [
        f"--of {name}: unknown outcome{did_you_mean(name, known)}"
        for name in of
        if name not in known
    ]
    if bad:
        raise UsageError(*bad)


def _listed(words: Sequence[str]) -> list[str]:
    return [part.strip() for word in words for part in word.split(",") if part.strip()]


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax sensitivity",
        usage="nervejax sensitivity [KEY=VALUE ...] --count N [--method morris|sobol] [-o DIR]",
        description="Vary assumed settings and say which of them an outcome depends on.",
        formatter_class=RawDescriptionHelpFormatter,
        epilog=_EXAMPLES,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--method", choices=["morris", "sobol"], default="morris", help="default: morris")
    add("--count", type=whole_from_1, required=True, metavar="N", help="trajectories or blocks")
    add(
        "--of",
        action="append",
        default=[],
        metavar="NAME[,NAME]",
        help="outcomes, names of the summary",
    )
    add("--keys", action="append", default=[], metavar="KEY[,KEY]", help="which settings vary")
    add("--vary", action="append", default=[], metavar="KEY=LOW:HIGH", help="the same with a range")
    add(
        "--spread",
        type=_share,
        default=0.2,
        metavar="REL",
        help="half of a range over the value (0.2)",
    )
    add("--design-seed", type=seed, metavar="K", help="seed of the sampling (default: 0)")
    add_common(parser)
    return parser


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < 1:
        raise ArgumentTypeError(f"must be a number between 0 and 1, not {text[:40]}")
    return value
