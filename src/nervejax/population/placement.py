"""Where the resolved places of a fibre lie along the nerve.

A fibre is resolved as one contiguous cable around the compressed stretch. If the stretch is longer
than the cable, the uniform middle of the stretch is left out: both edges and the flanks are always
resolved, and a spike crosses the shortened middle by the same equations. Conduction block and
ectopic discharge do not depend on the length of a uniform middle beyond about nine internodes.
"""

from typing import NamedTuple

import numpy as np

from nervejax.errors import NervejaxError

MIN_MIDDLE = 6
"""Places that must be left of a shortened middle."""
MIN_FLANK = 10
"""Healthy places on either side: with fewer the sealed ends raise ectopic discharge."""


class Placement(NamedTuple):
    """x_mm: (place, fibre) position along the nerve.  cut_mm: (fibre,) middle that was left out."""

    x_mm: np.ndarray
    cut_mm: np.ndarray


def place(
    spacing_mm: np.ndarray, places: int, centre_mm: float, length_mm: float, edge_mm: float
) -> Placement:
    """Place fibres around a stretch of ``length_mm`` (half pressure) with edges of ``edge_mm``.

    Args:
        spacing_mm: (fibre,) distance between neighbouring places.
        places: number of places per fibre.

    Raises:
        NervejaxError: so few places that edges, flanks and a rest of the middle do not fit.
    """
    spacing = np.asarray(spacing_mm, dtype=float)
    cable = spacing * (places - 1)
    flank = MIN_FLANK * spacing
    lesion = length_mm + edge_mm  # from where pressure begins to where it ends
    needed = 2 * flank + 2 * edge_mm + MIN_MIDDLE * spacing
    if np.any(needed > cable) and length_mm > edge_mm:
        worst = int(np.argmax(needed / np.maximum(cable, 1e-9)))
        least = int(np.ceil(needed[worst] / spacing[worst])) + 1
        raise NervejaxError(
            f"{places} resolved places are too few for edges of {edge_mm:g} mm at a spacing of "
            f"{1e3 * spacing[worst]:.0f} um: needs at least {least} (population.nodes_*/compartments_c)"
        )
    cut = np.maximum(lesion + 2 * flank - cable, 0.0)
    offset = (np.arange(places)[:, None] - (places - 1) / 2) * spacing
    return Placement(centre_mm + offset + np.sign(offset) * cut / 2, cut)
