"""Others can read it: h5py alone, xarray through h5netcdf, libsonata."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import h5py
import libsonata
import numpy as np
import pytest
import xarray

from nervejax.recording.model import CAUSES, CLASSES, EpisodeRecord
from tests.format.example import example_episode, write_example


@pytest.fixture(scope="module", params=["episode", "empty"])
def path(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, episode_path: Path
) -> Path:
    """The example, and one without fibres."""
    if request.param == "episode":
        return episode_path
    return write_example(tmp_path_factory.mktemp("empty") / "episode.h5", example_episode(0))


@pytest.fixture(autouse=True)
def _warnings_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def datasets(path: Path) -> dict[str, tuple[str, dict]]:
    """Path -> (kind of number, attributes) of every dataset."""
    found = {}

    def note(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = (item.dtype.kind, dict(item.attrs))

    with h5py.File(path) as file:
        file.visititems(note)
    return found


def test_every_number_has_a_unit(path: Path) -> None:
    numbers = {name: attrs for name, (kind, attrs) in datasets(path).items() if kind in "biuf"}
    assert len(numbers) > 60
    assert [name for name, attrs in numbers.items() if not attrs.get("units")] == []
    assert [name for name, attrs in numbers.items() if not attrs.get("long_name")] == []


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("tissue/time", "s"),
        ("tissue/x", "mm"),
        ("tissue/pressure_mmHg", "mmHg"),
        ("tissue/c/sodium_mM", "mM"),
        ("fibres/abeta/latency_ms", "ms"),
        ("fibres/abeta/ectopic_rate_hz", "Hz"),
        ("fibres/abeta/conducting", "1"),
        ("nodes/c/0/diameter_um", "um"),
        ("spikes/c/timestamps", "ms"),
        ("spikes/c/origin_mm", "mm"),
        ("windows/c/stands_for_s", "s"),
        ("provenance/wall_s", "s"),
    ],
)
def test_units(episode_path: Path, name: str, unit: str) -> None:
    assert datasets(episode_path)[name][1]["units"] == unit


GROUPS = {
    "readout": ("time",),
    "tissue": ("time", "x"),
    **{f"fibres/{name}": ("time", "fibre") for name in CLASSES},
    **{f"tissue/{name}": ("time", "fibre") for name in CLASSES},
    **{f"nodes/{name}/0": ("fibre",) for name in CLASSES},
}
LENGTHS_ONLY = {
    **{f"spikes/{name}": ("spike",) for name in CLASSES},
    **{f"stimuli/{name}": ("stimulus",) for name in CLASSES},
    **{f"windows/{name}": ("window",) for name in CLASSES},
    **{f"nodes/{name}": ("fibre",) for name in CLASSES},
    "quarantine": ("entry",),
    "provenance": ("override",),
    "summary": (),
}
AXES = GROUPS | LENGTHS_ONLY


@pytest.mark.parametrize("group", AXES)
def test_every_array_has_its_scales(path: Path, group: str) -> None:
    """In plain HDF5; xarray alone would also guess a dimension from its length."""
    with h5py.File(path) as file:
        arrays = [d for d in file[group].values() if isinstance(d, h5py.Dataset) and d.ndim]
        arrays = [d for d in arrays if not d.is_scale]
        assert arrays or group == "summary"
        for array in arrays:
            scales = [dimension[0].name for dimension in array.dims]
            assert scales == [f"/{group}/{axis}" for axis in AXES[group]], array.name


@pytest.mark.parametrize("group", AXES)
def test_xarray_names_dimensions(path: Path, group: str) -> None:
    with xarray.open_dataset(path, group=group, engine="h5netcdf") as data:
        assert set(data.sizes) == set(AXES[group])
        assert set(data.coords) == set(GROUPS.get(group, ()))
        assert len(data.data_vars) > 0
        for coordinate in data.coords.values():
            assert coordinate.attrs["units"]


def test_xarray_values(episode: EpisodeRecord, episode_path: Path) -> None:
    with xarray.open_dataset(episode_path, group="fibres/c", engine="h5netcdf") as data:
        cause = data["cause"].sel(fibre=2, time=slice(1000, 1300))
        np.testing.assert_array_equal(data["time"], episode.time_s)
        whole = episode.populations["c"].fibres["cause"]
        now = (episode.time_s >= 1000) & (episode.time_s <= 1300)
        np.testing.assert_array_equal(cause, whole[now, 2])
        meanings = [text.replace("_", " ") for text in cause.attrs["flag_meanings"].split()]
        values = [int(value) for value in cause.attrs["flag_values"]]
        assert dict(zip(meanings, values, strict=True)) == CAUSES
        assert cause.attrs["flag_values"].dtype == cause.dtype
    with xarray.open_dataset(episode_path, group="nodes/c/0", engine="h5netcdf") as data:
        assert data["myelinated"].dtype == bool
        assert "dull_pain" in data["modality"].attrs["flag_meanings"].split()


def test_xarray_opens_the_whole_file(path: Path) -> None:
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        assert {f"/{group}" for group in AXES} < set(tree.groups)


def test_root_says_what_it_is(path: Path) -> None:
    with h5py.File(path) as file:
        assert file.attrs["format"] == "nervejax-episode"
        assert file.attrs["format_version"] == 1
        assert file.attrs["complete"]
        assert file.attrs["magic"] == 0x0A7A
        assert list(file.attrs["version"]) == [0, 1]


def test_libsonata_reads_spikes(episode: EpisodeRecord, episode_path: Path) -> None:
    reader = libsonata.SpikeReader(str(episode_path))
    assert sorted(reader.get_population_names()) == sorted(CLASSES)
    for name, fibres in episode.populations.items():
        spikes = reader[name].get()
        assert reader[name].sorting == "by_time"
        assert [node for node, _ in spikes] == fibres.spike_fibre.tolist()
        since_start_ms = fibres.spike_time_ms - 1e3 * episode.time_s[0]
        np.testing.assert_array_equal([t for _, t in spikes], since_start_ms)
        some = reader[name].get(node_ids=libsonata.Selection([1]), tstart=0, tstop=2e5)
        of_it = (fibres.spike_fibre == 1) & (since_start_ms <= 2e5)
        assert len(some) == of_it.sum() > 0


def test_libsonata_reads_nodes(episode: EpisodeRecord, episode_path: Path) -> None:
    storage = libsonata.NodeStorage(str(episode_path))
    assert storage.population_names == set(CLASSES)
    for name, fibres in episode.populations.items():
        nodes = storage.open_population(name)
        everyone = libsonata.Selection(np.arange(nodes.size))
        assert nodes.size == 4
        assert nodes.attribute_names == {*fibres.nodes, "fibre"}
        for column, values in fibres.nodes.items():
            np.testing.assert_array_equal(nodes.get_attribute(column, everyone), values)


def test_libsonata_accepts_empty_populations(tmp_path: Path) -> None:
    path = str(write_example(tmp_path / "empty.h5", example_episode(0)))
    assert libsonata.SpikeReader(path)["c"].get() == []
    assert libsonata.NodeStorage(path).open_population("c").size == 0


def test_what_libsonata_reads_is_never_filtered(tmp_path: Path) -> None:
    path = write_example(tmp_path / "large.h5", example_episode(600))
    with h5py.File(path) as file:
        for name in ("spikes/abeta/timestamps", "spikes/abeta/node_ids", "nodes/abeta/0/site_mm"):
            assert file[name].nbytes > 4096
            assert (file[name].compression, file[name].shuffle) == (None, False)
        states = file["tissue/abeta/sodium_mM"]
        assert (states.compression, states.compression_opts, states.shuffle) == ("gzip", 1, True)
