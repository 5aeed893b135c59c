"""Check 8: what trains of stimuli leave behind in A-beta fibres."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nervejax.checks.bench import A_DT_US, A_TEMPERATURE_DEGC, Bench, drawn_myelinated
from nervejax.checks.reading import Check, Quantity
from nervejax.fibre.myelinated import MyelinatedFibres
from nervejax.fibre.preparation import Preparation, take
from nervejax.fibre.thresholds import BRACKET, Question, thresholds
from nervejax.fibre.train import RELAX_S, discharge, relax, train
from nervejax.membranes.registry import MYELINATED

MEDIAN_UM = (8.0, 10.0, 12.0)
NODES = 31
"""Long enough: all is measured at the stimulated end."""
RATE_HZ, TRAIN_S, MACRO_S = 8.0, 600.0, 5.0
AT_MIN = (1.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 50.0)
LATER_S = 15.0
"""Slow step after the first minute."""
WIDTHS_MS = (0.1, 1.0)
BACK_PERCENT = 1.0
NEAR = 2.0
"""Factor about the resting threshold in which a changed one is sought."""
TETANUS_HZ, TETANUS_S, WATCHED_S = 200.0, (120.0, 600.0), 10.0
TETANUS_MACRO_S, WINDOW_S = 4.0, 0.2
"""A window is longer than the 150 ms that perinodal potassium and slow gates need to become periodic."""
SUPRAMAXIMAL = 5.0
"""Over threshold: at twice threshold six of ten stimuli at 200 Hz find the fibre refractory."""
KIERNAN_2004, KIERNAN_1997 = "Kiernan, Lin & Burke 2004", "Kiernan et al. 1997"


def end_thresholds_nA(
    fibres: Preparation, width_ms: Sequence[float], state: Any = None, slow: Any = None,
    rest: np.ndarray | None = None,
) -> np.ndarray:  # fmt: skip
    """Thresholds (width, F) at the end from a state, sought within ``NEAR`` of those at ``rest``."""
    pattern, shape = fibres.intracellular(fibres.end), (len(width_ms), fibres.count)
    low, high = (
        (np.full(shape, edge) for edge in BRACKET) if rest is None else (rest / NEAR, rest * NEAR)
    )
    questions = [
        Question(
            f, pattern, width_ms[k], (float(low[k, f]), float(high[k, f])),
            None if state is None else take(state, [f]), None if slow is None else take(slow, [f]),
        )
        for k, f in np.ndindex(shape)
    ]  # fmt: skip
    return thresholds(fibres, questions).reshape(shape)


def back_after_min(at_min: Sequence[float], change_percent: np.ndarray) -> np.ndarray:
    """Minutes after which each line (F, K) stays within ``BACK_PERCENT``; inf if it does not."""
    out = []
    for line in np.abs(change_percent):
        over = np.flatnonzero(~(line <= BACK_PERCENT))
        k = over[-1] if len(over) else -1
        if k < 0:
            out.append(at_min[0])
        elif k == len(line) - 1:
            out.append(np.inf)
        else:
            share = (line[k] - BACK_PERCENT) / (line[k] - line[k + 1])
            out.append(at_min[k] + share * (at_min[k + 1] - at_min[k]))
    return np.array(out)


def _activity(bench: Bench) -> dict[str, np.ndarray]:
    bench.say(f"A-beta fibres: {RATE_HZ:g} Hz for 10 min")
    fibres = MyelinatedFibres(
        MYELINATED["sensory"], np.array(MEDIAN_UM), "interpolated", {}, A_TEMPERATURE_DEGC, A_DT_US,
        nodes=NODES,
    )  # fmt: skip
    rest = end_thresholds_nA(fibres, WIDTHS_MS)
    done = train(fibres, rest[0], RATE_HZ, TRAIN_S, macro_s=MACRO_S)
    state, slow, now, change = done.state, done.slow, 0.0, []
    bench.say("A-beta fibres: recovery from it")
    for at in AT_MIN:
        step_s = RELAX_S if now == 0 else LATER_S
        state, slow = relax(fibres, state, slow, 60.0 * (at - now), step_s)
        now = at
        found = end_thresholds_nA(fibres, WIDTHS_MS, state, slow, rest)
        change.append(100 * (found / rest - 1.0))
    short = np.array([c[0] for c in change]).T
    return {"short": short[:, 0], "long": change[0][1], "back": back_after_min(AT_MIN, short)}


def _tetanus(bench: Bench) -> dict[str, np.ndarray | float]:
    fibres = drawn_myelinated("abeta", NODES, noise=1.0)
    threshold = bench.threshold_end_nA("abeta", fibres.diameter_um)
    out, now = {}, 0.0
    state, slow = fibres.rest(), fibres.resting_slow()
    for until in TETANUS_S:
        bench.say(f"A-beta fibres: {TETANUS_HZ:g} Hz until {until / 60:g} min")
        done = train(
            fibres, threshold, TETANUS_HZ, until - now, state=state, slow=slow, window_s=WINDOW_S,
            macro_s=TETANUS_MACRO_S, strength=SUPRAMAXIMAL,
        )  # fmt: skip
        state, slow, now = done.state, done.slow, until
        bench.say("A-beta fibres: watched for spikes of their own")
        fired = discharge(fibres, state, slow, WATCHED_S)
        out[f"tetanus_{until / 60:g}"] = 100 * fired.any(1).mean()
    return out | {
        "arrived": 100 * (1.0 - done.failed), "potassium": slow["k_periaxonal"][NODES // 2]
    }  # fmt: skip


def _measure(bench: Bench) -> dict[str, np.ndarray | float]:
    return _activity(bench) | (_tetanus(bench) if bench.slow else {})


CHECK = Check(
    {
        "short": Quantity(
            "threshold 1 min after 8 Hz x 10 min, 0.1 ms pulses", "%", 3, 9, KIERNAN_2004,
            judged="mean",
        ),
        "long": Quantity("the same, 1 ms pulses", "%", source=KIERNAN_2004),
        "back": Quantity(
            "threshold back within 1 % (0.1 ms pulses)", "min", 10, 25, KIERNAN_2004, judged="mean",
            why="the sodium that the train left is pumped out with time constants of 14 to 28 min (8 to "
            "12 um), and until then the pump hyperpolarises",
        ),
        "tetanus_2": Quantity(
            "A-beta that fire by themselves after 200 Hz x 2 min", "%", 0, 0, KIERNAN_1997, slow=True
        ),
        "tetanus_10": Quantity(
            "A-beta that fire by themselves after 200 Hz x 10 min", "%", 50, 100, KIERNAN_1997,
            slow=True,
            why="potassium does not accumulate: the endoneurium around a fibre on the bench is held at "
            "rest, and the pump, driven by sodium, empties the space under the myelin",
        ),
        "arrived": Quantity(
            "stimuli of the last 8 min at 200 Hz that arrive", "%", source=KIERNAN_1997, slow=True
        ),
        "potassium": Quantity(
            "potassium under the myelin after them (rest 4)", "mM", source=KIERNAN_1997, slow=True
        ),
    },
    _measure,
    shared=True,
)  # fmt: skip
