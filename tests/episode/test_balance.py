"""Charge and sodium of every axon are accounted for."""

import numpy as np
import pytest

from nervejax.episode.driver import run_episode
from nervejax.episode.ledger import Ledger
from nervejax.membranes import ions
from tests.episode.by_hand import alike, coupled, myelinated, unmyelinated
from tests.episode.conftest import short_config

CLASSES = ("abeta", "adelta", "c")


def test_healthy_fibres():
    record = run_episode(
        alike(
            pressure__peak_mmHg=0.0, duration__compression_s=0.0, duration__recovery_s=20.0,
            population__n_abeta=1, population__n_adelta=1, population__n_c=1,
        )
    )  # fmt: skip
    for name in CLASSES:
        assert record.balance[f"charge_{name}_rel"] < 1e-4
        assert record.balance[f"sodium_{name}_rel"] < 1e-9


def test_noise_and_ischaemia():
    record = run_episode(
        short_config(
            duration__compression_s=40.0, duration__recovery_s=0.0, pressure__deforms=False,
            physiology__metabolism__energy_s=25.0, physiology__metabolism__oxygen_rate_per_s=1.0,
            population__n_abeta=1, population__n_adelta=0, population__n_c=1,
            duration__baseline_s=1.0, numerics__probe_every_s=60.0,
        )
    )  # fmt: skip
    assert record.populations["abeta"].states["potential_mV"].max() > -77.0  # it does suffer
    for name in ("abeta", "c"):
        assert 0 < record.balance[f"charge_{name}_rel"] < 0.03
        assert record.balance[f"sodium_{name}_rel"] < 1e-9


@pytest.mark.parametrize("make", [myelinated, unmyelinated])
def test_loaded_fibres_out_of_balance_ion_by_ion_carry_no_net_charge(make):
    group = make(alike())
    group.na_i = group.na_i + 15.0
    coupled(group, potassium_mM=2.0)
    group.window(0.5)  # let the potential follow
    window = group.window(0.5)
    group.advance(window.seconds, window.seconds)
    found = group.balance()
    name = group.kind.name
    assert found[f"charge_{name}_rel"] < 0.01
    assert found[f"sodium_{name}_rel"] < 1e-9


def test_a_clipped_concentration_shows(monkeypatch):
    group = myelinated(alike())
    group.window(0.06)
    monkeypatch.setattr(ions, "SODIUM_RANGE_MM", (25.0, 140.0))
    group.advance(5.0, 0.06)
    assert group.balance()["sodium_abeta_rel"] > 1.0


def test_membranes_without_ions_have_no_balance():
    for group in (
        myelinated(alike(), membrane="mcintyre2002"), unmyelinated(alike(), membrane="sundt2015"),
    ):  # fmt: skip
        group.advance(1.0, group.window(0.06).seconds)
        assert group.balance() == {}


def test_errors_of_two_fibres_do_not_cancel_and_sick_ones_are_left_out():
    ledger = Ledger(2, np.array([0.5, 0.5, 0.5]))
    assert ledger.balance("x") == {}
    one = np.ones((2, 3))
    ledger.add(
        2.0, net=one * [0.1, -0.1, np.nan], sodium=-one * [1, 1, np.nan],
        sodium_out=one * [0.2, -0.2, np.nan], gained_mM=one * [-0.2, 0.1, np.nan],
    )  # fmt: skip
    found = ledger.balance("x", without={2: "not finite"})
    assert found["charge_x_rel"] == pytest.approx(0.1)
    # fibre 0 has gained what the current says; fibre 1 lacks 0.1 mM, 0.2 units of charge of 2
    assert found["sodium_x_rel"] == pytest.approx(2 * 0.2 / 8)


def test_the_noise_current_of_c_fibres_is_in_their_account():
    group = unmyelinated(alike(numerics__noise=1.0))
    for _ in range(4):
        group.advance(5.0, group.window(0.2).seconds)
    assert group.balance()["charge_c_rel"] < 2e-3  # 1e-2 without it
