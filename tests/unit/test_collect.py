"""The result of a sweep as a table: every run has a row, and what is not done says so."""

import h5py
import numpy as np
import pytest

from nervejax.analysis import sweep_file, whole_file
from nervejax.analysis.sweep_table import sweep_dataset, sweep_frame
from nervejax.cli.main import main
from nervejax.errors import NervejaxError
from nervejax.recording.reader import read_summary
from tests.unit.collect_example import four_runs, rows, store


@pytest.fixture
def sweep(tmp_path):
    return four_runs(tmp_path / "sweep")


def test_every_run_has_a_row_and_says_whether_it_is_done(sweep, capsys):
    assert main(["collect", str(sweep)]) == 0
    said = capsys.readouterr()
    assert said.out.split() == [str(sweep / "summary.csv"), str(sweep / "sweep.h5")]
    assert len(said.err.splitlines()) == 1
    assert "of 4 runs 1 missing and 1 broken" in said.err
    table = rows(sweep)
    assert [row["folder"] for row in table] == ["2", "3", "4", "10"]
    assert [row["status"] for row in table] == ["done", "missing", "broken", "done"]
    assert table[0]["problem"] == "" and "no episode.h5" in table[1]["problem"]
    assert "not an episode file" in table[2]["problem"]
    assert str(sweep) not in (sweep / "summary.csv").read_text()
    assert [row["pressure.peak_mmHg"] for row in table] == ["40", "50", "55", "80"]
    assert [row["seed"] for row in table] == ["0", "7", "7", "1"]
    assert {row["scenario"] for row in table} == {"arm"}
    assert list(table[0])[:6] == [
        "folder", "status", "problem", "pressure.peak_mmHg", "seed", "scenario",
    ]  # fmt: skip
    assert table[1]["half_block_abeta_s"] == "" and float(table[3]["half_block_abeta_s"]) == 60.0


def test_a_sweep_without_trouble_says_nothing_more(tmp_path, capsys):
    store(tmp_path / "0")
    store(tmp_path / "0" / "paired" / "part")  # belongs to run 0
    assert main(["collect", str(tmp_path)]) == 0
    assert capsys.readouterr().err == ""
    assert [row["folder"] for row in rows(tmp_path)] == ["0"]


def test_a_partial_file_is_a_missing_run(tmp_path):
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / "episode.h5.partial").touch()
    assert main(["collect", str(tmp_path)]) == 0
    assert rows(tmp_path)[0]["status"] == "missing" and "partial" in rows(tmp_path)[0]["problem"]
    with pytest.raises(NervejaxError, match="no run of it is done"):
        sweep_dataset(tmp_path)


def test_where_there_is_no_run_nothing_is_written(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert main(["collect", str(tmp_path)]) == 2
    assert "no run below it" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert main(["collect", str(tmp_path / "file")]) == 2
    assert "not a folder" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "file"]


def test_csv_and_hdf5_give_the_same_frame_and_the_numbers_of_the_files(sweep):
    main(["collect", str(sweep)])
    from_csv, from_h5 = sweep_frame(sweep / "summary.csv"), sweep_frame(sweep / "sweep.h5")
    assert from_csv.equals(from_h5) and from_csv.equals(sweep_frame(sweep))
    assert list(from_h5.index) == [0, 1, 2, 3] and from_h5.index.name == "job"
    assert from_h5["pressure.peak_mmHg"].tolist() == [40.0, 50.0, 55.0, 80.0]
    assert from_h5["folder"].tolist() == ["2", "3", "4", "10"]
    for row, folder in ((0, "2"), (3, "10")):
        for name, value in read_summary(sweep / folder).items():
            found = from_h5.loc[row, name]
            if isinstance(value, str):
                assert found == (value or found)
            else:
                np.testing.assert_equal(found, value)
    numbers = (
        from_h5.loc[[1, 2]].select_dtypes("number").drop(columns=["pressure.peak_mmHg", "seed"])
    )
    assert numbers.isna().all(axis=None)


def test_names_keep_their_units(sweep):
    main(["collect", str(sweep)])
    with h5py.File(sweep / "sweep.h5") as file:
        assert file["jobs/half_block_abeta_s"].attrs["units"] == "s"
        assert file["jobs/pressure.peak_mmHg"].attrs["units"] == "mmHg"
        assert file["jobs/status"].asstr()[:].tolist() == ["done", "missing", "broken", "done"]
        assert file["jobs/half_block_abeta_s"].dtype == np.float64


def test_a_setting_that_was_not_given_is_that_of_the_configuration(tmp_path):
    store(tmp_path / "0")
    store(tmp_path / "1", "pressure.peak_mmHg=90", "physiology=literature", "+new/group=x")
    store(tmp_path / "2", "pressure.peak_mmHg=60", "scenario=arm", "seed=3")
    main(["collect", str(tmp_path)])
    table = rows(tmp_path)
    assert [row["pressure.peak_mmHg"] for row in table] == ["60", "90", "60"]
    assert [row["physiology"] for row in table] == ["article", "literature", "article"]
    assert [row["new.group"] for row in table] == ["", "x", ""]
    assert list(table[0])[3:8] == [
        "pressure.peak_mmHg",
        "physiology",
        "new.group",
        "seed",
        "scenario",
    ]


def test_a_setting_typed_in_two_ways_is_no_difference(tmp_path):
    store(tmp_path / "0", "pressure.peak_mmHg=60")
    store(tmp_path / "1", "pressure.peak_mmHg=60.0")
    main(["collect", str(tmp_path)])
    assert "pressure.peak_mmHg" not in rows(tmp_path)[0]


@pytest.mark.parametrize("name", ["summary.csv", "sweep.h5"])
def test_where_the_disk_refuses_the_old_table_stays_whole(sweep, monkeypatch, capsys, name):
    main(["collect", str(sweep)])
    old = {n: (sweep / n).read_bytes() for n in ("summary.csv", "sweep.h5")}
    store(sweep / "11", seed=9)
    write_bytes = whole_file.Path.write_bytes

    def full(path, data):
        if name not in path.name:
            return write_bytes(path, data)
        write_bytes(path, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file.Path, "write_bytes", full)
    capsys.readouterr()
    assert main(["collect", str(sweep)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"nervejax: {sweep}: not written: No space left on device"
    ]
    assert (sweep / name).read_bytes() == old[name]
    assert sorted(p.name for p in sweep.iterdir() if p.is_file()) == ["summary.csv", "sweep.h5"]


def test_nothing_is_written_before_both_are_made(sweep, monkeypatch):
    monkeypatch.setattr(sweep_file, "csv_bytes", lambda table: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sweep_file.write_sweep_table(sweep)
    assert not (sweep / "sweep.h5").exists()
