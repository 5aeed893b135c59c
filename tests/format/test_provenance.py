"""What made a file: enough to make it again, nothing about who and where."""

import getpass
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from nervejax.recording import provenance
from nervejax.recording.provenance import checkout, collect
from nervejax.recording.reader import read_provenance
from nervejax.recording.writer import write_episode
from tests.format.example import example_episode

GIT = shutil.which("git") or pytest.fail("these tests need git")


def example() -> dict:
    return collect("seed: 3\n", ["seed=3"], 3, "cpu", "float64", "2026-01-02T03:04:05Z", 7.5)


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    command = [GIT, "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in a checkout with one commit."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    folder = tmp_path / "project" / "src" / "nervejax"
    folder.mkdir(parents=True)
    (folder / "errors.py").write_text("x = 1\n")
    git(tmp_path / "project", "init", "-q")
    git(tmp_path / "project", "add", ".")
    git(tmp_path / "project", "commit", "-q", "-m", "first")
    return folder


def test_holds_what_it_was_given_and_versions() -> None:
    found = example()
    given = ("seed: 3\n", ["seed=3"], 3, "cpu", "float64", "2026-01-02T03:04:05Z", 7.5)
    names = ("config_yaml", "overrides", "seed", "device", "dtype", "started_utc", "wall_s")
    assert tuple(found[name] for name in names) == given
    assert found["versions"]["numpy"] == metadata.version("numpy")
    assert found["versions"]["python"] == platform.python_version()


def test_survives_the_file(tmp_path: Path) -> None:
    found = example()
    path = write_episode(
        example_episode(1), tmp_path / "p.h5", provenance=found, readout={}, summary={}
    )
    assert read_provenance(path) == found


def test_names_no_host_user_or_folder() -> None:
    text = str(example())
    # a short name may be part of an ordinary word
    for private in (platform.node(), getpass.getuser(), str(Path.home()), str(Path.cwd())):
        assert len(private) < 5 or private not in text


def test_clean_checkout(package: Path) -> None:
    assert checkout(package) == {
        "git_commit": git(package, "rev-parse", "HEAD"),
        "git_dirty": False,
    }


@pytest.mark.parametrize("name", ["errors.py", "new.py"])
def test_changed_checkout(package: Path, name: str) -> None:
    (package / name).write_text("x = 2\n")
    assert checkout(package)["git_dirty"] is True


def test_changes_outside_the_package_do_not_count(package: Path) -> None:
    (package.parents[1] / "results.txt").write_text("x")
    assert checkout(package)["git_dirty"] is False


def test_other_repository_above_is_not_ours(package: Path) -> None:
    installed = package.parents[1] / ".venv" / "nervejax"
    installed.mkdir(parents=True)
    (installed / "errors.py").write_text("x = 1\n")
    assert checkout(installed) == {}


def test_no_repository_no_git_slow_git(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checkout(tmp_path) == {}
    monkeypatch.setattr(provenance, "GIT_TIMEOUT_S", 1e-9)
    assert checkout(package) == {}
    monkeypatch.setattr(provenance, "GIT_TIMEOUT_S", 5.0)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert checkout(package) == {}


def test_git_variables_of_a_hook_do_not_mislead(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = checkout(package)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert checkout(package) == expected != {}
