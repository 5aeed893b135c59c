"""A group of runs in a process of its own, anywhere: what it does, and how it tells what became of each.

It tells by a file of notes, one JSON object a line, that only it writes and the process that started it
reads; so what was finished is known whatever ends the process.
"""

import json
import os
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nervejax.errors import NervejaxError

_SHARE_EVERY_S = 2.0
"""How often a group tells how far it is [s]."""


class FailedElsewhere(RuntimeError):
    """A fault of the program in another process; its traceback there is added as a note."""


@dataclass
class Group:
    """Runs that share a process and its device; called, it runs those that no note tells of yet.

    configs, folders, words: of each run its configuration, folder and overrides.
    notes: the file of notes; where there is one already, the group is continued.
    """

    configs: Sequence[Any]
    folders: Sequence[Path]
    words: Sequence[list[str]]
    notes: Path

    def __call__(self) -> None:
        """Run them; a run that fails leaves a note, like one that is done."""
        from nervejax.cli import environment

        environment.prepare()
        from nervejax.simulate import simulate_many

        told = {note["run"] for note in Notes(self.notes).new() if "run" in note}
        left = [number for number in range(len(self.configs)) if number not in told]
        if not left:
            return
        pen = _Pen(self.notes)

        def ended(index: int, outcome: Path | Exception) -> None:
            pen.outcome(left[index], outcome)

        simulate_many(
            [self.configs[n] for n in left], [self.folders[n] for n in left], ended,
            lambda share: pen.share(1 + (share - 1) * len(left) / len(self.configs)),
            [self.words[n] for n in left],
        )  # fmt: skip

    def checkpoint(self) -> Any:
        """For submitit, when time is up or the node is wanted back: the same group, to go on later."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self)


@dataclass
class Notes:
    """Reads the notes of a group as they come."""

    path: Path
    _read: int = field(default=0, init=False)

    def new(self) -> Iterator[dict[str, Any]]:
        """Notes since the last call; a line that is not whole yet waits for the next."""
        try:
            with self.path.open("rb") as file:
                file.seek(self._read)
                text = file.read()
        except OSError:  # not there yet, or the network disk is away for a moment
            return
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            try:
                note = json.loads(line)
            except ValueError:  # of a process that was killed while it wrote
                continue
            if isinstance(note, dict):
                yield note


def outcome_of(note: dict[str, Any]) -> Path | Exception:
    """The path of the episode that a note tells of, or why there is none."""
    if "path" in note:
        return Path(str(note["path"]))
    if note.get("users"):
        return NervejaxError(str(note["problem"]))
    error = FailedElsewhere(str(note.get("problem")))
    error.add_note(str(note.get("trace")))
    return error


class _Pen:
    """Writes the notes of a group; whole lines, from any thread."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock, self._told_s = path, threading.Lock(), 0.0

    def outcome(self, number: int, outcome: Path | Exception) -> None:
        """Note how a run ended; it is on the disk afterwards."""
        if isinstance(outcome, NervejaxError):
            self._write({"run": number, "problem": str(outcome), "users": True})
        elif isinstance(outcome, Exception):
            trace = "".join(traceback.format_exception(outcome))
            problem = f"{type(outcome).__name__}: {outcome}"
            self._write({"run": number, "problem": problem, "trace": trace})
        else:
            self._write({"run": number, "path": os.path.abspath(outcome)})

    def share(self, share: float) -> None:
        """Note how much is simulated, now and then."""
        if time.monotonic() - self._told_s >= _SHARE_EVERY_S:
            self._told_s = time.monotonic()
            self._write({"share": round(share, 4)})

    def _write(self, note: dict[str, Any]) -> None:
        # a newline first: what a killed process left of a line stays a line of its own
        line = ("\n" + json.dumps(note) + "\n").encode()
        with self._lock, self._path.open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
