"""Rows of an ensemble: what --vary means, where designs put points, and what a CSV file may hold."""

import numpy as np
import pytest

from nervejax.config import Config, problems
from nervejax.config.check import changed_problems
from nervejax.ensembles.axes import parse_axis
from nervejax.ensembles.designs import SAMPLED, design_columns, unit_points
from nervejax.ensembles.rows import Rows, read_rows, row_problems
from nervejax.ensembles.values import with_values
from nervejax.errors import NervejaxError


def test_ranges_lists_and_steps():
    assert parse_axis("seed=0:10:3").values == (0, 5, 10)
    assert parse_axis("pressure.edge_mm=0.1:10:3:log").values == pytest.approx((0.1, 1, 10))
    assert parse_axis("pressure.peak_mmHg=10:20:2").values == (10.0, 20.0)
    assert parse_axis("pressure.deforms=true,false").values == (True, False)
    assert parse_axis("population.membrane_a=sensory,pena2024").values == ("sensory", "pena2024")
    axis = parse_axis("pressure.peak_mmHg=20:200")
    assert (axis.low, axis.high, axis.log, axis.values) == (20.0, 200.0, False, ())
    for word in ("seed=0:9", "pressure.deforms=true,false", "seed=3,1", "pressure.edge_mm=1.0:2.5"):
        assert str(parse_axis(word)) == word
    assert parse_axis(str(parse_axis("nerve.length_mm=5:1e3:log"))).at([0.5])[0] == pytest.approx(
        5**0.5 * 1e3**0.5
    )


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("pressure.peak_mmhg=1:2", "did you mean pressure.peak_mmHg?"),
        ("pressure=1:2", "group of keys"),
        ("name=a,b", "one for all rows"),
        ("output.report=true,false", "no effect"),
        ("instruments.excitability_at_s=1:2", "is a list"),
        ("pressure.peak_mmHg=1:5000", "between 0 and 2000 mmHg"),
        ("pressure.peak_mmHg=9:9", "below the second"),
        ("pressure.peak_mmHg=0:9:log", "above 0"),
        ("pressure.peak_mmHg=1:nan", "finite number"),
        ("pressure.peak_mmHg=1:9:1", "number of values"),
        ("pressure.peak_mmHg=1:9:5:6", "number of values"),
        ("pressure.deforms=false:true", "list its values"),
        ("seed=0:3:9", "fewer than 9 whole numbers"),
        ("seed=1.5,2", "whole number"),
        ("seed=1", "does not differ"),
        ("seed=1,1", "twice"),
        ("seed", "cannot be read"),
    ],
)
def test_wrong_axes_say_why(word, said):
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        parse_axis(word)


@pytest.mark.parametrize("design", SAMPLED)
def test_a_design_fills_its_ranges_and_can_be_drawn_again(design):
    axes = [parse_axis("pressure.peak_mmHg=20:200"), parse_axis("seed=0:3"),
            parse_axis("pressure.edge_mm=0.1:10:log")]  # fmt: skip
    one, again = (design_columns(axes, design, 64, 7) for _ in range(2))
    other = design_columns(axes, design, 64, 8)
    assert all(np.array_equal(one[key], again[key]) for key in one)
    assert not np.array_equal(one["pressure.peak_mmHg"], other["pressure.peak_mmHg"])
    peak = one["pressure.peak_mmHg"]
    assert (peak >= 20).all() and (peak <= 200).all() and np.ptp(peak) > 150
    assert set(one["seed"].tolist()) == {0, 1, 2, 3} and one["seed"].dtype == np.int64
    if design != "random":  # every whole number has an equal share of the range
        assert np.bincount(one["seed"]).min() >= 14
    assert abs((one["pressure.edge_mm"] < 1).mean() - 0.5) < 0.15  # by ratio


def test_a_latin_hypercube_has_one_point_in_every_layer():
    layers = np.floor(unit_points("lhs", 50, 3, 0) * 50)
    assert all(sorted(layers[:, k]) == list(range(50)) for k in range(3))


def test_a_grid_holds_every_combination_the_last_changing_fastest():
    axes = [parse_axis("seed=1,2"), parse_axis("pressure.peak_mmHg=10:30:3")]
    found = design_columns(axes, "grid", None, 0)
    assert found["seed"].tolist() == [1, 1, 1, 2, 2, 2]
    assert found["pressure.peak_mmHg"].tolist() == [10, 20, 30, 10, 20, 30]
    with pytest.raises(NervejaxError, match="a grid needs values"):
        design_columns([parse_axis("seed=1:9")], "grid", None, 0)
    with pytest.raises(NervejaxError, match="at most 1000000"):
        design_columns([parse_axis("seed=0:9999:10000")] * 2, "grid", None, 0)


def test_rows_come_back_from_csv_bit_for_bit(tmp_path):
    axes = [parse_axis("pressure.peak_mmHg=20:200"), parse_axis("seed=0:99"),
            parse_axis("pressure.deforms=true,false"),
            parse_axis("population.membrane_a=a,b")]  # fmt: skip
    rows = Rows(design_columns(axes, "random", 200, 0))
    path = tmp_path / "rows.csv"
    path.write_bytes(b"\xef\xbb\xbf" + b"".join(rows.csv_lines()))  # as spreadsheets write it
    back = read_rows(path)
    assert list(back.columns) == list(rows.columns)
    for key, values in rows.columns.items():
        assert back.columns[key].dtype == values.dtype and np.array_equal(back.columns[key], values)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "first line must hold the keys"),
        ("seed\n", "no rows"),
        ("seeds\n1\n", r"line 1: seeds: unknown key, did you mean seed\?"),
        ("seed,seed\n1,1\n", "two columns"),
        ("seed,pressure.peak_mmHg\n1,2\n\n1\n", "line 4: 1 cells, not 2"),
        ("pressure.peak_mmHg\n1_0\n", "line 2: .*finite number"),
        ("pressure.peak_mmHg\ninf\n", "line 2: .*finite number"),
        ("pressure.deforms\n1\n", "true or false"),
        ("seed\n1.0\n", "whole number"),
        ("seed,pressure.peak_mmHg\n1,\n", "is empty"),
        ('seed\n"1\n', "cannot be read as CSV"),
        ("seed\n" + "x\n" * 12, "and 2 more lines"),
    ],
)
def test_a_wrong_file_says_where(tmp_path, text, said):
    path = tmp_path / "r.csv"
    path.write_text(text)
    with pytest.raises(NervejaxError, match=said):
        read_rows(path)


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "r.csv"
    path.write_bytes(b"seed\n\xff\xfe\n")
    with pytest.raises(NervejaxError, match="UTF-8"):
        read_rows(path)
    path.write_text("seed\n1\n2\n3\n")
    monkeypatch.setattr("nervejax.ensembles.rows.MOST_ROWS", 2)
    with pytest.raises(NervejaxError, match="more than 2 rows"):
        read_rows(path)
    monkeypatch.setattr("nervejax.ensembles.rows.MAX_BYTES", 5)
    with pytest.raises(NervejaxError, match="larger than"):
        read_rows(path)


def test_a_row_is_the_base_with_other_values_and_is_judged_as_a_run_is():
    base = Config()
    config = with_values(base, {"pressure.peak_mmHg": 3000.0, "seed": 4})
    assert (config.pressure.peak_mmHg, config.seed) == (3000.0, 4)
    assert (base.pressure.peak_mmHg, base.seed) == (120.0, 0) and config.nerve is base.nerve
    assert changed_problems(config, ["pressure.peak_mmHg", "seed"]) == problems(config) != []
    apart = with_values(base, {"pressure.centre_mm": 3.0})  # two keys at odds
    assert changed_problems(apart, ["pressure.centre_mm"]) == problems(apart) != []
    rows = Rows({"pressure.peak_mmHg": np.array([50.0] + [2e4] * 12)})
    found = row_problems(base, rows)
    assert len(found) == 11 and found[0].startswith("row 1: pressure.peak_mmHg=20000")
    assert found[-1] == "and 2 more rows"
