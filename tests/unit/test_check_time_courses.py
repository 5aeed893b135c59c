"""Checks 10 to 12, 15 to 17, 19 to 21 and 24 on made-up episodes: right numbers, verdicts that fail."""

import numpy as np
import pytest

from nervejax.checks import courses, ischaemia, lasting, order, perfusion
from nervejax.checks.experiments import CRUSHED_MM, LENGTHS_MM
from tests.unit.check_example import episode, read

INF = np.inf
ALL = ("abeta", "adelta", "c")
EIGHT = 60.0 * np.array([5.0, 6.0, 7.0, 9.0, 11.0, 13.0, 15.0, 25.0])


def test_the_action_potential_weighs_fibres_by_their_area():
    record = episode([60.0, INF], [20.0, INF], diameter_um=[10.0, 20.0])
    course = courses.cnap(record)
    assert courses.at_min(record, course, 2.0) == pytest.approx(4 / 5)
    assert courses.at_min(record, courses.conducting(record), 2.0) == 0.5
    assert np.isnan(courses.at_min(record, course, 41.0))
    assert courses.fall_min(record, course, 0.85) == 1.0
    assert np.isnan(courses.fall_min(record, course))
    assert courses.half_recovery_min(record, course) == pytest.approx(20 / 60)
    np.testing.assert_array_equal(courses.block_min(record, "abeta"), [1.0, np.nan])


def test_fibres_that_never_conducted_do_not_count():
    record = episode([-INF, 60.0, INF])
    assert courses.at_min(record, courses.conducting(record), 2.0) == 0.5
    np.testing.assert_array_equal(courses.block_min(record, "abeta"), [np.nan, 1.0, np.nan])
    lost = episode([-INF])
    assert np.isnan(courses.cnap(lost)).all()
    assert np.isnan(courses.fall_min(lost, courses.cnap(lost)))


def test_a_probe_that_meets_an_ectopic_spike_is_no_block():
    record = episode([60.0, INF])
    up = record.populations["abeta"].fibres["conducting"]
    up[np.searchsorted(record.time_s, 30.0)] = 0
    np.testing.assert_array_equal(courses.block_min(record, "abeta"), [1.0, np.nan])


def test_a_loss_after_release_is_no_ischaemic_block():
    late = episode([1300.0])
    assert np.isnan(courses.fall_min(late, courses.cnap(late)))
    assert np.isnan(courses.block_min(late, "abeta")).all()


def test_check_16():
    blocks = 60.0 * np.array([4.0, 6.0, 8.0, 9.0, 11.0, 14.0, 18.0, 25.0])
    record = episode(blocks, compression_s=2400.0, classes=ALL)
    found = read(ischaemia.CHECK_16, ischaemia_40=[record, record])
    assert [found[k].text for k in ("half", "gone", "vibration")] == ["9", "25", "9"]
    assert {found[k].verdict for k in ("half", "gone", "vibration", "rise")} == {"pass"}
    assert found["before"].verdict == "not modelled"
    assert found["half"].status == "calibrated" and found["gone"].status == "validated"
    early = read(
        ischaemia.CHECK_16, ischaemia_40=episode(0.3 * blocks, compression_s=2400.0, classes=ALL)
    )
    assert {early[k].verdict for k in ("half", "gone", "vibration")} == {"fail"}
    never = read(ischaemia.CHECK_16, ischaemia_40=episode([INF] * 8, classes=ALL))
    assert {never[k].verdict for k in ("half", "gone", "vibration", "rise")} == {"fail"}
    short = read(ischaemia.CHECK_16, quick=True, ischaemia_20=episode([INF] * 8, classes=ALL))
    assert short["half"].verdict == "not run" and "20 min" in short["half"].reason
    quick = read(ischaemia.CHECK_16, quick=True, ischaemia_20=episode(blocks, classes=ALL))
    assert quick["half"].verdict == "pass" and quick["gone"].verdict == "not run"


def test_a_rise_under_ischaemia_is_seen():
    record = episode(EIGHT)
    course = courses.cnap(record)
    assert ischaemia.rise_after(record, course, 5.0) == 0.0
    bent = np.where((record.time_s > 700) & (record.time_s < 800), course + 0.25, course)
    assert ischaemia.rise_after(record, bent, 5.0) == pytest.approx(0.25)
    early = np.where((record.time_s > 30) & (record.time_s < 60), 0.0, course)
    assert ischaemia.rise_after(record, early, 5.0) == 0.0


def test_check_17():
    good = read(
        ischaemia.CHECK_17,
        anoxia_30=episode(2 * EIGHT[:7], [400.0] * 7, compression_s=1800.0, recovery_s=1800.0),
    )
    assert good["half"].text == "18" and good["back"].text == "0.37"
    assert {r.verdict for r in good.values()} == {"pass"}
    quick = read(ischaemia.CHECK_17, anoxia_30=episode(0.3 * EIGHT, [10.0] * 8))
    assert {r.verdict for r in quick.values()} == {"fail"}


def test_check_21():
    back = np.full(8, 60.0)
    names = ("ischaemia_10", "ischaemia_20", "ischaemia_30")
    lost = {
        n: episode(np.where(60 * m > EIGHT, EIGHT, INF), back, compression_s=60.0 * m)
        for n, m in zip(names, (10, 20, 30), strict=True)
    }
    hour = episode(EIGHT, back, compression_s=3600.0, recovery_s=1800.0)
    three = episode(EIGHT, [INF] * 8, compression_s=10800.0, recovery_s=1800.0)
    found = read(ischaemia.CHECK_21, **lost, ischaemia_60_abeta=hour, ischaemia_180_abeta=three)
    assert {r.verdict for r in found.values()} == {"pass"}
    assert found["half_30"].text == "1" and found["after_180"].text == "0"
    bad = read(
        ischaemia.CHECK_21,
        **{n: episode(EIGHT, [INF] * 8, compression_s=r.compression_s) for n, r in lost.items()},
        ischaemia_60_abeta=episode(EIGHT, [INF] * 8, compression_s=3600.0, recovery_s=1800.0),
        ischaemia_180_abeta=episode(EIGHT, back, compression_s=10800.0, recovery_s=1800.0),
    )
    assert {r.verdict for r in bad.values()} == {"fail"}
    unharmed = read(ischaemia.CHECK_21, ischaemia_30=episode([INF] * 8, compression_s=1800.0))
    assert {unharmed[k].verdict for k in ("half_30", "at_7_after_30")} == {"fail"}
    assert unharmed["half_20"].verdict == "not run"


def test_check_19():
    pressed = episode(60.0 * np.arange(8, 0, -1), classes=ALL, diameter_um=np.arange(1.0, 9.0))
    starved = episode(EIGHT, compression_s=2400.0, classes=ALL, diameter_um=np.arange(8.0, 0.0, -1))
    starved.populations["c"].fibres["conducting"][:] = 1.0
    found = read(order.CHECK_19, pressure_only=pressed, ischaemia_40=starved)
    assert found["pressure"].text == "-1" and found["within"].text == "-1"
    assert {found[k].verdict for k in ("pressure", "c_left", "c_28")} == {"pass"}
    assert found["within"].verdict == "warn"
    # 8 and 7 um hold half of the action potential and go first
    assert (
        found["fastest"].values[0] == pytest.approx(100 * (1 - 6 / 8))
        and found["fastest"].verdict == "fail"
    )
    starved.populations["c"].fibres["conducting"][starved.time_s > 1400, :4] = 0.0
    less = read(order.CHECK_19, pressure_only=starved, ischaemia_40=starved)
    assert {less[k].verdict for k in ("c_left", "c_28")} == {"fail"}
    none = read(order.CHECK_19, pressure_only=episode([INF] * 8, classes=ALL), ischaemia_40=pressed)
    assert none["pressure"].verdict == "fail" and none["c_28"].verdict == "fail"


def test_a_fibre_that_never_blocks_comes_last():
    record = episode([60.0, 120.0, INF], classes=("abeta", "adelta"), diameter_um=[3.0, 2.0, 1.0])
    assert order.rank_by_size(record) == pytest.approx(-1.0)


def test_check_20():
    record = episode(EIGHT)
    found = read(order.CHECK_20, cuff_150=record)
    assert {found[k].verdict for k in ("under", "proximal")} == {"pass"}
    assert found["site"].text == "-5"
    record.populations["abeta"].fibres["failing_site_mm"][:, :3] = 75.0
    away = read(order.CHECK_20, cuff_150=record)
    assert away["under"].text == "57.1" and away["under"].verdict == "fail"
    assert away["proximal"].verdict == "pass"
    record.populations["abeta"].fibres["failing_site_mm"][:] = 55.0
    assert read(order.CHECK_20, cuff_150=record)["proximal"].verdict == "fail"
    assert read(order.CHECK_20, cuff_150=episode([INF] * 3))["under"].verdict == "fail"


def _lengths(leak, tight, crushed):
    names = (
        [f"length_{mm}" for mm in LENGTHS_MM] + [f"length_{mm}_no_leak" for mm in LENGTHS_MM]
        + [f"crushed_{mm}" for mm in CRUSHED_MM]
    )  # fmt: skip
    return {n: episode([60.0 * m] * 2) for n, m in zip(names, leak + tight + crushed, strict=True)}


def test_check_15():
    good = read(order.CHECK_15, **_lengths([INF, 18, 12, 10, 10], [10] * 5, [16, 8, 8]))
    assert good["falls"].text == "2" and {r.verdict for r in good.values()} == {"pass"}
    flat = read(order.CHECK_15, **_lengths([10] * 5, [12, 10, 10, 10, 10], [8, 8, 4]))
    assert [flat[k].verdict for k in ("falls", "tight", "short", "long")] == [
        "fail",
        "fail",
        "warn",
        "warn",
    ]
    none = read(order.CHECK_15, **_lengths([INF] * 5, [INF] * 5, [INF] * 3))
    assert {r.verdict for r in none.values()} == {"fail", "warn"}


def test_checks_11_and_12():
    half = episode([600.0] * 3 + [INF], compression_s=14400.0, recovery_s=0.0, step_s=20.0)
    whole = episode([600.0] * 4, compression_s=14400.0, recovery_s=0.0, step_s=20.0)
    none = episode([INF] * 4, compression_s=14400.0, recovery_s=0.0, step_s=20.0)
    wrist = {
        "tissue_30": none,
        "tissue_40": [half, none],
        "tissue_50": whole,
        "tissue_60": whole,
        "tissue_90": whole,
    }
    found = read(perfusion.CHECK_11, **wrist)
    assert found["at_40"].text == "37.5 (0 to 75)"
    assert {r.verdict for k, r in found.items() if k != "motor"} == {"pass"}
    bad = dict.fromkeys(wrist, half) | {"tissue_40": whole}
    found = read(perfusion.CHECK_11, **bad)
    assert {r.verdict for k, r in found.items() if k != "motor"} == {"fail"}
    cuffs = {
        "cuff_150": episode([600.0]),
        "cuff_300": episode([660.0]),
        "cuff_150_undeformed": episode([540.0]),
    }
    found = read(perfusion.CHECK_12, **cuffs)
    assert (found["pressure"].text, found["deformation"].text) == ("10", "10")
    assert found["flow"].text == "0"
    cuffs["cuff_300"] = cuffs["cuff_150_undeformed"] = episode([60.0])
    found = read(perfusion.CHECK_12, **cuffs)
    assert {found[k].verdict for k in ("pressure", "deformation")} == {"fail"}


def test_check_10_on_a_curve():
    pressure = np.arange(0.0, 101.0, 1.0)
    flow = np.clip(1.5 - pressure / 50.0, 0.0, 1.0)
    assert perfusion.pressure_of(flow, pressure, 0.9) == pytest.approx(30.0)
    assert perfusion.pressure_of(flow, pressure, 0.25) == pytest.approx(62.5)
    assert np.isnan(perfusion.pressure_of(np.ones(101), pressure, 0.9))
    assert np.isnan(perfusion.pressure_of(np.zeros(101), pressure, 0.9))
    readings = read(perfusion.CHECK_10)
    assert {r.verdict for r in readings.values()} == {"pass"}


def test_check_24():
    well = episode(EIGHT, [60.0] * 8, compression_s=2400.0)
    ill = episode(2 * EIGHT, [240.0] * 5 + [500.0] * 3, compression_s=2400.0)
    found = read(lasting.CHECK_24, diabetic_40=ill, ischaemia_40=well)
    assert found["half"].text == "2" and found["back"].text == "4"
    verdicts = [found[k].verdict for k in ("half", "back", "back_control", "at_7", "at_30")]
    assert verdicts == ["pass"] * 5
    found = read(lasting.CHECK_24, diabetic_40=well, ischaemia_40=ill)
    assert {found[k].verdict for k in ("half", "back", "back_control", "at_7", "at_30")} == {"fail"}
