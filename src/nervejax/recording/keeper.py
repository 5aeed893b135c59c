"""Keeps the segments of a run while it goes on, and tells what was found of earlier ones."""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from nervejax.errors import NervejaxError
from nervejax.recording.segments import Segments, Stand, read_about

COST_REL = 0.02
"""Largest share of the time of a run that its segments may take (assumed)."""


class Stopped(KeyboardInterrupt):
    """A run was asked to stop, and has done so between two slow steps; its segments are whole."""


class Saves(Protocol):
    """A run between two slow steps, see ``episode.driver.Episode``."""

    def saved(self) -> Any:
        """All that the next steps depend on."""
        ...

    def new_rows(self) -> Any:
        """What was seen since the last call."""
        ...


class Keeper:
    """Called after every slow step of a run, writes a segment now and then.

    Attributes:
        stand: where an earlier process left the run, or None.
        remarks: lines about what was found.
        kept: a segment was written, now or by an earlier process.
    """

    def __init__(
        self,
        segments: Segments,
        every_s: float,
        about: Mapping[str, Any],
        stop: Callable[[], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read what is there.

        Args:
            every_s: wall time between segments [s]; longer where writing one is slow.
            about: versions and device, ``overrides``; for a later process.
            stop: whether the run is wanted to stop.
        """
        self._segments, self._every_s, self._about = segments, every_s, dict(about)
        self._stop, self._clock = stop or (lambda: False), clock
        self._due_s, self._begun = clock() + every_s, False
        self._pending: list[Any] = []
        self.stand: Stand | None = segments.last()
        self.kept = self.stand is not None
        self.remarks = self._found()

    def begin(self) -> None:
        """Write down what is run; the first segment does it otherwise.

        Raises:
            NervejaxError: the folder holds an unfinished run with other settings, or cannot be written.
        """
        self._segments.begin(self._about)
        self._begun = True

    def __call__(self, run: Saves) -> None:
        """Write a segment if it is time, or the run is to stop.

        Raises:
            Stopped: the run was asked to stop.
            NervejaxError: it was, and the disk refuses its segment.
        """
        stop = self._stop()
        if stop or self._clock() >= self._due_s:
            if not self._begun:
                self.begin()
            start_s = self._clock()
            self._pending.append(run.new_rows())
            self._keep(run, stop)
            now_s = self._clock()
            self._due_s = now_s + max(self._every_s, (now_s - start_s) / COST_REL)
        if stop:
            raise Stopped

    def _keep(self, run: Saves, stop: bool) -> None:
        """Write a segment; where the disk refuses, a run that goes on tries again later."""
        try:
            self._segments.keep(run.saved(), self._pending)
            self._pending, self.kept = [], True
        except NervejaxError as error:
            if stop:
                raise
            print(f"nervejax: no segment: {error}; the run goes on", file=sys.stderr)

    def forget(self) -> None:
        """What is there belongs to no run that can go on: begin anew."""
        self._segments.remove()
        self.stand, self.kept, self._begun = None, False, False

    def end(self) -> None:
        """The run is whole, or came to nothing: remove its segments."""
        self._segments.remove()

    def _found(self) -> list[str]:
        remarks = [f"{name}: damaged; not used" for name in self._segments.broken]
        if self.stand is None:
            return remarks
        before = read_about(self._segments.folder.parent)
        for key in ("nervejax", "jax", "device"):
            if str(before.get(key)) != str(self._about.get(key)):
                remarks.append(
                    f"began with {key} {before.get(key)}, goes on with {self._about.get(key)}: numbers "
                    "may differ from those of an unbroken run"
                )
        return remarks
