"""One example episode, written once for all tests that only read it."""

from pathlib import Path

import pytest

from nervejax.recording.model import EpisodeRecord
from tests.format.example import example_episode, write_example


@pytest.fixture(scope="session")
def episode() -> EpisodeRecord:
    return example_episode()


@pytest.fixture(scope="session")
def episode_path(tmp_path_factory: pytest.TempPathFactory, episode: EpisodeRecord) -> Path:
    return write_example(tmp_path_factory.mktemp("run") / "episode.h5", episode)
