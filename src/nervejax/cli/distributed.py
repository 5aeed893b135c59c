"""``nervejax run --distributed``: one episode by several processes; process 0 writes and speaks."""

import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nervejax import __version__
from nervejax.cli import environment
from nervejax.cli.cluster import Place, place_of
from nervejax.cli.ending import failed
from nervejax.cli.usage import Parser, UsageError
from nervejax.config import Config, to_mapping
from nervejax.errors import NervejaxError

AUTO = "auto"
_ADDRESS = re.compile(r"[^=\s]+:\d+|auto")


def add_options(parser: Parser) -> None:
    """The options of a run of several processes."""
    add = parser.add_argument_group("one episode by several processes").add_argument
    add("--distributed", metavar="HOST:PORT", help="of process 0; not needed under srun and mpirun")
    add("--processes", type=int, metavar="N", help="how many there are")
    add("--process", type=int, metavar="K", help="which one this is, from 0")


def spelled_out(words: Sequence[str]) -> list[str]:
    """The words with ``--distributed=auto`` for one that no address follows."""
    out = list(words)
    for k, word in enumerate(words):
        if word == "--distributed" and not any(map(_ADDRESS.fullmatch, words[k + 1 : k + 2])):
            out[k] = f"--distributed={AUTO}"
    return out


def place_asked(options: Any) -> Place | None:
    """Which process this is; None for a run of one.

    Raises:
        UsageError: the options do not fit together.
    """
    if options.distributed is None:
        if options.processes is not None or options.process is not None:
            raise UsageError(
                "--processes and --process need --distributed HOST:PORT, that of process 0"
            )
        return None
    if options.multirun:
        raise UsageError(
            "--distributed spreads one episode over processes, -m runs many; leave one out"
            " (a sweep goes over machines with hydra/launcher=batch_submitit)"
        )
    address = None if options.distributed == AUTO else options.distributed
    return place_of(address, options.processes, options.process, os.environ)


def run(place: Place, config: Config, episode: Callable[[Any], int]) -> int:
    """Meet the other processes and run with them.

    Args:
        episode: in process 0, runs with the engine that it is given, writes and prints; its status.

    Returns:
        Exit status, 0 only where process 0 has written the file.

    Raises:
        NervejaxError: the others did not come, or one failed or has gone.
    """
    environment.prepare(local=place.local, local_count=place.local_count)
    from nervejax.episode.meeting import meet

    team = meet(place.address, place.rank, place.count, _about(config), told=_tell)
    with team:
        from nervejax.episode.spread import Spread

        engine = Spread(team)
        if place.rank == 0:
            status = episode(engine)
            if status:
                team.give_up(team.trouble or "process 0 failed, see what it says")
            else:
                with suppress(NervejaxError):  # the file is there, whatever becomes of the others
                    team.gather(b"written")
            return status
        from nervejax.episode.driver import run_episode

        try:
            run_episode(config, None, engine)
            team.gather(b"")  # until the file is there
        except NervejaxError:
            raise
        except Exception as error:
            team.give_up(f"process {place.rank} failed: {type(error).__name__}: {error}")
            return failed(error)
    return 0


def _about(config: Config) -> dict[str, str]:
    """What must be equal in all processes; ``machine`` is only told where it is not."""
    import jax
    import numpy as np

    mapping = json.dumps(to_mapping(config), sort_keys=True, default=list)
    return {
        "nervejax": __version__, "jax": jax.__version__, "numpy": np.__version__,
        "backend": jax.default_backend(),
        "settings": hashlib.sha256(mapping.encode()).hexdigest(),
        "machine": f"{_processor()}, {jax.local_devices()[0].device_kind}",
    }  # fmt: skip


def _processor() -> str:
    """Name of the processor: another one rounds exp and log of NumPy in another way."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _tell(text: str) -> None:
    print(f"nervejax: {text}", file=sys.stderr, flush=True)
