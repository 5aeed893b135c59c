"""A nerve that was not well before: what each key of ``pathology`` changes, and that it still rests."""

import numpy as np
import pytest

from nervejax.analysis.readout import readout
from nervejax.analysis.summary import summarise
from nervejax.episode.cables import opening_of
from nervejax.episode.condition import lasting_opening, lost_fibres, thinned
from nervejax.episode.driver import run_episode
from nervejax.population.classes import ABETA, ADELTA, C
from nervejax.population.draw import draw_fibres
from nervejax.recording.model import CAUSES
from tests.episode.by_hand import alike, coupled, myelinated
from tests.episode.conftest import short_config

SICK = {
    "pump_rel": 0.65, "nodal_sodium_rel": 0.7, "myelin_rel": 0.5, "opening_S_per_cm2": 0.001,
    "axon_loss_rel": 0.5,
}  # fmt: skip


def sick(name, **more):
    return alike(**{f"pathology__{name}": SICK[name]}, **more)


@pytest.mark.parametrize("name", SICK)
def test_a_sick_fibre_rests_too(name):
    for kind in (ABETA, ADELTA):
        group = myelinated(sick(name), kind)
        for _ in range(3):
            coupled(group)
            group.advance(20.0, group.window(0.06).seconds)
        now = group.snapshot()
        assert np.abs(now["potential_mV"] - group.p["v_rest"]).max() < 0.1
        np.testing.assert_allclose(now["na_i_mM"], group.p["na_i_rest"], atol=1e-3)


def test_constants():
    well, pump, sodium = (
        myelinated(c).p for c in (alike(), sick("pump_rel"), sick("nodal_sodium_rel"))
    )
    np.testing.assert_allclose(pump["g_nal_i"] / well["g_nal_i"], 0.65)
    for name in ("i_pump_node", "i_pump_internode"):  # the rest of the inflow is not leak
        assert np.all((pump[name] / well[name] > 0.64) & (pump[name] / well[name] < 0.9))
    np.testing.assert_allclose(sodium["g_na"] / well["g_na"], 0.7)
    np.testing.assert_allclose(sodium["g_nap"] / well["g_nap"], 0.7)


def test_fewer_channels_thinner_myelin_and_open_paranodes_slow_a_fibre():
    well = myelinated(alike()).probe().latency_ms
    for name in ("nodal_sodium_rel", "myelin_rel", "opening_S_per_cm2"):
        assert np.all(myelinated(sick(name)).probe().latency_ms > 1.05 * well), name
    thin = thinned({"lamellae": np.array([100.0, 5.0]), "axon_um": np.array([7.0, 1.0])}, 0.1)
    assert thin["lamellae"].tolist() == [10.0, 1.0] and thin["axon_um"].tolist() == [7.0, 1.0]


def test_lasting_opening_is_in_the_stretch_and_its_middle():
    config = alike()
    config.pathology.opening_S_per_cm2 = 0.003
    config.pressure.centre_mm, config.pressure.length_mm = 50.0, 4.0
    x = np.arange(40.0, 60.0)[:, None] + np.array([0.5, 0.2])
    whole = lasting_opening(x, config.pathology, config.pressure)
    # internodes from 47.5, 48.5 ... 51.5, and from 47.2, 48.2 ... 51.2
    assert (
        np.flatnonzero(whole[:, 0]).tolist()
        == np.flatnonzero(whole[:, 1]).tolist()
        == [7, 8, 9, 10, 11]
    )
    assert set(np.unique(whole)) == {0.0, 0.003} and np.all(whole[-1] == 0)
    config.pathology.opening_internodes = 2
    two = lasting_opening(x, config.pathology, config.pressure)
    assert np.flatnonzero(two[:, 0]).tolist() == [8, 9]  # 49 and 50 mm, of 49, 50 and 51
    assert np.flatnonzero(two[:, 1]).tolist() == [9, 10]  # 49.7 and 50.7 mm
    config.pressure.length_mm = 0.1  # shorter than an internode: the one that it lies in
    assert np.flatnonzero(lasting_opening(x, config.pathology, config.pressure)[:, 0]).tolist() == [
        9
    ]


def test_lasting_opening_is_there_from_the_first_window_and_adds_to_that_of_pressure():
    group = myelinated(sick("opening_S_per_cm2", physiology__mechanics__shielding=0.0))
    middle = group.x_mm.shape[0] // 2
    np.testing.assert_allclose(opening_of(group.levels[middle]), 0.001, rtol=0.05)
    assert np.all(group.levels[0] == 0)
    coupled(group, opening_S_per_cm2=0.002)
    np.testing.assert_allclose(opening_of(group.levels[middle]), 0.003, rtol=0.05)
    np.testing.assert_allclose(opening_of(group.levels[0]), 0.002, rtol=0.05)
    coupled(group)
    np.testing.assert_allclose(opening_of(group.levels[middle]), 0.001, rtol=0.05)


def test_the_middle_of_a_fascicle_is_spared():
    group = myelinated(alike(physiology__mechanics__shielding=0.5), count=24)
    assert np.ptp(group.table["depth_rel"]) == 0  # heterogeneity 0: all alike
    varied = myelinated(
        alike(physiology__mechanics__shielding=0.5, population__heterogeneity=1.0), count=24
    )
    depth = varied.table["depth_rel"]
    assert np.ptp(depth) > 0.5
    coupled(varied, opening_S_per_cm2=0.004)
    expected = 0.004 * (1.0 - 0.5 * depth)
    np.testing.assert_allclose(opening_of(varied.levels[3]), expected, rtol=0.05)


def test_depth_is_uniform_over_the_cross_section_and_drawn_last():
    for kind in (ABETA, C):
        depth = draw_fibres(kind, 2000, 0, 1.0, 2)["depth_rel"]
        assert depth.min() >= 0 and depth.max() <= 1
        assert np.mean(depth) == pytest.approx(1 / 3, abs=0.02)
        assert np.mean(depth < 0.5) == pytest.approx(0.75, abs=0.03)  # 1 - 0.5^2 of the area
    table = draw_fibres(ABETA, 3, 0, 1.0, 5)  # numbers from before there was a depth
    np.testing.assert_allclose(
        table["energy_site_factor"][:, -1], [0.98264896, 1.0220872, 0.89067331]
    )
    np.testing.assert_allclose(table["receptor_mm"], [461.87202826, 534.624983, 696.86355148])


def test_the_longest_paths_are_lost():
    path = np.array([3.0, 9.0, 5.0, 7.0])
    assert lost_fibres(path, 0.5).tolist() == [False, True, False, True]
    assert lost_fibres(path, 0.3).tolist() == [False, True, False, False]
    assert not lost_fibres(path, 0.0).any() and lost_fibres(path, 1.0).all()


def test_lost_fibres_in_an_episode():
    record = run_episode(
        short_config(
            pathology__axon_loss_rel=0.34, pressure__peak_mmHg=0.0, population__n_c=1,
            duration__compression_s=1.0, duration__recovery_s=1.0, numerics__excitability_every_s=60.0,
        )
    )  # fmt: skip
    for name in ("abeta", "adelta"):
        population = record.populations[name]
        lost = population.nodes["lost"] > 0
        assert lost.sum() == 1
        assert population.nodes["receptor_mm"].argmax() == np.flatnonzero(lost)[0]
        now = {k: v[-1] for k, v in population.fibres.items()}
        assert now["conducting"].tolist() == (~lost).tolist()
        assert np.all((now["cause"] == CAUSES["lost"]) == lost)
        for measure in ("latency_ms", "threshold_ratio", "strength_duration_us"):
            assert np.isnan(now[measure]).tolist() == lost.tolist(), measure
        assert np.all(now["ectopic_rate_hz"] == 0) and not population.quarantined
    assert "lost" not in record.populations["c"].nodes
    summary = summarise(record, readout(record))
    assert summary["conducting_before_abeta_rel"] == pytest.approx(2 / 3)
    assert summary["conducting_before_c_rel"] == 1


def test_a_lost_fibre_never_fires():
    spikes = {}
    for share in (0.0, 0.5, 1.0):
        group = myelinated(alike(numerics__noise=1.0, pathology__axon_loss_rel=share), count=4)
        loaded = np.exp(-(((group.x_mm - 50.0) / 8.0) ** 2))
        group.na_i, group.k_periaxonal = group.na_i + 20 * loaded, group.k_periaxonal + 9 * loaded
        coupled(group, potassium_mM=1.0)
        group.window(0.3)
        window = group.window(0.4)
        spikes[share] = [window.time_ms[window.fibre == f] for f in range(4)]
        lost = group.lost
        for f in range(4):
            same = [] if lost[f] else spikes[0.0][f]
            assert np.array_equal(spikes[share][f], same)
    assert sum(map(len, spikes[0.0])) > 5
