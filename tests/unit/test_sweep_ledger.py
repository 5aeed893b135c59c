"""The ledger of a sweep: what was planned comes back, and nothing strange in it is believed."""

import json
import os
import subprocess
import sys

import pytest
import yaml

from nervejax.errors import NervejaxError
from nervejax.recording import ledger_journal as journal
from nervejax.recording import sweep_ledger as ledger
from nervejax.recording.ledger_lock import locked
from nervejax.recording.ledger_text import differences, is_inside, patched
from tests.unit.collect_example import store


def wanted(folder, seed=0, peak_mmHg=60.0):
    config = {"name": "arm", "seed": seed, "pressure": {"peak_mmHg": peak_mmHg, "flat": True}}
    composed = config | {"hydra": {"job": {"num": folder, "id": None}, "sweep": {"dir": "${x}"}}}
    return ledger.Wanted(folder, [f"seed={seed}"], config, composed)


def plan(sweep, *runs, version="1"):
    return ledger.extend_plan(sweep, runs, ["run", "-m", "seed=0,1"], version)


def test_what_was_planned_comes_back(tmp_path):
    assert ledger.read_plan(tmp_path) is None
    runs = [wanted("0"), wanted("1", seed=1), wanted("a/b", peak_mmHg=60)]
    given = plan(tmp_path, *runs)
    read = ledger.read_plan(tmp_path)
    for found in (given, read):
        assert [(run.folder, run.overrides) for run in found] == [
            (run.folder, run.overrides) for run in runs
        ]
        assert [run.config for run in found] == [run.config for run in runs]
        assert [run.composed for run in found] == [run.composed for run in runs]
        assert [run.hash for run in found] == [ledger.config_hash(run.config) for run in runs]
    assert len({run.hash for run in read}) == 3  # 60 is not 60.0
    text = json.loads((tmp_path / ".ledger" / "plan.json").read_text())
    assert text["batches"][0]["words"] == ["run", "-m", "seed=0,1"]
    assert text["batches"][0]["runs"][1]["config"] == [[["seed"], 1]]  # differences only


def test_the_hash_does_not_depend_on_the_order_of_keys():
    one = {"b": [1.0, 2.0], "a": {"y": "u", "x": 0.1}}
    assert ledger.config_hash(one) == ledger.config_hash(
        {"a": {"x": 0.1, "y": "u"}, "b": (1.0, 2.0)}
    )
    assert ledger.config_hash(one) != ledger.config_hash(one | {"b": [2.0, 1.0]})


@pytest.mark.parametrize(
    "other",
    [
        {"a": 1, "b": {"c": [1]}},
        {"a": True, "b": {"c": [1.0]}},
        {"b": {"c": [1]}, "a": 1},
        {"a": {}},
    ],
)
def test_differences_make_the_other(other):
    base = {"a": 1, "b": {"c": [1]}}
    made = patched(base, json.loads(json.dumps(differences(base, other))))
    assert json.dumps(made) == json.dumps(other)
    assert base == {"a": 1, "b": {"c": [1]}}


def test_a_plan_is_extended_and_the_last_of_a_folder_counts(tmp_path):
    plan(tmp_path, wanted("0"), wanted("1", seed=1))
    (new, more) = plan(tmp_path, wanted("1", seed=5), wanted("2", seed=6), version="2")
    assert (new.index, more.index) == (2, 3)
    read = ledger.read_plan(tmp_path)
    assert [(r.folder, r.index, r.config["seed"], r.nervejax) for r in read] == [
        ("0", 0, 0, "1"), ("1", 2, 5, "2"), ("2", 3, 6, "2"),
    ]  # fmt: skip


def test_the_plan_is_whole_or_the_old_one(tmp_path, monkeypatch):
    plan(tmp_path, wanted("0"))
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(NervejaxError, match=r"plan.json: not written: No space left"):
        plan(tmp_path, wanted("1"))
    assert [run.folder for run in ledger.read_plan(tmp_path)] == ["0"]
    assert [path.name for path in (tmp_path / ".ledger").iterdir()] == ["plan.json"]


def test_the_journal_survives_a_torn_line(tmp_path):
    plan(tmp_path, wanted("0"), wanted("1"))
    journal.note(tmp_path, 0)
    journal.note(tmp_path, 1, "no\nroom")
    assert journal.read_journal(tmp_path) == {0: None, 1: "no room"}
    path = tmp_path / ".ledger" / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-30])  # killed while it wrote
    assert journal.read_journal(tmp_path) == {0: None}
    journal.note(tmp_path, 1)
    assert journal.read_journal(tmp_path) == {0: None, 1: None}
    path.write_text('[]\n{"run": "0", "status": "done"}\n{"run": 3, "status": "?"}\n' + "[" * 9000)
    assert journal.read_journal(tmp_path) == {}


def test_the_file_tells_whether_a_run_is_whole(tmp_path):
    first, *_ = plan(tmp_path, wanted("0", seed=3), wanted("1", seed=4))
    assert ledger.why_not_whole(tmp_path, first) == "there is no episode.h5"
    newer = first.config | {"new_in_a_later_version": {"x": 1}}
    store(tmp_path / "0", config=yaml.safe_dump(newer))
    assert ledger.why_not_whole(tmp_path, first) is None
    path = tmp_path / "0" / "episode.h5"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    assert "damaged" in ledger.why_not_whole(tmp_path, first)
    path.write_bytes(whole)
    (other,) = plan(tmp_path, wanted("0", seed=5))
    assert ledger.why_not_whole(tmp_path, other) == "it has another configuration"


def _edited(tmp_path, change):
    path = tmp_path / ".ledger" / "plan.json"
    text = json.loads(path.read_text())
    change(text)
    path.write_text(json.dumps(text))


def test_a_tampered_configuration_is_noticed(tmp_path):
    plan(tmp_path, wanted("0"))
    _edited(tmp_path, lambda text: text["batches"][0]["config"].update(seed=9))
    (run,) = ledger.read_plan(tmp_path)
    with pytest.raises(NervejaxError, match=r"plan.json: the configuration of run 0 does not fit"):
        ledger.why_not_whole(tmp_path, run)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.update(format="x"), "not a plan"),
        (lambda text: text.update(format_version=2), "another format version"),
        (lambda text: text.update(batches={}), "not sound"),
        (lambda text: text["batches"].append(3), "not sound"),
        (lambda text: text["batches"][0]["config"].update(x="x" * 100_000), "not sound"),
        (lambda text: text["batches"][0]["runs"][0].update(folder="../elsewhere"), "not sound"),
        (lambda text: text["batches"][0]["runs"][0].update(overrides="x"), "not sound"),
        (lambda text: text["batches"][0]["runs"][0].update(config=[[[1], 2]]), "not sound"),
        (lambda text: text["batches"][0]["runs"][0].update(hash="0"), "not sound"),
    ],
)
def test_a_strange_plan_is_refused_in_one_line(tmp_path, change, told):
    plan(tmp_path, wanted("0"))
    _edited(tmp_path, change)
    with pytest.raises(NervejaxError, match=rf"^{tmp_path}/.ledger/plan.json: .*{told}"):
        ledger.read_plan(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[" * 9000, "null", "\udcff"])
def test_text_that_is_no_plan(tmp_path, text):
    plan(tmp_path, wanted("0"))
    (tmp_path / ".ledger" / "plan.json").write_text(text, errors="surrogateescape")
    with pytest.raises(NervejaxError, match=r"plan.json: "):
        ledger.read_plan(tmp_path)


@pytest.mark.parametrize("name", ["", ".", "..", "/x", "a/../b", "a//b", "./a", "a\nb", "x" * 1001])
def test_folders_that_are_not_below(tmp_path, name):
    assert not is_inside(name)
    with pytest.raises(NervejaxError, match="no folder below"):
        plan(tmp_path, wanted(name))
    assert is_inside("0") and is_inside("seed=1,pressure.peak_mmHg=60/x")


def test_partial_files_are_cleaned_and_others_stay(tmp_path):
    runs = plan(tmp_path, wanted("0"))
    (tmp_path / "0").mkdir()
    stay = [tmp_path / "0" / "episode.h5", tmp_path / "part", tmp_path / "other.partial.txt"]
    go = [tmp_path / "0" / "episode.h5.partial", tmp_path / "0" / ".report.html.7.part",
          tmp_path / ".sweep.html.7.part", tmp_path / ".ledger" / ".plan.json.7.part"]  # fmt: skip
    for path in stay + go:
        path.touch()
    ledger.clean(tmp_path, runs)
    assert all(path.exists() for path in stay) and not any(path.exists() for path in go)


def test_one_process_at_a_time(tmp_path):
    code = (
        "import sys; from pathlib import Path; from nervejax.recording.ledger_lock import locked\n"
        "with locked(Path(sys.argv[1])): print('in', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout.readline() == "in\n"
        busy = pytest.raises(NervejaxError, match="another nervejax process works in this folder")
        with busy, locked(tmp_path):
            pass
        other.kill()
        other.wait()
        with locked(tmp_path):  # it died with its process
            pass
