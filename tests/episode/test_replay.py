"""A fibre looked at again: the spikes of the file, and a trace in which they are seen."""

import numpy as np
import pytest

from nervejax.episode.replay import replay
from nervejax.errors import NervejaxError
from nervejax.recording.reader import read_episode
from nervejax.simulate import simulate
from tests.episode.test_segments import config


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return simulate(config(), tmp_path_factory.mktemp("replay"))


@pytest.mark.parametrize("name", ["abeta", "c"])
def test_the_same_spikes_and_they_are_in_the_trace(path, name):
    record = read_episode(path)
    end_s = record.compression_s + record.recovery_s
    seen = replay(config(), name, 0, float(record.time_s[0]), end_s)
    fibres = record.populations[name]
    mine = fibres.spike_fibre == 0
    assert np.array_equal(seen.spike_time_ms, fibres.spike_time_ms[mine]) and mine.any()
    assert np.array_equal(seen.window_start_s, fibres.window_start_s)
    stepped_s = np.bincount(np.searchsorted(seen.window_start_s, seen.time_s) - 1)
    assert len(stepped_s) == len(fibres.window_s) and (np.diff(seen.time_s) > 0).all()
    central = seen.potential_mV[:, 1 if name == "abeta" else 2] > -20
    crossings = np.count_nonzero(central[1:] & ~central[:-1])
    assert crossings >= 0.9 * mine.sum() > 0


def test_another_seed_is_another_run(path):
    other = config()
    other.seed += 1
    record = read_episode(path)
    seen = replay(other, "abeta", 0, 0.0, 3.0)
    fibres = record.populations["abeta"]
    stored = fibres.spike_time_ms[fibres.spike_fibre == 0]
    assert not np.array_equal(seen.spike_time_ms, stored[stored < 3000])


def test_no_such_fibre(path):
    with pytest.raises(NervejaxError, match="no fibre 99 of class c; there are abeta 0"):
        replay(config(), "c", 99, 0.0, 1.0)
