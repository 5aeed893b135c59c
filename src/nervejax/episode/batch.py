"""Episodes that share the device: many small ones cost little more than their fibres."""

import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax

from nervejax.episode.broker import Broker, Stopped
from nervejax.episode.driver import run_episode
from nervejax.episode.memory import episodes_at_once
from nervejax.recording.model import EpisodeRecord

MOST_AT_ONCE = 256
"""Threads; more episodes than these, or than fit into memory, run one batch after the other."""

Ended = Callable[[int, EpisodeRecord | Exception], Any]
Run = Callable[[int, Any, Any], EpisodeRecord]
"""Simulates an episode: its number, ``progress`` and ``engine`` of ``run_episode``."""


def run_episodes(
    configs: Sequence[Any], ended: Ended, progress: Callable[[float], Any] | None = None,
    run: Run | None = None,
) -> None:  # fmt: skip
    """Simulate episodes side by side; each comes out bit for bit as ``run_episode`` gives it.

    Fibres of episodes with equal ``numerics``, membranes and numbers of nodes share lanes; any others may
    be among them.

    Args:
        configs: checked ``Config`` of each.
        ended: called once for each with its number and its record, or why there is none, from one of
            several threads, one at a time; if it raises, all that is not done is given up.
        progress: called now and then with the share of all limb time that is simulated.
        run: what takes the place of ``run_episode``, in the thread of the episode.
    """

    def alone(number: int, told: Any, engine: Any) -> EpisodeRecord:
        return run_episode(configs[number], told, engine)

    most = min(MOST_AT_ONCE, episodes_at_once(configs)) if configs else 1
    for first in range(0, len(configs), most):
        some = configs[first : first + most]
        _run(
            some,
            first,
            ended,
            run or alone,
            partial(_told, progress, first, len(some), len(configs)),
        )


def _told(
    progress: Callable[[float], Any] | None, first: int, count: int, total: int, share: float
) -> None:
    if progress is not None:
        progress((first + count * share) / total)


def _run(
    configs: Sequence[Any], first: int, ended: Ended, run: Run, progress: Callable[[float], Any]
) -> None:
    broker = Broker(len(configs), jax.local_devices())
    done_s = [0.0] * len(configs)
    lasts_s = [c.duration.total_s for c in configs]
    one_at_a_time = threading.Lock()
    raised: list[BaseException] = []

    def moved(number: int, limb_s: float, _: str) -> None:
        before, done_s[number] = min(broker.step), limb_s
        broker.step[number] += 1
        if min(broker.step) > before:  # the last to come
            progress(sum(done_s) / sum(lasts_s))

    def body(number: int) -> None:
        with broker.turn:
            episode(number)

    def episode(number: int) -> None:
        outcome: EpisodeRecord | Exception
        try:
            outcome = run(first + number, partial(moved, number), broker.engine(number))
        except Stopped:
            return
        except Exception as error:
            outcome = error
        finally:
            broker.step[number], done_s[number] = sys.maxsize, lasts_s[number]
            broker.leave()
        with one_at_a_time:
            try:
                ended(first + number, outcome)
            except BaseException as error:  # the caller gives up
                raised.append(error)
                broker.stop()

    threads = [threading.Thread(target=body, args=(k,), daemon=True) for k in range(len(configs))]
    for thread in threads:
        thread.start()
    try:
        broker.serve()
    except BaseException:
        broker.stop()
        raise
    finally:
        for thread in threads:
            thread.join()
    if raised:
        raise raised[0]
