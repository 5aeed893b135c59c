"""The script ``run``, with an interpreter that only notes what it is asked to do."""

import os
import shutil
import stat
import subprocess
import sys

import pytest

PYTHON = """#!/bin/sh
# stands in for python: notes every call; makes an "environment" that is a copy of itself
case "$1 ${{2-}}" in
"-c "*) exec {real} "$@" ;;
"- "*) exec {real} "$@" ;;
"-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
"-m pip") [ ! -e {folder}/no-network ] || exit 1 ;;
esac
echo "$@" >>{folder}/calls
"""


@pytest.fixture
def script(root, tmp_path):
    """Call a copy of ``run`` from another folder; gives status, error text and what it called."""
    home = tmp_path / "the checkout"
    home.mkdir()
    for name in ("run", "pyproject.toml", "constraints.txt"):
        shutil.copy(root / name, home / name)
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(PYTHON.format(real=sys.executable, folder=tmp_path))
    python.chmod(0o755)
    calls = tmp_path / "calls"

    def call(*words, **environ):
        calls.write_text("")
        path = f"{python.parent}:/usr/bin:/bin"
        done = subprocess.run(
            [home / "run", *words], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={"PATH": path, "HOME": str(tmp_path), **environ},
        )  # fmt: skip
        return done.returncode, done.stderr, calls.read_text().splitlines()

    call.home, call.folder = home, tmp_path
    return call


def test_sets_up_once(script):
    status, err, calls = script()
    assert status == 0, err
    assert [line.split()[1] for line in calls] == ["venv", "pip", "nervejax"]
    assert f"-c {script.home}/constraints.txt -e {script.home}[plots]" in calls[1]
    assert script()[2] == ["-m nervejax run"]


@pytest.mark.parametrize(
    ("words", "called"),
    [
        (["seed=3", "population.n_c=5"], "-m nervejax run seed=3 population.n_c=5"),
        (["-m", "seed=1,2"], "-m nervejax run -m seed=1,2"),
        (["+a=1"], "-m nervejax run +a=1"),
        (["~a"], "-m nervejax run ~a"),
        (["run", "seed=1"], "-m nervejax run seed=1"),
        (["report", "x y"], "-m nervejax report x y"),
        (["--version"], "-m nervejax --version"),
    ],
)
def test_words_go_to_the_right_command(script, words, called):
    script("setup")
    assert script(*words)[2] == [called]


def test_setup_only_sets_up(script):
    assert [line.split()[1] for line in script("setup")[2]] == ["venv", "pip"]


def test_the_tests_bring_their_tools_once(script):
    calls = script("test", "-x", "tests/config")[2]
    assert [line.split()[1] for line in calls] == ["venv", "pip", "pip", "pytest"]
    assert calls[-1] == "-m pytest -n auto --maxprocesses 8 --dist loadfile -x tests/config"
    tools = (script.home / ".venv" / "dev.txt").read_text()
    assert "pytest" in tools
    assert "ruff" in tools
    assert script("test")[2] == ["-m pytest -n auto --maxprocesses 8 --dist loadfile"]


def test_an_interrupted_set_up_starts_over(script):
    (script.folder / "no-network").touch()
    status, err, calls = script()
    assert status == 1
    assert "Call again to start over" in err
    assert not any("nervejax run" in line for line in calls)
    (script.folder / "no-network").unlink()
    (script.home / ".venv" / "half").touch()
    assert [line.split()[1] for line in script()[2]] == ["venv", "pip", "nervejax"]
    assert not (script.home / ".venv" / "half").exists()


def test_an_interrupted_removal_starts_over(script):
    script("setup")
    pins = script.home / "constraints.txt"
    before = pins.read_text()
    pins.write_text(before + "# changed\n")
    removal = script.folder / "bin" / "rm"
    removal.write_text('#!/bin/sh\n[ "$1" != -rf ] && exec /bin/rm "$@"\n')
    removal.chmod(0o755)
    assert script()[0] != 0
    removal.unlink()
    pins.write_text(before)
    assert [line.split()[1] for line in script()[2]] == ["venv", "pip", "nervejax"]


def test_changed_pins_are_installed(script):
    script("setup")
    with (script.home / "constraints.txt").open("a") as pins:
        pins.write("# changed\n")
    assert [line.split()[1] for line in script()[2]] == ["venv", "pip", "nervejax"]


def test_python_too_old_is_one_line(script):
    old = script.folder / "old"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 || exit 1\n')
    old.chmod(old.stat().st_mode | stat.S_IXUSR)
    status, err, calls = script(PYTHON=str(old))
    assert (status, calls) == (1, [])
    assert len(err.splitlines()) == 1
    assert "Python 3.11 or newer is needed" in err
    assert "Python 3.9.2" in err


def test_a_newer_python_beside_an_old_one_is_found(script):
    good = script.folder / "bin" / "python3"
    shutil.move(good, good.with_name("python3.13"))
    good.write_text("#!/bin/sh\nexit 1\n")
    good.chmod(0o755)
    assert script()[2][-1] == "-m nervejax run"


def test_setup_brings_the_commit_hook_and_leaves_an_own_one(script):
    git = shutil.which("git")
    subprocess.run([git, "init", "-q", script.home], check=True, env={**os.environ, "HOME": "/"})

    def hooks():
        words = [git, "-C", script.home, "config", "core.hooksPath"]
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()

    script()
    assert hooks() == ""
    script("setup")
    assert hooks() == ".githooks"
    subprocess.run([git, "-C", script.home, "config", "core.hooksPath", "mine"], check=True)
    script("setup")
    assert hooks() == "mine"
