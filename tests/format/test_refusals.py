"""Every file that is not a whole episode is refused in one line that names it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.recording import seal
from nervejax.recording.reader import read_episode, read_provenance, read_readout, read_summary

READERS = (read_episode, read_readout, read_summary, read_provenance)


def refusal(path: Path, reader: Callable[[Path], object] = read_episode) -> str:
    with pytest.raises(NervejaxError) as caught:
        reader(path)
    text = str(caught.value)
    assert "\n" not in text
    assert path.name in text
    return text


@pytest.fixture
def copy(tmp_path: Path, episode_path: Path) -> Path:
    """A copy of the example to be spoilt."""
    return Path(shutil.copy(episode_path, tmp_path / "copy.h5"))


@pytest.mark.parametrize("reader", READERS)
def test_missing(tmp_path: Path, reader: Callable[[Path], object]) -> None:
    assert "there is no such file" in refusal(tmp_path / "none.h5", reader)
    assert "there is no such file" in refusal(tmp_path, reader)


def test_unfinished_run(tmp_path: Path) -> None:
    (tmp_path / "episode.h5.partial").touch()
    assert refusal(tmp_path).endswith("episode.h5: the run that writes it has not finished.")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("share", [0.0, 0.0003, 0.01, 0.3, 0.7, 0.99, 0.99999])
def test_truncated(copy: Path, share: float, reader: Callable[[Path], object]) -> None:
    whole = copy.read_bytes()[: -seal.LENGTH]
    copy.write_bytes(whole[: int(share * len(whole))])
    assert "damaged or not an episode file" in refusal(copy, reader)


def test_not_hdf5(tmp_path: Path) -> None:
    path = tmp_path / "notes.h5"
    path.write_text("time_s,flow_rel\n0,1\n" * 200)
    assert "damaged or not an episode file" in refusal(path)


@pytest.mark.parametrize("reader", READERS)
def test_foreign_hdf5(tmp_path: Path, reader: Callable[[Path], object]) -> None:
    path = tmp_path / "foreign.h5"
    with h5py.File(path, "w") as file:
        file["summary/x"] = 1.0
        file["readout/time"] = [0.0]
    assert "not a nervejax episode" in refusal(path, reader)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("version", [0, 2, "1.0", None])
def test_other_format_version(
    copy: Path, version: int | str | None, reader: Callable[[Path], object]
) -> None:
    with h5py.File(copy, "a") as file:
        del file.attrs["format_version"]
        if version is not None:
            file.attrs["format_version"] = version
    assert f"has format version {version}, this nervejax reads 1" in refusal(copy, reader)


def test_not_complete(copy: Path) -> None:
    with h5py.File(copy, "a") as file:
        file.attrs["complete"] = False
    assert "cut short" in refusal(copy)


PARTS = (
    "tissue", "tissue/x", "spikes/abeta/node_ids", "spikes/c", "fibres/adelta", "nodes/c/0",
    "windows/c/start_s", "quarantine", "quarantine/reason", "tissue/adelta",
)  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("by", ["nothing", "a group", "a number", "a text", "no data"])
def test_a_part_is_missing_or_strange(copy: Path, part: str, by: str) -> None:
    with h5py.File(copy, "a") as file:
        was_group = isinstance(file[part], h5py.Group)
        del file[part]
        if by == "a group" and not was_group:
            file.create_group(part)
        elif by == "a number":
            file[part] = 1.0
        elif by == "a text":
            file[part] = "x"
        elif by == "no data":
            file[part] = h5py.Empty("f8")
    assert "copy.h5: " in refusal(copy)


@pytest.mark.parametrize("part", ["balance", "windowing/na_i_abeta_mM"])
@pytest.mark.parametrize("by", ["a text", "no data"])
def test_scalars_are_strange(copy: Path, part: str, by: str) -> None:
    with h5py.File(copy, "a") as file:
        del file[part]
        file[part] = "x" if by == "a text" else h5py.Empty("f8")
    assert "copy.h5: " in refusal(copy)


@pytest.mark.parametrize("name", ["populations", "compression_s", "recovery_s"])
def test_an_attribute_is_missing(copy: Path, name: str) -> None:
    with h5py.File(copy, "a") as file:
        del file.attrs[name]
    assert name in refusal(copy)


def test_shapes_disagree(copy: Path) -> None:
    with h5py.File(copy, "a") as file:
        del file["fibres/c/conducting"]
        file["fibres/c/conducting"] = np.zeros((3, 4))
    assert "fibres/c/conducting must have shape (108, 4), got (3, 4)" in refusal(copy)


def test_spike_of_a_fibre_that_is_not_there(copy: Path) -> None:
    with h5py.File(copy, "a") as file:
        file["spikes/c/node_ids"][0] = 2**63
    assert "fibre index outside 0 ... 3" in refusal(copy)


@pytest.mark.parametrize("reader", [read_summary, read_provenance, read_readout])
def test_a_group_is_missing(copy: Path, reader: Callable[[Path], object]) -> None:
    with h5py.File(copy, "a") as file:
        del file[reader.__name__.removeprefix("read_")]
    assert "damaged or not an episode file" in refusal(copy, reader)


def test_a_compressed_array_is_damaged(copy: Path) -> None:
    with h5py.File(copy) as file:
        chunk = file["tissue/flow_rel"].id.get_chunk_info(0)
    whole = bytearray(copy.read_bytes())
    middle = chunk.byte_offset + chunk.size // 2
    whole[middle : middle + 8] = bytes(8)
    copy.write_bytes(bytes(whole))
    assert "not what was written" in refusal(copy)
    copy.write_bytes(bytes(whole[: -seal.LENGTH]))
    assert "damaged or not an episode file" in refusal(copy)


@pytest.mark.parametrize("signature", [b"SNOD", b"TREE"])
def test_structure_is_damaged(copy: Path, signature: bytes) -> None:
    """Each block of HDF5's own bookkeeping in turn: one reader at least notices, in one line."""
    whole = copy.read_bytes()[: -seal.LENGTH]
    places = [at for at in range(len(whole)) if whole.startswith(signature, at)]
    messages = []
    for at in places:
        copy.write_bytes(whole[:at] + b"XXXX" + whole[at + 4 :])
        for reader in READERS:
            try:
                reader(copy)
            except NervejaxError as error:
                messages.append(str(error))
    assert len(messages) >= len(places) > 0
    assert not any("\n" in message for message in messages)
