"""``nervejax doctor``: one line for each thing looked at, and what to do about each that is off."""

import pytest

from nervejax.cli import doctor

LINES = ("versions", "devices", "memory", "numbers", "results", "programs", "extras", "self-test")


def test_a_sound_installation(command):
    status, out, _ = command("doctor")
    assert status == 0, out
    assert [line.split()[0] for line in out] == list(LINES)
    assert "NOT OK" not in " ".join(out)


@pytest.mark.parametrize("key", doctor.EXPECTED)
def test_other_numbers_than_those_it_was_tested_with(monkeypatch, key):
    monkeypatch.setitem(doctor.EXPECTED, key, doctor.EXPECTED[key] * 1.01)
    check = doctor.self_test()
    assert not check.sound and "reinstall" in check.remedy


def test_what_is_off_comes_with_a_remedy(command, monkeypatch):
    import jax

    def none():
        raise RuntimeError("no GPU\nat all")

    monkeypatch.setattr(jax, "devices", none)
    monkeypatch.setattr(doctor, "LEAST_FREE_GB", 1e9)
    monkeypatch.setattr(doctor, "_version", lambda name: "" if name == "h5py" else "1")
    status, out, _ = command("doctor")
    assert status == 1
    bad = [line.split()[0] for line in out if "NOT OK" in line]
    assert bad == ["versions", "devices", "memory"]
    assert sum(line.lstrip().startswith("-> ") for line in out) == 3
    assert not any(line.startswith("self-test") for line in out)
