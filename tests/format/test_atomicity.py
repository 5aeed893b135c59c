"""A file is whole or absent, whatever happens while it is written."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import h5py
import numpy as np
import pytest

import nervejax.errors
from nervejax.errors import NervejaxError
from nervejax.recording import writer
from nervejax.recording.model import EpisodeRecord
from nervejax.recording.reader import read_episode
from tests.format.example import example_episode, write_example


class Stop(BaseException):
    """Not an Exception, like KeyboardInterrupt."""


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


WRITER = ("_write_header", "_write_scalars", "_write_quarantine", "_write_node_index")
PLACES = [*[(writer, name) for name in WRITER], (os, "fsync"), (os, "replace")]
FULL = OSError(28, "No space left on device")


@pytest.mark.parametrize(("owner", "name"), PLACES)
@pytest.mark.parametrize("error", [Stop(), FULL])
def test_a_failure_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: ModuleType,
    name: str,
    error: BaseException,
) -> None:
    monkeypatch.setattr(owner, name, failing(error))
    with pytest.raises((Stop, NervejaxError)):
        write_example(tmp_path / "episode.h5")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("owner", "name"), PLACES)
def test_a_failure_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: ModuleType, name: str
) -> None:
    path = write_example(tmp_path / "episode.h5")
    before = path.read_bytes()
    monkeypatch.setattr(owner, name, failing(Stop()))
    with pytest.raises(Stop):
        write_example(path, example_episode(1))
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from nervejax.errors import NervejaxError
from tests.format.example import write_example
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    write_example(Path(sys.argv[1]))
except NervejaxError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("limit", [100, 200_000])
def test_a_full_disk_is_one_line(tmp_path: Path, limit: int) -> None:
    """In a process of its own: HDF5 crashes at exit if it is the one that meets a full disk."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "episode.h5"), str(limit)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": str(Path(nervejax.errors.__file__).parents[1])},
    )
    assert done.stderr == f"{tmp_path}/episode.h5: not written: File too large\n"
    assert done.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_the_file_appears_flushed_and_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "episode.h5"
    seen: list[str] = []
    flush, rename = os.fsync, os.replace

    def note_flush(handle: int) -> None:
        seen.append("flush")
        flush(handle)

    def note_rename(source: Path, target: Path) -> None:
        with h5py.File(source) as file:
            assert file.attrs["complete"]
        assert not path.exists()
        seen.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", note_flush)
    monkeypatch.setattr(os, "replace", note_rename)
    write_example(path)
    assert seen == ["flush", "rename", "flush"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_stale_partial_is_overwritten(tmp_path: Path, episode: EpisodeRecord) -> None:
    (tmp_path / "episode.h5.partial").write_bytes(b"what a killed run left")
    path = write_example(tmp_path / "new" / ".." / "episode.h5", episode)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["episode.h5", "new"]
    assert read_episode(path).compression_s == episode.compression_s


def test_a_disk_that_refuses_is_one_line(tmp_path: Path) -> None:
    target = tmp_path / "episode.h5"
    target.mkdir()
    with pytest.raises(NervejaxError, match=r"episode\.h5: not written: .*[Dd]irectory") as caught:
        write_example(target)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == [target]


def spoil(record: EpisodeRecord, what: str) -> None:
    fibres = record.populations["abeta"]
    times = record.time_s
    if what == "tissue/flow_rel must have shape":
        record.tissue["flow_rel"] = record.tissue["flow_rel"].T
    elif what == "time_s must be one-dimensional and increasing":
        record.time_s = np.concatenate([times[:1], times[:-1]])
    elif what == "fibres/abeta/conducting must have shape":
        fibres.fibres["conducting"] = fibres.fibres["conducting"][:, :-1]
    elif what == "spikes/abeta/origin_mm must have shape":
        fibres.spike_origin_mm = fibres.spike_origin_mm[1:]
    elif what == "a spike is before -60000 ms or not finite":
        fibres.spike_time_ms = fibres.spike_time_ms - 1e6
    elif what == "abeta: fibre index outside 0 ... 3":
        fibres.spike_fibre = fibres.spike_fibre + 1
    elif what == "nodes/abeta/0/label must hold numbers":
        fibres.nodes["label"] = np.array(["a", "b", "c", "d"])
    elif what == "tissue/c: not a possible name":
        record.tissue["c"] = record.tissue["flow_rel"]
    elif what == "tissue/abeta/a/b: not a possible name":
        fibres.states["a/b"] = fibres.states["pump_rel"]
    elif what == "populations['abeta'] is named 'beta'":
        fibres.name = "beta"


@pytest.mark.parametrize(
    "what",
    [
        "tissue/flow_rel must have shape",
        "time_s must be one-dimensional and increasing",
        "fibres/abeta/conducting must have shape",
        "spikes/abeta/origin_mm must have shape",
        "a spike is before -60000 ms or not finite",
        "abeta: fibre index outside 0 ... 3",
        "nodes/abeta/0/label must hold numbers",
        "tissue/c: not a possible name",
        "tissue/abeta/a/b: not a possible name",
        "populations['abeta'] is named 'beta'",
    ],
)
def test_a_record_that_does_not_fit_is_refused(tmp_path: Path, what: str) -> None:
    record = example_episode()
    spoil(record, what)
    with pytest.raises(NervejaxError) as caught:
        writer.write_episode(record, tmp_path / "episode.h5", provenance={}, readout={}, summary={})
    assert what in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_readout_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NervejaxError, match=r"readout/touch_rel must have shape \(108,\)"):
        writer.write_episode(
            example_episode(), tmp_path / "e.h5", provenance={},
            readout={"touch_rel": np.zeros(3)}, summary={},
        )  # fmt: skip
