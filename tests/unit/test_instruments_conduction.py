"""The virtual nerve conduction study against a class made by hand."""

import numpy as np
import pytest

from nervejax.analysis.cnap import cnap_course, cnap_trace
from nervejax.analysis.instrument_conduction import INSTANTS, nerve_conduction_study, tables
from nervejax.analysis.instrument_conduction_plot import draw_conduction_study
from nervejax.errors import NervejaxError
from tests.unit.analysis_example import tiny_episode, tiny_population


def slowed(steps=40, name="abeta"):
    """Four fibres of 50 m/s and 10 um; each loses 1 ms at step 20, all but one fail at step 30."""
    up = np.ones((steps, 4))
    up[30:, 1:] = 0
    held = tiny_population(up, name=name)
    held.nodes["diameter_um"] = np.full(4, 10.0)
    held.nodes["conduction_velocity_m_per_s"] = np.full(4, 50.0)
    latency = np.where(np.arange(steps) >= 20, 2.0, 1.0)[:, None] * np.ones(4)
    held.fibres["latency_ms"] = np.where(up > 0, latency, np.nan)
    return tiny_episode(np.arange(steps) - 1.0, [held], 25.0, steps - 26.0)


def test_amplitude_latency_and_velocity_are_those_of_the_fibres():
    found = nerve_conduction_study(slowed(), "abeta")
    assert found.amplitude_rel[0] == pytest.approx(1.0)
    assert found.amplitude_rel[35] == pytest.approx(0.25, abs=1e-3)
    # 100 mm at 50 m/s: 2 ms, and 3 ms once it has slowed
    np.testing.assert_allclose(found.latency_ms[[0, 25, 35]], [2.0, 3.0, 3.0], atol=0.02)
    np.testing.assert_allclose(found.velocity_m_per_s[[0, 25]], [50.0, 100 / 3], rtol=0.01)
    np.testing.assert_array_equal(
        found.duration_ms, cnap_course(slowed(), "abeta")["cnap_duration_abeta_ms"]
    )


def test_traces_are_those_of_their_steps():
    record = slowed()
    found = nerve_conduction_study(record, "abeta")
    assert 2 < len(found.shown) <= INSTANTS and found.shown[0] == 0 and found.shown[-1] == 39
    for step, trace in zip(found.shown, found.trace_rel, strict=True):
        np.testing.assert_array_equal(trace, cnap_trace(record, "abeta", int(step), found.t_ms))
    peaks = found.t_ms[found.trace_rel.argmax(axis=1)]
    np.testing.assert_allclose(peaks, np.where(found.shown < 20, 2.0, 3.0), atol=0.02)
    assert found.t_ms[0] < 1.5 and found.t_ms[-1] > 3.5


def test_the_instants_can_be_chosen():
    found = nerve_conduction_study(slowed(), "abeta", at_min=[0.5, 0.0, 0.0])
    assert found.shown.tolist() == [1, 31]


def test_all_blocked_still_draws():
    record = slowed()
    held = record.populations["abeta"]
    held.fibres["conducting"][30:] = 0
    found = nerve_conduction_study(record, "abeta", at_min=[0.6])
    np.testing.assert_array_equal(found.trace_rel, 0.0)
    assert np.isnan(found.latency_ms[35]) and np.isnan(found.velocity_m_per_s[35])
    draw_conduction_study(record, found).canvas.draw()


def test_nothing_to_compare_with_is_one_line():
    record = slowed()
    record.populations["abeta"].fibres["conducting"][:] = 0
    with pytest.raises(NervejaxError, match="no A-beta fibre conducts in the baseline"):
        nerve_conduction_study(record, "abeta")


def test_tables_and_figure():
    record = slowed()
    found = nerve_conduction_study(record, "abeta", at_min=[0.0, 0.5])
    columns, rows = tables(found)["traces"]
    assert columns == ["since_stimulus_ms", "cnap_at_0_s_rel", "cnap_at_30_s_rel"]
    np.testing.assert_array_equal(np.array(rows)[:, 1], found.trace_rel[0])
    columns, rows = tables(found)["course"]
    assert columns[1] == "amplitude_rel" and len(rows) == 40
    fig = draw_conduction_study(record, found)
    waterfall = [line for line in fig.axes[0].lines if len(line.get_xdata()) == len(found.t_ms)]
    offsets = [
        line.get_ydata() - trace for line, trace in zip(waterfall, found.trace_rel, strict=True)
    ]
    assert np.ptp(offsets[0]) < 1e-12 and offsets[1][0] < offsets[0][0]
