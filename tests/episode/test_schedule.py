"""Slow steps and windows."""

import pytest

from nervejax.config import Config
from nervejax.episode.schedule import Clock, is_fresh, slow_step_s, window_s


def steps(**changes):
    config = Config()
    for key, value in changes.items():
        setattr(config.duration, key, value)
    t, out = -config.duration.baseline_s, []
    end = config.duration.compression_s + config.duration.recovery_s
    while t < end - 1e-9:
        dt = slow_step_s(t, config.duration, config.numerics)
        out.append((t, dt))
        t += dt
    return out, t


@pytest.mark.parametrize("compression_s", [0.0, 3.3, 1200.0])
def test_steps_meet_onset_release_and_end(compression_s):
    found, end = steps(compression_s=compression_s)
    starts = [round(t, 6) for t, _ in found]
    assert 0.0 in starts and compression_s in starts
    assert end == pytest.approx(compression_s + 900.0)
    assert all(dt > 0 for _, dt in found)


def test_windows_are_chosen_before_they_start():
    n = Config().numerics
    n.duty, n.active_gain = 0.02, 4.0
    quiet = window_s(5.0, False, False, n, 0.06)
    assert quiet == pytest.approx(0.1)
    assert window_s(5.0, True, False, n, 0.06) == pytest.approx(0.4)
    assert window_s(2.0, True, True, n, 0.06) == pytest.approx(n.release_window_s)
    assert window_s(0.03, True, True, n, 0.06) == 0.03
    n.duty = 1.0
    assert window_s(1.0, False, False, n, 0.06) == 1.0


def test_fresh_only_after_a_release():
    d = Config().duration
    assert is_fresh(d.compression_s + 1, d)
    assert not is_fresh(d.compression_s - 1, d)
    d.compression_s = 0.0
    assert not is_fresh(1.0, d)


def test_clock():
    clock = Clock(10.0)
    assert [clock.due(t) for t in (-5, 0, 5, 6, 15)] == [True, False, True, False, True]
