"""The limb that can be moved through time: markup and numbers for ``page_body.js``."""

import json
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nervejax.analysis.body_svg import FEELING, NUMB, SHAPES, UNKNOWN, Skin, limb_svg
from nervejax.analysis.body_view import FELT_AS, SPECKS_MOST, BodyCourse
from nervejax.analysis.panels import CLASS_COLOURS, PERCEPT_COLOURS, is_pressed
from nervejax.analysis.readout import CLASS_LABELS
from nervejax.recording.model import EpisodeRecord


class Row(NamedTuple):
    """A number beside the limb: its name alone, its name below a heading, unit and colour."""

    label: str
    short: str
    unit: str
    colour: str


SCRIPT = Path(__file__).with_name("page_body.js").read_text(encoding="utf-8")


def live_limb(skin: Skin, record: EpisodeRecord) -> str:
    """The movable limb with its numbers and its key, as HTML."""
    first = first_moment(skin.course, record)
    numbers = json.dumps(course_numbers(skin, record, first), separators=(",", ":"))
    numbers = numbers.replace("<", "\\u003c")  # no text in it may end the script
    return (
        f"{_live(skin, first)}{_key(skin)}"
        f'<script type="application/json" id="course">{numbers}</script>'
    )


def first_moment(course: BodyCourse, record: EpisodeRecord) -> int:
    """The moment that is shown at first: the end of the pressure, without one the start."""
    return max(course.at(record.compression_s) - 1, 0) if is_pressed(record) else 0


def course_numbers(skin: Skin, record: EpisodeRecord, first: int) -> dict[str, Any]:
    """What the script needs; shares and indices in whole percent, -1 where not known."""
    course = skin.course
    step_s = float(course.time_s[1] - course.time_s[0])
    peak = float(np.max(course.pressure_mmHg))
    places = np.round(skin.places).astype(int)
    values = {name: _percent(course.series[name]) for name in _rows(course)}
    return {
        "start_min": round((float(course.time_s[0]) - step_s / 2) / 60, 6),
        "step_min": round(step_s / 60, 8),
        "compression_min": record.compression_s / 60,
        "first": first,
        "peak_mmHg": round(peak, 1),
        "pressure_mmHg": np.round(course.pressure_mmHg).astype(int).tolist(),
        "numbness": _percent(course.numb_rel),
        "specks": {name: course.specks(name).ravel().tolist() for name in course.rate_hz},
        "places": [band.ravel().tolist() for band in places],
        "shapes": SHAPES,
        "colours": CLASS_COLOURS,
        "feeling": FEELING,
        "numb": NUMB,
        "unknown": UNKNOWN,
        "rows": {
            "pressure": {
                "label": "pressure", "unit": "mmHg", "full": max(round(peak, 1), 1.0),
                "values": np.round(course.pressure_mmHg).astype(int).tolist(),
            },
            **{
                name: {"label": row.label, "unit": row.unit, "full": 100, "values": values[name]}
                for name, row in _rows(course).items()
            },
        },
    }  # fmt: skip


def _rows(course: BodyCourse) -> dict[str, Row]:
    """Name -> what to show of every number beside the limb; what is known of it."""
    rows = {
        f"conducting_{n}": Row(f"{CLASS_LABELS[n]} conducting", CLASS_LABELS[n], "%", colour)
        for n, colour in CLASS_COLOURS.items()
    }
    rows |= {name: Row(name, name, "index", colour) for name, colour in PERCEPT_COLOURS.items()}
    return {name: row for name, row in rows.items() if np.isfinite(course.series[name]).any()}


def _percent(values: np.ndarray) -> list[int]:
    percent = np.round(100 * np.asarray(values, dtype=float)).ravel()
    return np.where(np.isfinite(percent), percent, -1).astype(int).tolist()


def _live(skin: Skin, first: int) -> str:
    course = skin.course
    body = _row_html("pressure", Row("pressure", "pressure", "mmHg", "#777777"))
    for name, row in _rows(course).items():
        heading = {"%": "conducting", "index": "felt (index)"}[row.unit]
        if heading not in body:
            body += f'<tr><th colspan="3" class="group">{heading}</th></tr>'
        body += _row_html(name, row)
    low, high = course.time_s[0] / 60, course.time_s[-1] / 60
    return (
        '<div id="live" class="live" hidden>'
        f"{limb_svg(skin, first, 'live', f'The {skin.limb.name} at the moment of the slider')}"
        f'<div class="numbers"><p class="clock"></p><table><tbody>{body}</tbody></table></div>'
        '<div class="controls"><button id="play" type="button">▶ Play</button>'
        '<label for="moment">minutes since pressure on</label>'
        f'<input id="moment" type="range" min="{low:.4f}" max="{high:.4f}" '
        'step="any"></div>'
        '<output id="state" for="moment" class="unseen" aria-live="polite"></output></div>'
    )


def _row_html(name: str, row: Row) -> str:
    return (
        f'<tr data-row="{name}"><th>{escape(row.short)}</th><td class="value"></td>'
        f'<td class="bar"><i style="background:{row.colour}"></i></td></tr>'
    )


def _key(skin: Skin) -> str:
    """What the colours and specks mean, as HTML."""
    marks = "".join(
        f'<span><svg viewBox="-4 -4 8 8" class="mark"><path fill="{CLASS_COLOURS[n]}" '
        f'd="{SHAPES[n]}"/></svg> {FELT_AS[n]} ({CLASS_LABELS[n]} fires by itself)</span>'
        for n in skin.course.rate_hz
    )
    return (
        f'<p class="key"><span><i class="ramp" style="background:linear-gradient(90deg,{FEELING},'
        f'{NUMB})"></i> touch fibres of this skin: all conduct → none does</span>{marks}</p>'
        '<details><summary class="note">How to read it</summary><p class="note">Each band is the skin '
        "of equally many A-beta (touch) fibres, by the length of their path to the receptor; the "
        f"longest ends at the {skin.limb.tips}. Which skin a fibre serves is drawn at random and does "
        "not decide when it fails: all run through the pressed place. A band shows up to "
        f"{SPECKS_MOST} specks of a class, half of them at the half-way rate r0 of its percept. Spikes "
        "arise in the nerve; the brain feels them in the skin.</p></details>"
    )
