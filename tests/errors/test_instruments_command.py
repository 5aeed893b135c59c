"""``nervejax instruments``: what it writes, and one line for what it cannot show."""

import subprocess
import sys
import time

import pytest
from tests.unit.test_instruments_excitability import episode as with_test

from nervejax.analysis.readout import readout
from nervejax.analysis.summary import summarise
from nervejax.cli.main import COMMANDS
from nervejax.recording.writer import write_episode


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    monkeypatch.setitem(COMMANDS, "instruments", "virtual instruments")


def store(folder, record):
    series = readout(record)
    summary = summarise(record, series)
    return write_episode(
        record, folder / "episode.h5", provenance={}, readout=series, summary=summary
    )


@pytest.fixture
def run(tmp_path):
    """A folder with an episode that holds an excitability test of A-beta fibres, and no C fibres."""
    record = with_test()
    for held in record.populations.values():
        up = held.fibres["conducting"] > 0
        held.nodes["conduction_velocity_m_per_s"] = up[0] * 50.0
        held.fibres["latency_ms"] = up * 1.0
    del record.populations["c"]
    return store(tmp_path / "run", record).parent


def names(folder):
    return sorted(path.name for path in folder.glob("*.png"))


def test_all_instruments_beside_the_episode(command, run):
    status, out, err = command("instruments", run)
    assert (status, err) == (0, [])
    assert names(run / "instruments") == [
        "conduction_abeta.png", "conduction_adelta.png", "excitability_abeta.png",
        "microneurography_abeta.png", "microneurography_adelta.png",
    ]  # fmt: skip
    assert len(out) == 5
    assert all(line.endswith(".csv)") for line in out)


def test_one_class_and_another_folder(command, run, tmp_path):
    words = ("--population", "adelta", "--ncs", "--at-min", "-0.5", "3", "--out", tmp_path / "x")
    status, _, err = command("instruments", run, *words)
    assert (status, err) == (0, [])
    assert names(tmp_path / "x") == ["conduction_adelta.png"]
    header = (tmp_path / "x" / "conduction_adelta_traces.csv").read_text().splitlines()[0]
    assert header == "since_stimulus_ms,cnap_at_-30_s_rel,cnap_at_180_s_rel"


def test_what_is_not_there_is_left_out_when_nothing_was_named(command, tmp_path, run):
    from nervejax.recording.reader import read_episode

    record = read_episode(run)
    record.populations["abeta"].excitability = None
    other = store(tmp_path / "other", record).parent
    status, out, err = command("instruments", other)
    assert status == 0 and len(out) == 4
    assert err == [
        "nervejax: left out: the episode holds no excitability test; run with "
        "instruments.excitability_at_s=[-5,600]"
    ]
    status, out, err = command("instruments", other, "--excitability")
    assert (status, out, len(err)) == (2, [], 1)
    assert "run with instruments.excitability_at_s=[-5,600]" in err[0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--population", "abta"], "no such fibres, did you mean abeta? (it has: abeta, adelta)"),
        (["--population", "c"], "--population c: the episode has no such fibres"),
        (["--excitability", "--population", "adelta"], "no excitability test of A-delta fibres"),
        (["--fibres", "0"], "must be a whole number from 1, not 0"),
        (["--at-min", "soon"], "must be a number of minutes, not soon"),
        (["--micro", "--from-min", "50"], "no window of A-beta fibres opens from 50 min on"),
        (["--mirco"], "unknown option --mirco, did you mean --micro?"),
        (["--out", "taken"], "--out taken: is a file"),
    ],
)
def test_one_line_that_tells(command, run, tmp_path, words, told):
    (tmp_path / "taken").touch()
    status, out, err = command("instruments", run, *words)
    assert (status, out, len(err)) == (2, [], 1)
    assert told in err[0]
    assert not (run / "instruments").exists()


def test_no_episode_there(command, tmp_path):
    status, _, err = command("instruments", tmp_path)
    assert (status, err) == (2, [f"nervejax: no episode.h5 in {tmp_path}"])


def test_help_is_fast_and_needs_nothing_heavy():
    code = (
        "import sys\nfrom nervejax.cli.instruments import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'jax', 'numpy', 'h5py', 'matplotlib'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--excitability" in done.stdout
    assert time.monotonic() - began < 1.0
