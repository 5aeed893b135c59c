"""An ensemble in parts: it comes out the same however it is cut, and fails row by row."""

import json

import h5py
import numpy as np
import pytest

from nervejax.analysis.ensemble_page import write_ensemble_page
from nervejax.analysis.ensemble_table import ensemble_columns, ensemble_dataset, ensemble_frame
from nervejax.ensembles.plan import load_plan, save_plan
from nervejax.ensembles.runner import missing_s, run
from nervejax.errors import NervejaxError
from nervejax.recording import whole_file
from nervejax.recording.ensemble_file import Parts, merge
from tests.unit.ensemble_example import assert_same, fake_rows, outcome_of, plan_of


def quiet(*_):
    pass


def test_every_row_stands_in_the_file_with_its_numbers(monkeypatch, tmp_path):
    ran = fake_rows(monkeypatch)
    plan = plan_of(series=True)
    ended = run(plan, tmp_path, quiet, at_once=4)
    assert (ended.rows, ended.done, ended.failed) == (10, 10, 0) and sorted(ran) == list(range(10))
    assert not (tmp_path / "parts").exists()
    frame = ensemble_frame(tmp_path)
    assert frame.index.name == "row" and list(frame.columns[:6]) == [
        "pressure.peak_mmHg", "seed", "pressure.deforms", "population.membrane_a", "status", "problem"
    ]  # fmt: skip
    for row in range(10):
        wanted = outcome_of(plan.rows.config(plan.base, row)).summary
        told = frame.loc[row, list(wanted)].to_dict()
        assert all(told[n] == v or (told[n] != told[n] and v != v) for n, v in wanted.items())
    assert (frame["pressure.deforms"] == [True, False] * 5).all() and set(frame.status) == {"done"}
    with ensemble_dataset(tmp_path) as series:
        assert series.tingling_rel.dims == ("row", "time_s")
        assert (series.tingling_rel[3] == np.array([-5.0, 0.0, 2.5]) * 50).all()
        assert series["seed"].values.tolist() == list(range(10))
    with h5py.File(tmp_path / "ensemble.h5") as file:
        assert file.attrs["complete"] and file.attrs["format"] == "nervejax-ensemble"
        assert file["rows/pressure.peak_mmHg"].attrs["units"] == "mmHg"
        assert file["summary/half_block_abeta_s"].attrs["units"] == "s"
        assert "peak_mmHg: 120.0" in file["provenance/config_yaml"].asstr()[()]
        assert "nervejax" in file["provenance/versions"]


@pytest.mark.parametrize("stop_after", [0, 1, 4, 6, 9])
def test_an_interrupted_ensemble_goes_on_and_ends_the_same(monkeypatch, tmp_path, stop_after):
    plan = plan_of(series=True)
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    for folder in (whole, cut):
        folder.mkdir()
        save_plan(plan, folder)
    fake_rows(monkeypatch)
    run(plan, whole, quiet, at_once=10)
    fake_rows(monkeypatch, stop_after=stop_after)
    with pytest.raises(KeyboardInterrupt):
        run(plan, cut, quiet, at_once=4)
    assert not (cut / "ensemble.h5").exists()
    again = load_plan(cut)
    left = missing_s(again, cut) / again.base.duration.total_s
    ran = fake_rows(monkeypatch)
    ended = run(again, cut, quiet, at_once=3)
    assert len(ran) == left == 10 - stop_after == ended.rows - ended.before
    assert_same(whole / "ensemble.h5", cut / "ensemble.h5")


def test_a_failing_row_fails_alone_and_is_tried_again(monkeypatch, tmp_path):
    plan = plan_of()
    fake_rows(monkeypatch, bad=[3, 7])
    ended = run(plan, tmp_path, quiet, at_once=4)
    assert (ended.done, ended.failed) == (8, 2) and ended.problems == {
        3: "no such nerve", 7: "no such nerve"
    }  # fmt: skip
    found = ensemble_columns(tmp_path)
    assert found["status"][3] == "failed" and found["problem"][3] == "no such nerve"
    assert np.isnan(found["pressure_peak_mmHg"][3]) and found["pressure_peak_mmHg"][4] == 60
    assert found["order_of_loss"][7] == ""
    ran = fake_rows(monkeypatch, bad=[7])
    ended = run(plan, tmp_path, quiet, at_once=4)
    assert ran == [3, 7] and (ended.done, ended.failed, ended.before) == (9, 1, 8)
    fake_rows(monkeypatch)
    assert run(plan, tmp_path, quiet, at_once=4).failed == 0
    assert ensemble_columns(tmp_path)["pressure_peak_mmHg"].tolist() == [
        20 + 10 * k for k in range(10)
    ]
    assert fake_rows(monkeypatch) == [] and run(plan, tmp_path, quiet).done == 10


def test_fail_fast_begins_nothing_more(monkeypatch, tmp_path):
    ran = fake_rows(monkeypatch, bad=[4])
    ended = run(plan_of(), tmp_path, quiet, fail_fast=True, at_once=3)
    assert ran == [0, 1, 2, 3, 4] and ended.path is None and (ended.done, ended.failed) == (4, 1)
    assert not (tmp_path / "ensemble.h5").exists()


def test_a_damaged_part_is_run_again_and_one_of_others_is_refused(monkeypatch, tmp_path):
    fake_rows(monkeypatch, stop_after=8)
    with pytest.raises(KeyboardInterrupt):
        run(plan_of(), tmp_path, quiet, at_once=4)
    part = tmp_path / "parts" / "part-000001.h5"
    part.write_bytes(part.read_bytes()[:3000])
    ran = fake_rows(monkeypatch, stop_after=5)
    with pytest.raises(KeyboardInterrupt):
        run(plan_of(), tmp_path, quiet, at_once=2)
    assert ran == [4, 5, 6, 7, 8]
    with pytest.raises(NervejaxError, match="another ensemble"):
        run(plan_of(count=11), tmp_path, quiet)


def test_parts_with_rows_missing_make_no_file(monkeypatch, tmp_path):
    fake_rows(monkeypatch, stop_after=8)
    plan = plan_of()
    with pytest.raises(KeyboardInterrupt):
        run(plan, tmp_path, quiet, at_once=4)
    parts = Parts(tmp_path / "parts", plan.digest, 10)
    assert parts.missing.tolist() == [8, 9]
    with pytest.raises(NervejaxError, match="2 rows are missing"):
        merge(parts, tmp_path / "ensemble.h5", plan.rows.columns, plan.digest, {})
    assert not list(tmp_path.glob("ensemble*"))


def test_a_disk_that_is_full_leaves_the_parts(monkeypatch, tmp_path):
    fake_rows(monkeypatch)
    monkeypatch.setattr("nervejax.recording.ensemble_file.SPARE_BYTES", 2**60)
    with pytest.raises(NervejaxError, match="MiB are free"):
        run(plan_of(), tmp_path, quiet, at_once=4)
    assert len(list((tmp_path / "parts").iterdir())) == 3 and not list(tmp_path.glob("ensemble*"))

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file.os, "fsync", refuse)
    with pytest.raises(NervejaxError, match="No space left"):
        run(plan_of(count=3), tmp_path / "parts", quiet, at_once=4)
    assert not list((tmp_path / "parts" / "parts").iterdir())


def test_a_plan_comes_back_and_a_changed_one_is_refused(tmp_path):
    plan = plan_of(series=True)
    save_plan(plan, tmp_path)
    back = load_plan(tmp_path)
    assert back.digest == plan.digest and back.base == plan.base and back.series
    rows = (tmp_path / "rows.csv").read_text()
    (tmp_path / "rows.csv").write_text(rows.replace("20.0,0", "21.0,0"))
    with pytest.raises(NervejaxError, match="was changed"):
        load_plan(tmp_path)
    (tmp_path / "rows.csv").write_text(rows)
    told = json.loads((tmp_path / "ensemble.json").read_text())
    for change, said in (
        ({"format": "x"}, "no plan"), ({"format_version": 9}, "format version"),
        ({"base": {"seed": -1}}, "seed"), ({"base": {"sed": 1}}, "unknown key"),
        ({"series": False}, "was changed"), ({"base": 3}, "none"),
    ):  # fmt: skip
        (tmp_path / "ensemble.json").write_text(json.dumps(told | change))
        with pytest.raises(NervejaxError, match=said):
            load_plan(tmp_path)
    (tmp_path / "ensemble.json").write_text("{")
    with pytest.raises(NervejaxError, match="damaged"):
        load_plan(tmp_path)


def test_the_page_shows_outcomes_and_escapes_what_rows_said(monkeypatch, tmp_path):
    fake_rows(monkeypatch, bad=[5])
    monkeypatch.setattr("nervejax.analysis.page_figures.DOTS_PER_INCH", 40)
    run(plan_of(), tmp_path, quiet, at_once=5)
    text = write_ensemble_page(tmp_path / "ensemble.h5").read_text()
    assert text.count("<figure>") == 2 and "1 x no such nerve" in text
    assert "did not happen in 4 of 9 rows" in text and "&minus;1.00" in text and "+1.00" in text


def test_a_foreign_file_is_refused(tmp_path):
    path = tmp_path / "ensemble.h5"
    with pytest.raises(NervejaxError, match="no such file"):
        ensemble_columns(tmp_path)
    path.write_bytes(b"nothing")
    with pytest.raises(NervejaxError, match="damaged or no ensemble"):
        ensemble_columns(path)
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "nervejax-sweep"
    with pytest.raises(NervejaxError, match="no whole ensemble"):
        ensemble_columns(path)
