"""A run that is stopped anywhere, again and again, ends with the bits of one that never was."""

import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.recording.keeper import Stopped
from nervejax.recording.segment_names import FOLDER, is_unfinished
from nervejax.simulate import simulate, simulate_many
from tests.episode.conftest import short_config
from tests.episode.test_batch import content


def config(**changes):
    """Short and small, with test sessions and both kernels."""
    base = {
        "duration__compression_s": 12.0, "duration__recovery_s": 8.0, "output__report": False,
        "stimuli__every_s": 6.0, "stimuli__session_s": 0.3, "numerics__threshold_every_s": 8.0,
        "population__n_abeta": 2, "population__n_adelta": 0, "population__n_c": 1,
    }  # fmt: skip
    return short_config(**base | changes)


MEASURED = {
    "numerics__excitability_every_s": 7.0, "instruments__excitability_at_s": (2.0,),
    "population__n_adelta": 1,
}  # fmt: skip
"""Everything that an episode can measure."""


def after(steps):
    """A wish to stop after so many slow steps."""
    left = iter(range(steps - 1))
    return lambda: next(left, None) is None


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    return content(simulate(config(), tmp_path_factory.mktemp("unbroken")))


def same(one, other):
    assert one.keys() == other.keys() and len(one) > 50
    for name, values in one.items():
        floats = np.asarray(values).dtype.kind == "f"
        assert np.array_equal(values, other[name], equal_nan=floats), name


def interrupted(folder, steps):
    """Stop a run after so many slow steps."""
    with pytest.raises(Stopped):
        simulate(config(), folder, stop=after(steps))


@pytest.mark.parametrize(
    "changes", [{}, pytest.param(MEASURED, marks=pytest.mark.slow)], ids=["plain", "measured"]
)
def test_stopped_and_continued_at_random_instants(unbroken, tmp_path, changes):
    if changes:
        unbroken = content(simulate(config(**changes), tmp_path / "unbroken"))
    tmp_path, draw, stops = tmp_path / "stopped", np.random.default_rng(6), 0
    while True:
        try:
            path = simulate(config(**changes), tmp_path, stop=after(int(draw.integers(1, 3))))
            break
        except Stopped:
            stops += 1
            assert not (tmp_path / "episode.h5").exists() and is_unfinished(tmp_path)
            assert len(list((tmp_path / FOLDER).glob("state-*"))) <= 2
    assert stops >= 5
    same(content(path), unbroken)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["episode.h5"]


def damage_cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def damage_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("kind", "damage"),
    [
        ("state-000002", damage_bit), ("rows-000001", damage_cut),
        pytest.param("state-000001", damage_cut, marks=pytest.mark.slow),
        pytest.param("rows-000000", damage_bit, marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_a_damaged_segment_is_named_and_does_no_harm(unbroken, tmp_path, capsys, damage, kind):
    for _ in range(3):
        interrupted(tmp_path, 2)
    (bad,) = (tmp_path / FOLDER).glob(f"{kind}-*")
    damage(bad)
    path = simulate(config(), tmp_path)
    told = capsys.readouterr().err
    if kind != "state-000001":  # not the last one: nobody looks at it
        assert f"{bad.name}: damaged" in told
    same(content(path), unbroken)


def test_a_run_of_a_batch_goes_on_from_its_segments(unbroken, tmp_path):
    """And those beside it are not touched."""
    interrupted(tmp_path / "0", 3)
    outcomes = {}
    simulate_many([config(), config()], [tmp_path / "0", tmp_path / "1"], outcomes.__setitem__)
    for number in range(2):
        same(content(outcomes[number]), unbroken)
    assert not is_unfinished(tmp_path / "0") and not is_unfinished(tmp_path / "1")


def test_segments_of_another_run_are_refused(tmp_path):
    interrupted(tmp_path, 1)
    before = sorted(p.name for p in (tmp_path / FOLDER).iterdir())
    other = config()
    other.seed = 99
    with pytest.raises(NervejaxError, match="holds an unfinished run with other settings"):
        simulate(other, tmp_path)
    assert sorted(p.name for p in (tmp_path / FOLDER).iterdir()) == before


def test_a_run_that_cannot_be_leaves_no_segments(tmp_path):
    bad = config()
    bad.population.nodes_abeta, bad.pressure.edge_mm = 16, 0.5
    with pytest.raises(NervejaxError):
        simulate(bad, tmp_path)
    assert not list(tmp_path.iterdir())


def test_segments_can_be_turned_off(tmp_path):
    quiet = config()
    quiet.output.segment_every_s = 0.0
    quiet.duration.compression_s = quiet.duration.recovery_s = 2.0
    simulate(quiet, tmp_path, stop=after(1))
    assert [p.name for p in tmp_path.iterdir()] == ["episode.h5"]
