"""The page of the checks with its figures, and the command with episodes behind it."""

import json
import re

import numpy as np
import pytest

from nervejax.analysis import check_plot, plots
from nervejax.analysis.check_plot import Row, check_png
from nervejax.checks import experiments, runner, table
from nervejax.checks.experiments import Experiment
from nervejax.checks.reading import Check, Quantity, Reading
from nervejax.cli.checks_html import as_html
from nervejax.cli.checks_page import as_text, count_text, reasons
from nervejax.errors import NervejaxError
from nervejax.recording.layout import FILE_NAME
from tests.format.example import example_episode, write_example

Q = Quantity("weight <b>", "kg", 1, 2, "Someone 1990")


def found(article, literature):
    """Readings of check 1 with these values."""
    both = {"article": article, "literature": literature}
    return {name: {1: [Reading(Q, np.array(v))]} for name, v in both.items()}


def test_the_page_holds_a_figure_for_every_check_and_no_script():
    page = as_html(found([1.5, 1.6], [3.0]), "./run checks")
    assert page.count("data:image/png;base64,") == 1 and "<script" not in page
    assert not re.search(r"(src|href)=.http", page)
    assert "weight &lt;b&gt;" in page and "<b>" not in page
    assert "article: 1 pass" in page and "literature: 1 fail" in page
    assert "fail (literature). Not explained yet." in page
    assert "base64" not in as_html(found([1.5], [1.5]), "./run checks", figures=False)


def test_reasons_are_told_once_where_they_agree():
    assert reasons(found([3.0], [3.0])) == ["1, weight <b>: fail. Not explained yet."]
    assert reasons(found([1.5], [np.nan])) == [
        "1, weight <b>: fail (literature). Not explained yet."
    ]
    assert reasons(found([1.5], [1.5])) == []
    assert count_text(found([1.5], [1.5])["article"]) == "1 pass"
    assert "not measurable" in as_text(found([1.5], [np.nan]))


@pytest.mark.parametrize(
    ("low", "high", "values"),
    [(1, 2, [1.5]), (-np.inf, 2, [0.5, 7.0]), (1, np.inf, [0.01, 900.0]), (-np.inf, np.inf, [3.0]),
     (0, 0, [0.0]), (-1, -0.4, [np.nan]), (-np.inf, np.inf, []), (1, 2, None)],
)  # fmt: skip
def test_any_reading_can_be_drawn(low, high, values):
    some = None if values is None else np.array(values, float)
    row = Row(
        "words " * 20, "mV", low, high, True, {"article": (some, "fail"), "b": (None, "not run")}
    )
    assert check_png([row, row])[:4] == b"\x89PNG"


def test_axes_hold_band_and_values():
    def limits(low, high, *values):
        return check_plot._limits(Row("", "", low, high, True, {"a": (np.array(values), "pass")}))

    low, high = limits(1, 2, 5.0)
    assert low < 1 and high > 5
    low, high = limits(1, np.inf, 500.0)
    assert 0 < low < 1 and high > 500
    assert limits(-np.inf, np.inf) == (0.0, 1.0)


def test_without_matplotlib_the_numbers_are_there(command, made, monkeypatch, tmp_path):
    def missing():
        raise NervejaxError("drawing needs matplotlib")

    monkeypatch.setattr(check_plot, "require_matplotlib", missing)
    status, _, err = command("checks")
    assert status == 0 and any("no figures: drawing needs matplotlib" in line for line in err)
    assert "base64" not in (tmp_path / "results" / "checks" / "checks.html").read_text()
    assert plots.require_matplotlib is not missing


@pytest.fixture
def made(monkeypatch):
    """One check of one experiment; episodes are written without being simulated."""
    for name in list(experiments.EXPERIMENTS):
        monkeypatch.delitem(experiments.EXPERIMENTS, name)
    monkeypatch.setitem(experiments.EXPERIMENTS, "one", Experiment((), 1.0, 2))
    fibres = Quantity("fibres", "1", 2, 3, "Someone 1990")
    steps = Quantity("steps", "1", 0, np.inf, "Someone 1990")
    check = Check(
        {"fibres": fibres, "steps": steps},
        lambda b: {
            "fibres": lambda: [len(r.populations["c"].nodes["diameter_um"]) for r in b.episodes("one")],
            "steps": 7.0,
        },
        experiments=("one",), quick=True, quick_experiments=("one",),
    )  # fmt: skip
    monkeypatch.setattr(table, "CHECKS", {16: check})
    ran = []

    def run_jobs(jobs, workers, say, done):
        for job in jobs:
            ran.append(job.name)
            if job.physiology == "article" and job.seed == 1:
                done(job, "it rained")
            else:
                write_example(job.folder / FILE_NAME, example_episode(2 + job.seed))
                job.stamp()

    monkeypatch.setattr(runner, "run_jobs", run_jobs)
    return ran


def test_episodes_are_run_once_and_a_failure_is_told(command, made, tmp_path):
    status, out, err = command("checks", "--jobs", "2")
    assert status == 0
    assert made == [f"{p}/one seed {k}" for p in ("article", "literature") for k in (0, 1)]
    assert re.split(r"\s{2,}", out[1])[:5] == ["16", "fibres", "2 to 3", "not run", "2.5 (2 to 3)"]
    assert out[-2:] == ["article: 1 pass, 1 not run", "literature: 2 pass"]
    data = json.loads((tmp_path / "results" / "checks" / "checks.json").read_text())
    assert data["checks"][0]["experiments"] == {"one": [0, 1]}
    result = data["checks"][0]["readings"][0]["results"]["article"]
    assert result["reason"] == "article/one seed 1: it rained" and result["values"] is None
    made.clear()
    _, _, err = command("checks")
    assert made == ["article/one seed 1"]
    assert "nervejax: 3 of 4 episodes are stored in results/checks" in err
    made.clear()
    command("checks", "--quick")
    assert made == []
    command("checks", "--refresh", "--physiology", "literature", "--seeds", "1")
    assert made == ["literature/one seed 0"]


def test_a_folder_that_cannot_be_is_one_line(command, made, tmp_path):
    (tmp_path / "file").write_text("")
    status, out, err = command("checks", "--dir", "file")
    assert (status, out, err) == (2, [], ["nervejax: --dir file: is a file"])
    status, _, err = command("checks", "--dir", "file/below")
    assert status == 2 and err[-1].startswith("nervejax: --dir file/below: ")
    assert made == []
