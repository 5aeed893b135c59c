"""``ensemble.html``: what came of the rows of an ensemble, against what differed between them."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np

from nervejax.analysis import plots
from nervejax.analysis.ensemble_figures import (
    MOST_POINTS,
    scatter_figure,
    strongest,
)  # fmt: skip
from nervejax.analysis.ensemble_numbers import correlations, differs, usual_outcomes
from nervejax.analysis.ensemble_table import (
    ensemble_about,
    ensemble_columns,
    setting_names,
    summary_names,
)  # fmt: skip
from nervejax.analysis.page import whole
from nervejax.analysis.page_figures import figure_html
from nervejax.analysis.readout import CLASS_LABELS
from nervejax.analysis.summary import MEANING, key
from nervejax.analysis.whole_file import write_whole
from nervejax.errors import NervejaxError
from nervejax.recording.model import CLASSES

PAGE_NAME = "ensemble.html"
MOST_FIGURES, MOST_SETTINGS = 8, 6
"""Outcomes with a figure, and settings in one; those that go most with the outcome."""


def write_ensemble_page(path: Path) -> Path:
    """Draw ``ensemble.html`` beside an ``ensemble.h5``.

    Raises:
        NervejaxError: matplotlib is not installed, the file cannot be read, or the page not written.
    """
    plots.require_matplotlib()
    path = Path(path)
    settings = ensemble_columns(path, setting_names(path))
    asked = ["status", "problem", *usual_outcomes(summary_names(path))]
    found = ensemble_columns(path, asked)
    status, problem = found.pop("status"), found.pop("problem")
    text = ensemble_page(path.parent.name, settings, found, status, problem, ensemble_about(path))
    try:
        return write_whole(path.with_name(PAGE_NAME), text.encode())
    except OSError as error:
        raise NervejaxError(f"{PAGE_NAME}: not written: {error.strerror or error}") from error


def ensemble_page(
    title: str,
    settings: Mapping[str, np.ndarray],
    outcomes: Mapping[str, np.ndarray],
    status: np.ndarray,
    problem: np.ndarray,
    about: Mapping[str, str],
) -> str:
    """The whole page as HTML text.

    Args:
        title: name of the ensemble.
        settings: key -> (N,).
        outcomes: name -> (N,), nan = did not happen.
        status: (N,) ``done`` or ``failed``.
        problem: (N,) texts.
        about: what made it.
    """
    done = status == "done"
    inputs = {name: values[done] for name, values in settings.items()}
    told = {name: values[done] for name, values in outcomes.items() if differs(values[done])}
    rho = correlations(inputs, told)
    figures = "".join(
        figure_html(
            name,
            _caption(name, values),
            scatter_figure(name, values, _of(inputs, rho[name])),
        )
        for name, values in list(told.items())[:MOST_FIGURES]
    )
    failed = int((~done).sum())
    words = f"{len(status)} rows, {failed} failed. {about.get('design', '')}"
    if done.sum() > MOST_POINTS:
        words += f" Figures show {MOST_POINTS} of the rows."
    nothing = "<p>No outcome of the usual ones differs between the rows.</p>" if not told else ""
    return whole(
        f"{title} - nervejax",
        f"<h1>Ensemble: {escape(title)}</h1><p class='file'>{escape(words)}</p>{_problems(problem)}"
        f"{nothing}<div class='figures'>{figures}</div>{_table(rho, list(inputs))}",
    )


def _of(inputs: Mapping[str, np.ndarray], rho: Mapping[str, tuple[float, int]]) -> dict:
    strength = {name: value for name, (value, _) in rho.items()}
    return {name: inputs[name] for name in strongest(list(inputs), strength, MOST_SETTINGS)}


def _caption(name: str, values: np.ndarray) -> str:
    """What the outcome is, and how to read its figure."""
    meant = {
        key(q, n): f"{CLASS_LABELS[n]}: {says}. " for q, says in MEANING.items() for n in CLASSES
    }
    gone = int((~np.isfinite(values)).sum())
    mark = f" It did not happen in {gone} of {len(values)} rows: marks on top." if gone else ""
    return f"{meant.get(name, '')}One dot a row; line: median over eighths of the rows.{mark}"


def _problems(problem: np.ndarray) -> str:
    """What failed rows said, the commonest first."""
    said, count = np.unique([text for text in problem if text], return_counts=True)
    if not len(said):
        return ""
    order = np.argsort(-count, kind="stable")[:5]
    items = "".join(f"<li>{count[k]} x {escape(str(said[k]))}</li>" for k in order)
    return f"<h2>Rows that failed</h2><ul>{items}</ul>"


def _table(rho: Mapping[str, Mapping[str, tuple[float, int]]], names: Sequence[str]) -> str:
    """Rank correlations, outcome by setting."""
    columns = [name for name in names if any(name in row for row in rho.values())]
    if not columns:
        return ""
    head = "".join(f'<th class="number">{escape(name.rpartition(".")[2])}</th>' for name in columns)
    rows = "".join(
        f'<tr><td class="name">{escape(outcome)}</td>'
        + "".join(f'<td class="number">{_number(row[name][0])}</td>' for name in columns)
        + f'<td class="number">{max(count for _, count in row.values())}</td></tr>'
        for outcome, row in rho.items()
    )
    return (
        '<h2>Rank correlation</h2><p class="note">Spearman, over the rows in which the outcome happened '
        "(last column). A setting with a strong effect in both directions can have 0; where settings "
        "go together, so do their coefficients. A dash: fewer than five rows, or no difference.</p>"
        f'<div class="wide"><table class="sweep"><thead><tr><th>outcome</th>{head}'
        f'<th class="number">rows</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _number(value: float) -> str:
    return f"{value:+.2f}".replace("-", "&minus;") if np.isfinite(value) else "&ndash;"
