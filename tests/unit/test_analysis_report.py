"""The figure draws whatever the episode holds; the report is whole, offline and safe."""

import json
import re
import sys
import warnings

import numpy as np
import pytest

from nervejax.analysis import page_figures, plots, report
from nervejax.analysis.page_live import SCRIPT
from nervejax.analysis.panels import centre_course, running_mean
from nervejax.analysis.readout import readout
from nervejax.analysis.strips import strip_image
from nervejax.analysis.summary import summarise
from nervejax.errors import NervejaxError
from nervejax.recording.writer import write_episode
from tests.unit.analysis_example import example_episode, tiny_episode, tiny_population

PNG_START = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _coarse_pixels(monkeypatch):
    monkeypatch.setattr(plots, "DOTS_PER_INCH", 40)
    monkeypatch.setattr(page_figures, "DOTS_PER_INCH", 40)


def draw(record):
    series = readout(record)
    return plots.png_bytes(plots.figure(record, series, summarise(record, series)))


def stored(folder, config="name: leg_crossed\n", record=None):
    record = record or example_episode(fibres=4)
    for population in record.populations.values():
        fibres = population.fibres["conducting"].shape[1]
        population.nodes["receptor_mm"] = np.linspace(300.0, 900.0, fibres)
    series = readout(record)
    table = summarise(record, series)
    provenance = {"config_yaml": config, "seed": 1, "versions": {"python": "3.11"}}
    path = folder / "episode.h5"
    return write_episode(record, path, provenance=provenance, readout=series, summary=table)


def scripts(text):
    """What a browser would take for a script."""
    return re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)


@pytest.mark.parametrize(("fibres", "pressed"), [(0, True), (1, True), (5, True), (5, False)])
def test_the_figure_draws_without_a_warning(fibres, pressed):
    record = example_episode(fibres=fibres, pressed=pressed)
    if fibres == 5:
        record.populations["adelta"].quarantined = {1: "v is nan"}
        del record.populations["c"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw(record).startswith(PNG_START)


def test_the_figure_draws_tissue_it_has_not_met():
    population = tiny_population([[1], [1], [0]])
    population.states["energy_mM"] = np.array([[2.0], [1.0], [0.5]])
    record = tiny_episode([-1.0, 0.0, 1.0], [population], 1.0, 1.0)
    values, unit = centre_course(record, "energy")
    assert unit == "mM"
    np.testing.assert_allclose(values, [2.0, 1.0, 0.5])
    assert centre_course(record, "oxygen") is None
    assert draw(record).startswith(PNG_START)


def test_the_strip_shows_conducting_silent_firing_and_left_out():
    population = tiny_population([[1, 1, 1, 1], [1, 0, 0, 1]])
    population.fibres["ectopic_rate_hz"][1, 2] = 50.0
    population.quarantined = {3: "v is nan"}
    record = tiny_episode([0.0, 10.0], [population], 10.0, 10.0)
    image = strip_image(record, population)
    early, late = image[:, 0], image[:, -1]
    assert (early[0] == late[0]).all()
    assert late[1].mean() < 0.3 < early[1].mean()
    assert late[2][0] > 0.7 > late[2][2]
    assert (late[3] == 1.0).all()


def test_the_running_mean_keeps_a_constant_and_spreads_a_peak():
    record = tiny_episode(np.arange(0.0, 100.0, 5.0), [tiny_population(np.ones((20, 1)))], 50, 50)
    np.testing.assert_allclose(running_mean(record, np.full(20, 3.0)), 3.0)
    np.testing.assert_allclose(running_mean(record, np.eye(20)[10])[9:12], 1 / 3)


def test_the_report_is_written_beside_the_episode(tmp_path):
    path = stored(tmp_path)
    out = report.write_report(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["episode.h5", "report.html", "report.png"]
    assert (tmp_path / "report.png").read_bytes().startswith(PNG_START)
    text = out.read_text(encoding="utf-8")
    assert "leg_crossed" in text
    assert "data:image/png;base64," in text
    assert "assumed: touch is carried by A-beta fibres alone" in text
    assert not re.search(r"https?://|<link|src=\"(?!data:)", text)
    assert scripts(text)[1:] == [SCRIPT]
    assert len(json.loads(scripts(text)[0])["pressure_mmHg"]) == 400
    assert report.write_report(tmp_path) == out  # a run folder will do


def test_the_report_escapes_what_the_file_says(tmp_path):
    evil = "name: <script>alert(1)</script>\nnote: </pre><img src=x onerror=alert(2)>\n"
    text = report.write_report(stored(tmp_path, evil)).read_text(encoding="utf-8")
    assert scripts(text)[1:] == [SCRIPT]
    assert "alert(1)" not in "".join(scripts(text))
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_failure_leaves_the_folder_as_it_was(tmp_path, monkeypatch):
    path = stored(tmp_path)
    monkeypatch.setattr(report, "page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report.write_report(path)
    assert [p.name for p in tmp_path.iterdir()] == ["episode.h5"]


def test_the_pictures_for_a_readme(tmp_path):
    path = stored(tmp_path)
    found = report.write_pictures(path, tmp_path / "pictures")
    assert [p.name for p in found] == ["report-summary.png", "report-limb.png"]
    assert all(p.read_bytes().startswith(PNG_START) for p in found)


def test_a_full_disk_leaves_the_old_report(tmp_path, monkeypatch):
    out = report.write_report(stored(tmp_path))
    before = out.read_bytes()

    def refuse(_source, _target):
        raise OSError("No space left on device")

    monkeypatch.setattr("nervejax.analysis.whole_file.os.replace", refuse)
    with pytest.raises(OSError, match="No space"):
        report.write_report(tmp_path)
    assert out.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 3


def test_without_matplotlib_the_way_to_a_report_is_told(tmp_path, monkeypatch):
    path = stored(tmp_path)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(NervejaxError, match=re.escape("pip install 'nervejax[plots]'")) as caught:
        report.write_report(path)
    assert "nervejax report" in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["episode.h5"]
