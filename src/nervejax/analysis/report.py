"""Write the report of a run beside its episode file, its pictures, and the page of a sweep."""

import re
from pathlib import Path
from typing import Any

from nervejax.analysis import plots
from nervejax.analysis.body_outline import limb_of
from nervejax.analysis.body_plot import limb_figure
from nervejax.analysis.body_svg import skin_of
from nervejax.analysis.body_view import body_course
from nervejax.analysis.page import page
from nervejax.analysis.page_sweep import SweepRun, sweep_page
from nervejax.analysis.page_sweep_figures import sweep_maps
from nervejax.analysis.whole_file import write_whole
from nervejax.errors import NervejaxError
from nervejax.recording import layout, reader


def run_name(provenance: dict[str, Any], path: Path) -> str:
    """Name of the scenario from the stored configuration, else the name of the file's folder."""
    config = str(provenance.get("config_yaml", ""))
    found = re.search(r"^name:[ \t]*(\S.*?)[ \t]*$", config, re.MULTILINE)
    return found.group(1) if found else path.resolve().parent.name


def write_report(path: Path) -> Path:
    """Draw the report of one episode from its file alone.

    Args:
        path: An episode file, or a run folder with an ``episode.h5``.

    Returns:
        Path of ``report.html``; ``report.png``, the run at a glance, lies beside it. Both replace
        older ones whole; neither is touched if anything fails before.

    Raises:
        NervejaxError: Matplotlib is not installed, or the file cannot be read as an episode.
    """
    path = Path(path)
    if path.is_dir():
        path = path / layout.FILE_NAME
    plots.require_matplotlib()
    record = reader.read_episode(path)
    series, summary = reader.read_readout(path), reader.read_summary(path)
    provenance = reader.read_provenance(path)
    png = plots.png_bytes(plots.figure(record, series, summary), plots.COLOURS)
    text = page(run_name(provenance, path), path.name, record, series, summary, provenance)
    write_whole(path.with_name("report.png"), png)
    return write_whole(path.with_name("report.html"), text.encode("utf-8"))


def write_pictures(path: Path, folder: Path) -> list[Path]:
    """Save the pictures of a run that a README can show.

    Args:
        path: An episode file, or a run folder with an ``episode.h5``.
        folder: Where to put them; made if it is not there.

    Returns:
        ``report-summary.png`` (words, and the classes over time) and, where the file says where
        receptors lie, ``report-limb.png`` (the limb at six moments).

    Raises:
        NervejaxError: Matplotlib is not installed, or the file cannot be read as an episode.
    """
    plots.require_matplotlib()
    record = reader.read_episode(path)
    series, summary = reader.read_readout(path), reader.read_summary(path)
    figures = {"report-summary.png": plots.figure(record, series, summary)}
    felt = body_course(record, series)
    if felt is not None:
        limb = limb_of(run_name(reader.read_provenance(path), path))
        figures["report-limb.png"] = limb_figure(skin_of(limb, felt), record)
    folder.mkdir(parents=True, exist_ok=True)
    return [plots.save_png(fig, folder / name, plots.COLOURS) for name, fig in figures.items()]


def runs_below(folder: Path) -> list[Path]:
    """Episode files of the runs of a sweep, in order; not those that belong to another run."""
    found = sorted(folder.rglob(layout.FILE_NAME), key=lambda path: natural(str(path)))
    homes = {path.parent for path in found}
    return [path for path in found if not homes.intersection(path.parent.parents)]


def write_sweep(folder: Path) -> Path:
    """Write ``sweep.html`` over all runs below a folder, and the reports of runs that have none.

    Raises:
        NervejaxError: Matplotlib is not installed, or no run can be read.
    """
    folder = Path(folder)
    runs, unreadable = _sweep_runs(folder)
    text = sweep_page(folder.resolve().name, runs, unreadable)
    return write_whole(folder / "sweep.html", text.encode("utf-8"))


def write_sweep_pictures(folder: Path, out: Path) -> list[Path]:
    """Save the maps of a sweep over two settings.

    Args:
        folder: of the sweep.
        out: Where to put them; made if it is not there.

    Returns:
        ``sweep-numb.png`` and ``sweep-back.png``; over pressure and its duration ``sweep-stays.png``.

    Raises:
        NervejaxError: Matplotlib is not installed, no run can be read, or there is no such sweep.
    """
    plots.require_matplotlib()
    found = sweep_maps(_sweep_runs(Path(folder))[0])
    if not found:
        raise NervejaxError(f"{folder}: no map, for no two settings were swept")
    out.mkdir(parents=True, exist_ok=True)
    return [write_whole(out / f"sweep-{name}.png", map_.png) for name, map_ in found.items()]


def _sweep_runs(folder: Path) -> tuple[list[SweepRun], list[str]]:
    """The runs that can be read, their missing reports drawn, and a line for each other one."""
    runs, unreadable = [], []
    for path in runs_below(folder):
        report = path.with_name("report.html")
        try:
            if not report.is_file():
                write_report(path)
            provenance = reader.read_provenance(path)
            runs.append(
                SweepRun(
                    path.parent.relative_to(folder).as_posix(),
                    _settings(provenance, path),
                    reader.read_summary(path),
                    reader.read_readout(path),
                    report.is_file(),
                )
            )
        except NervejaxError as error:
            unreadable.append(str(error))
    if not runs:
        raise NervejaxError("; ".join(unreadable) or f"{folder}: no run below it.")
    return runs, unreadable


def _settings(provenance: dict[str, Any], path: Path) -> dict[str, str]:
    """What was asked of a run: its scenario, its overrides and its seed."""
    given = [str(word).lstrip("+~").partition("=") for word in provenance.get("overrides", [])]
    named = {name: value for name, _, value in given if name != "scenario"}
    return {
        "scenario": run_name(provenance, path),
        **named,
        "seed": str(provenance.get("seed", "")),
    }


def natural(text: str) -> list[tuple[int, int | str]]:
    """Key of an order in which run 2 comes before run 10."""
    parts = re.split(r"(\d+)", text)
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts]
