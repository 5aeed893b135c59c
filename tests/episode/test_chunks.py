"""Fixed-width chunks: how many other fibres there are changes no bit of a fibre."""

import jax
import numpy as np
import pytest

from nervejax.config import Config
from nervejax.episode.chunks import split, width
from nervejax.episode.engine import Alone
from nervejax.episode.myelinated import MyelinatedGroup
from nervejax.episode.unmyelinated import UnmyelinatedGroup
from nervejax.population.classes import ABETA, C
from nervejax.tissue import laws


def window_of(make, count):
    config = Config()
    group = make(count, config)
    rest = laws.rest(group.x_mm, config)
    group.couple(rest | {"potassium_mM": rest["potassium_mM"] + 3.0}, rest)
    group.window(0.06)
    return group.snapshot()


@pytest.mark.parametrize(
    "make",
    [
        lambda n, c: MyelinatedGroup(ABETA, n, 36, "sensory", c, Alone()),
        lambda n, c: UnmyelinatedGroup(C, n, 96, "sensory_c", c, Alone()),
    ],
    ids=["myelinated", "unmyelinated"],
)
def test_same_bits_in_a_population_of_any_size(make):
    few, many = window_of(make, 2), window_of(make, 30)
    for name, value in few.items():
        assert np.array_equal(value, many[name][:2]), name
    assert np.ptp(many["potential_mV"]) > 0  # the fibres do differ


def test_chunks_hold_every_fibre_once():
    devices = jax.local_devices()
    lanes = width(devices[0])
    chunks = split(2 * lanes + 3, 0, devices, 1)
    assert [c.count for c in chunks] == [lanes, lanes, 3]
    held = np.concatenate([c.take[: c.count] for c in chunks])
    assert np.array_equal(held, np.arange(2 * lanes + 3))
    assert all(len(c.take) == lanes for c in chunks)
    assert split(0, 0, devices, 0) == []
