"""A sweep that is killed in the middle ends, once resumed, with the files of an unbroken one."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from nervejax.cli.compose import compose
from nervejax.recording.reader import read_summary
from nervejax.simulate import simulate
from tests.episode.test_batch import content

WORDS = [
    "output.report=false", "duration.baseline_s=1", "duration.compression_s=5", "stimuli.every_s=0",
    "population.n_abeta=1", "population.n_adelta=0", "population.n_c=0",
]  # fmt: skip
SHORT_S, LONG_S = 2, 80
PATIENCE_S = 120.0


@pytest.fixture
def killed(tmp_path):
    """A sweep of a short run and a long one, killed as soon as the short one's file was there."""
    sweep = tmp_path / "swept"
    swept = f"duration.recovery_s={SHORT_S},{LONG_S}"
    words = ["run", "-m", *WORDS, swept, f"hydra.sweep.dir={sweep}"]
    with subprocess.Popen(
        [sys.executable, "-m", "nervejax", *words],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            until = time.monotonic() + PATIENCE_S
            while not (sweep / "0" / "episode.h5").exists():
                assert process.poll() is None, process.stderr.read().decode()
                assert time.monotonic() < until
                time.sleep(0.02)
        finally:
            os.kill(process.pid, signal.SIGKILL)
    return sweep


def test_kill_9_and_resume(killed, command, tmp_path):
    done = killed / "0" / "episode.h5"
    before = (done.read_bytes(), done.stat().st_mtime_ns)
    assert not (killed / "1" / "episode.h5").exists()
    assert read_summary(done)  # what is there is whole
    status, out, err = command("resume", killed)
    assert status == 0, err
    assert "1 of 2 runs were whole; 1 done now; 0 failed" in out
    assert (done.read_bytes(), done.stat().st_mtime_ns) == before
    assert not [path for path in killed.rglob("*") if path.suffix in (".partial", ".part")]
    (config,) = compose([*WORDS, f"duration.recovery_s={LONG_S}"])
    unbroken = content(simulate(config, tmp_path / "alone"))
    found = content(killed / "1" / "episode.h5")
    assert unbroken.keys() == found.keys() and len(found) > 50
    for name, values in unbroken.items():
        floats = np.asarray(values).dtype.kind == "f"
        assert np.array_equal(values, found[name], equal_nan=floats), name
