"""The energy and ion budget: time courses, and what does not add up, as HTML."""

from html import escape

from nervejax.analysis import nerve_states, page_figures
from nervejax.analysis.page_figures import Panel, figure_html, keyed, stacked
from nervejax.analysis.readout import CLASS_LABELS
from nervejax.recording.model import CLASSES, EpisodeRecord

ADDS_UP = 1e-6
"""Most that sodium, potassium and oxygen may be off: they add up but for rounding (assumed bound)."""
CHARGE_ADDS_UP = 0.03
"""Most that charge may be off: it is not conserved step by step, only nearly; as the tests allow."""
KINDS = {
    "charge": (
        "ionic currents through the membrane of a sealed axon sum to nearly nothing; what they sum "
        "to, over the sodium current that flowed",
        CHARGE_ADDS_UP,
    ),
    "sodium": (
        "change of sodium in the axons less what the currents carried, over what they carried; more "
        "than rounding where a concentration was held at a guard",
        ADDS_UP,
    ),
    "potassium_endoneurial": (
        "potassium between the fibres: content against sources and sinks",
        ADDS_UP,
    ),
    "oxygen": ("oxygen of the nerve: content against sources and sinks", ADDS_UP),
}
"""What was balanced -> what the number says, and the largest that passes."""


def budget_section(record: EpisodeRecord) -> str:
    """Time courses of energy, pumps, sodium and potassium, and the table of what is left over."""
    figures = [
        figure_html(
            "The tissue",
            "In the middle of the compressed stretch, without pressure of the nerve: blood flow, "
            "oxygen, energy, acid.",
            page_figures.tissue_figure(record),
        )
    ]
    held = nerve_states.present(record, nerve_states.ENERGY, "states")
    if held:
        rows: list[Panel] = [
            (1.05, keyed(nerve_states.draw_medians, record, "states", name, title))
            for name, title in held.items()
        ]
        figures.append(
            figure_html(
                "Energy and ions of the fibres",
                "Median and middle half of the fibres, at the middle of the compressed stretch.",
                stacked(record, rows, f"Over time, by class: {', '.join(held.values())}"),
            )
        )
    return f'<div class="figures">{"".join(figures)}</div>{balance_table(record)}'


def balance_table(record: EpisodeRecord) -> str:
    """What does not add up over the episode, in plain words, with the bound that it must keep."""
    if not record.balance:
        return (
            '<p class="note">This file holds no balance: its ions do not move, or it is older.</p>'
        )
    rows, meant = [], {}
    for name, left in record.balance.items():
        what, whose = _named(name)
        words, bound = KINDS.get(what, ("what is left over", None))
        meant[what.replace("_", " ")] = words
        fails = bound is not None and not left <= bound  # nan fails
        verdict = "–" if bound is None else "does not add up" if fails else "adds up"
        known = "" if bound is None else f"{bound:g}"
        style = ' class="bad"' if fails else ""
        rows.append(
            f"<tr{style}><th>{escape(what.replace('_', ' '))} {escape(whose)}</th>"
            f'<td class="number">{left:.1e}</td><td class="number">{known}</td>'
            f"<td>{verdict}</td></tr>"
        )
    head = '<th>of</th><th class="number">left over</th><th class="number">at most</th><th>verdict</th>'
    meanings = "".join(f"<li><b>{escape(a)}</b>: {escape(b)}</li>" for a, b in meant.items())
    return (
        f'<h3>What does not add up</h3><div class="wide"><table><thead><tr>{head}</tr></thead>'
        f'<tbody>{"".join(rows)}</tbody></table></div><ul class="note">{meanings}</ul>'
    )


def budgets(record: EpisodeRecord) -> list[tuple[str, float, float | None]]:
    """What was balanced in words, what is left over [1], and the largest that passes."""
    told = []
    for name, left in record.balance.items():
        what, whose = _named(name)
        words = f"{what.replace('_', ' ')} {whose}".strip()
        told.append((words, left, KINDS[what][1] if what in KINDS else None))
    return told


def _named(name: str) -> tuple[str, str]:
    """``sodium_abeta_rel`` -> what was balanced, and the label of the class or nothing."""
    stem = name.removesuffix("_rel")
    for population in CLASSES:
        if stem.endswith(f"_{population}"):
            return stem.removesuffix(f"_{population}"), CLASS_LABELS[population]
    return stem, ""
