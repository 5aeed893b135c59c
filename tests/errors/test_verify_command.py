"""``nervejax verify``: a file that is what was written passes; any change of it does not."""

import h5py
import pytest
from tests.unit.collect_example import CONFIG, store_episode


@pytest.fixture
def episode(tmp_path):
    store_episode(tmp_path / "run", config=CONFIG)
    return tmp_path / "run" / "episode.h5"


def findings(out):
    return {line[:28].strip(): line[29:36].strip() for line in out}


def test_a_whole_file_passes(command, episode):
    for path in (episode, episode.parent):
        status, out, err = command("verify", path)
        assert (status, err) == (0, []) and "NOT OK" not in " ".join(out)
    told = findings(out)
    assert [told[name] for name in ("schema", "numbers", "provenance", "settings")] == ["ok"] * 4


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tissue/x", "numbers"), ("summary/pressure_peak_mmHg", "numbers"),
        ("readout/time", "numbers"), ("provenance/seed", "provenance"),
    ],
)  # fmt: skip
def test_a_changed_number_is_found(command, episode, name, told):
    with h5py.File(episode, "r+") as file:
        dataset = file[name]
        dataset[...] = dataset[...] + 1
    status, out, _ = command("verify", episode)
    assert status == 1
    marks = findings(out)
    assert marks[told] == "NOT OK"
    assert sum(mark == "NOT OK" for mark in marks.values()) == 1


def test_a_changed_setting_is_found(command, episode):
    with h5py.File(episode, "r+") as file:
        file["provenance/config_yaml"][...] = CONFIG.replace("60.0", "9999")
    status, out, _ = command("verify", episode)
    marks = findings(out)
    assert status == 1 and marks["provenance"] == marks["settings"] == "NOT OK"
    assert any("pressure.peak_mmHg=9999 mmHg: must be between" in line for line in out)


def test_a_file_without_fingerprints_says_so(command, episode):
    with h5py.File(episode, "r+") as file:
        del file.attrs["numbers_sha256"]
    status, out, _ = command("verify", episode)
    assert status == 0 and any("no fingerprint" in line for line in out)


def test_what_is_no_episode_is_one_line(command, tmp_path):
    (tmp_path / "episode.h5").write_bytes(b"none")
    status, out, err = command("verify", "episode.h5")
    assert (status, out, len(err)) == (1, [], 1) and "not an episode file" in err[0]
    (tmp_path / "empty").mkdir()
    status, out, err = command("verify", "empty")
    assert (status, out, len(err)) == (2, [], 1)
