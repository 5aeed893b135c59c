"""The C fibre cable: rest, velocity, origins, independence of lanes, conservation of charge."""

import jax
import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.kernels import unmyelinated as kernel
from nervejax.membranes import tigerholm2014 as membrane

CELLS, LANES, DT = 48, 16, 0.05
DIAMETERS = np.linspace(0.5, 1.2, LANES)
BLOCK_MS = kernel.FAST_STEPS * DT


def drive(**changes):
    quiet = {
        "na_i": 11.4, "k_e_delta": 0.0, "phi": 1.0, "na_avail": 1.0, "noise_uA_cm2": 0.0,
        "stim_nA": 0.0, "stim_compartment": CELLS - 1, "stim_start_ms": 1.0, "stim_ms": 0.5,
        "seed": 7, "fibre_id": np.arange(LANES), "block0": 0,
    }  # fmt: skip
    return quiet | changes


def cable(diameters=DIAMETERS, cells=CELLS, dx_um=None, gates="reduced"):
    p = kernel.cable_parameters(membrane.constants(diameters, gates=gates), dx_um)
    return p, kernel.rest_state(p, cells)


def pulse(diameters=DIAMETERS):
    """Suprathreshold current [nA] for a pulse of 0.5 ms."""
    return 2.5 * diameters**1.5


def velocities(diameters, dx_um, gates, cells, n_blocks, dt):
    """Conduction velocity [m/s] over the middle of the cable."""
    p, state = cable(diameters, cells, dx_um, gates)
    stimulus = drive(stim_nA=pulse(diameters), stim_compartment=cells - 1, fibre_id=0)
    last = np.asarray(kernel.advance(p, state, stimulus, n_blocks, dt)[1].last_ms, float)
    near, far = int(0.3 * cells), int(0.7 * cells)
    return (far - near) * np.asarray(p["dx_um"]) * 1e-3 / (last[near] - last[far])


def test_rest_is_exact():
    p, state = cable()
    end, events, means = kernel.advance(p, state, drive(), 800, DT)
    assert np.abs(np.asarray(end.v) + 55.0).max() < 1e-3
    assert np.abs(np.asarray(end.k_o)).max() < 1e-4
    assert np.asarray(events.crossings).sum() == 0
    assert np.abs(np.asarray(means.na_current)).max() < 1e-4  # of about 8 uA/cm2 each way


def test_velocity_matches_the_reference_simulator():
    """NEURON, TIGERHOLM rows extrapolated to dt 0: 0.62994 and 0.86283 m/s."""
    reference = np.array([0.62994, 0.86283])
    d = np.array([0.8, 1.5])
    full = velocities(d, 12.5, "full", 160, 240, 0.005)
    np.testing.assert_allclose(full, reference, rtol=0.005)
    reduced = velocities(d, 12.5, "reduced", 160, 240, 0.005)
    np.testing.assert_allclose(reduced, reference, rtol=0.015)
    coarse = velocities(d, None, "reduced", 64, 64, DT)
    np.testing.assert_allclose(coarse, reference, rtol=0.03)


def test_time_stepping_is_second_order():
    """Halving the step must shrink the change of velocity about four times."""
    d = np.array([1.0])
    v = [velocities(d, None, "reduced", 64, int(3.2 / t), t)[0] for t in (0.02, 0.04, 0.08)]
    assert 3.0 < (v[1] - v[2]) / (v[0] - v[1]) < 5.5


@pytest.mark.parametrize("where", [CELLS - 1, 24])
def test_origin_is_where_the_spike_was_evoked(where):
    p, state = cable()
    stimulus = drive(stim_nA=2 * pulse(), stim_compartment=where)
    _, events, _ = kernel.advance(p, state, stimulus, 80, DT)
    time, origin = np.asarray(events.time_ms), np.asarray(events.origin)
    np.testing.assert_array_equal(np.asarray(events.crossings), 1)
    np.testing.assert_array_equal(origin.max(0), where)
    np.testing.assert_array_equal((time >= 0), (origin >= 0))
    row = time.argmax(0)  # an event stands in the block it happened in
    np.testing.assert_array_equal(np.floor(time.max(0) / BLOCK_MS), row)
    assert (np.asarray(events.last_ms)[0] > np.asarray(events.last_ms)[where]).all()


def busy(fibres):
    """A noisy, stimulated, half-ischaemic call in which lane k holds fibre ``fibres[k]``."""
    d = DIAMETERS[fibres]
    p, state = cable(d)
    rows = np.arange(CELLS)[:, None]
    stimulus = drive(
        na_i=11.4 + rows * 0.2 + fibres, k_e_delta=0.1 * rows, phi=1 - rows / 96,
        noise_uA_cm2=3.0 + 0 * rows, stim_nA=pulse(d), fibre_id=fibres,
    )  # fmt: skip
    return kernel.advance(p, state, stimulus, 60, DT, 5)


def test_lanes_do_not_touch_each_other():
    """The same fibre gives the same bits in another lane, among others, or in a wider batch."""
    plain = np.arange(LANES)
    orders = (plain, plain[::-1], np.tile(plain, 2))
    results = [jax.tree.map(np.asarray, busy(fibres)) for fibres in orders]
    for want, flipped, wide in zip(*map(jax.tree.leaves, results), strict=True):
        np.testing.assert_array_equal(want, flipped[..., ::-1])
        np.testing.assert_array_equal(want, wide[..., LANES : 2 * LANES])
    mixed = plain.copy()
    mixed[1:] = 3
    alone = jax.tree.map(np.asarray, busy(mixed))
    for want, got in zip(jax.tree.leaves(results[0]), jax.tree.leaves(alone), strict=True):
        np.testing.assert_array_equal(want[..., 0], got[..., 0])


def test_a_split_call_continues_where_it_left_off():
    p, state = cable()
    stimulus = drive(stim_nA=pulse(), noise_uA_cm2=1.0, stim_start_ms=1.0)
    whole, events, _ = kernel.advance(p, state, stimulus, 60, DT)
    middle, _, _ = kernel.advance(p, state, stimulus, 20, DT)
    later = drive(noise_uA_cm2=1.0, block0=20)
    halves, second, _ = kernel.advance(p, middle, later, 40, DT)
    np.testing.assert_array_equal(np.asarray(whole.v), np.asarray(halves.v))
    np.testing.assert_array_equal(np.asarray(events.origin[20:60]), np.asarray(second.origin[:40]))
    np.testing.assert_allclose(np.asarray(whole.last_ms), np.asarray(halves.last_ms), atol=1e-4)


def test_one_compilation_serves_every_length_and_step():
    p, state = cable()
    kernel.advance(p, state, drive(), 3, DT)
    before = kernel._advance._cache_size()
    kernel.advance(p, state, drive(stim_nA=1.0, stim_compartment=3, seed=1), 9, 0.025, 2)
    assert kernel._advance._cache_size() == before


def test_ischaemia_and_potassium_depolarise_and_block():
    """Lanes: healthy, no pump, no pump with raised K and Na, acid; a pulse after 1.2 s of it."""
    d = np.ones(LANES)
    p, state = cable(d)
    lanes = np.arange(LANES)
    sick = lanes % 4 == 2
    phi = np.where((lanes % 4 == 1) | sick, 0.0, 1.0)
    now = drive(
        phi=phi, na_i=np.where(sick, 40.0, 11.4), k_e_delta=np.where(sick, 30.0, 0.0),
        na_avail=np.where(lanes % 4 == 3, 0.05, 1.0), fibre_id=lanes,
    )  # fmt: skip
    state, _, means = kernel.advance(p, state, now, 2400, 0.1)
    v = np.asarray(state.v)[CELLS // 2]
    np.testing.assert_array_equal(np.asarray(means.pump_current).max(0) == 0.0, phi == 0.0)
    assert abs(v[0] + 55.0) < 1e-3
    assert v[1] > -54.0
    assert v[2] > -40.0
    efflux = np.asarray(means.k_efflux)[CELLS // 2]
    assert abs(efflux[0]) < 1e-3
    assert min(efflux[1], efflux[2]) > 0.1  # without a pump K leaks out, even against raised K
    _, events, _ = kernel.advance(p, state, now | {"stim_nA": pulse(d)}, 120, DT)
    np.testing.assert_array_equal(np.asarray(events.crossings)[:4], [1, 1, 0, 0])


def test_charge_is_conserved_between_membrane_shell_and_returned_means():
    """Injected charge = capacitor + Na current + K current; K is what the shell took and lost."""
    p, state = cable()
    n_blocks = 60
    start, width = 1.0, 0.5
    stimulus = drive(stim_nA=pulse(), stim_start_ms=start, stim_ms=width, noise_uA_cm2=0.0)
    end, _, means = kernel.advance(p, state, stimulus, n_blocks, DT)
    time = n_blocks * BLOCK_MS
    mol_cm2 = np.asarray(end.k_o, float) * 1e-6 * np.asarray(p["shell_um"], float) * 1e-4
    stored = mol_cm2 * 96485.33 * 1e9  # 1e-9 C = 1 uA ms
    k = stored + np.asarray(means.k_efflux, float) * time
    na = np.asarray(means.na_current, float) * time
    capacitor = np.asarray(end.v, float) - np.asarray(state.v, float)  # 1 uF/cm2
    injected = pulse() * 1e-3 * width / np.asarray(p["area_cm2"], float)
    total = (capacitor + na + k).sum(0)
    np.testing.assert_allclose(total, injected, atol=2e-5 * np.abs(na).sum(0).max())
    assert np.abs(na).sum(0).min() > 20 * injected.max()  # a spike ran, not only the stimulus


def test_means_leave_out_the_settling_blocks():
    p, state = cable()
    stimulus = drive(stim_nA=pulse())
    middle, _, _ = kernel.advance(p, state, stimulus, 20, DT)
    _, _, second = kernel.advance(p, middle, drive(block0=20), 20, DT)
    _, _, settled = kernel.advance(p, state, stimulus, 40, DT, 20)
    for want, got in zip(second, settled, strict=True):
        np.testing.assert_allclose(np.asarray(want), np.asarray(got), rtol=1e-5, atol=1e-6)


def test_noise_has_unit_variance_and_5_ms_memory():
    p, state = cable(np.ones(LANES))
    now = drive(noise_uA_cm2=1.0)
    first = kernel.advance(p, state, now, 160, DT)[0]
    later = kernel.advance(p, first, now | {"block0": 160}, 20, DT)[0]  # 5 ms on
    other = kernel.advance(p, state, now | {"seed": 8}, 160, DT)[0]
    a, b, c = (np.asarray(s.noise).ravel() for s in (first, later, other))
    assert np.std(a) == pytest.approx(1.0, abs=0.12)
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(np.exp(-1), abs=0.12)
    assert abs(np.corrcoef(a, c)[0, 1]) < 0.15
    cells = np.asarray(first.noise)
    assert abs(np.corrcoef(cells[:-1].ravel(), cells[1:].ravel())[0, 1]) < 0.15
    assert abs(np.corrcoef(cells[:, :-1].ravel(), cells[:, 1:].ravel())[0, 1]) < 0.15


def test_noise_is_given_for_a_millimetre():
    """Halving the compartment must leave the voltage fluctuation of a long cable alone."""
    spread = []
    for cells, dx in ((CELLS, 100.0), (2 * CELLS, 50.0)):
        p, state = cable(np.ones(LANES), cells, dx)
        end = kernel.advance(p, state, drive(noise_uA_cm2=0.5), 400, DT)[0]
        spread.append(np.std(np.asarray(end.v)))
    assert spread[0] == pytest.approx(spread[1], rel=0.25)


def test_bad_calls_are_refused():
    p, state = cable()
    with pytest.raises(NervejaxError, match="n_blocks"):
        kernel.advance(p, state, drive(), kernel.MAX_BLOCKS + 1, DT)
    with pytest.raises(NervejaxError, match="stim_na"):
        kernel.advance(p, state, drive(stim_na=1.0), 1, DT)
