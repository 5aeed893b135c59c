"""Read the table of a sweep back: as a pandas DataFrame, or with all runs over time in xarray."""

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from nervejax.analysis.sweep_columns import RUN, SETTING, from_csv
from nervejax.analysis.sweep_file import CSV_NAME, FILE_NAME, FORMAT, FORMAT_VERSION, JOBS, SHAPE
from nervejax.analysis.sweep_parts import dataset_at, group_at, own_parts, what_failed
from nervejax.errors import NervejaxError
from nervejax.recording import layout, seal
from nervejax.recording.reader import UNREADABLE

if TYPE_CHECKING:
    import pandas
    import xarray

MAX_JOBS, MAX_COLUMNS = 1_000_000, 20_000
MAX_CELL_BYTES = 10_000
"""Larger tables, and larger texts of fixed length, are refused: no sweep of ours is near them."""
SPARE_FILES = 256
"""Files that may be open beside those of the runs (assumed; a notebook has some fifty)."""
TOLD = 10
"""Most things that a message lists."""


def sweep_frame(path: Path | str) -> "pandas.DataFrame":
    """The table of a sweep: one row per run, indexed by ``job``; numbers are float64, nan = none.

    Args:
        path: ``summary.csv``, ``sweep.h5``, or the folder that ``nervejax collect`` was given.

    Returns:
        Columns as in the file; ``status`` is ``done``, ``missing`` or ``broken``.

    Raises:
        NervejaxError: pandas is not installed, or there is no such table.
    """
    pandas = _needed("pandas")
    path = _table(Path(path), CSV_NAME)
    if path.suffix.lower() == ".csv":
        try:
            found = from_csv(path.read_bytes())
        except NervejaxError as error:
            raise NervejaxError(f"{path}: {error}") from None
    else:
        with _opened(path) as file:
            found = {name: values for name, (values, _) in _jobs(file).items()}
    rows = len(found["folder"])
    return pandas.DataFrame(found, index=pandas.RangeIndex(rows, name="job"))


def sweep_dataset(
    path: Path | str, group: str = "readout", shape: int | None = None
) -> "xarray.Dataset":
    """What the runs of a sweep hold over time, read from their files as it is asked for.

    Args:
        path: ``sweep.h5``, or the folder in which it lies.
        group: group of the episode files: ``readout`` (job, time_s), ``tissue`` (job, time_s, x_mm),
            ``fibres/abeta`` or ``tissue/abeta`` (job, time_s, fibre) and so on for each class.
        shape: which of the file's sets of runs that can be stacked; None where there is only one.

    Returns:
        Series with ``job`` (row of the table), and on it folder, status and every setting of the
        table as coordinates. Runs whose file has gone since are left out, with a warning. Close it,
        or use it in a ``with``.

    Raises:
        NervejaxError: xarray or h5netcdf is not installed, the file is damaged, no table of a sweep or
            holds no such group or shape, or there are several shapes and none is named.
    """
    xarray = _needed("xarray")
    _needed("h5netcdf")
    path = _table(Path(path), FILE_NAME)
    with _opened(path) as file:
        table, held = _jobs(file), _shape(file, shape)
        known = _groups(held)
        if group not in known:
            raise NervejaxError(f"{held.name} has no group '{group}'; it has: {', '.join(known)}.")
        jobs = dataset_at(held, f"{group}/job")[:]
        folders, inside = table["folder"][0], f"{held.name}/{group}"
        if jobs.dtype.kind not in "iu" or not all(0 <= job < len(folders) for job in jobs):
            raise NervejaxError(f"{inside} names a row that the table does not have.")
    there = np.array([(path.parent / folders[job] / layout.FILE_NAME).is_file() for job in jobs])
    if not there.all():
        gone = [str(folders[job]) for job in jobs[~there]]
        warnings.warn(
            f"{path}: {len(gone)} of {len(jobs)} episodes have gone since it was collected and are "
            f"left out: {', '.join(gone[:TOLD])}{', ...' if len(gone) > TOLD else ''}",
            stacklevel=2,
        )
    _allow_files(int(there.sum()))
    try:
        opened = xarray.open_dataset(path, group=inside, engine="h5netcdf")
    except UNREADABLE as error:
        what = what_failed(error)
        raise NervejaxError(f"{path}: damaged: {inside} cannot be read: {what}") from error
    asked = {
        column: ("job", values[jobs[there]])
        for column, (values, role) in table.items()
        if role in (RUN, SETTING)
    }
    found = opened.isel(job=np.flatnonzero(there)).assign_coords(asked)
    found.set_close(opened.close)
    return found


def _allow_files(runs: int) -> None:
    """Let this process open the files of so many runs at once: HDF5 reads one it cannot open as nan.

    Raises:
        NervejaxError: the system does not let it.
    """
    try:
        import resource
    except ImportError:  # Windows knows no such limit
        return
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = runs + SPARE_FILES
    if now == resource.RLIM_INFINITY or now >= need:
        return
    if most != resource.RLIM_INFINITY and most < need:
        raise NervejaxError(
            f"{runs} runs cannot be open at once: the limit is {most} files; ulimit -n raises it."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (need, most))


def _needed(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError:
        raise NervejaxError(f"this needs {package}: pip install 'nervejax[analysis]'") from None


def _table(path: Path, name: str) -> Path:
    """The file that a path names: itself, or the one of that name in the folder."""
    found = path / name if path.is_dir() else path
    if not found.is_file():
        raise NervejaxError(f"{found}: there is no such file; nervejax collect writes it.")
    return found


@contextmanager
def _opened(path: Path) -> Iterator[h5py.File]:
    """A ``sweep.h5``, opened and recognised; every failure inside is one line about it."""
    try:
        with seal.opened(path) as file:
            if file.attrs.get("format") != FORMAT:
                raise NervejaxError("not a table of a sweep.")
            if (version := file.attrs.get("format_version")) != FORMAT_VERSION:
                raise NervejaxError(
                    f"has format version {version}, this nervejax reads {FORMAT_VERSION}; "
                    "collect the sweep again."
                )
            yield file
    except NervejaxError as error:
        raise NervejaxError(f"{path}: {error}") from None
    except UNREADABLE as error:
        what = what_failed(error)
        raise NervejaxError(f"{path}: damaged or not a table of a sweep: {what}") from error


def _jobs(file: h5py.File) -> dict[str, tuple[np.ndarray, str]]:
    """Name -> column and its role, in the order of the table."""
    group = group_at(file, JOBS)
    rows = dataset_at(group, "job").shape
    if len(rows) != 1 or rows[0] > MAX_JOBS:
        raise NervejaxError("its table is too large.")
    found = {}
    for name, column in own_parts(group, MAX_COLUMNS):
        if not isinstance(column, h5py.Dataset) or column.shape != rows:
            raise NervejaxError(f"its column {name[:40]!r} is not as long as the table.")
        if column.dtype.itemsize > MAX_CELL_BYTES:
            raise NervejaxError(f"its column {name[:40]!r} is too large.")
        text = h5py.check_string_dtype(column.dtype) is not None
        values = column.asstr()[:] if text else column[:].astype(np.float64)
        found[name] = values, str(column.attrs.get("role", ""))
    del found["job"]
    if not {"folder", "status"} <= found.keys():
        raise NervejaxError("its table has no folder or no status.")
    return found


def _shape(file: h5py.File, shape: int | None) -> h5py.Group:
    """The set of runs that was asked for, or the only one."""
    names = [f"{SHAPE}{i}" for i in range(len(file)) if f"{SHAPE}{i}" in file]
    if not names:
        raise NervejaxError("no run of it is done.")
    wanted = names[0] if shape is None and len(names) == 1 else f"{SHAPE}{shape}"
    if wanted in names:
        return group_at(file, wanted)
    sizes = [f"{i}: {_size(group_at(file, name))}" for i, name in enumerate(names[:TOLD])]
    more = ", ..." if len(names) > TOLD else ""
    which = "name one of its shapes" if shape is None else f"there is no shape {shape}"
    raise NervejaxError(f"{which} ({', '.join(sizes)}{more}).")


def _size(group: h5py.Group) -> str:
    jobs, steps = (dataset_at(group, f"readout/{axis}").size for axis in ("job", "time_s"))
    return f"{jobs} {'run' if jobs == 1 else 'runs'} of {steps} steps"


def _groups(shape: h5py.Group) -> list[str]:
    """Paths of the groups with series in one shape."""
    found: list[str] = []

    def note(name: str, item: object) -> None:
        if isinstance(item, h5py.Group) and "job" in item:
            found.append(name)

    shape.visititems(note)
    return sorted(found)
