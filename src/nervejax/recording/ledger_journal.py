"""The journal of a sweep: one line for each run that ended."""

import contextlib
import json
import os
from pathlib import Path

from nervejax.recording.ledger_text import FOLDER, now, short_text

JOURNAL = "journal.jsonl"
DONE, FAILED = "done", "failed"
MAX_PROBLEM = 500
"""Longest problem that the journal takes, in characters."""


def note(sweep: Path, index: int, problem: str | None = None) -> None:
    """Add to the journal that run ``index`` of the plan ended; with a problem it failed.

    A line that a killed process left unfinished is closed first. Where the disk refuses, nothing is
    noted: the files tell what is done.
    """
    line = json.dumps(
        {
            "run": index,
            "status": DONE if problem is None else FAILED,
            "problem": " ".join((problem or "").split())[:MAX_PROBLEM],
            "ended_utc": now(),
        }
    )
    path = Path(sweep) / FOLDER / JOURNAL
    with contextlib.suppress(OSError), path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else f"\n{line}"
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def read_journal(sweep: Path) -> dict[int, str | None]:
    """Index of a run -> how it ended last: why it failed, or None if it did not.

    Lines that are torn or strange are passed over, and a journal that is too long is not read.
    """
    found: dict[int, str | None] = {}
    for line in (short_text(Path(sweep) / FOLDER / JOURNAL) or "").splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
            entry = json.loads(line)
            index, failed = entry["run"], entry["status"] == FAILED
            if isinstance(index, int) and entry["status"] in (DONE, FAILED):
                found[index] = str(entry.get("problem", ""))[:MAX_PROBLEM] if failed else None
    return found
