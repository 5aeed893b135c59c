"""``nervejax attribute``: what it runs, what it keeps, and one line for what cannot be attributed."""

import json
import sys
import threading
import time
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from tests.unit.analysis_example import example_episode

from nervejax.analysis.readout import readout
from nervejax.analysis.summary import summarise
from nervejax.cli.attribute import partner_configs
from nervejax.config import Config, to_mapping
from nervejax.errors import NervejaxError
from nervejax.recording.writer import write_episode

PAIRS = ("paired/ischaemia_only/episode.h5", "paired/mechanical_only/episode.h5")


def store(folder, config, pressed=True, **provenance):
    """An episode file as a run would leave it."""
    record = example_episode(fibres=3, pressed=pressed)
    series = readout(record)
    found = {
        "config_yaml": yaml.safe_dump(to_mapping(config), sort_keys=False),
        "versions": {"nervejax": "1"}, "git_commit": "abc", "git_dirty": False,
    }  # fmt: skip
    path = Path(folder) / "episode.h5"
    summary = summarise(record, series)
    return write_episode(
        record, path, provenance=found | provenance, readout=series, summary=summary
    )


@pytest.fixture
def runs(monkeypatch):
    """A simulation in which deformation alone gives everything; the configurations it was given."""
    given = []

    def simulate(config, out_dir, progress, overrides, stop=None):
        progress(0.0, "halfway")
        if config.seed == 13:
            raise NervejaxError("seed 13 is unlucky")
        given.append(config)
        print("sentences of the partner")
        return store(out_dir, config, pressed=config.pressure.deforms)

    module = ModuleType("nervejax.simulate")
    module.simulate = simulate
    monkeypatch.setitem(sys.modules, "nervejax.simulate", module)
    return given


@pytest.fixture
def episode(tmp_path):
    """A run of seed 7 in a folder of its own."""
    (tmp_path / "run").mkdir()
    return store(tmp_path / "run", Config(seed=7))


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")])
def test_both_partners_are_run_with_the_same_seed_and_kept(command, runs, episode, jobs):
    status, out, err = command("attribute", episode.parent, *jobs)
    assert status == 0
    assert files(episode.parent) == ["attribution.json", "episode.h5", *PAIRS]
    assert {(c.seed, c.pressure.deforms, c.pressure.occludes, c.output.report) for c in runs} == {
        (7, True, False, False), (7, False, True, False)
    }  # fmt: skip
    stored = json.loads((episode.parent / "attribution.json").read_text())
    assert {b["cause"] for b in stored["blocks"]} == {"mechanical"}
    assert stored["partners"] == {
        "mechanical_only": "paired/mechanical_only/episode.h5",
        "ischaemia_only": "paired/ischaemia_only/episode.h5",
    }
    assert not any("sentences" in line for line in out)
    assert not any("note" in line for line in err)


def test_the_tables(command, runs, episode):
    _, out, _ = command("attribute", episode)
    blocked, spikes = out[:4], out[5:9]
    assert blocked[0].split("  ")[0] == "blocked fibre-minutes"
    assert spikes[0].split("  ")[0] == "ectopic spikes"
    for table in (blocked, spikes):
        assert [line.split()[0] for line in table[1:]] == ["A-beta", "A-delta", "C"]
        assert len({len(line) for line in table}) == 1
    total_min = json.loads((episode.parent / "attribution.json").read_text())["classes"]["abeta"]
    assert "lost" not in blocked[0]  # nothing was
    words = blocked[1].split()
    assert float(words[1]) == round(total_min["blocked_min"]["mechanical"])
    assert words[2:4] == ["100", "%"]
    assert out[-2] == "no blocked time with a cause found by forks"
    assert out[-1] == str(episode.parent / "attribution.json")


def test_partners_of_the_same_configuration_are_used_again_and_others_are_not(
    command, runs, episode
):
    command("attribute", episode)
    command("attribute", episode)
    assert len(runs) == 2
    store(episode.parent, Config(seed=8))
    command("attribute", episode)
    assert [c.seed for c in runs] == [7, 7, 8, 8]
    (episode.parent / PAIRS[0]).write_bytes(b"torn")
    status, *_ = command("attribute", episode)
    assert (status, len(runs)) == (0, 5)


def test_code_that_may_differ_is_told(command, runs, episode):
    store(episode.parent, Config(seed=7), git_commit="older")
    _, _, err = command("attribute", episode)
    assert sum(line.startswith("nervejax: note: ") for line in err) == 2


def test_what_each_partner_lacks():
    config = Config()
    config.pressure.anoxia = True
    partners = partner_configs(config)
    assert not partners["mechanical_only"].pressure.anoxia
    assert partners["ischaemia_only"].pressure.anoxia
    assert config.pressure.deforms
    assert config.pressure.occludes


@pytest.mark.parametrize(
    ("key", "value"), [("peak_mmHg", 0.0), ("deforms", False), ("occludes", False)]
)
def test_a_run_with_nothing_to_tell_apart(command, runs, tmp_path, key, value):
    config = Config()
    setattr(config.pressure, key, value)
    store(tmp_path, config)
    status, _, err = command("attribute", tmp_path)
    assert (status, len(err)) == (2, 1)
    assert err[0].startswith("nervejax: nothing to tell apart: ")
    assert files(tmp_path) == ["episode.h5"]


@pytest.mark.parametrize("text", ["pressure: {peak_mmhg: 3}", "[1]", "{", "pressure: 3"])
def test_a_configuration_of_another_nervejax(command, runs, tmp_path, text):
    store(tmp_path, Config(), config_yaml=text)
    status, _, err = command("attribute", tmp_path)
    assert (status, len(err)) == (2, 1)
    assert "its configuration cannot be run by this nervejax: " in err[0]
    assert files(tmp_path) == ["episode.h5"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_partner_that_fails_is_one_line_and_leaves_no_folder(command, runs, tmp_path, jobs):
    store(tmp_path, Config(seed=13))
    status, out, err = command("attribute", tmp_path, "--jobs", jobs)
    assert (status, out, err[-1]) == (1, [], "nervejax: seed 13 is unlucky")
    assert [path.name for path in tmp_path.iterdir()] == ["episode.h5"]


def test_ctrl_c_ends_the_other_run_at_its_next_step(command, monkeypatch, episode):
    begun, told = threading.Event(), []

    def simulate(config, out_dir, progress, overrides, stop=None):
        if config.pressure.deforms:
            assert begun.wait(10)
            raise KeyboardInterrupt
        begun.set()
        for step in range(10_000):
            progress(float(step), "going on")
            told.append(step)
            time.sleep(0.001)

    module = ModuleType("nervejax.simulate")
    module.simulate = simulate
    monkeypatch.setitem(sys.modules, "nervejax.simulate", module)
    status, _, err = command("attribute", episode, "--jobs", "2")
    assert (status, err[-1]) == (130, "nervejax: interrupted")
    assert len(told) < 5000
    assert files(episode.parent) == ["episode.h5"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], "no such file or folder: nowhere"),
        (["."], "no episode.h5 in ."),
        (["run", "--jobs", "0"], "--jobs: must be a whole number from 1, not 0"),
        (["run", "--jobs", "two"], "--jobs: must be a whole number from 1, not two"),
        (["run", "--jbos", "2"], "unknown option --jbos, did you mean --jobs?"),
        ([], "path"),
    ],
)
def test_wrong_words(command, runs, episode, words, told):
    status, out, err = command("attribute", *words)
    assert (status, out, len(err)) == (2, [], 1)
    assert told in err[0]
    assert runs == []


def test_a_file_that_is_no_episode(command, runs, tmp_path):
    (tmp_path / "episode.h5").write_bytes(b"text")
    status, _, err = command("attribute", tmp_path)
    assert status in (1, 2)
    assert len(err) == 1


def test_states_beside_the_report(command, episode, monkeypatch):
    monkeypatch.setattr("nervejax.analysis.plots.DOTS_PER_INCH", 40)
    status, out, _ = command("report", episode, "--states", "states.png")
    assert (status, out) == (0, [str(episode.parent / "report.html"), "states.png"])
    assert Path("states.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("states.pdf", "the name must end in .png"),
        ("nowhere/states.png", "must be a file in a folder that is there"),
    ],
)
def test_states_that_cannot_be_written(command, episode, name, told):
    status, _, err = command("report", episode, "--states", name)
    assert (status, err) == (2, [f"nervejax: --states {name}: {told}"])
    assert files(episode.parent) == ["episode.h5"]
