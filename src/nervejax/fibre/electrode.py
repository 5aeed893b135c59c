"""Electrodes outside the fibre: a point source, or a field computed elsewhere."""

from dataclasses import dataclass

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.fibre.preparation import Pattern, Preparation
from nervejax.population.field import point_source_mV_per_mA


@dataclass(frozen=True)
class PointSource:
    """Cathode over the centre of the fibre in an infinite medium; its threshold is in mA.

    distance_um: from the axis of the fibre.  conductivity_S_per_m: of the medium.
    """

    distance_um: float
    conductivity_S_per_m: float = 0.3

    def pattern(self, preparation: Preparation) -> Pattern:
        """What 1 mA, cathodic, does to the fibres."""
        x = preparation.field_places_um() - preparation.x_um[preparation.centre]
        potential = point_source_mV_per_mA(x, self.distance_um, self.conductivity_S_per_m)
        return preparation.extracellular(-potential)


@dataclass(frozen=True)
class ImportedField:
    """Potential along the fibre from another program, for one unit of its current, sign included.

    x_mm: (K,) rising, from the left end of the fibre.  potential_mV: (K,); linear in between.
    """

    x_mm: np.ndarray
    potential_mV: np.ndarray

    def __post_init__(self) -> None:
        x, v = np.asarray(self.x_mm), np.asarray(self.potential_mV)
        if x.ndim != 1 or x.shape != v.shape or len(x) < 2 or not np.all(np.diff(x) > 0):
            raise NervejaxError("a field needs two columns of equal length, x_mm rising")
        if not (np.all(np.isfinite(x)) and np.all(np.isfinite(v))):
            raise NervejaxError("a field must not hold NaN or infinite values")

    def pattern(self, preparation: Preparation) -> Pattern:
        """What one unit of the field does to the fibres.

        Raises:
            NervejaxError: the field does not cover the fibre; nothing is extrapolated.
        """
        x_mm = 1e-3 * preparation.field_places_um()
        low, high = self.x_mm[0], self.x_mm[-1]
        if x_mm.min() < low - 1e-9 or x_mm.max() > high + 1e-9:
            raise NervejaxError(
                f"the field covers {low:g} to {high:g} mm, the fibre spans "
                f"{x_mm.min():.4g} to {x_mm.max():.4g} mm"
            )
        return preparation.extracellular(np.interp(x_mm, self.x_mm, self.potential_mV))


Electrode = PointSource | ImportedField
