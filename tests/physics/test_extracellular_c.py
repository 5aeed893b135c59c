"""Stimulation of the C fibre cable from outside and through an electrode inside."""

import numpy as np
import pytest

from nervejax.kernels import unmyelinated as kernel
from tests.physics.c_fibres import Bench

SIGMA_S_PER_M = 0.3
# NEURON, fibres of 0.8 um at 5 us: threshold [mA] of a cathodic point source 0.25 mm above the
# middle, 0.1 and 1 ms, and [nA] of an electrode in the middle, 0.1 ms.
THRESHOLDS = {
    "sundt2015": (0.69141, 0.094402, 0.73499),
    "tigerholm2014": (0.52304, 0.087076, 1.7548),
}


def point_source_mV(cells, dx_um, current_mA, distance_um=250.0):
    """(cell, lane) potential of a point source over the middle of an infinite medium."""
    x_m = (np.arange(cells) - 0.5 * (cells - 1)) * dx_um * 1e-6
    r_m = np.hypot(x_m, distance_um * 1e-6)[:, None]
    return np.asarray(current_mA) / (4 * np.pi * SIGMA_S_PER_M * r_m)


@pytest.mark.parametrize("name", sorted(THRESHOLDS))
def test_thresholds_match_the_reference_simulator(name):
    """2 % below nothing arrives, 2 % above a spike does."""
    cells, dx, share = 101, 24.75, np.array([0.98, 1.02])
    bench = Bench(name, [0.8, 0.8], dx, cells)
    short, long, inside = THRESHOLDS[name]
    for mA, width in ((short, 0.1), (long, 1.0)):
        outside = kernel.extracellular(bench.p, point_source_mV(cells, dx, -mA * share))
        last = bench.run(8.0, 0.01, stimulus_uA_per_cm2=outside, stim_ms=width)[1].last_ms
        np.testing.assert_array_equal(last[90] > 0, [False, True], err_msg=f"{width} ms")
    electrode = kernel.injected(bench.p, cells, cells // 2, inside * share)
    last = bench.run(8.0, 0.01, stimulus_uA_per_cm2=electrode, stim_ms=0.1)[1].last_ms
    np.testing.assert_array_equal(last[90] > 0, [False, True])


def test_equivalent_current_is_the_curvature_of_the_potential():
    """d/(4 Ra) V'' to fourth order, for a potential without slope at the sealed ends."""
    length_um, error = 1000.0, []
    for cells in (20, 40):
        bench = Bench("sundt2015", [0.5, 1.0], length_um / cells, cells, dtype=np.float64)
        x = (np.arange(cells)[:, None] + 0.5) / cells
        k_per_cm = 3 * np.pi / (length_um * 1e-4)
        got = kernel.extracellular(bench.p, 10.0 * np.cos(3 * np.pi * x) * np.ones(2))
        ms_per_cm2 = 1e3 * bench.d * 1e-4 / (4 * 100.0) * k_per_cm**2
        want = -ms_per_cm2 * 10.0 * np.cos(3 * np.pi * x)
        error.append(np.abs(got - want).max() / np.abs(want).max())
    assert error[1] < 1e-3
    assert np.log2(error[0] / error[1]) == pytest.approx(4.0, abs=0.2)


def test_an_even_potential_does_nothing_and_no_potential_adds_charge():
    bench = Bench("tigerholm2014", [0.5, 1.0], 50.0, 30)
    assert np.abs(kernel.extracellular(bench.p, np.full((30, 2), 7.0))).max() < 1e-12
    slope = np.random.default_rng(0).normal(size=(30, 2)).cumsum(0)
    current = kernel.extracellular(bench.p, slope)
    assert np.abs(current).max() > 1.0
    np.testing.assert_allclose(current.sum(0), 0.0, atol=1e-10 * np.abs(current).max())


def test_injected_charge_is_the_current_of_the_electrode():
    bench = Bench("sundt2015", [0.5, 1.0], 50.0, 30, dtype=np.float64)
    density = kernel.injected(bench.p, 30, np.array([3, 29]), np.array([0.2, 0.4]))
    assert (density != 0).sum(0).tolist() == [1, 1]
    area = np.pi * bench.d * 50.0 * 1e-8
    np.testing.assert_allclose(density[[3, 29], [0, 1]] * area, [2e-4, 4e-4])
