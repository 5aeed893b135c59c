"""What an episode file holds, as fingerprints: its numbers, and what is told about where they come from.

HDF5 notices damage only where data are compressed; a digest notices all of it. Two runs have equal
numbers if, and but for accidents only if, their fingerprints agree.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np

from nervejax.errors import NervejaxError
from nervejax.recording import layout
from nervejax.recording.reader import UNREADABLE, believable, read_episode

NUMBERS, ORIGIN = "numbers_sha256", "provenance_sha256"
"""Attributes of the file: over all but ``/provenance``, and over that."""


def fingerprints(file: h5py.File) -> dict[str, str]:
    """SHA-256 over name, type, shape and values of every dataset: ``NUMBERS`` and ``ORIGIN``."""
    digests = {NUMBERS: hashlib.sha256(), ORIGIN: hashlib.sha256()}
    for name, dataset in _datasets(file):
        digest = digests[ORIGIN if name.split("/")[0] == layout.PROVENANCE else NUMBERS]
        values = np.asarray(believable(dataset)[()])
        if values.dtype.kind == "O":  # texts
            data = repr(np.asarray(dataset.asstr()[()]).tolist()).encode()
        else:
            data = np.ascontiguousarray(values).tobytes()
        digest.update(f"{name} {dataset.dtype.str} {dataset.shape} ".encode())
        digest.update(data)
    return {name: digest.hexdigest() for name, digest in digests.items()}


def compare(path: Path) -> dict[str, tuple[str, str]]:
    """Fingerprint -> (as stored when the file was written, as computed now); "" where none is stored.

    Raises:
        NervejaxError: the file cannot be read as an episode.
    """
    read_episode(path)  # refuses what is strange or too large, in one line
    try:
        with h5py.File(path, "r") as file:
            found = fingerprints(file)
            return {name: (str(file.attrs.get(name, "")), now) for name, now in found.items()}
    except UNREADABLE as error:
        raise NervejaxError(f"{path}: damaged: {error}") from error


def differing(one: Path, other: Path) -> list[str]:
    """Names of the datasets, without ``/provenance``, that are not the same bit for bit in two files."""
    with h5py.File(one, "r") as a, h5py.File(other, "r") as b:
        first, second = (dict(_datasets(f)) for f in (a, b))
        names = sorted(first.keys() | second.keys())
        return [
            name
            for name in names
            if name.split("/")[0] != layout.PROVENANCE
            and (name not in first or name not in second or not _equal(first[name], second[name]))
        ]


def _equal(one: h5py.Dataset, other: h5py.Dataset) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    a, b = np.asarray(one[()]), np.asarray(other[()])
    return a.tolist() == b.tolist() if a.dtype.kind == "O" else a.tobytes() == b.tobytes()


def _datasets(file: h5py.File) -> Iterator[tuple[str, h5py.Dataset]]:
    names: list[str] = []
    file.visit(names.append)
    for name in sorted(names):
        item = file[name]
        if isinstance(item, h5py.Dataset):
            yield name, item
