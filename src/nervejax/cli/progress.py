"""How far a run has come."""

import sys
import time
from collections.abc import Callable
from typing import Self, TextIO

_LINE_EVERY_S = 5.0
_REDRAW_EVERY_S = 0.1


class Progress:
    """Prints share done, simulated minutes and time left; call it with the time done and a remark.

    On a terminal one line is redrawn; in a log there is one line every five seconds. The first
    call only starts the clock of the forecast, so compilation before it does not count.
    """

    def __init__(
        self,
        total_s: float,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start counting.

        Args:
            total_s: length of the episode [s of limb time].
            stream: where to print; standard error when None.
            clock: seconds of wall time.
        """
        self.total_s = total_s
        self.stream = sys.stderr if stream is None else stream
        self.clock = clock
        self.began = clock()
        self.first: tuple[float, float] | None = None
        self.shown = float("-inf")
        self.width = 0

    def __call__(self, done_s: float, text: str = "") -> None:
        """Note how much of the episode is simulated [s of limb time since its start]."""
        now = self.clock()
        if self.first is None:
            self.first = (now, done_s)
        if now - self.shown < (_REDRAW_EVERY_S if self.stream.isatty() else _LINE_EVERY_S):
            return
        self.shown = now
        words = [
            f"{100 * min(done_s / self.total_s, 1.0):3.0f} %",
            f"{done_s / 60:.1f} of {self.total_s / 60:.1f} min",
            self._left(now, done_s),
            text,
        ]
        self._print("  ".join(word for word in words if word), end="\r")

    def __enter__(self) -> Self:
        """The run begins."""
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        """Print the closing line, or after a failure leave the last line standing."""
        if failure is None:
            took = _duration(self.clock() - self.began)
            self._print(f"100 %  {self.total_s / 60:.1f} min simulated in {took}", end="\n")
        elif self.width:
            self.stream.write("\n")

    def _left(self, now: float, done_s: float) -> str:
        first_now, first_done_s = self.first or (now, done_s)
        if now <= first_now or done_s <= first_done_s:
            return ""
        rate = (done_s - first_done_s) / (now - first_now)
        return f"about {_duration(max(self.total_s - done_s, 0.0) / rate)} left"

    def _print(self, line: str, end: str) -> None:
        if self.stream.isatty():
            self.stream.write("\r" + line.ljust(self.width) + ("" if end == "\r" else end))
            self.width = len(line)
        else:
            self.stream.write(line + "\n")
        self.stream.flush()


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 7200 else f"{whole / 3600:.1f} h"
