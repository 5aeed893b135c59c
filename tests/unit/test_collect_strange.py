"""Tables of sweeps from files that anyone may have made: nothing runs, nothing large is read."""

import builtins
import os

import h5py
import numpy as np
import pytest

from nervejax.analysis.sweep_columns import SETTING, Column, csv_bytes, from_csv
from nervejax.analysis.sweep_table import sweep_dataset, sweep_frame
from nervejax.cli.main import main
from nervejax.errors import NervejaxError
from tests.unit.collect_example import rows, store

HUGE = 10**12


def _huge_summary(file):
    file.create_dataset("summary/x_s", shape=(HUGE,), dtype="f8", chunks=(1024,))


def _huge_text(file):
    del file["provenance/config_yaml"]
    file.create_dataset("provenance/config_yaml", shape=(), dtype=f"S{10**9}")


def _huge_axis(file):
    del file["readout/time"]
    file.create_dataset("readout/time", shape=(HUGE,), dtype="f8", chunks=(1024,))


def _other_axis(file):
    file["tissue/time"][...] += 1.0


def _other_shape(file):
    file["readout/more_rel"] = np.zeros((2, 2))


def _link(file):
    file["summary/secret_rel"] = h5py.ExternalLink("/etc/passwd", "/x")


def _circle(file):
    file["provenance/versions/again"] = file["provenance"]


def _formula(file):
    file["summary/=cmd()"] = 1.0


def _long_text(file):
    file["summary/order"] = "x" * 20_000


def _no_readout(file):
    del file["readout"]


def _not_an_episode(file):
    file.attrs["format"] = "other"


def _override(file):
    del file["provenance/overrides"]
    file.create_dataset("provenance/overrides", data=["=1"], dtype=h5py.string_dtype())


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_huge_summary, "not a single value"), (_huge_text, "too large"), (_huge_axis, "too long"),
        (_other_axis, "another time axis"), (_other_shape, "does not lie on the axes"),
        (_link, "holds a link"), (_circle, "holds too much"), (_formula, "strange name"),
        (_long_text, "too long"), (_no_readout, "no read-out"), (_override, "strange name"),
        (_not_an_episode, "but not a nervejax episode"),
    ],
)  # fmt: skip
def test_a_strange_episode_is_a_broken_run(tmp_path, spoil, told):
    store(tmp_path / "0")
    store(tmp_path / "1")
    with h5py.File(tmp_path / "1" / "episode.h5", "a") as file:
        file.require_group("provenance/versions")
        spoil(file)
    assert main(["collect", str(tmp_path)]) == 0
    assert [row["status"] for row in rows(tmp_path)] == ["done", "broken"]
    assert told in rows(tmp_path)[1]["problem"]
    assert str(tmp_path) not in (tmp_path / "summary.csv").read_text()
    with sweep_dataset(tmp_path) as found:
        assert found["job"].values.tolist() == [0]


@pytest.mark.parametrize(
    "text",
    ["!!python/object/apply:os.system [touch hit]", "a: [", "- [", "{" * 5000, "- 1\n- ==\n"],
)
def test_hydras_files_are_read_as_plain_words(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "s" / "0" / ".hydra"
    home.mkdir(parents=True)
    (home / "overrides.yaml").write_text(text)
    (home / "config.yaml").write_text(text)
    assert main(["collect", "s"]) == 0
    assert rows(tmp_path / "s")[0]["status"] == "missing"
    assert not (tmp_path / "hit").exists()


def test_something_that_is_no_file_is_not_waited_for(tmp_path):
    (tmp_path / "0").mkdir()
    os.mkfifo(tmp_path / "0" / "episode.h5")
    assert main(["collect", str(tmp_path)]) == 0
    assert rows(tmp_path)[0]["problem"] == "is not a file"


def test_a_folder_whose_name_is_not_unicode_is_told(tmp_path, capsys):
    os.makedirs(os.fsencode(tmp_path) + b"/run\xff/.hydra")
    assert main(["collect", str(tmp_path)]) == 1
    assert "not Unicode" in capsys.readouterr().err


@pytest.mark.parametrize(
    "texts",
    [
        ["=1+1", "@x", "'=1", "'", "-2", "a,b", 'say "x"', "ü"],
        ["12345678901234567890123", "1"],  # float64 does not hold it
        ["1_0", "2"],
    ],
)
def test_texts_come_back_from_csv_and_are_no_formula(texts):
    data = csv_bytes(_table(np.array(texts, dtype=object)))
    assert from_csv(data)["x"].tolist() == texts
    assert not any(f",{sign}" in data.decode() for sign in ("=", "@", "+"))


def test_numbers_come_back_from_csv_bit_for_bit():
    values = np.array([0.1 + 0.2, 1e-310, -1e300, np.nan, np.inf, 2.0**60, 3.0])
    np.testing.assert_array_equal(from_csv(csv_bytes(_table(values)))["x"], values)


def _table(values):
    folder = np.array([str(i) for i in range(len(values))], dtype=object)
    return [Column("folder", folder, "run"), Column("status", folder, "run"),
            Column("x", values, SETTING)]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "folder and status"), (b"a,b\n1,2\n", "folder and status"),
        (b"folder,status\n1\n", "line 2 has 1 cells"), (b"\xff\xfe", "not a table"),
        (b"folder,status\n" + b"x" * 200_000 + b",done\n", "not a table"),
    ],
)  # fmt: skip
def test_another_csv_is_refused_in_one_line(tmp_path, data, told):
    (tmp_path / "summary.csv").write_bytes(data)
    with pytest.raises(NervejaxError, match=told) as caught:
        sweep_frame(tmp_path)
    assert "summary.csv" in str(caught.value) and "\n" not in str(caught.value)


def _long_table(file):
    del file["jobs/job"]
    file.create_dataset("jobs/job", shape=(HUGE,), dtype="i8", chunks=(1024,))


def _long_column(file):
    file.create_dataset("jobs/x_s", shape=(HUGE,), dtype="f8", chunks=(1024,))


def _wide_column(file):
    file.create_dataset("jobs/x", shape=(1,), dtype=f"S{10**9}")


def _wrong_row(file):
    file["shape0/readout/job"][...] = 5


def _no_status(file):
    del file["jobs/status"]


def _later(file):
    file.attrs["format_version"] = 2


def _foreign(file):
    file.attrs["format"] = "nervejax-episode"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_long_table, "too large"), (_long_column, "not as long"), (_wide_column, "too large"),
        (_wrong_row, "does not have"), (_no_status, "no status"), (_later, "format version 2"),
        (_foreign, "not a table"),
    ],
)  # fmt: skip
def test_a_strange_sweep_file_is_refused_in_one_line(tmp_path, spoil, told):
    store(tmp_path / "0")
    main(["collect", str(tmp_path)])
    with h5py.File(tmp_path / "sweep.h5", "a") as file:
        spoil(file)
    with pytest.raises(NervejaxError, match=told) as caught:
        sweep_dataset(tmp_path)
    assert "sweep.h5" in str(caught.value) and "\n" not in str(caught.value)


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(NervejaxError, match=r"nervejax collect writes it"):
        sweep_frame(tmp_path)
    (tmp_path / "sweep.h5").write_bytes(b"nothing")
    with pytest.raises(NervejaxError, match="damaged or not a table of a sweep"):
        sweep_frame(tmp_path / "sweep.h5")


@pytest.mark.parametrize(
    ("package", "read"),
    [("pandas", sweep_frame), ("xarray", sweep_dataset), ("h5netcdf", sweep_dataset)],
)
def test_a_package_that_is_not_installed_is_named(tmp_path, monkeypatch, package, read):
    from nervejax.analysis import sweep_table

    found = sweep_table.importlib.import_module

    def without(name):
        if name == package:
            raise builtins.ImportError(name)
        return found(name)

    monkeypatch.setattr(sweep_table.importlib, "import_module", without)
    with pytest.raises(
        NervejaxError, match=rf"needs {package}: pip install 'nervejax\[analysis\]'"
    ):
        read(tmp_path)
