"""Damaged files in a reduced form of the campaign (scripts/reliability.py --only fuzz)."""

import h5py
import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.recording import content, reader
from tests.format.fuzzing import fuzz
from tests.unit.collect_example import store_episode


@pytest.mark.parametrize(
    "kind", ["episode", "sweep", "part", "ensemble", "rows", "ledger", "segments"]
)
def test_one_line_or_a_finite_result(kind):
    tried, survived, lost = fuzz(25, 1, (kind,))
    assert (tried, survived, lost) == (25, 25, [])


@pytest.mark.parametrize("name", ["tissue/time", "summary/pressure_peak_mmHg", "readout/time"])
def test_what_its_file_cannot_hold_is_not_read(tmp_path, name):
    store_episode(tmp_path)
    path = tmp_path / "episode.h5"
    with h5py.File(path, "r+") as file:
        del file[name]
        file.create_dataset(name, shape=(10**12,), dtype="f8", chunks=(1024,))
    read = {"tissue": reader.read_episode, "summary": reader.read_summary}
    with pytest.raises(NervejaxError, match="is larger than its file can hold"):
        read.get(name.split("/")[0], reader.read_readout)(path)


def test_a_large_array_of_one_value_is_believed(tmp_path):
    """Deflate packs it a thousand times."""
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("x", data=np.zeros(2**24), compression="gzip", shuffle=True)
        file.flush()
        assert reader.believable(file["x"]).shape == (2**24,)


def test_fingerprints_are_those_of_the_numbers(tmp_path):
    for name in ("a", "b"):
        store_episode(tmp_path / name)
    assert content.differing(tmp_path / "a" / "episode.h5", tmp_path / "b" / "episode.h5") == []
    store_episode(tmp_path / "c", seed=1)
    differ = content.differing(tmp_path / "a" / "episode.h5", tmp_path / "c" / "episode.h5")
    assert differ == ["tissue/abeta/potential_mV"]
