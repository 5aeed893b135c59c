"""``nervejax claims``: wrong words get one line and leave nothing."""

import pytest

from nervejax.cli.main import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "C18"], "unknown claim 'C18'; available: C1, C2, "),
        (["--without", "acids"], "unknown mechanism 'acids', did you mean acid?"),
        (["--physiology", "articel"], "unknown physiology 'articel', did you mean article?"),
        (["--seeds", "0"], "must be a whole number of at least 1, got 0"),
        (["--write", "nowhere/claims.md"], "nowhere/claims.md: cannot be written"),
    ],
)
def test_wrong_words(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["claims", *words]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not list(tmp_path.iterdir())
