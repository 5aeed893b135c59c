"""The summary's numbers against hand-made records."""

import math

import numpy as np
import pytest

from nervejax.analysis.readout import readout
from nervejax.analysis.summary import MEANING, key, summarise
from nervejax.recording.model import CLASSES
from tests.unit.analysis_example import example_episode, tiny_episode, tiny_population

TIME_S = np.arange(-10.0, 100.0, 10.0)


def summary_of(population, compression_s=40.0, recovery_s=60.0, time_s=TIME_S):
    record = tiny_episode(time_s, [population], compression_s, recovery_s)
    return summarise(record, readout(record))


def lost_between(spans):
    """Conduction (T, F) of fibres that are silent in [start, end) seconds."""
    return np.array([[not (a <= t < b) for a, b in spans] for t in TIME_S])


def test_loss_and_return_of_conduction():
    spans = [(10, 50), (20, 60), (30, 70), (math.inf, math.inf)]
    table = summary_of(tiny_population(lost_between(spans)))
    assert table["conducting_before_abeta_rel"] == 1.0
    assert table["first_block_abeta_s"] == 10.0
    assert table["numb_onset_abeta_s"] == 20.0
    assert table["numb_end_abeta_s"] == 60.0
    assert table["conducting_min_abeta_rel"] == 0.25
    assert table["recovery_abeta_s"] == 70.0 - 40.0
    assert table["conducting_end_abeta_rel"] == 1.0
    assert table["order_of_loss"] == "A-beta 0.3 min"


def test_half_block_counts_fibres_ever_lost_not_lost_at_once():
    table = summary_of(tiny_population(lost_between([(10, 20), (30, 40), (math.inf, math.inf)])))
    assert table["half_block_abeta_s"] == 30.0
    assert math.isnan(table["numb_onset_abeta_s"])
    assert table["order_of_loss"] == "A-beta not lost"


def test_recovery_must_last():
    conducting = lost_between([(10, 50)])
    conducting[TIME_S == 80.0] = False
    table = summary_of(tiny_population(conducting))
    assert table["recovery_abeta_s"] == 90.0 - 40.0
    conducting[-1] = False
    assert math.isnan(summary_of(tiny_population(conducting))["recovery_abeta_s"])


def test_a_fibre_that_never_conducted_is_not_a_loss():
    conducting = np.ones((len(TIME_S), 2))
    conducting[:, 1] = 0
    table = summary_of(tiny_population(conducting))
    assert table["conducting_before_abeta_rel"] == 0.5
    assert math.isnan(table["first_block_abeta_s"])
    assert table["recovery_abeta_s"] == 0.0


def test_a_quarantined_fibre_is_never_numb():
    population = tiny_population(lost_between([(10, 99), (math.inf, math.inf)]), [(45.0, 0)])
    population.quarantined = {0: "v is nan"}
    table = summary_of(population)
    assert table["quarantined_abeta_count"] == 1
    assert math.isnan(table["first_block_abeta_s"])
    assert table["ghost_spikes_total"] == 0


def test_spikes_are_weighted_by_what_their_window_stands_for():
    windows = [(-10.0, 0.5, 10.0), (10.0, 0.5, 5.0), (50.0, 2.0, 6.0)]
    spikes = [(-9.9, 0), (10.1, 0), (10.2, 1), (50.1, 0), (51.0, 0), (52.01, 0)]
    table = summary_of(tiny_population(np.ones((len(TIME_S), 2)), spikes, windows))
    observed = [table[f"ectopic_spikes_{p}_abeta_count"] for p in ("baseline", "compression")]
    assert observed == [1, 2]
    assert table["ectopic_spikes_estimated_baseline_abeta_count"] == pytest.approx(20.0)
    assert table["ectopic_spikes_estimated_compression_abeta_count"] == pytest.approx(2 * 10.0)
    assert table["ectopic_spikes_estimated_recovery_abeta_count"] == pytest.approx(3 * 3.0)
    assert table["ghost_spikes_total"] == 6
    assert table["observed_abeta_s"] == pytest.approx(3.0)
    assert table["ectopic_first_abeta_s"] == pytest.approx(10.1)
    assert table["ectopic_last_abeta_s"] == pytest.approx(12.01)
    assert table["ectopic_fibres_abeta_rel"] == 0.5


def test_a_spike_with_a_stimulus_is_no_ghost():
    population = tiny_population(np.ones((len(TIME_S), 1)), [(50.0, 0)], [(50, 1, 1)], stimulus=3)
    assert summary_of(population)["ghost_spikes_total"] == 0


def test_irregularity_uses_intervals_inside_unbroken_observation_only():
    gaps_ms = np.array([30.0, 90.0, 30.0, 90.0, 30.0])
    times_s = 50.0 + np.concatenate([[0.0], np.cumsum(gaps_ms)]) / 1e3
    spikes = [(t, 0) for t in times_s] + [(70.0, 0), (70.001, 1)]
    contiguous = [(50.0, 0.2, 0.2), (50.2, 0.3, 0.3), (70.0, 0.2, 5.0)]
    table = summary_of(tiny_population(np.ones((len(TIME_S), 2)), spikes, contiguous))
    assert table["interval_cv_abeta_rel"] == pytest.approx(gaps_ms.std() / gaps_ms.mean())
    broken = [(50.0, 0.13, 0.2), (50.2, 0.3, 0.3), (70.0, 0.2, 5.0)]
    table = summary_of(tiny_population(np.ones((len(TIME_S), 2)), spikes, broken))
    assert math.isnan(table["interval_cv_abeta_rel"])


def test_an_interval_beside_a_stimulated_spike_is_not_ectopic():
    spikes = [(50.0 + 0.1 * i**1.5, 0) for i in range(7)]
    population = tiny_population(np.ones((len(TIME_S), 1)), spikes, [(50, 9, 9)])
    assert summary_of(population)["interval_cv_abeta_rel"] > 0
    population.spike_stimulus[3] = 7
    assert math.isnan(summary_of(population)["interval_cv_abeta_rel"])
    population.spike_stimulus[3:] = [-1, -1, -1, 7]  # five intervals, the last one evoked
    assert summary_of(population)["interval_cv_abeta_rel"] == pytest.approx(
        np.std(np.diff(np.arange(6) ** 1.5)) / np.mean(np.diff(np.arange(6) ** 1.5))
    )


def test_bursts_are_runs_of_short_intervals():
    starts_s = [(50.0, 3), (50.3, 5), (50.6, 1)]
    spikes = [(start + 0.008 * i, 0) for start, size in starts_s for i in range(size)]
    spikes += [(50.1 + 0.005 * i, 1) for i in range(2)]
    table = summary_of(tiny_population(np.ones((len(TIME_S), 2)), spikes, [(50, 1, 1)]))
    assert table["bursts_abeta_count"] == 3
    assert table["spikes_per_burst_abeta_count"] == 3.0
    assert table["intraburst_interval_abeta_ms"] == pytest.approx(8.0)


def test_how_fibres_fire_after_release_is_told_by_class():
    def doublets(start_s):
        return [(start_s + 0.3 * k + 0.008 * i, 0) for k in range(12) for i in range(2)]

    rows = ("interval_cv2_rel", "doublets_rel", "spike_correlation_rel")
    other = [(t + 0.004, 1) for t, _ in doublets(45.0)]
    windows = [(30.0, 5.0, 5.0), (45.0, 5.0, 5.0)]
    made = tiny_population(np.ones((len(TIME_S), 2)), doublets(45.0) + other, windows)
    values = [summary_of(made)[key(row, "abeta")] for row in rows]
    assert values[0] == pytest.approx(2 * (292.0 - 8.0) / (292.0 + 8.0)) and values[1] == 1.0
    assert values[2] > 0.5
    before = tiny_population(np.ones((len(TIME_S), 2)), doublets(30.0), windows)
    assert all(math.isnan(summary_of(before)[key(row, "abeta")]) for row in rows), "before release"


def test_back_to_baseline_needs_conduction_and_a_minute_of_silence():
    conducting = lost_between([(10, 50)])
    quiet = summary_of(tiny_population(conducting, [(55.0, 0)], [(50, 9, 9)]), recovery_s=90.0)
    assert quiet["baseline_again_s"] == pytest.approx(15.0)
    late = summary_of(tiny_population(conducting, [(55.0, 0)], [(50, 9, 9)]), recovery_s=70.0)
    assert math.isnan(late["baseline_again_s"])


def test_every_class_has_every_number_even_without_fibres():
    for record in (example_episode(), example_episode(fibres=0)):
        table = summarise(record, readout(record))
        assert {key(quantity, name) for quantity in MEANING for name in CLASSES} <= set(table)
        assert all(isinstance(value, float | int | str) for value in table.values())


def test_an_episode_that_ends_under_pressure_has_no_recovery():
    population = tiny_population(np.ones((5, 1)))
    table = summary_of(population, 40.0, 0.0, np.arange(-10.0, 40.0, 10.0))
    assert math.isnan(table["recovery_abeta_s"])
    assert math.isnan(table["baseline_again_s"])
