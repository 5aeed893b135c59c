"""Episodes side by side: each in a thread of its own, their kernel calls in common lanes.

Every episode runs the plain driver. Where it would run a kernel it hands its calls to the broker and
waits; when all wait, those that are furthest behind are served together. What an episode gets does not
depend on who else is there, so neither does its result.
"""

import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from nervejax.episode.engine import Call, Engine, Tree, run_alone
from nervejax.episode.shared import run_shared, signature


class Stopped(Exception):
    """The batch was given up while an episode waited."""


class _Asked:
    """One episode's calls, and what becomes of them."""

    def __init__(self, episode: int, calls: list[Call]) -> None:
        self.episode, self.calls = episode, calls
        self.results: list[Tree] | None = None
        self.error: BaseException | None = None

    @property
    def served(self) -> bool:
        return self.results is not None or self.error is not None


class Broker:
    """Serves ``count`` episodes.

    Attributes:
        step: slow steps that each episode has done; those behind are served first, so that calls of
            one kind meet.
    """

    def __init__(self, count: int, devices: Sequence[Any]) -> None:
        self.step = [0] * count
        self._devices = devices
        self._busy, self._stopped = count, False
        self._waiting: list[_Asked] = []
        self._changed = threading.Condition()

    def engine(self, episode: int) -> Engine:
        """What runs the calls of an episode."""
        return lambda calls: self._ask(_Asked(episode, calls))

    def leave(self) -> None:
        """An episode has ended, well or not."""
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def stop(self) -> None:
        """Give up: every episode that waits or asks raises ``Stopped``."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def serve(self) -> None:
        """Serve until all have left; in the caller's thread, which alone runs kernels."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._busy == 0)
                if not self._waiting:
                    return
                behind = min(self.step[a.episode] for a in self._waiting)
                due = [a for a in self._waiting if self.step[a.episode] == behind]
            _run(due, self._devices)
            with self._changed:
                self._waiting = [a for a in self._waiting if not a.served]
                self._busy += len(due)
                self._changed.notify_all()

    def _ask(self, asked: _Asked) -> list[Tree]:
        with self._changed:
            self._waiting.append(asked)
            self._busy -= 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: asked.served or self._stopped)
        if asked.error is not None:
            raise asked.error
        if asked.results is None:
            raise Stopped
        return asked.results


def _run(due: list[_Asked], devices: Sequence[Any]) -> None:
    """Serve these; where calls in common lanes fail, each episode's alone, so only the culprit's do."""
    alike: dict[tuple, list[tuple[_Asked, int]]] = defaultdict(list)
    for asked in due:
        for number, call in enumerate(asked.calls):
            alike[signature(call)].append((asked, number))
    try:
        results: dict[int, dict[int, Tree]] = defaultdict(dict)
        for members in alike.values():
            found = run_shared([asked.calls[number] for asked, number in members], devices)
            for (asked, number), result in zip(members, found, strict=True):
                results[id(asked)][number] = result
        for asked in due:
            asked.results = [results[id(asked)][n] for n in range(len(asked.calls))]
    except Exception:
        for asked in due:
            try:
                asked.results = run_alone(asked.calls)
            except Exception as error:
                asked.error = error
