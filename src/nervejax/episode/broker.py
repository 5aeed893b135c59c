"""Episodes side by side: each in a thread of its own, their kernel calls in common lanes.

Every episode runs the plain driver. Where it would run a kernel it hands its calls to the broker and
waits; when all wait, those that are furthest behind are served together. What an episode gets does not
depend on who else is there, so neither does its result.
"""

import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from nervejax.episode.chunks import Chunk, split
from nervejax.episode.engine import Call, Engine, Tree
from nervejax.episode.shared import run_shared, signature


class Stopped(Exception):
    """The batch was given up while an episode waited."""


class _Asked:
    """One episode's calls, and what becomes of them."""

    def __init__(self, episode: int, calls: list[Call]) -> None:
        self.episode, self.calls = episode, calls
        self.results: list[Tree] | None = None
        self.error: BaseException | None = None
        self.answered = threading.Event()


class Broker:
    """Serves ``count`` episodes.

    Attributes:
        step: slow steps that each episode has done; those behind are served first, so that calls of
            one kind meet.
        turn: held by the one episode that runs Python; so many threads at once only hinder each other.
    """

    def __init__(self, count: int, devices: Sequence[Any]) -> None:
        self.step, self.turn = [0] * count, threading.Lock()
        self._devices = list(devices)
        self._busy, self._stopped = count, False
        self._waiting: list[_Asked] = []
        self._changed = threading.Condition()

    def engine(self, episode: int) -> Engine:
        """What runs the calls of an episode, whose thread holds ``turn``."""
        return _Brokered(self, episode)

    def leave(self) -> None:
        """An episode has ended, well or not."""
        with self._changed:
            self._busy -= 1
            self._changed.notify()

    def stop(self) -> None:
        """Give up: every episode that waits or asks raises ``Stopped``."""
        with self._changed:
            self._stopped = True
            for asked in self._waiting:
                asked.answered.set()

    def serve(self) -> None:
        """Serve until all have left; in the caller's thread."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._busy == 0)
                if not self._waiting:
                    return
                behind = min(self.step[a.episode] for a in self._waiting)
                due = [a for a in self._waiting if self.step[a.episode] == behind]
            _run(due, self._devices)
            with self._changed:
                self._waiting = [a for a in self._waiting if a not in due]
                self._busy += len(due)
            for asked in due:
                asked.answered.set()

    def split(self, count: int, lanes: int) -> list[Chunk]:
        """Chunks of fibres whose lanes lie on the host between the calls."""
        return split(count, lanes, self._devices, 0, resident=False)

    def ask(self, episode: int, calls: list[Call]) -> list[Tree]:
        """Wait until the calls of an episode are served.

        Raises:
            Stopped: the batch was given up.
            Exception: what the calls raised.
        """
        asked = _Asked(episode, calls)
        with self._changed:
            if self._stopped:
                raise Stopped
            self._waiting.append(asked)
            self._busy -= 1
            self._changed.notify()
        self.turn.release()
        asked.answered.wait()
        self.turn.acquire()
        if asked.error is not None:
            raise asked.error
        if asked.results is None:
            raise Stopped
        return asked.results


class _Brokered:
    """The engine of one episode."""

    side_by_side = False

    def __init__(self, broker: Broker, episode: int) -> None:
        self._broker, self._episode = broker, episode

    def chunks(self, count: int, lanes: int, offset: int) -> list[Chunk]:  # noqa: ARG002 no devices
        """On the host."""
        return self._broker.split(count, lanes)

    def __call__(self, calls: list[Call]) -> list[Tree]:
        """In lanes that other episodes may share."""
        return self._broker.ask(self._episode, calls)


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
                asked.results = [run_shared([call], devices)[0] for call in asked.calls]
            except Exception as error:
                asked.error = error
