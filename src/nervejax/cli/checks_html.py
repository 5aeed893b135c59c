"""Readings of the checks as one page that opens offline, with a figure for every check."""

import re
from html import escape

from nervejax.analysis.check_plot import Row, check_png
from nervejax.analysis.page import story, whole
from nervejax.analysis.page_figures import image_html
from nervejax.checks.plan import PLAN
from nervejax.checks.reading import Reading
from nervejax.cli.checks_page import Found, count_text, intro_text, reasons


def as_html(found: Found, command: str, figures: bool = True) -> str:
    """The page.

    Raises:
        NervejaxError: matplotlib is not installed and figures are wanted.
    """
    counts = story([f"{name}: {count_text(readings)}" for name, readings in found.items()])
    title, *prose = intro_text(found, command).split("\n\n")
    why: dict[int, list[str]] = {}
    for line in reasons(found):
        number, _, text = line.partition(", ")
        why.setdefault(int(number), []).append(text)
    parts = [
        _check(plan.number, plan.title, plan.sources, found, why.get(plan.number, []), figures)
        for plan in PLAN
        if plan.number in next(iter(found.values()))
    ]
    return whole(
        "Checks - nervejax",
        f"""<h1>{escape(title.lstrip("# "))}</h1>
{counts}
{"".join(f"<p class='note'>{_inline(text)}</p>" for text in prose)}
<p class="note">In the figures a dot is a fibre or a seed and a bar the mean of all; the band of a soft
reading is paler. An axis shows the whole band and all values.</p>
{"".join(parts)}""",
    )


def _inline(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))


def _check(
    number: int, title: str, sources: str, found: Found, why: list[str], figures: bool
) -> str:
    by_name = {name: readings[number] for name, readings in found.items()}
    lines = "".join(f"<li>{escape(text)}</li>" for text in why)
    picture = ""
    if figures:
        picture = f"<figure>{image_html(check_png(_rows(by_name)), _told(by_name))}</figure>"
    return (
        f"<h2>{number}. {escape(title)}</h2><p class='note'>{escape(sources)}</p>{picture}"
        + (f"<details><summary>what did not pass, and why</summary><ul>{lines}</ul></details>"
           if lines else "")
    )  # fmt: skip


def _rows(by_name: dict[str, list[Reading]]) -> list[Row]:
    """What the figure shows of every reading that the model has."""
    together = zip(*by_name.values(), strict=True)
    return [
        Row(
            q.words, q.unit_text, q.low, q.high, q.hard,
            {name: (r.values, r.verdict) for name, r in zip(by_name, readings, strict=True)},
        )
        for readings in together
        if not (q := readings[0].quantity).absent
    ]  # fmt: skip


def _told(by_name: dict[str, list[Reading]]) -> str:
    """The figure in words."""
    return "; ".join(
        f"{r.quantity.words} under {name}: {r.text or r.verdict}, band {r.quantity.band or 'none'}"
        for name, readings in by_name.items()
        for r in readings
    )
