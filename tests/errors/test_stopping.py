"""A run that is asked to stop does so in order, and says how to go on; asked twice, at once."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from nervejax.cli import environment
from nervejax.recording.keeper import Stopped
from nervejax.recording.segments import Segments

QUICK = ("hydra.run.dir=r", "output.report=false")
PATIENCE_S = 20.0


@pytest.fixture
def running(monkeypatch, fake_simulate):
    """A run that goes on until it is asked to stop; each call of ``during`` is one slow step."""
    steps, during = [], []

    def simulate(config, out_dir, progress, overrides, stop):
        Segments(Path(out_dir), {"seed": 1}).begin({})
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            steps.append(stop())
            if steps[-1]:
                raise Stopped
            for act in during:
                act()
            time.sleep(0.01)
        raise AssertionError("nobody asked it to stop")

    monkeypatch.setattr(sys.modules["nervejax.simulate"], "simulate", simulate)
    return steps, during


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_between_two_steps(command, running, number):
    steps, during = running
    during.append(lambda: os.kill(os.getpid(), number))
    status, _, err = command("run", *QUICK)
    assert status == 130 and steps == [False, True]
    told = " ".join(err)
    assert "stopping after this slow step" in told
    assert "continue with: nervejax resume r" in told and err[-1] == "nervejax: interrupted"


def test_a_second_signal_ends_it_at_once(command, running):
    steps, during = running
    during.append(lambda: [os.kill(os.getpid(), signal.SIGINT) for _ in range(2)])
    status, _, err = command("run", *QUICK)
    assert status == 130 and steps == [False]
    assert "continue with: nervejax resume r" in " ".join(err)


def test_its_wall_time_is_up(command, running):
    steps, _ = running
    start = time.monotonic()
    status, _, err = command("run", "--wall-limit-min", "0.05", *QUICK)
    assert status == 130 and steps[-1] and time.monotonic() - start < PATIENCE_S / 2
    assert "continue with: nervejax resume r" in " ".join(err)


def test_a_limit_before_the_run_begins_ends_it_in_order(command, running):
    status, out, err = command("run", "--wall-limit-min", "1e-6", *QUICK)
    assert (status, out, err[-1]) == (130, [], "nervejax: interrupted")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_that_python_dropped_still_ends_it(command, running, monkeypatch):
    """What a handler raises within a callback of the garbage collector is printed and forgotten."""
    steps, _ = running

    class Dropped:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)

    prepare = environment.prepare

    def prepared():
        Dropped()
        prepare()

    monkeypatch.setattr(environment, "prepare", prepared)
    status, out, _ = command("run", *QUICK)
    assert (status, out, steps) == (130, [], [])


@pytest.mark.parametrize("limit", ["0", "-1", "x", "nan", "inf"])
def test_a_limit_that_is_none_is_one_line(command, running, limit):
    status, _, err = command("run", f"--wall-limit-min={limit}", *QUICK)
    assert status == 2 and len(err) == 1 and "number of minutes above 0" in err[0]


def test_the_handlers_are_given_back(command, running):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    _, during = running
    during.append(lambda: os.kill(os.getpid(), signal.SIGTERM))
    command("run", *QUICK)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_two_runs_in_one_folder(command, running, tmp_path):
    from nervejax.recording.ledger_lock import locked

    with locked(tmp_path / "r", "segments"):
        status, _, err = command("run", *QUICK)
    assert status == 1 and "another nervejax process works in this folder" in err[-1]
