"""The meeting place: configuration -> episode -> file -> report."""

import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nervejax import __version__
from nervejax.analysis.arrivals import arrival_series
from nervejax.analysis.cnap import cnap_series
from nervejax.analysis.readout import readout
from nervejax.analysis.report import write_report
from nervejax.analysis.summary import summarise
from nervejax.analysis.words import headline
from nervejax.config import Config, problems, to_mapping
from nervejax.errors import NervejaxError
from nervejax.recording import provenance, windowing
from nervejax.recording.keeper import Keeper
from nervejax.recording.model import EpisodeRecord
from nervejax.recording.segments import Segments
from nervejax.recording.writer import write_episode

FILE_NAME = "episode.h5"
RUNS_PER_SEGMENT = 8
"""Of so many runs side by side one at a time writes a segment; of more each writes them more rarely."""


def simulate(
    config: Config,
    out_dir: Path,
    progress: Callable[[float, str], None] | None = None,
    overrides: list[str] | None = None,
    engine: Any = None,
    stop: Callable[[], bool] | None = None,
) -> Path:
    """Run one episode and leave ``episode.h5`` and, with matplotlib, ``report.html`` in a folder.

    A run of the same configuration that was cut short in this folder goes on from its last segment, and
    ends bit for bit as if it had not been.

    Args:
        config: the run; checked here again.
        out_dir: existing or new folder.
        progress: called with (limb time [s] since the start, a short text) after every slow step.
        overrides: what the user changed, for the record.
        engine: ``episode.engine.Engine`` that runs the kernels; None: the devices of this process.
            With an engine no segments are kept.
        stop: asked after every slow step whether to stop there.

    Returns:
        Path of the episode file.

    Raises:
        Stopped: it was asked to stop; the folder holds what is needed to go on.
        NervejaxError: the configuration is not sound, or the file cannot be written. No file is
            left half-written.
    """
    _check(config)
    from nervejax.episode import memory  # late: the command line answers without JAX

    started = _now()
    if much := memory.told(config, getattr(engine, "processes", 1)):
        print(f"nervejax: {much}", file=sys.stderr)
    keeper = None if engine else _keeper(config, Path(out_dir), overrides or [], stop)
    if keeper:
        keeper.begin()
    record = _run(config, progress, engine, keeper)
    path, told = _leave(record, config, Path(out_dir), started, overrides or [], keeper)
    for line in told:
        print(line)
    return path


def simulate_many(
    configs: Sequence[Config],
    out_dirs: Sequence[Path],
    ended: Callable[[int, Path | Exception], Any],
    progress: Callable[[float], Any] | None = None,
    overrides: Sequence[list[str]] | None = None,
) -> None:
    """Run episodes side by side, see ``episode.batch``; each leaves what ``simulate`` leaves.

    Args:
        configs, out_dirs: the runs and their folders.
        ended: called once for each, one at a time, with its number and the path of its episode file or
            why there is none; an error of one does not touch the others.
        progress: called now and then with the share of all limb time that is simulated.
        overrides: what the user changed in each, for the record.
    """
    from nervejax.episode import memory

    sound = []
    for number, config in enumerate(configs):
        try:
            _check(config)
            memory.told(config)  # or it is too big, even alone
            sound.append(number)
        except NervejaxError as error:
            ended(number, error)
    from nervejax.episode.batch import run_episodes

    started = _now()

    keepers: dict[int, Keeper | None] = {}

    def run(index: int, told: Any, engine: Any) -> EpisodeRecord:
        number = sound[index]
        words = overrides[number] if overrides else []
        keepers[number] = _keeper(
            configs[number], Path(out_dirs[number]), words, among=len(sound) / RUNS_PER_SEGMENT
        )
        return _run(configs[number], told, engine, keepers[number])

    def leave(index: int, outcome: EpisodeRecord | Exception) -> None:
        result: Path | Exception
        number = sound[index]
        words = overrides[number] if overrides else []
        keeper = keepers.pop(number, None)
        try:
            if isinstance(outcome, Exception):
                raise outcome
            out_dir = Path(out_dirs[number])
            result, _ = _leave(outcome, configs[number], out_dir, started, words, keeper)
        except Exception as error:
            result = error
        ended(number, result)

    run_episodes([configs[number] for number in sound], leave, progress, run)


def summarise_many(
    configs: Sequence[Config],
    ended: Callable[[int, "Numbers | Exception"], Any],
    progress: Callable[[float], Any] | None = None,
) -> None:
    """Run episodes side by side and keep of each only its numbers; nothing is written.

    Args:
        configs: the runs, already checked.
        ended: called once for each, one at a time, with its number and its summary and read-out (bit
            for bit what ``simulate`` writes), or why there are none.
        progress: called now and then with the share of all limb time that is simulated.
    """
    from nervejax.episode.batch import run_episodes

    def reduce(number: int, outcome: EpisodeRecord | Exception) -> None:
        result: Numbers | Exception
        try:
            if isinstance(outcome, Exception):
                raise outcome
            result = _numbers(outcome)
        except Exception as error:
            result = error
        ended(number, result)

    run_episodes(configs, reduce, progress)


@dataclass(frozen=True)
class Numbers:
    """What an episode comes down to.

    summary: name -> number or text.  series: name -> (T,), the read-out.  time_s: (T,) start of
    each step.
    """

    summary: Mapping[str, float | int | str]
    series: Mapping[str, np.ndarray]
    time_s: np.ndarray


def _numbers(record: EpisodeRecord) -> Numbers:
    series = readout(record) | cnap_series(record) | arrival_series(record)
    return Numbers(summarise(record, series), series, np.asarray(record.time_s))


def _check(config: Config) -> None:
    bad = problems(config)
    if bad:
        raise NervejaxError("; ".join(bad))


def _now() -> tuple[str, float]:
    """Date for people, and a clock that only goes forward [s]."""
    return datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()


def _keeper(
    config: Config, out_dir: Path, overrides: list[str],
    stop: Callable[[], bool] | None = None, among: float = 1.0,
) -> Keeper | None:  # fmt: skip
    """What keeps segments in a folder, ``among`` times rarer; None where none are wanted."""
    if config.output.segment_every_s <= 0:
        return None
    import jax

    about = {
        "overrides": overrides, "nervejax": __version__, "jax": jax.__version__,
        "device": jax.devices()[0].device_kind,
    }  # fmt: skip
    segments = Segments(out_dir, to_mapping(config))
    keeper = Keeper(segments, config.output.segment_every_s * max(1.0, among), about, stop)
    for line in keeper.remarks:
        print(f"nervejax: {out_dir}: {line}", file=sys.stderr)
    return keeper


def _run(
    config: Config, progress: Callable[[float, str], None] | None, engine: Any,
    keeper: Keeper | None,
) -> EpisodeRecord:  # fmt: skip
    """The episode, from where its segments end."""
    from nervejax.episode.driver import run_episode
    from nervejax.episode.kept import Unfit

    stand = keeper.stand if keeper else None
    try:
        if stand is None:
            return run_episode(config, progress, engine, None, keeper)
        try:
            return run_episode(config, progress, engine, (stand.state, stand.rows), keeper)
        except Unfit as error:
            print(f"nervejax: begins anew, for its segments do not fit: {error}", file=sys.stderr)
            assert keeper is not None
            keeper.forget()
            return run_episode(config, progress, engine, None, keeper)
    except Exception:
        if keeper and not keeper.kept:
            keeper.end()
        raise


def _leave(
    record: EpisodeRecord, config: Config, out_dir: Path, started: tuple[str, float],
    overrides: list[str], keeper: Keeper | None,
) -> tuple[Path, list[str]]:  # fmt: skip
    """Write the episode file and the report; its path, and what happened in words."""
    import jax

    record.windowing = windowing.measured_errors(config.numerics)
    numbers = _numbers(record)
    path = write_episode(
        record,
        out_dir / FILE_NAME,
        provenance=provenance.collect(
            config_yaml=yaml.safe_dump(to_mapping(config), sort_keys=False),
            overrides=list(overrides),
            seed=config.seed,
            device=f"{jax.default_backend()} ({platform.machine()})",
            dtype="float32 in windows, float64 between them",
            started_utc=started[0],
            wall_s=time.perf_counter() - started[1],
        ),
        readout=numbers.series,
        summary=numbers.summary,
    )
    if keeper:
        keeper.end()
    if config.output.report:
        try:
            write_report(path)
        except NervejaxError as error:  # no matplotlib: the episode is whole all the same
            print(f"nervejax: no report: {error}", file=sys.stderr)
    return path, headline(numbers.summary)
