"""``nervejax bench``: speed of the kernels on this machine, as a table and as JSON."""

import json
import statistics
import time
from argparse import ArgumentDefaultsHelpFormatter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nervejax import __version__
from nervejax.cli import environment
from nervejax.cli.usage import Parser


def main(argv: Sequence[str]) -> int:
    """Time one window of each kernel, interleaved, and print medians."""
    parser = Parser(
        prog="nervejax bench",
        description="Measure the kernels: microseconds per fast step and place updates per second.",
        formatter_class=ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--repeats", type=int, default=5, help="timed windows of each case")
    parser.add_argument("--ms", type=float, default=50.0, help="limb time of a window [ms]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers here")
    options = parser.parse_args(argv)
    environment.prepare()
    rows = measure(options.repeats, options.ms)
    print(f"{'case':<34}{'compile s':>10}{'us/step':>10}{'M places/s':>12}")
    for row in rows:
        print(
            f"{row['case']:<34}{row['compile_s']:>10.1f}{row['us_per_step']:>10.1f}"
            f"{row['million_places_per_s']:>12.1f}"
        )
    if options.json:
        import jax

        table = {
            "nervejax": __version__, "jax": jax.__version__,
            "device": jax.devices()[0].device_kind, "rows": rows,
        }  # fmt: skip
        options.json.write_text(json.dumps(table, indent=1) + "\n")
    return 0


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
    import jax

    from nervejax.config import Config
    from nervejax.episode.groups import build_groups
    from nervejax.tissue import laws

    config = Config()
    population = config.population
    population.n_abeta = population.n_adelta = population.n_c = 0
    setattr(population, f"n_{name}", lanes)
    config.numerics.lanes = lanes
    setattr(population, "compartments_c" if name == "c" else f"nodes_{name}", places)
    (group,) = build_groups(config, jax.local_devices()[:1])
    rest = laws.rest(group.x_mm, config.physiology)
    group.couple(rest, rest)
    dt_us = config.numerics.dt_c_idle_us if name == "c" else config.numerics.dt_us
    label = f"{name}, {places} places x {lanes} fibres"
    return (lambda ms: group.window(1e-3 * ms)), label, places * lanes, dt_us
