"""The progress line."""

import io

import pytest

from nervejax.cli.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def clock():
    """A clock that stands still until it is set."""
    now = [100.0]
    return now


def test_a_log_gets_a_line_every_five_seconds_and_a_last_one(clock):
    stream = io.StringIO()
    with Progress(600.0, stream=stream, clock=lambda: clock[0]) as progress:
        for step in range(12):
            clock[0] = 100.0 + step
            progress(step * 50.0, "")
    lines = stream.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["0", "42", "83", "100"]
    assert lines[-1] == "100 %  10.0 min simulated in 11 s"
    assert "\r" not in stream.getvalue()


def test_forecast_leaves_out_what_came_before_the_first_call(clock):
    stream = io.StringIO()
    progress = Progress(100.0, stream=stream, clock=lambda: clock[0])
    clock[0] += 1000.0  # compilation
    progress(10.0)
    clock[0] += 10.0
    progress(30.0, "42 spikes")
    first, second = stream.getvalue().splitlines()
    assert "left" not in first
    assert second == " 30 %  0.5 of 1.7 min  about 35 s left  42 spikes"


def test_a_terminal_gets_one_line_redrawn(clock):
    stream = Terminal()
    with Progress(100.0, stream=stream, clock=lambda: clock[0]) as progress:
        for step in range(5):
            clock[0] += 1.0
            progress(step * 25.0)
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().count("\r") == 6


def test_a_failure_leaves_the_line_standing():
    stream = Terminal()

    def fail():
        with Progress(100.0, stream=stream) as progress:
            progress(5.0)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert stream.getvalue().endswith("\n")
    assert "100 %" not in stream.getvalue()
