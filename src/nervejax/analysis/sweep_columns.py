"""The table of a sweep: one row per run, named columns of numbers or texts; as CSV and back."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nervejax.analysis.sweep_runs import StoredRun, plain_yaml
from nervejax.errors import NervejaxError
from nervejax.recording import layout

RUN, SETTING, SUMMARY = "run", "setting", "summary"
TEXT_COLUMNS = ("folder", "status", "problem", "scenario")
"""Columns that are text even where every cell looks like a number."""
FORMULA = ("=", "+", "-", "@")
"""A cell of text that begins so is a formula to a spreadsheet; it gets a ' in front of it."""
LONGEST_NUMBER = 40
"""Longest text that may be a number: a float64 needs 24 characters."""


@dataclass(frozen=True)
class Column:
    """One column: (J,) float64, nan = none, or (J,) texts, empty = none.

    role: ``run`` (which run it is), ``setting`` (what was asked) or ``summary`` (what came of it).
    """

    name: str
    values: np.ndarray
    role: str

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return self.values.dtype.kind == "f"

    @property
    def unit(self) -> str:
        """The unit in which its name ends, ``1`` for none."""
        return layout.unit_of(self.name.rpartition(".")[2])


def columns(runs: Sequence[StoredRun]) -> list[Column]:
    """The table of a sweep.

    Returns:
        Folder, status and problem; the settings that differ between runs, in the order in which they
        come up; seed and scenario; then every entry of the summaries. A run to which a setting was
        not given has that of its configuration.
    """
    cells: dict[str, list[str]] = {
        "folder": [run.folder for run in runs],
        "status": [run.status for run in runs],
        "problem": [run.problem for run in runs],
    }
    roles = dict.fromkeys(cells, RUN)
    cells |= _swept(runs)
    cells |= {"seed": [run.seed for run in runs], "scenario": [run.scenario for run in runs]}
    roles = dict.fromkeys(cells, SETTING) | roles
    for name in dict.fromkeys(name for run in runs for name in run.summary):
        told = f"summary.{name}" if name in roles else name
        cells[told] = [_text(run.summary.get(name)) for run in runs]
    return [
        Column(name, typed(name, texts), roles.get(name, SUMMARY)) for name, texts in cells.items()
    ]


def typed(name: str, texts: Sequence[str]) -> np.ndarray:
    """A column's texts as what they are: numbers if all that is there are, else texts."""
    if name not in TEXT_COLUMNS:
        numbers = [_number(text) if text else float("nan") for text in texts]
        if None not in numbers:
            return np.array(numbers, dtype=np.float64)
    return np.array(list(texts), dtype=object)


def csv_bytes(table: Sequence[Column]) -> bytes:
    """The table as CSV: a line of names, then one line a run; UTF-8, an empty cell = none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_guarded(column.name) for column in table])
    cells = [
        [_text(float(value)) if column.is_number else _guarded(value) for value in column.values]
        for column in table
    ]
    writer.writerows(zip(*cells, strict=True))
    return out.getvalue().encode()


def from_csv(data: bytes) -> dict[str, np.ndarray]:
    """Name -> column of what ``csv_bytes`` made.

    Raises:
        NervejaxError: it is not such a table.
    """
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NervejaxError(f"not a table of a sweep: {error}") from None
    names = [_bare(name) for name in rows[0]] if rows else []
    if names[:2] != ["folder", "status"] or len(set(names)) < len(names):
        raise NervejaxError("not a table of a sweep: its first columns must be folder and status.")
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(names):
            raise NervejaxError(f"line {line} has {len(row)} cells, not {len(names)}.")
    texts = [[_bare(row[i]) for row in rows[1:]] for i in range(len(names))]
    return {name: typed(name, column) for name, column in zip(names, texts, strict=True)}


def configured(config: object, name: str) -> str:
    """What a configuration, nested plain dictionaries, has at a dotted name; empty if nothing."""
    for part in name.split("."):
        config = config.get(part) if isinstance(config, dict) else None
    if isinstance(config, dict):  # a choice of a group: its file gives its name
        config = config.get("name")
    if isinstance(config, bool):
        return str(config).lower()
    return _text(config) if isinstance(config, (str, int, float)) else ""


def _swept(runs: Sequence[StoredRun]) -> dict[str, list[str]]:
    """Settings in which runs differ -> value in each run, empty where nobody knows."""
    known = [run for run in runs if run.overrides is not None]
    names = dict.fromkeys(name for run in known for name in run.overrides or {})
    # Parsing a configuration is slow, so only those of runs to which not every setting was given.
    partial = {run.folder for run in known if not names.keys() <= (run.overrides or {}).keys()}
    configs = {run.folder: plain_yaml(run.config_yaml) for run in known if run.folder in partial}
    found = {}
    for name in names:
        texts = [_setting(run, name, configs.get(run.folder)) for run in runs]
        told = {
            _number(text) if _number(text) is not None else text
            for run, text in zip(runs, texts, strict=True)
            if run.overrides is not None
        }
        if len(told) > 1:
            found[name] = texts
    return found


def _setting(run: StoredRun, name: str, config: object) -> str:
    if run.overrides is None:
        return ""
    return run.overrides[name] if name in run.overrides else configured(config, name)


def _text(value: str | float | None) -> str:
    """A cell: the shortest text that gives the number back; empty for nan and None."""
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 2**53
        return str(int(value)) if whole else repr(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _number(text: str) -> float | None:
    """The number that a text is; None if it is none, or one that float64 does not hold."""
    if len(text) > LONGEST_NUMBER or "_" in text:
        return None
    try:
        number = float(text)
        return None if text.lstrip("+-").isdecimal() and int(text) != number else number
    except ValueError:
        return None


def _guarded(text: str) -> str:
    plain = not text.startswith((*FORMULA, "'")) or _number(text) is not None
    return text if plain else f"'{text}"


def _bare(text: str) -> str:
    return text[1:] if text[:1] == "'" else text
