"""All runs of a sweep over time, read through one file: the right numbers, or a word about it."""

import os
import shutil

import h5py
import numpy as np
import pytest
import xarray

from nervejax.analysis import sweep_table
from nervejax.analysis.sweep_table import sweep_dataset
from nervejax.cli.main import main
from nervejax.errors import NervejaxError
from nervejax.recording.reader import read_episode, read_readout
from tests.unit.collect_example import four_runs, store


@pytest.fixture
def sweep(tmp_path):
    return four_runs(tmp_path / "sweep")


def test_xarray_opens_every_group_and_reads_what_the_episodes_hold(sweep):
    main(["collect", str(sweep)])
    path = sweep / "sweep.h5"
    with xarray.open_dataset(path, group="jobs", engine="h5netcdf") as jobs:
        assert jobs["status"].values.tolist() == ["done", "missing", "broken", "done"]
    with xarray.open_dataset(path, group="shape0/readout", engine="h5netcdf") as found:
        assert found["job"].values.tolist() == [0, 3]
        assert found["tingling_rel"].dims == ("job", "time_s")
        for job, folder in ((0, "2"), (3, "10")):
            series = read_readout(sweep / folder)
            np.testing.assert_array_equal(found["time_s"], series["time_s"])
            for name in set(series) - {"time_s"}:
                np.testing.assert_array_equal(found[name].sel(job=job), series[name])
    record = read_episode(sweep / "10")
    with xarray.open_dataset(path, group="shape0/tissue/abeta", engine="h5netcdf") as found:
        assert found["potential_mV"].dims == ("job", "time_s", "fibre")
        assert found["potential_mV"].attrs["units"] == "mV"
        states = record.populations["abeta"].states["potential_mV"]
        np.testing.assert_array_equal(found["potential_mV"].sel(job=3), states)
    with xarray.open_dataset(path, group="shape0/fibres/abeta", engine="h5netcdf") as found:
        cause = record.populations["abeta"].fibres["cause"]
        assert cause.max() == 2
        np.testing.assert_array_equal(found["cause"].sel(job=3), cause)
        assert found["cause"].attrs["flag_meanings"].split()[2] == "ischaemic"
    with xarray.open_dataset(path, group="shape0/tissue", engine="h5netcdf") as found:
        assert found["pressure_mmHg"].dims == ("job", "time_s", "x_mm")
        np.testing.assert_array_equal(found["pressure_mmHg"][1], record.tissue["pressure_mmHg"])


def test_settings_stand_on_the_jobs_of_the_series(sweep):
    main(["collect", str(sweep)])
    with sweep_dataset(sweep) as found:
        assert found["pressure.peak_mmHg"].values.tolist() == [40.0, 80.0]
        assert found["seed"].values.tolist() == [0.0, 1.0]
        assert found["folder"].values.tolist() == ["2", "10"] and "status" in found.coords
        assert "half_block_abeta_s" not in found.coords
        conducting = found["conducting_fraction_abeta_rel"]
        assert conducting.sel(time_s=60.0).values.tolist() == [1.0, 0.5]
    with sweep_dataset(sweep, "tissue/abeta") as found:
        assert found["potential_mV"].isel(time_s=0, fibre=0).values.tolist() == [-80.0, -79.0]
    with pytest.raises(
        NervejaxError, match="no group 'nodes'; it has: fibres/abeta, readout, tissue"
    ):
        sweep_dataset(sweep, "nodes")


def test_runs_of_unequal_shape_stand_apart(tmp_path):
    store(tmp_path / "0", "n=2")
    store(tmp_path / "1", "n=3", fibres=3)
    store(tmp_path / "2", "n=2", seed=5)
    store(tmp_path / "3", "n=2", steps=5)
    main(["collect", str(tmp_path)])
    with pytest.raises(
        NervejaxError, match="0: 2 runs of 4 steps, 1: 1 run of 4 steps, 2: 1 run of 5"
    ):
        sweep_dataset(tmp_path)
    with pytest.raises(NervejaxError, match="there is no shape 3"):
        sweep_dataset(tmp_path, shape=3)
    jobs = {}
    for shape in range(3):
        with sweep_dataset(tmp_path, "tissue/abeta", shape=shape) as found:
            jobs[shape] = found["job"].values.tolist(), found["potential_mV"].shape
            assert found["potential_mV"].notnull().all()
    assert jobs == {0: ([0, 2], (2, 4, 2)), 1: ([1], (1, 4, 3)), 2: ([3], (1, 5, 2))}


def test_runs_with_other_times_are_not_stacked(tmp_path):
    store(tmp_path / "0")
    store(tmp_path / "1")
    with h5py.File(tmp_path / "1" / "episode.h5", "a") as file:
        for group in ("readout", "tissue", "tissue/abeta", "fibres/abeta"):
            file[group]["time"][...] *= 2.0
    main(["collect", str(tmp_path)])
    with sweep_dataset(tmp_path, shape=0) as first, sweep_dataset(tmp_path, shape=1) as second:
        assert second["time_s"].values.tolist() == (2 * first["time_s"]).values.tolist()


def test_a_folder_that_was_moved_reads_its_own_runs(sweep, tmp_path, monkeypatch):
    store(sweep / "peak=5%b,x=100%", seed=3)
    main(["collect", str(sweep)])
    with sweep_dataset(sweep, "tissue/abeta") as found:
        before = found["potential_mV"].values
    assert before[:, 0, 0].tolist() == [-80.0, -79.0, -77.0]
    moved = tmp_path / "elsewhere" / "of 100%b"
    moved.parent.mkdir()
    sweep.rename(moved)
    for folder in ("2", "10"):  # where we stand lie other runs of the same names
        store(sweep / folder, seed=50)
    monkeypatch.chdir(sweep)
    with sweep_dataset(moved, "tissue/abeta") as found:
        np.testing.assert_array_equal(found["potential_mV"].values, before)


def test_episodes_that_have_gone_are_left_out_with_a_warning(sweep, monkeypatch):
    main(["collect", str(sweep)])
    store(sweep.parent / "2", seed=50)
    monkeypatch.chdir(sweep.parent)  # HDF5 would look here for what has gone
    shutil.rmtree(sweep / "2")
    with pytest.warns(UserWarning, match="1 of 2 episodes have gone .* left out: 2$"):
        found = sweep_dataset(sweep)
    with found:
        assert found["job"].values.tolist() == [3]
        assert found["pressure.peak_mmHg"].values.tolist() == [80.0]
    os.chdir(sweep)
    with h5py.File("sweep.h5") as file:  # without nervejax: nan
        assert np.isnan(file["shape0/readout/tingling_rel"][0]).all()
        assert np.isnan(file["shape0/fibres/abeta/cause"][0]).all()


def test_more_runs_than_may_be_open_are_refused_not_read_as_nan(sweep, monkeypatch):
    import resource

    main(["collect", str(sweep)])
    asked = []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (64, 257))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: asked.append(limits))
    with pytest.raises(NervejaxError, match="2 runs cannot be open at once: the limit is 257"):
        sweep_dataset(sweep)
    monkeypatch.setattr(resource, "getrlimit", lambda which: (64, 258))
    sweep_dataset(sweep).close()
    assert asked == [(2 + sweep_table.SPARE_FILES, 258)]
