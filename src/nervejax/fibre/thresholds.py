"""Smallest stimulus that sends a spike along the fibre, for many questions at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nervejax.fibre.preparation import LANES, Pattern, Preparation, side_by_side, take

STEPS = 8
"""Amplitudes of one round for each question; each round narrows the bracket 9 times."""
ROUNDS = 5
"""From a bracket of 2e5 to 0.02 %."""
BRACKET = (0.005, 1000.0)
"""In nA or mA: outside it nothing counts as a threshold."""


@dataclass(frozen=True)
class Question:
    """Threshold of one fibre under one electrode.

    fibre: index.  pattern: of the electrode.  width_ms: of the pulse.  bracket: in units of the
    electrode.  state, slow: to start from (last axis 1), at rest when None.  after_ms: only a spike
    at the far place later than this counts.
    """

    fibre: int
    pattern: Pattern
    width_ms: float
    bracket: tuple[float, float] = BRACKET
    state: Any = None
    slow: Any = None
    after_ms: float = 0.0


def thresholds(preparation: Preparation, questions: list[Question]) -> np.ndarray:
    """Threshold of each question (Q,) in units of its electrode, to 0.02 %; nan where nothing fires.

    The search goes from below: the smallest amplitude that works counts, even where a larger one
    fails (a strong extracellular pulse blocks the spike that it makes). The amplitudes tried depend
    on the question alone, so the answer does not depend on what else is asked.
    """
    low, high = (np.log([q.bracket[k] for q in questions]) for k in (0, 1))
    fired_once = np.zeros(len(questions), dtype=bool)
    row = np.arange(len(questions))
    for _ in range(ROUNDS):
        share = np.arange(1, STEPS + 1) / (STEPS + 1)
        grid = low[:, None] + (high - low)[:, None] * share
        tried = [(q, a) for q, line in zip(questions, np.exp(grid), strict=True) for a in line]
        fired = conducts(preparation, tried).reshape(grid.shape)
        fired_once |= fired.any(1)
        first = np.where(fired.any(1), fired.argmax(1), STEPS)
        edges = np.concatenate([low[:, None], grid, high[:, None]], axis=1)
        low, high = edges[row, first], edges[row, first + 1]
    return np.where(fired_once, np.exp(0.5 * (low + high)), np.nan)


def conducts(preparation: Preparation, tried: list[tuple[Question, float]]) -> np.ndarray:
    """Whether each (question, amplitude) sends a spike to the far place, (T,) bool."""
    rest, slow = preparation.rest(), preparation.resting_slow()
    out = [np.zeros(0, bool)]
    for first in range(0, len(tried), LANES):
        some = [q for q, _ in tried[first : first + LANES]]
        trials = preparation.trials(
            np.array([q.fibre for q in some]), [q.pattern for q in some],
            [a for _, a in tried[first : first + LANES]], [q.width_ms for q in some],
            side_by_side([take(rest, [q.fibre]) if q.state is None else q.state for q in some]),
            side_by_side([take(slow, [q.fibre]) if q.slow is None else q.slow for q in some]),
            [q.after_ms for q in some],
        )  # fmt: skip
        response = preparation.run(trials, preparation.longest_ms, until_decided=True)
        out.append(response.last_ms[preparation.far] > trials.after_ms)
    return np.concatenate(out)
