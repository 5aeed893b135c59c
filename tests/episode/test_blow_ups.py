"""T8: a fibre whose numbers blow up is named and left out; it is never numb, and touches no other."""

import numpy as np
import pytest

from nervejax.analysis.readout import readout
from nervejax.analysis.summary import summarise
from nervejax.cli.main import main
from nervejax.episode.driver import Episode, run_episode
from nervejax.episode.engine import Alone
from nervejax.episode.myelinated import MyelinatedGroup
from nervejax.episode.unmyelinated import UnmyelinatedGroup
from nervejax.episode.windows import quarantine
from tests.episode.conftest import short_config

GROUPS = {"abeta": MyelinatedGroup, "c": UnmyelinatedGroup}


def alone(count, **changes):
    """A-beta fibres that share nothing, so that nobody feels the loss of another."""
    base = {
        "population__n_abeta": count, "population__n_adelta": 0, "population__n_c": 0,
        "duration__baseline_s": 2.0, "duration__compression_s": 3.0, "duration__recovery_s": 2.0,
        "numerics__threshold_every_s": 1e6, "mechanisms__potassium": False,
        "mechanisms__oxygen_diffusion": False,
    }  # fmt: skip
    config = short_config(**base | changes)
    config.output.report = False
    return config


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.nan, "potassium_mM not finite at place 3, x = 1.5 mm"),
        (np.inf, "potassium_mM not finite at place 3"),
        (800.0, "potassium_mM 800, has run away at place 3"),
        (-1.0, "potassium_mM -1, has run away at place 3"),
    ],
)
def test_variable_and_place_are_named(value, told):
    x_mm = np.tile(0.5 * np.arange(5.0)[:, None], (1, 4))
    seen = {"sodium_mM": np.full((5, 4), 10.0), "potassium_mM": np.full((5, 4), 4.0)}
    seen["potassium_mM"][3, 2] = value
    known = {}
    assert quarantine(known, seen, x_mm).tolist() == [True, True, False, True]
    assert list(known) == [2] and known[2].startswith(told)
    seen["potassium_mM"][3, 2] = 4.0  # once out, for ever out
    assert quarantine(known, seen, x_mm).tolist() == [True, True, False, True]


@pytest.mark.parametrize("count", [60, pytest.param(4096, marks=pytest.mark.slow)])
def test_the_others_keep_their_bits(count, monkeypatch):
    sick = count // 3

    def windows(poisoned):
        group = Episode(alone(count), Alone())
        with group.workers() as each:
            group.step(each)
            if poisoned:
                group.groups[0].k_periaxonal[5, sick] = np.nan
            group.step(each)
            group.step(each)
        return group.groups[0]

    healthy, touched = windows(False), windows(True)
    assert list(touched.quarantined) == [sick] and not healthy.quarantined
    others = np.arange(count) != sick
    one, other = healthy.saved(), touched.saved()
    for a, b in zip(one["state"], other["state"], strict=True):
        assert np.array_equal(a[..., others], b[..., others])
    for name in ("na_i", "k_periaxonal"):
        assert np.array_equal(one[name][..., others], other[name][..., others]), name


@pytest.mark.parametrize("name", GROUPS)
def test_it_is_never_numb(name, monkeypatch):
    original = GROUPS[name].couple

    def poisoned(self, tissue, rest):
        original(self, tissue, rest)
        if self.kind.name == name:
            self.pump[5, 1] = np.nan

    monkeypatch.setattr(GROUPS[name], "couple", poisoned)
    config = alone(2, population__n_c=2 if name == "c" else 0)
    record = run_episode(config)
    assert list(record.populations[name].quarantined) == [1]
    assert "in the slow step from -2 s" in record.populations[name].quarantined[1]
    assert np.isnan(record.populations[name].fibres["conducting"][:, 1]).all()
    series = readout(record)
    summary = summarise(record, series)
    assert summary[f"quarantined_{name}_count"] == 1
    # of the fibres that are left all conduct, and the share is theirs
    assert np.nanmin(series[f"conducting_fraction_{name}_rel"]) == 1.0


def test_the_exit_status_says_so(monkeypatch, tmp_path, capsys):
    original = MyelinatedGroup.couple

    def poisoned(self, tissue, rest):
        original(self, tissue, rest)
        self.k_e[5, 1] = np.nan

    monkeypatch.setattr(MyelinatedGroup, "couple", poisoned)
    monkeypatch.chdir(tmp_path)
    words = [
        "output.report=false", "duration.baseline_s=1", "duration.compression_s=2",
        "duration.recovery_s=1", "stimuli.every_s=0", "population.n_abeta=2",
        "population.n_adelta=0", "population.n_c=0", "hydra.run.dir=r",
    ]  # fmt: skip
    assert main(["run", *words]) == 3
    told = capsys.readouterr().err
    assert "nervejax: left out of every number: abeta fibre 1: " in told
    assert main(["resume", "r"]) == 3
