"""``nervejax ensemble`` and ``nervejax sensitivity``: what they refuse, leave, and go on with."""

import json

import pytest
from tests.unit.ensemble_example import assert_same, fake_rows

from nervejax.analysis.ensemble_table import ensemble_columns
from nervejax.recording.ledger_lock import locked

PEAKS = ("ensemble", "--vary", "pressure.peak_mmHg=20:200", "--at-once", "4")


@pytest.fixture(autouse=True)
def small_figures(monkeypatch):
    monkeypatch.setattr("nervejax.analysis.page_figures.DOTS_PER_INCH", 40)
    monkeypatch.setattr("nervejax.analysis.plots.DOTS_PER_INCH", 40)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ensemble",), "give either --rows FILE.csv or --vary"),
        ((*PEAKS, "--rows", "r.csv", "--count", "3"), "give either"),
        (PEAKS, "--design lhs needs --count N"),
        ((*PEAKS, "--design", "grid"), "a grid needs values"),
        ((*PEAKS, "--count", "0"), "whole number from 1"),
        ((*PEAKS, "--count", "3", "--vary", "x=1,2"), "--vary x: unknown key"),
        ((*PEAKS, "--count", "3", "--vary", "pressure.peak_mmHg=1,2"), "varied twice"),
        (("ensemble", "--vary", "seed=1,2", "--design-seed", "1"), "leave out"),
        (("ensemble", "--rows", "r.csv", "--count", "3"), "go with --vary"),
        (("ensemble", "--rows", "none.csv"), "no such file"),
        (("ensemble", "--rows", "r.csv"), "row 1: pressure.peak_mmHg=9999 mmHg: must be between"),
        ((*PEAKS, "--count", "3", "scenario=leg_crosed"), "did you mean leg_crossed?"),
        (("ensemble", "--vary", "duration.recovery_s=1,2", "--series"), "share their time steps"),
        ((*PEAKS, "--count", "3", "-o", "r.csv"), "is a file"),
        ((*PEAKS, "--count", "3", "-o", "."), "is not empty and holds no ensemble"),
        (("sensitivity",), "--count"),
        (("sensitivity", "--count", "2"), "must be at least 4"),
        (("sensitivity", "--count", "4", "--keys", "seed,pressure.edge_mm"), "no real number"),
        (("sensitivity", "--count", "4", "--keys", "pressure.edge_mm"), "at least two settings"),
        (("sensitivity", "--count", "4", "--vary", "seed=1:2"), "of a real number"),
        (("sensitivity", "--count", "4", "--spread", "1.5"), "between 0 and 1"),
        (("sensitivity", "--count", "4", "--of", "half_blok_abeta_s"), "mean half_block_abeta_s?"),
    ],
)
def test_wrong_words_leave_nothing(command, monkeypatch, tmp_path, words, said):
    ran = fake_rows(monkeypatch)
    (tmp_path / "r.csv").write_text("pressure.peak_mmHg\n20\n9999\n")
    status, out, err = command(*words)
    assert status == 2 and out == [] and ran == []
    assert said in err[-1] and all(line.startswith("nervejax: ") for line in err)
    assert [path.name for path in tmp_path.iterdir()] == ["r.csv"]


def test_a_design_ends_as_one_file_and_a_page(command, monkeypatch, tmp_path):
    fake_rows(monkeypatch)
    status, out, _ = command(*PEAKS, "--count", "10", "seed=3", "scenario=cuff")
    assert status == 0
    (file,) = tmp_path.glob("results/cuff/ensemble-*/ensemble.h5")
    assert out == ["10 rows: 10 done"] + [
        str(file.with_name(n).relative_to(tmp_path)) for n in ("ensemble.h5", "ensemble.html")
    ]
    found = ensemble_columns(file)
    assert (found["pressure_peak_mmHg"] == found["pressure.peak_mmHg"]).all()
    assert set(found["order_of_loss"]) == {"seed 3"}
    assert sorted(p.name for p in file.parent.iterdir() if p.name != ".ledger") == [
        "ensemble.h5", "ensemble.html", "ensemble.json", "rows.csv"
    ]  # fmt: skip


def test_ctrl_c_then_the_same_command_or_resume(command, monkeypatch, tmp_path):
    words = ("ensemble", "--vary", "pressure.peak_mmHg=20:110:10", "--at-once", "3", "-o")
    for folder in ("same", "resumed"):
        fake_rows(monkeypatch, stop_after=5)
        status, _, err = command(*words, folder)
        assert status == 130 and f"nervejax: continue with: nervejax resume {folder}" in err
    ran = fake_rows(monkeypatch)
    assert command(*words, "same")[1][0] == "10 rows: 10 done (5 of them before)"
    status, out, _ = command("resume", "resumed")
    assert status == 0 and out[0] == "10 rows: 10 done (5 of them before)" and len(ran) == 10
    assert_same(tmp_path / "same" / "ensemble.h5", tmp_path / "resumed" / "ensemble.h5")
    status, _, err = command(*words[:2], "seed=1,2", "-o", "same")
    assert status == 2 and "holds another ensemble" in err[-1]


def test_a_failed_row_is_told_and_the_status_is_1(command, monkeypatch, tmp_path):
    fake_rows(monkeypatch, bad=[2])
    words = ("ensemble", "--vary", "seed=0,1,2,3", "--at-once", "2", "-o", "e")
    status, out, err = command(*words, "--fail-fast")
    assert status == 1 and "given up; continue with: nervejax resume e" in err[-1]
    status, out, err = command("resume", "e")
    assert status == 1 and out[0] == "4 rows: 3 done (2 of them before), 1 failed"
    assert "nervejax: row 2 failed: no such nerve" in err
    fake_rows(monkeypatch)
    assert command("resume", "e")[0] == 0


def test_two_processes_and_another_version(command, monkeypatch, tmp_path):
    fake_rows(monkeypatch)
    words = ("ensemble", "--vary", "seed=0,1", "--at-once", "2", "-o", "e")
    with locked(tmp_path / "e"):
        status, _, err = command(*words)
        assert status == 1 and "another nervejax process" in err[-1]
    assert command(*words)[0] == 0
    plan = tmp_path / "e" / "ensemble.json"
    plan.write_text(json.dumps(json.loads(plan.read_text()) | {"nervejax": "0.0.1"}))
    _, _, err = command("resume", "e")
    assert "note: planned by nervejax 0.0.1" in err[0]


def test_sensitivity_ends_with_a_table_and_what_it_cannot_say(command, monkeypatch, tmp_path):
    fake_rows(monkeypatch, stop_after=7)
    words = ("sensitivity", "--count", "5", "--of", "pressure_peak_mmHg,half_block_abeta_s",
             "--vary", "pressure.peak_mmHg=30:90", "--vary", "pressure.edge_mm=1:3", "--at-once", "6",
             "-o", "uq")  # fmt: skip
    assert command(*words)[0] == 130
    fake_rows(monkeypatch)
    status, out, _ = command("resume", "uq")
    assert status == 0 and out[0] == "15 rows: 15 done (7 of them before)"
    lines = (tmp_path / "uq" / "sensitivity.csv").read_text().splitlines()
    peak, edge = (line.split(",") for line in lines[1:3])
    assert peak[:3] == ["pressure_peak_mmHg", "mmHg", "pressure.peak_mmHg"]
    assert float(peak[3]) == pytest.approx(60) and float(edge[3]) == 0  # it moves with its range
    assert any("happened:half_block_abeta_s" in line for line in lines)
    assert (tmp_path / "uq" / "sensitivity.png").is_file()
    assert out[-1].startswith("what this cannot say")
    assert any("of 5 trajectories used" in line for line in out)


def test_sensitivity_without_salib_is_one_line(command, monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "SALib.sample.morris", None)
    monkeypatch.setitem(__import__("sys").modules, "SALib", None)
    status, _, err = command("sensitivity", "--count", "4")
    assert status == 2 and err[-1:] == [
        "nervejax: this needs SALib: pip install 'nervejax[sensitivity]'"
    ]
    assert list(tmp_path.iterdir()) == []
