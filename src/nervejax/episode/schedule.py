"""When to look: slow steps, and how much of each is stepped in full.

The length of a window is fixed before it starts, from what the window before showed. A rule that
looked at the window itself would make rates and ion fluxes biased (docs/decisions/004).
"""

from typing import Any

from nervejax.episode.kept import Kept

AFTER_CHANGE_S = 180.0
"""Short slow steps for this long after release: washout of acid and potassium takes 25-100 s."""


def slow_step_s(time_s: float, duration: Any, numerics: Any) -> float:
    """Length of the slow step that starts at ``time_s`` [s]; never crosses onset or release."""
    if is_fresh(time_s, duration):
        step = numerics.release_step_s
    elif 0.0 <= time_s < duration.compression_s:
        step = numerics.step_s
    else:
        step = numerics.rest_step_s
    if numerics.duty >= 1.0:
        step = min(step, 1.0)
    end = duration.compression_s + duration.recovery_s
    for edge in (0.0, duration.compression_s, end):
        if time_s < edge - 1e-9:
            step = min(step, edge - time_s)
            break
    return step


def is_fresh(time_s: float, duration: Any) -> bool:
    """Whether a slow step lies in the minutes after release."""
    return duration.compression_s > 0 and 0 <= time_s - duration.compression_s < AFTER_CHANGE_S


def window_s(step_s: float, lively: bool, fresh: bool, numerics: Any, least_s: float) -> float:
    """Part of a slow step that is stepped in full [s].

    Args:
        lively: the window before held a spike.  fresh: ``is_fresh``.
        least_s: shortest window from which fluxes can be read.
    """
    if numerics.duty >= 1.0:
        return step_s
    share = numerics.duty * (numerics.active_gain if lively else 1.0)
    wanted = max(share * step_s, least_s, numerics.release_window_s if fresh and lively else 0.0)
    return min(wanted, step_s)


def falls_within(instants_s: tuple[float, ...], start_s: float, step_s: float) -> bool:
    """Whether one of these limb times lies in the slow step that starts at ``start_s``."""
    return any(start_s - 1e-9 <= t < start_s + step_s - 1e-9 for t in instants_s)


class Clock(Kept):
    """True once every ``every_s`` of limb time."""

    KEPT = ("_next",)

    def __init__(self, every_s: float) -> None:
        self._every, self._next = every_s, -1e300

    def due(self, time_s: float) -> bool:
        """Whether the interval has passed; starts the next one if so."""
        if time_s < self._next - 1e-9:
            return False
        self._next = time_s + self._every
        return True
