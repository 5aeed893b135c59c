"""T15: what must follow when the question is changed in a way whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nervejax.config.schema import Config
from nervejax.episode.driver import run_episode
from nervejax.tissue.pressure import insult, profile
from tests.episode.conftest import short_config
from tests.unit.tissue_example import X, rest, run
from tests.unit.tissue_example import settings as configured

FEW = settings(max_examples=12)


def one_fibre(**changes):
    base = {
        "population__n_abeta": 1, "population__n_adelta": 0, "population__n_c": 0,
        "numerics__noise": 0.0, "duration__baseline_s": 10.0, "duration__compression_s": 10.0,
        "duration__recovery_s": 10.0,
    }  # fmt: skip
    return short_config(**base | changes)


@pytest.fixture(scope="module")
def episode():
    return run_episode(one_fibre())


def later(record):
    """Everything over time from the onset of pressure on."""
    pressed = record.time_s >= 0
    fibres = record.populations["abeta"]
    found = {**record.tissue, **fibres.fibres, **fibres.states}
    return record.time_s[pressed], {name: value[pressed] for name, value in found.items()}


def test_a_longer_baseline_shifts_nothing_after_the_onset(episode):
    """A nerve at rest stays there exactly, so what comes before the pressure does not matter."""
    (time_s, here), (other_s, there) = map(
        later, (episode, run_episode(one_fibre(duration__baseline_s=20.0)))
    )
    assert np.array_equal(time_s, other_s)
    for name, value in here.items():
        np.testing.assert_allclose(value, there[name], rtol=1e-5, atol=1e-4, err_msg=name)


def test_no_pressure_is_health(episode):
    """Whatever else is said of the pressure, if its peak is 0 nothing happens."""
    calm = run_episode(one_fibre(pressure__peak_mmHg=0.0))
    again = run_episode(
        one_fibre(pressure__peak_mmHg=0.0, pressure__length_mm=40.0, pressure__edge_mm=0.5)
    )
    for name, value in later(calm)[1].items():
        assert np.array_equal(value, later(again)[1][name], equal_nan=True), name
    for name, value in calm.tissue.items():
        assert np.ptp(value, axis=0).max() <= 1e-6 * max(1.0, np.abs(value).max()), name
    assert (calm.populations["abeta"].fibres["conducting"] == 1).all()
    flow = episode.tissue["flow_rel"]
    assert flow.min() < 0.1 < calm.tissue["flow_rel"].min()  # and with pressure something does


@FEW
@given(
    centre=st.floats(20, 80), length=st.floats(5, 30), peak=st.floats(10, 400),
    seconds=st.integers(5, 60),
)  # fmt: skip
def test_a_mirrored_nerve_is_the_mirror_image(centre, length, peak, seconds):
    """But for the way on which blood comes back, which leads from the heart."""
    config = configured(physiology__perfusion__refill_s_per_mm=0.0)
    ends = []
    for place in (centre, X[-1] - centre):
        pressed = run(rest(config), seconds, config, pressure=peak * profile(X, place, length, 2.0))
        ends.append(run(pressed, 5.0, config, energy_debt=np.full_like(X, 0.3)))
    for name, value in ends[0].items():
        np.testing.assert_allclose(value, ends[1][name][::-1], rtol=1e-9, atol=1e-9, err_msg=name)


@FEW
@given(low=st.floats(0, 300), more=st.floats(1, 300), seconds=st.integers(1, 60))
def test_more_pressure_never_gives_more_blood_or_oxygen_nor_less_opening(low, more, seconds):
    a, b = (run(rest(), seconds, pressure=p * profile(X, 50, 20, 2)) for p in (low, low + more))
    assert (b["flow_rel"] <= a["flow_rel"] + 1e-12).all()
    assert (b["oxygen_rel"] <= a["oxygen_rel"] + 1e-12).all()
    assert (b["opening_S_per_cm2"] >= a["opening_S_per_cm2"] - 1e-12).all()


@FEW
@given(stretch_mm=st.floats(1, 20), peak=st.floats(20, 200), time_s=st.floats(1, 600))
def test_the_place_of_the_pressure_moves_what_it_does(stretch_mm, peak, time_s):
    """A grid step further, and everything is a grid step further."""
    made = []
    for centre in (50.0, 50.5):
        config = Config()
        config.pressure.centre_mm, config.pressure.length_mm = centre, stretch_mm
        config.pressure.peak_mmHg = peak
        made.append(insult(X, time_s, config))
    for name in ("pressure_mmHg", "occluding_mmHg", "deforming_mmHg"):
        np.testing.assert_allclose(made[0][name][:-1], made[1][name][1:], atol=1e-9, err_msg=name)


@FEW
@given(dt_s=st.sampled_from([0.1, 0.25]), peak=st.floats(20, 200))
def test_smaller_slow_steps_change_little(dt_s, peak):
    coarse, fine = (
        run(rest(), 60, pressure=peak * profile(X, 50, 20, 2), dt_s=dt) for dt in (0.5, dt_s)
    )
    for name in ("flow_rel", "oxygen_rel", "acid_rel", "opening_S_per_cm2"):
        span = max(1e-3, np.abs(coarse[name]).max())
        np.testing.assert_allclose(coarse[name], fine[name], atol=0.03 * span, err_msg=name)


def test_no_blood_without_arteries_whatever_the_pressure():
    shut = configured(pathology__flow_rel=0.05)
    assert (rest(shut)["oxygen_rel"] < rest()["oxygen_rel"]).all()
