"""Compiled programs are kept for the next process; a broken one does no harm."""

import os
import subprocess
import sys

import pytest

from nervejax.cli.programs import LEAST_S, PLACE, keep_programs

COMPILE = """
import sys
from nervejax.cli.programs import keep_programs
folder = keep_programs()
import jax, jax.numpy as jnp
f = jax.jit(lambda x: jnp.linalg.solve(x @ x.T + jnp.eye(64), jnp.sin(x)))
print(float(f(jnp.ones((64, 64))).sum()))
"""


@pytest.fixture
def run(tmp_path):
    def call():
        env = {k: v for k, v in os.environ.items() if k != PLACE}
        env |= {"XDG_CACHE_HOME": str(tmp_path / "cache"), LEAST_S: "0"}
        done = subprocess.run(
            [sys.executable, "-c", COMPILE], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done

    return call


def test_the_next_process_finds_them_and_a_broken_one_is_thrown_away(run, tmp_path):
    first = run()
    (folder,) = (tmp_path / "cache" / "nervejax").iterdir()
    kept = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert kept
    assert run().stdout == first.stdout
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == kept
    for path in kept:
        path.write_bytes(path.read_bytes()[:50])  # killed while it was written
    after = run()
    assert after.stdout == first.stdout and after.stderr == ""
    run()
    assert all(path.stat().st_size > 50 for path in folder.iterdir())


def test_what_the_user_has_set_stays(tmp_path):
    environ = {PLACE: "/mine"}
    assert keep_programs(environ) is None and environ == {PLACE: "/mine"}
    (tmp_path / "file").touch()
    environ = {"XDG_CACHE_HOME": str(tmp_path / "file")}
    assert keep_programs(environ) is None and PLACE not in environ
