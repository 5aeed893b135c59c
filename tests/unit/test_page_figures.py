"""The figures of the page draw whatever the episode holds, and their numbers are right."""

import warnings

import numpy as np
import pytest

from nervejax.analysis import nerve_states, nerve_strips, page_figures
from nervejax.analysis.cnap import cnap_series
from nervejax.analysis.page_budget import balance_table, budget_section
from nervejax.analysis.page_instruments import instrument_section
from nervejax.analysis.readout import readout
from tests.unit.analysis_example import example_episode, tiny_episode, tiny_population
from tests.unit.test_instruments_excitability import weiss_test

PNG_START = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _coarse_pixels(monkeypatch):
    monkeypatch.setattr(page_figures, "DOTS_PER_INCH", 40)


@pytest.mark.parametrize(("fibres", "pressed"), [(0, True), (1, True), (5, True), (5, False)])
def test_every_figure_draws_without_a_warning(fibres, pressed):
    record = example_episode(fibres=fibres, pressed=pressed)
    if fibres == 5:
        record.populations["adelta"].quarantined = {1: "v is nan"}
        del record.populations["c"]
        for population in record.populations.values():
            shape = population.fibres["conducting"].shape
            population.fibres["threshold_ratio"] = np.full(shape, np.nan)
            population.fibres["latency_ms"] = np.where(population.fibres["conducting"], 2.0, np.nan)
            population.states["energy_rel"] = np.full(shape, 0.9)
    series = readout(record)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure in (
            page_figures.course_figure(record, series),
            page_figures.nerve_figure(record),
            page_figures.fibre_figure(record),
            page_figures.tissue_figure(record),
        ):
            assert figure.png.startswith(PNG_START)
            assert 0 < figure.span_rel[0] < figure.span_rel[1] <= 1
        assert "data:image/png" in instrument_section(record, series)
        assert "data:image/png" in budget_section(record)


def test_instruments_show_what_the_run_measured():
    record = example_episode(fibres=4)
    for population in record.populations.values():
        conducts = population.fibres["conducting"]
        population.fibres["latency_ms"] = np.where(conducts, 2.0, np.nan)
        population.nodes["conduction_velocity_m_per_s"] = np.full(conducts.shape[1], 40.0)
    without = instrument_section(record, readout(record) | cnap_series(record))
    assert "Compound action potential, A-beta" in without
    assert "Nerve-excitability test" not in without
    record.populations["abeta"].excitability = weiss_test(4)
    held = instrument_section(record, readout(record) | cnap_series(record))
    assert "Nerve-excitability test, A-beta" in held
    record.populations["abeta"].fibres["latency_ms"][:] = np.nan  # nothing to compare with
    assert "Compound action potential, A-beta" not in instrument_section(record, readout(record))


def test_a_figure_is_small_enough_for_a_phone():
    assert page_figures.WIDTH_IN <= 5  # 10 pt of 5 in are 7.2 px of 360


def test_spikes_stop_where_the_file_says():
    population = tiny_population([[1, 1, 1], [0, 0, 1]])
    population.fibres["failing_site_mm"] = np.array([[np.nan] * 3, [10.0, 99.9, np.nan]])
    unknown = tiny_population([[1], [0]], name="c")
    record = tiny_episode([0.0, 1.0], [population, unknown], 1.0, 1.0)
    share = nerve_strips.blocked_share(record)
    edges = nerve_strips.place_edges_mm(record)
    assert not share[0].any()
    assert share[1].sum() == pytest.approx(2 / 4)  # of four fibres, one fails nobody knows where
    assert share[1][np.searchsorted(edges, 10.0) - 1] == pytest.approx(1 / 4)
    assert share[1][-1] == pytest.approx(1 / 4)
    population.quarantined = {0: "v is nan"}
    assert nerve_strips.blocked_share(record)[1].sum() == pytest.approx(1 / 3)


def test_origins_are_rates_of_limb_time():
    windows = [(0.0, 1.0, 10.0), (10.0, 1.0, 10.0)]
    population = tiny_population([[1, 1], [1, 1]], [(0.5, 0), (0.6, 1), (10.5, 0)], windows)
    record = tiny_episode([0.0, 10.0], [population], 10.0, 10.0)
    rate = nerve_strips.origin_rate_hz(record)
    here = np.searchsorted(nerve_strips.place_edges_mm(record), 48.0) - 1
    np.testing.assert_allclose(rate[:, here], [1.0, 0.5])  # (2, 1) x 10 spikes / 10 s / 2 fibres
    assert rate.sum() == pytest.approx(1.5)


def test_the_middle_half_is_that_of_the_fibres_with_a_number():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(30, 9))
    values[rng.random((30, 9)) < 0.4] = np.nan
    values[3] = np.nan
    population = tiny_population(np.ones((30, 10)))
    population.quarantined = {9: "v is nan"}
    stored = np.column_stack([values, np.full(30, 99.0)])
    found = nerve_states.middle_half(population, stored)
    enough = np.isfinite(values).sum(axis=1) >= 4.5
    assert 5 < enough.sum() < 30
    expected = np.nanpercentile(values[enough], (25, 50, 75), axis=1)
    np.testing.assert_allclose(found[:, enough], expected)
    assert np.isnan(found[:, ~enough]).all()


def test_latency_is_told_against_the_fibre_itself():
    population = tiny_population([[1, 1], [1, 1], [0, 0]])
    population.fibres["latency_ms"] = np.array([[2.0, 4.0], [3.0, 10.0], [np.nan, np.nan]])
    change = nerve_states.latency_change(population, before=0)
    np.testing.assert_allclose(change, [1.0, 2.0, np.nan])


def test_what_does_not_add_up_is_marked():
    record = tiny_episode([0.0, 1.0], [tiny_population([[1], [1]])], 1.0, 1.0)
    assert "no balance" in balance_table(record)
    record.balance = {"sodium_abeta_rel": 1e-9, "charge_c_rel": 0.01}
    assert "bad" not in balance_table(record)
    record.balance["sodium_c_rel"] = 0.02
    assert balance_table(record).count('class="bad"') == 1
    assert "sodium C" in balance_table(record)
    record.balance["oxygen_rel"] = float("nan")
    assert balance_table(record).count('class="bad"') == 2
