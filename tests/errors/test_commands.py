"""The command line: what a run leaves, how it ends, and that help is fast."""

import subprocess
import sys
import time

import pytest

from nervejax.cli import environment
from nervejax.cli.main import COMMANDS


def test_a_run_leaves_its_folder_and_prints_the_paths(command, fake_simulate, tmp_path):
    status, out, _ = command("run", "seed=5", "scenario=healthy")
    assert status == 0
    (episode,) = tmp_path.glob("results/healthy/*/episode.h5")
    assert out == [str(episode.relative_to(tmp_path))]
    assert "seed=5" in (episode.parent / ".hydra" / "overrides.yaml").read_text()
    assert [config.seed for config in fake_simulate] == [5]


def test_the_report_is_named_when_there_is_one(command, fake_simulate, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.html").touch()
    _, out, _ = command("run", "hydra.run.dir=out")
    assert out == ["out/episode.h5", "out/report.html"]


def test_runs_do_not_share_a_folder(command, fake_simulate, tmp_path):
    for _ in range(3):
        command("run")
    assert len(list(tmp_path.glob("results/leg_crossed/*/episode.h5"))) == 3


def test_a_sweep(command, fake_simulate, tmp_path):
    status, *_ = command("run", "seed=1,2", "-m", "pressure.peak_mmHg=60,90")
    assert status == 0
    assert [(c.seed, c.pressure.peak_mmHg) for c in fake_simulate] == [
        (1, 60), (1, 90), (2, 60), (2, 90)
    ]  # fmt: skip
    found = tmp_path.glob("results/leg_crossed/sweep-*/*/episode.h5")
    assert sorted(path.parent.name for path in found) == ["0", "1", "2", "3"]


def test_a_sweep_with_reports_ends_with_the_page_that_compares_them(
    command, fake_simulate, tmp_path, monkeypatch
):
    from nervejax.analysis import report

    seen = []
    monkeypatch.setattr(report, "write_sweep", lambda folder: seen.append(folder) or folder / "x")
    command("run", "-m", "seed=1,2", "hydra.sweep.dir=plain")
    assert seen == []  # output.report=false, or nothing that draws
    (tmp_path / "drawn" / "1").mkdir(parents=True)
    (tmp_path / "drawn" / "1" / "report.html").touch()
    _, out, _ = command("run", "-m", "seed=1,2", "hydra.sweep.dir=drawn")
    assert [folder.resolve() for folder in seen] == [tmp_path / "drawn"] and out[-1] == "drawn/x"
    command("run", "seed=1", "hydra.run.dir=drawn/1")
    assert len(seen) == 1  # a single run is compared with nothing


def test_a_sweep_over_scenarios_stays_in_one_folder(command, fake_simulate, tmp_path):
    status, *_ = command("run", "-m", "scenario=healthy,leg_crossed")
    assert status == 0
    (sweep,) = tmp_path.glob("results/*/sweep-*")
    assert sorted(path.name for path in sweep.iterdir()) == [".ledger", "0", "1", "multirun.yaml"]


def test_a_failing_run_does_not_stop_a_sweep(command, fake_simulate, tmp_path):
    status, _, err = command("run", "-m", "seed=13,1")
    assert status == 1
    assert "nervejax: seed 13 is unlucky" in err
    assert len(list(tmp_path.glob("results/leg_crossed/sweep-*/1/episode.h5"))) == 1


def test_what_the_user_can_mend_is_one_line(command, fake_simulate, tmp_path):
    status, out, err = command("run", "seed=13")
    assert (status, out, err[-1]) == (1, [], "nervejax: seed 13 is unlucky")
    assert not any("Traceback" in line for line in err)
    assert list(tmp_path.glob("results/*/*")) == []  # no folder without a result


def test_a_bug_keeps_its_traceback(command, fake_simulate):
    status, _, err = command("run", "seed=14")
    assert status == 1
    assert any(line.startswith("Traceback") for line in err)
    assert err[-1] == "KeyError: 'bug'"


def test_ctrl_c(command, fake_simulate):
    status, _, err = command("run", "seed=15")
    assert (status, err[-1]) == (130, "nervejax: interrupted")


def test_results_that_cannot_be_written(command, fake_simulate, tmp_path):
    (tmp_path / "file").touch()
    status, _, err = command("run", "hydra.run.dir=file/x")
    assert status == 1
    assert len(err) == 1
    assert err[0].startswith("nervejax: cannot write the results: ")
    assert fake_simulate == []


def test_showing_the_configuration_runs_nothing(command, fake_simulate, tmp_path):
    status, out, _ = command("run", "--cfg", "job", "seed=9")
    assert status == 0
    assert "seed: 9" in out
    assert (fake_simulate, list(tmp_path.iterdir())) == ([], [])


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("dcotor", "nervejax: unknown command 'dcotor', did you mean doctor?"),
        ("seed=3", "nervejax: unknown command 'seed=3', did you mean nervejax run seed=3?"),
        ("zzz", f"nervejax: unknown command 'zzz' (commands: {', '.join(COMMANDS)})"),
    ],
)
def test_unknown_command(command, word, told):
    assert command(word) == (2, [], [told])


def test_report_of_nothing(command, tmp_path):
    status, _, err = command("report", "nowhere")
    assert (status, len(err)) == (2, 1)
    assert "no such file or folder: nowhere" in err[0]
    assert command("report", tmp_path)[0] == 2


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["run", "--help"],
        ["doctor", "--help"],
        ["fibre", "--help"],
        ["bench", "--help"],
        ["claims", "--help"],
        ["instruments", "--help"],
    ],
)
def test_help_is_fast_and_needs_neither_jax_nor_hydra(words):
    code = (
        "import sys\nfrom nervejax.cli.main import main\n"
        f"try: main({words})\nexcept SystemExit: pass\n"
        "heavy = {'jax', 'numpy', 'h5py', 'hydra'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: nervejax")
    assert time.monotonic() - began < 1.0


def test_help_of_run_lists_every_key_with_its_range(command, capsys):
    with pytest.raises(SystemExit):
        command("run", "--help")
    text = capsys.readouterr().out
    assert "pressure.peak_mmHg=120.0" in text
    assert "tissue pressure at the plateau (between 0 and 2000 mmHg)" in text


@pytest.mark.parametrize(
    ("given", "processes", "threads"),
    [({}, 1, None), ({}, 3, "4"), ({}, 99, "1"), ({environment.THREADS: "7"}, 3, "7")],
)
def test_processes_of_a_run_share_the_cores(monkeypatch, given, processes, threads):
    monkeypatch.setattr(environment, "_usable_cores", lambda: 12)
    monkeypatch.setattr(environment.os, "cpu_count", lambda: 12)
    environ = dict(given)
    environment.prepare(environ, 0, processes)
    assert environ.get(environment.THREADS) == threads
