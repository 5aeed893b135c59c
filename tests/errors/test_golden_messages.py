"""T14: what is said about wrong input, word for word; one line for each mistake, and nothing is written.

``NERVEJAX_WRITE_GOLDEN=1 pytest tests/errors/test_golden_messages.py`` writes the golden file anew; read
the difference as somebody who made the mistake would.
"""

import os
import re
import shlex
from pathlib import Path

import pytest
from tests.errors.golden import FILES, SINGLE, WHOLE

GOLDEN = Path(__file__).with_name("golden_messages.txt")
LONGEST_LINE = 700
MOST_LINES = 3
CASES = {shlex.join(words): words for words in SINGLE} | WHOLE


def _read():
    found = {}
    for block in GOLDEN.read_text(encoding="utf-8").split("\n\n") if GOLDEN.exists() else []:
        head, status, *lines = block.strip("\n").split("\n")
        found[head.removeprefix("$ ")] = (int(status), lines)
    return found


KNOWN = _read()
SAID = {}


@pytest.fixture(scope="module", autouse=True)
def written_if_asked():
    yield
    if os.environ.get("NERVEJAX_WRITE_GOLDEN"):
        blocks = [
            "\n".join([f"$ {name}", str(status), *lines]) for name, (status, lines) in SAID.items()
        ]
        GOLDEN.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _steady(line, folder):
    """Without the test's own folder, and with the choices as Python 3.12 lists them."""
    line = line.replace(f"{folder}/", "")
    return re.sub(r"\(choose from [^)]*\)", lambda found: found[0].replace("'", ""), line)


@pytest.fixture
def said(command, fake_simulate, tmp_path, monkeypatch, capsys):
    """What a command says; nothing is simulated, executed or written."""
    monkeypatch.setenv("COLUMNS", "200")
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    def call(words):
        before = sorted(tmp_path.rglob("*"))
        status, out, err = command(*words)
        assert sorted(tmp_path.rglob("*")) == before and fake_simulate == []
        assert out == [] and status in (1, 2)
        assert all(line.startswith("nervejax: ") for line in err), err
        return status, [_steady(line.removeprefix("nervejax: "), tmp_path) for line in err]

    return call


@pytest.mark.parametrize("name", CASES)
def test_the_message_is_the_golden_one(said, name):
    status, lines = SAID[name] = said(CASES[name])
    assert lines and all(len(line) <= LONGEST_LINE and line.isprintable() for line in lines)
    if name in WHOLE:
        assert len(lines) == len(CASES[name]) - 1
        for word, line in zip(CASES[name][1:], lines, strict=True):
            assert line.startswith(word.partition("=")[0]), (word, line)
    else:
        assert len(lines) <= MOST_LINES
    if not os.environ.get("NERVEJAX_WRITE_GOLDEN"):
        assert (status, lines) == KNOWN[name]


def test_there_are_enough_of_them_and_none_is_left_over():
    if os.environ.get("NERVEJAX_WRITE_GOLDEN"):
        return
    assert KNOWN.keys() == CASES.keys()
    assert sum(len(lines) for _, lines in KNOWN.values()) >= 200
