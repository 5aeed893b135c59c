"""The digest at the end of HDF5 files, and the trial of those that do not fit it."""

import h5py
import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.recording import reader, seal
from tests.unit.collect_example import store_episode


@pytest.fixture
def path(tmp_path):
    store_episode(tmp_path)
    return tmp_path / "episode.h5"


@pytest.fixture
def tried(monkeypatch):
    """Files that were read by a process of their own."""
    found = []
    run = seal.subprocess.run
    monkeypatch.setattr(
        seal.subprocess, "run", lambda words, **more: found.append(words[-1]) or run(words, **more)
    )
    return found


def test_what_is_written_fits_and_is_opened_at_once(path, tried):
    assert seal.fits_seal(path)
    reader.read_episode(path)
    assert tried == []


@pytest.mark.parametrize("at", [2000, 5000, -seal.LENGTH - 1, -10])
def test_one_bit_is_enough(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))
    assert not seal.fits_seal(path)
    with pytest.raises(NervejaxError, match="not what was written"):
        reader.read_episode(path)


def test_a_cut_file_does_not_fit(path):
    data = path.read_bytes()
    for cut in (1, 50, seal.LENGTH - len(seal.KNOWN_BY)):
        path.write_bytes(data[:-cut])
        assert not seal.fits_seal(path)
        with pytest.raises(NervejaxError, match="not what was written"):
            reader.read_episode(path)
    path.write_bytes(data[: -seal.LENGTH])
    reader.read_episode(path)
    path.write_bytes(b"x" * 10)
    assert not seal.fits_seal(path)


def test_an_edited_file_is_tried_once_and_read(path, tried):
    with h5py.File(path, "a") as file:
        file.attrs["note"] = "mine"
    assert not path.read_bytes().endswith(b"\n") and not seal.fits_seal(path)
    reader.read_episode(path)
    reader.read_summary(path)
    assert tried == [str(path.resolve())]


@pytest.mark.parametrize(
    ("trial", "told"),
    [
        ("import time; time.sleep(60)", "does not come back"),
        ("import os; os.abort()", "crashes"),
    ],
)
def test_what_hangs_or_crashes_hdf5_is_one_line(path, tmp_path, monkeypatch, trial, told):
    with h5py.File(path, "a") as file:
        file.attrs["note"] = "mine"
    (tmp_path / "trial.py").write_text(trial)
    monkeypatch.setattr(seal.trial, "__file__", str(tmp_path / "trial.py"))
    monkeypatch.setattr(seal, "TRIAL_S", 1.0)
    with pytest.raises(NervejaxError, match=rf"episode.h5: damaged: HDF5 {told}"):
        reader.read_episode(path)


def test_the_trial_reads_all(path):
    seen = []
    get = h5py.Dataset.__getitem__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(h5py.Dataset, "__getitem__", lambda s, k: seen.append(s.name) or get(s, k))
        seal.trial.read_all(str(path))
    with h5py.File(path) as file:
        names = []
        file.visit(names.append)
        whole = {f"/{n}" for n in names if isinstance(file[n], h5py.Dataset)}
    assert set(seen) == whole


def test_a_file_on_the_disk_is_sealed_behind(tmp_path):
    path = tmp_path / "x.h5"
    with h5py.File(path, "w") as file:
        file["x"] = np.arange(5)
    image = path.read_bytes()
    seal.seal(path)
    assert path.read_bytes() == seal.sealed(image)
    with seal.opened(path) as file:
        assert file["x"][:].tolist() == [0, 1, 2, 3, 4]
