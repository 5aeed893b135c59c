"""The report as one HTML text that opens offline: no script, no outside address."""

import base64
import math
from collections.abc import Mapping
from html import escape
from typing import Any

from nervejax.analysis.discharge import BURST_INTERVAL_MS
from nervejax.analysis.readout import CLASS_LABELS, PERCEPTS
from nervejax.analysis.summary import MEANING, key
from nervejax.analysis.words import tell
from nervejax.recording.model import CLASSES

LONG_TEXT = 200
"""From this length on a provenance entry is folded away [characters]."""
UNIT_LABELS = {"count": "", "rel": "1", "s": "s", "hz": "Hz", "ms": "ms", "mm": "mm"}

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: #1c2430;
  background: #fff; max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .2rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 2px solid #dce6ee; }
.file { color: #5a6675; margin: 0 0 1.2rem; overflow-wrap: anywhere; }
ul.story { background: #f3f7fa; border-left: 5px solid #0072b2; margin: 0;
  padding: .9rem 1rem .9rem 2rem; }
ul.story li { margin: .2rem 0; }
ul.story li:first-child { font-weight: 600; }
figure { margin: 1.5rem 0; overflow-x: auto; }
figure img { width: 100%; min-width: 40rem; height: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem;
  border-bottom: 1px solid #e3e8ee; }
thead th { border-bottom: 2px solid #8a97a6; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { text-align: right; white-space: nowrap; }
.note { color: #4a5563; font-size: .9rem; }
pre { background: #f6f7f9; padding: .8rem; overflow-x: auto; font-size: .8rem; line-height: 1.35; }
summary { cursor: pointer; margin: .5rem 0; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; }
  figure img { min-width: 0; max-height: 92vh; object-fit: contain; }
  figure, tr { break-inside: avoid; } h2 { break-after: avoid; } }
"""


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
    """Rows = quantities of ``MEANING``, columns = classes, as HTML."""
    head = "".join(f'<th class="number">{escape(CLASS_LABELS[name])}</th>' for name in CLASSES)
    rows = []
    for quantity, meaning in MEANING.items():
        unit = quantity.rsplit("_", 1)[1]
        cells = "".join(
            f'<td class="number">{number_text(float(summary[key(quantity, name)]), unit)}</td>'
            for name in CLASSES
        )
        rows.append(f"<tr><td>{escape(meaning)}</td><td>{UNIT_LABELS[unit]}</td>{cells}</tr>")
    return (
        f'<div class="wide"><table><thead><tr><th>quantity</th><th>unit</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def percept_table(summary: Mapping[str, Any]) -> str:
    """Formula, half-way rate, largest value and assumptions of every percept index, as HTML."""
    rows = []
    for percept in PERCEPTS:
        half = "" if percept.half_rate_hz is None else f"{percept.half_rate_hz:g}&nbsp;Hz"
        peak = number_text(float(summary[f"{percept.name}_peak_rel"]), "rel")
        rows.append(
            f"<tr><td>{escape(percept.name)}</td><td>{escape(percept.formula)}</td><td>{half}</td>"
            f'<td class="number">{peak}</td><td>{escape(percept.reason)}</td></tr>'
        )
    head = "<th>index</th><th>formula</th><th>r0</th><th>largest</th><th>assumptions</th>"
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


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
            rows.append(f"<tr><th>{escape(str(name))}</th><td>{escape(text)}</td></tr>")
    table = f'<div class="wide"><table><tbody>{"".join(rows)}</tbody></table></div>'
    return table + "".join(folded)


def page(
    title: str, file: str, summary: Mapping[str, Any], provenance: Mapping[str, Any], png: bytes
) -> str:
    """The whole page.

    Args:
        title: Name of the run.
        file: Name of the episode file.
        summary: What ``summarise`` returned.
        provenance: Name -> value; shown in full.
        png: The figure, embedded.

    Returns:
        HTML text; every text that may come from a file is escaped.
    """
    sentences = tell(summary)
    story = "".join(f"<li>{escape(text).replace(' %', '&nbsp;%')}</li>" for text in sentences)
    picture = base64.b64encode(png).decode("ascii")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} - nervejax</title>
<style>{STYLE}</style>
</head>
<body>
<h1>What happened: {escape(title)}</h1>
<p class="file">{escape(file)}</p>
<ul class="story">{story}</ul>
<figure><img alt="{escape(" ".join(sentences))}" src="data:image/png;base64,{picture}"></figure>
<h2>Class by class</h2>
<p class="note">Times count from pressure on unless the row says after release. Spikes exist only
inside windows; an estimate weights each by the limb time its window stands for. Intervals are
taken only where nothing between the two spikes went unobserved, so long ones are missing and their
coefficient of variation is a low estimate unless numerics.duty=1. A burst is a run of intervals up
to {BURST_INTERVAL_MS:g} ms. A dash: it did not happen, or cannot be told.</p>
{class_table(summary)}
<h2>Percept indices: an assumed formula</h2>
<p class="note">No one has measured these for a fibre population; the formula is a replaceable
assumption, told here in full.</p>
{percept_table(summary)}
<h2>Where this comes from</h2>
{provenance_block(provenance)}
</body>
</html>
"""
