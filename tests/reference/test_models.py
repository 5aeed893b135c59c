"""docs/models.md, the tables it is made of, and what the published membranes say there."""

import numpy as np
import pytest

from nervejax.cli import model_tables, model_words
from nervejax.membranes import mcintyre2002, pena2024
from nervejax.membranes.registry import MYELINATED, UNMYELINATED
from nervejax.population import geometry

MEMBRANES = MYELINATED | UNMYELINATED


def test_the_page_is_what_the_command_prints(command, root):
    status, out, _ = command("models")
    assert status == 0
    page = root / "docs" / "models.md"
    written = page.read_text().splitlines() if page.exists() else []
    assert written == out, (
        "docs/models.md is old; write it anew: ./run models --write docs/models.md"
    )


def test_the_page_can_be_written_and_asked_for_in_part(command, tmp_path):
    status, out, err = command("models", "sundt2015", "--write", "page.md")
    assert (status, out, err) == (0, [], ["nervejax: wrote page.md"])
    page = (tmp_path / "page.md").read_text()
    assert "## sundt2015" in page and "## sensory" not in page and "Double cable" not in page
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["mcintyre20"], "unknown model 'mcintyre20', did you mean mcintyre2002?; available: sensory"),
        (["sensory", "x"], "unknown model 'x'; available: sensory, "),
        (["--write", "no/such/page.md"], "--write no/such/page.md: No such file or directory"),
        (["--wirte", "page.md"], "unknown option --wirte, did you mean --write?"),
    ],
)  # fmt: skip
def test_wrong_words_get_one_line(command, tmp_path, words, line):
    status, out, err = command("models", *words)
    assert (status, out) == (2, [])
    (only,) = err
    assert only.startswith(f"nervejax: {line}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", MEMBRANES)
def test_a_section_holds_every_number_and_formula(name):
    page = model_tables.membrane(name)
    module = MEMBRANES[name]
    for key, constant in module.CONSTANTS.items():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{key}` ")][:1]
        value = float(row.split("|")[2])
        assert value == pytest.approx(constant.value, rel=1e-6) and constant.unit in row
    for key, gate in module.GATES.items():
        for formula in (gate.alpha, gate.beta, gate.steady, gate.tau, gate.temperature_factor):
            assert f"`{formula}`" in page or not formula, key
        assert bool(gate.alpha and gate.beta) != bool(gate.steady and gate.tau), key
    assert name in model_words.OVERVIEW, "give it a source in cli/model_words.py"


@pytest.mark.parametrize("name", MEMBRANES)
def test_every_constant_has_unit_and_source_and_every_gate_a_source(name):
    module = MEMBRANES[name]
    assert [k for k, c in module.CONSTANTS.items() if not (c.unit and c.source)] == []
    assert [k for k, g in module.GATES.items() if not (g.source and g.temperature_factor)] == []


def test_numbers_are_readable():
    shown = [model_tables.number(x) for x in (0.1 + 0.2, 1e-7, 2.02e-6, 120e3, 2.333333, -80.0)]
    assert shown == ["0.3", "1e-7", "2.02e-6", "120000", "2.333333", "-80"]
    assert "| a\\|b |" in model_tables.table(["x"], [["a|b"]])


# McIntyre et al. 2002, doi:10.1152/jn.00353.2001, table 1: node to node, FLUT, axon, node [um], lamellae
@pytest.mark.parametrize(
    ("diameter_um", "row"),
    [(5.7, (500, 35, 3.4, 1.9, 80)), (16.0, (1500, 60, 12.7, 5.5, 150))],
)
def test_discrete_geometry(diameter_um, row):
    shape = geometry.myelinated_geometry(np.array([diameter_um]), "discrete")
    names = ("internode_um", "flut_um", "axon_um", "node_um", "lamellae")
    assert tuple(shape[name][0] for name in names) == row
    assert shape["length_um"].sum() + 1.0 == pytest.approx(row[0])


@pytest.mark.parametrize("name", model_words.POLYNOMIALS)
def test_printed_polynomials_are_those_of_the_code(name):
    low, high = geometry.RANGE_UM[name]
    d = np.linspace(low, high, 57)
    shape = geometry.GEOMETRIES[name](d)
    terms = {"D": d, "where": np.where, "trunc": np.trunc}
    for key, formula in model_words.POLYNOMIALS[name].items():
        terms[key] = eval(formula, {}, terms)
        np.testing.assert_allclose(terms[key], shape[key], rtol=1e-12, err_msg=key)
    assert set(model_words.POLYNOMIALS[name]) == set(geometry.COLUMNS) == set(shape)


def test_every_geometry_is_on_the_page():
    assert set(model_words.POLYNOMIALS) | {"discrete"} == set(geometry.GEOMETRIES)
    assert set(model_words.GEOMETRY_SOURCES) == set(geometry.GEOMETRIES)


def test_pena2024_is_mcintyre2002_with_two_other_conductances():
    assert pena2024.GATES == mcintyre2002.GATES and pena2024.CURRENTS == mcintyre2002.CURRENTS
    assert list(pena2024.CONSTANTS) == list(mcintyre2002.CONSTANTS)
    values = {
        name: (constant.value, pena2024.CONSTANTS[name].value)
        for name, constant in mcintyre2002.CONSTANTS.items()
    }
    differ = {name: pair for name, pair in values.items() if pair[0] != pair[1]}
    assert differ == {"g_na_S_per_cm2": (3.0, 2.333333), "g_ks_S_per_cm2": (0.08, 0.115556)}
    shape = geometry.myelinated_geometry(np.array([4.0]), "pena2024")
    own, mrg = (m.constants(shape, {}) for m in (pena2024, mcintyre2002))
    assert {k for k in own if not np.array_equal(own[k], mrg[k])} == {"g_na", "g_ks"}


def test_tuned_constants_are_shown_with_the_class():
    page = model_tables.membrane("sensory")
    assert "A-delta fibres differ:" in page
    assert set(model_words.TUNED_WHY) <= {
        (kind, name) for kind, c in model_tables.CLASSES.items() for name in c.tuned
    }
    for (kind, name), reasons in model_words.TUNED_WHY.items():
        given = [key for keys in reasons for key in keys]
        assert sorted(given) == sorted(model_tables.CLASSES[kind].tuned[name])
