"""Draws, geometry, placement, cables of opened internodes."""

import numpy as np
import pytest

from nervejax.episode.cables import CableTable
from nervejax.episode.grid import GridMap
from nervejax.errors import NervejaxError
from nervejax.membranes import sensory
from nervejax.population.classes import ABETA, ADELTA, CLASSES, C
from nervejax.population.draw import draw_fibres
from nervejax.population.geometry import myelinated_geometry
from nervejax.population.placement import place


def test_a_fibre_does_not_depend_on_how_many_others_there_are():
    few, many = draw_fibres(ABETA, 3, 5, 1.0, 8), draw_fibres(ABETA, 50, 5, 1.0, 8)
    for name in few:
        assert np.array_equal(few[name], many[name][:3]), name
    assert not np.array_equal(few["diameter_um"], draw_fibres(ABETA, 3, 6, 1.0, 8)["diameter_um"])
    assert len(draw_fibres(C, 0, 5, 1.0, 8)["diameter_um"]) == 0


def test_diameters_have_the_published_modes():
    a, d, c = (draw_fibres(k, 400, 1, 1.0, 2)["diameter_um"] for k in (ABETA, ADELTA, C))
    assert 9 < np.median(a) < 12 and a.min() >= 8  # Jacobs & Love 1985
    assert 3 < np.median(d) < 5 and d.max() < 6
    assert c.min() >= 0.2 and c.max() <= 2.0 and 0.7 < np.median(c) < 1.0  # Ochoa & Mair 1969
    myelinated = ABETA.abundance + ADELTA.abundance
    assert 3 <= C.abundance / myelinated <= 4.5


def test_heterogeneity_zero_makes_fibres_alike_but_for_size():
    table = draw_fibres(ABETA, 5, 0, 0.0, 4)
    for name in ABETA.spread:
        assert np.all(table[f"{name}_factor"] == 1)
    assert len(np.unique(table["diameter_um"])) == 5


@pytest.mark.parametrize("name", CLASSES)
def test_modalities_are_shares(name):
    assert sum(CLASSES[name].modalities.values()) == pytest.approx(1)


def test_geometry_at_10_um():
    g = myelinated_geometry(np.array([10.0]))
    assert g["internode_um"][0] == pytest.approx(1122.3)  # reference table
    assert g["node_um"][0] == pytest.approx(3.2)
    assert g["axon_um"][0] == pytest.approx(6.7462, abs=1e-3)
    assert g["length_um"].sum() + 1.0 == pytest.approx(g["internode_um"][0])
    with pytest.raises(NervejaxError, match="between 2 and 16"):
        myelinated_geometry(np.array([1.0]))


def test_placement_keeps_edges_and_flanks_and_shortens_the_middle():
    spacing = np.array([1.1, 0.3])
    p = place(spacing, 48, 50.0, 20.0, 2.0)
    assert p.cut_mm[0] == 0 and p.cut_mm[1] > 5
    assert p.x_mm[0].max() < 39 and p.x_mm[-1].min() > 61  # both flanks outside the stretch
    steps = np.diff(p.x_mm[:, 1])
    assert np.isclose(steps, 0.3).sum() == 46 and np.isclose(steps, 0.3 + p.cut_mm[1]).sum() == 1
    with pytest.raises(NervejaxError, match="needs at least"):
        place(spacing, 12, 50.0, 20.0, 2.0)


def test_grid_maps_are_inverse_on_smooth_profiles():
    x = np.arange(0, 100.5, 0.5)
    places = np.linspace(30, 70, 41)[:, None] * np.ones((1, 3))
    grid = GridMap(x, places, np.array([0, 1, 1]), 3)
    smooth = np.array([[1.0], [2.0], [3.0]]) * np.sin(x / 15)
    at = grid.to_places(smooth)
    np.testing.assert_allclose(at[:, 0], np.sin(places[:, 0] / 15), atol=1e-3)
    np.testing.assert_allclose(at[:, 1], 2 * at[:, 0])
    total, weight = grid.to_grid(at, np.array([1.0, 2.0, 3.0]))
    inside = (x >= 30) & (x <= 70)
    assert np.all(weight[:, inside] == [[1], [5], [0]]) and np.all(weight[:, ~inside] == 0)
    np.testing.assert_allclose(total[0, inside], smooth[0, inside], atol=2e-3)
    np.testing.assert_allclose(total[1, inside] / 5, smooth[1, inside], atol=2e-3)
    assert np.all(total[2] == 0), "a fascicle without fibres"


def cables(diameters):
    geometry = myelinated_geometry(np.array(diameters))
    p = sensory.constants(geometry, {})
    return CableTable(geometry, sensory.axolemma_nS(geometry, p), p)


def test_changing_the_opening_keeps_the_potentials():
    table = cables([4.0, 10.0])
    old = table.levels(np.full((5, 2), 0.002))
    new = table.levels(np.full((5, 2), 0.0022))
    assert np.all(new == old + 1)
    modes = np.random.default_rng(0).normal(size=(6, 5, 2))
    there = table.carry_over(modes, old, new)
    back = table.carry_over(there, new, old)
    np.testing.assert_allclose(back, modes, rtol=0.05, atol=0.05)
    assert np.array_equal(table.carry_over(modes, old, old), modes)


def test_a_large_change_of_the_opening_keeps_the_mean_potential():
    table = cables([4.0, 10.0])
    old, new = np.zeros((5, 2), int), np.full((5, 2), 30)
    before, after = table.cable(old), table.cable(new)
    modes = (before["drive_l"] + before["drive_r"]) / before["lam"]  # both nodes at 1 mV, steady
    carried = table.carry_over(modes.astype(float), old, new)
    mean = (before["read_v"] * modes).sum(0)[:-1]
    np.testing.assert_allclose((after["read_v"] * carried).sum(0)[:-1], mean, rtol=0.02)
    assert not np.allclose((after["read_v"] * modes).sum(0)[:-1], mean, rtol=0.05)


def test_opening_levels_round_within_five_percent():
    table = cables([10.0])
    assert table.levels(np.zeros((2, 1))).max() == 0
    o = np.geomspace(2e-4, 2e-2, 50)[:, None]
    level = table.levels(o)
    assert np.abs(1e-4 * 1.1 ** (level - 1.0) / o - 1).max() < 0.051
