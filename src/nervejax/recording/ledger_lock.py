"""One process at a time in the folder of a sweep or a run."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from nervejax.errors import NervejaxError
from nervejax.recording.ledger_text import FOLDER

LOCK = "lock"


@contextlib.contextmanager
def locked(folder: Path, home: str = FOLDER) -> Iterator[None]:
    """Keep other processes out of the folder of a sweep or a run; the lock dies with its process.

    Where the system or the disk has no such locks nobody is kept out.

    Args:
        folder: that of the sweep or run.
        home: folder in it that holds the lock.

    Raises:
        NervejaxError: another process works there, or the folder cannot be written.
    """
    path = Path(folder) / home / LOCK
    with contextlib.ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(path.open("a"))
        except OSError as error:
            raise NervejaxError(f"{path}: not written: {error.strerror or error}") from error
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NervejaxError(
                f"{folder}: another nervejax process works in this folder"
            ) from None
        except (ImportError, OSError):  # Windows, some network disks
            pass
        yield
