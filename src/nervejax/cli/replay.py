"""``nervejax replay FILE``: run an episode again and keep what one fibre does in some seconds of it."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nervejax.cli import environment
from nervejax.cli.progress import Progress
from nervejax.cli.report import episode_file
from nervejax.cli.usage import Parser, UsageError, existing_path

if TYPE_CHECKING:
    from nervejax.recording.model import EpisodeRecord


def main(argv: Sequence[str]) -> int:
    """Write the trace and its picture; status 1 if the spikes are not those of the file."""
    options = _parser().parse_args(argv)
    path = episode_file(options.path)
    import yaml

    from nervejax.config import from_mapping
    from nervejax.recording import reader

    record = reader.read_episode(path)
    name, fibre = _fibre(options.fibre, record)
    from_s, to_s = _stretch(options, record)
    text = str(reader.read_provenance(path)["config_yaml"])
    config = from_mapping(yaml.safe_load(text))
    stem = f"replay-{name}-{fibre}-{from_s:g}s-{to_s:g}s"
    target = (options.out or path.parent) / f"{stem}.h5"
    if not target.parent.is_dir():
        raise UsageError(f"--out {target.parent}: there is no such folder")
    environment.prepare()
    from nervejax.episode.replay import replay
    from nervejax.recording.trace_file import write_trace

    with Progress(min(to_s + config.duration.baseline_s, config.duration.total_s)) as progress:
        seen = replay(config, name, fibre, from_s, to_s, progress)
    about = {
        "population": name,
        "fibre": fibre,
        "from_s": from_s,
        "to_s": to_s,
        "episode": path.name,
    }
    columns = (seen.time_s, seen.x_mm, seen.potential_mV, seen.window_start_s)
    print(write_trace(target, *columns, about))
    _draw(target.with_suffix(".png"), *columns, f"{name} fibre {fibre}")
    population = record.populations[name]
    stored = population.spike_time_ms[population.spike_fibre == fibre]
    return _compared(stored, seen.spike_time_ms, 1e3 * to_s)


def _compared(stored_ms: np.ndarray, again_ms: np.ndarray, until_ms: float) -> int:
    """Say whether the fibre fired as in the file; later spikes may not be on their way yet."""
    stored, again = (times[times < until_ms] for times in (stored_ms, again_ms))
    if np.array_equal(stored, again):
        print(f"{len(stored)} spikes until then, each at the stored time to the last bit")
        return 0
    print(
        f"NOT the stored run: {len(again)} spikes until then, {len(stored)} in the file; another "
        "version, device or JAX made it (its /provenance says which)"
    )
    return 1


def _draw(path: Path, *columns: Any) -> None:
    try:
        from nervejax.analysis.trace_figure import write_trace_picture

        print(write_trace_picture(path, *columns))
    except ImportError:
        print("no picture: it needs matplotlib: pip install 'nervejax[plots]'")


def _fibre(word: str, record: "EpisodeRecord") -> tuple[str, int]:
    """Class and index: ``c:3``, or a number that counts through the classes of the file."""
    counts = {k: len(p.nodes["diameter_um"]) for k, p in record.populations.items()}
    known = ", ".join(f"{name}:0 ... {name}:{n - 1}" for name, n in counts.items() if n)
    found = re.fullmatch(r"(?:([a-z]+):)?([0-9]{1,9})", word)
    if found and found[1] in counts and int(found[2]) < counts[found[1]]:
        return found[1], int(found[2])
    left = int(found[2]) if found and not found[1] else sum(counts.values())
    for name, count in counts.items():
        if left < count:
            return name, left
        left -= count
    raise UsageError(f"--fibre {word[:40]}: there is no such fibre; there are {known}")


def _stretch(options: argparse.Namespace, record: "EpisodeRecord") -> tuple[float, float]:
    first, last = float(record.time_s[0]), record.compression_s + record.recovery_s
    start, end = options.from_s, options.to_s
    if not first <= start < end <= last:
        raise UsageError(
            f"--from-s {start:g} --to-s {end:g}: must be a stretch of the episode, within {first:g} ... "
            f"{last:g} s of limb time (0 = pressure on)"
        )
    return start, end


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax replay",
        description="Run a stored episode again up to some seconds of limb time, and keep the membrane "
        "potential of one fibre at every place in each window of the slow steps that lie there: "
        "replay-*.h5 (for xarray) and a picture. Says whether the fibre fires as in the file. Status 1 "
        "if not.",
    )
    add = parser.add_argument
    add("path", type=existing_path, metavar="PATH", help="episode.h5 or its folder")
    add("--fibre", required=True, metavar="N",
        help="as abeta:12, or a number that counts through the classes of the file")  # fmt: skip
    add("--from-s", type=float, required=True, metavar="S", help="limb time, 0 = pressure on")
    add("--to-s", type=float, required=True, metavar="S", help="the run ends there")
    add(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for the files (default: that of the episode)",
    )
    return parser
