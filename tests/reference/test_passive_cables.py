"""Linear cables with a known solution: compartment by compartment, and Green's function."""

from functools import cache

import jax
import numpy as np
import pytest

from nervejax.fibre.electrode import PointSource
from nervejax.fibre.myelinated import MyelinatedFibres
from nervejax.kernels import unmyelinated as kernel
from nervejax.membranes import mcintyre2002, sundt2015
from tests.reference.double_cable import after_a_pulse, build

NODES, WIDTH_MS = 9, 0.1
PASSIVE = {
    "g_na_S_per_cm2": 0.0, "g_nap_S_per_cm2": 0.0, "g_ks_S_per_cm2": 0.0, "e_k_mV": -80.0,
}  # fmt: skip


@cache
def fibre(diameter_um, modes):
    return MyelinatedFibres(
        mcintyre2002, np.array([diameter_um]), "interpolated", PASSIVE, 37.0, 0.5, nodes=NODES,
        dtype=np.float64, modes=modes,
    )  # fmt: skip


def independent(preparation):
    g = preparation.geometry
    one = {"D": g["diameter_um"][0], "node": g["node_um"][0], "lamellae": g["lamellae"][0],
           "inner": g["inner_um"][0], "length": g["length_um"][0]}  # fmt: skip
    return build(one, NODES, mcintyre2002.CONSTANTS["g_leak_S_per_cm2"].value)


def ours(preparation, pattern, amplitude, time_ms):
    trials = preparation.trials(np.array([0]), [pattern], amplitude, WIDTH_MS)
    end = preparation.run(trials, time_ms).state
    return preparation.potential_mV(end, np.array([0]))[1:-1, 0] + 80.0


@pytest.mark.parametrize(("modes", "tolerance"), [(20, 5e-4), (10, 3e-3)])
@pytest.mark.parametrize("diameter_um", [2.0, 10.0])
@pytest.mark.parametrize("time_ms", [0.05, 0.1, 0.15, 1.0])
def test_double_cable_after_an_intracellular_pulse(modes, tolerance, diameter_um, time_ms):
    preparation = fibre(diameter_um, modes)
    model = independent(preparation)
    current = np.zeros(len(model[0]))
    current[model[5][3]] = 100.0  # pA into node 3
    width = min(WIDTH_MS, time_ms)
    exact = after_a_pulse(model, current, np.zeros(len(current) // 2), width, time_ms)[1:-1]
    found = ours(preparation, preparation.intracellular(3), 0.1, time_ms)
    np.testing.assert_allclose(found, exact, atol=tolerance * np.abs(exact).max())


@pytest.mark.parametrize(("modes", "tolerance"), [(20, 1e-3), (10, 1e-2)])
@pytest.mark.parametrize("diameter_um", [2.0, 10.0])
@pytest.mark.parametrize("time_ms", [0.1, 0.15, 1.0])
def test_double_cable_after_an_extracellular_pulse(modes, tolerance, diameter_um, time_ms):
    """Here the myelin's dVe/dt stands in the equations; there it was transformed away."""
    preparation = fibre(diameter_um, modes)
    model = independent(preparation)
    x = model[4] - preparation.x_um[preparation.centre, 0]
    ve = -0.01 / (4 * np.pi * 0.3 * np.hypot(x, 500.0) * 1e-6)  # 0.01 mA, cathodic
    exact = after_a_pulse(model, np.zeros(len(model[0])), ve, WIDTH_MS, time_ms)[1:-1]
    found = ours(preparation, PointSource(500.0).pattern(preparation), 0.01, time_ms)
    np.testing.assert_allclose(found, exact, atol=tolerance * np.abs(exact).max())


D_UM, DX_UM, CELLS = 1.0, 12.5, 401
RM, RA = 1e4, 100.0  # ohm cm2, ohm cm
LAMBDA_UM = 1e4 * np.sqrt(D_UM * 1e-4 * RM / (4 * RA))
R_INPUT_MOHM = 1e-6 * RA * LAMBDA_UM * 1e-4 / (np.pi / 4 * (D_UM * 1e-4) ** 2)  # of a half cable
TAU_MS = 10.0


def passive_cable(place, nA, ms, dt_ms, width_ms):
    """Potential (CELLS,) of a passive C fibre after a pulse into one compartment."""
    with jax.enable_x64(True):
        values = {"g_na": 1e-9, "g_k": 1e-9, "g_leak": 1e3 / RM}
        p = kernel.cable_parameters(
            sundt2015.constants(np.array([D_UM]), values), DX_UM, np.float64
        )
        state = kernel.rest_state(sundt2015, p, CELLS)
        drive = {
            "na_i": 11.4, "k_e_delta": 0.0, "phi": 1.0, "na_avail": 1.0, "noise_uA_cm2": 0.0,
            "stimulus_uA_per_cm2": kernel.injected(p, CELLS, place, nA), "stim_start_ms": 0.0,
            "stim_ms": width_ms, "seed": 0, "fibre_id": 0, "block0": 0,
        }  # fmt: skip
        blocks = round(ms / (kernel.FAST_STEPS * dt_ms))
        end, _, _ = kernel.advance(sundt2015, p, state, drive, blocks, dt_ms)
        return np.asarray(end.u)[:, 0] - np.asarray(state.u)[:, 0]


def test_greens_function_of_the_infinite_cable():
    """A charge put into one point spreads as a decaying Gaussian."""
    charge_pC, ms, dt = 0.01, 2.0, 0.002
    width = 10 * dt
    v = passive_cable(CELLS // 2, 1e-3 * charge_pC / (width * 1e-3), ms, dt, width)
    x = (np.arange(CELLS) - CELLS // 2) * DX_UM / LAMBDA_UM
    t = (ms - width / 2) / TAU_MS
    capacity_pF = 1e6 * np.pi * D_UM * LAMBDA_UM * 1e-8  # of one length constant at 1 uF/cm2
    exact = 1e3 * charge_pC / capacity_pF * np.exp(-(x**2) / (4 * t) - t) / np.sqrt(4 * np.pi * t)
    np.testing.assert_allclose(v, exact, atol=1e-3 * exact.max())


def test_finite_cable_with_sealed_ends_at_steady_state():
    nA = 1e-3
    v = passive_cable(0, nA, 20 * TAU_MS, 0.05, 1e9)
    length = CELLS * DX_UM / LAMBDA_UM
    x = (np.arange(CELLS) + 0.5) * DX_UM / LAMBDA_UM
    exact = R_INPUT_MOHM * nA * np.cosh(length - x) / np.sinh(length)
    np.testing.assert_allclose(v[1:], exact[1:], rtol=2e-3)
    # every ion that went in came out through the membrane
    out_nA = (v * 1e-3 / RM * 1e9 * np.pi * D_UM * DX_UM * 1e-8).sum()
    assert out_nA == pytest.approx(nA, rel=1e-6)
