"""Arrays as bytes for another process, and back: bit for bit, rows that repeat left out.

An event buffer has thousands of rows, of which a window fills some, and most say what the row before
said. Of an array with many rows only the first one travels, and where a later one differs from the one
before it. No pickle: what comes in from a network is numbers or an error.
"""

import json
import math
import struct
from collections.abc import Sequence

import numpy as np

from nervejax.errors import NervejaxError

MANY_ROWS = 64
"""From so many rows on an array is looked at for rows that repeat."""
_HEAD = struct.Struct("!I")
_BITS = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}
_KINDS = "biuf"


def pack(arrays: Sequence[np.ndarray]) -> bytes:
    """Arrays of numbers as one text of bytes.

    Raises:
        NervejaxError: an array holds something else than numbers.
    """
    heads, bodies = [], []
    for values in map(np.ascontiguousarray, arrays):
        if values.dtype.kind not in _KINDS:
            raise NervejaxError(f"an array of {values.dtype} cannot travel between processes")
        changes = _changes(values)
        if changes is None:
            heads.append([values.dtype.str, list(values.shape), -1])
            bodies.append(values.tobytes())
        else:
            heads.append([values.dtype.str, list(values.shape), len(changes)])
            bodies += [
                values[0].tobytes(), changes.tobytes(), values.reshape(-1)[changes].tobytes()
            ]  # fmt: skip
    head = json.dumps(heads).encode()
    return b"".join([_HEAD.pack(len(head)), head, *bodies])


def unpack(text: bytes) -> list[np.ndarray]:
    """The arrays that ``pack`` was given.

    Raises:
        NervejaxError: the text is not one of ``pack``.
    """
    try:
        (size,) = _HEAD.unpack_from(text)
        at = _HEAD.size + size
        heads = json.loads(text[_HEAD.size : at])
        arrays = []
        for name, shape, changed in heads:
            dtype = np.dtype(str(name))
            if dtype.kind not in _KINDS or min(shape, default=0) < 0:
                raise ValueError(name)
            row = math.prod(shape[1:])
            sizes = [math.prod(shape)] if changed < 0 else [row, changed, changed]
            kinds = [dtype] if changed < 0 else [dtype, np.dtype(np.uint32), dtype]
            parts = []
            for count, kind in zip(sizes, kinds, strict=True):
                parts.append(np.frombuffer(text, kind, count, at))
                at += count * kind.itemsize
            arrays.append(parts[0].reshape(shape) if changed < 0 else _filled(shape, *parts))
        if at != len(text):
            raise ValueError("length")
    except (ValueError, TypeError, KeyError, IndexError, struct.error) as error:
        raise NervejaxError("what came from another process cannot be read") from error
    return arrays


def _changes(values: np.ndarray) -> np.ndarray | None:
    """Flat places, uint32, that differ from the row before; None where it is shorter to send all."""
    if values.ndim < 2 or len(values) < MANY_ROWS or not values.size or values.size >= 2**32:
        return None
    bits = values.view(_BITS[values.itemsize]).reshape(len(values), -1)  # nan equals itself
    places = np.flatnonzero(bits[1:] != bits[:-1]) + bits.shape[1]
    longer = (len(places) + bits.shape[1]) * (values.itemsize + 4) >= values.nbytes
    return None if longer else places.astype(np.uint32)


def _filled(
    shape: list[int], first: np.ndarray, places: np.ndarray, values: np.ndarray
) -> np.ndarray:
    """The array of which these places differ from the row before."""
    rows, width = shape[0], len(first)
    out = np.empty((rows, width), first.dtype)
    out[:] = first
    at, lanes = np.divmod(places.astype(np.int64), width)
    moving, column = np.unique(lanes, return_inverse=True)
    block = out[:, moving]  # the others stay as in the first row
    block[at, column] = values
    said = np.zeros(block.shape, np.int32)  # row in which a value was last said
    said[at, column] = at
    np.maximum.accumulate(said, axis=0, out=said)
    out[:, moving] = np.take_along_axis(block, said, axis=0)
    return out.reshape(shape)
