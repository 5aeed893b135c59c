"""``python trial.py FILE``: read all of an HDF5 file, in a process that may hang or crash on it.

Exceptions are no matter: whoever reads the file later gets the same one and says it in a line.
"""

import sys
from contextlib import suppress

import h5py

BLOCK_BYTES, SMALL_BYTES, PACKED = 2**25, 2**26, 20
"""Read in blocks; arrays that are neither small nor at most so many times their file are left out."""


def read_all(path: str) -> None:
    """Read every attribute, and every array that its file can plausibly hold."""
    with suppress(Exception), h5py.File(path, "r") as file:
        names = ["/"]
        with suppress(Exception):
            file.visit(names.append)
        for name in names:
            with suppress(Exception):
                _read(file[name])


def _read(item: h5py.HLObject) -> None:
    for name in item.attrs:
        with suppress(Exception):
            item.attrs[name]
    if not isinstance(item, h5py.Dataset):
        return
    if item.nbytes > max(SMALL_BYTES, PACKED * item.file.id.get_filesize()):
        return
    if not item.shape or item.nbytes <= BLOCK_BYTES:
        item[()]
        return
    rows = max(1, BLOCK_BYTES * item.shape[0] // item.nbytes)
    for first in range(0, item.shape[0], rows):
        item[first : first + rows]


if __name__ == "__main__":
    read_all(sys.argv[1])
