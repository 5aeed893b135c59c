"""Runs episodes side by side: one process per core, each with one thread, the longest first.

A process keeps its compiled programs from episode to episode. Nothing half-written is left: an episode
file appears whole (``recording.writer``) and its stamp after it.
"""

import contextlib
import io
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from typing import Any

from nervejax.checks.store import Job

ONE_THREAD = {
    "NERVEJAX_CPU_THREADS": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
}  # fmt: skip
DIED = "its process ended (out of memory?)"
GRACE_S = 5.0
MIN = 60.0

Pipe = Any
"""A ``multiprocessing`` connection; its type is another one on every system."""
Done = Callable[[Job, str], Any]
"""Called after every episode with the reason why it is not there; empty if it is."""


def run_jobs(
    jobs: list[Job], workers: int, say: Callable[[str], Any], done: Done,
    work: Callable[[Job], str] | None = None,
) -> None:  # fmt: skip
    """Run every job, the longest first; a failing one does not stop the others.

    Args:
        jobs: what to run; each folder then holds the episode and its stamp, or no stamp.
        workers: processes at a time.  say: called with how far it has come.
        work: what a worker does with a job, ``run_one`` unless told; found by its name there.
    """
    waiting = sorted(jobs, key=lambda job: job.cost_s)  # taken from the end
    progress = _Progress(jobs, min(workers, max(len(jobs), 1)), say)
    busy: dict[Pipe, Job] = {}
    idle: list[Pipe] = []
    try:
        with _environment(ONE_THREAD), _children(work or run_one) as start:
            while waiting or busy:
                while waiting and len(busy) < workers:
                    pipe, job = idle.pop() if idle else start(), waiting.pop()
                    job.forget()
                    busy[pipe] = job
                    pipe.send(job)
                ready: list[Pipe] = list(wait(list(busy)))
                for pipe in ready:
                    why = DIED
                    with contextlib.suppress(EOFError):
                        why = pipe.recv()
                        idle.append(pipe)
                    job = busy.pop(pipe)
                    done(job, why)
                    progress(job, why)
    finally:
        for job in busy.values():
            job.discard_unfinished()


class _Progress:
    """How many are done and how long the rest takes, from what the done ones cost."""

    def __init__(self, jobs: list[Job], workers: int, say: Callable[[str], Any]) -> None:
        self.total, self.workers, self.say = len(jobs), workers, say
        self.left_s, self.done_s, self.count = sum(job.cost_s for job in jobs), 0.0, 0
        self.began = time.monotonic()
        if jobs:
            say(f"{self.total} episodes to run in {workers} processes, about "
                f"{max(1, round(self.left_s / workers / MIN))} min")  # fmt: skip

    def __call__(self, job: Job, why: str) -> None:
        self.count += 1
        self.left_s, self.done_s = self.left_s - job.cost_s, self.done_s + job.cost_s
        spent = time.monotonic() - self.began
        left = spent * self.left_s / self.done_s / MIN
        what = f"{job.name} failed: {why}" if why else job.name
        rest = f"; about {left:.0f} min left" if self.count < self.total else ""
        self.say(f"episode {self.count} of {self.total}: {what}{rest}")


@contextlib.contextmanager
def _children(work: Callable[[Job], str]) -> Iterator[Callable[[], Pipe]]:
    """Gives a function that starts a worker and returns the pipe to it; all end with the block."""
    context = multiprocessing.get_context("spawn")
    started: list[tuple[Pipe, Any]] = []

    def start() -> Pipe:
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(there, work), daemon=True)
        process.start()
        there.close()
        started.append((here, process))
        return here

    try:
        yield start
    finally:
        for pipe, process in started:
            pipe.close()
            process.terminate()
        for _, process in started:
            process.join(GRACE_S)


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for processes that are started inside, then put them back."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _work(pipe: Pipe, work: Callable[[Job], str]) -> None:
    """Body of a worker: one episode after the other until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    with contextlib.suppress(EOFError, OSError):
        while True:
            job: Job = pipe.recv()
            pipe.send(work(job))


def run_one(job: Job) -> str:
    """Run one episode and stamp it; the reason if it failed, else empty."""
    from nervejax.simulate import simulate  # late: only here JAX is needed

    try:
        job.folder.mkdir(parents=True, exist_ok=True)
        with contextlib.redirect_stdout(io.StringIO()):  # its sentences are for a single run
            simulate(job.config, job.folder)
        job.stamp()
    except Exception as error:
        told = " ".join(str(error).split()) or type(error).__name__
        return (
            told if type(error).__name__ == "NervejaxError" else f"{type(error).__name__}: {told}"
        )
    return ""
