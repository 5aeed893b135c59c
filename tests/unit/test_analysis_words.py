"""The sentences say what the numbers say, and no more."""

import numpy as np

from nervejax.analysis.readout import readout
from nervejax.analysis.summary import summarise
from nervejax.analysis.words import headline, percent, tell
from tests.unit.analysis_example import example_episode, tiny_episode, tiny_population


def told(record):
    return tell(summarise(record, readout(record)))


def test_a_healthy_limb():
    sentences = told(example_episode(pressed=False))
    assert sentences[0] == "No pressure was applied; the nerve was followed for 36.0 min."
    assert "All fibres conducted throughout." in sentences
    assert "0 ghost spikes." in sentences
    assert not any("numb" in text or "release" in text for text in sentences)


def test_a_leg_that_falls_asleep_and_wakes():
    record = example_episode()
    table = summarise(record, readout(record))
    text = " ".join(tell(table))
    onset_min, back_min = table["numb_onset_abeta_s"] / 60, table["baseline_again_s"] / 60
    assert f"A-beta fibres (touch) were numb from {onset_min:.1f} min into the pressure" in text
    assert f"Back to baseline {back_min:.1f} min after release" in text
    assert f"{table['ghost_spikes_total']:,.0f} ghost spikes" in text
    assert f"Order of loss: {table['order_of_loss']}." in text
    assert "irregularly" in text
    assert set(headline(table)) <= set(tell(table))


def test_a_leg_that_does_not_come_back():
    record = example_episode()
    record.populations["abeta"].fibres["conducting"][-3:, :10] = 0
    text = " ".join(told(record))
    assert "numb from" in text
    assert "and still at the end" in text
    assert "Not back to baseline when the episode ends: A-beta conducts in 50 % of fibres." in text


def test_an_episode_that_ends_under_pressure_says_nothing_of_recovery():
    record = tiny_episode([-1.0, 0.0, 1.0], [tiny_population([[1], [1], [0]])], 2.0, 0.0)
    text = " ".join(told(record))
    assert "nothing can be said of recovery" in text
    assert "Back to baseline" not in text


def test_fibres_that_are_left_out_are_told():
    record = example_episode()
    record.populations["c"].quarantined = {2: "K_i is nan"}
    assert told(record)[-1].startswith("Left out of every number")
    assert "C 1" in told(record)[-1]


def test_no_fibres_at_all():
    assert told(example_episode(fibres=0)) == ["There are no fibres in this episode."]


def test_an_unbroken_run_is_not_scaled():
    windows = [(-1.0, 3.0, 3.0)]
    population = tiny_population([[1], [1], [1]], [(1.5, 0)], windows)
    text = " ".join(told(tiny_episode([-1.0, 0.0, 1.0], [population], 1.0, 1.0)))
    assert "1 ghost spike (without a stimulus) observed: 0 before pressure" in text
    assert "every spike is counted" in text


def test_a_share_is_never_rounded_to_all_or_nothing():
    assert [percent(x) for x in (0, 0.0004, 0.35, 0.999, 1)] == [
        "0 %", "0.1 %", "35 %", "99 %", "100 %",
    ]  # fmt: skip
    assert np.all([percent(x) == f"{x * 100:.0f} %" for x in (0.02, 0.5, 0.98)])
