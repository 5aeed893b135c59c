"""Write one finished episode, whole or not at all."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from nervejax.errors import NervejaxError
from nervejax.recording import layout
from nervejax.recording.content import fingerprints
from nervejax.recording.model import EpisodeRecord
from nervejax.recording.seal import sealed
from nervejax.recording.shapes import axis_lengths, check_record, part_axes, start_of
from nervejax.recording.whole_file import write_whole

COMPRESS_BYTES = 4096
"""Smaller arrays are stored as they are: a chunk costs more than it saves."""
DIMENSION_ONLY = "This is a netCDF dimension but not a netCDF variable. %10d"
"""Name by which netCDF-4 readers know an axis that has a length and no coordinate."""
TEXT = h5py.string_dtype()


def write_episode(
    record: EpisodeRecord,
    path: Path,
    *,
    provenance: Mapping[str, Any],
    readout: Mapping[str, np.ndarray],
    summary: Mapping[str, float | int | str],
) -> Path:
    """Write an episode file; layout in ``docs/file-format.md``.

    The file is built in memory, written as ``<path>.partial``, flushed to disk and renamed, so
    ``path`` is at all times either absent, the old file or the whole new one. (HDF5 itself must
    not write to the disk: where it is full, HDF5 2.0 crashes.) Spikes are stored in order of time.

    Args:
        record: The episode.
        path: File to write; its folder is made if needed.
        provenance: From ``provenance.collect``: texts, numbers, lists and dicts of texts.
        readout: Name -> (T,), names end in their unit.
        summary: Name -> one number or text, names end in their unit.

    Returns:
        ``path``.

    Raises:
        NervejaxError: The record does not fit the layout, or the disk refuses the file.
    """
    path = Path(path)
    try:
        check_record(record, readout)
        image = io.BytesIO()
        with h5py.File(image, "w", libver=layout.LIBVER) as file:
            _write_header(file, record)
            _write_provenance(file.create_group(layout.PROVENANCE), provenance)
            _write_record(file, record)
            _write_group(file, layout.READOUT, layout.READOUT.path, readout, _axes(record))
            _write_scalars(file.create_group(layout.SUMMARY), summary)
            for name in layout.SCALARS:
                _write_scalars(file.create_group(name), getattr(record, name))
            _write_quarantine(file.create_group(layout.QUARANTINE), record)
            file.attrs.update(fingerprints(file))
            file.attrs["complete"] = True
    except (OSError, NervejaxError) as error:
        raise NervejaxError(f"{path}: not written: {error}") from error
    return write_whole(path, [sealed(image.getvalue())], path.with_name(path.name + ".partial"))


def _write_header(file: h5py.File, record: EpisodeRecord) -> None:
    file.attrs["format"] = layout.FORMAT
    file.attrs["format_version"] = layout.FORMAT_VERSION
    file.attrs["magic"] = np.uint32(layout.SONATA_MAGIC)
    file.attrs["version"] = np.array(layout.SONATA_VERSION, dtype=np.uint32)
    file.attrs["populations"] = " ".join(record.populations)
    file.attrs["compression_s"] = float(record.compression_s)
    file.attrs["recovery_s"] = float(record.recovery_s)


def _write_record(file: h5py.File, record: EpisodeRecord) -> None:
    for path, group, population in layout.groups_of(record.populations):
        source = record if population is None else record.populations[population]
        if not group.is_in(source):
            continue
        arrays = group.arrays(source)
        if group.columns is layout.SPIKES:
            order = np.argsort(arrays["limb_time_ms"], kind="stable")
            arrays = {name: array[order] for name, array in arrays.items()}
            arrays["timestamps"] = arrays["limb_time_ms"] - start_of(record)
        written = _write_group(file, group, path, arrays, _axes(record, population))
        if group.columns is layout.SPIKES:
            sorting = h5py.enum_dtype(layout.SONATA_SORTING, basetype="i1")
            code = layout.SONATA_SORTING["by_time"]
            written.attrs.create("sorting", code, dtype=sorting)
    for name in record.populations:
        _write_node_index(file.require_group(f"nodes/{name}"), axis_lengths(record, name)["fibre"])


def _write_node_index(group: h5py.Group, n_fibres: int) -> None:
    """The three datasets by which SONATA finds a node's row: all in group 0, in order."""
    _write_axis(group, "fibre", n_fibres)
    index = {
        "node_type_id": np.full(n_fibres, -1, dtype=np.int64),
        "node_group_id": np.zeros(n_fibres, dtype=np.uint32),
        "node_group_index": np.arange(n_fibres, dtype=np.uint64),
    }
    for name, values in index.items():
        _write_array(group, name, values, ("fibre",), compress=False)


def _axes(record: EpisodeRecord, population: str | None = None) -> dict[str, np.ndarray | int]:
    """Axis -> its coordinate, or its length where it has none."""
    lengths = axis_lengths(record, population)
    coordinates = {"time": np.asarray(record.time_s), "x": np.asarray(record.x_mm)}
    if population is not None:
        coordinates["fibre"] = np.arange(lengths["fibre"], dtype=np.int64)
        coordinates |= part_axes(record.populations[population])
    return lengths | coordinates


def _write_group(
    file: h5py.File,
    group: layout.Group,
    path: str,
    arrays: Mapping[str, np.ndarray],
    axes: Mapping[str, np.ndarray | int],
) -> h5py.Group:
    """One group with its axes inside it, so that it can be opened on its own."""
    written = file.require_group(path)
    written.attrs["description"] = group.description
    for axis in group.axes:
        _write_axis(written, axis, axes[axis])
    columns = {column.name: column for column in group.columns}
    for name, values in arrays.items():
        array = np.asarray(values)
        if column := columns.get(name):
            array = array.astype(column.stored)
        axes_of = group.axes_of(name)
        dataset = _write_array(written, name, array, axes_of, compress=group.compress)
        if column:
            dataset.attrs["units"] = column.unit
            dataset.attrs["description"] = column.description
    return written


def _write_axis(group: h5py.Group, name: str, values: np.ndarray | int) -> None:
    axis = layout.AXES[name]
    if isinstance(values, int):
        dataset = group.create_dataset(name, shape=(values,), dtype="f4")  # never takes space
        dataset.make_scale(DIMENSION_ONLY % values)
    else:
        dataset = group.create_dataset(name, data=values)
        dataset.make_scale(name)
    dataset.attrs["units"] = axis.unit or "1"
    dataset.attrs["long_name"] = name
    dataset.attrs["description"] = axis.description


def _write_array(
    group: h5py.Group, name: str, array: np.ndarray, axes: tuple[str, ...], *, compress: bool
) -> h5py.Dataset:
    filters: dict[str, Any] = {}
    if compress and array.nbytes >= COMPRESS_BYTES:
        filters = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
    is_bool = array.dtype.kind == "b"
    dataset = group.create_dataset(name, data=array.astype("i1") if is_bool else array, **filters)
    for i, axis in enumerate(axes):
        dataset.dims[i].attach_scale(group[axis])
    _describe(dataset, name)
    if is_bool:
        dataset.attrs["dtype"] = "bool"  # xarray's mark for one
    if flags := layout.FLAGS.get(name):
        dataset.attrs["flag_values"] = np.array(list(flags.values()), dtype=dataset.dtype)
        dataset.attrs["flag_meanings"] = " ".join(word.replace(" ", "_") for word in flags)
    return dataset


def _describe(dataset: h5py.Dataset, name: str) -> None:
    dataset.attrs["units"] = layout.unit_of(name)
    dataset.attrs["long_name"] = layout.long_name(name)
    if description := layout.DESCRIPTIONS.get(name):
        dataset.attrs["description"] = description


def _write_scalar(group: h5py.Group, name: str, value: str | float) -> None:
    if isinstance(value, str):
        group.create_dataset(name, data=value, dtype=TEXT)
        return
    is_bool = isinstance(value, (bool, np.bool_))
    dataset = group.create_dataset(name, data=np.int8(value) if is_bool else value)
    _describe(dataset, name)
    if is_bool:
        dataset.attrs["dtype"] = "bool"


def _write_scalars(group: h5py.Group, values: Mapping[str, float | int | str]) -> None:
    for name, value in values.items():
        _write_scalar(group, name, value)


def _write_provenance(group: h5py.Group, provenance: Mapping[str, Any]) -> None:
    for name, value in provenance.items():
        if isinstance(value, Mapping):
            _write_provenance(group.create_group(name), value)
        elif isinstance(value, (list, tuple)):
            _write_texts(group, name, list(value), "override")
        else:
            _write_scalar(group, name, value)


def _write_texts(group: h5py.Group, name: str, texts: list[str], axis: str) -> None:
    if axis not in group:
        _write_axis(group, axis, len(texts))
    dataset = group.create_dataset(name, data=np.array(texts, dtype=object), dtype=TEXT)
    dataset.dims[0].attach_scale(group[axis])


def _write_quarantine(group: h5py.Group, record: EpisodeRecord) -> None:
    rows = [
        (name, int(fibre), reason)
        for name, fibres in record.populations.items()
        for fibre, reason in fibres.quarantined.items()
    ]
    _write_axis(group, "entry", len(rows))
    _write_texts(group, "population", [name for name, _, _ in rows], "entry")
    fibres = np.array([fibre for _, fibre, _ in rows], dtype=np.int64)
    _write_array(group, "fibre", fibres, ("entry",), compress=False)
    _write_texts(group, "reason", [reason for _, _, reason in rows], "entry")
