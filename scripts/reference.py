"""Velocity, spike shape and thresholds of published fibres in NEURON, at a vanishing time step.

``python scripts/reference.py --out tests/reference/neuron.csv``: needs NEURON, NumPy and a C++
compiler, not JAX. Rows that the file has already are kept; delete a row to have it made anew. What
the columns mean: ``tests/reference/README.md``.
"""

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
from nervejax.peers import neuron
from nervejax.peers.neuron_fibre import COMPARTMENTS, NODES

DT_MS = (0.005, 0.0025, 0.00125, 0.000625)  # ms, steps from which zero is extrapolated
TOLERANCE = 1e-4  # 1, relative width of the last bracket of a threshold
# Column, its unit, stimulus, pulse [ms].
THRESHOLDS = (
    ("threshold_end", "nA", "end", 0.1),
    ("threshold_centre", "nA", "centre", 0.1),
    ("threshold_extracellular_100us", "mA", "extracellular", 0.1),
    ("threshold_extracellular_1ms", "mA", "extracellular", 1.0),
)
SOURCE_UM = {"mcintyre2002": 1000, "pena2024": 1000, "sundt2015": 250, "tigerholm2014": 250}
KEYS = ["model", "geometry", "diameter_um", "temperature_degC"]
COLUMNS = [
    *KEYS, "nodes", "v_rest_mV",
    "velocity_m_per_s", "velocity_uncertainty_m_per_s", "velocity_5us_m_per_s",
    "peak_mV", "half_width_ms", "after_potential_mV", "source_distance_um",
    *(f"{name}_{unit}" for name, unit, *_ in THRESHOLDS),
    *(f"{name}_uncertainty_{unit}" for name, unit, *_ in THRESHOLDS),
    *(f"{name}_5us_{unit}" for name, unit, *_ in THRESHOLDS),
]  # fmt: skip
# Model, geometry, diameters [um], temperature [degC], and the diameters whose thresholds are wanted.
ROWS = (
    ("mcintyre2002", "interpolated", (10, 2, 5.7, 14, 3, 4.5, 7.5, 12.5, 16), 37, (2, 5.7, 10, 14)),
    (
        "mcintyre2002",
        "discrete",
        (10, 2, 16, 1, 5.7, 7.3, 8.7, 11.5, 12.8, 14, 15),
        37,
        (2, 10, 16),
    ),
    ("pena2024", "pena2024", (2, 4, 1.5, 3, 5.7), 37, (2, 4)),
    ("tigerholm2014", "cylinder", (0.8, 1.5, 0.4, 1.0), 37, (0.8, 1.5)),
    ("sundt2015", "cylinder", (0.8, 1.5, 0.4, 1.0), 37, (0.8, 1.5)),
    ("mcintyre2002", "interpolated", (10,), 30, ()),
    ("tigerholm2014", "cylinder", (1.0,), 30, ()),
)


def main() -> None:
    """Make the rows that are missing, one after the other, and write the file after each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the table (CSV)")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="WORD",
        help="only rows that have all these values among model, geometry, diameter, temperature",
    )  # fmt: skip
    parser.add_argument(
        "--mechanisms", type=Path, metavar="FOLDER", help="keep the compiled library here"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        library = neuron.compile_mechanisms(options.mechanisms or passing)
        neuron.load_mechanisms(library)
        table = _read(options.out)
        for model, geometry, diameters, temperature, with_thresholds in ROWS:
            for diameter in diameters:
                key = (model, geometry, f"{diameter:g}", f"{temperature:g}")
                if key in table or not set(options.only) <= set(key):
                    continue
                start = time.perf_counter()
                table[key] = dict(zip(KEYS, key, strict=True)) | measure(
                    model, geometry, diameter, temperature, thresholds=diameter in with_thresholds
                )
                _write(options.out, table)
                print(*key, f"{time.perf_counter() - start:.0f} s", flush=True)


def measure(
    model: str, geometry: str, diameter_um: float, temperature_degC: float, *, thresholds: bool
) -> dict[str, Any]:
    """One row, without its keys; values are text."""
    fibre = (model, geometry, diameter_um)
    spikes = [neuron.spike(*fibre, dt, temperature_degC) for dt in DT_MS]
    shape = {
        name: limit([getattr(spike, name) for spike in spikes]) for name in neuron.Spike._fields
    }
    speed, doubt = shape["velocity_m_per_s"]
    row = {
        "nodes": NODES if model in ("mcintyre2002", "pena2024") else COMPARTMENTS,
        "v_rest_mV": f"{spikes[0].rest_mV:.4f}",
        "velocity_m_per_s": f"{speed:.6g}",
        "velocity_uncertainty_m_per_s": f"{doubt:.2g}",
        "velocity_5us_m_per_s": f"{spikes[0].velocity_m_per_s:.6g}",
        "peak_mV": f"{shape['peak_mV'][0]:.3f}",
        "half_width_ms": f"{shape['half_width_ms'][0]:.5f}",
        "after_potential_mV": f"{shape['after_potential_mV'][0]:.3f}",
        "source_distance_um": SOURCE_UM[model],
    }
    if thresholds:
        for name, unit, kind, width in THRESHOLDS:
            found = converging(fibre, temperature_degC, kind, width)
            value, doubt = limit(found)
            # each bracket is off by half its width at most; 6.4 is the sum of the weights' sizes
            doubt += 6.4 * TOLERANCE / 2 * value
            row |= {
                f"{name}_{unit}": f"{value:.5g}",
                f"{name}_uncertainty_{unit}": f"{doubt:.2g}",
                f"{name}_5us_{unit}": f"{found[0]:.5g}",
            }
    return row


def converging(
    fibre: tuple[str, str, float], temperature_degC: float, kind: str, width_ms: float
) -> list[float]:
    """Thresholds at ``DT_MS`` [nA or mA]; each is looked for where the ones before point."""
    found: list[float] = []
    for dt in DT_MS:
        if not found:
            where = {}
        elif len(found) == 1:
            where = {"near": found[0], "within": 0.01}
        else:
            where = {"near": found[-1] + (found[-1] - found[-2]) / 2, "within": 1e-3}
        value, _ = neuron.threshold(
            *fibre, kind, dt, temperature_degC,
            width_ms=width_ms, source_um=SOURCE_UM[fibre[0]], tolerance=TOLERANCE, **where,
        )  # fmt: skip
        found.append(value)
    return found


def limit(values: Sequence[float]) -> tuple[float, float]:
    """Value at dt = 0 of the polynomial through all steps, and what the coarsest step changes in it."""
    through_all, without_coarsest = (
        np.polynomial.Polynomial.fit(DT_MS[first:], values[first:], len(DT_MS) - 1 - first)(0.0)
        for first in (0, 1)
    )
    return float(through_all), float(abs(through_all - without_coarsest))


def _read(path: Path) -> dict[tuple[str, ...], dict[str, Any]]:
    """Rows of an earlier run by their keys; none where there is no file."""
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        return {tuple(row[key] for key in KEYS): row for row in csv.DictReader(file)}


def _write(path: Path, table: dict[tuple[str, ...], dict[str, Any]]) -> None:
    """All rows, sorted by model, geometry, temperature and diameter."""
    rows = sorted(
        table.items(), key=lambda item: (*item[0][:2], -float(item[0][3]), float(item[0][2]))
    )
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for _, row in rows)


if __name__ == "__main__":
    main()
