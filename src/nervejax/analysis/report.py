"""Write the report of a run beside its episode file, its pictures, and the page of a sweep."""

from dataclasses import replace
from pathlib import Path

from nervejax.analysis import plots
from nervejax.analysis.body_outline import limb_of
from nervejax.analysis.body_plot import limb_figure
from nervejax.analysis.body_svg import skin_of
from nervejax.analysis.body_view import body_course
from nervejax.analysis.page import page
from nervejax.analysis.page_sweep import SweepRun, sweep_page
from nervejax.analysis.page_sweep_figures import sweep_maps
from nervejax.analysis.run_folders import run_name, runs_below
from nervejax.analysis.sweep_columns import configured
from nervejax.analysis.sweep_runs import plain_yaml
from nervejax.analysis.whole_file import write_whole
from nervejax.errors import NervejaxError
from nervejax.recording import layout, reader


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
    runs, configs, unreadable = [], [], []
    for path in runs_below(folder):
        report = path.with_name("report.html")
        try:
            if not report.is_file():
                write_report(path)
            provenance = reader.read_provenance(path)
            words = provenance.get("overrides", [])
            given = [str(word).lstrip("+~").partition("=") for word in words]
            configs.append(str(provenance.get("config_yaml", "")))
            runs.append(
                SweepRun(
                    path.parent.relative_to(folder).as_posix(),
                    {"scenario": run_name(provenance, path)}
                    | {name: value for name, _, value in given if name != "scenario"}
                    | {"seed": str(provenance.get("seed", ""))},
                    reader.read_summary(path),
                    reader.read_readout(path),
                    report.is_file(),
                )
            )
        except NervejaxError as error:
            unreadable.append(str(error))
    if not runs:
        raise NervejaxError("; ".join(unreadable) or f"{folder}: no run below it.")
    return _filled_in(runs, configs), unreadable


def _filled_in(runs: list[SweepRun], configs: list[str]) -> list[SweepRun]:
    """The same, with what a run has by its configuration where others were given it by an override."""
    names = list(dict.fromkeys(name for run in runs for name in run.settings))
    found = []
    for run, text in zip(runs, configs, strict=True):
        config = None if run.settings.keys() >= set(names) else plain_yaml(text)
        known = {name: run.settings.get(name) or configured(config, name) for name in names}
        found.append(replace(run, settings={name: text for name, text in known.items() if text}))
    return found
