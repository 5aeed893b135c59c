"""The jobs of ``nervejax run -m`` as one batch, for the launcher of ``hydra_plugins.nervejax_batch``."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nervejax.cli import environment
from nervejax.cli.ending import failed, leave_nothing, shown
from nervejax.cli.objective import returned
from nervejax.cli.progress import Progress
from nervejax.cli.sweep_ledgers import Entry, Ledgers
from nervejax.config import Config
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from omegaconf import DictConfig


class GivenUp(BaseException):
    """``--fail-fast``: a run failed, and nothing more is to be run.

    No ``Exception``, for Hydra takes one of a job for that job's failure alone.
    """


@dataclass(frozen=True)
class Job:
    """A run: its configuration, folder, overrides as typed, name for messages, place in a ledger."""

    config: Config
    folder: Path
    words: list[str]
    name: str
    entry: Entry | None = None


def run_batch(
    composed: Sequence["DictConfig"],
    folders: Sequence[Path],
    ended: Callable[[int, Any], Any],
    run_many: Callable[..., Any] | None = None,
    *,
    ledgers: Ledgers,
    fail_fast: bool = False,
) -> list[int]:
    """Run the jobs that Hydra composed, each into its own folder.

    Args:
        composed: configurations, Hydra's own part in them.
        ended: called once for each job, with its number and what ``objective.returned`` says of it.
        run_many: what takes the place of ``simulate_many``, to run them on other machines.
        ledgers: gets the plan before the first job starts, and how each ended.
        fail_fast: give up at the first job that fails.

    Returns:
        Their exit statuses.

    Raises:
        GivenUp: with ``fail_fast``, a job failed.
        NervejaxError: another process works in the sweep's folder, or its ledger is damaged.
    """
    from nervejax.cli.compose import config_of

    statuses = [0] * len(composed)
    configs: dict[int, Config] = {}
    for number, one in enumerate(composed):
        try:
            configs[number] = config_of(one)
        except NervejaxError as error:  # a sweep written in YAML is only seen here
            statuses[number] = failed(error)
            ended(number, returned(one.output.objective, statuses[number], error))
    if fail_fast and any(statuses):
        raise GivenUp
    entries = ledgers.enter(composed, configs, folders)
    numbers = list(configs)
    jobs = [
        Job(
            configs[n], folders[n], [str(word) for word in composed[n].hydra.overrides.task],
            str(composed[n].hydra.job.num), entries[n],
        )
        for n in numbers
    ]  # fmt: skip

    def done(index: int, status: int, outcome: Path | Exception) -> None:
        number = numbers[index]
        statuses[number] = status
        ended(number, returned(configs[number].output.objective, status, outcome))

    run_jobs(jobs, done, fail_fast, run_many)
    return statuses


def run_jobs(
    jobs: Sequence[Job],
    ended: Callable[[int, int, Path | Exception], Any],
    fail_fast: bool = False,
    run_many: Callable[..., Any] | None = None,
) -> None:
    """Run jobs side by side; say how each ends, and note it in its ledger.

    Args:
        ended: called once for each, one at a time, with its number, its exit status and the path of its
            episode file or why there is none.
        fail_fast: give up at the first that fails.
        run_many: what takes the place of ``simulate_many``.

    Raises:
        GivenUp: with ``fail_fast``, a job failed; what was done before stays.
    """
    if not jobs:
        return

    def done(index: int, outcome: Path | Exception) -> None:
        job, status = jobs[index], 0
        if isinstance(outcome, Exception):
            print(f"nervejax: run {job.name} failed", file=sys.stderr)
            status = failed(outcome)
        else:
            shown(outcome)
        if job.entry is not None:
            job.entry.note(outcome if isinstance(outcome, Exception) else None)
        ended(index, status, outcome)
        if isinstance(outcome, NervejaxError):
            leave_nothing(job.folder)
        if status and fail_fast:
            raise GivenUp

    if run_many is None:
        environment.prepare()
        from nervejax.simulate import simulate_many as run_many

    total_s = sum(job.config.duration.total_s for job in jobs)
    with Progress(total_s) as progress:
        run_many(
            [job.config for job in jobs], [job.folder for job in jobs], done,
            lambda share: progress(share * total_s), [job.words for job in jobs],
        )  # fmt: skip
