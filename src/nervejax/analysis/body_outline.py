"""Outlines of a limb and the ribs across it, by which a place along the limb becomes a place in it.

Drawn for this page, about 3.3 mm to a unit for a leg; no anatomy is measured from them.
"""

import re
from dataclasses import dataclass

import numpy as np

BEZIER_POINTS = 12
"""Points by which one curve of an outline is flattened."""
SPECK_ROOM = 3.0
"""Distance of a speck from the rim, so that it lies inside as a whole."""
ARM_WORDS = ("arm", "hand", "wrist", "elbow", "cuff")
"""A scenario whose name holds one of these words is drawn on an arm (cuff: forearm, assumed)."""


@dataclass(frozen=True)
class Limb:
    """A limb that hangs down, in a box of ``width`` x ``height``.

    outline: SVG path with absolute M, L, C and Z only.
    ribs: (K, 4) lines x1, y1, x2, y2 across the limb, from the pressed place to the tips; they do not
        cross, and reach a little beyond the outline.
    """

    name: str
    tips: str
    outline: str
    ribs: np.ndarray
    width: float = 130.0
    height: float = 296.0


LEG = Limb(
    "leg",
    "toes",
    "M36 0 C34 30 38 62 46 88 C49 98 48 106 46 114 C38 136 36 160 43 186 C48 206 51 222 49 240 "
    "C48 250 42 258 42 270 C42 281 48 286 57 286 C70 286 72 281 80 282 C90 284 104 287 114 286 "
    "C123 285 125 276 117 272 C106 268 92 260 80 248 C73 240 72 228 74 210 C77 186 80 160 79 134 "
    "C79 124 84 118 84 106 C84 96 82 90 84 78 C90 52 92 26 90 0 Z",
    np.array([
        (28, 45, 98, 45), (36, 100, 92, 100), (28, 160, 88, 160), (36, 222, 82, 222),
        (40, 240, 80, 236), (36, 262, 84, 244), (40, 292, 90, 250), (64, 292, 98, 256),
        (94, 292, 110, 262), (126, 290, 124, 264),
    ], dtype=float),
)  # fmt: skip
ARM = Limb(
    "arm",
    "fingertips",
    "M40 0 C36 40 40 80 46 110 C44 130 46 165 52 200 C50 212 46 222 46 234 L46 268 "
    "C46 275 54 275 54 268 L55 248 L56 280 C56 288 64 288 64 280 L65 248 L66 286 "
    "C66 294 74 294 74 286 L75 248 L76 280 C76 288 84 288 84 280 L85 242 C88 236 92 246 96 254 "
    "C100 260 107 256 104 248 C100 236 94 222 86 212 C82 206 80 204 80 200 C84 165 90 140 88 112 "
    "C90 80 94 40 92 0 Z",
    np.array([
        (34, 45, 98, 45), (38, 112, 94, 112), (42, 160, 92, 160), (44, 200, 88, 200),
        (38, 226, 112, 226), (38, 250, 112, 250), (38, 294, 112, 294),
    ], dtype=float),
)  # fmt: skip


def limb_of(run_name: str) -> Limb:
    """The limb on which a run is drawn, by the words in its name; a leg unless one says arm."""
    words = re.split(r"[^a-z]+", run_name.lower())
    return ARM if any(word in ARM_WORDS for word in words) else LEG


def outline_points(limb: Limb) -> np.ndarray:
    """The outline as a closed polygon, (N, 2)."""
    points: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MLCZ])([^MLCZ]*)", limb.outline):
        values = np.array(re.findall(r"-?[\d.]+", numbers), dtype=float).reshape(-1, 2)
        if command in "ML":
            points += [tuple(point) for point in values]
        elif command == "C":
            a, (b, c, d) = np.array(points[-1]), values
            u = np.linspace(0, 1, BEZIER_POINTS + 1)[1:, None]
            v = 1 - u
            curve = v**3 * a + 3 * v**2 * u * b + 3 * v * u**2 * c + u**3 * d
            points += [tuple(point) for point in curve]
    return np.array(points)


def rib_at(limb: Limb, along_rel: np.ndarray) -> np.ndarray:
    """Line across the limb at each place, (..., 4); 0 = pressed place, 1 = tips."""
    middle = 0.5 * (limb.ribs[:, :2] + limb.ribs[:, 2:])
    path = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(middle, axis=0).T))])
    place = np.clip(along_rel, 0.0, 1.0) * path[-1]
    return np.stack([np.interp(place, path, limb.ribs[:, i]) for i in range(4)], axis=-1)


def band_polygon(limb: Limb, start_rel: float, end_rel: float) -> np.ndarray:
    """The limb between two places as a polygon wider than its outline, (N, 2)."""
    middle = 0.5 * (limb.ribs[:, :2] + limb.ribs[:, 2:])
    path = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(middle, axis=0).T))])
    between = path / path[-1]
    between = between[(between > start_rel) & (between < end_rel)]
    ribs = rib_at(limb, np.concatenate([[start_rel], between, [end_rel]]))
    return np.concatenate([ribs[:, :2], ribs[::-1, 2:]])


def inside(polygon: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Whether points (..., 2) lie in a closed polygon (N, 2), by the even-odd rule."""
    x, y = points[..., None, 0], points[..., None, 1]
    (x1, y1), (x2, y2) = polygon.T, np.roll(polygon, -1, axis=0).T
    rise = np.where(y2 == y1, 1.0, y2 - y1)
    crosses = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / rise + x1)
    return crosses.sum(axis=-1) % 2 == 1


def places_in_band(limb: Limb, start_rel: float, end_rel: float, count: int) -> np.ndarray:
    """Evenly strewn places inside the outline between two places along it, (count, 2).

    A fixed sequence, so that the same band always has the same places. Where fewer fit, they repeat.
    """
    n = np.arange(1, 12 * count)
    along = start_rel + (end_rel - start_rel) * (0.08 + 0.84 * ((n * 0.754878) % 1))
    across = ((n * 0.569840) % 1)[:, None]
    ribs = rib_at(limb, along)
    points = ribs[:, :2] * (1 - across) + ribs[:, 2:] * across
    outline = outline_points(limb)
    reach = SPECK_ROOM * np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])
    roomy = np.all([inside(outline, points + shift) for shift in reach], axis=0)
    chosen = points[roomy] if roomy.any() else points[:1]
    return chosen[np.arange(count) % len(chosen)]
