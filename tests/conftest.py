"""What all tests share: repeatable examples and a stand-in for the simulation."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from nervejax.errors import NervejaxError

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("repeatable")


_PROGRAMS = "JAX_COMPILATION_CACHE_DIR"
_made = pytest.StashKey[str]()


def pytest_configure(config):
    """One cache of compiled programs for all processes of the tests, gone at their end."""
    if not hasattr(config, "workerinput") and _PROGRAMS not in os.environ:
        config.stash[_made] = os.environ[_PROGRAMS] = tempfile.mkdtemp(prefix="nervejax-tests-")
        os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.3")


def pytest_unconfigure(config):
    """Remove the cache."""
    if _made in config.stash:
        shutil.rmtree(config.stash[_made], ignore_errors=True)


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

    def simulate(config, out_dir, progress, overrides, stop=None):
        progress(0.0, "halfway")
        return run(config, out_dir)

    def run(config, out_dir):
        given.append(config)
        failure = {
            13: NervejaxError("seed 13 is unlucky"),
            14: KeyError("bug"),
            15: KeyboardInterrupt(),
        }
        if config.seed in failure:
            raise failure[config.seed]
        episode = Path(out_dir) / "episode.h5"
        episode.parent.mkdir(parents=True, exist_ok=True)
        episode.write_bytes(b"")
        return episode

    def simulate_many(configs, out_dirs, ended, progress, overrides):
        assert len(configs) == len(out_dirs) == len(overrides)
        progress(0.5)
        for number, (config, out_dir) in enumerate(zip(configs, out_dirs, strict=True)):
            try:
                outcome = run(config, out_dir)
            except Exception as error:
                outcome = error
            ended(number, outcome)

    monkeypatch.setattr("nervejax.cli.run.blown_up", lambda episode: 0)  # their files are empty
    module = ModuleType("nervejax.simulate")
    module.simulate, module.simulate_many = simulate, simulate_many
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
