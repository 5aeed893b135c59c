"""One episode over devices and processes: every number is that of one device in one process."""

import os
import socket
import subprocess
import sys
import threading

import numpy as np
import pytest

from nervejax.cli.compose import compose
from nervejax.episode.driver import run_episode
from nervejax.episode.processes import Line, Team
from nervejax.episode.spread import Elsewhere, Spread
from nervejax.simulate import simulate
from tests.episode.conftest import short_config
from tests.episode.test_batch import content

TINY = (
    "output.report=false", "duration.baseline_s=2", "duration.compression_s=4",
    "duration.recovery_s=0", "stimuli.every_s=0", "numerics.step_s=2",
    "population.n_abeta=26", "population.n_adelta=0", "population.n_c=0", "numerics.lanes=24",
)  # fmt: skip
"""Two chunks of A-beta fibres."""


def teams():
    """Two processes of a team in one."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        one = socket.create_connection(door.getsockname())
        other, _ = door.accept()
    return Team(0, 2, {1: Line(one, 60.0)}), Team(1, 2, {0: Line(other, 60.0)})


def different(one, other, path=""):
    """Names of what is not equal bit for bit."""
    if hasattr(one, "__dataclass_fields__"):
        one, other = vars(one), vars(other)
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        return [x for k in one for x in different(one[k], other[k], f"{path}/{k}")]
    if isinstance(one, np.ndarray):
        return [] if one.shape == other.shape and one.tobytes() == other.tobytes() else [path]
    return [] if repr(one) == repr(other) else [path]


@pytest.mark.parametrize(
    "changes",
    [
        {"population__n_abeta": 30},
        {"population__n_c": 26},
        pytest.param(
            {"population__n_abeta": 30, "population__n_adelta": 2, "stimuli__every_s": 8.0,
             "numerics__excitability_every_s": 100.0, "instruments__excitability_at_s": (0.0,),
             "numerics__lanes": 24, "duration__recovery_s": 15.0, "population__n_c": 26},
            marks=pytest.mark.slow,
        ),
    ],
    ids=["myelinated", "unmyelinated", "everything"],
)  # fmt: skip
def test_two_processes_give_the_numbers_of_one(changes):
    base = {f"population__n_{name}": 0 for name in ("abeta", "adelta", "c")}
    base |= {"duration__baseline_s": 2.0, "duration__compression_s": 10.0}
    base |= {"duration__recovery_s": 0.0, "numerics__threshold_every_s": 1e6}
    config = short_config(**base | changes)
    alone, records = run_episode(config), {}

    def run(team):
        with team:
            records[team.rank] = run_episode(config, None, Spread(team))

    threads = [threading.Thread(target=run, args=(team,)) for team in teams()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert different(alone, records[0]) == [] and different(alone, records[1]) == []
    if "abeta" in alone.populations:  # modes were carried over
        assert alone.populations["abeta"].states["opening_S_per_cm2"].max() > 0


def test_every_chunk_lies_in_one_process_and_those_elsewhere_take_no_memory():
    dealt = [Spread(team).chunks(100, 8, 1) for team in teams()]
    here = [[not isinstance(c, Elsewhere) for c in chunks] for chunks in dealt]
    assert all(one != other for one, other in zip(*here, strict=True))
    assert here[0] == [True] * 7 + [False] * 6  # in runs, so that a process uses all its devices
    assert [c.first for c in dealt[0]] == [c.first for c in dealt[1]] == list(range(0, 100, 8))
    chunk = next(c for c in dealt[1] if isinstance(c, Elsewhere))
    lanes = chunk.put(np.ones((36, 100)))
    assert lanes.shape == (36, 8) and lanes.strides == (0, 0) and np.isnan(lanes).all()


def command(folder, *words, devices=1):
    """``nervejax run`` of the tiny episode in a process of its own."""
    folder.mkdir()
    flags = f"--xla_force_host_platform_device_count={devices}"
    return subprocess.Popen(
        [sys.executable, "-m", "nervejax", "run", *TINY, *words], cwd=folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"XLA_FLAGS": flags},
    )  # fmt: skip


def written(process, folder):
    """Numbers of the episode that it wrote."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    (path,) = folder.glob("results/*/*/episode.h5")
    assert str(path.relative_to(folder)) in out
    return content(path)


def unequal(one, other):
    assert one.keys() == other.keys() and len(one) > 50
    return [k for k in one if np.asarray(one[k]).tobytes() != np.asarray(other[k]).tobytes()]


def test_two_processes_of_the_command_write_what_one_writes(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        words = [f"--distributed=127.0.0.1:{free.getsockname()[1]}", "--processes=2"]
    first, second = (command(tmp_path / str(k), *words, f"--process={k}") for k in (0, 1))
    alone = content(simulate(compose(TINY)[0], tmp_path / "alone"))
    assert unequal(alone, written(first, tmp_path / "0")) == []
    assert (*second.communicate(timeout=60), second.returncode) == ("", "", 0)
    assert list((tmp_path / "1").iterdir()) == []  # not even Hydra's folder


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("population.n_abeta=0", "population.n_c=26")])
def test_four_devices_give_the_numbers_of_one(tmp_path, words):
    """A program is compiled for each device anew, so this takes a minute."""
    found = []
    for devices in (1, 4):
        folder = tmp_path / str(devices)
        words = (*words, "numerics.lanes=8")
        found.append(written(command(folder, *words, devices=devices), folder))
    assert unequal(*found) == []
