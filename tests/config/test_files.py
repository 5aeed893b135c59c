"""The YAML files in configs/."""

from dataclasses import asdict

import pytest
import yaml

from nervejax.cli.compose import compose, config_dir, find_groups
from nervejax.config import Config
from nervejax.config.check import settings

GROUPS = find_groups([config_dir()])


def differences(config, other):
    """Dotted keys in which two configurations differ."""

    def flat(mapping, prefix=""):
        for key, value in mapping.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield prefix + key, value

    there = dict(flat(asdict(other)))
    return {key: value for key, value in flat(asdict(config)) if there[key] != value}


def test_defaults_are_the_schema():
    assert compose() == [Config()]


@pytest.mark.parametrize("scenario", GROUPS["scenario"])
@pytest.mark.parametrize("physiology", GROUPS["physiology"])
def test_every_scenario_goes_with_every_physiology(scenario, physiology):
    (config,) = compose([f"scenario={scenario}", f"physiology={physiology}"])
    assert config.name == scenario
    assert config.physiology.name == physiology


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("scenario=healthy", {"name": "healthy", "pressure.peak_mmHg": 0.0}),
        ("scenario=mechanical_only", {"name": "mechanical_only", "pressure.occludes": False}),
        ("scenario=ischaemia_only", {"name": "ischaemia_only", "pressure.deforms": False}),
    ],
)
def test_controls_differ_from_the_default_in_nothing_else(word, expected):
    assert differences(compose([word])[0], Config()) == expected


def test_literature_is_the_same_equations_with_other_constants():
    changed = differences(compose(["physiology=literature"])[0], Config())
    assert changed["physiology.mechanics.threshold_mmHg"] == 350.0
    assert changed["physiology.metabolism.energy_c"] == 2.4
    assert all(key.startswith("physiology.") for key in changed)


def test_overrides_win_over_the_scenario():
    (config,) = compose(["scenario=healthy", "pressure.peak_mmHg=30", "seed=7"])
    assert (config.pressure.peak_mmHg, config.seed) == (30.0, 7)


def test_a_sweep_is_every_combination():
    configs = compose(["scenario=healthy,leg_crossed", "seed=range(0,3)"], sweep=True)
    assert [(c.name, c.seed) for c in configs] == [
        (name, seed) for name in ("healthy", "leg_crossed") for seed in range(3)
    ]


def test_a_sweep_over_all_scenarios():
    configs = compose(["scenario=glob(*)"], sweep=True)
    assert [c.name for c in configs] == GROUPS["scenario"]


@pytest.mark.parametrize("scenario", GROUPS["scenario"])
def test_a_scenario_names_itself_and_explains_itself(scenario):
    lines = (config_dir() / "scenario" / f"{scenario}.yaml").read_text().splitlines()
    comment = [line for line in lines if line.startswith("# ")]
    assert lines[0] == "# @package _global_"
    assert len(comment) > 3
    assert any("assumed" in line.lower() for line in comment) or scenario == "mechanical_only"


def test_files_hold_only_keys_of_the_schema():
    known = {name for key in settings() for name in key.split(".")}
    for group in ("scenario", "physiology"):
        for name in GROUPS[group]:
            mapping = yaml.safe_load((config_dir() / group / f"{name}.yaml").read_text())
            assert set(mapping) <= known


def test_two_runs_in_one_second_do_not_share_a_folder():
    places = yaml.safe_load((config_dir() / "hydra" / "default.yaml").read_text())
    assert "%f" in places["run"]["dir"]
    assert "%f" in places["sweep"]["dir"]


def test_runs_that_differ_in_numbers_share_a_composition(monkeypatch):
    from nervejax.cli import composer

    made, compose_one = [], composer.compose
    monkeypatch.setattr(composer, "compose", lambda *a: made.append(a) or compose_one(*a))
    words = ["pressure.peak_mmHg=30,45.5", "seed=0,7", "scenario=healthy,cuff"]
    found = compose(words, sweep=True)
    assert len(found) == 8
    assert len(made) == 2  # one for each scenario
    alone = [
        compose([f"pressure.peak_mmHg={p}", f"seed={s}", f"scenario={name}"])[0]
        for p in ("30", "45.5") for s in ("0", "7") for name in ("healthy", "cuff")
    ]  # fmt: skip
    assert found == alone
    assert len({id(config.pressure) for config in found}) == 8


def test_a_value_that_refers_to_another_is_composed_for_each_run(tmp_path):
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "as_seed.yaml").write_text(
        "# @package _global_\npopulation:\n  n_abeta: ${seed}\n"
    )
    found = compose(["scenario=as_seed", "seed=3,4"], tmp_path, sweep=True)
    assert [config.population.n_abeta for config in found] == [3, 4]
