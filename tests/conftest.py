"""What all tests share: repeatable examples and a stand-in for the simulation."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from nervejax.errors import NervejaxError

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def root():
    """The checkout."""
    return ROOT


@pytest.fixture
def fake_simulate(monkeypatch):
    """Replace the simulation by one that takes no time; returns the configurations it was given.

    Seed 13 fails as a user can mend, 14 as a bug does, 15 as if Ctrl-C was pressed.
    """
    given = []

    def simulate(config, out_dir, progress, overrides):
        given.append(config)
        progress(0.0, "halfway")
        failure = {
            13: NervejaxError("seed 13 is unlucky"),
            14: KeyError("bug"),
            15: KeyboardInterrupt(),
        }
        if config.seed in failure:
            raise failure[config.seed]
        episode = Path(out_dir) / "episode.h5"
        episode.write_bytes(b"")
        return episode

    module = ModuleType("nervejax.simulate")
    module.simulate = simulate
    monkeypatch.setitem(sys.modules, "nervejax.simulate", module)
    return given


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    """Run ``nervejax WORDS`` in an empty folder; gives status, output and error lines."""
    from nervejax.cli.main import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XLA_FLAGS", "")

    def call(*words):
        status = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return status, out.splitlines(), err.splitlines()

    return call
