"""Files that are there whole or not at all, whatever ends the process or the machine."""

import os
from collections.abc import Iterable
from pathlib import Path

from nervejax.errors import NervejaxError


def write_whole(path: Path, pieces: Iterable[bytes], partial: Path | None = None) -> Path:
    """Write a file in pieces beside its place, flush it to disk, and move it there.

    Args:
        path: the file; its folder is made if needed.
        pieces: its content.
        partial: what it is called until it is whole; None: a hidden name of this process.

    Raises:
        NervejaxError: the disk refuses it; nothing is left of it.
    """
    part = partial or path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as out:
                for piece in pieces:
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        flush_folder(path.parent)
    except OSError as error:
        raise NervejaxError(f"{path}: not written: {error.strerror or error}") from error
    return path


def flush_folder(path: Path) -> None:
    """Make a rename in a folder last through a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
