"""``nervejax resume``: what it runs again, what it leaves alone, and what it refuses."""

import os
import sys
from pathlib import Path

import pytest
import yaml
from tests.unit.collect_example import store_episode

from nervejax.config import to_mapping
from nervejax.errors import NervejaxError
from nervejax.recording.ledger_journal import read_journal
from nervejax.recording.ledger_lock import locked

SWEEP = ("run", "-m", "hydra.sweep.dir=swept", "output.report=false")


@pytest.fixture
def runs(monkeypatch, fake_simulate):
    """Seeds in the order in which they were run; each leaves a whole file, those in ``failing`` none."""
    ran, failing = [], set()

    def simulate_many(configs, out_dirs, ended, progress, overrides):
        for number, (config, out_dir) in enumerate(zip(configs, out_dirs, strict=True)):
            ran.append(config.seed)
            if config.seed in failing and config.seed == 15:
                raise KeyboardInterrupt
            if config.seed in failing:
                ended(number, NervejaxError(f"seed {config.seed} is unlucky"))
            else:
                store_episode(Path(out_dir), config=yaml.safe_dump(to_mapping(config)))
                ended(number, Path(out_dir) / "episode.h5")

    monkeypatch.setattr(sys.modules["nervejax.simulate"], "simulate_many", simulate_many)
    return ran, failing


def state(folder):
    """Path of a file -> its content and when it was written."""
    return {
        path.relative_to(folder): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def test_only_what_is_missing_or_broken_is_run(command, runs, tmp_path):
    ran, failing = runs
    failing |= {2}
    status, _, err = command(*SWEEP, "seed=1,2,3,4")
    assert status == 1 and "continue with: nervejax resume swept" in err[-1]
    sweep = tmp_path / "swept"
    assert read_journal(sweep) == {0: None, 1: "seed 2 is unlucky", 2: None, 3: None}
    broken = sweep / "2" / "episode.h5"
    broken.write_bytes(broken.read_bytes()[:-50])
    (sweep / "2" / "episode.h5.partial").touch()
    before = state(sweep)
    ran.clear()
    failing.clear()
    status, out, err = command("resume", "swept")
    assert status == 0 and ran == [2, 3]
    assert "2 of 4 runs were whole; 2 done now; 0 failed" in out
    assert any("run 2 is run again" in line and "damaged" in line for line in err)
    after = state(sweep)
    for path, was in before.items():
        if path.parts[0] in "03":
            assert after[path] == was, path
    assert not list(sweep.rglob("*.partial"))
    assert read_journal(sweep) == dict.fromkeys(range(4))
    ran.clear()
    status, out, err = command("resume", "swept")
    assert (status, ran, err) == (0, [], []) and "4 of 4 runs were whole" in out[-1]
    assert state(sweep) == after


def test_the_files_of_hydra_are_those_of_an_unbroken_sweep(command, runs, tmp_path):
    words = (*SWEEP, "seed=1,2", "pressure.peak_mmHg=60", "scenario=cuff")
    _, failing = runs
    failing |= {1, 2}
    command(*words)
    failing.clear()
    assert command("resume", "swept")[0] == 0
    (tmp_path / "swept").rename(tmp_path / "resumed")
    command(*words)
    folders = (tmp_path / "resumed", tmp_path / "swept")
    for name in ("config.yaml", "overrides.yaml", "hydra.yaml"):
        resumed, unbroken = ((folder / "1" / ".hydra" / name).read_text() for folder in folders)
        assert resumed == unbroken
    listed = [
        sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) for folder in folders
    ]
    assert listed[0] == listed[1]


def test_ctrl_c_says_how_to_go_on_and_what_was_done_stays(command, runs, tmp_path):
    ran, failing = runs
    failing |= {15}
    status, _, err = command(*SWEEP, "seed=1,15,3")
    assert status == 130 and "continue with: nervejax resume swept" in " ".join(err)
    failing.clear()
    ran.clear()
    assert command("resume", "swept")[0] == 0
    assert ran == [15, 3]


def test_the_settings_are_those_of_the_plan(command, runs, tmp_path):
    """The YAML files may have changed since."""
    ran, failing = runs
    mine = tmp_path / "mine" / "scenario"
    mine.mkdir(parents=True)
    (mine / "chair.yaml").write_text(
        "# @package _global_\ndefaults: [leg_crossed]\nname: chair\nduration: {recovery_s: 77}\n"
    )
    failing |= {4}
    words = (*SWEEP, "--config-dir", "mine", "scenario=chair", "seed=4,5")
    assert command(*words)[0] == 1
    (mine / "chair.yaml").unlink()
    failing.clear()
    ran.clear()
    assert command("resume", "swept")[0] == 0 and ran == [4]
    text = (tmp_path / "swept" / "0" / ".hydra" / "config.yaml").read_text()
    assert yaml.safe_load(text)["duration"]["recovery_s"] == 77


@pytest.mark.parametrize("first", ["run", "resume"])
def test_fail_fast_gives_up_at_the_first_failure(command, runs, first):
    ran, failing = runs
    failing |= {2}
    if first == "run":
        status, _, err = command("run", "--fail-fast", *SWEEP[1:], "seed=1,2,3")
    else:
        failing |= {1, 3}
        command(*SWEEP, "seed=1,2,3")
        failing -= {1, 3}
        ran.clear()
        status, _, err = command("resume", "swept", "--fail-fast")
    assert status == 1 and ran == [1, 2]
    assert err[-1].startswith("nervejax: given up at the first run that failed; continue with:")


def test_what_cannot_be_resumed_is_one_line(command, runs, tmp_path):
    (tmp_path / "empty").mkdir()
    for words, said in (
        (("empty",), "no ledger of a sweep"), (("none",), "no such"), (("file",), "is not a folder")
    ):  # fmt: skip
        (tmp_path / "file").touch()
        status, out, err = command("resume", *words)
        assert (status, out, len(err)) == (2, [], 1) and said in err[0], err
    command(*SWEEP, "seed=1,2")
    with locked(tmp_path / "swept"):
        status, out, err = command("resume", "swept")
        assert (status, out, len(err)) == (1, [], 1) and "works in this folder" in err[0]
    plan = tmp_path / "swept" / ".ledger" / "plan.json"
    plan.write_text(plan.read_text()[:-9])
    status, out, err = command("resume", "swept")
    assert (status, out, len(err)) == (1, [], 1)
    assert os.path.join("swept", ".ledger", "plan.json") in err[0] and "damaged" in err[0]
