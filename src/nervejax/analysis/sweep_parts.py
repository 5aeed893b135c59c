"""Groups and datasets of an HDF5 file that anyone may have made: by path, and only if they are such."""

from collections.abc import Iterator

import h5py
import numpy as np
from h5py import h5s

from nervejax.errors import NervejaxError

HARD_LINK = 0
"""H5L_TYPE_HARD of HDF5: a name that is the thing itself."""


def group_at(parent: h5py.Group, path: str) -> h5py.Group:
    """The group at a path below another.

    Raises:
        NervejaxError: there is none.
    """
    item = parent.get(path)
    if not isinstance(item, h5py.Group):
        raise NervejaxError(f"has no group {path[:80]!r}.")
    return item


def dataset_at(parent: h5py.Group, path: str) -> h5py.Dataset:
    """The dataset at a path below a group.

    Raises:
        NervejaxError: there is none.
    """
    item = parent.get(path)
    if not isinstance(item, h5py.Dataset):
        raise NervejaxError(f"has no dataset {path[:80]!r}.")
    return item


def own_parts(group: h5py.Group, most: int) -> Iterator[tuple[str, h5py.Group | h5py.Dataset]]:
    """Name and part of the groups and datasets in a group; no links, by which other files are read.

    Args:
        group: where to look.
        most: how many it may hold.

    Raises:
        NervejaxError: it holds more.
    """
    if len(group) > most:
        raise NervejaxError(f"{group.name} holds too much.")
    for name in map(str, group):
        if not _is_own(group, name):
            continue
        item = group[name]
        if isinstance(item, (h5py.Group, h5py.Dataset)):
            yield name, item


def scalars(group: h5py.Group, most: int) -> dict[str, float | int | str]:
    """Name -> the one number or text that each dataset of a group holds.

    Raises:
        NervejaxError: it holds more than ``most`` of them, or anything else.
    """
    if len(group) > most:
        raise NervejaxError(f"{group.name} holds too much.")
    found: dict[str, float | int | str] = {}
    for name in map(str, group):
        if not _is_own(group, name):
            raise NervejaxError(f"{group.name} holds a link.")
        # Half of the time of a large sweep goes in here, and h5py's own objects would double it.
        handle = h5py.h5d.open(group.id, name.encode())
        if handle.shape != ():
            raise NervejaxError(f"{group.name}/{name[:80]} is not a single value.")
        if handle.dtype.kind in "fiu":
            value = np.empty((), handle.dtype)
            handle.read(h5s.ALL, h5s.ALL, value)
            found[name] = value.item()
        elif h5py.check_string_dtype(handle.dtype) and handle.dtype.kind == "O":
            found[name] = str(h5py.Dataset(handle).asstr()[()])
        else:
            raise NervejaxError(f"{group.name}/{name[:80]} is neither a number nor a text.")
    return found


def _is_own(group: h5py.Group, name: str) -> bool:
    """Whether a name in a group is a part of it, and not a link to elsewhere."""
    return group.id.links.get_info(name.encode()).type == HARD_LINK


def what_failed(error: BaseException) -> str:
    """An error of h5py or NumPy in one line."""
    return " ".join(str(error).strip("'\"").split()) or type(error).__name__
