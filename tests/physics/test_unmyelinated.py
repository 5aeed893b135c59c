"""The C fibre cable: rest, velocity, origins, independence of lanes, conservation of charge."""

import jax
import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.kernels import unmyelinated as kernel
from nervejax.membranes import sensory_c as membrane

CELLS, LANES, DT = 48, 16, 0.05
DIAMETERS = np.linspace(0.5, 1.2, LANES)
BLOCK_MS = kernel.FAST_STEPS * DT


def drive(**changes):
    quiet = {
        "na_i": 11.4, "k_e_delta": 0.0, "phi": 1.0, "na_avail": 1.0, "noise_uA_cm2": 0.0,
        "stimulus_uA_per_cm2": 0.0, "stim_start_ms": 1.0, "stim_ms": 0.5, "seed": 7,
        "fibre_id": np.arange(LANES), "block0": 0,
    }  # fmt: skip
    return quiet | changes


def shock(p, current_nA=None, where=CELLS - 1, cells=CELLS):
    """Entry of the drive: 2.5 d^1.5 nA in a compartment, enough with 0.5 ms."""
    current_nA = pulse(np.asarray(p["diameter_um"], float)) if current_nA is None else current_nA
    return {"stimulus_uA_per_cm2": kernel.injected(p, cells, where, current_nA)}


def pulse(diameters=DIAMETERS):
    """Suprathreshold current [nA] for a pulse of 0.5 ms."""
    return 2.5 * diameters**1.5


def cable(diameters=DIAMETERS, cells=CELLS, dx_um=None, **options):
    p = kernel.cable_parameters(membrane.constants(diameters, **options), dx_um)
    return p, kernel.rest_state(membrane, p, cells)


def advance(*args, **options):
    return kernel.advance(membrane, *args, **options)


def test_rest_is_exact():
    p, state = cable()
    end, events, means = advance(p, state, drive(), 800, DT)
    assert np.abs(np.asarray(end.u)).max() < 1e-3
    assert np.abs(np.asarray(end.k_o)).max() < 1e-4
    assert np.asarray(events.crossings).sum() == 0
    assert np.abs(np.asarray(means.na_current)).max() < 1e-4  # of about 8 uA/cm2 each way


@pytest.mark.parametrize("where", [CELLS - 1, 24])
def test_origin_is_where_the_spike_was_evoked(where):
    p, state = cable()
    stimulus = drive(**shock(p, 2 * pulse(), where))
    _, events, _ = advance(p, state, stimulus, 80, DT)
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
        noise_uA_cm2=3.0 + 0 * rows, fibre_id=fibres, **shock(p),
    )  # fmt: skip
    return advance(p, state, stimulus, 60, DT, 5)


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
    stimulus = drive(noise_uA_cm2=1.0, **shock(p))
    whole, events, _ = advance(p, state, stimulus, 60, DT)
    middle, _, _ = advance(p, state, stimulus, 20, DT)
    later = drive(noise_uA_cm2=1.0, block0=20)
    halves, second, _ = advance(p, middle, later, 40, DT)
    np.testing.assert_array_equal(np.asarray(whole.u), np.asarray(halves.u))
    np.testing.assert_array_equal(np.asarray(events.origin[20:60]), np.asarray(second.origin[:40]))
    np.testing.assert_allclose(np.asarray(whole.last_ms), np.asarray(halves.last_ms), atol=1e-4)


def test_the_trace_is_the_potential_after_every_step():
    p, state = cable()
    stimulus = drive(**shock(p))
    end, events, _ = advance(p, state, stimulus, 60, DT, watch=(30, 3))
    plain, unwatched, _ = advance(p, state, stimulus, 60, DT)
    trace = np.asarray(events.trace)[:60].reshape(-1, 2, LANES)
    np.testing.assert_array_equal(trace[-1], np.asarray(end.u)[[30, 3]] + np.float32(-55.0))
    np.testing.assert_allclose(np.asarray(plain.u), np.asarray(end.u), atol=1e-3)
    assert unwatched.trace.size == 0
    above = trace >= kernel.SPIKE_MV
    step = above.argmax(0)  # the first step that ends above
    crossed = np.asarray(events.last_ms)[[30, 3]]
    np.testing.assert_array_equal(np.floor(crossed / DT), step)


def test_one_compilation_serves_every_length_and_step():
    p, state = cable()
    advance(p, state, drive(), 3, DT)
    before = kernel._advance._cache_size()
    advance(p, state, drive(seed=1, **shock(p, 1.0, 3)), 9, 0.025, 2)
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
    state, _, means = advance(p, state, now, 2400, 0.1)
    v = np.asarray(state.u)[CELLS // 2] - 55.0
    np.testing.assert_array_equal(np.asarray(means.pump_current).max(0) == 0.0, phi == 0.0)
    assert abs(v[0] + 55.0) < 1e-3
    assert v[1] > -54.0
    assert v[2] > -40.0
    efflux = np.asarray(means.k_efflux)[CELLS // 2]
    assert abs(efflux[0]) < 1e-3
    assert min(efflux[1], efflux[2]) > 0.1  # without a pump K leaks out, even against raised K
    _, events, _ = advance(p, state, now | shock(p), 120, DT)
    np.testing.assert_array_equal(np.asarray(events.crossings)[:4], [1, 1, 0, 0])


def test_charge_is_conserved_between_membrane_shell_and_returned_means():
    """Injected charge = capacitor + Na current + K current; K is what the shell took and lost."""
    p, state = cable()
    n_blocks = 60
    width = 0.537  # neither edge on a step
    stimulus = drive(stim_start_ms=1.013, stim_ms=width, **shock(p))
    end, _, means = advance(p, state, stimulus, n_blocks, DT)
    time = n_blocks * BLOCK_MS
    mol_cm2 = np.asarray(end.k_o, float) * 1e-6 * np.asarray(p["shell_um"], float) * 1e-4
    stored = mol_cm2 * 96485.33 * 1e9  # 1e-9 C = 1 uA ms
    k = stored + np.asarray(means.k_efflux, float) * time
    na = np.asarray(means.na_current, float) * time
    capacitor = np.asarray(end.u, float) - np.asarray(state.u, float)  # 1 uF/cm2
    injected = pulse() * 1e-3 * width / np.asarray(p["area_cm2"], float)
    total = (capacitor + na + k).sum(0)
    np.testing.assert_allclose(total, injected, atol=2e-5 * np.abs(na).sum(0).max())
    assert np.abs(na).sum(0).min() > 20 * injected.max()  # a spike ran, not only the stimulus


def test_means_leave_out_the_settling_blocks():
    p, state = cable()
    stimulus = drive(**shock(p))
    middle, _, _ = advance(p, state, stimulus, 20, DT)
    _, _, second = advance(p, middle, drive(block0=20), 20, DT)
    _, _, settled = advance(p, state, stimulus, 40, DT, 20)
    for want, got in zip(second, settled, strict=True):
        np.testing.assert_allclose(np.asarray(want), np.asarray(got), rtol=1e-5, atol=1e-6)


def test_noise_has_unit_variance_and_5_ms_memory():
    p, state = cable(np.ones(LANES))
    now = drive(noise_uA_cm2=1.0)
    first = advance(p, state, now, 160, DT)[0]
    later = advance(p, first, now | {"block0": 160}, 20, DT)[0]  # 5 ms on
    other = advance(p, state, now | {"seed": 8}, 160, DT)[0]
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
        end = advance(p, state, drive(noise_uA_cm2=0.5), 400, DT)[0]
        spread.append(np.std(np.asarray(end.u)))
    assert spread[0] == pytest.approx(spread[1], rel=0.25)


def test_bad_calls_are_refused():
    p, state = cable()
    with pytest.raises(NervejaxError, match="n_blocks"):
        advance(p, state, drive(), kernel.MAX_BLOCKS + 1, DT)
    with pytest.raises(NervejaxError, match="stim_nA"):
        advance(p, state, drive(stim_nA=1.0), 1, DT)
    with pytest.raises(NervejaxError, match=r"0 \.\.\. 47"):
        advance(p, state, drive(), 1, DT, watch=(CELLS,))
