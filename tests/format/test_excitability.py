"""Full tests of excitability in the file: they come back, others can read them, old files lack them."""

from dataclasses import fields, replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray

from nervejax.errors import NervejaxError
from nervejax.recording import layout
from nervejax.recording.model import EpisodeRecord, Excitability
from nervejax.recording.reader import read_episode
from tests.format.example import example_episode, write_example

DIMENSIONS = {
    "threshold_nA": ("instant", "width", "fibre"),
    "strength_duration_us": ("instant", "fibre"),
    "rheobase_nA": ("instant", "fibre"),
    "recovery_change_rel": ("instant", "interval", "fibre"),
    "electrotonus_reduction_rel": ("instant", "current", "delay", "fibre"),
}
UNITS = {
    "instant": "s", "width": "ms", "interval": "ms", "current": "1", "delay": "ms",
    "threshold_nA": "nA", "strength_duration_us": "us", "rheobase_nA": "nA",
    "recovery_change_rel": "1", "electrotonus_reduction_rel": "1",
}  # fmt: skip


def drawn(fibres: int = 4, instants: int = 2) -> Excitability:
    """Random numbers in the shapes of a test, one of them nan."""
    rng = np.random.default_rng(0)
    axes = {
        "instant_s": np.array([-10.0, 600.0])[:instants], "width_ms": np.array([0.1, 0.5, 1.0]),
        "interval_ms": np.array([2.0, 5.0, 20.0, 100.0]), "current_rel": np.array([0.4, -0.4]),
        "delay_ms": np.array([5.0, 50.0, 98.0, 105.0, 140.0]),
    }  # fmt: skip
    length = {axis: len(axes[name]) for axis, name in layout.PART_AXES["excitability"].items()}
    length["fibre"] = fibres
    values = {k: rng.random([length[axis] for axis in v]) for k, v in DIMENSIONS.items()}
    if fibres and instants:
        values["threshold_nA"][0, 0, 0] = np.nan
    return Excitability(**axes, **values)


def record_with_tests(fibres: int = 4) -> EpisodeRecord:
    """The example with tests of its A-beta fibres."""
    record = example_episode(fibres)
    record.populations["abeta"].excitability = drawn(fibres)
    return record


def assert_same(a: Excitability | None, b: Excitability | None) -> None:
    assert a is not None
    assert b is not None
    for field in fields(a):
        np.testing.assert_array_equal(getattr(a, field.name), getattr(b, field.name), field.name)


@pytest.mark.parametrize("fibres", [4, 0])
def test_tests_come_back_of_the_class_that_had_them(tmp_path: Path, fibres: int) -> None:
    record = record_with_tests(fibres)
    again = read_episode(write_example(tmp_path / "e.h5", record)).populations
    assert_same(record.populations["abeta"].excitability, again["abeta"].excitability)
    assert again["adelta"].excitability is None and again["c"].excitability is None


def test_without_tests_there_is_no_group(tmp_path: Path) -> None:
    path = write_example(tmp_path / "e.h5")
    with h5py.File(path) as file:
        assert "excitability" not in file
    assert all(p.excitability is None for p in read_episode(path).populations.values())


def test_every_dataset_has_its_unit_and_scales(tmp_path: Path) -> None:
    with h5py.File(write_example(tmp_path / "e.h5", record_with_tests())) as file:
        group = file["excitability/abeta"]
        assert {name: item.attrs["units"] for name, item in group.items()} == UNITS | {"fibre": "1"}
        assert all(item.attrs["long_name"] and item.attrs["description"] for item in group.values())
        for name, axes in DIMENSIONS.items():
            scales = [dimension[0].name for dimension in group[name].dims]
            assert scales == [f"/excitability/abeta/{axis}" for axis in axes], name


def test_xarray_opens_the_group(tmp_path: Path) -> None:
    path, test = write_example(tmp_path / "e.h5", record_with_tests()), drawn()
    with xarray.open_dataset(path, group="excitability/abeta", engine="h5netcdf") as data:
        assert {name: data[name].dims for name in data.data_vars} == DIMENSIONS
        found = data["electrotonus_reduction_rel"].sel(instant=600, current=-0.4, delay=98, fibre=2)
        assert float(found) == test.electrotonus_reduction_rel[1, 1, 2, 2]
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        assert "/excitability/abeta" in tree.groups


@pytest.mark.parametrize("name", DIMENSIONS)
def test_a_shape_that_does_not_fit_is_refused(tmp_path: Path, name: str) -> None:
    record = record_with_tests()
    test = record.populations["abeta"].excitability
    assert test is not None
    wrong = replace(test, **{name: getattr(test, name)[..., :-1]})
    record.populations["abeta"].excitability = wrong
    with pytest.raises(NervejaxError, match=f"excitability/abeta/{name} must have shape"):
        write_example(tmp_path / "e.h5", record)
    assert not list(tmp_path.iterdir())


def test_a_group_that_lacks_a_dataset_is_one_line(tmp_path: Path) -> None:
    path = write_example(tmp_path / "e.h5", record_with_tests())
    with h5py.File(path, "a") as file:
        del file["excitability/abeta/rheobase_nA"]
    with pytest.raises(NervejaxError, match="rheobase_nA") as caught:
        read_episode(path)
    assert "\n" not in str(caught.value)
