"""A mechanism switched off changes the verdict of a claim that hangs on it."""

import json

import pytest

from nervejax.checks.experiments import ABETA, Experiment
from nervejax.claims import experiments
from nervejax.cli.main import main

SMALL = (
    *ABETA, "population.n_abeta=4", "population.heterogeneity=0", "nerve.fascicles=1",
    "pressure.deforms=false", "numerics.step_s=10", "numerics.duty=0.003",
    "numerics.release_window_s=0.2", "numerics.probe_every_s=120",
    "numerics.threshold_every_s=1e6", "duration.recovery_s=240",
)  # fmt: skip


@pytest.mark.slow
def test_with_potassium_held_nothing_fires_unasked(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(experiments.EXPERIMENTS, "leg", Experiment(SMALL, 15))
    said = {}
    for off in ((), ("--without", "potassium")):
        words = ["--only", "C6", "--quick", "--physiology", "literature", "--dir", str(tmp_path)]
        assert main(["claims", *words, *off]) == 0
        folder = tmp_path / "without_potassium" if off else tmp_path
        (claim,) = json.loads((folder / "claims.json").read_text())["claims"]
        said[bool(off)] = claim["results"]["literature"]
        assert (folder / "literature" / "leg" / "seed0" / "episode.h5").is_file()
        assert (folder / "C6.png").is_file()
    rate = {off: result["criteria"][0]["mean"] for off, result in said.items()}
    assert rate[True] < 0.2 * rate[False]
    assert said[False]["verdict"] != said[True]["verdict"] == "refuted"
