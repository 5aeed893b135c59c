"""The part of a sweep's page that shows its runs over what was swept: curves and maps, as HTML."""

from collections.abc import Callable, Sequence
from html import escape

from nervejax.analysis import plots
from nervejax.analysis.page_figures import PageFigure, figure_html
from nervejax.analysis.readout import CLASS_LABELS
from nervejax.analysis.sweep_axes import Grid, SweepRun, sweep_grids
from nervejax.analysis.sweep_curves import dose_figure
from nervejax.analysis.sweep_lesions import safety_words
from nervejax.analysis.sweep_maps import map_figure
from nervejax.analysis.sweep_numbers import BACK, ONSET, tested
from nervejax.analysis.sweep_safety import is_safety_grid, safety_figure
from nervejax.errors import NervejaxError
from nervejax.recording.model import CLASSES


def swept_section(runs: Sequence[SweepRun]) -> str:
    """Curves and maps over the settings that were swept.

    Args:
        runs: The runs of the sweep.

    Returns:
        HTML; empty where no number was swept or matplotlib is not installed.
    """
    try:
        plots.require_matplotlib()
    except NervejaxError:
        return ""
    grids, remarks = sweep_grids(runs)
    name = _mapped(runs)
    figures = "" if name is None else "".join(_of(grid, name, len(grids)) for grid in grids)
    if not figures and not remarks:
        return ""
    left_out = "".join(f'<p class="note">{escape(text)}</p>' for text in remarks)
    shown = f'<div class="figures">{figures}</div>' if figures else ""
    return f"<h2>Over what was swept</h2>{left_out}{shown}"


def sweep_maps(runs: Sequence[SweepRun]) -> dict[str, PageFigure]:
    """The maps of the first grid over two settings: ``numb``, ``back``, ``stays``; those there are."""
    grid = next((g for g in sweep_grids(runs)[0] if len(g.axes) == 2), None)
    name = _mapped(runs)
    if grid is None or name is None:
        return {}
    found = {"numb": map_figure(grid, ONSET, name), "back": map_figure(grid, BACK, name)}
    if is_safety_grid(grid):
        found["stays"] = safety_figure(grid)
    return {what: figure for what, figure in found.items() if figure is not None}


def _mapped(runs: Sequence[SweepRun]) -> str | None:
    """The class on the maps: the first that conducts in some run, touch if there is any."""
    return next((n for n in CLASSES if any(tested(run, n) > 0 for run in runs)), None)


def _of(grid: Grid, name: str, parts: int) -> str:
    """The figures of one grid: of one axis its curves, of two the maps and some columns as curves."""
    if len(grid.axes) == 1:
        return _curves(grid)
    found = [
        _shown(
            f"{CLASS_LABELS[name]} {what}",
            grid.words,
            words + _spread(grid, "Number: mean over the seeds. "),
            lambda quantity=quantity: map_figure(grid, quantity, name),
        )
        for what, quantity, words in (
            ("falls numb", ONSET, "Minutes from pressure on until half of the fibres or fewer conduct. "),
            ("is back", BACK, "Minutes after release until 95 % conduct and stay so; 0: never fewer. "),
        )
    ]  # fmt: skip
    if is_safety_grid(grid):
        found.append(
            _shown(
                "Pressure, time and what stays",
                grid.words,
                safety_words(),
                lambda: safety_figure(grid),
            )
        )
    return "".join(found) + "".join(_curves(grid.column(k)) for k in chosen_columns(grid, parts))


def chosen_columns(grid: Grid, parts: int) -> list[int]:
    """Columns shown as curves: first, middle and last; the middle alone if there are several grids."""
    count = grid.shape[1]
    picked = [0, count // 2, count - 1] if parts == 1 else [count // 2]
    return [k for k in dict.fromkeys(picked) if len(grid.column(k).runs) > 1]


def _curves(grid: Grid) -> str:
    words = (
        "By class. A row on top of a panel: it did not happen, in one of the seeds at least. "
        "Spikes are estimated for all of the time after release. "
    )
    return _shown(
        f"Over {grid.axes[0].name}",
        grid.words,
        words + _spread(grid, "Line: mean over the seeds; shade: lowest to highest. "),
        lambda: dose_figure(grid),
    )


def _spread(grid: Grid, words: str) -> str:
    if grid.replicates < 2:
        return ""
    return f"{words}Up to {grid.replicates} runs at a place; the mean is over those in which it happened."


def _shown(title: str, common: str, words: str, draw: Callable[[], PageFigure | None]) -> str:
    figure = draw()
    if figure is None:
        return ""
    return figure_html(f"{title}, {common}" if common else title, words.strip(), figure)
