"""Check 18 on made-up thresholds."""

import numpy as np
import pytest

from nervejax.checks import axon_state
from tests.unit.check_example import episode, read

INF = np.inf


def _excitable(change):
    record = episode([INF] * 8, compression_s=780.0, recovery_s=0.0)
    fibres, minutes = record.populations["abeta"].fibres, np.clip(record.time_s / 60.0, 0.0, None)
    shape = np.ones((len(minutes), 8))
    fibres["threshold_ratio"] = shape * np.interp(minutes, [0, 8, 13], change)[:, None]
    fibres["refractoriness_rel"] = shape * np.interp(minutes, [0, 8, 13], [0.2, 1.0, 1.2])[:, None]
    fibres["superexcitability_rel"] = shape * np.interp(minutes, [0, 8], [-0.26, 0.0])[:, None]
    fibres["strength_duration_us"] = (
        shape * np.interp(minutes, [0, 8, 13], [330, 420, 380])[:, None]
    )
    return record


def test_check_18():
    found = read(axon_state.CHECK, excitability_13=_excitable([1.0, 0.66, 0.7]))
    assert found["threshold"].values[0] == pytest.approx(-34.0, abs=0.1)
    assert found["turn"].values[0] == pytest.approx(4.0, abs=0.2)
    assert found["tau_up"].values[0] == pytest.approx(27.3, abs=0.1)
    assert {r.verdict for r in found.values()} == {"pass", "reported", "not modelled"}
    record = _excitable([1.0, 0.95, 0.7])
    record.populations["abeta"].fibres["strength_duration_us"][:] = 330.0
    found = read(axon_state.CHECK, excitability_13=record)
    assert {found[k].verdict for k in ("threshold", "turn", "tau_up", "tau_down")} == {"fail"}
    del record.populations["abeta"].fibres["refractoriness_rel"]
    found = read(axon_state.CHECK, excitability_13=record)
    assert (
        found["refractoriness"].verdict == "not run"
        and "refractoriness_rel" in found["refractoriness"].reason
    )


def test_fibres_that_stop_being_excitable_leave_the_mean():
    record = _excitable([1.0, 0.7, 0.7])
    ratio = record.populations["abeta"].fibres["threshold_ratio"]
    ratio[:, 0] *= 3.0
    ratio[record.time_s > 540.0, :3] = np.nan
    assert axon_state.lowest_threshold(record) == pytest.approx(-30.0, abs=0.5)
    assert axon_state.excitable_percent(record) == pytest.approx(62.5)
    ratio[record.time_s > 540.0, :5] = np.nan
    assert np.isnan(axon_state.lowest_threshold(record))
