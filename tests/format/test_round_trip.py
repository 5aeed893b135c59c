"""What is written comes back: records, read-out, summary, provenance."""

from dataclasses import fields, replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.recording.model import EpisodeRecord, FibreRecord
from nervejax.recording.reader import read_episode, read_provenance, read_readout, read_summary
from nervejax.recording.writer import write_episode
from tests.format.example import (
    EXAMPLE_PROVENANCE,
    EXAMPLE_READOUT_NAMES,
    EXAMPLE_SUMMARY,
    example_episode,
    example_readout,
    write_example,
)


def assert_same(a: object, b: object, where: str = "record") -> None:
    """Equal to the last bit, nan included; of arrays also the kind of number."""
    if isinstance(a, (EpisodeRecord, FibreRecord)):
        assert type(a) is type(b)
        for field in fields(a):
            assert_same(getattr(a, field.name), getattr(b, field.name), f"{where}.{field.name}")
    elif isinstance(a, dict):
        assert isinstance(b, dict)
        assert set(a) == set(b), where
        for key, value in a.items():
            assert_same(value, b[key], f"{where}[{key!r}]")
    elif isinstance(a, float) and np.isnan(a):
        assert isinstance(b, float) and np.isnan(b), where
    elif isinstance(a, np.ndarray):
        assert isinstance(b, np.ndarray)
        assert a.dtype == b.dtype, where
        np.testing.assert_array_equal(a, b, err_msg=where)
    else:
        assert a == b, where
        assert type(a) is type(b), where


def test_record_comes_back(episode: EpisodeRecord, episode_path: Path) -> None:
    again = read_episode(episode_path)
    assert_same(episode, again)
    assert list(again.populations) == list(episode.populations)
    assert again.populations["adelta"].quarantined == {0: "sodium_mM is nan at 310 s"}


def test_run_folder_is_a_path_too(episode: EpisodeRecord, episode_path: Path) -> None:
    assert_same(episode, read_episode(episode_path.parent))


def test_texts_and_scalars_come_back(episode_path: Path) -> None:
    assert_same(EXAMPLE_SUMMARY, read_summary(episode_path))
    assert_same(EXAMPLE_PROVENANCE, read_provenance(episode_path))


def test_readout_comes_back_with_its_time(episode: EpisodeRecord, episode_path: Path) -> None:
    expected = {"time_s": episode.time_s} | example_readout(episode)
    assert_same(expected, read_readout(episode_path))
    assert set(expected) == {"time_s", *EXAMPLE_READOUT_NAMES}


def test_no_fibres_no_spikes(tmp_path: Path) -> None:
    record = example_episode(n_fibres=0)
    again = read_episode(write_example(tmp_path / "empty.h5", record))
    assert_same(record, again)
    assert again.populations["c"].fibres["conducting"].shape == (len(record.time_s), 0)
    assert again.populations["c"].spike_time_ms.shape == (0,)


def test_no_populations_no_provenance(tmp_path: Path) -> None:
    record = replace(example_episode(), populations={})
    nothing = {"provenance": {"overrides": []}, "readout": {}, "summary": {}}
    path = write_episode(record, tmp_path / "bare.h5", **nothing)
    assert_same(record, read_episode(path))
    assert read_provenance(path) == {"overrides": []}
    assert read_summary(path) == {}


def test_number_types_are_kept(tmp_path: Path) -> None:
    record = example_episode()
    c = record.populations["c"]
    c.states["pump_rel"] = c.states["pump_rel"].astype(np.float32)
    c.fibres["conducting"] = c.fibres["conducting"] > 0
    c.nodes["row"] = np.arange(4, dtype=np.uint16)
    assert_same(record, read_episode(write_example(tmp_path / "types.h5", record)))


def test_large_arrays_come_back(tmp_path: Path) -> None:
    record = example_episode(n_fibres=300)
    path = write_example(tmp_path / "large.h5", record)
    assert_same(record, read_episode(path))


def test_spikes_are_sorted_by_time(tmp_path: Path, episode: EpisodeRecord) -> None:
    record = example_episode()
    fibres = record.populations["abeta"]
    shuffled = np.random.default_rng(1).permutation(len(fibres.spike_time_ms))
    for name in ("spike_time_ms", "spike_fibre", "spike_origin_mm", "spike_stimulus"):
        setattr(fibres, name, getattr(fibres, name)[shuffled])
    again = read_episode(write_example(tmp_path / "shuffled.h5", record))
    assert_same(episode, again)


@pytest.mark.parametrize("value", [3, 2.5, float("inf"), "text", "", True])
def test_summary_values_keep_their_type(tmp_path: Path, value: float | str) -> None:
    path = write_episode(
        example_episode(1), tmp_path / "s.h5", provenance={}, readout={}, summary={"a": value}
    )
    assert_same({"a": value}, read_summary(path))


def test_balance_and_windowing_come_back_with_their_units(
    episode: EpisodeRecord, episode_path: Path
) -> None:
    again = read_episode(episode_path)
    assert_same(episode.balance, again.balance)
    assert_same(episode.windowing, again.windowing)
    with h5py.File(episode_path) as file:
        assert file["balance/charge_abeta_rel"].attrs["units"] == "1"
        assert file["windowing/na_i_abeta_mM"].attrs["units"] == "mM"
        assert file["windowing/na_i_abeta_mM"].shape == ()


def test_a_file_from_before_there_was_a_balance(tmp_path: Path) -> None:
    path = write_example(tmp_path / "old.h5")
    with h5py.File(path, "a") as file:
        del file["balance"], file["windowing"]
    again = read_episode(path)
    assert again.balance == {} and again.windowing == {}
    assert_same(example_episode().tissue, again.tissue)


@pytest.mark.parametrize("balance", [{"charge_rel": "much"}, {"a b": 1.0}, {"charge_rel": [1.0]}])
def test_a_balance_that_is_no_number_is_refused(tmp_path: Path, balance: dict) -> None:
    record = replace(example_episode(1), balance=balance)
    with pytest.raises(NervejaxError, match="balance/"):
        write_example(tmp_path / "bad.h5", record)
    assert not list(tmp_path.iterdir())


def test_a_file_from_before_there_were_sessions_is_read(tmp_path: Path) -> None:
    path = write_example(tmp_path / "episode.h5")
    whole = read_episode(path).populations["abeta"]
    with h5py.File(path, "a") as file:
        del file["stimuli"]
    old = read_episode(path).populations["abeta"]
    assert len(whole.stimulus_time_ms) > len(old.stimulus_time_ms) == len(old.stimulus_fibre) == 0
    np.testing.assert_array_equal(old.spike_stimulus, whole.spike_stimulus)


def test_a_stimulus_that_was_never_sent_is_refused(tmp_path: Path) -> None:
    record = example_episode()
    fibres = record.populations["abeta"]
    fibres.spike_stimulus[0] = len(fibres.stimulus_time_ms)
    with pytest.raises(NervejaxError, match="stimulus id outside"):
        write_episode(record, tmp_path / "e.h5", provenance={}, readout={}, summary={})
