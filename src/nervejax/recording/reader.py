"""Read an episode file back; refuse everything else in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from nervejax.errors import NervejaxError
from nervejax.recording import layout, seal
from nervejax.recording.model import EpisodeRecord, Excitability, FibreRecord
from nervejax.recording.shapes import check_record

UNREADABLE = (
    OSError, KeyError, IndexError, RuntimeError, ValueError, TypeError, AttributeError, MemoryError,
)  # fmt: skip
"""What h5py and NumPy raise on a damaged or strange file."""
PACKED_MOST, SMALL_BYTES = 1100, 2**26
"""A dataset is not larger than so many times its file (deflate packs 1,032:1 at best), or this size."""


def read_episode(path: Path) -> EpisodeRecord:
    """The record as it was given to ``write_episode`` (indices come back as int64).

    Args:
        path: An episode file, or a run folder with an ``episode.h5``.

    Raises:
        NervejaxError: Missing, truncated, damaged, foreign or of another format version; one
            line with the file and what is wrong. So do all functions of this module.
    """
    with _opened(path) as file:
        populations = {
            name: _read_population(file, name) for name in str(file.attrs["populations"]).split()
        }
        record = EpisodeRecord(
            time_s=_dataset(file, "tissue/time")[:],
            x_mm=_dataset(file, "tissue/x")[:],
            tissue=_read_arrays(_group(file, "tissue")),
            populations=populations,
            compression_s=float(np.asarray(file.attrs["compression_s"])),
            recovery_s=float(np.asarray(file.attrs["recovery_s"])),
            **{name: _read_numbers(file, name) for name in layout.SCALARS},
        )
        check_record(record, {})
    return record


def read_readout(path: Path) -> dict[str, np.ndarray]:
    """The read-out: name -> (T,), and ``time_s``, the start of each step [s]."""
    with _opened(path) as file:
        group = _group(file, layout.READOUT.path)
        return {"time_s": _dataset(group, "time")[:]} | _read_arrays(group)


def read_summary(path: Path) -> dict[str, float | int | str]:
    """The summary: name -> number or text, names end in their unit."""
    with _opened(path) as file:
        return _read_tree(_group(file, layout.SUMMARY))


def read_provenance(path: Path) -> dict[str, Any]:
    """What made the file, as ``provenance.collect`` gave it."""
    with _opened(path) as file:
        return _read_tree(_group(file, layout.PROVENANCE))


@contextmanager
def _opened(path: Path) -> Iterator[h5py.File]:
    """An episode file, opened and recognised; every failure inside is one line about it."""
    path = Path(path)
    if path.is_dir():
        path = path / layout.FILE_NAME
    if not path.is_file():
        unfinished = path.with_name(path.name + ".partial").exists()
        why = "the run that writes it has not finished" if unfinished else "there is no such file"
        raise NervejaxError(f"{path}: {why}.")
    try:
        with seal.opened(path) as file:
            _check_header(file)
            yield file
    except NervejaxError as error:
        raise NervejaxError(f"{path}: {error}") from None
    except UNREADABLE as error:
        what = " ".join(str(error).strip("'\"").split()) or type(error).__name__
        raise NervejaxError(f"{path}: damaged or not an episode file: {what}") from error


def _check_header(file: h5py.File) -> None:
    if file.attrs.get("format") != layout.FORMAT:
        raise NervejaxError("an HDF5 file, but not a nervejax episode.")
    version = file.attrs.get("format_version")
    if version != layout.FORMAT_VERSION:
        raise NervejaxError(
            f"has format version {version}, this nervejax reads {layout.FORMAT_VERSION}; "
            "read it with the nervejax that wrote it (see its /provenance)."
        )
    if not file.attrs.get("complete", False):
        raise NervejaxError("not complete: the run that wrote it was cut short.")


def _read_population(file: h5py.File, name: str) -> FibreRecord:
    fields: dict[str, Any] = {}
    for path, group, population in layout.groups_of([name]):
        if population is None or (group.optional and path not in file):
            continue
        if group.columns:
            held = {
                column.attribute: _dataset(file, f"{path}/{column.name}")[:].astype(column.read)
                for column in group.columns
                if column.attribute
            }
            fields |= {group.part: _read_part(file, path, group.part, held)} if group.part else held
        else:
            fields[group.attribute] = _read_arrays(_group(file, path))
    listed = _group(file, layout.QUARANTINE)
    whose, why = (_dataset(listed, column).asstr()[:] for column in ("population", "reason"))
    rows = zip(whose, _dataset(listed, "fibre")[:], why, strict=True)
    quarantined = {int(fibre): str(reason) for owner, fibre, reason in rows if owner == name}
    return FibreRecord(name=name, **fields, quarantined=quarantined)


def _read_part(file: h5py.File, path: str, part: str, held: dict[str, Any]) -> Excitability:
    """An optional part of a population: its arrays and the coordinates beside them."""
    axes = layout.PART_AXES[part].items()
    coordinates = {name: _dataset(file, f"{path}/{axis}")[:] for axis, name in axes}
    return Excitability(**held, **coordinates)


def _read_numbers(file: h5py.File, path: str) -> dict[str, float]:
    """Name -> number; empty in a file from before there was such a group."""
    if path not in file:
        return {}
    group = _group(file, path)
    return {name: float(_dataset(group, name)[()]) for name in map(str, group)}


def _group(parent: h5py.Group, path: str) -> h5py.Group:
    item = parent[path]
    if not isinstance(item, h5py.Group):
        raise NervejaxError(f"damaged or not an episode file: {path} is not a group.")
    return item


def _dataset(parent: h5py.Group, path: str) -> h5py.Dataset:
    item = parent[path]
    if not isinstance(item, h5py.Dataset):
        raise NervejaxError(f"damaged or not an episode file: {path} is not a dataset.")
    return believable(item)


def believable(dataset: h5py.Dataset) -> h5py.Dataset:
    """The same; for a few bytes can declare a dataset of terabytes.

    Raises:
        NervejaxError: it says that it is larger than its file can hold.
    """
    if dataset.nbytes > max(SMALL_BYTES, PACKED_MOST * dataset.file.id.get_filesize()):
        raise NervejaxError(f"damaged: {dataset.name} is larger than its file can hold.")
    return dataset


def _read_arrays(group: h5py.Group) -> dict[str, np.ndarray]:
    """Every dataset of a group but its axes."""
    return {
        name: believable(item)[:].astype(bool) if "dtype" in item.attrs else believable(item)[:]
        for name, item in group.items()
        if isinstance(item, h5py.Dataset) and name not in layout.AXES
    }


def _read_value(dataset: h5py.Dataset) -> Any:
    believable(dataset)
    if h5py.check_string_dtype(dataset.dtype):
        text = dataset.asstr()[()]
        return [str(t) for t in text] if dataset.ndim else str(text)
    return bool(dataset[()]) if "dtype" in dataset.attrs else dataset[()].item()


def _read_tree(group: h5py.Group) -> dict[str, Any]:
    return {
        name: _read_tree(item) if isinstance(item, h5py.Group) else _read_value(item)
        for name, item in group.items()
        if name not in layout.AXES
    }
