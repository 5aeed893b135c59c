"""What an episode file holds over time and on which axes: runs in which this is equal can be stacked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from nervejax.analysis.sweep_parts import dataset_at, group_at, own_parts, scalars, what_failed
from nervejax.errors import NervejaxError
from nervejax.recording import layout, seal
from nervejax.recording.reader import UNREADABLE

GROUPS = (layout.READOUT, *(group for group in layout.GROUPS if group.axes[0] == "time"))
"""Groups of an episode that are stacked: all whose arrays begin with time."""
MAX_AXIS = 10_000_000
"""Longest axis that is taken over; an episode has some thousand steps."""
MAX_ITEMS = 20_000
"""Most numbers and texts in a summary or a provenance; an episode has about 130."""
MAX_ITEM_BYTES = 10_000
"""Largest number or text of fixed length; texts of variable length lie in the file as they are."""
MAX_CLASSES = 64


@dataclass(frozen=True)
class Series:
    """One dataset of an episode.

    group: its group's path.  name: of the dataset.  axes: their names.  wide: float32 cannot hold it.
    """

    group: str
    name: str
    axes: tuple[str, ...]
    wide: bool

    @property
    def dtype(self) -> str:
        """Type in the stack, a float: only it has a value that says that there is none."""
        return "<f8" if self.wide else "<f4"


@dataclass(frozen=True)
class Stack:
    """What an episode holds over time; equal for runs whose arrays can be stacked.

    time: start of each step [s], 0 = pressure on, as float64 in bytes, so that it can be compared.
    x: place along the nerve [mm], the same way.  fibres: group path -> how many, in pairs.
    """

    time: bytes
    x: bytes
    fibres: tuple[tuple[str, int], ...]
    series: tuple[Series, ...]

    def coordinate(self, group: str, axis: str) -> np.ndarray:
        """Coordinate of an axis of a group: time_s, x_mm or the index of the fibre."""
        if axis == "fibre":
            return np.arange(dict(self.fibres)[group], dtype=np.int64)
        return np.frombuffer(self.time if axis == "time" else self.x, dtype="<f8")

    def shape(self, series: Series) -> tuple[int, ...]:
        """Shape of a dataset in each run."""
        return tuple(len(self.coordinate(series.group, axis)) for axis in series.axes)


def read_parts(path: Path) -> tuple[dict[str, float | int | str], Stack | None]:
    """The summary of an HDF5 file, and what it holds over time.

    Returns:
        Nothing of either where the file has none (then it is not an episode).

    Raises:
        NervejaxError: it cannot be read, or is larger or other than an episode can be; its provenance
            too, which is not read. Nothing large is read before that.
    """
    try:
        with seal.opened(path) as file:
            if layout.PROVENANCE in file:
                _check_table(group_at(file, layout.PROVENANCE))
            whole = layout.SUMMARY in file and layout.READOUT.path in file
            summary = scalars(group_at(file, layout.SUMMARY), MAX_ITEMS) if whole else {}
            return summary, _stack(file) if whole else None
    except NervejaxError:
        raise
    except UNREADABLE as error:
        raise NervejaxError(f"damaged or not an episode file: {what_failed(error)}") from error


def _stack(file: h5py.File) -> Stack:
    axes: dict[str, bytes] = {}
    fibres: dict[str, int] = {}
    series: list[Series] = []
    for path, group in _groups(file):
        lengths = {axis: _axis(file, f"{path}/{axis}").shape[0] for axis in group.axes}
        for axis in group.axes:
            if axis == "fibre":
                fibres[path] = lengths[axis]
                continue
            values = _axis(file, f"{path}/{axis}")[:].astype("<f8").tobytes()
            if axes.setdefault(axis, values) != values:
                raise NervejaxError(f"/{path} has another {axis} axis than the rest of the file")
        shape = tuple(lengths.values())
        for name, dataset in own_parts(group_at(file, path), MAX_ITEMS):
            if name in layout.AXES or not isinstance(dataset, h5py.Dataset):
                continue
            if not layout.NAME.fullmatch(name):
                raise NervejaxError(f"/{path} has a strange name: {name[:40]!r}")
            if dataset.dtype.kind not in "fiu" or dataset.shape != shape:
                raise NervejaxError(f"/{path}/{name} does not lie on the axes of its group")
            if dataset.size:  # none of no fibre can be stacked
                wide = not np.can_cast(dataset.dtype, np.float32)
                series.append(Series(path, name, group.axes, wide))
    return Stack(axes["time"], axes.get("x", b""), tuple(fibres.items()), tuple(series))


def _groups(file: h5py.File) -> Iterator[tuple[str, layout.Group]]:
    """Path and layout of the groups that the file has; the read-out comes first."""
    populations = str(file.attrs.get("populations", "")).split()
    if len(populations) > MAX_CLASSES or not all(map(layout.NAME.fullmatch, populations)):
        raise NervejaxError("has strange populations")
    for group in GROUPS:
        for name in populations if group.per_population else [""]:
            path = group.path.format(population=name)
            if path in file:
                yield path, group


def _axis(file: h5py.File, path: str) -> h5py.Dataset:
    axis = dataset_at(file, path)
    if axis.ndim != 1 or axis.dtype.kind not in "fiu" or axis.shape[0] > MAX_AXIS:
        raise NervejaxError(f"/{path} is not an axis, or too long")
    return axis


def _check_table(table: h5py.Group) -> None:
    """Raise if a table and what lies below it is too large to read, or lies in another file."""
    waiting, seen = [table], 0
    while waiting:
        group = waiting.pop()
        parts = list(own_parts(group, MAX_ITEMS))
        seen += len(group)
        if len(parts) < len(group) or seen > MAX_ITEMS:
            raise NervejaxError(f"{table.name} holds too much, or a link")
        for _, part in parts:
            if isinstance(part, h5py.Group):
                waiting.append(part)
            elif (part.size or 0) > MAX_ITEMS or part.dtype.itemsize > MAX_ITEM_BYTES:
                raise NervejaxError(f"{part.name} is too large")
