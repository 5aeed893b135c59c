"""The limb at one moment as SVG: skin coloured by numbness, specks where spikes are felt."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import numpy as np

from nervejax.analysis.body_outline import Limb, band_polygon, places_in_band, rib_at
from nervejax.analysis.body_view import SPECKS_MOST, BodyCourse, moments
from nervejax.analysis.panels import CLASS_COLOURS
from nervejax.recording.model import CLASSES, EpisodeRecord

FEELING, NUMB = "#F7E6D0", "#28324A"
"""Skin whose touch fibres all conduct, and skin where none does; between them a straight mixture."""
UNKNOWN = "#FFFFFF"
"""Skin of a band without touch fibres."""
SHAPES = {
    "abeta": "M-2.3 0a2.3 2.3 0 1 0 4.6 0a2.3 2.3 0 1 0-4.6 0Z",
    "adelta": "M0-2.9L2.7 1.9H-2.7Z",
    "c": "M-2.1-2.1H2.1V2.1H-2.1Z",
}
"""Shape of a speck of each class, around 0: circle, triangle, square."""


def mixed(share: float) -> str:
    """Colour of skin where this share of the touch fibres is silent."""
    if np.isnan(share):
        return UNKNOWN
    ends = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (FEELING, NUMB)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(*ends, strict=True))


@dataclass(frozen=True)
class Skin:
    """A limb with what is felt in it.

    places: (B, 3 * SPECKS_MOST, 2) where specks may be; those of a class begin at its number times
        ``SPECKS_MOST``.
    """

    limb: Limb
    course: BodyCourse
    places: np.ndarray


def skin_of(limb: Limb, course: BodyCourse) -> Skin:
    """Strew the specks of every band of a course over a limb."""
    pairs = zip(course.edges_rel[:-1], course.edges_rel[1:], strict=True)
    places = [places_in_band(limb, a, b, len(CLASSES) * SPECKS_MOST) for a, b in pairs]
    return Skin(limb, course, np.array(places))


def limb_svg(skin: Skin, index: int, uid: str, label: str) -> str:
    """One view of the limb.

    Args:
        skin: The limb and what is felt in it.
        index: Moment of its course.
        uid: Letters that no other view of the page has.
        label: What the view shows, for those who cannot see it.
    """
    limb, course = skin.limb, skin.course
    bands = "".join(
        f'<polygon class="band" fill="{mixed(share)}" points="{_points(band_polygon(limb, a, b))}"/>'
        for a, b, share in zip(
            course.edges_rel[:-1], course.edges_rel[1:], course.numb_rel[index], strict=True
        )
    )
    peak = float(course.pressure_mmHg.max())
    press = float(course.pressure_mmHg[index]) / peak if peak > 0 else 0.0
    nerve = 0.5 * (limb.ribs[:, :2] + limb.ribs[:, 2:])
    above = np.array([[nerve[0, 0], 0.0]])
    return (
        f'<svg viewBox="0 0 {limb.width:g} {limb.height:g}" role="img" aria-label="{escape(label)}">'
        f'<clipPath id="skin-{uid}"><path d="{limb.outline}"/></clipPath>'
        f'<path class="limb" d="{limb.outline}"/><g clip-path="url(#skin-{uid})">{bands}'
        f'<polyline class="nerve" points="{_points(np.concatenate([above, nerve]))}"/></g>'
        f'<path class="rim" d="{limb.outline}"/>{_press(limb, press)}'
        f'<g class="specks">{_marks(skin, index)}</g></svg>'
    )


def _press(limb: Limb, strength_rel: float) -> str:
    """Two arrows on the pressed place, as opaque as the pressure is high."""
    x1, y, x2, _ = rib_at(limb, np.array(0.0))
    left, right = x1 + 6, x2 - 7
    arrows = "".join(
        f"M{x + 15 * side:g} {y - 8:g}L{x:g} {y:g}L{x + 15 * side:g} {y + 8:g}Z"
        for x, side in ((left, -1), (right, 1))
    )
    return (
        f'<g class="press" opacity="{strength_rel:.2f}"><path d="{arrows}"/>'
        f'<text x="{0.5 * (left + right):g}" y="{y - 10:g}" text-anchor="middle">pressed</text></g>'
    )


def shown_specks(skin: Skin, index: int) -> Iterable[tuple[str, float, float]]:
    """Class and place of every speck at one moment."""
    for name in skin.course.rate_hz:
        first = CLASSES.index(name) * SPECKS_MOST
        for band, count in enumerate(skin.course.specks(name)[index]):
            for x, y in skin.places[band, first : first + count]:
                yield name, float(x), float(y)


def _marks(skin: Skin, index: int) -> str:
    return "".join(
        f'<path fill="{CLASS_COLOURS[name]}" d="{SHAPES[name]}" '
        f'transform="translate({x:.0f} {y:.0f})"/>'
        for name, x, y in shown_specks(skin, index)
    )


def limb_series(skin: Skin, record: EpisodeRecord) -> str:
    """Small views of the limb at the instants of ``moments``, each with what is felt, as HTML."""
    views = []
    for number, (label, time_s) in enumerate(moments(record)):
        index = skin.course.at(time_s)
        felt = felt_text(skin.course, index)
        svg = limb_svg(skin, index, f"at{number}", f"The {skin.limb.name} {label}: {felt}")
        words = "<br>".join(escape(part) for part in felt.split(", "))
        caption = f"<figcaption><b>{escape(label)}</b><br>{words}</figcaption>"
        views.append(f"<figure>{svg}{caption}</figure>")
    return f'<div class="limbs">{"".join(views)}</div>'


def felt_text(course: BodyCourse, index: int) -> str:
    """What is felt at one moment: ``numb 87 %, tingling 0.40``; what is not known is left out."""
    numb, tingling = (float(course.series[n][index]) for n in ("numbness", "tingling"))
    told = [] if np.isnan(numb) else [f"numb {100 * numb:.0f} %"]
    told += [] if np.isnan(tingling) else [f"tingling {tingling:.2f}"]
    return ", ".join(told) or "no touch fibres"


def _points(points: Iterable) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
