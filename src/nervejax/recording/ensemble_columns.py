"""The tables inside ``ensemble.h5``: groups with an axis ``row``, columns, series, what made them."""

from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np

from nervejax.recording import layout
from nervejax.recording.ensemble_part import PACKED, TEXT

CHUNK_ROWS = 4096
"""Rows of a chunk of a column; of series so many as fill 256 KiB."""


def table_group(file: h5py.File, path: str, count: int, description: str) -> h5py.Group:
    """A group with an axis ``row`` of its own, so that it opens alone; columns keep their order."""
    group = file.create_group(path, track_order=True)
    group.attrs["description"] = description
    axis = group.create_dataset("row", data=np.arange(count, dtype=np.int64))
    axis.make_scale("row")
    axis.attrs["units"] = "1"
    return group


def time_axis(group: h5py.Group, time_s: np.ndarray) -> None:
    """The times of a group's series, (T,) [s]."""
    axis = group.create_dataset("time_s", data=time_s)
    axis.make_scale("time_s")
    axis.attrs["units"] = "s"
    axis.attrs["description"] = layout.AXES["time"].description


def column(group: h5py.Group, name: str, count: int, kind: Any) -> h5py.Dataset:
    """An empty column (N,) of a type."""
    packed = {"chunks": (CHUNK_ROWS,), **PACKED} if count > CHUNK_ROWS else {}
    dataset = group.create_dataset(name, shape=(count,), dtype=kind, **packed)
    dataset.dims[0].attach_scale(group["row"])
    return dataset


def course(group: h5py.Group, name: str, count: int, steps: int, chunk: int) -> h5py.Dataset:
    """An empty series (N, T), stored in chunks of so many rows."""
    shape = (min(chunk, count), max(1, steps))
    dataset = group.create_dataset(name, shape=(count, steps), dtype="<f8", chunks=shape, **PACKED)
    dataset.dims[0].attach_scale(group["row"])
    dataset.dims[1].attach_scale(group["time_s"])
    return dataset


def described(dataset: h5py.Dataset, name: str) -> h5py.Dataset:
    """The same with its unit and its name in words."""
    dataset.attrs["units"] = layout.unit_of(name)
    dataset.attrs["long_name"] = layout.long_name(name)
    return dataset


def write_provenance(group: h5py.Group, provenance: Mapping[str, Any]) -> None:
    """Texts, numbers, lists of texts and groups of them."""
    for name, value in provenance.items():
        if isinstance(value, Mapping):
            write_provenance(group.create_group(name), value)
        elif isinstance(value, (list, tuple)):
            group.create_dataset(name, data=np.array(list(value), dtype=object), dtype=TEXT)
        elif isinstance(value, str):
            group.create_dataset(name, data=value, dtype=TEXT)
        else:
            group[name] = np.int8(value) if isinstance(value, bool) else value
