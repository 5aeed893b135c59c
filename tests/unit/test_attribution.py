"""Attribution by paired runs, and the page of states, on made-up episodes."""

import json
import warnings
from copy import deepcopy

import numpy as np
import pytest

from nervejax.analysis import physiology_plot, plots
from nervejax.analysis.attribution import (
    OUTCOMES,
    attribute,
    cause_of,
    write_attribution,
)
from nervejax.analysis.steps import runs_of, step_edges
from nervejax.errors import NervejaxError
from nervejax.recording.model import CAUSES
from tests.unit.analysis_example import example_episode, tiny_episode, tiny_population

STEP_S = 10.0
TIME_S = np.arange(-20.0, 100.0, STEP_S)


def blocked_between(*stretches):
    """Conduction (T, F), one (start, end) [s] of block per fibre, none where None."""
    up = np.ones((len(TIME_S), len(stretches)))
    for fibre, stretch in enumerate(stretches):
        if stretch is not None:
            up[(stretch[0] <= TIME_S) & (stretch[1] > TIME_S), fibre] = 0
    return up


def episode(conducting, spikes=(), share=1.0, name="abeta"):
    """One class; windows cover ``share`` of each step."""
    windows = [(t, share * STEP_S, STEP_S) for t in TIME_S]
    population = tiny_population(conducting, list(spikes), windows, name)
    return tiny_episode(TIME_S, [population], 80.0, 20.0)


def quiet(fibres=1):
    return episode(blocked_between(*[None] * fibres))


@pytest.mark.parametrize(
    ("mechanical", "ischaemic", "cause"),
    [
        ((0, 80), None, "mechanical"),
        (None, (0, 80), "ischaemic"),
        ((0, 80), (0, 80), "each alone"),
        (None, None, "only together"),
        ((40, 80), None, "mechanical"),  # half of the time is enough
        ((50, 80), (0, 30), "only together"),  # less is not
        ((80, 100), (-20, 0), "only together"),  # and it must be the same time
    ],
)
def test_a_block_is_of_what_also_gives_it_alone(mechanical, ischaemic, cause):
    runs = [episode(blocked_between(s)) for s in ((0, 80), mechanical, ischaemic)]
    (block,) = attribute(*runs).blocks
    assert (block.start_s, block.end_s, block.cause) == (0.0, 80.0, cause)


def test_every_stretch_of_every_fibre_is_a_block_and_is_compared_with_the_same_fibre():
    up = blocked_between((0, 20), (30, 70))
    up[TIME_S >= 90, 0] = 0
    found = attribute(
        episode(up),
        episode(blocked_between((30, 70), (0, 20))),
        episode(blocked_between(None, (30, 70))),
    )
    assert [(b.fibre, b.start_s, b.end_s, b.cause) for b in found.blocks] == [
        (0, 0.0, 20.0, "only together"),
        (0, 90.0, 100.0, "only together"),
        (1, 30.0, 70.0, "ischaemic"),
    ]
    assert found.blocked_min("abeta") == pytest.approx(
        dict.fromkeys(OUTCOMES, 0.0) | {"only together": 0.5, "ischaemic": 40 / 60}
    )
    assert found.blocks[2].ischaemia_only_rel == 1.0


def test_partners_may_step_at_other_times():
    coarse = np.arange(-20.0, 100.0, 40.0)  # steps from -20, 20 and 60 s
    partner = tiny_episode(coarse, [tiny_population([[1], [0], [1]])], 80.0, 20.0)
    (block,) = attribute(episode(blocked_between((0, 50))), partner, quiet()).blocks
    assert block.mechanical_only_rel == pytest.approx(0.6)


def test_what_pairs_cannot_tell_is_said():
    run = episode(blocked_between((-10, 50), (0, 50), (0, 50), (0, 50)))
    partner = episode(blocked_between(*[(0, 50)] * 4))
    run.populations["abeta"].nodes["lost"] = np.array([0, 0, 1, 0], np.uint8)
    run.populations["abeta"].quarantined = {3: "v is nan"}
    partner.populations["abeta"].quarantined = {1: "v is nan"}
    partner.populations["abeta"].fibres["conducting"][:, 1] = np.nan
    blocks = attribute(run, partner, quiet(4)).blocks
    assert [b.cause for b in blocks] == ["before pressure", "unknown", "lost"]
    assert blocks[1].mechanical_only_rel is None  # nan is not a block


def firing(fibre, *times_s, **more):
    up = blocked_between(None, None)
    return episode(up, [(t, fibre) for t in times_s], **more)


@pytest.mark.parametrize(
    ("mechanical", "ischaemic", "cause"),
    [
        ([31, 32], [], "mechanical"),
        ([], [31, 32], "ischaemic"),
        ([31], [122, 123, 124], "only together"),
        ([31, 99], [32, 33], "each alone"),  # up to 60 s after the window
        ([-19.5, 31], [], "mechanical"),  # and up to 60 s before
    ],
)
def test_an_ectopic_window_is_of_what_also_gives_half_of_it(mechanical, ischaemic, cause):
    four = firing(0, 41, 42, 43, 55)
    found = attribute(four, firing(1, *mechanical), firing(1, *ischaemic))
    (window,) = found.windows
    assert (window.start_s, window.end_s, window.spikes) == (40.0, 60.0, 4.0)
    assert window.cause == cause


def test_spikes_of_a_short_window_stand_for_more():
    run, sparse = firing(0, 41, 42, 43, 44, share=0.25), firing(0, 41, 42, 43, 44, share=0.5)
    (window,) = attribute(run, sparse, quiet(2)).windows
    assert (window.spikes, window.mechanical_only_spikes) == (16.0, 8.0)
    assert window.cause == "mechanical"


def test_a_step_without_spikes_parts_two_windows():
    found = attribute(firing(0, 1, 21, 22, 35), firing(0, 1), firing(0))
    assert [(w.start_s, w.end_s, w.spikes) for w in found.windows] == [
        (0.0, 10.0, 1.0), (20.0, 40.0, 3.0)
    ]  # fmt: skip
    assert found.ectopic_spikes("abeta")["mechanical"] == 1.0
    assert found.ectopic_spikes("abeta")["only together"] == 3.0


def test_spikes_before_the_pressure_and_of_fibres_that_a_partner_left_out():
    run, partner = firing(0, -15, 41), firing(0)
    assert [w.cause for w in attribute(run, partner, partner).windows] == [
        "before pressure", "only together"
    ]  # fmt: skip
    partner.populations["abeta"].quarantined = {0: "v is nan"}
    assert attribute(run, partner, firing(0)).windows == []


def test_agreement_with_the_forks():
    run = episode(blocked_between((0, 40), (0, 80)))
    forked = np.zeros((len(TIME_S), 2), np.uint8)
    forked[TIME_S >= 0, 0] = CAUSES["mechanical"]
    forked[TIME_S >= 20, 1] = CAUSES["ischaemic"]  # no cause in the first 20 s
    run.populations["abeta"].fibres["cause"] = forked
    found = attribute(run, episode(blocked_between((0, 40), (0, 80))), quiet(2))
    assert found.fork_compared_min == pytest.approx(100 / 60)
    assert found.fork_agreement_rel == pytest.approx(0.4)
    partner = quiet(2)
    partner.populations["abeta"].quarantined = {0: "v is nan"}  # its pair knows no cause
    assert attribute(run, partner, quiet(2)).fork_compared_min == pytest.approx(1.0)
    forked[:] = CAUSES["lost"]
    assert attribute(run, quiet(2), quiet(2)).fork_agreement_rel is None


def test_other_fibres_are_refused():
    run, other = quiet(2), quiet(2)
    other.populations["abeta"].nodes["diameter_um"] = np.array([1.0, 2.0])
    for episodes in (run, more := quiet(3)):
        del episodes.populations["abeta"].nodes["diameter_um"]
    with pytest.raises(NervejaxError, match="other abeta fibres"):
        attribute(run, run, more)
    for partner in (quiet(3), other, tiny_episode(TIME_S, [], 80.0, 20.0)):
        with pytest.raises(NervejaxError, match="other abeta fibres"):
            attribute(run, quiet(2), partner)


def test_small_parts():
    assert runs_of(np.array([1, 1, 0, 1], bool)) == [(0, 2), (3, 4)]
    assert runs_of(np.zeros(3, bool)) == []
    np.testing.assert_allclose(step_edges(quiet())[[0, -2, -1]], [-20, 90, 100])
    assert cause_of(0.0, 0.5, None) == "unknown"


def test_the_file_holds_every_block_and_window(tmp_path):
    run, partner = (
        example_episode(fibres=4, seed=1),
        example_episode(fibres=4, pressed=False, seed=1),
    )
    found = attribute(run, deepcopy(run), partner)
    path = write_attribution(found, tmp_path / "attribution.json", {"mechanical_only": "paired/m"})
    stored = json.loads(path.read_text())
    assert (len(stored["blocks"]), len(stored["ectopic_windows"])) == (
        len(found.blocks), len(found.windows)
    )  # fmt: skip
    assert {b["cause"] for b in stored["blocks"]} == {"mechanical"}
    assert set(stored["classes"]) == {"abeta", "adelta", "c"}
    assert stored["partners"] == {"mechanical_only": "paired/m"}
    assert stored["classes"]["abeta"]["blocked_min"] == found.blocked_min("abeta")
    assert [p.name for p in tmp_path.iterdir()] == ["attribution.json"]


@pytest.mark.parametrize(("fibres", "pressed"), [(3, True), (0, True), (2, False)])
def test_the_page_of_states_draws_without_a_warning(tmp_path, monkeypatch, fibres, pressed):
    monkeypatch.setattr(plots, "DOTS_PER_INCH", 40)
    record = example_episode(fibres=fibres, pressed=pressed)
    steps = len(record.time_s)
    for population in record.populations.values():
        for name in ("potential_mV", "na_i_mM", "k_periaxonal_mM", "k_node_mM", "energy_rel"):
            population.states[name] = np.full((steps, fibres), 1.0)
    record.tissue["opening_S_per_cm2"] = 0.002 * record.tissue["acid_rel"]
    if fibres == 2:
        del record.tissue["flow_rel"], record.populations["c"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fig = physiology_plot.states_figure(record)
        path = plots.save_png(fig, tmp_path / "states.png")
    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert tuple(fig.get_size_inches()) <= (7.0, 9.0)
    titles = [
        axes.get_title() + axes.get_title("left") for part in fig.subfigs for axes in part.axes
    ]
    assert "opening of the paranodes (mS/cm²)" in titles
    assert ("blood flow: not in this episode" in titles) == (fibres == 2)


def test_the_opening_is_shown_in_the_unit_of_its_title():
    record = example_episode(fibres=1)
    record.tissue["opening_S_per_cm2"] = 0.002 * (record.tissue["pressure_mmHg"] > 60)
    upper = physiology_plot.states_figure(record).subfigs[0]
    (axes,) = [a for a in upper.axes if a.get_title("left").startswith("opening")]
    assert axes.collections[0].get_array().max() == pytest.approx(2.0)


def test_the_fibre_shown_is_of_middle_size_among_those_that_fire():
    up = np.ones((3, 5))
    quiet_class = tiny_population(up)
    assert physiology_plot.typical_fibre(quiet_class) == 2
    up[1, [0, 3]] = 0
    up[:, 1] = 0  # an axon that never conducts shows nothing
    assert physiology_plot.typical_fibre(tiny_population(up)) in (0, 3)
    assert physiology_plot.typical_fibre(tiny_population(up, [(1.0, 4)])) == 4
    assert physiology_plot.typical_fibre(tiny_population(np.ones((3, 0)))) is None
