"""Certificate and provenance of a run: what was stepped, at what cost, what was left out."""

from collections.abc import Mapping
from html import escape
from typing import Any

from nervejax.analysis.readout import CLASS_LABELS
from nervejax.analysis.words import minutes, percent
from nervejax.recording.layout import long_name, unit_of
from nervejax.recording.model import EpisodeRecord

LONG_TEXT = 200
"""From this length on a provenance entry is folded away [characters]."""
WINDOWING = {
    "block_onset_error_s": "a block begins so much later than if all was stepped",
    "block_end_error_s": "a block ends so much later",
    "spikes_error_rel": "ectopic spikes differ by this share",
    "slow_state_error_rel": "slow states differ by this share of their range",
}
"""Error of stepping only windows in full -> what it says; others are named as they are stored."""


def certificate(record: EpisodeRecord, summary: Mapping[str, Any]) -> str:
    """How far the numbers of this page go, as HTML."""
    share = float(summary.get("observed_rel", float("nan")))
    watched = ", ".join(
        f"{CLASS_LABELS[name]} {minutes(float(population.window_s.sum()))} in "
        f"{len(population.window_s):,} windows"
        for name, population in record.populations.items()
    )
    rows = [
        (
            "stepped in full",
            f"{percent(share)} of the limb time ({watched}); spikes exist only there",
        ),
        ("cost of windows", windowing_text(record)),
        ("left out", quarantine_text(record)),
    ]
    return _table(rows)


def windowing_text(record: EpisodeRecord) -> str:
    """What windows cost, in words."""
    told = []
    for name, value in record.windowing.items():
        unit = unit_of(name)
        number = percent(abs(value)) if unit == "1" else f"{value:+.3g} {unit}"
        told.append(f"{WINDOWING.get(name, long_name(name))}: {number}")
    if not told:
        return "not measured for these numerics"
    return "; ".join(told) + " (windows against unbroken stepping, on a shortened episode)"


def quarantine_text(record: EpisodeRecord) -> str:
    """Fibres that were left out, each with its reason."""
    told = [
        f"{CLASS_LABELS[name]} fibre {fibre}: {reason}"
        for name, population in record.populations.items()
        for fibre, reason in population.quarantined.items()
    ]
    return "; ".join(told) or "no fibre"


def provenance_text(value: Any) -> str:
    """One entry as text: lists and tables (the versions) on one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {provenance_text(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def provenance_block(provenance: Mapping[str, Any]) -> str:
    """Short entries as a table, long ones (the configuration) folded away, as HTML."""
    rows, folded = [], []
    for name, value in provenance.items():
        text = provenance_text(value)
        if len(text) > LONG_TEXT or "\n" in text:
            body = f"<pre>{escape(text)}</pre>"
            folded.append(f"<details><summary>{escape(str(name))}</summary>{body}</details>")
        else:
            rows.append((str(name), text))
    return _table(rows) + "".join(folded)


def _table(rows: list[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in rows)
    return f'<div class="wide"><table class="stack"><tbody>{cells}</tbody></table></div>'
