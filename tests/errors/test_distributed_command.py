"""``nervejax run --distributed``: what is refused, and how a run ends when a partner does."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from nervejax.cli import distributed

PARTNER = """
import sys, time
from nervejax.episode.meeting import meet
with meet(sys.argv[1], 1, 2, {"machine": "m"}, wait_s=20) as team:
    print("met", flush=True)
    team.gather(b"")
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--distributed"], "finds neither Slurm (srun) nor Open MPI (mpirun)"),
        (["--distributed", "seed=3"], "finds neither Slurm"),
        (["--distributed", "here:0"], "--distributed here:0: must be HOST:PORT"),
        (["--distributed", "here:77777", "--processes=2", "--process=0"], "must be HOST:PORT"),
        (["--distributed", "here:7", "--processes", "2"], "go together"),
        (["--distributed", "here:7", "--processes=2", "--process=2"], "between 0 and 1"),
        (["--distributed", "here:7", "--processes=0", "--process=0"], "between 1 and 4096"),
        (["--processes", "2", "--process", "0"], "need --distributed HOST:PORT"),
        (["-m", "--distributed", "here:7", "seed=1,2"], "-m runs many; leave one out"),
    ],
)
def test_options_that_do_not_fit_are_one_line(command, fake_simulate, tmp_path, words, said):
    status, out, err = command("run", *words)
    assert (status, out, len(err)) == (2, [], 1) and said in err[0]
    assert list(tmp_path.iterdir()) == []


def test_the_configuration_is_printed_without_partners(command, fake_simulate):
    status, out, _ = command(
        "run", "--distributed", "here:7", "--processes=2", "--process=1", "--cfg", "job"
    )
    assert status == 0 and any(line.startswith("population:") for line in out)


@pytest.fixture
def partner(monkeypatch, tmp_path):
    """A second process on loopback, and the words by which the first one meets it."""
    monkeypatch.setattr(distributed, "_about", lambda _: {"machine": "m"})
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(
        [sys.executable, "-c", PARTNER, address], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=tmp_path,
    )  # fmt: skip
    yield process, ["--distributed", address, "--processes=2", "--process=0"]
    process.kill()
    process.communicate()


@pytest.fixture
def simulating(monkeypatch, fake_simulate):
    """What the simulation does with its engine is given by the test."""
    module = sys.modules["nervejax.simulate"]
    jobs = []

    def simulate(config, out_dir, progress, overrides, engine):
        for job in jobs:
            job(engine._team)
        (out_dir / "episode.h5").write_bytes(b"")
        return out_dir / "episode.h5"

    monkeypatch.setattr(module, "simulate", simulate)
    return jobs


def test_a_killed_partner_ends_the_run_with_one_line(command, simulating, partner, tmp_path):
    process, words = partner

    def kill(team):
        assert process.stdout.readline() == "met\n"
        team.gather(b"")
        os.kill(process.pid, signal.SIGKILL)
        team.gather(b"")

    simulating.append(kill)
    began = time.monotonic()
    status, out, err = command("run", *words)
    assert time.monotonic() - began < 20.0
    assert (status, out) == (1, [])
    assert err[-1].startswith("nervejax: process 1 of 2 on ") and "has gone" in err[-1]
    assert not any("Traceback" in line for line in err)
    assert list(tmp_path.glob("results/*/*")) == []


def test_a_run_that_fails_tells_its_partner(command, simulating, partner):
    process, words = partner

    def fail(team):
        raise ValueError("a bug")

    simulating.append(fail)
    status, _, err = command("run", *words)
    assert status == 1 and "ValueError: a bug" in err
    _, said = process.communicate(timeout=20)
    assert said.splitlines()[-1].endswith("NervejaxError: process 0 failed, see what it says")


def test_a_partner_that_goes_after_the_file_is_there_does_no_harm(command, simulating, partner):
    process, words = partner
    simulating += [lambda team: team.gather(b""), lambda team: process.kill()]
    status, out, _ = command("run", *words)
    assert status == 0 and out[0].endswith("episode.h5")
