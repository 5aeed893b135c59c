"""A fibre whose uniform middle is left out blocks and fires like the whole one."""

import jax
import numpy as np
import pytest

from nervejax.config import Config
from nervejax.episode.myelinated import MyelinatedGroup
from nervejax.membranes import sensory
from nervejax.population.classes import ABETA, ADELTA
from nervejax.tissue import laws
from nervejax.tissue.pressure import profile


def group(kind, nodes):
    config = Config()
    config.population.heterogeneity = config.numerics.noise = 0.0
    config.pressure.length_mm = 30.0 if kind is ABETA else 12.0
    g = MyelinatedGroup(kind, 4, nodes, sensory, config, jax.local_devices()[:1], 0)
    p = config.pressure
    share = profile(g.x_mm, p.centre_mm, p.length_mm, p.edge_mm)
    rest = laws.rest(g.x_mm, config.physiology)
    return g, share, rest


@pytest.mark.parametrize(("kind", "short", "whole"), [(ABETA, 36, 60), (ADELTA, 44, 72)])
def test_ectopic_discharge(kind, short, whole):
    rates = []
    for nodes in (short, whole):
        g, share, rest = group(kind, nodes)
        assert np.all(g.table["shortened_mm"] > 1) == (nodes == short)
        g.k_periaxonal = g.k_periaxonal + 9.0 * share
        g.na_i = g.na_i + 15.0 * share
        g.couple(rest | {"potassium_mM": rest["potassium_mM"] + share}, rest)
        g.window(0.3)
        seen = g.window(0.6)
        rates.append(np.bincount(seen.fibre, minlength=4))
    assert rates[0].sum() > 8  # it fires
    np.testing.assert_allclose(rates[0], rates[1], rtol=0.1, atol=2)


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
