"""The meeting place: configuration -> episode -> file -> report."""

import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import yaml

from nervejax.analysis.arrivals import arrival_series
from nervejax.analysis.cnap import cnap_series
from nervejax.analysis.readout import readout
from nervejax.analysis.report import write_report
from nervejax.analysis.summary import summarise
from nervejax.analysis.words import headline
from nervejax.config import Config, problems, to_mapping
from nervejax.errors import NervejaxError
from nervejax.recording import provenance, windowing
from nervejax.recording.writer import write_episode

FILE_NAME = "episode.h5"


def simulate(
    config: Config,
    out_dir: Path,
    progress: Callable[[float, str], None] | None = None,
    overrides: list[str] | None = None,
) -> Path:
    """Run one episode and leave ``episode.h5`` and, with matplotlib, ``report.html`` in a folder.

    Args:
        config: the run; checked here again.
        out_dir: existing or new folder.
        progress: called with (limb time [s] since the start, a short text) after every slow step.
        overrides: what the user changed, for the record.

    Returns:
        Path of the episode file.

    Raises:
        NervejaxError: the configuration is not sound, or the file cannot be written. No file is
            left half-written.
    """
    bad = problems(config)
    if bad:
        raise NervejaxError("; ".join(bad))
    import jax  # late: the command line answers without it

    from nervejax.episode.driver import run_episode

    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()
    record = run_episode(config, progress)
    record.windowing = windowing.measured_errors(config.numerics)
    series = readout(record) | cnap_series(record) | arrival_series(record)
    summary = summarise(record, series)
    path = write_episode(
        record,
        Path(out_dir) / FILE_NAME,
        provenance=provenance.collect(
            config_yaml=yaml.safe_dump(to_mapping(config), sort_keys=False),
            overrides=list(overrides or []),
            seed=config.seed,
            device=f"{jax.default_backend()} ({platform.machine()})",
            dtype="float32 in windows, float64 between them",
            started_utc=started,
            wall_s=time.perf_counter() - clock,
        ),
        readout=series,
        summary=summary,
    )
    for line in headline(summary):
        print(line)
    if config.output.report:
        try:
            write_report(path)
        except NervejaxError as error:  # no matplotlib: the episode is whole all the same
            print(f"nervejax: no report: {error}", file=sys.stderr)
    return path
