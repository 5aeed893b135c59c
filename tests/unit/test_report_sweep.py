"""A folder with several runs gets one page that compares them; the command says what it did."""

import re
from pathlib import Path

import numpy as np
import pytest

from nervejax.analysis import page_figures, page_origin, plots, report
from nervejax.analysis.page_spark import spark
from nervejax.analysis.page_sweep import SweepRun, differing, label, sweep_page
from nervejax.analysis.readout import readout
from nervejax.analysis.run_folders import runs_below
from nervejax.analysis.summary import summarise
from nervejax.cli.main import main
from nervejax.recording.writer import write_episode
from tests.unit.analysis_example import example_episode, tiny_episode, tiny_population


@pytest.fixture(autouse=True)
def _coarse_pixels(monkeypatch):
    monkeypatch.setattr(plots, "DOTS_PER_INCH", 40)
    monkeypatch.setattr(page_figures, "DOTS_PER_INCH", 40)


def run(folder="0", has_report=True, **settings):
    record = tiny_episode(
        [-1.0, 0.0, 60.0, 120.0], [tiny_population([[1], [1], [0], [1]])], 120.0, 60.0
    )
    series = readout(record)
    table = summarise(record, series)
    return SweepRun(folder, settings, table, {"time_s": record.time_s} | series, has_report)


def store(folder, *overrides, pressed=True, seed=0, config="name: x\n"):
    folder.mkdir(parents=True)
    record = example_episode(fibres=2, pressed=pressed)
    for population in record.populations.values():
        population.nodes["receptor_mm"] = np.array([400.0, 900.0])
    series = readout(record)
    provenance = {"config_yaml": config, "overrides": list(overrides), "seed": seed}
    write_episode(
        record, folder / "episode.h5", provenance=provenance, readout=series,
        summary=summarise(record, series),
    )  # fmt: skip


def test_only_what_differs_is_told():
    runs = [run(a="1", b="2", c="3"), run(a="1", b="4")]
    assert differing(runs) == ["b", "c"]
    assert [label(r, differing(runs)) for r in runs] == ["b 2, c 3", "b 4"]


def test_a_key_is_short_unless_two_end_alike():
    twins = run(**{"x.rate_hz": "1", "y.rate_hz": "2", "z.peak_mmHg": "3"})
    assert label(twins, ["z.peak_mmHg"]) == "peak_mmHg 3"
    assert label(twins, ["x.rate_hz", "y.rate_hz"]) == "x.rate_hz 1, y.rate_hz 2"
    assert label(twins, []) == "0"


def test_the_page_links_only_reports_that_are_there_and_escapes():
    runs = [run("a b", evil="<script>x"), run("gone", has_report=False, evil="2")]
    text = sweep_page("<b>", runs, ["bad.h5: <i>"])
    assert set(re.findall(r'href="([^"]*)"', text)) == {"a%20b/report.html"}
    assert "<script" not in text and "<b>" not in text and "<i>" not in text
    assert not re.search(r"https?://", text)
    assert "evil 2" in text


def test_times_of_the_table_are_minutes():
    cells = re.findall(r'<td class="number">([^<]*)</td>', sweep_page("x", [run()], []))
    assert cells == ["1.0", "1.0", "0.0", "0"]  # numb from 60 s on, back before release


def test_the_small_picture_falls_where_conduction_is_lost():
    one = run()
    svg = spark(one.readout, 120.0, (-1.0, 180.0), "x")
    points = re.search(r'<polyline[^>]*points="([^"]*)"', svg)[1].split()
    x, y = np.array([p.split(",") for p in points], dtype=float).T
    lost = x[y > 50] / 240 * 181 - 1
    assert lost.min() == pytest.approx(60.0, abs=2) and lost.max() == pytest.approx(120.0, abs=2)


def test_a_sweep_becomes_a_page_and_missing_reports_are_drawn(tmp_path, capsys):
    store(tmp_path / "10", config="name: x\npressure: {peak_mmHg: 40.0}\n")  # its file's own
    store(tmp_path / "2", "pressure.peak_mmHg=80", "scenario=x")
    store(tmp_path / "2" / "paired" / "part")
    (tmp_path / "3").mkdir()
    (tmp_path / "3" / "episode.h5").write_bytes(b"not one")
    assert main(["report", str(tmp_path)]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "sweep.html")
    text = (tmp_path / "sweep.html").read_text(encoding="utf-8")
    links = re.findall(r'<figcaption><a href="([^"]*)">([^<]*)', text)
    assert links == [("2/report.html", "peak_mmHg 80"), ("10/report.html", "peak_mmHg 40")]
    assert all((tmp_path / link).is_file() for link, _ in links)
    assert not (tmp_path / "2" / "paired" / "part" / "report.html").exists()
    assert str(Path("3") / "episode.h5") in text


def test_a_sweep_without_a_single_run_fails_in_one_line(tmp_path, capsys):
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / "episode.h5").write_bytes(b"not one")
    assert main(["report", str(tmp_path)]) == 1
    assert "not an episode file" in capsys.readouterr().err
    assert not (tmp_path / "sweep.html").exists()


def test_pictures_of_one_run(tmp_path, capsys):
    store(tmp_path / "0")
    assert main(["report", str(tmp_path), "--states", str(tmp_path / "p.png")]) == 2
    assert "holds several" in capsys.readouterr().err
    assert main(["report", str(tmp_path / "0"), "--pictures", str(tmp_path / "p")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert sorted(p.name for p in (tmp_path / "p").iterdir()) == [
        "report-limb.png", "report-summary.png",
    ]  # fmt: skip
    (tmp_path / "file").touch()
    assert main(["report", str(tmp_path / "0"), "--pictures", str(tmp_path / "file")]) == 2
    assert "is a file" in capsys.readouterr().err
    assert runs_below(tmp_path) == [tmp_path / "0" / "episode.h5"]


def test_the_certificate_names_what_was_left_out_and_what_windows_cost():
    record = tiny_episode([0.0, 1.0], [tiny_population([[1], [1]], [], [(0, 30, 60)])], 1.0, 1.0)
    text = page_origin.certificate(record, {"observed_rel": 0.5})
    assert "50 % of the limb time (A-beta 30 s in 1 windows)" in text
    assert "not measured" in text and "no fibre" in text
    record.populations["abeta"].quarantined = {0: "v is <nan>"}
    record.windowing = {"block_end_error_s": -4.0, "spikes_error_rel": 0.13}
    text = page_origin.certificate(record, {"observed_rel": 0.5})
    assert "A-beta fibre 0: v is &lt;nan&gt;" in text
    assert "-4 s" in text and "13 %" in text


def test_the_maps_of_a_sweep_can_be_saved(tmp_path, monkeypatch, capsys):
    sweep, out = tmp_path / "sweep", tmp_path / "pictures"
    for number, (peak, seconds) in enumerate([(40, 60), (40, 90), (80, 60), (80, 90)]):
        words = [f"pressure.peak_mmHg={peak}", f"duration.compression_s={seconds}"]
        store(sweep / str(number), *words)
    monkeypatch.setattr(report, "write_report", lambda path: path.with_name("report.html"))
    assert main(["report", str(sweep), "--pictures", str(out)]) == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == ["sweep-back.png", "sweep-numb.png", "sweep-stays.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in out.iterdir())
    assert str(out / "sweep-numb.png") in capsys.readouterr().out


def test_a_sweep_over_one_setting_has_no_map(tmp_path, monkeypatch, capsys):
    for number in range(2):
        store(tmp_path / "sweep" / str(number), f"pressure.peak_mmHg={40 + number}")
    monkeypatch.setattr(report, "write_report", lambda path: path.with_name("report.html"))
    assert main(["report", str(tmp_path / "sweep"), "--pictures", str(tmp_path / "out")]) == 1
    assert "no map" in capsys.readouterr().err and not (tmp_path / "out").exists()
