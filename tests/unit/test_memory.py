"""The memory a run will take, before anything is compiled."""

import jax
import numpy as np
import pytest

from nervejax.config import Config
from nervejax.episode import memory
from nervejax.episode.engine import Alone
from nervejax.episode.groups import build_groups
from nervejax.episode.memory import GB, Room, episodes_at_once, need, told
from nervejax.errors import NervejaxError


def config_of(**counts):
    config = Config()
    config.population.n_abeta = config.population.n_adelta = config.population.n_c = 0
    for name, count in counts.items():
        setattr(config.population, name, count)
    return config


@pytest.mark.parametrize("name", ["n_abeta", "n_adelta", "n_c"])
def test_what_lies_on_the_device_is_what_was_counted(name):
    config = config_of(**{name: 10})
    config.numerics.lanes = 8
    (group,) = build_groups(config, Alone(jax.local_devices()[:1]))
    held = sum(
        leaf.nbytes
        for value in vars(group).values()
        for leaf in jax.tree.leaves(value)
        if isinstance(leaf, jax.Array)
    )
    ((count, one),) = memory._fibres(config)
    assert count == 10 and held == 16 * one.resident  # two chunks
    assert one.resident > 10_000


@pytest.mark.parametrize(("name", "measured_MB"), [("n_abeta", 113), ("n_c", 159)])
def test_the_estimate_is_near_a_measured_run(name, measured_MB):
    """Growth of 500 fibres over 24 in three slow steps, /tmp/shards on two cores (docs/sweeps.md)."""
    config = config_of(**{name: 500})
    d = config.duration
    d.baseline_s, d.compression_s, d.recovery_s = 5.0, 10.0, 0.0
    found = need(config, 24)
    assert (found.device + found.host) / 1e6 == pytest.approx(measured_MB, rel=1 / 3)


def test_it_grows_with_fibres_and_length_and_is_shared_by_processes():
    few, many = need(config_of(n_abeta=24), 24), need(config_of(n_abeta=240), 24)
    assert many.device == pytest.approx(10 * few.device)
    assert need(config_of(n_abeta=240), 24, processes=5).device == pytest.approx(2 * few.device)
    longer = config_of(n_abeta=24)
    longer.duration.recovery_s *= 10
    assert need(longer, 24).host > 1.5 * few.host
    assert need(longer, 24).device == few.device
    assert need(config_of(), 24).device == 0


def test_a_run_is_told_or_refused(monkeypatch):
    config = config_of(n_abeta=1000)
    wanted = need(config, 24)
    total = wanted.host + wanted.device + memory.COMPILING
    monkeypatch.setattr(memory, "width", lambda *_: 24)
    for share, ending in ((0.4, None), (0.9, "are free")):
        monkeypatch.setattr(memory, "room", lambda share=share: Room(None, total / share))
        line = told(config)
        assert line is None if ending is None else line.endswith(ending)
    monkeypatch.setattr(memory, "room", lambda: Room(None, 0.5 * total))
    with pytest.raises(NervejaxError, match=f"about {total / GB:.3g} GB of memory.*fewer fibres"):
        told(config)


def test_episodes_of_a_batch_are_as_many_as_fit(monkeypatch):
    config = config_of(n_abeta=24)
    one = need(config, 24)
    each = one.host + one.beside_others
    free = (10.5 * each + memory.COMPILING) / memory.BATCH_SHARE
    for room, count in (
        (Room(None, free), 10), (Room(None, 0.0), 1), (Room(None, np.inf), 100),
        (Room(3.2 * one.device / memory.BATCH_SHARE, free), 3),
    ):  # fmt: skip
        monkeypatch.setattr(memory, "room", lambda room=room: room)
        assert episodes_at_once([config] * 100) == count
    assert episodes_at_once([]) == 1


def test_an_episode_that_cannot_be_built_does_not_count():
    bad = config_of(n_abeta=3)
    bad.population.nodes_abeta, bad.pressure.edge_mm = 16, 0.5
    memory._known.clear()
    assert episodes_at_once([bad, config_of(n_c=1)]) == 2


def test_free_memory_is_read():
    assert 1e7 < memory.room().host < 1e15
