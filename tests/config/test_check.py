"""Ranges, types and rebuilding of a configuration."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervejax.config import Config, did_you_mean, from_mapping, problems, to_mapping
from nervejax.config.check import sections, settings, structure_problems, unknown_key
from nervejax.errors import NervejaxError


def changed(key, value):
    """The default configuration with one dotted key replaced, types unchecked."""
    mapping = to_mapping(Config())
    *parents, last = key.split(".")
    part = mapping
    for name in parents:
        part = part[name]
    part[last] = value
    return from_mapping(mapping)


NUMBERS = {key: f.metadata for key, f in settings().items() if f.metadata["lo"] is not None}


def test_defaults_are_sound():
    assert problems(Config()) == []


def test_every_key_says_what_it_means():
    assert [key for key, f in settings().items() if not f.metadata["doc"]] == []


def test_every_default_is_within_its_own_range():
    outside = [k for k, m in NUMBERS.items() if not m["lo"] <= settings()[k].default <= m["hi"]]
    assert outside == []


@pytest.mark.parametrize("key", NUMBERS)
def test_value_beyond_either_end_is_one_line_with_key_and_unit(key):
    meta = NUMBERS[key]
    for value in (meta["lo"] - 1, meta["hi"] + 1):
        (line,) = problems(changed(key, value))
        assert line.startswith(f"{key}=")
        assert "must be" in line
        assert meta["doc"] in line
        assert meta["unit"] == "1" or meta["unit"] in line


def test_wording():
    assert problems(changed("population.n_abeta", -3)) == [
        "population.n_abeta=-3: must be between 0 and 1000000 (number of A-beta fibres)"
    ]
    assert problems(changed("pressure.peak_mmHg", 5000.5)) == [
        "pressure.peak_mmHg=5000.5 mmHg: must be between 0 and 2000 mmHg "
        "(tissue pressure at the plateau)"
    ]


@pytest.mark.parametrize("value", [None, "abc", True, math.nan, math.inf, -math.inf, [1.0], {1: 1}])
@pytest.mark.parametrize("key", ["pressure.peak_mmHg", "seed", "physiology.metabolism.energy_s"])
def test_what_is_no_number_is_one_line(key, value):
    (line,) = problems(changed(key, value))
    assert line.startswith(f"{key}=")
    assert "number" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("pressure.deforms", 1, "true or false"),
        ("pressure.deforms", "maybe", "true or false"),
        ("physiology.name", None, "text"),
        ("seed", 1.5, "a whole number"),
    ],
)
def test_other_types(key, value, wanted):
    (line,) = problems(changed(key, value))
    assert wanted in line


def test_choices_are_listed_with_the_nearest(monkeypatch):
    field = settings()["population.membrane_a"]
    meta = {**field.metadata, "choices": ("sensory", "motor")}
    monkeypatch.setattr(field, "metadata", meta)
    (line,) = problems(changed("population.membrane_a", "sensori"))
    assert "must be one of sensory, motor" in line
    assert "did you mean sensory?" in line
    assert problems(changed("population.membrane_a", "motor")) == []


def test_long_and_multiline_values_stay_on_one_short_line():
    (line,) = problems(changed("seed", "x\n" * 500))
    assert "\n" not in line
    assert len(line) < 200


@pytest.mark.parametrize(
    ("section", "values", "told"),
    [
        ("pressure", {"centre_mm": 5.0}, "reaches from -7 to 17 mm"),
        ("pressure", {"centre_mm": 95.0}, "nerve.length_mm=100 mm"),
        ("pressure", {"deforms": False, "occludes": False}, "has no effect"),
        ("nerve", {"grid_mm": 10.0}, None),
        ("population", {"n_abeta": 0, "n_adelta": 0, "n_c": 0}, "no fibres"),
    ],
)
def test_keys_at_odds_with_each_other(section, values, told):
    config = replace(Config(), **{section: replace(getattr(Config(), section), **values)})
    found = problems(config)
    assert (found == []) if told is None else (len(found) == 1 and told in found[0])


def test_grid_too_coarse_to_see_the_pressure():
    config = changed("nerve.grid_mm", 10.0)
    config.pressure.length_mm = 9.0
    (line,) = problems(config)
    assert line.startswith("nerve.grid_mm=10 mm: must not exceed pressure.length_mm=9 mm")


def test_flow_cannot_stop_before_it_falls():
    (line,) = problems(changed("physiology.perfusion.venular_mmHg", 80.0))
    assert "must be below physiology.perfusion.closing_rel x mean_arterial_mmHg=75.05 mmHg" in line


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a b", "~", "x\n"])
def test_name_must_be_fit_for_a_folder(name):
    (line,) = problems(changed("name", name))
    assert line.startswith("name=")


def test_there_and_back():
    config = changed("physiology.mechanics.threshold_mmHg", 350.0)
    assert from_mapping(to_mapping(config)) == config


def test_absent_keys_keep_their_defaults():
    assert from_mapping({"seed": 4}) == replace(Config(), seed=4)


def test_whole_numbers_change_type_and_nothing_else_does():
    config = from_mapping({"seed": 3.0, "name": 2026, "nerve": {"length_mm": 80}})
    assert (config.seed, config.name, config.nerve.length_mm) == (3, "2026", 80.0)
    assert type(config.seed) is int
    assert type(config.nerve.length_mm) is float
    assert from_mapping({"seed": "3"}).seed == "3"


def test_structure():
    assert structure_problems({"pressure": None, "foo": 1, "population": {"n_abta": 3}}) == [
        "pressure=null: is a group of keys (peak_mmHg, centre_mm, length_mm, edge_mm, rise_s, "
        "deforms, occludes, starves_distal, residual_rel, anoxia), not a value",
        "foo: unknown key (known: "
        "name, seed, duration, pressure, nerve, population, physiology, stimuli, instruments, "
        "pathology, mechanisms, numerics, output)",
        "population.n_abta: unknown key, did you mean population.n_abeta?",
    ]
    with pytest.raises(NervejaxError, match="unknown key"):
        from_mapping({"foo": 1})


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("population.n_abta", "population.n_abeta"),
        ("numerics.dt", "numerics.dt_us"),
        ("pressure.peak", "pressure.peak_mmHg"),
        ("pressure.peak_mmhg", "pressure.peak_mmHg"),
        ("n_c", "population.n_c"),
        ("metabolism.energy_s", "physiology.metabolism.energy_s"),
        ("presure.peak_mmHg", "pressure.peak_mmHg"),
        ("sed", "seed"),
    ],
)
def test_unknown_key_names_the_nearest(key, meant):
    assert unknown_key(key) == f"{key}: unknown key, did you mean {meant}?"


def test_did_you_mean_keeps_quiet_when_nothing_is_near():
    assert did_you_mean("zzz", ["healthy", "leg_crossed"]) == ""


@given(st.sampled_from(sorted(settings())), st.text(max_size=5) | st.integers() | st.floats())
def test_no_value_makes_the_check_itself_fail(key, value):
    assert all("\n" not in line for line in problems(changed(key, value)))


def test_sections_and_settings_cover_the_schema():
    assert {"", "pressure", "physiology.metabolism"} <= set(sections())
    assert {"seed", "pressure.peak_mmHg", "physiology.metabolism.energy_c"} <= set(settings())


AT = "instruments.excitability_at_s"


def test_a_list_of_numbers_is_kept_as_one():
    assert changed(AT, [-5, 600]).instruments.excitability_at_s == (-5.0, 600.0)
    assert problems(changed(AT, [-60, 0.5, 2099])) == []


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (600, f"{AT}=600: must be a list of finite numbers"),
        (["a"], f"{AT}=[a]: must be a list of finite numbers"),
        ([math.nan], f"{AT}=[nan]: must be a list of finite numbers"),
        ([0, True], f"{AT}=[0, true]: must be a list of finite numbers"),
        ([2100], f"{AT}=2100 s: must be at least -60 and below 2100 s, within the episode"),
        ([0, -61], f"{AT}=-61 s: must be at least -60 and below 2100 s, within the episode"),
    ],
)
def test_instants_lie_within_the_episode(value, told):
    (line,) = problems(changed(AT, value))
    assert line.startswith(told)


def test_the_membranes_that_can_be_chosen_are_those_there_are():
    from nervejax.membranes.registry import MYELINATED, UNMYELINATED

    choices = {
        key: settings()[f"population.{key}"].metadata["choices"]
        for key in ("membrane_a", "membrane_c")
    }
    assert choices == {"membrane_a": tuple(MYELINATED), "membrane_c": tuple(UNMYELINATED)}
