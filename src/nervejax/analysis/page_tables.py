"""Tables of the page: the classes in numbers, the percepts with their formula."""

import math
from collections.abc import Mapping
from html import escape
from typing import Any

from nervejax.analysis.panels import PERCEPT_COLOURS
from nervejax.analysis.readout import CLASS_LABELS, PERCEPTS
from nervejax.analysis.summary import MEANING, key
from nervejax.recording.model import CLASSES

UNIT_LABELS = {"count": "", "rel": "share", "s": "s", "hz": "Hz", "ms": "ms", "mm": "mm"}


def number_text(value: float, unit: str) -> str:
    """A number as a reader wants it: counts whole, others to three digits, nan as a dash."""
    if not math.isfinite(value):
        return "–"
    if unit == "count":
        return f"{value:,.0f}" if value == round(value) or value >= 100 else f"{value:g}"
    if unit == "s":
        return f"{value:,.1f}"
    return f"{value:.3g}"


def class_table(summary: Mapping[str, Any]) -> str:
    """Rows = quantities of ``MEANING`` that the summary holds, columns = classes, as HTML."""
    head = "".join(f'<th class="number">{escape(CLASS_LABELS[name])}</th>' for name in CLASSES)
    rows = []
    for quantity, meaning in MEANING.items():
        unit = quantity.rsplit("_", 1)[1]
        values = [float(summary.get(key(quantity, name), math.nan)) for name in CLASSES]
        cells = "".join(f'<td class="number">{number_text(value, unit)}</td>' for value in values)
        label = UNIT_LABELS.get(unit, unit)
        unit_text = f" <small>[{label}]</small>" if label else ""
        rows.append(f"<tr><td>{escape(meaning)}{unit_text}</td>{cells}</tr>")
    return (
        f'<div class="wide"><table><thead><tr><th>quantity</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def percept_cards(summary: Mapping[str, Any]) -> str:
    """Formula, half-way rate, largest value and assumptions of every percept index, as HTML."""
    cards = []
    for percept in PERCEPTS:
        half = "" if percept.half_rate_hz is None else f", r0 = {percept.half_rate_hz:g}&nbsp;Hz"
        peak = number_text(float(summary.get(f"{percept.name}_peak_rel", math.nan)), "rel")
        cards.append(
            f'<div style="border-color:{PERCEPT_COLOURS[percept.name]}"><h3>{escape(percept.name)}, '
            f"largest {peak}</h3><p>{escape(percept.formula)}{half}</p>"
            f'<p class="note">{escape(percept.reason)}</p></div>'
        )
    return f'<div class="cards">{"".join(cards)}</div>'
