"""Calls that share lanes give what each gives alone, and a failing episode fails alone."""

import threading
from functools import partial
from typing import NamedTuple

import jax
import numpy as np
import pytest

from nervejax.episode.broker import Broker, Stopped
from nervejax.episode.chunks import Chunk
from nervejax.episode.engine import Call
from nervejax.episode.shared import run_shared, signature

WIDTH = 8


class State(NamedTuple):
    u: np.ndarray
    modes: tuple


def doubled(_, lanes):
    scale, state, launch = lanes
    return State(scale * state.u, tuple(m + launch[0] for m in state.modes)), state.u.sum(0)


def call(count, first=0, key="a", program=doubled, width=WIDTH):
    take = first + np.arange(count)
    u = (np.arange(3)[:, None] * 100.0 + take).astype(np.float32)
    lanes = (take.astype(np.float32), State(u, (u + 0.5,)), {0: take % 2 == 0}[0][None])
    return Call(program, program, (key,), lanes, Chunk(first, count, width))


def alone(calls):
    return [c.run(None, c.lanes) for c in calls]


def same(one, other):
    leaves, structure = jax.tree.flatten(one)
    others, also = jax.tree.flatten(other)
    return structure == also and all(
        np.array_equal(a, b) and np.asarray(a).dtype == np.asarray(b).dtype
        for a, b in zip(leaves, others, strict=True)
    )


@pytest.mark.parametrize("counts", [[1], [8], [3, 5], [3, 5, 1], [7, 7, 8, 1, 1, 2, 3]])
def test_shared_lanes_give_what_each_call_gives_alone(counts):
    calls = [call(n, 10 * k) for k, n in enumerate(counts)]
    found = run_shared(calls, jax.local_devices())
    assert all(same(f, a) for f, a in zip(found, alone(calls), strict=True))


def test_calls_fill_chunks():
    seen = []

    def program(device, lanes):
        seen.append(lanes[0].shape)
        return doubled(device, lanes)

    run_shared([call(3, 10 * k, program=program) for k in range(5)], jax.local_devices())
    assert seen == [(WIDTH,)] * 3  # 3 + 3, 3 + 3, 3 of 8


def test_what_differs_in_more_than_lanes_is_not_mixed():
    one = call(3)
    assert signature(one) == signature(call(5, 7))
    assert signature(one) != signature(call(3, key="b"))
    assert signature(one) != signature(call(3, width=16))


def served(bodies):
    """Run bodies (engine -> anything) as episodes of a broker; what each returned or raised."""
    broker, out = Broker(len(bodies), jax.local_devices()), [None] * len(bodies)

    def body(number):
        broker.turn.acquire()
        try:
            out[number] = bodies[number](partial(_tell, broker, number))
        except Exception as error:
            out[number] = error
        finally:
            broker.leave()
            broker.turn.release()

    threads = [threading.Thread(target=body, args=(k,), daemon=True) for k in range(len(bodies))]
    for thread in threads:
        thread.start()
    broker.serve()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    return out


def _tell(broker, number, calls):
    result = broker.engine(number)(calls)
    broker.step[number] += 1
    return result


def test_episodes_of_any_length_are_served_to_their_end():
    def episode(number):
        return lambda ask: [ask([call(2, number), call(1, 50 + number)]) for _ in range(number)]

    for number, found in enumerate(served([episode(k) for k in range(6)])):
        wanted = alone([call(2, number), call(1, 50 + number)])
        assert len(found) == number
        assert all(same(f, w) for pair in found for f, w in zip(pair, wanted, strict=True))


def test_episodes_meet_again_after_one_has_asked_more_often():
    met = []

    def program(device, lanes):
        met.append(len(np.unique(lanes[0])))
        return doubled(device, lanes)

    def episode(number, extra):
        def body(ask):
            for step in range(3):
                if step == 1 and extra:  # one more call within a step
                    broker_of(ask).engine(number)([call(1, 90, key="extra")])
                ask([call(2, 10 * number, program=program)])

        return body

    def broker_of(ask):
        return ask.args[0]

    served([episode(0, True), episode(1, False)])
    assert met == [4, 2, 2, 4]  # apart within that step, together again in the next


def test_an_episode_whose_call_fails_fails_alone():
    def program(device, lanes):
        if (lanes[0] == 40).any():
            raise MemoryError("too much")
        return doubled(device, lanes)

    good, bad, also = served(
        [lambda ask, k=k: ask([call(2, k, program=program)]) for k in (0, 40, 20)]
    )
    assert isinstance(bad, MemoryError)
    assert same(good[0], alone([call(2, 0)])[0]) and same(also[0], alone([call(2, 20)])[0])


def test_giving_up_frees_those_who_wait():
    broker, raised = Broker(2, jax.local_devices()), []

    def body():
        broker.turn.acquire()
        try:
            broker.engine(0)([call(1)])
        except Stopped:
            raised.append(True)

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    broker.stop()
    thread.join(10)
    assert raised == [True]
