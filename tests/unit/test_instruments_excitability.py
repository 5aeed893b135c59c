"""The virtual nerve-excitability test against tests made by hand, and what all instruments write."""

import csv

import numpy as np
import pytest

from nervejax.analysis.instrument_excitability import excitability_study, tables
from nervejax.analysis.instrument_excitability_plot import excitability_plots
from nervejax.analysis.instruments import Settings, classes_for, csv_bytes, write_instrument
from nervejax.errors import NervejaxError
from nervejax.recording.model import Excitability
from tests.unit.analysis_example import example_episode

WIDTH_MS = np.array([0.1, 0.2, 0.5, 1.0])
TAU_MS, RHEOBASE_NA = 0.4, np.array([0.3, 0.5, 0.4, 0.2])


def weiss_test(fibres=4):
    """Two instants; fibres that follow Weiss's law exactly, the last not excitable at the second one."""
    rheobase = np.resize(RHEOBASE_NA, fibres) * np.array([[1.0], [2.0]])
    rheobase[1, -1] = np.nan
    threshold = rheobase[:, None] * (WIDTH_MS[:, None] + TAU_MS) / WIDTH_MS[:, None]
    known = np.where(np.isfinite(rheobase), 1.0, np.nan)
    number = np.arange(fibres)
    return Excitability(
        instant_s=np.array([-10.0, 600.0]), width_ms=WIDTH_MS,
        interval_ms=np.array([2.0, 5.0, 50.0]), current_rel=np.array([0.4, -0.4]),
        delay_ms=np.array([10.0, 98.0]), threshold_nA=threshold,
        strength_duration_us=1e3 * TAU_MS * known, rheobase_nA=rheobase,
        recovery_change_rel=np.array([3.0, -0.2, 0.1])[:, None] * known[:, None] + 0.01 * number,
        electrotonus_reduction_rel=np.array([[0.6, 0.5], [-0.7, -0.9]])[..., None]
        * known[:, None, None],
    )  # fmt: skip


def episode(fibres=4):
    record = example_episode(fibres)
    record.populations["abeta"].excitability = weiss_test(fibres)
    return record


def test_medians_follow_from_the_fibres():
    found = excitability_study(episode(), "abeta")
    assert found.excitable.tolist() == [4, 3] and found.fibres == 4
    np.testing.assert_allclose(found.time_constant_us.middle, [400.0, 400.0])
    np.testing.assert_allclose(found.charge_rel.middle, [WIDTH_MS + TAU_MS] * 2)
    np.testing.assert_allclose(found.rheobase_nA.middle, [0.35, 0.8])
    np.testing.assert_allclose(found.recovery_percent.middle[0], [301.5, -18.5, 11.5])
    np.testing.assert_allclose(found.recovery_percent.low[0, 1], -19.25)
    np.testing.assert_allclose(found.electrotonus_percent.middle[1], [[60, 50], [-70, -90]])


def test_quarantined_fibres_are_left_out():
    record = episode()
    record.populations["abeta"].quarantined[0] = "made up"
    found = excitability_study(record, "abeta")
    assert found.fibres == 3 and found.excitable.tolist() == [3, 2]
    np.testing.assert_allclose(found.rheobase_nA.middle[0], 0.4)
    assert {row[1] for row in tables(record, found)["recovery"][1]} == {1, 2, 3}


def test_the_few_that_still_answer_do_not_stand_for_the_class():
    record = episode()
    test = record.populations["abeta"].excitability
    assert test is not None
    test.recovery_change_rel[0, 0, :3] = np.nan
    test.recovery_change_rel[0, 1, :2] = np.nan
    middle = excitability_study(record, "abeta").recovery_percent.middle[0]
    assert np.isnan(middle).tolist() == [True, False, False]


def test_the_nearest_instants_are_taken():
    found = excitability_study(episode(), "abeta", at_min=[9.0, 11.0])
    assert found.instant_s.tolist() == [600.0]
    np.testing.assert_allclose(found.rheobase_nA.middle, [0.8])
    assert {row[0] for row in tables(episode(), found)["thresholds"][1]} == {600.0}


@pytest.mark.parametrize(
    ("population", "told"),
    [
        (
            "adelta",
            r"no excitability test of A-delta fibres: run with instruments.excitability_at_s=",
        ),
        ("c", "no excitability test of C fibres: the test is for A fibres"),
    ],
)
def test_an_episode_without_tests_says_how_to_get_one(population, told):
    with pytest.raises(NervejaxError, match=told):
        excitability_study(episode(), population)


def test_tables_hold_every_fibre():
    found = tables(episode(), excitability_study(episode(), "abeta"))
    assert {name: len(rows) for name, (_, rows) in found.items()} == {
        "thresholds": 2 * 4 * 4, "recovery": 2 * 4 * 3, "electrotonus": 2 * 4 * 4,
    }  # fmt: skip
    assert found["electrotonus"][1][3] == [-10.0, 0, -0.4, 98.0, -0.9]


def test_the_figure_draws_each_instant():
    record = episode()
    fig = excitability_plots(record, excitability_study(record, "abeta"))
    duration, recovery, electrotonus = fig.axes
    curves = [line for line in recovery.lines if len(line.get_xdata()) == 3]
    np.testing.assert_allclose(curves[0].get_ydata(), [301.5, -18.5, 11.5])
    assert len(curves) == 2 and recovery.get_ylim()[1] == 80.0
    assert len([line for line in electrotonus.lines if line.get_marker() == "o"]) == 4
    assert len([line for line in duration.lines if line.get_marker() == "_"]) == 2
    fig.canvas.draw()


def test_every_instrument_leaves_its_files(tmp_path):
    record = episode()
    held = record.populations["abeta"]
    held.nodes["conduction_velocity_m_per_s"] = np.full(4, 50.0)
    held.fibres["latency_ms"] = np.where(held.fibres["conducting"] > 0, 1.0, np.nan)
    names = {
        "micro": ["microneurography_abeta.png"] + [
            f"microneurography_abeta_{k}.csv" for k in ("spikes", "windows", "latency")
        ],
        "ncs": ["conduction_abeta.png", "conduction_abeta_traces.csv", "conduction_abeta_course.csv"],
        "excitability": ["excitability_abeta.png"] + [
            f"excitability_abeta_{k}.csv" for k in ("thresholds", "recovery", "electrotonus")
        ],
    }  # fmt: skip
    for instrument, expected in names.items():
        files = write_instrument(record, instrument, "abeta", tmp_path / "new", Settings())
        assert [path.name for path in files] == expected
        assert files[0].read_bytes().startswith(b"\x89PNG")
        for path in files[1:]:
            with path.open() as file:
                rows = list(csv.reader(file))
            assert len(rows) > 2 and len({len(row) for row in rows}) == 1


def test_csv_has_empty_cells_for_nan():
    found = csv_bytes(["a_ms", "b"], [[0.1, "x"], [np.nan, 3]])
    assert found == b"a_ms,b\n0.1,x\n,3\n"


def test_classes_that_an_instrument_can_show():
    record = episode()
    assert classes_for(record, "micro") == ["abeta", "adelta", "c"]
    assert classes_for(record, "excitability") == ["abeta"]
