"""Runs of a sweep find their place: which settings are axes, what is a replicate, what is not known."""

import numpy as np
import pytest

from nervejax.analysis import sweep_axes
from nervejax.analysis.sweep_axes import Axis, numeric_axes, sweep_grids
from nervejax.analysis.sweep_cells import on_grid
from nervejax.analysis.sweep_numbers import (
    DOSE_RESPONSE,
    ONSET,
    blocked_end_percent,
    conducting_end,
    ectopic_per_fibre,
)
from tests.unit.sweep_example import DURATION, PRESSURE, grid_runs, sweep_run

NAN = float("nan")


def onset_of(run):
    return ONSET.value(run, "abeta")


def test_axes_are_numbers_that_differ_and_never_the_seed():
    runs = [
        sweep_run({"a_mm": "2", "b": "x", "c": "1", "d": "1.0", "e": "nan", "seed": "0"}),
        sweep_run({"a_mm": "10", "b": "3", "c": "1", "d": "1", "e": "2", "seed": "1"}),
    ]
    found = numeric_axes(runs)
    assert [axis.key for axis in found] == ["a_mm"]
    assert found[0].values.tolist() == [2.0, 10.0]


def test_times_are_shown_in_minutes_and_others_in_the_unit_of_the_key():
    time, rise = Axis(DURATION, np.array([60.0, 90.0])), Axis("pressure.rise_s", np.array([1.0, 5]))
    assert (time.label, time.shown.tolist()) == ("time under pressure [min]", [1.0, 1.5])
    assert (rise.label, rise.shown.tolist()) == ("pressure rise [s]", [1.0, 5.0])
    assert Axis(PRESSURE, np.array([30.0, 60.0])).told(1) == "peak pressure 60 mmHg"
    assert Axis("numerics.duty", np.array([0.5, 1.0])).label == "numerics duty"
    assert [Axis("a_mm", np.array([low, 40.0])).logarithmic for low in (0, 2, 3)] == [
        False, True, False,
    ]  # fmt: skip


def test_values_of_a_grid_are_means_over_seeds_with_their_spread():
    grids, remarks = sweep_grids(grid_runs((40, 80), (1200, 600, 900), seeds=(0, 1, 5)))
    assert remarks == [] and len(grids) == 1
    grid = grids[0]
    assert [axis.key for axis in grid.axes] == [PRESSURE, DURATION]
    assert (grid.shape, grid.replicates, grid.words) == ((2, 3), 3, "")
    cells = on_grid(grid, onset_of)
    lowest = np.array([[50.0, 55.0, 60.0], [90.0, 95.0, 100.0]])
    assert cells.mean == pytest.approx(lowest + 0.2)
    assert cells.low == pytest.approx(lowest) and cells.high == pytest.approx(lowest + 0.5)
    assert (cells.told == 3).all() and (cells.happened == 3).all()


def test_time_lies_along_the_columns_whatever_comes_first():
    runs = [sweep_run({DURATION: s, PRESSURE: p}) for s in (60, 120, 180) for p in (40, 80)]
    assert [axis.key for axis in sweep_grids(runs)[0][0].axes] == [PRESSURE, DURATION]
    runs = [sweep_run({PRESSURE: p, DURATION: s}) for s in (60, 120) for p in (40, 80, 90)]
    assert [axis.key for axis in sweep_grids(runs)[0][0].axes] == [PRESSURE, DURATION]


def test_never_is_not_missing():
    runs = [
        sweep_run({PRESSURE: 40, DURATION: 600}, numb_onset_s=NAN),
        sweep_run({PRESSURE: 40, DURATION: 900, "seed": 0}, numb_onset_s=NAN),
        sweep_run({PRESSURE: 40, DURATION: 900, "seed": 1}, numb_onset_s=300.0),
        sweep_run({PRESSURE: 80, DURATION: 600}, numb_onset_s=NAN, conducting_before_rel=0.0),
    ]
    cells = on_grid(sweep_grids(runs)[0][0], onset_of)
    assert cells.never.tolist() == [[True, False], [False, False]]
    assert cells.sometimes.tolist() == [[False, True], [False, False]]
    assert cells.missing.tolist() == [[False, False], [True, True]]
    assert np.isnan(cells.mean).tolist() == [[True, False], [True, True]]
    assert cells.mean[0, 1] == pytest.approx(5.0)


def test_what_else_differs_splits_the_runs_up_to_a_bound():
    runs = [
        run
        for length in range(7)
        for run in grid_runs((40, 80, 90), (60, 120, 180), **{"nerve.length_mm": length % 2, "m": length})
    ]  # fmt: skip
    grids, remarks = sweep_grids(runs)
    assert [axis.key for axis in grids[0].axes] == ["m", PRESSURE]
    few = [run for run in runs if run.settings["m"] in "012"]
    grids, remarks = sweep_grids([run for run in few if run.settings[DURATION] != "180"])
    assert len(grids[0].axes) == 2 and PRESSURE in {axis.key for axis in grids[0].axes}
    named = [run for k in range(7) for run in grid_runs((40, 80), (60, 120), physiology=f"kind{k}")]
    grids, remarks = sweep_grids(named)
    assert [grid.words for grid in grids] == [f"physiology kind{k}" for k in range(6)]
    assert len(remarks) == 1 and "only the first 6" in remarks[0]
    assert all(grid.replicates == 1 for grid in grids)


def test_the_same_number_in_another_spelling_is_one_part():
    runs = grid_runs((40,), (60, 120), more="1e0") + grid_runs((80,), (60, 120), more="1.0")
    grids, _ = sweep_grids(runs)
    assert len(grids) == 1 and len(grids[0].runs) == 4


def test_runs_off_the_grid_are_told_in_words():
    random = [sweep_run({PRESSURE: 40 + k, DURATION: 600 + 7 * k}) for k in range(8)]
    grids, remarks = sweep_grids(random)
    assert grids == [] and "not on a grid" in remarks[0]
    assert sweep_axes.LEAST_FILLED_REL > 8 / 64
    without = [*grid_runs((40, 80), (60, 120)), sweep_run({PRESSURE: 40})]
    grids, remarks = sweep_grids(without)
    assert len(grids) == 1 and remarks[0].startswith("1 runs do not set")
    assert sum(len(found) for found in grids[0].runs.values()) == 4


@pytest.mark.parametrize(
    "settings", [[], [{PRESSURE: 40}], [{"seed": 0}, {"seed": 1}], [{"a": "x"}, {"a": "y"}]]
)
def test_without_a_swept_number_there_is_no_grid(settings):
    assert sweep_grids([sweep_run(one) for one in settings]) == ([], [])


def test_a_column_keeps_its_runs_and_says_which_it_is():
    grid = sweep_grids(grid_runs((40, 80), (600, 1200), seeds=(0, 1)))[0][0]
    column = grid.column(1)
    assert (column.shape, column.replicates) == ((2,), 2)
    assert column.words == "time under pressure 20 min"
    assert on_grid(column, onset_of).low == pytest.approx([60.0, 100.0])
    assert on_grid(grid.column(0), onset_of).low == pytest.approx([50.0, 90.0])


def test_numbers_of_a_run():
    run = sweep_run({})
    assert ectopic_per_fibre(run, "abeta") == pytest.approx(40 / 8)
    assert conducting_end(run, "abeta") == 0.75
    assert DOSE_RESPONSE[1].value(run, "c") == pytest.approx(2.0)
    assert blocked_end_percent(run) == pytest.approx(25.0)
    run = sweep_run({}, classes=["abeta"])
    assert [q.value(run, "c") for q in DOSE_RESPONSE] == [None] * 4
    assert blocked_end_percent(sweep_run({}, classes=["c"])) is None
    assert conducting_end(sweep_run({}, conducting_end_rel=NAN), "abeta") is None


def test_block_that_stays_counts_every_fibre_once():
    run = sweep_run({})
    run.summary["fibres_adelta_count"], run.summary["conducting_end_adelta_rel"] = 26.0, 0.0
    assert blocked_end_percent(run) == pytest.approx(100 * (8 * 0.25 + 24) / 32)
    run.summary["conducting_before_adelta_rel"] = 0.5
    assert blocked_end_percent(run) == pytest.approx(100 * (8 * 0.25 + 12) / 20)
