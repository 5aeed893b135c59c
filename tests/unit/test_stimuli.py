"""What receptors send in a test session, and which arrival belongs to which."""

from types import SimpleNamespace

import numpy as np
import pytest

from nervejax.config import Config
from nervejax.episode.stimuli import Session, draw_session, launch_blocks, match
from nervejax.population.classes import ABETA, CLASSES
from nervejax.population.receptors import RECEPTORS, stream, train_ms


def test_every_modality_has_a_receptor():
    assert {m for c in CLASSES.values() for m in c.modalities} == set(RECEPTORS)


@pytest.mark.parametrize("name", RECEPTORS)
def test_trains_have_their_rate_and_dead_time(name):
    receptor = RECEPTORS[name]
    times = train_ms(receptor, 1e6, np.random.default_rng(0))
    assert len(times) == pytest.approx(1e3 * receptor.rate_hz, rel=0.03)
    intervals = np.diff(times)
    assert intervals.min() >= receptor.dead_ms - 1e-9 and times[-1] < 1e6
    assert (intervals.std() / intervals.mean() < 1e-6) == receptor.regular


def group(seed=0):
    config = Config()
    config.seed = seed
    table = {"modality": np.array(["touch", "vibration", "pressure"])}
    return SimpleNamespace(config=config, kind=ABETA, table=table)


def test_a_session_is_one_draw_per_fibre_and_number():
    one, again = draw_session(group(), 3, 400.0), draw_session(group(), 3, 400.0)
    np.testing.assert_array_equal(one.time_ms, again.time_ms)
    assert np.all(np.diff(one.time_ms) >= 0) and set(one.fibre) == {0, 1, 2}
    assert one.time_ms.max() < 400.0
    for other in (draw_session(group(), 4, 400.0), draw_session(group(1), 3, 400.0)):
        assert not np.array_equal(one.time_ms[one.fibre == 0], other.time_ms[other.fibre == 0])
    alone = train_ms(RECEPTORS["touch"], 400.0, stream(0, ABETA.number, 0, 3))
    np.testing.assert_array_equal(one.time_ms[one.fibre == 0], alone)


def test_launches_fall_into_their_blocks_across_calls():
    session = Session(np.array([0.0, 1.0, 2.4]), np.array([0, 1, 0]))
    whole = launch_blocks(session, 2, 0.5, 0, 8, 2)
    assert whole[:, 0].nonzero()[0].tolist() == [0, 1, 5, 6]
    assert whole[:, 1].nonzero()[0].tolist() == [2, 3]
    parts = [launch_blocks(session, 2, 0.5, first, 4, 2) for first in (0, 4)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_each_arrival_takes_the_oldest_launch_that_can_be_its_own():
    session = Session(np.array([0.0, 5.0, 10.0, 10.0]), np.array([0, 0, 0, 1]))
    fibre, end = np.zeros(4, dtype=int), np.ones(4, dtype=bool)
    found = match(session, np.array([3.0, 8.0, 13.0, 14.0]), fibre, end, 15.0, 0.0)
    assert found.tolist() == [0, 1, 2, -1]
    lost_first = match(session, np.array([8.0, 13.0]), fibre[:2], end[:2], 4.0, 0.0)
    assert lost_first.tolist() == [1, 2], "the first launch was too long ago"
    before_any = match(session, np.array([9.0]), np.array([1]), end[:1], 15.0, 25.0)
    elsewhere = match(session, np.array([3.0]), fibre[:1], np.array([False]), 15.0, 25.0)
    assert before_any.tolist() == elsewhere.tolist() == [-1]


def test_further_answers_belong_to_the_launch_that_arrived():
    session = Session(np.array([0.0, 50.0]), np.array([0, 0]))
    time = np.array([3.0, 9.0, 30.0, 60.0, 70.0])
    end = np.array([True, False, True, False, True])
    found = match(session, time, np.zeros(5, dtype=int), end, 15.0, 25.0)
    assert found.tolist() == [0, 0, -1, -1, -1], "30 ms is too late; the second never arrived"
