"""``nervejax bench``: speed of the kernels on this machine, or error against cost, as table and JSON."""

import argparse
import json
import os
import statistics
import sys
import time
from argparse import ArgumentDefaultsHelpFormatter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nervejax import __version__
from nervejax.cli import environment
from nervejax.cli.usage import Parser, UsageError, check_picture
from nervejax.errors import NervejaxError


def main(argv: Sequence[str]) -> int:
    """Time one window of each kernel, interleaved, and print medians; or measure accuracy."""
    options = _parser().parse_args(argv)
    if options.accuracy:
        return _accuracy(options)
    if options.plot:
        raise UsageError("--plot draws what --accuracy measures: give both")
    if options.write and not options.windows:
        raise UsageError("--write keeps what --windows measures: give both")
    environment.prepare()
    if options.sweeps:
        return _sweeps(options)
    if options.windows:
        from nervejax.cli import windows

        return windows.main(options.repeats, options.write)
    rows = measure(options.repeats, options.ms)
    print(f"{'case':<34}{'compile s':>10}{'us/step':>10}{'M places/s':>12}")
    for row in rows:
        print(
            f"{row['case']:<34}{row['compile_s']:>10.1f}{row['us_per_step']:>10.1f}"
            f"{row['million_places_per_s']:>12.1f}"
        )
    if options.json:
        _write(options.json, {"rows": rows})
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax bench",
        description="Measure the kernels: microseconds per fast step and place updates per second. "
        "With --accuracy instead: errors of velocity and thresholds at a ladder of time steps "
        "against their cost (two to three minutes; NEURON beside it, some minutes more, where it "
        "is installed). With --windows: a shortened episode in windows against the same stepped in "
        "full, as many seeds as --repeats, five minutes each. With --sweeps: CPU and wall time of a "
        "sweep of short episodes, of an ensemble, and of what is left after a kill; ten minutes.",
        formatter_class=ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--repeats", type=int, default=5, help="timed windows of each case")
    add("--ms", type=float, default=50.0, help="limb time of a window [ms], not for --accuracy")
    add("--accuracy", action="store_true", help="error against cost, see docs/performance.md")
    add("--windows", action="store_true", help="error of stepping only windows in full")
    add("--sweeps", action="store_true", help="a sweep by our launcher and by Hydra's own")
    add("--points", type=int, default=64, help="runs of the sweep")
    add("--fibres", type=int, default=2, help="fibres of each class in a run of the sweep")
    add("--rows", type=int, default=1000, help="rows of the ensemble beside the sweep")
    add("--write", action="store_true", help="keep what --windows measured for every later file")
    add("--json", type=Path, metavar="FILE", help="also write the numbers here")
    add("--plot", type=Path, metavar="FILE", help="draw --accuracy (png, svg or pdf)")
    return parser


def _sweeps(options: argparse.Namespace) -> int:
    """Measure a sweep, print it, write it if asked."""
    from nervejax.cli import bench_sweeps

    if min(options.points, options.fibres, options.rows) < 1:
        raise UsageError("--points, --fibres and --rows must be 1 or more")
    found = bench_sweeps.measure(
        options.points, options.fibres, options.rows,
        lambda text: print(f"bench: {text}", file=sys.stderr),
    )  # fmt: skip
    print(bench_sweeps.table(found))
    if options.json:
        _write(options.json, found)
    return 0


def _accuracy(options: argparse.Namespace) -> int:
    """Measure errors and costs on the processor, print them, write and draw if asked."""
    plot = options.plot
    if plot:
        check_picture(plot)
        from nervejax.analysis.plots import require_matplotlib

        try:
            require_matplotlib()
        except NervejaxError as error:
            print(f"nervejax: no picture: {str(error).split(',')[0]}", file=sys.stderr)
            plot = None
    os.environ["JAX_PLATFORMS"] = "cpu"  # the cost is that of one core
    environment.prepare()
    from nervejax.cli import accuracy

    found = accuracy.measure(repeats=options.repeats, progress=accuracy.report_progress)
    accuracy.report_progress("")
    print(accuracy.table(found))
    if options.json:
        _write(options.json, found)
    if plot:
        from nervejax.analysis.accuracy_plot import plot_accuracy

        plot_accuracy(found["rows"], plot)
        print(f"nervejax: wrote {plot}", file=sys.stderr)
    return 0


def _write(path: Path, content: dict[str, Any]) -> None:
    import jax

    head = {
        "nervejax": __version__, "jax": jax.__version__,
        "device": jax.devices()[0].device_kind,
    }  # fmt: skip
    path.write_text(json.dumps(head | content, indent=1) + "\n")


def measure(repeats: int, ms: float) -> list[dict[str, Any]]:
    """Rows with case, compile_s, us_per_step (median) and million_places_per_s.

    The windows of all cases take turns, so that a slow spell of the machine hits them alike.
    """
    cases = [
        _case(*size)
        for size in (("abeta", 36, 24), ("abeta", 36, 256), ("adelta", 44, 24), ("c", 96, 24))
    ]
    times: list[list[float]] = [[] for _ in cases]
    for _ in range(repeats + 1):
        for (run, _, _, _), taken in zip(cases, times, strict=True):
            start = time.perf_counter()
            run(ms)
            taken.append(time.perf_counter() - start)
    rows = []
    for (_, name, places, dt_us), taken in zip(cases, times, strict=True):
        seconds = statistics.median(taken[1:])
        steps = ms * 1e3 / dt_us
        rows.append(
            {
                "case": name,
                "compile_s": taken[0] - seconds,
                "us_per_step": 1e6 * seconds / steps,
                "million_places_per_s": places * steps / seconds / 1e6,
            }
        )
    return rows


def _case(name: str, places: int, lanes: int) -> tuple[Callable[[float], Any], str, int, float]:
    """A group of ``lanes`` fibres at rest with noise: (step for ms, label, places in all, dt_us)."""
    from nervejax.config import Config
    from nervejax.episode.engine import Alone
    from nervejax.episode.groups import build_groups
    from nervejax.tissue import laws

    config = Config()
    population = config.population
    population.n_abeta = population.n_adelta = population.n_c = 0
    setattr(population, f"n_{name}", lanes)
    config.numerics.lanes = lanes
    setattr(population, "compartments_c" if name == "c" else f"nodes_{name}", places)
    (group,) = build_groups(config, Alone())
    rest = laws.rest(group.x_mm, config)
    group.couple(rest, rest)
    dt_us = config.numerics.dt_c_idle_us if name == "c" else config.numerics.dt_us
    label = f"{name}, {places} places x {lanes} fibres"
    return (lambda ms: group.window(1e-3 * ms)), label, places * lanes, dt_us
