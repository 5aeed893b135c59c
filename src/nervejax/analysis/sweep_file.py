"""Write the result of a sweep as a table: ``summary.csv``, and ``sweep.h5`` with all runs over time.

``sweep.h5`` copies nothing that depends on time: its series are HDF5 virtual datasets, views into the
episode files beside it. The layout is told in ``docs/sweeps.md``.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import h5py
import numpy as np

from nervejax.analysis.sweep_columns import Column, columns, csv_bytes
from nervejax.analysis.sweep_parts import dataset_at, group_at
from nervejax.analysis.sweep_runs import StoredRun, read_runs
from nervejax.analysis.sweep_stack import Series, Stack
from nervejax.analysis.whole_file import write_whole
from nervejax.errors import NervejaxError
from nervejax.recording import layout
from nervejax.recording.seal import sealed

FORMAT, FORMAT_VERSION = "nervejax-sweep", 1
CSV_NAME, FILE_NAME = "summary.csv", "sweep.h5"
JOBS, SHAPE = "jobs", "shape"
AXES = {"time": "time_s", "x": "x_mm", "fibre": "fibre"}
"""Axis of an episode -> its name here."""
TEXT = h5py.string_dtype()


def write_sweep_table(folder: Path) -> tuple[list[Path], list[StoredRun]]:
    """Write ``summary.csv`` and ``sweep.h5`` over the runs below a folder.

    Both are made before either is written, and each replaces an older one whole.

    Returns:
        The two paths, and the runs; those whose status is not ``done`` have a row and nothing else.
        No paths if there is no run.

    Raises:
        NervejaxError: the name of a folder is not Unicode, or the disk refuses a file.
    """
    folder = Path(folder)
    runs = read_runs(folder)
    if not runs:
        return [], []
    table = columns(runs)
    files = {FILE_NAME: sweep_image(runs, table), CSV_NAME: csv_bytes(table)}
    try:
        paths = [write_whole(folder / name, data) for name, data in files.items()]
    except OSError as error:
        raise NervejaxError(f"{folder}: not written: {error.strerror or error}") from error
    return paths[::-1], runs


def sweep_image(runs: Sequence[StoredRun], table: Sequence[Column]) -> bytes:
    """The bytes of ``sweep.h5``; made in memory, for HDF5 2.0 crashes where a disk is full."""
    image = io.BytesIO()
    with h5py.File(image, "w", libver=layout.LIBVER) as file:
        file.attrs["format"] = FORMAT
        file.attrs["format_version"] = FORMAT_VERSION
        file.attrs["collected_utc"] = datetime.now(UTC).isoformat(timespec="seconds")
        _write_jobs(file, table)
        for number, (stack, jobs) in enumerate(stacks(runs).items()):
            _write_stack(file.create_group(f"{SHAPE}{number}"), stack, jobs, runs)
        file.attrs["complete"] = True
    return sealed(image.getvalue())


def stacks(runs: Sequence[StoredRun]) -> dict[Stack, list[int]]:
    """What can be stacked -> rows of the runs that hold it, in the order of the first of each."""
    found: dict[Stack, list[int]] = {}
    for row, run in enumerate(runs):
        if run.stack is not None:
            found.setdefault(run.stack, []).append(row)
    return found


def _write_jobs(file: h5py.File, table: Sequence[Column]) -> None:
    group = file.create_group(JOBS, track_order=True)  # else readers see columns from a to z
    group.attrs["description"] = "one row per run, as in summary.csv; status is that of collecting"
    _write_axis(group, "job", np.arange(len(table[0].values)), "1", "row of the run")
    for column in table:
        kind = "<f8" if column.is_number else TEXT
        dataset = group.create_dataset(column.name, data=column.values, dtype=kind)
        dataset.dims[0].attach_scale(dataset_at(group, "job"))
        dataset.attrs["role"] = column.role
        if column.is_number:
            _describe(dataset, column.name.rpartition(".")[2])


def _write_stack(
    group: h5py.Group, stack: Stack, jobs: Sequence[int], runs: Sequence[StoredRun]
) -> None:
    group.attrs["description"] = "runs with equal time steps, classes and numbers of fibres"
    for series in stack.series:
        if f"{series.group}/job" not in group:
            _write_axes(group.require_group(series.group), stack, series, jobs)
        held = group_at(group, series.group)
        shape = stack.shape(series)
        virtual = h5py.VirtualLayout((len(jobs), *shape), dtype=series.dtype)
        for place, job in enumerate(jobs):
            # HDF5 reads %b in the name of a source as a number; %% is a plain per cent.
            source = f"{runs[job].folder}/{layout.FILE_NAME}".replace("%", "%%")
            virtual[place] = h5py.VirtualSource(
                source, f"{series.group}/{series.name}", shape=shape, dtype=series.dtype
            )
        dataset = held.create_virtual_dataset(series.name, virtual, fillvalue=np.nan)
        for i, axis in enumerate(["job", *(AXES[axis] for axis in series.axes)]):
            dataset.dims[i].attach_scale(dataset_at(held, axis))
        _describe(dataset, series.name)


def _write_axes(group: h5py.Group, stack: Stack, series: Series, jobs: Sequence[int]) -> None:
    """The axes of a group, inside it, so that it can be opened on its own."""
    _write_axis(group, "job", np.array(jobs, dtype=np.int64), "1", f"row of the run in /{JOBS}")
    for axis in series.axes:
        about = layout.AXES[axis]
        values = stack.coordinate(series.group, axis)
        _write_axis(group, AXES[axis], values, about.unit or "1", about.description)


def _write_axis(
    group: h5py.Group, name: str, values: np.ndarray, unit: str, description: str
) -> None:
    dataset = group.create_dataset(name, data=values)
    dataset.make_scale(name)
    dataset.attrs["units"] = unit
    dataset.attrs["description"] = description


def _describe(dataset: h5py.Dataset, name: str) -> None:
    """Unit, words and, of a code, its meanings, as in an episode."""
    dataset.attrs["units"] = layout.unit_of(name)
    dataset.attrs["long_name"] = layout.long_name(name)
    if description := layout.DESCRIPTIONS.get(name):
        dataset.attrs["description"] = description
    if flags := layout.FLAGS.get(name):
        dataset.attrs["flag_values"] = np.array(list(flags.values()), dtype=dataset.dtype)
        dataset.attrs["flag_meanings"] = " ".join(word.replace(" ", "_") for word in flags)
