"""The limb shows what its fibres do: numbness by band, specks by rate, at the moments it says."""

from itertools import pairwise

import numpy as np
import pytest

from nervejax.analysis import body_outline, body_svg, body_view
from nervejax.analysis.body_outline import ARM, LEG, inside, limb_of, outline_points, rib_at
from nervejax.analysis.page_live import course_numbers, first_moment
from nervejax.analysis.readout import readout
from tests.unit.analysis_example import example_episode, tiny_episode, tiny_population

TIME_S = np.arange(-10.0, 40.0, 1.0)


def touch(conducting, receptor_mm, name="abeta"):
    population = tiny_population(conducting, name=name)
    population.nodes["receptor_mm"] = np.asarray(receptor_mm, dtype=float)
    return population


def course_of(*populations):
    record = tiny_episode(TIME_S, list(populations), 20.0, 20.0)
    return record, body_view.body_course(record, readout(record))


def blocked_from(start_s, fibres, which):
    conducting = np.ones((len(TIME_S), fibres))
    conducting[np.ix_(start_s <= TIME_S, which)] = 0
    return conducting


def test_a_band_is_as_numb_as_its_fibres_are_silent():
    _, course = course_of(touch(blocked_from(5.0, 4, [2, 3]), [300, 400, 800, 900]))
    np.testing.assert_allclose(course.edges_rel, [300 / 900, 600 / 900, 1.0])
    np.testing.assert_allclose(course.numb_rel[course.at(4.0)], [0.0, 0.0])
    np.testing.assert_allclose(course.numb_rel[course.at(6.0)], [0.0, 1.0])


def test_bands_hold_equally_many_touch_fibres():
    rng = np.random.default_rng(0)
    receptor_mm = rng.uniform(300, 900, 57)
    _, course = course_of(touch(np.ones((len(TIME_S), 57)), receptor_mm))
    held = np.histogram(receptor_mm / receptor_mm.max(), course.edges_rel)[0]
    assert len(held) == body_view.BANDS_MOST
    assert held.sum() == 57 and held.max() - held.min() <= 1


def test_what_is_not_known_is_not_numb():
    _, course = course_of(touch(np.zeros((len(TIME_S), 2)), [400, 500], name="c"))
    assert np.isnan(course.numb_rel).all()
    assert body_svg.mixed(np.nan) == body_svg.UNKNOWN
    assert body_svg.felt_text(course, 0) == "no touch fibres"


def test_quarantined_fibres_have_no_skin():
    population = touch(blocked_from(-10.0, 4, [3]), [300, 400, 800, 900])
    population.quarantined = {3: "v is nan"}
    _, course = course_of(population)
    assert course.edges_rel[0] == pytest.approx(300 / 800)
    assert np.nanmax(course.numb_rel) == 0


def test_a_file_without_receptors_has_no_limb():
    assert course_of(tiny_population(np.ones((len(TIME_S), 3))))[1] is None


def test_specks_follow_the_rate_and_stand_in_the_band_that_fires(monkeypatch):
    monkeypatch.setattr(body_view, "SMOOTH_S", 0.0)
    population = touch(np.ones((len(TIME_S), 4)), [300, 400, 800, 900])
    half_hz = body_view.HALF_RATE_HZ["abeta"]
    population.fibres["ectopic_rate_hz"][TIME_S >= 30, 2:] = half_hz
    _, course = course_of(population)
    assert (course.specks("abeta")[course.at(20.0)] == 0).all()
    assert course.specks("abeta")[course.at(35.0)].tolist() == [0, body_view.SPECKS_MOST // 2]
    skin = body_svg.skin_of(LEG, course)
    shown = [np.array([x, y]) for _, x, y in body_svg.shown_specks(skin, course.at(35.0))]
    band = body_outline.band_polygon(LEG, *course.edges_rel[1:])
    assert len(shown) == body_view.SPECKS_MOST // 2
    assert all(inside(band, place) for place in shown)


def test_a_single_spike_shows():
    population = touch(np.ones((len(TIME_S), 2)), [400, 900])
    population.fibres["ectopic_rate_hz"][45, 0] = 0.2
    _, course = course_of(population)
    assert course.specks("abeta").max() == 1


@pytest.mark.parametrize("limb", [LEG, ARM])
def test_specks_lie_inside_the_outline(limb):
    outline = outline_points(limb)
    edges = np.linspace(0.3, 1.0, 9)
    for a, b in pairwise(edges):
        places = body_outline.places_in_band(limb, a, b, 24)
        assert inside(outline, places).all()
        assert len(np.unique(places.round(), axis=0)) > 8


@pytest.mark.parametrize("limb", [LEG, ARM])
def test_ribs_span_the_limb_and_do_not_cross(limb):
    ribs = rib_at(limb, np.linspace(0, 1, 60))
    ends = ribs.reshape(-1, 2)
    assert not inside(outline_points(limb), ends).any()
    for (x1, y1, x2, y2), following in pairwise(ribs):
        along = np.array([x2 - x1, y2 - y1])
        for x, y in (following[:2], following[2:]):
            assert along[0] * (y - y1) - along[1] * (x - x1) > -1e-9  # never back over the last one


def test_the_limb_is_named_by_the_run():
    assert limb_of("arm_pinned") is ARM
    assert limb_of("leg_crossed") is LEG
    assert limb_of("harmless") is LEG


def test_six_moments_tell_the_story():
    record = example_episode(fibres=2)
    told = dict(body_view.moments(record))
    assert list(told.values()) == [-60.0, 600.0, 1195.0, 1260.0, 1380.0, 1800.0]
    assert "10 min after release" in told
    record.recovery_s = 100.0
    assert list(dict(body_view.moments(record)).values())[3:] == [1215.0, 1250.0, 1297.0]
    record.recovery_s = 0.0
    assert len(body_view.moments(record)) == 3
    assert len(body_view.moments(example_episode(fibres=2, pressed=False))) == 6


def test_the_numbers_of_the_page_are_those_of_the_course():
    record, course = course_of(touch(blocked_from(5.0, 4, [2, 3]), [300, 400, 800, 900]))
    numbers = course_numbers(body_svg.skin_of(LEG, course), record, first_moment(course, record))
    at = course.at(10.0)
    assert numbers["numbness"][2 * at : 2 * at + 2] == [0, 100]
    assert numbers["rows"]["conducting_abeta"]["values"][at] == 50
    assert numbers["rows"]["pressure"]["values"][at] == 100
    assert "conducting_c" not in numbers["rows"]
    assert numbers["start_min"] == pytest.approx(-10 / 60, abs=1e-5)
    assert numbers["start_min"] + 400 * numbers["step_min"] == pytest.approx(40 / 60, abs=1e-5)
    assert course.time_s[numbers["first"]] == pytest.approx(20.0, abs=0.2)
    assert course.time_s[numbers["first"]] < 20.0


def test_the_series_shows_numbness_where_it_is():
    record, course = course_of(touch(blocked_from(5.0, 4, [2, 3]), [300, 400, 800, 900]))
    html = body_svg.limb_series(body_svg.skin_of(LEG, course), record)
    before, after = html.split("</figure>")[0], html.split("</figure>")[1]
    assert before.count(body_svg.FEELING) == 2
    assert after.count(body_svg.FEELING) == after.count(body_svg.NUMB) == 1
    assert "numb 50 %" in after
