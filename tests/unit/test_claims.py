"""Verdicts of claims from known values, and every claim on a made-up episode."""

from types import SimpleNamespace

import numpy as np
import pytest

from nervejax.checks.reading import NotRun
from nervejax.claims.claim import Criterion, Finding, judge, verdict
from nervejax.claims.experiments import EXPERIMENTS, SLOW
from nervejax.claims.measures import return_min
from nervejax.claims.table import CLAIMS
from nervejax.cli import claims_page
from nervejax.cli.compose import compose
from nervejax.recording.model import CAUSES, MODALITIES
from tests.unit.analysis_example import example_episode, tiny_episode, tiny_population

INF = np.inf


def finding(values, low=-INF, high=INF, key=False):
    return Finding(Criterion("x", "1", low, high, key), np.array(values, float))


def test_interval_is_that_of_student():
    found = finding([1.0, 2.0, 3.0], high=5.0)
    low, high = found.interval
    assert (low, high) == pytest.approx((2 - 4.303 / np.sqrt(3), 2 + 4.303 / np.sqrt(3)), rel=1e-3)
    assert found.met and found.sure
    assert finding([1.0, 2.0, 3.0], high=3.0).met and not finding([1.0, 2.0, 3.0], high=3.0).sure
    assert finding([2.0]).interval is None


@pytest.mark.parametrize(
    ("values", "met"),
    [([1.0], True), ([3.0], False), ([INF], False), ([np.nan], None), ([np.nan, 1.0], True),
     ([np.nan, np.nan, 1.0], None)],
)  # fmt: skip
def test_a_criterion_needs_enough_seeds_that_can_tell(values, met):
    assert finding(values, high=2.0).met is met


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([finding([1], high=2)], "holds"),
        ([finding([3], high=2)], "refuted"),
        ([finding([1], high=2), finding([3], high=2)], "holds in part"),
        ([finding([1], high=2), finding([3], high=2, key=True)], "refuted"),
        ([finding([1], high=2), finding([np.nan], high=2)], "holds in part"),
        ([finding([1], high=2), finding([9])], "holds"),
        ([finding([np.nan], high=2)], "cannot be told"),
    ],
)
def test_verdicts(given, said):
    assert verdict(given) == said


def whole_episode(pressed=True):
    """A made-up episode with every column that a claim reads."""
    record = example_episode(8, pressed)
    rng = np.random.default_rng(1)
    for name, population in record.populations.items():
        up = population.fibres["conducting"]
        shape = up.shape
        population.nodes |= {
            "conduction_velocity_m_per_s": 5.0 * population.nodes["diameter_um"],
            "receptor_mm": np.linspace(50.0, 400.0, shape[1]),
            "modality": np.full(shape[1], MODALITIES["touch"]),
        }
        states = ("energy_rel", "pump_rel", "na_i_mM", "k_endoneurial_mM", "opening_S_per_cm2")
        population.states = {s: rng.uniform(0.5, 1.0, shape) for s in states}
        population.fibres |= {
            "threshold_ratio": rng.uniform(0.4, 1.6, shape),
            "cause": np.where(up > 0, CAUSES["none"], CAUSES["mechanical"]),
            "failing_site_mm": np.where(up > 0, np.nan, 50.0),
        }
        # one session before, under and after the pressure
        steps = [2, 200, 400]
        population.window_s = population.window_s.copy()
        population.stimulus_time_ms = 1e3 * np.repeat(record.time_s[steps] + 0.01, shape[1])
        population.stimulus_fibre = np.tile(np.arange(shape[1]), len(steps))
        assert name in CLAIMS["C5"].criteria
    return record


class Bench:
    """Gives the same made-up episode for every experiment but the healthy one."""

    quick = True
    say = staticmethod(str)

    def __init__(self, absent=()):
        self.absent = absent
        self.record, self.healthy = whole_episode(), whole_episode(pressed=False)

    def episodes(self, name):
        assert name in EXPERIMENTS
        if name in self.absent:
            raise NotRun(f"no {name}")
        return [self.healthy if name == "healthy" else self.record]

    def config(self, name):
        assert name in EXPERIMENTS
        return SimpleNamespace(
            pressure=SimpleNamespace(centre_mm=50.0, length_mm=20.0, edge_mm=2.0)
        )

    def once(self, name, make):
        return {"velocity adelta": 50.0, "velocity c": 5.0}[name]


@pytest.fixture(scope="module")
def found():
    bench = Bench(absent=SLOW)
    return {"article": {name: judge(claim, bench) for name, claim in CLAIMS.items()}}


def test_there_are_seventeen_and_each_can_be_judged(found):
    assert list(CLAIMS) == [f"C{k}" for k in range(1, 18)]
    for name, result in found["article"].items():
        assert not result.missing, name
        assert [f.criterion for f in result.findings] == list(CLAIMS[name].criteria.values())
        assert set(CLAIMS[name].experiments) <= set(EXPERIMENTS)
        assert set(result.experiments) == set(CLAIMS[name].experiments) - set(SLOW)


def test_known_episode_gives_known_values(found):
    by_key = {
        name: dict(zip(CLAIMS[name].criteria, r.findings, strict=True))
        for name, r in found["article"].items()
    }
    assert by_key["C2"]["equal"].mean == pytest.approx(10.0)
    assert by_key["C1"]["share"].mean == 1.0 and by_key["C3"]["reached"].mean == 1.0
    assert 1.0 < by_key["C1"]["alone"].mean < 4.5  # the example loses A-beta at 60 to 260 s
    assert by_key["C6"]["rate"].mean > 0.1 and by_key["C9"]["healthy"].mean == 0.0
    assert by_key["C14"]["back"].mean < 3.0 and np.isnan(by_key["C14"]["day"].mean)
    assert found["article"]["C14"].verdict == "holds in part"


def test_a_missing_episode_is_said_and_never_a_verdict():
    result = judge(CLAIMS["C6"], Bench(absent=("leg",)))
    assert result.verdict == "not run" and result.missing == "no leg"


def test_return_of_what_was_lost_under_pressure():
    up = np.ones((6, 4))
    up[1:4, 0] = 0  # released at step 2, back at step 4
    up[1:, 1] = 0  # never back
    up[1, 2] = 0  # back with the release
    lost = tiny_population(up)
    lost.fibres["failing_site_mm"] = np.where(up > 0, np.nan, 50.0)
    record = tiny_episode(60.0 * np.arange(-1, 5), [lost], 60.0, 240.0)
    assert return_min(record, "abeta").tolist() == [2.0, INF, 0.0]


def test_pages_have_every_claim(found, tmp_path):
    text = claims_page.as_text(found, tmp_path)
    rows = [line.split()[0] for line in text.splitlines() if line.startswith("C")]
    assert [r for r in rows if r in CLAIMS] == list(CLAIMS)
    assert "leg; C6.png" in text and "never" not in text.splitlines()[0]
    data = claims_page.as_json(found, 1, [])
    assert (
        len(data["claims"]) == 17
        and data["claims"][13]["results"]["article"]["criteria"][2]["mean"] is None
    )
    page = claims_page.as_html(found, "./run claims", 1, ["acid"], {})
    assert page.count("<h2") == 17 and "Switched off in all of it: acid" in page
    assert "://" not in page and "default-src 'none'" in page
    markdown = claims_page.as_markdown(found, "./run claims", 1, [])
    assert "## C17: " in markdown and "<script" not in markdown


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("physiology", ["article", "literature"])
def test_every_experiment_is_a_sound_configuration(name, physiology):
    (config,) = compose(EXPERIMENTS[name].words(physiology))
    assert config.physiology.name == physiology
