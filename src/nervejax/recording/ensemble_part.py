"""Part of an ensemble: the numbers of some rows, in a file that is there whole or not at all."""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from nervejax.errors import NervejaxError
from nervejax.recording import layout, seal
from nervejax.recording.reader import UNREADABLE, believable
from nervejax.recording.whole_file import write_whole

FORMAT, FORMAT_VERSION = "nervejax-ensemble-part", 1
TEXT = h5py.string_dtype()
PACKED = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
MAX_PROBLEM = 500
"""Characters of a problem that are kept."""
_NAME = re.compile(r"part-([0-9]{6,})\.h5")


@dataclass(frozen=True)
class RowResult:
    """What came of one row: numbers and texts of its summary, its series if kept, or a problem."""

    row: int
    numbers: Mapping[str, float] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    time_s: np.ndarray | None = None
    series: Mapping[str, np.ndarray] = field(default_factory=dict)
    problem: str | None = None

    @property
    def done(self) -> bool:
        """Whether it came to its end."""
        return self.problem is None


@dataclass(frozen=True)
class PartIndex:
    """What lies in a part: its rows (n,), which are done (n,), names of their numbers and series."""

    path: Path
    row: np.ndarray
    done: np.ndarray
    number_names: list[str]
    text_names: list[str]
    series_names: list[str]
    time_s: np.ndarray | None


def part_paths(folder: Path) -> list[Path]:
    """The parts in a folder, oldest first."""
    found = {
        int(m[1]): path for path in folder.glob("part-*.h5") if (m := _NAME.fullmatch(path.name))
    }
    return [found[number] for number in sorted(found)]


def write_part(folder: Path, plan: str, results: Iterable[RowResult]) -> Path:
    """Write the results of some rows as the next part of a folder.

    Args:
        folder: that of the parts.
        plan: digest of the plan they belong to.
        results: at least one; those that are done have the same names and time steps.
    """
    results = sorted(results, key=lambda result: result.row)
    paths = part_paths(folder)
    last = _NAME.fullmatch(paths[-1].name) if paths else None
    number = int(last[1]) + 1 if last else 0
    image = io.BytesIO()  # HDF5 2.0 crashes where a disk is full, so it must not write there
    with h5py.File(image, "w", libver=layout.LIBVER) as file:
        file.attrs["format"] = FORMAT
        file.attrs["format_version"] = FORMAT_VERSION
        file.attrs["plan"] = plan
        _write_results(file, results)
        file.attrs["complete"] = True
    return write_whole(folder / f"part-{number:06d}.h5", [seal.sealed(image.getvalue())])


def _write_results(file: h5py.File, results: list[RowResult]) -> None:
    numbers = list(dict.fromkeys(name for r in results for name in r.numbers))
    texts = list(dict.fromkeys(name for r in results for name in r.texts))
    series = list(dict.fromkeys(name for r in results for name in r.series))
    file["row"] = np.array([r.row for r in results], dtype=np.int64)
    file["done"] = np.array([r.done for r in results], dtype=np.int8)
    _write_texts(file, "problem", [(r.problem or "")[:MAX_PROBLEM] for r in results])
    _write_texts(file, "number_names", numbers)
    _write_texts(file, "text_names", texts)
    _write_texts(file, "series_names", series)
    table = [[r.numbers.get(name, np.nan) for name in numbers] for r in results]
    file["numbers"] = np.array(table, dtype=np.float64).reshape(len(results), len(numbers))
    _write_texts(file, "texts", [[r.texts.get(name, "") for name in texts] for r in results])
    if not series:
        return
    time_s = next(r.time_s for r in results if r.time_s is not None)
    for r in results:
        if r.time_s is not None and not np.array_equal(r.time_s, time_s):
            raise NervejaxError("rows that keep their series must share their time steps")
    nothing = np.full(len(time_s), np.nan)
    values = np.array([[r.series.get(name, nothing) for name in series] for r in results])
    file["time_s"] = time_s
    file.create_dataset("series", data=values.astype(np.float64), **PACKED)


def _write_texts(file: h5py.File, name: str, texts: list) -> None:
    array = np.array(texts, dtype=object)
    if not array.size:
        array = array.reshape(len(texts), 0) if name == "texts" else array.reshape(0)
    file.create_dataset(name, data=array, dtype=TEXT)


def part_index(path: Path, plan: str) -> PartIndex | None:
    """What lies in a part; None if it cannot be read (its rows are then run again).

    Raises:
        NervejaxError: it is sound and belongs to another plan.
    """
    try:
        with seal.opened(path) as file:
            if file.attrs.get("format") != FORMAT or not file.attrs.get("complete", False):
                return None
            if file.attrs.get("format_version") != FORMAT_VERSION or file.attrs["plan"] != plan:
                raise _Foreign(f"{path}: belongs to another ensemble")
            numbers, texts, series = (
                _texts(file, f"{k}_names") for k in ("number", "text", "series")
            )
            time_s = _array(file, "time_s") if "time_s" in file else None
            row, done = _array(file, "row"), _array(file, "done") > 0
            if row.ndim != 1 or row.dtype.kind != "i" or done.shape != row.shape:
                return None
            return PartIndex(path, row, done, numbers, texts, series, time_s)
    except _Foreign:
        raise
    except (NervejaxError, *UNREADABLE):
        return None


class _Foreign(NervejaxError):
    """A part of another plan."""


def read_part(
    index: PartIndex, places: np.ndarray, with_series: bool
) -> tuple[np.ndarray, np.ndarray, list[str], np.ndarray | None]:
    """Some rows of a part.

    Args:
        index: the part.
        places: (k,) which of its rows, by place.
        with_series: whether to read their series too.

    Returns:
        Numbers (k, numbers), texts (k, texts), problems, and series (k, series, time_s) or None.

    Raises:
        NervejaxError: it can no longer be read.
    """
    try:
        with seal.opened(index.path) as file:
            numbers, problems = _array(file, "numbers")[places], _texts(file, "problem")
            texts: Any = file["texts"].asstr()[()][places]  # pyright: ignore
            series: Any = None
            if with_series and "series" in file:
                first, last = places.min(), places.max() + 1
                series = file["series"][first:last][places - first]  # pyright: ignore
            return numbers, texts, [problems[k] for k in places], series
    except UNREADABLE as error:
        raise NervejaxError(f"{index.path}: damaged: {error}") from error


def _array(file: h5py.File, name: str) -> np.ndarray:
    return believable(file[name])[()]  # pyright: ignore


def _texts(file: h5py.File, name: str) -> list[str]:
    return [str(text) for text in believable(file[name]).asstr()[()]]  # pyright: ignore
