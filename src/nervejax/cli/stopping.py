"""How a run is asked to end early: Ctrl-C, SIGTERM from a batch system, a limit on its wall time."""

import os
import signal
import sys
import threading
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WALL_LIMIT = "end in order after so many minutes of wall time, to be resumed"
SIGNALS = (signal.SIGINT, signal.SIGTERM)
_told = threading.Event()
"""A signal has come. Python drops what a handler raises in a callback, of the garbage collector say."""


@contextmanager
def ended_like_ctrl_c() -> Iterator[None]:
    """SIGTERM, as batch systems send it, ends a command as Ctrl-C does: in order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ended(number: int, frame: object) -> None:
        _told.set()
        signal.default_int_handler(number, frame)  # pyright: ignore[reportArgumentType]

    before = {number: signal.signal(number, ended) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _told.clear()


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """A question whether to stop; the first signal answers it with yes, the second ends at once.

    Raises:
        KeyboardInterrupt: a signal came before, and did not end the command.
    """
    if _told.is_set():
        raise KeyboardInterrupt
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def noted(number: int, frame: object) -> None:
        if asked.is_set():
            signal.default_int_handler(number, frame)  # pyright: ignore[reportArgumentType]
        asked.set()
        told = "stopping after this slow step; once more to end at once"
        print(f"\nnervejax: {told}", file=sys.stderr, flush=True)

    before = {number: signal.signal(number, noted) for number in SIGNALS}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def wall_limit(minutes: float | None) -> Iterator[None]:
    """Send this process SIGTERM when its wall time is up; None: never."""
    if minutes is None:
        yield
        return
    timer = threading.Timer(60.0 * minutes, os.kill, (os.getpid(), signal.SIGTERM))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def minutes(text: str) -> float:
    """A wall time, for use as an argument type."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise ArgumentTypeError(f"must be a number of minutes above 0, not {text[:40]}")
    return value
