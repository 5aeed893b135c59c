"""Microneurography and the choice of instants against episodes made by hand."""

import numpy as np
import pytest

from nervejax.analysis.instrument_instants import instant_label, nearest_steps, spread_choice
from nervejax.analysis.instrument_micro import KINDS, microneurography, sweeps, tables
from nervejax.analysis.instrument_micro_plot import _looks, draw_microneurography, sweep_of
from nervejax.errors import NervejaxError
from tests.unit.analysis_example import example_episode, tiny_episode, tiny_population


def by_hand(fibres=3):
    """Windows of 1 s at 0, 10 and 20 s, a session at 10 s; fibre 1 is stimulated and answers twice."""
    held = tiny_population(
        np.ones((3, fibres)), [(0.5, 0), (10.204, 1), (10.209, 1), (10.6, 1), (20.3, 2)],
        [(0.0, 1.0, 10.0), (10.0, 1.0, 10.0), (20.0, 1.0, 10.0)],
    )  # fmt: skip
    held.spike_stimulus = np.array([-1, 0, 0, 1, -1])
    held.stimulus_time_ms = np.array([10_200.0, 10_595.0])
    held.stimulus_fibre = np.array([1, 1])
    held.fibres["latency_ms"] = np.array([[1.0, 2.0, 3.0], [1.5, np.nan, 3.0], [1.2, 2.2, 3.3]])
    return tiny_episode([0.0, 10.0, 20.0], [held], 15.0, 15.0)


def test_what_was_sent_and_what_answers_is_told_apart():
    found = microneurography(by_hand(), "abeta", fibres=3)
    assert found.fibre.tolist() == [2, 1, 0]  # thick above thin
    kinds = [KINDS[k] for k in found.kind]
    assert kinds == ["ectopic", "sent", "evoked", "repeat", "sent", "evoked", "ectopic"]
    np.testing.assert_allclose(
        found.time_s, [0.5, 10.2, 10.204, 10.209, 10.595, 10.6, 20.3], rtol=1e-12
    )
    assert found.fibre[found.row].tolist() == [0, 1, 1, 1, 1, 1, 2]
    assert np.isnan(found.origin_mm).tolist() == [k == "sent" for k in kinds]
    assert found.session.tolist() == [False, True, False]
    np.testing.assert_array_equal(found.latency_ms[:, 2], [1.0, 1.5, 1.2])


def test_only_what_was_asked_for_is_kept():
    found = microneurography(by_hand(), "abeta", fibres=[1], start_s=5.0, end_s=15.0)
    assert found.window_start_s.tolist() == [10.0] and found.step_s.tolist() == [10.0]
    assert len(found.time_s) == 5 and set(found.row) == {0} and set(found.window) == {0}
    assert np.isnan(found.latency_ms).tolist() == [[True]]


def test_a_spike_that_arrives_after_its_window_belongs_to_it():
    record = by_hand()
    record.populations["abeta"].spike_time_ms[3] = 11_002.0
    found = microneurography(record, "abeta", fibres=[1])
    assert found.window[-1] == 1


def test_fibres_are_spread_over_the_diameters_and_sound():
    record = example_episode(20)
    held = record.populations["abeta"]
    held.quarantined[19] = "made up"
    held.nodes["lost"] = np.arange(20) == 0
    found = microneurography(record, "abeta", fibres=4)
    assert found.fibre.tolist() == [18, 12, 7, 1]
    np.testing.assert_array_equal(found.diameter_um, held.nodes["diameter_um"][found.fibre])
    assert len(microneurography(record, "abeta", fibres=99).fibre) == 18


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"fibres": [7]}, "A-beta fibre 7 cannot be recorded from"),
        (
            {"start_s": 100.0, "end_s": 160.0},
            "no window of A-beta fibres opens from 1.667 min on to",
        ),
    ],
)
def test_what_cannot_be_shown_is_one_line(changes, told):
    with pytest.raises(NervejaxError, match=told):
        microneurography(by_hand(), "abeta", **changes)


def test_no_sound_fibre():
    record = by_hand()
    record.populations["abeta"].quarantined.update(dict.fromkeys(range(3), "made up"))
    with pytest.raises(NervejaxError, match="no A-beta fibre to record from"):
        microneurography(record, "abeta")


def test_windows_are_cut_into_sweeps_and_gaps_stay_gaps():
    found = microneurography(by_hand(), "abeta")
    starts, lengths = sweeps(found, 0.4)
    np.testing.assert_allclose(starts[:3], [0.0, 0.4, 0.8])
    np.testing.assert_allclose(lengths, [0.4, 0.4, 0.2] * 3)
    assert lengths.sum() == pytest.approx(found.window_s.sum())
    assert sweep_of(starts, np.array([0.0, 0.39, 0.41, 1.5, 10.0])).tolist() == [0, 0, 1, 2, 3]


def test_tables_say_the_same_in_words():
    found = microneurography(by_hand(), "abeta", fibres=3)
    written = tables(found)
    columns, rows = written["spikes"]
    assert columns == ["limb_time_s", "fibre", "kind", "origin_mm"]
    assert rows[1][:3] == [10.2, 1, "sent"] and rows[2][1:] == [1, "evoked", 48.0]
    assert written["windows"][1] == [[0.0, 1.0, 0], [10.0, 1.0, 1], [20.0, 1.0, 0]]
    assert written["latency"][0] == ["limb_time_s", *(f"fibre_{k}_latency_ms" for k in (2, 1, 0))]
    assert written["latency"][1][2] == [20.0, 3.3, 2.2, 1.2]


def test_the_figure_shows_every_spike_and_what_was_not_stepped():
    record = by_hand()
    fig = draw_microneurography(record, microneurography(record, "abeta", fibres=3))
    rasters = [ax for ax in fig.axes if ax.get_title(loc="left").endswith("µm")]
    drawn = [sum(len(line.get_xdata()) for line in ax.lines if line.get_marker() == "|")
             for ax in rasters]  # fmt: skip
    assert drawn == [1, 3, 1]  # arriving spikes; thick above thin
    white = rasters[0].collections[0].get_paths()
    assert len(white) == 6  # two sweeps of half a second in each window
    fig.canvas.draw()


def test_close_looks_are_at_sessions_and_at_ectopic_spikes():
    found = microneurography(by_hand(), "abeta")
    starts, _ = sweeps(found, 0.5)
    np.testing.assert_allclose(starts[_looks(found, starts)], [0.5, 10.0, 10.5, 20.0])
    silent = microneurography(by_hand(), "abeta", fibres=[0], start_s=15.0)
    assert _looks(silent, sweeps(silent, 0.5)[0]).size == 0
    record = by_hand()
    draw_microneurography(record, silent).canvas.draw()


def test_one_late_spike_does_not_hide_the_others():
    record = by_hand()
    held = record.populations["abeta"]
    held.fibres = {k: np.repeat(v, 100, axis=0) for k, v in held.fibres.items()}
    record.time_s = np.linspace(0.0, 29.9, 300)
    held.fibres["latency_ms"][150, 0] = 50.0
    fig = draw_microneurography(record, microneurography(record, "abeta", fibres=3))
    leaf = next(ax for ax in fig.axes if ax.get_title(loc="left") == "1 ms")
    assert 50.0 < leaf.get_xlim()[1] < 100.0  # from 1 to 1.5 ms; the late one is 4900 %
    (mark,) = [line for line in leaf.lines if line.get_marker() == ">"]
    np.testing.assert_allclose(mark.get_ydata(), [record.time_s[150] / 60])


def test_half_of_the_instants_are_where_much_happens():
    time = np.arange(100.0)
    change = np.where(time == 50, 1.0, 0.0)
    even = spread_choice(time, np.zeros(100), 5)
    np.testing.assert_allclose(even, [0, 25, 49.5, 74, 99], atol=0.5)
    both = spread_choice(time, change, 5)
    assert both[0] == 0 and both[-1] == 99 and 49 <= both[2] <= 50
    assert spread_choice(time[:3], change[:3], 5).tolist() == [0, 1, 2]
    late = spread_choice(time, np.where(time > 90, 1.0, 0.0), 10)
    assert (late > 85).sum() >= 5 and (spread_choice(time, 0 * time, 10) > 85).sum() == 2


def test_instants_in_words_and_as_steps():
    record = by_hand()
    words = [instant_label(record, t) for t in (-90.0, -12.0, 14.0, 15.0, 15.0 + 93.0)]
    assert words == [
        "1.5 min before", "12 s before", "14 s under pressure", "0 s after release",
        "1.6 min after release",
    ]  # fmt: skip
    assert nearest_steps(record, [-5.0, 0.2, 0.25, 9.0]).tolist() == [0, 1, 2]
