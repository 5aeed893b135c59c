"""One page for the runs of a sweep: what differs, what happened, and every run as a small picture."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from nervejax.analysis.page import whole
from nervejax.analysis.page_spark import spark
from nervejax.analysis.page_sweep_figures import swept_section
from nervejax.analysis.page_tables import number_text
from nervejax.analysis.panels import CLASS_COLOURS, PERCEPT_COLOURS
from nervejax.analysis.readout import CLASS_LABELS
from nervejax.analysis.summary import key
from nervejax.analysis.sweep_axes import SweepRun, differing
from nervejax.recording.model import CLASSES

COLUMNS = {
    "numb_onset_s": ("numb from", 60.0),
    "half_block_s": ("half blocked", 60.0),
    "recovery_s": ("back", 60.0),
    "ectopic_spikes_estimated_recovery_count": ("ectopic spikes", 1.0),
}
"""Quantity of the summary -> heading and what it is divided by; times become minutes."""
PICTURES = 100
"""Runs shown as small pictures; of more, the first so many."""


def label(run: SweepRun, names: Sequence[str]) -> str:
    """A run in words: the settings by which it differs, else its folder."""
    last = [name.rpartition(".")[2] for name in names]
    short = [name if last.count(end) > 1 else end for name, end in zip(names, last, strict=True)]
    told = [
        f"{word} {run.settings[name]}"
        for word, name in zip(short, names, strict=True)
        if name in run.settings
    ]
    return ", ".join(told) or run.folder


def sweep_page(title: str, runs: Sequence[SweepRun], unreadable: Sequence[str]) -> str:
    """The whole page.

    Args:
        title: Name of the sweep.
        runs: Its runs, in order.
        unreadable: One line about each file that could not be read.

    Returns:
        HTML text; every text that may come from a file is escaped.
    """
    names = differing(runs)
    head = "".join(
        f'<th class="number">{text}{" [min]" if per == 60 else ""}</th>'
        for text, per in COLUMNS.values()
    )
    rows = "".join(_rows(run, names) for run in runs)
    start_s = min((float(run.readout["time_s"][0]) for run in runs), default=0.0)
    end_s = max((_end_s(run) for run in runs), default=1.0)
    pictures = "".join(
        f"<figure><figcaption>{_linked(run, label(run, names))}</figcaption>"
        + spark(
            run.readout,
            _pressed_s(run),
            (start_s, end_s),
            f"Conduction and tingling over time, {label(run, names)}",
        )
        + "</figure>"
        for run in runs[:PICTURES]
    )
    some = (
        f'<p class="note">The first {PICTURES} of {len(runs)} runs; all stand in the table below.</p>'
        if len(runs) > PICTURES
        else ""
    )
    lines = "".join(
        f'<span><i class="ramp" style="background:{CLASS_COLOURS[name]}"></i> '
        f"{CLASS_LABELS[name]} conducting</span>"
        for name in CLASSES
    )
    bad = "".join(f"<li>{escape(text)}</li>" for text in unreadable)
    return whole(
        f"{title} - nervejax",
        f"<h1>Sweep: {escape(title)}</h1><p class='file'>{len(runs)} runs</p>"
        f"{f'<h2>Could not be read</h2><ul>{bad}</ul>' if bad else ''}"
        f"<h2>Every run over time</h2>{some}"
        f'<p class="key">{lines}<span><i class="ramp" style="background:{PERCEPT_COLOURS["tingling"]}">'
        "</i> below: tingling index</span><span>shaded: pressed; minutes from pressure on</span></p>"
        f'<div class="runs">{pictures}</div>{swept_section(runs)}<h2>Runs in numbers</h2>'
        '<p class="note">Numb: at most half of the fibres conduct. Back: 95 % conduct and stay so. '
        "Spikes are estimated for all of the limb time. A dash: it did not happen.</p>"
        f'<div class="wide"><table class="sweep"><thead><tr><th>run</th><th>class</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>",
    )


def _rows(run: SweepRun, names: Sequence[str]) -> str:
    present = [n for n in CLASSES if run.summary.get(key("fibres_count", n), 0) > 0]
    rows = []
    for number, name in enumerate(present):
        first = f'<td rowspan="{len(present)}">{_linked(run, label(run, names))}</td>'
        cells = "".join(
            f'<td class="number">{_number(run, quantity, name, per)}</td>'
            for quantity, (_, per) in COLUMNS.items()
        )
        which = f'<td class="name">{CLASS_LABELS[name]}</td>'
        rows.append(f"<tr>{first if number == 0 else ''}{which}{cells}</tr>")
    return "".join(rows)


def _number(run: SweepRun, quantity: str, name: str, per: float) -> str:
    value = float(run.summary.get(key(quantity, name), float("nan")))
    return number_text(value / per, "s" if per == 60 else "count")


def _linked(run: SweepRun, text: str) -> str:
    if not run.has_report:
        return escape(text)
    return f'<a href="{quote(run.folder)}/report.html">{escape(text)}</a>'


def _pressed_s(run: SweepRun) -> float:
    pressed = float(run.summary.get("pressure_peak_mmHg", 0.0)) > 0
    return float(run.summary.get("compression_duration_s", 0.0)) if pressed else 0.0


def _end_s(run: SweepRun) -> float:
    lasts = [float(run.summary.get(f"{p}_duration_s", 0.0)) for p in ("compression", "recovery")]
    return max(sum(lasts), float(run.readout["time_s"][-1]))
