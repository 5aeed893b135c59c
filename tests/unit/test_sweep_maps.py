"""Curves and maps of a sweep draw whatever its runs hold, and say what their colours do not."""

import re
import time
import warnings

import numpy as np
import pytest

from nervejax.analysis import page_figures, page_sweep, plots
from nervejax.analysis.page_figures import page_canvas
from nervejax.analysis.page_sweep import sweep_page
from nervejax.analysis.page_sweep_figures import chosen_columns, swept_section
from nervejax.analysis.sweep_axes import sweep_grids
from nervejax.analysis.sweep_cells import on_grid
from nervejax.analysis.sweep_curves import draw_curves, spaced
from nervejax.analysis.sweep_lesions import LESIONS, SOURCES, safety_words
from nervejax.analysis.sweep_maps import draw_map, short
from nervejax.analysis.sweep_numbers import DOSE_RESPONSE, ONSET, blocked_end_percent
from nervejax.analysis.sweep_safety import (
    MARKS,
    draw_safety,
    is_safety_grid,
    log_edges,
    safety_figure,
)
from nervejax.errors import NervejaxError
from tests.unit.sweep_example import DURATION, PRESSURE, grid_runs, sweep_run

NAN = float("nan")
EIGHT = (30, 40, 50, 60, 80, 100, 150, 200), (300, 600, 900, 1200, 1800, 2700, 3600, 7200)


@pytest.fixture
def coarse(monkeypatch):
    monkeypatch.setattr(page_figures, "DOTS_PER_INCH", 40)


def grid_of(runs):
    return sweep_grids(runs)[0][0]


def texts(axes):
    return [text.get_text() for text in axes.texts]


def titles(section):
    return re.findall(r"<h3>([^<]*)</h3>", section)


def drawn_map(runs):
    grid = grid_of(runs)
    with page_canvas(4.0) as fig:
        axes = fig.add_axes((0.15, 0.2, 0.7, 0.7))
        draw_map(axes, grid, on_grid(grid, lambda run: ONSET.value(run, "abeta")))
        fig.canvas.draw()
    return axes


def test_a_map_prints_its_numbers_and_no_colour_where_there_is_none():
    runs = [
        sweep_run({PRESSURE: 40, DURATION: 600}, numb_onset_s=NAN),
        sweep_run({PRESSURE: 40, DURATION: 1200, "seed": 0}, numb_onset_s=NAN),
        sweep_run({PRESSURE: 40, DURATION: 1200, "seed": 1}, numb_onset_s=300.0),
        sweep_run({PRESSURE: 80, DURATION: 600}, numb_onset_s=6000.0),
    ]
    axes = drawn_map(runs)
    assert sorted(texts(axes)) == ["100", "5.0*"]
    hatched = axes.collections[0]
    assert hatched.get_hatch() and len(hatched.get_paths()) == 1
    assert hatched.get_paths()[0].get_extents().bounds == pytest.approx((-0.5, -0.5, 1, 1))
    assert [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in axes.lines] == [
        ([1], [1])
    ]
    assert np.ma.getmaskarray(axes.images[0].get_array()).tolist() == [[True, False], [False, True]]
    assert axes.get_xlabel() == "time under pressure [min]"
    assert axes.get_ylabel() == "peak pressure [mmHg]"
    assert [t.get_text() for t in axes.get_xticklabels()] == ["10", "20"]


def test_a_large_map_has_no_numbers_and_labels_that_do_not_touch():
    axes = drawn_map(grid_runs(range(40, 51), range(600, 1260, 60)))
    assert axes.images[0].get_array().shape == (11, 11) and texts(axes) == []
    axes = drawn_map(grid_runs((40, 80), range(600, 6600, 100)))
    assert 2 < len(axes.get_xticks()) < 15
    assert texts(drawn_map(grid_runs(range(40, 50), range(600, 1200, 60)))) != []


def test_what_did_not_happen_stands_above_the_curve():
    runs = [sweep_run({PRESSURE: p}, half_block_s=600.0 * p if p > 1 else NAN) for p in (1, 2, 3)]
    grid, quantity = grid_of(runs), DOSE_RESPONSE[0]
    curves = {"abeta": on_grid(grid, lambda run: quantity.value(run, "abeta"))}
    with page_canvas(3.0) as fig:
        axes = fig.add_subplot()
        draw_curves(axes, grid.axes[0], quantity, curves)
        fig.canvas.draw()
    line, _, never = axes.lines
    assert line.get_xdata().tolist() == [1, 2, 3]
    assert np.isnan(line.get_ydata()[0]) and line.get_ydata()[1:].tolist() == [20.0, 30.0]
    assert never.get_xdata().tolist() == [1.0]
    assert 30.0 < never.get_ydata()[0] < axes.get_ylim()[1]
    assert max(axes.get_yticks()) <= 30.0 * 1.08
    assert "never" in axes.get_title(loc="right")


def test_the_safety_map_lies_on_a_log_axis_of_minutes_with_every_published_mark():
    runs = grid_runs((0, 40, 320), (0, 600, 1200))
    for run in runs:
        if run.settings[PRESSURE] == "320":
            run.summary["conducting_end_abeta_rel"] = run.summary["conducting_end_adelta_rel"] = 0.1
    grid = grid_of(runs)
    assert is_safety_grid(grid)
    assert not is_safety_grid(grid_of([sweep_run({PRESSURE: p}) for p in (1, 2)]))
    assert not is_safety_grid(
        grid_of([sweep_run({"a_mm": p, DURATION: s}) for p in (1, 2) for s in (600, 900)])
    )
    with page_canvas(4.7) as fig:
        axes = fig.add_axes((0.13, 0.2, 0.7, 0.7))
        mesh = draw_safety(axes, grid, on_grid(grid, blocked_end_percent))
        fig.canvas.draw()
    assert axes.get_xscale() == "log"
    assert np.asarray(mesh.get_array()).reshape(2, 2) == pytest.approx(
        np.array([[25.0, 25.0], [90.0, 90.0]])
    )
    x_min = np.asarray(mesh.get_coordinates())[0, :, 0]
    assert x_min == pytest.approx([10 / 2**0.5, 10 * 2**0.5, 20 * 2**0.5])
    signs = [text for text in texts(axes) if text in SOURCES]
    assert sorted(signs) == sorted([lesion.sign for lesion in LESIONS] + ["e", "e"])
    assert texts(axes).count("25") == 2 and texts(axes).count("90") == 2
    for lesion in LESIONS:
        assert lesion.left in MARKS and lesion.sign in SOURCES


def test_the_caption_names_every_source_and_what_the_map_is_not():
    words = safety_words()
    assert all(source in words for source in SOURCES.values())
    assert all(lesion.words in words for lesion in LESIONS)
    assert "minutes to hours after release, not days" in words
    assert "block that outlasts the episode" in words


def test_edges_lie_half_way_on_a_log_axis():
    assert log_edges(np.array([1.0, 4.0, 16.0])) == pytest.approx([0.5, 2.0, 8.0, 32.0])
    assert len(log_edges(np.array([3.0]))) == 2


def test_labels_keep_apart():
    assert spaced(np.array([0.0, 0.1, 0.5, 0.7, 1.0]), 0.4) == [0, 2, 4]
    assert [short(v) for v in (0.0, 0.05, 12.34, 99.96, 1234.5)] == [
        "0", "0.1", "12.3", "100", "1234",
    ]  # fmt: skip


NUMBERLESS = {"numb_onset_s": NAN, "recovery_s": NAN, "half_block_s": NAN}


@pytest.mark.parametrize(
    ("runs", "figures"),
    [
        (grid_runs((40,), (600, 1200)), 1),
        (grid_runs((40, 80), (600,), seeds=(0, 1, 2)), 1),
        ([sweep_run({PRESSURE: p}, **NUMBERLESS) for p in (1, 2)], 1),
        ([sweep_run({"a_mm": p, DURATION: s}, **NUMBERLESS) for p in (1, 2) for s in (60, 120)], 4),
        (grid_runs(*EIGHT), 6),
        (grid_runs((0, 80), (0, 1200)), 5),
        (
            [
                r
                for k in (1, 5, 9)
                for r in grid_runs((40, 80, 90, 99), (600, 900, 990, 999), n_mm=k)
            ],
            12,
        ),
        ([sweep_run({PRESSURE: p}, classes=["c"]) for p in (1, 2)], 1),
        ([sweep_run({PRESSURE: p}, classes=[]) for p in (1, 2)], 0),
    ],
)
def test_every_sweep_draws_without_a_warning(runs, figures, coarse):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        section = swept_section(runs)
    assert section.count("data:image/png") == figures
    assert len(titles(section)) == figures


def test_the_class_on_the_maps_is_the_first_that_conducts(coarse):
    settings = [{"a_mm": p, "b_mm": s} for p in (1, 2) for s in (1, 2)]
    assert "C falls numb" in titles(swept_section([sweep_run(s, classes=["c"]) for s in settings]))
    assert "A-beta falls numb" in titles(swept_section([sweep_run(s) for s in settings]))


def test_curves_stand_for_the_ends_and_the_middle_of_the_columns():
    grid = grid_of(grid_runs((40, 80), (60, 120, 180, 240, 300)))
    assert chosen_columns(grid, 1) == [0, 2, 4] and chosen_columns(grid, 3) == [2]
    assert chosen_columns(grid_of(grid_runs((40, 80), (60, 120))), 1) == [0, 1]


def test_the_page_has_them_between_the_pictures_and_the_numbers(coarse):
    text = sweep_page("x", grid_runs((40, 80), (600, 1200)), [])
    places = [text.index(f"<h2>{words}") for words in ("Every run", "Over what", "Runs in numbers")]
    assert places == sorted(places)
    assert "Over what was swept" not in sweep_page("x", grid_runs((40,), (600,), seeds=(0, 1)), [])


def test_without_matplotlib_the_page_is_as_it_was(monkeypatch):
    def missing():
        raise NervejaxError("no matplotlib")

    monkeypatch.setattr(plots, "require_matplotlib", missing)
    assert "Over what was swept" not in sweep_page("x", grid_runs((40, 80), (600, 1200)), [])


def test_words_from_a_file_are_escaped(coarse):
    runs = [sweep_run({PRESSURE: p, "<b>": kind}) for p in (1, 2) for kind in ("<i>", "x")]
    random = [sweep_run({"<u>_mm": k, "<b>_mm": k}) for k in range(9)]
    for section in (swept_section(runs), swept_section(random)):
        assert section and not re.search("<[biu]>", section)


def test_only_the_first_pictures_are_shown(monkeypatch):
    monkeypatch.setattr(page_sweep, "PICTURES", 3)
    runs = [sweep_run({"kind": f"k{k}"}) for k in range(4)]
    text = sweep_page("x", runs, [])
    assert text.count('class="spark"') == 3 and "The first 3 of 4 runs" in text
    assert "kind k3" in text
    text = sweep_page("x", runs[:3], [])
    assert text.count('class="spark"') == 3 and "The first" not in text


def test_no_run_that_can_tell_is_no_figure():
    grid = grid_of(
        [sweep_run({PRESSURE: p, DURATION: s}, classes=["c"]) for p in (1, 2) for s in (1, 2)]
    )
    assert safety_figure(grid) is None


def test_a_page_of_64_runs_is_quick():
    runs = grid_runs(*EIGHT)
    start_s = time.process_time()
    sweep_page("x", runs, [])
    assert time.process_time() - start_s < 5.0
