"""``nervejax fibre``: measure single fibres of a model."""

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nervejax import __version__
from nervejax.cli.usage import Parser, UsageError, check_picture, existing_path
from nervejax.errors import NervejaxError


def main(argv: Sequence[str]) -> int:
    """Measure, print a table or JSON, draw if asked."""
    options = _parser().parse_args(argv)
    if options.plot:
        check_picture(options.plot)
        from nervejax.analysis.plots import require_matplotlib

        require_matplotlib()  # before a minute of measuring
    field = _read_field(options.field) if options.field else None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            found, head = _measure(options, field)
        except NervejaxError as error:
            raise UsageError(str(error)) from error
    notes = list(dict.fromkeys(str(w.message) for w in caught if w.category is UserWarning))
    for note in notes:
        print(f"nervejax: warning: {note}", file=sys.stderr)
    from nervejax.cli import fibre_output as output

    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if options.json:
        print(json.dumps(output.as_json(head, found, notes), indent=1))
    else:
        print(output.table(head, found))
    if options.plot:
        from nervejax.analysis.fibre_plot import plot_fibres

        plot_fibres(found, output.title(head), options.plot)
        print(f"nervejax: wrote {options.plot}", file=sys.stderr)
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax fibre",
        description="Put one fibre on the bench: rest, spike, velocity, thresholds; with --all also "
        "strength-duration, recovery cycle and activity-dependent slowing.",
    )
    add = parser.add_argument
    add("--type", required=True, metavar="TYPE", help="abeta, adelta or c")
    add(
        "--membrane",
        default="",
        metavar="NAME",
        help="sensory, mcintyre2002, pena2024 (abeta, adelta); sensory_c, tigerholm2014, sundt2015 (c)",
    )
    add("--geometry", default="", metavar="NAME", help="discrete or interpolated (mcintyre2002)")
    add(
        "--diameter-um",
        type=float,
        nargs="+",
        metavar="D",
        help="one or more; the class mean if left out",
    )
    add("--temperature-degC", type=float, default=37.0, metavar="T")
    add("--dt-us", type=float, metavar="DT", help="fast step; 2 for A fibres, 5 for C fibres")
    add("--precision", default="float32", metavar="NAME", help="float32 or float64")
    add(
        "--distance-um",
        type=float,
        metavar="R",
        help="of the extracellular point source from the axis; 1000 for A, 250 for C fibres",
    )
    add("--conductivity-S-per-m", type=float, default=0.3, metavar="S", help="around it; 0.3")
    add(
        "--field",
        type=existing_path,
        metavar="CSV",
        help="instead of a point source: columns x_mm from the left end, potential in mV for 1 mA",
    )
    add("--train-hz", type=float, metavar="F", help="rate of the train; 8 for A, 2 for C fibres")
    add("--train-min", type=float, metavar="M", help="its minutes; 10 for A, 3 for C fibres")
    add("--all", action="store_true", help="every measure, a minute or two")
    add("--json", action="store_true", help="print JSON, keys carry units")
    add("--plot", type=Path, metavar="FILE", help="draw what was measured (png, svg or pdf)")
    return parser  # fmt: skip


def _measure(options: argparse.Namespace, field: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    from nervejax.fibre import electrode as electrodes
    from nervejax.fibre import measure, models

    kind = options.type
    if kind not in models.DISTANCE_UM:
        raise NervejaxError(
            f"unknown fibre type '{kind}'; available: {', '.join(models.DISTANCE_UM)}"
        )
    distance = models.DISTANCE_UM[kind] if options.distance_um is None else options.distance_um
    outside = electrodes.PointSource(distance, options.conductivity_S_per_m)
    if field is not None:
        outside = electrodes.ImportedField(*field)
    membrane = options.membrane or models.OWN_MEMBRANE[kind]
    found = measure.measure_fibres(
        kind, options.diameter_um, membrane=membrane, geometry=options.geometry,
        temperature_degC=options.temperature_degC, dt_us=options.dt_us,
        measures=measure.ALL if options.all else measure.QUICK, electrode=outside,
        train_Hz=options.train_hz, train_minutes=options.train_min, precision=options.precision,
        progress=_say,
    )  # fmt: skip
    head = {
        "nervejax": __version__, "type": kind, "membrane": membrane,
        "geometry": options.geometry or models.geometry_of(kind, membrane),
        "temperature_degC": options.temperature_degC,
        "dt_us": models.DT_US[kind] if options.dt_us is None else options.dt_us,
        "precision": options.precision,
        "extracellular": f"field {options.field}" if options.field else
        f"point source, {distance:g} um, {options.conductivity_S_per_m:g} S/m",
    }  # fmt: skip
    return found, head


def _say(name: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{name.replace('_', ' ')} ...", end="" if name else "\n", file=sys.stderr)
        sys.stderr.flush()


def _read_field(path: Path) -> tuple[Any, Any]:
    """Columns x_mm and potential_mV of a CSV file; a first line of words is skipped."""
    import numpy as np

    try:
        with path.open() as file:
            skip = 0 if _is_number(file.readline().split(",")[0]) else 1
        table = np.loadtxt(path, delimiter=",", skiprows=skip, ndmin=2)
    except (ValueError, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--field {path}: {str(error).splitlines()[0]}") from error
    if table.shape[1] != 2:
        raise UsageError(f"--field {path}: wanted two columns (x_mm, mV), found {table.shape[1]}")
    return table[:, 0], table[:, 1]


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
