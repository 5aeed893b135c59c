"""``hydra/sweeper=optuna``: runs give back what ``output.objective`` names; failures, nan."""

import math

import pytest
import yaml

from nervejax.cli.objective import summary_names

pytest.importorskip("optuna")

NAME = "numb_onset_abeta_s"
STUDY = ("run", "-m", "hydra/sweeper=optuna", "hydra.sweep.dir=study", f"output.objective={NAME}")
EVERY_SEED = (
    "hydra/sweeper/sampler=random", "hydra.sweeper.sampler.seed=0", "hydra.sweeper.n_jobs=3",
    "hydra.sweeper.n_trials=3",
)  # fmt: skip
"""Three trials at once, in which each of two values comes at least once."""


@pytest.fixture
def summary_of(monkeypatch, fake_simulate):
    """Give each episode the summary that a function makes of its configuration."""
    from nervejax.recording import reader

    def use(function):
        monkeypatch.setattr(
            reader, "read_summary", lambda path: function(fake_simulate[int(path.parent.name)])
        )

    return use


@pytest.fixture
def best(tmp_path):
    def read():
        file = tmp_path / "study" / "optimization_results.yaml"
        return yaml.safe_load(file.read_text()) if file.exists() else None

    return read


@pytest.mark.parametrize("launcher", ["batch", "basic"])
def test_a_study_finds_the_smallest(command, fake_simulate, summary_of, best, launcher):
    summary_of(lambda config: {NAME: abs(config.pressure.peak_mmHg - 100.0)})
    status, out, err = command(
        *STUDY, f"hydra/launcher={launcher}", "pressure.peak_mmHg=interval(40,160)",
        "hydra.sweeper.n_trials=3", "hydra.sweeper.n_jobs=2", "hydra.sweeper.sampler.seed=1",
    )  # fmt: skip
    assert status == 0, err
    peaks = [config.pressure.peak_mmHg for config in fake_simulate]
    assert len(set(peaks)) == 3 and all(40 <= peak <= 160 for peak in peaks)
    assert best()["best_value"] == min(abs(peak - 100.0) for peak in peaks)
    assert not any("alembic" in line for line in out + err)
    if launcher == "batch":
        assert [line for line in out if "share the device" in line][1].endswith(
            "1 jobs share the device"
        )


def test_a_failing_run_ends_the_study_unless_that_is_allowed(
    command, fake_simulate, summary_of, best
):
    summary_of(lambda config: {NAME: float(config.seed)})
    status, _, err = command(*STUDY, *EVERY_SEED, "seed=choice(1,13)")
    assert (status, best()) == (1, None)
    assert "nervejax: seed 13 is unlucky" in err
    assert any("max_failure_rate=1" in line for line in err)
    assert not any("Traceback" in line for line in err)
    fake_simulate.clear()
    status, _, err = command(
        *STUDY, *EVERY_SEED, "seed=choice(1,13)", "hydra.sweeper.max_failure_rate=1"
    )
    assert (status, best()["best_value"]) == (1, 1.0)


def test_what_is_not_a_number_fails_its_trial_and_the_study_goes_on(command, summary_of, best):
    summary_of(lambda config: {NAME: math.nan if config.seed == 1 else 7.0})
    status, _, err = command(*STUDY, *EVERY_SEED, "seed=choice(1,2)")
    assert (status, best()["best_params"]) == (0, {"seed": 2})
    assert any(f"{NAME} is nan" in line for line in err)


def test_a_study_without_any_number_is_one_line(command, summary_of):
    summary_of(lambda config: {NAME: math.nan})
    status, _, err = command(*STUDY, *EVERY_SEED, "seed=choice(1,2)")
    assert status == 1
    assert err[-1].startswith("nervejax: ") and "no trial gave a finite number" in "".join(err[-2:])


def test_several_objectives(command, summary_of, best):
    summary_of(lambda config: {NAME: float(config.seed), "numbness_peak_rel": 1.0})
    status, _, err = command(
        *STUDY[:-1], f"output.objective=[{NAME},numbness_peak_rel]", "seed=choice(1,2)",
        "hydra.sweeper.direction=[minimize,maximize]", *EVERY_SEED,
    )  # fmt: skip
    assert status == 0, err
    assert {tuple(found["values"]) for found in best()["solutions"]} == {(1.0, 1.0)}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["seed=1,2"], "output.objective: the sweeper needs a number from every run"),
        (["seed=1,2", "output.objective=numb_onset_abta_s"], f"did you mean {NAME}?"),
        (["output.objective=order_of_loss"], "output.objective=order_of_loss: no number"),
        (["seed=interval(1.5,3)", f"output.objective={NAME}"], "seed=1.5: must be a whole number"),
        (["seed=interval(-1,3)", f"output.objective={NAME}"], "seed=-1: must be between"),
        (["seed=range(1,3)", f"output.objective=[{NAME},{NAME}]"], "2 for hydra.sweeper.direction"),
        (["seed=tag(a,interval(1,3))", "output.objective=3"], "must be a list of words"),
    ],
)
def test_what_a_study_cannot_use_is_refused_before_it_starts(
    command, fake_simulate, tmp_path, words, told
):
    status, out, err = command("run", "-m", "hydra/sweeper=optuna", *words)
    assert (status, out, fake_simulate, list(tmp_path.iterdir())) == (2, [], [], [])
    assert len(err) == 1 and told in err[0]


def test_an_objective_of_a_grid_changes_nothing_but_what_the_sweeper_is_told(
    command, fake_simulate, summary_of
):
    summary_of(lambda config: {NAME: 1.0})
    status, _, err = command("run", "-m", "seed=1,13,2", f"output.objective={NAME}")
    assert (status, len(fake_simulate)) == (1, 3)
    assert not any("Traceback" in line for line in err)


def test_the_documentation_lists_every_name(root):
    text = (root / "docs" / "sweeps.md").read_text()
    named = {name for name in summary_names() if "adelta" not in name and "_c_" not in name}
    assert len(named) > 30 and {name for name in named if name not in text} == set()
