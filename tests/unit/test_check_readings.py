"""Verdicts and the arithmetic of the checks, on made-up numbers."""

import numpy as np
import pytest

from nervejax.checks import conduction, sizes, spikes, trains
from nervejax.checks.bench import Bench
from nervejax.checks.reading import Check, NotRun, Quantity, Reading
from nervejax.fibre import pairs

NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(
    ("values", "options", "verdict"),
    [
        ([1.0, 2.0], {}, "pass"),
        ([0.999], {}, "fail"),
        ([2.001], {}, "fail"),
        ([1.5, 2.5], {}, "fail"),
        ([2.5], {"hard": False}, "warn"),
        ([NAN], {}, "fail"),
        ([1.5, NAN], {}, "fail"),
        ([1.5, NAN], {"judged": "mean"}, "fail"),
        ([1.5] * 99 + [NAN], {"judged": "most"}, "fail"),
        ([NAN], {"hard": False}, "warn"),
        ([INF], {"high": INF}, "fail"),
        ([], {}, "fail"),
        ([0.5, 2.5], {"judged": "mean"}, "pass"),
        ([1.5, 3.5], {"judged": "mean"}, "fail"),
        ([1.5] * 19 + [90.0], {"judged": "most"}, "pass"),
        ([1.5] * 18 + [9.0, 9.0], {"judged": "most"}, "fail"),
        ([1.5] * 19 + [9.0], {}, "fail"),
        ([9.0], {"low": -INF, "high": INF}, "reported"),
        ([NAN], {"low": -INF, "high": INF}, "reported"),
        ([-9.0], {"low": -INF}, "pass"),
        (None, {}, "not run"),
        (None, {"absent": "no such fibre"}, "not modelled"),
        ([1.5], {"absent": "no such fibre"}, "not modelled"),
    ],
)
def test_verdict(values, options, verdict):
    quantity = Quantity("x", "m", **{"low": 1.0, "high": 2.0, **options})
    reading = Reading(quantity, None if values is None else np.array(values))
    assert reading.verdict == verdict
    judged = verdict in ("pass", "fail", "warn")
    assert reading.status == ("validated" if judged else "")
    assert Reading(Quantity("x", "m", 1, 2, fitted="g"), reading.values).status in (
        "calibrated",
        "",
    )


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([1.23456], "1.23"),
        ([1.0, 2.0, 6.0], "3 (1 to 6)"),
        ([2.0, 2.0], "2"),
        ([NAN], "not measurable"),
        ([NAN, NAN], "not measurable"),
        ([1.0, NAN, 3.0], "2 (1 to 3); 1 of 3 not measurable"),
        (None, ""),
    ],
)
def test_values_in_words(values, text):
    assert Reading(Quantity("x", "m"), None if values is None else np.array(values)).text == text


def test_bands_in_words():
    def words(low, high, **options):
        return Quantity("x", "m", low, high, **options).band_of

    assert words(1, 2) == "1 to 2" and words(2, 2) == "2"
    assert words(0, INF, judged="mean") == "at least 0 (mean)"
    assert words(-INF, 3, judged="most") == "at most 3 (95 %)"
    assert words(-INF, INF, judged="mean") == ""


def test_a_check_reads_what_it_defines():
    quantities = {"a": Quantity("a", "m"), "b": Quantity("b", "m", slow=True),
                  "c": Quantity("c", "m", absent="none")}  # fmt: skip
    quick, slow = Bench(), Bench(slow=True)
    readings = Check(quantities, lambda bench: {"a": 1.0}).readings(quick)
    assert [r.verdict for r in readings] == ["reported", "not run", "not modelled"]
    found = Check(quantities, lambda bench: {"a": 1.0, "b": [2.0, 3.0]}).readings(slow)
    assert found[1].text == "2.5 (2 to 3)"
    with pytest.raises(KeyError, match="'a'"):
        Check(quantities, lambda bench: {}).readings(quick)
    with pytest.raises(KeyError, match="'b'"):
        Check(quantities, lambda bench: {"a": 1.0}).readings(slow)
    with pytest.raises(KeyError, match="not defined"):
        Check(quantities, lambda bench: {"a": 1.0, "d": 1.0}).readings(quick)


def test_what_could_not_be_read_says_why():
    def fails():
        raise NotRun("no such episode")

    quantities = {key: Quantity(key, "m", 1, 2) for key in "abc"}
    check = Check(
        quantities,
        lambda bench: {"a": fails, "b": lambda: [1.5, 1.5], "c": fails},
        long=frozenset("c"),
    )
    a, b, c = check.readings(Bench(quick=True))
    assert [r.verdict for r in (a, b, c)] == ["not run", "pass", "not run"]
    assert [r.reason for r in (a, b, c)] == ["no such episode", "", "left out of --quick"]
    assert check.readings(Bench())[2].reason == "no such episode"
    assert Reading(Quantity("x", "m", 1, 2), np.array([3.0])).reason == "not explained yet"
    assert Reading(Quantity("x", "m", 1, 2, why="w"), np.array([3.0])).reason == "w"


def test_arithmetic():
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert conduction.r_squared(x, 3 * x - 1) == pytest.approx(1.0)
    assert conduction.r_squared(x, np.array([1.0, -1.0, -1.0, 1.0])) == pytest.approx(0.0)
    assert conduction.exponent(x, 5 * x**-0.5) == pytest.approx(-0.5)
    assert spikes.spearman(x, -(x**3)) == pytest.approx(-1.0)
    assert spikes.spearman(x, np.array([1.0, 2.0, 2.0, 3.0])) == pytest.approx(0.9**0.5)
    for f in (conduction.r_squared, conduction.exponent, spikes.spearman):
        assert np.isnan(f(x, np.array([1.0, NAN, 3.0, 4.0])))
    assert np.isnan(spikes.spearman(x, 0 * x))


def test_modes_of_a_histogram():
    rng = np.random.default_rng(0)
    small, large = rng.normal(4.0, 0.7, 600), rng.normal(10.0, 1.1, 400)
    np.testing.assert_allclose(sizes.modes_um(np.concatenate([small, large])), [4, 10], atol=0.4)
    assert len(sizes.modes_um(small)) == 1


def test_time_until_a_threshold_is_back():
    at = (0.0, 10.0, 20.0)
    change = np.array([[3, 2, 0], [3, 0, -2], [0.5, 0.5, 0.5], [-5, -3, 0], [2, 0, NAN]], float)
    np.testing.assert_allclose(trains.back_after_min(at, change), [15, INF, 0, 50 / 3, INF])


def test_intervals_of_pairs_along_a_nerve():
    near = np.array([[5.0, 10.0, 20.0], [5.0, 10.0, 20.0], [NAN, NAN, NAN]])
    far = near + np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0], [NAN] * 3])
    made = pairs.Pairs(near, far, np.full(3, 1.0))
    short, long = (pairs.shortest_after_ms(made, mm) for mm in (0.0, 100.0))
    np.testing.assert_allclose(short, [7.0, 5.0, NAN])
    np.testing.assert_allclose(long, [20.0, 5.0, NAN], rtol=1e-3)
