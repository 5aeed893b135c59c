"""Book-keeping of a group of fibres: what the measured currents moved against what is there.

An axon with sealed ends cannot be charged: over an episode the ionic currents through its membrane
sum to C dV, nearly nothing. What remains is the error of windows that stand for longer times and of
averages over blocks. Sodium inside must have changed by what the currents carried; a guard that
clips a concentration shows up as a difference.
"""

from collections.abc import Collection

import numpy as np

from nervejax.episode.kept import Kept
from nervejax.kernels.arrays import Array


class Ledger(Kept):
    """Sums over slow steps. P places, F fibres.

    Args:
        places: P.
        mM_per_charge: (F,) sodium lost per unit of outward sodium current and second; 0 for a
            membrane whose ions do not move: nothing is kept then.
    """

    KEPT = ("_net", "_turned_over", "_sodium")

    def __init__(self, places: int, mM_per_charge: np.ndarray) -> None:
        self._mM = np.asarray(mM_per_charge, float)
        self._net = np.zeros(len(self._mM))
        self._turned_over = np.zeros(len(self._mM))
        self._sodium = np.zeros((places, len(self._mM)))

    def add(
        self, dt_s: float, net: Array, sodium: Array, sodium_out: Array, gained_mM: Array
    ) -> None:  # fmt: skip
        """Book one slow step; arrays (P, F), currents outward positive in one unit.

        Args:
            net: mean ionic current of the window, pump included.
            sodium: mean sodium current without the pump.  sodium_out: with it.
            gained_mM: change of sodium inside over the step.
        """
        self._net += dt_s * net.sum(0)
        self._turned_over += dt_s * np.abs(sodium).sum(0)
        self._sodium += gained_mM + dt_s * self._mM * sodium_out

    def balance(self, name: str, without: Collection[int] = ()) -> dict[str, float]:
        """``charge_<name>_rel`` and ``sodium_<name>_rel``, over the sodium that went through.

        Sums over fibres of what each is off by, so that errors of two fibres never cancel; fibres
        in ``without`` are left out. Empty where ions do not move or nothing was booked.
        """
        sound = np.isin(np.arange(len(self._mM)), list(without), invert=True) & (self._mM > 0)
        turned_over = self._turned_over[sound].sum()
        if not turned_over > 0:
            return {}
        sodium = np.abs(self._sodium[:, sound] / self._mM[sound]).sum()
        return {
            f"charge_{name}_rel": float(np.abs(self._net[sound]).sum() / turned_over),
            f"sodium_{name}_rel": float(sodium / turned_over),
        }
