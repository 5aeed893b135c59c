"""Sensitivity: a function whose indices are known, through our ranges, rows and blocks."""

import numpy as np
import pytest

from nervejax.analysis.ensemble_effects import effects_csv, effects_figure, effects_text
from nervejax.analysis.ensemble_numbers import known_outcomes, rank_correlation
from nervejax.cli.assumed import assumed_keys
from nervejax.cli.compose import compose, config_dir
from nervejax.cli.sensitivity import default_keys
from nervejax.config import Config
from nervejax.ensembles.axes import Axis
from nervejax.ensembles.sensitivity import HAPPENED, analyse, axes_around, sample

AXES = [
    Axis("pressure.peak_mmHg", low=60.0, high=180.0),
    Axis("pressure.edge_mm", low=0.1, high=10.0, log=True),
    Axis("nerve.length_mm", low=80.0, high=120.0),
]
"""Ranges that stand for -pi ... pi, one of them by ratio."""


def ishigami(columns):
    """Ishigami & Homma 1990, a = 7, b = 0.1; its indices are known in closed form."""
    x = [np.pi * (2 * axis.share_of(columns[axis.key]) - 1) for axis in AXES]
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def test_sobol_indices_of_a_known_function():
    columns = sample("sobol", AXES, 1024, 3)
    assert len(columns["nerve.length_mm"]) == 1024 * 5
    effects, treated = analyse("sobol", AXES, columns, {"y": ishigami(columns)}, 3)
    assert [e.first for e in effects] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert [e.second for e in effects] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    assert all(0 < e.second_conf < 0.1 for e in effects)
    assert (treated["y"].used, treated["y"].blocks) == (1024, 1024)


def test_morris_tells_a_straight_line_in_the_unit_of_the_outcome():
    columns = sample("morris", AXES, 20, 0)
    share = [axis.share_of(columns[axis.key]) for axis in AXES]
    outcomes = {"y_s": 3 * share[0] - 5 * share[1], "still": np.ones(len(share[0]))}
    effects, treated = analyse("morris", AXES, columns, outcomes, 0)
    assert [e.first for e in effects] == pytest.approx([3, 5, 0, 0, 0, 0], abs=1e-9)
    assert [e.second for e in effects] == pytest.approx([0] * 6, abs=1e-9)
    assert treated["still"].remark == "does not move"
    columns = sample("sobol", AXES, 4, 0)
    effects, _ = analyse("sobol", AXES, columns, {"still": np.ones(20)}, 0)
    assert np.isnan([e.first for e in effects]).all()


def test_blocks_without_a_number_are_left_out_whole_and_counted():
    columns = sample("morris", AXES, 30, 0)
    share = AXES[0].share_of(columns[AXES[0].key])
    values = np.where(share > 0.9, np.nan, 2 * AXES[1].share_of(columns[AXES[1].key]))
    effects, treated = analyse("morris", AXES, columns, {"y_s": values}, 0)
    gone = np.isnan(values).reshape(30, 4).any(axis=1).sum()
    assert 0 < gone < 27 and (treated["y_s"].used, treated["y_s"].blocks) == (30 - gone, 30)
    told = {(e.outcome, e.key): e.first for e in effects}
    assert told["y_s", "pressure.edge_mm"] == pytest.approx(2)
    assert told[f"{HAPPENED}y_s", "pressure.peak_mmHg"] > 0.3
    assert told[f"{HAPPENED}y_s", "pressure.edge_mm"] == 0
    assert treated[f"{HAPPENED}y_s"].used == 30
    done = np.arange(120) >= 4  # the first trajectory failed: whether it happens there is not known
    _, treated = analyse("morris", AXES, columns, {"y_s": np.where(done, values, np.nan)}, 0, done)
    assert treated[f"{HAPPENED}y_s"].used == 29
    _, treated = analyse(
        "morris", AXES, columns, {"y_s": np.where(done, 1 - share, np.nan)}, 0, done
    )
    assert list(treated) == ["y_s"] and treated["y_s"].used == 29
    effects, treated = analyse("morris", AXES, columns, {"y_s": np.full(120, np.nan)}, 0)
    assert np.isnan([e.first for e in effects]).all() and "no numbers" in treated["y_s"].remark


def test_what_a_file_calls_assumed_is_found_while_the_value_stands(tmp_path):
    (mine := tmp_path / "scenario").mkdir()
    (mine / "chair.yaml").write_text(
        "# @package _global_\nname: chair\npressure:\n  edge_mm: 3 # assumed: soft\n"
        "  rise_s: 9.0 # measured, not assumed\nnerve: {grid_mm: 0.5} # assumed\n"
    )
    folders = [config_dir(), tmp_path]

    def found(*words):
        (config,) = compose(["scenario=chair", *words], tmp_path)
        return set(assumed_keys(config, folders))

    keys = found()
    assert {"pressure.edge_mm", "pressure.length_mm", "physiology.mechanics.spread_mm"} <= keys
    assert not {"pressure.rise_s", "nerve.grid_mm", "physiology.mechanics.elastic"} & keys
    assert found("pressure.edge_mm=2.5") == keys - {"pressure.edge_mm"}
    assert "physiology.mechanics.elastic" in found("physiology=literature")


def test_ranges_are_cut_to_what_is_allowed():
    base = Config()
    base.pressure.peak_mmHg, base.pressure.edge_mm = 0.0, 0.05
    axes, left_out = axes_around(base, ["pressure.peak_mmHg", "pressure.edge_mm"], 0.2)
    assert left_out == ["pressure.peak_mmHg"]
    assert (axes[0].low, axes[0].high) == pytest.approx((0.05, 0.06))  # not below what is allowed


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_the_result_as_text_csv_and_bars(method):
    columns = sample(method, AXES, 8, 0)
    rows = len(columns["nerve.length_mm"])
    outcomes = {"half_block_abeta_s": ishigami(columns), "gone_s": np.full(rows, np.nan)}
    effects, _ = analyse(method, AXES, columns, outcomes, 0)
    lines = effects_csv(method, effects).decode().splitlines()
    assert (
        len(lines) == 7 and lines[-1].endswith(",,") and lines[1].startswith("half_block_abeta_s,")
    )
    assert float(lines[1].split(",")[3]) == effects[0].first
    text = effects_text(method, effects)
    assert "half_block_abeta_s" in text and " -" in text
    assert len(effects_figure(method, effects).axes) == 1


def test_rank_correlation_with_ties_and_gaps():
    x = np.array([1.0, 2, 2, 3, 4, np.nan, 6])
    assert rank_correlation(x, x**3)[0] == pytest.approx(1) and rank_correlation(x, x)[1] == 6
    from scipy.stats import spearmanr

    y = np.array([3.0, 1, 4, 4, 5, 9, 2])
    there = np.isfinite(x)
    assert rank_correlation(x, y)[0] == pytest.approx(spearmanr(x[there], y[there]).statistic)
    assert np.isnan(rank_correlation(x, np.ones(7))[0]) and np.isnan(
        rank_correlation(x[:3], x[:3])[0]
    )


def test_outcomes_that_can_be_named_are_those_of_a_summary():
    from nervejax.analysis.readout import readout
    from nervejax.analysis.summary import summarise
    from tests.unit.analysis_example import example_episode

    record = example_episode()
    summary = summarise(record, readout(record))
    assert set(known_outcomes()) == {n for n, v in summary.items() if not isinstance(v, str)}


def test_what_varies_by_default_can_differ_from_row_to_row():
    assumed = ["output.segment_every_s", "pressure.peak_mmHg", "scenario", "seed"]
    assert default_keys(assumed) == ["pressure.peak_mmHg"]
