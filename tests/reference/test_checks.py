"""``nervejax checks``: the table of checks, its page, the command, and some real readings."""

import json
import re

import numpy as np
import pytest

from nervejax.checks import bench as benches
from nervejax.checks import conduction, excitability, sizes, table
from nervejax.checks.bench import Bench, parameters_sha256
from nervejax.checks.experiments import EXPERIMENTS
from nervejax.checks.plan import PLAN
from nervejax.checks.reading import Check, Quantity
from nervejax.membranes.registry import MYELINATED, UNMYELINATED
from nervejax.population.classes import CLASSES

YEAR = r"(?:18|19|20)\d\d"
QUANTITIES = [(n, q) for n, check in table.CHECKS.items() for q in check.quantities.values()]


def test_the_plan_has_25_checks_and_so_has_the_table():
    assert [p.number for p in PLAN] == list(range(1, 26)) == list(table.CHECKS)
    assert all(p.title and p.sources and re.match("[HS]", p.grade) for p in PLAN)


def test_checks_of_episodes_name_experiments_that_there_are():
    for number, check in table.CHECKS.items():
        named = {*check.experiments, *check.quick_experiments}
        assert named <= set(EXPERIMENTS), number
        assert check.long <= set(check.quantities) and (number <= 9) == check.shared
        assert not (check.shared and named)
    assert set(EXPERIMENTS) == {e for check in table.CHECKS.values() for e in check.experiments}
    quick = {n for n, check in table.CHECKS.items() if check.quick}
    assert quick == {1, 2, 3, 4, 5, 6, 10, 12, 13, 14, 16, 19, 21, 22, 23}
    assert {e for n in quick for e in table.CHECKS[n].quick_experiments} == {"ischaemia_20"}


@pytest.mark.parametrize(("number", "q"), QUANTITIES, ids=lambda x: getattr(x, "words", x))
def test_every_quantity_is_complete(number, q):
    assert q.words and q.unit and q.source and q.low <= q.high
    same = [other.words for n, other in QUANTITIES if n == number]
    assert same.count(q.words) == 1
    plan = PLAN[number - 1]
    assert q.hard or "S" in plan.grade or number == 7
    years = set(re.findall(YEAR, plan.sources))
    assert years & set(re.findall(YEAR, q.source)) or number in (3, 12, 15)


def _fitted_in_the_sources():
    """(check, constant) of every constant that says it was fitted to a check of the table."""
    for module in (MYELINATED | UNMYELINATED).values():
        for name, constant in module.CONSTANTS.items():
            said = re.search(r"fitted to checks? (\d+(?: and \d+)*)", constant.source)
            for number in re.findall(r"\d+", said[1]) if said else ():
                yield int(number), name


def _fitted_in_the_calibrations(root):
    """(check, key) of every value of ``configs/physiology`` that says it was fitted to a check."""
    for path in (root / "configs" / "physiology").glob("*.yaml"):
        for line in path.read_text().splitlines():
            said = re.match(r"\s+(\w+): .*# fitted to checks? (\d+(?: and \d+)*)", line)
            for number in re.findall(r"\d+", said[2]) if said else ():
                yield int(number), said[1]


def test_what_was_fitted_to_a_check_is_not_called_validated(root):
    fitted = {n: " ".join(q.fitted for m, q in QUANTITIES if m == n) for n in table.CHECKS}
    said = {*_fitted_in_the_sources(), *_fitted_in_the_calibrations(root)}
    assert {(2, "g_na_S_per_cm2"), (4, "speed_h"), (5, "v_rest_mV"), (7, "volume_factor")} <= said
    assert [(n, name) for n, name in sorted(said) if name not in fitted[n]] == []
    assert "sensory" in CLASSES["adelta"].tuned and "class" in fitted[2]
    named = {(n, word) for n, words in fitted.items() for word in re.findall(r"\w*_\w*", words)}
    assert named - said == {(1, "diameter_um"), (10, "closing_rel"), (10, "venular_mmHg")}


def _rows(page):
    return [
        [c.strip() for c in line.split("|")[1:-1]]
        for line in page.splitlines()
        if line.startswith("|")
    ]


def test_the_page_is_of_these_checks_and_these_parameters(root):
    page = (root / "docs" / "checks.md").read_text()
    renew = "docs/checks.md is old: ./run checks --write docs/checks.md"
    assert f"parameters {parameters_sha256()[:12]}" in page, renew
    rows = {(row[0], row[1]): row for row in _rows(page) if len(row) == 11}
    assert list(rows)[2:] == [(str(number), q.words) for number, q in QUANTITIES], renew
    assert "not explained" not in page.lower()
    for number, q in QUANTITIES:
        _, _, _, band, _, first, _, second, grade, status, source = rows[str(number), q.words]
        assert (band, source) == (q.band_of, q.source), renew
        for verdict in (first, second):
            if verdict == "not run":
                assert q.slow, q.words
                continue
            assert (verdict == "reported", verdict == "not modelled") == (
                not q.banded and not q.absent,
                bool(q.absent),
            )
        judged = {first, second} & {"pass", "fail", "warn"}
        assert grade == ("" if not q.banded else "hard" if q.hard else "soft"), renew
        assert status == ("" if not judged else "calibrated" if q.fitted else "validated"), renew
        for verdict in judged & {"fail", "warn"}:
            told = re.escape(f"* {number}, {q.words}: {verdict}") + r"( \(\w+\))?\. "
            assert re.search(told + re.escape(f"{q.why[0].upper()}{q.why[1:]}."), page), renew
    assert [row[1] for row in _rows(page) if len(row) == 4][2:] == [p.title for p in PLAN]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--only", "99"], "unknown check '99'; available: 1, 2, 3, "),
        (["--only", "2,x"], "unknown check 'x'; available: 1, 2, "),
        (["--only", ""], "unknown check ''; available: "),
        (["--only", "26"], "unknown check '26'; available: "),
        (["--physiology", "litrature"], "unknown physiology 'litrature', did you mean literature?"),
        (["--seeds", "0"], "argument --seeds: must be a whole number of at least 1, got 0"),
        (["--jobs", "two"], "argument --jobs: must be a whole number of at least 1, got two"),
        (
            ["--write", "no/such/page.md"],
            "no/such/page.md: cannot be written; it must be a file in ",
        ),
        (["--json", "."], ".: cannot be written"),
        (["--onyl", "2"], "unknown option --onyl, did you mean --only?"),
        (["2"], "unrecognized arguments: 2"),
    ],
)
def test_wrong_words_get_one_line(command, tmp_path, words, line):
    status, out, err = command("checks", *words)
    assert (status, out) == (2, [])
    (only,) = err
    assert only.startswith(f"nervejax: {line}")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def two_checks(monkeypatch):
    """Two checks that take no time, one of which fails."""
    good = Check(
        {"a": Quantity("length", "m", 1, 2, "Someone 1990", fitted="g")},
        lambda b: {"a": 1.5},
        shared=True,
        quick=True,
    )
    bad = Check(
        {
            "b": Quantity("weight", "1", 1, 2, "Someone 1990", why="it is | heavy"),
            "c": Quantity("time", "s", 0, 1, "Someone 1990", hard=False),
            "d": Quantity("sleep", "s", 0, 1, "Someone 1990", slow=True),
        },
        lambda b: {"b": [1.0, 4.0 if b.physiology == "article" else 1.5], "c": np.nan, "d": 0.5},
    )
    monkeypatch.setattr(table, "CHECKS", {1: good, 2: bad})


def test_the_command_prints_findings_and_succeeds(command, two_checks, tmp_path):
    status, out, err = command("checks", "--json", "a.json", "--write", "a.md")
    assert status == 0
    assert re.split(r"\s{2,}", out[0].strip())[:5] == [
        "reading",
        "unit",
        "band",
        "article",
        "verdict",
    ]
    good = ["1", "length", "m", "1 to 2", "1.5", "pass", "1.5", "pass", "hard", "calibrated"]
    assert re.split(r"\s{2,}", out[1]) == good
    bad = [
        "2",
        "weight",
        "1 to 2",
        "2.5 (1 to 4)",
        "fail",
        "1.25 (1 to 1.5)",
        "pass",
        "hard",
        "validated",
    ]
    assert re.split(r"\s{2,}", out[2]) == bad
    assert "not measurable" in out[3] and "warn" in out[3] and "not run" in out[4]
    assert out[-2:] == [
        "article: 1 pass, 1 fail, 1 warn, 1 not run", "literature: 2 pass, 1 warn, 1 not run"
    ]  # fmt: skip
    written = ["results/checks/checks.json", "results/checks/checks.html", "a.json", "a.md"]
    assert [line for line in err if "check 1" in line or "wrote" in line] == [
        f"nervejax: check 1: {PLAN[0].title}", *(f"nervejax: wrote {name}" for name in written)
    ]  # fmt: skip
    data = json.loads((tmp_path / "a.json").read_text())
    assert (tmp_path / written[0]).read_text() == (tmp_path / "a.json").read_text()
    readings = [r for c in data["checks"] for r in c["readings"]]
    assert [r["results"]["article"]["values"] for r in readings] == [
        [1.5],
        [1.0, 4.0],
        [None],
        None,
    ]
    assert [r["results"]["literature"]["verdict"] for r in readings] == [
        "pass",
        "pass",
        "warn",
        "not run",
    ]
    page = (tmp_path / "a.md").read_text()
    assert "* 2, weight: fail (article). It is | heavy." in page
    assert "* 2, time: warn. Not explained yet." in page
    assert "`./run checks --write docs/checks.md`" in page and "* 1, length: g." in page


def test_a_part_can_be_asked_for(command, two_checks, tmp_path):
    asked = [
        "--only",
        "2,2",
        "--slow",
        "--physiology",
        "literature",
        "--dir",
        "here",
        "--write",
        "a.md",
    ]
    status, out, err = command("checks", *asked)
    assert status == 0 and len(out) == 6 and "0.5" in out[3]
    assert len([line for line in err if "check 2" in line]) == 1
    assert (
        "`./run checks --only 2,2 --physiology literature --slow --write"
        in (tmp_path / "a.md").read_text()
    )
    assert sorted(p.name for p in (tmp_path / "here").iterdir()) == ["checks.html", "checks.json"]


def test_a_quick_run_says_what_it_leaves_out(command, two_checks):
    status, out, err = command("checks", "--quick")
    assert status == 0 and out[1].startswith("1") and not any(line.startswith("2") for line in out)
    assert "nervejax: left out of --quick: checks 2" in err


def test_drawn_fibres_have_the_spread_of_their_class():
    fibres = benches.drawn_myelinated("adelta", 11)
    tuned = CLASSES["adelta"].tuned["sensory"]
    assert fibres.count == 30 and len(np.unique(fibres.diameter_um)) == 30
    per_area = fibres.p["g_ks"] / fibres.geometry["node_area_cm2"] * 1e-9
    assert np.std(np.log(per_area)) == pytest.approx(0.12, rel=0.3)
    assert np.median(per_area) == pytest.approx(tuned["g_ks_S_per_cm2"], rel=0.1)
    np.testing.assert_allclose(
        fibres.p["g_na"] / fibres.geometry["node_area_cm2"] * 1e-9, tuned["g_na_S_per_cm2"]
    )


def test_check_1_on_fewer_fibres(monkeypatch):
    monkeypatch.setattr(sizes, "PER_SEED", 400)
    assert {r.verdict for r in sizes.CHECK.readings(Bench())} == {"pass"}


@pytest.mark.slow
def test_checks_2_and_3_on_fewer_fibres(monkeypatch):
    monkeypatch.setattr(benches, "DRAWN_PER_SEED", 1)
    monkeypatch.setattr(
        benches, "SIZES_UM", {k: (v[0], v[-1]) for k, v in benches.SIZES_UM.items()}
    )
    bench = Bench()
    for check in (conduction.CHECK_2, conduction.CHECK_3):
        assert {r.verdict for r in check.readings(bench)} == {"pass"}
    monkeypatch.setattr(bench, "threshold_end_nA", lambda kind, d: np.where(d == d.max(), 0.0, 2.0))
    lost = {r.quantity.words: r for r in conduction.CHECK_3.readings(bench)}
    assert lost["C velocity"].verdict == lost["A-beta velocity"].verdict == "fail"
    assert lost["A-beta velocity"].text.endswith("; 1 of 5 not measurable")


def test_check_5_on_one_fibre(monkeypatch):
    monkeypatch.setattr(excitability, "MEDIAN_UM", (10.0,))
    sensory, motor, difference = excitability.CHECK_5.readings(Bench())
    assert (sensory.verdict, motor.verdict, difference.verdict) == ("pass", "pass", "fail")
    assert 300 < sensory.values[0] < 450 and 500 < motor.values[0] < 600
    assert difference.values[0] == sensory.values[0] - motor.values[0]


@pytest.mark.slow
def test_the_command_finds_what_the_page_says(command, root, tmp_path):
    status, out, _ = command("checks", "--only", "1,2,3,4,5,6,7,8,9", "--write", "page.md")
    assert status == 0
    pages = [(root / "docs" / "checks.md"), tmp_path / "page.md"]
    written, found = ([r for r in _rows(p.read_text()) if len(r) == 11] for p in pages)
    said = {(row[0], row[1]): row for row in written}
    for new in found[2:]:
        if new[5] != "not run":
            old = said[new[0], new[1]]
            assert [c for k, c in enumerate(old) if k not in (4, 6)] == [
                c for k, c in enumerate(new) if k not in (4, 6)
            ]
    assert any("not run" in line for line in out)
