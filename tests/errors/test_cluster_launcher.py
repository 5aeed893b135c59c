"""``hydra/launcher=batch_submitit``: what it leaves, what it asks of Slurm, and how it ends."""

import os
import re

import pytest

from hydra_plugins.nervejax_batch import _clusters, _watch

pytest.importorskip("submitit")

SWEEP = ("run", "-m", "hydra.sweep.dir=swept", "hydra/launcher=batch_submitit")

STUBS = {
    "sbatch": 'cp "$1" {log}/script; echo "Submitted batch job 7"',
    "srun": "exit 1",
    "scancel": 'echo "$@" >> {log}/cancelled',
    "squeue": 'echo "$@" >> {log}/asked; echo "7_0 TIMEOUT"; echo "7_1 RUNNING"',
}


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """Commands that stand in for Slurm: they note what they are given and run nothing."""
    log, path = tmp_path / "slurm", os.environ["PATH"]
    (log / "bin").mkdir(parents=True)

    def use(**changed):
        for name, body in (STUBS | changed).items():
            file = log / "bin" / name
            file.write_text(f"#!/bin/sh\n{body.format(log=log)}\n")
            file.chmod(0o755)
        monkeypatch.setenv("PATH", f"{log / 'bin'}:{path}")
        return log

    monkeypatch.setattr(_clusters, "ASK_EVERY_S", 0.0)
    monkeypatch.setattr(_clusters.Slurm, "grace_s", 0.0)
    monkeypatch.setattr(_watch, "LOOK_EVERY_S", 0.02)
    return use


def tree(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if ".submitit" not in path.parts
    )


def test_a_sweep_leaves_what_batch_leaves(command, fake_simulate, tmp_path):
    status, _, err = command(
        *SWEEP, "hydra.launcher.cluster=debug", "hydra.launcher.groups=2", "seed=1,2,13"
    )
    assert status == 1
    assert "nervejax: seed 13 is unlucky" in err
    (tmp_path / "swept").rename(tmp_path / "debug")
    command("run", "-m", "hydra.sweep.dir=swept", "seed=1,2,13")
    assert tree(tmp_path / "debug") == tree(tmp_path / "swept")
    for name in ("0/.hydra/config.yaml", "1/.hydra/config.yaml", "1/nervejax.log"):
        here, there = (tmp_path / folder / name for folder in ("debug", "swept"))
        assert here.read_text() == there.read_text()
    assert len(list((tmp_path / "debug" / ".submitit").glob("notes-*/*.jsonl"))) == 2


def test_what_slurm_is_asked_for(command, fake_simulate, slurm, tmp_path):
    log = slurm(squeue='echo "7_0 TIMEOUT"; echo "7_1 NODE_FAIL"')
    status, _, err = command(
        *SWEEP, "hydra.launcher.groups=2", "hydra.launcher.timeout_min=90",
        "hydra.launcher.gpus_per_node=1", "hydra.launcher.cpus_per_task=3",
        "hydra.launcher.mem_GB=1.5", "hydra.launcher.partition=long", "hydra.launcher.account=me",
        "hydra.launcher.array_parallelism=1", "hydra.launcher.setup=[module load cuda]",
        "+hydra.launcher.additional_parameters.reservation=mine", "seed=1,2,3",
    )  # fmt: skip
    script = (log / "script").read_text()
    asked = dict(re.findall(r"^#SBATCH --([\w-]+)=(.*)$", script, re.MULTILINE))
    expected = {
        "array": "0-1%1", "time": "90", "gpus-per-node": "1", "cpus-per-task": "3",
        "mem": "1536MB", "partition": "long", "account": "me", "reservation": "mine",
        "signal": "USR2@90", "job-name": "nervejax",
    }  # fmt: skip
    assert {name: asked.get(name) for name in expected} == expected
    assert script.index("module load cuda") < script.index("srun")
    assert status == 1
    lost = [line for line in err if "ended before it was done" in line]
    assert [re.findall(r"\((job 7_\d)\).*\((\w+)\)", line)[0] for line in lost] == [
        ("job 7_0", "TIMEOUT"), ("job 7_0", "TIMEOUT"), ("job 7_1", "NODE_FAIL"),
    ]  # fmt: skip
    assert any("nervejax resume swept" in line for line in err)


def test_fail_fast_takes_the_array_back(command, fake_simulate, slurm):
    log = slurm()
    status, _, err = command(*SWEEP, "--fail-fast", "hydra.launcher.runs_per_group=1", "seed=1,2")
    assert (status, (log / "cancelled").read_text()) == (1, "7\n")
    assert any("nervejax resume swept" in line for line in err)


def test_ctrl_c_takes_the_array_back_and_says_how_to_go_on(
    command, fake_simulate, slurm, monkeypatch
):
    log = slurm(squeue='echo "7_0 PENDING"; echo "7_1 PENDING"')

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(_watch.time, "sleep", interrupted)
    status, _, err = command(*SWEEP, "hydra.launcher.runs_per_group=1", "seed=1,2")
    assert (status, (log / "cancelled").read_text()) == (130, "7\n")
    assert any("nervejax resume swept" in line for line in err)


def test_slurm_that_forgot_the_array(command, fake_simulate, slurm):
    slurm(squeue='echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1')
    status, _, err = command(*SWEEP, "seed=1,2")
    assert status == 1
    assert sum("(FORGOTTEN)" in line for line in err) == 2


def test_slurm_that_refuses(command, fake_simulate, slurm):
    slurm(sbatch='echo "sbatch: error: invalid account" >&2; exit 1')
    status, _, err = command(*SWEEP, "seed=1,2")
    assert status == 1
    assert "nervejax: Slurm refused the runs: sbatch: error: invalid account" in err
    assert not any("Traceback" in line for line in err)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["hydra.launcher.cluster=slrum"], "slrum: must be one of slurm, local, debug, did you"),
        (["hydra.launcher.runs_per_group=0"], "runs_per_group=0: must be at least 1"),
        (["hydra.launcher.timeout_min=soon"], "timeout_min"),
        (["hydra.launcher.time_min=1"], "hydra.launcher.time_min"),
        ([], "there is no sbatch here"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    command, fake_simulate, tmp_path, monkeypatch, words, told
):
    monkeypatch.setenv("PATH", str(tmp_path))
    status, out, err = command(*SWEEP, *words, "seed=1,2")
    assert (status, out, fake_simulate, list(tmp_path.iterdir())) == (2, [], [], [])
    assert len(err) == 1 and told in err[0]


def test_without_submitit(command, fake_simulate, tmp_path, monkeypatch):
    from hydra_plugins.nervejax_batch import submitit_launcher

    monkeypatch.setattr(submitit_launcher, "find_spec", lambda name: None)
    status, _, err = command(*SWEEP, "hydra.launcher.cluster=local", "seed=1")
    assert (status, list(tmp_path.iterdir())) == (2, [])
    assert err == [
        "nervejax: hydra/launcher=batch_submitit needs submitit: pip install 'nervejax[cluster]'"
    ]
