"""The rows of an ensemble: columns of settings, from and to CSV, and whether every row is sound."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nervejax.config import Config
from nervejax.config.check import changed_problems
from nervejax.ensembles.axes import column
from nervejax.ensembles.designs import MOST_ROWS
from nervejax.ensembles.values import Value, key_problem, text_of, value_of, with_values
from nervejax.errors import NervejaxError

MAX_BYTES, MAX_COLUMNS = 2**30, 200
"""Larger CSV files, and wider ones, are refused: a million rows of six numbers are 0.1 GiB."""
TOLD = 10
"""Bad rows that are told one by one."""


@dataclass(frozen=True)
class Rows:
    """What differs from row to row: key -> (N,) float64, int64, bool or texts."""

    columns: dict[str, np.ndarray]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values())))

    def values(self, row: int) -> dict[str, Value]:
        """Key -> value of one row, as plain Python numbers and texts."""
        return {key: _plain(values[row]) for key, values in self.columns.items()}

    def config(self, base: Config, row: int) -> Config:
        """The configuration of one row."""
        return with_values(base, self.values(row))

    def csv_lines(self) -> Iterator[bytes]:
        """The rows as CSV in pieces: a line of keys, then one line a row; numbers in full."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        for row in range(len(self)):
            writer.writerow([text_of(value) for value in self.values(row).values()])
            if out.tell() > 2**20:
                yield out.getvalue().encode()
                out.seek(0)
                out.truncate()
        yield out.getvalue().encode()


def read_rows(path: Path) -> Rows:
    """The rows that a CSV file asks for: a line of keys, then a line of values for each row.

    Raises:
        NervejaxError: one line about each thing that is wrong, with its line, up to ten.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise NervejaxError(f"{path}: is larger than {MAX_BYTES >> 20} MiB")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _parsed(path, csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise NervejaxError(f"{path}: cannot be read as CSV in UTF-8: {why}") from None


def _parsed(path: Path, lines: Any) -> Rows:
    keys = [key.strip() for key in next(lines, [])]
    if not any(keys):
        raise NervejaxError(
            f"{path}: its first line must hold the keys, such as pressure.peak_mmHg"
        )
    if len(keys) > MAX_COLUMNS:
        raise NervejaxError(f"{path}: has more than {MAX_COLUMNS} columns")
    bad = [line for key in keys if (line := key_problem(key))]
    bad += [
        f"{key}: two columns of this name" for key in dict.fromkeys(keys) if keys.count(key) > 1
    ]
    if bad:
        raise NervejaxError("; ".join(f"{path} line 1: {line}" for line in bad[:TOLD]))
    found: list[list[Value]] = [[] for _ in keys]
    told, count = [], 0
    for cells in lines:
        if not cells:
            continue  # an empty line, as many editors leave one at the end
        problem = _taken(keys, cells, found)
        if problem:
            count += 1
            told += [f"{path} line {lines.line_num}: {problem}"] if count <= TOLD else []
        if len(found[0]) + count > MOST_ROWS:
            raise NervejaxError(f"{path}: has more than {MOST_ROWS} rows")
    if count:
        raise NervejaxError("; ".join(told + _more(count, "lines")))
    if not found[0]:
        raise NervejaxError(f"{path}: has no rows below its line of keys")
    return Rows({key: column(key, values) for key, values in zip(keys, found, strict=True)})


def _taken(keys: list[str], cells: list[str], found: list[list[Value]]) -> str:
    """Add the cells of a line to their columns, or say what is wrong with it."""
    if len(cells) != len(keys):
        return f"{len(cells)} cells, not {len(keys)}"
    values = []
    for key, cell in zip(keys, cells, strict=True):
        try:
            values.append(value_of(key, cell))
        except ValueError as error:
            return f"{key}: {error}"
    for values_of_key, value in zip(found, values, strict=True):
        values_of_key.append(value)
    return ""


def row_problems(base: Config, rows: Rows, told: Callable[[int], Any] | None = None) -> list[str]:
    """One line for each unsound row, ten at most, and how many more there are.

    Args:
        base: a sound configuration.
        rows: what differs from it.
        told: called now and then with the number of rows that have been judged.
    """
    found, count = [], 0
    for row in range(len(rows)):
        bad = changed_problems(rows.config(base, row), rows.columns)
        if bad:
            count += 1
            found += [f"row {row}: {bad[0]}"] if count <= TOLD else []
        if told is not None and row % 1000 == 0:
            told(row)
    return found + _more(count, "rows")


def _more(count: int, what: str) -> list[str]:
    return [f"and {count - TOLD} more {what}"] if count > TOLD else []


def _plain(value: Any) -> Value:
    return value.item() if isinstance(value, np.generic) else value
