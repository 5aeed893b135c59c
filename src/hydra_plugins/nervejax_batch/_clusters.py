"""Where groups of runs are started: a Slurm cluster, processes of this machine, or this process.

Each starts groups through submitit and knows which of them are over, whether they ended well or not.
"""

import logging
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nervejax.errors import NervejaxError

log = logging.getLogger(__name__)

ASK_EVERY_S = 10.0
"""How often Slurm is asked which elements of the array are over [s]."""
INTERRUPTED_S = 5.0
"""A process that ignores an interrupt, as one started in the background may, is killed after this [s]."""
PATIENCE_S = 30.0
"""How long a command of Slurm may take [s]."""
_OVER = {
    "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "FORGOTTEN", "NODE_FAIL",
    "OUT_OF_MEMORY", "PREEMPTED", "REVOKED", "TIMEOUT",
}  # fmt: skip
"""States from which a job does not come back by itself; FORGOTTEN: Slurm does not know it any more."""


class Slurm:
    """One group is one element of an array; all are handed over at once."""

    at_once = 10**6
    grace_s = 15.0
    """How long notes may take from another machine's disk to this one after their group is over [s]."""

    def __init__(self, settings: Any, folder: Path) -> None:
        from submitit import SlurmExecutor

        self._executor = SlurmExecutor(folder, max_num_timeout=settings.max_num_timeout)
        wanted = {
            "time": settings.timeout_min,
            "cpus_per_task": settings.cpus_per_task,
            "gpus_per_node": settings.gpus_per_node or None,
            "mem": None if settings.mem_GB is None else f"{round(settings.mem_GB * 1024)}MB",
            "partition": settings.partition,
            "account": settings.account,
            "qos": settings.qos,
            "constraint": settings.constraint,
            "array_parallelism": settings.array_parallelism,
            "signal_delay_s": settings.signal_delay_s,
            "setup": [str(line) for line in settings.setup] or None,
            "job_name": settings.job_name,
            "additional_parameters": dict(settings.additional_parameters) or None,
        }
        given = {name: value for name, value in wanted.items() if value is not None}
        self._executor.update_parameters(**given)
        self._jobs: list[str] = []
        self._states: dict[str, str] = {}
        self._asked_s = time.monotonic()

    def submit(self, tasks: Sequence[Callable[[], Any]]) -> list[Any]:
        """Hand groups over as one array."""
        from submitit.core.utils import FailedJobError, FailedSubmissionError

        try:
            jobs = self._executor.submit_array(tasks)
        except (FailedJobError, FailedSubmissionError) as error:
            why = " ".join(str(error).split()) or "no reason given"
            raise NervejaxError(f"Slurm refused the runs: {why}") from None
        self._jobs = [job.job_id for job in jobs]
        return jobs

    def over(self, job: Any) -> str | None:
        """The state of a job that is over; None while it waits or runs, or Slurm does not answer."""
        if time.monotonic() - self._asked_s > ASK_EVERY_S:
            self._asked_s = time.monotonic()
            self._ask(job.job_id.partition("_")[0])
        state = self._states.get(job.job_id)
        return state if state in _OVER else None

    def cancel(self, jobs: Sequence[Any]) -> None:
        """Take the array back."""
        for number in {job.job_id.partition("_")[0] for job in jobs}:
            _asked("scancel", number)

    def _ask(self, array: str) -> None:
        """State of every element of an array; squeue tells it without Slurm's accounting."""
        told = _asked(
            "squeue", "--states=all", "--array", "--noheader", "--format=%i %T", f"-j{array}"
        )
        if told is None:
            return
        if told.returncode and "Invalid job id" in told.stderr:  # over since minutes, and forgotten
            self._states |= dict.fromkeys(self._jobs, "FORGOTTEN")
        rows = [line.split() for line in told.stdout.splitlines()]
        self._states |= {row[0]: row[1] for row in rows if len(row) == 2}


def _asked(*words: str) -> subprocess.CompletedProcess | None:
    """What a command of Slurm answers; None if it does not."""
    try:
        return subprocess.run(
            words, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning(f"{words[0]}: {error}")
        return None


class Local:
    """Processes of this machine, as many at a time as there are cores for, or as asked for."""

    grace_s = 0.0

    def __init__(self, settings: Any, folder: Path) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self.at_once = settings.array_parallelism or max((cores or 1) // settings.cpus_per_task, 1)
        self._settings, self._folder = settings, folder
        self._slots: list[Any] = [None] * self.at_once

    def submit(self, tasks: Sequence[Callable[[], Any]]) -> list[Any]:
        """Start groups, each with GPUs of its own if it wants any."""
        return [self._start(task) for task in tasks]

    def over(self, job: Any) -> str | None:
        """``INTERRUPTED``, ``FINISHED`` or None."""
        return job.state if job.done() else None

    def cancel(self, jobs: Sequence[Any]) -> None:
        """Interrupt them as Ctrl-C does, and wait until they are gone; who does not go is killed."""
        for sign, patience_s in ((signal.SIGINT, INTERRUPTED_S), (signal.SIGKILL, PATIENCE_S)):
            for job in jobs:
                if job.state == "RUNNING":
                    with suppress(ProcessLookupError):  # it ended by itself just now
                        os.killpg(int(job.job_id), sign)
            until_s = time.monotonic() + patience_s
            while any(job.state == "RUNNING" for job in jobs) and time.monotonic() < until_s:
                time.sleep(0.1)

    def _start(self, task: Callable[[], Any]) -> Any:
        from submitit import LocalExecutor

        slot = self._free_slot()
        settings, gpus = self._settings, self._settings.gpus_per_node
        executor = LocalExecutor(self._folder, max_num_timeout=settings.max_num_timeout)
        executor.update_parameters(
            timeout_min=settings.timeout_min,
            gpus_per_node=gpus,
            visible_gpus=tuple(range(slot * gpus, (slot + 1) * gpus)),
            signal_delay_s=settings.signal_delay_s,
            setup=[str(line) for line in settings.setup],
        )
        with _in_a_session_of_its_own(self._folder / "controllers.err"):
            self._slots[slot] = executor.submit(task)
        return self._slots[slot]

    def _free_slot(self) -> int:
        """The first place, and with it GPUs, without a process; one that told all its runs soon ends."""
        while True:
            for slot, job in enumerate(self._slots):
                if job is None or job.done():
                    return slot
            time.sleep(0.1)


@contextmanager
def _in_a_session_of_its_own(errors: Path) -> Iterator[None]:
    """Let Ctrl-C reach what submitit starts through ``Local.cancel`` alone, once.

    From the terminal it would come as well, and then break off how submitit ends its processes.
    """
    from submitit.local import local as module

    local: Any = module
    real = local.subprocess
    with errors.open("ab") as file:
        local.subprocess = SimpleNamespace(
            Popen=partial(subprocess.Popen, start_new_session=True, stderr=file)
        )
        try:
            yield
        finally:
            local.subprocess = real


class Debug:
    """This process, one group after the other: to look for faults with a debugger."""

    at_once = 1
    grace_s = 0.0

    def __init__(self, settings: Any, folder: Path) -> None:  # noqa: ARG002 all take the same
        from submitit import DebugExecutor

        self._executor = DebugExecutor(folder)

    def submit(self, tasks: Sequence[Callable[[], Any]]) -> list[Any]:
        """Prepare groups; they run when they are asked whether they are over."""
        return self._executor.submit_array(tasks)

    def over(self, job: Any) -> str | None:
        """``DONE``: it runs here and now."""
        return job.state if job.done() else None

    def cancel(self, jobs: Sequence[Any]) -> None:
        """Nothing runs on."""


CLUSTERS: dict[str, Any] = {"slurm": Slurm, "local": Local, "debug": Debug}
"""``hydra.launcher.cluster`` -> what starts groups there."""


def missing(cluster: str) -> str | None:
    """What this machine lacks for a cluster, in one line."""
    absent = [name for name in ("sbatch", "srun", "squeue", "scancel") if not shutil.which(name)]
    if cluster == "slurm" and absent:
        return (
            f"hydra.launcher.cluster=slurm: there is no {absent[0]} here; start it on a machine of the "
            "cluster, or use hydra.launcher.cluster=local"
        )
    return None
