"""Wrong input: one line per problem, status 2, nothing written, nothing simulated."""

import pytest

HEADER = "# @package _global_\n"


@pytest.fixture
def refused(command, fake_simulate, tmp_path):
    """Run, demand refusal before anything happened, and give the error lines."""

    def call(*words):
        before = sorted(tmp_path.rglob("*"))
        status, out, err = command("run", *words)
        assert status == 2, err
        assert out == []
        assert sorted(tmp_path.rglob("*")) == before
        assert fake_simulate == []
        assert all(line.startswith("nervejax: ") for line in err)
        return [line.removeprefix("nervejax: ") for line in err]

    return call


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("population.n_abta=3", "population.n_abta: unknown key, did you mean population.n_abeta?"),
        ("numerics.dt=5", "numerics.dt: unknown key, did you mean numerics.dt_us?"),
        (
            "population.n_abeta=-3",
            "population.n_abeta=-3: must be between 0 and 1000000 (number of A-beta fibres)",
        ),
        (
            "pressure.peak_mmHg=5000",
            "pressure.peak_mmHg=5000 mmHg: must be between 0 and 2000 mmHg "
            "(tissue pressure at the plateau)",
        ),
        (
            "duration.recovery_s=soon",
            "duration.recovery_s=soon: must be a finite number between 0 and 1000000 s "
            "(time after release)",
        ),
        (
            "leg_crossed",
            "'leg_crossed' cannot be read as key=value, did you mean scenario=leg_crossed?",
        ),
        ("seed=[1", "'seed=[1' cannot be read as key=value"),
        ("seed=1,2", "seed=1,2: several values for one key are a sweep, which needs -m"),
        ("~seed", "~seed: a key cannot be removed"),
        ("+seed=1", "+seed=1: the key is there already; write it without +"),
        ("name=???", "configuration: Missing mandatory value: name - full_key: name"),
        ("hydra.foo=1", "configuration: Could not override 'hydra.foo'."),
        (
            "--multirn",
            "unknown option --multirn, did you mean --multirun? (see nervejax run --help)",
        ),
    ],
)
def test_one_line(refused, word, line):
    assert refused(word) == [line]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("+foo=1", "foo: unknown key"),
        ("++foo.bar=1", "foo.bar: unknown key"),
        ("seed=null", "seed=null: must be a whole number"),
        ("seed=", "seed=: must be a whole number"),
        ("pressure.peak_mmHg=nan", "pressure.peak_mmHg=nan: must be a finite number"),
        ("pressure.peak_mmHg=-inf", "pressure.peak_mmHg=-inf: must be a finite number"),
        ("pressure.deforms=2", "must be true or false"),
        ("seed={a:1}", "must be a whole number"),
        ("population=3", "population: is a group of keys"),
        ("name=../elsewhere", "name=../elsewhere: must be letters"),
        ("seed=${nowhere}", "Interpolation key 'nowhere' not found"),
        ("seed=interval(0,1)", "several values"),
    ],
)
def test_one_line_that_tells(refused, word, told):
    (line,) = refused(word)
    assert told in line


def test_unknown_scenario(refused):
    (line,) = refused("scenario=leg_crosed")
    assert line.startswith("unknown scenario 'leg_crosed', did you mean leg_crossed? (available: ")
    assert "mechanical_only" in line


def test_every_problem_has_its_line(refused):
    lines = refused("seed=-1", "population.n_c=x", "pressure.edge_mm=0")
    keys = {line.split("=")[0] for line in lines}
    assert keys == {"seed", "population.n_c", "pressure.edge_mm"}
    assert len(lines) == 3


def test_a_sweep_is_refused_whole_when_one_value_is_bad(refused):
    (line,) = refused("-m", "seed=1,2,-3")
    assert line.startswith("seed=-3: must be between")
    (line,) = refused("scenario=healthy,leg_crosed", "-m")
    assert "did you mean leg_crossed?" in line
    (line,) = refused("-m", "seed=interval(0,1)")
    assert "a sweep takes a list" in line


@pytest.fixture
def own(tmp_path):
    """Write a scenario of the user's own; gives the words that choose it."""
    folder = tmp_path / "own files' here" / "scenario"
    folder.mkdir(parents=True)

    def write(text):
        (folder / "mine.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return "--config-dir", folder.parent, "scenario=mine"

    return write


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEADER + "name: [1\n", "mine.yaml line 3: not valid YAML"),
        (HEADER + "name: x\n seed: 1\n", "mine.yaml line 3: not valid YAML"),
        (
            HEADER + "seed: 1\nseed: 2\n",
            "mine.yaml line 3: not valid YAML (found duplicate key seed)",
        ),
        (HEADER + "population: {n_abta: 3}\n", "did you mean population.n_abeta?"),
        (HEADER + "pressure: null\n", "pressure=null: is a group of keys"),
        (HEADER + "seed: null\n", "seed=null: must be a whole number"),
        (HEADER + "duration: {baseline_s: .inf}\n", "duration.baseline_s=inf: must be a finite"),
        (HEADER + "duration: {baseline_s: .nan}\n", "duration.baseline_s=nan: must be a finite"),
        (HEADER + "pressure: [1, 2]\n", "Cannot merge DictConfig with ListConfig"),
        (HEADER + "defaults: [{override /physiology: litrature}]\n", "did you mean literature?"),
        (HEADER + "name: ${nowhere}\n", "Interpolation key 'nowhere' not found"),
        (HEADER + "hydra: {run: {dirr: x}}\n", "Key 'dirr' not in 'RunDir'"),
        ("name: x\n", "first line must be '# @package _global_'"),
        ("", "first line must be '# @package _global_'"),
        ("- 1\n", "first line must be '# @package _global_'"),
        (b"\xff\xfe", "codec can't decode"),
    ],
)
def test_broken_file_of_the_users_own(refused, own, text, told):
    (line,) = refused(*own(text))
    assert told in line


def test_missing_files(refused, own):
    words = own(HEADER + "name: x\n")
    assert "unknown scenario 'mien', did you mean mine?" in refused(*words[:2], "scenario=mien")[0]
    assert "no such file or folder: nowhere" in refused("--config-dir", "nowhere")[0]
    assert refused("--config-name", "runn") == ["unknown configuration file 'runn'"]


def test_a_sound_file_of_the_users_own_runs(command, own, fake_simulate):
    text = "defaults: [{override /physiology: literature}]\nname: mine\nseed: 1e1\n"
    status, _, err = command("run", *own(HEADER + text))
    assert status == 0, err
    (config,) = fake_simulate
    assert (config.name, config.seed, config.physiology.name) == ("mine", 10, "literature")
