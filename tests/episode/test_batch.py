"""Episodes side by side: every number of each is the one it has alone, and each fails alone."""

import h5py
import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.simulate import simulate, simulate_many
from tests.episode.conftest import short_config

CHANGES = [
    {},
    {"seed": 3, "pressure__peak_mmHg": 60.0},
    {"population__n_c": 0, "population__n_adelta": 7, "numerics__active_gain": 2.0},
    {"physiology__metabolism__acid_block": 0.2, "population__n_adelta": 0, "seed": 2**31 - 1},
    {"population__nodes_abeta": 40, "population__n_c": 1, "duration__compression_s": 10.0},
]


def brief(**changes):
    base = {"duration__compression_s": 12.0, "duration__recovery_s": 6.0, "output__report": False}
    return short_config(**base | changes)


def content(path):
    """Every dataset of a file by name; provenance tells when and how long, so it is left out."""
    found = {}

    def note(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("provenance"):
            found[name] = item[()]

    with h5py.File(path) as file:
        file.visititems(note)
    return found


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    """The episodes of ``CHANGES``, one with a wrong setting before and one without room after them."""
    folder = tmp_path_factory.mktemp("batch")
    configs = [
        brief(pressure__length_mm=200.0),
        *(brief(**change) for change in CHANGES),
        brief(population__nodes_abeta=16, pressure__edge_mm=0.5),
    ]
    found, shares = {}, []
    simulate_many(
        configs, [folder / str(k) for k in range(len(configs))], found.__setitem__, shares.append
    )
    assert sorted(found) == list(range(len(configs)))
    assert shares == sorted(shares) and 0.5 < shares[-1] <= 1.0
    return configs, found


@pytest.mark.parametrize("number", range(1, 1 + len(CHANGES)))
def test_an_episode_of_a_batch_is_the_one_alone(together, tmp_path, number):
    configs, found = together
    alone = content(simulate(configs[number], tmp_path))
    shared = content(found[number])
    assert alone.keys() == shared.keys() and len(alone) > 50
    for name, values in alone.items():
        equal_nan = np.asarray(values).dtype.kind == "f"
        assert np.array_equal(values, shared[name], equal_nan=equal_nan), name


def test_an_episode_that_cannot_be_fails_alone(together):
    _, found = together
    assert isinstance(found[0], NervejaxError) and "stretch" in str(found[0])
    assert isinstance(found[6], NervejaxError) and "too few" in str(found[6])


def test_episodes_of_a_batch_differ(together):
    _, found = together
    one, other = content(found[1]), content(found[2])
    assert any(not np.array_equal(one[n], other[n]) for n in one if one[n].shape == other[n].shape)
