"""``nervejax replay``: what it refuses, what it writes."""

import numpy as np
import pytest
from tests.unit.collect_example import store_episode

from nervejax.episode import replay as episode_replay
from nervejax.recording.reader import read_episode


@pytest.fixture
def path(tmp_path):
    store_episode(tmp_path)
    return tmp_path / "episode.h5"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--fibre", "abeta:900", "--from-s", "0", "--to-s", "1"),
            "no such fibre; there are abeta:0",
        ),
        (("--fibre", "x", "--from-s", "0", "--to-s", "1"), "no such fibre"),
        (("--fibre", "0", "--from-s", "2", "--to-s", "1"), "must be a stretch of the episode"),
        (("--fibre", "0", "--from-s", "nan", "--to-s", "1"), "must be a stretch of the episode"),
        (("--fibre", "0", "--from-s", "0", "--to-s", "1", "--out", "none"), "no such folder"),
    ],
)
def test_what_cannot_be_is_one_line(command, path, words, told):
    status, out, err = command("replay", str(path), *words)
    assert (status, out, len(err)) == (2, [], 1) and told in err[0]


@pytest.mark.parametrize("more_ms", [[], [5.0]])
def test_it_writes_a_trace_and_compares_the_spikes(command, path, monkeypatch, more_ms):
    xarray = pytest.importorskip("xarray")
    record = read_episode(path)
    name = next(iter(record.populations))
    fibres = record.populations[name]
    again_ms = np.append(fibres.spike_time_ms[fibres.spike_fibre == 0], more_ms)
    end_s = record.compression_s + record.recovery_s
    time_s, x_mm = np.linspace(0.0, 1.0, 50), np.linspace(20.0, 80.0, 7)

    def made(config, *_):
        return episode_replay.Replay(
            time_s,
            np.full((50, 7), -80.0, np.float32),
            x_mm,
            np.array([0.0, 0.5]),
            again_ms,
        )

    monkeypatch.setattr(episode_replay, "replay", made)
    words = ("--fibre", f"{name}:0", "--from-s", "0", "--to-s", f"{end_s}")
    status, out, _ = command("replay", str(path), *words)
    assert status == (1 if more_ms else 0)
    assert ("to the last bit" in out[-1]) == (not more_ms)
    (trace,) = path.parent.glob("replay-*.h5")
    assert trace.with_suffix(".png").stat().st_size > 1000
    with xarray.open_dataset(trace, engine="h5netcdf", decode_times=False) as held:
        assert held["potential"].dims == ("time", "x") and held["potential"].attrs["units"] == "mV"
        assert held.attrs["population"] == name
