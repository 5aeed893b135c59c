"""The committed reference numbers, and our measurements of the same fibres, each model run once."""

import csv
from functools import cache
from pathlib import Path

import numpy as np

from nervejax.fibre.measure import measure_fibres

HERE = Path(__file__).parent
KIND = {"sundt2015": "c", "tigerholm2014": "c", "mcintyre2002": "abeta", "pena2024": "adelta"}
PYFIBERS = {
    "MRG_DISCRETE": ("mcintyre2002", "discrete"),
    "MRG_INTERPOLATION": ("mcintyre2002", "interpolated"),
    "PENA": ("pena2024", "pena2024"),
    "SUNDT": ("sundt2015", "cylinder"),
    "TIGERHOLM": ("tigerholm2014", "cylinder"),
}


def rows(name):
    """Rows of a CSV as dictionaries: numbers as floats, empty cells left out."""
    with (HERE / name).open() as file:
        return [{k: _number(v) for k, v in row.items() if v} for row in csv.DictReader(file)]


def _number(text):
    try:
        return float(text)
    except ValueError:
        return text


def neuron():
    """Our own NEURON runs at a zero time step."""
    return rows("neuron.csv")


def pyfibers():
    """PyFibers' fibres in NEURON at 5 us, with the names of ``neuron``."""
    out = []
    for row in rows("pyfibers.csv"):
        model, geometry = PYFIBERS[row["model"]]
        out.append(row | {"model": model, "geometry": geometry, "temperature_degC": row["temp_C"]})
    return out


def ours(row):
    """What this program measures on the fibre of a row, at its default step."""
    model = row["model"], row["geometry"], row["temperature_degC"]
    found = _measured(*model)
    k = int(np.flatnonzero(found["diameter_um"] == row["diameter_um"])[0])
    return {
        name: float(value[k]) for name, value in found.items() if value.ndim == 1 and len(value) > k
    }


@cache
def _measured(model, geometry, temperature_degC):
    """All diameters of either table in one call."""
    wanted = {
        row["diameter_um"]
        for row in neuron() + pyfibers()
        if (row["model"], row["geometry"], row["temperature_degC"])
        == (model, geometry, temperature_degC)
    }
    return measure_fibres(
        KIND[model], sorted(wanted), membrane=model, temperature_degC=temperature_degC,
        geometry="" if geometry == "cylinder" else geometry,
    )  # fmt: skip


def label(row):
    """Name of a row in the list of tests."""
    return f"{row['model']}-{row['geometry']}-{row['diameter_um']:g}um-{row['temperature_degC']:g}C"
