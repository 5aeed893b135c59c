"""HDF5 files that end in a digest of themselves, so that damage is seen before HDF5 meets it.

A file that fits its seal is opened at once, one that does not fit it is refused. One without a seal,
older or edited (the seal stands behind the end of what HDF5 counts as its file, and HDF5 cuts it off), is
first read whole by a process of its own, for HDF5 may hang or crash on damaged metadata (2.0: an endless
loop over the length of a text).
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import h5py

from nervejax.errors import NervejaxError
from nervejax.recording import trial

MARK = b"\nnervejax seal: sha256 "
LENGTH = len(MARK) + 64 + 1
KNOWN_BY = MARK[:10]
"""What a cut or damaged seal is known by; with less of it left, all of HDF5's own bytes are there."""
PIECE = 2**20
TRIAL_S, TRIAL_BYTES_PER_S = 30.0, 1e7
"""How long reading a file without a fitting seal may take, and for how many bytes more (assumed)."""


def sealed(image: bytes) -> bytes:
    """The bytes of an HDF5 file with their seal behind them."""
    return image + MARK + hashlib.sha256(image).hexdigest().encode() + b"\n"


def seal(path: Path) -> None:
    """Put the seal behind a whole file on the disk.

    Raises:
        OSError: the disk refuses it.
    """
    digest = _digest(path, path.stat().st_size)
    with path.open("ab") as file:
        file.write(MARK + digest + b"\n")


def fits_seal(path: Path) -> bool:
    """Whether a file has a seal, and is what it was when it got it.

    Raises:
        OSError: the file cannot be read.
    """
    end = _end(path)
    if len(end) < LENGTH or not end.startswith(MARK):
        return False
    return end[len(MARK) : -1] == _digest(path, path.stat().st_size - LENGTH)


@contextmanager
def opened(path: Path) -> Iterator[h5py.File]:
    """An HDF5 file to read from.

    Raises:
        NervejaxError: it does not fit its seal, or has none and HDF5 hangs or crashes on it.
        OSError: it cannot be read.
    """
    stat = path.stat()
    if problem := _problem(path.resolve(), stat.st_ino, stat.st_size, stat.st_mtime_ns):
        raise NervejaxError(problem)
    with h5py.File(path, "r") as file:
        yield file


@lru_cache(maxsize=4096)
def _problem(path: Path, _inode: int, size: int, _changed_ns: int) -> str:
    """Why HDF5 must not open a file, or nothing; known of a file until it changes."""
    if fits_seal(path):
        return ""
    if KNOWN_BY in _end(path):
        return "damaged: not what was written (its SHA-256 does not fit)."
    words = [sys.executable, "-P", trial.__file__, str(path)]
    try:
        done = subprocess.run(
            words, capture_output=True, timeout=TRIAL_S + size / TRIAL_BYTES_PER_S, check=False
        )
    except subprocess.TimeoutExpired:
        return "damaged: HDF5 does not come back from reading it."
    return "damaged: HDF5 crashes on it." if done.returncode < 0 else ""


def _end(path: Path) -> bytes:
    """The last bytes of a file, where its seal is."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LENGTH))
        return file.read()


def _digest(path: Path, size: int) -> bytes:
    """SHA-256 of the first ``size`` bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (piece := file.read(min(PIECE, size))):
            digest.update(piece)
            size -= len(piece)
    return digest.hexdigest().encode()
