"""Virtual instruments on a finished episode: each leaves a figure and its numbers as CSV.

Microneurography, nerve conduction study, nerve-excitability test; see docs/instruments.md. In Python the
numbers come from ``instrument_micro.microneurography``, ``instrument_conduction.nerve_conduction_study``
and ``instrument_excitability.excitability_study``.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis import instrument_conduction, instrument_excitability, instrument_micro
from nervejax.analysis.plots import png_bytes
from nervejax.analysis.whole_file import write_whole
from nervejax.recording.model import EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INSTRUMENTS = ("micro", "ncs", "excitability")
FILE_NAMES = {"micro": "microneurography", "ncs": "conduction", "excitability": "excitability"}
Table = tuple[list[str], list[list[float | str]]]


@dataclass(frozen=True)
class Settings:
    """What to show.

    fibres: of microneurography, how many or which.  start_min, end_min: limb time it covers [min].
    at_min: instants of the other two [min]; None: their own choice.
    """

    fibres: int | list[int] = instrument_micro.FIBRES
    start_min: float = -np.inf
    end_min: float = np.inf
    at_min: list[float] | None = None


def observe(
    record: EpisodeRecord, instrument: str, population: str, settings: Settings
) -> tuple["Figure", dict[str, Table]]:
    """Figure of one instrument on one class, and its tables, name -> (columns, rows).

    Raises:
        NervejaxError: the episode does not hold what the instrument needs; matplotlib is missing.
    """
    if instrument == "micro":
        from nervejax.analysis.instrument_micro_plot import draw_microneurography

        seen = instrument_micro.microneurography(
            record, population, settings.fibres, 60 * settings.start_min, 60 * settings.end_min
        )
        return draw_microneurography(record, seen), instrument_micro.tables(seen)
    if instrument == "ncs":
        from nervejax.analysis.instrument_conduction_plot import draw_conduction_study

        study = instrument_conduction.nerve_conduction_study(record, population, settings.at_min)
        return draw_conduction_study(record, study), instrument_conduction.tables(study)
    from nervejax.analysis.instrument_excitability_plot import excitability_plots

    test = instrument_excitability.excitability_study(record, population, settings.at_min)
    tables = instrument_excitability.tables(record, test)
    return excitability_plots(record, test), tables


def write_instrument(
    record: EpisodeRecord, instrument: str, population: str, folder: Path, settings: Settings
) -> list[Path]:
    """Write the figure and the tables of one instrument on one class; each file whole or not at all.

    Returns:
        ``<name>_<pop>.png`` and ``<name>_<pop>_<table>.csv``.

    Raises:
        NervejaxError: as ``observe``.  OSError: a file cannot be written.
    """
    fig, tables = observe(record, instrument, population, settings)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{FILE_NAMES[instrument]}_{population}"
    written = [write_whole(folder / f"{stem}.png", png_bytes(fig))]
    for name, table in tables.items():
        written.append(write_whole(folder / f"{stem}_{name}.csv", csv_bytes(*table)))
    return written


def csv_bytes(columns: list[str], rows: list[list[float | str]]) -> bytes:
    """A table as CSV, six digits, empty where a number is nan."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_word(value) for value in row])
    return text.getvalue().encode()


def _word(value: float | str) -> str:
    if isinstance(value, str | int):
        return str(value)
    return f"{value:.10g}" if np.isfinite(value) else ""


def classes_for(record: EpisodeRecord, instrument: str) -> list[str]:
    """Classes of the record on which an instrument works; all with fibres but for excitability."""
    held: Mapping = record.populations
    return [
        name
        for name, fibres in held.items()
        if fibres.fibres["conducting"].shape[1]
        and (instrument != "excitability" or fibres.excitability is not None)
    ]
