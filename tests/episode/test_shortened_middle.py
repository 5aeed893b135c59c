"""A fibre whose uniform middle is left out blocks and fires like the whole one."""

import numpy as np
import pytest

from nervejax.config import Config
from nervejax.episode.engine import Alone
from nervejax.episode.myelinated import MyelinatedGroup
from nervejax.population.classes import ABETA, ADELTA
from nervejax.tissue import laws
from nervejax.tissue.pressure import profile


def group(kind, nodes):
    config = Config()
    config.population.heterogeneity = config.numerics.noise = 0.0
    config.pressure.length_mm = 30.0 if kind is ABETA else 12.0
    g = MyelinatedGroup(kind, 4, nodes, "sensory", config, Alone())
    p = config.pressure
    share = profile(g.x_mm, p.centre_mm, p.length_mm, p.edge_mm)
    rest = laws.rest(g.x_mm, config)
    return g, share, rest


def test_ectopic_discharge():
    rates = []
    for nodes in (44, 60):
        g, share, rest = group(ABETA, nodes)
        assert np.all(g.table["shortened_mm"] > 1) == (nodes == 44)
        g.k_periaxonal = g.k_periaxonal + 9.0 * share
        g.na_i = g.na_i + 15.0 * share
        g.couple(rest | {"potassium_mM": rest["potassium_mM"] + share}, rest)
        g.window(0.3)
        seen = g.window(1.2)
        rates.append(np.bincount(seen.fibre, minlength=4))
    assert rates[0].min() > 8  # it fires
    np.testing.assert_allclose(rates[0], rates[1], rtol=0.15, atol=4)  # 4: one burst


@pytest.mark.parametrize("potassium_mM", [6.0, 8.0])
def test_potassium_block_of_a_small_fibre(potassium_mM):
    found = []
    for nodes in (44, 72):
        g, share, rest = group(ADELTA, nodes)
        g.k_periaxonal = g.k_periaxonal + potassium_mM * share
        g.couple(rest | {"potassium_mM": rest["potassium_mM"] + potassium_mM * share}, rest)
        g.window(0.3)
        found.append(g.probe().conducting)
    assert np.array_equal(found[0], found[1])
    assert found[0].all() == (potassium_mM == 6.0)


@pytest.mark.parametrize("opening", [0.001, 0.008])
def test_conduction_block(opening):
    found = []
    for nodes in (36, 60):
        g, share, rest = group(ABETA, nodes)
        g.couple(rest | {"opening_S_per_cm2": opening * share}, rest)
        g.window(0.06)
        found.append(g.probe())
    assert np.array_equal(found[0].conducting, found[1].conducting)
    assert found[0].conducting.all() == (opening < 0.002)
    if opening > 0.002:
        np.testing.assert_allclose(found[0].failing_site_mm, found[1].failing_site_mm, atol=2.0)
        assert set(found[0].cause) == {1}
