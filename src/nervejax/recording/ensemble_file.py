"""``ensemble.h5``: all rows of an ensemble in one file, put together from its parts row by row.

Layout: ``docs/sweeps.md``. The host holds a few MiB of it at a time, whatever the number of rows.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from nervejax.config.check import settings
from nervejax.errors import NervejaxError
from nervejax.recording import layout
from nervejax.recording.ensemble_columns import (
    CHUNK_ROWS,
    column,
    course,
    described,
    table_group,
    time_axis,
    write_provenance,
)  # fmt: skip
from nervejax.recording.ensemble_part import (
    TEXT,
    PartIndex,
    part_index,
    part_paths,
    read_part,
)  # fmt: skip
from nervejax.recording.seal import seal
from nervejax.recording.whole_file import flush_folder

FORMAT, FORMAT_VERSION = "nervejax-ensemble", 1
FILE_NAME = "ensemble.h5"
ROWS, SUMMARY, READOUT, PROVENANCE = "rows", "summary", "readout", "provenance"
STATUS = {"done": 0, "failed": 1}
BLOCK_BYTES = 32 * 2**20
"""Read and written at once."""
CACHE_BYTES = 2**16
"""Of HDF5 per column; blocks are whole chunks, so more would only be held."""
SPARE_BYTES = 64 * 2**20
"""Free space on the disk beyond what the file may take, below which it is not begun."""


class Parts:
    """The parts of an ensemble, and in which of them each row is done or has failed."""

    def __init__(self, folder: Path, plan: str, count: int) -> None:
        """Read what lies in a folder of parts.

        Args:
            folder: that of the parts; it may be missing.
            plan: digest of the plan.
            count: rows of the ensemble.

        Raises:
            NervejaxError: a part belongs to another plan.
        """
        found = [part_index(path, plan) for path in part_paths(folder)]
        self.parts: list[PartIndex] = [part for part in found if part is not None]
        self.part = np.full(count, -1, dtype=np.int32)
        self.place = np.zeros(count, dtype=np.int32)
        self.done = np.zeros(count, dtype=bool)
        for number, part in enumerate(self.parts):
            fits = (part.row >= 0) & (part.row < count)
            # a row that failed does not hide one that was done before
            take = np.flatnonzero(fits & (part.done | ~self.done[np.where(fits, part.row, 0)]))
            rows = part.row[take]
            self.part[rows], self.place[rows], self.done[rows] = number, take, part.done[take]

    @property
    def missing(self) -> np.ndarray:
        """Rows without a result or that failed, (k,) in order."""
        return np.flatnonzero(~self.done)

    def names(self, kind: str) -> list[str]:
        """Names of the ``number``, ``text`` or ``series`` columns, in the order of the parts' rows."""
        order = sorted(self.parts, key=lambda part: int(part.row[0]) if len(part.row) else 0)
        return list(dict.fromkeys(n for part in order for n in getattr(part, f"{kind}_names")))


def merge(
    parts: Parts,
    target: Path,
    columns: Mapping[str, np.ndarray],
    plan: str,
    provenance: Mapping[str, Any],
) -> Path:
    """Put the parts together.

    Args:
        parts: every row is in one of them.
        target: the file; it appears whole or not at all.
        columns: key -> (N,) what differs between rows.
        plan: digest of the plan, kept as an attribute.
        provenance: from ``provenance.collect``, the configuration that all rows share in it.

    Raises:
        NervejaxError: rows are missing, a part is damaged, or the disk refuses the file.
    """
    if (parts.part < 0).any():
        raise NervejaxError(
            f"{target}: not written: {int((parts.part < 0).sum())} rows are missing"
        )
    partial = target.with_name(target.name + ".partial")
    _check_space(parts, target.parent, len(columns))
    try:
        try:
            with h5py.File(partial, "w", libver=layout.LIBVER, rdcc_nbytes=CACHE_BYTES) as file:
                _write_head(file, parts, plan)
                _write_rows(file, columns)
                write_provenance(file.create_group(PROVENANCE), provenance)
                _write_results(file, parts)
                file.attrs["complete"] = True
            seal(partial)
            with partial.open("rb") as whole:
                os.fsync(whole.fileno())
            os.replace(partial, target)
        finally:
            partial.unlink(missing_ok=True)
        flush_folder(target.parent)
    except OSError as error:
        raise NervejaxError(f"{target}: not written: {error.strerror or error}") from error
    return target


def _check_space(parts: Parts, folder: Path, keys: int) -> None:
    """Refuse before HDF5 meets a full disk, where version 2.0 of it crashes."""
    width = len(parts.names("number")) + keys + 8
    held = sum(part.path.stat().st_size for part in parts.parts)
    need = 2 * held + 8 * width * len(parts.part) + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < need:
        raise NervejaxError(
            f"{folder}: not written: may need {need >> 20} MiB and {free >> 20} MiB are free; the rows "
            "are safe in its parts, resume goes on"
        )


def _write_head(file: h5py.File, parts: Parts, plan: str) -> None:
    done = int(parts.done.sum())
    file.attrs["format"] = FORMAT
    file.attrs["format_version"] = FORMAT_VERSION
    file.attrs["plan"] = plan
    file.attrs["rows"] = len(parts.done)
    file.attrs["done"] = done
    file.attrs["failed"] = len(parts.done) - done


def _write_rows(file: h5py.File, columns: Mapping[str, np.ndarray]) -> None:
    count = len(next(iter(columns.values())))
    group = table_group(
        file, ROWS, count, "one row per run: what differs between them, how each ended"
    )
    for key, values in columns.items():
        about = settings()[key].metadata
        dataset = column(group, key, count, _stored_type(values))
        for first in range(0, count, CHUNK_ROWS):
            dataset[first : first + CHUNK_ROWS] = values[first : first + CHUNK_ROWS]
        dataset.attrs["units"] = about["unit"] or "1"
        dataset.attrs["long_name"] = key.rpartition(".")[2].replace("_", " ")
        dataset.attrs["description"] = about["doc"]
        if values.dtype.kind == "b":
            dataset.attrs["dtype"] = "bool"  # xarray's mark for one
    status = column(group, "status", count, "i1")
    status.attrs["flag_values"] = np.array(list(STATUS.values()), dtype=np.int8)
    status.attrs["flag_meanings"] = " ".join(STATUS)
    status.attrs["units"] = "1"
    column(group, "problem", count, TEXT)


def _stored_type(values: np.ndarray) -> Any:
    return {"f": "<f8", "i": "<i8", "b": "i1", "O": TEXT}[values.dtype.kind]


def _write_results(file: h5py.File, parts: Parts) -> None:
    count = len(parts.part)
    names = {kind: parts.names(kind) for kind in ("number", "text", "series")}
    summary = table_group(
        file, SUMMARY, count, "each row in numbers and texts, as /summary of an episode"
    )
    numbers = {
        name: described(column(summary, name, count, "<f8"), name) for name in names["number"]
    }
    texts = {name: column(summary, name, count, TEXT) for name in names["text"]}
    series: dict[str, h5py.Dataset] = {}
    time_s = next((part.time_s for part in parts.parts if part.time_s is not None), None)
    block = CHUNK_ROWS
    if time_s is not None and names["series"]:
        readout = table_group(
            file, READOUT, count, "read-out of each row over time, as /readout of an episode"
        )
        chunk = max(1, min(CHUNK_ROWS, 2**18 // (8 * max(1, len(time_s)))))
        most = BLOCK_BYTES // (8 * max(1, len(time_s)) * len(names["series"]))
        block = chunk * max(1, min(most, CHUNK_ROWS) // chunk)
        time_axis(readout, time_s)
        for name in names["series"]:
            series[name] = described(course(readout, name, count, len(time_s), chunk), name)
    status, problem = (file[ROWS][name] for name in ("status", "problem"))  # pyright: ignore
    for first in range(0, count, block):
        rows = np.arange(first, min(first + block, count))
        found = _Block(parts, rows, names, time_s)
        here = slice(rows[0], rows[-1] + 1)
        status[here] = np.where(parts.done[rows], STATUS["done"], STATUS["failed"])  # pyright: ignore
        problem[here] = found.problem  # pyright: ignore
        for k, dataset in enumerate(numbers.values()):
            dataset[here] = found.numbers[:, k]
        for k, dataset in enumerate(texts.values()):
            dataset[here] = found.texts[:, k]
        for k, dataset in enumerate(series.values()):
            dataset[here] = found.series[:, k]


class _Block:
    """The results of some rows, gathered from their parts; nan and empty texts where there are none."""

    def __init__(
        self, parts: Parts, rows: np.ndarray, names: dict[str, list[str]], time_s: np.ndarray | None
    ) -> None:
        count, steps = len(rows), 0 if time_s is None else len(time_s)
        self.numbers = np.full((count, len(names["number"])), np.nan)
        self.texts = np.full((count, len(names["text"])), "", dtype=object)
        self.problem = np.full(count, "", dtype=object)
        self.series = np.full((count, len(names["series"]), steps), np.nan)
        for number in np.unique(parts.part[rows]):
            part = parts.parts[number]
            if part.time_s is not None and not np.array_equal(part.time_s, time_s):  # pyright: ignore
                raise NervejaxError(f"{part.path}: its rows have other time steps than the others")
            here = np.flatnonzero(parts.part[rows] == number)
            numbers, texts, problems, series = read_part(
                part, parts.place[rows[here]], part.time_s is not None
            )
            self.problem[here] = problems
            self.numbers[np.ix_(here, _places(names["number"], part.number_names))] = numbers
            self.texts[np.ix_(here, _places(names["text"], part.text_names))] = texts
            if series is not None:
                self.series[np.ix_(here, _places(names["series"], part.series_names))] = series


def _places(all_names: Sequence[str], names: Sequence[str]) -> np.ndarray:
    where = {name: k for k, name in enumerate(all_names)}
    return np.array([where[name] for name in names], dtype=np.intp)
