"""``nervejax bench --accuracy``: orders, errors, the table, and what it does without its extras."""

import dataclasses
import json
import sys

import numpy as np
import pytest

from nervejax.cli import accuracy as command_accuracy
from nervejax.errors import NervejaxError
from nervejax.fibre.accuracy import QUANTITIES, limit, orders, schemes
from nervejax.peers import neuron

COLUMNS = {
    "scheme", "dt_us", "velocity_error_percent", "threshold_end_error_percent",
    "threshold_extracellular_error_percent", "cost_s_per_fibre_s",
}  # fmt: skip
STEPS_US = {"MRG 10 um, 10 modes": (2.5, 5.0, 10.0), "Tigerholm 1 um": (10.0, 20.0, 50.0)}
"""The pulse of 100 us is a whole number of each."""


@pytest.fixture(scope="module")
def measured():
    """A short ladder of a myelinated fibre and of a C fibre, without NEURON."""
    short = [
        dataclasses.replace(s, steps_us=STEPS_US[s.name]) for s in schemes() if s.name in STEPS_US
    ]
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neuron, "available", lambda: False)
        found = command_accuracy.measure(short, repeats=1, progress=said.append)
    return found, said


def test_the_kernels_are_of_second_order(measured):
    for row in measured[0]["rows"]:
        found = [row[f"{name}_order"] for name in command_accuracy.SHORT]
        if row["dt_us"] == STEPS_US[row["scheme"]][-1]:
            assert min(found) >= 1.9, row["scheme"]
        else:  # the limit is made of these
            assert found == [None] * 3


def test_errors_at_the_steps_of_the_bench_are_small(measured):
    """The limit of 2.5 and 5 us stands in for dt -> 0: 0.01 % from that of finer steps."""
    rows = {(row["scheme"], row["dt_us"]): row for row in measured[0]["rows"]}
    assert set(rows) == {(name, dt) for name, steps in STEPS_US.items() for dt in steps}
    assert abs(rows["MRG 10 um, 10 modes", 5.0]["velocity_error_percent"]) < 1.0
    for row in rows.values():
        assert set(row) >= COLUMNS | set(QUANTITIES)
        assert 0.0 < row["cost_s_per_fibre_s"] < 100.0
        assert row["velocity_error_percent"] < 0.0
    fine, coarse = (rows["Tigerholm 1 um", dt]["cost_s_per_fibre_s"] for dt in (10.0, 50.0))
    assert fine == pytest.approx(5 * coarse)


def test_the_limits_are_those_of_the_reference_program(measured):
    """Numbers from neuron.csv, at dt -> 0; the C fibre's velocity within 1 %."""
    mrg, c = measured[0]["limits"]
    assert mrg["velocity_m_per_s"] == pytest.approx(55.1319, rel=5e-3)
    assert mrg["threshold_end_nA"] == pytest.approx(0.67948, rel=0.01)
    assert mrg["threshold_extracellular_mA"] == pytest.approx(0.18197, rel=0.01)
    assert c["velocity_m_per_s"] == pytest.approx(0.704419, rel=0.01)


def test_the_table_has_a_line_for_every_step(measured):
    lines = command_accuracy.table(measured[0]).splitlines()
    for name, steps in STEPS_US.items():
        cells = [line.removeprefix(name).split() for line in lines if line.startswith(name)]
        assert [float(line[0]) for line in cells[:-1]] == list(steps)
        assert len(cells[-1]) == 3  # limits: the scheme that gives the limit is off by nothing
    assert measured[1][-1].startswith("NEURON is not installed")


def test_without_a_compiler_neuron_is_left_out(monkeypatch):
    def fail(folder):
        raise NervejaxError("nrnivmodl failed")

    said = []
    monkeypatch.setattr(neuron, "available", lambda: True)
    monkeypatch.setattr(neuron, "compile_mechanisms", fail)
    assert command_accuracy._peer({"MRG 10 um"}, 1, said.append) == []
    assert said == ["NEURON is left out: nrnivmodl failed"]


def test_neuron_is_measured_against_its_own_limit(monkeypatch, measured):
    dt = np.array([1.25, 2.5, 5.0, 10.0])
    scheme = dataclasses.replace(command_accuracy.NEURON_SCHEMES[0], steps_us=tuple(dt))
    values = np.stack([50.0 - dt, 0.7 + 0.01 * dt, 0.2 + 0.001 * dt], axis=1)
    monkeypatch.setattr(command_accuracy, "NEURON_SCHEMES", (scheme,))
    monkeypatch.setattr(command_accuracy, "ladder", lambda s, say: values + 1.0)
    monkeypatch.setattr(command_accuracy, "prices_us", lambda some, repeats: [2.0] * len(some))
    monkeypatch.setattr(command_accuracy, "_peer", lambda *a: [(scheme, values, 100.0)])
    ours = dataclasses.replace(schemes()[0], steps_us=tuple(dt), powers=(1, 2, 3))
    found = command_accuracy.measure([ours])
    first = found["rows"][4]
    assert first["scheme"] == scheme.name and first["cost_s_per_fibre_s"] == 80.0
    assert first["velocity_error_percent"] == pytest.approx(-2.5)
    assert found["rows"][5]["velocity_order"] == pytest.approx(1.0)
    assert found["limits"][1]["velocity_difference_percent"] == pytest.approx(-100 / 51)


def test_limit_and_order_of_a_known_series():
    steps = (1.0, 2.0, 5.0, 10.0)
    dt = np.array(steps)
    first = 3.0 - 0.1 * dt + 0.02 * dt**2 - 1e-4 * dt**3
    assert limit(steps, first, (1, 2, 3)) == pytest.approx(3.0)
    second = (7.0 + 0.3 * dt**2)[:, None] * [1.0, 2.0]
    np.testing.assert_allclose(limit(steps, second, (2,)), [7.0, 14.0])
    found = orders(steps, second - [7.0, 14.0], (2,))
    assert np.isnan(found[:2]).all()
    np.testing.assert_allclose(found[2:], 2.0)
    assert np.isnan(orders(steps, dt - 3.0, (1, 2))[2])  # the error changes sign


def test_the_picture_is_drawn_and_its_lack_is_no_failure(measured, command, monkeypatch, tmp_path):
    pytest.importorskip("matplotlib")
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    monkeypatch.setattr(command_accuracy, "measure", lambda **k: measured[0])
    words = ("bench", "--accuracy", "--plot", "a.svg", "--json", "a.json")
    status, out, _ = command(*words)
    assert status == 0 and out[1].startswith("scheme")
    drawn = (tmp_path / "a.svg").read_text()
    assert drawn.startswith("<?xml")
    assert json.loads((tmp_path / "a.json").read_text())["rows"] == measured[0]["rows"]
    (tmp_path / "a.svg").unlink()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    status, out, err = command(*words)
    assert status == 0 and out[1].startswith("scheme")
    assert not (tmp_path / "a.svg").exists()
    assert any("drawing needs matplotlib" in line for line in err)


@pytest.mark.parametrize("words", [("--plot", "a.png"), ("--accuracy", "--plot", "a.bmp")])
def test_a_picture_of_nothing_is_refused(command, words):
    status, _, err = command("bench", *words)
    assert status == 2 and len(err) == 1
