"""Test sessions: for part of a second the receptors are stimulated, and what they send is followed.

A session is stepped in full and stands for itself alone, so a brief stimulus loads a fibre with
sodium for as long as it lasts and not for the whole slow step. Spikes start at the last resolved place,
where those of the receptor would come in.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import jax
import numpy as np

from nervejax.population.receptors import RECEPTORS, stream, train_ms
from nervejax.recording.model import ANSWER_MS

SAME_PLACE = 4
"""A spike that began within so many places of the end came from the receptor."""
LAUNCH_PA_PER_UM = 400.0
"""Starts a spike in the last node of an A fibre at every diameter; half as much misses one in five."""


class Session(NamedTuple):
    """Launches of one session, in order of time: time_ms since its start, fibre, each (K,)."""

    time_ms: np.ndarray
    fibre: np.ndarray


def held_session(
    group: Any, number: int, longest_ms: float,
    observe: Callable[[float, Session], tuple[Any, Any]],
) -> tuple[Session, Any, Any]:  # fmt: skip
    """Hold the ``number``-th test session of a group of fibres.

    Args:
        longest_ms: longest way through the stretch; nothing is sent so late that it would not arrive.
        observe: (seconds, Session) -> spikes (``group.Window``) and mean fluxes of that time.

    Returns:
        What was sent; the window, its spikes credited to what was sent; the fluxes.
    """
    seconds = group.config.stimuli.session_s
    sent = draw_session(group, number, 1e3 * seconds - longest_ms)
    found, means = observe(seconds, sent)
    from_end = found.origin_mm >= group.x_mm[-1 - SAME_PLACE, found.fibre]
    answer_ms = ANSWER_MS[group.kind.name]
    ids = match(sent, found.time_ms, found.fibre, from_end, longest_ms, answer_ms)
    return sent, replace(found, stimulus=ids), means


def blended(means: Any, of_session: Any, share: float) -> Any:
    """Mean fluxes of a slow step of which a session took a share."""
    return jax.tree.map(lambda a, b: (1 - share) * a + share * b, means, of_session)


def draw_session(group: Any, number: int, latest_ms: float) -> Session:
    """What the receptors of a group send in a session, until ``latest_ms`` after its start."""
    config = group.config
    times, fibres = [np.zeros(0)], [np.zeros(0, dtype=int)]
    for fibre, modality in enumerate(group.table["modality"].tolist()):
        rng = stream(config.seed, group.kind.number, fibre, number)
        found = train_ms(RECEPTORS[modality], latest_ms, rng)
        times.append(found)
        fibres.append(np.full(len(found), fibre))
    time, fibre = np.concatenate(times), np.concatenate(fibres)
    order = np.argsort(time, kind="stable")
    return Session(time[order], fibre[order])


def launch_blocks(
    session: Session, fibres: int, block_ms: float, first: int, blocks: int, pulse_blocks: int
) -> np.ndarray:
    """(blocks, fibre) bool: blocks in which a pulse goes in, from block ``first`` of the session on."""
    on = np.zeros((blocks, fibres), dtype=bool)
    start = np.rint(session.time_ms / block_ms).astype(int) - first
    for k in range(pulse_blocks):
        inside = (start + k >= 0) & (start + k < blocks)
        on[start[inside] + k, session.fibre[inside]] = True
    return on


def match(
    session: Session, time_ms: np.ndarray, fibre: np.ndarray, from_end: np.ndarray,
    longest_ms: float, answer_ms: float,
) -> np.ndarray:  # fmt: skip
    """Which launch each arriving spike answers, (S,) index into the session, -1 = none.

    A fibre keeps the order of its spikes, so each takes the oldest launch that is still
    unclaimed and not more than ``longest_ms`` ago. A spike without one repeats the latest launch
    of its fibre, if that was not more than ``answer_ms`` ago and did arrive.

    Args:
        time_ms: (S,) since the start of the session.  from_end: (S,) bool, began at the end.
    """
    out = np.full(len(time_ms), -1)
    for f in np.unique(fibre[from_end]):
        mine = np.flatnonzero(session.fibre == f)
        latest = -1
        for s in np.flatnonzero(fibre == f):
            mine = mine[session.time_ms[mine] >= time_ms[s] - longest_ms]
            if from_end[s] and len(mine) and session.time_ms[mine[0]] < time_ms[s]:
                out[s] = latest = mine[0]
                mine = mine[1:]
            elif latest >= 0 and time_ms[s] - session.time_ms[latest] <= answer_ms:
                out[s] = latest
    return out
