"""The shape of the project: who may import whom, how big a file may be, how words are spelt."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST = 300
VAGUE_NAMES = {"utils", "util", "helpers", "common", "base", "misc", "core", "tools"}
LAYERS = [
    "__main__", "cli", "claims | ensembles", "checks", "simulate", "analysis | episode | fibre",
    "recording | kernels | peers", "population", "tissue", "membranes", "config", "errors | units",
]  # fmt: skip


def test_import_contracts_hold():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_have_not_been_loosened():
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contracts = linter["contracts"]
    assert not any("ignore_imports" in contract for contract in contracts)
    (layers,) = [contract for contract in contracts if contract["type"] == "layers"]
    assert layers["layers"] == LAYERS
    assert layers["exhaustive"]
    forbidden = {
        (source.removeprefix("nervejax."), target)
        for contract in contracts
        if contract["type"] == "forbidden"
        for source in contract["source_modules"]
        for target in contract["forbidden_modules"]
    }
    rooms = {room.strip() for row in LAYERS[2:] for room in row.split("|")}
    assert {(room, "hydra") for room in rooms} <= forbidden
    assert {("recording", "jax"), ("analysis", "jax"), ("kernels", "h5py")} <= forbidden


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_room(path):
    assert len(path.read_text().splitlines()) <= LONGEST
    assert path.stem not in VAGUE_NAMES


def test_british_fibre():
    other = re.compile("fiber(?!glass)", re.IGNORECASE)
    files = [*SOURCES, *(ROOT / "configs").rglob("*.yaml"), *(ROOT / "docs").rglob("*.md")]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if other.search(line) and not _is_someone_elses(line)
    ]
    assert found == []


def _is_someone_elses(line):
    """A paper's title, a project's name or an address keeps its own spelling."""
    return bool(re.search(r"PyFibers|\b(19|20)\d\d\b|doi|https?://", line, re.IGNORECASE))


def test_nothing_unfinished():
    words = re.compile(r"NotImplementedError|\bTODO\b|\bFIXME\b|pytest\.mark\.(skip|xfail)")
    files = [path for path in [*SOURCES, *TESTS] if path != Path(__file__).resolve()]
    found = [path.name for path in files if words.search(path.read_text())]
    assert found == []


def test_every_module_says_what_it_is_for():
    assert [p.name for p in SOURCES if not p.read_text().lstrip().startswith('"""')] == []


def test_pins_name_no_host_and_know_both_pythons():
    pins = (ROOT / "constraints.txt").read_text()
    assert "://" not in pins
    assert re.search(r"^jax==\S+ ; python_full_version < '3.12'$", pins, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=\[]", requirement)[0]
        assert re.search(rf"^{name}==", pins, re.MULTILINE), name


def test_entry_points_can_be_executed():
    for name in ("run", ".ci/run", ".githooks/pre-commit"):
        assert os.access(ROOT / name, os.X_OK), name


def test_citation_names_this_version():
    import nervejax

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == nervejax.__version__
