"""Read ``ensemble.h5`` back: as a pandas DataFrame, its series in xarray, or single columns in NumPy."""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from nervejax.analysis.sweep_parts import dataset_at, group_at, own_parts, what_failed
from nervejax.errors import NervejaxError
from nervejax.recording import seal
from nervejax.recording.ensemble_file import (
    FILE_NAME,
    FORMAT,
    FORMAT_VERSION,
    READOUT,
    ROWS,
    STATUS,
    SUMMARY,
)  # fmt: skip
from nervejax.recording.reader import UNREADABLE

if TYPE_CHECKING:
    import pandas
    import xarray

MAX_ROWS, MAX_COLUMNS, MAX_CELL_BYTES = 2_000_000, 20_000, 10_000
"""Larger tables, and larger texts of fixed length, are refused: no ensemble of ours is near them."""
OWN = ("row", "status", "problem")
"""What stands among the settings in ``/rows`` and is none."""


def ensemble_frame(path: Path | str, columns: Sequence[str] | None = None) -> "pandas.DataFrame":
    """An ensemble as a table: one row per run, indexed by ``row``.

    Args:
        path: ``ensemble.h5``, or the folder it lies in.
        columns: which; None for all.

    Returns:
        The settings that differ (by key), ``status`` (``done`` or ``failed``), ``problem``, then the
        summary; its numbers are float64, nan = did not happen, was not measured, or the row failed.

    Raises:
        NervejaxError: pandas is not installed, there is no such file or column, or it is damaged.
    """
    pandas = _needed("pandas")
    found = ensemble_columns(path, columns)
    rows = len(next(iter(found.values()))) if found else 0
    return pandas.DataFrame(found, index=pandas.RangeIndex(rows, name="row"))


def ensemble_columns(
    path: Path | str, columns: Sequence[str] | None = None
) -> dict[str, np.ndarray]:
    """As ``ensemble_frame``, name -> (N,), without pandas."""
    with opened(path) as file:
        known = _places(file)
        wanted = list(known) if columns is None else list(columns)
        if unknown := [name for name in wanted if name not in known]:
            raise NervejaxError(f"there is no column {unknown[0][:80]!r}.")
        return {name: _values(known[name], name) for name in wanted}


def setting_names(path: Path | str) -> list[str]:
    """Keys of the settings that differ between rows, in their order."""
    with opened(path) as file:
        return [name for name, _ in own_parts(group_at(file, ROWS), MAX_COLUMNS) if name not in OWN]


def summary_names(path: Path | str) -> list[str]:
    """Columns of the summary that hold numbers, in their order."""
    with opened(path) as file:
        return [
            name
            for name, item in own_parts(group_at(file, SUMMARY), MAX_COLUMNS)
            if name != "row" and isinstance(item, h5py.Dataset) and item.dtype.kind == "f"
        ]


def ensemble_about(path: Path | str) -> dict[str, str]:
    """What made an ensemble, in texts: ``design``, ``config_yaml``, ``started_utc`` and so on."""
    with opened(path) as file:
        found = {}
        for name, item in own_parts(group_at(file, "provenance"), MAX_COLUMNS):
            if isinstance(item, h5py.Dataset) and item.shape == ():
                text = h5py.check_string_dtype(item.dtype) is not None
                found[name] = str(item.asstr()[()]) if text else str(item[()])
        return found


def ensemble_dataset(path: Path | str) -> "xarray.Dataset":
    """The read-out of every row over time, read from the file as it is asked for.

    Args:
        path: ``ensemble.h5`` of an ensemble with ``--series``, or the folder it lies in.

    Returns:
        Series (row, time_s), with the settings of each row and its ``status`` as coordinates. Close it,
        or use it in a ``with``.

    Raises:
        NervejaxError: xarray or h5netcdf is not installed, or the file is none, or holds no series.
    """
    xarray = _needed("xarray")
    _needed("h5netcdf")
    with opened(path) as file:
        if READOUT not in file:
            raise NervejaxError("holds no series; nervejax ensemble --series keeps them.")
        known = _places(file)
        asked = [
            n
            for n, _ in own_parts(group_at(file, ROWS), MAX_COLUMNS)
            if n not in ("row", "problem")
        ]
        rows = {name: ("row", _values(known[name], name)) for name in asked}
    found = xarray.open_dataset(_file(path), group=READOUT, engine="h5netcdf")
    named = found.assign_coords(rows)
    named.set_close(found.close)
    return named


@contextmanager
def opened(path: Path | str) -> Iterator[h5py.File]:
    """An ``ensemble.h5``, opened and recognised; every failure inside is one line about it."""
    path = _file(path)
    try:
        with seal.opened(path) as file:
            if file.attrs.get("format") != FORMAT or not file.attrs.get("complete", False):
                raise NervejaxError("is no whole ensemble.")
            if (version := file.attrs.get("format_version")) != FORMAT_VERSION:
                raise NervejaxError(
                    f"has format version {version}, this nervejax reads {FORMAT_VERSION}."
                )
            yield file
    except NervejaxError as error:
        raise NervejaxError(f"{path}: {error}") from None
    except UNREADABLE as error:
        what = what_failed(error)
        raise NervejaxError(f"{path}: damaged or no ensemble: {what}") from error


def _file(path: Path | str) -> Path:
    found = Path(path) / FILE_NAME if Path(path).is_dir() else Path(path)
    if not found.is_file():
        raise NervejaxError(f"{found}: there is no such file; nervejax ensemble writes it.")
    return found


def _places(file: h5py.File) -> dict[str, h5py.Dataset]:
    """Name -> column, settings first; a summary entry of a setting's name is called ``summary.NAME``."""
    rows = group_at(file, ROWS)
    shape = dataset_at(rows, "row").shape
    if len(shape) != 1 or shape[0] > MAX_ROWS:
        raise NervejaxError("its table is too large.")
    found: dict[str, h5py.Dataset] = {}
    last: dict[str, h5py.Dataset] = {}
    for group in (rows, group_at(file, SUMMARY)):
        for name, item in own_parts(group, MAX_COLUMNS):
            if name == "row":
                continue
            if not isinstance(item, h5py.Dataset) or item.shape != shape:
                raise NervejaxError(f"its column {name[:40]!r} is not as long as the table.")
            if item.dtype.itemsize > MAX_CELL_BYTES:
                raise NervejaxError(f"its column {name[:40]!r} is too large.")
            if group == rows and name in OWN:
                last[name] = item
            else:
                found[f"summary.{name}" if name in found or name in last else name] = item
        found |= last
    return found


def _values(dataset: h5py.Dataset, name: str) -> np.ndarray:
    if name == "status":
        words = np.array([*STATUS, "unknown"], dtype=object)
        return words[np.clip(dataset[:], 0, len(STATUS))]
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return np.asarray(dataset.asstr()[:])
    values = dataset[:]
    if values.dtype.kind not in "fiu":
        raise NervejaxError(f"its column {name[:40]!r} holds neither numbers nor texts.")
    return values.astype(bool) if dataset.attrs.get("dtype") == "bool" else values


def _needed(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError:
        raise NervejaxError(f"this needs {package}: pip install 'nervejax[analysis]'") from None
