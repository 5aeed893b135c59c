"""The report as one HTML text that opens offline: figures, numbers and script are inside it."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from nervejax.analysis.body_outline import limb_of
from nervejax.analysis.body_svg import limb_series, skin_of
from nervejax.analysis.body_view import body_course
from nervejax.analysis.bursts import BURST_INTERVAL_MS
from nervejax.analysis.page_budget import budget_section
from nervejax.analysis.page_figures import course_figure, fibre_figure, figure_html, nerve_figure
from nervejax.analysis.page_instruments import instrument_section
from nervejax.analysis.page_live import SCRIPT, live_limb
from nervejax.analysis.page_origin import certificate, provenance_block
from nervejax.analysis.page_tables import class_table, percept_cards
from nervejax.analysis.readout import Series
from nervejax.analysis.words import headline, tell
from nervejax.recording.model import EpisodeRecord

STYLE = Path(__file__).with_name("page_style.css").read_text(encoding="utf-8")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""What the browser lets a page do: show what it holds, and fetch nothing."""
SECTIONS = {
    "limb": "The limb, minute by minute",
    "felt": "What is felt: an assumed formula",
    "nerve": "Along the nerve, and fibre by fibre",
    "instruments": "What instruments would show",
    "budget": "Energy and ions",
    "classes": "Class by class",
    "origin": "How far to trust it, and where it comes from",
}
"""Anchor -> heading of every section below the sentences."""


def page(
    title: str,
    file: str,
    record: EpisodeRecord,
    series: Series,
    summary: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> str:
    """The whole page.

    Args:
        title: Name of the run.
        file: Name of the episode file.
        record: The episode.
        series: Its stored read-out, each (T,).
        summary: What ``summarise`` returned.
        provenance: Name -> value; shown in full.

    Returns:
        HTML text; every text that may come from a file is escaped.

    Raises:
        NervejaxError: Matplotlib is not installed.
    """
    felt = body_course(record, series)
    moving = '<p class="note">No fibre of this file says where its receptor lies.</p>'
    still = ""
    if felt is not None:
        skin = skin_of(limb_of(title), felt)
        moving, still = live_limb(skin, record), limb_series(skin, record)
    course = figure_html(
        "The classes over time",
        "Share of the fibres of each class that conduct; spikes that arise without a stimulus "
        "(bold: mean over 15 s); the percept indices of the formula below.",
        course_figure(record, series),
    )
    nerve = figure_html(
        "The nerve",
        "Place against time, 0 mm = the end towards the spine. A spike from the skin stops at the "
        "first place that blocks.",
        nerve_figure(record),
    )
    fibres = figure_html("The fibres", "One row per fibre.", fibre_figure(record))
    content = {
        "limb": f'<div class="glance"><div>{moving}</div>{course}</div>{still}',
        "felt": (
            '<p class="note">No one has measured these for a fibre population; the formula is a '
            f"replaceable assumption, told here in full.</p>{percept_cards(summary)}"
        ),
        "nerve": f'<div class="figures">{nerve}{fibres}</div>',
        "instruments": instrument_section(record, series),
        "budget": budget_section(record),
        "classes": f"{_class_note()}{class_table(summary)}",
        "origin": certificate(record, summary) + provenance_block(provenance),
    }
    body = "".join(
        f'<section id="{anchor}"><h2>{heading}</h2>{content[anchor]}</section>'
        for anchor, heading in SECTIONS.items()
    )
    links = "".join(f'<a href="#{anchor}">{text}</a>' for anchor, text in SECTIONS.items())
    head = f"<h1>What happened: {escape(title)}</h1><p class='file'>{escape(file)}</p>"
    return whole(
        f"{title} - nervejax",
        f"{head}{_words(summary)}<nav>{links}</nav>{body}<script>{SCRIPT}</script>",
    )


def _words(summary: Mapping[str, Any]) -> str:
    """What happened: the main sentences, the others folded away."""
    first, everything = headline(summary), tell(summary)
    rest = [text for text in everything if text not in first]
    more = f"<details><summary>More in words</summary>{story(rest)}</details>" if rest else ""
    return story(first) + more


def story(sentences: list[str]) -> str:
    """Sentences as the list that opens a page."""
    items = "".join(f"<li>{escape(text).replace(' %', '&nbsp;%')}</li>" for text in sentences)
    return f'<ul class="story">{items}</ul>'


def whole(title: str, body: str) -> str:
    """A page around a body: one file, nothing outside it."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
{body}
</body>
</html>
"""


def _class_note() -> str:
    return f"""<p class="note">Times count from pressure on unless the row says after release. Spikes
exist only inside windows; an estimate weights each by the limb time its window stands for. Intervals
are taken only where nothing between the two spikes went unobserved, so long ones are missing and their
coefficient of variation is a low estimate unless numerics.duty=1. A burst is a run of intervals up
to {BURST_INTERVAL_MS:g} ms. A dash: it did not happen, or cannot be told.</p>"""
